"""The sections on decisions, probabilities and intervals: full, with a reason, and for an older evaluation."""

from types import SimpleNamespace
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from tests.evaluate.payloads import evaluated, named
from tests.metrics.problems import BINARY, MULTICLASS, REGRESSION
from tests.pages.conftest import SLUG, Open, words

PROJECT = SimpleNamespace(problem=SimpleNamespace(target="price"))
PAID = named(BINARY, "no", "yes", costs=((0.0, 1.0), (5.0, 0.0)))


def shown(payload: dict[str, Any], tab: str = "") -> AppTest:
    def script(project, payload, tab):
        import streamlit as st

        from pages.shared import consequences_view

        if tab:
            st.session_state["consequences"] = tab
        consequences_view.show(project, payload)

    app = AppTest.from_function(script, kwargs={"project": PROJECT, "payload": payload, "tab": tab}, default_timeout=30)
    app.run()
    assert not app.exception, app.exception
    return app


def test_a_decision_begins_with_its_sentence() -> None:
    payload = evaluated(PAID)
    said = words(shown(payload)).replace("\\", "").replace("\N{WORD JOINER}", "")
    assert f"#### {payload['decision']['words'][0]}" in said
    assert "Of 1,000 cases, decided like this" in said


@pytest.mark.parametrize(
    ("tab", "text"),
    [("Doubtful cases", "decides them without an error"), ("Best first", "times as many"), ("Probabilities", "advice")],
)
def test_each_part_can_be_opened(tab: str, text: str) -> None:
    assert text in words(shown(evaluated(PAID), tab))


def test_without_costs_the_brief_is_named() -> None:
    assert "No costs are stated in the brief" in words(shown(evaluated(BINARY)))
    assert "Best first" not in [one.label for one in shown(evaluated(MULTICLASS)).tabs]


def test_intervals_begin_with_their_sentence() -> None:
    said = words(shown(evaluated(REGRESSION)))
    assert "#### Give or take" in said
    assert "Conformal intervals" in said
    assert "the prediction" in said
    assert "Costs: euros" in said.replace("\\", "").replace("\N{WORD JOINER}", "")


@pytest.mark.parametrize("of", [BINARY, MULTICLASS, REGRESSION], ids=lambda of: str(of.task))
def test_what_cannot_be_computed_is_said_in_one_sentence(of: Any) -> None:
    payload = evaluated(of, 8)
    reasons = [one["reason"] for one in payload.values() if isinstance(one, dict) and one.get("reason")]
    assert reasons
    assert any(reason.split(" ", 1)[0] in words(shown(payload)) for reason in reasons)


def test_an_older_evaluation_has_none_of_it() -> None:
    assert words(shown({"metrics": []})).strip() == ""


def test_a_trained_project_has_its_decision(filled: Any, open_page: Open) -> None:
    said = words(open_page("evaluate", SLUG))
    assert "### What to decide" in said
    assert "Say the class of least expected cost" in said
