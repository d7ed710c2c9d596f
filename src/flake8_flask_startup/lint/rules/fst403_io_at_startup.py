"""FST403 io-at-startup: network, database or cloud-client work at import time or in the factory."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ...model import Finding
from ...syntax.static_conditions import Phase
from ...syntax.symbol_table import Call
from ...syntax.values import Kind, Value
from ..flask.background import must_start
from ..flask.io_calls import IMPORTS, INSTALL, PRICED, PROCESS, THREAD, WORDS, WORDS_WITH, Work, public_name, work_of
from ..flask.stored import stored_path
from ..rule import Context, rule
from .at_import import asks_command_line, calls_at_import, is_script, plain

_PIP, _INSTALL = re.compile(r"\bpip3?\b"), re.compile(r"\binstall\b")


@rule(words=WORDS, imports=IMPORTS, words_with=WORDS_WITH)
def RULE(context: Context) -> Iterator[Finding]:  # noqa: N802  # the decorator makes a constant of it
    """Calls that do such work, in module code, in functions that it runs and in what a factory of the file runs."""
    if is_script(context):
        return
    for call, where in _calls(context):
        path = _known_path(call, context)
        ms = context.call_ms(path)
        work = _work(path, call) or (PRICED.get(path) if ms is not None and ms >= context.settings.threshold else None)
        if (
            work is None
            or not _runs_by_default(call, work, context)
            or (work is THREAD and must_start(call, context.facts))
        ):
            continue
        doubt = _doubt(context)
        if doubt is None:
            return
        by = f" by {plain(call.path)}()" if plain(call.path) else ""
        yield Finding(RULE.code, call.span, f"{work.done}{by} {where}{_proviso(call)}", f"{work.advice}{doubt}", ms)


def _doubt(context: Context) -> str | None:
    """What to add where startup does not seem to reach the file; None where it surely does not."""
    boot, filename = context.boot, str(context.path)
    if boot is None or boot.reaches(filename):
        return ""
    doubt = boot.doubt(filename)
    return doubt and f"; {doubt}"


def _calls(context: Context) -> Iterator[tuple[Call, str]]:
    """The calls that startup makes, each with words for when."""
    loading, starting = context.loading, context.starting
    for call, route in calls_at_import(context, loading):
        yield call, f"at import time{route}"
    for call in context.facts.calls if starting else ():
        function = context.facts.function_of(call.place.scope)
        if call.place.phase is Phase.DEFERRED and function in starting and function not in loading:
            yield call, f"when the factory {starting[function].name}() runs"


def _known_path(call: Call, context: Context) -> str:
    """The resolved path of a call, that of an instance of a local class by its base outside the project."""
    scope = call.place.scope
    path = public_name(stored_path(call.path, scope, context) or context.names.resolve(call.path, scope))
    if path[:1].isalpha() and context.is_first_party(path.partition(".")[0].partition("(")[0]):
        return f".{path}"
    owner, _, method = path.rpartition("().")
    for number in context.names.scopes_by_name.get(owner[1:], ()) if owner.startswith(":") else ():
        for base in context.names.bases(context.facts.scopes[number]):
            if work_of(f"{base}().{method}", ()) is not None:
                return f"{base}().{method}"
    return path


def _work(path: str, call: Call) -> Work | None:
    given = (*("..." for _ in call.args), *(name or "..." for name, _ in call.keywords))
    work = work_of(path, given)
    if work is PROCESS and _is_pip_install(" ".join(_strings(call.args))):
        return INSTALL
    return work


def _is_pip_install(text: str) -> bool:
    pip = _PIP.search(text)
    return pip is not None and _INSTALL.search(text, pip.end()) is not None


def _strings(values: tuple[Value, ...]) -> Iterator[str]:
    for value in values:
        if value.kind is Kind.CONSTANT and isinstance(value.constant, str):
            yield value.constant
        yield from _strings(value.items)


def _runs_by_default(call: Call, work: Work, context: Context) -> bool:
    """Whether a start with nothing in its environment may come to it: an install always waits for something to miss."""
    condition = call.place.condition
    if condition is None or work is INSTALL:
        return True
    return condition.usual is not False and not asks_command_line(call, context)


def _proviso(call: Call) -> str:
    return f", under the condition on line {call.place.condition.line}" if call.place.condition is not None else ""
