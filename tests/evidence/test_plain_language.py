"""Advice on plain language: what is long, of the trade, or causal; only in lines of one's own."""

import pytest

from engine.evidence.plain_language import advise, causal, jargon, reading_grade, syllables
from engine.evidence.wording import sections

PLAIN = (
    "We ask who will leave. We call them first. Most people stay, and a few go away each month. "
    "The team has time for ten calls a day, so the list must be short and good. We try it for a month."
)
HEAVY = (
    "The aforementioned methodological considerations necessitate comprehensive investigation of heterogeneous "
    "organisational configurations, particularly regarding operational prioritisation of customer communication "
    "activities throughout geographically distributed administrative subdivisions and associated institutions."
)


@pytest.mark.parametrize(
    ("word", "count"),
    [
        ("leave", 1),
        ("table", 2),
        ("customer", 3),
        ("asked", 1),
        ("wanted", 2),
        ("a", 1),
        ("probability", 5),
        ("tree", 1),
    ],
)
def test_syllables(word: str, count: int) -> None:
    assert syllables(word) == count


def test_the_grade_follows_its_formula() -> None:
    text = "The cat sat on the mat. " * 6
    assert reading_grade(text) == pytest.approx(0.39 * 6 + 11.8 * 1 - 15.59)
    assert reading_grade("Too short to say.") is None


def test_heavy_prose_gets_advice_and_plain_prose_none() -> None:
    assert advise(PLAIN) == []
    assert {"grade", "sentence"} <= {one.kind for one in advise(HEAVY * 2)}


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("A long contract causes people to stay.", "causes"),
        ("A long contract does not cause anything.", None),
        ("This says what the model uses, not what causes the outcome.", None),
        ("Late trains lead to complaints.", "lead to"),
        ("It goes with a long contract.", None),
    ],
)
def test_causal_wording(text: str, found: str | None) -> None:
    assert causal(text) == found
    assert [one.quote for one in advise(text) if one.kind == "causal"] == ([found] if found else [])


def test_jargon_is_named_once_unless_it_is_explained() -> None:
    found = [one for one in advise("We used imputation. Then imputation again.") if one.kind == "jargon"]
    assert [(one.quote, one.advice.endswith(f"{jargon()['imputation']}.")) for one in found] == [("imputation", True)]
    assert advise("We used imputation (empty cells are filled in).") == []
    assert advise("It works out of `imputation` in code.") == []


def test_what_was_drafted_gets_no_advice() -> None:
    for section in sections():
        text = "\n".join(
            sentence.text.replace("METRIC_TITLE", "ROC AUC").replace("METRIC", "roc_auc")
            for sentence in section.sentences
        )
        assert advise(text) == [], section.key
