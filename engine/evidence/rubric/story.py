"""Checks of what the person wrote and decided."""

from __future__ import annotations

import re
from datetime import timedelta

from engine.domain.project import ProjectStatus
from engine.evidence.plain_language import causal
from engine.evidence.rubric.material import Material, words
from engine.evidence.rubric.verdict import Result
from engine.evidence.wording import REFERENCE

Judged = tuple[Result, str]

LEAST_WORDS = 40
LEAST_LIMITS = 3
LEAST_DECISIONS = 5
LEAST_EXPLAINED, LEAST_LATER = 5, 2
LATER = timedelta(days=7)
_COPIED = 0.8
"""Share of words in the same order that makes a text a copy."""
_RUN = 6
"""Words in a row that are compared."""

_ITEM = re.compile(r"^\s*(?:[-*+]|\d+\.)\s+\S", re.MULTILINE)


def problem(material: Material) -> Judged:
    """Check 1: question, reader and decision, in words of one's own."""
    brief = material.stand.brief
    parts = {"question": brief.question, "reader": brief.reader, "decision": brief.decision}
    empty = [name for name, text in parts.items() if not words(text)]
    if empty:
        return Result.FAIL, f"The brief names no {empty[0]}."
    text = " ".join(parts.values())
    if material.bundled and copied(text, material.bundled):
        return Result.WARN, "The brief is the template's: say it in your own words, about your own case."
    count = len(words(" ".join([text, brief.constraints])))
    if count < LEAST_WORDS:
        return Result.WARN, f"The brief has {count} words; {LEAST_WORDS} leave room for who decides what."
    return Result.PASS, "The brief is filled in: a question, who reads the answer, what they decide."


def criterion(material: Material) -> Judged:
    """Check 2: the criterion stood before the first run, and the project was closed by it."""
    if not material.stand.brief.criteria:
        return Result.FAIL, "There is no success criterion: write down what would be good enough."
    if material.stand.first_run_at is not None and not material.stand.judged_before_runs:
        return Result.FAIL, "The criterion was written, or changed, after the first run."
    if material.stand.project.status is ProjectStatus.OPEN:
        return Result.WARN, "The project is still open: close it as met, not met or stopped."
    return Result.PASS, "The criterion stood before the first run, and the project was closed."


def explanation(material: Material) -> Judged:
    """Check 11: an explanation, its caveat, and no causal wording."""
    if not material.stand.explanation:
        return Result.FAIL, "The model was not explained."
    for section, text in material.texts.items():
        said = causal(text)
        if said:
            return (
                Result.WARN,
                f"“{said}” in the section {section} sounds causal; the model shows what goes together.",
            )
    if not material.stand.explanation.get("held_out"):
        return Result.WARN, "What the model relies on was not measured on rows held out of the fit."
    return Result.PASS, "Explained on rows held out of the fit, without causal words."


def limits(material: Material) -> Judged:
    """Check 12: at least three distinct limits, one of them tied to a stored fact."""
    text = material.texts.get("limits", "")
    items = len(set(_ITEM.findall(text)))
    lines = {line.strip() for line in text.splitlines() if _ITEM.match(line)}
    if len(lines) < LEAST_LIMITS:
        return Result.FAIL, f"{len(lines) or items} limits are stated; name at least {LEAST_LIMITS}."
    if not REFERENCE.search(text):
        return Result.WARN, "No limit points at something that was found or measured."
    return Result.PASS, f"{len(lines)} limits are stated, tied to what was found."


def own(material: Material) -> Judged:
    """Check 15: an own question, decisions with reasons over time, and decisions explained again later."""
    reasoned = [one for one in material.decisions if len(words(one.reason)) >= 3]
    if material.stand.project.template:
        return Result.FAIL, "The question comes with a template: it is practice, and says so on the page."
    if len(reasoned) < LEAST_DECISIONS:
        return Result.FAIL, f"{len(reasoned)} decisions have a reason; {LEAST_DECISIONS} are asked for."
    if len({one.created_at.date() for one in reasoned}) < 2:
        return Result.WARN, "All decisions were made on one day."
    later = sum(again - made >= LATER for made, again in material.defended)
    if len(material.defended) < LEAST_EXPLAINED or later < LEAST_LATER:
        done = len(material.defended)
        return Result.WARN, f"{done} of {LEAST_EXPLAINED} decisions were explained again, {later} of them a week later."
    return Result.PASS, f"{len(reasoned)} decisions have reasons, and {len(material.defended)} were explained again."


def copied(text: str, source: str) -> bool:
    """Whether most runs of words of a text stand in another one."""
    mine, theirs = words(text), words(source)
    if len(mine) < _RUN:
        return bool(mine) and " ".join(mine) in " ".join(theirs)
    known = {tuple(theirs[place : place + _RUN]) for place in range(len(theirs) - _RUN + 1)}
    runs = [tuple(mine[place : place + _RUN]) for place in range(len(mine) - _RUN + 1)]
    return sum(run in known for run in runs) >= _COPIED * len(runs)
