"""What was looked up holds for a run in a worker of a pool, and for moments in a process that an editor may keep."""

import gc
import multiprocessing

import pytest

from flake8_flask_startup.files import ttl
from flake8_flask_startup.files.gc_control import made_to_stay
from flake8_flask_startup.files.ttl import EDITOR_LONGEST_S, EDITOR_S, RUN_S, Fresh, is_worker, lifetime_s, while_fresh


def said(_: int) -> tuple[bool, float, int]:
    with made_to_stay():
        pass
    return is_worker(), lifetime_s(0.0), gc.get_freeze_count()


def test_a_worker_ends_with_its_run() -> None:
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        (told,) = pool.map(said, [0])
    worker, fresh_s, frozen = told
    assert worker
    assert fresh_s == RUN_S
    assert frozen > 0


def test_any_other_process_may_be_kept_for_hours() -> None:
    assert not is_worker()
    assert lifetime_s(0.0) == EDITOR_S
    assert lifetime_s(0.1) == EDITOR_LONGEST_S
    assert lifetime_s(20.0) == 200.0, "a boot of thousands of modules is not drawn up all the time"


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    now = [0.0]
    monkeypatch.setattr(ttl.time, "monotonic", lambda: now[0])
    return now


def test_an_answer_is_given_again_while_it_is_fresh(clock: list[float]) -> None:
    looks: list[str] = []

    @while_fresh(2)
    def look(name: str, end: str = "") -> str:
        looks.append(name)
        return name + end

    assert look("a") == look("a") == "a"
    assert look("a", end="!") == "a!"
    assert looks == ["a", "a"]
    clock[0] = EDITOR_S
    assert look("a") == "a"
    assert looks == ["a", "a", "a"]
    look("b")  # more than two: all are dropped
    look("a")
    assert looks == ["a", "a", "a", "b", "a"]


def test_what_is_raised_is_not_kept(clock: list[float]) -> None:
    answers: Fresh[int] = Fresh()
    with pytest.raises(ZeroDivisionError):
        answers.get("x", lambda: 1 // 0)
    assert answers.get("x", lambda: 1) == 1
    assert clock == [0.0]
