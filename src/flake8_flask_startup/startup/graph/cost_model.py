"""What a boot costs, and what it costs without some of its statements. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, replace
from functools import cached_property
from typing import NamedTuple

from ...costs.estimator import Features, Guess, Interval, together
from ...costs.rows import by_package, guessed, union
from ...costs.table import CostTable, Row
from ...model import UNKNOWN_COST, Cost, CostSource
from ...project.module_finder import Origin
from .boot_graph import BootGraph, RouteStep, prefixes
from .trace import Edge, Trace

FLASK = "flask"
# Flask's own requirements (its pyproject.toml): what importing them costs is part of the price of Flask.
WITH_FLASK = frozenset({FLASK, "werkzeug", "jinja2", "markupsafe", "itsdangerous", "click", "blinker"})


class _Bundle(NamedTuple):
    """What comes with a node that is not the project's: its row, the packages in that, and its own among them.

    Without a row, parts and pieces are those that it is known to bring in.
    """

    row: Row | None
    parts: tuple[str, ...]
    package: str
    pieces: Collection[str]


@dataclass(frozen=True, slots=True)
class Charge:
    """What a node of the boot adds (ms) to what was loaded before it; UNKNOWN where no figure is known."""

    name: str
    ms: float
    source: CostSource


class StartupCosts:
    """The costs of one boot, as it is where the environment is unset.

    features are those of the modules whose files are known: what no row covers is estimated from them. A module of the
    project costs besides what the calls that it makes are known to do.
    """

    def __init__(self, trace: Trace, table: CostTable, features: Mapping[str, Features]) -> None:
        self.trace = trace.usual()
        self.table = table
        self.features = features
        self.graph = BootGraph(self.trace)
        self._whole = trace
        self._bundles: dict[str, _Bundle] = {}  # of names already looked up
        self._priced: dict[str, tuple[float, Interval | None]] = {}  # packages without a row, likewise
        self._without: dict[frozenset[str], Cost] = {}  # by those of the lost nodes that make a difference
        self._of_package: dict[str, list[str]] = {}
        for name in self.graph.names:
            self._of_package.setdefault(self.package(name), []).append(name)

    @cached_property
    def charges(self) -> tuple[Charge, ...]:
        """Every node in the order of the boot, each millisecond charged to the first that causes it."""
        return tuple(self._charges(self.graph.names))

    @cached_property
    def total(self) -> Cost:
        """What the boot costs from an interpreter with nothing imported, split by package."""
        return self.cost(self.graph.names)

    @cached_property
    def work(self) -> Mapping[str, float]:
        """What each module of the project calls while the app starts costs (ms) beyond imports, as far as rows tell.

        Each call that surely happens counts once, however often its line runs, at the dearest of what it may call; of
        those whose row tells the price of the first alone, only the first counts.
        """
        found: dict[str, float] = {}
        paid: set[str] = set()
        for each in self.trace.performed:
            name = max(each.names, key=self.table.work)
            row = self.table.call(name)
            if row is None or each.conditional or name in paid:
                continue
            if not row.each:
                paid.add(name)
            found[each.module] = found.get(each.module, 0.0) + self.table.work(name)
        return found

    def estimate(self, name: str) -> Cost:
        """Return what a module costs by its source and its calls; UNKNOWN where its file is not known."""
        return self._estimates.get(name, UNKNOWN_COST)

    @cached_property
    def _estimates(self) -> dict[str, Cost]:
        found = {name: self.table.estimate(features) for name, features in self.features.items()}
        return {name: _with_work(cost, self.work.get(name, 0.0)) for name, cost in found.items()}

    @property
    def flask_ms(self) -> float:
        """What importing Flask itself costs (ms); 0 if the boot does not load it."""
        return self._flask_ms(self.graph.names)

    @property
    def more_ms(self) -> float:
        """What the boot costs beyond that where the variables are set that it tests (ms)."""
        return self._with_variables.total.ms - self.total.ms

    @property
    def unusual(self) -> Iterator[Charge]:
        """The nodes that the boot loads besides where those variables are set, each with what it adds."""
        return (each for each in self._with_variables.charges if each.name not in self.graph.names)

    @cached_property
    def _with_variables(self) -> StartupCosts:
        return self if self._whole is self.trace else StartupCosts(self._whole.whole(), self.table, self.features)

    @property
    def variables(self) -> tuple[str, ...]:
        """The variables of the environment that decide about more_ms."""
        return self._whole.variables if self._whole is not self.trace else ()

    def cost(self, names: Iterable[str]) -> Cost:
        """Return what a boot that loads these nodes costs; ESTIMATED if any of it is."""
        ordered = list(names)
        pieces, guesses = self._covered(ordered)
        parts = by_package(pieces)
        covered = frozenset(parts)
        sources = {CostSource.MEASURED} if parts else set()
        estimates = _by_package(guesses)
        for name in ordered:
            if self._row(name) is not None:
                continue
            charge = self._estimated(name, covered)
            if charge.source is CostSource.ESTIMATED:
                package = self.package(name)
                parts[package] = parts.get(package, 0.0) + charge.ms
                estimates.setdefault(package, []).append(self._guess(name))
        if flask := self._flask_ms(ordered):
            parts[FLASK] = parts.get(FLASK, 0.0) + flask
            sources.add(CostSource.MEASURED)
        ordered_parts = dict(sorted(parts.items(), key=lambda part: (-part[1], part[0])))
        ms = sum(parts.values())
        if estimates:
            return Cost(ms, ordered_parts, CostSource.ESTIMATED, self._around(parts, estimates))
        return Cost(ms, ordered_parts) if sources else UNKNOWN_COST

    def _around(self, parts: Mapping[str, float], estimates: Mapping[str, Sequence[Guess]]) -> Interval | None:
        """The interval around the sum of what packages cost (ms), of which some are estimated whole or in part.

        Importing Flask is what all figures are multiples of, and so does not err.
        """
        guesses = {package: together(each) for package, each in estimates.items()}
        known = {package: ms - (guesses[package].ms if package in guesses else 0.0) for package, ms in parts.items()}
        flask = known.pop(FLASK, 0.0)
        if self.table.model is None:
            return None
        low, high = self.table.model.around(known.values(), guesses.values())
        return low + flask, high + flask

    def _guess(self, name: str) -> Guess:
        """The estimate of a module."""
        cost = self.estimate(name)
        return Guess(cost.ms, *(cost.interval or (cost.ms, cost.ms)))

    def saving(self, edges: Collection[Edge]) -> float:
        """Return how many ms the boot saves when exactly these edges are gone, and no more than it surely saves."""
        return self.total.ms - self.without(edges).ms

    def without(self, edges: Collection[Edge]) -> Cost:
        """Return what the boot costs when exactly these edges are gone.

        Of a package that stays in part, the rows tell what the statements that are left name, which may be less than
        they load: a row of `botocore` says little of `botocore.client`. So of what the package costs now, as much stays
        as its modules that stay are of those it loads, by their estimates; all of it where their files are not known.
        """
        lost = frozenset(self.graph.lost(edges))
        telling = self._missed(lost)
        if telling not in self._without:
            self._without[telling] = self._left_of(lost)
        return self._without[telling]

    def _missed(self, lost: Set[str]) -> frozenset[str]:
        """The lost nodes without which the boot costs something else: no node that stays has their row, or package."""
        rows = {name: row.name for name in lost if (row := self._row(name)) is not None}
        asked = {*rows.values(), *(f"{self.package(name)}." for name in rows)}  # once each: many names have one row
        gone = (standing for each in asked if (standing := self._standing[each]) <= lost)
        return frozenset(lost - rows.keys()).union(lost & self.features.keys(), *gone)

    @cached_property
    def _standing(self) -> dict[str, set[str]]:
        """The nodes that each row stands for; under a package's name and a dot, its own without a row of their name.

        A node that no edge leads to is never lost, and none that stays either.
        """
        found: dict[str, set[str]] = {}
        for name in self.graph.reachable():
            if (row := self._row(name)) is not None:
                found.setdefault(row.name, set()).add(name)
                unnamed = found.setdefault(f"{self.package(name)}.", set())
                if row.name != name and name in self.graph.origins:
                    unnamed.add(name)
        return found

    def _left_of(self, lost: Set[str]) -> Cost:
        left = self.graph.reachable() - lost
        pieces = {piece for name in left for piece in self._bundle(name).pieces}
        brought = {name for name in lost if (row := self._row(name)) is not None and row.comes_with(pieces)}
        after = self.cost(name for name in self.graph.names if name in left or name in brought)
        parts = dict(after.parts)
        for package, share in self._shares(left).items():
            parts[package] = max(parts.get(package, 0.0), share * self.total.parts.get(package, 0.0))
        ordered = dict(sorted(parts.items(), key=lambda part: (-part[1], part[0])))
        return replace(after, ms=sum(parts.values()), parts=ordered)

    def package(self, name: str) -> str:
        """Return the package whose removal is worth a thought: a namespace package's parts count one by one."""
        return self._bundle(name).package

    def packages_around(self, name: str) -> Iterator[str]:
        """Return the packages that a dotted name lies in, itself included, but no namespaces of several packages."""
        return (each for each in prefixes(name) if each not in self.namespaces)

    @cached_property
    def namespaces(self) -> Collection[str]:
        """The namespaces that the rows of the table show, such as google and google.cloud."""
        return frozenset(self.table.namespaces())

    def route(self, package: str) -> tuple[RouteStep, ...]:
        """Return the shortest chain of statements that brings a package in; empty for the project's own."""
        return self.graph.chain(self.bringing(package))

    def unmeasured(self) -> tuple[str, ...]:
        """Return the third-party packages that no figure is known of, sorted."""
        return tuple(sorted(set(self.unknown_nodes.values())))

    def estimated(self) -> tuple[tuple[str, float, Interval], ...]:
        """Return the third-party packages that are only estimated (ms, interval), those first that leave most open."""
        own = {self.package(name) for name in self.graph.origins if self.graph.origin(name) is Origin.FIRST_PARTY}
        pieces, guesses = self._covered(self.graph.names)
        found = _by_package(guesses)
        covered = frozenset(by_package(pieces))
        for name in self.features:
            if name in self.graph.names and self._estimated(name, covered).source is CostSource.ESTIMATED:
                found.setdefault(self.package(name), []).append(self._guess(name))
        priced = [(name, *together(guesses)) for name, guesses in found.items() if name not in own]
        spans = [(name, ms, (low, high)) for name, ms, low, high in priced]
        return tuple(sorted(spans, key=lambda each: (each[2][0] - each[2][1], each[0])))

    def price(self, package: str) -> tuple[float, Interval | None]:
        """Return what the dearest statement of the project that names a package costs by itself (ms)."""
        return self._prices.get(package, (0.0, None))

    @cached_property
    def _prices(self) -> Mapping[str, tuple[float, Interval | None]]:
        found: dict[str, tuple[float, Interval | None]] = {}
        named = {edge.imported for edge in self.graph.targets if self.graph.is_own(edge)}
        for name in (each for each in named if self.graph.origin(each) is not Origin.FIRST_PARTY):
            package, price = self.package(name), self._price(name)
            found[package] = max(found.get(package, price), price, key=lambda each: each[0])
        return found

    def _price(self, name: str) -> tuple[float, Interval | None]:
        """What a name's row costs (ms), or without a row its package in this boot, with what that brings in."""
        row = self._row(name)
        return (row.ms, row.interval) if row is not None else self._joint(self.package(name))

    def _joint(self, package: str) -> tuple[float, Interval | None]:
        """What a package without a row costs in this boot with all that its import loads, Flask's own aside."""
        if package not in self._priced:
            found = self.graph.beyond(self._of_package.get(package, ()), self._is_priced) & self.graph.names.keys()
            cost = self.cost(sorted(found, key=self.graph.names.__getitem__))
            ms = max(cost.ms, self.total.parts.get(package, 0.0))  # others' rows may have it as a part
            self._priced[package] = ms, cost.interval
        return self._priced[package]

    @cached_property
    def unknown_nodes(self) -> Mapping[str, str]:
        """The nodes of third-party packages that no figure is known of, with their packages."""
        return {
            charge.name: self.package(charge.name)
            for charge in self.charges
            if charge.source is CostSource.UNKNOWN
            and self.graph.origin(charge.name) is Origin.THIRD_PARTY
            and self.package(charge.name) not in self._weights  # a name in a module whose estimate counts
        }

    def bringing(self, package: str) -> Set[str]:
        """The nodes that load a package: its own, and what brings it in as a row says."""
        return self._brought_by.get(package, frozenset())

    @cached_property
    def _brought_by(self) -> dict[str, set[str]]:
        found: dict[str, set[str]] = {}
        for name in self.graph.names:
            if self.graph.origin(name) is not Origin.FIRST_PARTY:
                for package in {self.package(name), *self.parts(name)}:
                    found.setdefault(package, set()).add(name)
        return found

    def _shares(self, left: Collection[str]) -> dict[str, float]:
        """What fraction of each third-party package surely stays with the nodes that are left, as far as that shows."""
        staying = {
            self.package(name)
            for name in self.graph.origins
            if name in left and (row := self._row(name)) is not None and row.name != name
        }
        shares = dict.fromkeys(staying, 1.0)
        for package, weights in self._weights.items():
            kept = sum(weight for name, weight in weights.items() if name in left)
            shares[package] = kept / sum(weights.values())
        return shares

    @cached_property
    def _weights(self) -> dict[str, dict[str, float]]:
        """The estimates (ms) of the modules of each third-party package, where their files are known."""
        found: dict[str, dict[str, float]] = {}
        for name in self.features:
            if name in self.graph.names and self.graph.origin(name) is Origin.THIRD_PARTY:
                found.setdefault(self.package(name), {})[name] = self.estimate(name).ms
        return {package: weights for package, weights in found.items() if any(weights.values())}

    def price_of(self, name: str) -> float:
        """Return what a name's row costs, or without a row its package in this boot, with what that brings in (ms)."""
        return self._price(name)[0]

    def _is_priced(self, name: str) -> bool:
        """Whether the price of what loads a name has the name in it."""
        return self.graph.origin(name) is not Origin.FIRST_PARTY and self.package(name) not in WITH_FLASK

    def parts(self, name: str) -> Collection[str]:
        """Return the packages that come with a name, as its row says."""
        return self._bundle(name).parts

    def _row(self, name: str) -> Row | None:
        return self._bundle(name).row

    def _bundle(self, name: str) -> _Bundle:
        if name not in self._bundles:
            is_own = self.graph.origin(name) is Origin.FIRST_PARTY
            row, brought = (None, None) if is_own else (self.table.row(name), self.table.brought(name))
            parts = tuple(brought.parts) if brought is not None else ()
            owners = [part for part in parts if name == part or name.startswith(f"{part}.")]
            package = max(owners, key=len, default=name.partition(".")[0])
            self._bundles[name] = _Bundle(row, parts, package, brought.pieces if brought is not None else ())
        return self._bundles[name]

    def _covered(self, names: Iterable[str]) -> tuple[dict[str, float], dict[str, Guess]]:
        """The pieces of the names' rows together, and those that are estimated; one row may stand for many names."""
        rows = {row.name: row for name in names if (row := self._row(name)) is not None}.values()
        pieces = union(rows)
        return pieces, guessed(rows, pieces)

    def _flask_ms(self, names: Iterable[str]) -> float:
        loaded = any(name == FLASK or name.startswith(f"{FLASK}.") for name in names)
        return self.table.recipe.flask_ms * self.table.scale if loaded else 0.0

    def _estimated(self, name: str, covered: Collection[str]) -> Charge:
        """The estimate for a module that no row covers, neither its own nor that of what brings it in."""
        origin = self.graph.origin(name)
        if origin is not Origin.FIRST_PARTY and (
            self._row(name) is not None
            or any(package in covered or package in WITH_FLASK for package in self.packages_around(name))
        ):
            return Charge(name, 0.0, CostSource.MEASURED)
        cost = UNKNOWN_COST if origin is Origin.STDLIB else self.estimate(name)
        return Charge(name, cost.ms, cost.source)

    def _charges(self, names: Iterable[str]) -> Iterable[Charge]:
        ordered = list(names)
        covered = frozenset(by_package(self._covered(ordered)[0]))
        paid: dict[str, float] = {}
        flask = self._flask_ms(ordered)
        for name in ordered:
            row = self._row(name)
            if row is None and name != FLASK:
                yield self._estimated(name, covered)
                continue
            added = flask if name == FLASK else 0.0
            for piece, ms in row.pieces.items() if row is not None else ():
                added += max(0.0, ms - paid.get(piece, 0.0))
                paid[piece] = max(ms, paid.get(piece, 0.0))
            yield Charge(name, added, CostSource.ESTIMATED if row is not None and row.guesses else CostSource.MEASURED)


def _by_package(guesses: Mapping[str, Guess]) -> dict[str, list[Guess]]:
    found: dict[str, list[Guess]] = {}
    for piece, guess in guesses.items():
        found.setdefault(piece.partition("/")[0], []).append(guess)
    return found


def _with_work(cost: Cost, ms: float) -> Cost:
    """An estimate to which what calls are measured to do is added."""
    low, high = cost.interval or (cost.ms, cost.ms)
    return replace(cost, ms=cost.ms + ms, interval=(low + ms, high + ms))
