"""Statements around others: what has to hold for what stands in them to run, and how they are left."""

from __future__ import annotations

import ast
import builtins
from collections.abc import Sequence

from ..model.access_paths import NO_PATH, RawPath, as_raw, attribute_of, call_of, last_name, root_of
from . import control_flow as flow
from .conditions import mentioned
from .control_flow import Leaves
from .import_errors import SURVIVES_IMPORT_ERROR, awaits_missing, caught, suppressed, suppresses_import_error
from .lowering import element_of, value_of
from .patterns import captured
from .places import OTHER_TEST, Condition, Place, Test
from .raw_paths import raw_path
from .static_conditions import Branch, Phase, narrowed
from .symbol_table import Attempt, BindingKind, Call, Effect, Role
from .values import OTHER, Kind, Value
from .walker import NOTHING, Walker, span_of

FIND_SPEC = as_raw("importlib.util.find_spec")


def if_(walker: Walker, node: ast.If, place: Place) -> Leaves:
    """Walk an `if` with its `elif` and `else`."""
    found: list[tuple[Test, Branch, Leaves]] = []
    blocks: list[int] = []
    base = place.branch
    while True:  # not by recursion: a chain of `elif` can be longer than Python's stack
        walker.expressions.visit(node.test, place)
        walker.expressions.truth(node.test, place)
        branch = walker.conditions.judge(node.test, place.scope)
        likely = walker.conditions.usual(node.test, place.scope)
        inside, place = _under(walker, node.test, place, branch, likely)
        blocks.append(walker.draft.branch())
        is_taken = branch is Branch.ALWAYS and not found  # else another test may hold
        leaves = walker.block(node.body, inside if is_taken else inside._replace(branch=(*base, blocks[-1])))
        found.append((walker.draft.test(node.test, likely), branch, leaves))
        if len(node.orelse) != 1 or not isinstance(node.orelse[0], ast.If):
            break
        node = node.orelse[0]
    blocks.append(walker.draft.branch())
    behind = walker.block(node.orelse, place._replace(branch=(*base, blocks[-1])))
    if node.orelse:
        walker.draft.exhaustive(blocks)
    for test, branch, leaves in reversed(found):
        behind = _left(test, branch, leaves, behind)
    return behind


def _under(walker: Walker, node: ast.expr, place: Place, branch: Branch, likely: bool | None) -> tuple[Place, Place]:
    """The places under a test that takes branch, and where it does not hold."""
    body = place._replace(phase=narrowed(place.phase, branch))
    other = place._replace(phase=narrowed(place.phase, branch.negated()))
    if branch is not Branch.UNKNOWN:
        return body, other
    names = mentioned(node)
    condition = Condition(node.lineno, names, likely).within(place.condition)
    opposite = Condition(node.lineno, names, None if likely is None else not likely).within(place.condition)
    test = walker.draft.test(node, likely)
    return (
        body.under(test)._replace(condition=condition),
        other.under(flow.negated(test))._replace(condition=opposite),
    )


def while_(walker: Walker, node: ast.While, place: Place) -> Leaves:
    """Walk a `while` loop; the body of one that never runs is no start's."""
    walker.expressions.visit(node.test, place)
    walker.expressions.truth(node.test, place)
    branch = walker.conditions.judge(node.test, place.scope)
    inner = _in_loop(walker, place._replace(phase=narrowed(place.phase, branch)))
    if branch is Branch.UNKNOWN:
        inner = inner.under(walker.draft.test(node.test, walker.conditions.usual(node.test, place.scope)))
    leaves = walker.block(node.body, inner)
    if branch is Branch.NEVER:
        leaves = flow.NOWHERE
    return _looped(walker, node, place, leaves, forever=branch is Branch.ALWAYS)


def for_(walker: Walker, node: ast.For | ast.AsyncFor, place: Place) -> Leaves:
    """Walk a `for` loop, which iterates over a value and binds what each turn takes."""
    walker.expressions.visit(node.iter, place)
    value = value_of(node.iter)
    walker.draft.effect(Effect.ITERATE, value, node, place)
    inner = _in_loop(walker, place)
    walker.draft.loop(inner.branch[-1], node.target, element_of(value), place)
    walker.bind_target(node.target, inner, element_of(value))
    walker.draft.is_sure = False  # what the body binds may stand under a test
    leaves = walker.block(node.body, inner)
    walker.draft.broken_off(inner.branch[-1], [test for way, test in leaves.ways.items() if way != "continues"])
    if not leaves.ways.keys() <= {"continues"}:
        condition = Condition(node.lineno, ()).within(place.condition)
        walker.draft.effect(Effect.ITERATED, value, node, place.under(OTHER_TEST)._replace(condition=condition))
    else:
        walker.draft.effect(Effect.ITERATED, value, node, place)
    return _looped(walker, node, place, leaves, forever=False)


def _in_loop(walker: Walker, place: Place) -> Place:
    return place._replace(branch=(*place.branch, -walker.draft.branch()))


def _looped(
    walker: Walker, node: ast.While | ast.For | ast.AsyncFor, place: Place, body: Leaves, *, forever: bool
) -> Leaves:
    """Walk the `else` of a loop, which runs unless the loop is broken off; return how the loop is left."""
    otherwise = flow.NOWHERE
    if node.orelse:
        inner = place._replace(phase=Phase.TYPING) if forever else place
        if "breaks" in body.ways:
            inner = inner.under(Test(OTHER))._replace(condition=Condition(node.lineno, ()).within(place.condition))
        otherwise = walker.block(node.orelse, inner._replace(branch=(*place.branch, walker.draft.branch())))
    found = flow.repeated(body, forever=forever)
    return found.then(otherwise if "breaks" not in body.ways else otherwise.under(OTHER_TEST))


def with_(walker: Walker, node: ast.With | ast.AsyncWith, place: Place) -> Leaves:
    """Walk a `with` statement: the managers are entered, and left in the opposite order."""
    inner, awaited = place, walker.awaited
    managed: list[tuple[ast.expr, Value]] = []
    for item in node.items:
        walker.expressions.visit(item.context_expr, place)
        value = value_of(item.context_expr)
        walker.draft.effect(Effect.ENTER, value, item.context_expr, place)
        managed.append((item.context_expr, value))
        if item.optional_vars is not None:
            bound = Value(Kind.ENTERED, path=value.path, items=(value,)) if walker.draft.follows else value
            walker.bind_target(item.optional_vars, place, bound)
        walker.draft.is_sure = False  # the manager may end what comes behind it
        if path := raw_path(item.context_expr):
            _enter(walker, attribute_of(path, "__enter__"), item.context_expr, place)
        if suppresses_import_error(item.context_expr):
            condition = Condition(node.lineno, ("ImportError",)).within(place.condition)
            inner = place._replace(optional=True, condition=condition).under(OTHER_TEST)
        if suppressed(item.context_expr):
            walker.awaited = awaited | {"raises"}
            inner = inner._replace(branch=(*place.branch, walker.draft.branch()))
            names = frozenset(last_name(raw_path(each)) for each in suppressed(item.context_expr))
            walker.draft.attempts[inner.branch[-1]] = Attempt(names, 0, goes_on=True)
    leaves = walker.block(node.body, inner)
    for manager, value in reversed(managed):
        walker.draft.effect(Effect.LEAVE, value, manager, place)
    # nothing would come behind a block that always raises, were it not that its manager catches that
    goes_on = walker.awaited is not awaited or flow.only_raises(leaves)
    walker.awaited = awaited
    return leaves.without("raises").under(flow.NORMALLY) if goes_on else leaves


def _enter(walker: Walker, path: RawPath, node: ast.expr, place: Place) -> None:
    """The call that a `with` statement makes without naming it (PEP 343)."""
    walker.draft.calls.append(Call(path, (), (), span_of(node), place, walker.draft.tick()))


def try_(walker: Walker, node: ast.Try | ast.TryStar, place: Place) -> Leaves:
    """Walk a `try`: what stands in its body may fail, and its handlers go on from there."""
    survives = any(caught(handler) & SURVIVES_IMPORT_ERROR for handler in node.handlers)
    awaited = _awaited_by(node.handlers)
    inner = place._replace(optional=True) if survives else place
    blocks = [walker.draft.branch()] if node.handlers else []
    outer, walker.awaited = walker.awaited, walker.awaited | awaited
    in_try, walker.in_try = walker.in_try, True
    body = walker.block(node.body, inner._replace(branch=(*place.branch, *blocks)))
    walker.awaited = outer
    handled = [_handler(walker, each, body, node, place, blocks) for each in node.handlers]
    walker.in_try = in_try
    awaits = survives and any(isinstance(each, (ast.Import, ast.ImportFrom)) for each in node.body)
    behind = walker.behind(place._replace(optional=True) if awaits else place, body, node)
    if blocks:
        behind = behind._replace(branch=(*place.branch, walker.draft.branch()))
        walker.draft.exhaustive(blocks)
        names = frozenset[str]().union(*map(caught, node.handlers))
        goes_on = not all(each.ends for each in handled)
        exits = frozenset(way for each in handled for way in each.ways)
        walker.draft.attempts[blocks[0]] = Attempt(names, behind.branch[-1], goes_on, exits)
    walker.in_try = in_try or bool(node.finalbody)  # which ends the `else` as well
    otherwise = walker.block(node.orelse, behind)  # only if the import succeeds
    walker.in_try = in_try
    last = walker.block(node.finalbody, place)
    handlers = [(_test_of(each, node.body), leaves) for each, leaves in zip(node.handlers, handled, strict=True)]
    return flow.attempted(body.without(*awaited), otherwise, handlers, ends=body.ends or otherwise.ends).then(last)


def _test_of(handler: ast.ExceptHandler, body: Sequence[ast.stmt]) -> Test:
    """Return the test that a handler runs under: that an imported module is not there, or one that seldom holds."""
    missing = awaits_missing(handler, body)
    if len(missing) != 1:
        return OTHER_TEST if missing else flow.EXCEPTIONALLY
    found = Value(Kind.CALL, path=call_of(FIND_SPEC), items=(Value(Kind.CONSTANT, missing[0]),))
    return flow.negated(Test(found))


def _handler(
    walker: Walker,
    node: ast.ExceptHandler,
    body: Leaves,
    around: ast.Try | ast.TryStar,
    place: Place,
    blocks: list[int],
) -> Leaves:
    """Walk an exception handler; the only one of a block that always raises runs in any case."""
    if node.type is not None:
        walker.expressions.visit(node.type, place, Role.EXCEPT)
    condition = Condition(node.lineno, tuple(sorted(caught(node))), usual=False)
    if node.name:
        value = _instance_of(node.type) if walker.draft.follows else OTHER
        walker.draft.bind(node.name, BindingKind.ASSIGN, place, node.lineno, NO_PATH, value)
    survives = any(caught(handler) & SURVIVES_IMPORT_ERROR for handler in around.handlers)
    blocks.append(walker.draft.branch())
    inner = place._replace(
        condition=condition.within(place.condition),
        optional=survives or place.optional,
        branch=(*place.branch, blocks[-1]),
    )
    is_sure = flow.only_raises(body) and len(around.handlers) == 1
    leave = walker.draft.sure_inside(place.scope, [node.name] if node.name else [])
    leaves = walker.block(node.body, inner if is_sure else inner.under(flow.EXCEPTIONALLY))
    leave()
    return leaves


def _instance_of(kind: ast.expr | None) -> Value:
    """Return an instance of the class that a handler catches, unless that is one of Python's own."""
    path = raw_path(kind) if kind is not None else NO_PATH
    return Value(Kind.CALL, path=call_of(path)) if path and not hasattr(builtins, root_of(path)) else OTHER


def match(walker: Walker, node: ast.Match, place: Place) -> Leaves:
    """Walk a `match`: a chain of tests, as far as its patterns compare; any other may match or not."""
    walker.expressions.visit(node.subject, place)
    subject = value_of(node.subject)
    found: list[tuple[Test, Branch, Leaves]] = []
    blocks: list[int] = []
    base = place.branch
    for case in node.cases:
        names = _pattern(walker, case, subject, place)
        blocks.append(walker.draft.branch())
        made = flow.case_test(case, node.subject)
        test, branch, inside = OTHER_TEST, Branch.UNKNOWN, place.under(OTHER_TEST)
        condition = Condition(case.pattern.lineno, ()).within(place.condition)
        if made is None:
            inside = inside._replace(condition=condition)
        else:
            branch = walker.conditions.judge(made, place.scope)
            likely = walker.conditions.usual(made, place.scope)
            test = walker.draft.test(made, likely)
            inside, place = _under(walker, made, place, branch, likely)
        leave = walker.draft.sure_inside(place.scope, names)
        found.append((test, branch, walker.block(case.body, inside._replace(branch=(*base, blocks[-1])))))
        leave()
    if any(map(flow.is_irrefutable, node.cases)):
        walker.draft.exhaustive(blocks)
    behind = flow.NOWHERE
    for test, branch, leaves in reversed(found):
        behind = _left(test, branch, leaves, behind)
    return behind


def _pattern(walker: Walker, case: ast.match_case, subject: Value, place: Place) -> list[str]:
    """Walk the pattern of a case and its guard; return the names that it binds."""
    for part in ast.walk(case.pattern):
        if isinstance(part, (ast.MatchValue, ast.MatchClass)):
            walker.expressions.visit(part.value if isinstance(part, ast.MatchValue) else part.cls, place)
    found = list(captured(case.pattern, subject))
    for name, value in found:
        walker.draft.bind(name, BindingKind.ASSIGN, place, case.pattern.lineno, NO_PATH, value)
    if case.guard is not None:
        walker.expressions.visit(case.guard, place)
    return [name for name, _ in found]


def _awaited_by(handlers: Sequence[ast.ExceptHandler]) -> frozenset[str]:
    """How code may end that exception handlers go on from."""
    if not handlers:
        return NOTHING
    exits = any(caught(each) & {"BaseException", "SystemExit"} for each in handlers)
    return frozenset({"raises", "exits"} if exits else {"raises"})


def _left(test: Test, branch: Branch, body: Leaves, otherwise: Leaves) -> Leaves:
    """Return how an `if` is left; what the main module alone does leaves no other."""
    if branch is Branch.UNKNOWN:
        return flow.branched(test, body, otherwise)
    if branch in (Branch.MAIN, Branch.NOT_MAIN):
        return flow.NOWHERE
    return body if branch is Branch.ALWAYS else otherwise
