"""Pictures of the lessons on a model in use: requests, drift, renewal."""

from __future__ import annotations

from functools import partial
from typing import Any

import numpy as np

from engine.charts.figure import Figure, figure
from engine.domain.words import number, share
from engine.study.pictures import draw
from engine.study.pictures.fitted import SIZES, birds, species_model
from engine.study.pictures.picture import Choice, Picture
from engine.study.pictures.sets import SOURCES, table


def _draw_odd_requests(answers: Any, names: Any, refused: Any, option: object) -> Figure:
    rows = [
        {"species": str(n), "probability": round(float(p), 3)} for n, p in zip(names, answers[str(option)], strict=True)
    ]
    best = int(answers[str(option)].argmax())
    fields = refused[str(option)]
    said = "inside the known ranges" if not fields else f"{fields} of 4 fields outside the known ranges"
    return figure(
        draw.bars(rows, "species", "probability", ends=(0, 1), form=".1%"),
        title=f"“{str(option).capitalize()}”: {names[best]}, {share(float(answers[str(option)][best]))}",
        subtitle=f"Answer for one Gentoo penguin; this request has {'all 4 fields ' + said if not fields else said}",
        table=rows,
    )


def odd_requests() -> Picture:
    """Penguins: what a model answers to requests that make no sense."""
    frame, species, train, _ = birds()
    names = np.unique(frame["species"].to_numpy(str))
    bird = frame[SIZES].to_numpy()[int(np.flatnonzero(species == 2)[0])]
    length, depth, flipper, mass = map(float, bird)
    requests = {
        "as measured": bird,
        "mass in kilograms": np.array([length, depth, flipper, mass / 1000]),
        "bill length and depth swapped": np.array([depth, length, flipper, mass]),
        "flipper left at 0": np.array([length, depth, 0.0, mass]),
    }
    answers = {name: species_model().predict_proba(one[None])[0] for name, one in requests.items()}
    known = frame[SIZES].to_numpy()[train]
    low, high = known.min(axis=0), known.max(axis=0)
    refused = {name: int(((one < low) | (one > high)).sum()) for name, one in requests.items()}

    def told(name: str) -> tuple[str, str]:
        return str(names[answers[name].argmax()]), share(float(answers[name].max()))

    return Picture(
        facts={
            "train": number(len(train)),
            "mass": number(int(bird[3])),
            "kilos": f"{bird[3] / 1000:.2f}",
            "flipper": number(int(bird[2])),
            "good": told("as measured")[1],
            "kilo_species": told("mass in kilograms")[0],
            "kilo_p": told("mass in kilograms")[1],
            "swap_species": told("bill length and depth swapped")[0],
            "swap_p": told("bill length and depth swapped")[1],
            "zero_species": told("flipper left at 0")[0],
            "zero_p": told("flipper left at 0")[1],
            "mass_low": number(int(low[3])),
            "mass_high": number(int(high[3])),
            "swap_fields": number(refused["bill length and depth swapped"]),
        },
        draw=partial(_draw_odd_requests, answers, names, refused),
        source=SOURCES["penguins"],
        choice=Choice(label="Request", options=tuple(requests), start="mass in kilograms"),
    )


def _draw_warm_months(known: Any, rows: Any, _: object) -> Figure:
    return figure(
        draw.bars(rows, "month", "mean absolute error (parts per billion)", marked=("July", "August"), form=".1f"),
        title="In the hot months the model of spring is twice as far off",
        subtitle=f"Error of a line on temperature and wind, learned from {int(known.sum())} days of May and June",
        table=rows,
    )


def warm_months() -> Picture:
    """Ozone in New York: a model of spring meets the summer."""
    frame = table("airquality").dropna(subset=["Ozone", "Temp", "Wind"])
    month = frame["Month"].map({5: "May", 6: "June", 7: "July", 8: "August", 9: "September"}).to_numpy()
    A = np.c_[np.ones(len(frame)), frame[["Temp", "Wind"]].to_numpy(float)]
    y = frame["Ozone"].to_numpy(float)
    known = np.isin(month, ["May", "June"])
    weights = np.linalg.lstsq(A[known], y[known], rcond=None)[0]
    errors = A @ weights - y
    rows = []
    for name in ("May", "June", "July", "August", "September"):
        here = month == name
        gap = (A[here, 1].mean() - A[known, 1].mean()) / A[known, 1].std(ddof=1)
        one = {"month": name, "mean absolute error (parts per billion)": round(float(np.abs(errors[here]).mean()), 1)}
        one |= {"mean error": round(float(errors[here].mean()), 1), "days": int(here.sum())}
        rows.append({**one, "temperature, in deviations above spring": round(float(gap), 2)})
    at = {str(row["month"]): row for row in rows}

    def error(name: str) -> str:
        return f"{float(str(at[name]['mean absolute error (parts per billion)'])):.1f}"

    inside = (A[:, 1] <= A[known, 1].max()) & (A[:, 1] >= A[known, 1].min())
    return Picture(
        facts={
            "known": number(int(known.sum())),
            "spring": f"{np.abs(errors[known]).mean():.1f}",
            "july": error("July"),
            "august": error("August"),
            "september": error("September"),
            "drift": f"{float(str(at['July']['temperature, in deviations above spring'])):.1f}",
            "drift_august": f"{float(str(at['August']['temperature, in deviations above spring'])):.1f}",
            "bias": f"{abs(float(str(at['August']['mean error']))):.0f}",
            "direction": "too low" if float(str(at["August"]["mean error"])) < 0 else "too high",
            "inside": share(float(inside[np.isin(month, ["July", "August"])].mean())),
            "temp_spring": f"{A[known, 1].mean():.0f}",
            "temp_july": f"{A[month == 'July', 1].mean():.0f}",
        },
        draw=partial(_draw_warm_months, known, rows),
        source=SOURCES["airquality"],
    )


def _draw_retrained(rows: Any, years: Any, _: object) -> Figure:
    shown = [{**row, "year": int(str(row["year"]))} for row in rows]
    old, new = years[1960]
    return figure(
        draw.lines(shown, "year", "error (thousand a month)", by="model", y_ends=(0, 110)).encode(x=draw.whole("year")),
        title=f"By 1960 the old model is off by {old:.0f} thousand a month, the new one by {new:.0f}",
        subtitle="Mean absolute error of a line with a value for each month; each year is forecast from those before",
        table=rows,
    )


def retrained() -> Picture:
    """Airline passengers: a model that stays as it is, and one that is learned anew each year."""
    value = table("passengers")["value"].to_numpy(float)
    when = np.arange(len(value))
    A = np.c_[when / 12, np.eye(12)[when % 12]]

    def forecast(until: int, months: np.ndarray) -> np.ndarray:
        weights = np.linalg.lstsq(A[:until], value[:until], rcond=None)[0]
        return np.asarray(A[months] @ weights)

    years = {}
    for year in range(1954, 1961):
        months = np.arange((year - 1949) * 12, (year - 1948) * 12)
        years[year] = tuple(
            float(np.abs(forecast(until, months) - value[months]).mean()) for until in (60, int(months[0]))
        )
    rows = [
        {"year": str(year), "error (thousand a month)": round(pair[i], 1), "model": name}
        for i, name in enumerate(("never retrained", "retrained each January"))
        for year, pair in years.items()
    ]

    return Picture(
        facts={
            "old_first": f"{years[1954][0]:.0f}",
            "old_55": f"{years[1955][0]:.0f}",
            "old_last": f"{years[1960][0]:.0f}",
            "new_last": f"{years[1960][1]:.0f}",
            "new_55": f"{years[1955][1]:.0f}",
            "cut": share(1 - years[1960][1] / years[1960][0]),
            "months": number(60),
            "worse": number(sum(b > a + 1e-9 for a, b in years.values())),
            "mean_60": number(round(float(value[-12:].mean()))),
        },
        draw=partial(_draw_retrained, rows, years),
        source=SOURCES["passengers"],
    )
