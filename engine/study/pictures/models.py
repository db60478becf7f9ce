"""Pictures of the lessons on model families: linear, trees, networks, choosing among them."""

from __future__ import annotations

from functools import partial
from typing import Any

import numpy as np

from engine.charts.figure import Figure, figure
from engine.domain.words import number, share, with_interval
from engine.study.pictures import draw
from engine.study.pictures.fitted import cancer
from engine.study.pictures.picture import Choice, Picture
from engine.study.pictures.sets import SOURCES, standardised, table


def _draw_coefficients(alone: Any, rows: Any, together: Any, y: Any, _: object) -> Figure:
    return figure(
        draw.bars(rows, "column", "change of the prediction", by="fitted", form=".0f"),
        title=f"The weight of s1 is {alone['s1']:+.0f} alone and {together['s1']:+.0f} beside the others",
        subtitle=f"Change of the predicted progression for one standard deviation more, {len(y)} patients",
        table=rows,
    )


def coefficients() -> Picture:
    """Diabetes: the weight of a column depends on the company it keeps."""
    frame = table("diabetes")
    names = [name for name in frame.columns if name != "progression"]
    X, y = standardised(frame[names].to_numpy(float)), frame["progression"].to_numpy(float)
    alone = {name: float(X[:, i] @ (y - y.mean()) / len(y)) for i, name in enumerate(names)}
    whole = np.linalg.lstsq(np.c_[np.ones(len(y)), X], y, rcond=None)[0]
    together = dict(zip(names, map(float, whole[1:]), strict=True))
    rows = [
        {"column": name, "change of the prediction": round(value[name], 1), "fitted": kind}
        for name in names
        for kind, value in (("alone", alone), ("with all others", together))
    ]

    s1, s2, bmi = (X[:, names.index(name)] for name in ("s1", "s2", "bmi"))
    return Picture(
        facts={
            "rows": number(len(y)),
            "intercept": f"{whole[0]:.0f}",
            "bmi": f"{together['bmi']:.0f}",
            "bmi_alone": f"{alone['bmi']:.0f}",
            "bmi_unit": f"{together['bmi'] / frame['bmi'].std(ddof=0):.1f}",
            "bmi_sd": f"{frame['bmi'].std(ddof=0):.1f}",
            "s1_alone": f"{alone['s1']:.0f}",
            "s1": f"{together['s1']:.0f}".replace("-", "−"),
            "s2": f"{together['s2']:.0f}",
            "correlation": f"{np.corrcoef(s1, s2)[0, 1]:.2f}",
            "three": f"{whole[0] + 2 * together['bmi']:.0f}",
            "bmi_bp": f"{np.corrcoef(bmi, X[:, names.index('bp')])[0, 1]:.2f}",
        },
        draw=partial(_draw_coefficients, alone, rows, together, y),
        source=SOURCES["diabetes"],
    )


def _draw_tree_steps(curves: Any, grid: Any, leaves: Any, scores: Any, x: Any, y: Any, option: object) -> Figure:
    depth = int(str(option))
    known, others = scores[depth]
    a, b = "horsepower", "miles per gallon"
    seen = [{a: float(i), b: float(j)} for i, j in zip(x, y, strict=True)]
    line = [{a: round(float(i), 1), b: round(float(j), 2)} for i, j in zip(grid, curves[depth], strict=True)]
    return figure(
        draw.over(draw.dots(seen, a, b, faint=True, size=25), draw.lines(line, a, b)),
        title=f"Depth {depth}: {leaves[depth]} steps, error {known:.2f} on known rows, {others:.2f} on others",
        subtitle=f"Fuel economy of {len(y)} cars by horsepower; error in miles per gallon, five folds",
        table=[
            {"depth": d, "steps": leaves[d], "known rows": round(s[0], 2), "other rows": round(s[1], 2)}
            for d, s in scores.items()
        ],
    )


def _forest_error(x: np.ndarray, y: np.ndarray, fold: np.ndarray) -> float:
    """Root mean squared error in five folds of forty deep trees, each grown on rows drawn with replacement."""
    from sklearn.tree import DecisionTreeRegressor

    out, rng = np.empty(len(y)), np.random.default_rng(0)
    for k in range(5):
        rows_in = np.flatnonzero(fold != k)
        trees = [
            DecisionTreeRegressor(max_depth=12, random_state=0).fit(x[pick, None], y[pick])
            for pick in (rng.choice(rows_in, len(rows_in)) for _ in range(40))
        ]
        out[fold == k] = np.mean([tree.predict(x[fold == k, None]) for tree in trees], axis=0)
    return _rmse(out, y)


def _rmse(out: np.ndarray, y: np.ndarray) -> float:
    return float(np.sqrt(((out - y) ** 2).mean()))


def tree_steps() -> Picture:
    """Cars: a tree of one column draws steps, and many steps follow the noise."""
    from sklearn.tree import DecisionTreeRegressor

    frame = table("auto")
    x, y = frame["horsepower"].to_numpy(float), frame["mpg"].to_numpy(float)
    fold = np.random.default_rng(0).permutation(len(y)) % 5
    grid = np.linspace(x.min(), x.max(), 300)
    scores, curves, leaves = {}, {}, {}
    depths = (1, 2, 3, 5, 8, 12)
    for depth in depths:
        out = np.empty(len(y))
        for k in range(5):
            model = DecisionTreeRegressor(max_depth=depth, random_state=0).fit(x[fold != k, None], y[fold != k])
            out[fold == k] = model.predict(x[fold == k, None])
        model = DecisionTreeRegressor(max_depth=depth, random_state=0).fit(x[:, None], y)
        scores[depth] = _rmse(model.predict(x[:, None]), y), _rmse(out, y)
        curves[depth], leaves[depth] = model.predict(grid[:, None]), int(model.get_n_leaves())
        if depth == 1:
            cut, sides = float(model.tree_.threshold[0]), model.tree_.value[1:, 0, 0]
    best = min(depths, key=lambda d: scores[d][1])
    return Picture(
        facts={
            "rows": number(len(y)),
            "cut": f"{cut:.1f}",
            "left": f"{sides[0]:.1f}",
            "right": f"{sides[-1]:.1f}",
            "one": f"{scores[1][1]:.2f}",
            "best": number(best),
            "best_error": f"{scores[best][1]:.2f}",
            "deep_known": f"{scores[12][0]:.2f}",
            "deep_other": f"{scores[12][1]:.2f}",
            "deep_leaves": number(leaves[12]),
            "forest": f"{_forest_error(x, y, fold):.2f}",
            "trees": number(40),
        },
        draw=partial(_draw_tree_steps, curves, grid, leaves, scores, x, y),
        source=SOURCES["auto"],
        choice=Choice(label="Depth of the tree", options=depths, start=best),
    )


def _draw_bends(curves: Any, grid: Any, scores: Any, x: Any, y: Any, option: object) -> Figure:
    count = int(str(option))
    known, others = scores[count]
    a, b = "milliseconds after the impact", "acceleration (g)"
    seen = [{a: float(i), b: float(j)} for i, j in zip(x, y, strict=True)]
    line = [
        {a: round(float(i * x.std() + x.mean()), 1), b: round(float(j), 1)}
        for i, j in zip(grid, curves[count], strict=True)
    ]
    return figure(
        draw.over(draw.dots(seen, a, b, faint=True, size=30), draw.lines(line, a, b, y_ends=(-150, 90))),
        title=f"{count} hidden unit{'s' if count > 1 else ''}: error {known:.1f} on known rows, {others:.1f} on others",
        subtitle=f"{len(y)} measurements; each hidden unit adds one smooth step",
        table=[
            {"hidden units": n, "known rows": round(s[0], 1), "other rows": round(s[1], 1)} for n, s in scores.items()
        ],
    )


def _hidden(values: np.ndarray, count: int) -> np.ndarray:
    # Bends are spread evenly and only the weights behind them are learned: a network made simple enough to see.
    at = np.linspace(-1.6, 2.4, count + 2)[1:-1]
    return np.column_stack([np.ones(len(values)), np.tanh(3.0 * (values[:, None] - at))])


def _weights(u: np.ndarray, y: np.ndarray, count: int) -> np.ndarray:
    H = _hidden(u, count)
    return np.asarray(np.linalg.solve(H.T @ H + 1e-6 * np.eye(H.shape[1]), H.T @ y))


def bends() -> Picture:
    """Helmet test: a network with one hidden layer is a sum of bends."""
    frame = table("mcycle")
    x, y = frame["times"].to_numpy(float), frame["accel"].to_numpy(float)
    u = (x - x.mean()) / x.std()
    grid = np.linspace(u.min(), u.max(), 200)
    fold = np.random.default_rng(1).permutation(len(y)) % 5
    units = (1, 4, 8, 16, 64)

    scores, curves = {}, {}
    for count in units:
        out = np.empty(len(y))
        for k in range(5):
            out[fold == k] = _hidden(u[fold == k], count) @ _weights(u[fold != k], y[fold != k], count)
        every = _weights(u, y, count)
        curves[count] = _hidden(grid, count) @ every
        scores[count] = _rmse(_hidden(u, count) @ every, y), _rmse(out, y)

    best = min(units, key=lambda n: scores[n][1])
    return Picture(
        facts={
            "rows": number(len(y)),
            **{f"known_{n}": f"{scores[n][0]:.1f}" for n in units},
            **{f"other_{n}": f"{scores[n][1]:.1f}" for n in units},
            "best": number(best),
            "sd": f"{y.std():.1f}",
            "small": number(3 * 8 + 1),
            "digits": number(64 * 32 + 32 + 32 * 10 + 10),
        },
        draw=partial(_draw_bends, curves, grid, scores, x, y),
        source=SOURCES["mcycle"],
        choice=Choice(label="Hidden units", options=units, start=best),
    )


def _draw_contenders(rows: Any, truth: Any, _: object) -> Figure:
    return figure(
        draw.ranges(rows, "model", "share right", form=".0%"),
        title="The leader and a smaller model are level; the two below are not",
        subtitle=f"{len(truth)} tumours, five folds, 95 % intervals by resampling the rows",
        table=[{**row, "low": round(row["low"], 4), "high": round(row["high"], 4)} for row in rows],
    )


_CONTENDERS = {
    "logistic": "logistic, 30 columns",
    "few": "logistic, 10 columns",
    "neighbours": "15 neighbours",
    "tree": "tree of depth 3",
}


def contenders() -> Picture:
    """Breast tumours: four models with intervals, and what each stores."""
    rng = np.random.default_rng(0)
    truth = cancer("logistic")[0]
    picks = rng.integers(0, len(truth), size=(1000, len(truth)))
    right = {kind: ((cancer(kind)[1] >= 0.5) == truth).astype(float) for kind in _CONTENDERS}
    rows = []
    for kind, name in _CONTENDERS.items():
        means = right[kind][picks].mean(axis=1)
        low, high = (float(np.quantile(means, q)) for q in (0.025, 0.975))
        rows.append({"model": name, "share right": round(float(right[kind].mean()), 4), "low": low, "high": high})

    def gap(kind: str) -> tuple[float, float, float]:
        difference = right["logistic"] - right[kind]
        means = difference[picks].mean(axis=1)
        return (
            100 * float(difference.mean()),
            100 * float(np.quantile(means, 0.025)),
            100 * float(np.quantile(means, 0.975)),
        )

    near, few, tree = gap("neighbours"), gap("few"), gap("tree")
    return Picture(
        facts={
            "rows": number(len(truth)),
            "logistic": share(float(right["logistic"].mean())),
            "neighbours": share(float(right["neighbours"].mean())),
            "few": share(float(right["few"].mean())),
            "tree": share(float(right["tree"].mean())),
            "near_gap": with_interval(*near),
            "tree_gap": with_interval(*tree),
            "few_gap": with_interval(*few),
            "stored": number(31),
            "few_stored": number(11),
            "neighbours_stored": number(len(truth) * 30),
        },
        draw=partial(_draw_contenders, rows, truth),
        source=SOURCES["cancer"],
    )
