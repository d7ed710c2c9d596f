"""The verdicts on the import statements of a file that startup pays for: the fate and the price of each."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import groupby

from ..config.settings import Settings
from ..costs.table import CostTable
from ..model import Cost, CostSource
from ..syntax.lazy_imports import waits
from ..syntax.static_conditions import Target
from ..syntax.symbol_table import Import
from .import_fate import Fate, Judge
from .module import Module


@dataclass(frozen=True, slots=True)
class Verdict:
    """One import statement that startup pays for, what it costs, and its fate with the reason for it.

    used is the line on which the function around it, which startup runs, uses a name of it; 0 where it only imports.
    alone says what deferring it saves where others bring it in too; empty if that is its cost. follows says that it is
    needed only in so far as another statement, or file, needs its package. is_lazy says that the import waits, and that
    startup uses a name of it all the same (PEP 810).
    """

    imports: tuple[Import, ...]
    package: str
    cost: Cost
    fate: Fate
    reason: str = ""
    used: int = 0
    alone: str = ""
    follows: bool = False
    is_lazy: bool = False


def verdicts(
    module: Module,
    settings: Settings,
    table: CostTable,
    beside: Callable[[Verdict], Verdict] | None = None,
    matters: Callable[[str, int], bool] | None = None,
) -> Iterator[Verdict]:
    """A verdict for every import statement that loading the module, or starting the app, pays the threshold for.

    beside looks at what other modules, which the file loads, bring in: it turns a verdict that defers what they need.
    matters says of a package, and the line that imports it, whether anybody asks for that verdict: a file about whose
    packages nobody asks has none but those on development packages.
    """
    beside = beside or (lambda each: each)
    judge = Judge(module, settings)
    statements = list(_paid(judge, table))
    heavy = (each for each in statements if settings.is_heavy(table.cost([one.dotted for one in each])))
    is_asked = matters is None or any(matters(_named(one, table), one.span.line) for each in heavy for one in each)
    judged = list(_separately(statements, judge, table, is_asked=is_asked))
    staying = _staying(judged, judge, table)
    found: list[Verdict] = []
    for verdict in judged:
        if verdict.fate in _DEFERRING or verdict.fate is Fate.UNUSED:
            # Checked first because it is cheap: searching all files of the project for uses is not.
            following = beside(_with_others(verdict, staying, settings, table))
            if following.fate is not Fate.NEEDED:
                fate, reason = judge.fate(verdict.imports)
                following = replace(verdict, fate=fate, reason=reason)
            found.append(following)
        else:
            found.append(verdict)
    staying = _staying(found, judge, table)
    for verdict in found:
        yield beside(_with_others(verdict, staying, settings, table))


def _staying(found: Iterable[Verdict], judge: Judge, table: CostTable) -> Mapping[str, int]:
    """The names of the rows that stand for what stays, each with the line of the first import of it."""
    needed = (each for each in found if each.fate is Fate.NEEDED and not each.follows)
    names: dict[str, int] = {}
    staying = (*(each for verdict in needed for each in verdict.imports), *judge.run_while_loading())
    for each in (*staying, *_unpriced(judge, table)):
        if (row := table.brought(each.dotted)) is not None:
            names.setdefault(row.name, each.span.line)
    return names


def _unpriced(judge: Judge, table: CostTable) -> Iterator[Import]:
    """The imports that the file needs of packages that have no figure, but bring in one that has."""
    for each in judge.module.facts.imports:
        if each.level or table.row(each.dotted) is not None or table.brought(each.dotted) is None:
            continue
        if judge.is_paid(each) and judge.own_fate((each,))[0] is Fate.NEEDED:
            yield each


def _with_others(verdict: Verdict, staying: Mapping[str, int], settings: Settings, table: CostTable) -> Verdict:
    """A verdict that defers nothing whose package statements that stay would bring in all the same.

    staying are the names of the rows that stand for what those import, each with the line of the first.
    """
    if verdict.fate not in _DEFERRING or not staying:
        return verdict
    names = [each.dotted for each in verdict.imports]
    saved = table.beyond(names, staying).ms
    if saved >= settings.threshold:
        return verdict
    line = staying[min(staying, key=lambda other: table.beyond(names, [other]).ms)]
    if saved >= least_worth(verdict, settings):
        return replace(verdict, alone=f"{saved:.0f} ms alone, line {line} brings the rest in too")
    most = "it" if saved < 1 else f"all but {saved:.0f} ms of it"
    return replace(verdict, fate=Fate.NEEDED, reason=f"line {line} brings {most} in anyway", follows=True)


def least_worth(verdict: Verdict, settings: Settings) -> float:
    """The saving (ms) that makes it worth to defer an import, a part of whose cost others keep."""
    return min(settings.threshold, verdict.cost.ms / 2)


_DEFERRING = (Fate.DEFER, Fate.TYPING)


def _paid(judge: Judge, table: CostTable) -> Iterator[tuple[Import, ...]]:
    """The imports that startup pays for and that have a row, or are of development packages, statement by statement."""
    module, settings = judge.module, judge.settings
    candidates = [each for each in module.facts.imports if _matters(each, settings, table) and judge.is_paid(each)]
    for _, group in groupby(candidates, key=lambda each: each.span):
        if imports := tuple(each for each in group if not module.is_first_party(each.module.partition(".")[0])):
            yield imports


def _separately(
    statements: Iterable[tuple[Import, ...]], judge: Judge, table: CostTable, *, is_asked: bool
) -> Iterator[Verdict]:
    """A verdict for each statement, by its own file alone; where none is asked for, on development packages alone."""
    settings = judge.settings
    for statement in statements:
        waiting = tuple(each for each in statement if _waits(each, settings))
        used = judge.early_use(waiting) if waiting else ""
        imports = tuple(each for each in statement if used or each not in waiting)
        if not imports:
            continue
        cost = table.cost([each.dotted for each in imports])
        package = max(imports, key=lambda each: table.cost([each.dotted]).ms)
        development = [each for each in imports if settings.is_dev_package(each.dotted)]
        if development and not any(each.place.optional or _is_asked_for(each) for each in development):
            name = _named(development[0], table)
            yield Verdict(imports, name, cost, Fate.DEVELOPMENT)
        elif is_asked and settings.is_heavy(cost) and cost.source is not CostSource.UNKNOWN:
            if used:
                yield Verdict(imports, _named(package, table), cost, Fate.NEEDED, used, is_lazy=True)
                continue
            fate, reason = judge.own_fate(imports)
            line = judge.used_at_once(imports) if fate is Fate.FACTORY else 0
            yield Verdict(imports, _named(package, table), cost, fate, reason, line)


def _waits(each: Import, settings: Settings) -> bool:
    """Whether an import waits, or may."""
    target = Target.of(settings)
    return waits(each, target) is not False


def _matters(each: Import, settings: Settings, table: CostTable) -> bool:
    if each.level:
        return False
    return table.row(each.dotted) is not None or settings.is_dev_package(each.dotted)


def _named(each: Import, table: CostTable) -> str:
    row = table.row(each.dotted)
    return row.name if row is not None else each.module


def _is_asked_for(each: Import) -> bool:
    return each.place.condition is not None and each.place.condition.usual is not True
