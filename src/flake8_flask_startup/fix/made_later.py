"""A startup judged as if optional imports were plain ones, and objects of module code were made later."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import groupby
from pathlib import Path

from ..config.settings import Settings
from ..files.parsing import parsed
from ..lint.source import Source
from ..startup.fates import Fates
from ..startup.graph.plan import Removal
from ..startup.graph.trace import Statement
from ..syntax.import_statements import imported
from .evaluations import CALLS, evaluates, spelled
from .late_values import as_imports, late_values
from .optional import Optional, as_plain, optional_imports
from .refusal import Refused
from .sharing import readers
from .steps import NEEDED, Startup, Step, source_of, startup_of


def with_optional(
    startup: Startup, settings: Settings, *, unsafe: bool
) -> tuple[Startup, frozenset[Statement], list[tuple[Step, str]]]:
    """Return the startup with optional imports in the place of their `try`, which ones, and why others cannot go.

    The verdict on them is that on a plain import: so what must go for each package is found in a project that has them.
    unsafe says that objects of module code may be made later as well.
    """
    overlay, movable, refused = _judged_late(startup.plan, unsafe=unsafe)
    if not overlay:
        return startup, frozenset(), list(refused.values())
    again = _again(overlay, movable, startup.fates, settings) or startup
    needed = {each.statement for removal in again.plan for each in removal.blocked_by}
    left = [found for place, found in refused.items() if place not in movable - needed]
    return again, frozenset(movable), left


def later(plan: Sequence[Removal], fates: Fates | None, settings: Settings, *, unsafe: bool) -> Startup | None:
    """Return the startup as `with_optional` does, from a plan and its fates alone; None where that is the same."""
    overlay, movable, _ = _judged_late(plan, unsafe=unsafe)
    return _again(overlay, movable, fates, settings) if overlay else None


def _again(
    overlay: Mapping[Path, str], movable: Collection[Statement], fates: Fates | None, settings: Settings
) -> Startup | None:
    """The startup where files hold another text, and other files ask for objects of it when their functions do."""
    shared: dict[Statement, list[tuple[Statement, str]]] = {}
    free: dict[str, set[str]] = {}
    for each in sorted(movable):
        source = source_of(each.path)
        value = late_values(source.tree).get(each.line) if source is not None else None
        if fates is None or value is None or not value.is_made:
            continue
        try:
            users = [user for user in readers(each.path, value.names[0], settings) if fates.at(user[0]) is not None]
        except Refused:
            continue
        if all(fates.may_wait(place) for place, _ in users):
            shared[each] = users
            free.setdefault(each.path, set()).update(value.names)
    again = startup_of(settings, overlay, fates, free)
    return replace(again, shared=shared) if again is not None else None


def _judged_late(
    plan: Sequence[Removal], *, unsafe: bool
) -> tuple[Mapping[Path, str], set[Statement], Mapping[Statement, tuple[Step, str]]]:
    """Files as texts in which what could wait is a plain import, the statements that are, and why others are not.

    No files where each package has a statement that keeps it loaded all the same.
    """
    refused: dict[Statement, tuple[Step, str]] = {}
    late: dict[str, set[int]] = {}
    movable: set[Statement] = set()
    paths: set[str] = set()
    waiting: set[Statement] = set()  # that nothing may need then
    blocked = {blocker.statement: removal for removal in plan for blocker in removal.blocked_by}
    for path, places in groupby(sorted(blocked), key=lambda each: each.path):  # what a file has is not kept for long
        is_evaluating = _evaluates(source_of(path))
        for place in places:
            found = _optional_at(place)
            if isinstance(found, Refused):
                step = Step(blocked[place].package, blocked[place].saving_ms, {place: NEEDED})
                refused[place] = (step, f"{path}: {found}")
            if is_evaluating or isinstance(found, Optional):
                paths.add(path)
                movable.add(place)
            lines = set(_late_at(place, unsafe=unsafe))
            late.setdefault(path, set()).update(lines)
            if lines or place in movable:
                waiting.add(place)
    refused = {place: refused[place] for place in blocked if place in refused}  # in the order of the plan
    if not any(each.blocked_by and waiting.issuperset(by.statement for by in each.blocked_by) for each in plan):
        return {}, set(), refused
    overlay = {Path(path).absolute(): _judged_as(path, late[path]) for path in {*paths, *(p for p in late if late[p])}}
    movable |= {Statement(path, line) for path, lines in late.items() for line in lines}
    return overlay, movable, refused


def _optional_at(statement: Statement) -> Optional | Refused | None:
    """The optional import at a statement, or why it is none that can be moved."""
    source = source_of(statement.path)
    return optional_imports(source.tree).get(statement.line) if source is not None else None


def _late_at(statement: Statement, *, unsafe: bool) -> Iterator[int]:
    """The lines of what a cached function could take over, so that the import at a statement may wait."""
    alone = _optional_at(statement)
    if not unsafe and not isinstance(alone, Refused):
        return
    source = source_of(statement.path)
    values = late_values(source.tree) if source is not None else {}
    module = _module_at(source, statement.line) if unsafe and values else ""
    for line, each in values.items():
        is_it = unsafe and module == each.module
        if is_it if each.is_made else line == statement.line and isinstance(alone, Refused):
            yield from (each.line, *each.lines)


def _module_at(source: Source | None, line: int) -> str:
    nodes = (each for each in source.tree.body if each.lineno == line) if source is not None else ()
    return next((each.module for node in nodes for each in imported(node)), "")


def _judged_as(path: str, late: Collection[int]) -> str:
    """The text of a file with its optional imports, and what cached functions could take over, as plain imports."""
    source = source_of(path)
    assert source is not None  # noqa: S101  # something was found in it
    values = late_values(source.tree)
    text = as_imports("".join(source.lines), dict.fromkeys(values[line] for line in late))
    text = as_plain(text, parsed(text))
    return spelled(text, parsed(text)) if _evaluates(source) and not late else text


def _evaluates(source: Source | None) -> bool:
    """Whether functions of a file evaluate strings, and the names those may use can be imported in the functions."""
    return source is not None and any(CALLS.search(line) for line in source.lines) and evaluates(source.tree)
