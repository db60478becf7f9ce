"""The write-up: drafted from facts, edited as Markdown, its numbers references that can grow stale."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from sqlite_utils import Database

from engine.domain.data import Severity
from engine.domain.fact import Fact
from engine.domain.metric import find_metric
from engine.domain.project import Decision
from engine.domain.writeup import WriteUp
from engine.evidence.facts import facts_of
from engine.evidence.standing import Standing, standing
from engine.evidence.wording import FIGURE, REFERENCE, TALK, Section, own_words, sections
from engine.publish.cleaning import markdown_text
from engine.store import projects, writeups

MOST_FINDINGS = 5
MOST_DECISIONS = 30


@dataclass(frozen=True, kw_only=True)
class Stale:
    """A reference whose fact is no longer what it was when the text was saved."""

    section: str
    fact: str
    saved: str
    """Text of the fact as it stood when the version was saved."""
    now: str
    """Its text now, empty if it is no longer recorded."""
    reason: str
    """One sentence."""


def titles() -> dict[str, str]:
    """Name the sections: key to title, in the order of the page."""
    return {section.key: section.title for section in sections()}


def draft(db: Database, slug: str) -> dict[str, str]:
    """Compose the sections of a project from its stored facts: key to Markdown, empty where nothing can be said.

    Raises
    ------
    NotFoundError
        If there is no such project.
    """
    stand = standing(db, slug)
    return draft_of(stand, facts_of(stand), projects.decisions(db, slug))


def draft_of(stand: Standing, facts: Mapping[str, Fact], decisions: Sequence[Decision]) -> dict[str, str]:
    """Compose the sections from what was fetched already."""
    return _filled(sections(), stand, facts, decisions)


def talk(db: Database, slug: str) -> str:
    """Write the outline of a talk of five minutes about a project, as Markdown with its numbers written out.

    Raises
    ------
    NotFoundError
        If there is no such project.
    """
    stand = standing(db, slug)
    facts = facts_of(stand)
    parts = sections(TALK)
    found = _filled(parts, stand, facts, projects.decisions(db, slug))
    told = [f"## {part.title}\n\n{fill(found[part.key], facts)}" for part in parts if found[part.key]]
    return "\n\n".join([f"# {markdown_text(stand.project.title)}: five minutes", *told]) + "\n"


def _filled(
    parts: Sequence[Section], stand: Standing, facts: Mapping[str, Fact], decisions: Sequence[Decision]
) -> dict[str, str]:
    loops = {"COMPARISON": _table(stand, facts), "FINDINGS": _found(stand, facts), "DECISIONS": _log(decisions)}
    loops["HYPOTHESES"] = _expected(facts)
    return {section.key: _text(section, stand, facts, loops) for section in parts}


def missing(db: Database, slug: str) -> dict[str, tuple[str, ...]]:
    """Say for each section what is still asked of the person: for the application, never for the page."""
    stand = standing(db, slug)
    known = set(facts_of(stand))
    if any(one.reason.strip() for one in projects.decisions(db, slug)):
        known.add("decision.first")
    written = writeups.latest(db, slug)
    if written is not None and own_words({"ai": written.sections.get("ai", "")}) >= 3:
        known.add("ai.stated")
    metric = stand.project.problem.metric
    return {
        section.key: tuple(ask for name, ask in section.needs.items() if name.replace("METRIC", metric) not in known)
        for section in sections()
    }


def references(text: str) -> tuple[str, ...]:
    """Name the facts that a text refers to, each once, in their order; figures are no facts."""
    return tuple(dict.fromkeys(name for name in REFERENCE.findall(text) if not name.startswith(FIGURE)))


def unknown(written: Mapping[str, str], facts: Collection[str]) -> list[tuple[str, str]]:
    """List references to facts that are not recorded, as pairs of section and fact."""
    return [(key, name) for key, text in written.items() for name in references(text) if name not in facts]


def fill(text: str, facts: Mapping[str, Fact]) -> str:
    """Replace the references of a text by the facts, as Markdown; an unknown one is pointed out in its place."""

    def written(name: str) -> str:
        if name.startswith(FIGURE):
            return ""
        fact = facts.get(name)
        return markdown_text(fact.text if fact else f"[no recorded fact: {name}]")

    return REFERENCE.sub(lambda match: written(match[1]), text)


def stale(writeup: WriteUp, facts: Mapping[str, Fact]) -> list[Stale]:
    """List the references of a saved version whose fact changed, vanished, or comes from another run by now."""
    return [
        found
        for key, text in writeup.sections.items()
        for name in references(text)
        if (found := _changed(key, writeup.facts.get(name), facts.get(name))) is not None
    ]


def _changed(section: str, saved: Fact | None, now: Fact | None) -> Stale | None:
    if saved is None:
        return None
    if now is None:
        reason = f"{saved.title}: no longer recorded."
    elif saved.value != now.value or saved.text != now.text:
        reason = f"{saved.title}: was {saved.text}, is {now.text}."
    elif saved.run_id != now.run_id:
        reason = f"{saved.title}: run {saved.run_id} was superseded by run {now.run_id}."
    else:
        return None
    return Stale(section=section, fact=saved.id, saved=saved.text, now=now.text if now else "", reason=reason)


def _text(section: Section, stand: Standing, facts: Collection[str], loops: Mapping[str, str]) -> str:
    """Keep the sentences that have their facts, for the project's metric, with the lists in their places."""
    metric = find_metric(stand.project.problem.metric)

    def concrete(text: str) -> str:
        return text.replace("METRIC_TITLE", metric.title).replace("METRIC", metric.id)

    lines = [
        loops[sentence.text] if sentence.text in loops else concrete(sentence.text)
        for sentence in section.sentences
        if all(concrete(name) in facts for name in sentence.wanted)
        and not any(concrete(name) in facts for name in sentence.unwanted)
        and loops.get(sentence.text) != ""
    ]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


def _table(stand: Standing, facts: Mapping[str, Fact]) -> str:
    """Compare all metrics of the model with the simple one and the guess, on the rows of the headline."""
    prefix, others = ("holdout", "holdout.") if stand.opening else ("best", "")
    scores = stand.opening.result if stand.opening else stand.evaluation
    names = [entry["name"] for entry in scores.get("metrics") or ()]
    if not names:
        return ""
    lines = ["| Metric | Model | Simple model | Guess |", "|---|---|---|---|"]
    for name in names:
        wanted = (f"{prefix}.{name}", f"{others}simple.{name}", f"{others}dummy.{name}")
        cells = [f"{{{{ {one} }}}}" if one in facts else "–" for one in wanted]
        lines.append(f"| {find_metric(name).title} | {' | '.join(cells)} |")
    return "\n".join(lines)


def _found(stand: Standing, facts: Collection[str]) -> str:
    """List what the checks found in the data, worst first, as references to the findings."""
    order = list(Severity)
    severity = {finding.code: order.index(finding.severity) for finding in stand.findings}
    named = [name for name in facts if name.startswith("finding.")]
    named.sort(key=lambda name: severity.get(name.split(".")[1], len(order)))
    return "\n".join(f"- {{{{ {name} }}}}" for name in named[:MOST_FINDINGS])


def _expected(facts: Mapping[str, Fact]) -> str:
    """List what was expected of each follow-up run with what it showed, as references."""
    lines = []
    for name in facts:
        if re.fullmatch(r"hypothesis\.\d+", name):
            shown = f"**{{{{ {name}.outcome }}}}**, difference {{{{ {name}.difference }}}}"
            lines.append(f"- {{{{ {name} }}}}: {shown if f'{name}.outcome' in facts else 'not judged'}.")
    return "\n".join(["Stated before the run began, above zero is better:", "", *lines]) if lines else ""


def _log(decisions: Sequence[Decision]) -> str:
    return "\n".join(_entries(decisions[-MOST_DECISIONS:]))


def _entries(decisions: Sequence[Decision]) -> Iterator[str]:
    for decision in decisions:
        day = decision.created_at
        choice = f" {markdown_text(decision.choice)}:" if decision.choice.strip() else ""
        step = markdown_text(decision.step).capitalize()
        reason = markdown_text(decision.reason) if decision.reason.strip() else "no reason recorded"
        later = decision.reasoned_at if decision.added_later else None
        added = f"; reason added {later.day} {later:%B %Y}" if later else ""
        yield f"- **{step}.**{choice} {reason} ({day.day} {day:%B %Y}{added})"
