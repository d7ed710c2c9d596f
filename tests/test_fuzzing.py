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
from fuzzing.journal import Batch, Journal, as_table
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


def batch(number: int, program: str = "1", **failed: int) -> Batch:
    return Batch(SEED, number, program, {"logs": 2, "trees": 1}, 1, 1.5, 0.5, failed)


def test_a_run_that_was_stopped_goes_on_after_its_last_batch(tmp_path: Path) -> None:
    path = tmp_path / "journal"
    Journal(path, SEED, "1").add(batch(0))
    with path.open("a") as stream:
        stream.write('{"seed": 14, "num')
    again = Journal(path, SEED, "1")
    assert again.next() == 1
    again.add(batch(1))
    assert Journal(path, SEED, "1").batches == [batch(0), batch(1)]
    assert Journal(path, SEED, "1").inputs == 6
    assert Journal(path, SEED + 1, "1").next() == 0


def test_a_batch_that_failed_is_run_again_by_another_state_of_the_program(tmp_path: Path) -> None:
    path = tmp_path / "journal"
    journal = Journal(path, SEED, "1")
    journal.add(batch(0, crash=2))
    journal.add(batch(1))
    assert journal.failed() == []
    assert as_table(journal.batches).splitlines()[-2:] == ["failures: 2", "  2 x crash"]
    changed = Journal(path, SEED, "2")
    assert changed.failed() == [0]
    changed.add(batch(0, "2"))
    assert Journal(path, SEED, "3").failed() == []
    assert as_table(changed.batches).splitlines()[-1] == "failures: 0"
    assert "| together | 6 |" in as_table(changed.batches)


def test_the_job_keeps_what_fails_with_a_smaller_case(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    case = Case("bytes", "loud.py", project({b"subject.py": Text(LOUD)}), subject=b"subject.py")
    running.warm()
    monkeypatch.setattr(job, "batch", lambda *_: [case])
    monkeypatch.setattr(judging, "here", lambda _: Answer("RuntimeError: oh", "", ""))
    journal = Journal(tmp_path / "journal", SEED, "1")
    job.run(journal, tmp_path / "failures", jobs=1, minutes=5, inputs=2)
    assert [(each.number, max(each.failed.values())) for each in journal.batches] == [(0, 1), (1, 1)]
    (kept,) = {path.parent.parent.name for path in tmp_path.glob("failures/*/found/problems.txt")} & {"0-1"}
    assert (tmp_path / "failures" / kept / "smaller/project/subject.py").read_bytes() == b""
    assert "batch 1: 2 inputs" in capsys.readouterr().out
