"""Pictures of the lessons on search and on keeping a record of experiments."""

from __future__ import annotations

import itertools
from functools import partial
from typing import Any

import numpy as np

from engine.charts.figure import Figure, figure
from engine.domain.words import number, share, with_interval
from engine.study.pictures import draw
from engine.study.pictures.picture import Choice, Picture
from engine.study.pictures.sets import SOURCES, arrays, table


def _draw_searched(best_after: Any, most: Any, score: Any, tried: Any, y: Any, option: object) -> Figure:
    trials = int(str(option))
    a, b = "neighbours", "share right"
    line = [{a: k + 1, b: round(float(score[k]), 4)} for k in range(most)]
    seen = [{a: int(k), b: round(float(score[k - 1]), 4)} for k in tried[:trials]]
    found = int(tried[:trials][score[tried[:trials] - 1].argmax()])
    return figure(
        draw.over(draw.lines(line, a, b), draw.dots(seen, a, b, size=70)),
        title=f"{trials} random trials find {found} neighbours with {share(float(score[found - 1]))}",
        subtitle=f"Line: all {most} values; dots: those tried; {len(y)} tumours, mean of five folds",
        table=[
            {"trial": i + 1, a: int(k), b: round(float(score[k - 1]), 4), "best so far": round(float(v), 4)}
            for i, (k, v) in enumerate(zip(tried[:trials], best_after, strict=False))
        ],
    )


def searched() -> Picture:
    """Breast tumours: how many neighbours, found by trying some of them."""
    X, y = arrays("cancer", "diagnosis", positive="malignant")
    fold = np.random.default_rng(0).permutation(len(y)) % 5
    most = 100
    right = np.zeros((5, most))
    for k in range(5):
        train, test = fold != k, fold == k
        mean, sd = X[train].mean(axis=0), X[train].std(axis=0)
        A, B = (X[train] - mean) / sd, (X[test] - mean) / sd
        distance = (B**2).sum(axis=1)[:, None] + (A**2).sum(axis=1)[None, :] - 2 * B @ A.T
        votes = y[train][np.argsort(distance, axis=1, kind="stable")[:, :most]].cumsum(axis=1)
        said = votes * 2 > np.arange(1, most + 1)
        right[k] = (said == y[test][:, None]).mean(axis=0)
    score = right.mean(axis=0)
    tried = np.random.default_rng(3).permutation(np.arange(1, most + 1))
    best_after = np.maximum.accumulate(score[tried - 1])

    top = int(score.argmax()) + 1
    spread = float(right[:, top - 1].std(ddof=1))
    return Picture(
        facts={
            "rows": number(len(y)),
            "all": number(most),
            "top": number(top),
            "top_score": share(float(score[top - 1])),
            "three": share(float(best_after[2])),
            "ten": share(float(best_after[9])),
            "thirty": share(float(best_after[29])),
            "hundred": share(float(score[-1])),
            "one": share(float(score[0])),
            "spread": f"{100 * spread:.1f}",
            "gain": f"{100 * float(best_after[29] - best_after[9]):.1f}",
            "near": number(int((score > score.max() - 0.01).sum())),
            "fits": number(30 * 5),
        },
        draw=partial(_draw_searched, best_after, most, score, tried, y),
        source=SOURCES["cancer"],
        choice=Choice(label="Trials", options=(3, 10, 30), start=10),
    )


def _draw_one_change(gains: Any, price: Any, _: object) -> Figure:
    rows = [
        {"change": name, "error removed": round(value, 4), "low": round(low, 4), "high": round(high, 4)}
        for name, (value, low, high) in gains.items()
    ]
    return figure(
        draw.bars(rows, "change", "error removed", interval=True, form=".4f"),
        title="Two changes help; the third does not",
        subtitle=f"Fall of the error of the log price against the run before; {len(price):,} houses, 95 % intervals",
        table=rows,
    )


def _squared_errors(A: np.ndarray, price: np.ndarray, seed: int) -> np.ndarray:
    """Squared errors of a line with a slight penalty, each row predicted in five folds that the seed deals out."""
    fold, out = np.random.default_rng(seed).permutation(len(price)) % 5, np.empty(len(price))
    for k in range(5):
        B = A[fold != k]
        weights = np.linalg.solve(B.T @ B + 1e-3 * np.eye(A.shape[1]), B.T @ price[fold != k])
        out[fold == k] = (A[fold == k] @ weights - price[fold == k]) ** 2
    return out


def _housing_runs() -> tuple[dict[str, np.ndarray], np.ndarray]:
    """Columns of each run, each with one thing more than the one before; and the logarithm of the price."""
    frame = table("ames")
    hoods = frame["Neighborhood"].astype("category").cat.codes.to_numpy()
    added = {
        "living area": np.c_[np.ones(len(frame)), np.log(frame["Gr_Liv_Area"].to_numpy(float))],
        "add the age": np.clip(frame["Year_Sold"] - frame["Year_Built"], 0, None).to_numpy(float),
        "add the neighbourhood": np.eye(hoods.max() + 1)[hoods],
        "add the year of sale": frame["Year_Sold"].to_numpy(float) - 2006,
    }
    parts = list(added.values())
    runs = {name: np.column_stack(parts[: place + 1]) for place, name in enumerate(added)}
    return runs, np.log(frame["Sale_Price"].to_numpy(float))


def one_change() -> Picture:
    """Houses: a log of changes, each measured against the run before on the same folds."""
    runs, price = _housing_runs()
    squared = {name: _squared_errors(A, price, 0) for name, A in runs.items()}
    rmse = {name: float(np.sqrt(e.mean())) for name, e in squared.items()}
    names = list(runs)
    seeds = [float(np.sqrt(_squared_errors(runs[names[2]], price, seed).mean())) for seed in range(12)]
    rng = np.random.default_rng(0)
    picks = rng.integers(0, len(price), size=(400, len(price)))
    gains = {}
    for a, b in itertools.pairwise(names):
        drawn = np.sqrt(squared[a][picks].mean(axis=1)) - np.sqrt(squared[b][picks].mean(axis=1))
        gains[b] = rmse[a] - rmse[b], float(np.quantile(drawn, 0.025)), float(np.quantile(drawn, 0.975))

    return Picture(
        facts={
            "rows": number(len(price)),
            **{f"error_{i}": f"{rmse[name]:.4f}" for i, name in enumerate(names)},
            "age": with_interval(*gains[names[1]]),
            "hood": with_interval(*gains[names[2]]),
            "year_harm": f"{-gains[names[3]][0]:.4f}",
            "seed_gap": f"{max(seeds) - min(seeds):.4f}",
            "seed_low": f"{min(seeds):.4f}",
            "seed_high": f"{max(seeds):.4f}",
            "seeds": number(len(seeds)),
        },
        draw=partial(_draw_one_change, gains, price),
        source=SOURCES["ames"],
    )
