"""Typed numbers, differences between versions, fields of their own, the outline of a talk."""

import re

import pytest
from sqlite_utils import Database

from engine.domain.fact import Fact
from engine.domain.writeup import Credit, Extras, ValueEstimate, WriteUp
from engine.publish.blocks import plain_text
from engine.publish.compose import talk
from engine.publish.differences import differences
from engine.publish.extras import with_fields
from engine.publish.typed import typed_numbers
from engine.settings import Settings
from tests.conftest import MOMENT
from tests.evidence.story import Story, tell

SCORE = Fact(id="best.roc_auc", title="ROC AUC", value=0.8423, text="0.842 (0.821 to 0.861)", low=0.8211, high=0.8609)
ROWS = Fact(id="data.rows", title="Rows", value=7043, text="7,043")
WORD = Fact(id="data.target", title="Target", value="Churn", text="Churn")
FACTS = {fact.id: fact for fact in (SCORE, ROWS, WORD)}


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("We reach 0.842.", [("0.842", "best.roc_auc", True)]),
        ("About 84 % are right.", [("84 %", "best.roc_auc", True)]),
        ("Between 0.82 and 0.86.", [("0.82", "best.roc_auc", True), ("0.86", "best.roc_auc", True)]),
        ("We reach 0.85.", [("0.85", "best.roc_auc", False)]),
        ("It is right in 88%.", [("88%", "best.roc_auc", False)]),
        ("On 7,043 rows.", [("7,043", "data.rows", True)]),
        ("On 7000 rows.", [("7000", "data.rows", False)]),
        ("We reach {{ best.roc_auc }} on 12 folds.", []),
        ("On 3 May 2024, with `0.85` in code and https://a.b/0.85, a 95 % interval.", []),
        ("Version v0.85 and 1.2.85 and A0.85.", []),
        ("The share is 0.3, the cost 120.", []),
        ("1. First\n2. Second", []),
    ],
)
def test_typed_numbers(text: str, found: list[tuple[str, str, bool]]) -> None:
    assert [(one.number, one.fact.id, one.agrees) for one in typed_numbers(text, FACTS)] == found


def test_a_contradiction_comes_first_and_names_the_fact() -> None:
    first, second = typed_numbers("On 7,043 rows we reach 0.85.", FACTS)
    assert (first.agrees, second.agrees) == (False, True)
    assert "0.842 (0.821 to 0.861)" in first.sentence
    assert "{{ best.roc_auc }}" in first.sentence


def version(number: int, **sections: str) -> WriteUp:
    return WriteUp(project="churn", version=number, sections=sections, facts={}, created_at=MOMENT)


def test_differences_of_versions() -> None:
    old = version(1, result="one\ntwo\nthree\nfour", problem="same", data="--- gone")
    new = version(2, result="one\ntwo\n3\nfour", problem="same", limits="+++ new")
    found = {one.section: one.lines for one in differences(old, new)}
    assert found == {
        "result": (" two", "-three", "+3", " four"),
        "data": ("---- gone",),
        "limits": ("++++ new",),
    }
    assert [one.title for one in differences(None, new)] == [
        "Result",
        "The question, and for whom",
        "Errors and limits",
    ]
    assert differences(new, new) == []


def test_fields_of_their_own_stand_in_their_place() -> None:
    texts = {"result": "a", "limits": "b", "check": "c", "decisions": "d", "ai": "e"}
    assert with_fields(texts, Extras()) == texts
    extras = Extras(
        value=ValueEstimate(low=20_000, high=45_000, unit="EUR a year", assumptions=("Every third call helps.",)),
        credits=(
            Credit(name="Grace *H*", did="labelled", link="https://a.b"),
            Credit(name="B", did="x", link="javascript:1"),
        ),
    )
    found = with_fields(texts, extras)
    assert list(found) == ["result", "limits", "value", "check", "decisions", "credits", "ai"]
    assert "20,000 to 45,000 EUR a year" in plain_text(found["value"], {})
    assert "the author's estimate, not measured and not checked" in found["value"]
    assert plain_text(found["credits"], {}) == "Grace *H*: labelled B: x"
    assert "javascript" not in found["credits"]


def test_markdown_as_plain_text() -> None:
    text = "# Head\n\nWe **reach** {{ best.roc_auc }} `x`\nfor [all](https://a.b).\n\n| a | b |\n|---|---|\n| 1 | 2 |"
    assert plain_text(text, FACTS) == "Head We reach 0.842 (0.821 to 0.861) x for all. a b 1 2"


def test_the_talk_is_made_of_facts(settings: Settings, db: Database) -> None:
    tell(settings, db, Story())
    text = talk(db, "churn")
    times = re.findall(r"^## (\d):(\d\d) ", text, re.MULTILINE)
    assert [60 * int(minutes) + int(seconds) for minutes, seconds in times] == [0, 45, 105, 150, 210, 270]
    assert "Which customers will leave" in text
    assert "on 60 rows that no model had seen" in text
    assert "{{" not in text
    assert "METRIC" not in text
    tell(settings, db, Story(slug="sealed", seed=3, made=60), opened=False)
    assert "the hold-out was not opened" in talk(db, "sealed")
