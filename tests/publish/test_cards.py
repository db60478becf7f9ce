"""Social cards: the right size, the number on them, nothing over the edge, harmless whatever the title."""

import io
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest
from PIL import Image
from sqlite_utils import Database

from engine.publish.card_image import HEIGHT, WIDTH, front_svg, marks, png, project_alt, project_svg
from engine.publish.site import site_signed
from engine.settings import Settings
from engine.store import writeups
from tests.conftest import MOMENT
from tests.evidence.story import Story, tell
from tests.publish.test_hostile import MARKS, SCRIPT
from tests.publish.test_site import PROFILE


def words(svg: str) -> str:
    return " ".join(text.text or "" for text in ET.fromstring(svg).iter("{http://www.w3.org/2000/svg}text"))


def test_every_page_has_a_card_of_the_asked_size(published_once: Path) -> None:
    for path in ("card.png", "projects/churn/card.png", "projects/houses/card.png"):
        with Image.open(published_once / path) as picture:
            assert (picture.format, picture.size) == ("PNG", (1200, 630))
        assert (published_once / path).stat().st_size < 1_000_000


def test_it_shows_the_claim_and_both_baselines(db: Database, story: Story) -> None:
    site = site_signed(db, [story.slug], "", MOMENT)
    view = site.projects[0]
    claim = view.claims[0]
    shown = words(project_svg(site, view))
    value, _, interval = claim.text.partition(" (")
    for part in (view.title, value, interval.rstrip(")"), "60 rows that no model had seen", "simple model", "guess"):
        assert part in shown
    found = marks(view.facts, claim)
    assert [mark.value for mark in found[1:]] == [
        view.facts["holdout.simple.roc_auc"].value,
        view.facts["holdout.dummy.roc_auc"].value,
    ]
    assert claim.text in project_alt(view)


def test_a_sealed_holdout_is_said_to_be_one(settings: Settings, db: Database) -> None:
    tell(settings, db, Story(), opened=False)
    site = site_signed(db, ["churn"], "", MOMENT)
    assert "the hold-out was not opened" in words(project_svg(site, site.projects[0]))


@pytest.mark.parametrize("title", ["W" * 300, "many words in a row " * 20, "漢字" * 90, f"{SCRIPT}{MARKS}"])
def test_no_text_runs_over_the_edge(settings: Settings, db: Database, title: str) -> None:
    tell(settings, db, Story(title=title, question=title, domain=title))
    writeups.save_profile(db, PROFILE, MOMENT)
    site = site_signed(db, ["churn"], "", MOMENT)
    for svg in (project_svg(site, site.projects[0]), front_svg(site)):
        allowed = {"svg", "rect", "line", "circle", "path", "text"}
        assert {element.tag.rpartition("}")[2] for element in ET.fromstring(svg).iter()} <= allowed
        with Image.open(io.BytesIO(png(svg))) as picture:
            margin = picture.convert("L").crop((WIDTH - 50, 20, WIDTH, HEIGHT))
            assert margin.getextrema() == (255, 255)
