"""Pictures of the lessons on mathematics and statistics."""

from __future__ import annotations

from functools import partial
from typing import Any

import numpy as np

from engine.charts.figure import Figure, figure
from engine.domain.words import number, share
from engine.study.pictures import draw
from engine.study.pictures.picture import Choice, Picture
from engine.study.pictures.sets import SOURCES, arrays, standardised, table


def _draw_projection(views: Any, y: Any, option: object) -> Figure:
    made, parts, _ = views[str(option)]
    rows = [
        {
            "first direction": round(float(a), 2),
            "second direction": round(float(b), 2),
            "grower": str(g).replace("class_", "grower "),
        }
        for (a, b), g in zip(made[:, :2], y, strict=True)
    ]
    return figure(
        draw.dots(sorted(rows, key=lambda row: str(row["grower"])), "first direction", "second direction", by="grower"),
        title=f"Two directions keep {share(float(parts[:2].sum()))} of the spread of 13 columns",
        subtitle=f"{len(rows)} wines, {option}; the grower was not used to find the directions",
        table=rows,
    )


def projection() -> Picture:
    """Wine: thirteen columns seen from the direction in which they differ most."""
    X, y = arrays("wine", "grower")
    columns = [name for name in table("wine").columns if name != "grower"]
    views = {}
    for name, made in {"each column scaled": standardised(X), "as measured": X - X.mean(axis=0)}.items():
        _, sizes, directions = np.linalg.svd(made, full_matrices=False)
        # The sign of a direction is free; fixed here so that the picture is the same everywhere.
        signs = np.sign(directions[np.arange(len(directions)), np.abs(directions).argmax(axis=1)])
        views[name] = (made @ (directions * signs[:, None]).T, sizes**2 / (sizes**2).sum(), directions)

    scaled, raw = views["each column scaled"], views["as measured"]
    heavy = int(np.abs(raw[2][0]).argmax())
    return Picture(
        facts={
            "rows": number(len(X)),
            "columns": number(X.shape[1]),
            "first": share(float(scaled[1][0])),
            "two": share(float(scaled[1][:2].sum())),
            "needed": number(int((scaled[1].cumsum() < 0.9).sum()) + 1),
            "raw_first": share(float(raw[1][0])),
            "heavy": columns[heavy],
            "heavy_spread": f"{X[:, heavy].std():.0f}",
            "hue_spread": f"{X[:, columns.index('hue')].std():.2f}",
        },
        draw=partial(_draw_projection, views, y),
        source=SOURCES["wine"],
        choice=Choice(label="Columns", options=tuple(views), start="each column scaled"),
    )


def _draw_descent(X: Any, floor: Any, walk: Any, rate: object) -> Figure:
    losses = walk(float(str(rate)))[1]
    rows = [{"step": i, "mean squared error": round(one, 1)} for i, one in enumerate(losses)]
    grows = losses[-1] > losses[0]
    ends = None if grows else (floor * 0.9, losses[0] * 1.05)
    said = "grows without end" if grows else f"falls from {number(losses[0])} to {number(losses[-1])}"
    return figure(
        draw.over(draw.lines(rows, "step", "mean squared error", y_ends=ends), draw.level(floor, "mean squared error")),
        title=f"At a learning rate of {rate} the error {said}",
        subtitle=f"Gradient descent for two weights on {len(X)} patients; dashed: the least error that any two reach",
        table=rows,
    )


def descent() -> Picture:
    """Diabetes: gradient descent for two weights, at several learning rates."""
    frame = table("diabetes")
    X = standardised(frame[["bmi", "bp"]].to_numpy(dtype=float))
    y = (frame["progression"] - frame["progression"].mean()).to_numpy(dtype=float)
    best = np.linalg.lstsq(X, y, rcond=None)[0]
    floor, steps = float(((X @ best - y) ** 2).mean()), 30

    def walk(rate: float) -> tuple[np.ndarray, list[float]]:
        weights, losses = np.zeros(2), []
        for _ in range(steps + 1):
            error = X @ weights - y
            losses.append(float((error**2).mean()))
            weights = weights - rate * 2 / len(X) * X.T @ error
        return weights, losses

    slow, good = walk(0.01)[1], walk(0.3)[1]
    near = next(i for i, one in enumerate(good) if one < floor * 1.001)
    first_gradient = 2 / len(X) * X.T @ y
    curvature = float(2 * np.linalg.eigvalsh(X.T @ X / len(X)).max())
    return Picture(
        facts={
            "rows": number(len(X)),
            "start": number(good[0]),
            "floor": number(floor),
            "slow": number(slow[-1]),
            "near": number(near),
            "steps": number(steps),
            "bmi": f"{best[0]:.1f}",
            "bp": f"{best[1]:.1f}",
            "gradient": f"{first_gradient[0]:.1f}",
            "first_step": f"{0.3 * first_gradient[0]:.1f}",
            "limit": f"{2 / curvature:.2f}",
            "curvature": f"{curvature:.2f}",
            "wild": number(walk(0.75)[1][-1]),
        },
        draw=partial(_draw_descent, X, floor, walk),
        source=SOURCES["diabetes"],
        choice=Choice(label="Learning rate", options=(0.01, 0.1, 0.3, 0.6, 0.75), start=0.3),
    )


def _draw_bayes(frame: Any, right: Any, option: object) -> Figure:
    rate = float(str(option).removesuffix(" %")) / 100
    grid = np.concatenate([np.linspace(0.001, 0.05, 50), np.linspace(0.06, 0.6, 55)])
    rows = [
        {"share that is malignant": round(float(p), 3), "share of alarms that are right": round(right(float(p)), 3)}
        for p in grid
    ]
    here = [{"share that is malignant": rate, "share of alarms that are right": round(right(rate), 3)}]
    x, y = "share that is malignant", "share of alarms that are right"
    return figure(
        draw.over(draw.lines(rows, x, y, y_ends=(0, 1)), draw.dots(here, x, y, size=160, y_ends=(0, 1))),
        title=f"Where {option} are malignant, {share(right(rate))} of the alarms are right",
        subtitle=f"The rule “worst radius above 16.8” with the rates measured on {len(frame)} tumours",
        table=rows,
    )


def bayes() -> Picture:
    """Breast tumours: the same test, read among the sick and among everybody."""
    frame = table("cancer")
    flagged, sick = (frame["worst radius"] > 16.8).to_numpy(), (frame["diagnosis"] == "malignant").to_numpy()
    hit, alarm = float(flagged[sick].mean()), float(flagged[~sick].mean())

    def right(rate: float) -> float:
        return hit * rate / (hit * rate + alarm * (1 - rate))

    women = 10_000
    ill = women // 100
    return Picture(
        facts={
            "rows": number(len(frame)),
            "sick": number(int(sick.sum())),
            "well": number(int((~sick).sum())),
            "base": share(float(sick.mean())),
            "found": number(int((flagged & sick).sum())),
            "hit": share(hit),
            "false": number(int((flagged & ~sick).sum())),
            "alarm": share(alarm),
            "right_here": share(float(sick[flagged].mean())),
            "women": number(women),
            "ill": number(ill),
            "healthy": number(women - ill),
            "ill_found": number(round(hit * ill)),
            "healthy_flagged": number(round(alarm * (women - ill))),
            "right_one": share(right(0.01)),
        },
        draw=partial(_draw_bayes, frame, right),
        source=SOURCES["cancer"],
        choice=Choice(label="Share that is malignant", options=("0.5 %", "1 %", "5 %", "10 %", "37 %"), start="1 %"),
    )


def _draw_skewed(prices: Any, option: object) -> Figure:
    log = option == "logarithm of the price"
    shown = np.log10(prices) if log else prices / 1000
    name = "logarithm (base 10) of the price" if log else "price in thousands of dollars"
    marks = {"median": float(np.median(shown)), "mean": float(shown.mean())}
    said = (
        "On a log scale the mean and the median all but meet" if log else "A few dear houses pull the mean to the right"
    )
    return figure(
        draw.over(draw.histogram(shown, name), draw.upright(marks, name)),
        title=said,
        subtitle=f"{len(prices):,} house sales in Ames, Iowa",
        table=[{"what": key, name: round(value, 3)} for key, value in marks.items()],
    )


def skewed() -> Picture:
    """House prices: mean, median and what a few dear houses do."""
    prices = table("ames")["Sale_Price"].to_numpy(dtype=float)
    mean, median = float(prices.mean()), float(np.median(prices))
    quarter, three = (float(np.quantile(prices, q)) for q in (0.25, 0.75))

    return Picture(
        facts={
            "rows": number(len(prices)),
            "mean": number(round(mean)),
            "median": number(round(median)),
            "gap": number(round(mean - median)),
            "quarter": number(round(quarter)),
            "three": number(round(three)),
            "iqr": number(round(three - quarter)),
            "sd": number(round(float(prices.std(ddof=1)))),
            "above": share(float((prices > mean).mean())),
            "top": number(round(float(prices.max()))),
            "dearest": number(29),
            "mean_without": number(round(float(np.sort(prices)[:-29].mean()))),
            "median_without": number(round(float(np.median(np.sort(prices)[:-29])))),
        },
        draw=partial(_draw_skewed, prices),
        source=SOURCES["ames"],
        choice=Choice(label="Show", options=("price", "logarithm of the price"), start="price"),
    )
