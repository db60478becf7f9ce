"""What a batch shows, as coded findings in words: each says what was found, why it matters and what to do."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from engine.data.checks.subject import Check, listed
from engine.domain.data import Finding, Severity
from engine.domain.metric import find_metric
from engine.domain.words import number, rough, share, with_interval
from engine.metrics.compare import WORSE
from engine.monitor.drift import DRIFT, EXPECTED, ColumnDrift

_COLUMNS = Check(
    code="PF-D01",
    title="Columns that the model does not know",
    why="A new column often means that the source has changed, and with it what the other columns mean.",
    advice="Ask where the column comes from. If it may help, start a newer version of the project with it.",
)
_VALUES = Check(
    code="PF-D02",
    title="Values have drifted",
    why="The model learned from other values than it is asked about now; what it learned may no longer hold there.",
    advice="Find out what has changed in the world or in how it is measured. Look at the expected or measured score "
    "before retraining: not every shift does harm.",
)
_MISSING = Check(
    code="PF-D03",
    title="The share of missing cells has changed",
    why="Missing cells are filled by a rule; where they become many, the model sees the rule instead of the value. "
    "It is often a fault in how the data are collected.",
    advice="Look for a broken source first. Retrain only if the cells will stay missing.",
)
_CATEGORIES = Check(
    code="PF-D04",
    title="Categories that were never seen",
    why="The model has learned nothing about them and treats them all alike.",
    advice="Look whether they are new things or new spellings. New things need labelled rows.",
)
_RANGE = Check(
    code="PF-D05",
    title="Values outside the range learned from",
    why="Trees give the same answer everywhere beyond the last value they saw, linear models go on in a straight line; "
    "neither knows.",
    advice="Check the unit of the column first. Treat answers for these rows as guesses.",
)
_TEXT = Check(
    code="PF-D06",
    title="Texts have become different",
    why="Words that were never seen say nothing to the model.",
    advice="Read some of the new texts: another source, another language, another subject?",
)
_APART = Check(
    code="PF-D07",
    title="New rows can be told from old ones",
    why="Columns can change together while each alone looks the same; a classifier sees that.",
    advice="Begin with the columns that tell most.",
)
_PREDICTIONS = Check(
    code="PF-D08",
    title="The answers have drifted",
    why="Other answers than before mean other inputs, whatever caused them; it shows at once and needs no labels.",
    advice="Compare the share that you act on with what was planned.",
)
_SCORE = Check(
    code="PF-D09",
    title="The score on new rows",
    why="This is what the model is for. Drift without a loss of score is harmless.",
    advice="Retrain from the champion, and promote the challenger only if it is better on rows that neither has seen.",
)
_EXPECTED = Check(
    code="PF-D10",
    title="The expected score on new rows",
    why="Labels come late; until then the rows that look like the new ones say how well the model does on them.",
    advice="Have some of the new rows labelled, those that look least like the old ones first.",
)
_TARGET = Check(
    code="PF-D11",
    title="The target has drifted",
    why="Where the share of a class or the level of a number has moved, thresholds and calibration no longer fit.",
    advice="Look at threshold and calibration again on the labelled new rows.",
)
_DATES = Check(
    code="PF-D12",
    title="Dates",
    why="New rows should come after the old ones; dates before them point at a mixed-up file.",
    advice="Check which rows were exported.",
)

_NAMES = 3


def findings(report: Mapping[str, Any], drifted: Sequence[ColumnDrift], *, added: Sequence[str]) -> list[Finding]:
    """Write all findings of a batch, in the order of their codes.

    Parameters
    ----------
    report : mapping
        What :func:`engine.monitor.report.report` has measured so far.
    drifted : sequence of ColumnDrift
    added : sequence of str
        Columns of the batch that neither the model nor the training data know.
    """
    if added:
        names = listed([repr(name) for name in added], _NAMES)
        first = _COLUMNS.tip(f"The batch has columns that the data to learn from had not: {names}.", columns=added)
    else:
        first = _COLUMNS.passed("The batch has no new columns.")
    return [
        first,
        _of_columns(_VALUES, drifted, ("values",), "The values of"),
        _of_columns(_MISSING, drifted, ("missing",), "The share of missing cells has changed in"),
        _of_columns(_CATEGORIES, drifted, ("categories",), "Categories never seen before stand in"),
        _of_columns(_RANGE, drifted, ("range",), "Values outside the range learned from stand in"),
        _of_columns(_TEXT, drifted, ("length", "words"), "Length or words have changed in"),
        _apart(report["multivariate"]),
        _moved(_PREDICTIONS, report["predictions"], "answers"),
        _score(report["performance"], report["labelled"]),
        _expected(report["expected"], report["performance"]),
        _moved(_TARGET, report["target"], "labels"),
        _dates(drifted),
    ]


def _of_columns(check: Check, drifted: Sequence[ColumnDrift], what: tuple[str, ...], begin: str) -> Finding:
    kinds = [one for one in drifted if one.kind != "datetime" or what == ("missing",)]
    found = [one for one in kinds if set(one.drifted) & set(what)]
    if not kinds:
        return check.not_applicable("There is no column of such a kind.")
    if not found:
        return check.passed("No column is beyond chance and above its limit.")
    told = [f"{one.column!r}{_effect(one, what)}" for one in found]
    ending = " have drifted." if begin.startswith("The values") else "."
    worst = max(_strength(one) for one in found)
    severity = Severity.HIGH if worst >= 5 else Severity.MEDIUM if worst >= 2 else Severity.LOW
    effects = {one.column: one.measure.effect for one in found if one.measure and one.measure.what in what}
    return check.issue(
        f"{begin} {listed(told, _NAMES)}{ending}",
        severity,
        columns=[one.column for one in found],
        measured={"effects": effects},
    )


def _effect(one: ColumnDrift, what: tuple[str, ...]) -> str:
    if one.measure is None or one.measure.what not in what:
        return ""
    known = one.measure
    value = share(known.effect) if known.scale.startswith("share") else rough(known.effect)
    return f" ({known.scale} {value}, limit {known.limit:g})"


def _strength(one: ColumnDrift) -> float:
    return one.measure.effect / one.measure.limit if one.measure else 0.0


def _apart(found: Mapping[str, Any] | None) -> Finding:
    if found is None:
        return _APART.skipped("There are fewer than 50 rows on one side.")
    auc = with_interval(found["auc"], found["low"], found["high"])
    said = f"A classifier tells new rows from old ones with ROC AUC {auc}"
    if not found["told_apart"]:
        return _APART.passed(f"{said}; 0.5 is guessing.", measured=found)
    names = [one["column"] for one in found["columns"][:_NAMES]]
    most = f" Most is told by {listed([repr(name) for name in names], _NAMES)}." if names else ""
    severity = Severity.MEDIUM if found["low"] >= 0.7 else Severity.LOW
    return _APART.issue(f"{said}; 0.5 is guessing.{most}", severity, columns=names, measured=found)


def _moved(check: Check, found: Mapping[str, Any] | None, what: str) -> Finding:
    if found is None:
        return check.not_applicable(f"There are too few {what} to compare.")
    said = f"{found['scale']} between old and new {what}: {rough(found['effect'])} (limit {found['limit']:g})"
    if found["verdict"] != DRIFT:
        return check.passed(f"{said}.", measured=found)
    return check.issue(f"The {what} have drifted. {said}.", Severity.MEDIUM, measured=found)


def _score(found: Mapping[str, Any] | None, labelled: int) -> Finding:
    if found is None:
        reason = "The batch has no labels." if not labelled else "The metric is not defined on the labelled rows."
        return _SCORE.not_applicable(reason)
    title, new, gap = find_metric(found["metric"]).title, found["new"], found["difference"]
    said = (
        f"{title} {with_interval(new['value'], new['low'], new['high'])} on {found['rows']:,} labelled new rows, "
        f"{number(found['old']['value'])} on the rows to learn from"
    )
    if not found["enough"]:
        return _SCORE.tip(f"{said}; these are too few rows to conclude anything.", measured=dict(found))
    if gap["verdict"] != WORSE:
        return _SCORE.passed(f"{said}: not worse beyond chance.", measured=dict(found))
    return _SCORE.issue(f"{said}: worse beyond chance.", Severity.HIGH, measured=dict(found))


def _expected(found: Mapping[str, Any] | None, measured: Mapping[str, Any] | None) -> Finding:
    if found is None:
        return _EXPECTED.skipped("Too few of the rows to learn from look like the new ones to estimate the score.")
    title, gap = find_metric(found["metric"]).title, found["difference"]
    said = f"Expected {title} {number(found['expected'])}, before {number(found['old'])}"
    if gap["verdict"] != WORSE:
        return _EXPECTED.passed(f"{said}: no loss beyond chance.", measured=dict(found))
    if measured is not None and measured["enough"]:
        return _EXPECTED.tip(f"{said}; the labelled rows say more.", measured=dict(found))
    return _EXPECTED.issue(f"{said}: worse beyond chance.", Severity.MEDIUM, measured=dict(found))


def _dates(drifted: Sequence[ColumnDrift]) -> Finding:
    dates = [one for one in drifted if one.kind == "datetime"]
    if not dates:
        return _DATES.not_applicable("There is no column of dates.")
    back = [one for one in dates if one.verdict == DRIFT and "values" in one.drifted]
    if back:
        names = [one.column for one in back]
        told = listed([repr(name) for name in names], _NAMES)
        return _DATES.issue(f"The new rows lie before the old ones by {told}.", Severity.MEDIUM, columns=names)
    on = [one.column for one in dates if one.verdict == EXPECTED]
    said = "The dates go on, as they should." if on else "The dates lie where the old ones do."
    return _DATES.passed(said)
