"""Checks on searches: how far they went, what was changed between them, whether they repeat."""

from __future__ import annotations

from typing import Any

from engine.domain.run import Run
from engine.domain.words import number
from engine.evidence.dossier import Dossier, changed_settings, setting
from engine.evidence.predicates.found import Found, all_of, check, found_in, reason_found


@check
def ten_trials(dossier: Dossier) -> Found | None:
    """Require a search of at least ten trials."""
    return _searched(dossier, 10)


@check
def twenty_trials(dossier: Dossier) -> Found | None:
    """Require a search of at least twenty trials."""
    return _searched(dossier, 20)


@check
def search_changed(dossier: Dossier) -> Found | None:
    """Require a second search with other families or another budget, and the reason for it."""
    reasons = dossier.reasons("search", "family", "budget", "train")
    for _, after in changed_settings(dossier.runs):
        reason = next((one for one in reasons if one.run_id == after.id or one.created_at <= after.created_at), None)
        if reason is not None:
            return all_of(
                found_in(after, "run.trials", f"{number(int(after.result['trials']))} trials"), reason_found(reason)
            )
    return None


@check
def three_experiments(dossier: Dossier) -> Found | None:
    """Require three runs that differ in more than their seed; the same one again counts once."""
    return _experiments(dossier, 3)


@check
def five_reasoned_experiments(dossier: Dossier) -> Found | None:
    """Require five different runs, and a reason of its own for each but the first."""
    reasons = dossier.reasons("search", "family", "budget", "train", "hypothesis", "promote")
    return all_of(_experiments(dossier, 5), reason_found(reasons[3])) if len(reasons) >= 4 else None


@check
def same_score_again(dossier: Dossier) -> Found | None:
    """Require a search that was repeated with the same seed and trials, and gave the same score to the last digit."""
    seen: dict[tuple[Any, ...], float] = {}
    for run in dossier.runs:
        if run.params.get("trials") is None:
            continue
        key, score = (*setting(run), run.result.get("seed")), float(run.result["best"]["score"])
        if seen.get(key) == score:
            return found_in(run, "best.score", f"{number(score)} again")
        seen.setdefault(key, score)
    return None


def _searched(dossier: Dossier, fewest: int) -> Found | None:
    for run in dossier.runs:
        if int(run.result.get("trials") or 0) >= fewest:
            return found_in(run, "run.trials", f"{number(int(run.result['trials']))} trials")
    return None


def _experiments(dossier: Dossier, fewest: int) -> Found | None:
    seen: dict[tuple[str, ...], Run] = {}
    for run in dossier.runs:
        seen.setdefault(setting(run), run)
    if len(seen) < fewest:
        return None
    return found_in(list(seen.values())[fewest - 1], "run.id", f"{len(seen)} different runs")
