"""Bringing evidence, aiming at a role, planning a week: what is stored, and what it is worth."""

import json
from datetime import date, timedelta
from pathlib import Path

import pytest

from engine.actions import rhythm, skills, study
from engine.domain.claim import Claim, ClaimKind
from engine.domain.fact import Trust
from engine.errors import InputError, NotFoundError
from engine.evidence import skill_content
from engine.evidence import skills as evidence
from engine.settings import Settings
from engine.store import study as stored
from engine.store import writeups
from engine.store.db import connect
from tests.conftest import MOMENT, Clock
from tests.evidence.story import Story, tell
from tests.evidence.test_brought import chain

DAY = MOMENT.date()
NOTE = "I rebuilt the forecast of the course without its guide and measured the gap"
MODULE = b"".join(b'def f%d(a: int) -> int:\n    """Add."""\n    return a + %d\n' % (n, n) for n in range(6))


def level(settings: Settings, skill: str) -> tuple[int, str]:
    found = next(one for one in skills.skills(settings) if one["id"] == skill)
    return found["level"], found["trust"]


def bring(settings: Settings, clock: Clock, skill: str, kind: ClaimKind, **more: object) -> int:
    return skills.bring(settings, skill, kind, clock=clock, **{"made_on": DAY, **more})  # type: ignore[arg-type]


def test_a_file_is_worth_practised_and_applied_in_an_own_project(settings: Settings, clock: Clock) -> None:
    bring(settings, clock, "code-structure", ClaimKind.PYTHON, content=MODULE, file_name="a.py")
    assert level(settings, "code-structure") == (2, "imported")
    with connect(settings) as db:
        tell(settings, db, Story())
    bring(settings, clock, "code-structure", ClaimKind.PYTHON, content=MODULE, file_name="a.py", project="churn")
    assert level(settings, "code-structure") == (3, "imported")


def test_a_file_for_a_template_is_not_applied(settings: Settings, clock: Clock) -> None:
    with connect(settings) as db:
        tell(settings, db, Story(template="telecom-churn"))
    bring(settings, clock, "code-structure", ClaimKind.PYTHON, content=MODULE, project="churn")
    assert level(settings, "code-structure") == (2, "imported")


def test_what_is_stated_never_passes_practised(settings: Settings, clock: Clock) -> None:
    with connect(settings) as db:
        tell(settings, db, Story())
    for one in skill_content.skills():
        for number in range(6):
            clock.pass_by(days=8)
            bring(
                settings, clock, one.id, ClaimKind.LINK, note=f"{NOTE} {number}", link="https://a.org", project="churn"
            )
            bring(settings, clock, one.id, ClaimKind.LEARNED, note=f"{NOTE} {number}", project="churn")
    found = skills.skills(settings)
    stated = [one for one in found if one["trust"] == "self_reported"]
    assert {one["id"] for one in stated} >= {"cloud-ml", "competitions", "lifelong-learning", "open-source"}
    assert max(one["level"] for one in stated) == 2
    for one in found:
        for proof in one["evidence"]:
            assert proof["level"] <= {"verified": 4, "imported": 3, "self_reported": 2}[proof["trust"]]


def test_the_same_evidence_again_is_kept_once(settings: Settings, clock: Clock) -> None:
    first = bring(settings, clock, "git-flow", ClaimKind.COMMITS, content=chain(10), file_name="c.txt")
    assert bring(settings, clock, "git-flow", ClaimKind.COMMITS, content=chain(10), file_name="c.txt") == first
    assert len(skills.brought(settings)) == 1
    assert level(settings, "git-flow") == (2, "imported")
    skills.take_back(settings, first)
    assert level(settings, "git-flow")[0] == 0


def test_four_notes_in_one_week_are_one_week(settings: Settings, clock: Clock) -> None:
    for number in range(4):
        bring(settings, clock, "lifelong-learning", ClaimKind.LEARNED, note=f"{NOTE} {number}")
    assert level(settings, "lifelong-learning")[0] == 0
    for number in range(3):
        clock.pass_by(days=7)
        bring(settings, clock, "lifelong-learning", ClaimKind.LEARNED, note=f"{NOTE} again {number}")
    assert level(settings, "lifelong-learning") == (2, "self_reported")


@pytest.mark.parametrize(
    "more",
    [
        {"kind": ClaimKind.PYTHON},
        {"kind": ClaimKind.PYTHON, "content": b""},
        {"kind": ClaimKind.LINK, "note": NOTE},
        {"kind": ClaimKind.LINK, "note": NOTE, "link": "javascript:alert(1)"},
        {"kind": ClaimKind.LINK, "note": "ok ok ok ok ok ok ok ok ok", "link": "https://a.org"},
        {"kind": ClaimKind.LINK, "note": "  ", "link": "https://a.org"},
        {"kind": ClaimKind.LEARNED, "note": ""},
        {"kind": ClaimKind.LEARNED, "note": NOTE, "made_on": DAY + timedelta(days=400)},
        {"kind": ClaimKind.LEARNED, "note": "word " * 500},
    ],
)
def test_what_says_nothing_is_refused(settings: Settings, clock: Clock, more: dict) -> None:
    with pytest.raises(InputError) as caught:
        bring(settings, clock, "spark", **more)
    assert caught.value.hint
    assert skills.brought(settings) == []


def test_unknown_skill_and_project(settings: Settings, clock: Clock) -> None:
    with pytest.raises(NotFoundError):
        bring(settings, clock, "magic", ClaimKind.LEARNED, note=NOTE)
    with pytest.raises(NotFoundError):
        bring(settings, clock, "spark", ClaimKind.LEARNED, note=NOTE, project="none")


def test_private_evidence_is_not_published(settings: Settings, clock: Clock) -> None:
    bring(settings, clock, "spark", ClaimKind.LINK, note=NOTE, link="https://a.org")
    bring(settings, clock, "cloud-ml", ClaimKind.LINK, note=NOTE, link="https://a.org", is_public=True)
    with connect(settings) as db:
        shown = {one.skill.id: one for one in evidence.evaluate_skills(db, only=[]) if one.evidence}
    assert set(shown) == {"cloud-ml"}
    assert shown["cloud-ml"].trust is Trust.SELF_REPORTED


def test_progress_survives_renamed_skills(settings: Settings, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    with connect(settings) as db:
        # As an older content version stored them, under ids that are no longer used.
        writeups.mark_skill(db, "cross-validating", 2, "verified", {"fact": "split.folds"}, MOMENT - timedelta(days=90))
        old = Claim(
            id=0, skill="clouds", kind=ClaimKind.LINK, project="", note=NOTE, link="https://a.org", made_on=DAY,
            file_name="", file_sha256="", created_at=MOMENT,
        )  # fmt: skip
        stored.add_claim(db, old)
        tell(settings, db, Story())
    table = {"cross-validating": "cross-validation", "clouds": "cloud-ml"}
    assert level(settings, "cloud-ml")[0] == 0, "without the table it is lost"
    monkeypatch.setattr(evidence, "renamed", lambda: table)
    assert level(settings, "cloud-ml") == (2, "self_reported")
    with connect(settings) as db:
        evidence.mark(db, MOMENT)
        reached = evidence.first_reached(db)
        rows = [one for one in writeups.skill_marks(db) if one["skill"] in ("cross-validating", "cross-validation")]
    assert reached["cross-validation", 2] == MOMENT - timedelta(days=90)
    assert len([one for one in rows if one["level"] == 2 and one["skill"] == "cross-validating"]) == 1


def test_a_mark_is_a_date_and_no_proof(settings: Settings) -> None:
    with connect(settings) as db:
        for one in skill_content.skills():
            writeups.mark_skill(db, one.id, 4, "verified", {"fact": "made up"}, MOMENT)
    found = skills.skills(settings)
    assert {one["level"] for one in found} == {0}
    assert found[0]["earlier"] == {4: DAY.isoformat()}


def test_the_role_is_kept_beside_the_profile(settings: Settings, clock: Clock) -> None:
    assert skills.target_role(settings) == ""
    skills.set_target_role(settings, "quant", clock=clock)
    with connect(settings) as db:
        assert writeups.profile(db).target_role == "quant"
    found = skills.role_gap(settings, "quant", {"some": ["leakage"]})
    assert found["share"] == 0
    assert next(one for one in found["asked"] if one["id"] == "leakage")["templates"] == ["some"]
    json.dumps(found)
    with pytest.raises(NotFoundError):
        skills.set_target_role(settings, "wizard")
    skills.set_target_role(settings, "")
    assert skills.target_role(settings) == ""


def test_today_follows_role_and_last_work(settings: Settings, clock: Clock) -> None:
    assert study.today(settings, clock=clock)["next"]["page"] == "gallery"
    with connect(settings) as db:
        tell(settings, db, Story(slug="older", title="Older", seed=3), opened=False)
        tell(settings, db, Story(slug="newer", title="Newer", began=MOMENT + timedelta(days=1), seed=4), opened=False)
    found = study.today(settings, clock=clock)
    assert found["next"]["project"] == "newer"
    assert found["alternatives"][0]["project"] == "older"
    with connect(settings) as db:
        from engine.store import projects

        projects.decide(db, "older", "note", "", "Worked on again on a later day.", MOMENT + timedelta(days=3))
    skills.set_target_role(settings, "data-scientist")
    found = study.today(settings, clock=clock)
    assert found["next"]["project"] == "older"
    assert found["alternatives"][-1]["page"] == "gallery"
    assert "Data Scientist" in found["alternatives"][-1]["why"]
    assert found["role"] == "data-scientist"


def test_the_week_of_today(settings: Settings, clock: Clock) -> None:
    with connect(settings) as db:
        tell(settings, db, Story())
    found = study.today(settings, clock=clock)["week"]
    assert found["worked"] == 1
    assert [day["worked"] for day in found["days"] if day["today"]] == [True]
    rhythm.set_days(settings, 1)
    assert study.today(settings, clock=clock)["week"]["sentence"].startswith("This week is done")
    rhythm.plan_break(settings, DAY, DAY + timedelta(days=9), "Walking", clock=clock)
    rhythm.plan_break(settings, DAY, DAY + timedelta(days=9), "Walking", clock=clock)
    assert "planned break" in study.today(settings, clock=clock)["week"]["sentence"]
    (one,) = rhythm.breaks(settings, clock=clock)
    rhythm.drop_break(settings, one[0])
    assert rhythm.breaks(settings, clock=clock) == []


@pytest.mark.parametrize(
    ("first", "last"), [(1, 0), (-9, -1), (0, 500)], ids=["ends before it begins", "past", "longer than a year"]
)
def test_a_break_that_cannot_be(settings: Settings, clock: Clock, first: int, last: int) -> None:
    with pytest.raises(InputError):
        rhythm.plan_break(settings, DAY + timedelta(days=first), DAY + timedelta(days=last), clock=clock)
    with pytest.raises(InputError):
        rhythm.set_days(settings, 0)


def test_of_a_file_only_the_hash_is_kept(settings: Settings, clock: Clock) -> None:
    bring(settings, clock, "code-structure", ClaimKind.PYTHON, content=MODULE + b"SECRET = 'hunter2'\n")
    everything = b"".join(path.read_bytes() for path in Path(settings.home).rglob("*") if path.is_file())
    assert b"hunter2" not in everything
    assert skills.brought(settings)[0].made_on == date(2026, 3, 1)
