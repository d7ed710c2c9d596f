"""What is wrong with the answers about a case."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator, Sequence

from .case import ENTRY, NEIGHBOUR, Case, Text
from .doors import Answer, here, installed
from .sandbox import Picture, Sandbox

_FINDING = re.compile(rf"^(?:\./)?{re.escape(NEIGHBOUR)}:(\d+:\d+: FST\d+)", re.MULTILINE)
_RAW = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")  # what may not reach a terminal; a tab and an end of line may
_FAILED = re.compile(r"\b(?:not checked|internal error)\b.*\b\w+(?:Error|Exception|Iteration)\b|Traceback \(most")
_OTHERS = re.compile(r"Traceback \(most|\"(?!FST)[^\"]+\" failed during execution")
_STARTUP = re.compile(r":\d+:\d+: FST[1-5]\d\d ")
_REFUSAL = "There was a critical error during execution of Flake8:\n"
ENTRY_NAME = ENTRY.removesuffix(".py")

Say = Callable[[str], None]


def problems(case: Case, sandbox: Sandbox, say: Say) -> Iterator[str]:
    """Yield what is wrong with a case that is written; say is given what is asked before it is asked."""
    before = sandbox.picture()
    check = ["check", "-q", *case.check, *(["--app", ENTRY_NAME] if case.app else [])]
    first = yield from _asked(check, case, say)
    if case.spoil is not None:
        case.spoil(sandbox.project / ".flask_startup_cache", sandbox.outside)
        before = sandbox.picture()
    second = yield from _asked(check, case, say)
    if (first.status, first.out) != (second.status, second.out):
        yield f"check: the second run differs: {_difference(first.out, second.out)}"
    if "jobs" in case.sample:
        other = yield from _asked([*check, "-j2", "--fst-cache", "off"], case, say)
        if (first.status, first.out) != (other.status, other.out):
            yield f"check: -j2 differs: {_difference(first.out, other.out)}"
    if case.report is not None:
        report = ["report", *case.report, *(["--app", ENTRY_NAME] if case.app else [])]
        yield from _judged(report, _run(report, say), case.may_refuse or not case.app, frozenset())
    if "doors" in case.sample:
        yield from _through_doors(case, sandbox, check, first, say)
    after = sandbox.picture()
    for path in sorted(before.keys() | after.keys()):
        if before.get(path) != after.get(path) and not _is_in_new_cache(path, before, sandbox):
            yield f"changed on disk: {path!r}: {before.get(path)} -> {after.get(path)}"


def _is_in_new_cache(path: bytes, before: Picture, sandbox: Sandbox) -> bool:
    """Return whether a path lies in a folder of the project that is new, as a cache of another name is."""
    inside = path.removeprefix(os.fsencode(sandbox.project) + b"/")
    return inside != path and b"/".join((os.fsencode(sandbox.project), inside.split(b"/")[0])) not in before


def _asked(arguments: Sequence[str], case: Case, say: Say) -> Iterator[str]:
    """Yield what is wrong with an answer of `check`, and return it."""
    answer = _run(arguments, say)
    yield from _judged(arguments, answer, case.may_refuse, case.keeps)
    return answer


def _run(arguments: Sequence[str], say: Say) -> Answer:
    say(" ".join(arguments))
    return here(arguments)


def _through_doors(case: Case, sandbox: Sandbox, check: list[str], known: Answer, say: Say) -> Iterator[str]:
    """Yield what is wrong with the answers of the installed commands.

    flake8 itself waits for pipes and reads devices that it finds, and ends where Python's own parser does: it is handed
    the files that are ours by name where there are such, and a failure without a line of this project is not ours.
    """
    is_plain = all(isinstance(node, Text) for node in case.nodes.values())
    app = ["--fst-app", ENTRY_NAME] if case.app else []
    named = [] if is_plain else [NEIGHBOUR, ENTRY]
    flake8 = ["flake8", "--select=FST,E9", *_of_flake8(case.check), *app, *named]
    for command in (["flask-startup", *check], flake8):
        say(" ".join(command))
        answer = installed(command, sandbox.project, sandbox.environment())
        is_ours = command is not flake8
        if not is_ours and _OTHERS.search(answer.out + answer.err) and "flake8_flask_startup" not in answer.err:
            continue
        yield from _judged(command, answer, case.may_refuse, case.keeps, is_ours=is_ours)
        ours, theirs = (_startup_lines(each, [] if is_ours else named) for each in (known, answer))
        if {answer.status, known.status} <= {0, 1} and ours != theirs:
            yield f"{command[0]}: other findings than in process: {_difference(ours, theirs)}"


def _of_flake8(options: Sequence[str]) -> list[str]:
    return [each for each in options if each != "--locked"]  # a question that only the command answers


def _judged(
    arguments: Sequence[str], answer: Answer, may_refuse: bool, keeps: frozenset[str], *, is_ours: bool = True
) -> Iterator[str]:
    """Yield what is wrong with one answer."""
    asked = " ".join(arguments)
    if isinstance(answer.status, str) or answer.status not in {0, 1, 2}:
        yield f"{asked}: ended with {answer.status}: {answer.err[-300:]}"
        return
    for line in (answer.out + "\n" + answer.err).splitlines():
        if _FAILED.search(line):
            yield f"{asked}: {line[:300]}"
            break
    raw = _RAW.search(answer.out + answer.err)
    if raw and is_ours:
        yield f"{asked}: the control character {raw[0]!r} is printed"
    reason = answer.out.removeprefix(_REFUSAL) if answer.out.startswith(_REFUSAL) else answer.err
    if may_refuse and (answer.status == 2 or reason is not answer.err):
        if len(reason.strip().splitlines()) != 1:
            yield f"{asked}: refused, but not in one line: {reason[:300]!r}"
        return
    if answer.status == 2:
        yield f"{asked}: refused: {answer.err[:300]!r}"
    if f"{NEIGHBOUR}: not checked" in answer.err:
        yield f"{asked}: the neighbour is not checked"
    lost = keeps - set(_FINDING.findall(answer.out))
    if lost:
        yield f"{asked}: the neighbour loses {', '.join(sorted(lost))}: {answer.out[:300]!r} {answer.err[:300]!r}"


def _startup_lines(answer: Answer, files: Sequence[str]) -> str:
    """Return the findings of an answer in order, of all files or of some."""
    lines = {line.removeprefix("./") for line in answer.out.splitlines() if _STARTUP.search(line)}
    return "\n".join(sorted(line for line in lines if not files or line.startswith(tuple(files))))


def _difference(one: str, other: str) -> str:
    only = [f"-{each}" for each in one.splitlines() if each not in other.splitlines()]
    only += [f"+{each}" for each in other.splitlines() if each not in one.splitlines()]
    return " | ".join(only)[:600] or "the order or the status"
