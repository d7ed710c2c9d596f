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
from pathlib import Path

import click
from fuzzing.job import Journal, run, total
from fuzzing.kinds import batch
from fuzzing.running import judged

from flake8_flask_startup import __version__

SEED = 20261128


@click.command()
@click.option("--inputs", default=20_000, show_default=True, help="How many inputs the journal is to have.")
@click.option("--minutes", default=60.0, show_default=True, help="When to stop all the same.")
@click.option("--seed", default=SEED, show_default=True, help="Another seed gives other inputs.")
@click.option("--jobs", default=2, show_default=True, help="How many inputs to run at once.")
@click.option("--into", type=click.Path(path_type=Path), default="fuzz.jsonl", show_default=True)
@click.option("--only", type=int, default=None, help="Run one batch again, print what fails and keep nothing.")
def main(inputs: int, minutes: float, seed: int, jobs: int, into: Path, only: int | None) -> None:
    """Run until there are as many inputs in the journal, and print what was found."""
    if only is not None:
        _again(seed, only, jobs)
    journal = Journal(into, seed, program())
    run(journal, into.parent / "fuzz_failures", jobs, minutes, inputs)
    sums = total(journal)
    for name, count in sorted(sums.items()):
        print(f"{name:>14} {count:>7,}")
    symptoms = sorted({symptom for each in journal.mine() for symptom in each["failed"]})
    print("\n".join(symptoms))
    sys.exit(bool(sums.get("failures")))


def program() -> str:
    """Return which state of the program is run."""
    found = subprocess.run(
        ["git", "rev-parse", "--short", "HEAD"],  # noqa: S607  # a developer's own Git
        cwd=Path(__file__).parent, capture_output=True, text=True, check=False,
    )  # fmt: skip
    return f"{__version__} {found.stdout.strip()}"


def _again(seed: int, number: int, jobs: int) -> None:
    import tempfile

    with tempfile.TemporaryDirectory() as name:
        failed = 0
        for each in judged(batch(seed, number), Path(name), jobs):
            failed += bool(each.problems)
            for problem in each.problems:
                print(each.case.kind, each.case.name, problem)
    sys.exit(bool(failed))


if __name__ == "__main__":
    main()
