"""Pictures of the lessons on special kinds of data: clusters, series, text, pipelines."""

from __future__ import annotations

import re
from collections import Counter
from functools import partial
from typing import Any

import numpy as np

from engine.charts.figure import Figure, figure
from engine.domain.words import number, share
from engine.study.pictures import draw
from engine.study.pictures.picture import Choice, Picture
from engine.study.pictures.sets import SOURCES, arrays, standardised, table


def _draw_stability(X: Any, agreement: Any, truth: Any, whole: Any, option: object) -> Figure:
    k = int(str(option))
    rows = [
        {"petal length (cm)": float(row[2]), "sepal width (cm)": float(row[1]), "cluster": f"cluster {label + 1}"}
        for row, label in zip(X, whole[k], strict=True)
    ]
    rows.sort(key=lambda row: str(row["cluster"]))
    return figure(
        draw.dots(rows, "petal length (cm)", "sepal width (cm)", by="cluster"),
        title=f"{k} clusters: agreement {agreement[k]:.2f} when half of the flowers are drawn again",
        subtitle=f"k-means on four scaled columns of {len(X)} flowers; the species was not used",
        table=[
            {"clusters": n, "agreement": round(a, 3), "agreement with species": round(truth[n], 3)}
            for n, a in agreement.items()
        ],
    )


def stability() -> Picture:
    """Iris: which number of clusters comes back when the rows are drawn again."""
    from sklearn.cluster import KMeans
    from sklearn.metrics import adjusted_rand_score

    X, species = arrays("iris", "species")[0], table("iris")["species"].to_numpy()
    Z = standardised(X)
    whole, agreement = {}, {}
    for k in range(2, 7):
        rng = np.random.default_rng(0)
        whole[k] = KMeans(k, n_init=4, random_state=0).fit(Z).labels_
        again = []
        for _ in range(8):
            picked = rng.choice(len(Z), len(Z) // 2, replace=False)
            model = KMeans(k, n_init=2, random_state=0).fit(Z[picked])
            again.append(adjusted_rand_score(whole[k], model.predict(Z)))
        agreement[k] = float(np.mean(again))
    truth = {k: float(adjusted_rand_score(species, labels)) for k, labels in whole.items()}

    return Picture(
        facts={
            "rows": number(len(X)),
            **{f"again_{k}": f"{value:.2f}" for k, value in agreement.items()},
            "truth_2": f"{truth[2]:.2f}",
            "truth_3": f"{truth[3]:.2f}",
            "first": number(int((species == "setosa").sum())),
            "apart": number(
                int((whole[2][species == "setosa"] == np.bincount(whole[2][species == "setosa"]).argmax()).sum())
            ),
        },
        draw=partial(_draw_stability, X, agreement, truth, whole),
        source=SOURCES["iris"],
        choice=Choice(label="Clusters", options=(2, 3, 4, 5), start=2),
    )


def _draw_seasonal(errors: Any, forecasts: Any, start: Any, time: Any, value: Any, option: object) -> Figure:
    a, b = "year", "thousand passengers a month"
    rows = [
        {a: round(float(t), 3), b: float(v), "line": "what happened"}
        for t, v in zip(time[60:], value[60:], strict=True)
    ]
    rows += [
        {a: round(float(t), 3), b: round(float(v), 1), "line": str(option)}
        for t, v in zip(time[start:], forecasts[str(option)], strict=True)
    ]
    return figure(
        draw.lines(rows, a, b, by="line").encode(x=draw.whole(a)),
        title=f"“{str(option).capitalize()}” is wrong by {errors[str(option)]:.0f} thousand passengers a month",
        subtitle="Mean absolute error over the 24 months of 1959 and 1960; the forecast knows the months before alone",
        table=rows,
    )


def seasonal() -> Picture:
    """Airline passengers: last year's month as a forecast, and one that knows of growth."""
    series = table("passengers")
    value, time = series["value"].to_numpy(float), series["time"].to_numpy(float)
    start = len(value) - 24
    forecasts = {
        "the last value": np.full(24, value[start - 1]),
        "same month a year before": np.tile(value[start - 12 : start], 2),
        "the same, with growth": np.empty(24),
    }
    growth = value[start - 12 : start].sum() / value[start - 24 : start - 12].sum()
    forecasts["the same, with growth"] = np.r_[
        value[start - 12 : start] * growth, value[start - 12 : start] * growth**2
    ]
    errors = {name: float(np.abs(f - value[start:]).mean()) for name, f in forecasts.items()}
    second = {name: float(np.abs(f - value[start:])[12:].mean()) for name, f in forecasts.items()}
    first = {name: float(np.abs(f - value[start:])[:12].mean()) for name, f in forecasts.items()}

    last, naive, grown = errors
    return Picture(
        facts={
            "months": number(len(value)),
            "known": number(start),
            "ahead": number(24),
            "last": f"{errors[last]:.0f}",
            "naive": f"{errors[naive]:.0f}",
            "grown": f"{errors[grown]:.0f}",
            "growth": share(float(growth) - 1),
            "naive_first": f"{first[naive]:.0f}",
            "naive_second": f"{second[naive]:.0f}",
            "grown_first": f"{first[grown]:.0f}",
            "grown_second": f"{second[grown]:.0f}",
            "july": number(int(value[start - 6])),
            "july_next": number(int(value[start + 6])),
            "july_forecast": number(round(value[start - 6] * growth)),
        },
        draw=partial(_draw_seasonal, errors, forecasts, start, time, value),
        source=SOURCES["passengers"],
        choice=Choice(label="Forecast", options=tuple(forecasts), start=naive),
    )


def _draw_words_in_names(frame: Any, rows: Any, _: object) -> Figure:
    return figure(
        draw.bars(rows, "word", "share that survived", ends=(0, 1), form=".0%"),
        title="The words of a name tell much about who survived",
        subtitle=f"Share that survived among names with the word, {len(frame):,} passengers",
        table=rows,
    )


def words_in_names() -> Picture:
    """Titanic: the words of a name as columns."""
    frame = table("titanic")
    survived = (frame["Survived"] == 1).to_numpy()
    words = [set(re.findall(r"[a-z]+", name.lower())) for name in frame["Name"]]
    counts = Counter(word for one in words for word in one)
    rows = []
    for word in ("mr", "mrs", "miss", "master", "dr", "john", "william", "mary"):
        has = np.array([word in one for one in words])
        rows.append(
            {"word": word, "share that survived": round(float(survived[has].mean()), 3), "names": int(has.sum())}
        )
    known = {str(row["word"]): row for row in rows}
    once = sum(1 for n in counts.values() if n == 1)
    common = {word for word, n in counts.items() if n >= 5}

    def told(word: str) -> str:
        return share(float(str(known[word]["share that survived"])))

    return Picture(
        facts={
            "rows": number(len(frame)),
            "base": share(float(survived.mean())),
            "words": number(len(counts)),
            "once": number(once),
            "common": number(len(common)),
            "mr": told("mr"),
            "mr_count": number(int(str(known["mr"]["names"]))),
            "mrs": told("mrs"),
            "miss": told("miss"),
            "john": told("john"),
            "mary": told("mary"),
            "mary_count": number(int(str(known["mary"]["names"]))),
            "dr_count": number(int(str(known["dr"]["names"]))),
            "dr": told("dr"),
            "cells": number(len(counts) * len(frame)),
            "filled": share(sum(map(len, words)) / (len(counts) * len(frame))),
        },
        draw=partial(_draw_words_in_names, frame, rows),
        source=SOURCES["titanic"],
    )


def _draw_learned(names: Any, top: Any, train: Any, _: object) -> Figure:
    rows = [{"column": name, "weight": round(value, 2)} for name, value in top]
    return figure(
        draw.bars(rows, "column", "weight", form=".2f"),
        title="What the second step learned: one weight for each scaled column",
        subtitle=f"The ten largest of {len(names)} weights, from {len(train)} tumours; above nought: malignant",
        table=rows,
    )


def learned() -> Picture:
    """Breast tumours: what fit learns in each step, and what predict only applies."""
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    X, y = arrays("cancer", "diagnosis", positive="malignant")
    names = [name for name in table("cancer").columns if name != "diagnosis"]
    order = np.random.default_rng(0).permutation(len(y))
    train, test = order[:400], order[400:]
    pipe = make_pipeline(StandardScaler(), LogisticRegression(max_iter=300)).fit(X[train], y[train])
    scaler, model = pipe[0], pipe[-1]
    weights = {name: float(w) for name, w in zip(names, model.coef_[0], strict=True)}
    top = sorted(weights.items(), key=lambda item: -abs(item[1]))[:10]
    area = names.index("mean area")
    right = float((pipe.predict(X[test]) == y[test]).mean())
    row = X[test][:1]
    scaled = float((row[0, area] - scaler.mean_[area]) / scaler.scale_[area])

    return Picture(
        facts={
            "train": number(len(train)),
            "test": number(len(test)),
            "columns": number(len(names)),
            "scaler": number(2 * len(names)),
            "model": number(len(names) + 1),
            "mean": number(round(float(scaler.mean_[area]))),
            "sd": number(round(float(scaler.scale_[area]))),
            "cell": number(round(float(row[0, area]))),
            "cell_scaled": f"{scaled:.2f}".replace("-", "−"),
            "right": share(right),
            "probability": share(float(pipe.predict_proba(row)[0, 1])),
        },
        draw=partial(_draw_learned, names, top, train),
        source=SOURCES["cancer"],
    )
