"""The promise of speed, on real data: 200 rows of a blend in under 20 seconds."""

import time
from pathlib import Path

import numpy as np
from lightgbm import LGBMClassifier
from sklearn.compose import make_column_selector, make_column_transformer
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, OrdinalEncoder, StandardScaler

from engine.data import templates
from engine.data.schema import describe, make_problem
from engine.data.target import encode_target
from engine.explain.local import explain_row
from engine.explain.report import explain
from tests.explain.test_report import checked
from tests.explain.toys import Blend


def test_a_blend_on_telecom_churn_within_its_budget() -> None:
    template = templates.load(Path(__file__).resolve().parents[2] / "projects" / "telecom-churn")
    table = templates.read_frame(template)
    problem = make_problem(
        table, describe(table), target=template.target, positive=template.positive or None, drop=tuple(template.drop)
    )
    frame, y = table[list(problem.features)], encode_target(table[problem.target], problem)
    texts = make_column_selector(dtype_exclude="number")
    order = OrdinalEncoder(handle_unknown="use_encoded_value", unknown_value=-1, encoded_missing_value=-1)
    trees = make_pipeline(
        make_column_transformer((order, texts), remainder="passthrough", verbose_feature_names_out=False).set_output(
            transform="pandas"
        ),
        LGBMClassifier(n_estimators=100, num_leaves=15, n_jobs=1, verbose=-1),
    ).fit(frame, y)
    scaled = make_pipeline(SimpleImputer(), StandardScaler())
    linear = make_pipeline(
        make_column_transformer((OneHotEncoder(handle_unknown="ignore"), texts), remainder=scaled),
        LogisticRegression(max_iter=300),
    ).fit(frame, y)
    model = Blend(trees, linear)

    started = time.perf_counter()
    payload = checked(explain(model, frame, y, problem, oof=model.predict(frame)))
    assert time.perf_counter() - started < 20
    assert payload["sample_rows"] == 200
    assert {entry["column"] for entry in payload["importance"][:3]} & {"tenure", "contract"}
    assert ["tenure", "total_charges"] in payload["correlated"]
    assert payload["base"] == np.clip(payload["base"], y.mean() - 0.02, y.mean() + 0.02)

    started = time.perf_counter()
    row = explain_row(model, frame, frame.iloc[[0]], problem)
    assert time.perf_counter() - started < 3
    assert row["row"] == 0
