"""Questions about counts: the confusion matrix, costs, thresholds, gaps in the data."""

from __future__ import annotations

from collections.abc import Sequence

from engine.study.generators.values import RunValues, choice, number, shown
from engine.study.questions import Question


def recall(values: RunValues) -> Question | None:
    """Ask for the recall of a class."""
    if (found := _of_class(values)) is None or not found.right + found.missed:
        return None
    return number(
        values,
        "recall",
        "metrics-reading",
        f"the model decided as the table shows. What is its recall for “{found.label}”?",
        formula="right / (right + missed)",
        inputs={"right": found.right, "missed": found.missed},
        tolerance=0.005,
        table=_matrix(values),
        explanation=f"Of {found.right + found.missed} that are “{found.label}” {found.right} were found, which is "
        f"{{answer}}. Recall looks along the row of the actual class; the column would give the precision.",
    )


def precision(values: RunValues) -> Question | None:
    """Ask for the precision of a class."""
    if (found := _of_class(values)) is None or not found.right + found.alarms:
        return None
    return number(
        values,
        "precision",
        "metrics-reading",
        f"the model decided as the table shows. What is its precision for “{found.label}”?",
        formula="right / (right + alarms)",
        inputs={"right": found.right, "alarms": found.alarms},
        tolerance=0.005,
        table=_matrix(values),
        explanation=f"Of {found.right + found.alarms} that were called “{found.label}” {found.right} are, which is "
        "{answer}. Precision looks down the column of what was said; the row would give the recall.",
    )


def f1(values: RunValues) -> Question | None:
    """Ask for the F1 of a class."""
    if (found := _of_class(values)) is None or not found.right:
        return None
    return number(
        values,
        "f1",
        "metrics-reading",
        f"the model decided as the table shows. What is its F1 for “{found.label}”?",
        formula="2 * right / (2 * right + alarms + missed)",
        inputs={"right": found.right, "alarms": found.alarms, "missed": found.missed},
        tolerance=0.005,
        table=_matrix(values),
        explanation=f"F1 is 2 × {found.right} / (2 × {found.right} + {found.alarms} + {found.missed}) = "
        "{answer}, the "
        "harmonic mean of precision and recall. It lies nearer to the smaller of the two.",
    )


def majority(values: RunValues) -> Question | None:
    """Ask what accuracy the largest class alone would give."""
    counts = _counts(values)
    if not counts:
        return None
    sizes = [sum(row) for row in counts]
    largest = sizes.index(max(sizes))
    return number(
        values,
        "majority",
        "baseline-first",
        "the model decided as the table shows. What accuracy would a baseline reach that always says the "
        "largest class?",
        formula="largest / rows",
        inputs={"largest": sizes[largest], "rows": sum(sizes)},
        tolerance=0.005,
        table=_matrix(values),
        explanation=f"The largest class, “{values.report['confusion']['labels'][largest]}”, has {sizes[largest]} of "
        f"{sum(sizes)} rows, so always saying it is right for {{answer}}. The accuracy of the model has to be read "
        "beside this number.",
    )


def cost(values: RunValues) -> Question | None:
    """Ask what the model's decisions cost by the person's own table of costs."""
    counts, costs = _counts(values), values.costs
    if not counts or len(counts) != 2 or len(costs) != 2:
        return None
    (_, alarms), (missed, _) = counts
    alarm, miss = costs[0][1], costs[1][0]
    # With other entries the sum would hold more than errors, and the text would not say so.
    if costs[0][0] or costs[1][1] or alarm <= 0 or miss <= 0 or not alarms + missed:
        return None
    return number(
        values,
        "cost",
        "thresholds-costs",
        f"the model decided as the table shows. By your costs a missed “{_labels(values)[1]}” costs "
        f"{shown(miss)} and a "
        f"false alarm {shown(alarm)}. What do its errors cost together?",
        formula="missed * miss + alarms * alarm",
        inputs={"missed": missed, "miss": miss, "alarms": alarms, "alarm": alarm},
        table=_matrix(values),
        explanation=f"{missed} × {shown(miss)} + {alarms} × {shown(alarm)} = {{answer}}. The count of errors, "
        f"{alarms + missed}, treats both kinds alike.",
    )


def cheapest_threshold(values: RunValues) -> Question | None:
    """Ask at which of several thresholds the errors cost least."""
    costs = values.costs
    if len(costs) != 2 or not 3 <= len(values.thresholds) <= 6:
        return None
    alarm, miss = costs[0][1], costs[1][0]
    totals = [missed * miss + alarms * alarm for _, missed, alarms in values.thresholds]
    least = min(totals)
    if costs[0][0] or costs[1][1] or alarm <= 0 or miss <= 0 or totals.count(least) > 1:
        return None
    names = [shown(at) for at, _, _ in values.thresholds]
    if len(set(names)) < len(names):
        return None
    sums = ", ".join(f"{shown(total)} at {name}" for total, name in zip(totals, names, strict=True))
    return choice(
        values,
        "threshold",
        "thresholds-costs",
        f"the errors depend on the threshold as the table shows. A missed positive costs {shown(miss)}, a false alarm "
        f"{shown(alarm)}. Which threshold costs least?",
        choices=names,
        answer=totals.index(least),
        table=[
            ("Threshold", "Missed", "False alarms"),
            *((name, str(row[1]), str(row[2])) for name, row in zip(names, values.thresholds, strict=True)),
        ],
        explanation=f"Missed positives and false alarms, each times its cost, make {sums}. The fewest errors are not "
        "always the cheapest ones.",
    )


def missing(values: RunValues) -> Question | None:
    """Ask for the share of missing values in the column that has the most of them."""
    gaps = [(count / rows, name, count, rows) for name, (count, rows) in values.columns.items() if 0 < count < rows]
    if not gaps:
        return None
    _, name, count, rows = max(gaps)
    return number(
        values,
        "missing",
        "data-profiling",
        f"the column “{name}” has {shown(count)} missing values in {shown(rows)} rows. What share is missing, "
        "in per cent?",
        formula="count / rows * 100",
        inputs={"count": count, "rows": rows},
        tolerance=0.05,
        unit="%",
        explanation=f"{shown(count)} of {shown(rows)} is {{answer}} %. Next comes the question why they are missing, "
        "since that decides what may be filled in.",
    )


class _Class:
    """How one class fared: found, missed, and said though it was another."""

    def __init__(self, label: str, place: int, counts: Sequence[Sequence[int]]) -> None:
        self.label = label
        self.right = counts[place][place]
        self.missed = sum(counts[place]) - self.right
        self.alarms = sum(row[place] for row in counts) - self.right


def _counts(values: RunValues) -> list[list[int]]:
    confusion = values.report.get("confusion") or {}
    counts: list[list[int]] = confusion.get("counts", [])
    return counts if sum(map(sum, counts)) else []


def _labels(values: RunValues) -> list[str]:
    return [str(label) for label in values.report["confusion"]["labels"]]


def _of_class(values: RunValues) -> _Class | None:
    """Take the positive class of two, of several the one with the fewest rows that has any."""
    counts = _counts(values)
    if not counts:
        return None
    sizes = [(sum(row), place) for place, row in enumerate(counts) if sum(row)]
    place = 1 if len(counts) == 2 else min(sizes)[1]
    return _Class(_labels(values)[place], place, counts)


def _matrix(values: RunValues) -> list[tuple[str, ...]]:
    labels = _labels(values)
    rows = [(f"is {label}", *map(str, row)) for label, row in zip(labels, _counts(values), strict=True)]
    return [("", *(f"called {label}" for label in labels)), *rows]
