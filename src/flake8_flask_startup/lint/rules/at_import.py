"""The part that the FST2xx, FST4xx and FST5xx rules share: the calls that run while a module loads."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from ...analysis.call_graph import Trail
from ...inference.answers import Form
from ...model.access_paths import before_item, call_of, has_item, is_unknown, last_name, without_sign
from ...syntax.places import Place
from ...syntax.static_conditions import Phase
from ...syntax.symbol_table import Call
from ...syntax.values import OTHER, Kind, Value
from ..flask.apps import is_kept_as_app
from ..rule import Context

_PLAIN = re.compile(r"@?\w+(\.\w+|\(\))*")


def calls_at_import(context: Context, functions: Mapping[int, Trail]) -> Iterator[tuple[Call, str]]:
    """The calls of module code and of functions that it runs, each with words for how it is reached; decorators aside.

    What `map` calls for each item counts as called where somebody takes the items at once.
    """
    for call in map(_mapped, context.facts.calls):
        if call.decorates:
            continue
        if call.place.phase is Phase.IMPORT:
            yield call, ""
        elif call.place.phase is Phase.DEFERRED:
            trail = functions.get(context.facts.function_of(call.place.scope))
            if trail is not None:
                yield call, f" through {plain(trail.name) or 'a call'} on line {trail.line}"


def _mapped(call: Call) -> Call:
    """What `list(map(function, items))` calls, in the place of the call of `map`."""
    function = call.args[0] if call.path == "map" and call.keeper is None and len(call.args) > 1 else OTHER
    return call._replace(path=function.path, args=()) if function.kind is Kind.PATH else call


def startup_calls(context: Context) -> Iterator[tuple[Call, str]]:
    """The calls that a start makes, those of the file's factories among them, each with words for when."""
    loading, starting = context.loading, context.starting
    for call, route in calls_at_import(context, loading):
        yield call, f"at import time{route}"
    for call in context.facts.calls if starting else ():
        function = context.facts.function_of(call.place.scope)
        if call.place.phase is Phase.DEFERRED and function in starting and function not in loading:
            yield call, f"when the factory {starting[function].name}() runs"


def runs_by_default(call: Call, context: Context) -> bool:
    """Whether a start with nothing in its environment and on its command line may come to a call."""
    condition = call.place.condition
    return condition is None or (condition.usual is not False and not asks_command_line(call, context))


def doubt_of(context: Context) -> str | None:
    """What to add to advice where startup does not seem to reach the file; None where it surely does not."""
    boot, filename = context.boot, str(context.path)
    if boot is None or boot.reaches(filename):
        return ""
    doubt = boot.doubt(filename)
    return doubt and f"; {doubt}"


def is_assembly(context: Context) -> bool:
    """Whether a module keeps an app that it calls a factory for, and is not seen to be imported.

    A `wsgi.py`, or the file of a worker that a server loads: what it adds to the app nobody else pays for.
    """
    calls = (call for call in context.facts.calls if builds_app(call, context))
    if not any(is_kept_as_app(call, context.names) for call in calls):
        return False
    return context.boot is None or not context.boot.is_imported(str(context.path))


def builds_app(call: Call, context: Context) -> bool:
    """Whether module code calls a factory, known by its name or by what it makes."""
    if call.decorates or call.place.phase is not Phase.IMPORT or context.facts.function_of(call.place.scope):
        return False
    path = context.names.resolve(call.path, call.place.scope)
    if not is_unknown(path) and last_name(without_sign(path)) in context.settings.factories:
        return True
    types = context.settings.app_types
    if not is_kept_as_app(call, context.names) or context.names.is_class(path, types):  # FST201 tells of a class
        return False
    scope = call.place.scope
    is_local = bool(context.names.defined(path))
    if not is_local and context.settled.known(call.path, scope).form is not Form.FUNCTION:
        return False
    made = context.names.resolve(call_of(call.path), scope)
    return context.names.instance(made, types) or context.settled.known(call_of(call.path), scope).is_instance(types)


def asks_command_line(call: Call, context: Context) -> bool:
    """Whether a test around a call mentions the arguments of the command line."""
    condition = call.place.condition
    names = condition.names if condition is not None else ()
    return any(context.names.resolve(name, call.place.scope).startswith("sys.argv") for name in names)


def is_script(context: Context) -> bool:
    """Whether a module is run by hand: no import statement can name it, or its own code takes the command line apart.

    `python -m package` runs a `__main__`. A server that loaded what reads `sys.argv[1]` would find its own arguments
    there, and what calls `parse_args()` would end it. A file whose first line says what runs it is a script where
    startup does not reach it.
    """
    if context.path.name == "__main__.py" or not context.path.stem.isidentifier():
        return True
    if context.is_executable and context.boot is not None and not context.boot.reaches(str(context.path)):
        return True
    loading = [call for call in context.facts.bodies[0].calls if _always_loads(call.place)]
    if any(context.names.resolve(call.path, 0) in _PARSED for call in loading):
        return True
    scope = context.facts.scopes[0]
    kept = [each.value for found in scope.bindings.values() for each in found if _always_loads(each.place)]
    passed = [value for call in loading for value in (*call.args, *dict(call.keywords).values())]
    return any(_is_of_arguments(value, context) for value in (*kept, *passed))


_PARSED = frozenset({"argparse.ArgumentParser().parse_args", "argparse.ArgumentParser().parse_args()"})


def _always_loads(place: Place) -> bool:
    return place.phase is Phase.IMPORT and place.scope == 0 and not place.is_conditional


def _is_of_arguments(value: Value, context: Context) -> bool:
    """Whether a value is made of items of `sys.argv`."""
    if has_item(value.path):
        path = context.names.resolve(value.path, 0)
        if path != "sys.argv" and before_item(path) == "sys.argv":
            return True
    return any(_is_of_arguments(each, context) for each in (*value.items, *value.owner))


def given(call: Call, name: str) -> Iterator[Value]:
    """What may be the argument that a function's first parameter, of this name, gets."""
    yield from call.args[:1]
    yield from (value for keyword, value in call.keywords if keyword == name)


def plain(path: str) -> str:
    """A raw path as a message may quote it; empty when it holds more than names and calls, or a decorator of them."""
    return path if _PLAIN.fullmatch(path) else ""
