"""Findings about heavy imports of generated projects, each followed and run: `oracle.py [--modules N] [--into FILE]`.

Modules, and projects of two and three files, are drawn in batches from the grammars of tests/oracle, each with a seed
of its own, counted from `--seed`. Findings are followed in a copy, and both are run against packages that are not there
(see tests/oracle). A batch is one line of the file: a run that was stopped goes on where it was, with the same seed.
Wrong findings are printed with their files.
"""

from __future__ import annotations

import json
import sys
from collections import Counter
from pathlib import Path

import click
from hypothesis import HealthCheck, Phase, given, seed, settings

sys.path.insert(0, str(Path(__file__).parent.parent / "tests" / "oracle"))

from grammar import modules  # lies with the tests that use it
from judging import Oracle  # as above
from projects import Project, projects  # as above

BATCH = 100
FIRST_SEED = 20261123


@click.command()
@click.option("--modules", "wanted", default=2000, show_default=True, help="How many different modules to draw.")
@click.option("--seed", "first", default=FIRST_SEED, show_default=True, help="The seed of the first batch.")
@click.option("--into", type=click.Path(path_type=Path), default="oracle.jsonl", show_default=True)
def main(wanted: int, first: int, into: Path) -> None:
    """Draw modules until there are as many, and print what was found."""
    batches = [json.loads(line) for line in into.read_text().splitlines()] if into.exists() else []
    with Oracle() as oracle, into.open("a") as results:
        while sum(each["modules"] for each in batches) < wanted:
            batches.append(_batch(oracle, first + len(batches)))
            results.write(json.dumps(batches[-1]) + "\n")
            results.flush()
    total: Counter[str] = Counter()
    for each in batches:
        total.update(each)
    for name in ("modules", "FST101", "FST102", "FST103", "FST104", "raising", "unsafe", "useless", "overcautious"):
        print(f"{name:>14} {total[name]:>7,}")
    sys.exit(bool(total["unsafe"] + total["useless"]))


def _batch(oracle: Oracle, number: int) -> Counter[str]:
    found: Counter[str] = Counter()
    seen: set[str] = set()

    @seed(number)
    @settings(
        max_examples=BATCH, deadline=None, database=None, phases=[Phase.generate], suppress_health_check=[*HealthCheck]
    )
    @given(modules() if number % 2 else projects())
    def draw(drawn: str | Project) -> None:
        text = drawn if isinstance(drawn, str) else _shown(drawn)
        if text in seen:
            return
        seen.add(text)
        for trial in oracle.trials(drawn) if isinstance(drawn, str) else oracle.project_trials(drawn):
            wrong = {"unsafe": trial.is_unsafe, "useless": trial.is_useless}
            found.update([trial.finding.code])
            found.update(name for name, holds in wrong.items() if holds)
            found.update({"raising": bool(trial.raised), "overcautious": trial.is_overcautious})
            if any(wrong.values()):
                print(f"seed {number}: {trial.finding.code} {trial.finding.span.line} {trial.finding.advice}")
                print(f"{wrong}\n{text}\n{trial.differences[:1]}\n", flush=True)

    draw()
    found["modules"] = len(seen)
    return found


def _shown(project: Project) -> str:
    """The files of a project as one text."""
    head = f"{project.main}{', configured' * project.is_configured}\n"
    return head + "".join(f"--- {name}\n{text}" for name, text in project.files.items())


if __name__ == "__main__":
    main()
