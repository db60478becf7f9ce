"""Facts that were measured: scores with their intervals, differences, verdicts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from engine.domain.fact import Fact
from engine.domain.metric import find_metric
from engine.domain.project import Where
from engine.domain.run import Run, Trial, TrialKind
from engine.domain.words import family_name, number, share, with_interval
from engine.evidence.standing import Standing

Payload = Mapping[str, Any]

_OTHERS = {"simple": "the simple model", "dummy": "a guess without features"}

# Repeated here because loading the families themselves loads every machine-learning library.


def counted(id_: str, title: str, value: int, run_id: int | None = None) -> Fact:
    """Make a fact of a count."""
    return Fact(id=id_, title=title, value=value, text=number(value), run_id=run_id)


def worded(id_: str, title: str, value: str, shown: str = "", run_id: int | None = None) -> Iterator[Fact]:
    """Make a fact of a text, if there is any."""
    if value.strip():
        yield Fact(id=id_, title=title, value=value, text=shown or " ".join(value.split()), run_id=run_id)


def scored(id_: str, whose: str, entry: Payload, run_id: int, *, n: int | None = None, method: str = "") -> Fact:
    """Make a fact of a score: ``name``, ``value``, ``low`` and ``high`` of ``entry``."""
    value, low, high = (None if entry.get(key) is None else float(entry[key]) for key in ("value", "low", "high"))
    assert value is not None
    return Fact(
        id=id_,
        title=f"{find_metric(entry['name']).title} {whose}",
        value=value,
        text=with_interval(value, low, high),
        low=low,
        high=high,
        metric=entry["name"],
        n=n,
        method=method,
        run_id=run_id,
    )


def scores(stand: Standing) -> Iterator[Fact]:
    """Give the scores of the model that counts and of both baselines, out of fold."""
    run, trial, evaluation = stand.run, stand.trial, stand.evaluation
    if run is None or trial is None:
        return
    n, method = evaluation.get("rows"), evaluation.get("method", "")
    metric = stand.searched_by
    yield from worded(
        "best.family", "Family of the model", trial.family, family_name(trial.family, within=True), run.id
    )
    if trial.kind is TrialKind.SIMPLE:
        yield from worded("best.is_simple", "The model is the simple one itself", "yes", run_id=run.id)
    members = [
        f"{share(float(m['weight']))} {family_name(m['family'], within=True)}" for m in trial.config.get("members", ())
    ]
    yield from worded("best.members", "What the ensemble is made of", ", ".join(members), run_id=run.id)
    if trial.score is not None:
        entry: dict[str, Any] = {"name": metric, "value": trial.score, "low": trial.low, "high": trial.high}
        yield scored("best.score", "of the model, out of fold", entry, run.id, n=n, method=method)
    corrected = _corrected(run, trial)
    if corrected is not None:
        entry = {"name": metric, "value": corrected}
        yield scored("best.corrected", "corrected for choosing the best trial", entry, run.id, n=n)
    if n is not None:
        yield counted("best.rows", "Rows scored out of fold", int(n), run.id)
    for entry in evaluation.get("metrics", ()):
        yield scored(f"best.{entry['name']}", "of the model, out of fold", entry, run.id, n=n, method=method)
    for key, whose in _OTHERS.items():
        for entry in (evaluation.get("baselines") or {}).get(key) or ():
            yield scored(f"{key}.{entry['name']}", f"of {whose}, out of fold", entry, run.id, n=n, method=method)


def _corrected(run: Run, trial: Trial) -> float | None:
    """Find the score corrected for how the model was chosen: of the best among all, of others in their family."""
    best = run.result.get("best") or {}
    if best.get("trial") == trial.id:
        return best.get("corrected")
    # The simple model was not chosen: it stood there before anything was seen.
    rows = (row for row in run.result.get("leaderboard") or () if row["kind"] != TrialKind.SIMPLE)
    return next((row.get("outer") for row in rows if row["trial"] == trial.id), None)


def differences(stand: Standing) -> Iterator[Fact]:
    """Give how much better the model is than each baseline, in the project's metric, on both kinds of rows."""
    if stand.run is not None:
        yield from _gains(
            stand, "difference", "out of fold", stand.evaluation, stand.evaluation.get("rows"), stand.run.id
        )
    if stand.opening is not None:
        result = stand.opening.result
        yield from _gains(stand, "holdout.difference", "on the hold-out", result, result.get("n"), stand.opening.run_id)


def _gains(stand: Standing, prefix: str, where: str, scores: Payload, n: int | None, run_id: int) -> Iterator[Fact]:
    for found in scores.get("differences") or ():
        if found["metric"] != stand.project.problem.metric or found["against"] not in _OTHERS:
            continue
        id_, whose = f"{prefix}.{found['against']}", f"gained over {_OTHERS[found['against']]}, {where}"
        entry = {"name": found["metric"], **{key: found.get(key) for key in ("value", "low", "high")}}
        yield scored(id_, whose, entry, run_id, n=n, method=scores.get("method", ""))
        yield from worded(f"{id_}.verdict", f"Verdict on what is {whose}", str(found.get("verdict") or ""), "", run_id)


def spread(stand: Standing) -> Iterator[Fact]:
    """Give what the limits quote: the spread over the folds, the calibration error."""
    if stand.run is None:
        return
    run_id, metric = stand.run.id, stand.searched_by
    values = [fold["value"] for fold in stand.evaluation.get("folds") or () if fold.get("value") is not None]
    if len(values) > 1:
        yield scored("folds.low", "of the lowest fold", {"name": metric, "value": min(values)}, run_id)
        yield scored("folds.high", "of the highest fold", {"name": metric, "value": max(values)}, run_id)
    errors = [curve["ece"] for curve in stand.evaluation.get("calibration") or () if curve.get("ece") is not None]
    if errors:
        yield Fact(
            id="calibration.ece",
            title="Calibration error: mean gap between probability and share",
            value=max(errors),
            text=number(float(max(errors))),
            n=stand.evaluation.get("rows"),
            run_id=run_id,
        )


def holdout(stand: Standing) -> Iterator[Fact]:
    """Give what the hold-out showed; before it was opened only that it was opened no time yet."""
    if stand.split.holdout_rows:
        yield counted("holdout.openings", "Openings of the hold-out", len(stand.openings))
    if len(stand.openings) > 1:
        yield from worded("holdout.repeated", "The hold-out was opened more than once", "yes")
    opening = stand.opening
    if opening is None:
        return
    result, run_id = opening.result, opening.run_id
    n, method = result.get("n"), result.get("method", "")
    expected = {"name": opening.metric, "value": opening.expected}
    yield scored("holdout.expected", "expected before the hold-out was opened", expected, run_id)
    day = opening.opened_at
    shown = f"{day.day} {day:%B %Y}"
    yield from worded("holdout.opened", "When the hold-out was opened", day.date().isoformat(), shown, run_id)
    yield from worded("holdout.verdict", "Verdict on the hold-out", str(result.get("verdict") or ""), "", run_id)
    if n is not None:
        yield counted("holdout.rows", "Rows scored on the hold-out", int(n), run_id)
    for entry in result["metrics"]:
        yield scored(f"holdout.{entry['name']}", "of the model, on the hold-out", entry, run_id, n=n, method=method)
    for key, stored in (("simple", "simple"), ("dummy", "baseline")):
        for entry in result.get(stored) or ():
            id_, whose = f"holdout.{key}.{entry['name']}", f"of {_OTHERS[key]}, on the hold-out"
            yield scored(id_, whose, entry, run_id, n=n, method=method)


def criteria(stand: Standing) -> Iterator[Fact]:
    """Give each success criterion, and its verdict once it was judged where the brief says."""
    on_holdout = stand.brief.judged_on is Where.HOLDOUT
    judged: Sequence[Payload] = stand.evaluation.get("criteria") or ()
    run_id = stand.run.id if stand.run else None
    if on_holdout:
        judged = stand.opening.result.get("criteria") or () if stand.opening else ()
        run_id = stand.opening.run_id if stand.opening else None
    for place, criterion in enumerate(stand.brief.criteria, start=1):
        bound = "at least" if criterion.at_least else "at most"
        shown = f"{find_metric(criterion.metric).title} {bound} {criterion.threshold:g}"
        yield from worded(f"criterion.{place}", f"Success criterion {place}", str(criterion), shown)
        # A verdict on a threshold that was moved since is no verdict on this one.
        same = (one for one in judged if (one["metric"], one["threshold"]) == (criterion.metric, criterion.threshold))
        found = next(same, None)
        if found is not None:
            title = f"Verdict on success criterion {place}"
            yield from worded(f"criterion.{place}.verdict", title, str(found["verdict"]), "", run_id)
