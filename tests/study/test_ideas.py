"""Ideas: the content holds, the ranking follows its counting, and the reasons say what was counted."""

import pytest

from engine.data.catalogue import rdatasets
from engine.data.schema import describe, guess_task
from engine.errors import ContentError
from engine.evidence.dossier import bundled_data
from engine.evidence.skills import skills
from engine.study.ideas import Idea, Person, areas, ideas, read, suggest


@pytest.mark.parametrize("idea", ideas(), ids=lambda one: one.id)
def test_the_table_is_there_and_the_column_can_be_predicted(idea: Idea) -> None:
    assert rdatasets.sha256_of(idea.id) not in bundled_data(), "a template is about it"
    frame, _ = rdatasets.load(idea.id)
    column = next(one for one in describe(frame) if one.name == idea.target)
    assert guess_task(frame[idea.target], column) == idea.task
    assert 300 <= len(frame) <= 60_000
    assert idea.ask.endswith("?")


def test_every_skill_is_known_and_every_area_has_ideas() -> None:
    known = {one.id for one in skills()}
    assert {skill for one in ideas() for skill in one.skills} <= known
    assert {one.area for one in ideas()} == set(areas())
    assert {one.task for one in ideas()} == {"binary", "multiclass", "regression"}


def idea(name: str, **changes: object) -> Idea:
    plain: dict[str, object] = {"area": "health", "domain": "clinic", "target": "y", "ask": "Who?", "skills": ()}
    return Idea(id=name, task="binary", **(plain | changes))  # type: ignore[arg-type]


def test_interests_come_before_what_is_new() -> None:
    found = suggest([idea("a", area="sport", domain="x"), idea("b")], Person(areas=["health"], domains=["clinic"]))
    assert [one.idea.id for one in found] == ["b", "a"]
    assert found[0].reasons[0] == "You chose health."


def test_a_gap_in_skills_decides_among_equals_and_is_named() -> None:
    person = Person(open_skills={"metric-choice": "choosing the metric"})
    found = suggest([idea("a"), idea("b", skills=("metric-choice",))], person)
    assert found[0].idea.id == "b"
    assert found[0].reasons == ("An own project could show: choosing the metric.",)


def test_a_new_task_and_domain_are_said() -> None:
    person = Person(tasks=["regression"], domains=["housing"])
    (found,) = suggest([idea("a")], person)
    assert found.reasons == (
        "None of your projects is about clinic yet.",
        "None of your projects predicts one of two classes yet.",
    )


def test_the_three_differ_where_they_can() -> None:
    twins = [idea(name) for name in ("a", "b", "c")]
    other = idea("z", area="sport", domain="track")
    found = suggest([*twins, other], Person())
    assert {"a", "z"} <= {one.idea.id for one in found}
    assert len(found) == 3


def test_the_same_input_gives_the_same_answer_in_whatever_order() -> None:
    person = Person(areas=["sport"], words=["bird"])
    first = suggest(ideas(), person)
    assert suggest(reversed(ideas()), person) == first
    assert all(one.idea.area == "sport" for one in first[:2])


def test_words_are_found_in_title_and_question() -> None:
    found = suggest([idea("a", ask="Which bird is it?"), idea("b")], Person(words=["Bird"]))
    assert found[0].idea.id == "a"
    assert found[0].reasons[0] == "It is about Bird."


@pytest.mark.parametrize(
    ("change", "key"),
    [({"area": "moon"}, "a/b.area"), ({"ask": " "}, "a/b.ask"), ({"task": "guess"}, "a/b.task"), ({"id": ""}, ".id")],
)
def test_a_fault_of_the_content_is_named(change: dict[str, str], key: str) -> None:
    item = {"id": "a/b", "area": "health", "domain": "d", "target": "y", "task": "binary", "ask": "Who?"} | change
    with pytest.raises(ContentError) as caught:
        read({"areas": {"health": "Health"}, "idea": [item]})
    assert caught.value.key == key


def test_a_table_is_named_once() -> None:
    item = {"id": "a/b", "area": "health", "domain": "d", "target": "y", "task": "binary", "ask": "Who?"}
    with pytest.raises(ContentError, match="once"):
        read({"areas": {"health": "Health"}, "idea": [item, item]})
