"""Checks on the data: its origin, what was found in it, how its rows are set apart."""

from __future__ import annotations

import re

from engine.domain.data import SplitKind
from engine.domain.project import Decision
from engine.domain.words import number
from engine.evidence.dossier import Dossier, distinct_words
from engine.evidence.predicates.found import (
    Found,
    all_of,
    check,
    found_in,
    reason_found,
    score_found,
    short,
    speaks_of,
)


@check
def origin_recorded(dossier: Dossier) -> Found | None:
    """Require data with its hash, source and licence, used in a run."""
    origin = dossier.origin
    if origin is None or not origin.source.strip() or not origin.licence.strip():
        return None
    licence = Found(fact="data.licence", value=short(origin.licence), at=dossier.project.created_at)
    return all_of(licence, score_found(dossier))


@check
def origin_stated(dossier: Dossier) -> Found | None:
    """Require own data whose source the person named; the name of a file is no source."""
    origin = dossier.origin
    named = origin is not None and not origin.source.startswith("own file") and bool(distinct_words(origin.source))
    return origin_recorded(dossier) if named else None


@check
def finding_answered(dossier: Dossier) -> Found | None:
    """Require a decision on something that the checks found, naming the column."""
    return next((reason_found(one) for one in _answers(dossier)), None)


@check
def findings_answered(dossier: Dossier) -> Found | None:
    """Require decisions on two different columns or findings."""
    answers = _answers(dossier)
    return reason_found(answers[1]) if len(answers) >= 2 else None


@check
def holdout_sealed(dossier: Dossier) -> Found | None:
    """Require rows sealed before the first run."""
    if dossier.split is None or not dossier.split.holdout_rows:
        return None
    value = f"{number(dossier.split.holdout_rows)} rows sealed, {dossier.split.spec.kind} split"
    sealed = Found(fact="split.holdout_rows", value=value, at=dossier.split.created_at)
    return all_of(sealed, score_found(dossier))


@check
def related_rows_split(dossier: Dossier) -> Found | None:
    """Require a split by group or time where rows are related, with a reason."""
    related = (SplitKind.GROUP, SplitKind.TIME, SplitKind.GROUP_TIME)
    reasons = dossier.reasons("split")
    spec = dossier.split.spec if dossier.split is not None else None
    kind_fits = spec is not None and (spec.kind in related or bool(spec.group_columns))
    return all_of(reason_found(reasons[0]), holdout_sealed(dossier)) if reasons and kind_fits else None


@check
def opened_once(dossier: Dossier) -> Found | None:
    """Require a hold-out that was opened a single time, after the expected score was stated."""
    if len(dossier.openings) != 1 or not dossier.openings[0].result:
        return None
    opening = dossier.openings[0]
    value = f"expected {number(opening.expected)}"
    return Found(fact="holdout.expected", value=value, at=opening.opened_at, run_id=opening.run_id)


@check
def five_folds(dossier: Dossier) -> Found | None:
    """Require a run that was scored on at least five folds."""
    run = dossier.run
    if run is None or dossier.split is None or dossier.split.spec.folds < 5:
        return None
    return found_in(dossier.runs[0], "split.folds", f"{dossier.split.spec.folds} folds")


@check
def folds_reasoned(dossier: Dossier) -> Found | None:
    """Require a reason for the scheme of the folds."""
    reasons = [one for one in dossier.reasons("folds", "split", "validation") if speaks_of(one, "fold")]
    return all_of(reason_found(reasons[0]), five_folds(dossier)) if reasons else None


def _answers(dossier: Dossier) -> list[Decision]:
    """Find decisions about the data that each name something found which no earlier one named."""
    open_names = {name.casefold() for finding in dossier.findings for name in (finding.code, *finding.columns)}
    answers = []
    for decision in dossier.reasons("data", "check", "clean", "drop", "target", "prepare"):
        text = f"{decision.choice} {decision.reason}".casefold()
        named = {name for name in open_names if re.search(rf"(?<!\w){re.escape(name)}(?!\w)", text)}
        if named:
            answers.append(decision)
            open_names -= named
    return answers
