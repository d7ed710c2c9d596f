"""The values of expressions (language reference, 6)."""

from __future__ import annotations

import ast
import builtins
from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from types import GeneratorType
from typing import Any

from ...model.access_paths import item_of
from . import operators
from .attempts import attempt
from .calls import driven
from .code_texts import Code, made_of_text
from .objects import (
    MISSING,
    Class,
    Coroutine,
    Frame,
    Function,
    Instance,
    Keywords,
    Library,
    Outside,
    Position,
    RaisedError,
    Super,
    UnknownError,
    Walk,
    fail,
    native,
    not_known,
    pay,
    settled,
)
from .scopes import names_of
from .texts import MAX_LENGTH, bounded, shown

_GIVEN = frozenset({"eval", "exec", "super"})  # those that are given something
_OF_FRAME = _GIVEN | {"dir", "globals", "locals", "vars"}


class Expressions:
    """Evaluates expressions in a frame to the objects that Python would compute; UnknownError where it cannot."""

    def __init__(self, walk: Walk) -> None:
        self._walk = walk
        self.texts: list[Code] = []
        self._ways: dict[type[ast.expr], Callable[[Any, Frame], object]] = {
            ast.Constant: lambda node, _: node.value,
            ast.Name: lambda node, frame: self.name(node.id, frame),
            ast.Attribute: lambda node, frame: self._walk.get(self.of(node.value, frame), node.attr),
            ast.Subscript: self._item,
            ast.Call: self._call,
            ast.BinOp: self._operation,
            ast.BoolOp: self._choice,
            ast.Compare: self._comparison,
            ast.UnaryOp: lambda node, frame: operators.unary(self._walk, node.op, self.of(node.operand, frame)),
            ast.IfExp: self._either,
            ast.JoinedStr: self._template,
            ast.FormattedValue: self._field,
            ast.List: lambda node, frame: list(self.spread(node.elts, frame)),
            ast.Tuple: lambda node, frame: tuple(self.spread(node.elts, frame)),
            ast.Set: lambda node, frame: native(set, list(self.spread(node.elts, frame))),
            ast.Dict: self._mapping,
            ast.Lambda: lambda node, frame: self.function(node, frame),
            ast.ListComp: lambda node, frame: list(self._gathered(node, frame)),
            ast.SetComp: lambda node, frame: native(set, list(self._gathered(node, frame))),
            ast.GeneratorExp: lambda node, frame: self._gathered(node, frame),
            ast.DictComp: self._mapped,
            ast.NamedExpr: self._named,
            ast.Await: self._awaited,
            ast.Slice: self._slice,
        }

    def of(self, node: ast.expr, frame: Frame) -> object:
        """The value of an expression."""
        self._walk.spend()
        way = self._ways.get(type(node))
        if way is None:
            raise UnknownError
        return way(node, frame)

    def stand(self, frame: Frame, line: int) -> None:
        """Say where the next call stands."""
        if not isinstance(frame.module, Library):
            self._walk.position = Position(frame.module.name, line, frame.caller)

    def name(self, name: str, frame: Frame) -> object:
        """Return the object that a name is bound to in a frame."""
        scope, of_class = holder(frame, name)
        if scope is not None and name in scope.names:
            return scope.names[name]
        if scope is not None and scope.parent is not None and not of_class:
            fail(UnboundLocalError, name)
        module: Frame | None = frame
        while module is not None and module.parent is not None:
            module = module.parent
        if module is not None and name in module.names:
            return settled(module.names, name)
        if name in self._walk.builtins:
            return self._walk.builtins[name]
        if hasattr(builtins, name):  # one that is not done here
            raise UnknownError
        return fail(NameError, name)

    def function(self, node: ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda, frame: Frame) -> Function:
        """A function, its defaults evaluated."""
        every = node.args
        given = [*every.posonlyargs, *every.args, *every.kwonlyargs, every.vararg, every.kwarg]
        annotations = [each.annotation for each in given if each is not None and each.annotation is not None]
        if not isinstance(node, ast.Lambda) and node.returns is not None:
            annotations.append(node.returns)
        if any(isinstance(inner, ast.Call) for each in annotations for inner in ast.walk(each)):
            raise UnknownError
        defaults = [self.of(each, frame) for each in node.args.defaults]
        named = zip(node.args.kwonlyargs, node.args.kw_defaults, strict=True)
        return Function(
            node, frame, defaults, {each.arg: self.of(value, frame) for each, value in named if value is not None}
        )

    def spread(self, nodes: Sequence[ast.expr], frame: Frame) -> Iterator[object]:
        """The values of several expressions, what `*` spreads among them."""
        for each in nodes:
            if isinstance(each, ast.Starred):
                yield from self._walk.iterate(self.of(each.value, frame))
            else:
                yield self.of(each, frame)

    def keywords(self, nodes: Sequence[ast.keyword], frame: Frame) -> Keywords:
        """The keyword arguments of a call, what `**` spreads among them."""
        found: dict[str, object] = {}
        for each in nodes:
            value = self.of(each.value, frame)
            if each.arg is not None:
                found[each.arg] = value
            elif isinstance(value, dict) and all(isinstance(key, str) for key in value):
                found.update(value)
                pay(self._walk, value)
            else:
                raise UnknownError
        return found

    def _call(self, node: ast.Call, frame: Frame) -> object:
        if isinstance(node.func, ast.Name) and node.func.id in _OF_FRAME:
            found = self.name(node.func.id, frame)
            if found is self._walk.builtins.get(node.func.id) and (not node.args or node.func.id in _GIVEN):
                return self._of_frame(node, frame)
        callee = self.of(node.func, frame)
        args = tuple(self.spread(node.args, frame))
        keywords = self.keywords(node.keywords, frame)
        self.stand(frame, node.lineno)
        attempt(self._walk, frame.tried, callee)
        return self._walk.call(callee, args, keywords)

    def _of_frame(self, node: ast.Call, frame: Frame) -> object:
        """Calls that look at where they stand."""
        scope: Frame = frame
        name = node.func.id if isinstance(node.func, ast.Name) else ""
        if name == "super":
            return self._super(node, frame)
        if name in ("eval", "exec"):
            return made_of_text(self._walk, self, node, frame)
        if name == "globals":
            while scope.parent is not None:
                scope = scope.parent
            return scope.names
        if scope.parent is not None and not scope.is_class:
            raise UnknownError
        return sorted(scope.names) if name == "dir" else scope.names

    def _super(self, node: ast.Call, frame: Frame) -> Super:
        if node.args:
            cls, *receivers = [self.of(each, frame) for each in node.args]
            if not isinstance(cls, Class) or len(receivers) != 1:
                raise UnknownError
            return Super(cls, receivers[0])
        scope: Frame | None = frame
        while scope is not None and (scope.function is None or not scope.function.frame.is_class):
            scope = scope.parent
        if scope is None or scope.function is None or scope.function.frame.cls is None:
            raise UnknownError
        first = scope.function.node.args
        name = (*first.posonlyargs, *first.args)[0].arg
        return Super(scope.function.frame.cls, scope.names[name])

    def _item(self, node: ast.Subscript, frame: Frame) -> object:
        owner = self.of(node.value, frame)
        return operators.item(self._walk, owner, self.of(node.slice, frame))

    def _slice(self, node: ast.Slice, frame: Frame) -> slice:
        bounds = [None if each is None else self.of(each, frame) for each in (node.lower, node.upper, node.step)]
        return slice(*bounds)

    def _operation(self, node: ast.BinOp, frame: Frame) -> object:
        left = self.of(node.left, frame)
        return operators.binary(self._walk, node.op, left, self.of(node.right, frame))

    def _choice(self, node: ast.BoolOp, frame: Frame) -> object:
        value: object = None
        for each in node.values:
            value = self.of(each, frame)
            if each is not node.values[-1] and self._walk.truth(value) is isinstance(node.op, ast.Or):
                break
        return value

    def _comparison(self, node: ast.Compare, frame: Frame) -> object:
        left = self.of(node.left, frame)
        found: object = True
        for kind, each in zip(node.ops, node.comparators, strict=True):
            right = self.of(each, frame)
            found = operators.compare(self._walk, kind, left, right)
            if each is not node.comparators[-1] and not self._walk.truth(found):
                break
            left = right
        return found

    def _either(self, node: ast.IfExp, frame: Frame) -> object:
        return self.of(node.body if self._walk.truth(self.of(node.test, frame)) else node.orelse, frame)

    def _template(self, node: ast.JoinedStr, frame: Frame) -> str:
        return bounded("".join(str(self.of(each, frame)) for each in node.values))

    def _field(self, node: ast.FormattedValue, frame: Frame) -> str:
        value = self.of(node.value, frame)
        spec = str(self.of(node.format_spec, frame)) if node.format_spec is not None else ""
        conversion = chr(node.conversion) if node.conversion >= 0 else ""
        if isinstance(value, Outside):
            raise UnknownError
        return shown(self._walk, value, conversion, spec)

    def _mapping(self, node: ast.Dict, frame: Frame) -> dict[object, object]:
        found: dict[object, object] = {}
        for key, each in zip(node.keys, node.values, strict=True):
            if key is None:
                value = self.of(each, frame)
                if not isinstance(value, dict):
                    raise UnknownError
                found.update(value)
                pay(self._walk, value)
            else:
                at = self.of(key, frame)
                operators.set_item(self._walk, found, at, self.of(each, frame))
        return found

    def _named(self, node: ast.NamedExpr, frame: Frame) -> object:
        value = self.of(node.value, frame)
        while frame.function is None and frame.parent is not None and not frame.is_class:
            frame = frame.parent
        bind(node.target.id, value, frame)
        return value

    def _awaited(self, node: ast.Await, frame: Frame) -> object:
        return self.awaited(self.of(node.value, frame))

    def awaited(self, value: object) -> object:
        """Return the result of a coroutine, or of an object that can be awaited; raise UnknownError for any other."""
        if isinstance(value, Coroutine):
            return value.run()
        if isinstance(value, Instance) and value.cls.has("__await__"):
            steps: Any = self._walk.call(self._walk.get(value, "__await__"))
            return driven(steps) if isinstance(steps, GeneratorType) else not_known(self._walk)
        raise UnknownError

    def awaited_turns(self, value: object) -> Iterator[object]:
        """The items of an object that is iterated over by `async for`."""
        if not isinstance(value, GeneratorType):
            value = self._walk.call(self._walk.get(value, "__aiter__"))
        if isinstance(value, GeneratorType):
            yield from self._walk.iterate(value)
            return
        while True:
            try:
                each = self.awaited(self._walk.call(self._walk.get(value, "__anext__")))
            except RaisedError as error:
                if operators.is_kind(error.value, StopAsyncIteration):
                    return
                raise
            yield each

    def _gathered(self, node: ast.ListComp | ast.SetComp | ast.GeneratorExp, frame: Frame) -> Iterator[object]:
        inner, first = self._comprehension(node, frame)
        return self._bounded(self.of(node.elt, inner) for _ in self._turns(node.generators, inner, first))

    def _mapped(self, node: ast.DictComp, frame: Frame) -> dict[object, object]:
        found: dict[object, object] = {}
        for key, value in self._pairs(node, frame):
            operators.set_item(self._walk, found, key, value)
        return found

    def _pairs(self, node: ast.DictComp, frame: Frame) -> Iterator[tuple[object, object]]:
        inner, first = self._comprehension(node, frame)
        for _ in self._turns(node.generators, inner, first):
            key = self.of(node.key, inner)
            yield key, self.of(node.value, inner)

    @staticmethod
    def _bounded(found: Iterator[object]) -> Iterator[object]:
        yield from islice(found, MAX_LENGTH)

    def _comprehension(self, node: Any, frame: Frame) -> tuple[Frame, object]:  # of any of four kinds
        targets = names_of([each.target for each in node.generators])
        inner = Frame(frame.module, {}, frame, targets.bound)
        return inner, self.of(node.generators[0].iter, frame)

    def _turns(self, loops: Sequence[ast.comprehension], frame: Frame, first: object = MISSING) -> Iterator[None]:
        loop, *rest = loops
        owner = self.of(loop.iter, frame) if first is MISSING else first
        for each in self.awaited_turns(owner) if loop.is_async else self._walk.iterate(owner):
            self.assign(loop.target, each, frame)
            if all(self._walk.truth(self.of(test, frame)) for test in loop.ifs):
                if rest:
                    yield from self._turns(rest, frame)
                else:
                    yield

    def assign(self, target: ast.expr, value: object, frame: Frame) -> None:
        """Bind a target of an assignment."""
        match target:
            case ast.Name(id=name):
                bind(name, value, frame)
            case ast.Attribute(value=owner, attr=name):
                self._walk.set(self.of(owner, frame), name, value)
            case ast.Subscript(value=owner, slice=key):
                held = self.of(owner, frame)
                operators.set_item(self._walk, held, self.of(key, frame), value)
            case ast.Tuple(elts=targets) | ast.List(elts=targets):
                self._unpack(targets, value, frame)
            case _:
                raise UnknownError

    def _unpack(self, targets: Sequence[ast.expr], value: object, frame: Frame) -> None:
        if isinstance(value, Outside) and not any(isinstance(each, ast.Starred) for each in targets):
            value = [Outside(item_of(value.path), hides=value.hides) for _ in targets]
        values = list(islice(self._walk.iterate(value), MAX_LENGTH))
        starred = [at for at, each in enumerate(targets) if isinstance(each, ast.Starred)]
        if starred:
            (at,) = starred
            behind = len(targets) - at - 1
            if len(values) < len(targets) - 1:
                fail(ValueError, "not enough values to unpack")
            middle = values[at : len(values) - behind]
            values = [*values[:at], middle, *values[len(values) - behind :]]
        if len(values) != len(targets):
            fail(ValueError, "wrong number of values to unpack")
        for each, one in zip(targets, values, strict=True):
            self.assign(each.value if isinstance(each, ast.Starred) else each, one, frame)


def holder(frame: Frame, name: str) -> tuple[Frame | None, bool]:
    """The scope that a name belongs to, None for the module's or a built-in one; and whether it is a class's."""
    declared = frame.elsewhere.get(name)
    if declared == "global":
        return None, False
    scope: Frame | None = frame
    if declared == "nonlocal":
        scope = frame.parent
    is_first = True
    while scope is not None and scope.parent is not None:
        if scope.is_class and is_first and declared is None and name in scope.names:
            return scope, True
        if not scope.is_class and name in scope.bound:
            return scope, False
        if not scope.is_class and scope.elsewhere.get(name) == "global":
            return None, False
        is_first = False
        scope = scope.parent
    return None, False


def bind(name: str, value: object, frame: Frame) -> None:
    """Bind a name in the scope that an assignment there binds it in."""
    declared = frame.elsewhere.get(name)
    if declared is None:
        frame.names[name] = value
        return
    scope: Frame | None = frame
    if declared == "nonlocal":
        scope = holder(frame, name)[0]
    else:
        while scope is not None and scope.parent is not None:
            scope = scope.parent
    if scope is None:
        raise UnknownError
    scope.names[name] = value


def is_exception(value: object) -> bool:
    """Whether a value can be raised."""
    if isinstance(value, Instance):
        return value.cls.is_derived_from(BaseException)
    return isinstance(value, BaseException)
