"""Calling objects: functions of the project with their arguments bound (language reference, 6.3.4), and others."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import Any

from ...analysis.callback_models import keeps_callbacks, only_registers
from ...config.flask_objects import is_framework
from ...model.access_paths import call_of, first_of, without_calls
from ..models.env_files import is_filling
from ..models.signals import connects
from .attributes import bound
from .classes import instantiated
from .loaders import load_named
from .objects import (
    CODE,
    ITEMS_A_STEP,
    MISSING,
    QUIET,
    READING,
    Arguments,
    Bound,
    Class,
    Coroutine,
    Frame,
    Function,
    Instance,
    Keywords,
    Library,
    Native,
    Outside,
    Position,
    RaisedError,
    Steps,
    UnknownError,
    Walk,
    fail,
    native,
)
from .plain_values import is_plain
from .scopes import Names, names_of

_MADE_OF_FLASK = ("flask.Blueprint", "flask.Flask")  # which load nothing of the project by themselves
MAX_DEPTH = 40  # calls in each other


class Calls:
    """Calls functions, methods, classes and library functions as the walk comes to them; keeps which functions ran."""

    def __init__(self, walk: Walk) -> None:
        self._walk = walk
        self._names: dict[int, Names] = {}  # by the identity of a function's node, which its tree keeps
        self.depth = 0
        self.ran: dict[Function, Position] = {}  # the functions that have run, each with its first call

    def call(self, callee: object, args: Arguments, keywords: Keywords) -> object:
        """Return what an object returns for these arguments; raise UnknownError where that cannot be known."""
        walk = self._walk
        walk.spend(1 + len(keywords) // ITEMS_A_STEP)
        self.depth += 1
        try:
            if self.depth > MAX_DEPTH:
                raise UnknownError
            match callee:
                case Function():
                    return self._function(callee, args, keywords)
                case Bound():
                    return self.call(callee.function, (callee.receiver, *args), keywords)
                case Native():
                    return self._native(callee, args, keywords)
                case Class():
                    return self._class(callee, args, keywords)
                case Instance():
                    found = callee.cls.find("__call__")
                    if found is MISSING:
                        fail(TypeError, "object is not callable")
                    return self.call(bound(walk, found, callee, callee.cls), args, keywords)
                case Outside():
                    return outside(walk, callee, args, keywords)
                case type():
                    return self._type(callee, args, keywords)
            if is_plain(callee):
                fail(TypeError, "object is not callable")
            raise UnknownError
        finally:
            self.depth -= 1

    def _native(self, callee: Native, args: Arguments, keywords: Keywords) -> object:
        if callee.takes_walk:
            try:
                return callee.function(self._walk, *args, **keywords)
            except TypeError as error:  # of arguments that the model here does not know
                raise UnknownError from error
        if any(isinstance(each, (*CODE, Outside)) for each in (*args, *keywords.values())):
            raise UnknownError
        return native(callee.function, *args, **keywords)

    def _class(self, callee: Class, args: Arguments, keywords: Keywords) -> object:
        if isinstance(callee.metaclass, Class):
            found = callee.metaclass.find("__call__")
            if found is not MISSING:
                return self.call(bound(self._walk, found, callee, callee.metaclass), args, keywords)
        return instantiated(self._walk, callee, args, keywords)

    def _type(self, callee: type, args: Arguments, keywords: Keywords) -> object:
        if issubclass(callee, BaseException):
            if keywords:
                raise UnknownError
            return native(callee, *args)
        known = self._walk.builtins.get(call_of(callee.__name__))
        if not isinstance(known, Native):
            raise UnknownError
        return self._native(known, args, keywords)

    def names(self, node: ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda) -> Names:
        """The names that a function binds."""
        found = self._names.get(id(node))
        if found is None:
            body = [node.body] if isinstance(node, ast.Lambda) else node.body
            every = node.args
            given = [*every.posonlyargs, *every.args, *every.kwonlyargs, every.vararg, every.kwarg]
            found = names_of(body, [each.arg for each in given if each is not None])
            self._names[id(node)] = found
        return found

    def _function(self, function: Function, args: Arguments, keywords: Keywords) -> object:
        node = function.node
        names = self.names(node)
        frame = Frame(function.frame.module, {}, function.frame, names.bound)
        frame.elsewhere, frame.function = names.elsewhere, function
        _bind(frame.names, function, args, keywords)
        if isinstance(node, ast.Lambda):
            if names.yields:
                raise UnknownError
            self._note(function)
            return self._walk.evaluate(node.body, frame)
        steps = self._body(node, function, frame)
        if isinstance(node, ast.AsyncFunctionDef) and not names.yields:
            return Coroutine(lambda: driven(steps))
        return steps if names.yields else driven(steps)

    def _note(self, function: Function) -> None:
        """Take note of a function that runs: a generator function when its generator is asked for something."""
        if not isinstance(function.frame.module, Library):
            self.ran.setdefault(function, self._walk.position)

    def _body(self, node: ast.FunctionDef | ast.AsyncFunctionDef, function: Function, frame: Frame) -> Steps:
        self._note(function)
        signal = yield from self._walk.execute(node.body, frame)
        return signal[1] if signal is not None else None


def driven(steps: Steps) -> object:
    """Run a body that yields nothing to its end."""
    try:
        next(steps)
    except StopIteration as stop:
        return stop.value
    raise UnknownError


def outside(walk: Walk, callee: Outside, args: Arguments, keywords: Keywords) -> Outside:
    """Call something of a library: it may keep what it is given, where it is known to, but must not call it."""
    root = first_of(callee.path)
    keeps = keeps_callbacks(without_calls(callee.path))
    is_of_flask = callee.path in _MADE_OF_FLASK or bool(connects(callee.path) or connects(call_of(callee.path)))
    if (root not in QUIET and not is_of_flask) or callee.path.startswith("logging.config"):
        walk.note_outside()
    if callee.hides:
        raise UnknownError
    load_named(walk, callee.path, args, keywords)
    if is_filling(callee.path):
        walk.read_variables(next(iter(args), next(iter(keywords.values()), "")))
    given = [*args, *keywords.values()]
    given = [_seen_outside(each) for each in given]
    hides = any(isinstance(each, (*CODE, Iterator)) or (isinstance(each, Outside) and each.hides) for each in given)
    is_shared = any(isinstance(each, (dict, list, set)) for each in given)
    if ((hides and root != "logging") or (is_shared and root not in READING)) and not keeps:
        raise UnknownError
    if hides and not is_of_flask:
        walk.note_outside()  # it may ask an object for its text
    if hides:
        walk.note_kept(root)
    if not (keeps and only_registers(callee.path) and (hides or is_framework(root))):
        walk.note_asked(root)
    return Outside(call_of(callee.path)[-200:], hides=hides)


def _seen_outside(value: object) -> object:
    """Return an object as a library sees it: an app whose class defines no methods is an unknown object."""
    if not isinstance(value, Instance) or "__outside__" not in value.names:
        return value
    classes = [each for each in value.cls.order if isinstance(each, Class)]
    functions = [one for each in classes for one in each.names.values() if isinstance(one, Function)]
    is_own = any(not isinstance(each.frame.module, Library) for each in functions)
    return value if is_own else value.names["__outside__"]


def _bind(names: dict[str, object], function: Function, args: Arguments, keywords: Keywords) -> None:
    """Give the parameters of a function what a call passes, or their defaults."""
    every = function.node.args
    positional = [each.arg for each in (*every.posonlyargs, *every.args)]
    names.update(zip(positional, args, strict=False))
    if every.vararg is not None:
        names[every.vararg.arg] = tuple(args[len(positional) :])
    elif len(args) > len(positional):
        fail(TypeError, f"{function.name}() takes {len(positional)} positional arguments")
    rest: dict[str, object] = {}
    known = {each.arg for each in (*every.args, *every.kwonlyargs)}
    for name, value in keywords.items():
        if name in known:
            if name in names:
                fail(TypeError, f"{function.name}() got multiple values for argument {name!r}")
            names[name] = value
        elif every.kwarg is not None:
            rest[name] = value
        else:
            fail(TypeError, f"{function.name}() got an unexpected keyword argument {name!r}")
    if every.kwarg is not None:
        names[every.kwarg.arg] = rest
    defaults: dict[str, Any] = dict(
        zip(positional[len(positional) - len(function.defaults) :], function.defaults, strict=True)
    )
    defaults |= function.keyword_defaults
    for name in (*positional, *[each.arg for each in every.kwonlyargs]):
        if name not in names:
            if name not in defaults:
                fail(TypeError, f"{function.name}() missing a required argument: {name!r}")
            names[name] = defaults[name]


def is_raised(error: RaisedError, kind: type[BaseException]) -> bool:
    """Whether the project's code has raised a built-in exception of a kind."""
    value = error.value
    return isinstance(value, kind) or (isinstance(value, Instance) and value.cls.is_derived_from(kind))
