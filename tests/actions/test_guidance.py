"""Help with a template: as much as was chosen, each hint recorded once, pitfalls hidden until found or asked for."""

import pytest

from engine.actions import guidance
from engine.actions import projects as starting
from engine.domain.project import Project
from engine.domain.record import Guidance
from engine.errors import ContentError, InputError, NotFoundError, StateError
from engine.settings import Settings
from engine.store import assistance, projects
from engine.store.db import connect
from engine.study.guidance import read, spoken_of, stations
from tests.conftest import Clock

SLUG = "penguin-species"


@pytest.fixture
def penguins(settings: Settings) -> Project:
    return started(settings, Guidance.HALF)


def started(settings: Settings, degree: Guidance) -> Project:
    slug = starting.create_from_template(settings, SLUG, guidance=degree)
    with connect(settings) as db:
        return projects.get(db, slug)


def here(settings: Settings, project: Project, station: str = "data") -> guidance.HelpHere:
    found = guidance.here(settings, project, station)
    assert found is not None
    return found


def test_every_station_of_a_project_has_its_help() -> None:
    from engine.actions.study import STATIONS

    assert set(stations()) == set(STATIONS)
    assert all(len(one.hints) >= 2 for one in stations().values())


def test_hints_come_one_at_a_time_and_are_recorded(settings: Settings, penguins: Project) -> None:
    own = starting.template(penguins.template).hints["data"]
    known = stations()["data"].hints + own
    assert own, "what only these data ask for comes after what fits every table"
    assert here(settings, penguins).shown == ()
    assert guidance.ask_hint(settings, SLUG, "data") == known[0]
    assert guidance.ask_hint(settings, SLUG, "data") == known[1]
    assert here(settings, penguins).shown == known[:2]
    assert here(settings, penguins, "train").shown == ()
    asked = [one["name"] for one in guidance.record_of(settings, SLUG) if one["kind"] == "hint"]
    assert asked == ["data:0", "data:1"]
    for _ in known[2:]:
        guidance.ask_hint(settings, SLUG, "data")
    with pytest.raises(StateError, match="no further hint"):
        guidance.ask_hint(settings, SLUG, "data")


def test_without_help_nothing_is_given_away(settings: Settings) -> None:
    project = started(settings, Guidance.BLANK)
    for ask in (lambda: guidance.ask_hint(settings, SLUG, "data"), lambda: guidance.ask_pitfall(settings, SLUG)):
        with pytest.raises(StateError, match="without help"):
            ask()
    assert here(settings, project).counts is Guidance.BLANK


def test_more_help_counts_from_then_on_and_less_does_not_undo_it(settings: Settings, clock: Clock) -> None:
    project = started(settings, Guidance.BLANK)
    for degree in (Guidance.HALF, Guidance.HALF, Guidance.BLANK):
        guidance.change(settings, SLUG, degree, clock=clock)
    found = here(settings, project)
    assert (found.degree, found.counts) == (Guidance.BLANK, Guidance.HALF)
    degrees = [one["name"] for one in guidance.record_of(settings, SLUG)]
    assert degrees == ["blank", "half", "blank"], "the same degree again is no change"


def test_a_pitfall_is_hidden_until_it_is_asked_for(settings: Settings, penguins: Project) -> None:
    template = starting.template(SLUG)
    assert here(settings, penguins).hidden == len(template.pitfalls)
    assert guidance.ask_pitfall(settings, SLUG) == template.pitfalls[0]
    (one,) = here(settings, penguins).pitfalls
    assert (one.text, one.found) == (template.pitfalls[0], False)
    assert here(settings, penguins).hidden == len(template.pitfalls) - 1


def test_a_pitfall_is_found_in_ones_own_words(settings: Settings, penguins: Project) -> None:
    pitfalls = starting.template(SLUG).pitfalls
    place = next(n for n, text in enumerate(pitfalls) if "island" in text)
    said = f"Look: {pitfalls[place]}"
    assert pitfalls[place] in guidance.report_pitfall(settings, SLUG, said)
    found = [one for one in here(settings, penguins).pitfalls if one.found]
    assert pitfalls[place] in [one.text for one in found]
    assert found[0].note.startswith("Look:")
    assert guidance.report_pitfall(settings, SLUG, said) == [], "it is found once"


def test_talk_and_clicks_find_nothing(settings: Settings, penguins: Project) -> None:
    for text in ("", "  ", "the the the the the", "a b"):
        with pytest.raises(InputError):
            guidance.report_pitfall(settings, SLUG, text)
    assert guidance.report_pitfall(settings, SLUG, "I like these birds very much indeed today") == []
    with pytest.raises(InputError, match="characters"):
        guidance.report_pitfall(settings, SLUG, "one two three four " * 100)
    assert here(settings, penguins).pitfalls == ()


def test_two_tabs_record_one_hint(settings: Settings, penguins: Project, clock: Clock) -> None:
    from engine.domain.record import Help

    with connect(settings) as db:
        assert assistance.add(db, SLUG, Help.HINT, "data:0", clock())
        assert not assistance.add(db, SLUG, Help.HINT, "data:0", clock())
        assert len([one for one in assistance.of(db, SLUG) if one.kind is Help.HINT]) == 1


def test_a_question_of_ones_own_has_no_guide(settings: Settings, project: Project) -> None:
    assert guidance.here(settings, project, "data") is None
    assert guidance.record_of(settings, "demo") == []
    with pytest.raises(StateError, match="of your own"):
        guidance.ask_hint(settings, "demo", "data")
    with pytest.raises(StateError):
        guidance.change(settings, "demo", Guidance.BLANK)


def test_an_unknown_station_is_named(settings: Settings, penguins: Project) -> None:
    with pytest.raises(NotFoundError, match="'moon'"):
        guidance.ask_hint(settings, SLUG, "moon")
    assert guidance.here(settings, penguins, "moon") is None


def test_words_in_common_decide() -> None:
    pitfalls = ["The column tenure holds zero for customers who joined this month.", "Prices are skewed to the right."]
    columns = ["tenure", "price"]
    assert spoken_of("tenure is zero for customers who just joined", pitfalls, columns) == [0]
    assert spoken_of("tenure looks fine to me", pitfalls, columns) == []
    assert spoken_of("something else altogether is strange here", pitfalls, columns) == []


@pytest.mark.parametrize(
    ("raw", "key"),
    [
        ({"data": 3}, "data"),
        ({"data": {"task": " ", "suggestion": "x", "hints": ["y"]}}, "data.task"),
        ({"data": {"task": "x", "suggestion": "x", "hints": []}}, "data.hints"),
        ({"data": {"task": "x", "suggestion": "x", "hints": [1]}}, "data.hints"),
    ],
)
def test_a_fault_of_the_content_is_named(raw: dict[str, object], key: str) -> None:
    with pytest.raises(ContentError) as caught:
        read(raw)
    assert caught.value.key == key


def test_a_broken_template_folder_takes_nothing_from_the_others(
    settings: Settings, tmp_path: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    import shutil
    from pathlib import Path

    folder = Path(str(tmp_path)) / "projects"
    shutil.copytree(starting.TEMPLATES, folder)
    (folder / "broken").mkdir()
    (folder / "broken" / "project.toml").write_text("title = ")
    (folder / "house-prices-ames" / "project.toml").write_text('title = "x"')
    monkeypatch.setattr(starting, "TEMPLATES", folder)
    found, faults = starting.shelf()
    assert SLUG in found
    assert "house-prices-ames" not in found
    assert len(faults) == 2
    assert all("broken" in one or "house-prices-ames" in one for one in faults)
    with pytest.raises(ContentError):
        starting.template("broken")
    with pytest.raises(NotFoundError):
        starting.template("../projects")
