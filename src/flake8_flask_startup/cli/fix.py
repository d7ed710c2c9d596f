"""`flask startup fix`: the plan carried out, step by step, each checked by the analysis before it counts."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping
from contextlib import nullcontext
from dataclasses import replace
from importlib.util import find_spec
from typing import TYPE_CHECKING

import click
from click.core import ParameterSource
from flake8.exceptions import ExecutionError

from ..check.files import STDIN, find
from ..config.deployment.files import is_deployment
from ..config.options import parse
from ..config.ruff import IN_FUNCTIONS, Ruff, ruff
from ..config.settings import read
from ..costs.table import CostTableError
from ..files.printing import printable_lines
from ..files.source_file import reason
from ..model.messages import milliseconds
from ..startup.graph.plan import LEAST_SAVING
from ..syntax.lazy_imports import SINCE
from .check import nothing_in
from .fix_questions import Questions
from .fix_verify import asked_of, estimating, options_of_trial, trial, verified
from .flake8_arguments import options_of_flake8, options_of_settings, passed_on
from .group import FOUND, USAGE, CommandError, VersionedCommand, say

if TYPE_CHECKING:
    from ..config.settings import Settings
    from ..fix.files import Files
    from ..fix.run import Outcome, Wanted
    from ..fix.steps import Step
    from ..measure.verify.in_place import InPlace

SELECTED = "FST"
MISSING = "edits are made with LibCST: pip install 'flake8-flask-startup[fix]'"
AUTO = "auto"
DEFER = "defer"  # where it is used


@click.command(name="fix", cls=VersionedCommand)
@click.argument("paths", nargs=-1, type=click.Path(exists=True))
@click.option("--write", "is_written", is_flag=True, help="Write the files instead of showing the changes.")
@click.option("--interactive", "is_asked", is_flag=True, help="Ask about each step before it is written.")
@click.option(
    "--min-saving",
    type=click.FloatRange(min=0),
    default=LEAST_SAVING,
    show_default=True,
    help="Milliseconds that a step must save.",
)
@click.option(
    "--style",
    type=click.Choice(("auto", "defer", "lazy")),
    default="defer",
    show_default=True,
    help="Write an import that can wait where it is used, or as a lazy one of Python 3.15 where it stands; auto chooses"
    " by the target version and by what the project's ruff allows.",
)
@click.option(
    "--unsafe",
    is_flag=True,
    help="Make apps in factories, and objects of module code when a function first asks for one.",
)
@click.option("--quiet", "-q", is_flag=True, help="Say nothing on standard error but errors.")
@options_of_trial
@options_of_settings
@options_of_flake8
@click.pass_context
def command(
    ctx: click.Context,
    /,
    paths: tuple[str, ...],
    is_written: bool,
    is_asked: bool,
    min_saving: float,
    style: str,
    unsafe: bool,
    quiet: bool,
    verify: str | None,
    python: str | None,
    gets: bool,
    **values: object,
) -> None:
    """Show, or write with --write, what makes the app start sooner.

    PATHS are the files and folders that may change: without them, what startup loads. The steps are those of `report`,
    the best first; with --budget until it is met. Each is carried out whole, over all its files, or refused with the
    reason; afterwards the analysis has to find the saving, and nothing new. Nothing of the project runs, unless
    --verify asks for it. What deferring means for the first request is on the page of FST101.

    \b
    Examples:
      flask-startup fix --app shop:create_app
      flask-startup fix --app shop:create_app --write --budget 800
      flask-startup fix --app shop:create_app --write --verify "pytest -q"
      flask-startup fix shop/reports.py --select FST101 --min-saving 20 | git apply

    \b
    Exit status: 0 nothing to change, or all of it written; 1 changes are shown, or with --write a step was refused
    or taken back; 2 options or files that cannot be used; 130 interrupted; 141 output closed.
    """
    if is_asked and not is_written:
        raise CommandError("--interactive asks what to write: give --write as well")
    if find_spec("libcst") is None:
        raise CommandError(MISSING)
    from ..fix.files import Files
    from ..fix.run import Wanted  # LibCST is an extra, and takes a while to load

    try:
        options = parse(passed_on({**values, "select": values["select"] or SELECTED}))
        found = find(paths, options, is_deployment)
    except ExecutionError as error:
        raise CommandError(" ".join(str(error).split())) from error
    files = tuple(each for each in found.python if each != STDIN)
    settings, rules = read(options), ruff()
    is_named = ctx.get_parameter_source("fst_env") is ParameterSource.COMMANDLINE
    wished = asked_of(verify, python, settings.env if is_named else None, gets, is_written)
    settings = estimating(settings, wished)
    style = style_of(style, settings, rules)
    wanted = Wanted(files, options, settings, min_saving, is_written, style, unsafe=unsafe)
    wanted = replace(wanted, deployment=found.deployment, are_named=bool(paths))
    wanted = replace(wanted, is_asked=True, agrees=Questions(Files()).agree) if is_asked else wanted
    with nullcontext() if wished is None else trial(wished, settings) as project:  # before a plan that may take long
        outcome = planned(wanted)
        lines = by_ruff(rules, outcome) if style == DEFER else []
        if project is not None and outcome.repair.texts:
            lines += written_if_same(ctx, outcome, project)
        elif is_written:
            written(ctx, outcome)
        else:
            shown(outcome.repair.files, outcome.repair.texts)
    if not quiet:
        for line in (*summary(outcome, "nothing to repair" if files else nothing_in(paths)), *lines):
            say(line, err=not is_written)
    if outcome.refused if is_written else outcome.repair.texts:
        ctx.exit(FOUND)


def style_of(style: str, settings: Settings, rules: Ruff) -> str:
    """Return how imports are written that can wait; CommandError where Python has no such way."""
    from ..fix.lazy import LAZY  # as above

    if style == LAZY and settings.target_version < SINCE:
        raise CommandError("--style lazy is for Python 3.15 and later: give --fst-target-version 3.15")
    if style == AUTO:
        return LAZY if settings.target_version >= SINCE and not rules.forbids_lazy else DEFER
    return style


def planned(wanted: Wanted) -> Outcome:
    """Return the repair; CommandError where there can be none."""
    from ..fix.run import repaired  # as above
    from ..fix.steps import EntryMissingError

    try:
        return repaired(wanted)
    except (CostTableError, EntryMissingError, ExecutionError) as error:
        raise CommandError(" ".join(str(error).split())) from error


def by_ruff(rules: Ruff, outcome: Outcome) -> list[str]:
    """Return a line where the project's ruff reports the imports in functions that a repair has made."""
    if not rules.forbids_in_functions or not outcome.repair.applied:
        return []
    return [
        f"note    ruff's {IN_FUNCTIONS}, on in {rules.path}, reports imports in functions: allow those, or see --style"
    ]


def shown(files: Files, texts: Mapping[str, str]) -> None:
    """Write the unified diff of files and other texts of them; on a terminal without what would steer it."""
    for path, text in sorted(texts.items()):
        found = files.diff(path, text)
        if sys.stdout.isatty():
            found = printable_lines(found.decode("utf-8", "surrogateescape").replace("\r\n", "\n")).encode()
        sys.stdout.buffer.write(found)


def written(ctx: click.Context, outcome: Outcome) -> None:
    """Write the files of a repair, each step in all its files or in none; nothing where somebody interrupts it."""
    from ..fix.verified import written as as_written  # as above
    from ..measure.process import ended_by_signals

    failed = leave_changed(outcome)

    def show(error: OSError) -> None:
        nonlocal failed
        failed = True
        say(f"{error.filename}: not written: {reason(error)}", err=True)

    with ended_by_signals():
        outcome.repair = as_written(outcome.repair, show)
    if failed:
        ctx.exit(USAGE)


def leave_changed(outcome: Outcome) -> bool:
    """Leave out the steps that touch a file which has changed since it was analysed; return whether there is one."""
    from ..fix.run import changed_meanwhile  # as above

    changed = changed_meanwhile(outcome.repair)
    for path in changed:
        say(f"{path}: not written: it has changed since it was analysed", err=True)
    if changed:
        outcome.repair = outcome.repair.without(set(changed))
    return bool(changed)


def written_if_same(ctx: click.Context, outcome: Outcome, project: InPlace) -> list[str]:
    """Write the files of a repair, less the steps that make a difference; return the lines about it."""
    has_changed = leave_changed(outcome)
    lines = verified(outcome, project)
    if has_changed:
        ctx.exit(USAGE)
    return lines


def summary(outcome: Outcome, nothing: str) -> list[str]:
    """Return lines for each step, the startup's cost then, and the costs that stay; `nothing` if there was no step."""
    from ..fix.run import limits  # as above

    lines = [f"applied {ms(each.step, each.saving_ms)}  {each.step.name}" for each in outcome.repair.applied]
    lines += [f"refused {ms(step, step.saving_ms)}  {step.name}: {why}" for step, why in dearest(outcome.refused)]
    lines += [f"skipped {ms(step, step.saving_ms)}  {step.name}: {why}" for step, why in outcome.skipped]
    if not lines:
        lines = [nothing]
    startup = outcome.startup
    if startup is not None:
        now, then = startup.costs.total.ms, outcome.repair.left_ms
        lines.append(
            f"startup of {', '.join(startup.entries)}: {milliseconds(now)} ms now, {milliseconds(then)} ms then"
        )
        if (budget := outcome.repair.settings.budget) and then > budget:
            lines.append(f"the budget of {milliseconds(budget)} ms is not met")
        lines += limits(outcome)
    return lines


def dearest(refused: Iterable[tuple[Step, str]]) -> Iterable[tuple[Step, str]]:
    """Return refused steps: of parts of one step, or of one statement, the one that saves most."""
    found: dict[tuple[str, str], Step] = {}
    for step, why in refused:
        known = found.setdefault((step.name, why), step)
        if step.saving_ms > known.saving_ms:
            found[step.name, why] = step
    wholes = list(found.values())
    return [(step, why) for (_, why), step in found.items() if not any(_is_part(step, whole) for whole in wholes)]


def _is_part(step: Step, whole: Step) -> bool:
    is_less = step.package == whole.package and step.saving_ms <= whole.saving_ms
    return is_less and step.places.keys() < whole.places.keys()


def ms(step: Step, saving: float) -> str:
    """Return what a step saves, as wide as those above and below it; blank where no price is known."""
    if not step.is_priced:
        return " " * 10
    return f"{milliseconds(saving):>7} ms"
