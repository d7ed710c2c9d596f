"""What other modules that a file loads bring in all the same, where no startup is known that would tell."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from ..config.settings import Settings
from ..costs.table import CostTable
from ..files.line_index import SourceText
from ..files.paths import shown
from ..files.trees import tree_of
from ..inference.queries import Nobody, Settled
from ..project.import_heads import ImportedName, heads_of
from ..project.references import Neighbourhood
from ..project.text_index import FileText
from ..syntax.binder import glance
from ..syntax.lazy_imports import waits
from ..syntax.resolver import Names
from ..syntax.static_conditions import ALL, Phase, Target
from .import_fate import Fate, Judge
from .module import Module
from .reflection import Reflections
from .verdicts import Verdict, least_worth

MAX_JUDGED = 5  # of the statements that bring a package in: each takes a look at its file


class _Statement(NamedTuple):
    """An import statement of another module, and the line of the file under lint that leads there."""

    text: FileText
    line: int
    by: int


class _Others:
    """Statements with the names that each imports, found as far as somebody asks, and kept for who asks again."""

    def __init__(self, found: Iterator[tuple[_Statement, tuple[str, ...]]]) -> None:
        self._found = found
        self._known: list[tuple[_Statement, tuple[str, ...]]] = []

    def __iter__(self) -> Iterator[tuple[_Statement, tuple[str, ...]]]:
        yield from self._known
        for each in self._found:
            self._known.append(each)
            yield each


class LoadedModules:
    """The modules that a file under lint loads."""

    def __init__(self, module: Module, place: Neighbourhood, settings: Settings, table: CostTable) -> None:
        self.module = module
        self.place = place
        self.settings = settings
        self.table = table
        self._others = _Others(self._statements())

    def beside(self, verdict: Verdict) -> Verdict:
        """A verdict; if it defers, it knows which other module imports the package too.

        If such a module needs it while it loads, so does the file: deferring would save nothing. Where every import is
        lazy, nobody knows what others load.
        """
        if self.settings.lazy_imports == ALL or verdict.fate not in (Fate.DEFER, Fate.TYPING):
            return verdict
        return self._together(verdict, self._others)

    def _together(self, verdict: Verdict, others: _Others) -> Verdict:
        names = [each.dotted for each in verdict.imports]
        by_loaded: dict[tuple[str, ...], float] = {}
        left: dict[_Statement, float] = {}
        whole = 0  # statements that bring it all in: nothing comes before the first few of those
        for each, loaded in others:
            if loaded not in by_loaded:
                by_loaded[loaded] = self._left(names, loaded)
            left[each] = by_loaded[loaded]
            whole += left[each] <= 0
            if whole == MAX_JUDGED:
                break
        saved = self._left(names, {name for loaded in by_loaded for name in loaded})
        if saved >= self.settings.threshold:
            return verdict
        nearest = sorted(left, key=lambda each: left[each])  # where they bring in as much, in the order of loading
        little = least_worth(verdict, self.settings)
        for each in nearest[:MAX_JUDGED]:
            if left[each] < little and _fate(each.text, each.line, self.settings) is Fate.NEEDED:
                leading = f"line {each.by} loads" if each.by else "its package loads"
                does = "needs it on" if left[each] < 1 else f"brings all but {left[each]:.0f} ms of it in by"
                reason = f"{leading} '{shown(each.text.path)}', which {does} line {each.line}"
                return replace(verdict, fate=Fate.NEEDED, reason=reason, follows=True)
        first = nearest[0]
        place = f"{shown(first.text.path)}:{first.line}"
        if saved < 1:
            return replace(verdict, alone=f"nothing alone, {place} brings it in too")
        bring = "brings" if left[first] - saved < 1 else "and others bring"
        return replace(verdict, alone=f"{saved:.0f} ms alone, {place} {bring} the rest in too")

    def _left(self, names: Iterable[str], loaded: Iterable[str]) -> float:
        return self.table.beyond(names, loaded).ms

    def _statements(self) -> Iterator[tuple[_Statement, tuple[str, ...]]]:
        """The import statements of packages with a price in the modules that are loaded, in the order of loading.

        Each comes with the names that it imports.
        """
        place = self.place
        heads = heads_of(str(place.top), tuple(map(str, place.roots)))
        for text, by in heads.reached(str(place.path), self._wanted()):
            found: dict[_Statement, list[str]] = {}
            for each in heads.others(text):
                if self.table.brought(each.dotted) is not None:
                    found.setdefault(_Statement(text, each.line, by), []).append(each.dotted)
            yield from ((each, tuple(names)) for each, names in found.items())

    def _wanted(self) -> Iterator[ImportedName]:
        """What the file itself surely imports of the project."""
        target = Target.of(self.settings)
        for each in self.module.facts.bodies[0].imports:
            is_sure = each.place.phase is Phase.IMPORT and each.place.condition is None and not each.place.optional
            if is_sure and waits(each, target) is False:
                yield ImportedName(each.span.line, each.dotted, each.level)


@lru_cache(maxsize=1000)  # by content: asked of the same few statements by all that lead there
def _fate(text: FileText, line: int, settings: Settings) -> Fate | None:
    try:
        module = _module(text, settings)
    except (SyntaxError, RecursionError):  # beyond its head
        return None
    found = Judge(module, settings).at(line)
    return None if found is None else found[0]


@lru_cache(maxsize=16)  # as above: of several statements one after the other
def _module(text: FileText, settings: Settings) -> Module:
    """A file as `fate_at` asks for it.

    Raises:
        SyntaxError, RecursionError: if it cannot be parsed.
    """
    source = SourceText(text.data.decode(errors="replace").replace("\r\n", "\n"))
    tree = tree_of(text.data)
    facts = glance(tree, source, Target.of(settings))
    names = Names(facts)
    return Module(
        facts,
        names,
        Settled(names, lambda _: False, Nobody),
        is_package=Path(text.path).name == "__init__.py",
        is_first_party=lambda _: False,  # the statement is of another package
        is_kept=lambda _: False,
        lines_with=source.lines_with,
        reflections=Reflections(source.text, lambda: tree, names),
    )
