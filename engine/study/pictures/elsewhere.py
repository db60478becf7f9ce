"""Pictures of the lessons on tools and places outside of the application."""

from __future__ import annotations

from functools import partial
from typing import Any

import numpy as np

from engine.charts.figure import Figure, figure
from engine.domain.words import number, share
from engine.study.pictures import draw
from engine.study.pictures.picture import Choice, Picture
from engine.study.pictures.sets import SOURCES, table


def _draw_two_deviations(mpg: Any, rows: Any, _: object) -> Figure:
    return figure(
        draw.bars(rows, "rows", "miles per gallon", by="divided by", form=".2f"),
        title="Two honest programs, two standard deviations, further apart where rows are few",
        subtitle=f"Standard deviation of the fuel economy of the first rows of {len(mpg)} cars",
        table=rows,
    )


def two_deviations() -> Picture:
    """Cars: the standard deviation by n and by n less one."""
    mpg = table("auto")["mpg"].to_numpy(float)
    sizes = (2, 3, 5, 10, 30, 100, len(mpg))
    rows = [
        {"rows": f"first {n}", "miles per gallon": round(float(mpg[:n].std(ddof=d)), 3), "divided by": name}
        for n in sizes
        for d, name in ((1, "n less 1, as sd() in R"), (0, "n, as std() in NumPy"))
    ]

    return Picture(
        facts={
            "rows": number(len(mpg)),
            "r": f"{mpg.std(ddof=1):.4f}",
            "numpy": f"{mpg.std(ddof=0):.4f}",
            "five_r": f"{mpg[:5].std(ddof=1):.3f}",
            "five_numpy": f"{mpg[:5].std(ddof=0):.3f}",
            "ratio": f"{np.sqrt(5 / 4):.3f}",
            "mean": f"{mpg.mean():.4f}",
        },
        draw=partial(_draw_two_deviations, mpg, rows),
        source=SOURCES["auto"],
    )


def _draw_mean_of_means(frame: Any, groups: Any, rows: Any, _: object) -> Figure:
    return figure(
        draw.bars(rows, "computed as", "dollars", marked=("mean of the means",), form=","),
        title="Sums and counts can be added up; means cannot",
        subtitle=f"Mean price of {len(frame):,} houses, kept in {len(groups)} parts by neighbourhood",
        table=rows,
    )


def mean_of_means() -> Picture:
    """Houses: the mean of the parts is not the mean of the whole."""
    frame = table("ames")
    groups = frame.groupby("Neighborhood")["Sale_Price"].agg(["sum", "count", "mean"])
    whole, naive = float(frame["Sale_Price"].mean()), float(groups["mean"].mean())
    rows = [
        {"computed as": "mean of all rows", "dollars": round(whole)},
        {
            "computed as": "sums and counts of the parts",
            "dollars": round(float(groups["sum"].sum() / groups["count"].sum())),
        },
        {"computed as": "mean of the means", "dollars": round(naive)},
    ]

    return Picture(
        facts={
            "rows": number(len(frame)),
            "parts": number(len(groups)),
            "whole": number(round(whole)),
            "naive": number(round(naive)),
            "gap": number(round(abs(naive - whole))),
            "smallest": number(int(groups["count"].min())),
            "largest": number(int(groups["count"].max())),
        },
        draw=partial(_draw_mean_of_means, frame, groups, rows),
        source=SOURCES["ames"],
    )


def _draw_shake_up(hidden: Any, views: Any, option: object) -> Figure:
    public, private, winner, place = views[int(str(option))]
    rows = [
        {
            "public error": round(float(a), 2),
            "private error": round(float(b), 2),
            "submission": "first on the public part" if i == winner else "the others",
        }
        for i, (a, b) in enumerate(zip(public, private, strict=True))
    ]
    rows.sort(key=lambda row: str(row["submission"]) != "first on the public part")
    return figure(
        draw.dots(rows, "public error", "private error", by="submission", size=70),
        title=f"First of 40 on {option} public rows: place {place} on the rest",
        subtitle=f"40 linear models, error on {option} public and {len(hidden) - int(str(option))} private rows",
        table=rows,
    )


def _submissions(Z: np.ndarray, y: np.ndarray, train: np.ndarray, hidden: np.ndarray, rng: Any) -> np.ndarray:
    """Squared errors on the hidden rows of forty linear models, each with six columns and a penalty."""
    predictions = []
    for _ in range(40):
        columns = rng.choice(Z.shape[1], 6, replace=False)
        A = np.c_[np.ones(len(y)), Z[:, columns]]
        D = rng.choice([0.1, 10.0, 50.0]) * np.eye(A.shape[1])
        D[0, 0] = 0.0
        predictions.append(A[hidden] @ np.linalg.solve(A[train].T @ A[train] + D, A[train].T @ y[train]))
    return np.asarray((np.array(predictions) - y[hidden]) ** 2)


def shake_up() -> Picture:
    """Diabetes: forty submissions, ranked on a small public part and on the rest."""
    frame = table("diabetes")
    X, y = frame.drop(columns="progression").to_numpy(float), frame["progression"].to_numpy(float)
    rng = np.random.default_rng(0)
    order = rng.permutation(len(y))
    train, hidden = order[:242], order[242:]
    Z = (X - X[train].mean(axis=0)) / X[train].std(axis=0)
    squared = _submissions(Z, y, train, hidden, rng)
    views = {}
    for size in (20, 60, 120):
        public = np.sqrt(squared[:, :size].mean(axis=1))
        private = np.sqrt(squared[:, size:].mean(axis=1))
        winner = int(public.argmin())
        views[size] = public, private, winner, int((private < private[winner]).sum()) + 1

    public, private, winner, place = views[20]
    return Picture(
        facts={
            "train": number(len(train)),
            "hidden": number(len(hidden)),
            "submissions": number(40),
            "public": number(20),
            "private": number(len(hidden) - 20),
            "winner_public": f"{public[winner]:.1f}",
            "winner_private": f"{private[winner]:.1f}",
            "best_private": f"{private.min():.1f}",
            "place": number(place),
            "place_120": number(views[120][3]),
            "correlation": f"{np.corrcoef(public, private)[0, 1]:.2f}",
            "share": share(20 / len(hidden)),
        },
        draw=partial(_draw_shake_up, hidden, views),
        source=SOURCES["diabetes"],
        choice=Choice(label="Public rows", options=tuple(views), start=20),
    )
