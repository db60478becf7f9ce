"""Every figure has its words, its table and a picture that needs nothing else, also on hostile and thin values."""

import re
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest

from engine.charts import (
    associations,
    classification,
    data,
    explanation,
    over_time,
    race,
    regression,
    scores,
    skills,
    svg,
)
from engine.charts.figure import ROLES, Figure
from engine.data.profile import profile
from engine.data.schema import describe, encode_target, make_problem
from engine.domain.metric import find_metric
from engine.domain.project import Brief
from engine.evaluate.report import evaluate

HOSTILE = "<script>alert('x')</script> & \"{{ best }}\"\r\n:material/home: \u2028 C:\\new"


def payload(kind: str) -> dict[str, Any]:
    """Evaluate made predictions with the real evaluation."""
    rng = np.random.default_rng(0)
    values = {"binary": ["no", HOSTILE], "multiclass": ["a", "b", HOSTILE]}.get(kind)
    target = pd.Series(rng.choice(values, 90) if values else rng.normal(100, 20, 90))
    frame = pd.DataFrame({"x": rng.normal(size=90), "target": target})
    problem = make_problem(frame, describe(frame), target="target")
    y = encode_target(frame["target"], problem)
    if values:
        noise = rng.random((90, len(problem.classes)))
        noise[np.arange(90), y.astype(int)] += 0.7
        best = noise / noise.sum(axis=1, keepdims=True)
        dummy = np.tile(np.bincount(y.astype(int)) / 90, (90, 1))
    else:
        best, dummy = y + rng.normal(0, 8, 90), np.full(90, y.mean())
    folds = [(np.arange(45, 90), np.arange(45)), (np.arange(45), np.arange(45, 90))]
    report = evaluate(y, {"best": best, "dummy": dummy, "simple": best}, problem, folds, Brief(), resamples=50)
    return report | {"metric": problem.metric}


def explained() -> dict[str, Any]:
    return {
        "scale": "probability of 'yes'",
        "sample_rows": 200,
        "importance": [
            {"column": HOSTILE, "value": 0.2, "low": 0.1, "high": 0.3, "share": 0.7},
            *({"column": f"c{n}", "value": 0.01, "low": None, "high": None, "share": 0.02} for n in range(15)),
        ],
        "shape": [
            {
                "column": HOSTILE,
                "kind": "category",
                "points": [{"x": HOSTILE, "y": 0.1, "low": None, "high": None, "count": 1}],
            },
            {
                "column": "age",
                "kind": "numeric",
                "points": [
                    {"x": float(n), "y": n / 10, "low": n / 10 - 0.1, "high": n / 10 + 0.1, "count": 9}
                    for n in range(5)
                ],
            },
        ],
        "row": {
            "label": HOSTILE,
            "base": 0.3,
            "prediction": 0.81,
            "contributions": [{"column": f"c{n}", "value": 0.51 / 15, "cell": HOSTILE, "text": ""} for n in range(15)],
        },
    }


def board(count: int) -> list[dict[str, Any]]:
    kinds = ["ensemble", "candidate", "default", "simple", "dummy"]
    return [
        {
            "rank": n + 1,
            "family": "lightgbm",
            "kind": kinds[n],
            "score": 0.9 - n / 10,
            "low": None if n == 1 else 0.85 - n / 10,
            "high": None if n == 1 else 0.95 - n / 10,
            "tie_group": 1 + n // 2,
        }
        for n in range(count)
    ]


def profiled() -> list[Figure | None]:
    rng = np.random.default_rng(0)
    frame = pd.DataFrame(
        {
            "number": rng.normal(size=60),
            "word": rng.choice([HOSTILE, "b"], 60),
            "when": pd.date_range("2026-01-01", periods=60),
            "y": rng.choice(["no", "yes"], 60),
        }
    )
    problem = make_problem(frame, describe(frame), target="y")
    found = profile(frame, describe(frame), problem)
    columns = [data.column(one, shown_on=found["shown_on"], of=found["of"]) for one in found["columns"]]
    return columns + [data.against(one, target="y", positive="yes") for one in found["against"]]


def related(kind: str, columns: int = 4) -> dict[str, Any]:
    """Profile a table with gaps, a date and hostile words, and a target of each kind."""
    rng = np.random.default_rng(0)
    frame = pd.DataFrame({f"number {n}": rng.normal(size=240) for n in range(columns)})
    frame["\\"] = rng.choice([HOSTILE, "b", "c"], 240)
    frame[HOSTILE] = np.where(rng.random(240) < 0.2, np.nan, rng.normal(size=240))
    frame["number 0"] = frame["number 0"].where(frame[HOSTILE].notna())
    frame["when"] = pd.Timestamp("2026-01-01") + pd.to_timedelta(rng.integers(0, 300, 240), unit="D")
    labels = {"binary": ["no", HOSTILE], "multiclass": ["a", "b", HOSTILE]}.get(kind)
    frame["y"] = rng.choice(labels, 240) if labels else frame["number 1"] * 3 + rng.normal(size=240)
    problem = make_problem(frame, describe(frame), target="y") if kind else None
    return profile(frame, describe(frame), problem)


AUC, RMSE = find_metric("roc_auc"), find_metric("rmse")
RACE = [
    {
        "number": n,
        "family": "linear",
        "kind": "dummy" if n == 1 else "simple" if n == 2 else "candidate",
        "score": 0.5 + n / 50,
        "at": 1.5 * n,
    }
    for n in range(1, 9)
]
FIGURES: dict[str, Callable[[], Figure | None]] = {
    "leaderboard": lambda: scores.leaderboard(board(5), AUC),
    "leaderboard of one": lambda: scores.leaderboard(board(1), AUC),
    "race": lambda: race.curve(RACE, AUC),
    "race of one": lambda: race.curve(RACE[:1], AUC),
    "race of failures": lambda: race.curve([RACE[0] | {"score": None}], RMSE),
    "race of families": lambda: race.lanes([*RACE, RACE[3] | {"family": "network"}], AUC),
    "race of one family": lambda: race.lanes(RACE[:2], RMSE),
    "importance": lambda: explanation.importance(explained()),
    "shape of words": lambda: explanation.shape(explained()["shape"][0], "scale"),
    "shape of numbers": lambda: explanation.shape(explained()["shape"][1], "scale"),
    "waterfall": lambda: explanation.waterfall(explained()["row"], "scale"),
    "skills": lambda: skills.skill_map(
        [
            {"name": HOSTILE, "short": HOSTILE, "group_name": "Group", "level": 2, "trust": "verified"},
            {"name": "Brought", "short": "Brought", "group_name": "Group", "level": 3, "trust": "imported"},
            {"name": "Stated", "short": "Stated", "group_name": "Group", "level": 2, "trust": "self_reported"},
            {"name": "Other", "short": "Other", "group_name": "Group", "level": 0, "trust": "verified"},
        ]
    ),
    **{
        f"comparison {kind}": lambda kind=kind: _of(kind, scores.comparison)
        for kind in ("binary", "multiclass", "regression")
    },
    **{f"folds {kind}": lambda kind=kind: _of(kind, scores.folds) for kind in ("binary", "regression")},
    **{
        f"{draw.__name__} {kind}": lambda draw=draw, kind=kind: draw(payload(kind))
        for draw in (
            classification.confusion,
            classification.roc,
            classification.precision_recall,
            classification.calibration,
        )
        for kind in ("binary", "multiclass")
    },
    **{
        draw.__name__: lambda draw=draw: draw(payload("regression"), HOSTILE)
        for draw in (regression.scatter, regression.histogram, regression.by_prediction)
    },
    **{
        f"{draw.__name__} {kind or 'alone'}": lambda draw=draw, kind=kind: draw(related(kind))
        for draw in (associations.associations, associations.missing, over_time.over_time)
        for kind in ("binary", "multiclass", "regression", "")
    },
    **{
        f"strengths {kind}": lambda kind=kind: associations.strengths(related(kind))
        for kind in ("binary", "multiclass", "regression")
    },
    "associations of many": lambda: associations.associations(related("regression", 45)),
    **{f"profile {place}": lambda place=place: profiled()[place] for place in range(7)},
}


def _of(kind: str, draw: Callable[..., Figure]) -> Figure:
    found = payload(kind)
    return draw(found, find_metric(found["metric"]))


@pytest.mark.parametrize("name", list(FIGURES))
def test_a_figure_has_its_words_and_a_picture_of_its_own(name: str) -> None:
    one = FIGURES[name]()
    assert one is not None
    assert one.title
    assert one.subtitle
    assert one.title in one.alt or len(one.alt) > 20
    assert one.height > 0
    assert one.table or "race" in name
    drawn = svg.to_svg(one, identifier=name)
    assert drawn == svg.to_svg(one, identifier=name), "the same bytes each time"
    assert "<title" in drawn
    assert "<desc" in drawn
    assert "<script" not in drawn
    assert "<image" not in drawn
    assert set(re.findall(r"https?://[^\"' )<]+", drawn)) <= {
        "http://www.w3.org/2000/svg",
        "http://www.w3.org/1999/xlink",
    }


def test_quantitative_axes_have_titles() -> None:
    for name, make in FIGURES.items():
        one = make()
        spec = one.chart.to_dict() if one else {}
        titles = [
            channel.get("title")
            for layer in spec.get("layer", [spec])
            for key, channel in layer.get("encoding", {}).items()
            if key in ("x", "y") and channel.get("type") == "quantitative"
        ]
        assert any(titles) or not titles, name


def test_a_picture_can_be_taken_out_as_png() -> None:
    assert svg.to_png(scores.leaderboard(board(3), AUC)).startswith(b"\x89PNG")


def luminance(colour: str) -> float:
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [one / 12.92 if one <= 0.03928 else ((one + 0.055) / 1.055) ** 2.4 for one in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    bright, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (bright + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("role", list(ROLES))
def test_colours_stand_out_on_light_and_dark_ground(role: str) -> None:
    least = 2.0 if role == "dummy" else 3.0  # the dummy is meant to stand back, and has its shape and label
    assert contrast(ROLES[role], "#FFFFFF") >= least
    assert contrast(ROLES[role], "#10161D") >= 3.0


@pytest.mark.parametrize(("button", "text"), [("#1F5FA8", "#FFFFFF"), ("#1B2733", "#FFFFFF"), ("#E6EDF4", "#10161D")])
def test_text_can_be_read(button: str, text: str) -> None:
    assert contrast(button, text) >= 4.5


def test_a_leaderboard_is_drawn_in_the_order_of_its_ranks() -> None:
    rows = [
        {"rank": n, "family": "lightgbm", "kind": "candidate", "score": 1 - n / 100, "low": 0.8 - n / 100}
        | {"high": 1.1 - n / 100, "tie_group": 1 if n < 8 else n}
        for n in range(1, 14)
    ]
    drawn = svg.to_svg(scores.leaderboard(rows, AUC))
    found = re.findall(r'translate\([^,]+,([\d.]+)\)"[^>]*>(\d+)\. LightGBM</text>', drawn)
    labels = [int(rank) for _, rank in sorted(found, key=lambda one: float(one[0]))]
    assert labels == list(range(1, 14))


def test_nothing_is_drawn_of_nothing() -> None:
    frame = pd.DataFrame({"a": [1.5, 2.5] * 20, "note": [f"a long text about the row number {n}" for n in range(40)]})
    found = profile(frame, describe(frame))
    assert associations.associations(found) is None
    assert associations.missing(found) is None
    assert associations.strengths(found) is None
    assert over_time.over_time(found) is None
    assert over_time.over_time(related("binary"), column="no such column") is None
    assert over_time.over_time(related("binary"), column="when") is not None


def test_a_heat_map_has_a_number_in_each_cell() -> None:
    drawn = svg.to_svg(associations.associations(related("regression", 45)))  # type: ignore[arg-type]
    numbers = re.findall(r">(?:−|-)?(?:\.\d\d|1|0)</text>", drawn)
    assert len(numbers) == 30 * 29 / 2
