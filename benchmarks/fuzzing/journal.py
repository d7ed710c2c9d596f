"""What was run: a batch a line, so that a run that was stopped goes on, and the table that the lines make."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Batch:
    """What came of a batch: inputs by kind, how many went through the installed doors too, and failures by symptom.

    cpu is what its cases computed, and slowest what the slowest of them did, s.
    """

    seed: int
    number: int
    program: str
    kinds: Mapping[str, int]
    doors: int
    cpu: float
    slowest: float
    failed: Mapping[str, int]


def read(path: Path) -> list[Batch]:
    """Return the batches of a journal, in the order they were run; a line that a stopped run left is cut off."""
    text = path.read_text(encoding="utf-8") if path.exists() else ""
    whole, _, torn = text.rpartition("\n")
    if torn:
        path.write_text(whole + "\n" * bool(whole), encoding="utf-8")
    return [Batch(**json.loads(line)) for line in whole.splitlines()]


def newest(batches: Iterable[Batch]) -> list[Batch]:
    """Return the batches, each as it was when it was last run."""
    return list({(each.seed, each.number): each for each in batches}.values())


class Journal:
    """The batches of a seed in a file; what is added was run by a state of the program."""

    def __init__(self, path: Path, seed: int, program: str) -> None:
        self.path = path
        self.seed = seed
        self.program = program
        self.batches = newest(each for each in read(path) if each.seed == seed)

    @property
    def inputs(self) -> int:
        """How many inputs were run."""
        return sum(sum(each.kinds.values()) for each in self.batches)

    def next(self) -> int:
        """Return the number of the first batch that is not there."""
        done = {each.number for each in self.batches}
        return next(number for number in range(len(done) + 1) if number not in done)

    def failed(self) -> list[int]:
        """Return the numbers of the batches that failed when they were last run, by another state of the program."""
        return [each.number for each in self.batches if each.failed and each.program != self.program]

    def add(self, batch: Batch) -> None:
        """Write a batch down."""
        self.batches = newest([*self.batches, batch])
        with self.path.open("a", encoding="utf-8") as stream:
            stream.write(json.dumps(asdict(batch)) + "\n")


def as_table(batches: Sequence[Batch]) -> str:
    """Return the inputs and failures of batches as a Markdown table, and how they were run."""
    kinds: Counter[str] = Counter()
    failed: Counter[str] = Counter()
    for each in batches:
        kinds.update(each.kinds)
        failed.update(each.failed)
    rows = [f"| {name} | {count:,} |" for name, count in kinds.most_common()]
    programs = ", ".join(sorted({each.program for each in batches}))
    lines = ["| kind | inputs |", "| --- | ---: |", *rows, f"| together | {kinds.total():,} |", ""]
    lines += [f"through the installed commands as well: {sum(each.doors for each in batches):,}"]
    lines += [
        f"CPU: {sum(each.cpu for each in batches):,.0f} s; the slowest: {max(each.slowest for each in batches)} s"
    ]
    lines += [f"seeds: {', '.join(sorted({str(each.seed) for each in batches}))}; run by {programs}"]
    lines += [f"failures: {failed.total()}", *(f"  {count} x {symptom}" for symptom, count in failed.most_common())]
    return "\n".join(lines)
