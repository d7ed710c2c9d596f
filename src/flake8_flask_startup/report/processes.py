"""The processes that a project starts, each with its own predicted startup, and advice by their kind."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from ..config.entry_target import MAIN, Entry, EntryError, Process
from ..config.settings import Settings
from ..files.own_files import MARK
from ..model.messages import milliseconds
from ..project.entries import project_with
from ..startup.cost_tables import cost_table
from ..startup.followed import trace
from ..startup.graph.cost_model import StartupCosts
from ..startup.module_features import features_of

JSON_SCHEMA = 1
# What the kind of a process means for its imports. Only what holds for every process of the kind stands here.
ADVICE = {
    Process.WEB: "every worker pays this when it starts; what is deferred, the first request that needs it pays",
    Process.PRELOADING: "paid once, before the fork, and the memory is shared: what every worker needs may stay",
    Process.SERVERLESS: "paid in every cold start, while a request waits: defer what the first request does not need",
    Process.WORKER: "paid before the first task is taken; what few tasks need belongs into those tasks",
    Process.FLASK: "builds the app each time, for --help too: defer what not every command needs",
    Process.COMMAND: "paid each time that the command is given: defer what not every command needs",
    Process.PROGRAM: "paid each time that the program starts",
}


@dataclass(frozen=True, slots=True)
class ProcessCost:
    """A process and its predicted startup in ms; None, with the reason in problem, where there is none.

    loading_ms is what loading the module alone costs, before what the entry point names is called.
    """

    entry: Entry
    ms: float | None
    loading_ms: float | None
    problem: str = ""


def process_costs(entries: Iterable[Entry], settings: Settings) -> list[ProcessCost]:
    """Return the predicted startup of each entry point by itself.

    Raises:
        CostTableError: if a cost table cannot be read.
    """
    table = cost_table(settings)

    def startup_ms(target: str) -> float:
        targets = (target, *settings.startup_modules)
        project = project_with((target,), settings)
        traced = trace(project, targets, "", settings.flask)
        return StartupCosts(traced, table, features_of(traced, project)).total.ms

    found = []
    for entry in entries:
        module, _, name = entry.target.partition(":")
        try:
            ms = startup_ms(entry.target)
            loading = startup_ms(module) if name and name != MAIN else ms
        except EntryError as error:
            found.append(ProcessCost(entry, None, None, str(error)))
        else:
            found.append(ProcessCost(entry, ms, loading))
    return found


def as_text(costs: Iterable[ProcessCost]) -> str:
    """Return the processes as a table, and below it the advice for each kind that it has."""
    costs = list(costs)
    kinds = list(dict.fromkeys(each.entry.process for each in costs))
    wide = max(len(each.entry.target) for each in costs)
    lines = [f"{'process':<17}{'ms':>7} {'loading':>8}  {'entry point':<{wide}}  found in"]
    for each in costs:
        kind, target = each.entry.process.value, each.entry.target
        why = f"{each.entry.why}: {each.problem}" if each.problem else each.entry.why
        lines.append(f"{kind:<17}{_ms(each.ms):>7} {_ms(each.loading_ms):>8}  {target:<{wide}}  {why}")
    return "\n".join([*lines, *_advice(kinds)]) + "\n"


def _advice(kinds: Iterable[Process]) -> Iterator[str]:
    yield ""
    yield from (f"{kind.value}: {ADVICE[kind]}" for kind in kinds)


def as_json(costs: Iterable[ProcessCost]) -> dict[str, object]:
    """Return the processes as JSON values; milliseconds are rounded to tenths, null where nothing is predicted."""
    return {
        "schema": JSON_SCHEMA,
        **MARK,
        "processes": [
            {
                "process": each.entry.process.value,
                "entry": each.entry.target,
                "why": each.entry.why,
                "ms": _rounded(each.ms),
                "loading_ms": _rounded(each.loading_ms),
                "problem": each.problem or None,
                "advice": ADVICE[each.entry.process],
            }
            for each in costs
        ],
    }


def _rounded(ms: float | None) -> float | None:
    return None if ms is None else round(ms, 1)


def _ms(ms: float | None) -> str:
    return "-" if ms is None else milliseconds(ms)
