"""Choices that follow from the table or the figure of a question, worked out again from its cells."""

import re
import sqlite3
from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest

from engine.evaluate.calibration import wilson
from engine.study.questions import Question, by_id


def number(cell: object) -> float:
    found = re.search(r"[-−]?\d[\d,]*\.?\d*", str(cell))
    assert found, cell
    return float(found.group().replace(",", "").replace("−", "-"))


def column(item: Question, place: int) -> list[float]:
    return [number(row[place]) for row in item.table[1:]]


def points(item: Question, series: str = "") -> tuple[np.ndarray, np.ndarray]:
    assert item.figure is not None
    rows = [row for row in item.figure.values if not series or row[-1] == series]
    return np.array([row[0] for row in rows]), np.array([row[1] for row in rows], dtype=float)


def cheapest(item: Question) -> str:
    costs = [20 * missed + checks for missed, checks in zip(column(item, 1), column(item, 2), strict=True)]
    return item.table[1:][int(np.argmin(costs))][0]


def fewest_errors(item: Question) -> str:
    return f"About {item.table[1:][int(np.argmin(column(item, 2)))][0]}"


def widest_gap(item: Question) -> str:
    return item.table[1:][int(np.argmax(np.divide(column(item, 2), column(item, 1))))][0]


def components(item: Question) -> str:
    count = int(np.argmax(np.cumsum(column(item, 1)) >= 90)) + 1
    return {2: "Two", 3: "Three", 4: "Four"}[count]


def fast_enough(item: Question) -> str:
    allowed = [row for row in item.table[1:] if number(row[2]) <= 50]
    return min(allowed, key=lambda row: number(row[1]))[0]


def excludes_zero(item: Question) -> str:
    clear = [row[0] for row in item.table[1:] if not row[2].startswith("−")]
    assert len(clear) == 1
    return f"Only {clear[0]}, since its interval excludes zero"


def simpson(item: Question) -> str:
    shares = [[tuple(map(int, cell.split(" of "))) for cell in row[1:]] for row in item.table[1:]]
    for new, old in shares:
        assert new[0] / new[1] > old[0] / old[1]
    new, old = ((sum(one[0] for one in pair), sum(one[1] for one in pair)) for pair in zip(*shares, strict=True))
    assert new[0] / new[1] < old[0] / old[1]
    return "The new treatment is ahead in both groups, but behind in total"


def middle_of_bars(item: Question) -> str:
    assert item.figure is not None
    below = np.cumsum([row[1] for row in item.figure.values])
    assert below[0] * 2 == below[-1], "the median lies between the last of this bar and the first of the next"
    return f"On the border of {item.figure.values[0][0]} and {item.figure.values[1][0]}"


def elbow(item: Question) -> str:
    clusters, squares = points(item)
    return str(int(clusters[1:-1][np.argmax(np.diff(squares, 2))]))


def slowest_twentieth(item: Question) -> str:
    times = {row[0]: number(row[1]) for row in item.table[1:]}
    assert times["95th percentile"] > 200 > times["Mean"] > times["Median"]
    return "No, since the 95th percentile is above 200 ms"


def slices(item: Question) -> str:
    ends = []
    for row in item.table[1:]:
        ill, recall = number(row[1]), number(row[2])
        low, high = (number(part) for part in row[3].split(" to "))
        assert (low, high) == pytest.approx(wilson(round(ill * recall), int(ill)), abs=0.015), row[0]
        ends.append((low, high))
    young, middle, old = ends
    assert old[1] < middle[0]
    assert young[0] < min(middle[0], old[0])
    assert young[1] >= max(middle[1], old[1])
    return "The over-65s are shown to be worse off than the 40 to 65s"


def epoch(item: Question) -> str:
    at, loss = points(item, "validation")
    assert (np.diff(points(item, "training")[1]) < 0).all()
    return f"It overfits after about epoch {int(at[np.argmin(loss)])}"


def nearly_uncorrelated(item: Question) -> str:
    x, y = points(item)
    assert abs(np.corrcoef(x, y)[0, 1]) < 0.05
    return "There is a clear link, but it is not a straight line"


def too_high(item: Question) -> str:
    predicted, observed = points(item)
    assert (predicted > observed).all()
    assert (np.diff(observed)[np.argsort(predicted[:-1])] > 0).all()
    return "Its probabilities are too high throughout"


def means(item: Question) -> str:
    frame = pd.DataFrame(item.table[1:], columns=list(item.table[0]))
    frame["price"] = pd.to_numeric(frame["price"], errors="coerce")
    found = frame.groupby("town")["price"].mean()
    return f"Hull {found['Hull']:g}, York {found['York']:g}"


WORKED: dict[str, Callable[[Question], str]] = {
    "thresholds-costs-read-table": cheapest,
    "trees-ensembles-early-stopping": fewest_errors,
    "fit-diagnosis-gap": widest_gap,
    "unsupervised-pca-keep": components,
    "algorithm-choice-latency": fast_enough,
    "uncertainty-not-shown": excludes_zero,
    "eda-simpson": simpson,
    "descriptive-stats-read-histogram": middle_of_bars,
    "unsupervised-elbow": elbow,
    "model-serving-latency-percentile": slowest_twentieth,
    "error-analysis-slice": slices,
    "neural-basics-curve": epoch,
    "eda-curved": nearly_uncorrelated,
    "calibration-curve": too_high,
    "pandas-frames-groupby": means,
}


@pytest.mark.parametrize("question", WORKED)
def test_the_right_choice_follows_from_what_is_shown(question: str) -> None:
    item = by_id(question)
    assert item.choices[int(item.answer)] == WORKED[question](item)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("question", "code"),
    [
        ("python-core-comprehension", "[x * x for x in range(5) if x % 2 == 0]"),
        ("python-core-dict-get", "{}.get('tea', 0)"),
        ("numpy-scipy-axis", "np.array([[1, 2, 3], [4, 5, 6]]).sum(axis=0).tolist()"),
        ("numpy-scipy-broadcast", "(np.ones((4, 3)) + np.ones(3)).shape"),
        ("numpy-scipy-nan", "np.mean(np.array([2.0, 4.0, np.nan]))"),
    ],
)
def test_what_code_gives_is_what_it_gives(question: str, code: str) -> None:
    item = by_id(question)
    # The code stands in this file, not in the content.
    said = str(eval(code, {"np": np}))
    assert item.choices[int(item.answer)].split(" and ")[0].removeprefix("It gives ") == said  # type: ignore[arg-type]
    if "for x in" in code:
        assert code in item.text


def test_a_default_list_is_shared() -> None:
    def add(item: str, basket: list[str] = []) -> list[str]:  # noqa: B006
        basket.append(item)
        return basket

    add("tea")
    item = by_id("python-core-mutable-default")
    assert item.choices[int(item.answer)] == str(add("milk"))  # type: ignore[arg-type]


def test_rows_of_a_join_multiply() -> None:
    orders = pd.DataFrame({"customer": [7, 7, 7]})
    addresses = pd.DataFrame({"customer": [7, 7]})
    assert by_id("pandas-frames-merge-rows").answer == len(orders.merge(addresses, on="customer"))


def test_what_a_query_gives_is_what_a_database_gives() -> None:
    db = sqlite3.connect(":memory:")
    db.execute("CREATE TABLE people (phone TEXT, returned TEXT)")
    rows = [("1", "yes"), ("2", "no"), (None, None), (None, ""), (None, "no")]
    db.executemany("INSERT INTO people VALUES (?, ?)", rows)
    item = by_id("sql-queries-null")
    assert item.choices[int(item.answer)] == str(db.execute("SELECT COUNT(phone) FROM people").fetchone()[0])  # type: ignore[arg-type]
    kept = db.execute("SELECT returned FROM people WHERE returned <> 'yes'").fetchall()
    assert sorted(kept) == [("",), ("no",), ("no",)]
    item = by_id("sql-queries-null-compare")
    assert item.choices[int(item.answer)] == "Rows in which returned is NULL"  # type: ignore[arg-type]
    db.execute("CREATE TABLE orders (id INTEGER, total REAL)")
    db.execute("CREATE TABLE parcels (id INTEGER)")
    db.executemany("INSERT INTO orders VALUES (?, ?)", [(1, 400.0), (2, 500.0)])
    db.executemany("INSERT INTO parcels VALUES (?)", [(1,), (1,), (1,), (2,), (2,), (2,)])
    joined = db.execute("SELECT SUM(total) FROM orders JOIN parcels USING (id)").fetchone()[0]
    assert by_id("sql-queries-join-sum").answer == joined
    db.close()
