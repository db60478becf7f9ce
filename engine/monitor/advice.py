"""Whether to retrain, from the evidence alone."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine.domain.metric import find_metric
from engine.domain.watch import Advice
from engine.domain.words import number, with_interval
from engine.metrics.compare import BETTER, WORSE

_HEADLINES = {
    Advice.KEEP: "Yes: the model is still good.",
    Advice.LABEL: "It may have become worse: collect labels to find out.",
    Advice.RETRAIN: "No: it has become worse. Retrain it.",
    Advice.UNSURE: "It cannot be told yet.",
}


def advise(
    *,
    drifted: int,
    columns: int,
    told_apart: bool | None,
    performance: Mapping[str, Any] | None,
    expected: Mapping[str, Any] | None,
    matters: float | None = None,
) -> dict[str, Any]:
    """Say whether to keep the model, to collect labels or to retrain, and why.

    Labels decide where there are enough of them: drift that does not cost score is no reason to retrain. Without
    them the expected score decides, and it can only ask for labels.

    Parameters
    ----------
    drifted, columns : int
        How many of how many columns have drifted.
    told_apart : bool or None
        Whether a classifier tells old from new rows; ``None`` where it was not tried.
    performance, expected : mapping or None
        As :mod:`engine.monitor.performance` gives them.
    matters : float, optional
        Smallest difference in the metric that would change the decision.

    Returns
    -------
    dict
        ``advice headline reason``.
    """
    if performance is not None and performance["enough"]:
        choice, reason = _by_labels(performance, matters)
        if drifted:
            reason += f" {_columns(drifted, columns)} drifted; " + (
                "that may be why." if choice is Advice.RETRAIN else "the score does not suffer from it."
            )
    elif expected is not None:
        choice, reason = _by_expectation(expected, matters, drifted, columns)
    elif drifted or told_apart:
        choice = Advice.LABEL
        reason = (
            f"{_columns(drifted, columns)} drifted, and what this does to the score cannot be estimated from the rows "
            "that the model learned from: too few of them look like the new ones."
        )
    elif told_apart is None:
        choice, reason = Advice.UNSURE, "There are too few rows to tell old from new, and no labels to score."
    else:
        choice, reason = Advice.KEEP, "The new rows look like those that the model learned from."
    return {"advice": str(choice), "headline": _HEADLINES[choice], "reason": reason}


def _by_labels(found: Mapping[str, Any], matters: float | None) -> tuple[Advice, str]:
    title = find_metric(found["metric"]).title
    new, old, gap = found["new"], found["old"], found["difference"]
    said = (
        f"{title} on {found['rows']:,} labelled new rows: "
        f"{with_interval(new['value'], new['low'], new['high'])}, on the rows to learn from {number(old['value'])}."
    )
    if gap["verdict"] != WORSE:
        word = "better beyond chance" if gap["verdict"] == BETTER else "no worse than chance explains"
        return Advice.KEEP, f"{said} That is {word}."
    if matters is not None and -gap["value"] < matters:
        return Advice.KEEP, f"{said} That is worse, but by less than the {number(matters)} that matter by the brief."
    return Advice.RETRAIN, f"{said} That is worse beyond chance."


def _by_expectation(found: Mapping[str, Any], matters: float | None, drifted: int, columns: int) -> tuple[Advice, str]:
    title, gap = find_metric(found["metric"]).title, found["difference"]
    said = f"Expected {title} on the new rows: {number(found['expected'])}, against {number(found['old'])} before."
    if gap["verdict"] == WORSE and not (matters is not None and -gap["value"] < matters):
        return Advice.LABEL, f"{said} That is worse beyond chance; only labels show whether it is so."
    small = "though worse, less than what matters by the brief" if gap["verdict"] == WORSE else "no loss beyond chance"
    moved = f" {_columns(drifted, columns)} drifted, harmlessly by this estimate." if drifted else ""
    return Advice.KEEP, f"{said} That is {small}.{moved}"


def _columns(drifted: int, columns: int) -> str:
    return f"{drifted:,} of {columns:,} columns" if drifted else "No single column has"
