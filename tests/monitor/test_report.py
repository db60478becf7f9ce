"""The whole report: advice and findings follow from what was planted, bad batches are one sentence."""

from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pytest

from engine.domain.data import Finding, Problem
from engine.domain.task import ColumnKind, Task
from engine.errors import InputError
from engine.metrics.compare import BETTER, WITHIN_CHANCE, WORSE
from engine.metrics.scores import score
from engine.monitor import multivariate, performance
from engine.monitor.advice import advise
from engine.monitor.newest import parted
from engine.monitor.report import Fresh, Known, check_batch, report

PROBLEM = Problem(
    target="y",
    task=Task.BINARY,
    metric="roc_auc",
    features=("a", "b", "c"),
    kinds={"a": ColumnKind.NUMERIC, "b": ColumnKind.NUMERIC, "c": ColumnKind.CATEGORICAL},
    classes=("no", "yes"),
)


def table(rows: int, seed: int, shift: float = 0.0) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    a, b = rng.normal(shift, 1, rows), rng.normal(size=rows)
    c = rng.choice(["x", "y", "z"], rows)
    y = (rng.random(rows) < 1 / (1 + np.exp(-2 * a))).astype(int)
    return pd.DataFrame({"a": a, "b": b, "c": c, "y": np.array(["no", "yes"])[y]})


def answers(frame: pd.DataFrame) -> np.ndarray:
    p = 1 / (1 + np.exp(-2 * frame["a"].fillna(0).to_numpy(float)))
    return np.column_stack([1 - p, p])


def truth(frame: pd.DataFrame) -> np.ndarray:
    return (frame["y"] == "yes").to_numpy().astype(np.intp)


def known(**changes: Any) -> Known:
    old = table(500, 0)
    first = Known(X=old[list("abc")], y=truth(old), oof=answers(old), problem=PROBLEM, columns=("a", "b", "c", "y"))
    return replace(first, **changes)


def fresh(frame: pd.DataFrame, *, labelled: bool = True) -> Fresh:
    if not labelled:
        nothing = np.empty(0, dtype=np.intp)
        return Fresh(frame=frame.drop(columns="y"), pred=answers(frame), labelled=nothing, y=nothing)
    return Fresh(frame=frame, pred=answers(frame), labelled=np.arange(len(frame)), y=truth(frame))


def outcomes(found: dict[str, Any]) -> dict[str, str]:
    return {one["code"]: str(Finding.from_dict(one).outcome) for one in found["findings"]}


def test_unchanged_rows_keep_the_model_and_no_finding_speaks() -> None:
    found = report(known(), fresh(table(300, 1)))
    assert found["retrain"]["advice"] == "keep"
    assert found["drifted"] == 0
    assert "issue" not in outcomes(found).values()
    assert len(outcomes(found)) == 12


def test_wrong_answers_ask_for_retraining() -> None:
    new = table(300, 2)
    new["y"] = np.where(np.random.default_rng(3).random(300) < 0.5, "no", "yes")
    found = report(known(), fresh(new))
    assert found["retrain"]["advice"] == "retrain"
    assert outcomes(found)["PF-D09"] == "issue"
    assert found["performance"]["difference"]["verdict"] == WORSE


def test_a_loss_that_does_not_matter_by_the_brief_is_no_reason() -> None:
    new = table(300, 2)
    new["y"] = np.where(np.random.default_rng(3).random(300) < 0.5, "no", "yes")
    found = report(known(matters=0.9), fresh(new))
    assert found["retrain"]["advice"] == "keep"


def test_a_shift_of_a_column_that_the_model_does_not_use_stays_quiet_in_the_advice() -> None:
    new = table(400, 4)
    new["b"] += 0.5
    found = report(known(), fresh(new, labelled=False))
    assert outcomes(found)["PF-D02"] == "issue"
    assert outcomes(found)["PF-D07"] == "issue"
    assert found["multivariate"]["columns"][0]["column"] == "b"
    assert outcomes(found)["PF-D08"] == "passed"
    assert found["retrain"]["advice"] == "keep"


def test_each_kind_of_change_fires_its_finding() -> None:
    new = table(400, 5)
    new.loc[:150, "b"] = np.nan
    new.loc[:150, "c"] = "never seen"
    new.loc[200:300, "a"] = 50.0
    new["extra"] = 1
    said = outcomes(report(known(), fresh(new)))
    assert [said[code] for code in ("PF-D03", "PF-D04", "PF-D05", "PF-D07", "PF-D08")] == ["issue"] * 5
    assert said["PF-D01"] == "tip"


def test_what_a_service_writes_into_its_log_is_no_new_column() -> None:
    logged = table(60, 12).assign(served_at="2026-01-01T00:00:00Z", served_prediction="yes")
    assert outcomes(report(known(), fresh(logged, labelled=False)))["PF-D01"] == "passed"


def test_labels_that_moved_are_named() -> None:
    new = table(400, 6, shift=1.5)
    assert outcomes(report(known(), fresh(new)))["PF-D11"] == "issue"


def test_texts_and_dates_have_findings_of_their_own() -> None:
    kinds = {"t": ColumnKind.TEXT, "when": ColumnKind.DATETIME}
    problem = replace(PROBLEM, features=("t", "when"), kinds=kinds)

    def rows(word: str, day: str) -> pd.DataFrame:
        texts = [f"{word} {n % 7} {word}{n % 5}" for n in range(120)]
        days = pd.Timestamp(day) + pd.to_timedelta(np.arange(120), unit="D")
        return pd.DataFrame({"t": texts, "when": days, "y": ["no", "yes"] * 60})

    old, flat = rows("good", "2024-01-01"), np.full((120, 2), 0.5)
    flat[:, 1] += np.linspace(0, 0.1, 120)
    before = Known(X=old[["t", "when"]], y=truth(old), oof=flat, problem=problem)

    def told(new: pd.DataFrame) -> dict[str, str]:
        return outcomes(report(before, Fresh(frame=new, pred=flat, labelled=np.arange(120), y=truth(new))))

    loud, quiet = told(rows("schlecht", "2020-01-01")), told(rows("good", "2025-01-01"))
    assert (loud["PF-D06"], loud["PF-D12"]) == ("issue", "issue")
    assert (quiet["PF-D06"], quiet["PF-D12"]) == ("passed", "passed")


def test_the_expected_score_sees_a_harmful_shift() -> None:
    """Where all new rows come from the part in which the answers are bad, the estimate falls and labels agree."""
    rng = np.random.default_rng(7)
    y = rng.integers(0, 2, 2_000)
    part = rng.random(2_000) < 0.5
    p = np.where(part, 0.5 + 0.4 * (y - 0.5) * 2 * rng.random(2_000), rng.random(2_000))
    oof = np.column_stack([1 - p, p])
    found = performance.expected(y, oof, np.where(part, 0.05, 2.0), PROBLEM)
    assert found is not None
    assert found["difference"]["verdict"] == WORSE
    assert found["expected"] == pytest.approx(score("roc_auc", y[~part], oof[~part], PROBLEM), abs=0.05)
    calm = performance.expected(y, oof, np.ones(2_000), PROBLEM)
    assert calm is not None
    assert calm["difference"]["verdict"] == WITHIN_CHANCE


def test_without_overlap_nothing_is_expected() -> None:
    odds = np.full(500, 1e-6)
    odds[:3] = 20
    assert performance.expected(np.arange(500) % 2, np.full((500, 2), 0.5), odds, PROBLEM) is None


def test_the_score_is_that_of_the_metrics_and_a_few_labels_conclude_nothing() -> None:
    old, new = table(300, 8), table(30, 9)
    found = performance.performance(truth(old), answers(old), truth(new), answers(new), PROBLEM)
    assert found is not None
    assert found["new"]["value"] == score("roc_auc", truth(new), answers(new), PROBLEM)
    assert not found["enough"]


def test_the_better_challenger_is_told_from_its_equal() -> None:
    rows = table(400, 10)
    noise = np.full((400, 2), 0.5)
    noise[:, 1] += np.random.default_rng(0).normal(0, 0.01, 400)
    assert performance.duel(truth(rows), noise, answers(rows), PROBLEM)["difference"]["verdict"] == BETTER
    assert performance.duel(truth(rows), answers(rows), answers(rows), PROBLEM)["difference"]["value"] == 0


def test_a_joint_change_that_no_column_shows_is_told_by_the_classifier() -> None:
    rng = np.random.default_rng(11)
    a = rng.normal(size=600)
    old = pd.DataFrame({"a": a, "b": a + rng.normal(0, 0.1, 600)})
    new = pd.DataFrame({"a": a, "b": rng.permutation(old["b"].to_numpy())})
    kinds = {"a": ColumnKind.NUMERIC, "b": ColumnKind.NUMERIC}
    found, calm = multivariate.tell_apart(old, new, kinds), multivariate.tell_apart(old[:300], old[300:], kinds)
    assert found is not None
    assert found.told_apart
    assert calm is not None
    assert not calm.told_apart
    assert multivariate.tell_apart(old[:49], new, kinds) is None


def test_advice_without_labels_asks_for_them_at_most() -> None:
    loss = {"metric": "roc_auc", "old": 0.9, "expected": 0.7, "difference": {"value": -0.2, "verdict": WORSE}}
    told = {"drifted": 3, "columns": 9, "told_apart": True, "performance": None}
    assert advise(**told, expected=loss)["advice"] == "label"
    assert advise(**told, expected=None)["advice"] == "label"
    assert advise(**told, expected=loss, matters=0.5)["advice"] == "keep"
    assert advise(drifted=0, columns=9, told_apart=None, performance=None, expected=None)["advice"] == "unsure"


@pytest.mark.parametrize(
    ("frame", "said"),
    [
        (table(1, 0), "1 row"),
        (table(30, 0).drop(columns="a"), "lacks the column 'a'"),
        (table(30, 0).assign(a="text"), "should hold numbers"),
        (table(30, 0).assign(a=np.nan, b=np.nan, c=None), "Every cell"),
    ],
)
def test_bad_batches_are_one_sentence(frame: pd.DataFrame, said: str) -> None:
    with pytest.raises(InputError, match=said):
        check_batch(frame, PROBLEM)


def test_the_newest_labelled_half_is_kept_apart() -> None:
    frame = table(240, 0)
    frame["when"] = np.arange(240)[::-1]
    frame.loc[:39, "y"] = None
    earlier, newest = parted(frame, "y", "when")
    assert (len(earlier), len(newest)) == (100, 100)
    assert frame["when"].iloc[newest].min() > frame["when"].iloc[earlier].max()
    assert not set(earlier) & set(newest)
    with pytest.raises(InputError, match="too few"):
        parted(frame.iloc[:120], "y")
