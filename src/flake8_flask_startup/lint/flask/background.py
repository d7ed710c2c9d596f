"""What startup must start in the background, because nothing else would."""

from __future__ import annotations

from ...config.purpose import words
from ...model.access_paths import is_attribute, last_name
from ...syntax.facts import Facts
from ...syntax.symbol_table import Call, ScopeKind

_WATCHING = frozenset({"exit", "heartbeat", "orphan", "orphaned", "watchdog"})


def must_start(call: Call, facts: Facts) -> bool:
    """Whether what a call starts in the background watches over the process, by its name, or is the server.

    The server is a function of the file that serves for good.
    """
    # of `Thread(target=serve).start()` the inner call is given it
    calls = [each for each in facts.body(call.place.scope).calls if each.span[:2] == call.span[:2]]
    given = (value for each in calls for value in (*each.args, *(value for _, value in each.keywords)))
    started = {last_name(value.path) for value in given}
    return any(not words(name).isdisjoint(_WATCHING) for name in started) or any(
        is_attribute(each.path, "serve_forever")
        for number, scope in enumerate(facts.scopes)
        if scope.kind is ScopeKind.FUNCTION and scope.name.rpartition(".")[2] in started
        for each in facts.body(number).calls
    )
