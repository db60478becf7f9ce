import datetime
import re
from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd
import pytest

from engine.domain.task import Task
from engine.domain.words import number, share, with_interval
from engine.explain.report import explain
from engine.explain.words import cell_text, contribution
from tests.explain.toys import Formula, mixed, mixed_chance, numbers, problem_of

CAUSAL = (
    "because", "cause", "leads to", "lead to", "led to", "due to", "results in", "result of", "effect", "impact",
    "responsible", "reason", "influence", "driver", "drives", "makes", "therefore", "thanks to", "explains why",
)  # fmt: skip
NUMBER = re.compile(r"\d[\d,]*(?:\.\d+)?(?:e[+-]?\d+)?")


def payloads() -> Iterator[tuple[str, dict[str, Any]]]:
    frame = mixed(200)
    y = np.arange(200) % 2
    yield "binary", explain(Formula(mixed_chance), frame, y, problem_of(frame, Task.BINARY, ("No", "Yes")))
    money = Formula(lambda f: 180_000 + 1e6 * mixed_chance(f)[:, 1])
    yield "regression", explain(money, frame, money.predict(frame), problem_of(frame))
    tiny = Formula(lambda f: 3e-9 * mixed_chance(f)[:, 1])
    yield "tiny", explain(tiny, frame, tiny.predict(frame), problem_of(frame))

    def three(f: pd.DataFrame) -> np.ndarray:
        return np.column_stack([mixed_chance(f) * 0.8, np.full(len(f), 0.2)])

    classes = problem_of(frame, Task.MULTICLASS, ("red", "green", "blue"))
    yield "multiclass", explain(Formula(three), frame, np.arange(200) % 3, classes)
    wide = numbers(60, 60)
    wide["x1"] = wide["x0"]
    yield "wide", explain(Formula(lambda f: f.sum(axis=1)), wide, np.zeros(60), problem_of(wide))


PAYLOADS = dict(payloads())


@pytest.fixture(params=list(PAYLOADS))
def payload(request: pytest.FixtureRequest) -> dict[str, Any]:
    return PAYLOADS[request.param]


def sentences(payload: dict[str, Any]) -> list[str]:
    rows = payload["rows"]
    texts = [part["text"] for row in rows for part in row["contributions"]]
    return [*payload["words"], *texts, *(sentence for row in rows for sentence in row["words"])]


def stored(value: Any) -> Iterator[Any]:
    """Every value of a payload that is not itself a sentence."""
    if isinstance(value, dict):
        for key, inner in value.items():
            if key not in ("words", "text"):
                yield from stored(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from stored(inner)
    else:
        yield value


def ways_to_write(payload: dict[str, Any]) -> set[str]:
    """All numbers that sentences may hold, as they may be written."""
    texts = []
    for value in stored(payload):
        if isinstance(value, str):
            texts.append(value)
        elif value is not None:
            texts += [number(value), share(value) if 0 <= value <= 1 else ""]
    texts += [with_interval(entry["value"], entry["low"], entry["high"]) for entry in payload["importance"]]
    return {found for text in texts for found in NUMBER.findall(text)}


def test_every_number_is_a_stored_one(payload: dict[str, Any]) -> None:
    allowed = ways_to_write(payload)
    for sentence in sentences(payload):
        for found in NUMBER.findall(sentence):
            assert found.rstrip(",") in allowed or found in allowed, f"{found} in {sentence!r}"


def test_no_sentence_is_causal(payload: dict[str, Any]) -> None:
    for sentence in [*sentences(payload), payload["method"]]:
        assert not [phrase for phrase in CAUSAL if phrase in sentence.lower()], sentence


def test_sentences_are_sentences(payload: dict[str, Any]) -> None:
    for sentence in [*payload["words"], *(one for row in payload["rows"] for one in row["words"])]:
        assert sentence.endswith(".")
        assert "None" not in sentence
        assert "nan" not in sentence.split()


def test_they_say_what_matters() -> None:
    words = " ".join(PAYLOADS["binary"]["words"])
    first = PAYLOADS["binary"]["importance"][0]["column"]
    assert words.startswith(f"The model uses {first} most: on average it moves the predicted probability of 'Yes' by ")
    assert "They do not say what would happen" in words
    assert "Columns that move together: x0 and x1. The model may" in " ".join(PAYLOADS["wide"]["words"])
    row = PAYLOADS["regression"]["rows"][0]
    assert row["words"][0].startswith("For this row the model says ")
    assert " for outcome; the average over the background rows is " in row["words"][0]


def test_overlapping_intervals_are_called_the_same() -> None:
    frame = numbers(100, 3)
    alike = explain(Formula(lambda f: f["x0"] + f["x1"]), frame, np.zeros(100), problem_of(frame))
    assert any("count practically the same" in sentence for sentence in alike["words"])
    apart = explain(Formula(lambda f: f["x0"] + 9 * f["x1"]), frame, np.zeros(100), problem_of(frame))
    assert "x1 counts more than x0: their 95 % intervals do not overlap." in apart["words"]


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, "empty"),
        (np.nan, "empty"),
        (pd.NA, "empty"),
        (pd.NaT, "empty"),
        ("  ", "empty"),
        (2013, "2013"),
        (np.int64(2013), "2013"),
        (2013.0, "2013"),
        (0.1 + 0.2, "0.3"),
        (np.float32(0.1), "0.1"),
        (True, "True"),
        (pd.Timestamp("2024-02-03"), "2024-02-03"),
        (pd.Timestamp("2024-02-03 04:05"), "2024-02-03 04:05:00"),
        (datetime.datetime(2024, 2, 3), "2024-02-03"),
        ("two\n lines", "two lines"),
        ("x" * 61, "x" * 59 + "…"),
        (["a"], "['a']"),
    ],
)
def test_cells_are_written_as_they_stand(value: object, text: str) -> None:
    assert cell_text(value) == text


def test_a_contribution_in_words() -> None:
    what = "probability of 'Yes'"
    assert (
        contribution("tenure", "2", 0.12, 0.5, what) == "tenure = 2 raises the predicted probability of 'Yes' by 0.120"
    )
    assert contribution("tenure", "2", -0.12, 0.5, what).startswith("tenure = 2 lowers")
    assert contribution("tenure", "empty", 0.0, 0.0, what) == "tenure = empty hardly moves the predicted " + what
    assert contribution("7 other columns", "", 3.0, 9.0, "price") == "7 other columns raise the predicted price by 3.00"
