"""A project repaired in memory: which steps were carried out, refused or skipped, and why."""

from __future__ import annotations

from argparse import Namespace
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from ..check.deployment.checking import noqa_text
from ..check.results import Found, Result
from ..check.violations import reported
from ..config.settings import Settings
from ..files.line_index import SourceText
from ..files.paths import shown_file
from ..model.messages import milliseconds, some_of
from ..startup.cost_tables import cost_table
from ..startup.graph.trace import Statement
from .ceiling import Done, can_wait, ceiling, eager
from .ceiling import staying as staying_of
from .conditional_uses import conditional_uses
from .connections import connections
from .deployments import CODES as DEPLOYMENT_CODES
from .deployments import deployment_steps
from .factory.steps import factories, findings
from .files import Files
from .lazy import DEFER, LAZY
from .made_later import with_optional
from .reexports import handed_on
from .refusal import BroughtError, NotWorthError, Refused
from .steps import Startup, Step, of_files, planned, startup_of, switches, too_small
from .switches import CALLS
from .transaction import Repair

_NO_RESULT = Result("", {}, "", ())
_ONLY_TOGETHER = "alone it saves nothing; flask-startup fix carries it out together with the steps before it"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is asked for: the files that may change, flake8's options, and the least saving (ms) worth a step.

    is_asked says that agrees asks somebody, who is asked once; unsafe that objects of module code may be made later.
    deployment are the files that may change and say how the app is deployed. are_named says that the user named the
    files, or folders with them: then what startup is not seen to load may change as well. only is the statement of the
    one finding that is to be repaired: steps without it are left out.
    """

    files: tuple[str, ...]
    options: Namespace
    settings: Settings
    min_saving: float
    writes: bool = False
    style: str = DEFER
    is_asked: bool = False
    unsafe: bool = False
    deployment: tuple[str, ...] = ()
    are_named: bool = True
    agrees: Callable[[Step, Mapping[str, str]], bool] = lambda _, __: True
    only: Statement | None = None

    @property
    def asked(self) -> tuple[str, ...]:
        """The files whose own findings are asked for."""
        return self.files if self.only is None else (self.only.path,)


@dataclass
class Outcome:
    """What became of the steps; each that was not carried out comes with the reason in a few words."""

    repair: Repair
    planned: Startup | None  # with optional imports in the place of their `try`
    refused: list[tuple[Step, str]] = field(default_factory=list)
    skipped: list[tuple[Step, str]] = field(default_factory=list)
    unsafe: Counter[str] = field(default_factory=Counter)  # findings, by code, that need `--unsafe`

    @property
    def startup(self) -> Startup | None:
        """The startup as it was, if one is known."""
        return self.repair.startup


def repaired(wanted: Wanted) -> Outcome:
    """Carry out in memory what can be repaired; nothing is written.

    Raises:
        EntryMissingError: if a configured entry point is not in the project.
        CostTableError: if a cost table cannot be read.
        ExecutionError: flake8's own, for a `per-file-ignores` that it cannot read.
    """
    estimated = max(wanted.settings.estimated_threshold, wanted.min_saving)
    fine = replace(wanted.settings, threshold=wanted.min_saving, estimated_threshold=estimated)  # as small may steps be
    cost_table(fine)  # a fault in it is the user's, and ends the run
    startup = startup_of(fine)
    plan, optional, immovable = (
        with_optional(startup, fine, unsafe=wanted.unsafe) if startup is not None else (None, frozenset(), [])
    )
    files = Files(wanted.writes)
    every = list(planned(plan, fine, optional)) if plan is not None else []
    whole = list(every)
    if plan is not None and wanted.only is not None:
        whole = list(planned(plan, fine, optional, wanted.only)) or whole
    for step, reason in handed_on(plan, fine, every) if plan is not None else ():
        if reason:
            immovable.append((step, reason))
        else:
            whole.append(step)
    repair = Repair(files, fine, startup, wanted.min_saving, wanted.style, wanted.is_asked, wanted.agrees)
    outcome = Outcome(repair, plan, list(immovable))
    _settle(whole, wanted, outcome)
    for step in conditional_uses(plan, fine, [*every, *whole]) if plan is not None else ():
        _settle([step], wanted, outcome)  # what its conditions are, a trace of it alone says
    _carry_out(
        [
            *of_files(wanted.asked if wanted.are_named or startup is None else (), startup, fine),
            *switches(wanted.asked, startup, wanted.settings),
            *deployment_steps(wanted.deployment, wanted.settings),
        ],
        wanted,
        outcome,
    )
    if not wanted.unsafe:
        stay = (each for each in findings(wanted.asked, fine) if _is_reported(*each, wanted.options, files))
        outcome.unsafe.update(code for _, code in stay)
    else:
        gone = {place for each in outcome.repair.applied for place in each.step.places}
        later = [each for each in connections(wanted.asked, fine) if gone.isdisjoint(each[0].places)]
        for step, reason in (*later, *factories(wanted.asked, fine)):
            if reason and not _skipped(step, wanted, outcome.repair):
                outcome.refused.append((step, reason))
            else:
                _carry_out([step], wanted, outcome)
    for step in too_small(plan) if plan is not None else ():
        few = f"{len(step.places)} edits for {milliseconds(max(step.saving_ms, 0.0))} ms"
        outcome.skipped.append((step, few if len(step.places) > 1 else _under(wanted.min_saving)))
    return outcome


def _settle(steps: Sequence[Step], wanted: Wanted, outcome: Outcome, *, fails: bool = False) -> bool:
    """Carry out steps of the plan, by halves where the startup as edited does not save what they say together.

    A trace for each would take its time, and one for all mostly does. fails says that they do not; returned is whether
    they do.
    """
    before, refused, skipped = outcome.repair.copy(), list(outcome.refused), list(outcome.skipped)
    if len(steps) == 1:
        outcome.repair.traces_each = True
        _carry_out(steps, wanted, outcome)
        outcome.repair.traces_each = wanted.is_asked
        return len(outcome.repair.applied) > len(before.applied)
    if not fails:
        _carry_out(steps, wanted, outcome)
        if outcome.repair.keeps_its_promise(len(before.applied)):
            return True
        outcome.repair, outcome.refused, outcome.skipped = before, refused, skipped
    middle = len(steps) // 2
    is_kept = _settle(steps[:middle], wanted, outcome)
    _settle(steps[middle:], wanted, outcome, fails=is_kept)
    return False


def _carry_out(steps: Iterable[Step], wanted: Wanted, outcome: Outcome) -> None:
    for step in steps:
        if wanted.only is not None and wanted.only not in step.places:
            continue
        if reason := _skipped(step, wanted, outcome.repair):
            outcome.skipped.append((step, reason))
            continue
        try:
            outcome.repair.apply(step)
        except BroughtError as brought:
            outcome.refused.append((step, str(brought) if wanted.only is None else _ONLY_TOGETHER))
        except NotWorthError as little:
            outcome.skipped.append((step, str(little)))
        except Refused as refused:
            outcome.refused.append((step, str(refused)))
        except Exception as error:  # the other steps must survive it, whatever it is
            outcome.refused.append((step, f"a fault of fix: {type(error).__name__}: {error}"))


def _skipped(step: Step, wanted: Wanted, repair: Repair) -> str:
    """Why a step is not tried; empty if it is."""
    if step.is_priced and step.saving_ms < wanted.min_saving:
        return _under(wanted.min_saving)
    budget = wanted.settings.budget
    if budget and step.is_whole and repair.left_ms <= budget:
        return f"the budget of {milliseconds(budget)} ms is met"
    files = {shown_file(each) for each in (*wanted.files, *wanted.deployment)}
    for place in step.places:
        if place.path not in files:
            return f"{place.path} is not among the files that may change"
    for place, code in step.places.items():
        if not _is_reported(place, code, wanted.options, repair.files):
            return f"{code} on {place.path}:{place.line} is not selected, or a noqa comment keeps it"
    return ""


def _under(least: float) -> str:
    return f"saves less than {milliseconds(least)} ms"


def _is_reported(place: Statement, code: str, options: Namespace, files: Files) -> bool:
    """Whether flake8 would report a code at a place, by its options and `# noqa`."""
    try:
        text = files.original(place.path).content.text
    except Refused:  # which the step will say
        text = ""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    line = SourceText(text).line(place.line) if text else ""
    if code in DEPLOYMENT_CODES and text:
        line = noqa_text(text.split("\n"), place.line)
    found = _NO_RESULT._replace(found=(Found(code, place.line, 0, "", line),))
    return bool(reported([(place.path, found)], options))


def staying(outcome: Outcome) -> Iterable[str]:
    """Return a line for each package that startup needs, dearest first: what it costs, and what needs it."""
    return staying_of(outcome.planned.plan) if outcome.planned is not None else ()


def limits(outcome: Outcome) -> Iterable[str]:
    """Return lines for the costs that stay, with the reasons, and for what other options would remove."""
    if outcome.planned is None or outcome.startup is None:
        return ()
    repair = outcome.repair
    gone = frozenset(place for each in repair.applied if each.step.is_whole for place in each.step.places)
    lazily = [
        (step.package, tuple(step.places))
        for step, _ in outcome.refused
        if step.is_whole and not step.handed_on and _may_wait(step, outcome.planned)
    ]
    is_off = any(_is_reloader(each.step) for each in repair.applied)
    stays_on = any(_is_reloader(step) for step, _ in (*outcome.refused, *outcome.skipped))
    reloads = is_off or stays_on, stays_on and not is_off
    done = Done(gone, repair.left_ms, lazily if repair.style != LAZY else (), reloads)
    lines = ceiling(outcome.planned, repair.settings, done, outcome.startup)
    waiting = eager(outcome.planned, repair.min_saving, gone) if repair.style == LAZY else ()
    unknown = _unknown(outcome.planned, repair.settings)
    unread = (f"note    {line}" for line in outcome.startup.unread)
    return [*unread, *waiting, *_under_conditions(repair), *_for_unsafe(outcome.unsafe), *lines, *unknown]


def _may_wait(step: Step, startup: Startup) -> bool:
    return all(can_wait(*place, startup) for place in step.places.items())


def _unknown(startup: Startup, settings: Settings) -> Iterator[str]:
    """A line for the packages that count as nothing, because no figure is known of them."""
    if found := startup.costs.unmeasured():
        remedy = "" if settings.env else ": --env FOLDER estimates what is installed in an environment"
        yield f"no figure for {some_of(found)}{remedy}"


def _under_conditions(repair: Repair) -> Iterator[str]:
    """A line for what startup costs besides where conditions hold that imports have gone behind."""
    applied = [each for each in repair.applied if each.step.branched]
    if applied:
        where = ", ".join(f"{place.path}:{place.line}" for each in applied for place in sorted(each.step.branched))
        more = milliseconds(sum(each.saving_ms for each in applied))
        yield f"where the conditions hold that it is used under: {more} ms more (what was imported at {where})"


def _for_unsafe(found: Counter[str]) -> Iterator[str]:
    """A line for the findings that stay, as their repair changes the moment at which something is made."""
    if found:
        codes = ", ".join(sorted(found))
        yield f"stays   what the linter finds of apps in module code, for --unsafe ({found.total()} of {codes})"


def _is_reloader(step: Step) -> bool:
    return step.is_priced and not CALLS.keys().isdisjoint(step.places.values())


def changed_meanwhile(repair: Repair) -> Collection[str]:
    """Return the files of a repair that do not hold any more what was analysed."""
    return sorted(path for path in repair.texts if not repair.files.is_as_it_was(path))
