"""Fit what no row covers: `python benchmarks/costs_estimator.py collect`, then `... fit`.

collect installs the environments of the pinned list one after the other, traces the import of each module in them,
nothing of which runs, and keeps what the sources of each package count (benchmarks/results/costs_estimator.json).
Stopped and started again, it goes on. fit makes the [model] of data/heavy_modules.toml from these counts and the rows,
and reports how far the estimate of each distribution lies off when the fit has not seen it.
"""

from __future__ import annotations

import dataclasses
import json
import math
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from statistics import fmean, median
from typing import TypedDict

import click
from costs_environments import PACKAGES, REPOSITORY, Environment, installed, read_packages
from make_table import COMMENT, TABLE

from flake8_flask_startup.config.settings import Settings
from flake8_flask_startup.costs.estimator import FEATURES, Guess, Model
from flake8_flask_startup.costs.rows import STDLIB, Row, by_package
from flake8_flask_startup.costs.table import CostTable, load_table
from flake8_flask_startup.files.atomic_write import write
from flake8_flask_startup.measure.fit import DataPoint, doubts, estimate, fit, held_out
from flake8_flask_startup.measure.rows import Document
from flake8_flask_startup.project.module_finder import Origin
from flake8_flask_startup.project.modules import Project
from flake8_flask_startup.startup.estimates import Estimates
from flake8_flask_startup.startup.followed import trace
from flake8_flask_startup.startup.graph.cost_model import WITH_FLASK
from flake8_flask_startup.startup.module_features import features_of

COUNTS = REPOSITORY / "benchmarks" / "results" / "costs_estimator.json"
RESULT = REPOSITORY / "benchmarks" / "results" / "costs_estimator.md"
TEST_RESULT = REPOSITORY / "benchmarks" / "results" / "costs_estimator_test.md"
ELSEWHERE = REPOSITORY / "benchmarks" / "results" / "costs_elsewhere.json"
LEAST_MS = 1.0  # of a row's own part: what is less is within the spread of Flask's own import
HEAVY_MS = 50.0
CALIBRATION = REPOSITORY / "benchmarks" / "results" / "costs_calibration.json"


class Kept(TypedDict):
    """An import in a real environment: what it costs, what its rows say by package (ms), and estimates with widths."""

    ms: float
    known: list[float]
    guesses: list[tuple[float, float]]


Counts = dict[str, dict[str, float]]  # features by package; the standard library counts its modules


def counted(environment: Environment, site_packages: Path, row_of: CostTable) -> dict[str, Counts]:
    """Return what the modules that each import of an environment loads count, by the parts of its row."""
    found = {}
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        (root / "only_flask.py").write_text("import flask\n", encoding="utf-8")
        for number, subject in enumerate(environment.modules):
            (root / f"boot{number}.py").write_text(f"import flask\n{subject.code}\n", encoding="utf-8")
        project = Project([root], env=site_packages)
        with_flask = {each.name for each in trace(project, ["only_flask"]).loaded}
        for number, subject in enumerate(environment.modules):
            row = row_of.row(subject.name)
            if row is None or row.name != subject.name:
                continue
            traced = trace(project, [f"boot{number}"]).usual()
            features = features_of(traced, project)
            counts: Counts = {}
            for each in traced.loaded:
                if each.origin is Origin.FIRST_PARTY or each.name in with_flask or top(each.name) in WITH_FLASK:
                    continue
                package = part_of(each.name, row, is_stdlib=each.origin is Origin.STDLIB)
                sums = counts.setdefault(package, {})
                for name, count in (
                    {"stdlib": 1.0} if each.origin is Origin.STDLIB else features.get(each.name, {})
                ).items():
                    sums[name] = sums.get(name, 0.0) + count
            found[subject.name] = counts
    return found


def part_of(module: str, row: Row, *, is_stdlib: bool) -> str:
    """Return the part of a row that a module belongs to: what has none of its own counts as the row's."""
    if is_stdlib:
        piece = f"{STDLIB}/{top(module).lstrip('_')}"
        return piece if piece in row.pieces else own_part(row)
    parts = [part for part in row.pieces if module == part or module.startswith(f"{part}.")]
    return max(parts, key=len, default=own_part(row))


def own_part(row: Row) -> str:
    """Return the part of a row that is its own package."""
    parts = [part for part in row.pieces if row.name == part or row.name.startswith(f"{part}.")]
    return max(parts, key=len, default=top(row.name))


def top(module: str) -> str:
    """Return the top-level name."""
    return module.partition(".")[0]


def points(counts: Mapping[str, Counts], table: CostTable) -> list[tuple[Row, DataPoint]]:
    """Return the rows with what their own package counts and costs."""
    found = []
    for name, packages in counts.items():
        row = table.row(name)
        if row is None or row.name != name or row.fails or row.distribution == "python" or top(name) in WITH_FLASK:
            continue
        part = own_part(row)
        ms, features = row.pieces.get(part, 0.0), packages.get(part, {})
        if ms >= LEAST_MS and features.get("modules"):
            found.append((row, DataPoint(rounded(features), ms, row.distribution)))
    return found


def rounded(features: Mapping[str, float]) -> dict[str, float]:
    """Return the features that the model has, as the file keeps them."""
    return {name: round(features[name], 1) for name in FEATURES if features.get(name)}


@dataclasses.dataclass(frozen=True, slots=True)
class Quality:
    """How far estimates lie off: of how many, and what a table of results says of them."""

    pairs: Sequence[tuple[float, float]]  # measured and estimated milliseconds

    def cells(self) -> str:
        """Return R2 in logarithms, the share within a factor of two, the total, recall and precision of the heavy."""
        logs = [(math.log(measured), math.log(max(guess, 0.05))) for measured, guess in self.pairs]
        mean = fmean(log for log, _ in logs)
        r2 = 1 - sum((log - guess) ** 2 for log, guess in logs) / sum((log - mean) ** 2 for log, _ in logs)
        near = fmean(abs(log - guess) <= math.log(2) for log, guess in logs)
        heavy = [guess >= HEAVY_MS for measured, guess in self.pairs if measured >= HEAVY_MS]
        called = [measured >= HEAVY_MS for measured, guess in self.pairs if guess >= HEAVY_MS]
        total = sum(guess for _, guess in self.pairs) / sum(measured for measured, _ in self.pairs)
        recall = f"{fmean(heavy):.2f}" if heavy else "-"
        precision = f"{fmean(called):.2f}" if called else "-"
        return f"{r2:.2f} | {near * 100:.0f} % | {total:.2f} | {recall} | {precision}"


def before(points: Sequence[DataPoint]) -> list[float]:
    """Return the estimates by the fit that was there before: modules and KiB, weighed by 1 / ms, left out as well."""
    found = []
    for point in points:
        rest = [each for each in points if each.distribution != point.distribution]
        columns = [[each.features.get(name, 0.0) / each.ms for name in ("modules", "kib")] for each in rest]
        mm, kk, mk = (sum(line[a] * line[b] for line in columns) for a, b in ((0, 0), (1, 1), (0, 1)))
        my, ky = (sum(line[a] for line in columns) for a in (0, 1))
        determinant = mm * kk - mk * mk
        per_module, per_kib = (my * kk - ky * mk) / determinant, (ky * mm - my * mk) / determinant
        if per_kib < 0:
            per_module, per_kib = my / mm, 0.0
        elif per_module < 0:
            per_module, per_kib = 0.0, ky / kk
        found.append(point.features.get("modules", 0.0) * per_module + point.features.get("kib", 0.0) * per_kib)
    return found


def whole_rows(found: Sequence[tuple[Row, DataPoint]], own: Sequence[float]) -> Quality:
    """Return the rows whole: their own part estimated, what they bring in as its own rows say."""
    return Quality([(row.ms, row.ms - point.ms + guess) for (row, point), guess in zip(found, own, strict=True)])


def by_source_alone(
    counts: Mapping[str, Counts], found: Sequence[tuple[Row, DataPoint]], own: Sequence[float]
) -> Quality:
    """Return the rows whole, every part of a third-party package estimated; the standard library is as measured.

    Other packages than the row's own are estimated by the fit to all rows.
    """
    ms = fit([point for _, point in found])
    pairs = []
    for (row, _), guess in zip(found, own, strict=True):
        part = own_part(row)
        others = sum(
            estimate(ms, features)
            for package, features in counts[row.name].items()
            if package != part and not package.startswith(f"{STDLIB}/")
        )
        stdlib = sum(cost for piece, cost in row.pieces.items() if piece.startswith(f"{STDLIB}/"))
        pairs.append((row.ms, guess + others + stdlib))
    return Quality(pairs)


def margins(scores: Sequence[float]) -> tuple[float, float]:
    """Return between which values eight of ten further scores lie: those of conformal prediction for as many."""
    ordered, more = sorted(scores), len(scores) + 1
    return ordered[max(0, math.floor(more * 0.1) - 1)], ordered[min(len(scores), math.ceil(more * 0.9)) - 1]


def multiples(scores: Sequence[float]) -> tuple[float, float]:
    """Return the same as multiples of an estimate, of scores in logarithms."""
    low, high = margins(scores)
    return min(math.exp(low), 1.0), max(math.exp(high), 1.0)


def coverage(found: Sequence[DataPoint], scores: Sequence[float]) -> float:
    """Return the share of scores within margins that come from the other distributions."""
    inside = []
    for point, score in zip(found, scores, strict=True):
        low, high = multiples(
            [other for each, other in zip(found, scores, strict=True) if each.distribution != point.distribution]
        )
        inside.append(low <= math.exp(score) <= high)
    return fmean(inside)


def elsewhere(table: CostTable) -> list[float]:
    """Return how far rows lie off in other environments than they were measured in, over how far their packages may.

    Packages err each by itself, so their squares add up: as in `Model.around`.
    """
    found = []
    for name, ms in json.loads(ELSEWHERE.read_text(encoding="utf-8")).items():
        row = table.row(name)
        if row is not None and row.name == name:
            found.append((ms - row.ms) / math.hypot(*row.parts.values()))
    return found


def stretch(model: Model, kept: Mapping[str, Kept]) -> float:
    """Return the exponent of all margins with which eight of ten calibrated imports lie in their intervals.

    It is conformal prediction with nested sets: as many as (n + 1) * 0.8 of the n imports are inside.
    """
    least = sorted(_least_stretch(model, each) for each in kept.values())
    return least[min(len(least), math.ceil((len(least) + 1) * 0.8)) - 1] if least else 1.0


def _least_stretch(model: Model, kept: Kept) -> float:
    """The least exponent with which what was measured lies in the interval, up to a bound."""
    low, high = 0.0, 20.0
    for _ in range(40):
        middle = (low + high) / 2
        guesses = [
            Guess(ms, ms * model.low ** (width * middle), ms * model.high ** (width * middle))
            for ms, width in kept["guesses"]
        ]
        below, above = stretched(model, middle).around(kept["known"], guesses)
        low, high = (low, middle) if below <= kept["ms"] <= above else (middle, high)
    return high


def stretched(model: Model, exponent: float) -> Model:
    """Return a model with other margins."""
    margins = {name: getattr(model, name) ** exponent for name in ("low", "high", "rows_low", "rows_high")}
    return dataclasses.replace(model, **margins)


def report(counts: Mapping[str, Counts], found: Sequence[tuple[Row, DataPoint]], table: CostTable) -> tuple[Model, str]:
    """Return the model fitted to all rows, and the result of leaving each distribution out, as Markdown."""
    own = [point for _, point in found]
    estimates = held_out(own)
    guesses = [ms for ms, _ in estimates]
    measured = [point.ms for point in own]
    scores = [math.log(point.ms / ms) / width for point, (ms, width) in zip(own, estimates, strict=True)]
    low, high = multiples(scores)
    beside = elsewhere(table)
    rows_low, rows_high = (1 + each for each in margins(beside))
    middle = [median(each.ms for each in own if each.distribution != point.distribution) for point in own]
    old = before(own)
    rows = [
        ("own part, this fit", Quality(list(zip(measured, guesses, strict=True)))),
        ("own part, the fit before", Quality(list(zip(measured, old, strict=True)))),
        ("own part, median of all", Quality(list(zip(measured, middle, strict=True)))),
        ("whole row, own part by this fit", whole_rows(found, guesses)),
        ("whole row, own part by the fit before", whole_rows(found, old)),
        ("whole row, own part by the median", whole_rows(found, middle)),
        ("whole row, all packages by this fit", by_source_alone(counts, found, guesses)),
    ]
    worst = sorted(zip(found, guesses, strict=True), key=lambda each: -abs(math.log(each[0][1].ms / each[1])))[:15]
    lines = [
        "# Estimates from source, each distribution left out of the fit",
        "",
        "`python benchmarks/costs_estimator.py fit`",
        "",
        f"{len(found)} rows of {len({point.distribution for point in own})} distributions, own part of "
        f"{LEAST_MS:.0f} ms and more. Recall and precision are those of {HEAVY_MS:.0f} ms and more.",
        f"Eight of ten lie between {low:.2f} and {high:.2f} times the estimate, or further off where what it rests on "
        f"is rare. In intervals whose margins come from the other distributions {coverage(own, scores):.0%} do.",
        f"In other environments and versions, eight of ten packages with a row lie between {rows_low:.2f} and "
        f"{rows_high:.2f} times the row ({len(beside)} rows).",
        "",
        "| what | R2 in logarithms | within a factor of two | total / measured | recall | precision |",
        "| --- | ---: | ---: | ---: | ---: | ---: |",
        *(f"| {name} | {quality.cells()} |" for name, quality in rows),
        "",
        "The farthest off:",
        "",
        "| row | own part, ms | estimated, ms |",
        "| --- | ---: | ---: |",
        *(f"| {row.name} | {point.ms:.1f} | {guess:.1f} |" for (row, point), guess in worst),
    ]
    ms = fit(own)
    model = Model(ms, low, high, doubts(own, ms), rows_low, rows_high)
    exponent = stretch(model, known := kept_calibration())
    lines += [
        "",
        f"Real apps import what is less known than the table's packages: of {len(known)} imports measured in their "
        f"environments eight of ten lie in the interval when all margins are raised to the power of {exponent:.2f}.",
    ]
    return stretched(model, exponent), "\n".join(lines) + "\n"


def kept_calibration() -> dict[str, Kept]:
    """Return the calibrated imports that are there."""
    return json.loads(CALIBRATION.read_text(encoding="utf-8")) if CALIBRATION.exists() else {}


def with_model(table: CostTable, model: Model) -> Document:
    """Return a table as it stands, with another model."""
    modules = [row for name in table.modules if (row := table.row(name)) is not None]
    calls = [row for name in table.calls if (row := table.call(name)) is not None]
    return Document(COMMENT, modules, calls, table.recipe, model)


def kept(path: Path) -> dict[str, Counts]:
    """Return the counts that are there."""
    return json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}


def keep(path: Path, counts: Mapping[str, Counts]) -> None:
    """Write the counts, a row a line."""
    rows = (
        f"{json.dumps(name)}: " + json.dumps({package: rounded(sums) for package, sums in counts[name].items()})
        for name in sorted(counts)
    )
    write(path, ("{\n" + ",\n".join(rows) + "\n}\n").encode())


@click.group()
def main() -> None:
    """Estimates for what no row covers."""


@main.command()
@click.option("--work", type=click.Path(path_type=Path), default=REPOSITORY / "build" / "estimator")
@click.argument("names", nargs=-1)
def collect(work: Path, names: Iterable[str]) -> None:
    """Count what the sources of the environments called NAMES, or of all, have."""
    work.mkdir(parents=True, exist_ok=True)
    table, counts = load_table(TABLE), kept(COUNTS)
    environments, constraints = read_packages(PACKAGES)
    wanted = set(names) or {each.name for each in environments}
    for environment in environments:
        if environment.name not in wanted or all(subject.name in counts for subject in environment.modules):
            continue
        try:
            with installed(environment.requirements, constraints, work) as python:
                (site_packages,) = python.parents[1].glob("lib/python*/site-packages")
                counts |= counted(environment, site_packages, table)
        except subprocess.SubprocessError as error:
            click.echo(f"{environment.name}: left out: {error}", err=True)
            continue
        keep(COUNTS, counts)
        click.echo(environment.name)


@main.command(name="fit")
def fitted() -> None:
    """Fit the model to the counts and the rows, write it into the table, and report."""
    table, counts = load_table(TABLE), kept(COUNTS)
    found = points(counts, table)
    if len(found) < len(FEATURES):
        sys.exit("too few rows: collect first")
    model, text = report(counts, found, table)
    write(TABLE, with_model(table, model).to_toml().encode())
    write(RESULT, text.encode())
    click.echo(text)


@main.command(name="elsewhere")
@click.argument("tables", nargs=-1, required=True, type=click.Path(path_type=Path, exists=True))
def measured_elsewhere(tables: Sequence[Path]) -> None:
    """Keep what rows of the bundled table cost in other environments, which `flask startup measure` wrote in TABLES."""
    known = json.loads(ELSEWHERE.read_text(encoding="utf-8")) if ELSEWHERE.exists() else {}
    for path in tables:
        table = load_table(path)
        rows = (row for name in table.modules if (row := table.row(name)) is not None)
        known |= {row.name: round(row.ms, 1) for row in rows if not row.fails}
    write(ELSEWHERE, (json.dumps(dict(sorted(known.items())), indent=0) + "\n").encode())


@main.command(name="test")
@click.option("--output", type=click.Path(path_type=Path), default=TEST_RESULT)
@click.argument("pairs", nargs=-1, required=True, metavar="TABLE=ENVIRONMENT...")
def tested(output: Path, pairs: Sequence[str]) -> None:
    """Compare estimates with what `flask startup measure` wrote into a TABLE about packages of an ENVIRONMENT.

    What the bundled table has rows of counts as these say, as it does for a user; nothing of the test is fitted to.
    """
    bundled = load_table(TABLE)
    rows, lacking = compared(pairs, bundled)
    write(output, test_report(rows, lacking, bundled).encode())
    click.echo(output.read_text(encoding="utf-8"))


@main.command(name="calibrate")
@click.argument("pairs", nargs=-1, required=True, metavar="TABLE=ENVIRONMENT...")
def calibrated(pairs: Sequence[str]) -> None:
    """Keep what fit stretches the margins by: estimates beside what was measured, as `test` has them."""
    bundled = load_table(TABLE)
    model = bundled.model
    if model is None:
        sys.exit("no model: fit first")
    found = kept_calibration()
    for name, ms, row in compared(pairs, bundled)[0]:
        known = by_package({piece: cost for piece, cost in row.pieces.items() if piece not in row.guesses})
        widths = [
            (round(guess.ms, 2), round(math.log(guess.low / guess.ms) / math.log(model.low), 3))
            for guess in row.guesses.values()
            if guess.ms
        ]
        found[name] = Kept(ms=round(ms, 1), known=[round(each, 2) for each in known.values()], guesses=widths)
    lines = (f"{json.dumps(name)}: {json.dumps(found[name])}" for name in sorted(found))
    write(CALIBRATION, ("{\n" + ",\n".join(lines) + "\n}\n").encode())


def compared(pairs: Sequence[str], table: CostTable) -> tuple[list[tuple[str, float, Row]], list[str]]:
    """Return what was measured (ms) of each import beside its estimated row, and those that cannot be compared."""
    rows: list[tuple[str, float, Row]] = []
    lacking = []
    for pair in pairs:
        file, _, environment = pair.partition("=")
        estimates = Estimates(Path(environment), Settings(cache=None), table)
        measured = load_table(Path(file))
        for name in measured.modules:
            row, guess = measured.row(name), estimates.row(name)
            if row is None or row.fails or row.ms < LEAST_MS:
                lacking.append(f"{name} ({'fails' if row is not None and row.fails else f'under {LEAST_MS:.0f} ms'})")
            elif guess is None or guess.interval is None:
                lacking.append(f"{name} (no estimate)")
            else:
                rows.append((name, row.ms, guess))
    return rows, lacking


def test_report(rows: Sequence[tuple[str, float, Row]], lacking: Sequence[str], table: CostTable) -> str:
    """Return the comparison as Markdown."""
    inside = fmean(row.interval is not None and row.interval[0] <= ms <= row.interval[1] for _, ms, row in rows)
    own = [row.ms for name in table.modules if (row := table.row(name)) is not None and row.ms >= LEAST_MS]
    lines = [
        "# Estimates of packages that were measured after the fit",
        "",
        "`python benchmarks/costs_estimator.py test TABLE=ENVIRONMENT...`",
        "",
        f"{len(rows)} imports of distributions that the bundled table has nothing of, measured with "
        f"`flask startup measure` when the fit was done: {inside * 100:.0f} % lie in the interval.",
        f"Left out: {', '.join(lacking) or 'none'}.",
        "",
        "| what | R2 in logarithms | within a factor of two | total / measured | recall | precision |",
        "| --- | ---: | ---: | ---: | ---: | ---: |",
        f"| this fit | {Quality([(ms, row.ms) for _, ms, row in rows]).cells()} |",
        f"| median of the table | {Quality([(ms, median(own)) for _, ms, _ in rows]).cells()} |",
        "",
        "| import | measured, ms | estimated, ms | interval |",
        "| --- | ---: | ---: | ---: |",
    ]
    for name, ms, row in sorted(rows, key=lambda each: -each[1]):
        low, high = row.interval or (row.ms, row.ms)
        lines.append(f"| {name} | {ms:.1f} | {row.ms:.1f} | {low:.1f} to {high:.1f} |")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    main()
