"""The part that the FST3xx and FST603 rules share: what switches a flag on, and where that is meant for development.

A place is for development when a test around it, the function or class it is in, or its file says so by name.
"""

from __future__ import annotations

from enum import Enum
from pathlib import PurePath

from ...config.purpose import DEVELOPMENT, TESTING, words
from ...model.access_paths import before_item, keys_of
from ...syntax.places import Place
from ...syntax.resolver import Names
from ...syntax.static_conditions import Phase
from ...syntax.symbol_table import ScopeKind
from ...syntax.values import Kind, Value
from ..rule import Context
from .environment import READERS

# What a test may ask about besides: the other side of the same switch, and the reloader's own flag.
_ASKED = DEVELOPMENT | TESTING | {"debugger", "prod", "production", "reload", "reloader", "staging"}

# What comes of it: of the debugger alone, of debug mode given to a server, of debug mode in the configuration.
DEBUGGER = "runs code for anyone"
SERVED = f"its reloader starts the whole app twice, and its debugger {DEBUGGER}"
CONFIGURED = f"app.run() then starts the whole app twice, with a debugger that {DEBUGGER}"


class Switch(Enum):
    """How a value switches a flag on."""

    ON = "on"
    TEXT = "text"  # whatever an environment variable says, be it "0"


def switched(value: Value, scope: int, names: Names) -> Switch | None:
    """How a value read in a scope switches a flag on; None when it does not, or nobody can tell."""
    value = names.value(value, scope)
    if names.truth(value, scope):
        return Switch.ON
    if value.kind is Kind.CALL and value.path == "bool()" and len(value.items) == 1:
        value = names.value(value.items[0], scope)
    path = names.resolve(value.path, scope)
    is_variable = before_item(path) == "os.environ" and bool(keys_of(path))
    return Switch.TEXT if path in READERS or is_variable else None


def is_development(name: str) -> bool:
    """Whether a class's or function's name says that it is for development or tests."""
    return not words(name).isdisjoint(DEVELOPMENT | TESTING)


def is_development_file(path: PurePath) -> bool:
    """Whether a file's name says that it is for development; which files are tests is an option."""
    return not words(path.name).isdisjoint(DEVELOPMENT)


def guarded(place: Place, context: Context) -> bool:
    """Whether a statement never runs, or by what its surroundings are called runs in development alone."""
    if place.phase is Phase.TYPING or is_development_file(context.path):
        return True
    if place.condition is not None and any(not words(name).isdisjoint(_ASKED) for name in place.condition.names):
        return True
    scope = context.facts.scopes[place.scope]
    return scope.kind is not ScopeKind.MODULE and is_development(scope.name)


def explained(switch: Switch, where: str, effect: str, what: str = "debug mode") -> tuple[str, str]:
    """Return head and advice of a message about debug mode; where is such as "in app.run()", effect what it does."""
    if switch is Switch.TEXT:
        return (
            f'{what} read from an environment variable as text {where}, where even "0" is true',
            "compare the text with the values that mean on, or leave debug mode to flask run --debug",
        )
    return f"{what} switched on {where}", f"leave it to flask run --debug; {effect}"
