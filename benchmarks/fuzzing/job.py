"""The long run: batches by number, a line of the journal each, and a folder for what fails."""

from __future__ import annotations

import os
import shutil
import tempfile
import time
from collections import Counter
from pathlib import Path

from .case import Case
from .journal import Batch, Journal
from .kinds import batch
from .running import Judged, judged
from .sandbox import write
from .smaller import kind_of, smaller

TOGETHER = 10  # cases in a process: to split one off takes as long as a small case


def run(journal: Journal, failures: Path, jobs: int, minutes: float, inputs: int) -> None:
    """Run what failed before again, and then batches until so many inputs are there, or the minutes are over."""
    until = time.monotonic() + 60 * minutes
    with tempfile.TemporaryDirectory(prefix="fuzz-", ignore_cleanup_errors=True) as name:
        known = {symptom for each in journal.batches for symptom in each.failed}
        again = journal.failed()
        while (again or journal.inputs < inputs) and time.monotonic() < until:
            number = again.pop() if again else journal.next()
            done = _batch(journal, number, Path(name), failures, jobs, known)
            journal.add(done)
            failed = sum(sum(each.failed.values()) for each in journal.batches)
            print(f"batch {number}: {journal.inputs:,} inputs, {failed} failures, slowest {done.slowest} s", flush=True)


def _batch(journal: Journal, number: int, folder: Path, failures: Path, jobs: int, known: set[str]) -> Batch:
    kinds: Counter[str] = Counter()
    failed: Counter[str] = Counter()
    cpu, slowest, doors = 0.0, 0.0, 0
    for each in judged(batch(journal.seed, number), folder / str(number), jobs, TOGETHER):
        kinds[each.case.kind] += each.case.inputs
        doors += "doors" in each.case.sample
        cpu, slowest = cpu + each.cpu, max(slowest, each.cpu)
        for symptom in {kind_of(problem) for problem in each.problems}:
            failed[symptom] += 1
            if symptom not in known:
                known.add(symptom)
                _keep(each, symptom, failures, f"{number}-{len(known)}", folder / "smaller")
    return Batch(
        journal.seed, number, journal.program, dict(kinds), doors, round(cpu, 2), round(slowest, 2), dict(failed)
    )


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
