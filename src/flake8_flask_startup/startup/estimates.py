"""Rows for what no row covers, estimated from the sources of an environment: only where the user has asked for it.

Nothing there runs. The import of one module is traced through those packages that no row covers; what the others cost,
their rows say.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import accumulate
from pathlib import Path

from .. import __version__
from ..config.environment import installed_in
from ..config.settings import Settings, source_folders
from ..costs.estimator import Features
from ..costs.rows import Row, estimated_row
from ..costs.table import CostTable
from ..files.cache import Cache
from ..files.gc_control import made_to_stay
from ..files.parsing import json_value
from ..project.environment_index import index_of
from ..project.module_finder import ModuleFile, Origin
from ..project.modules import Project
from ..syntax.static_conditions import Target
from . import resting
from .graph.cost_model import WITH_FLASK
from .interpreter.tracer import trace
from .module_features import features_of

KIND = "estimate"
SCHEMA = 3


class _Uncovered(Project):
    """The packages of an environment that no row covers: the others are not gone into."""

    def __init__(self, environment: Path, table: CostTable, target: Target, cache: Path | None) -> None:
        super().__init__([], env=environment, target=target, index=index_of(environment, target, cache))
        self._table = table
        self._namespaces = table.namespaces()  # their rows stand for nothing below them

    def _find(self, dotted: str, package: ModuleFile | None) -> ModuleFile | None:
        row = self._table.row(dotted)
        is_covered = row is not None and row.name not in self._namespaces
        return None if is_covered or dotted.partition(".")[0] in WITH_FLASK else super()._find(dotted, package)

    def lacks(self, dotted: str) -> bool:
        """Whether the environment lacks a package: not those that are only not gone into."""
        return self.is_missing(dotted.partition(".")[0])


@dataclass(frozen=True, slots=True)
class _Found:
    """What an import loads: names that rows may cover, and the features of the packages that none does."""

    names: Sequence[str]
    features: Mapping[str, Features]


class Estimates:
    """The estimated rows of an environment, each made when it is asked for, and kept with the boots."""

    def __init__(self, environment: Path, settings: Settings, table: CostTable) -> None:
        self._environment = installed_in(environment)
        self._settings = settings
        self._table = table
        self._cache = Cache(settings.cache)
        target = Target.of(settings)
        self._project = _Uncovered(self._environment, table, target, settings.cache)
        here = [Path(root) for root in settings.roots] or source_folders(Path.cwd())
        self._own = Project(here, settings.first_party)
        self._rows: dict[str, Row | None] = {}  # by module

    def row(self, dotted: str) -> Row | None:
        """Return the estimated row of the module that a dotted name lies in; None for what is not installed there."""
        module = self._module(dotted)
        if module is None:
            return None
        if module not in self._rows:
            self._rows[module] = self._estimated(module)
        return self._rows[module]

    def _module(self, dotted: str) -> str | None:
        """The longest prefix of a dotted name that is a module of an installed package that no row covers."""
        top = dotted.partition(".")[0]
        if self._table.model is None or top in WITH_FLASK or self._own.find(top) is not None:
            return None
        found = None
        for name in accumulate(dotted.split("."), "{}.{}".format):
            file = self._project.find(name)
            if file is None or file.origin is not Origin.THIRD_PARTY:
                break
            found = name if file.path is not None else found
        return found

    def _estimated(self, module: str) -> Row | None:
        model = self._table.model
        found = self._found(module)
        if model is None or not any(map(model.estimate, found.features.values())):
            return None
        rows = {row.name: row for name in found.names if (row := self._table.row(name)) is not None}
        guesses = {package: model.guess(features, self._table.scale) for package, features in found.features.items()}
        return estimated_row(module, rows.values(), guesses, model)

    def _found(self, module: str) -> _Found:
        question = repr((__version__, SCHEMA, str(self._environment), module))
        # A row that came or went changes which packages are gone into.
        covered = repr(sorted(self._table.modules))
        current = partial(_current, covered)
        known = self._cache.load(KIND, question, current)
        if known is not None:
            return known
        with self._cache.alone(KIND, question), made_to_stay():
            known = self._cache.load(KIND, question, current)
            if known is None:
                known = self._traced(module)
                if self._project.index is not None:
                    self._project.index.keep()
                seen = resting.rests(self._project)
                content = {"covered": covered, "seen": seen, "names": known.names, "features": known.features}
                self._cache.store(KIND, question, json.dumps(content).encode("utf-8", "surrogateescape"))
        return known

    def _traced(self, module: str) -> _Found:
        traced = trace(self._project, [module]).usual()
        found: dict[str, dict[str, float]] = {}
        for name, features in features_of(traced, self._project).items():
            sums = found.setdefault(self._package(name), {})
            for feature, count in features.items():
                sums[feature] = sums.get(feature, 0.0) + count
        names = dict.fromkeys([each.name for each in traced.loaded] + [edge.imported for edge in traced.edges])
        return _Found([name for name in names if self._table.row(name) is not None], found)

    def _package(self, module: str) -> str:
        """The package that a module counts as: below namespaces, the first that has a file."""
        for name in accumulate(module.split("."), "{}.{}".format):
            file = self._project.find(name)
            if file is not None and file.path is not None:
                return name
        return module


def _current(covered: str, content: bytes) -> _Found | None:
    """What was kept, if it was made beside the same rows and all that it rests on is as it was.

    Raises:
        ValueError, KeyError, TypeError, AttributeError: if nothing of the kind was kept.
    """
    kept = json_value(content)
    if kept["covered"] != covered or not resting.hold(resting.thawed(kept["seen"])):
        return None
    features = {
        str(package): {str(name): float(count) for name, count in counts.items()}
        for package, counts in kept["features"].items()
    }
    return _Found([str(name) for name in kept["names"]], features)
