"""FST403 io-at-startup: network, database or cloud-client work at import time or in the factory."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ...model import Finding
from ...model.access_paths import attribute_of, call_of, root_of, split_method
from ...syntax.symbol_table import Call
from ...syntax.values import Kind, Value
from ..flask.background import must_start
from ..flask.io_calls import IMPORTS, INSTALL, PRICED, PROCESS, THREAD, WORDS, WORDS_WITH, Work, public_name, work_of
from ..flask.stored import stored_path
from ..rule import Context, rule
from .at_import import doubt_of, is_script, plain, runs_by_default, startup_calls

_PIP, _INSTALL = re.compile(r"\bpip3?\b"), re.compile(r"\binstall\b")


@rule(words=WORDS, imports=IMPORTS, words_with=WORDS_WITH)
def RULE(context: Context) -> Iterator[Finding]:  # noqa: N802  # the decorator makes a constant of it
    """Calls that do such work, in module code, in functions that it runs and in what a factory of the file runs."""
    if is_script(context):
        return
    for call, where in startup_calls(context):
        path = _known_path(call, context)
        ms = context.call_ms(path)
        work = _work(path, call) or (PRICED.get(path) if ms is not None and ms >= context.settings.threshold else None)
        if (
            work is None
            or not _runs_by_default(call, work, context)
            or (work is THREAD and must_start(call, context.facts))
        ):
            continue
        doubt = doubt_of(context)
        if doubt is None:
            return
        by = f" by {plain(call.path)}()" if plain(call.path) else ""
        yield Finding(RULE.code, call.span, f"{work.done}{by} {where}{_proviso(call)}", f"{work.advice}{doubt}", ms)


def _known_path(call: Call, context: Context) -> str:
    """The resolved path of a call, that of an instance of a local class by its base outside the project."""
    scope = call.place.scope
    path = public_name(stored_path(call.path, scope, context) or context.names.resolve(call.path, scope))
    if path[:1].isalpha() and context.is_first_party(root_of(path)):
        return f".{path}"
    owner, method = split_method(path)
    for number in context.names.defined(owner):
        for base in context.names.bases(context.facts.scopes[number]):
            if work_of(attribute_of(call_of(base), method), ()) is not None:
                return attribute_of(call_of(base), method)
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
    return work is INSTALL or runs_by_default(call, context)


def _proviso(call: Call) -> str:
    return f", under the condition on line {call.place.condition.line}" if call.place.condition is not None else ""
