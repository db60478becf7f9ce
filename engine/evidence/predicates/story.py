"""Checks on the explanation that was read and on the page that was written."""

from __future__ import annotations

from engine.evidence.dossier import Dossier
from engine.evidence.predicates.found import Found, all_of, check, reason_found, speaks_of
from engine.evidence.wording import FIGURE, REFERENCE, own_words


@check
def model_explained(dossier: Dossier) -> Found | None:
    """Require a model whose contributions were computed."""
    if not dossier.explained:
        return None
    return Found(fact="explain.top1", value="contributions by column", at=min(dossier.explained))


@check
def explanation_read(dossier: Dossier) -> Found | None:
    """Require something that the person concluded from the explanation, naming a column of the model."""
    names = [name.casefold() for name in dossier.project.problem.features if len(name) > 1]
    reasons = [one for one in dossier.reasons("explain") if speaks_of(one, *names)]
    return all_of(reason_found(reasons[0]), model_explained(dossier)) if reasons else None


@check
def page_in_own_words(dossier: Dossier) -> Found | None:
    """Require a write-up with at least forty distinct words that are not the draft's."""
    return _written(dossier, words=40, references=0)


@check
def page_bound_to_facts(dossier: Dossier) -> Found | None:
    """Require a write-up with at least eighty words of one's own, and numbers that are references to facts."""
    return _written(dossier, words=80, references=5)


@check
def page_with_pictures(dossier: Dossier) -> Found | None:
    """Require a write-up with two pictures and at least forty words of one's own."""
    written = dossier.written
    found = _written(dossier, words=40, references=0)
    if written is None or found is None:
        return None
    placed = {name for text in written.sections.values() for name in REFERENCE.findall(text) if name.startswith(FIGURE)}
    return found if len(placed) >= 2 else None


@check
def limits_in_own_words(dossier: Dossier) -> Found | None:
    """Require limits written in at least twenty words that are not the draft's."""
    return _section(dossier, ("limits",), 20)


@check
def uses_and_limits_written(dossier: Dossier) -> Found | None:
    """Require forty words of one's own on the limits, and twenty on the question and on whom the answer is for."""
    return all_of(_section(dossier, ("limits",), 40), _section(dossier, ("problem",), 20))


def _section(dossier: Dossier, keys: tuple[str, ...], words: int) -> Found | None:
    written = dossier.written
    if written is None:
        return None
    own = own_words({key: text for key, text in written.sections.items() if key in keys})
    if own < words:
        return None
    value = f"version {written.version}, {own} own words under {', '.join(keys)}"
    return Found(fact="writeup.version", value=value, at=written.created_at)


def _written(dossier: Dossier, *, words: int, references: int) -> Found | None:
    written = dossier.written
    if written is None:
        return None
    own = own_words(written.sections)
    linked = sum(len(REFERENCE.findall(text)) for text in written.sections.values())
    if own < words or linked < references:
        return None
    return Found(fact="writeup.version", value=f"version {written.version}, {own} own words", at=written.created_at)
