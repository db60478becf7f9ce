"""Pictures of the lessons on framing a problem and on its worth."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

import numpy as np

from engine.charts.figure import Figure, figure
from engine.domain.words import number, share
from engine.study.pictures import draw
from engine.study.pictures.fitted import auc, caravan, churn
from engine.study.pictures.picture import Choice, Picture
from engine.study.pictures.sets import SOURCES, table


def _draw_capacity(base: Any, left: Any, reached: Any, rule: Any, option: object) -> Figure:
    size = int(str(option))
    rows = [
        {"list": "anybody", "share that would leave": round(base, 3)},
        {"list": "monthly contract", "share that would leave": round(rule, 3)},
        {"list": "ranked by a model", "share that would leave": round(reached[size], 3)},
    ]
    return figure(
        draw.bars(rows, "list", "share that would leave", ends=(0, 1), form=".1%"),
        title=f"Of {size:,} ranked customers {share(reached[size])} would have left, of a random list {share(base)}",
        subtitle=f"{len(left):,} customers; the ranking is a logistic regression, judged on rows it was not fitted on",
        table=rows,
    )


def capacity() -> Picture:
    """Telephone customers: what a list of so many names must reach, by rule and at random."""
    frame, left, probability = churn()
    order = np.argsort(-probability, kind="stable")
    monthly = (frame["contract"] == "Month-to-month").to_numpy()
    base, rule = float(left.mean()), float(left[monthly].mean())
    reached = {size: float(left[order[:size]].mean()) for size in (200, 500, 1000, 2000)}

    return Picture(
        facts={
            "rows": number(len(left)),
            "left": number(int(left.sum())),
            "base": share(base),
            "rule": share(rule),
            "monthly": number(int(monthly.sum())),
            "list": number(500),
            "list_rate": share(reached[500]),
            "list_hits": number(round(500 * reached[500])),
            "rule_hits": number(round(500 * rule)),
            "base_hits": number(round(500 * base)),
            "long_rate": share(reached[2000]),
        },
        draw=partial(_draw_capacity, base, left, reached, rule),
        source=SOURCES["churn"],
        choice=Choice(label="Names on the list", options=tuple(reached), start=500),
    )


def _draw_accuracy_trap(metrics: Any, positives: Any, said: Any, truth: Any, option: object) -> Figure:
    rows = [{"model": name, str(option): round(metrics[str(option)](p), 6)} for name, p in said.items()]
    best = max(rows, key=lambda row: float(str(row[str(option)])))
    return figure(
        draw.bars(rows, "model", str(option), ends=(0, 1), form=".2%"),
        title=f"By {option} the first place goes to: {best['model']}",
        subtitle=f"{len(truth):,} customers, {positives} of whom bought; one model, cut at two thresholds",
        table=[{"model": name, **{m: round(f(p), 6) for m, f in metrics.items()}} for name, p in said.items()],
    )


def accuracy_trap() -> Picture:
    """Caravan policies: a model that says “no” to everyone is right most of the time."""
    truth, probability = caravan()
    said = {
        "always “no”": np.zeros(len(truth), bool),
        "at one half": probability >= 0.5,
        "at one tenth": probability >= 0.1,
    }
    metrics = {
        "accuracy": lambda p: float((p == truth).mean()),
        "recall": lambda p: float(p[truth].mean()),
        "precision": lambda p: float(truth[p].mean()) if p.any() else 0.0,
    }
    positives = int(truth.sum())

    half, tenth = said["at one half"], said["at one tenth"]
    return Picture(
        facts={
            "rows": number(len(truth)),
            "bad": number(positives),
            "base": share(float(truth.mean())),
            "never": f"{100 * float((~truth).mean()):.2f} %",
            "half_accuracy": f"{100 * float((half == truth).mean()):.2f} %",
            "half_recall": share(float(half[truth].mean())),
            "half_found": number(int((half & truth).sum())),
            "tenth_accuracy": share(float((tenth == truth).mean())),
            "tenth_recall": share(float(tenth[truth].mean())),
            "tenth_found": number(int((tenth & truth).sum())),
            "tenth_flagged": number(int(tenth.sum())),
            "tenth_precision": share(float(truth[tenth].mean())),
            "auc": f"{auc(truth, probability):.3f}",
        },
        draw=partial(_draw_accuracy_trap, metrics, positives, said, truth),
        source=SOURCES["caravan"],
        choice=Choice(label="Metric", options=tuple(metrics), start="accuracy"),
    )


def _draw_baselines(rmse: Any, y: Any, _: object) -> Figure:
    rows = [{"model": name, "root mean squared error": round(value, 1)} for name, value in rmse.items()]
    worse = [name for name, value in rmse.items() if value > rmse["the mean"]]
    return figure(
        draw.bars(rows, "model", "root mean squared error", marked=worse, form=".1f"),
        title="A fully grown tree does worse than no model at all",
        subtitle=f"{len(y)} patients, five folds; smaller is better; amber: worse than the mean",
        table=rows,
    )


def _out_of_fold(models: Mapping[str, Any], X: np.ndarray, y: np.ndarray) -> dict[str, np.ndarray]:
    """Predictions in five folds on scaled columns; no model means the mean of the training part."""
    from sklearn.model_selection import KFold

    out = {name: np.empty(len(y)) for name in models}
    for train, test in KFold(5, shuffle=True, random_state=0).split(X):
        Z = (X - X[train].mean(axis=0)) / X[train].std(axis=0)
        for name, spec in models.items():
            if spec is None:
                out[name][test] = y[train].mean()
            else:
                model, columns = spec
                out[name][test] = model.fit(Z[train][:, columns], y[train]).predict(Z[test][:, columns])
    return out


def baselines() -> Picture:
    """Diabetes: a guess, one column, a line through all columns, and two models with more freedom."""
    from sklearn.linear_model import LinearRegression
    from sklearn.neighbors import KNeighborsRegressor
    from sklearn.tree import DecisionTreeRegressor

    frame = table("diabetes")
    X, y = frame.drop(columns="progression").to_numpy(float), frame["progression"].to_numpy(float)
    bmi = list(frame.columns).index("bmi")
    models = {
        "the mean": None,
        "a line on body mass": (LinearRegression(), [bmi]),
        "a line on all columns": (LinearRegression(), list(range(X.shape[1]))),
        "5 nearest neighbours": (KNeighborsRegressor(5), list(range(X.shape[1]))),
        "a tree, fully grown": (DecisionTreeRegressor(random_state=0), list(range(X.shape[1]))),
    }
    rmse = {name: float(np.sqrt(((p - y) ** 2).mean())) for name, p in _out_of_fold(models, X, y).items()}

    guess, one, line, near, tree = rmse.values()
    return Picture(
        facts={
            "rows": number(len(y)),
            "columns": number(X.shape[1]),
            "guess": f"{guess:.1f}",
            "one": f"{one:.1f}",
            "line": f"{line:.1f}",
            "near": f"{near:.1f}",
            "tree": f"{tree:.1f}",
            "gain_one": share(1 - one / guess),
            "gain_line": share(1 - line / guess),
            "low": number(int(y.min())),
            "high": number(int(y.max())),
        },
        draw=partial(_draw_baselines, rmse, y),
        source=SOURCES["diabetes"],
    )


def _draw_worth(earned: Any, sizes: Any, option: object) -> Figure:
    rate = float(str(option).removesuffix(" %")) / 100
    value = earned[rate]
    x, y = "customers called, most likely to leave first", "dollars earned in the year"
    rows = [{x: int(n), y: round(float(v))} for n, v in zip(sizes, value, strict=True)]
    best = int(value.argmax())
    said = f"earn the most: {value[best]:,.0f} dollars" if value[best] > 0 else "still lose money"
    return figure(
        draw.over(draw.lines(rows, x, y), draw.level(0.0, y)),
        title=f"If {option} of those who meant to leave stay, {int(sizes[best]):,} calls {said}",
        subtitle="A call costs 10 dollars; who stays pays on for 12 months, and a quarter of what is paid is margin",
        table=rows,
    )


def worth() -> Picture:
    """Telephone customers: what a campaign earns by the number of calls, under assumptions that are on the table."""
    frame, left, probability = churn()
    order = np.argsort(-probability, kind="stable")
    call, kept_months = 10.0, 12
    gain = frame["monthly_charges"].to_numpy(float)[order] * kept_months * 0.25
    hits = left[order]
    sizes = np.arange(100, len(left) + 1, 100)
    earned = {}
    for persuaded in (0.05, 0.1, 0.2):
        value = np.cumsum(hits * gain * persuaded - call)
        earned[persuaded] = value[sizes - 1]

    tenth, everyone = earned[0.1], earned[0.1][-1]
    best = int(tenth.argmax())
    first = float((hits[:1000] * gain[:1000]).sum() / hits[:1000].sum())
    return Picture(
        facts={
            "rows": number(len(left)),
            "margin": number(round(first)),
            "hits": number(int(hits[:1000].sum())),
            "calls": number(1000),
            "expected": number(round(float(tenth[9]))),
            "cost": number(round(call * 1000)),
            "saved": number(round(float(hits[:1000].sum()) * 0.1)),
            "best_calls": number(int(sizes[best])),
            "best": number(round(float(tenth[best]))),
            "everyone": number(round(abs(float(everyone)))),
            "low": number(round(float(earned[0.05][9])))
            if earned[0.05][9] > 0
            else f"-{number(round(-float(earned[0.05][9])))}",
            "high": number(round(float(earned[0.2][9]))),
        },
        draw=partial(_draw_worth, earned, sizes),
        source=SOURCES["churn"],
        choice=Choice(label="Share persuaded to stay", options=("5 %", "10 %", "20 %"), start="10 %"),
    )
