from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest

from engine.data.export import predictions_frame
from engine.domain.data import Problem
from engine.domain.metric import find_metric
from engine.errors import InputError
from engine.evaluate.candidates import candidates_words
from engine.evaluate.submission import check_submission, ranked, score_together
from engine.metrics.compare import paired_difference
from engine.metrics.intervals import interval
from tests.metrics.problems import BINARY, MULTICLASS, REGRESSION, sample

ROWS = [7, 3, 12, 40, 5]
Change = Callable[[pd.DataFrame], pd.DataFrame]


def written(problem: Problem, rows: list[int] = ROWS) -> tuple[pd.DataFrame, Any]:
    _, pred = sample(problem, len(rows))
    return predictions_frame(rows=rows, pred=pred, problem=problem).astype(str), pred


@pytest.mark.parametrize("problem", [BINARY, MULTICLASS, REGRESSION])
def test_our_own_file_comes_back_whatever_its_order(problem: Problem) -> None:
    table, pred = written(problem)
    found = check_submission(table.sample(frac=1, random_state=1), ROWS, problem)
    assert np.allclose(found.pred, pred)
    assert not found.labels_only


def test_labels_alone_are_taken_as_certain() -> None:
    table, pred = written(MULTICLASS)
    found = check_submission(table[["row", "prediction"]], ROWS, MULTICLASS)
    assert found.labels_only
    assert (found.pred.argmax(axis=1) == pred.argmax(axis=1)).all()
    assert (found.pred.sum(axis=1) == 1).all()


def cell(column: str, place: int, text: str) -> Change:
    def change(table: pd.DataFrame) -> pd.DataFrame:
        changed = table.copy()
        changed.loc[place, column] = text
        return changed

    return change


P0 = f"probability_{BINARY.classes[0]}"


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda t: t.drop(index=2), "Row 12 has no prediction; 1 of 5"),
        (lambda t: pd.concat([t, t.iloc[[1]]]), "Row 3 is predicted twice, in line 3 and in line 7"),
        (cell("row", 1, "99"), r"Row 99 \(line 3\) is not one"),
        (cell("row", 1, "x"), "Line 3 names no row: 'x'"),
        (cell("row", 1, "²"), "names no row"),
        (cell(P0, 3, "NaN"), "Row 40 has 'NaN'"),
        (cell(P0, 3, ""), "Row 40 has an empty cell"),
        (cell(P0, 3, "inf"), "Row 40 has 'inf'"),
        (cell(P0, 3, "0,5"), "Row 40 has '0,5'"),
        (cell(P0, 3, "-0.1"), "Row 40 has a probability of -0.1"),
        (lambda t: t.assign(**{P0: "0.9", f"probability_{BINARY.classes[1]}": "0.9"}), "of row 7 add up to 1.8"),
        (lambda t: t.rename(columns={"row": "id"}), "'row' is missing; the file has 'id'"),
        (lambda t: t.rename(columns={P0: "probability_maybe"}), "'probability_maybe' belongs to no class"),
        (lambda t: t.drop(columns=P0), f"'{P0}' is missing"),
        (lambda t: t[["row", "prediction", "prediction"]], "'prediction' stands there twice"),
        (lambda t: t[["row"]], "is missing"),
        (lambda t: cell("prediction", 4, "maybe")(t[["row", "prediction"]]), "Row 5 has the unknown label 'maybe'"),
        (lambda t: cell("prediction", 4, "")(t[["row", "prediction"]]), "Row 5 has no label"),
    ],
)
def test_each_fault_is_one_sentence_that_names_the_first_row(change: Change, said: str) -> None:
    table, _ = written(BINARY)
    with pytest.raises(InputError, match=said) as caught:
        check_submission(change(table), ROWS, BINARY)
    assert caught.value.hint


def test_numbers_are_checked_too() -> None:
    table, _ = written(REGRESSION)
    with pytest.raises(InputError, match="Row 3 has 'n/a'"):
        check_submission(cell("prediction", 1, "n/a")(table), ROWS, REGRESSION)
    with pytest.raises(InputError, match="'prediction' is missing"):
        check_submission(table.rename(columns={"prediction": "y"}), ROWS, REGRESSION)


def test_all_candidates_are_scored_on_the_same_resamples() -> None:
    y, good = sample(BINARY, 200, skill=2.0)
    poor = np.full_like(good, 0.5)
    found = score_together(y, good, {4: good, 9: poor}, BINARY, metric="log_loss", seed=3, resamples=200)
    assert list(found) == [4, 9]
    assert found[4]["difference"] == {"value": 0.0, "low": 0.0, "high": 0.0, "verdict": "within chance"}
    alone = paired_difference("log_loss", y, poor, good, BINARY, seed=3, resamples=200)
    assert found[9]["difference"]["value"] == pytest.approx(alone.value)
    assert found[9]["difference"]["low"] == pytest.approx(alone.low)
    assert found[9]["difference"]["verdict"] == "worse beyond chance"
    assert found[9]["metrics"][0]["name"] == "log_loss"


def test_the_board_ranks_all_on_the_same_resamples() -> None:
    y, good = sample(BINARY, 200, skill=2.0)
    _, fair = sample(BINARY, 200, skill=1.0)
    given = {"best": fair, "dummy": np.full_like(good, 0.5), "submission:3": good}
    board = ranked(y, given, BINARY, metric="roc_auc", seed=3, resamples=200)
    assert [one["candidate"] for one in board] == ["submission:3", "best", "dummy"]
    assert board[1]["difference"] is None
    alone = paired_difference("roc_auc", y, good, fair, BINARY, seed=3, resamples=200)
    assert board[0]["difference"] == {
        "value": pytest.approx(alone.value),
        "low": pytest.approx(alone.low),
        "high": pytest.approx(alone.high),
        "verdict": alone.verdict,
    }
    assert board[0]["low"] == interval("roc_auc", y, good, BINARY, seed=3, resamples=200).low
    assert [one["tie_group"] for one in board] == [1, 2, 3]
    lower = ranked(y, given, BINARY, metric="log_loss", seed=3, resamples=50)
    assert lower[0]["candidate"] == "submission:3", "lower is better"


def test_a_metric_that_is_not_defined_gives_no_board() -> None:
    y, pred = sample(BINARY, 60)
    assert ranked(np.zeros_like(y), {"best": pred}, BINARY, metric="roc_auc", seed=0) == []


ROC = find_metric("roc_auc")


def row(name: str, kind: str, value: float, verdict: str | None = None) -> dict[str, Any]:
    gap = None if verdict is None else {"value": 0.1, "low": 0.0, "high": 0.2, "verdict": verdict}
    return {"name": name, "kind": kind, "value": value, "low": value - 0.05, "high": value + 0.05, "difference": gap}


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ([row("ours", "best", 0.9), row("Net", "elsewhere", 0.8, "within chance")], "before “Net” within chance"),
        ([row("ours", "best", 0.9), row("Net", "elsewhere", 0.6, "worse beyond chance")], "before “Net” beyond chance"),
        ([row("Net", "elsewhere", 0.9, "better beyond chance"), row("ours", "best", 0.8)], "“Net” beats our model"),
        ([row("Net", "elsewhere", 0.9, "within chance"), row("ours", "best", 0.8)], "within chance of our model"),
        ([row("dummy", "dummy", 0.9, "better beyond chance"), row("ours", "best", 0.8)], "The dummy beats our model"),
        ([row("ours", "best", 0.9)], "Our model stands first on the 70 sealed rows: ROC AUC 0.900 (0.850 to 0.950)."),
    ],
)
def test_the_sentence_names_who_stands_first_and_whether_that_is_chance(rows: list[dict[str, Any]], said: str) -> None:
    assert said in candidates_words(rows, ROC, 70)
