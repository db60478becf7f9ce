"""Pictures of the lessons on explanations and on fairness."""

from __future__ import annotations

from functools import partial
from typing import Any

import numpy as np

from engine.charts.figure import Figure, figure
from engine.domain.words import number, share, with_interval
from engine.evaluate.calibration import wilson
from engine.study.pictures import draw
from engine.study.pictures.picture import Choice, Picture
from engine.study.pictures.sets import SOURCES, arrays, table


def _draw_shuffled_columns(ranked: Any, test: Any, together: Any, _: object) -> Figure:
    rows = [{"column": "radius, perimeter and area at once", "rise of the log loss": round(together, 6)}]
    rows += [{"column": name, "rise of the log loss": round(value, 6)} for name, value in ranked]
    return figure(
        draw.bars(rows, "column", "rise of the log loss", marked=(str(rows[0]["column"]),), form=".3f"),
        title="Three columns that tell the same hide one another’s worth",
        subtitle=f"Rise of the log loss when a column is shuffled, {len(test)} tumours not fitted on, mean of 10",
        table=rows,
    )


def _sizes_model() -> tuple[Any, np.ndarray, np.ndarray, list[str], int]:
    """Fit a logistic regression on ten columns: the model, the test rows with their truth, names, training rows."""
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    X, y = arrays("cancer", "diagnosis", positive="malignant")
    names = [name for name in table("cancer").columns if name != "diagnosis"][20:]
    order = np.random.default_rng(0).permutation(len(y))
    train, test = order[:380], order[380:]
    model = make_pipeline(StandardScaler(), LogisticRegression(C=0.1, max_iter=300)).fit(X[train, 20:], y[train])
    return model, X[test, 20:], y[test], names, len(train)


def shuffled_columns() -> Picture:
    """Breast tumours: a column that is shuffled costs little while its twins still tell the same."""
    model, test, truth, names, train_rows = _sizes_model()

    def loss(Z: np.ndarray) -> float:
        p = np.clip(model.predict_proba(Z)[:, 1], 1e-6, 1 - 1e-6)
        return float(-np.where(truth, np.log(p), np.log(1 - p)).mean())

    base, rng = loss(test), np.random.default_rng(1)

    def cost(columns: list[int]) -> float:
        found = []
        for _ in range(10):
            Z = test.copy()
            Z[:, columns] = Z[rng.permutation(len(test))][:, columns]
            found.append(loss(Z) - base)
        return float(np.mean(found))

    single = {name: cost([place]) for place, name in enumerate(names)}
    size = [names.index(f"worst {one}") for one in ("radius", "perimeter", "area")]
    together = cost(size)
    ranked = sorted(single.items(), key=lambda item: -item[1])
    C = np.corrcoef(test[:, size].T)
    return Picture(
        facts={
            "train": number(train_rows),
            "test": number(len(test)),
            "columns": number(len(names)),
            "base": f"{base:.3f}",
            "first": ranked[0][0],
            "first_cost": f"{ranked[0][1]:.3f}",
            "texture": f"{single['worst texture']:.3f}",
            "perimeter": f"{single['worst perimeter']:.3f}",
            "area": f"{single['worst area']:.3f}",
            "sum": f"{single['worst radius'] + single['worst perimeter'] + single['worst area']:.3f}",
            "together": f"{together:.3f}",
            "low_r": f"{min(C[0, 1], C[0, 2], C[1, 2]):.2f}",
        },
        draw=partial(_draw_shuffled_columns, ranked, test, together),
        source=SOURCES["cancer"],
    )


def _draw_refusals(made: Any, option: object) -> Figure:
    rows = made[str(option)]
    a, b = (float(str(row["share refused"])) for row in rows)
    count = sum(int(str(row["applications"])) for row in rows)
    return figure(
        draw.bars(rows, "group", "share refused", interval=True, ends=(0, 0.4), form=".1%"),
        title=f"Refused: {share(a)} of the Black applicants, {share(b)} of the others",
        subtitle=f"{str(option).capitalize()}, {count:,} in Boston, 1990; 95 % intervals (Wilson)",
        table=rows,
    )


def _refused(mask: np.ndarray) -> list[dict[str, Any]]:
    """Share refused in each group among the rows of the mask, with its interval."""
    frame, rows = table("hmda"), []
    refused, black = (frame["deny"] == "yes").to_numpy(), (frame["afam"] == "yes").to_numpy()
    for name, group in (("Black applicants", black), ("other applicants", ~black)):
        hits, count = int(refused[group & mask].sum()), int((group & mask).sum())
        low, high = wilson(hits, count)
        one = {"group": name, "share refused": round(hits / count, 6), "low": low, "high": high}
        rows.append({**one, "applications": count})
    return rows


def refusals() -> Picture:
    """Mortgages: refusals by group, in all and among those with the same record."""
    frame = table("hmda")
    black = (frame["afam"] == "yes").to_numpy()
    clean = ((frame["phist"] == "no") & (frame["chist"].astype(str).astype(int) <= 2)).to_numpy()
    views = {"all applications": np.ones(len(frame), bool), "clean records only": clean}
    made = {view: _refused(mask) for view, mask in views.items()}

    def told(row: dict[str, object]) -> str:
        return with_interval(*(100 * float(str(row[key])) for key in ("share refused", "low", "high")))

    whole, same = made["all applications"], made["clean records only"]
    ratio = float(str(whole[0]["share refused"])) / float(str(whole[1]["share refused"]))
    clean_ratio = float(str(same[0]["share refused"])) / float(str(same[1]["share refused"]))
    return Picture(
        facts={
            "rows": number(len(frame)),
            "black": number(int(black.sum())),
            "black_share": share(float(black.mean())),
            "black_rate": told(whole[0]),
            "other_rate": told(whole[1]),
            "clean": number(int(clean.sum())),
            "clean_black": number(int((clean & black).sum())),
            "clean_black_rate": told(same[0]),
            "clean_other_rate": told(same[1]),
            "ratio": f"{ratio:.1f}",
            "clean_ratio": f"{clean_ratio:.1f}",
            "with_clean_black": share(float(clean[black].mean())),
            "with_clean_other": share(float(clean[~black].mean())),
        },
        draw=partial(_draw_refusals, made),
        source=SOURCES["hmda"],
        choice=Choice(label="Applications", options=tuple(views), start="all applications"),
    )
