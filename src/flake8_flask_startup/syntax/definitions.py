"""Functions and classes: the scopes they open, what they bind, and what runs where they stand."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterable

from ..model import Span
from ..model.access_paths import RawPath, as_raw, attribute_of, is_dotted, root_of
from . import control_flow as flow
from .control_flow import Leaves
from .import_statements import imported
from .lowering import value_of
from .places import Place
from .raw_paths import has_items, raw_path
from .static_conditions import Phase
from .symbol_table import BindingKind, Call, Effect, Role, ScopeKind, binding_scopes
from .values import CLASS_BODY, OTHER, Kind, Value
from .walker import NOTHING, Walker, span_of

_Function = ast.FunctionDef | ast.AsyncFunctionDef
# Statements that bind what they bind whenever they run.
_STRAIGHT = frozenset(
    {
        ast.AnnAssign, ast.Assign, ast.AsyncFunctionDef, ast.ClassDef, ast.FunctionDef, ast.Import, ast.ImportFrom,
        ast.With,
    }
)  # fmt: skip


def function(walker: Walker, node: _Function, place: Place) -> None:
    """Walk a function definition; its body is walked when it is asked for."""
    number = walker.draft.open(ScopeKind.FUNCTION, node.name, span_of(node), place)
    scope = walker.draft.scopes[number]
    scope.runs_later = isinstance(node, ast.AsyncFunctionDef)
    _decorators(walker, node, place, number)
    inner = Place(number, place.phase if place.phase is Phase.TYPING else Phase.DEFERRED)
    walker.expressions.signature(node.args, place, number)
    if node.returns is not None:
        walker.expressions.annotation(node.returns, place, number)
    walker.draft.bind(node.name, BindingKind.DEF, place, node.lineno, as_raw(scope.name))
    if isinstance(node, ast.FunctionDef):
        walker.conditions.defined(node, place.scope)
    _type_parameters(walker, node, inner)
    body(walker, node, inner)


def body(walker: Walker, node: _Function, inner: Place) -> None:
    """Walk the body of a function, or leave it to be read later."""

    def walk() -> None:
        walker.expressions.parameters(node.args, inner)
        awaited, walker.awaited = walker.awaited, NOTHING
        walker.draft.scopes[inner.scope].raises = flow.only_raises(walker.block(node.body, inner))
        walker.awaited = awaited

    if walker.draft.body:
        walk()
    else:
        walker.draft.postpone(inner.scope, walk)


def klass(walker: Walker, node: ast.ClassDef, place: Place) -> Leaves:
    """Walk a class, whose body runs where it stands."""
    number = walker.draft.open(ScopeKind.CLASS, node.name, span_of(node), place)
    scope = walker.draft.scopes[number]
    _decorators(walker, node, place, number)
    for base in node.bases:
        walker.expressions.visit(base, place, Role.BASE, number)
    for keyword in node.keywords:
        walker.expressions.visit(keyword.value, place, Role.BASE, number)
        if keyword.arg == "metaclass" and (path := raw_path(keyword.value)):  # called with the body (PEP 3115)
            scope.metaclass, given = path, (Value(Kind.CONSTANT, node.name), *CLASS_BODY)
            for called in (attribute_of(path, "__prepare__"), path):
                walker.draft.calls.append(Call(called, given, (), span_of(node), place, walker.draft.tick()))
    scope.bases = tuple([_base(walker, base, place) for base in node.bases])
    inner = place._replace(scope=number)
    _type_parameters(walker, node, inner)
    leaves = _class_body(walker, node.body, inner)
    walker.draft.effect(Effect.CLASS, Value(Kind.DEFINED, number), node, place)
    keywords = tuple([(each.arg or "", value_of(each.value)) for each in node.keywords if each.arg != "metaclass"])
    for raw in filter(None, scope.bases):  # called with the new class (PEP 487)
        call = Call(attribute_of(raw, "__init_subclass__"), (), keywords, span_of(node), place, walker.draft.tick())
        walker.draft.calls.append(call)
    walker.draft.bind(node.name, BindingKind.CLASS, place, node.lineno, as_raw(scope.name))
    return leaves


def _base(walker: Walker, node: ast.expr, place: Place) -> RawPath:
    """Return the raw path of a base class; of a generic class with type arguments, `Repository[User]`, without these.

    Python has the class derive from that (PEP 560). Items of collections that a module assigns stay items, as does what
    is imported and has a constant for its key.
    """
    if not isinstance(node, ast.Subscript) or not is_dotted(path := raw_path(node.value)):
        return raw_path(node)
    scopes = walker.draft.scopes
    root = root_of(path)
    bindings = [
        each for number in binding_scopes(scopes, root, place.scope)[:1] for each in scopes[number].bindings[root]
    ]
    kinds = {each.kind for each in bindings}
    is_defined = kinds == {BindingKind.CLASS}
    is_imported = kinds <= {BindingKind.CLASS, BindingKind.IMPORT} and not isinstance(node.slice, ast.Constant)
    return path if is_defined or is_imported else raw_path(node)


def _class_body(walker: Walker, statements: Iterable[ast.stmt], inner: Place) -> Leaves:
    """The statements of a class, with what each surely binds before the next one reads it."""
    draft = walker.draft
    was_sure, draft.classes[inner.scope] = draft.is_sure, set()
    found = flow.NOWHERE
    for statement in statements:
        draft.is_sure = _surely_binds(statement)
        leaves = walker.block((statement,), inner)
        if isinstance(statement, (ast.If, ast.Try)):
            draft.classes[inner.scope] |= _bound_by((statement,))
        if leaves is not flow.NOWHERE:
            found, inner = found.then(leaves), walker.behind(inner, leaves, statement)
    draft.is_sure = was_sure
    del draft.classes[inner.scope]
    return found


def _surely_binds(statement: ast.stmt) -> bool:
    """Whether the first names that a statement binds are bound behind it, whatever happens."""
    if isinstance(statement, ast.For):
        return has_items(statement.iter)
    return type(statement) in _STRAIGHT and getattr(statement, "value", statement) is not None


def _bound_by(statements: Iterable[ast.stmt]) -> set[str]:
    """The names that some statements bind whichever branches are taken; none where one may be deleted again."""
    found: set[str] = set()
    for each in statements:
        if isinstance(each, ast.If):
            found |= _bound_by(each.body) & _bound_by(each.orelse)
        elif isinstance(each, ast.Try):
            found |= _bound_by(each.body).intersection(
                *(_bound_by(handler.body) - {handler.name} for handler in each.handlers)
            )
        elif isinstance(each, ast.Assign):
            found.update(target.id for target in each.targets if isinstance(target, ast.Name))
        elif isinstance(each, (ast.AsyncFunctionDef, ast.ClassDef, ast.FunctionDef)):
            found.add(each.name)
        elif isinstance(each, (ast.Import, ast.ImportFrom)):
            found.update(name.bound for name in imported(each))
        elif isinstance(each, ast.Delete):
            return set()
    return found


def _decorators(walker: Walker, node: _Function | ast.ClassDef, place: Place, number: int) -> None:
    if not node.decorator_list:
        return
    scope = walker.draft.scopes[number]
    for decorator in node.decorator_list:
        walker.expressions.visit(decorator, place, Role.DECORATOR, number)
    scope.decorators = tuple([raw_path(decorator) for decorator in node.decorator_list])
    scope.decorated_by = tuple([value_of(decorator) for decorator in node.decorator_list])
    subject = (Value(Kind.PATH, path=as_raw(node.name)),)
    for decorator, path, value in zip(node.decorator_list, scope.decorators, scope.decorated_by, strict=True):
        if path:
            span, callee = Span(decorator.lineno, decorator.col_offset), OTHER if is_dotted(path) else value
            walker.draft.calls.append(Call(path, subject, (), span, place, walker.draft.tick(), number, callee))


def _type_parameters(walker: Walker, node: _Function | ast.ClassDef, inner: Place) -> None:
    """PEP 695, Python 3.12: the parameters are names of the scope; their bounds and defaults are evaluated lazily."""
    for parameter in getattr(node, "type_params", ()):
        walker.draft.bind(parameter.name, BindingKind.PARAM, inner, node.lineno)
        for name in ("bound", "default_value"):
            if (value := getattr(parameter, name, None)) is not None:
                walker.expressions.visit(value, inner._replace(phase=Phase.TYPING), Role.TYPE)


if sys.version_info >= (3, 12):

    def type_alias(walker: Walker, node: ast.TypeAlias, place: Place) -> None:
        """PEP 695: the value of a `type` statement is evaluated when somebody asks for it."""
        walker.bind_target(node.name, place, OTHER)
        walker.expressions.visit(node.value, place._replace(phase=Phase.TYPING), Role.TYPE)
