"""Small projects, drawn out of idioms, run for real and traced: `generated_projects.py [--projects N] [--first SEED]`.

A project has two to four files (tests/generated). Every module that the run loads must be predicted, or an unresolved
entry stand at a statement that was running; and every module that the trace is sure of must be loaded. A project whose
run ends in an error is left out of the second question: what follows the error is not loaded. With --by-idiom each
project has one idiom alone, again and again with other seeds.
"""

from __future__ import annotations

import gc
import sys
import tempfile
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import click
from small_runs import reason, run, traced, write

from flake8_flask_startup.startup.interpreter.tracer import FAILED

sys.path.insert(0, str(Path(__file__).parent.parent / "tests" / "generated"))

from drawn_projects import Program, idioms, program  # lies with the tests that use it

FIRST_SEED = 20261128


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the trace of a project comes to: modules by name, each with what explains a miss."""

    loaded: int
    missed: dict[str, str]
    wrong: list[str]  # sure, and not loaded
    error: str
    faults: list[str]  # what the trace says of itself

    @property
    def unexplained(self) -> list[str]:
        """The misses that no unresolved entry stands for."""
        return [name for name, why in self.missed.items() if not why]


def judged(drawn: Program, folder: Path) -> Verdict:
    """Write, run and trace a project."""
    write(folder, drawn.files.items())
    real = run(folder, drawn.code)
    static, modules = traced(folder, drawn.entry)
    missed = {name: reason(frames, static, folder) for name, frames in real.loaded.items() if name not in modules}
    wrong = [] if real.error else [name for name, is_sure in modules.items() if is_sure and name not in real.loaded]
    faults = [each.reason for each in static.unresolved if each.reason.startswith(FAILED)]
    return Verdict(len(real.loaded), missed, wrong, real.error, faults)


@click.command()
@click.option("--projects", default=3000, show_default=True, help="How many projects to draw.")
@click.option("--first", default=FIRST_SEED, show_default=True, help="The seed of the first one.")
@click.option("--by-idiom", is_flag=True, help="One idiom in each project.")
@click.option("--show", is_flag=True, help="Print the files of projects that fail.")
def main(projects: int, first: int, *, by_idiom: bool, show: bool) -> None:
    """Draw projects and print what was found."""
    total: Counter[str] = Counter()
    failing: Counter[str] = Counter()
    known = idioms()
    for seed in range(first, first + projects):
        only = [known[seed % len(known)]] if by_idiom else []
        drawn = program(seed, only)
        with tempfile.TemporaryDirectory() as folder:
            verdict = judged(drawn, Path(folder).resolve())
        total["projects"] += 1
        if total["projects"] % 50 == 0:
            gc.collect()  # traces leave what they made to the collector, which takes it for old
        total["loaded"] += verdict.loaded
        total["predicted"] += verdict.loaded - len(verdict.missed)
        total["explained"] += len(verdict.missed) - len(verdict.unexplained)
        total["unexplained"] += len(verdict.unexplained)
        total["sure, not loaded"] += len(verdict.wrong)
        total["ended in an error"] += bool(verdict.error)
        total["faults"] += len(verdict.faults)
        if verdict.unexplained or verdict.wrong or verdict.faults:
            total["projects that fail"] += 1
            failing.update(set(drawn.idioms))
            print(f"seed {seed}: missed {verdict.unexplained}, sure {verdict.wrong}: {', '.join(drawn.idioms)}")
            if show:
                print(*(text for name, text in drawn.files.items() if not name.startswith("mark")), sep="\n")
        elif show and verdict.error:
            print(f"seed {seed}: {verdict.error}: {', '.join(drawn.idioms)}")
    for name, count in total.items():
        print(f"{name:>20} {count:>7,}")
    for name, count in failing.most_common(20):
        print(f"{count:>7} {name}")
    sys.exit(bool(total["projects that fail"]))


if __name__ == "__main__":
    main()
