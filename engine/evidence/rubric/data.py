"""Checks of the data: where it is from, what was found in it, how it was split, whether it leaks."""

from __future__ import annotations

import re

from engine.domain.data import Finding, Outcome, Severity
from engine.domain.words import number
from engine.evidence.rubric.material import Material
from engine.evidence.rubric.verdict import Result

Judged = tuple[Result, str]

_LICENCES = re.compile(
    r"\b(cc0|cc[- ]by|creative commons|public domain|odbl|odc|pddl|ogl|open government|mit|bsd|apache|gpl|lgpl|mpl|"
    r"own data|my own|permission)\b",
    re.IGNORECASE,
)
"""Words by which a licence, or the right to use the data, is known."""


def origin(material: Material) -> Judged:
    """Check 3: source, licence, date, hash and counts."""
    dataset = material.stand.dataset
    source, licence = dataset.provenance.source.strip(), dataset.provenance.licence.strip()
    split = material.stand.split
    if not source or source.startswith("own file"):
        return Result.FAIL, "The source of the data is not named: say who collected it, and when."
    if not licence:
        return Result.FAIL, "No licence is recorded: say under which terms the data may be used."
    if split.train_rows + split.holdout_rows > dataset.rows:
        return Result.FAIL, "The parts hold more rows than the file that they were made from."
    if not _LICENCES.search(licence):
        return Result.WARN, f"“{licence[:80]}” is not a licence that is known here: write its usual name."
    if dataset.provenance.retrieved_at is None:
        return Result.WARN, "It is not recorded when the data was retrieved."
    return Result.PASS, f"{number(dataset.rows)} rows from a named source, under {licence[:80]}, with hash and date."


def quality(material: Material) -> Judged:
    """Check 4: profiled, blocking issues answered, personal data screened."""
    if not material.profiled:
        return Result.FAIL, "The data was never profiled: open its page."
    blocking = material.open_findings("Q", "S")
    if blocking:
        return Result.FAIL, _named(blocking, "has no answer: mend it, or accept it with a reason")
    lesser = material.open_findings("Q", "S", least=Severity.MEDIUM)
    if lesser:
        return Result.WARN, _named(lesser, "has no answer yet")
    return Result.PASS, "The data was profiled, and everything that was found has an answer."


def split(material: Material) -> Judged:
    """Check 5: the scheme fits what was found, the hold-out was sealed and opened once."""
    made, openings = material.stand.split, material.stand.openings
    if not made.holdout_rows:
        return Result.FAIL, "No rows are sealed, so nothing shows how the model does on rows that chose nothing."
    # PF-S: rows that belong together or follow each other, and a split that does not respect it.
    structure = material.open_findings("S")
    if structure:
        return Result.FAIL, _named(structure, "speaks against this split")
    if not openings:
        return (
            Result.WARN,
            "The hold-out is still sealed: the headline comes from rows that helped to choose the model.",
        )
    if len(openings) > 1:
        return (
            Result.WARN,
            f"The hold-out was opened {len(openings)} times; the first opening counts, and the page says so.",
        )
    return Result.PASS, f"{number(made.holdout_rows)} rows were sealed before the first run and opened once."


def leaks(material: Material) -> Judged:
    """Check 6: each check for leaks is done and clean, or its finding has an answer."""
    checks = material.of_family("L")
    if not checks:
        return Result.FAIL, "The checks for leaks were not run: open the page of the data."
    found = material.open_findings("L", least=Severity.LOW)
    if any(one.severity is not Severity.LOW for one in found):
        return Result.FAIL, _named(found, "may give the answer away: leave the column out, or say why it does not")
    if found:
        return Result.WARN, _named(found, "has no answer yet")
    skipped = [one for one in checks if one.outcome is Outcome.SKIPPED]
    if skipped:
        return Result.WARN, f"{skipped[0].title} was not checked: {skipped[0].message}"
    return Result.PASS, "Every check for leaks was done, and what was found has an answer."


def _named(findings: list[Finding], what: str) -> str:
    first = findings[0]
    more = f" {len(findings) - 1} more like it." if len(findings) > 1 else ""
    return f"{first.code} ({first.title}) {what}.{more}"
