import threading

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from engine.domain.project import Project
from engine.domain.run import MOVES, RunKind, RunStatus, TrialKind, check_move
from engine.errors import NotFoundError, StateError
from engine.settings import Settings
from engine.store import runs, trials
from engine.store.db import connect
from tests.conftest import MOMENT, Clock


@pytest.fixture
def run_id(settings: Settings, project: Project) -> int:
    with connect(settings) as db:
        return runs.add(db, project.slug, RunKind.TRAIN, {"seconds": 60}, MOMENT)


def test_a_run_that_does_not_exist_is_named(settings: Settings) -> None:
    with connect(settings) as db, pytest.raises(NotFoundError, match="no run '7'"):
        runs.get(db, 7)


def test_only_one_of_many_can_claim(settings: Settings, run_id: int) -> None:
    won: list[bool] = []

    def attempt() -> None:
        with connect(settings) as db:
            won.append(runs.claim(db, run_id, 1, MOMENT))

    threads = [threading.Thread(target=attempt) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(won) == [False] * 7 + [True]


def test_runs_are_done_one_at_a_time_in_their_order(settings: Settings, project: Project, run_id: int) -> None:
    with connect(settings) as db:
        second = runs.add(db, project.slug, RunKind.TRAIN, {}, MOMENT)
        assert not runs.claim(db, second, 1, MOMENT), "an older one waits"
        assert runs.claim(db, run_id, 1, MOMENT)
        assert not runs.claim(db, second, 1, MOMENT), "another one is active"
        runs.move(db, run_id, RunStatus.DONE, MOMENT)
        assert runs.claim(db, second, 1, MOMENT)


def test_a_heartbeat_carries_the_wish_to_stop(settings: Settings, run_id: int) -> None:
    with connect(settings) as db:
        runs.claim(db, run_id, 1, MOMENT)
        assert not runs.beat(db, run_id, MOMENT, "searching", 0.5)
        runs.request_cancel(db, run_id, MOMENT)
        assert runs.beat(db, run_id, MOMENT)
        kept = runs.get(db, run_id)
    assert (kept.phase, kept.progress) == ("searching", 0.5)


def test_a_run_that_waits_is_cancelled_at_once(settings: Settings, run_id: int) -> None:
    with connect(settings) as db:
        runs.request_cancel(db, run_id, MOMENT)
        assert runs.get(db, run_id).status is RunStatus.CANCELLED
        with pytest.raises(StateError, match="already cancelled"):
            runs.request_cancel(db, run_id, MOMENT)


def test_resuming_forgets_the_wish_to_stop_and_keeps_the_trials(settings: Settings, run_id: int) -> None:
    with connect(settings) as db:
        runs.claim(db, run_id, 1, MOMENT)
        trials.add(db, run_id, number=1, family="dummy", kind=TrialKind.DUMMY, config={}, at=MOMENT, score=0.5)
        runs.request_cancel(db, run_id, MOMENT)
        runs.move(db, run_id, RunStatus.CANCELLED, MOMENT)
        runs.requeue(db, run_id, MOMENT)
        assert not runs.get(db, run_id).cancel_requested
        assert runs.claim(db, run_id, 2, MOMENT)
        assert runs.get(db, run_id).attempt == 2
        assert [one.number for one in trials.of_run(db, run_id)] == [1]


def test_two_trials_of_one_number_cannot_be_stored(settings: Settings, run_id: int) -> None:
    import sqlite3

    with connect(settings) as db:
        trials.add(db, run_id, number=1, family="dummy", kind=TrialKind.DUMMY, config={}, at=MOMENT, score=0.5)
        with pytest.raises(sqlite3.IntegrityError):
            trials.add(db, run_id, number=1, family="dummy", kind=TrialKind.DUMMY, config={}, at=MOMENT, score=0.6)


@given(steps=st.lists(st.sampled_from(list(RunStatus)), max_size=12))
@hypothesis_settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_sequence_of_wishes_makes_an_illegal_move(
    settings: Settings, project: Project, steps: list[RunStatus]
) -> None:
    clock = Clock()
    with connect(settings) as db:
        run_id = runs.add(db, project.slug, RunKind.TRAIN, {}, clock())
        for wanted in steps:
            before = runs.get(db, run_id).status
            try:
                runs.move(db, run_id, wanted, clock())
            except StateError:
                assert wanted not in MOVES[before]
                assert runs.get(db, run_id).status is before
            else:
                assert wanted in MOVES[before]
                after = runs.get(db, run_id)
                assert after.status is wanted
                assert (after.finished_at is not None) == wanted.is_over
            if before is RunStatus.DONE:
                assert runs.get(db, run_id).status is RunStatus.DONE


@pytest.mark.parametrize("old", list(RunStatus))
@pytest.mark.parametrize("new", list(RunStatus))
def test_the_table_of_moves_is_the_law(old: RunStatus, new: RunStatus) -> None:
    if new in MOVES[old]:
        check_move(old, new)
    else:
        with pytest.raises(StateError):
            check_move(old, new)


def test_done_is_for_ever_and_the_other_endings_lead_back_to_the_queue_only() -> None:
    assert MOVES[RunStatus.DONE] == ()
    for ending in (RunStatus.FAILED, RunStatus.CANCELLED, RunStatus.LOST):
        assert MOVES[ending] == (RunStatus.QUEUED,)


def test_events_are_read_from_where_one_left_off(settings: Settings, run_id: int) -> None:
    with connect(settings) as db:
        first = runs.add_event(db, run_id, MOMENT, "one")
        runs.add_event(db, run_id, MOMENT, "two", "warning")
        assert [event.message for event in runs.events(db, run_id, after=first)] == ["two"]
