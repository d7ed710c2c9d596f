"""The state of one walk of one tree, and the blocks of statements that it goes through."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable, Mapping

from ..model import Span
from ..model.access_paths import NO_PATH, last_name
from . import control_flow as flow
from .builder import Draft
from .conditions import mentioned
from .control_flow import Leaves
from .expression_binder import Expressions, evaluates_annotations
from .facts import Facts
from .lazy_imports import LazyModules
from .lowering import targets, value_of
from .places import Condition, Place
from .raw_paths import raw_path
from .static_conditions import Phase, Target
from .symbol_table import BindingKind, Store, binding_scopes
from .usual_conditions import UsualConditions
from .values import OTHER, Value, made

NOTHING: frozenset[str] = frozenset()
_LAST_OF_ENDS = frozenset(last_name(each) for each in flow.ENDS)


def span_of(node: ast.stmt | ast.expr) -> Span:
    """Return where a node stands."""
    return made(Span, (node.lineno, node.col_offset, node.end_lineno or node.lineno))


class Walker:
    """Walks the statements of a module; each kind of statement has a handler, which takes the walker."""

    def __init__(self, tree: ast.Module, target: Target, facts: Facts, handlers: Handlers, *, follows: bool) -> None:
        self._handlers = handlers
        self.draft = Draft(facts, follows=follows)
        self.conditions = UsualConditions(target, facts.scopes)
        self.lazy_modules = LazyModules(facts.scopes[0])
        self.in_try = False  # in a `try` body or a handler, where no import waits (PEP 810)
        self.expressions = Expressions(self.draft, evaluates_annotations(tree, target))
        self.awaited = NOTHING  # how code may end that a `try` around it goes on from: "raises", "exits"

    def block(self, statements: Iterable[ast.stmt], place: Place) -> Leaves:
        """Walk statements; what stands behind one that may leave the block runs only where it does not."""
        found = flow.NOWHERE
        for statement in statements:
            self.expressions.raises = False
            leaves = self._handlers.get(type(statement), Walker.other)(self, statement, place)
            if leaves is not None and leaves is not flow.NOWHERE:
                found = found.then(leaves)
                place = self.behind(place, leaves, statement)
        return found

    def behind(self, place: Place, leaves: Leaves, node: ast.stmt) -> Place:
        """The place behind a statement that may leave the block it stands in.

        A start that ends there is none, so what stands behind it runs in every start, unless a `try` goes on.
        """
        if leaves.ends:
            return place._replace(phase=Phase.TYPING)
        stay, start = leaves.behind(self.awaited)
        if stay is not None:
            names = mentioned(node.test) if isinstance(node, ast.If) else ()
            condition = Condition(node.lineno, names, stay.usual).within(place.condition)
            place = place.under(stay)._replace(condition=condition)
        return place.under(start) if start is not None else place

    def other(self, node: ast.stmt, place: Place) -> None:
        """Statements that only hold expressions: `assert`, and whatever a newer Python adds."""
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.expr):
                self.expressions.visit(child, place)
            elif isinstance(child, ast.stmt):
                self.block([child], place)

    def evaluated(self) -> Leaves:
        """Return how the expressions of the statement that is walked leave the block."""
        return flow.RAISES if self.expressions.raises else flow.NOWHERE

    def is_end(self, node: ast.expr, scope: int) -> bool:
        """Whether a call, or an exception that is raised, ends the program."""
        called = node.func if isinstance(node, ast.Call) else node
        if type(called) is ast.Attribute:
            return called.attr in _LAST_OF_ENDS and self.conditions.path(called, scope) in flow.ENDS
        if type(called) is not ast.Name:
            return False
        homes = binding_scopes(self.draft.scopes, called.id, scope)
        bound = [each for home in homes for each in self.draft.scopes[home].bindings[called.id]]
        paths = {each.path if each.kind is BindingKind.IMPORT else "" for each in bound} or {called.id}
        return paths <= flow.ENDS

    def bind_target(self, target: ast.expr, place: Place, value: Value) -> None:
        """Bind what stands on the left of an assignment, `for`, `with ... as` or `import`."""
        for node, each in targets(target, value):
            if type(node) is ast.Name:
                self.draft.bind(node.id, BindingKind.ASSIGN, place, node.lineno, NO_PATH, each)
            else:
                self.expressions.visit(node, place)
                if path := raw_path(node):
                    key = value_of(node.slice) if type(node) is ast.Subscript else OTHER
                    if type(node) is ast.Attribute and type(node.value) is ast.Subscript:
                        key = value_of(node.value)
                    self.draft.stores.append(Store(path, each, span_of(node), place, self.draft.tick(), key))


Handlers = Mapping[type[ast.stmt], Callable[..., Leaves | None]]
