"""Statements (language reference, 7 and 8). A body is run as a generator: it yields what the project's body yields."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from . import assignments, operators
from .attempts import Attempt, attempt_of
from .calls import driven
from .classes import defined, metaclass_of
from .containers import some_items
from .expressions import Expressions, is_exception
from .groups import group_of, inside
from .objects import (
    Class,
    Frame,
    Instance,
    Outside,
    RaisedError,
    Steps,
    UnknownError,
    Walk,
    fail,
)
from .patterns import matches
from .type_names import alias, within

BREAK, CONTINUE = ("break", None), ("continue", None)
_ALIAS: Any = getattr(ast, "TypeAlias", None)  # from Python 3.12 on
_ENTERED, _ENTERED_ASYNCHRONOUSLY = ("__enter__", "__exit__"), ("__aenter__", "__aexit__")


class Statements:
    """Runs statements in a frame, one at a time, in the order in which Python would."""

    def __init__(self, walk: Walk, expressions: Expressions) -> None:
        self._walk = walk
        self._expressions = expressions
        self._kept: list[ast.Lambda] = []  # a function is known by the identity of its node
        self._attempts: dict[int, Attempt | None] = {}  # by the identity of the statement
        self.guards = 0  # blocks around what runs now, whose exceptions something catches
        self._ways: dict[type[ast.stmt], Callable[[Any, Frame], Steps]] = {
            ast.If: self._if,
            **dict.fromkeys((ast.AsyncFor, ast.For), self._for),
            ast.While: self._while,
            ast.Try: self._try,
            ast.TryStar: self._try,
            ast.With: lambda node, frame: self._with(node.items, node.body, frame),
            ast.AsyncWith: lambda node, frame: self._with(node.items, node.body, frame, is_async=True),
            ast.Return: self._return,
            ast.Expr: self._expression,
            ast.Assign: self._assign,
            ast.AnnAssign: self._annotated,
            ast.AugAssign: self._augmented,
            ast.Match: self._match,
        }
        self._plain: dict[type[ast.stmt], Callable[[Any, Frame], None]] = {
            ast.FunctionDef: self._function,
            ast.AsyncFunctionDef: self._function,
            ast.ClassDef: self._class,
            ast.Import: walk.imports,
            ast.ImportFrom: walk.imports,
            ast.Raise: self._raise,
            ast.Assert: self._assert,
            ast.Delete: self._delete,
            ast.Pass: lambda _node, _frame: None,
            ast.Global: lambda _node, _frame: None,
            ast.Nonlocal: lambda _node, _frame: None,
        }
        if _ALIAS is not None:
            self._plain[_ALIAS] = self._alias

    def run(self, body: Sequence[ast.stmt], frame: Frame) -> Steps:
        """Run statements; returns how they end: None, BREAK, CONTINUE, or "return" with a value."""
        for node in body:
            self._walk.spend()
            plain = self._plain.get(type(node))
            if plain is not None:
                plain(node, frame)
                continue
            if isinstance(node, (ast.Break, ast.Continue)):
                return BREAK if isinstance(node, ast.Break) else CONTINUE
            way = self._ways.get(type(node))
            if way is None:
                raise UnknownError
            signal = yield from way(node, frame)
            if signal is not None:
                return signal
        return None

    def _value(self, node: ast.expr | None, frame: Frame) -> Steps:
        """The value of an expression, which may be a `yield`."""
        if isinstance(node, ast.Yield):
            return (yield None if node.value is None else self._expressions.of(node.value, frame))
        if isinstance(node, ast.YieldFrom):
            owner = self._expressions.of(node.value, frame)
            if isinstance(owner, Iterator):
                return (yield from owner)
            yield from self._walk.iterate(owner)
            return None
        return None if node is None else self._expressions.of(node, frame)

    def _test(self, node: ast.expr, frame: Frame) -> bool:
        return self._walk.truth(self._expressions.of(node, frame))

    def _if(self, node: ast.If, frame: Frame) -> Steps:
        return (yield from self.run(node.body if self._test(node.test, frame) else node.orelse, frame))

    def _for(self, node: ast.For | ast.AsyncFor, frame: Frame) -> Steps:
        iterate = self._walk.iterate if isinstance(node, ast.For) else self._expressions.awaited_turns

        def turns() -> Iterator[object]:
            owner = self._expressions.of(node.iter, frame)
            for each in some_items(self._walk, owner) if isinstance(owner, Outside) else iterate(owner):
                self._expressions.assign(node.target, each, frame)
                yield each

        return (yield from self._loop(turns(), node, frame))

    def _while(self, node: ast.While, frame: Frame) -> Steps:
        return (yield from self._loop(iter(lambda: self._test(node.test, frame), False), node, frame))

    def _loop(self, turns: Iterator[object], node: ast.For | ast.AsyncFor | ast.While, frame: Frame) -> Steps:
        for _ in turns:
            signal = yield from self.run(node.body, frame)
            if signal is BREAK:
                return None
            if signal is not None and signal is not CONTINUE:
                return signal
        return (yield from self.run(node.orelse, frame))

    def _return(self, node: ast.Return, frame: Frame) -> Steps:
        return ("return", (yield from self._value(node.value, frame)))

    def _expression(self, node: ast.Expr, frame: Frame) -> Steps:
        yield from self._value(node.value, frame)

    def _assign(self, node: ast.Assign, frame: Frame) -> Steps:
        value = yield from self._value(node.value, frame)
        for target in node.targets:
            self._expressions.assign(target, value, frame)

    def _annotated(self, node: ast.AnnAssign, frame: Frame) -> Steps:
        if any(isinstance(each, ast.Call) for each in ast.walk(node.annotation)):
            raise UnknownError
        if node.value is not None:
            value = yield from self._value(node.value, frame)
            self._expressions.assign(node.target, value, frame)
        if frame.is_class and isinstance(node.target, ast.Name):
            frame.annotations.append(node.annotation)
        if isinstance(node.target, ast.Name) and (frame.is_class or frame.parent is None):
            annotations = frame.names.setdefault("__annotations__", {})
            if isinstance(annotations, dict):
                written = node.annotation
                text = written.value if isinstance(written, ast.Constant) else None
                annotations[node.target.id] = text if isinstance(text, str) else ast.unparse(written)

    def _augmented(self, node: ast.AugAssign, frame: Frame) -> Steps:
        target = node.target
        loaded: ast.expr = ast.Name(target.id, ast.Load()) if isinstance(target, ast.Name) else target
        left = self._expressions.of(loaded, frame)
        right = yield from self._value(node.value, frame)
        value = operators.binary(self._walk, node.op, left, right, in_place=True)
        self._expressions.assign(target, value, frame)

    def _match(self, node: ast.Match, frame: Frame) -> Steps:
        subject = self._expressions.of(node.subject, frame)
        for case in node.cases:
            fits = matches(self._walk, self._expressions, case.pattern, subject, frame)
            if fits and (case.guard is None or self._test(case.guard, frame)):
                return (yield from self.run(case.body, frame))
        return None

    @contextmanager
    def _in_try(self, frame: Frame, *, guards: int = 0) -> Iterator[None]:
        self.guards += guards
        frame.tries += 1
        try:
            yield
        finally:
            self.guards -= guards
            frame.tries -= 1

    def _try(self, node: ast.Try | ast.TryStar, frame: Frame) -> Steps:
        handled = self._handled_in_part if isinstance(node, ast.TryStar) else self._handled
        if not node.finalbody:
            return (yield from handled(node, frame))
        try:
            with self._in_try(frame):
                signal = yield from handled(node, frame)
        except (RaisedError, GeneratorExit) as end:
            if isinstance(end, RaisedError) or self._walk.closing:
                last = yield from self.run(node.finalbody, frame)
            else:
                last = self._collected(node.finalbody, frame)
            if last is not None:
                return last
            raise
        last = yield from self.run(node.finalbody, frame)
        return signal if last is None else last

    def _collected(self, body: Sequence[ast.stmt], frame: Frame) -> object:
        """Run the `finally` block of a generator that is garbage-collected; Python ignores exceptions in it."""
        try:
            return driven(self.run(body, frame))
        except RaisedError:
            return None
        except UnknownError:
            self._walk.left = 0  # the garbage collector would swallow the error: the walk ends at its next step
            return None

    def _handled(self, node: ast.Try | ast.TryStar, frame: Frame) -> Steps:
        around, frame.tried = frame.tried, self._attempts.setdefault(id(node), attempt_of(node))
        try:
            with self._in_try(frame, guards=1):
                signal = yield from self.run(node.body, frame)
        except RaisedError as error:
            tried, frame.tried = frame.tried, around
            if tried is not None and error is tried.error:
                return (yield from self._caught(tried.handler, error, frame))
            for handler in node.handlers:
                if handler.type is None or self._is_caught(error, self._expressions.of(handler.type, frame)):
                    return (yield from self._caught(handler, error, frame))
            raise
        finally:
            frame.tried = around
        if signal is None:
            signal = yield from self.run(node.orelse, frame)
        return signal

    def _handled_in_part(self, node: ast.Try | ast.TryStar, frame: Frame) -> Steps:
        """Run a `try` each of whose `except*` clauses takes some exceptions out of a group (PEP 654)."""
        try:
            with self._in_try(frame, guards=1):
                signal = yield from self.run(node.body, frame)
        except RaisedError as error:
            left = list(inside(error.value))
            for handler in node.handlers:
                kind = None if handler.type is None else self._expressions.of(handler.type, frame)
                taken = [each for each in left if self._is_caught(RaisedError(each), kind)]
                left = [each for each in left if each not in taken]
                if taken:
                    yield from self._caught(handler, RaisedError(group_of(self._walk, taken)), frame)
            if left:
                raise RaisedError(group_of(self._walk, left)) from None
            return None
        if signal is None:
            signal = yield from self.run(node.orelse, frame)
        return signal

    def _caught(self, handler: ast.ExceptHandler, error: RaisedError, frame: Frame) -> Steps:
        frame.caught.append(error.value)
        if handler.name:
            self._expressions.assign(ast.Name(handler.name, ast.Store()), error.value, frame)
        try:
            return (yield from self.run(handler.body, frame))
        finally:
            frame.caught.pop()
            if handler.name:
                frame.names.pop(handler.name, None)

    def _is_caught(self, error: RaisedError, kind: object) -> bool:
        kinds = kind if isinstance(kind, tuple) else (kind,)
        return any(operators.is_kind(error.value, each) for each in kinds)

    def _raise(self, node: ast.Raise, frame: Frame) -> None:
        if node.exc is None:
            scope: Frame | None = frame
            while scope is not None and not scope.caught:
                scope = scope.parent
            if scope is None:
                raise UnknownError
            raise RaisedError(scope.caught[-1])
        value = self._expressions.of(node.exc, frame)
        if isinstance(value, (Class, type)):
            value = self._walk.call(value)
        if not is_exception(value):
            raise UnknownError
        if node.cause is not None:
            cause = self._expressions.of(node.cause, frame)
            cause = self._walk.call(cause) if isinstance(cause, (Class, type)) else cause
            if isinstance(value, Instance):
                value.names["__cause__"] = cause
            elif isinstance(value, BaseException):
                vars(value)["cause"] = cause
        raise RaisedError(value)

    def _assert(self, node: ast.Assert, frame: Frame) -> None:
        if not self._test(node.test, frame):
            fail(AssertionError, *([self._expressions.of(node.msg, frame)] if node.msg is not None else []))

    def _delete(self, node: ast.Delete, frame: Frame) -> None:
        for target in node.targets:
            match target:
                case ast.Name(id=name) if name not in frame.elsewhere and name in frame.names:
                    del frame.names[name]
                case ast.Attribute(value=owner, attr=name):
                    assignments.drop(self._expressions.of(owner, frame), name)
                case ast.Subscript(value=owner, slice=key):
                    held = self._expressions.of(owner, frame)
                    operators.delete_item(self._walk, held, self._expressions.of(key, frame))
                case _:
                    raise UnknownError

    def _function(self, node: ast.FunctionDef | ast.AsyncFunctionDef, frame: Frame) -> None:
        decorators = [self._expressions.of(each, frame) for each in node.decorator_list]
        self._decorated(node, self._expressions.function(node, within(node, frame)), decorators, frame)

    def _decorated(self, node: Any, made: object, decorators: Sequence[object], frame: Frame) -> None:
        for each, decorator in zip(reversed(node.decorator_list), reversed(decorators), strict=True):
            self._expressions.stand(frame, each.lineno)
            made = self._walk.call(decorator, (made,))
        self._expressions.assign(ast.Name(node.name, ast.Store()), made, frame)

    def _class(self, node: ast.ClassDef, frame: Frame) -> None:
        decorators = [self._expressions.of(each, frame) for each in node.decorator_list]
        around = within(node, frame)
        bases = self._bases(node, around)
        options = self._expressions.keywords(node.keywords, around)
        metaclass = metaclass_of(bases, options.get("metaclass"))
        names: object = {}
        if isinstance(metaclass, Class) and metaclass.has("__prepare__"):
            names = self._walk.call(self._walk.get(metaclass, "__prepare__"), (node.name, tuple(bases)))
        if type(names) is not dict:
            raise UnknownError
        names.update(__module__=frame.module.name, __qualname__=node.name)
        inside = Frame(frame.module, names, around, frozenset())
        inside.is_class = True
        driven(self.run(node.body, inside))
        self._expressions.stand(frame, node.lineno)
        made = defined(self._walk, node.name, bases, names, options, inside)
        self._decorated(node, made, decorators, frame)

    def _alias(self, node: Any, frame: Frame) -> None:  # a statement that older Pythons have no class for
        parameters = ast.arguments([], [], None, [], [], None, [])
        value = ast.copy_location(ast.Lambda(parameters, node.value), node)
        self._kept.append(value)
        made = alias(node.name.id, self._expressions.function(value, within(node, frame)))
        self._expressions.assign(node.name, made, frame)

    def _bases(self, node: ast.ClassDef, frame: Frame) -> list[object]:
        """Return the bases of a class, less `object`; an object that is no class says which it stands for (PEP 560)."""
        written = tuple(self._expressions.spread(node.bases, frame))
        found: list[object] = []
        for each in written:
            if isinstance(each, Instance) and each.cls.has("__mro_entries__"):
                self._expressions.stand(frame, node.lineno)
                found += self._walk.iterate(self._walk.call(self._walk.get(each, "__mro_entries__"), (written,)))
            else:
                found.append(each)
        return [each for each in found if each is not object]

    def _with(
        self, items: Sequence[ast.withitem], body: Sequence[ast.stmt], frame: Frame, *, is_async: bool = False
    ) -> Steps:
        if not items:
            return (yield from self.run(body, frame))
        first, *rest = items
        manager = self._expressions.of(first.context_expr, frame)
        if isinstance(manager, Outside):
            return (yield from self._with_outside(items, body, frame, manager, is_async=is_async))
        names = _ENTERED_ASYNCHRONOUSLY if is_async else _ENTERED
        if not isinstance(manager, Instance) or not all(map(manager.cls.has, names)):
            raise UnknownError
        enter, leave = [self._walk.get(manager, each) for each in names]
        finished: Any = self._expressions.awaited if is_async else lambda value: value
        self._expressions.stand(frame, first.context_expr.lineno)
        value = finished(self._walk.call(enter))
        if first.optional_vars is not None:
            self._expressions.assign(first.optional_vars, value, frame)
        try:
            self.guards += 1
            signal = yield from self._with(rest, body, frame, is_async=is_async)
        except RaisedError as error:
            kind = error.value.cls if isinstance(error.value, Instance) else type(error.value)
            if not self._walk.truth(finished(self._walk.call(leave, (kind, error.value, None)))):
                raise
            return None
        finally:
            self.guards -= 1
        finished(self._walk.call(leave, (None, None, None)))
        return signal

    def _with_outside(
        self, items: Sequence[ast.withitem], body: Sequence[ast.stmt], frame: Frame, manager: Outside, *, is_async: bool
    ) -> Steps:
        """Run a block that something of a library manages, which may swallow an exception."""
        entered = self._walk.call(self._walk.get(manager, "__enter__"))
        if (target := items[0].optional_vars) is not None:
            self._expressions.assign(target, entered, frame)
        self.guards += 1
        try:
            return (yield from self._with(items[1:], body, frame, is_async=is_async))
        except RaisedError as error:
            raise UnknownError from error
        finally:
            self.guards -= 1
