"""One source in, its findings out, ranked. The plugin, the command line and the tests all call `check`."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable, Mapping
from functools import cache, partial
from pathlib import PurePath

from ..analysis.kept_imports import keeps_import
from ..analysis.module import Module
from ..analysis.reflection import Reflections
from ..analysis.shared_imports import LoadedModules
from ..analysis.verdicts import Verdict, verdicts
from ..config.flask_objects import APP_CLASSES
from ..config.purpose import is_of_pytest
from ..config.settings import Settings
from ..costs.ranks import ranks
from ..costs.table import CostTable
from ..files.gc_control import without_collection
from ..files.line_index import SourceText
from ..inference.queries import Answers, Settled
from ..model import Finding, Started
from ..project.import_roots import first_party
from ..project.references import neighbourhood
from ..startup.boot import Boot
from ..startup.cost_tables import cost_table
from ..startup.current_boot import project_boot
from ..startup.nearby import Nearby, NearWorld
from ..startup.read_while_loading import may_be_read, methods_called
from ..syntax.binder import glance
from ..syntax.facts import Facts
from ..syntax.resolver import Names
from ..syntax.static_conditions import Target
from ..syntax.symbol_table import ScopeKind
from ..syntax.text_prefilter import lines_with
from .prefilter import Imports, breakable, is_build_script, is_migration
from .ranking import may_show, placed, with_ranks
from .rule import Context, Extent, Rule, Trait
from .rules import RULES
from .source import Source, overlay_of

Boots = Callable[[], Boot | None]
Starts = Callable[[Callable[[str], bool]], Mapping[Started, str]]
Answering = Callable[[Source, Settings, Callable[[str], bool]], Answers]


def check(
    source: Source,
    settings: Settings,
    boots: Boots | None = None,
    answers: Answering | None = None,
    own: Callable[[str], bool] | None = None,
    starts: Starts | None = None,
) -> list[Finding]:
    """The findings about one file, in the order of their lines, ranked by cost.

    boots gives the boot of the project to rules that ask for it; without it, it is looked up as it is at the moment.
    answers gives inference where a name is left open; without it, `answering` does. own says of top-level names that
    the settings do not list whether they are the project's; without it, `first_party` does. starts gives the functions
    of the file that startup runs; without it, the boot or the files around do.

    Raises:
        CostTableError: if a cost table cannot be read.
    """
    with without_collection():
        here = own or first_party(source.filename)
        listed = frozenset(settings.first_party)
        is_own = (lambda top: top in listed or here(top)) if listed else here
        boots = boots or (lambda: project_boot(settings, overlay_of(source)))
        return _findings(source, settings, boots, answers or answering, is_own, starts)


def _findings(
    source: Source,
    settings: Settings,
    boots: Boots,
    answers: Answering,
    is_first_party: Callable[[str], bool],
    starts: Starts | None,
) -> list[Finding]:
    if not settings.is_startup(source.filename) or is_migration(source.tree):
        return []
    if is_of_pytest(source.tree) and not _is_reached(source.filename, boots):
        return []
    imports = Imports(source.tree)
    if is_build_script(source.tree, imports):
        return []
    if imports.of_tests and not _is_reached(source.filename, boots) and not _is_imported(source.filename, settings):
        return []
    text = SourceText("".join(source.lines))
    rules = breakable(text.text, imports.tops, settings.own_words)
    # without an import, the table is not even loaded
    costs = cost_table(settings) if imports.tops else None
    costly = costs is not None and imports.cost_something(text.text, settings, costs)
    if costly or _boot_has_findings(source.filename, settings, boots):
        rules |= {each: () for each in RULES if Trait.PRICED in each.traits}
    if not rules:
        return []
    facts = _read(source.tree, text, rules, settings)
    if settings.app:
        facts.read_at(line for line, _ in imports.inside)
    names = Names(facts)
    settled = Settled(names, is_first_party, lambda: answers(source, settings, is_first_party))
    neighbours = neighbourhood(source.filename, settings.roots)
    nearby = Nearby(neighbours, names, settings, lambda: overlay_of(source))
    near_world = NearWorld(neighbours, settings, lambda: overlay_of(source))
    module = Module(
        facts,
        names,
        settled,
        is_package=PurePath(source.filename).name == "__init__.py",
        is_first_party=is_first_party,
        is_program=lambda: (boot := boots()) is not None and boot.is_program(source.filename),
        runs=lambda line: _runs(source.filename, settings, boots, line),
        is_kept=lambda line: keeps_import(source.lines[line - 1]),
        lines_with=text.lines_with,
        reflections=Reflections(text.text, lambda: source.tree, names, lambda: neighbours.names, is_first_party),
        needed_elsewhere=neighbours.need,
        read_at_start=cache(lambda name: may_be_read(neighbours, name, settings)),
        called_at_start=lambda name: methods_called(neighbours, name, settings),
        missed_elsewhere=lambda: neighbours.missed(settings.is_startup),
        outside=near_world.outside,
        listed=near_world.listed,
        started=starts or (lambda is_reached: _started(source, boots, nearby, is_reached)),
        place=neighbours,
        prices=costs if costs is not None else CostTable(),
    )
    priced: tuple[Verdict, ...] = ()
    if costs is not None and costly:
        loading = boot if (boot := boots()) is not None and boot.reaches(source.filename) else None
        beside = None if loading is not None else LoadedModules(module, neighbours, settings, costs).beside
        matters = None if loading is None or settings.all else partial(may_show, loading, source.filename)
        priced = tuple(verdicts(module, settings, costs, beside, matters))
    context = Context(
        PurePath(source.filename),
        facts,
        names,
        priced,
        settings,
        is_first_party,
        boots,
        settled,
        lambda dotted: _call_ms(dotted, settings),
        is_executable=text.text.startswith("#!"),
    )
    findings = [finding for each in rules for finding in each.check(context)]
    if not priced:
        return ranked(findings)
    boot = context.boot
    if boot is not None and boot.reaches(source.filename):
        return list(placed(ranked(findings), boot, source.filename, every=settings.all))
    return ranked(placed(findings, boot, source.filename, every=settings.all))


def _read(tree: ast.Module, source: SourceText, rules: Mapping[Rule, tuple[str, ...]], settings: Settings) -> Facts:
    """The facts that the rules look at; bodies that only what runs can tell about are left to be read."""
    facts = glance(tree, source, Target.of(settings))
    facts.read_at(lines_with(source, ["__name__", *_made(source.text, facts)]))
    if any((each.is_open or each.extent is Extent.NEARBY) and not own for each, own in rules.items()):
        facts.read_all()  # named by an import, whose names may be used anywhere
    words = {word for each, own in rules.items() if each.extent is Extent.NEARBY for word in own}
    for number in facts.functions_at(lines_with(source, sorted(words))):
        if not number:  # a value of module code may be used in any function
            facts.read_all()
            break
        facts.read(number)
    return facts


_APPS = frozenset(name.rpartition(".")[2] for name in APP_CLASSES)


def _made(text: str, facts: Facts) -> list[str]:
    """How the text calls the app classes that it knows and those that it defines: where an app may be made."""
    known = [name for name in sorted(_APPS) if name in text]
    if not known:
        return []
    classes = [scope for scope in facts.scopes if scope.kind is ScopeKind.CLASS and scope.bases]
    return [f"*{name}(" for name in (*known, *(scope.name.rpartition(".")[2] for scope in classes))]


def ranked(findings: Iterable[Finding]) -> list[Finding]:
    """Findings in the order of their places, those with a price ranked by it."""
    ordered = sorted(findings, key=lambda each: (each.span, each.code, each.what))
    priced = sorted((each for each in ordered if each.ms is not None), key=lambda each: -(each.ms or 0))
    found = ranks([(each.ms or 0.0, each.interval) for each in priced])
    by_id = {id(each): rank for each, rank in zip(priced, found, strict=True)}
    return [with_ranks(each, by_id[id(each)], len(priced)) if id(each) in by_id else each for each in ordered]


def answering(source: Source, settings: Settings, is_first_party: Callable[[str], bool]) -> Answers:
    """Inference for a source; it loads astroid, which most files have no question for."""
    from ..inference.astroid_backend import inference  # as above

    return inference(source.filename, "".join(source.lines), settings, is_first_party)


def _call_ms(dotted: str, settings: Settings) -> float | None:
    """What a call was measured to cost, ms; None where no row says."""
    row = cost_table(settings).call(dotted)
    return None if row is None else row.ms


def _runs(filename: str, settings: Settings, boots: Boots, line: int) -> bool:
    """Whether a configured boot executes the import on a line of a file."""
    boot = boots() if settings.app else None
    return boot is not None and boot.runs(filename, line)


def _started(source: Source, boots: Boots, nearby: Nearby, is_reached: Callable[[str], bool]) -> Mapping[Started, str]:
    """The functions of a file that startup, or without one the loading of files, runs, each with what calls it."""
    boot = boots()
    if boot is not None and (boot.configured or boot.reaches(source.filename)):
        return boot.started_in(source.filename)
    return nearby.started(is_reached)


def _boot_has_findings(filename: str, settings: Settings, boots: Boots) -> bool:
    boot = boots() if settings.asks_boot else None
    return boot is not None and boot.has_findings_in(filename)


def _is_reached(filename: str, boots: Boots) -> bool:
    """Whether the boot of the project, configured or found, loads a file."""
    boot = boots()
    return boot is not None and boot.reaches(filename)


def _is_imported(filename: str, settings: Settings) -> bool:
    """Whether a file that a server could load has import statements that are of a file, or may be."""
    importing = neighbourhood(filename, settings.roots).importing()
    return any(settings.is_startup(each.path) for each in importing)
