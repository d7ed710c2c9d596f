"""What was looked up holds for a run in a worker of a pool, and for moments in a process that an editor may keep."""

import gc
import multiprocessing

from flake8_flask_startup.files.gc_control import made_to_stay
from flake8_flask_startup.files.ttl import RUN_S, is_worker, moment, seconds


def said(_: int) -> tuple[bool, float, float, int]:
    with made_to_stay():
        pass
    return is_worker(), seconds(5.0), moment(5.0)[0], gc.get_freeze_count()


def test_a_worker_ends_with_its_run() -> None:
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        (told,) = pool.map(said, [0])
    worker, fresh_s, moment_s, frozen = told
    assert worker
    assert fresh_s == moment_s == RUN_S
    assert frozen > 0


def test_any_other_process_may_be_kept_for_hours() -> None:
    assert not is_worker()
    assert seconds(5.0) == moment(5.0)[0] == 5.0


def test_no_moment_of_a_worker_is_one_of_its_parent() -> None:
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        (of_worker,) = pool.map(moment, [5.0])
    assert of_worker[0] != moment(5.0)[0]
