"""Pictures of drift: they draw, say what they show, and keep their table."""

from typing import Any

import pytest

from engine.charts import drift
from engine.charts.svg import to_svg


def column(name: str, effect: float, verdict: str) -> dict[str, Any]:
    shares = [{"part": "up to 1", "old": 0.4, "new": 0.1}, {"part": "above 1", "old": 0.6, "new": 0.9}]
    return {
        "column": name, "effect": effect, "limit": 0.1, "scale": "Wasserstein distance", "what": "values",
        "test": "Kolmogorov-Smirnov", "statistic": 0.2, "adjusted_p": 0.001, "verdict": verdict,
        "shares": shares if verdict == "drift" else [],
    }  # fmt: skip


def report(*, advice: str = "keep", score: float | None = 0.8) -> dict[str, Any]:
    value = {"name": "roc_auc", "value": score, "low": 0.7, "high": 0.9}
    return {
        "rows": 300,
        "columns": 2,
        "drifted": 1,
        "drift": [column("a\\'b", 0.5, "drift"), column("c", 0.01, "within chance")],
        "performance": {"metric": "roc_auc", "old": value, "new": value} if score else None,
        "multivariate": None,
        "retrain": {"advice": advice},
    }


def test_drift_by_column_names_the_worst_and_draws() -> None:
    found = drift.by_column(report())
    assert found is not None
    assert "1 of 2 columns drifted" in found.title
    assert [row["effect in limits"] for row in found.table] == pytest.approx([5.0, 0.1])
    assert "<svg" in to_svg(found, identifier="drift")


def test_nothing_drifted_says_so_and_nothing_compared_draws_nothing() -> None:
    assert "None of 2" in drift.by_column(report() | {"drifted": 0}).title  # type: ignore[union-attr]
    assert drift.by_column(report() | {"drift": []}) is None


def test_one_column_shows_both_sides() -> None:
    found = drift.one_column(column("a", 0.5, "drift"))
    assert found is not None
    assert [row["share"] for row in found.table] == [0.4, 0.1, 0.6, 0.9]
    assert "<svg" in to_svg(found, identifier="one")
    assert drift.one_column(column("c", 0.01, "within chance")) is None


def test_the_timeline_names_the_first_call_to_retrain() -> None:
    batches = [{"name": f"it's {n}", "report": report(advice="retrain" if n > 1 else "keep")} for n in range(4)]
    found = drift.timeline(batches, "roc_auc")
    assert found is not None
    assert found.title.startswith("it's 2 is the first of 4")
    assert "<svg" in to_svg(found, identifier="timeline")
    bare = drift.timeline([{"name": "x", "report": report(score=None)}] * 2, "roc_auc")
    assert bare is not None
    assert "<svg" in to_svg(bare, identifier="bare")
    assert drift.timeline(batches[:1], "roc_auc") is None
