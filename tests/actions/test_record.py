"""The decision log: reasons at the moment of choice, missing ones shown, later ones with both days."""

from datetime import timedelta
from pathlib import Path

import pytest

from engine.actions import projects as starting
from engine.actions import record
from engine.domain.project import Project, ProjectStatus
from engine.domain.run import RunKind, RunStatus, TrialKind
from engine.errors import InputError, NotFoundError, StateError
from engine.settings import Settings
from engine.store import projects, runs, trials
from engine.store.db import connect
from tests.conftest import MOMENT, Clock

HOSTILE = "<script>alert(1)</script> '); DROP TABLE decisions; -- {{ best.score }} \N{PILE OF POO}"


def test_a_choice_without_a_reason_is_kept_and_shown_as_such(settings: Settings, project: Project) -> None:
    record.choose(settings, "demo", "family", "only linear", "   ")
    (entry,) = record.log(settings, "demo")
    assert (entry["choice"], entry["reason"], entry["reasoned_at"]) == ("only linear", "", None)


def test_the_same_choice_again_is_one_and_never_loses_its_reason(settings: Settings, project: Project) -> None:
    first = record.choose(settings, "demo", "family", "only linear", "It can be read.")
    assert record.choose(settings, "demo", "family", "only linear") == first
    assert record.choose(settings, "demo", "family", "only  linear ", "It can be read.") == first
    other = record.choose(settings, "demo", "family", "only forests")
    assert record.choose(settings, "demo", "family", "only linear") not in (first, other), "turned back: a new choice"
    assert [one["reason"] for one in record.log(settings, "demo")] == ["It can be read.", "", ""]


def test_a_reason_added_at_once_counts_as_given_with_the_choice(
    settings: Settings, project: Project, clock: Clock
) -> None:
    number = record.choose(settings, "demo", "split", "random", clock=clock)
    record.add_reason(settings, "demo", number, " Rows are independent. ", clock=clock)
    (entry,) = record.log(settings, "demo")
    assert entry["reason"] == "Rows are independent."
    assert not entry["added_later"]


def test_a_reason_added_later_carries_both_days(settings: Settings, project: Project, clock: Clock) -> None:
    number = record.choose(settings, "demo", "split", "random", clock=clock)
    clock.pass_by(days=3)
    record.add_reason(settings, "demo", number, "Rows are independent.", clock=clock)
    (entry,) = record.log(settings, "demo")
    assert entry["added_later"]
    assert entry["chosen_at"] < entry["reasoned_at"]


@pytest.mark.parametrize("text", ["", "   ", "\n\t "])
def test_blanks_are_no_reason(settings: Settings, project: Project, text: str) -> None:
    number = record.choose(settings, "demo", "split", "random")
    with pytest.raises(InputError, match="empty"):
        record.add_reason(settings, "demo", number, text)
    with pytest.raises(InputError, match="needs a step and a reason"):
        record.decide(settings, "demo", "split", text)
    with pytest.raises(InputError):
        record.close(settings, "demo", ProjectStatus.MET, text)
    with connect(settings) as db:
        assert projects.get(db, "demo").status is ProjectStatus.OPEN


def test_the_second_of_two_tabs_does_not_overwrite(settings: Settings, project: Project) -> None:
    number = record.choose(settings, "demo", "metric", "roc_auc")
    record.add_reason(settings, "demo", number, "It ranks.")
    with pytest.raises(StateError, match="not rewritten"):
        record.add_reason(settings, "demo", number, "Something else.")
    record.skip_reason(settings, "demo", number)
    (one,) = record.decisions(settings, "demo")
    assert (one.reason, one.skipped) == ("It ranks.", False)


def test_a_skipped_reason_can_still_be_added(settings: Settings, project: Project) -> None:
    number = record.choose(settings, "demo", "metric", "roc_auc")
    record.skip_reason(settings, "demo", number)
    assert record.decisions(settings, "demo")[0].skipped
    record.add_reason(settings, "demo", number, "It ranks.")
    assert not record.decisions(settings, "demo")[0].skipped


def test_a_decision_of_another_project_is_not_found(settings: Settings, project: Project) -> None:
    number = record.choose(settings, "demo", "metric", "roc_auc")
    with pytest.raises(NotFoundError):
        record.add_reason(settings, "demo", number + 1, "It ranks.")
    with pytest.raises(NotFoundError):
        record.skip_reason(settings, "other", number)


def test_hostile_text_is_kept_as_it_is(settings: Settings, project: Project) -> None:
    number = record.choose(settings, "demo", "metric", HOSTILE, "")
    record.add_reason(settings, "demo", number, HOSTILE)
    (entry,) = record.log(settings, "demo")
    assert entry["choice"] == entry["reason"] == HOSTILE
    with pytest.raises(InputError, match="characters"):
        record.choose(settings, "demo", "metric", "x" * 5000)


def test_a_project_can_be_closed_at_any_time_and_opened_again(settings: Settings, project: Project) -> None:
    for status in (ProjectStatus.NOT_MET, ProjectStatus.OPEN, ProjectStatus.STOPPED):
        record.close(settings, "demo", status, f"Because of {status}.", clock=lambda: MOMENT)
        with connect(settings) as db:
            found = projects.get(db, "demo")
        assert found.status is status
        assert (found.closed_at is None) == (status is ProjectStatus.OPEN)


def test_a_model_can_be_promoted_without_a_reason_but_not_with_a_blank_one(
    settings: Settings, project: Project, clock: Clock
) -> None:
    with connect(settings) as db:
        run_id = runs.add(db, "demo", RunKind.TRAIN, {"seed": 0}, clock())
        runs.claim(db, run_id, 1, clock())
        trial = trials.add(
            db, run_id, number=1, family="linear", kind=TrialKind.SIMPLE, config={}, at=clock(), score=0.8
        )
        runs.move(db, run_id, RunStatus.FAILED, clock())
        db.conn.execute("INSERT INTO explanations VALUES (1, ?, ?, '{}', '')", [run_id, trial])
        db.conn.commit()
    with pytest.raises(InputError):
        record.promote(settings, "demo", trial, "  ")
    record.promote(settings, "demo", trial, None)
    assert [(one["step"], one["reason"]) for one in record.log(settings, "demo")] == [("promote", "")]
    with connect(settings) as db:
        assert projects.get(db, "demo").promoted == trial


def test_a_project_on_a_file_begins_with_its_choices(settings: Settings, tmp_path: Path) -> None:
    path = tmp_path / "sales.csv"
    path.write_text("a,b,y\n" + "\n".join(f"{n},{n % 7},{'yes' if n % 3 else 'no'}" for n in range(80)))
    slug = starting.create_from_file(settings, path, target="y", reasons={"target": " The shop asks for it. "})
    found = {one["step"]: one for one in record.log(settings, slug)}
    assert list(found) == ["target", "split", "metric"]
    assert found["target"]["choice"] == "y (binary)"
    assert found["target"]["reason"] == "The shop asks for it."
    assert "as proposed" in found["split"]["choice"]
    assert found["metric"]["reason"] == ""


def test_what_a_template_chose_is_not_the_persons_choice(settings: Settings) -> None:
    slug = starting.create_from_template(settings, "penguin-species")
    assert record.log(settings, slug) == []


def test_a_reason_long_after_is_told_by_time_alone(settings: Settings, project: Project) -> None:
    number = record.choose(settings, "demo", "split", "random", clock=lambda: MOMENT)
    record.add_reason(settings, "demo", number, "Why.", clock=lambda: MOMENT + timedelta(minutes=11))
    assert record.decisions(settings, "demo")[0].added_later
