"""The page of the lessons, and the links to it from where the matter occurs."""

import pytest
from streamlit.testing.v1 import AppTest

from engine.actions import projects
from engine.settings import Settings
from engine.study.lessons import lessons
from tests.pages.conftest import FILES, ROOT, Open, words


def links(app: AppTest) -> list[str]:
    return [one.proto.label for one in app.get("page_link")]


def read(skill: str) -> AppTest:
    """Open a lesson by its address."""
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60)
    app.run()
    app.query_params["skill"] = skill
    app.switch_page(FILES["lesson"]).run()
    assert not app.exception, app.exception
    return app


def test_the_list_has_every_lesson(open_page: Open) -> None:
    app = open_page("lesson")
    shown = " ".join(links(app)).replace("\\", "")
    assert all(one.about in shown for one in lessons().values())


@pytest.mark.parametrize("skill", ["explore", "leakage", "descriptive-stats"])
def test_a_lesson_has_text_picture_and_something_to_do(settings: Settings, skill: str) -> None:
    app = read(skill)
    if skill not in lessons():
        assert "There is no lesson at this address" in words(app)
        assert app.title[0].value == "Lessons"
        return
    lesson = lessons()[skill]
    said = words(app)
    assert app.title[0].value.replace("\\", "") == lesson.title
    assert "{{" not in said
    assert "Now in your project" in said
    assert len(app.get("vega_lite_chart")) == 1
    assert any(label.startswith("Go to ") for label in links(app))


def test_what_is_chosen_changes_the_picture(settings: Settings) -> None:
    app = read("eda")
    assert "In all, 44\\.5 % of the men" in words(app)
    app.segmented_control[0].set_value("by department").run()
    assert "In 4 of 6 departments" in words(app)
    assert "In all, 44\\.5 % of the men" not in words(app)


def test_lessons_are_offered_where_the_matter_occurs(open_page: Open, settings: Settings) -> None:
    projects.create_from_template(settings, "telecom-churn")
    data = links(open_page("data", "telecom-churn"))
    assert [one for one in data if one.startswith("Learn: ")], "a finding leads to its lesson"
    assert any(lessons()["leakage"].about in one for one in data), "and so does the page"
    assert any(lessons()["data-sourcing"].about in one for one in links(open_page("gallery")))
    evaluate = " ".join(links(open_page("evaluate", "telecom-churn")))
    assert lessons()["metrics-reading"].about in evaluate
