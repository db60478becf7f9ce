"""The site: complete, honest, self-contained, and checkable by a stranger."""

import json
import re
import xml.etree.ElementTree as ET
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from sqlite_utils import Database

from engine.domain.data import SplitKind
from engine.domain.run import RunKind
from engine.domain.task import Task
from engine.domain.writeup import Profile
from engine.errors import InputError, NotFoundError, StateError
from engine.evidence.facts import collect
from engine.evidence.verify import verify
from engine.publish.archive import write_zip
from engine.publish.compose import draft, references
from engine.publish.pages import POLICY, site_address
from engine.publish.site import publish
from engine.settings import Settings
from engine.store import projects, runs, writeups
from tests.conftest import MOMENT, Clock
from tests.evidence.story import Story, publish_stories, store_opening, store_project, store_run, tell

PROFILE = Profile(
    name="Ada Example",
    headline="Machine-learning engineer who shows the work",
    about="I answer **one** question at a time.",
    email="ada@example.org",
    site_address="https://ada.example.org/portfolio",
    links=("https://github.com/ada", "javascript:alert(1)"),
)


@pytest.fixture(scope="module")
def addressed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("addressed")
    penguins = Story(slug="penguins", title="Penguin species", task=Task.MULTICLASS, target="species", seed=5)
    publish_stories(folder, [(penguins, True)], PROFILE)
    return folder / "site"


class Page(HTMLParser):
    def __init__(self, path: Path) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str]]] = []
        self.text = ""
        self.blocks: list[str] = []
        """Blocks of data, which nobody sees."""
        self.feed(path.read_text(encoding="utf-8"))
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, {key: value or "" for key, value in attrs}))

    def handle_data(self, data: str) -> None:
        if self.tags and self.tags[-1][0] == "script" and self.cdata_elem == "script":
            self.blocks.append(data)
        else:
            self.text += data

    def metas(self) -> dict[str, str]:
        found = [attributes for tag, attributes in self.tags if tag == "meta" and "content" in attributes]
        return {one.get("property") or one.get("name") or one["http-equiv"]: one["content"] for one in found}


def html_files(site: Path) -> list[Path]:
    return sorted(site.rglob("*.html"))


def test_every_file_that_belongs_to_a_site(published_once: Path, addressed: Path) -> None:
    plain = {path.relative_to(published_once).as_posix() for path in published_once.rglob("*") if path.is_file()}
    one = ("index.html", "evidence.json", "evidence.sig", "trials.jsonl", "card.png")
    one += tuple(f"badges/{name}.svg" for name in ("score", "licence", "python"))
    assert plain == {
        *("card.png", "employers/index.html"),
        *("index.html", "404.html", "robots.txt", ".nojekyll", "favicon.svg", "assets/style.css", "skills/index.html"),
        *(
            "evidence.json",
            "evidence.sig",
            "check.py",
            "projects/churn/predictions.csv",
            "projects/houses/predictions_oof.csv",
        ),
        *(f"projects/{slug}/{name}" for slug in ("churn", "houses") for name in one),
    }
    assert (addressed / "feed.xml").is_file()
    assert (addressed / "sitemap.xml").is_file()


def test_it_is_recorded(settings: Settings, db: Database, story: Story, tmp_path: Path, clock: Clock) -> None:
    run_id = runs.add(db, story.slug, RunKind.PUBLISH, {}, MOMENT)
    made = publish(settings, db, [story.slug, story.slug], tmp_path / "site", run_id=run_id, clock=clock)
    assert made == writeups.publications(db)[0]
    assert (made.projects, made.run_id, made.folder) == (("churn",), run_id, str(tmp_path / "site"))
    found = verify(tmp_path / "site")
    assert (found.ok, found.level, found.fingerprint) == (True, 2, made.fingerprint)


def test_every_claim_stands_on_the_page(published_once: Path) -> None:
    for slug in ("churn", "houses"):
        claims = json.loads((published_once / f"projects/{slug}/evidence.json").read_bytes())["claims"]
        page = (published_once / f"projects/{slug}/index.html").read_text(encoding="utf-8")
        for claim in claims:
            start = (
                f'<data class="claim" data-fact="{claim["id"]}" value="{claim["value"]!r}" data-run="{claim["run"]}"'
            )
            assert re.search(rf"{re.escape(start)}[^>]*>{re.escape(claim['text'])}</data>", page)
    front = Page(published_once / "index.html")
    shown = [attributes for tag, attributes in front.tags if tag == "data"]
    assert [one["data-project"] for one in shown] == ["churn", "houses"]


def test_a_sealed_holdout_is_said_to_be_one(published_once: Path) -> None:
    opened, sealed = (Page(published_once / f"projects/{slug}/index.html").text for slug in ("churn", "houses"))
    assert "rows that no model had seen" in opened
    assert "rows that no model had seen" not in sealed
    assert "the hold-out was not opened" in sealed
    assert all(claim["fact"].startswith("best.") for claim in _claims(published_once / "projects/houses"))
    assert all(claim["fact"].startswith("holdout.") for claim in _claims(published_once / "projects/churn"))
    assert json.loads((published_once / "projects/houses/evidence.json").read_bytes())["openings"] == []


def _claims(place: Path) -> list[dict[str, str]]:
    claims: list[dict[str, str]] = json.loads((place / "evidence.json").read_bytes())["claims"]
    return claims


def test_the_first_screen_has_what_ninety_seconds_need(published_once: Path) -> None:
    text = " ".join(Page(published_once / "projects/churn/index.html").text.split())
    order = ["Who leaves next month?", "Which customers will leave", "The retention team", "Result", "ROC AUC",
             "Checked: recompute it yourself", "proofolio verify FOLDER", "Limits, in plain sight",
             "Data and licence"]  # fmt: skip
    places = [text.index(one) for one in order]
    assert places == sorted(places)


def test_no_script_no_style_attribute_no_other_host(published_once: Path, addressed: Path) -> None:
    for path in (*html_files(published_once), *html_files(addressed)):
        page = Page(path)
        assert page.metas()["Content-Security-Policy"] == POLICY
        for tag, attributes in page.tags:
            assert tag != "script" or attributes == {"type": "application/ld+json"}, (
                "a block of data is all that may be"
            )
            assert tag not in {"iframe", "object", "embed", "form", "base", "img", "style", "foreignobject"}
            assert not [key for key in attributes if key.startswith("on") or key == "style"], (path, tag, attributes)
            if "src" in attributes:
                raise AssertionError(f"{path}: {tag} loads something")
            if tag == "link" and attributes["rel"] in ("stylesheet", "icon"):
                assert not urlsplit(attributes["href"]).netloc
    assert "@import" not in (published_once / "assets/style.css").read_text(encoding="utf-8")
    assert "url(" not in (published_once / "assets/style.css").read_text(encoding="utf-8")


def test_every_link_leads_somewhere(published_once: Path, addressed: Path) -> None:
    for site in (published_once, addressed):
        for path in html_files(site):
            page = Page(path)
            ids = {attributes["id"] for _, attributes in page.tags if "id" in attributes}
            assert len(ids) == len([1 for _, attributes in page.tags if "id" in attributes]), f"{path}: an id twice"
            for tag, attributes in page.tags:
                href = attributes.get("href", "")
                parts = urlsplit(href)
                if tag not in ("a", "link") or parts.scheme:
                    continue
                assert not href.startswith("/"), "an absolute path breaks under a sub-path"
                target = (path.parent / parts.path) if parts.path else path
                assert target.is_file(), f"{path.name}: {href}"
                if parts.fragment:
                    there = {one["id"] for _, one in Page(target).tags if "id" in one}
                    assert parts.fragment in there, f"{path.name}: {href}"


def test_absolute_addresses_only_where_one_is_known(published_once: Path, addressed: Path) -> None:
    for path in html_files(published_once):
        page = Page(path)
        assert not [one for tag, one in page.tags if tag == "link" and one["rel"] in ("canonical", "alternate")]
        assert "og:url" not in page.metas()
    base = "https://ada.example.org/portfolio/"
    page = Page(addressed / "projects/penguins/index.html")
    assert page.metas()["og:url"] == f"{base}projects/penguins/"
    assert ("link", {"rel": "canonical", "href": f"{base}projects/penguins/"}) in page.tags
    assert f"proofolio verify {base}projects/penguins/" in page.text
    locs = [
        one.text for one in ET.parse(addressed / "sitemap.xml").iter("{http://www.sitemaps.org/schemas/sitemap/0.9}loc")
    ]
    assert locs == [base, f"{base}projects/penguins/", f"{base}skills/", f"{base}employers/"]
    item = next(ET.parse(addressed / "feed.xml").iter("item"))
    assert [child.tag for child in item] == ["title", "link", "guid", "pubDate", "description"]
    assert (addressed / "robots.txt").read_text(encoding="utf-8").endswith(f"Sitemap: {base}sitemap.xml\n")


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("", ""),
        ("https://a.b", "https://a.b/"),
        (" https://a.b/c/?x#y ", "https://a.b/c/"),
        ("javascript:alert(1)", ""),
        ("a.b", ""),
        ('https://a.b/"><script>', ""),
        ("ftp://a.b", ""),
    ],
)
def test_site_addresses(text: str, address: str) -> None:
    assert site_address(text) == address


def test_head_tags(published_once: Path, addressed: Path) -> None:
    for path in (*html_files(published_once), *html_files(addressed)):
        source = path.read_text(encoding="utf-8")
        metas = Page(path).metas()
        title = re.search(r"<title>(.*?)</title>", source)
        assert title is not None
        assert 0 < len(title[1]) <= 60
        assert 0 < len(metas["description"]) <= 200
        assert '<html lang="en-GB">' in source
        assert {"og:title", "og:type", "og:description", "viewport"} <= set(metas)
        assert len(source.encode()) < 200_000


def test_no_name_is_invented(published_once: Path, addressed: Path) -> None:
    assert "<h1>Portfolio</h1>" in (published_once / "index.html").read_text(encoding="utf-8")
    front = (addressed / "index.html").read_text(encoding="utf-8")
    assert "<h1>Ada Example</h1>" in front
    assert "<strong>one</strong>" in front
    assert 'href="mailto:ada@example.org"' in front
    assert "javascript:" not in front


def test_nothing_but_predictions_of_the_rows(published_once: Path) -> None:
    table = (published_once / "projects/churn/predictions.csv").read_text(encoding="utf-8").split("\n")
    assert table[0] == "row,actual,prediction,probability_No,probability_Yes"
    assert len(table) == 60 + 2
    table = (published_once / "projects/houses/predictions_oof.csv").read_text(encoding="utf-8").split("\n")
    assert table[0] == "row,actual,prediction"


def test_pictures_have_a_text_and_need_nothing(published_once: Path) -> None:
    page = (published_once / "projects/churn/index.html").read_text(encoding="utf-8")
    svgs = re.findall(r"<svg.*?</svg>", page, re.DOTALL)
    assert len(svgs) >= 4
    for svg in svgs:
        root = ET.fromstring(svg)
        assert root.attrib["role"] == "img"
        labels = {one.attrib["id"] for one in root.iter() if one.tag.endswith(("title", "desc")) and "id" in one.attrib}
        assert set(root.attrib["aria-labelledby"].split()) <= labels
        assert not re.search(r"(href|url\((?!#)|\son\w+=|style=|aria-label=)", svg)
        ids = re.findall(r'\sid="([^"]*)"', svg)
        assert set(re.findall(r"url\(#([^)]*)\)", svg)) <= set(ids)


def test_other_projects_stay_private(settings: Settings, db: Database, tmp_path: Path, clock: Clock) -> None:
    tell(settings, db, Story())
    tell(settings, db, Story(slug="secret", title="Secret merger", question="Shall we buy Initech?", seed=2, made=50))
    run_id = runs.add(db, "churn", RunKind.PUBLISH, {}, MOMENT)
    publish(settings, db, ["churn"], tmp_path / "site", run_id=run_id, clock=clock)
    for path in tmp_path.joinpath("site").rglob("*"):
        if path.is_file():
            assert not re.search(rb"secret|Secret merger|Initech", path.read_bytes()), path


def test_stale_numbers_are_marked(settings: Settings, db: Database, tmp_path: Path, clock: Clock) -> None:
    story = tell(settings, db, Story(), opened=False)
    texts, facts = draft(db, story.slug), collect(db, story.slug)
    used = {name: facts[name] for text in texts.values() for name in references(text)}
    writeups.save(db, story.slug, texts | {"result": "We reach {{ best.roc_auc }}."}, used, MOMENT)
    store_run(settings, db, story)
    run_id = runs.add(db, story.slug, RunKind.PUBLISH, {}, MOMENT)
    publish(settings, db, [story.slug], tmp_path / "site", run_id=run_id, clock=clock)
    page = Page(tmp_path / "site/projects/churn/index.html")
    assert "changed since this was written" in page.text
    assert "Some numbers changed since the text was written" in page.text
    assert "We reach" in page.text
    assert verify(tmp_path / "site").ok


def test_repeated_openings_are_printed(
    settings: Settings, db: Database, story: Story, tmp_path: Path, clock: Clock
) -> None:
    run = runs.latest_result(db, story.slug)
    assert run is not None
    store_opening(settings, db, story, int(run.result["recommended"]))
    run_id = runs.add(db, story.slug, RunKind.PUBLISH, {}, MOMENT)
    publish(settings, db, [story.slug], tmp_path / "site", run_id=run_id, clock=clock)
    for name in ("index.html", "projects/churn/index.html"):
        assert "The hold-out was opened 2 times" in Page(tmp_path / "site" / name).text
    assert len(json.loads((tmp_path / "site/projects/churn/evidence.json").read_bytes())["openings"]) == 2


def test_the_trial_log_holds_every_run(
    settings: Settings, db: Database, story: Story, tmp_path: Path, clock: Clock
) -> None:
    store_run(settings, db, story)
    run_id = runs.add(db, story.slug, RunKind.PUBLISH, {}, MOMENT)
    projects.promote(db, story.slug, None)
    publish(settings, db, [story.slug], tmp_path / "site", run_id=run_id, clock=clock)
    lines = (tmp_path / "site/projects/churn/trials.jsonl").read_text(encoding="utf-8").splitlines()
    assert len({json.loads(line)["run"] for line in lines}) == 2
    assert len(lines) == 12


def test_what_cannot_be_published(settings: Settings, db: Database, story: Story, tmp_path: Path, clock: Clock) -> None:
    out = tmp_path / "site"
    store_project(settings, db, Story(slug="fresh", seed=3))
    tell(settings, db, Story(slug="open", seed=4, holdout=0), opened=False)
    run_id = runs.add(db, story.slug, RunKind.PUBLISH, {}, MOMENT)
    with pytest.raises(InputError):
        publish(settings, db, [], out, run_id=run_id, clock=clock)
    with pytest.raises(NotFoundError):
        publish(settings, db, ["nowhere"], out, run_id=run_id, clock=clock)
    with pytest.raises(StateError, match="no evaluated result"):
        publish(settings, db, ["fresh"], out, run_id=run_id, clock=clock)
    with pytest.raises(StateError, match="no hold-out"):
        publish(settings, db, ["open"], out, run_id=run_id, clock=clock)
    assert not out.exists()
    assert writeups.publications(db) == []


def test_predictions_that_contradict_the_score_are_not_published(
    settings: Settings, db: Database, story: Story, tmp_path: Path, clock: Clock
) -> None:
    run_id = runs.add(db, story.slug, RunKind.PUBLISH, {}, MOMENT)
    publish(settings, db, [story.slug], tmp_path / "site", run_id=run_id, clock=clock)
    before = (tmp_path / "site/evidence.json").read_bytes()
    stored = next((settings.home / "runs").glob("*/holdout.csv"))
    lines = stored.read_text(encoding="utf-8").split("\n")
    stored.write_text("\n".join(lines[:-3]) + "\n", encoding="utf-8")
    with pytest.raises(StateError, match="does not follow"):
        publish(settings, db, [story.slug], tmp_path / "site", run_id=run_id, clock=clock)
    stored.unlink()
    with pytest.raises(NotFoundError):
        publish(settings, db, [story.slug], tmp_path / "site", run_id=run_id, clock=clock)
    assert (tmp_path / "site/evidence.json").read_bytes() == before
    assert verify(tmp_path / "site").ok


@pytest.mark.parametrize("opened", [True, False])
def test_intervals_over_groups_are_recomputed(
    settings: Settings, db: Database, tmp_path: Path, clock: Clock, opened: bool
) -> None:
    story = tell(settings, db, Story(kind=SplitKind.GROUP), opened=opened)
    run_id = runs.add(db, story.slug, RunKind.PUBLISH, {}, MOMENT)
    publish(settings, db, [story.slug], tmp_path / "site", run_id=run_id, clock=clock)
    table = next((tmp_path / "site/projects/churn").glob("predictions*.csv")).read_text(encoding="utf-8").split("\n")
    assert table[0].endswith(",group")
    assert "home" not in "".join(table[1:]), "groups are numbered, not named"
    found = verify(tmp_path / "site")
    assert (found.ok, found.level) == (True, 2)


def test_the_same_facts_give_the_same_bytes(settings: Settings, db: Database, story: Story, tmp_path: Path) -> None:
    run_id = runs.add(db, story.slug, RunKind.PUBLISH, {}, MOMENT)
    for name in ("a", "b"):
        publish(settings, db, [story.slug], tmp_path / name, run_id=run_id, clock=lambda: MOMENT)
    for path in (tmp_path / "a").rglob("*"):
        if path.is_file():
            assert path.read_bytes() == (tmp_path / "b" / path.relative_to(tmp_path / "a")).read_bytes()


def test_a_zip_of_the_site(site: Path, tmp_path: Path) -> None:
    (site / "private.txt").write_text("mine", encoding="utf-8")
    for name in ("a.zip", "b.zip"):
        write_zip(site, tmp_path / name)
    assert (tmp_path / "a.zip").read_bytes() == (tmp_path / "b.zip").read_bytes()
    found = verify(tmp_path / "a.zip")
    assert (found.ok, found.level) == (True, 2)
    assert not any("private" in note for note in found.notes)
    with pytest.raises(InputError):
        write_zip(tmp_path, tmp_path / "c.zip")
