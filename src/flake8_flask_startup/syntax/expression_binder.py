"""The half of the walk that looks into expressions: names read, calls made, lambdas and comprehensions opened."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable
from itertools import pairwise

from ..files.parsing import parsed_expression
from ..model import Span
from ..model.access_paths import NO_PATH, RawPath, as_raw, call_of, is_dotted, is_spelled_dotted, last_name
from . import operators, raising
from .builder import Draft
from .control_flow import negated
from .lowering import element_of, targets, value_of
from .parameters import defaults_of, gathering_of, parameters_of
from .places import OTHER_TEST, Condition, Place
from .raw_paths import comprehension_name, displayed, is_of_text, lambda_name, parts, raw_path
from .static_conditions import Phase, Target
from .symbol_table import BindingKind, Call, Effect, Role, ScopeKind, binding_scopes
from .values import ANNOTATED, OTHER, Kind, Value

MAX_NESTED = 50  # expressions in expressions: each takes up to four of Python's thousand frames

_Comprehension = ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp


def evaluates_annotations(tree: ast.Module, target: Target) -> bool:
    """Whether annotations are evaluated where they stand: not with PEP 563, and not from Python 3.14 on (PEP 649)."""
    futures = [node for node in tree.body if type(node) is ast.ImportFrom and node.module == "__future__"]
    postponed = any(alias.name == "annotations" for node in futures for alias in node.names)
    return target.version < (3, 14) and not postponed


class Expressions:
    """Walks expressions into a draft. evaluated says whether annotations are evaluated where they stand."""

    def __init__(self, draft: Draft, evaluated: bool) -> None:
        self.draft = draft
        self.evaluated = evaluated
        self._keepers: dict[ast.expr, str | None] = {}  # of calls and generators that are visited soon
        self.raises = False  # whether evaluating what was visited always raises
        self._depth = 0  # of expressions in expressions
        self._perhaps = 0  # expressions around that need not evaluate what is visited
        self._deeper: list[tuple[ast.expr, Place, Role, int]] = []

    def visit(self, node: ast.expr, place: Place, role: Role = Role.BODY, owner: int = 0) -> None:
        """Record what an expression reads and calls; of one that is nested very deep, what lies deepest comes last."""
        self._visit(node, place, role, owner)
        while self._deeper and not self._depth:
            deeper, self._deeper = self._deeper, []
            for each in deeper:
                self._visit(*each)

    def kept_by(self, keeper: str | None, node: ast.expr, place: Place) -> None:
        """Visit an expression whose value one name alone has, or nothing where the name is empty."""
        kept = [each for each in displayed(node) if type(each) in (ast.Call, ast.GeneratorExp)]
        for each in kept:
            if isinstance(each, ast.Call) and self._goes_through_later(each, place):
                kept += [one for one in each.args if self._goes_through_later(one, place)]
        self._keepers = dict.fromkeys(kept, keeper)
        self.visit(node, place)

    def _goes_through_later(self, node: ast.expr, place: Place) -> bool:
        """Whether a built-in function is called that goes through what it is given when its result is asked."""
        name = node.func.id if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) else ""
        return name in _LATER and not binding_scopes(self.draft.scopes, name, place.scope)

    def _visit(self, node: ast.expr, place: Place, role: Role, owner: int) -> None:
        is_read = self.draft.follows and role not in (Role.ANNOTATION, Role.TYPE)
        if is_read and type(node) is ast.Attribute and type(node.ctx) is ast.Load:
            self.draft.effect(Effect.READ, value_of(node), node, place)  # perhaps a property
        while type(node) is ast.Attribute:
            node = node.value
        if type(node) is ast.Name:
            self.draft.use(node.id, node.lineno, place, role, owner)
        elif type(node) is ast.Constant:
            if role is Role.ANNOTATION and isinstance(node.value, str):
                self._quoted(node, place, owner)
        elif self._depth >= MAX_NESTED:
            self._deeper.append((node, place, role, owner))
        else:
            self._depth += 1
            try:
                self._composed(node, place, role, owner)
            finally:
                self._depth -= 1

    def _composed(self, node: ast.expr, place: Place, role: Role, owner: int) -> None:
        if (visitor := _VISITORS.get(type(node))) is not None:
            visitor(self, node, place, role, owner)
        else:
            for child in parts(node):
                self._visit(child, place, role, owner)

    def _operation(self, node: ast.BinOp, place: Place, role: Role, owner: int) -> None:
        """The terms of an operation, and the call that it makes of an operand."""
        for child in parts(node):
            self._visit(child, place, role, owner)
        if self.draft.follows and role is Role.BODY:
            self.raises = self.raises or raising.operation(node)
            if isinstance(node.left, ast.Constant) and isinstance(node.left.value, str):
                self._ask(operators.of_percent(node), node, place)
            else:
                self._ask(operators.binary(node), node, place)

    def _ask(self, calls: Iterable[Value], node: ast.expr, place: Place) -> None:
        """Record the calls of special methods that an expression makes."""
        for each in calls:
            self.draft.effect(Effect.OPERATE, each, node, place)

    def truth(self, node: ast.expr, place: Place) -> None:
        """Record that an expression is asked whether it is true."""
        if self.draft.follows:
            self._ask(operators.truths(node), node, place)

    def _compare(self, node: ast.Compare, place: Place, role: Role, owner: int) -> None:
        self._visit(node.left, place, role, owner)
        self._visit(node.comparators[0], place, role, owner)
        self._perhaps += 1
        for child in node.comparators[1:]:
            self._visit(child, place, role, owner)
        self._perhaps -= 1
        if self.draft.follows and role is Role.BODY:
            self._ask(operators.compared(node), node, place)

    def _unary(self, node: ast.UnaryOp, place: Place, role: Role, owner: int) -> None:
        self._visit(node.operand, place, role, owner)
        if self.draft.follows and role is Role.BODY:
            if isinstance(node.op, ast.Not):
                self.truth(node.operand, place)
            elif (called := operators.unary(node)) is not None:
                self._ask((called,), node, place)

    def _formatted(self, node: ast.FormattedValue, place: Place, role: Role, owner: int) -> None:
        for child in parts(node):
            self._visit(child, place, role, owner)
        if self.draft.follows and (called := operators.spelled(node)) is not None:
            self._ask((called,), node, place)

    def _keyed(self, node: ast.Dict | ast.Set, place: Place, role: Role, owner: int) -> None:
        for child in parts(node):
            self._visit(child, place, role, owner)
        if self.draft.follows and role is Role.BODY:
            self._ask(operators.hashed(node.keys if isinstance(node, ast.Dict) else node.elts), node, place)

    def _named(self, node: ast.NamedExpr, place: Place, role: Role, owner: int) -> None:
        self._visit(node.value, place, role, owner)
        was_sure, self.draft.is_sure = self.draft.is_sure, False  # `known and (name := value)`
        if self._perhaps:
            place = place._replace(branch=(*place.branch, self.draft.branch()))
        self.draft.bind(node.target.id, BindingKind.ASSIGN, place, node.lineno, NO_PATH, value_of(node.value))
        self.draft.is_sure = was_sure

    def _subscript(self, node: ast.Subscript, place: Place, role: Role, owner: int) -> None:
        self._visit(node.value, place, role, owner)
        if role is not Role.ANNOTATION or not _is_literal(node):
            self._visit(node.slice, place, role, owner)
        if self.draft.follows and role in (Role.BODY, Role.BASE) and type(node.ctx) is ast.Load:
            self.raises = self.raises or raising.subscript(node)
            self.draft.effect(Effect.ITEM, operators.item(node), node, place)

    def _starred(self, node: ast.Starred, place: Place, role: Role, owner: int) -> None:
        """What a star goes through: `[*rows()]`, `load(*rows())`."""
        self._visit(node.value, place, role, owner)
        if self.draft.follows and role is Role.BODY and type(node.ctx) is ast.Load:
            value = value_of(node.value)
            self.draft.effect(Effect.ITERATE, value, node, place)
            self.draft.effect(Effect.ITERATED, value, node, place)

    def _operands(self, node: ast.BoolOp, place: Place, role: Role, owner: int) -> None:
        """The operands of `and` and `or`: those behind the first are evaluated where it does not decide."""
        self._visit(node.values[0], place, role, owner)
        raises = self.raises
        self._perhaps += 1
        for before, each in pairwise(node.values):
            if self.draft.follows and not isinstance(each, (ast.Name, ast.Constant)):
                test = self.draft.test(before)
                place = place.under(test if isinstance(node.op, ast.And) else negated(test))
            is_name = self.draft.follows and isinstance(each, ast.Name)
            self._visit(each, place.under(OTHER_TEST) if is_name else place, role, owner)
        self._perhaps -= 1
        self.raises = raises

    def _choice(self, node: ast.IfExp, place: Place, role: Role, owner: int) -> None:
        """The parts of a conditional expression, in the order they are evaluated."""
        self._visit(node.test, place, role, owner)
        self.truth(node.test, place)
        test = self.draft.test(node.test)
        raises = self.raises
        self._perhaps += 1
        self._visit(node.body, place.under(test), role, owner)
        self._visit(node.orelse, place.under(negated(test)), role, owner)
        self._perhaps -= 1
        self.raises = raises

    def annotation(self, node: ast.expr, place: Place, owner: int) -> None:
        """Record the names of an annotation that stands at place and belongs to the scope owner."""
        where = place if self.evaluated else place._replace(phase=Phase.TYPING)
        self.visit(node, where, Role.ANNOTATION, owner)

    def signature(self, arguments: ast.arguments, place: Place, number: int) -> None:
        """Record a signature, as far as it is of the place outside: defaults, annotations, how parameters are called.

        The scope that begins with it is number.
        """
        for default in (*arguments.defaults, *filter(None, arguments.kw_defaults)):
            self.visit(default, place, Role.DEFAULT)
        parameters = parameters_of(arguments)
        annotations = [each.annotation for each in parameters if each.annotation is not None]
        if annotations:
            where = place if self.evaluated else place._replace(phase=Phase.TYPING)
            for annotation in annotations:
                self.visit(annotation, where, Role.ANNOTATION, number)
        scope = self.draft.scopes[number]
        scope.parameters = tuple([parameter.arg for parameter in parameters])
        scope.gathering = gathering_of(arguments)

    def parameters(self, arguments: ast.arguments, inner: Place) -> None:
        """Bind the parameters of a signature in the scope inside."""
        for parameter in parameters_of(arguments):
            path = _annotated_path(parameter.annotation) if parameter.annotation is not None else NO_PATH
            value = Value(Kind.CALL, path=call_of(path), keys=ANNOTATED) if path else OTHER
            self.draft.bind(parameter.arg, BindingKind.PARAM, inner, parameter.lineno, NO_PATH, value)
        self.draft.scopes[inner.scope].defaults = tuple((name, value_of(node)) for name, node in defaults_of(arguments))

    def _call(self, node: ast.Call, place: Place, role: Role, owner: int) -> None:
        keeper = self._keepers.pop(node, None)
        if type(node.func) is ast.Attribute and node.func.attr == "close" and type(node.func.value) is ast.Call:
            self._keepers[node.func.value] = ""  # a coroutine that is closed has not run
        self._visit(node.func.value if type(node.func) is ast.Attribute else node.func, place, role, owner)
        for argument in node.args:
            self._visit(argument, place, role, owner)
        for keyword in node.keywords:
            self._visit(keyword.value, place, role, owner)
        path = raw_path(node.func)
        if path in raising.BUILT_IN and not binding_scopes(self.draft.scopes, path, place.scope):
            self.raises = self.raises or raising.call(node)
        if (types := _TYPES.get(last_name(path))) is not None:
            for argument in (*node.args[types], *[keyword.value for keyword in node.keywords]):
                self.quoted_within(argument, place)
        if not path and is_of_text(node.func):
            return
        calls = self.draft.calls if path else self.draft.unnamed
        calls.append(Call(
            path,
            tuple([value_of(argument) for argument in node.args]) if node.args else (),
            tuple([(keyword.arg or "", value_of(keyword.value)) for keyword in node.keywords]) if node.keywords else (),
            Span(node.lineno, node.col_offset, node.end_lineno or node.lineno),
            place,
            self.draft.tick(),
            0,
            OTHER if is_dotted(path) else value_of(node.func),
            keeper,
        ))  # fmt: skip

    def _yield(self, node: ast.Yield | ast.YieldFrom, place: Place, role: Role, owner: int) -> None:
        """What a generator yields stands in what its call gives; a context manager's is what `as` binds."""
        if node.value is not None:
            self._visit(node.value, place, role, owner)
        scopes = self.draft.scopes
        number = place.scope
        while scopes[number].kind is ScopeKind.COMPREHENSION:
            number = scopes[number].parent
        scopes[number].runs_later = True
        scopes[number].yields = scopes[number].yields or self.draft.tick()
        if node.value is None:
            return
        value = value_of(node.value)
        managed = any(each.endswith("contextmanager") for each in scopes[number].decorators)
        if isinstance(node, ast.YieldFrom):
            self.draft.effect(Effect.ITERATE, value, node, place)
        elif not managed:
            value = Value(Kind.SEQUENCE, items=(value,))
        self.draft.returns(number, value, place)
        if isinstance(node, ast.YieldFrom):
            self.draft.effect(Effect.ITERATED, value, node, place)

    def _lambda(self, node: ast.Lambda, place: Place, _: Role, __: int) -> None:
        name = lambda_name(node)
        span = Span(node.lineno, node.col_offset, node.end_lineno or node.lineno)
        number = self.draft.open(ScopeKind.LAMBDA, name, span, place)
        inner = Place(number, place.phase if place.phase is Phase.TYPING else Phase.DEFERRED)
        self.signature(node.args, place, number)
        self.parameters(node.args, inner)
        self.draft.bind(name, BindingKind.DEF, place, node.lineno, as_raw(self.draft.scopes[number].name))
        raises = self.raises
        self._visit(node.body, inner, Role.BODY, 0)
        self.raises = raises
        self.draft.returns(number, value_of(node.body), inner)

    def _comprehension(self, node: _Comprehension, place: Place, role: Role, owner: int) -> None:
        """A generator is taken to be consumed where it is made, as nearly all are: never later than it might run.

        One that a name keeps may be consumed.
        """
        is_kept = self._keepers.pop(node, None) is not None
        span = Span(node.lineno, node.col_offset, node.end_lineno or node.lineno)
        self._visit(node.generators[0].iter, place, role, owner)
        raises = self.raises
        name = comprehension_name(node)
        number = self.draft.open(ScopeKind.COMPREHENSION, name, span, place)
        inner = place._replace(scope=number, branch=(*place.branch, -self.draft.branch()))
        if is_kept and self.draft.follows:
            inner = inner.under(OTHER_TEST)._replace(condition=Condition(node.lineno, ()).within(place.condition))
        iterated: list[tuple[ast.expr, Value]] = []
        for position, generator in enumerate(node.generators):
            if position:
                self._visit(generator.iter, inner, role, owner)
            value = value_of(generator.iter)
            self.draft.effect(Effect.ITERATE, value, generator.iter, inner if position else place)
            iterated.append((generator.iter, value))
            if not position:
                self.draft.loop(inner.branch[-1], generator.target, element_of(value), inner)
            for target, each in targets(generator.target, element_of(value)):
                if isinstance(target, ast.Name):
                    read_in = inner if position else place  # the first iterable is evaluated outside (reference, 6.2.4)
                    self.draft.bind(target.id, BindingKind.PARAM, read_in, target.lineno, NO_PATH, each, number)
                else:
                    self._visit(target, inner, role, owner)
            for test in generator.ifs:
                self._visit(test, inner, role, owner)
                self.truth(test, inner)
                inner = inner.under(self.draft.test(test))
        elements = (node.key, node.value) if isinstance(node, ast.DictComp) else (node.elt,)
        for element in elements:
            self._visit(element, inner, role, owner)
        for element in elements:
            self.draft.returns(number, value_of(element), inner)
        scope = self.draft.scopes[number]
        scope.runs_later = is_kept
        scope.loop, scope.tests = inner.branch[-1], inner.tests[len(place.tests) :]
        self.draft.bind(name, BindingKind.DEF, place, node.lineno, as_raw(self.draft.scopes[number].name))
        self.raises = raises
        for source, value in reversed(iterated):
            self.draft.effect(Effect.ITERATED, value, source, place)

    def quoted_within(self, node: ast.expr, place: Place) -> None:
        """The strings in an argument that names a type, as in `cast("Frame", value)`."""
        for part in ast.walk(node):
            if isinstance(part, ast.Constant) and isinstance(part.value, str):
                self._quoted(part, place, place.scope)

    def _quoted(self, node: ast.Constant, place: Place, owner: int) -> None:
        """A string in an annotation is an annotation too, and nobody evaluates it."""
        try:
            inner = parsed_expression(str(node.value).strip())
        except SyntaxError:
            return
        for part in ast.walk(inner):
            if isinstance(part, ast.Name):
                self.draft.use(part.id, node.lineno, place._replace(phase=Phase.TYPING), Role.ANNOTATION, owner)


# Functions that go through what they are given when their result is asked for something.
_LATER = frozenset({"enumerate", "filter", "iter", "map", "zip"})
# Of typing's functions that take types, which arguments are some: a string there is an annotation.
_TYPES = {"cast": slice(1), "NewType": slice(1, None), "TypeVar": slice(1, None)}

# By node type, as a chain of `isinstance` is several times slower. Each visitor takes the node type it is keyed by.
_VISITORS: dict[type[ast.expr], Callable[..., None]] = {
    ast.BinOp: Expressions._operation,
    ast.BoolOp: Expressions._operands,
    ast.Call: Expressions._call,
    ast.Compare: Expressions._compare,
    ast.Dict: Expressions._keyed,
    ast.FormattedValue: Expressions._formatted,
    ast.IfExp: Expressions._choice,
    ast.Lambda: Expressions._lambda,
    ast.ListComp: Expressions._comprehension,
    ast.SetComp: Expressions._comprehension,
    ast.DictComp: Expressions._comprehension,
    ast.GeneratorExp: Expressions._comprehension,
    ast.NamedExpr: Expressions._named,
    ast.Set: Expressions._keyed,
    ast.Starred: Expressions._starred,
    ast.Subscript: Expressions._subscript,
    ast.UnaryOp: Expressions._unary,
    ast.Yield: Expressions._yield,
    ast.YieldFrom: Expressions._yield,
}


def _annotated_path(node: ast.expr) -> RawPath:
    """The class that an annotation names: of `Flask`, `"Flask"`, `Flask | None`, `Optional[Flask]`."""
    while True:
        match node:
            case ast.Constant(value=str() as text):
                return as_raw(text) if is_spelled_dotted(text) else NO_PATH
            case ast.BinOp(left=left, op=ast.BitOr(), right=ast.Constant(value=None)):
                node = left
            case ast.Subscript(value=owner, slice=inner) if last_name(raw_path(owner)) == "Optional":
                node = inner
            case _:
                return raw_path(node)


def _is_literal(node: ast.Subscript) -> bool:
    return last_name(raw_path(node.value)) == "Literal"
