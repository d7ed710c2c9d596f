"""Statements of one line: imports, assignments, and those that leave what they stand in."""

from __future__ import annotations

import ast
from collections.abc import Sequence

from ..model.access_paths import NO_PATH, as_resolved, call_of, last_name
from . import control_flow as flow
from . import lazy_imports, operators
from .control_flow import Leaves
from .import_statements import imported
from .lowering import SET_METHODS, grown, lessened, value_of
from .places import Place
from .raw_paths import raw_path
from .static_conditions import Branch, Phase
from .symbol_table import BindingKind, Call, Effect, Import, Role, ScopeKind
from .values import ANNOTATED, OTHER, Kind, Value
from .walker import Walker, span_of


def expression(walker: Walker, node: ast.Expr, place: Place) -> Leaves:
    """Walk an expression that stands alone: a call, or an attribute that is read."""
    if isinstance(node.value, ast.Constant):  # a docstring
        return flow.NOWHERE
    walker.expressions.kept_by("", node.value, place)
    if not isinstance(node.value, ast.Call):
        return walker.evaluated()
    if place.scope == 0 and isinstance(node.value.func, ast.Attribute):
        _listed(walker, [node.value.func.value], node.value, node.value.func.attr)  # `__all__.extend([...])`
    return flow.EXITS if walker.is_end(node.value, place.scope) else walker.evaluated()


def returned(walker: Walker, node: ast.Return, place: Place) -> Leaves:
    """Walk a `return`, and note the value that its function returns."""
    if node.value is not None:
        walker.expressions.visit(node.value, place)
        value = value_of(node.value)
        if place.phase is not Phase.TYPING:
            walker.draft.returns(place.scope, value, place)
        if walker.evaluated() is flow.RAISES:
            return flow.RAISES
    return flow.RETURNS


def raised(walker: Walker, node: ast.Raise, place: Place) -> Leaves:
    """Walk a `raise`, which makes an instance of a class."""
    walker.other(node, place)
    path = raw_path(node.exc) if isinstance(node.exc, (ast.Name, ast.Attribute)) else NO_PATH
    if last_name(path)[:1].isupper():  # a class, of which Python makes an instance (reference, 7.8)
        walker.draft.calls.append(Call(path, (), (), span_of(node), place, walker.draft.tick()))
    elif path and node.exc is not None:
        walker.draft.effect(Effect.RAISE, value_of(node.exc), node, place)
    if isinstance(node.cause, (ast.Name, ast.Attribute)) and walker.draft.follows:
        walker.draft.effect(Effect.RAISE, value_of(node.cause), node, place)
    if node.exc is not None and walker.is_end(node.exc, place.scope):
        return flow.EXITS
    made = node.exc.func if isinstance(node.exc, ast.Call) else node.exc
    if made is not None and (name := last_name(raw_path(made)))[:1].isupper():
        walker.draft.effect(Effect.FAILS, Value(Kind.CONSTANT, name), node, place)
    return flow.RAISES


def asserted(walker: Walker, node: ast.Assert, place: Place) -> Leaves:
    """Walk an `assert`; one that never holds raises."""
    walker.other(node, place)
    return flow.RAISES if walker.conditions.judge(node.test, place.scope) is Branch.NEVER else flow.NOWHERE


def broken_off(_: Walker, __: ast.Break, ___: Place) -> Leaves:
    """Return that a `break` leaves its loop."""
    return flow.BREAKS


def continued(_: Walker, __: ast.Continue, ___: Place) -> Leaves:
    """Return that a `continue` goes on with the next iteration of its loop."""
    return flow.CONTINUES


def import_(walker: Walker, node: ast.Import | ast.ImportFrom, place: Place) -> None:
    """Record each alias of an import statement."""
    span, lazy = span_of(node), bool(getattr(node, "is_lazy", 0))  # an attribute of the node from Python 3.15 on
    for each in imported(node):
        can_wait = bool(each.bound) and _can_wait(walker, place)
        walker.draft.imports.append(Import(
            each.module, each.name, each.bound, each.is_renamed, each.level, span, place,
            lazy, walker.lazy_modules.names, can_wait, walker.draft.tick(),
        ))  # fmt: skip
        if each.bound:
            walker.draft.bind(each.bound, BindingKind.IMPORT, place, node.lineno, as_resolved(each.path))


def _can_wait(walker: Walker, place: Place) -> bool:
    return place.scope == 0 and not walker.in_try


def assign(walker: Walker, node: ast.Assign, place: Place) -> Leaves:
    """Walk an assignment."""
    keeper = node.targets[0].id if len(node.targets) == 1 and type(node.targets[0]) is ast.Name else None
    walker.expressions.kept_by(keeper, node.value, place)
    value = value_of(node.value)
    for target in node.targets:
        if isinstance(target, (ast.Tuple, ast.List)) and value.kind in (Kind.CALL, Kind.PATH):
            walker.draft.effect(Effect.ITERATE, value, node, place)
            walker.draft.effect(Effect.ITERATED, value, node, place)
        walker.bind_target(target, place, value)
        walker.conditions.assigned(target, node.value, place.scope)
    if place.scope == 0:
        _listed(walker, node.targets, node.value)
    return walker.evaluated()


def annotated(walker: Walker, node: ast.AnnAssign, place: Place) -> None:
    """Walk an annotated name or assignment."""
    is_local = walker.draft.scopes[place.scope].kind is not ScopeKind.CLASS
    in_function = place.phase is Phase.DEFERRED and is_local  # these are never evaluated (PEP 526)
    where = place._replace(phase=Phase.TYPING) if in_function else place
    walker.expressions.annotation(node.annotation, where, place.scope)
    if node.value is not None:
        keeper = node.target.id if type(node.target) is ast.Name else None
        walker.expressions.kept_by(keeper, node.value, place)
        if last_name(raw_path(node.annotation)) == "TypeAlias":  # PEP 613
            walker.expressions.quoted_within(node.value, place)
        walker.bind_target(node.target, place, value_of(node.value))
        walker.conditions.assigned(node.target, node.value, place.scope)
        if place.scope == 0:
            _listed(walker, [node.target], node.value)
    elif isinstance(node.target, ast.Name):
        path = raw_path(node.annotation)
        value = Value(Kind.CALL, path=call_of(path), keys=ANNOTATED) if path else OTHER
        walker.draft.bind(node.target.id, BindingKind.ASSIGN, place, node.lineno, NO_PATH, value)


def augmented(walker: Walker, node: ast.AugAssign, place: Place) -> None:
    """Walk an augmented assignment, `+=` or the like."""
    walker.expressions.visit(node.value, place)
    if isinstance(node.target, ast.Name):
        walker.draft.use(node.target.id, node.lineno, place, Role.BODY, 0)
        if place.scope == 0:
            _listed(walker, [node.target], node.value, node.op)
    if walker.draft.follows and (called := operators.augmented(node)) is not None:
        walker.draft.effect(Effect.OPERATE, called, node, place)
    grows = isinstance(node.op, (ast.Add, ast.BitOr))
    value = value_of(node.value)
    method = SET_METHODS.get(type(node.op), "")
    left = lessened(node.target, method, value) if method else OTHER
    walker.bind_target(node.target, place, grown(node.target, value) if grows else left)


def deleted(walker: Walker, node: ast.Delete, place: Place) -> None:
    """Walk a `del`, which binds its names to nothing."""
    for target in node.targets:
        if isinstance(target, ast.Name):
            walker.draft.use(target.id, node.lineno, place, Role.DELETE, 0)
            walker.draft.bind(target.id, BindingKind.DELETE, place, node.lineno)
            if target.id == lazy_imports.NAME and not place.scope:
                walker.lazy_modules.deleted()
        else:
            walker.expressions.visit(target, place)
            if isinstance(target, (ast.Attribute, ast.Subscript)) and walker.draft.follows:
                walker.draft.effect(Effect.OPERATE, operators.removed(target), target, place)


def global_(walker: Walker, node: ast.Global, place: Place) -> None:
    """Declare names of the module."""
    walker.draft.declare(node.names, place, 0)


def nonlocal_(walker: Walker, node: ast.Nonlocal, place: Place) -> None:
    """Declare names of the functions around."""
    walker.draft.declare(node.names, place, walker.draft.scopes[place.scope].parent)


def _listed(walker: Walker, targets: Sequence[ast.expr], value: ast.expr, by: ast.operator | str = "") -> None:
    """`__all__ = [...]`, `__lazy_modules__ += [...]`: the strings in it, however it is put together.

    by is the operator, or the method that is called, where the list was there before.
    """
    for target in targets:
        name = target.id if isinstance(target, ast.Name) else ""
        if name == "__all__":
            strings = (each.value for each in ast.walk(value) if isinstance(each, ast.Constant))
            walker.draft.exports.update(each for each in strings if isinstance(each, str))
        elif name == lazy_imports.NAME and by:
            walker.lazy_modules.changed(by, value)
        elif name == lazy_imports.NAME:
            walker.lazy_modules.assigned(value)
