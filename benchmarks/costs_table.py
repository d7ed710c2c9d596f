"""What the bundled table holds, what no bytecode costs, what loading costs: `python benchmarks/costs_table.py`"""

from __future__ import annotations

import subprocess
import sys
from statistics import median, quantiles

import click
from costs_environments import REPOSITORY

from flake8_flask_startup.costs.rows import Row
from flake8_flask_startup.costs.table import bundled_table_path, load_table

RESULT = REPOSITORY / "benchmarks" / "results" / "costs_table.md"
LEAST_MS = 1.0  # below it, a ratio says nothing
PROCESSES = 15
LOAD = """
import time
import flake8.main.application, flake8.checker, flake8.style_guide
from pathlib import Path
started = time.process_time()
from flake8_flask_startup import model
loaded = time.process_time()
from flake8_flask_startup.costs.table import bundled_table_path, load_table
imported = time.process_time()
table = load_table(bundled_table_path())
print((imported - loaded) * 1000, (time.process_time() - imported) * 1000)
"""


def load_times() -> list[tuple[float, float]]:
    """Return CPU milliseconds of importing costs.py and of loading the table, in fresh processes with flake8 loaded."""
    found = []
    for _ in range(PROCESSES + 1):
        done = subprocess.run([sys.executable, "-c", LOAD], capture_output=True, text=True, check=True)
        importing, loading = map(float, done.stdout.split())
        found.append((importing, loading))
    return found[1:]


def quartiles(values: list[float]) -> str:
    """Return the three quartiles, in words."""
    lower, middle, upper = quantiles(values, n=4, method="inclusive")
    return f"median {middle:.2f}, quartiles {lower:.2f} and {upper:.2f}"


def main() -> None:
    """Write the figures."""
    table = load_table(bundled_table_path())
    rows: list[Row] = [row for name in table.modules if (row := table.row(name)) is not None]
    calls = [row for name in table.calls if (row := table.call(name)) is not None]
    distributions = {row.distribution for row in rows if row.distribution != "python"}
    counted = [row for row in rows if row.ms >= LEAST_MS and row.uncached_ms and not row.fails]
    ratios = [row.uncached_ms / row.ms for row in counted]
    times = load_times()
    complete = all(row.version and row.python and (row.runs >= 1) for row in rows)
    lines = [
        "# The bundled table in figures",
        "",
        "`python benchmarks/costs_table.py`",
        "",
        "| what | figure |",
        "| --- | --- |",
        f"| import names | {len(rows)} |",
        f"| distributions, the standard library not counted | {len(distributions)} |",
        f"| calls | {len(calls)} |",
        f"| every row has version, Python, runs and spread | {'yes' if complete else 'no'} |",
        f"| median spread | {median(row.spread for row in rows) * 100:.1f} % |",
        f"| rows that stayed wide | {sum(row.wide for row in rows)} |",
        f"| rows of imports that fail | {sum(bool(row.fails) for row in rows)} |",
        f"| development-only rows | {sum(row.dev for row in rows)} |",
        f"| uncached_ms / ms, {len(ratios)} rows of {LEAST_MS:.0f} ms and more | {quartiles(ratios)} |",
        f"| uncached_ms / ms, totals | {sum(r.uncached_ms for r in counted) / sum(r.ms for r in counted):.2f} |",
        f"| loading the table, CPU ms, {PROCESSES} processes | {quartiles([loading for _, loading in times])} |",
        f"| importing the loader besides, CPU ms | {quartiles([importing for importing, _ in times])} |",
        f"| size | {bundled_table_path().stat().st_size / 1024:.0f} KiB |",
    ]
    text = "\n".join(lines) + "\n"
    RESULT.write_text(text, encoding="utf-8")
    click.echo(text)


if __name__ == "__main__":
    main()
