"""Pictures of the lessons on splitting, folds, leakage and fit."""

from __future__ import annotations

from functools import partial
from typing import Any

import numpy as np

from engine.charts.figure import Figure, figure
from engine.domain.words import number, share
from engine.study.pictures import draw
from engine.study.pictures.fitted import auc
from engine.study.pictures.picture import Choice, Picture
from engine.study.pictures.sets import SOURCES, table


def _rmse(A: np.ndarray, y: np.ndarray, test: np.ndarray, penalty: float = 1e-6) -> tuple[float, np.ndarray]:
    """Fit a line with a slight penalty on the rows that are not tested; error and errors on those that are."""
    B = A[~test]
    weights = np.linalg.solve(B.T @ B + penalty * np.eye(A.shape[1]), B.T @ y[~test])
    errors = A[test] @ weights - y[test]
    return float(np.sqrt((errors**2).mean())), errors


def _draw_same_person(count: Any, rmse: Any, rows: Any, y: Any, _: object) -> Figure:
    new, old = rmse["whole people"], rmse["rows at random"]
    return figure(
        draw.bars(rows, "split by", "error (milliseconds)", marked=("rows at random",), form=".1f"),
        title=f"New people are predicted with an error of {new:.0f} ms, not of {old:.0f}",
        subtitle=f"The same model on {len(y)} reaction times of {count} people, six folds",
        table=rows,
    )


def same_person() -> Picture:
    """Lack of sleep: rows of one person on both sides of the split."""
    frame = table("sleep")
    people = np.unique(frame["Subject"].to_numpy(), return_inverse=True)[1]
    day, y = frame["Days"].to_numpy(float), frame["Reaction"].to_numpy(float)
    count = int(people.max()) + 1
    who = np.eye(count)[people]
    A = np.c_[np.ones(len(y)), day, who]
    rng = np.random.default_rng(0)
    folds = {"rows at random": rng.permutation(len(y)) % 6, "whole people": (rng.permutation(count) % 6)[people]}
    errors = {}
    for name, fold in folds.items():
        out = np.empty(len(y))
        for k in range(6):
            out[fold == k] = _rmse(A, y, fold == k, 0.5)[1]
        errors[name] = out
    rmse = {name: float(np.sqrt((one**2).mean())) for name, one in errors.items()}
    rows = [{"split by": name, "error (milliseconds)": round(value, 1)} for name, value in rmse.items()]

    return Picture(
        facts={
            "rows": number(len(y)),
            "people": number(count),
            "days": number(int(day.max()) + 1),
            "random": f"{rmse['rows at random']:.1f}",
            "grouped": f"{rmse['whole people']:.1f}",
            "ratio": f"{rmse['whole people'] / rmse['rows at random']:.1f}",
            "test_rows": number(len(y) // 6),
            "test_people": number(count // 6),
            "sd": f"{y.std():.1f}",
        },
        draw=partial(_draw_same_person, count, rmse, rows, y),
        source=SOURCES["sleep"],
    )


def _draw_lucky_splits(names: Any, scores: Any, y: Any, option: object) -> Figure:
    found = scores[names[str(option)]]
    name = "root mean squared error"
    return figure(
        draw.histogram(found, name, bins=26, ends=(46, 64)),
        title=f"{str(option).capitalize()}: from {found.min():.1f} to {found.max():.1f} by the luck of the draw",
        subtitle=f"The same linear model on {len(y)} patients, split anew a hundred times",
        table=[
            {
                "scheme": key,
                "lowest": round(scores[n].min(), 2),
                "highest": round(scores[n].max(), 2),
                "deviation": round(scores[n].std(), 2),
            }
            for key, n in names.items()
        ],
    )


def lucky_splits() -> Picture:
    """Diabetes: a hundred single splits, and a hundred means of folds."""
    frame = table("diabetes")
    X, y = frame.drop(columns="progression").to_numpy(float), frame["progression"].to_numpy(float)
    A = np.c_[np.ones(len(y)), (X - X.mean(axis=0)) / X.std(axis=0)]
    scores: dict[int, np.ndarray] = {}
    for folds in (1, 5, 10):
        found = []
        for seed in range(100):
            place = np.random.default_rng(seed).permutation(len(y)) % max(folds, 5)
            parts = range(1 if folds == 1 else folds)
            found.append(np.mean([_rmse(A, y, place == k)[0] for k in parts]))
        scores[folds] = np.array(found)
    names = {"one split": 1, "five folds": 5, "ten folds": 10}
    one = np.random.default_rng(0).permutation(len(y)) % 5
    by_fold = [_rmse(A, y, one == k)[0] for k in range(5)]

    return Picture(
        facts={
            "rows": number(len(y)),
            "test": number(int((one == 0).sum())),
            "low": f"{scores[1].min():.1f}",
            "high": f"{scores[1].max():.1f}",
            "sd": f"{scores[1].std():.2f}",
            "five_low": f"{scores[5].min():.1f}",
            "five_high": f"{scores[5].max():.1f}",
            "five_sd": f"{scores[5].std():.2f}",
            "ten_low": f"{scores[10].min():.1f}",
            "ten_high": f"{scores[10].max():.1f}",
            "folds": ", ".join(f"{value:.1f}" for value in by_fold),
            "mean": f"{np.mean(by_fold):.1f}",
            "spread": f"{np.std(by_fold, ddof=1):.1f}",
        },
        draw=partial(_draw_lucky_splits, names, scores, y),
        source=SOURCES["diabetes"],
        choice=Choice(label="Scheme", options=tuple(names), start="one split"),
    )


def _draw_told_by_target(aucs: Any, survived: Any, _: object) -> Figure:
    rows = [{"column": name, "area under the curve": round(value, 3)} for name, value in aucs.items()]
    return figure(
        draw.bars(rows, "column", "area under the curve", marked=("family name, all rows",), ends=(0, 1), form=".3f"),
        title="A column computed from all rows looks like the best of the ship, and is worth little",
        subtitle=f"How well each column alone ranks {len(survived):,} passengers by survival",
        table=rows,
    )


def told_by_target() -> Picture:
    """Titanic: the share of each family name that survived, with and without the passenger's own fate."""
    frame = table("titanic")
    survived = (frame["Survived"] == 1).to_numpy()
    family = np.unique(frame["Name"].str.partition(",")[0].str.strip().to_numpy(str), return_inverse=True)[1]
    count = int(family.max()) + 1
    base = float(survived.mean())
    sizes = np.bincount(family, minlength=count)
    everything = np.bincount(family, weights=survived, minlength=count) / sizes
    fold = np.random.default_rng(0).permutation(len(survived)) % 5
    honest = np.empty(len(survived))
    for k in range(5):
        rows = fold != k
        seen = np.bincount(family[rows], minlength=count)
        saved = np.bincount(family[rows], weights=survived[rows], minlength=count)
        honest[fold == k] = np.where(seen > 0, saved / np.maximum(seen, 1), base)[family[fold == k]]
    sex = (frame["Sex"] == "female").to_numpy(float)
    aucs = {
        "family name, all rows": auc(survived, everything[family]),
        "family name, inside folds": auc(survived, honest),
        "sex alone": auc(survived, sex),
        "a coin": 0.5,
    }

    return Picture(
        facts={
            "rows": number(len(survived)),
            "families": number(count),
            "single": number(int((sizes == 1).sum())),
            "leaky": f"{aucs['family name, all rows']:.3f}",
            "honest": f"{aucs['family name, inside folds']:.3f}",
            "sex": f"{aucs['sex alone']:.3f}",
            "base": share(base),
        },
        draw=partial(_draw_told_by_target, aucs, survived),
        source=SOURCES["titanic"],
    )


def _draw_curves_of_fit(best: Any, grid: Any, scores: Any, u: Any, x: Any, y: Any, option: object) -> Figure:
    if option == "both errors":
        rows = [
            {"degree": d, "error (miles per gallon)": round(s[i], 3), "rows": name}
            for i, name in enumerate(("seen", "not seen"))
            for d, s in scores.items()
        ]
        chart = draw.lines(rows, "degree", "error (miles per gallon)", by="rows", y_ends=(3, 9)).encode(
            x=draw.whole("degree")
        )
        title = f"More freedom always fits known rows better; others are served best by degree {best}"
    else:
        degree = int(str(option).removeprefix("curve of degree "))
        w = np.linalg.lstsq(np.polynomial.legendre.legvander(u, degree), y, rcond=None)[0]
        a, b = "horsepower", "miles per gallon"
        seen = [{a: float(i), b: float(j)} for i, j in zip(x, y, strict=True)]
        line = [
            {a: round(float((g + 1) / 2 * (x.max() - x.min()) + x.min()), 1), b: round(float(v), 2)}
            for g, v in zip(grid, np.polynomial.legendre.legvander(grid, degree) @ w, strict=True)
        ]
        chart = draw.over(draw.dots(seen, a, b, faint=True), draw.lines(line, a, b, y_ends=(5, 50)))
        title = f"Degree {degree}: error {scores[degree][0]:.2f} on rows seen, {scores[degree][1]:.2f} on rows not seen"
    return figure(
        chart,
        title=title,
        subtitle=f"Every fourth of the cars: {len(y)} rows, five folds, root mean squared error; cut off at 9",
        table=[{"degree": d, "seen": round(s[0], 2), "not seen": round(s[1], 2)} for d, s in scores.items()],
    )


def _penalised(A: np.ndarray, y: np.ndarray, fold: np.ndarray, strength: float) -> float:
    """Error in five folds when all weights but the first are held back with this strength."""
    D = strength * np.diag([0.0, *np.ones(A.shape[1] - 1)])
    errors = []
    for k in range(5):
        B = A[fold != k]
        errors.append(A[fold == k] @ np.linalg.solve(B.T @ B + D, B.T @ y[fold != k]) - y[fold == k])
    return float(np.sqrt((np.concatenate(errors) ** 2).mean()))


def curves_of_fit() -> Picture:
    """Cars: error on rows that were seen and on rows that were not, by the degree of a curve."""
    frame = table("auto").iloc[::4]
    x, y = frame["horsepower"].to_numpy(float), frame["mpg"].to_numpy(float)
    u = 2 * (x - x.min()) / (x.max() - x.min()) - 1
    fold = np.random.default_rng(0).permutation(len(y)) % 5
    scores = {}
    # Legendre polynomials are the same curves as powers, and keep the sums within what a computer holds.
    for degree in range(1, 9):
        A = np.polynomial.legendre.legvander(u, degree)
        pairs = []
        for k in range(5):
            weights = np.linalg.lstsq(A[fold != k], y[fold != k], rcond=None)[0]
            residual = A @ weights - y
            pairs.append([float((residual[fold != k] ** 2).mean()), float((residual[fold == k] ** 2).mean())])
        scores[degree] = tuple(float(v) for v in np.sqrt(np.mean(pairs, axis=0)))
    A = np.polynomial.legendre.legvander(u, 8)
    penalty = [_penalised(A, y, fold, strength) for strength in (0.0, 0.3, 3.0, 300.0)]
    grid = np.linspace(-1, 1, 200)
    best = min(scores, key=lambda d: scores[d][1])
    return Picture(
        facts={
            "rows": number(len(y)),
            "one_seen": f"{scores[1][0]:.2f}",
            "one_unseen": f"{scores[1][1]:.2f}",
            "best": number(best),
            "best_seen": f"{scores[best][0]:.2f}",
            "best_unseen": f"{scores[best][1]:.2f}",
            "wild": number(8),
            "wild_seen": f"{scores[8][0]:.2f}",
            "wild_unseen": f"{scores[8][1]:.2f}",
            **{f"penalty_{i}": f"{value:.2f}" for i, value in enumerate(penalty)},
        },
        draw=partial(_draw_curves_of_fit, best, grid, scores, u, x, y),
        source=SOURCES["auto"],
        choice=Choice(
            label="Show",
            options=("both errors", "curve of degree 1", "curve of degree 2", "curve of degree 8"),
            start="both errors",
        ),
    )
