"""Postings, boards and applications as they are kept; files, CSV and calendar."""

import sqlite3
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as limits
from hypothesis import strategies as st
from icalendar import Calendar

from engine.actions import application_files, applications, backup, explain_back, jobs, publishing, skills
from engine.career import applications as written
from engine.career.boards import fits
from engine.domain.application import Application, ApplicationStatus, Contact, Interview
from engine.domain.posting import Board
from engine.domain.writeup import Profile
from engine.errors import InputError, NotFoundError
from engine.settings import Settings
from engine.store import applications as stored
from engine.store.db import connect
from tests.conftest import MOMENT, Clock

TEXT = "Data analyst\nPython, SQL\n50,000 EUR a year"
FORMULA = '=HYPERLINK("http://a.example","x")'


def test_a_posting_is_kept_corrected_and_deleted(settings: Settings, clock: Clock) -> None:
    kept = jobs.add(settings, TEXT, clock=clock)
    assert jobs.get(settings, kept.id) == kept
    jobs.save(settings, replace(kept, skills=("spark", "python-core", "spark"), degree="no", currency="usd"))
    found = jobs.get(settings, kept.id)
    assert (found.skills, found.degree, found.currency) == (("spark", "python-core"), "no", "USD")
    assert found.text == TEXT
    jobs.delete(settings, kept.id)
    with pytest.raises(NotFoundError):
        jobs.get(settings, kept.id)


@pytest.mark.parametrize(
    "wrong",
    [
        {"skills": ("no-such",)},
        {"degree": "maybe"},
        {"currency": "EURO"},
        {"pay_low": 2.0, "pay_high": 1.0},
        {"pay_low": float("nan")},
        {"title": " "},
        {"link": "javascript:alert(1)"},
    ],
)
def test_a_wrong_correction_stores_nothing(settings: Settings, wrong: dict[str, object]) -> None:
    kept = jobs.add(settings, TEXT)
    with pytest.raises(InputError):
        jobs.save(settings, replace(kept, **wrong))
    assert jobs.get(settings, kept.id) == kept


def test_postings_are_filtered_and_the_marks_of_a_search_mean_themselves(settings: Settings) -> None:
    first = jobs.add(settings, "Analyst 100%\nPython, remote, freelance")
    second = jobs.add(settings, "Engineer\nSpark, on site, full-time")
    assert [one.id for one in jobs.find(settings)[0]] == [second.id, first.id]
    assert [one.id for one in jobs.find(settings, text="100%")[0]] == [first.id]
    assert jobs.find(settings, text="_")[1] == 0
    assert [one.id for one in jobs.find(settings, remote=True)[0]] == [first.id]
    assert [one.id for one in jobs.find(settings, engagement="full-time")[0]] == [second.id]
    assert [one.id for one in jobs.find(settings, skill="spark")[0]] == [second.id]
    assert jobs.find(settings, limit=1, offset=1)[0][0].id == first.id


def test_the_eleven_boards_are_there_with_what_was_noted(settings: Settings) -> None:
    names = {one.name for one in jobs.boards(settings)}
    assert names == {
        *("Toptal", "MLconf Job Board", "Kaggle", "Scalable Path", "Gigster", "RemoteML", "R-users", "Aijobs.app"),
        *("AIAssistedJobs.com", "Prompt-Engineering-Jobs", "RemoteMachineLearning"),
    }
    one = jobs.boards(settings)[0]
    jobs.save_board(settings, replace(one, mark="moved", link="https://new.example/", visited_on=date(2026, 3, 1)))
    applications.add(settings, "Analyst")
    begun = applications.add(settings, "Engineer")
    applications.save(settings, replace(begun, board=one.id))
    found = jobs.boards(settings)[0]
    assert (found.mark, found.link, found.visited_on, found.applications) == (
        "moved", "https://new.example/", date(2026, 3, 1), 1,
    )  # fmt: skip
    own = jobs.save_board(settings, Board(id="", name="Local list", kind="", link="", is_own=True))
    assert [one.id for one in jobs.boards(settings)][-1] == own.id
    with pytest.raises(InputError):
        jobs.save_board(settings, Board(id="", name="local LIST", kind="", link=""))
    jobs.forget_board(settings, own.id)
    assert len(jobs.boards(settings)) == 11


def test_boards_follow_the_role_and_the_links_of_the_profile(settings: Settings) -> None:
    found = {one.id: one for one in jobs.boards(settings)}
    assert fits(found["r-users"], jobs.wanted_skills(settings))
    assert fits(found["toptal"], ("sql-queries",))
    assert not fits(found["r-users"], ("sql-queries",))
    assert fits(found["r-users"], ("r-basics", "sql-queries"))
    assert not jobs.links_to(settings, found["kaggle"])
    publishing.save_profile(settings, Profile(links=("https://kaggle.com.evil.example/",)))
    assert not jobs.links_to(settings, found["kaggle"])
    publishing.save_profile(settings, Profile(links=("https://kaggle.com/ann",)))
    assert jobs.links_to(settings, found["kaggle"])
    skills.set_target_role(settings, next(iter(skills.roles())))
    assert jobs.wanted_skills(settings)


def test_an_application_takes_over_its_posting_and_outlives_it(settings: Settings, clock: Clock) -> None:
    posting = jobs.add(settings, TEXT, link="https://a.example/1")
    begun = applications.add(settings, posting=posting.id, clock=clock)
    assert (begun.title, begun.pay_low, begun.link) == ("Data analyst", 50_000, "https://a.example/1")
    jobs.delete(settings, posting.id)
    assert applications.get(settings, begun.id).posting is None


def test_moves_are_kept_and_the_day_of_applying_is_kept_once(settings: Settings, clock: Clock) -> None:
    begun = applications.add(settings, "Analyst", clock=clock)
    first = applications.move(settings, begun.id, "applied", next_step="Call", next_on=date(2026, 3, 9), clock=clock)
    assert first.applied_on == clock().astimezone().date()
    clock.pass_by(days=3)
    applications.move(settings, begun.id, "interview", clock=clock)
    again = applications.move(settings, begun.id, "applied", clock=clock)
    assert again.applied_on == first.applied_on
    assert (again.next_step, again.next_on) == ("Call", date(2026, 3, 9))
    said = [str(status) for status, _ in applications.moves(settings, begun.id)]
    assert said == ["draft", "applied", "interview", "applied"]
    with pytest.raises(InputError):
        applications.move(settings, begun.id, "won")


def test_the_board_counts_and_the_next_steps_stand_in_order(settings: Settings) -> None:
    for day, status in ((9, "applied"), (4, "draft"), (1, "rejected")):
        begun = applications.add(settings, f"Day {day}")
        applications.move(settings, begun.id, status, next_step="Call", next_on=date(2026, 3, day))
    shown = applications.overview(settings, ["draft"])
    assert (shown.counts["applied"], shown.counts["draft"], shown.counts["offer"]) == (1, 1, 0)
    assert [one.title for one in shown.upcoming] == ["Day 4", "Day 9"]
    assert [one.title for one in applications.find(settings, statuses=["rejected", "applied"])[0]] == ["Day 1", "Day 9"]


def test_files_are_kept_under_their_hash_and_never_become_a_path(settings: Settings) -> None:
    first, second = applications.add(settings, "A"), applications.add(settings, "B")
    one = applications.attach(settings, first.id, "../../etc/pass\0wd\u202e.pdf", b"content")
    applications.attach(settings, second.id, "same.pdf", b"content")
    assert one.name == "passwd.pdf"
    folder = settings.home / "attachments"
    assert [path.name for path in folder.iterdir()] == [one.sha256]
    applications.delete(settings, first.id)
    (other,) = applications.files(settings, second.id)
    assert applications.content(settings, other) == b"content"
    (folder / other.sha256).write_bytes(b"changed")
    with pytest.raises(NotFoundError):
        applications.content(settings, other)
    applications.detach(settings, other.id)
    assert not list(folder.iterdir())
    with pytest.raises(InputError):
        applications.attach(settings, second.id, "large", b"x" * (applications.MOST_FILE_BYTES + 1))


def everything(settings: Settings) -> tuple[object, ...]:
    with connect(settings) as db:
        found = stored.every(db)
        return (
            [replace(one, id=0) for one in found],
            [stored.moves(db, one.id) for one in found],
            [[(f.name, f.sha256, f.added_at) for f in stored.attachments(db, one.id)] for one in found],
        )


def test_csv_comes_back_as_it_was_and_holds_no_formula(settings: Settings, clock: Clock) -> None:
    posting = jobs.add(settings, TEXT)
    begun = applications.add(settings, FORMULA, posting=posting.id, clock=clock)
    applications.save(
        settings,
        replace(
            begun,
            company="-Minus, Ltd",
            note="+first\nline; 'quoted' \"twice\"",
            contacts=(Contact(name="@Ann", role="CTO, interim", address="ann@a.example"),),
            interviews=(
                Interview(on=date(2026, 3, 4), kind="call", questions=("Why?", "=2+2"), note="ok"),
                Interview(),
            ),
            next_on=date(2026, 3, 5),
            pay_high=60_000.55,
        ),
        clock=clock,
    )
    applications.attach(settings, begun.id, "cv.pdf", b"cv")
    applications.move(settings, begun.id, "applied", clock=clock)
    text = application_files.export_csv(settings)
    assert f"\"'{FORMULA[0]}" in text
    assert '"-Minus' not in text
    before = everything(settings)
    assert application_files.import_csv(settings, text) == {"added": 0, "changed": 1, "files_missing": 0}
    assert everything(settings) == before
    applications.delete(settings, begun.id)
    done = application_files.import_csv(settings, text.encode())
    # The file went with the application; all else is there again.
    assert done == {"added": 1, "changed": 0, "files_missing": 1}
    assert everything(settings)[:2] == before[:2]


plain = st.text(st.characters(exclude_categories=["Cs", "Cc", "Cf", "Co"]), max_size=30)
days = st.none() | st.dates(date(1900, 1, 1), date(2200, 1, 1))
amounts = st.none() | st.floats(0, 1e9)
moments = st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC))
made = st.builds(
    Application,
    id=st.just(0),
    uid=st.uuids().map(lambda one: one.hex),
    title=plain.filter(str.strip),
    status=st.sampled_from(ApplicationStatus),
    posting=st.none() | st.integers(1, 9),
    company=plain,
    board=plain,
    link=plain,
    applied_on=days,
    closes_on=days,
    next_step=plain,
    next_on=days,
    pay_low=amounts,
    pay_high=amounts,
    currency=plain,
    period=plain,
    contacts=st.lists(st.builds(Contact, name=plain, role=plain, address=plain), max_size=3).map(tuple),
    interviews=st.lists(
        st.builds(Interview, on=days, kind=plain, questions=st.lists(plain, max_size=3).map(tuple), note=st.text()),
        max_size=2,
    ).map(tuple),
    note=st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0")),
    created_at=moments,
    updated_at=moments,
)


@limits(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(made, max_size=3))
def test_any_application_survives_csv(found: list[Application]) -> None:
    kept = [written.Kept(application=one, moves=((one.status, one.created_at),)) for one in found]
    assert written.from_csv(written.as_csv(kept), at=MOMENT, new_uid=str) == kept


@pytest.mark.parametrize(
    "text",
    [
        "",
        "name,status\nx,draft\n",
        "title,status\nx,won\n",
        "title,pay_low\nx,nan\n",
        "title,next_on\nx,soon\n",
        "title,contacts\nx,{}\n",
        'title,contacts\nx,"[{""nobody"": 1}]"\n',
        "title\n\n ,\n",
        'title\n"open',
        "title,applied_on\nx,1500-01-01\n",
    ],
)
def test_a_csv_file_that_cannot_be_read_stores_nothing(settings: Settings, text: str) -> None:
    good = "title,status,note\nfirst,draft,\n"
    application_files.import_csv(settings, good)
    before = everything(settings)
    with pytest.raises(InputError):
        application_files.import_csv(settings, text)
    assert everything(settings) == before
    with pytest.raises(InputError):
        application_files.import_csv(settings, b"title\n\xff\xfe")


def test_long_interviews_come_back(settings: Settings) -> None:
    begun = applications.add(settings, "Analyst")
    talks = tuple(Interview(note="n" * applications.LONGEST_NOTE) for _ in range(9))
    applications.save(settings, replace(begun, interviews=talks))
    before = everything(settings)
    application_files.import_csv(settings, application_files.export_csv(settings))
    assert everything(settings) == before


def test_a_backup_brings_applications_and_their_files_back(settings: Settings, tmp_path: Path) -> None:
    begun = applications.add(settings, "Analyst")
    applications.attach(settings, begun.id, "cv.pdf", b"cv")
    before = everything(settings)
    backup.backup(settings, tmp_path / "all.zip")
    other = Settings(home=tmp_path / "other", threads=1)
    backup.restore(other, tmp_path / "all.zip")
    assert everything(other) == before
    assert applications.content(other, applications.files(other, begun.id)[0]) == b"cv"


def test_the_calendar_holds_what_is_dated_and_not_ended(settings: Settings, clock: Clock) -> None:
    begun = applications.add(settings, "Analyst; data, more", company="Example", clock=clock)
    talk = Interview(on=date(2026, 3, 12), kind="Technical")
    applications.save(
        settings,
        replace(
            begun, next_step="Call\nAnn", next_on=date(2026, 3, 9), closes_on=date(2026, 3, 20), interviews=(talk,)
        ),
        clock=clock,
    )
    ended = applications.add(settings, "Ended", clock=clock)
    applications.move(settings, ended.id, "rejected", next_on=date(2026, 3, 9), clock=clock)
    calendar = Calendar.from_ical(application_files.as_calendar(settings))
    events = [(str(e["SUMMARY"]), e["DTSTART"].dt, e["DTEND"].dt - e["DTSTART"].dt) for e in calendar.walk("VEVENT")]
    assert events == [
        ("Call Ann: Analyst; data, more, Example", date(2026, 3, 9), timedelta(days=1)),
        ("Last day to apply: Analyst; data, more, Example", date(2026, 3, 20), timedelta(days=1)),
        ("Technical: Analyst; data, more, Example", date(2026, 3, 12), timedelta(days=1)),
    ]
    again = Calendar.from_ical(application_files.as_calendar(settings))
    assert [e["UID"] for e in again.walk("VEVENT")] == [e["UID"] for e in calendar.walk("VEVENT")]


def test_practice_asks_for_what_the_posting_asks_and_what_was_asked(settings: Settings) -> None:
    posting = jobs.add(settings, "Analyst\nCross-validation, then SQL")
    begun = applications.add(settings, "Other", company="Example")
    applications.save(settings, replace(begun, interviews=(Interview(questions=("Why us?",)),)))
    found = application_files.practice(settings, posting.id)
    assert [(one.kind, one.skill) for one in found] == [
        ("asked", ""), *[("question", "cross-validation"), ("question", "sql-queries")] * 4,
    ]  # fmt: skip
    assert (found[0].about, found[0].text) == ("Example", "Why us?")
    assert application_files.practice(settings, posting.id) == found
    assert [one.text for one in application_files.practice(settings, posting.id, turn=1)] != [one.text for one in found]
    assert explain_back.notes(settings) == []


def test_a_home_of_the_step_before_is_brought_up_to_date(settings: Settings) -> None:
    jobs.add(settings, TEXT)
    with sqlite3.connect(settings.database) as connection:
        names = {row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    connection.close()
    assert {"postings", "applications", "boards", "attachments", "resume_kept"} <= names
