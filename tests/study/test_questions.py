"""The question bank: every item loads and is right by its own formula; faults are named; answers are marked fairly."""

import re
import tomllib
from collections import Counter
from dataclasses import replace
from importlib.resources import files
from itertools import combinations
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.errors import ContentError, InputError
from engine.study import questions
from engine.study.formula import evaluate, names
from engine.study.marking import mark, solution
from engine.study.questions import Question, bank

CENTRAL = [
    "descriptive-stats",
    "probability",
    "hypothesis-testing",
    "uncertainty",
    "problem-framing",
    "metric-choice",
    "baseline-first",
    "business-acumen",
    "data-profiling",
    "data-cleaning",
    "encoding-scaling",
    "feature-engineering",
    "eda",
    "chart-craft",
    "linear-models",
    "trees-ensembles",
    "time-series",
    "data-splitting",
    "cross-validation",
    "leakage",
    "hyperparameters",
    "fit-diagnosis",
    "metrics-reading",
    "thresholds-costs",
    "calibration",
    "error-analysis",
    "explainability",
    "fairness-privacy",
    "reproducibility",
    "testing",
    "model-serving",
    "monitoring-drift",
    "feedback-loop",
    "writing-results",
]
OTHERS = [
    "python-core",
    "numpy-scipy",
    "pandas-frames",
    "sql-queries",
    "r-basics",
    "linear-algebra",
    "calculus-optimisation",
    "data-sourcing",
    "neural-basics",
    "unsupervised",
    "text-features",
    "algorithm-choice",
    "experiment-log",
    "git-flow",
    "code-structure",
    "containers-ci",
    "scikit-learn",
    "deep-frameworks",
    "spark",
    "cloud-ml",
    "model-card",
    "explain-defend",
    "collaboration",
    "open-source",
    "competitions",
    "lifelong-learning",
]

# Words too common to make two texts alike.
STOP = {
    "a",
    "an",
    "the",
    "of",
    "is",
    "are",
    "to",
    "in",
    "on",
    "and",
    "or",
    "it",
    "its",
    "what",
    "which",
    "for",
    "with",
    "by",
    "as",
    "that",
    "this",
    "be",
    "at",
    "from",
    "has",
    "have",
}

NUMBER = """[[question]]
id = "metrics-reading-x"
skills = ["metrics-reading"]
kind = "number"
text = "What is it?"
answer = 0.75
tolerance = 0.005
inputs = { tp = 30, fn = 10 }
formula = "tp / (tp + fn)"
explanation = "Because. It is so."
seconds = 30
"""
SINGLE = """[[question]]
id = "eda-x"
skills = ["eda"]
kind = "single"
text = "Which?"
choices = ["a", "b", "c"]
answer = 1
explanation = "Because. It is so."
seconds = 20
"""


def raw_items() -> list[dict[str, Any]]:
    folder = files("engine.content").joinpath("questions")
    texts = [entry.read_text(encoding="utf-8") for entry in folder.iterdir() if entry.name.endswith(".toml")]
    return [item for text in texts for item in tomllib.loads(text)["question"]]


def one(text: str) -> Question:
    return questions.read(text, "x.toml")[0]


def shingles(item: Question) -> set[tuple[str, ...]]:
    words = [word for word in re.findall(r"[a-z0-9]+", item.text.lower()) if word not in STOP]
    return set(zip(words, words[1:], words[2:], strict=False))


# ------------------------------------------------------------------------------------------------- the bank


def test_the_bank_is_large_and_every_file_loads() -> None:
    assert len(bank()) == len(raw_items()) >= 300
    assert len({item.id for item in bank()}) == len(bank())


def test_every_answer_follows_from_its_formula() -> None:
    recomputed = [item for item in raw_items() if "formula" in item]
    assert len(recomputed) >= 60
    for item in recomputed:
        value = evaluate(item["formula"], item["inputs"])
        assert value == pytest.approx(item["answer"], abs=item["tolerance"] / 2, rel=1e-5), item["id"]
        assert names(item["formula"]) == set(item["inputs"]), f"{item['id']}: an input that plays no part"


def test_every_number_asked_for_is_stated_in_its_explanation() -> None:
    for item in bank():
        if item.numeric:
            stated = re.findall(r"\d[\d,]*(?:\.\d+)?", item.explanation)
            values = [float(text.replace(",", "")) for text in stated if text.strip(",")]
            assert any(abs(value - abs(item.answer)) <= item.tolerance for value in values), item.id  # type: ignore[arg-type]


def test_a_tolerance_forgives_rounding_and_not_another_answer() -> None:
    for item in bank():
        if item.numeric:
            assert item.tolerance <= max(0.5, 0.05 * abs(item.answer)), item.id  # type: ignore[arg-type]


@pytest.mark.parametrize("skill", CENTRAL)
def test_a_central_skill_has_at_least_five_questions(skill: str) -> None:
    assert sum(item.skills[0] == skill for item in bank()) >= 5


@pytest.mark.parametrize("skill", OTHERS)
def test_every_other_skill_has_at_least_three_questions(skill: str) -> None:
    assert sum(item.skills[0] == skill for item in bank()) >= 3


def test_no_skill_is_a_slip_of_the_pen() -> None:
    assert {skill for item in bank() for skill in item.skills} == {*CENTRAL, *OTHERS}


def test_at_least_a_third_need_a_calculation_a_table_or_a_figure() -> None:
    assert 3 * sum(item.needs_work for item in bank()) >= len(bank())


def test_all_kinds_occur() -> None:
    kinds = Counter(item.kind for item in bank())
    assert set(kinds) == {"single", "multiple", "number", "order", "fault", "output"}
    assert min(kinds.values()) >= 4, kinds


def test_no_two_questions_are_nearly_the_same() -> None:
    sets = {item.id: shingles(item) for item in bank()}
    for (first, a), (second, b) in combinations(sets.items(), 2):
        shared = len(a & b) / max(1, min(len(a), len(b)))
        assert shared < 0.5, (first, second, a & b)


def test_right_answers_stand_in_every_place_alike() -> None:
    places = Counter(item.answer for item in bank() if len(item.choices) == 4 and not isinstance(item.answer, tuple))
    total = sum(places.values())
    assert len(places) == 4
    assert all(abs(count / total - 0.25) < 0.05 for count in places.values()), places


def test_the_longest_choice_is_a_poor_guess() -> None:
    chosen = [item for item in bank() if item.choices and not isinstance(item.answer, tuple)]
    longest = sum(
        len(item.choices[int(item.answer)]) > max(len(c) for n, c in enumerate(item.choices) if n != item.answer)  # type: ignore[arg-type]
        for item in chosen
    )
    shortest = sum(
        len(item.choices[int(item.answer)]) < min(len(c) for n, c in enumerate(item.choices) if n != item.answer)  # type: ignore[arg-type]
        for item in chosen
    )
    # Blind guessing is right for one in four.
    assert longest / len(chosen) < 0.35, longest / len(chosen)
    assert shortest / len(chosen) < 0.35, shortest / len(chosen)


def test_texts_are_plain() -> None:
    for item in bank():
        for choice in item.choices:
            assert not re.search(r"\b(all|none) of (the|these) (above|answers)\b", choice, re.IGNORECASE), item.id
        assert 2 <= len(re.findall(r"[.?!](?:\s|$)", item.explanation)) <= 5, item.id
        whole = " ".join((item.text, item.explanation, *item.choices)).lower()
        assert not re.search(
            r"\b\w+(?:ization|yzed|yze)\b|\b(?:color|behavior|neighbor|modeling|labeled)\w*\b", whole
        ), item.id


# ------------------------------------------------------------------------------------------------- the loader


@pytest.mark.parametrize(
    ("text", "key"),
    [
        (NUMBER.replace("0.75", "0.8"), "metrics-reading-x.answer"),
        (NUMBER.replace("fn = 10", "fm = 10"), "metrics-reading-x.formula"),
        (NUMBER.replace("tp / (tp + fn)", "open('x')"), "metrics-reading-x.formula"),
        (NUMBER.replace("0.005", "0"), "metrics-reading-x.tolerance"),
        (NUMBER.replace("0.75", "true"), "metrics-reading-x.answer"),
        (NUMBER.replace("fn = 10", "fn = nan"), "metrics-reading-x.inputs"),
        (NUMBER.replace("metrics-reading-x", "recall-x"), "recall-x.id"),
        (NUMBER.replace("metrics-reading-x", "metrics-reading-X y"), "metrics-reading-X y.id"),
        (NUMBER.replace("[[question]]", "[[questions]]"), "question"),
        (NUMBER + "chioces = []", "metrics-reading-x.chioces"),
        (NUMBER + NUMBER, "metrics-reading-x.id"),
        (NUMBER + 'choices = ["a", "b"]', "metrics-reading-x.choices"),
        (NUMBER + 'table = [["a", "b"], ["c"]]', "metrics-reading-x.table"),
        (NUMBER + 'table = [["a", 1], ["c", 2]]', "metrics-reading-x.table"),
        (
            NUMBER + 'figure = {kind = "pie", x_title = "x", y_title = "y", values = [[1], [2]]}',
            "metrics-reading-x.figure.kind",
        ),
        (
            NUMBER + 'figure = {kind = "line", x_title = "x", y_title = "y", values = [[1, 2], [2, "b"]]}',
            "metrics-reading-x.figure.values",
        ),
        (
            NUMBER + 'figure = {kind = "matrix", x_title = "x", y_title = "y", values = [[1, 2], [2]]}',
            "metrics-reading-x.figure.values",
        ),
        (SINGLE.replace("answer = 1", "answer = 3"), "eda-x.answer"),
        (SINGLE.replace("answer = 1", "answer = [1]"), "eda-x.answer"),
        (SINGLE.replace("answer = 1", "answer = 1.0"), "eda-x.answer"),
        (SINGLE.replace("single", "multiple"), "eda-x.answer"),
        (SINGLE.replace("single", "order"), "eda-x.answer"),
        (SINGLE.replace("single", "guess"), "eda-x.kind"),
        (SINGLE.replace('"b"', '"a"'), "eda-x.choices"),
        (SINGLE.replace('["a", "b", "c"]', '["a", "b"]'), "eda-x.choices"),
        (SINGLE + "tolerance = 1", "eda-x.tolerance"),
        (SINGLE.replace("Which?", " "), "eda-x.text"),
        (SINGLE.replace('skills = ["eda"]', "skills = []"), "eda-x.skills"),
        (SINGLE.replace("seconds = 20", ""), "eda-x.seconds"),
        ("[[question]\n", "the file"),
    ],
)
def test_a_fault_names_file_and_key(text: str, key: str) -> None:
    with pytest.raises(ContentError) as caught:
        questions.read(text, "x.toml")
    assert (caught.value.file, caught.value.key) == ("x.toml", key)
    assert caught.value.expected


def test_ids_and_skills_are_checked_against_the_rest() -> None:
    with pytest.raises(ContentError, match="no other"):
        questions.read(SINGLE, "x.toml", taken={"eda-x"})
    with pytest.raises(ContentError, match="skills that exist"):
        questions.read(SINGLE, "x.toml", skills={"probability"})
    assert questions.read(SINGLE, "x.toml", skills={"eda"})[0].lesson == "eda"


def test_questions_are_found_by_id_and_by_skill() -> None:
    first = bank()[0]
    assert questions.by_id(first.id) is first
    assert first in questions.of_skill(first.skills[0])
    with pytest.raises(InputError, match="nowhere"):
        questions.by_id("nowhere")


# ------------------------------------------------------------------------------------------------- marking


def test_every_question_accepts_its_own_answer_and_refuses_another() -> None:
    for item in bank():
        assert mark(item, item.answer).right, item.id
        if item.numeric:
            wrong: Any = float(item.answer) + 3 * item.tolerance  # type: ignore[arg-type]
        elif item.kind == "order":
            wrong = tuple(reversed(range(len(item.choices))))
        elif item.kind == "multiple":
            wrong = tuple(item.answer)[:-1]  # type: ignore[arg-type]
        else:
            wrong = (int(item.answer) + 1) % len(item.choices)  # type: ignore[arg-type]
        marked = mark(item, wrong)
        assert not marked.right, item.id
        assert solution(item) in marked.said


@pytest.mark.parametrize("text", ["0.75", "0,75", " 0.75 ", ".75", "75 %", "75%", "0.754", "7.5e-1", "+0,75"])
def test_a_number_may_be_written_in_many_ways(text: str) -> None:
    assert mark(one(NUMBER), text).right


@pytest.mark.parametrize("text", ["0.756", "75", "-0.75", "0,7", "7,5"])
def test_a_wrong_number_is_wrong(text: str) -> None:
    assert not mark(one(NUMBER), text).right


@pytest.mark.parametrize("text", ["", "about 0.75", "nan", "inf", "0.7.5", "0,7,5", "1_000", "٣", "1e999", None, (1,)])
def test_what_is_no_number_is_not_marked(text: Any) -> None:
    with pytest.raises(InputError, match="number"):
        mark(one(NUMBER), text)


def test_thousands_units_and_signs_are_understood() -> None:
    pounds = replace(one(NUMBER), answer=1200.0, tolerance=0.5, unit="£")
    for text in ("1200", "1,200", "£1,200", "1 200 £", "1,200.00"):
        assert mark(pounds, text).right, text
    assert solution(pounds) == "£1,200"
    below = replace(one(NUMBER), answer=-12.5, tolerance=0.05, unit="%")
    assert mark(below, "−12,5 %").right
    assert mark(below, "-12.5").right
    assert not mark(below, "-0.125").right
    assert solution(below) == "-12.5 %"
    # A comma before three digits may be either; both readings are tried, and no third one.
    small = replace(one(NUMBER), answer=1.2, tolerance=0.01)
    assert mark(small, "1,200").right
    assert not mark(small, "12,00").right


@given(st.floats(min_value=-1e6, max_value=1e6, allow_nan=False), st.sampled_from([".", ","]))
def test_what_is_written_with_a_point_or_a_comma_is_read_alike(value: float, sign: str) -> None:
    item = replace(one(NUMBER), answer=value, tolerance=1e-4)
    assert mark(item, f"{value:.5f}".replace(".", sign)).right


@pytest.mark.parametrize("given_", [3, -1, True, "1", 1.0, [], [0, 1], [1, 1]])
def test_what_is_no_choice_is_not_marked(given_: Any) -> None:
    with pytest.raises(InputError):
        mark(one(SINGLE), given_)


def test_several_choices_count_together_and_in_any_order() -> None:
    item = one(SINGLE.replace("single", "multiple").replace("answer = 1", "answer = [2, 0]"))
    assert mark(item, [2, 0]).right
    assert mark(item, {0, 2}).right
    assert not mark(item, [0]).right
    assert not mark(item, [0, 1, 2]).right
    assert mark(item, [1]).said == "Not right. The answer is “a” and “c”."


def test_an_order_counts_as_a_whole() -> None:
    item = one(SINGLE.replace("single", "order").replace("answer = 1\n", ""))
    assert mark(item, [0, 1, 2]).right
    assert not mark(item, [0, 2, 1]).right
    with pytest.raises(InputError, match="every step"):
        mark(item, [0, 1])
