"""The promise of speed, on real data and the engine's own model: 200 rows of a blend in under 20 seconds."""

import time
from pathlib import Path
from types import SimpleNamespace

import pytest

from engine.automl.families import find
from engine.automl.replay import refit
from engine.data import templates
from engine.data.schema import describe, make_problem
from engine.data.target import encode_target
from engine.explain.local import explain_row
from engine.explain.report import explain
from tests.explain.test_report import checked


def test_a_blend_on_telecom_churn_within_its_budget() -> None:
    template = templates.load(Path(__file__).resolve().parents[2] / "projects" / "telecom-churn")
    table = templates.read_frame(template)
    problem = make_problem(
        table, describe(table), target=template.target, positive=template.positive or None, drop=tuple(template.drop)
    )
    frame, y = table[list(problem.features)], encode_target(table[problem.target], problem)
    parts = [
        (0.5, SimpleNamespace(family=family, config=find(family).defaults[0])) for family in ("lightgbm", "linear")
    ]
    model = refit(parts, frame, y, problem, seed=0, threads=1)

    started = time.perf_counter()
    payload = checked(explain(model, frame, y, problem, oof=model.predict(frame)))
    assert time.perf_counter() - started < 20
    assert payload["sample_rows"] == 200
    assert {"tenure", "contract"} <= {entry["column"] for entry in payload["importance"][:3]}
    assert ["tenure", "total_charges"] in payload["correlated"]
    assert payload["base"] == pytest.approx(y.mean(), abs=0.02)

    started = time.perf_counter()
    row = explain_row(model, frame, frame.iloc[[0]], problem)
    assert time.perf_counter() - started < 3
    assert row["row"] == 0
