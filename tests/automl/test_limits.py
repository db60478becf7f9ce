import threading
import time
from functools import partial

import pytest

from engine.automl.limits import Limit, OutOfTimeError, Watch, partial_run, run


def spin(watch: Watch | None = None, seconds: float = 20.0) -> None:
    """Work in Python that never ends by itself in time."""
    until = time.monotonic() + seconds
    while time.monotonic() < until and not (watch is not None and watch.over()):
        sum(range(100))


def number(value: int) -> int:
    return value


@pytest.mark.parametrize("workers", [1, 2])
@pytest.mark.parametrize("seconds", [None, 10.0])
def test_results_come_in_the_order_of_the_jobs(workers: int, seconds: float | None) -> None:
    jobs = [partial(number, place) for place in range(7)]
    assert run(jobs, workers=workers, limit=Limit(seconds=seconds)) == list(range(7))


def test_what_a_job_raises_goes_through_and_no_more_are_begun() -> None:
    begun = []

    def broken() -> None:
        begun.append(1)
        raise KeyError("broken")

    with pytest.raises(KeyError, match="broken"):
        run([broken] * 5, workers=1, limit=Limit(seconds=10))
    assert len(begun) == 1


@pytest.mark.parametrize("workers", [1, 2])
def test_a_loop_that_never_ends_is_ended(workers: int) -> None:
    began, before = time.monotonic(), set(threading.enumerate())
    with pytest.raises(OutOfTimeError):
        run([spin, spin], workers=workers, limit=Limit(seconds=0.2))
    assert time.monotonic() - began < 1.5
    time.sleep(0.1)
    assert set(threading.enumerate()) <= before


def test_what_does_not_listen_is_left_behind() -> None:
    deaf = threading.Event()
    began = time.monotonic()
    with pytest.raises(OutOfTimeError):
        run([lambda: deaf.wait(30)], workers=1, limit=Limit(seconds=0.1))
    assert time.monotonic() - began < 3
    deaf.set()


def test_callbacks_hear_of_the_end_first() -> None:
    limit, heard = Limit(seconds=0.1), []

    def listening() -> None:
        spin(limit.watch)
        heard.append(True)

    with pytest.raises(OutOfTimeError):
        run([listening], workers=1, limit=limit)
    assert heard == [True]


def test_being_asked_to_stop_ends_the_work() -> None:
    began = time.monotonic()
    with pytest.raises(OutOfTimeError):
        run([spin], workers=1, limit=Limit(stopping=lambda: time.monotonic() - began > 0.2))
    assert time.monotonic() - began < 1.5


def test_jobs_that_cannot_end_in_time_are_not_begun() -> None:
    begun = []

    def slow() -> None:
        begun.append(1)
        time.sleep(0.15)

    began = time.monotonic()
    with pytest.raises(OutOfTimeError):
        run([slow] * 10, workers=1, limit=Limit(seconds=0.6))
    assert time.monotonic() - began < 0.55
    assert len(begun) <= 2


def test_a_part_of_the_results_is_better_than_none() -> None:
    jobs = [partial(number, 3), spin, partial(number, 4)]
    done = partial_run(jobs, workers=2, limit=Limit(seconds=0.3))
    assert done == {0: 3, 2: 4}
