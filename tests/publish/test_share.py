"""Drafts to share: within the limits of each place, from stored facts alone, links that lead there."""

from dataclasses import replace
from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlite_utils import Database

from engine.evidence.facts import facts_of
from engine.evidence.seal import claims
from engine.evidence.standing import standing
from engine.publish import compose, share
from engine.publish.share import Told
from engine.settings import Settings
from engine.store import projects
from tests.conftest import MOMENT
from tests.evidence.story import Story, tell

ADDRESS = "https://ada.example.org/portfolio/"
PAGE = f"{ADDRESS}projects/churn/"


def told(db: Database, address: str = ADDRESS) -> Told:
    stand = standing(db, "churn")
    facts = facts_of(stand)
    texts = compose.draft_of(stand, facts, projects.decisions(db, "churn"))
    return share.told(stand, facts, claims(stand, facts), texts, address)


def test_the_headline_is_the_claim(db: Database, story: Story) -> None:
    stand = standing(db, story.slug)
    first = claims(stand, facts_of(stand))[0]
    of = told(db)
    for one in share.drafts(of):
        assert f"ROC AUC {first.text}" in one.text
        assert one.length <= one.limit
    assert "rows that no model had seen" in share.x(of).text
    assert f"proofolio verify {PAGE}" in share.linkedin(of).text
    assert "The criterion, set before the first run, was ROC AUC at least 0.7: met." in share.linkedin(of).text


def test_a_sealed_holdout_is_not_called_unseen(settings: Settings, db: Database) -> None:
    tell(settings, db, Story(), opened=False)
    for one in share.drafts(told(db)):
        assert "no model had seen" not in one.text
        assert "out of fold" in one.text


def test_links_carry_their_values(db: Database, story: Story) -> None:
    of = told(db)
    x, linkedin, facebook = (one.link for one in (share.x(of), share.linkedin(of), share.facebook(of)))
    assert urlsplit(linkedin).path == "/sharing/share-offsite/"
    assert parse_qs(urlsplit(linkedin).query) == {"url": [PAGE]}
    assert parse_qs(urlsplit(facebook).query) == {"u": [PAGE]}
    query = parse_qs(urlsplit(x).query)
    assert (query["text"], query["url"]) == ([share.x(of).text], [PAGE])
    assert query["hashtags"] == ["MachineLearning,DataScience"]


def test_without_an_address_there_is_no_link(db: Database, story: Story) -> None:
    for one in share.drafts(told(db, "")):
        assert one.link == ""
        assert "http" not in one.text


def test_folds_show_what_is_seen(db: Database, story: Story) -> None:
    one = share.linkedin(told(db))
    assert [(where, len(seen)) for where, seen in one.folds] == [("on a desktop", 210), ("on a phone", 140)]
    assert all(one.text.startswith(seen) for _, seen in one.folds)


_TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=3000)


@given(_TEXT, _TEXT, _TEXT)
def test_no_draft_is_too_long_and_no_value_breaks_a_link(title: str, question: str, limit: str) -> None:
    of = Told(
        slug="churn", title=share.one_line(title, 120), question=share.one_line(question, 400), headline="",
        compared="", verdict="", limit=share.one_line(limit, 300), tags=("MachineLearning", "DataScience"),
        address=PAGE, started=MOMENT, ended=None,
    )  # fmt: skip
    for one in share.drafts(of):
        assert one.length <= one.limit
        if one.link:
            query = parse_qs(urlsplit(one.link).query)
            assert set(query) <= {"url", "u", "text", "hashtags"}
            assert PAGE in [*query.get("url", ()), *query.get("u", ())]


@pytest.mark.parametrize(("text", "length"), [("abc", 3), ("é", 1), ("漢字", 4), ("🙂", 2), ("“x” – y", 7)])
def test_lengths_as_x_counts_them(text: str, length: int) -> None:
    assert share.x_length(text) == length


def test_a_link_counts_as_23(db: Database, story: Story) -> None:
    of = told(db)
    short, none = share.x(of), share.x(replace(of, address=""))
    assert short.length - share.x_length(short.text) == none.length - share.x_length(none.text) + 24
