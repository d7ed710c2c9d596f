"""Does the table come out the same again? `python benchmarks/costs_reproducible.py`

Draws 30 rows with a fixed seed, measures them again in fresh environments, and compares. Figures are ratios to
`import flask` in the same processes, so that they need no further scaling. Journaled: started again, it goes on.
"""

from __future__ import annotations

import dataclasses
import random
from collections.abc import Sequence
from pathlib import Path
from statistics import correlation, median

import click
from costs_environments import PACKAGES, REPOSITORY, Environment, read_packages
from make_table import PLAN, TABLE, finished, journaled, measure_environment, set_up_log

from flake8_flask_startup.costs.table import CostTable, load_table
from flake8_flask_startup.measure.estimate import make_row

SEED = 20261124
ROWS = 30
FLOOR_MS = 1.0  # a deviation of less than a millisecond's row is taken of a millisecond
RESULT = REPOSITORY / "benchmarks" / "results" / "costs_reproducible.md"


def drawn(environments: Sequence[Environment], table: CostTable) -> list[Environment]:
    """Return the environments of the rows drawn, with those modules alone."""
    measured = sorted(table.modules)
    chosen = set(random.Random(SEED).sample(measured, ROWS))
    found = []
    for environment in environments:
        modules = tuple(subject for subject in environment.modules if subject.name in chosen)
        chosen -= {subject.name for subject in modules}
        if modules:
            found.append(dataclasses.replace(environment, modules=modules, calls=()))
    return found


def ranks(values: Sequence[float]) -> list[float]:
    """Return the rank of each value, ties sharing their mean."""
    ordered = sorted(values)
    return [ordered.index(value) + (ordered.count(value) - 1) / 2 for value in values]


def report(rows: Sequence[tuple[str, float, float]]) -> str:
    """Return the comparison as Markdown; each row is a name, the table's and the new milliseconds."""
    old, new = [row[1] for row in rows], [row[2] for row in rows]
    deviations = [abs(again - before) / max(before, FLOOR_MS) for _, before, again in rows]
    lines = [
        "# The table measured again",
        "",
        f"`python benchmarks/costs_reproducible.py`: {len(rows)} of {ROWS} rows drawn with seed {SEED}, "
        "fresh environments.",
        "",
        f"Spearman correlation {correlation(ranks(old), ranks(new)):.4f}, "
        f"median absolute deviation {median(deviations) * 100:.1f} %, largest {max(deviations) * 100:.1f} %",
        f"(of {FLOOR_MS:.0f} ms where the table says less).",
        "",
        "| module | table ms | again ms | deviation |",
        "| --- | ---: | ---: | ---: |",
    ]
    for (name, before, again), deviation in zip(rows, deviations, strict=True):
        sign = "-" if again < before else "+"
        lines.append(f"| {name} | {before:.1f} | {again:.1f} | {sign}{deviation * 100:.1f} % |")
    return "\n".join(lines) + "\n"


@click.command()
@click.option("--packages", type=click.Path(path_type=Path, exists=True), default=PACKAGES, help="The pinned list.")
@click.option("--table", type=click.Path(path_type=Path, exists=True), default=TABLE, help="The table to judge.")
@click.option("--work", type=click.Path(path_type=Path), default=REPOSITORY / "build" / "again", help="Journals.")
@click.option("--output", type=click.Path(path_type=Path), default=RESULT, help="Where the comparison is written.")
@click.option("--journaled", "is_journaled", is_flag=True, help="Compare what is measured, and measure no more.")
def main(packages: Path, table: Path, work: Path, output: Path, *, is_journaled: bool) -> None:
    """Measure again and write the comparison."""
    work.mkdir(parents=True, exist_ok=True)
    set_up_log(work)
    environments, constraints = read_packages(packages)
    costs = load_table(table)
    chosen = drawn(environments, costs)
    for environment in () if is_journaled else chosen:
        if not finished(environment, work):
            measure_environment(environment, constraints, work)
    rows = []
    for item in journaled(chosen, work):
        before = costs.row(item.subject.name)
        again = make_row(
            item.subject,
            item.samples,
            owner=item.owner,
            python=item.python,
            flask_ms=costs.recipe.flask_ms,
            target=PLAN.target,
        )
        if before is not None:
            rows.append((item.subject.name, before.ms, again.ms))
    text = report(sorted(rows, key=lambda row: -row[1]))
    output.write_text(text, encoding="utf-8")
    click.echo(text)


if __name__ == "__main__":
    main()
