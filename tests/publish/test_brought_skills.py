"""What was made elsewhere is published only when it is public, marked as what it is, and links to no project."""

from engine.actions import skills
from engine.domain.claim import ClaimKind
from engine.domain.writeup import Profile
from engine.evidence.skills import evaluate_skills
from engine.publish.pages import Site, _skills_page
from engine.settings import Settings
from engine.store.db import connect
from tests.conftest import MOMENT, Clock
from tests.evidence.test_brought import chain

NOTE = "I <b>served</b> a small model in the cloud, measured it and shut it down"


def test_marks_of_trust_on_the_page_of_skills(settings: Settings, clock: Clock) -> None:
    day = MOMENT.date()
    link = "https://example.org/?a=1&b=2"
    for skill, public in (("cloud-ml", True), ("competitions", False)):
        skills.bring(settings, skill, ClaimKind.LINK, made_on=day, note=NOTE, link=link, is_public=public, clock=clock)
    skills.bring(
        settings, "git-flow", ClaimKind.COMMITS, made_on=day, content=chain(4), file_name="c.txt", is_public=True,
        clock=clock,
    )  # fmt: skip
    with connect(settings) as db:
        states = evaluate_skills(db, only=[])
    site = Site(profile=Profile(), projects=[], skills=states, fingerprint="0" * 16, created_at=MOMENT, address="")
    page = _skills_page(site)
    body = page[: page.index("What the marks mean")]
    assert body.count("mark self-reported") == 1
    assert body.count("mark imported") == 1
    assert "mark verified" not in body
    assert "Competitions" not in body
    assert "<b>served" not in body
    assert 'href="https://example.org/?a=1&amp;b=2"' in body
    assert "../projects//" not in body
