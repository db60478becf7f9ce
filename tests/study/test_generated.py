"""Questions from own runs: true to the stored values, by other means than theirs, and silent where there are none."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import accuracy_score, f1_score, mean_absolute_error, precision_score, recall_score

from engine.domain.data import Problem
from engine.domain.project import Brief
from engine.domain.task import Task
from engine.errors import InputError
from engine.evaluate.report import evaluate
from engine.study.generated import GENERATORS, again, of_run, of_runs
from engine.study.generators.stored import values_of
from engine.study.generators.values import RunValues
from engine.study.marking import mark
from engine.study.questions import Question

COSTS = ((0.0, 2.0), (30.0, 0.0))


def folds_of(rows: int, count: int) -> list[tuple[np.ndarray, np.ndarray]]:
    parts = np.array_split(np.arange(rows), count)
    return [(np.setdiff1d(np.arange(rows), part), part) for part in parts]


def classification() -> tuple[np.ndarray, np.ndarray, RunValues]:
    rng = np.random.default_rng(3)
    y = (rng.random(200) < 0.3).astype(int)
    p = np.clip(0.3 + 0.35 * (y - 0.3) + rng.normal(0, 0.18, 200), 0.01, 0.99)
    pred, dummy = np.column_stack([1 - p, p]), np.tile([0.7, 0.3], (200, 1))
    of = Problem(target="left", task=Task.BINARY, metric="log_loss", features=(), kinds={}, classes=("no", "yes"))
    report = evaluate(y, {"best": pred, "dummy": dummy}, of, folds_of(200, 5), Brief(), resamples=60)
    thresholds = [
        (at, int(((p < at) & (y == 1)).sum()), int(((p >= at) & (y == 0)).sum())) for at in (0.1, 0.25, 0.4, 0.6)
    ]
    values = RunValues(
        run=7,
        project="Who leaves?",
        metric="log_loss",
        report=report,
        best=0.41,
        corrected=0.43,
        train=0.35,
        validation=0.41,
        trials=40,
        folds=5,
        costs=COSTS,
        columns={"age": (0, 200), "income": (25, 200), "note": (10, 200)},
        thresholds=thresholds,
        holdout={"value": 0.45, "expected": 0.43, "low": 0.40, "high": 0.50},
        explained={
            "base": 0.3,
            "prediction": 0.55,
            "contributions": [{"column": "age", "value": 0.35}, {"column": "income", "value": -0.1}],
        },
    )
    return y, p, values


def regression() -> tuple[np.ndarray, np.ndarray, RunValues]:
    rng = np.random.default_rng(4)
    y = rng.normal(50, 10, 120)
    pred = y + rng.normal(0, 4, 120)
    of = Problem(target="minutes", task=Task.REGRESSION, metric="mae", features=(), kinds={})
    candidates = {"best": pred, "dummy": np.full(120, 50.0)}
    report = evaluate(y, candidates, of, folds_of(120, 4), Brief(), resamples=60)
    return y, pred, RunValues(run=8, project="Delays", metric="mae", report=report)


Y, P, BINARY = classification()
TRUE, PRED, NUMERIC = regression()


def asked(kind: str, values: RunValues) -> Question:
    question = GENERATORS[kind](values)
    assert question is not None, kind
    return question


def answer_of(kind: str, values: RunValues) -> Any:
    return asked(kind, values).answer


def chosen(kind: str, values: RunValues) -> str:
    question = asked(kind, values)
    return question.choices[int(question.answer)]  # type: ignore[arg-type]


def test_there_are_at_least_twelve_kinds_and_a_full_run_asks_them() -> None:
    made = of_run(BINARY)
    assert len(GENERATORS) >= 12
    assert len(made) >= 15
    assert len({question.id for question in made}) == len(made)
    for question in made:
        assert question.id.startswith(f"{question.skills[0]}-own-")
        assert question.id.endswith("-7")
        assert "Who leaves?" in question.text
        assert mark(question, question.answer).right
        assert "{" not in question.explanation


def test_counts_agree_with_scikit_learn() -> None:
    said = (P > 0.5).astype(int)
    assert answer_of("recall", BINARY) == pytest.approx(recall_score(Y, said), abs=1e-3)
    assert answer_of("precision", BINARY) == pytest.approx(precision_score(Y, said), abs=1e-3)
    assert answer_of("f1", BINARY) == pytest.approx(f1_score(Y, said), abs=1e-3)
    assert answer_of("majority", BINARY) == pytest.approx(accuracy_score(Y, np.zeros_like(Y)), abs=1e-3)


def test_costs_are_those_of_the_rows() -> None:
    said = (P > 0.5).astype(int)
    paid = sum(COSTS[actual][decided] for actual, decided in zip(Y, said, strict=True))
    assert answer_of("cost", BINARY) == pytest.approx(paid, rel=1e-3)
    by_threshold = {
        at: sum(COSTS[actual][int(p >= at)] for actual, p in zip(Y, P, strict=True)) for at in (0.1, 0.25, 0.4, 0.6)
    }
    assert float(chosen("threshold", BINARY)) == min(by_threshold, key=by_threshold.__getitem__)


def test_scores_agree_with_the_rows() -> None:
    by_fold = [mean_absolute_error(TRUE[rows], PRED[rows]) for _, rows in folds_of(120, 4)]
    assert answer_of("folds", NUMERIC) == pytest.approx(np.mean(by_fold), rel=1e-3)
    assert chosen("worst-fold", NUMERIC) == f"Fold {np.argmax(by_fold) + 1}"
    model, dummy = mean_absolute_error(TRUE, PRED), mean_absolute_error(TRUE, np.full(120, 50.0))
    assert answer_of("baseline", NUMERIC) == pytest.approx(100 * (1 - model / dummy), rel=1e-3)
    assert GENERATORS["gain"](NUMERIC) is None


def test_single_values_are_computed_from_what_is_stored() -> None:
    assert answer_of("luck", BINARY) == pytest.approx(0.02)
    assert answer_of("gap", BINARY) == pytest.approx(0.06)
    assert answer_of("fits", BINARY) == 200
    assert answer_of("missing", BINARY) == 12.5
    assert "income" in asked("missing", BINARY).text
    assert answer_of("contributions", BINARY) == pytest.approx(0.55)


@pytest.mark.parametrize(
    ("low", "high", "said"),
    [
        (0.01, 0.05, "The model is better"),
        (-0.05, -0.01, "The model is worse"),
        (-0.01, 0.05, "No difference is shown"),
    ],
)
def test_an_interval_is_read_against_zero(low: float, high: float, said: str) -> None:
    one = {"against": "dummy", "metric": "log_loss", "value": (low + high) / 2, "low": low, "high": high}
    assert chosen("difference", replace(BINARY, report={"differences": [one]})) == said
    assert GENERATORS["difference"](replace(BINARY, report={"differences": [one | {"low": None}]})) is None
    assert GENERATORS["difference"](replace(BINARY, report={"differences": [one | {"metric": "roc_auc"}]})) is None


@pytest.mark.parametrize(
    ("metric", "low", "high", "said"),
    [
        ("log_loss", 0.40, 0.50, "In line with what was expected"),
        ("log_loss", 0.46, 0.50, "Worse than expected, beyond chance"),
        ("log_loss", 0.30, 0.40, "Better than expected, beyond chance"),
        ("roc_auc", 0.46, 0.50, "Better than expected, beyond chance"),
        ("roc_auc", 0.30, 0.40, "Worse than expected, beyond chance"),
    ],
)
def test_the_holdout_is_read_by_the_direction_of_the_metric(metric: str, low: float, high: float, said: str) -> None:
    seen = {"value": (low + high) / 2, "expected": 0.43, "low": low, "high": high}
    assert chosen("holdout", replace(BINARY, metric=metric, holdout=seen)) == said


@pytest.mark.parametrize(("predicted", "said"), [(0.9, "too high"), (0.05, "too low"), (0.24, "in line")])
def test_the_furthest_bin_is_read_against_its_interval(predicted: float, said: str) -> None:
    near = {"predicted": 0.5, "observed": 0.5, "low": 0.4, "high": 0.6, "count": 50}
    far = {"predicted": predicted, "observed": 0.2, "low": 0.12, "high": 0.31, "count": 50}
    curve = {"label": "yes", "bins": [near, far]}
    assert said in chosen("calibration", replace(BINARY, report={"calibration": [curve]}))


def test_what_rounding_would_blur_is_not_asked() -> None:
    # Shown with three digits, the expected value would stand on the end of the interval.
    seen = {"value": 0.45, "expected": 0.43004, "low": 0.43001, "high": 0.50}
    assert GENERATORS["holdout"](replace(BINARY, holdout=seen)) is None
    assert GENERATORS["holdout"](replace(BINARY, holdout=seen | {"expected": float("nan")})) is None
    assert GENERATORS["luck"](replace(BINARY, best=0.41, corrected=0.41 + 1e-9)) is None
    assert GENERATORS["luck"](replace(BINARY, best=0.41, corrected=None)) is None


def test_close_scores_are_shown_with_enough_decimals() -> None:
    question = asked("luck", replace(BINARY, metric="roc_auc", best=0.992483, corrected=0.99235))
    assert "0.99248" in question.text
    assert "0.99235" in question.text
    assert question.answer == pytest.approx(0.00013)
    large = asked("luck", replace(BINARY, metric="rmse", best=23_456.78, corrected=24_100.1))
    assert "23,460" in large.text
    assert large.answer == pytest.approx(640)
    assert "0.992" in asked("gain", scored(0.99248, 0.2049)).text
    assert asked("gain", scored(0.99248, 0.2049)).answer == pytest.approx(0.787)


def test_the_worst_fold_of_a_score_is_the_lowest() -> None:
    report = {"folds": [{"fold": n, "rows": 9, "value": value} for n, value in enumerate((0.8, 0.7, 0.9), 1)]}
    assert chosen("worst-fold", replace(BINARY, metric="roc_auc", report=report)) == "Fold 2"
    assert chosen("worst-fold", replace(BINARY, metric="log_loss", report=report)) == "Fold 3"


def scored(model: float, dummy: float) -> RunValues:
    def entry(value: float) -> list[dict[str, Any]]:
        return [{"name": "roc_auc", "value": value}]

    return replace(BINARY, metric="roc_auc", report={"metrics": entry(model), "baselines": {"dummy": entry(dummy)}})


def test_gain_and_gap_follow_the_direction() -> None:
    up = scored(0.8, 0.5)
    assert answer_of("gain", up) == pytest.approx(0.3)
    assert GENERATORS["baseline"](up) is None
    assert answer_of("gap", replace(up, train=0.95, validation=0.8)) == pytest.approx(0.15)
    assert GENERATORS["gap"](replace(up, train=0.7, validation=0.8)) is None


def test_of_several_classes_the_rarest_is_asked_about() -> None:
    confusion = {"labels": ["a", "b", "c"], "counts": [[50, 3, 2], [4, 20, 1], [2, 1, 5]]}
    values = RunValues(run=1, project="x", metric="log_loss", report={"confusion": confusion})
    assert "“c”" in asked("recall", values).text
    assert answer_of("recall", values) == pytest.approx(5 / 8, abs=1e-4)
    assert answer_of("precision", values) == pytest.approx(5 / 8, abs=1e-4)
    assert answer_of("majority", values) == pytest.approx(55 / 88, abs=1e-4)


def test_nothing_is_asked_of_a_run_without_values() -> None:
    empty = RunValues(run=1, project="x", metric="roc_auc")
    assert of_run(empty) == ()
    nothing = {"labels": ["a", "b"], "counts": [[9, 0], [0, 0]]}
    kinds = {question.id.split("-own-")[1] for question in of_run(replace(empty, report={"confusion": nothing}))}
    assert kinds == {"majority-1"}


def test_contributions_that_do_not_add_up_make_no_question() -> None:
    off = dict(BINARY.explained) | {"prediction": 0.9}
    assert GENERATORS["contributions"](replace(BINARY, explained=off)) is None


def test_many_contributions_are_added_up_beyond_the_largest() -> None:
    parts = [{"column": f"c{place}", "value": (-1) ** place * place / 100} for place in range(1, 31)]
    total = 0.5 + sum(one["value"] for one in parts)
    question = asked(
        "contributions", replace(BINARY, explained={"base": 0.5, "prediction": total, "contributions": parts})
    )
    assert len(question.table) == 8
    assert question.table[2][0] == "c30"
    assert question.table[-1][0] == "all other columns"
    assert sum(float(row[1]) for row in question.table[1:]) == pytest.approx(total)
    assert question.answer == pytest.approx(total)


def test_names_of_a_person_stay_as_they_are() -> None:
    confusion = {"labels": ["{0}", "{answer!r}"], "counts": [[5, 1], [2, 4]]}
    values = replace(BINARY, project="<b>{x}</b>", report={"confusion": confusion}, columns={"{y.__class__}": (1, 4)})
    assert "“{answer!r}”" in asked("recall", values).explanation
    assert "{y.__class__}" in asked("missing", values).text
    assert "<b>{x}</b>" in asked("missing", values).text


def by_hand(kind: str, table: tuple[tuple[str, ...], ...]) -> float:
    """Answer from the table alone, as a person would."""
    (sound, alarms), (missed, right) = ([int(cell) for cell in row[1:]] for row in table[1:])
    if kind == "recall":
        return right / (right + missed)
    if kind == "precision":
        return right / (right + alarms)
    if kind == "f1":
        return 2 * right / (2 * right + missed + alarms)
    if kind == "cost":
        return 30 * missed + 2 * alarms
    assert kind == "majority"
    return max(sound + alarms, missed + right) / (sound + alarms + missed + right)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.lists(st.integers(0, 500), min_size=2, max_size=2), min_size=2, max_size=2))
def test_what_is_shown_is_enough_to_answer(counts: list[list[int]]) -> None:
    values = RunValues(
        run=1,
        project="x",
        metric="log_loss",
        report={"confusion": {"labels": ["n", "y"], "counts": counts}},
        costs=COSTS,
    )
    for question in of_run(values):
        kind = question.id.split("-own-")[1].removesuffix("-1")
        assert mark(question, f"{by_hand(kind, question.table):.10f}").right


def test_several_runs_ask_different_kinds_first() -> None:
    made = of_runs([BINARY, replace(BINARY, run=9)])
    assert [question.id for question in made[:3]] == [
        "metrics-reading-own-recall-7",
        "metrics-reading-own-recall-9",
        "uncertainty-own-difference-7",
    ]
    assert len({question.id for question in made}) == len(made) == 2 * len(of_run(BINARY))


def test_a_question_comes_back_the_same() -> None:
    for question in of_run(BINARY):
        assert again(question.id, BINARY) == question
    with pytest.raises(InputError, match="stored values"):
        again("metrics-reading-own-recall-8", BINARY)


def test_stored_payloads_become_values() -> None:
    found = values_of(
        7,
        "Who leaves?",
        {"metric": "log_loss", "trials": 40, "best": {"score": 0.41, "corrected": 0.43}},
        BINARY.report,
        profile={"of": 200, "columns": [{"name": "age", "missing": 0}, {"name": "income", "missing": 25}]},
        curve={
            "points": [{"rows": 50, "train": 0.2, "validation": 0.6}, {"rows": 160, "train": 0.35, "validation": 0.41}]
        },
        opening={"metrics": [{"name": "log_loss", "value": 0.45, "low": 0.40, "high": 0.50}]},
        expected=0.43,
        explained=BINARY.explained,
        costs=COSTS,
        thresholds=BINARY.thresholds,
    )
    assert of_run(found) == of_run(BINARY)


def test_a_bare_result_still_makes_questions() -> None:
    found = values_of(7, "x", {"metric": "log_loss", "best": None}, BINARY.report, curve={"points": []}, opening={})
    kinds = {question.id.split("-own-")[1] for question in of_run(found)}
    assert {"recall-7", "folds-7", "baseline-7"} <= kinds
    assert not kinds & {"luck-7", "gap-7", "holdout-7", "missing-7", "fits-7"}
