"""The steps of a repair: those of the startup's plan, and findings in files that no startup is seen to load."""

from __future__ import annotations

import io
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from math import inf
from pathlib import Path
from typing import TypeAlias

from ..analysis.import_fate import Fate
from ..config.entry_points import find_entries
from ..config.entry_target import EntryError
from ..config.settings import Settings
from ..files.identity import Identity, identity_of
from ..files.paths import shown, shown_file
from ..files.source_file import read_source
from ..files.trees import tree_of
from ..lint.engine import check
from ..lint.prefilter import Imports, breakable
from ..lint.source import Source
from ..model import Finding
from ..project.entries import need
from ..project.here import project_here
from ..project.import_roots import first_party
from ..project.module_finder import Origin
from ..project.modules import Project
from ..project.snapshot import identity_of_all
from ..startup.chains import further, links, places_of
from ..startup.contained import contained
from ..startup.cost_tables import cost_table
from ..startup.fates import Fates
from ..startup.followed import trace
from ..startup.graph.cost_model import StartupCosts
from ..startup.graph.plan import LEAST_SAVING, Removal, advances, called
from ..startup.graph.trace import Statement, Trace
from ..startup.module_features import features_of
from ..startup.started import started_functions
from ..startup.summarize import plan_of
from ..syntax.binder import collect
from ..syntax.static_conditions import Target
from .app_part import AppPart
from .optional import Optional, as_plain, optional_imports
from .switches import CALLS, CODES

CHAIN = "FST107"
NEEDED = "FST102"
_COMMAND = "--preload ("  # FST601 about a command line, not a file of settings
_CODES = {Fate.DEFER: "FST101", Fate.UNUSED: "FST103", Fate.TYPING: "FST104", Fate.FACTORY: "FST106"}
_OF_FILES = frozenset(_CODES.values()) - {_CODES[Fate.FACTORY]}  # that a file tells without a startup


@dataclass(frozen=True, slots=True)
class Step:
    """What goes together: import statements with the codes of their findings, and the ms that this saves.

    names are those that go of statements that others stay of. is_whole says that the saving is over a whole startup,
    not a price that the file alone tells; is_priced that there is a price. handed_on are statements whose names a
    module `__getattr__` brings instead. parts is what files have of an app that a factory is to make. branched
    are statements that startup uses under conditions: the saving is where these do not hold.
    """

    package: str
    saving_ms: float
    places: Mapping[Statement, str]
    names: Mapping[Statement, frozenset[str]] = field(default_factory=dict)
    is_whole: bool = True
    is_priced: bool = True
    handed_on: frozenset[Statement] = frozenset()
    parts: Mapping[str, AppPart] = field(default_factory=dict)
    branched: frozenset[Statement] = frozenset()

    @property
    def name(self) -> str:
        """The step as people see it."""
        where = ", ".join(f"{each.path}:{each.line}" for each in list(self.places)[:2])
        more = f" and {len(self.places) - 2} more" if len(self.places) > 2 else ""
        return f"{self.package} ({where}{more})"


Shared: TypeAlias = Mapping[Statement, Sequence[tuple[Statement, str]]]


@dataclass(frozen=True, slots=True)
class Startup:
    """A startup: its costs, what may become of its statements, and what must go for each package to go.

    shared are objects of module code that may be made later, by their statements, with the import statements of other
    files that would go into functions, and the names that those bind. unread are lines about files of the project that
    it loads and that cannot be read or parsed.
    """

    costs: StartupCosts
    fates: Fates
    plan: tuple[Removal, ...]
    entries: tuple[str, ...]
    why: str
    shared: Shared = field(default_factory=dict)
    unread: tuple[str, ...] = ()

    def package_of(self, path: str) -> str | None:
        """Return the package that a file is in, or is itself; None where it is loaded under several names, or none."""
        names = {each.name for each in self.costs.trace.loaded if each.path and shown(each.path) == path}
        if len(names) != 1:
            return None
        (name,) = names
        return name if Path(path).stem == "__init__" else name.rpartition(".")[0]


class EntryMissingError(Exception):
    """The entry point cannot be followed; str() is one line with the reason."""


def startup_of(
    settings: Settings,
    overlay: Mapping[Path, str] | None = None,
    known: Fates | None = None,
    free: Mapping[str, Collection[str]] | None = None,
) -> Startup | None:
    """Return the startup of the project in the working directory; None where nothing says where it begins.

    overlay maps files to another text of them; known are the fates of the project as it is, free is as
    those take it.

    Raises:
        EntryMissingError: if a configured entry point is not in the project.
        CostTableError: if a cost table cannot be read.
    """
    found = () if settings.app else find_entries(Path.cwd(), settings)
    entries = settings.app or tuple(each.target for each in found)
    if not entries:
        return None
    project = project_here(settings, overlay=overlay)
    try:
        for entry in entries:
            need(project, entry)
    except EntryError as error:
        if not settings.app:
            return None
        raise EntryMissingError(str(error)) from error
    why = "--app" if settings.app else found[0].why
    traced = trace(project, (*entries, *settings.startup_modules), why, settings.flask)
    prices = cost_table(settings)
    costs = StartupCosts(traced, prices, features_of(traced, project))
    changed = {shown(str(path)) for path in overlay or ()}
    fates = Fates(
        traced,
        project,
        settings,
        started_functions(traced.runs),
        known,
        changed,
        free or {},
        prices,
        keeps_texts=True,
    )
    plan = plan_of(costs, settings, fates)
    return Startup(costs, fates, plan, entries, why, unread=tuple(_unread(traced, project)))


def _unread(traced: Trace, project: Project) -> Iterator[str]:
    for file in filter(None, (project.find(each.name) for each in traced.loaded)):
        problem = project.facts(file).problem if file.origin is Origin.FIRST_PARTY else ""
        if problem:
            name = file.path.name if file.path is not None else ""
            yield f"{shown(str(file.path))}: left alone: it {problem.removeprefix(f'{name} ')}"


def costs_with(startup: Startup, settings: Settings, overlay: Mapping[Path, str]) -> StartupCosts:
    """Return what the same startup costs where files hold another text."""
    project = project_here(settings, overlay=overlay)
    traced = trace(project, (*startup.entries, *settings.startup_modules), startup.why, settings.flask)
    return StartupCosts(traced, cost_table(settings), startup.costs.features)


def planned(
    startup: Startup, settings: Settings, optional: Collection[Statement], only: Statement | None = None
) -> Iterator[Step]:
    """Return the steps of a startup's plan, the best first, then the imports of its own that others hang on.

    optional are statements that the linter calls needed, for a `try` is around them. Where only one statement is to be
    repaired, the step is that with all the statements without which it saves nothing.
    """
    every = advances(startup.costs, startup.plan if only is None else _alone(startup.plan, only))
    gone: set[Statement] = set()
    for each in every:
        places = {
            statement: NEEDED if statement in optional else _code(startup, statement) for statement in each.statements
        }
        gone.update(each.statements)
        names = _names(startup, each.statements)
        for place, bound in (user for one in each.statements for user in startup.shared.get(one, ())):
            places[place] = _CODES[Fate.DEFER]
            names[place] = names.get(place, frozenset()) | {bound}
        yield Step(each.called, each.saving_ms, places, names)
    found = tuple(links(startup.plan, startup.costs, startup.fates, settings))
    if only is not None:
        found = tuple(each for each in found if only in places_of(each))
    own = {Statement(each.path, each.line) for each in found}
    for each in further(startup.costs, found, gone):
        codes = {place: CHAIN if place in own else _code(startup, place) for place in each.statements}
        yield Step(each.called, each.saving_ms, codes, _names(startup, codes))


def _alone(plan: Iterable[Removal], only: Statement) -> Sequence[Removal]:
    """The removal of a plan that takes the fewest statements besides one; nothing where none has it."""
    having = (each for each in plan if only in each.statements and not each.blocked_by)
    return sorted(having, key=lambda each: (len(each.statements), -each.saving_ms))[:1]


def too_small(startup: Startup) -> Iterator[Step]:
    """Return what could go of a plan and is no step of it: it takes many edits for little."""
    gone = {statement for each in advances(startup.costs, startup.plan) for statement in each.statements}
    for removal in startup.plan:
        new = [each for each in removal.statements if each not in gone]
        if not removal.blocked_by and new and removal.saving_ms < LEAST_SAVING * len(new):
            name = called(startup.costs, removal.package, new)
            yield Step(name, removal.saving_ms, {each: _code(startup, each) for each in new}, _names(startup, new))


def _names(startup: Startup, statements: Iterable[Statement]) -> dict[Statement, frozenset[str]]:
    """The names that go of statements of which others stay."""
    return {each: found for each in statements if (found := startup.fates.names_judged(each))}


def _code(startup: Startup, statement: Statement) -> str:
    found = startup.fates.at(statement)
    return _CODES.get(found[0], CHAIN) if found is not None else CHAIN


def of_files(files: Iterable[str], startup: Startup | None, settings: Settings) -> Iterator[Step]:
    """Return a step for each package and file that a startup is not seen to load; none where it was configured."""
    if startup is not None and settings.app:
        return
    reached = {shown(each.path) for each in startup.costs.trace.loaded if each.path} if startup is not None else set()
    for name in files:
        if shown_file(name) not in reached:
            yield from _of_file(name, settings)


def _of_file(name: str, settings: Settings) -> Iterator[Step]:
    source = source_of(name)
    if source is None:
        return
    optional = {line for line, each in optional_imports(source.tree).items() if isinstance(each, Optional)}
    plain = source_of(name, as_plain("".join(source.lines), source.tree)) if optional else source
    groups: dict[str, list[Finding]] = {}
    for each in found_in(name, settings) if plain is source else _contained(plain or source, settings):
        if each.code in _OF_FILES:
            code = NEEDED if each.span.line in optional else each.code
            groups.setdefault(each.package, []).append(replace(each, code=code))
    for package, found in sorted(groups.items(), key=lambda group: -max(each.ms or 0.0 for each in group[1])):
        places = {Statement(shown_file(name), each.span.line): each.code for each in found}
        saving = max(each.ms or 0.0 for each in found)
        yield Step(package, saving, places, dict(_judged(name, source, places, settings)), is_whole=False)


def _judged(
    name: str, source: Source, places: Iterable[Statement], settings: Settings
) -> Iterator[tuple[Statement, frozenset[str]]]:
    """Of statements that import several names, those that the linter judges: the others have no price, or are ours."""
    costs, is_own = cost_table(settings), first_party(name)
    facts = collect(source.tree, Target.of(settings))
    for place in places:
        imports = [each for each in facts.imports if each.span.line == place.line]
        judged = [
            each
            for each in imports
            if not each.level and costs.row(each.dotted) is not None and not is_own(each.module.partition(".")[0])
        ]
        if len(judged) < len(imports):
            yield place, frozenset(each.bound for each in judged)


def switches(files: Iterable[str], startup: Startup | None, settings: Settings) -> Iterator[Step]:
    """Return a step for each finding about debug mode and the like that an edit is known for.

    A reloader costs the whole startup once more, where it is that app which it starts.
    """
    for name in files:
        source = source_of(name)
        if source is None or not _may_have(source, settings):
            continue
        for each in unpriced_in(name, settings):
            if each.code in CODES and _COMMAND not in each.advice:
                is_reloader = startup is not None and each.code in CALLS and _starts(startup, source)
                saving = startup.costs.total.ms if startup is not None and is_reloader else 0.0
                place = {Statement(shown_file(name), each.span.line): each.code}
                yield Step(each.what, saving, place, is_whole=False, is_priced=bool(saving))


def _starts(startup: Startup, source: Source) -> bool:
    """Whether a file may start the app of a startup: it is loaded there, or imports from the packages that are."""
    own = [each for each in startup.costs.trace.loaded if each.origin is Origin.FIRST_PARTY]
    if str(Path(source.filename).absolute()) in {each.path for each in own}:
        return True
    tops = {each.name.partition(".")[0] for each in own}
    return any(
        each.level or each.module.partition(".")[0] in tops for each in collect(source.tree, Target((3, 15))).imports
    )


def _may_have(source: Source, settings: Settings) -> bool:
    """Whether a file may have what the rules about debug mode and the like are about, by its words and imports."""
    rules = breakable("".join(source.lines), Imports(source.tree).tops, settings.own_words)
    return any(each.code in CODES for each in rules)


def findings_of(source: Source, settings: Settings) -> Sequence[Finding]:
    """Return what a file alone says, with the verdict on each of its imports."""
    return check(source, replace(settings, all=True, app=()), lambda: None)


def kinds_in(source: Source, settings: Settings) -> Sequence[Finding]:
    """Return what a file alone says, whatever becomes of each import.

    Whether startup runs the functions that use one is not followed, as that takes as long as a start.
    """
    return check(source, replace(settings, all=True, app=()), lambda: None, starts=lambda _: {})


def found_in(name: str, settings: Settings) -> Sequence[Finding]:
    """Return the same for a file as it is; after a fault of ours nothing, and a line that says so."""
    return _found_at(shown_file(name), identity_of(name), identity_of_all(name), settings)


def unpriced_in(name: str, settings: Settings) -> Sequence[Finding]:
    """Return the same but for imports, whose costs take following what runs at startup from each file."""
    return found_in(name, replace(settings, threshold=inf, estimated_threshold=inf))


@lru_cache(maxsize=2000)  # each kind of repair asks
def _found_at(name: str, _: Identity, __: str, settings: Settings) -> Sequence[Finding]:
    source = source_of(name)
    return _contained(source, settings) if source is not None else ()


def _contained(source: Source, settings: Settings) -> Sequence[Finding]:
    what = f"{source.filename}: what can be repaired"
    return contained(what, lambda: findings_of(source, settings), lambda _: ())


def source_of(name: str, text: str | None = None) -> Source | None:
    """Return a file, or another text of it, as the linter sees it; None if it cannot be read or parsed."""
    return _parsed(name, text) if text is not None else _source_at(name, identity_of(name))


@lru_cache(maxsize=200)  # asked for with each package that a file brings in
def _source_at(name: str, _: Identity) -> Source | None:
    try:
        return _parsed(name, read_source(name))
    except (OSError, SyntaxError, UnicodeDecodeError):
        return None


def _parsed(name: str, text: str) -> Source | None:
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    try:
        return Source(name, tree_of(text), list(io.StringIO(text)))
    except SyntaxError:
        return None
