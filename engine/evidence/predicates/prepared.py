"""Checks on the recipe: what was changed in the data, and whether the effect was measured on the same folds."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine.domain.intake import Measure
from engine.evidence.dossier import Dossier
from engine.evidence.predicates.found import Found, all_of, check, reason_found, short, speaks_of

CLEANING = frozenset(
    {
        "drop_duplicates",
        "missing_words",
        "replace",
        "tidy_text",
        "to_number",
        "to_date",
        "convert_unit",
        "limit",
        "impute",
        "winsorise",
    }
)
ENCODING = frozenset({"scale", "encode", "group_rare"})
FEATURES = frozenset({"expression", "date_parts", "ratio", "product", "bin", "text"})
TEXT = frozenset({"text"})

STEPS = ("prepare", "data", "clean", "recipe", "hypothesis", "features")
"""Steps at which a change of the recipe is reasoned."""


@check
def effect_measured(dossier: Dossier) -> Found | None:
    """Require a change of the recipe whose effect was measured on the same folds."""
    found = dossier.workshop.measures
    return _measured(found[0]) if found else None


@check
def effect_expected(dossier: Dossier) -> Found | None:
    """Require an expectation that was written down before the effect was measured or the run was asked for."""
    for reason in dossier.reasons("hypothesis"):
        later = [one for one in dossier.workshop.measures if one.created_at >= reason.created_at]
        if later:
            return all_of(reason_found(reason), _measured(later[0]))
        run = next((one for one in dossier.runs[1:] if reason.run_id == one.id), None)
        if run is not None and run.finished_at is not None:
            return all_of(reason_found(reason), Found(fact="run.id", value=str(run.id), at=run.finished_at))
    return None


@check
def cleaning_measured(dossier: Dossier) -> Found | None:
    """Require a step of cleaning whose effect was measured."""
    return _first(dossier, CLEANING)


@check
def cleaning_compared(dossier: Dossier) -> Found | None:
    """Require a measured step of cleaning, and a reason that names one of its columns."""
    return _reasoned(dossier, CLEANING)


@check
def encoding_measured(dossier: Dossier) -> Found | None:
    """Require scaling, encoding or grouping whose effect was measured."""
    return _first(dossier, ENCODING)


@check
def encoding_compared(dossier: Dossier) -> Found | None:
    """Require measured scaling, encoding or grouping, and a reason that names one of its columns."""
    return _reasoned(dossier, ENCODING)


@check
def feature_measured(dossier: Dossier) -> Found | None:
    """Require a feature whose effect was measured."""
    return _first(dossier, FEATURES)


@check
def three_features_compared(dossier: Dossier) -> Found | None:
    """Require three different features, each measured, and a reason that names a column of one."""
    made = {
        repr(sorted(step.items(), key=str))
        for one in dossier.workshop.measures
        for step in _changed(one)
        if step["kind"] in FEATURES
    }
    return _reasoned(dossier, FEATURES) if len(made) >= 3 else None


@check
def text_measured(dossier: Dossier) -> Found | None:
    """Require features made of a text column, with their effect measured."""
    return _first(dossier, TEXT)


@check
def text_compared(dossier: Dossier) -> Found | None:
    """Require two ways of turning a text into features, both measured, and a reason that names the column."""
    ways = {
        str(sorted(step["options"].items()))
        for one in dossier.workshop.measures
        for step in _changed(one)
        if step["kind"] in TEXT
    }
    return _reasoned(dossier, TEXT) if len(ways) >= 2 else None


def _measured(one: Measure) -> Found:
    return Found(fact="recipe.effect", value=short(one.subject), at=one.created_at, run_id=one.run_id)


def _first(dossier: Dossier, kinds: frozenset[str]) -> Found | None:
    for one in dossier.workshop.measures:
        if any(step["kind"] in kinds for step in _changed(one)):
            return _measured(one)
    return None


def _reasoned(dossier: Dossier, kinds: frozenset[str]) -> Found | None:
    for one in dossier.workshop.measures:
        steps = [step for step in _changed(one) if step["kind"] in kinds]
        names = [str(name).casefold() for step in steps for name in step.get("columns", ())]
        for reason in dossier.reasons(*STEPS) if names else ():
            if speaks_of(reason, *names):
                return all_of(reason_found(reason), _measured(one))
    return None


def _changed(one: Measure) -> list[Mapping[str, Any]]:
    """List the steps that stand in one of the two recipes alone; why and by which finding makes no difference."""
    before, after = (
        [{key: step.get(key) for key in ("kind", "columns", "options")} for step in side.get("steps", ())]
        for side in (one.before, one.after)
    )
    return [step for step in after if step not in before] + [step for step in before if step not in after]
