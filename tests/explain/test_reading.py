"""How hard the sentences of an explanation are to read."""

import re

import numpy as np
import pytest

from engine.explain.held_out import Part, permutation
from engine.explain.more_words import extended
from engine.explain.report import explain
from tests.explain.test_words import CAUSAL, NUMBER, ways_to_write
from tests.explain.toys import Formula, numbers, problem_of

LEAVER = 12
"""School years after which the text is to be read with ease."""


def syllables(word: str) -> int:
    """Count groups of vowels; a silent e at the end is none."""
    plain = re.sub(r"(?<=[^aeiouyl])es?$", "", word.lower())
    return max(1, len(re.findall(r"[aeiouy]+", plain)))


def grade(text: str) -> float:
    """School years by the formula of Kincaid et al. (1975), Derivation of new readability formulas."""
    sentences = [one for one in re.split(r"[.!?;:](?:\s|$)", text) if re.search(r"[A-Za-z]", one)]
    words = re.findall(r"[A-Za-z]+(?:'[a-z]+)?", text)
    return 0.39 * len(words) / len(sentences) + 11.8 * sum(map(syllables, words)) / len(words) - 15.59


def payload() -> dict:
    frame = numbers(300, 4)
    frame.columns = ["size", "age", "height", "twin"]
    frame["twin"] = frame["size"] + 0.01 * frame["twin"]
    model = Formula(lambda f: 3 * f["size"] + f["age"] + 0.5 * f["twin"])
    y = model.predict(frame) + np.random.default_rng(0).normal(size=300)
    first = explain(model, frame, y, problem_of(frame))
    found = permutation(
        [Part(model=model, rows=np.arange(300))], frame, y, problem_of(frame), together=first["correlated"]
    )
    trees = {
        "scale": "outcome",
        "sample_rows": 300,
        "additivity_error": 3.2e-15,
        "importance": first["importance"],
        "base": 0.0,
        "per_class": {},
        "method": "",
    }
    return extended(first, held_out=found, trees=trees)


@pytest.fixture(scope="module")
def text() -> dict:
    return payload()


def test_the_formula_tells_easy_from_hard() -> None:
    assert grade("The cat sat on the mat. It was warm.") < 2
    assert grade("Interventional explanations characterise conditional dependence of multidimensional features.") > 20


def test_a_school_leaver_can_read_it(text: dict) -> None:
    assert text["held_out"]["groups"], "the columns that move together must be there"
    assert grade(" ".join(text["words"])) < LEAVER
    for sentence in text["words"]:
        assert grade(sentence) < LEAVER + 4, sentence


def test_every_number_is_stored_and_nothing_is_causal(text: dict) -> None:
    from engine.domain.words import number, with_interval

    allowed = ways_to_write(text)
    for one in (*text["held_out"]["columns"], *text["held_out"]["groups"]):
        allowed |= set(NUMBER.findall(with_interval(one["value"], one["low"], one["high"])))
    # Of how many columns a number speaks is the sum of two stored counts.
    allowed.add(number(text["held_out"]["shown"] + text["held_out"]["not_shown"]))
    assert any("held out" in sentence for sentence in text["words"])
    for sentence in text["words"]:
        for found in NUMBER.findall(sentence):
            assert found in allowed or found.rstrip(",") in allowed, f"{found} in {sentence!r}"
        assert not [phrase for phrase in CAUSAL if phrase in sentence.lower()], sentence
        assert sentence.endswith(".")
