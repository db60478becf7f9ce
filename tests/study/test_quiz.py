"""A quiz of eight: what it holds, and when it is passed."""

import pytest

from engine.errors import InputError
from engine.study import quiz

OWN, BANK = [f"own{n}" for n in range(4)], [f"bank{n:02}" for n in range(20)]


def test_two_come_from_own_runs_and_the_most_useful_come_first() -> None:
    assert quiz.compose(OWN, BANK) == ("own0", "own1", *BANK[:6])
    assert quiz.compose([], BANK) == tuple(BANK[:8])
    assert quiz.compose(OWN[:1], BANK) == ("own0", *BANK[:7])


def test_a_small_bank_is_filled_up_from_own_runs() -> None:
    assert quiz.compose(OWN, BANK[:5]) == ("own0", "own1", "own2", *BANK[:5])


def test_a_question_in_both_lists_is_asked_once() -> None:
    chosen = quiz.compose(["bank00", "own0"], [*BANK, "bank01"])
    assert len(set(chosen)) == 8


def test_the_next_quiz_of_a_day_asks_other_questions() -> None:
    first = quiz.compose(OWN, BANK)
    assert not set(first) & set(quiz.compose(OWN, BANK, [first]))


def test_no_set_is_asked_twice_in_a_day() -> None:
    earlier: list[tuple[str, ...]] = []
    # Nine questions allow nine sets of eight, and no more.
    for _ in range(9):
        earlier.append(quiz.compose([], BANK[:9], earlier))
    assert len({frozenset(one) for one in earlier}) == 9
    with pytest.raises(InputError, match="asked today"):
        quiz.compose([], BANK[:9], earlier)


def test_too_few_questions_are_told() -> None:
    with pytest.raises(InputError, match="needs 8 questions; here are 7"):
        quiz.compose(OWN[:2], BANK[:5])


def test_seven_of_eight_pass_and_six_do_not() -> None:
    assert quiz.passed([True] * 7 + [False])
    assert not quiz.passed([True] * 6 + [False] * 2)
    with pytest.raises(InputError, match="has 8 answers"):
        quiz.passed([True] * 7)


def test_a_bank_of_hundreds_is_no_burden() -> None:
    own, bank = [f"o{n}" for n in range(20)], [f"q{n}" for n in range(335)]
    first = quiz.compose(own, bank)
    assert len(first) == 8
    assert set(quiz.compose(own, bank, [first])) != set(first)
    assert len(quiz.compose([], bank)) == 8
