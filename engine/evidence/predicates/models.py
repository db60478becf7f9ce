"""Checks on the models that were compared and on the choice between them."""

from __future__ import annotations

from collections.abc import Iterable

from engine.domain.run import Run
from engine.domain.words import family_name, number
from engine.evidence.dossier import Dossier
from engine.evidence.predicates.found import Found, all_of, check, found_in, reason_found, score_found, speaks_of

CHOICES = ("promote", "family", "model")
"""Steps at which a model is chosen."""

FOREST = frozenset({"random_forest", "extra_trees"})
BOOSTING = frozenset({"lightgbm", "xgboost", "catboost"})
LINEAR = frozenset({"linear"})
NETWORK = frozenset({"network"})


@check
def baselines_recorded(dossier: Dossier) -> Found | None:
    """Require a run with a guess and a simple model beside the best."""
    for run in dossier.runs:
        dummy, simple = run.result.get("dummy"), run.result.get("simple")
        if dummy and simple:
            return found_in(run, "simple.score", f"guess {number(dummy['score'])}, simple {number(simple['score'])}")
    return None


@check
def baseline_weighed(dossier: Dossier) -> Found | None:
    """Require a model promoted with a reason, with both baselines beside it."""
    return all_of(baselines_recorded(dossier), promoted_with_reason(dossier))


@check
def promoted_with_reason(dossier: Dossier) -> Found | None:
    """Require a model that the person chose, with the reason."""
    reasons = dossier.reasons(*CHOICES)
    chosen = dossier.project.promoted is not None and dossier.run is not None and reasons
    return reason_found(reasons[0]) if chosen else None


@check
def families_compared(dossier: Dossier) -> Found | None:
    """Require at least three families on the same folds, and a choice with a reason."""
    run = next((run for run in dossier.runs if len(_families(run)) >= 3), None)
    reasons = dossier.reasons(*CHOICES)
    if run is None or not reasons:
        return None
    return all_of(found_in(run, "run.families", _names(_families(run))), reason_found(reasons[0]))


@check
def forest_and_boosting_tried(dossier: Dossier) -> Found | None:
    """Require a forest and boosting on the same folds."""
    return _tried(dossier, FOREST, BOOSTING)


@check
def forest_and_boosting_weighed(dossier: Dossier) -> Found | None:
    """Require a forest and boosting on the same folds, and a choice with a reason."""
    return all_of(forest_and_boosting_tried(dossier), promoted_with_reason(dossier))


@check
def linear_tried(dossier: Dossier) -> Found | None:
    """Require a linear model in the race."""
    return _tried(dossier, LINEAR)


@check
def linear_weighed(dossier: Dossier) -> Found | None:
    """Require a linear model in the race, and a choice with a reason that speaks of it."""
    reasons = [one for one in dossier.reasons(*CHOICES) if speaks_of(one, "linear", "simple")]
    return all_of(reason_found(reasons[0]), linear_tried(dossier)) if reasons else None


@check
def network_tried(dossier: Dossier) -> Found | None:
    """Require a small neural network in the race."""
    return _tried(dossier, NETWORK)


@check
def network_weighed(dossier: Dossier) -> Found | None:
    """Require a network and boosting in the race, and a choice with a reason that speaks of the network."""
    reasons = [one for one in dossier.reasons(*CHOICES) if speaks_of(one, "network", "neural")]
    return all_of(reason_found(reasons[0]), _tried(dossier, NETWORK, BOOSTING)) if reasons else None


@check
def regularisation_reasoned(dossier: Dossier) -> Found | None:
    """Require a reason that speaks of the learning rate or of regularisation, and a run that was searched again."""
    words = ("learning rate", "step size", "regulari", "penalt", "gradient", "converge")
    steps = (*CHOICES, "search", "train", "evaluate", "hypothesis")
    reasons = [one for one in dossier.reasons(*steps) if speaks_of(one, *words)]
    later = [run for run in dossier.runs[1:] if reasons]
    return all_of(reason_found(reasons[0]), found_in(later[0], "run.id", str(later[0].id))) if later else None


@check
def interval_recorded(dossier: Dossier) -> Found | None:
    """Require a score with its interval."""
    run = next((run for run in dossier.runs if run.result["best"].get("low") is not None), None)
    return score_found(dossier) if run else None


@check
def chosen_with_intervals(dossier: Dossier) -> Found | None:
    """Require a model chosen with a reason that speaks of ties, intervals or chance."""
    reasons = [
        one
        for one in dossier.reasons(*CHOICES)
        if speaks_of(one, "interval", "ties", "tied", "tie group", "chance", "separat", "overlap", "uncertain")
    ]
    return all_of(reason_found(reasons[0]), interval_recorded(dossier)) if reasons else None


def _tried(dossier: Dossier, *wanted: frozenset[str]) -> Found | None:
    for run in dossier.runs:
        tried = [sorted(_families(run) & names) for names in wanted]
        if all(tried):
            return found_in(run, "run.families", _names(names[0] for names in tried))
    return None


def _families(run: Run) -> set[str]:
    rows = run.result.get("leaderboard") or ()
    return {row["family"] for row in rows if row["kind"] in ("candidate", "default", "simple")}


def _names(families: Iterable[str]) -> str:
    return ", ".join(sorted(family_name(family, within=True) for family in families))
