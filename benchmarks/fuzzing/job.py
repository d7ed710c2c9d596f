"""The long run: batches by number, a line of a journal each, and a folder for what fails."""

from __future__ import annotations

import json
import os
import shutil
import tempfile
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from .case import Case
from .kinds import batch
from .running import Judged, judged
from .sandbox import write
from .smaller import kind_of, smaller

TOGETHER = 10  # cases in a process: to split one off takes as long as a small case


@dataclass
class Journal:
    """What was run before, a batch a line; seed and program are those of the batches that are added."""

    path: Path
    seed: int
    program: str
    batches: list[dict[str, object]] = field(default_factory=list)

    def __post_init__(self) -> None:
        text = self.path.read_text(encoding="utf-8") if self.path.exists() else ""
        whole, _, torn = text.rpartition("\n")
        self.batches += [json.loads(line) for line in whole.splitlines()]
        if torn:  # the last line of a run that was stopped
            self.path.write_text(whole + "\n" * bool(whole), encoding="utf-8")

    def next(self) -> int:
        """Return the number of the first batch that is not there."""
        done = {each["number"] for each in self.mine()}
        number = 0
        while number in done:
            number += 1
        return number

    def failed(self) -> list[int]:
        """Return the numbers of the batches that failed when they were last run, by another state of the program."""
        lines = self.mine()
        return [int(str(each["number"])) for each in lines if each["failed"] and each["program"] != self.program]

    def add(self, line: dict[str, object]) -> None:
        """Write a batch down."""
        self.batches.append(line)
        with self.path.open("a", encoding="utf-8") as stream:
            stream.write(json.dumps(line) + "\n")

    def mine(self) -> list[dict[str, object]]:
        """Return the batches of this seed, each as it was when it was last run."""
        return list({each["number"]: each for each in self.batches if each["seed"] == self.seed}.values())


def run(journal: Journal, failures: Path, jobs: int, minutes: float, inputs: int) -> None:
    """Run what failed before again, and then batches until so many inputs are there, or the minutes are over."""
    until = time.monotonic() + 60 * minutes
    with tempfile.TemporaryDirectory(prefix="fuzz-", ignore_cleanup_errors=True) as name:
        known = {str(kind) for each in journal.mine() for kind in each["failed"]}  # type: ignore[attr-defined]
        again = journal.failed()
        while (again or total(journal)["inputs"] < inputs) and time.monotonic() < until:
            number = again.pop() if again else journal.next()
            journal.add(_batch(journal, number, Path(name), failures, jobs, known))
            print(_line(journal), flush=True)


def _batch(
    journal: Journal, number: int, folder: Path, failures: Path, jobs: int, known: set[str]
) -> dict[str, object]:
    kinds: Counter[str] = Counter()
    failed: Counter[str] = Counter()
    cpu, slowest = 0.0, 0.0
    doors = 0
    for each in judged(batch(journal.seed, number), folder / str(number), jobs, TOGETHER):
        kinds[each.case.kind] += 1
        doors += "doors" in each.case.sample
        cpu, slowest = cpu + each.cpu, max(slowest, each.cpu)
        for symptom in {kind_of(problem) for problem in each.problems}:
            failed[symptom] += 1
            if symptom not in known:
                known.add(symptom)
                _keep(each, symptom, failures, f"{number}-{len(known)}", folder / "smaller")
    return {
        "seed": journal.seed, "number": number, "program": journal.program, "inputs": kinds.total(), "kinds": kinds,
        "doors": doors, "cpu": round(cpu, 2), "slowest": round(slowest, 2), "failed": failed,
    }  # fmt: skip


def _keep(each: Judged, symptom: str, failures: Path, name: str, folder: Path) -> None:
    """Keep a project that shows a new symptom, as it is and made smaller."""
    print(f"  {name} {each.case.kind} {each.case.name}: {symptom}", flush=True)
    _write(failures / name / "found", each.case, each.problems)
    small = smaller(each.case, symptom, folder)
    _write(failures / name / "smaller", small, (symptom,))


def _write(folder: Path, case: Case, problems: tuple[str, ...]) -> None:
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    write(os.fsencode(folder / "project"), case.nodes)
    asked = f"{case.kind} {case.name} app={case.app} check={case.check} report={case.report}\n"
    (folder / "problems.txt").write_text(asked + "\n".join(problems) + "\n", encoding="utf-8", errors="replace")


def total(journal: Journal) -> dict[str, int]:
    """Return how many inputs, and of each kind, the journal has."""
    found = Counter({"inputs": 0, "doors": 0, "failures": 0})
    for each in journal.mine():
        found.update(each["kinds"])  # type: ignore[call-overload]
        found["inputs"] += int(str(each["inputs"]))
        found["doors"] += int(str(each["doors"]))
        found["failures"] += sum(each["failed"].values())  # type: ignore[attr-defined]
    return dict(found)


def _line(journal: Journal) -> str:
    sums = total(journal)
    last = journal.batches[-1]
    so_far = f"{sums['inputs']:,} inputs, {sums['failures']} failures"
    return f"batch {last['number']}: {so_far}, {last['cpu']} s, slowest {last['slowest']} s"
