"""Roles: what is there, what is missing, which template helps; and the content that they rest on."""

from importlib.resources import files

import pytest

from engine.actions.projects import templates
from engine.domain.fact import Trust
from engine.domain.skill import SkillState
from engine.errors import ContentError
from engine.evidence.gap import gap, learning_order
from engine.evidence.skill_content import first_skills, read_roles, roles, skills
from engine.study.questions import bank


def states(**levels: int) -> list[SkillState]:
    return [
        SkillState(skill=one, level=levels.get(one.id.replace("-", "_"), 0), trust=Trust.VERIFIED, evidence=())
        for one in skills()
    ]


def test_twelve_roles_on_known_skills() -> None:
    found = roles()
    assert len(found) == 12
    assert found[0].id == "ml-engineer"
    for role in found:
        assert not set(role.core) & set(role.helpful)
        assert role.core


def test_a_first_project_shows_fewer_than_ten_skills() -> None:
    known = {one.id: one for one in skills()}
    assert 5 <= len(first_skills()) < 10
    assert set(first_skills()) <= set(known)
    assert all(2 in known[name].checks for name in first_skills())


def test_every_skill_can_be_practised_and_proved() -> None:
    asked = {name for one in bank() for name in one.skills}
    offered = {name for one in templates().values() for name in one.skills}
    ids = {one.id for one in skills()}
    assert asked == ids, "questions and skills speak of the same things"
    assert offered <= ids, "no template promises a skill that does not exist"
    assert all(one.checks[2] and one.todo[2] for one in skills())


def test_what_cannot_be_proved_is_few_and_says_why() -> None:
    closed = {(one.id, level): why for one in skills() for level, why in one.closed.items()}
    assert len(closed) <= 25
    assert all(len(why.split()) >= 5 for why in closed.values())
    assert not any(level == 2 for _, level in closed)


def test_the_gap_asks_for_nothing_that_cannot_be_proved() -> None:
    for role in roles():
        found = gap(role, states(), {})
        assert all(2 <= one.wanted <= one.state.skill.top for one in found.asked)
        assert all(one.wanted == min(3, one.state.skill.top) for one in found.asked if one.core)
        assert all(one.advice for one in found.missing)
        full = gap(role, states(**{one.id.replace("-", "_"): 4 for one in skills()}), {})
        assert not full.missing
        assert full.share == 1


def test_the_template_that_closes_most_comes_first() -> None:
    role = next(one for one in roles() if one.id == "quant")
    offered = {"small": ["leakage"], "large": ["leakage", "uncertainty", "time-series"], "other": ["eda"]}
    found = {one.state.skill.id: one for one in gap(role, states(), offered).asked}
    assert found["leakage"].templates == ("large", "small")
    assert found["probability"].templates == ()
    found = {one.state.skill.id: one for one in gap(role, states(uncertainty=3, time_series=3), offered).asked}
    assert found["uncertainty"].is_there
    assert found["uncertainty"].templates == ()
    assert found["leakage"].templates == ("large", "small")


def test_each_skill_comes_after_what_it_needs() -> None:
    order = learning_order(skills())
    assert sorted(order) == sorted(one.id for one in skills())
    for one in skills():
        assert all(order.index(need) < order.index(one.id) for need in one.needs)


@pytest.mark.parametrize(
    "item",
    [
        {"id": "x", "name": "X", "gist": "x", "project": "x", "core": ["nothing"]},
        {"id": "x", "name": "X", "gist": "", "project": "x", "core": []},
    ],
)
def test_a_faulty_role_is_named(item: dict) -> None:
    with pytest.raises(ContentError) as caught:
        read_roles({"role": [item]}, {"eda"})
    assert caught.value.key.startswith("x.")


def test_ids_are_those_of_the_lessons_and_questions() -> None:
    folder = files("engine.content").joinpath("lessons")
    if folder.is_dir():
        named = {one.name.removesuffix(".md") for one in folder.iterdir() if one.name.endswith(".md")}
        assert named <= {one.id for one in skills()}
