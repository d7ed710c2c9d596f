"""Which statistic of several runs comes out the same again? `python benchmarks/costs_statistic.py`, about five minutes.

Ten packages, 56 runs each, interleaved; each statistic is taken of batches of seven, and a batch's deviation is how far
it lies from the median of its package's batches. Best tried while the machine has something else to do as well.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from statistics import median, quantiles

import click
from costs_environments import PACKAGES, REPOSITORY, installed, offline, read_packages

from flake8_flask_startup.measure.process import Runner
from flake8_flask_startup.measure.samples import Sample, Subject
from flake8_flask_startup.measure.session import Journal, Plan, measure

BATCH = 7
BATCHES = 8
MODULES = (
    "flask_sqlalchemy",
    "pandas",
    "requests",
    "boto3",
    "sqlalchemy",
    "yaml",
    "redis",
    "PIL.Image",
    "scipy.stats",
    "jwt",
)
STATISTICS: Mapping[str, Callable[[Sequence[Sample]], float]] = {
    "minimum": lambda batch: min(sample.ms for sample in batch),
    "median": lambda batch: median(sample.ms for sample in batch),
    "minimum / minimum of import flask": lambda batch: (
        min(sample.ms for sample in batch) / min(sample.flask_ms for sample in batch)
    ),
    "median / median of import flask": lambda batch: (
        median(sample.ms for sample in batch) / median(sample.flask_ms for sample in batch)
    ),
    "minimum of the ratios to import flask": lambda batch: min(sample.ms / sample.flask_ms for sample in batch),
    "median of the ratios to import flask": lambda batch: median(sample.ms / sample.flask_ms for sample in batch),
}


def deviations(samples: Mapping[str, Sequence[Sample]], statistic: Callable[[Sequence[Sample]], float]) -> list[float]:
    """Return how far each batch lies from the middle of its package's batches, as fractions."""
    found = []
    for runs in samples.values():
        values = [statistic(runs[start : start + BATCH]) for start in range(0, len(runs) - BATCH + 1, BATCH)]
        found += [abs(value / median(values) - 1) for value in values]
    return found


def report(samples: Mapping[str, Sequence[Sample]]) -> str:
    """Return the comparison as Markdown."""
    lines = [
        "# Which statistic comes out the same again",
        "",
        f"`python benchmarks/costs_statistic.py`: {len(samples)} packages, {BATCHES} batches of {BATCH} runs each;",
        "how far a batch's figure lies from the median of its package's batches.",
        "",
        "| statistic of CPU time | median | 90th percentile | largest |",
        "| --- | ---: | ---: | ---: |",
    ]
    for name, statistic in STATISTICS.items():
        found = deviations(samples, statistic)
        high = quantiles(found, n=10, method="inclusive")[8]
        lines.append(f"| {name} | {median(found) * 100:.1f} % | {high * 100:.1f} % | {max(found) * 100:.1f} % |")
    return "\n".join(lines) + "\n"


@click.command()
@click.option("--work", type=click.Path(path_type=Path), default=REPOSITORY / "build" / "table", help="Journals.")
def main(work: Path) -> None:
    """Measure and write the comparison."""
    work.mkdir(parents=True, exist_ok=True)
    environments, constraints = read_packages(PACKAGES)
    requirements = dict.fromkeys(
        requirement
        for environment in environments
        if any(subject.name in MODULES for subject in environment.modules)
        for requirement in environment.requirements
    )
    journal = Journal(work / "statistic.jsonl")
    plan = Plan(least=BATCH * BATCHES, most=BATCH * BATCHES, profiles=0, uncached=0)
    subjects = [Subject.module(name) for name in MODULES]
    with (
        installed(list(requirements), constraints, work) as python,
        Runner(str(python), environment=offline(python.parents[2])) as runner,
    ):
        for _ in measure(subjects, runner, journal, plan):
            pass
    text = report({subject.name: journal.samples(subject) for subject in subjects})
    (REPOSITORY / "benchmarks" / "results" / "costs_statistic.md").write_text(text, encoding="utf-8")
    click.echo(text)


if __name__ == "__main__":
    main()
