"""The functions that build the app, which startup calls."""

from __future__ import annotations

from collections.abc import Iterator

from ..config.flask_objects import GROUPS
from ..config.settings import Settings
from ..inference.answers import Form
from ..inference.queries import Settled
from ..model.access_paths import as_raw, callee_of, is_own, last_name, name_in_file
from ..syntax.facts import Facts
from ..syntax.resolver import PARTIAL, Names
from ..syntax.symbol_table import Call, Scope, ScopeKind
from ..syntax.values import OTHER, Kind, Value


def factories(facts: Facts, names: Names, settled: Settled, settings: Settings) -> list[int]:
    """The scopes of functions that build the app: by name, or because they make an instance of an app class.

    A command of that name makes the files of a new app, and returns none. A class of another file is asked about where
    it is given the name of the module, as Flask is.
    """
    found = dict.fromkeys(
        number
        for number, scope in enumerate(facts.scopes)
        if scope.kind is ScopeKind.FUNCTION and scope.name in settings.factories and not _is_command(scope)
    )
    found |= dict.fromkeys(_given_to_groups(facts, names))
    for call in [each for number, body in facts.bodies.items() if number for each in body.calls]:
        number = facts.function_of(call.place.scope)
        if number not in found and makes_app(call, names, settled, settings):
            found[number] = None
    return list(found)


def _given_to_groups(facts: Facts, names: Names) -> Iterator[int]:
    """The functions that groups of commands make the app with, whatever they are called."""
    for call in facts.bodies[0].calls:
        given, scope = dict(call.keywords), call.place.scope
        if "create_app" in given:
            classes = (names.resolve(path, scope) for path in (call.path, given.get("cls", OTHER).path))
            made = _applied(given["create_app"], names, scope)
            if is_own(made) and any(names.is_class(each, GROUPS) for each in classes):
                yield from names.scopes_by_name.get(name_in_file(made), ())


def _applied(value: Value, names: Names, scope: int) -> str:
    """The resolved path of a function that is given, or that a partial function which is given calls."""
    path = names.resolve(value.path, scope)
    made = names.value(value, scope) if path.startswith(PARTIAL) else value
    is_partial = made.kind is Kind.CALL and names.resolve(made.path, scope) == PARTIAL and bool(made.items)
    return names.resolve(made.items[0].path, scope) if is_partial else path


def _is_command(scope: Scope) -> bool:
    """Whether a decorator makes a command of a function: Click's, Flask's or Typer's, of whatever group."""
    return any(last_name(callee_of(each)) == "command" for each in scope.decorators)


def makes_app(call: Call, names: Names, settled: Settled, settings: Settings) -> bool:
    """Whether a call makes an instance of an app class."""
    if names.is_class(names.resolve(call.path, call.place.scope), settings.app_types):
        return True
    if not names_module(call) or not last_name(call.path)[:1].isupper():
        return False
    known = settled.known(call.path, call.place.scope)
    return known.form is Form.CLASS and not settings.app_types.isdisjoint(known.classes)


def names_module(call: Call) -> bool:
    """Whether a call is given the name of the module it stands in, as Flask's constructor nearly always is."""
    return any(value == _NAME_OF_MODULE for value in (*call.args, *(value for _, value in call.keywords)))


_NAME_OF_MODULE = Value(Kind.PATH, path=as_raw("__name__"))
