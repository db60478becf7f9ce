"""Checks on what was done with columns, rows, newer data and other tools."""

from __future__ import annotations

from engine.domain.data import SplitKind
from engine.domain.fact import Trust
from engine.domain.project import Decision
from engine.domain.run import RunKind
from engine.evidence.dossier import FEWEST_WORDS, Dossier, distinct_words
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

LOOKED = (
    "data",
    "explore",
    "explain",
    "evaluate",
    "prepare",
    "target",
    "hypothesis",
    "metric",
    "fairness",
    "threshold",
)
"""Steps at which something that was seen in the data or the results is written down."""

METRIC_WORDS = ("accura", "precision", "recall", "f1", "roc", "auc", "log loss", "brier", "rmse", "mae", "error", "r²")
_OVERFIT = ("overfit", "underfit", "regulari", "penalt", "gap", "learning rate", "learning curve", "complex")
_DEEP = ("tensorflow", "keras", "pytorch", "torch", "jax")


@check
def expert_asked(dossier: Dossier) -> Found | None:
    """Require a question for somebody who knows the field, in a sentence."""
    shop = dossier.workshop
    asked = [one for one, _ in shop.notes.questions if len(distinct_words(one)) >= FEWEST_WORDS]
    if not asked or shop.noted_at is None:
        return None
    return Found(fact="data.questions", value=short(asked[0]), at=shop.noted_at)


@check
def columns_described(dossier: Dossier) -> Found | None:
    """Require that at least half of the columns in use are described, each in two words or more."""
    shop, features = dossier.workshop, dossier.project.problem.features
    told = [name for name in features if len(distinct_words(shop.notes.dictionary.get(name, ""))) >= 2]
    if shop.noted_at is None or not told or 2 * len(told) < len(features):
        return None
    return Found(fact="data.dictionary", value=f"{len(told)} of {len(features)} columns described", at=shop.noted_at)


@check
def column_noted(dossier: Dossier) -> Found | None:
    """Require something that was seen in a column, written down."""
    return next((reason_found(one) for one in _noted(dossier)), None)


@check
def three_columns_noted(dossier: Dossier) -> Found | None:
    """Require three things that were seen, each in a column of its own, with the hold-out still sealed."""
    noted = _noted(dossier)
    opened = dossier.openings[0].opened_at if dossier.openings else None
    in_time = [one for one in noted if opened is None or one.created_at <= opened]
    return reason_found(in_time[2]) if len(in_time) >= 3 else None


@check
def leak_answered(dossier: Dossier) -> Found | None:
    """Require a suspected leak that was answered with a reason."""
    for one in dossier.workshop.acceptances:
        if one.code.startswith("PF-L") and len(distinct_words(one.reason)) >= FEWEST_WORDS:
            return Found(fact=f"accepted.{one.code}", value=short(one.reason), at=one.created_at)
    suspects = {name.casefold() for one in dossier.findings if one.code.startswith("PF-L") for name in one.columns}
    reasons = [one for one in dossier.reasons(*LOOKED, "drop", "check") if suspects and speaks_of(one, *suspects)]
    return reason_found(reasons[0]) if reasons else None


@check
def leaks_settled(dossier: Dossier) -> Found | None:
    """Require that no suspected leak is unanswered, and a reason that speaks of what is known when."""
    accepted = {(one.code, tuple(one.columns)) for one in dossier.workshop.acceptances}
    used = set(dossier.project.problem.features)
    unanswered = [
        one
        for one in dossier.findings
        if one.code.startswith("PF-L") and (one.code, tuple(one.columns)) not in accepted and used & set(one.columns)
    ]
    reasons = [one for one in dossier.reasons(*LOOKED, "split", "drop") if speaks_of(one, "leak", "known", "before")]
    return all_of(reason_found(reasons[0]), score_found(dossier)) if reasons and not unanswered else None


@check
def time_split(dossier: Dossier) -> Found | None:
    """Require a run on rows that were split by time."""
    split = dossier.split
    if split is None or split.spec.kind not in (SplitKind.TIME, SplitKind.GROUP_TIME):
        return None
    sealed = Found(fact="split.kind", value=f"{split.spec.kind} split", at=split.created_at)
    return all_of(sealed, score_found(dossier))


@check
def time_reasoned(dossier: Dossier) -> Found | None:
    """Require a run on rows that were split by time, and a reason for it."""
    reasons = [one for one in dossier.reasons("split", "folds") if speaks_of(one, "time", "date", "later", "future")]
    return all_of(reason_found(reasons[0]), time_split(dossier)) if reasons else None


@check
def ten_rows_tagged(dossier: Dossier) -> Found | None:
    """Require ten rows that were looked at one by one and tagged."""
    return _tagged(dossier, 10)


@check
def errors_acted_on(dossier: Dossier) -> Found | None:
    """Require twenty tagged rows, and a reason that says what follows from the errors."""
    words = ("error", "slice", "segment", "wrong", "miss", "fail", "worst", "group")
    reasons = [one for one in dossier.reasons(*LOOKED, "search", "family") if speaks_of(one, *words)]
    return all_of(reason_found(reasons[0]), _tagged(dossier, 20)) if reasons else None


@check
def groups_compared(dossier: Dossier) -> Found | None:
    """Require a column marked as sensitive, and a diagnosis that compared its groups."""
    marked = min(dossier.workshop.sensitive.values(), default=None)
    jobs = [one for one in dossier.workshop.jobs(RunKind.DIAGNOSE) if marked and one.created_at >= marked]
    name = next(iter(dossier.workshop.sensitive), "")
    return found_in(jobs[0], "fairness.column", name) if jobs else None


@check
def groups_judged(dossier: Dossier) -> Found | None:
    """Require groups that were compared, and a reason that names the sensitive column."""
    names = [name.casefold() for name in dossier.workshop.sensitive]
    reasons = [one for one in dossier.reasons(*LOOKED, "promote") if names and speaks_of(one, *names)]
    return all_of(reason_found(reasons[0]), groups_compared(dossier)) if reasons else None


@check
def fit_diagnosed(dossier: Dossier) -> Found | None:
    """Require a diagnosis of over- and underfit."""
    jobs = dossier.workshop.jobs(RunKind.DIAGNOSE)
    return found_in(jobs[0], "diagnosis.findings", f"{jobs[0].result.get('findings', 0)} findings") if jobs else None


@check
def diagnosis_acted_on(dossier: Dossier) -> Found | None:
    """Require a run after a diagnosis, and a reason that speaks of the fit."""
    jobs = dossier.workshop.jobs(RunKind.DIAGNOSE)
    steps = (*LOOKED, "search", "family", "promote", "train")
    for reason in dossier.reasons(*steps) if jobs else ():
        later = [run for run in dossier.runs if run.created_at >= jobs[0].created_at]
        if later and reason.created_at >= jobs[0].created_at and speaks_of(reason, *_OVERFIT):
            return all_of(reason_found(reason), score_found(dossier), found_in(later[0], "run.id", str(later[0].id)))
    return None


@check
def metric_read(dossier: Dossier) -> Found | None:
    """Require something read from a measure of quality, written down."""
    return _measures_named(dossier, 1)


@check
def two_metrics_weighed(dossier: Dossier) -> Found | None:
    """Require a reason that weighs two measures of quality against each other."""
    return _measures_named(dossier, 2)


@check
def calibration_read(dossier: Dossier) -> Found | None:
    """Require something read from the curve of calibration of a classifier, written down."""
    reasons = [
        one
        for one in dossier.reasons("evaluate", "threshold", "promote", "metric", "explain")
        if speaks_of(one, "calibrat", "brier", "too sure", "too confident", "overconfident")
    ]
    fits = bool(dossier.project.problem.classes)
    return all_of(reason_found(reasons[0]), score_found(dossier)) if reasons and fits else None


@check
def drift_recorded(dossier: Dossier) -> Found | None:
    """Require newer data of an earlier project, with what is different in it, and a run on it."""
    if not dossier.project.newer_than or not dossier.project.changes:
        return None
    value = f"newer data than {dossier.project.newer_than}"
    return all_of(Found(fact="data.changes", value=value, at=dossier.project.created_at), score_found(dossier))


@check
def drift_judged(dossier: Dossier) -> Found | None:
    """Require newer data, and a reason that speaks of what changed."""
    words = ("drift", "change", "newer", "older", "shift")
    reasons = [one for one in dossier.reasons(*LOOKED, "watch") if speaks_of(one, *words)]
    return all_of(reason_found(reasons[0]), drift_recorded(dossier)) if reasons else None


@check
def kept_or_replaced(dossier: Dossier) -> Found | None:
    """Require a model fitted on newer data, and a reason for keeping or replacing the older one."""
    reasons = [
        one
        for one in dossier.reasons("promote", "close", "watch")
        if speaks_of(one, "newer", "older", "retrain", "replace", "keep")
    ]
    return all_of(reason_found(reasons[0]), drift_recorded(dossier)) if reasons else None


@check
def spark_search(dossier: Dossier) -> Found | None:
    """Require a search whose trials ran on Spark."""
    run = next((run for run in dossier.runs if run.params.get("engine") == "spark"), None)
    return found_in(run, "run.engine", f"Spark, {run.params.get('workers', 1)} workers") if run else None


@check
def spark_reasoned(dossier: Dossier) -> Found | None:
    """Require a search on Spark, and a reason for it."""
    reasons = [one for one in dossier.reasons("search", "train", "budget", "family") if speaks_of(one, "spark")]
    return all_of(reason_found(reasons[0]), spark_search(dossier)) if reasons else None


@check
def r_scored(dossier: Dossier) -> Found | None:
    """Require predictions that were made in R and scored on the sealed rows."""
    return _scored_elsewhere(dossier, ("r", "rstats", "r language"))


@check
def deep_scored(dossier: Dossier) -> Found | None:
    """Require predictions of a deep learning framework that were scored on the sealed rows."""
    return _scored_elsewhere(dossier, _DEEP)


def _noted(dossier: Dossier) -> list[Decision]:
    """Find reasons that each name a column which no earlier one named, where the person and not a button wrote it."""
    open_names = {name.casefold() for name in dossier.project.problem.features if len(name) > 1}
    found = []
    for reason in dossier.reasons(*LOOKED):
        own = f" {reason.reason.casefold()} "
        named = {name for name in open_names if f" {name} " in own.translate(_APART)}
        if named:
            found.append(reason)
            open_names -= named
    return found


_APART = str.maketrans(dict.fromkeys(",.;:!?()[]“”\"'`/", " "))


def _tagged(dossier: Dossier, fewest: int) -> Found | None:
    moments = sorted(dossier.workshop.tagged.values())
    if len(moments) < fewest:
        return None
    return Found(fact="rows.tagged", value=f"{len(moments)} rows tagged", at=moments[fewest - 1])


def _measures_named(dossier: Dossier, fewest: int) -> Found | None:
    for reason in dossier.reasons("evaluate", "metric", "threshold", "promote", "explain", "close"):
        text = reason.reason.casefold()
        if sum(word in text for word in METRIC_WORDS) >= fewest:
            return all_of(reason_found(reason), score_found(dossier))
    return None


def _scored_elsewhere(dossier: Dossier, languages: tuple[str, ...]) -> Found | None:
    opened = [one for one in dossier.openings if one.result]
    for one in dossier.workshop.submissions:
        named = one.language.strip().casefold()
        later = [opening for opening in opened if opening.opened_at >= one.created_at]
        if later and any(named == name or named.startswith(f"{name} ") for name in languages):
            return Found(
                fact="submission.language",
                value=short(f"{one.language}: {one.name}"),
                at=later[0].opened_at,
                run_id=later[0].run_id,
                trust=Trust.IMPORTED,
            )
    return None
