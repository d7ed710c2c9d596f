"""Which parts of the table's rows name a package that cannot have cost so much: `python benchmarks/costs_parts.py`

A module's self time has all in it that happened to run meanwhile: a collection of garbage, a library that the dynamic
linker loads. So a part counts as wrong where it is far dearer than the same package in every other row, though the row
loads no more of its modules, as far as costs_estimator.json tells. What is over the dearest of those is the row's own.
make_table.py does so with each table that it writes; with --write, this does.
"""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

import click
from costs_environments import REPOSITORY

from flake8_flask_startup.costs.rows import STDLIB, Row

LEAST_ROWS = 3  # that have the package besides: fewer say little of what it costs
TIMES = 2.0
MORE_MS = 10.0
COUNTS = REPOSITORY / "benchmarks" / "results" / "costs_estimator.json"
RESULT = REPOSITORY / "benchmarks" / "results" / "costs_parts.md"


class Wrong(NamedTuple):
    """A part of a row that is dearer than it can be: what it says, and the dearest of the others (ms)."""

    row: str
    part: str
    ms: float
    most: float


def modules_loaded() -> dict[str, dict[str, float]]:
    """Return how many modules of each part the rows load, by the name of the row, as far as that was counted."""
    counts = json.loads(COUNTS.read_text(encoding="utf-8")) if COUNTS.exists() else {}
    return {
        row: {part: features.get("modules", 0.0) for part, features in parts.items()} for row, parts in counts.items()
    }


def wrong_parts(rows: Iterable[Row]) -> list[Wrong]:
    """Return the parts that are far dearer than the same package in every other row, those most over first."""
    loaded = modules_loaded()
    by_part: dict[str, list[tuple[float, str]]] = {}
    for row in rows:
        for part, ms in row.pieces.items():
            if not part.startswith(f"{STDLIB}/"):
                by_part.setdefault(part, []).append((ms, row.name))
    found = []
    for part, figures in by_part.items():
        (ms, name), *others = sorted(figures, reverse=True)
        is_own = f"{name}.".startswith(f"{part.partition('.')[0]}.")
        most = others[0][0] if others else ms
        counts = {row: parts[part] for row, parts in loaded.items() if part in parts}
        has_more = name in counts and counts[name] > max((counts.get(other, 0.0) for _, other in others), default=0.0)
        if len(others) >= LEAST_ROWS and not is_own and not has_more and ms > most * TIMES and ms > most + MORE_MS:
            found.append(Wrong(name, part, ms, most))
    return sorted(found, key=lambda each: each.most - each.ms)


def repaired(rows: Sequence[Row]) -> list[Row]:
    """Return the rows, what is over in a wrong part counted as the row's own."""
    over: dict[str, dict[str, float]] = {}
    for each in wrong_parts(rows):
        over.setdefault(each.row, {})[each.part] = each.ms - each.most
    return [with_own(row, over[row.name]) if row.name in over else row for row in rows]


def with_own(row: Row, over: Mapping[str, float]) -> Row:
    """Return a row, some milliseconds of other parts counted as its own."""
    parts = [part for part in row.pieces if f"{row.name}.".startswith(f"{part}.")]
    own = max(parts, key=len, default=row.name.partition(".")[0])
    pieces = {part: ms - over.get(part, 0.0) for part, ms in row.pieces.items()}
    pieces[own] = pieces.get(own, 0.0) + sum(over.values())
    ordered = dict(sorted(pieces.items(), key=lambda each: (-each[1], each[0])))
    return dataclasses.replace(row, pieces=ordered)


@click.command()
@click.option("--write", "is_written", is_flag=True, help="Repair the table.")
def main(*, is_written: bool) -> None:
    """Name the wrong parts of the bundled table."""
    from costs_estimator import with_model
    from make_table import TABLE

    from flake8_flask_startup.costs.table import load_table
    from flake8_flask_startup.files.atomic_write import write

    table = load_table(TABLE)
    rows = [row for name in table.modules if (row := table.row(name)) is not None]
    lines = [
        "# Parts that name the wrong package",
        "",
        f"`python benchmarks/costs_parts.py`: more than {TIMES:g} times and {MORE_MS:g} ms over the dearest of "
        f"{LEAST_ROWS} other rows and more.",
        "",
        "| row | part | ms | dearest elsewhere, ms |",
        "| --- | --- | ---: | ---: |",
        *(f"| {each.row} | {each.part} | {each.ms:.1f} | {each.most:.1f} |" for each in wrong_parts(rows)),
    ]
    text = "\n".join(lines) + "\n"
    click.echo(text)
    if is_written and table.model is not None:
        write(RESULT, text.encode())
        document = dataclasses.replace(with_model(table, table.model), modules=repaired(rows))
        write(TABLE, document.to_toml().encode())


if __name__ == "__main__":
    main()
