"""Roles by command."""

import pytest

from engine.actions.career import closing
from engine.actions.skills import target_role
from engine.settings import Settings
from tests.cli.test_study import run


def test_the_role_and_its_eleven_neighbours_are_listed(settings: Settings) -> None:
    assert {one["name"] for one in run("role", "list")["roles"]} == {
        "Machine Learning Engineer",
        "Data Scientist",
        "Data Engineer",
        "Artificial Intelligence (AI) Engineer",
        "Computer Vision Engineer",
        "Natural Language Processing (NLP) Engineer",
        "Deep Learning Engineer",
        "Business Intelligence (BI) Analyst",
        "Research Scientist (Machine Learning)",
        "Quantitative Analyst (Quant)",
        "Robotics Engineer",
        "IoT (Internet of Things) Data Scientist",
    }


def test_a_role_is_chosen_and_marked(settings: Settings) -> None:
    run("role", "choose", "quant")
    assert target_role(settings) == "quant"
    assert [one["id"] for one in run("role", "list")["roles"] if one["aimed_at"]] == ["quant"]


def test_each_skill_asked_for_stands_in_one_part_of_the_gap(settings: Settings) -> None:
    found = run("role", "show", "data-scientist")
    parts = [*found["proved"], *found["practised"], *found["missing"]]
    assert sorted(parts) == sorted(one["id"] for one in found["asked"])
    assert len(found["missing"]) == len(parts)
    assert 1 <= len(found["closing"]) <= 2


def test_two_roles_stand_side_by_side(settings: Settings) -> None:
    found = run("role", "compare", "quant", "data-scientist")
    assert "sql-queries" in found["shared"]
    assert "time-series" in found["only_left"]
    assert "business-acumen" in found["only_right"]


@pytest.mark.parametrize("words", [("show", "wizard"), ("choose", "wizard"), ("compare", "quant", "quant")])
def test_wrong_usage_is_one_sentence(settings: Settings, words: tuple[str, ...]) -> None:
    assert run("role", *words, code=2)["error"]["hint"]


def test_the_pair_that_touches_most_together_is_found() -> None:
    # Alone a touches most, four; but with b or with c only five, while b and c together touch all six.
    asked = {"p": ["a", "b"], "q": ["a", "b"], "r": ["a", "c"], "s": ["a", "c"], "t": ["b"], "u": ["c"]}
    assert set(closing(asked)) == {"b", "c"}
    assert closing({"p": ["a", "b"], "q": ["a"]}) == ["a"]
    assert closing({"p": []}) == []
