"""What the pages show: everything fetched and written out, so that a template only places it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from markupsafe import Markup
from sqlite_utils import Database

from engine.domain.fact import Fact
from engine.domain.metric import find_metric
from engine.domain.skill import LEVELS, Evidence, SkillState
from engine.domain.task import Task
from engine.evidence.document import HOLDOUT_FILE, OOF_FILE, Claim
from engine.evidence.facts import facts_of
from engine.evidence.seal import claims as choose_claims
from engine.evidence.seal import versions
from engine.evidence.skills import groups
from engine.evidence.standing import Standing, standing
from engine.evidence.wording import FIGURE, REFERENCE
from engine.publish import compose, extras
from engine.publish.blocks import FIGURE_LINE
from engine.publish.figures import draw
from engine.publish.markdown import References, fact_html, to_html
from engine.store import projects, rebuilds, writeups

FIRST_SCREEN = ("result", "picture")
"""Sections that stand on a page's first screen; the others follow below."""

MOST_LIMITS = 3

_TASKS = {
    Task.BINARY: "Classification, two classes",
    Task.MULTICLASS: "Classification, several classes",
    Task.REGRESSION: "Regression",
}
_BULLET = re.compile(r"^[-*+] +(?=\S)")


@dataclass(frozen=True, kw_only=True)
class SectionView:
    """One section of a project's page."""

    key: str
    title: str
    html: Markup


@dataclass(frozen=True, kw_only=True)
class ClaimView:
    """A claim as the page shows it."""

    title: str
    meaning: str
    claim: Claim
    html: Markup


@dataclass(frozen=True, kw_only=True)
class ProjectView:
    """A project's page."""

    stand: Standing
    facts: Mapping[str, Fact]
    claims: tuple[Claim, ...]
    slug: str
    title: str
    kind: str
    """Kind of task, in words."""
    question: str
    texts: Mapping[str, str]
    """Sections as Markdown with references, in the order of the page; the fields of their own among them."""
    known: References
    """What the references resolve to."""
    sections: Mapping[str, SectionView]
    shown_claims: tuple[ClaimView, ...]
    limits: tuple[Markup, ...]
    """The first limits, for the first screen."""
    verdict: str
    """Of the first success criterion, empty if there is none yet."""
    standing: str
    """How the verdict is drawn: ``met``, ``close`` (met, but not beyond chance) or ``unmet``."""
    says_verdict: bool
    """Whether the text of the result says the verdict itself."""
    on_holdout: bool
    openings: int
    predictions: str
    """Name of the file of predictions."""
    stale: tuple[compose.Stale, ...]
    drawn: Mapping[str, Markup] = field(default_factory=dict)
    """Figures of the sections by their names."""
    rebuilt: Mapping[str, Any] | None = None
    """The newest stored rebuild of the exported repository."""

    @property
    def comparison(self) -> Markup:
        """The picture of the model beside both baselines."""
        return self.drawn.get("comparison") or draw("comparison", self.stand)

    @property
    def python(self) -> str:
        """Version of Python that the evidence names."""
        return ".".join(versions(self.stand)["python"].split(".")[:2])

    @property
    def kind_line(self) -> str:
        """Kind of task, rows, and the field that it is from."""
        told = [self.kind, f"{self.facts['data.rows'].text} rows", self.stand.project.domain.strip()]
        return " · ".join(one for one in told if one)

    @property
    def tags(self) -> tuple[str, ...]:
        """Words under which somebody would look for the page."""
        found = ["machine learning", self.kind.partition(",")[0].lower(), self.stand.project.domain.strip()]
        return tuple(dict.fromkeys(tag for tag in found if tag))

    @property
    def below(self) -> list[SectionView]:
        """The sections under the first screen, in their order."""
        return [section for key, section in self.sections.items() if key not in FIRST_SCREEN]

    @property
    def summary(self) -> str:
        """The headline as plain text, for descriptions."""
        if not self.claims:
            return self.question
        headline = self.claims[0]
        where = "rows no model had seen" if self.on_holdout else "rows, out of fold"
        return f"{find_metric(headline.metric).title} {headline.text} on {headline.n:,} {where}. {self.question}"


def project_view(db: Database, slug: str) -> ProjectView:
    """Fetch and write out a project's page; a project without a saved write-up shows its draft."""
    stand = standing(db, slug)
    facts = facts_of(stand)
    drafted = compose.draft_of(stand, facts, projects.decisions(db, slug))
    written = writeups.latest(db, slug)
    texts = drafted | ({key: text for key, text in written.sections.items() if key in drafted} if written else {})
    texts = extras.with_fields(texts, writeups.extras(db, slug))
    stale = tuple(compose.stale(written, facts)) if written else ()
    claims = choose_claims(stand, facts)
    known = References(facts=facts, claims={one.id for one in claims}, stale={one.fact for one in stale})
    verdict = facts.get("criterion.1.verdict")
    drawn: dict[str, Markup] = {}
    return ProjectView(
        stand=stand,
        facts=facts,
        claims=claims,
        slug=slug,
        title=stand.project.title,
        kind=_TASKS[stand.project.problem.task],
        question=stand.brief.question.strip(),
        texts=texts,
        known=known,
        sections=_sections(texts, known, stand, drawn),
        drawn=drawn,
        shown_claims=tuple(_claim(claim, known) for claim in claims),
        limits=_first_limits(texts.get("limits", ""), known),
        verdict=str(verdict.value) if verdict else "",
        standing=_standing(str(verdict.value) if verdict else ""),
        says_verdict="criterion.1.verdict" in compose.references(texts.get("result", "")),
        on_holdout=stand.opening is not None,
        openings=len(stand.openings),
        predictions=HOLDOUT_FILE if stand.opening else OOF_FILE,
        stale=stale,
        rebuilt=rebuilds.latest(db, slug),
    )


def _standing(verdict: str) -> str:
    if verdict == "met":
        return "met"
    return "close" if verdict.startswith("met") else "unmet"


def _sections(
    texts: Mapping[str, str], known: References, stand: Standing, drawn: dict[str, Markup]
) -> dict[str, SectionView]:
    """Write out the sections that have something to say, in the order of the page; keeps the figures in ``drawn``."""
    found = {}
    titles = {**compose.titles(), **extras.TITLES}
    for key, text in texts.items():
        title, html = titles[key], _body(text, known, stand, drawn)
        if html.strip():
            found[key] = SectionView(key=key, title=title, html=html)
    return found


def _body(text: str, known: References, stand: Standing, drawn: dict[str, Markup]) -> Markup:
    """Write out a section: Markdown between figures, which stand on lines of their own."""
    pieces = FIGURE_LINE.split(text)
    html = []
    for place, piece in enumerate(pieces):
        if place % 2:
            drawn[piece] = drawn[piece] if piece in drawn else draw(piece, stand)
            html.append(str(drawn[piece]))
        else:
            html.append(to_html(piece, known))
    return Markup("\n".join(one for one in html if one.strip()))


def _claim(claim: Claim, known: References) -> ClaimView:
    metric = find_metric(claim.metric)
    html = Markup(fact_html(known.facts[claim.fact], known))
    return ClaimView(title=metric.title, meaning=metric.meaning, claim=claim, html=html)


def _first_limits(text: str, known: References) -> tuple[Markup, ...]:
    """Take the first points of the limits, as they are written, to where the number is."""
    points = [_BULLET.sub("", line) for line in text.split("\n") if _BULLET.match(line)]
    worth = [point for point in points if not point.startswith("{{ " + FIGURE) and REFERENCE.sub("", point).strip()]
    html = (to_html(point, known).strip().removeprefix("<p>").removesuffix("</p>") for point in worth[:MOST_LIMITS])
    return tuple(Markup(one) for one in html)


@dataclass(frozen=True, kw_only=True)
class SkillView:
    """One skill on the page of skills."""

    name: str
    group: str
    level: int
    level_name: str
    trust: str
    evidence: Evidence
    project: str
    """Slug of the project that proves it, empty where it was made elsewhere."""
    link: str
    """Address that the author gave for what was made elsewhere."""


def skill_views(states: Sequence[SkillState]) -> dict[str, list[SkillView]]:
    """Group the skills that are proved by group name, highest level first; what is not proved is not shown."""
    found: dict[str, list[SkillView]] = {}
    for group, name in groups().items():
        views = [_skill(state, name) for state in states if state.skill.group == group and state.evidence]
        if views:
            found[name] = sorted(views, key=lambda view: (-view.level, view.name))
    return found


def _skill(state: SkillState, group: str) -> SkillView:
    evidence = state.evidence[-1]
    return SkillView(
        name=state.skill.name,
        group=group,
        level=state.level,
        level_name=LEVELS[state.level],
        trust=str(evidence.trust).replace("_", "-"),
        evidence=evidence,
        project="" if evidence.ref.startswith("brought/") else evidence.ref.partition("/")[0],
        link=evidence.link,
    )


def day(moment: datetime) -> str:
    """Write a date: ``1 March 2026``."""
    return f"{moment.day} {moment:%B %Y}"
