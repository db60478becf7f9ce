"""The Jobs and Resume pages: from a pasted posting to an application and a resume; hostile text shows as text."""

import pytest
from streamlit.testing.v1 import AppTest

from engine.actions import applications, jobs, resume
from engine.settings import Settings
from tests.pages.conftest import FILES, ROOT, Open, click, words

POSTING = """Data analyst
Company: Example Ltd
Python and SQL, Spark is a plus. Degree: Bachelor or equivalent. Fully remote, 60,000 EUR a year.
"""
HOSTILE = "<script>alert(1)</script> *bold* [x](javascript:alert(1)) :material/home: $x$ \u202eevil\n" + POSTING


def at(page: str, **place: object) -> AppTest:
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60)
    app.run()
    app.switch_page(FILES[page])
    for name, value in place.items():
        app.query_params[name] = str(value)
    app.run()
    assert not app.exception, app.exception
    return app


def test_a_pasted_posting_shows_what_is_missing_and_what_would_prove_it(open_page: Open, settings: Settings) -> None:
    app = open_page("jobs")
    app.text_area[0].set_value(POSTING)
    app = click(app, "Read it")
    said = words(app)
    assert "Data analyst" in said
    assert said.count("[Missing]") == 3
    assert "Solve four of its practice questions" in said
    assert "%" not in said, "no bare match number"
    (kept,), total = jobs.find(settings)
    assert total == 1
    assert kept.skills == ("python-core", "sql-queries", "spark")


def test_an_application_is_begun_and_stored(settings: Settings) -> None:
    posting = jobs.add(settings, POSTING)
    app = click(at("jobs", posting=posting.id), "Begin an application")
    (begun,), _ = applications.find(settings)
    assert (begun.posting, begun.pay_low, begun.company) == (posting.id, 60_000, "Example Ltd")
    app = at("jobs", application=begun.id)
    step = next(one for one in app.text_input if one.label == "Next step")
    step.set_value("Write to Ann")
    click(app, "Store it")
    assert applications.get(settings, begun.id).next_step == "Write to Ann"


@pytest.mark.parametrize("view", ["postings", "applications", "interview", "boards"])
def test_every_part_opens_empty_and_filled(settings: Settings, view: str) -> None:
    at("jobs", view=view)
    posting = jobs.add(settings, HOSTILE)
    applications.add(settings, "<b>x</b> $y$", posting=posting.id, status="applied")
    app = at("jobs", view=view)
    assert not app.error


def test_hostile_text_is_shown_as_text(settings: Settings) -> None:
    posting = jobs.add(settings, HOSTILE)
    for app in (at("jobs"), at("jobs", posting=posting.id), at("jobs", view="interview", posting=posting.id)):
        said = words(app)
        assert "<script>" not in said
        assert "](javascript" not in said
        assert "\u202e" not in said


def test_a_posting_that_does_not_exist_is_one_sentence(settings: Settings) -> None:
    app = at("jobs", posting=99)
    assert len(app.error) == 1
    assert "There is no posting" in app.error[0].value


def test_the_resume_follows_the_posting_of_the_address(settings: Settings) -> None:
    assert "No finished project yet" in words(at("resume"))
    resume.bring(settings, '{"basics": {"name": "Ann <b>"}, "work": [{"name": "Example", "startDate": "2020"}]}')
    posting = jobs.add(settings, POSTING)
    app = at("resume", posting=posting.id)
    assert "since 2020" in words(app)
    assert "<b>" not in words(app).replace("\\<b\\>", "")


def test_a_posting_leads_to_practice_for_its_interview(settings: Settings) -> None:
    posting = jobs.add(settings, POSTING)
    app = click(at("jobs", posting=posting.id), "Practise for it")
    assert "On what the posting asks for: Python fundamentals" in words(app)


def test_a_correction_changes_what_is_held_against_the_evidence(settings: Settings) -> None:
    posting = jobs.add(settings, POSTING)
    app = at("jobs", posting=posting.id)
    app.multiselect[0].set_value(["spark"])
    app = click(app, "Store the corrections")
    assert words(app).count("[Missing]") == 1
    assert jobs.get(settings, posting.id).skills == ("spark",)
