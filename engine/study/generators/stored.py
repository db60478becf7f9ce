"""From what the store holds of a run to the values that questions are made of."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from engine.study.generators.values import RunValues


def values_of(
    run: int,
    project: str,
    result: Mapping[str, Any],
    report: Mapping[str, Any],
    *,
    profile: Mapping[str, Any] | None = None,
    curve: Mapping[str, Any] | None = None,
    opening: Mapping[str, Any] | None = None,
    expected: float | None = None,
    explained: Mapping[str, Any] | None = None,
    costs: Sequence[Sequence[float]] = (),
    thresholds: Sequence[tuple[float, int, int]] = (),
) -> RunValues:
    """Gather the values of one run.

    Parameters
    ----------
    run : int
    project : str
        Title of the project.
    result : mapping
        The stored result of the training run: ``metric``, ``trials`` and ``best`` (``score``, ``corrected``).
    report : mapping
        The stored evaluation of its model.
    profile : mapping, optional
        The payload of :func:`engine.data.profile.profile`; its counts of missing values are of the whole table.
    curve : mapping, optional
        The stored learning curve; its last point holds the scores at the full size.
    opening : mapping, optional
        The stored result of opening the hold-out.
    expected : float, optional
        What was expected of the hold-out.
    explained : mapping, optional
        One explained row.
    costs, thresholds
        See :class:`RunValues`.
    """
    best = result.get("best") or {}
    points = (curve or {}).get("points") or [{}]
    return RunValues(
        run=run,
        project=project,
        metric=result["metric"],
        report=report,
        best=best.get("score"),
        corrected=best.get("corrected"),
        train=points[-1].get("train"),
        validation=points[-1].get("validation"),
        trials=int(result.get("trials") or 0),
        folds=len(report.get("folds") or ()),
        costs=costs,
        columns=_gaps(profile) if profile else {},
        thresholds=thresholds,
        holdout=_holdout(opening, result["metric"], expected) if opening else {},
        explained=explained or {},
    )


def _gaps(profile: Mapping[str, Any]) -> dict[str, tuple[int, int]]:
    rows = int(profile["of"])
    return {str(one["name"]): (int(one["missing"]), rows) for one in profile["columns"]}


def _holdout(opening: Mapping[str, Any], metric: str, expected: float | None) -> dict[str, float | None]:
    found = next((one for one in opening.get("metrics", ()) if one["name"] == metric), None)
    if found is None:
        return {}
    return {"expected": expected, "value": found["value"], "low": found.get("low"), "high": found.get("high")}
