"""Pictures of the lessons on metrics, thresholds, probabilities and errors."""

from __future__ import annotations

from functools import partial
from typing import Any

import numpy as np

from engine.charts.figure import Figure, figure
from engine.domain.words import number, share, with_interval
from engine.evaluate.calibration import wilson
from engine.study.pictures import draw
from engine.study.pictures.fitted import cancer, churn
from engine.study.pictures.picture import Choice, Picture
from engine.study.pictures.sets import SOURCES


def _draw_counts(four: Any, truth: Any, option: object) -> Figure:
    found = four(float(str(option)))
    tp, fn, fp, _ = found.values()
    rows = [{"customers": name, "number": value} for name, value in found.items()]
    return figure(
        draw.bars(rows, "customers", "number", marked=("leaves, not flagged", "stays, flagged"), form=","),
        title=f"Cut at {option}: recall {share(tp / (tp + fn))}, precision {share(tp / (tp + fp))}",
        subtitle=f"{len(truth):,} customers, predictions for rows not fitted on; amber: the two kinds of errors",
        table=rows,
    )


def counts() -> Picture:
    """Telephone customers: four counts, and every metric is made of them."""
    _, truth, probability = churn()

    def four(threshold: float) -> dict[str, int]:
        said = probability >= threshold
        return {
            "leaves, flagged": int((said & truth).sum()),
            "leaves, not flagged": int((~said & truth).sum()),
            "stays, flagged": int((said & ~truth).sum()),
            "stays, not flagged": int((~said & ~truth).sum()),
        }

    half, low = four(0.5), four(0.3)
    tp, fn, fp, tn = half.values()
    ltp, lfn, lfp, _ = low.values()
    return Picture(
        facts={
            "rows": number(len(truth)),
            "tp": number(tp),
            "fn": number(fn),
            "fp": number(fp),
            "tn": number(tn),
            "leavers": number(tp + fn),
            "flagged": number(tp + fp),
            "accuracy": share((tp + tn) / len(truth)),
            "recall": share(tp / (tp + fn)),
            "precision": share(tp / (tp + fp)),
            "f1": f"{2 * tp / (2 * tp + fp + fn):.3f}",
            "alarm": share(fp / (fp + tn)),
            "low_recall": share(ltp / (ltp + lfn)),
            "low_precision": share(ltp / (ltp + lfp)),
            "low_fp": number(lfp),
            "nobody": share(float((~truth).mean())),
        },
        draw=partial(_draw_counts, four, truth),
        source=SOURCES["churn"],
        choice=Choice(label="Threshold", options=(0.1, 0.3, 0.5, 0.7), start=0.5),
    )


def _draw_cost_curve(alarms: Any, best: Any, grid: Any, misses: Any, truth: Any, option: object) -> Figure:
    ratio = float(str(option))
    cost = misses * ratio + alarms
    place, half = best(ratio), int(np.flatnonzero(grid == 0.5)[0])
    x, y = "threshold", "cost, in false alarms"
    rows = [
        {x: float(t), y: float(c), "misses": int(m), "false alarms": int(a)}
        for t, c, m, a in zip(grid, cost, misses, alarms, strict=True)
    ]
    kind = "miss" if misses[place] == 1 else "misses"
    least = f"{misses[place]} {kind} and {alarms[place]} false alarms cost {cost[place]:.0f}"
    return figure(
        draw.over(draw.lines(rows, x, y), draw.dots([rows[place]], x, y, size=150)),
        title=f"Least cost at {grid[place]:.2f}: {least}; at 0.5 it is {cost[half]:.0f}",
        subtitle=f"A miss costs as much as {option} false alarms; {len(truth)} tumours, none of them fitted on",
        table=rows,
    )


def cost_curve() -> Picture:
    """Breast tumours: the threshold that costs least, by how much worse a miss is."""
    truth, probability = cancer("logistic")
    grid = np.round(np.linspace(0.01, 0.99, 99), 2)
    misses = np.array([int((truth & (probability < t)).sum()) for t in grid])
    alarms = np.array([int((~truth & (probability >= t)).sum()) for t in grid])

    def best(ratio: float) -> int:
        return int((misses * ratio + alarms).argmin())

    half = int(np.flatnonzero(grid == 0.5)[0])
    place = best(20)
    return Picture(
        facts={
            "rows": number(len(truth)),
            "half_misses": number(int(misses[half])),
            "half_alarms": number(int(alarms[half])),
            "half_cost": number(int(misses[half] * 20 + alarms[half])),
            "ratio": number(20),
            "formula": f"{1 / 21:.3f}",
            "found": f"{grid[place]:.2f}",
            "found_misses": number(int(misses[place])),
            "found_alarms": number(int(alarms[place])),
            "found_cost": number(int(misses[place] * 20 + alarms[place])),
            "equal": f"{grid[best(1)]:.2f}",
        },
        draw=partial(_draw_cost_curve, alarms, best, grid, misses, truth),
        source=SOURCES["cancer"],
        choice=Choice(label="A miss costs as many false alarms as", options=(1, 5, 20, 100), start=20),
    )


def _draw_reliability(found: Any, option: object) -> Figure:
    rows, brier, _, truth = found[str(option)]
    sides = [
        {"group": f"{row['group']} ({row['tumours']})", "share malignant": row[key], "which": key}
        for row in rows
        for key in ("said", "happened")
    ]
    return figure(
        draw.bars(sides, "group", "share malignant", by="which", ends=(0, 1.1), form=".1%"),
        title=f"{str(option)[0].upper()}{str(option)[1:]}: Brier score {brier:.3f}",
        subtitle=f"{len(truth)} tumours in groups by the probability said (with their number): said and happened",
        table=rows,
    )


def reliability() -> Picture:
    """Breast tumours: a model that is sure of itself, and one that means what it says."""
    names = {"naive Bayes": "bayes", "logistic regression": "logistic"}
    found = {}
    for name, kind in names.items():
        truth, p = cancer(kind)
        ends = np.array([0.0, 0.01, 0.1, 0.9, 0.99, 1.01])
        groups = ("below 1 %", "1 to 10 %", "10 to 90 %", "90 to 99 %", "above 99 %")
        places = np.digitize(p, ends) - 1
        rows = [
            {
                "group": group,
                "said": round(float(p[places == place].mean()), 6),
                "happened": round(float(truth[places == place].mean()), 6),
                "tumours": int((places == place).sum()),
            }
            for place, group in enumerate(groups)
        ]
        found[name] = rows, float(((p - truth) ** 2).mean()), p, truth

    bayes, logistic = found["naive Bayes"], found["logistic regression"]
    sure = (bayes[2] > 0.99) | (bayes[2] < 0.01)
    wrong_sure = int((sure & ((bayes[2] > 0.5) != bayes[3])).sum())
    lsure = (logistic[2] > 0.99) | (logistic[2] < 0.01)
    base = float(bayes[3].mean())
    return Picture(
        facts={
            "rows": number(len(bayes[3])),
            "bayes": f"{bayes[1]:.3f}",
            "logistic": f"{logistic[1]:.3f}",
            "base": f"{base * (1 - base):.3f}",
            "sure": number(int(sure.sum())),
            "wrong_sure": number(wrong_sure),
            "promised": f"{0.01 * sure.sum():.0f}",
            "logistic_sure": number(int(lsure.sum())),
            "logistic_wrong": number(int((lsure & ((logistic[2] > 0.5) != logistic[3])).sum())),
        },
        draw=partial(_draw_reliability, found),
        source=SOURCES["cancer"],
        choice=Choice(label="Model", options=tuple(names), start="naive Bayes"),
    )


def _draw_by_contract(rows: Any, truth: Any, _: object) -> Figure:
    return figure(
        draw.bars(rows, "contract", "recall", interval=True, ends=(0, 1), form=".0%"),
        title="The model finds leavers on monthly contracts and hardly any others",
        subtitle=f"Recall at a threshold of 0.5 with 95 % intervals (Wilson), {int(truth.sum()):,} leavers",
        table=rows,
    )


def by_contract() -> Picture:
    """Telephone customers: the same model, seen contract by contract."""
    frame, truth, probability = churn()
    said = probability >= 0.5
    rows = []
    for name in ("Month-to-month", "One year", "Two year"):
        here = (frame["contract"] == name).to_numpy() & truth
        found, of = int(said[here].sum()), int(here.sum())
        low, high = wilson(found, of)
        one = {"contract": name.lower(), "recall": round(found / of, 6), "low": low, "high": high}
        rows.append({**one, "leavers": of, "found": found})
    worst = np.argsort(-np.abs(truth - probability), kind="stable")[:20]
    missed = truth[worst]

    def told(row: dict[str, object]) -> str:
        return with_interval(*(100 * float(str(row[key])) for key in ("recall", "low", "high")))

    return Picture(
        facts={
            "rows": number(len(truth)),
            "leavers": number(int(truth.sum())),
            "recall": share(float(said[truth].mean())),
            "month": told(rows[0]),
            "month_n": number(int(str(rows[0]["leavers"]))),
            "one": told(rows[1]),
            "one_n": number(int(str(rows[1]["leavers"]))),
            "two_found": number(int(str(rows[2]["found"]))),
            "two_n": number(int(str(rows[2]["leavers"]))),
            "worst": number(20),
            "worst_missed": number(int(missed.sum())),
            "worst_long": number(int((frame["contract"].to_numpy()[worst] != "Month-to-month").sum())),
        },
        draw=partial(_draw_by_contract, rows, truth),
        source=SOURCES["churn"],
    )
