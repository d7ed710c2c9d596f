"""Is the cost of several imports the sum over distinct parts? `python benchmarks/costs_additive.py`

Draws sets of two to eight modules of the pinned list with a fixed seed, installs each set together in a fresh
environment, measures importing all of it, and compares that with what the table says of the set; next to it, with the
plain sum of the rows, which counts shared dependencies again and again. Journaled: started again, it goes on.
"""

from __future__ import annotations

import random
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median, quantiles

import click
from costs_environments import PACKAGES, REPOSITORY, Environment, installed, offline, read_packages

from flake8_flask_startup.costs.table import load_table
from flake8_flask_startup.measure.estimate import ratios
from flake8_flask_startup.measure.process import Runner
from flake8_flask_startup.measure.samples import SampleKind, Subject
from flake8_flask_startup.measure.session import Journal, Plan, measure

SEED = 20261123
PLAN = Plan(least=5, most=15, profiles=0, uncached=0)
TABLE = REPOSITORY / "data" / "heavy_modules.toml"
RESULT = REPOSITORY / "benchmarks" / "results" / "costs_additive.md"


@dataclass(frozen=True, slots=True)
class Draw:
    """A random set: modules and the environments they come from."""

    names: tuple[str, ...]
    environments: tuple[Environment, ...]

    @property
    def subject(self) -> Subject:
        """What is measured: all the imports, in the order drawn."""
        return Subject("+".join(self.names), "\n".join(f"import {name}" for name in self.names))


def draws(environments: Sequence[Environment]) -> list[Draw]:
    """Return many random sets; the first ones that install and import together are used."""
    source = random.Random(SEED)
    homes = {subject.name: environment for environment in environments for subject in environment.modules}
    found = []
    for _ in range(500):
        names = tuple(source.sample(sorted(homes), source.randint(2, 8)))
        found.append(Draw(names, tuple(homes[name] for name in names)))
    return found


def measured_ms(draw: Draw, constraints: dict[str, str], work: Path, flask_ms: float) -> float | None:
    """Return the milliseconds of the whole set, None where it does not install or import together."""
    journal = Journal(work / "additive.jsonl")
    if PLAN.next_kind(journal.samples(draw.subject)) is not None:
        requirements = dict.fromkeys(name for environment in draw.environments for name in environment.requirements)
        try:
            with (
                installed(list(requirements), constraints, work) as python,
                Runner(str(python), environment=offline(python.parents[2])) as runner,
            ):
                for _ in measure([draw.subject], runner, journal, PLAN):
                    pass
        except subprocess.SubprocessError:
            return None
    samples = journal.samples(draw.subject)
    if any(sample.fails for sample in samples if sample.kind is SampleKind.WARM):
        return None
    return median(ratios(samples)) * flask_ms


def figures(errors: Sequence[float]) -> str:
    """Return median and 90th percentile of the absolute errors, in table cells."""
    return f"{median(errors) * 100:.1f} % | {quantiles(errors, n=10, method='inclusive')[8] * 100:.1f} %"


def report(rows: Sequence[tuple[Draw, float, float, float]]) -> str:
    """Return the result as Markdown; each row is a set, measured, predicted and naive milliseconds."""
    ours = [abs(predicted - ms) / ms for _, ms, predicted, _ in rows]
    naive = [abs(total - ms) / ms for _, ms, _, total in rows]
    lines = [
        "# The cost of a set of imports: predicted against measured",
        "",
        f"`python benchmarks/costs_additive.py`: {len(rows)} random sets of two to eight modules, seed {SEED}.",
        "",
        "| arithmetic | median absolute error | 90th percentile |",
        "| --- | --- | --- |",
        f"| sum over distinct parts | {figures(ours)} |",
        f"| sum of cumulative times | {figures(naive)} |",
        "",
        "| set | measured ms | distinct parts | error | cumulative sum | error |",
        "| --- | ---: | ---: | ---: | ---: | ---: |",
    ]
    for draw, ms, predicted, total in rows:
        lines.append(
            f"| {', '.join(draw.names)} | {ms:.0f} | {predicted:.0f} | {(predicted / ms - 1) * 100:+.0f} % "
            f"| {total:.0f} | {(total / ms - 1) * 100:+.0f} % |"
        )
    return "\n".join(lines) + "\n"


@click.command()
@click.option("--packages", type=click.Path(path_type=Path, exists=True), default=PACKAGES, help="The pinned list.")
@click.option("--table", type=click.Path(path_type=Path, exists=True), default=TABLE, help="The table to judge.")
@click.option("--work", type=click.Path(path_type=Path), default=REPOSITORY / "build" / "table", help="Journals.")
@click.option("--result", type=click.Path(path_type=Path), default=RESULT, help="Where the result goes.")
@click.option("--sets", default=60, show_default=True, help="How many sets.")
def main(packages: Path, table: Path, work: Path, result: Path, sets: int) -> None:
    """Measure the sets and write the comparison."""
    work.mkdir(parents=True, exist_ok=True)
    environments, constraints = read_packages(packages)
    costs = load_table(table)
    rows: list[tuple[Draw, float, float, float]] = []
    for draw in draws(environments):
        if len(rows) == sets:
            break
        ms = measured_ms(draw, constraints, work, costs.recipe.flask_ms)
        if ms is None:
            click.echo(f"passed over, not importable together: {', '.join(draw.names)}", err=True)
            continue
        naive = sum(row.ms for name in draw.names if (row := costs.row(name)) is not None)
        rows.append((draw, ms, costs.cost(draw.names).ms, naive))
        click.echo(f"{len(rows):3} {ms:8.1f} {rows[-1][2]:8.1f} {naive:8.1f}  {', '.join(draw.names)}")
    result.parent.mkdir(exist_ok=True)
    result.write_text(report(rows), encoding="utf-8")
    click.echo(report(rows).partition("| set |")[0])


if __name__ == "__main__":
    main()
