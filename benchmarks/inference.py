"""What inference costs: `python benchmarks/inference.py FOLDER`, an app of some thousand files.

Checks the Python files of FOLDER in a new process, cold, with and without inference, in turns: CPU time, peak memory,
how many files had a question and how many of the project's modules were read for the answers, and how many findings
are others with it. The longest question is told in wall-clock time.
"""

from __future__ import annotations

import ast
import json
import os
import platform
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from statistics import median
from typing import NamedTuple, Self

import click

from flake8_flask_startup.config.settings import Settings
from flake8_flask_startup.inference import queries as settled
from flake8_flask_startup.inference.answers import KnownObject
from flake8_flask_startup.lint import engine
from flake8_flask_startup.lint.source import Source

RESULTS = Path(__file__).parent / "results" / "inference.md"
WAYS = ("without", "with")


class Run(NamedTuple):
    """One process: CPU seconds, MiB at the peak, and what it did. longest is in seconds."""

    seconds: float
    mib: float
    files: int
    asking: int
    modules: int
    longest: float
    findings: tuple[str, ...]

    @classmethod
    def of(cls, text: str) -> Self:
        """Read what a process printed."""
        values = json.loads(text)
        return cls(**{**values, "findings": tuple(values["findings"])})


def checked(folder: Path, way: str) -> Run:
    """Check a folder in this process."""
    asking: set[str] = set()
    modules: set[str] = set()
    longest = 0.0

    class Timed:
        """Inference, with a watch on it."""

        def __init__(self, given: settled.Answers) -> None:
            self._given = given

        def dotted(self, path: str) -> KnownObject:
            """As inference has it."""
            return self._timed(lambda: self._given.dotted(path))

        def local(self, expression: str, line: int, column: int) -> KnownObject:
            """As inference has it."""
            return self._timed(lambda: self._given.local(expression, line, column))

        def _timed(self, ask: Callable[[], KnownObject]) -> KnownObject:
            nonlocal longest
            start = time.perf_counter()
            thing = ask()
            longest = max(longest, time.perf_counter() - start)
            modules.update(self._given.looked_at())
            return thing

    def noted(source: Source, settings: Settings, is_first_party: Callable[[str], bool]) -> settled.Answers:
        asking.add(source.filename)
        return Timed(engine.answering(source, settings, is_first_party)) if way == "with" else settled.Nobody()

    os.chdir(folder)
    settings = Settings(cache=None)
    findings: list[str] = []
    files = 0
    start = time.process_time()
    for source in sources():
        files += 1
        found = engine.check(source, settings, lambda: None, noted)
        findings += [f"{source.filename}:{each.span.line}: {each.code}" for each in found]
    seconds = time.process_time() - start
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return Run(seconds, peak, files, len(asking), len(modules), longest, tuple(sorted(findings)))


def sources() -> Iterator[Source]:
    """The files of the working directory that parse."""
    for path in sorted(Path().rglob("*.py")):
        try:
            text = path.read_text(encoding="utf-8")
            yield Source(str(path), ast.parse(text), text.splitlines(keepends=True))
        except (OSError, SyntaxError, ValueError):
            continue


def in_a_process(folder: Path, way: str) -> Run:
    """Check a folder in a process of its own."""
    command = [sys.executable, "-W", "ignore", __file__, str(folder), "--way", way]
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    done = subprocess.run(command, check=True, capture_output=True, text=True, env=environment)
    return Run.of(done.stdout)


def table(runs: dict[str, list[Run]]) -> str:
    """The table of the runs, as Markdown."""
    lines = [
        f"Python {platform.python_version()}; {len(runs['with'])} runs of each in turns; median, and the least.",
        "",
        "| inference | files | with a question | modules read | CPU s | least | peak MiB | longest question, ms |",
        "| --- | --: | --: | --: | --: | --: | --: | --: |",
    ]
    for way in WAYS:
        each = runs[way][0]
        seconds = [run.seconds for run in runs[way]]
        lines.append(
            f"| {way} | {each.files} | {each.asking} | {each.modules} | {median(seconds):.2f} | {min(seconds):.2f} "
            f"| {median(run.mib for run in runs[way]):.0f} | {1000 * min(run.longest for run in runs[way]):.0f} |"
        )
    with_it, without = ({*runs[way][0].findings} for way in ("with", "without"))
    more, less = len(with_it - without), len(without - with_it)
    lines += ["", f"Findings: {len(with_it)}; {more} only with inference, {less} only without."]
    return "\n".join(lines) + "\n"


@click.command()
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--runs", default=5, help="Runs of each way.")
@click.option("--way", type=click.Choice(WAYS), hidden=True)
def main(folder: Path, runs: int, way: str | None) -> None:
    """Print what inference costs over FOLDER, and keep it in results/inference.md."""
    if way is not None:
        print(json.dumps(checked(folder, way)._asdict()))
        return
    found = {each: [] for each in WAYS}
    for _ in range(runs):
        for each in WAYS:
            found[each].append(in_a_process(folder, each))
    text = table(found)
    RESULTS.write_text(f"# Inference\n\n`python benchmarks/inference.py`, {text}", encoding="utf-8")
    print(text)


if __name__ == "__main__":
    main()
