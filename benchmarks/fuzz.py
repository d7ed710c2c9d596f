"""Odd inputs by the thousand: `fuzz.py [--inputs N] [--minutes M] [--seed S] [--into JOURNAL]`.

Mutants of real files, project folders, caches, settings, cost tables, deployment files, logs and locks (see `fuzzing`),
each beside a healthy file that must keep its findings. A batch is one line of the journal, and a run that was stopped
goes on after the last one; batches that failed are run again when the program has changed. What fails is kept, and made
smaller, in the folder `fuzz_failures` beside the journal.

Root reads every file: as root, start it with `setpriv --bounding-set -dac_override,-dac_read_search`.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

import click
from fuzzing.job import run
from fuzzing.journal import Journal, as_table, newest, read
from fuzzing.kinds import batch
from fuzzing.running import judged

from flake8_flask_startup import __version__

SEED = 20261128


@click.command()
@click.argument("journals", nargs=-1, type=click.Path(exists=True, path_type=Path))
@click.option("--inputs", default=20_000, show_default=True, help="How many inputs the journal is to have.")
@click.option("--minutes", default=60.0, show_default=True, help="When to stop all the same.")
@click.option("--seed", default=SEED, show_default=True, help="Another seed gives other inputs.")
@click.option("--jobs", default=2, show_default=True, help="How many processes to run at once.")
@click.option("--into", type=click.Path(path_type=Path), default="fuzz.jsonl", show_default=True)
@click.option("--only", type=int, default=None, help="Run one batch again, print what fails and keep nothing.")
def main(
    journals: tuple[Path, ...], inputs: int, minutes: float, seed: int, jobs: int, into: Path, only: int | None
) -> None:
    """Run until there are as many inputs in the journal; with JOURNALS, print what they hold as a table and end."""
    if journals:
        click.echo(as_table(newest(each for path in journals for each in read(path))))
        return
    if only is not None:
        sys.exit(again(seed, only, jobs))
    journal = Journal(into, seed, program())
    run(journal, into.parent / "fuzz_failures", jobs, minutes, inputs)
    click.echo(as_table(journal.batches))
    sys.exit(any(each.failed for each in journal.batches))


def program() -> str:
    """Return which state of the program is run."""
    found = subprocess.run(
        ["git", "rev-parse", "--short", "HEAD"],  # noqa: S607  # a developer's own Git
        cwd=Path(__file__).parent, capture_output=True, text=True, check=False,
    )  # fmt: skip
    return f"{__version__} {found.stdout.strip()}"


def again(seed: int, number: int, jobs: int) -> bool:
    """Run a batch, print what is wrong, and return whether anything is."""
    failed = False
    with tempfile.TemporaryDirectory() as name:
        for each in judged(batch(seed, number), Path(name), jobs):
            failed |= bool(each.problems)
            for problem in each.problems:
                click.echo(f"{each.case.kind} {each.case.name}: {problem}")
    return failed


if __name__ == "__main__":
    main()
