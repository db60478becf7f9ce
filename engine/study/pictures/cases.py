"""The numbers of the cases with a planted flaw: what the project claims, and what it is worth without the flaw."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial

import numpy as np
import pandas as pd

from engine.charts.figure import Figure, figure
from engine.domain.words import number, share
from engine.study.pictures import draw
from engine.study.pictures.fitted import auc, caravan
from engine.study.pictures.picture import Picture
from engine.study.pictures.sets import SOURCES, table

CLAIM, HONEST, SIMPLE = "as the project says", "without the flaw", "without any model"


def _draw(title: str, subtitle: str, value: str, rows: Sequence[Mapping[str, object]], form: str, _: object) -> Figure:
    return figure(
        draw.bars(rows, "measured", value, marked=(CLAIM,), form=form),
        title=title,
        subtitle=subtitle,
        table=rows,
    )


def _picture(
    name: str,
    facts: Mapping[str, str],
    *,
    title: str,
    subtitle: str,
    value: str,
    numbers: Sequence[tuple[str, float]],
    form: str = ".1f",
) -> Picture:
    rows = [{"measured": label, value: round(one, 4)} for label, one in numbers]
    return Picture(facts=facts, draw=partial(_draw, title, subtitle, value, rows, form), source=SOURCES[name])


def _line(A: np.ndarray, y: np.ndarray, fit: np.ndarray, test: np.ndarray) -> np.ndarray:
    """Fit least squares on some rows and predict others."""
    weights = np.linalg.lstsq(np.c_[np.ones(fit.sum()), A[fit]], y[fit], rcond=None)[0]
    return np.asarray(np.c_[np.ones(test.sum()), A[test]] @ weights)


def _rmse(pred: np.ndarray, y: np.ndarray) -> float:
    return float(np.sqrt(np.mean((pred - y) ** 2)))


def mean_of_the_name() -> Picture:
    """Cars: a column of means of the target, computed before the rows were set apart."""
    frame = table("auto")
    y = frame["mpg"].to_numpy(float)
    numbers = frame[["horsepower", "weight", "acceleration"]].to_numpy(float)
    test = np.random.default_rng(1).permutation(len(y)) % 5 == 0
    told = frame.groupby("name")["mpg"].transform("mean").to_numpy(float)
    known = frame[~test].groupby("name")["mpg"].mean()
    inside = frame["name"].map(known).fillna(y[~test].mean()).to_numpy(float)
    claim = _rmse(_line(np.c_[numbers, told], y, ~test, test), y[test])
    honest = _rmse(_line(numbers, y, ~test, test), y[test])
    guess = _rmse(np.full(test.sum(), y[~test].mean()), y[test])
    single = int((frame["name"].value_counts() == 1).sum())
    return _picture(
        "auto",
        {
            "rows": number(len(y)),
            "test_rows": number(int(test.sum())),
            "names": number(frame["name"].nunique()),
            "single": number(single),
            "claim": f"{claim:.1f}",
            "honest": f"{honest:.1f}",
            "inside": f"{_rmse(_line(np.c_[numbers, inside], y, ~test, test), y[test]):.1f}",
            "guess": f"{guess:.1f}",
        },
        title=f"The error is {honest:.1f} miles per gallon, not {claim:.1f}",
        subtitle=f"The same {int(test.sum())} cars, predicted with and without the column of means",
        value="error (miles per gallon)",
        numbers=[(CLAIM, claim), (HONEST, honest), (SIMPLE, guess)],
    )


def best_of_many() -> Picture:
    """Diabetes: hundreds of models compared on the test rows, the best one's score reported."""
    frame = table("diabetes")
    y = frame["progression"].to_numpy(float)
    A = frame.drop(columns="progression").to_numpy(float)
    A = (A - A.mean(axis=0)) / A.std(axis=0)
    rng = np.random.default_rng(4)
    place = rng.permutation(len(y))
    test, fresh = place < 40, place >= 240
    fit = ~test & ~fresh
    tried = []
    for _ in range(400):
        columns = rng.choice(A.shape[1], size=int(rng.integers(2, 8)), replace=False)
        rows = fit & (rng.random(len(y)) < 0.6)
        tried.append((_rmse(_line(A[:, columns], y, rows, test), y[test]), columns, rows))
    claim, columns, rows = min(tried, key=lambda one: one[0])
    honest = _rmse(_line(A[:, columns], y, rows, fresh), y[fresh])
    guess = _rmse(np.full(fresh.sum(), y[fit].mean()), y[fresh])
    return _picture(
        "diabetes",
        {
            "rows": number(int((fit | test).sum())),
            "test_rows": number(int(test.sum())),
            "fresh_rows": number(int(fresh.sum())),
            "tried": number(len(tried)),
            "claim": f"{claim:.1f}",
            "typical": f"{np.median([one[0] for one in tried]):.1f}",
            "honest": f"{honest:.1f}",
            "guess": f"{guess:.1f}",
        },
        title=f"On patients that chose nothing the error is {honest:.1f}, not {claim:.1f}",
        subtitle=f"The chosen model on the 40 rows that chose it, and on {int(fresh.sum())} that nobody had looked at",
        value="error (points of progression)",
        numbers=[(CLAIM, claim), (HONEST, honest), (SIMPLE, guess)],
    )


def nobody_buys() -> Picture:
    """Insurance: a share of right answers where one answer is nearly always right."""
    y, p = caravan()
    said = p >= 0.5
    accuracy, dummy = float((said == y).mean()), float((~y).mean())
    top = np.argsort(-p)[: len(y) // 10]
    return _picture(
        "caravan",
        {
            "rows": number(len(y)),
            "buyers": number(int(y.sum())),
            "rate": share(float(y.mean())),
            "claim": f"{100 * accuracy:.1f}",
            "dummy": f"{100 * dummy:.1f}",
            "found": number(int((said & y).sum())),
            "auc": f"{auc(y, p):.2f}",
            "top": number(len(top)),
            "top_buyers": number(int(y[top].sum())),
            "top_rate": share(float(y[top].mean())),
        },
        title=f"Saying “nobody buys” is right in {100 * dummy:.1f} of 100 cases too",
        subtitle=f"{len(y):,} customers, {int(y.sum())} of whom bought",
        value="right answers (%)",
        numbers=[(CLAIM, 100 * accuracy), (SIMPLE, 100 * dummy)],
    )


def clean_days() -> Picture:
    """Air: days without a measurement taken as days without ozone."""
    frame = table("airquality").copy()
    measured = frame["Ozone"].notna().to_numpy()
    numbers = frame[["Wind", "Temp"]].to_numpy(float)
    filled = frame["Ozone"].fillna(0.0).to_numpy(float)
    fold = np.random.default_rng(0).permutation(len(frame)) % 5
    wrong, right = np.empty(len(frame)), np.full(len(frame), np.nan)
    for k in range(5):
        test = fold == k
        wrong[test] = _line(numbers, filled, ~test, test)
        right[test] = _line(numbers, filled, ~test & measured, test)
    truth = filled[measured]
    claim, honest = _rmse(wrong[measured], truth), _rmse(right[measured], truth)
    return _picture(
        "airquality",
        {
            "rows": number(len(frame)),
            "missing": number(int((~measured).sum())),
            "measured": number(int(measured.sum())),
            "lowest": f"{truth.min():.0f}",
            "claim": f"{_rmse(wrong, filled):.1f}",
            "on_measured": f"{claim:.1f}",
            "honest": f"{honest:.1f}",
            "low": f"{abs(float((wrong[measured] - truth).mean())):.1f}",
        },
        title=f"On days that were measured, the error falls from {claim:.1f} to {honest:.1f} with true labels",
        subtitle=f"{int(measured.sum())} measured days, five folds; fitted with and without the invented zeros",
        value="error (parts per billion)",
        numbers=[("fitted with the invented zeros", claim), ("fitted on measured days", honest)],
    )


def months_between() -> Picture:
    """Airline passengers: months to be forecast drawn at random among the months that are known."""
    frame = table("passengers")
    y = frame["value"].to_numpy(float)
    year = np.floor(frame["time"].to_numpy(float) + 1e-6)
    month = np.round((frame["time"].to_numpy(float) - year) * 12).astype(int)

    def forecast(fit: np.ndarray, test: np.ndarray) -> np.ndarray:
        """Take the mean of the two months of the same name that lie nearest in the known years."""
        found = []
        for place in np.flatnonzero(test):
            same = np.flatnonzero(fit & (month == month[place]))
            nearest = same[np.argsort(np.abs(year[same] - year[place]), kind="stable")[:2]]
            found.append(y[nearest].mean())
        return np.array(found)

    drawn = np.random.default_rng(2).permutation(len(y)) % 6 == 0
    last = year >= year.max() - 1
    claim = _rmse(forecast(~drawn, drawn), y[drawn])
    honest = _rmse(forecast(~last, last), y[last])
    before = _rmse(y[np.flatnonzero(last) - 24], y[last])
    return _picture(
        "passengers",
        {
            "rows": number(len(y)),
            "test_rows": number(int(drawn.sum())),
            "claim": f"{claim:.0f}",
            "honest": f"{honest:.0f}",
            "years": number(int(year.max() - year.min() + 1)),
            "before": f"{before:.0f}",
            "ratio": f"{honest / claim:.1f}",
        },
        title=f"For years that lie ahead the error is {honest:.0f} thousand passengers, not {claim:.0f}",
        subtitle="Months drawn at random among the others, and the last two years",
        value="error (thousand passengers)",
        numbers=[(CLAIM, claim), (HONEST, honest)],
        form=".0f",
    )


def same_country() -> Picture:
    """Gapminder: rows of one country on both sides of the split."""
    frame = table("gapminder")
    y = frame["lifeExp"].to_numpy(float)
    country = np.unique(frame["country"].to_numpy(str), return_inverse=True)[1]
    count = int(country.max()) + 1
    base = np.c_[frame["year"].to_numpy(float) - 1952, np.log(frame["gdpPercap"].to_numpy(float))]
    A = np.c_[base, pd.get_dummies(frame["country"]).to_numpy(float)]
    rng = np.random.default_rng(0)
    errors = {}
    for name, fold in {"rows": rng.permutation(len(y)) % 5, "countries": (rng.permutation(count) % 5)[country]}.items():
        out = np.empty(len(y))
        for k in range(5):
            test = fold == k
            B = np.c_[np.ones(len(y)), A]
            # A slight penalty: a country that was never seen gets no number of its own.
            penalty = 0.1 * np.eye(B.shape[1])
            penalty[0, 0] = 0.0
            weights = np.linalg.solve(B[~test].T @ B[~test] + penalty, B[~test].T @ y[~test])
            out[test] = B[test] @ weights
        errors[name] = _rmse(out, y)
    new, old = errors["countries"], errors["rows"]
    return _picture(
        "gapminder",
        {
            "rows": number(len(y)),
            "countries": number(count),
            "times": number(len(y) // count),
            "claim": f"{old:.1f}",
            "honest": f"{new:.1f}",
            "ratio": f"{new / old:.1f}",
        },
        title=f"For a country that was never seen the error is {new:.1f} years, not {old:.1f}",
        subtitle="The same model and rows, five folds; split by rows and by whole countries",
        value="error (years of life)",
        numbers=[(CLAIM, old), (HONEST, new)],
    )
