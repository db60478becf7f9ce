"""Pictures of the lessons on engineering, delivery and what follows it."""

from __future__ import annotations

import hashlib
from functools import partial
from typing import Any

import numpy as np

from engine.charts.figure import Figure, figure
from engine.domain.words import number, share
from engine.study.pictures import draw
from engine.study.pictures.fitted import SIZES, birds, species_model
from engine.study.pictures.picture import Picture
from engine.study.pictures.sets import SOURCES, table


def _draw_same_seed(first: Any, rows: Any, y: Any, _: object) -> Figure:
    return figure(
        draw.dots(rows, "seed", "share right", by="run", size=90).encode(x=draw.whole("seed")),
        title=f"Same seed, same score; other seeds move it between {share(min(first))} and {share(max(first))}",
        subtitle=f"Five neighbours on two columns, {len(y)} penguins, a new split for each seed, everything run twice",
        table=rows,
    )


def same_seed() -> Picture:
    """Penguins: what another seed changes, and what the same seed must not."""
    frame = table("penguins").dropna(subset=SIZES)
    X, y = (
        frame[["bill_depth_mm", "body_mass_g"]].to_numpy(float),
        np.unique(frame["species"].to_numpy(str), return_inverse=True)[1],
    )

    def score(seed: int) -> float:
        order = np.random.default_rng(seed).permutation(len(y))
        train, test = order[:240], order[240:]
        Z = (X - X[train].mean(axis=0)) / X[train].std(axis=0)
        distance = ((Z[test][:, None] - Z[train][None]) ** 2).sum(axis=2)
        votes = np.eye(3)[y[train]][np.argsort(distance, axis=1, kind="stable")[:, :5]].sum(axis=1)
        return float((votes.argmax(axis=1) == y[test]).mean())

    first, again = [score(seed) for seed in range(12)], [score(seed) for seed in range(12)]
    text = table("penguins").to_csv(index=False, lineterminator="\n")
    other = text.replace("39.1", "39.2", 1)
    digest, changed = (hashlib.sha256(one.encode()).hexdigest()[:8] for one in (text, other))
    rows = [
        {"seed": seed, "share right": round(value, 6), "run": run}
        for run, values in (("first run", first), ("second run", again))
        for seed, value in enumerate(values)
    ]

    return Picture(
        facts={
            "rows": number(len(y)),
            "seeds": number(len(first)),
            "low": share(min(first)),
            "high": share(max(first)),
            "seed_zero": share(first[0]),
            "equal": number(sum(a == b for a, b in zip(first, again, strict=True))),
            "digest": digest,
            "changed": changed,
        },
        draw=partial(_draw_same_seed, first, rows, y),
        source=SOURCES["penguins"],
    )


def _draw_caught(rows: Any, y: Any, _: object) -> Figure:
    return figure(
        draw.bars(
            rows,
            "rows",
            "share right",
            marked=("20 rows in kilograms", "the 20 rows alone"),
            ends=(0, 1),
            form=".1%",
        ),
        title="Nothing crashes: the model is just wrong for the rows in another unit",
        subtitle=f"Species of {len(y)} penguins from four sizes; in 20 of them the mass was divided by 1,000",
        table=rows,
    )


def caught() -> Picture:
    """Penguins: twenty rows in kilograms, with and without a test of the data."""
    frame, species, _, test = birds()
    X = frame[SIZES].to_numpy()[test]
    y = species[test]
    spoiled = X.copy()
    spoiled[:20, 3] /= 1000
    low, high = 2000.0, 8000.0
    inside = (spoiled[:, 3] >= low) & (spoiled[:, 3] <= high)
    model = species_model()
    clean = float((model.predict(X) == y).mean())
    bad = model.predict(spoiled) == y
    rows = [
        {"rows": "as measured", "share right": round(clean, 6)},
        {"rows": "20 rows in kilograms", "share right": round(float(bad.mean()), 6)},
        {"rows": "the 20 rows alone", "share right": round(float(bad[:20].mean()), 6)},
    ]

    return Picture(
        facts={
            "train": number(len(birds()[2])),
            "test": number(len(y)),
            "clean": share(clean),
            "spoiled": share(float(bad.mean())),
            "alone": share(float(bad[:20].mean())),
            "alone_right": number(int(bad[:20].sum())),
            "twenty": number(20),
            "stopped": number(int((~inside).sum())),
            "wrongly": number(int((~inside[20:]).sum())),
            "low": number(int(low)),
            "high": number(int(high)),
            "lightest": number(int(frame["body_mass_g"].min())),
            "heaviest": number(int(frame["body_mass_g"].max())),
        },
        draw=partial(_draw_caught, rows, y),
        source=SOURCES["penguins"],
    )


def _draw_two_copies(scores: Any, test: Any, train: Any, _: object) -> Figure:
    rows = [{"code": name, "share right": round(value, 6)} for name, value in scores.items()]
    return figure(
        draw.bars(rows, "code", "share right", marked=("two copies, one turned round",), ends=(0, 1), form=".1%"),
        title="One slip in the second copy of a formula, and the model is lost",
        subtitle=f"Species of {len(test)} penguins by bill ratio and mass; nearest mean of {len(train)} others",
        table=rows,
    )


def two_copies() -> Picture:
    """Penguins: one feature, written down twice, the second time the wrong way round."""
    frame, species, train, test = birds()
    ratio = (frame["bill_length_mm"] / frame["bill_depth_mm"]).to_numpy()
    mass = frame["body_mass_g"].to_numpy() / 1000

    def right(feature: np.ndarray) -> float:
        A, B = np.c_[ratio, mass][train], np.c_[feature, mass][test]
        centres = np.array([A[species[train] == s].mean(axis=0) for s in range(3)])
        said = (((B[:, None] - centres[None]) / A.std(axis=0)) ** 2).sum(axis=2).argmin(axis=1)
        return float((said == species[test]).mean())

    scores = {"one function, used twice": right(ratio), "two copies, one turned round": right(1 / ratio)}

    first = frame.iloc[0]
    return Picture(
        facts={
            "train": number(len(train)),
            "test": number(len(test)),
            "good": share(scores["one function, used twice"]),
            "bad": share(scores["two copies, one turned round"]),
            "right_way": f"{first['bill_length_mm'] / first['bill_depth_mm']:.2f}",
            "wrong_way": f"{first['bill_depth_mm'] / first['bill_length_mm']:.2f}",
            "length": f"{first['bill_length_mm']:.1f}",
            "depth": f"{first['bill_depth_mm']:.1f}",
        },
        draw=partial(_draw_two_copies, scores, test, train),
        source=SOURCES["penguins"],
    )
