"""One walk of one tree: statements to facts, each with where and when it runs. Expressions are `expressions.py`'s."""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Callable, Iterable, Sequence

from ..files.line_index import SourceText
from ..model import Span
from . import control_flow as flow
from . import lazy_imports
from .builder import Draft
from .conditions import Conditions, mentioned
from .control_flow import Leaves
from .expression_binder import Expressions, evaluates_annotations
from .import_statements import imported
from .lazy_imports import LazyModules
from .lowering import SET_METHODS, element_of, grown, lessened, raw_path, targets, value_of
from .static_conditions import Branch, Phase, Target, narrowed
from .symbol_table import (
    ANNOTATED,
    OTHER,
    OTHER_TEST,
    BindingKind,
    Call,
    Condition,
    Effect,
    Facts,
    Import,
    Kind,
    Place,
    Role,
    ScopeKind,
    Store,
    Test,
    Value,
    binding_scopes,
    made,
)

_AFTER_GLOBAL = re.compile(r"[\s\\]")
# What a `try` must catch to survive a missing package; a bare `except` catches everything.
SURVIVES_IMPORT_ERROR = frozenset({"ImportError", "ModuleNotFoundError", "Exception", "BaseException"})

_Function = ast.FunctionDef | ast.AsyncFunctionDef


def collect(tree: ast.Module, target: Target) -> Facts:
    """Walk a module once and say what it does on a target Python. Works for any tree that `ast.parse` returns."""
    facts = _walked(tree, target, follows=False)
    facts.read_all()
    return facts


def glance(tree: ast.Module, source: SourceText, target: Target, *, follows: bool = False) -> Facts:
    """What module code does, the bodies of functions left to be read when they matter: a tenth of the work.

    Those with a `global` statement are read at once, as it binds names of the module. follows asks for what the startup
    trace needs besides: the tests around statements, loops, and what objects do without a call.
    """
    facts = _walked(tree, target, follows=follows)
    facts.read_at(source.lines_with_next("global", _AFTER_GLOBAL))
    return facts


def _walked(tree: ast.Module, target: Target, *, follows: bool) -> Facts:
    facts = Facts()
    walker = _Walker(tree, target, facts, follows=follows)
    walker.block(tree.body, Place(0, Phase.IMPORT))
    facts.unread, walker.draft.postponed = walker.draft.postponed, {}
    return facts


class _Walker:
    def __init__(self, tree: ast.Module, target: Target, facts: Facts, *, follows: bool) -> None:
        self.draft = Draft(facts, follows=follows)
        self.conditions = Conditions(target, facts.scopes)
        self._lazy_modules = LazyModules(facts.scopes[0])
        self._in_try = False  # in a `try` body or a handler, where no import waits (PEP 810)
        self.expressions = Expressions(self.draft, evaluates_annotations(tree, target))
        self._awaited = _NOTHING  # how code may end that a `try` around it goes on from: "raises", "exits"

    def block(self, statements: Iterable[ast.stmt], place: Place) -> Leaves:
        """Walk statements; what stands behind one that may leave the block runs only where it does not."""
        found = flow.NOWHERE
        for statement in statements:
            leaves = _HANDLERS.get(type(statement), _Walker.other)(self, statement, place)
            if leaves is not None and leaves is not flow.NOWHERE:
                found = found.then(leaves)
                place = self._behind(place, leaves, statement)
        return found

    def _behind(self, place: Place, leaves: Leaves, node: ast.stmt) -> Place:
        """The place behind a statement that may leave the block it stands in.

        A start that ends there is none, so what stands behind it runs in every start, unless a `try` goes on.
        """
        if leaves.ends:
            return place._replace(phase=Phase.TYPING)
        stay, start = leaves.behind(self._awaited)
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

    def expression(self, node: ast.Expr, place: Place) -> Leaves:
        if isinstance(node.value, ast.Constant):  # a docstring
            return flow.NOWHERE
        self.expressions.kept_by("", node.value, place)
        if not isinstance(node.value, ast.Call):
            self._read(node.value, OTHER, place)
            return flow.NOWHERE
        if place.scope == 0 and isinstance(node.value.func, ast.Attribute):
            self._listed([node.value.func.value], node.value, node.value.func.attr)  # `__all__.extend([...])`
        return flow.EXITS if self._is_end(node.value, place.scope) else flow.NOWHERE

    def _is_end(self, node: ast.expr, scope: int) -> bool:
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

    def returned(self, node: ast.Return, place: Place) -> Leaves:
        if node.value is not None:
            self.expressions.visit(node.value, place)
            value = value_of(node.value)
            self._read(node.value, value, place)
            if place.phase is not Phase.TYPING:
                self.draft.returns(place.scope, value, place)
        return flow.RETURNS

    def _read(self, node: ast.expr, value: Value, place: Place) -> None:
        """Record that an attribute is read, which may be a property."""
        if self.draft.follows and type(node) is ast.Attribute:
            self.draft.effect(Effect.READ, value if value is not OTHER else value_of(node), node, place)

    def raised(self, node: ast.Raise, place: Place) -> Leaves:
        self.other(node, place)
        path = raw_path(node.exc) if isinstance(node.exc, (ast.Name, ast.Attribute)) else ""
        if path.rpartition(".")[2][:1].isupper():  # a class, of which Python makes an instance (reference, 7.8)
            self.draft.calls.append(Call(path, (), (), _span(node), place, self.draft.tick()))
        elif path and node.exc is not None:
            self.draft.effect(Effect.RAISE, value_of(node.exc), node, place)
        return flow.EXITS if node.exc is not None and self._is_end(node.exc, place.scope) else flow.RAISES

    def asserted(self, node: ast.Assert, place: Place) -> Leaves:
        self.other(node, place)
        return flow.RAISES if self.conditions.judge(node.test, place.scope) is Branch.NEVER else flow.NOWHERE

    def broken_off(self, _: ast.Break, __: Place) -> Leaves:
        return flow.BREAKS

    def continued(self, _: ast.Continue, __: Place) -> Leaves:
        return flow.CONTINUES

    # imports

    def import_(self, node: ast.Import | ast.ImportFrom, place: Place) -> None:
        span, lazy = _span(node), bool(getattr(node, "is_lazy", 0))  # an attribute of the node from Python 3.15 on
        for each in imported(node):
            can_wait = bool(each.bound) and self._can_wait(place)
            self.draft.imports.append(Import(
                each.module, each.name, each.bound, each.is_renamed, each.level, span, place,
                lazy, self._lazy_modules.names, can_wait, self.draft.tick(),
            ))  # fmt: skip
            if each.bound:
                self.draft.bind(each.bound, BindingKind.IMPORT, place, node.lineno, each.path)

    def _can_wait(self, place: Place) -> bool:
        return place.scope == 0 and not self._in_try

    # definitions

    def function(self, node: _Function, place: Place) -> None:
        number = self.draft.open(ScopeKind.FUNCTION, node.name, _span(node), place)
        scope = self.draft.scopes[number]
        scope.runs_later = isinstance(node, ast.AsyncFunctionDef)
        self._decorators(node, place, number)
        inner = Place(number, place.phase if place.phase is Phase.TYPING else Phase.DEFERRED)
        self.expressions.signature(node.args, place, number)
        if node.returns is not None:
            self.expressions.annotation(node.returns, place, number)
        self.draft.bind(node.name, BindingKind.DEF, place, node.lineno, scope.name)
        self._type_parameters(node, inner)
        self.body(node, inner)

    def body(self, node: _Function, inner: Place) -> None:
        def walk() -> None:
            self.expressions.parameters(node.args, inner)
            awaited, self._awaited = self._awaited, _NOTHING
            self.draft.scopes[inner.scope].raises = flow.only_raises(self.block(node.body, inner))
            self._awaited = awaited

        if self.draft.body:
            walk()
        else:
            self.draft.postpone(inner.scope, walk)

    def klass(self, node: ast.ClassDef, place: Place) -> Leaves:
        number = self.draft.open(ScopeKind.CLASS, node.name, _span(node), place)
        scope = self.draft.scopes[number]
        self._decorators(node, place, number)
        for base in node.bases:
            self.expressions.visit(base, place, Role.BASE, number)
        for keyword in node.keywords:
            self.expressions.visit(keyword.value, place, Role.BASE, number)
            if keyword.arg == "metaclass" and (path := raw_path(keyword.value)):  # called with the body (PEP 3115)
                self.draft.calls.append(Call(path, (), (), _span(keyword.value), place, self.draft.tick()))
        scope.bases = tuple([raw_path(base) for base in node.bases])
        inner = place._replace(scope=number)
        self._type_parameters(node, inner)
        leaves = self._class_body(node.body, inner)
        self.draft.effect(Effect.CLASS, Value(Kind.DEFINED, number), node, place)
        for raw in filter(None, scope.bases):  # called with the new class (PEP 487)
            self.draft.calls.append(Call(f"{raw}.__init_subclass__", (), (), _span(node), place, self.draft.tick()))
        self.draft.bind(node.name, BindingKind.CLASS, place, node.lineno, scope.name)
        return leaves

    def _class_body(self, statements: Iterable[ast.stmt], inner: Place) -> Leaves:
        """The statements of a class, with what each surely binds before the next one reads it."""
        draft = self.draft
        was_sure, draft.classes[inner.scope] = draft.is_sure, set()
        found = flow.NOWHERE
        for statement in statements:
            draft.is_sure = type(statement) in _STRAIGHT and getattr(statement, "value", statement) is not None
            leaves = self.block((statement,), inner)
            if leaves is not flow.NOWHERE:
                found, inner = found.then(leaves), self._behind(inner, leaves, statement)
        draft.is_sure = was_sure
        del draft.classes[inner.scope]
        return found

    def _decorators(self, node: _Function | ast.ClassDef, place: Place, number: int) -> None:
        if not node.decorator_list:
            return
        scope = self.draft.scopes[number]
        for decorator in node.decorator_list:
            self.expressions.visit(decorator, place, Role.DECORATOR, number)
        scope.decorators = tuple([raw_path(decorator) for decorator in node.decorator_list])
        scope.decorated_by = tuple([value_of(decorator) for decorator in node.decorator_list])
        subject = (Value(Kind.PATH, path=node.name),)
        for decorator, path in zip(node.decorator_list, scope.decorators, strict=True):
            if path:
                span = Span(decorator.lineno, decorator.col_offset)
                self.draft.calls.append(Call(path, subject, (), span, place, self.draft.tick(), number))

    def _type_parameters(self, node: _Function | ast.ClassDef, inner: Place) -> None:
        """PEP 695, Python 3.12: the parameters are names of the scope; their bounds are evaluated lazily."""
        for parameter in getattr(node, "type_params", ()):
            self.draft.bind(parameter.name, BindingKind.PARAM, inner, node.lineno)
            bound = getattr(parameter, "bound", None)
            if bound is not None:
                self.expressions.visit(bound, inner._replace(phase=Phase.TYPING), Role.ANNOTATION)

    if sys.version_info >= (3, 12):

        def type_alias(self, node: ast.TypeAlias, place: Place) -> None:
            """PEP 695: the value of a `type` statement is evaluated when somebody asks for it."""
            self.bind_target(node.name, place, OTHER)
            self.expressions.visit(node.value, place._replace(phase=Phase.TYPING), Role.ANNOTATION)

    # assignments

    def assign(self, node: ast.Assign, place: Place) -> None:
        keeper = node.targets[0].id if len(node.targets) == 1 and type(node.targets[0]) is ast.Name else None
        self.expressions.kept_by(keeper, node.value, place)
        value = value_of(node.value)
        self._read(node.value, value, place)
        for target in node.targets:
            if isinstance(target, (ast.Tuple, ast.List)) and value.kind in (Kind.CALL, Kind.PATH):
                self.draft.effect(Effect.ITERATE, value, node, place)
                self.draft.effect(Effect.ITERATED, value, node, place)
            self.bind_target(target, place, value)
            self.conditions.assigned(target, node.value, place.scope)
        if place.scope == 0:
            self._listed(node.targets, node.value)

    def annotated(self, node: ast.AnnAssign, place: Place) -> None:
        is_local = self.draft.scopes[place.scope].kind is not ScopeKind.CLASS
        in_function = place.phase is Phase.DEFERRED and is_local  # these are never evaluated (PEP 526)
        where = place._replace(phase=Phase.TYPING) if in_function else place
        self.expressions.annotation(node.annotation, where, place.scope)
        if node.value is not None:
            keeper = node.target.id if type(node.target) is ast.Name else None
            self.expressions.kept_by(keeper, node.value, place)
            self.bind_target(node.target, place, value_of(node.value))
            self.conditions.assigned(node.target, node.value, place.scope)
            if place.scope == 0:
                self._listed([node.target], node.value)
        elif isinstance(node.target, ast.Name):
            path = raw_path(node.annotation)
            value = Value(Kind.CALL, path=f"{path}()", keys=ANNOTATED) if path else OTHER
            self.draft.bind(node.target.id, BindingKind.ASSIGN, place, node.lineno, "", value)

    def augmented(self, node: ast.AugAssign, place: Place) -> None:
        self.expressions.visit(node.value, place)
        if isinstance(node.target, ast.Name):
            self.draft.use(node.target.id, node.lineno, place, Role.BODY, 0)
            if place.scope == 0:
                self._listed([node.target], node.value, node.op)
        grows = isinstance(node.op, (ast.Add, ast.BitOr))
        value = value_of(node.value)
        method = SET_METHODS.get(type(node.op), "")
        left = lessened(node.target, method, value) if method else OTHER
        self.bind_target(node.target, place, grown(node.target, value) if grows else left)

    def bind_target(self, target: ast.expr, place: Place, value: Value) -> None:
        """Bind what stands on the left of an assignment, `for`, `with ... as` or `import`."""
        for node, each in targets(target, value):
            if type(node) is ast.Name:
                self.draft.bind(node.id, BindingKind.ASSIGN, place, node.lineno, "", each)
            else:
                self.expressions.visit(node, place)
                if path := raw_path(node):
                    self.draft.stores.append(Store(path, each, _span(node), place, self.draft.tick()))

    def deleted(self, node: ast.Delete, place: Place) -> None:
        for target in node.targets:
            if isinstance(target, ast.Name):
                self.draft.use(target.id, node.lineno, place, Role.DELETE, 0)
                self.draft.bind(target.id, BindingKind.DELETE, place, node.lineno)
            else:
                self.expressions.visit(target, place)

    def global_(self, node: ast.Global, place: Place) -> None:
        self.draft.declare(node.names, place, 0)

    def nonlocal_(self, node: ast.Nonlocal, place: Place) -> None:
        self.draft.declare(node.names, place, self.draft.scopes[place.scope].parent)

    def _listed(self, targets: Sequence[ast.expr], value: ast.expr, by: ast.operator | str = "") -> None:
        """`__all__ = [...]`, `__lazy_modules__ += [...]`: the strings in it, however it is put together.

        by is the operator, or the method that is called, where the list was there before.
        """
        for target in targets:
            name = target.id if isinstance(target, ast.Name) else ""
            if name == "__all__":
                strings = (each.value for each in ast.walk(value) if isinstance(each, ast.Constant))
                self.draft.exports.update(each for each in strings if isinstance(each, str))
            elif name == lazy_imports.NAME and by:
                self._lazy_modules.changed(by, value)
            elif name == lazy_imports.NAME:
                self._lazy_modules.assigned(value)

    # blocks

    def if_(self, node: ast.If, place: Place) -> Leaves:
        found: list[tuple[Test, Branch, Leaves]] = []
        blocks: list[int] = []
        base = place.branch
        while True:  # not by recursion: a chain of `elif` can be longer than Python's stack
            self.expressions.visit(node.test, place)
            branch = self.conditions.judge(node.test, place.scope)
            likely = self.conditions.usual(node.test, place.scope)
            inside, place = self._under(node, place, branch, likely)
            blocks.append(self.draft.branch())
            leaves = self.block(node.body, inside._replace(branch=(*base, blocks[-1])))
            found.append((self.draft.test(node.test, likely), branch, leaves))
            if len(node.orelse) != 1 or not isinstance(node.orelse[0], ast.If):
                break
            node = node.orelse[0]
        blocks.append(self.draft.branch())
        behind = self.block(node.orelse, place._replace(branch=(*base, blocks[-1])))
        if node.orelse:
            self.draft.exhaustive(blocks)
        for test, branch, leaves in reversed(found):
            behind = _left(test, branch, leaves, behind)
        return behind

    def _under(self, node: ast.If, place: Place, branch: Branch, likely: bool | None) -> tuple[Place, Place]:
        """The places under a test that takes branch, and where it does not hold."""
        body = place._replace(phase=narrowed(place.phase, branch))
        other = place._replace(phase=narrowed(place.phase, branch.negated()))
        if branch is not Branch.UNKNOWN:
            return body, other
        names = mentioned(node.test)
        condition = Condition(node.lineno, names, likely).within(place.condition)
        opposite = Condition(node.lineno, names, None if likely is None else not likely).within(place.condition)
        test = self.draft.test(node.test, likely)
        return (
            body.under(test)._replace(condition=condition),
            other.under(flow.negated(test))._replace(condition=opposite),
        )

    def while_(self, node: ast.While, place: Place) -> Leaves:
        self.expressions.visit(node.test, place)
        branch = self.conditions.judge(node.test, place.scope)
        inner = self._in_loop(place._replace(phase=narrowed(place.phase, branch)))
        if branch is Branch.UNKNOWN:
            inner = inner.under(self.draft.test(node.test, self.conditions.usual(node.test, place.scope)))
        leaves = self.block(node.body, inner)
        if branch is Branch.NEVER:
            leaves = flow.NOWHERE
        return self._looped(node, place, leaves, forever=branch is Branch.ALWAYS)

    def for_(self, node: ast.For | ast.AsyncFor, place: Place) -> Leaves:
        self.expressions.visit(node.iter, place)
        value = value_of(node.iter)
        self.draft.effect(Effect.ITERATE, value, node, place)
        inner = self._in_loop(place)
        self.draft.loop(inner.branch[-1], node.target, element_of(value), place)
        self.bind_target(node.target, inner, element_of(value))
        leaves = self.block(node.body, inner)
        self.draft.effect(Effect.ITERATED, value, node, place)
        return self._looped(node, place, leaves, forever=False)

    def _in_loop(self, place: Place) -> Place:
        return place._replace(branch=(*place.branch, -self.draft.branch()))

    def _looped(self, node: ast.While | ast.For | ast.AsyncFor, place: Place, body: Leaves, *, forever: bool) -> Leaves:
        """Walk the `else` of a loop, which runs unless the loop is broken off; return how the loop is left."""
        otherwise = flow.NOWHERE
        if node.orelse:
            inner = place._replace(phase=Phase.TYPING) if forever else place
            if "breaks" in body.ways:
                inner = inner.under(Test(OTHER))._replace(condition=Condition(node.lineno, ()).within(place.condition))
            otherwise = self.block(node.orelse, inner._replace(branch=(*place.branch, self.draft.branch())))
        found = flow.repeated(body, forever=forever)
        return found.then(otherwise if "breaks" not in body.ways else otherwise.under(OTHER_TEST))

    def with_(self, node: ast.With | ast.AsyncWith, place: Place) -> Leaves:
        inner, awaited = place, self._awaited
        managed: list[tuple[ast.expr, Value]] = []
        for item in node.items:
            self.expressions.visit(item.context_expr, place)
            value = value_of(item.context_expr)
            self.draft.effect(Effect.ENTER, value, item.context_expr, place)
            managed.append((item.context_expr, value))
            if item.optional_vars is not None:
                bound = Value(Kind.ENTERED, path=value.path, items=(value,)) if self.draft.follows else value
                self.bind_target(item.optional_vars, place, bound)
            if path := raw_path(item.context_expr):
                self._enter(f"{path}.__enter__", item.context_expr, place)
            if _suppresses_import_error(item.context_expr):
                suppressed = Condition(node.lineno, ("ImportError",)).within(place.condition)
                inner = place._replace(optional=True, condition=suppressed).under(OTHER_TEST)
            if _suppressed(item.context_expr):
                self._awaited = awaited | {"raises"}
                inner = inner._replace(branch=(*place.branch, self.draft.branch()))
        leaves = self.block(node.body, inner)
        for manager, value in reversed(managed):
            self.draft.effect(Effect.LEAVE, value, manager, place)
        goes_on = self._awaited is not awaited
        self._awaited = awaited
        return leaves.without("raises").under(flow.NORMALLY) if goes_on else leaves

    def _enter(self, path: str, node: ast.expr, place: Place) -> None:
        """The call that a `with` statement makes without naming it (PEP 343)."""
        self.draft.calls.append(Call(path, (), (), _span(node), place, self.draft.tick()))

    def try_(self, node: ast.Try | ast.TryStar, place: Place) -> Leaves:
        survives = any(_caught(handler) & SURVIVES_IMPORT_ERROR for handler in node.handlers)
        awaited = _awaited(node.handlers)
        inner = place._replace(optional=True) if survives else place
        blocks = [self.draft.branch()] if node.handlers else []
        outer, self._awaited = self._awaited, self._awaited | awaited
        in_try, self._in_try = self._in_try, True
        body = self.block(node.body, inner._replace(branch=(*place.branch, *blocks)))
        self._awaited = outer
        handled = [self._handler(each, body, node, place, blocks) for each in node.handlers]
        self._in_try = in_try
        awaits = survives and any(isinstance(each, (ast.Import, ast.ImportFrom)) for each in node.body)
        behind = self._behind(place._replace(optional=True) if awaits else place, body, node)
        if blocks:
            behind = behind._replace(branch=(*place.branch, self.draft.branch()))
            self.draft.exhaustive(blocks)
        otherwise = self.block(node.orelse, behind)  # only if the import succeeds
        last = self.block(node.finalbody, place)
        return flow.attempted(body.without(*awaited), otherwise, handled, ends=body.ends or otherwise.ends).then(last)

    def _handler(
        self, node: ast.ExceptHandler, body: Leaves, around: ast.Try | ast.TryStar, place: Place, blocks: list[int]
    ) -> Leaves:
        """Walk an exception handler; the only one of a block that always raises runs in any case."""
        if node.type is not None:
            self.expressions.visit(node.type, place, Role.EXCEPT)
        caught = Condition(node.lineno, tuple(sorted(_caught(node))), usual=False)
        if node.name:
            self.draft.bind(node.name, BindingKind.ASSIGN, place, node.lineno)
        survives = any(_caught(handler) & SURVIVES_IMPORT_ERROR for handler in around.handlers)
        blocks.append(self.draft.branch())
        inner = place._replace(
            condition=caught.within(place.condition),
            optional=survives or place.optional,
            branch=(*place.branch, blocks[-1]),
        )
        is_sure = flow.only_raises(body) and len(around.handlers) == 1
        return self.block(node.body, inner if is_sure else inner.under(flow.EXCEPTIONALLY))

    def match(self, node: ast.Match, place: Place) -> Leaves:
        self.expressions.visit(node.subject, place)
        subject = value_of(node.subject)
        found, blocks = [], []
        for case in node.cases:
            for part in ast.walk(case.pattern):
                name = getattr(part, "name", None) or getattr(part, "rest", None)
                if isinstance(name, str):
                    self.draft.bind(name, BindingKind.ASSIGN, place, node.lineno)
                elif isinstance(part, (ast.MatchValue, ast.MatchClass)):
                    self.expressions.visit(part.value if isinstance(part, ast.MatchValue) else part.cls, place)
            if case.guard is not None:
                self.expressions.visit(case.guard, place)
            condition = Condition(case.pattern.lineno, ()).within(place.condition)
            blocks.append(self.draft.branch())
            inner = place._replace(condition=condition, branch=(*place.branch, blocks[-1]))
            found.append(self.block(case.body, inner.under(flow.matches(case, subject))))
        is_whole = any(map(flow.is_irrefutable, node.cases))
        if is_whole:
            self.draft.exhaustive(blocks)
        return flow.alternatives(found, exhaustive=is_whole)


_NOTHING: frozenset[str] = frozenset()
_LAST_OF_ENDS = frozenset(each.rpartition(".")[2] for each in flow.ENDS)


def _awaited(handlers: Sequence[ast.ExceptHandler]) -> frozenset[str]:
    """How code may end that exception handlers go on from."""
    if not handlers:
        return _NOTHING
    exits = any(_caught(each) & {"BaseException", "SystemExit"} for each in handlers)
    return frozenset({"raises", "exits"} if exits else {"raises"})


def _left(test: Test, branch: Branch, body: Leaves, otherwise: Leaves) -> Leaves:
    """Return how an `if` is left; what the main module alone does leaves no other."""
    if branch is Branch.UNKNOWN:
        return flow.branched(test, body, otherwise)
    if branch in (Branch.MAIN, Branch.NOT_MAIN):
        return flow.NOWHERE
    return body if branch is Branch.ALWAYS else otherwise


def _span(node: ast.stmt | ast.expr) -> Span:
    return made(Span, (node.lineno, node.col_offset, node.end_lineno or node.lineno))


IMPORT_ERRORS = frozenset({"ImportError", "ModuleNotFoundError"})


def awaits_import_error(node: ast.AST) -> bool:
    """Whether a statement is about imports that fail: it says so, or it catches anything around imports alone."""
    if isinstance(node, (ast.Try, ast.TryStar)):
        caught = {name for handler in node.handlers for name in _caught(handler)}
        imports_alone = all(isinstance(each, (ast.Import, ast.ImportFrom)) for each in node.body)
        return bool(caught & (SURVIVES_IMPORT_ERROR if imports_alone else IMPORT_ERRORS))
    if isinstance(node, (ast.With, ast.AsyncWith)):
        return any(_suppresses_import_error(item.context_expr) for item in node.items)
    return False


def _caught(handler: ast.ExceptHandler) -> set[str]:
    """The last components of the exception names that a handler catches; BaseException for a bare one."""
    if handler.type is None:
        return {"BaseException"}
    kinds = handler.type.elts if isinstance(handler.type, ast.Tuple) else [handler.type]
    return {raw_path(kind).rpartition(".")[2] for kind in kinds}


def _suppressed(node: ast.expr) -> Sequence[ast.expr]:
    """The exceptions that `contextlib.suppress` is given; nothing of any other expression."""
    if not isinstance(node, ast.Call) or raw_path(node.func).rpartition(".")[2] != "suppress":
        return ()
    return node.args


def _suppresses_import_error(node: ast.expr) -> bool:
    return any(raw_path(each).rpartition(".")[2] in SURVIVES_IMPORT_ERROR for each in _suppressed(node))


# Statements that bind what they bind whenever they run.
_STRAIGHT = frozenset(
    {ast.AnnAssign, ast.Assign, ast.AsyncFunctionDef, ast.ClassDef, ast.FunctionDef, ast.Import, ast.ImportFrom}
)

# Each handler takes the node type it is keyed by.
_HANDLERS: dict[type[ast.stmt], Callable[..., Leaves | None]] = {
    ast.Import: _Walker.import_,
    ast.ImportFrom: _Walker.import_,
    ast.FunctionDef: _Walker.function,
    ast.AsyncFunctionDef: _Walker.function,
    ast.ClassDef: _Walker.klass,
    ast.Assign: _Walker.assign,
    ast.AnnAssign: _Walker.annotated,
    ast.AugAssign: _Walker.augmented,
    ast.Delete: _Walker.deleted,
    ast.Global: _Walker.global_,
    ast.Nonlocal: _Walker.nonlocal_,
    ast.Expr: _Walker.expression,
    ast.Return: _Walker.returned,
    ast.Raise: _Walker.raised,
    ast.Assert: _Walker.asserted,
    ast.Break: _Walker.broken_off,
    ast.Continue: _Walker.continued,
    ast.If: _Walker.if_,
    ast.While: _Walker.while_,
    ast.For: _Walker.for_,
    ast.AsyncFor: _Walker.for_,
    ast.With: _Walker.with_,
    ast.AsyncWith: _Walker.with_,
    ast.Try: _Walker.try_,
    ast.TryStar: _Walker.try_,
    ast.Match: _Walker.match,
}
if sys.version_info >= (3, 12):
    _HANDLERS[ast.TypeAlias] = _Walker.type_alias
