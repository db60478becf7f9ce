"""Pictures of the lessons on programming and data languages."""

from __future__ import annotations

from functools import partial
from typing import Any

import numpy as np

from engine.charts.figure import Figure, figure
from engine.domain.words import number, share
from engine.study.pictures import draw
from engine.study.pictures.picture import Choice, Picture
from engine.study.pictures.sets import SOURCES, arrays, table


def _draw_ratio(means: Any, measured: Any, _: object) -> Figure:
    rows = [
        {"bill length divided by bill depth": round(float(r), 3), "species": str(s), "kind": str(s)}
        for r, s in zip(measured["ratio"], measured["species"], strict=True)
    ]
    chart = draw.strip(rows, "bill length divided by bill depth", "species")
    return figure(
        chart,
        title="One short function all but tells Adelie penguins from the rest",
        subtitle=f"Bill length divided by bill depth, {len(measured)} penguins, one stroke each",
        table=[{"species": str(k), "mean ratio": round(float(v), 2)} for k, v in means.items()],
    )


def ratio() -> Picture:
    """Penguins: one small function, applied to every row, separates the species."""
    birds = table("penguins").assign(ratio=lambda d: d["bill_length_mm"] / d["bill_depth_mm"])
    measured = birds.dropna(subset=["ratio"])
    means = measured.groupby("species")["ratio"].mean()
    adelie = measured["species"] == "Adelie"
    highest, others = float(measured.loc[adelie, "ratio"].max()), measured.loc[~adelie, "ratio"]

    first = birds.iloc[0]
    return Picture(
        facts={
            "rows": number(len(birds)),
            "missing": number(len(birds) - len(measured)),
            "length": f"{first['bill_length_mm']:.1f}",
            "depth": f"{first['bill_depth_mm']:.1f}",
            "first": f"{first['ratio']:.2f}",
            "adelie": f"{means['Adelie']:.2f}",
            "chinstrap": f"{means['Chinstrap']:.2f}",
            "gentoo": f"{means['Gentoo']:.2f}",
            "highest": f"{highest:.2f}",
            "below": number(int((others <= highest).sum())),
            "others": number(len(others)),
        },
        draw=partial(_draw_ratio, means, measured),
        source=SOURCES["penguins"],
    )


def _draw_mean_digit(X: Any, y: Any, digit: object) -> Figure:
    chosen = X[y == int(str(digit))]
    mean = chosen.mean(axis=0).reshape(8, 8)
    return figure(
        draw.grid(mean),
        title=f"The mean of {len(chosen)} handwritten pictures of {digit}",
        subtitle="X[y == digit].mean(axis=0), the 64 means laid out as 8 rows of 8; tone from 0 to 16",
        table=[{str(j + 1): round(float(v), 1) for j, v in enumerate(row)} for row in mean],
    )


def mean_digit() -> Picture:
    """Digits: the mean of many pictures, in one line and without a loop."""
    X, y = arrays("digits", "digit")
    y = y.astype(int)
    spread = X[y == 1].std(axis=0)

    return Picture(
        facts={
            "rows": number(len(X)),
            "columns": number(X.shape[1]),
            "cells": number(X.size),
            "float_bytes": number(X.nbytes),
            "small_bytes": number(X.astype(np.uint8).nbytes),
            "top": number(int(X.max())),
            "threes": number(int((y == 3).sum())),
            "overflow": number(int((np.array([200], np.uint8) + np.array([100], np.uint8))[0])),
            "steady": number(int((spread == 0).sum())),
        },
        draw=partial(_draw_mean_digit, X, y),
        source=SOURCES["digits"],
        choice=Choice(label="Digit", options=tuple(range(10)), start=3),
    )


def _draw_weighted(latest: Any, rows: Any, _: object) -> Figure:
    return figure(
        draw.bars(rows, "continent", "years of life", by="mean over", form=".1f"),
        title="Each continent has two honest means, and they answer two questions",
        subtitle=f"Life expectancy in 2007, {len(latest)} countries: mean over countries and mean over people",
        table=rows,
    )


def weighted() -> Picture:
    """Gapminder: the mean of countries is not the mean of people."""
    latest = table("gapminder").query("year == 2007")
    rows = []
    for name, part in latest.groupby("continent"):
        plain = float(part["lifeExp"].mean())
        people = float(np.average(part["lifeExp"], weights=part["pop"]))
        rows += [
            {"continent": str(name), "years of life": round(plain, 1), "mean over": "countries"},
            {"continent": str(name), "years of life": round(people, 1), "mean over": "people"},
        ]
    at = {(row["continent"], row["mean over"]): row["years of life"] for row in rows}
    biggest = latest.sort_values("pop").iloc[-1]
    asia = latest.query("continent == 'Asia'")
    everything = table("gapminder")

    return Picture(
        facts={
            "all_rows": number(len(everything)),
            "countries": number(len(latest)),
            "years": number(everything["year"].nunique()),
            "africa_countries": f"{at['Africa', 'countries']:.1f}",
            "africa_people": f"{at['Africa', 'people']:.1f}",
            "americas_countries": f"{at['Americas', 'countries']:.1f}",
            "americas_people": f"{at['Americas', 'people']:.1f}",
            "asia_share": share(float(biggest["pop"] / asia["pop"].sum())),
            "asia_count": number(len(asia)),
            "biggest": str(biggest["country"]),
            "grown": number(len(everything) * int(everything["year"].nunique())),
        },
        draw=partial(_draw_weighted, latest, rows),
        source=SOURCES["gapminder"],
    )


def _draw_not_male(asked: Any, missing: Any, sex: Any, _: object) -> Figure:
    return figure(
        draw.bars(asked, "condition", "rows", marked=("sex IS NULL",), form=","),
        title=f"“Male” and “not male” together miss {missing} of {len(sex)} rows",
        subtitle="Rows that each WHERE returns from the table of penguins",
        table=asked,
    )


def not_male() -> Picture:
    """Penguins: a comparison with a missing value is neither true nor false."""
    sex = table("penguins")["sex"]
    male, female, missing = int((sex == "male").sum()), int((sex == "female").sum()), int(sex.isna().sum())
    asked = [
        {"condition": "sex = 'male'", "rows": male},
        {"condition": "sex <> 'male'", "rows": female},
        {"condition": "sex IS NULL", "rows": missing},
        {"condition": "no condition", "rows": len(sex)},
    ]

    return Picture(
        facts={
            "rows": number(len(sex)),
            "male": number(male),
            "female": number(female),
            "missing": number(missing),
            "both": number(male + female),
            "kept": number(female + missing),
            "count_sex": number(int(sex.notna().sum())),
        },
        draw=partial(_draw_not_male, asked, missing, sex),
        source=SOURCES["penguins"],
    )
