"""Pictures of the lessons on telling, reviewing and learning."""

from __future__ import annotations

from functools import partial
from typing import Any

import numpy as np

from engine.charts.figure import Figure, figure
from engine.domain.words import number, share
from engine.study.pictures import draw
from engine.study.pictures.fitted import cancer
from engine.study.pictures.picture import Picture
from engine.study.pictures.sets import SOURCES, table


def _draw_in_units(off: Any, rows: Any, y: Any, _: object) -> Figure:
    return figure(
        draw.bars(rows, "forecast by", "patients told to within 50 points", ends=(0, 1), form=".0%"),
        title=f"The model comes within 50 points for {share(float((off <= 50).mean()))} of the patients",
        subtitle=f"{len(y)} patients, by models that had not seen them; scale from {y.min():.0f} to {y.max():.0f}",
        table=rows,
    )


def in_units() -> Picture:
    """Diabetes: one result, told in the units of the reader."""
    frame = table("diabetes")
    X, y = frame.drop(columns="progression").to_numpy(float), frame["progression"].to_numpy(float)
    fold = np.random.default_rng(0).permutation(len(y)) % 5
    out, guess = np.empty(len(y)), np.empty(len(y))
    for k in range(5):
        A = np.c_[np.ones(len(y)), X]
        out[fold == k] = A[fold == k] @ np.linalg.lstsq(A[fold != k], y[fold != k], rcond=None)[0]
        guess[fold == k] = y[fold != k].mean()
    off, off_guess = np.abs(out - y), np.abs(guess - y)
    r2 = 1 - float(((out - y) ** 2).sum() / ((y - y.mean()) ** 2).sum())
    rows = [
        {
            "forecast by": name,
            "patients told to within 50 points": round(float((e <= 50).mean()), 6),
            "mean error in points": round(float(e.mean()), 1),
        }
        for name, e in (("the model", off), ("the mean of all", off_guess))
    ]

    return Picture(
        facts={
            "rows": number(len(y)),
            "r2": f"{r2:.2f}",
            "mae": f"{off.mean():.0f}",
            "guess": f"{off_guess.mean():.0f}",
            "within": share(float((off <= 50).mean())),
            "guess_within": share(float((off_guess <= 50).mean())),
            "tenth": f"{np.quantile(off, 0.9):.0f}",
            "low": number(int(y.min())),
            "high": number(int(y.max())),
            "fifty": number(50),
        },
        draw=partial(_draw_in_units, off, rows, y),
        source=SOURCES["diabetes"],
    )


def _draw_who_is_in(frame: Any, rows: Any, _: object) -> Figure:
    return figure(
        draw.bars(rows, "age", "men", marked=("70 to 80",), form=","),
        title=f"{rows[-1]['men']} of {len(frame):,} men are older than 69, and there is no woman at all",
        subtitle="Men in the table of wages by age in years",
        table=rows,
    )


def who_is_in() -> Picture:
    """Wages: a model is at home where its rows are."""
    frame = table("wage")
    age, wage = frame["age"].to_numpy(float), frame["wage"].to_numpy(float)
    bands = {f"{a} to {b}": (a, b) for a, b in ((18, 29), (30, 39), (40, 49), (50, 59), (60, 69), (70, 80))}
    rows = [{"age": name, "men": int(((age >= a) & (age <= b)).sum())} for name, (a, b) in bands.items()]
    u = (age - age.mean()) / age.std()
    A = np.c_[np.ones(len(u)), u, u**2]
    covariance = np.linalg.inv(A.T @ A)
    residual = wage - A @ np.linalg.lstsq(A, wage, rcond=None)[0]
    sigma = float(residual.std(ddof=3))

    def reach(at: float) -> float:
        v = (at - age.mean()) / age.std()
        row = np.array([1.0, v, v**2])
        return 1.96 * sigma * float(np.sqrt(row @ covariance @ row))

    return Picture(
        facts={
            "rows": number(len(frame)),
            "old": number(int(str(rows[-1]["men"]))),
            "old_share": share(int(str(rows[-1]["men"])) / len(frame)),
            "middle": number(int(str(rows[2]["men"]))),
            "youngest": number(int(age.min())),
            "oldest": number(int(age.max())),
            "reach_45": f"{reach(45):.1f}",
            "reach_78": f"{reach(78):.1f}",
            "regions": number(int(frame["region"].nunique())),
            "first_year": str(int(frame["year"].min())),
            "last_year": str(int(frame["year"].max())),
            "women": number(0),
        },
        draw=partial(_draw_who_is_in, frame, rows),
        source=SOURCES["wage"],
    )


def _draw_same_cases(rows: Any, truth: Any, _: object) -> Figure:
    return figure(
        draw.bars(rows, "tumours", "number", marked=("only 30 columns right", "only 10 columns right"), form=","),
        title="The choice between the two models rests on a handful of tumours",
        subtitle=f"{len(truth)} tumours, two logistic regressions, predictions for rows not fitted on",
        table=rows,
    )


def same_cases() -> Picture:
    """Breast tumours: two models that differ in the tumours on which just one of them is right."""
    truth, p = cancer("logistic")
    q = cancer("few")[1]
    a, b = (p >= 0.5) == truth, (q >= 0.5) == truth
    rows = [
        {"tumours": "both right", "number": int((a & b).sum())},
        {"tumours": "only 30 columns right", "number": int((a & ~b).sum())},
        {"tumours": "only 10 columns right", "number": int((~a & b).sum())},
        {"tumours": "both wrong", "number": int((~a & ~b).sum())},
    ]

    both, first, second, none = (int(str(row["number"])) for row in rows)
    return Picture(
        facts={
            "rows": number(len(truth)),
            "both": number(both),
            "first": number(first),
            "second": number(second),
            "none": number(none),
            "differ": number(first + second),
            "accuracy": share(float(a.mean())),
            "accuracy_few": share(float(b.mean())),
            "missed": number(int((truth & (q < 0.5)).sum())),
        },
        draw=partial(_draw_same_cases, rows, truth),
        source=SOURCES["cancer"],
    )


def _draw_tired(by_day: Any, frame: Any, rows: Any, _: object) -> Figure:
    x, y = "day", "mean reaction time (milliseconds)"
    return figure(
        draw.over(draw.lines(rows, x, y), draw.dots(rows, x, y, size=60)),
        title=f"By the tenth day people react {by_day.iloc[-1] - by_day.iloc[0]:.0f} ms later than on the first",
        subtitle=f"Mean reaction time of {frame['Subject'].nunique()} people who were kept short of sleep",
        table=rows,
    )


def tired() -> Picture:
    """Lack of sleep: reaction times over ten days."""
    frame = table("sleep")
    by_day = frame.groupby("Days")["Reaction"].mean()
    slopes = frame.groupby("Subject")[["Days", "Reaction"]].apply(
        lambda d: float(np.polyfit(d["Days"], d["Reaction"], 1)[0])
    )
    rows = [
        {"day": int(str(day)), "mean reaction time (milliseconds)": round(float(value), 1)}
        for day, value in by_day.items()
    ]

    return Picture(
        facts={
            "people": number(int(frame["Subject"].nunique())),
            "first": f"{by_day.iloc[0]:.0f}",
            "last": f"{by_day.iloc[-1]:.0f}",
            "more": share(float(by_day.iloc[-1] / by_day.iloc[0]) - 1),
            "slope": f"{slopes.mean():.1f}",
            "slower": number(int((slopes > 0).sum())),
            "steepest": f"{slopes.max():.0f}",
        },
        draw=partial(_draw_tired, by_day, frame, rows),
        source=SOURCES["sleep"],
    )
