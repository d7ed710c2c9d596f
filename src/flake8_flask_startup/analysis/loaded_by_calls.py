"""Functions of libraries that load another package when they are called: a start that calls one pays for it anyway.

Source: tqdm 4.70, `tqdm.std.tqdm.pandas`.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping

from ..model.access_paths import callee_of, last_name, root_of
from ..syntax.static_conditions import Phase
from ..syntax.symbol_table import Import
from .call_graph import Reach

# By the last name of the function: the package that it is of, and the one that it loads.
FUNCTIONS: Mapping[str, tuple[str, str]] = {"pandas": ("tqdm", "pandas"), "tqdm_pandas": ("tqdm", "pandas")}
_LOADED = frozenset(loaded for _, loaded in FUNCTIONS.values())


def loaded_by(path: str) -> str:
    """Return the package that a call of what is at a resolved path loads; empty if none is known to be."""
    package, loaded = FUNCTIONS.get(last_name(path), ("", ""))
    return loaded if package and root_of(path) == package else ""


def loading_call(each: Import, reach: Reach, started: Collection[int]) -> str:
    """Return which call loads the package of an import all the same, while the file loads or the app starts.

    started are the functions that startup runs. Empty if no call surely does.
    """
    package = each.dotted.partition(".")[0]
    if package not in _LOADED:
        return ""
    facts = reach.facts
    for call in facts.calls:
        function, place = facts.function_of(call.place.scope), call.place
        runs = function in started or function in reach.surely_loading() if function else place.phase is Phase.IMPORT
        is_sure = place.condition is None and not place.optional and place.phase is not Phase.TYPING
        if runs and is_sure and loaded_by(reach.names.resolve(call.path, place.scope)) == package:
            return f"line {call.span.line} calls {callee_of(call.path)}(), which loads '{package}'"
    return ""
