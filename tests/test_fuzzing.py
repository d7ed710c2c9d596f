"""The quick form of `benchmarks/fuzz.py`: some cases of each kind, always the same, and whether the job sees faults."""

from __future__ import annotations

import os
import sys
from collections import Counter
from pathlib import Path

import pytest

if sys.platform == "win32" or not hasattr(os, "fork"):
    pytest.skip("cases run in processes that are split off", allow_module_level=True)

sys.path.insert(0, str(Path(__file__).parent.parent / "benchmarks"))

from fuzzing import job, judging, kinds, running
from fuzzing.case import KNOWN, Case, Text, project
from fuzzing.doors import Answer
from fuzzing.smaller import smaller

SEED = 14


@pytest.mark.parametrize("number", range(2))
def test_nothing_crashes_hangs_or_costs_a_neighbour_its_findings(number: int, tmp_path: Path) -> None:
    cases = kinds.batch(SEED, number, share=0.3, every=20)
    results = list(running.judged(cases, tmp_path, jobs=2))
    assert Counter(each.case.kind for each in results) == Counter(each.kind for each in cases)
    assert {each.kind for each in cases} == set(kinds.KINDS)
    assert [(each.case.kind, each.case.name, each.problems) for each in results if each.problems] == []


def test_a_case_is_the_same_whenever_it_is_made() -> None:
    one, other = (kinds.batch(SEED, 5, share=0.2) for _ in range(2))
    assert [(each.kind, each.nodes, each.sample) for each in one] == [(e.kind, e.nodes, e.sample) for e in other]
    assert [each.nodes for each in one] != [each.nodes for each in kinds.batch(SEED, 6, share=0.2)]


LOUD = b"# loud\n" * 3 + b"x = 1\n" * 5
FAULTS = {
    "raises": ("raise ValueError('oh')", "ValueError: oh"),
    "leaves": ("import os; os._exit(3)", "the process ended with 3"),
    "writes": ("open('../outside/victim.txt', 'w').close()", "changed on disk"),
    "runs": ("exec(compile('1', os.path.abspath('subject.py'), 'exec'))", "code of the project"),
}


@pytest.mark.parametrize(("fault", "shown"), FAULTS.values(), ids=FAULTS.keys())
def test_a_fault_is_seen_and_its_case_made_smaller(
    fault: str, shown: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def faulty(_: object) -> Answer:
        if b"loud" in Path("subject.py").read_bytes():
            exec(fault, {"os": os})  # noqa: S102  # a fault of these tests
        return Answer(1, "\n".join(f"./well_neighbour.py:{each} x" for each in sorted(KNOWN)), "")

    running.warm()
    monkeypatch.setattr(judging, "here", faulty)
    case = Case("bytes", "", project({b"subject.py": Text(LOUD), b"more.py": Text(b"")}), subject=b"subject.py")
    found = "".join(problem for each in running.judged([case], tmp_path / "a") for problem in each.problems)
    assert shown in found
    symptom = next(iter(running.judged([case], tmp_path / "b"))).problems[0]
    small = smaller(case, job.kind_of(symptom), tmp_path / "c")
    assert small.nodes[b"subject.py"] == Text(b"loud")
    assert b"more.py" not in small.nodes


@pytest.mark.parametrize(
    ("answer", "shown"),
    [
        (Answer(2, "", "a.py: not checked: KeyError: 1"), "not checked: KeyError"),
        (Answer(1, "\x1b[31m", ""), "control character '\\x1b'"),
        (Answer(0, "", ""), "the neighbour loses"),
        (Answer("signal 11", "", ""), "ended with signal 11"),
        (Answer(2, "", "no"), "refused: 'no'"),
        (Answer(1, "", "Traceback (most recent call last):"), "Traceback"),
    ],
)
def test_an_answer_that_is_wrong_is_named(answer: Answer, shown: str) -> None:
    found = list(judging._judged(["check"], answer, may_refuse=False, keeps=KNOWN))
    assert any(shown in each for each in found)


def line(number: int, **symptoms: int) -> dict[str, object]:
    return {
        "seed": SEED,
        "number": number,
        "program": "1",
        "inputs": 3,
        "kinds": {"logs": 3},
        "doors": 0,
        "failed": symptoms,
    }


def test_a_run_that_was_stopped_goes_on_after_its_last_batch(tmp_path: Path) -> None:
    path = tmp_path / "journal"
    job.Journal(path, SEED, "1").add(line(0))
    with path.open("a") as stream:
        stream.write('{"seed": 14, "num')
    again = job.Journal(path, SEED, "1")
    assert again.next() == 1
    again.add(line(1))
    assert job.total(job.Journal(path, SEED, "1"))["inputs"] == 6
    assert job.Journal(path, SEED + 1, "1").next() == 0


def test_a_batch_that_failed_is_run_again_by_another_state_of_the_program(tmp_path: Path) -> None:
    path = tmp_path / "journal"
    journal = job.Journal(path, SEED, "1")
    journal.add(line(0, crash=2))
    journal.add(line(1))
    assert job.Journal(path, SEED, "1").failed() == []
    changed = job.Journal(path, SEED, "2")
    assert changed.failed() == [0]
    changed.add({**line(0), "program": "2"})
    assert job.Journal(path, SEED, "3").failed() == []
    assert job.total(changed) == {"inputs": 6, "logs": 6, "doors": 0, "failures": 0}
