"""Pictures of the lessons on what chance alone can do."""

from __future__ import annotations

from functools import partial
from typing import Any

import numpy as np

from engine.charts.figure import Figure, figure
from engine.domain.words import number, share, with_interval
from engine.study.pictures import draw
from engine.study.pictures.picture import Choice, Picture
from engine.study.pictures.sets import SOURCES, table


def _draw_permutation(birds: Any, found: Any, option: object) -> Figure:
    seen, shuffled, p = found[str(option)]
    name = f"difference between the island means, {option}"
    return figure(
        draw.over(draw.histogram(shuffled, name), draw.upright({"seen": seen}, name, faults=("seen",))),
        title=f"Shuffled islands differ as much in {share(p)} of the shuffles",
        subtitle=f"{option}: Torgersen less Dream, {len(birds)} Adelie penguins, {len(shuffled):,} shuffles",
        table=[
            {"measurement": key, "difference": round(one[0], 2), "p-value": round(one[2], 4)}
            for key, one in found.items()
        ],
    )


def permutation() -> Picture:
    """Penguins: the difference between two islands, and what shuffled islands give."""
    birds = table("penguins").query("species == 'Adelie' and island in ('Dream', 'Torgersen')").dropna()
    on_dream = (birds["island"] == "Dream").to_numpy()
    names = {
        "bill length (mm)": "bill_length_mm",
        "bill depth (mm)": "bill_depth_mm",
        "flipper length (mm)": "flipper_length_mm",
        "body mass (g)": "body_mass_g",
    }
    found = {}
    for label, column in names.items():
        values = birds[column].to_numpy(dtype=float)
        seen = float(values[~on_dream].mean() - values[on_dream].mean())
        rng = np.random.default_rng(0)
        mixed = np.array([rng.permutation(on_dream) for _ in range(1999)])
        counts = on_dream.sum(), (~on_dream).sum()
        sums = mixed @ values
        shuffled = (values.sum() - sums) / counts[1] - sums / counts[0]
        p = (1 + int((np.abs(shuffled) >= abs(seen) - 1e-12).sum())) / (1 + len(shuffled))
        found[label] = seen, shuffled, p

    seen, _, p = found["flipper length (mm)"]
    return Picture(
        facts={
            "rows": number(len(birds)),
            "dream": number(int(on_dream.sum())),
            "torgersen": number(int((~on_dream).sum())),
            "seen": f"{seen:.1f}",
            "p": f"{p:.3f}",
            "shuffles": number(1999),
            "p_mass": f"{found['body mass (g)'][2]:.2f}",
            "p_bill": f"{found['bill length (mm)'][2]:.2f}",
            "p_depth": f"{found['bill depth (mm)'][2]:.2f}",
            "strict": f"{0.05 / 4:.4f}",
            "mass": f"{abs(found['body mass (g)'][0]):.0f}",
        },
        draw=partial(_draw_permutation, birds, found),
        source=SOURCES["penguins"],
        choice=Choice(label="Measurement", options=tuple(names), start="flipper length (mm)"),
    )


def _draw_resampled(made: Any, option: object) -> Figure:
    value, means, low, high = made[int(str(option))]
    name = "share of tumours told right"
    return figure(
        draw.over(
            draw.histogram(means, name, bins=30, ends=(0.88, 1.0)), draw.upright({"2.5 %": low, "97.5 %": high}, name)
        ),
        title=f"With {option} rows the accuracy is {with_interval(value, low, high)}",
        subtitle=f"2,000 samples of {option} rows, drawn with replacement from {option} predictions",
        table=[{"rows": key, "accuracy": one[0], "low": one[2], "high": one[3]} for key, one in made.items()],
    )


def resampled() -> Picture:
    """Breast tumours: how sure an accuracy is, by the number of rows behind it."""
    from engine.study.pictures.fitted import cancer

    truth, probability = cancer("logistic")
    correct = ((probability >= 0.5) == truth).astype(float)
    rng = np.random.default_rng(0)
    order = rng.permutation(len(correct))
    made = {}
    for rows in (50, 150, 569):
        chosen = correct[order[:rows]]
        means = chosen[rng.integers(0, rows, size=(2000, rows))].mean(axis=1)
        made[rows] = float(chosen.mean()), means, *(float(np.quantile(means, q)) for q in (0.025, 0.975))

    few, whole = made[50], made[569]
    return Picture(
        facts={
            "rows": number(len(correct)),
            "wrong": number(int(len(correct) - correct.sum())),
            "accuracy": with_interval(whole[0], whole[2], whole[3]),
            "few": with_interval(few[0], few[2], few[3]),
            "few_right": number(round(few[0] * 50)),
            "width": f"{100 * (whole[3] - whole[2]):.1f}",
            "few_width": f"{100 * (few[3] - few[2]):.1f}",
        },
        draw=partial(_draw_resampled, made),
        source=SOURCES["cancer"],
        choice=Choice(label="Rows", options=(50, 150, 569), start=50),
    )
