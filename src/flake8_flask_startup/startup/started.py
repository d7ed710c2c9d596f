"""Which functions of the project startup runs, in the words of the message that goes on with what each of them does."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from ..model import Started
from .graph.trace import Run


def started_functions(runs: Iterable[Run]) -> dict[str, dict[Started, str]]:
    """Return the functions that a boot runs by file, each with what calls it: "`create_app()` in app.py calls f(),".

    A function that only functions of its own file call is given with the call that comes into the file.
    """
    every = {(each.path, each.name): each for each in runs}
    found: dict[str, dict[Started, str]] = {}
    outer: dict[Run, Run] = {}
    for each in every.values():
        outermost = _comes_in(each, every, outer)
        verb = f"lets {outermost.by}() call" if outermost.by else "calls"
        calls = f"{_caller(outermost)} {verb} {_callee(outermost.name)}, which"
        if outermost != each:
            calls += f" runs {_callee(each.name)}, which"
        found.setdefault(each.path, {})[each.begins, each.name] = calls
    return found


def _comes_in(run: Run, every: Mapping[tuple[str, str], Run], known: dict[Run, Run]) -> Run:
    """The call from another file, or from module code, that makes a function run; known are the answers so far."""
    inner = {run: None}
    while run not in known and run.caller and run.caller_path == run.path:
        above = every.get((run.path, run.caller))
        if above is None or above in inner:
            break
        inner[above] = None
        run = above
    outermost = known.get(run, run)
    known.update(dict.fromkeys(inner, outermost))
    return outermost


def _caller(run: Run) -> str:
    if run.caller:
        at = "" if run.caller_path == run.path else f" in {run.caller_path}"
        return f"`{_callee(run.caller)}`{at}"
    if not run.line:
        return "startup"
    return f"line {run.line}" if run.caller_path == run.path else f"line {run.line} of {run.caller_path}"


def _callee(name: str) -> str:
    """A qualified name as a message has it: lambdas have none."""
    last = name.rpartition(".<lambda")
    return f"a lambda in {last[0]}()" if last[1] and last[0] else "a lambda" if "<lambda" in name else f"{name}()"
