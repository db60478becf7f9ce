"""The PDF: the same facts, tagged, fonts inside, nothing active, whatever the texts."""

import io
from collections.abc import Iterator
from typing import Any

import pytest
from pypdf import PdfReader
from sqlite_utils import Database

from engine.domain.task import Task
from engine.domain.writeup import Credit, Extras, ValueEstimate
from engine.publish.pdf import one_page_pdf, portfolio_pdf, project_pdf
from engine.publish.site import site_signed
from engine.settings import Settings
from engine.store import writeups
from tests.conftest import MOMENT
from tests.evidence.story import Story, tell
from tests.publish.test_hostile import ATTRIBUTE, LINK, MARKS, SCRIPT
from tests.publish.test_site import PROFILE


def text_of(data: bytes) -> str:
    return " ".join(" ".join(page.extract_text() for page in PdfReader(io.BytesIO(data)).pages).split())


def objects(data: bytes) -> Iterator[Any]:
    reader = PdfReader(io.BytesIO(data))
    for number in range(1, len(reader.xref_objStm) + sum(map(len, reader.xref.values())) + 2):
        found = reader.get_object(number)
        if isinstance(found, dict):
            yield found


@pytest.fixture
def both(settings: Settings, db: Database) -> Database:
    tell(settings, db, Story())
    tell(
        settings,
        db,
        Story(slug="houses", title="House prices", task=Task.REGRESSION, target="price", seed=9),
        opened=False,
    )
    writeups.save_profile(db, PROFILE, MOMENT)
    return db


def test_a_project_says_what_its_page_says(both: Database) -> None:
    site = site_signed(both, ["churn"], "abcd", MOMENT)
    view = site.projects[0]
    data = project_pdf(site, view)
    said = text_of(data)
    for claim in view.claims[:4]:
        assert claim.text in said
    for part in (view.title, view.question, "Errors and limits", "The retention team", "tenure is empty in 11 of 160"):
        assert part in said
    assert data == project_pdf(site, view), "the same facts give the same bytes"


def test_it_is_tagged_and_carries_its_fonts(both: Database) -> None:
    site = site_signed(both, ["churn"], "abcd", MOMENT)
    reader = PdfReader(io.BytesIO(project_pdf(site, site.projects[0])))
    root = reader.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]
    assert root["/StructTreeRoot"]
    assert root["/Lang"] == "en-GB"
    assert reader.metadata is not None
    assert (reader.metadata.title, reader.metadata.author) == ("Who leaves next month?", "Ada Example")
    found = list(objects(project_pdf(site, site.projects[0])))
    descriptors = [one for one in found if one.get("/Type") == "/FontDescriptor"]
    assert descriptors
    assert all({"/FontFile", "/FontFile2", "/FontFile3"} & set(one) for one in descriptors)
    figures = [one for one in found if one.get("/S") == "/Figure"]
    assert len(figures) >= 4
    assert all(str(one["/Alt"]).strip() for one in figures)


def test_one_page_is_one_page(both: Database) -> None:
    site = site_signed(both, ["churn", "houses"], "abcd", MOMENT)
    for view in site.projects:
        data = one_page_pdf(site, view)
        assert len(PdfReader(io.BytesIO(data)).pages) == 1
        assert view.claims[0].text in text_of(data)


def test_the_portfolio_holds_every_project(both: Database) -> None:
    site = site_signed(both, ["churn", "houses"], "abcd", MOMENT)
    said = text_of(portfolio_pdf(site))
    assert said.startswith("Ada Example")
    assert all(f"{view.title}" in said and view.claims[0].text in said for view in site.projects)
    assert "the hold-out was not opened" in said


def test_hostile_texts_are_texts(settings: Settings, db: Database) -> None:
    typst = '#import "x": * $ \\ #eval("1") #{panic()} <a> @b'
    story = Story(
        title=f"{SCRIPT}{typst}{MARKS}", question=f"{LINK} {typst}", reader=f"{typst}{ATTRIBUTE}",
        decision=f"| a | b |\n|---|---|\n| {typst} | {SCRIPT} |", source=typst, licence=ATTRIBUTE,
        finding=f"{typst}{LINK}", features=(f"tenure{typst}", "b", "c"), costs=None,
    )  # fmt: skip
    tell(settings, db, story)
    own = f"# Heading\n\n> quoted {typst}\n\n```\n{SCRIPT}\n```\n\n1. {LINK}\n   - {typst}\n\n![x](y) ~~z~~\n\n---\n"
    writeups.save(db, "churn", {"problem": own}, {}, MOMENT)
    extras = Extras(
        value=ValueEstimate(low=1, high=2, unit=typst, assumptions=(SCRIPT, LINK)),
        credits=(Credit(name=typst, did=SCRIPT, link="https://a.b/x"),),
    )
    writeups.save_extras(db, "churn", extras, MOMENT)
    site = site_signed(db, ["churn"], "abcd", MOMENT)
    data = project_pdf(site, site.projects[0])
    assert "#{panic()}" in text_of(data)
    for one in objects(data):
        assert not {"/JS", "/JavaScript", "/OpenAction", "/AA", "/Launch", "/EmbeddedFile"} & set(one)
        assert str(one.get("/URI", "https:")).startswith(("https:", "http:", "mailto:"))
