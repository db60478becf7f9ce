"""What the rubric looks at, fetched once."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlite_utils import Database

from engine.domain.data import Finding, Outcome, Severity
from engine.domain.fact import Fact
from engine.domain.project import Decision
from engine.evidence.facts import facts_of
from engine.evidence.standing import Standing, standing
from engine.store import practice, projects, recipes, reviews

_WORD = re.compile(r"[^\W\d_]{2,}")


@dataclass(frozen=True, kw_only=True)
class Material:
    """One project as the rubric sees it."""

    stand: Standing
    facts: Mapping[str, Fact]
    decisions: Sequence[Decision]
    """Oldest first; also those without a reason."""
    texts: Mapping[str, str]
    """Sections of the write-up as Markdown with references: as saved, else as drafted."""
    bundled: str
    """Texts of the template that the project started from; empty for an own question."""
    profiled: bool
    mended: frozenset[str]
    """Codes of findings that a step of the recipe answers."""
    accepted: frozenset[tuple[str, tuple[str, ...]]]
    tagged_rows: int
    diagnosis: Mapping[str, Any]
    defended: Sequence[tuple[datetime, datetime]]
    """When a decision was made, and when it was explained again."""
    rebuilt: Mapping[str, Any] | None
    """The last stored rebuild of the exported repository, if there is one."""

    def reasons(self, *steps: str) -> list[Decision]:
        """Return the decisions of some steps that have a reason in words."""
        return [one for one in self.decisions if one.step.strip().casefold() in steps and len(words(one.reason)) >= 3]

    def answered(self, finding: Finding) -> bool:
        """Whether a finding was mended by a step or accepted with a reason."""
        return finding.code in self.mended or (finding.code, finding.columns) in self.accepted

    def open_findings(self, *letters: str, least: Severity = Severity.HIGH) -> list[Finding]:
        """Return the issues of some families of codes (``L`` for PF-L…) that nobody has answered."""
        order = list(Severity)
        return [
            one
            for one in self.stand.findings
            if one.outcome is Outcome.ISSUE
            and one.code[3:4] in letters
            and order.index(one.severity) <= order.index(least)
            and not self.answered(one)
        ]

    def of_family(self, letter: str) -> list[Finding]:
        """Return what the checks of a family of codes came to, issues and passes alike."""
        return [one for one in self.stand.findings if one.code[3:4] == letter]


def words(text: str) -> list[str]:
    """Split a text into its words, in lower case."""
    return _WORD.findall(text.casefold())


def collect(
    db: Database, slug: str, *, texts: Mapping[str, str], bundled: str = "", rebuilt: Mapping[str, Any] | None = None
) -> Material:
    """Fetch what the rubric looks at.

    Parameters
    ----------
    db : Database
    slug : str
    texts : mapping of section to Markdown
        The write-up as saved, or its draft.
    bundled : str
        Texts of the project's template.
    rebuilt : mapping, optional
        The last stored rebuild of the exported repository.

    Raises
    ------
    NotFoundError
        If there is no such project.
    """
    stand = standing(db, slug)
    _, recipe = recipes.latest(db, slug)
    decisions = sorted(projects.decisions(db, slug), key=lambda one: one.created_at)
    made = {one.id: one.created_at for one in decisions}
    tags = reviews.tags(db, slug)
    return Material(
        stand=stand,
        facts=facts_of(stand),
        decisions=decisions,
        texts=dict(texts),
        bundled=bundled,
        profiled=bool(projects.get_profile(db, slug)),
        mended=frozenset(step.finding for step in recipe.steps if step.finding),
        accepted=frozenset((one.code, tuple(one.columns)) for one in recipes.acceptances(db, slug)),
        tagged_rows=sum(bool(one) for one in tags.values()),
        diagnosis=(reviews.diagnosis(db, stand.trial.id) if stand.trial else None) or {},
        defended=[
            (made[one.decision_id], one.created_at)
            for one in practice.notes(db)
            if one.decision_id in made and one.words.strip()
        ],
        rebuilt=rebuilt,
    )
