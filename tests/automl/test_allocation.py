import math
from collections import Counter

import numpy as np
import pytest

from engine.automl.allocation import Account, choose


def account(*trials: tuple[float, float]) -> Account:
    made = Account()
    for loss, cost in trials:
        made.book(loss, cost)
    return made


def draws(accounts: dict[str, Account], always: frozenset[str] = frozenset(), count: int = 400) -> Counter[str]:
    rng = np.random.default_rng(0)
    return Counter(choose(accounts, always, 0.1, rng) for _ in range(count))


def test_a_family_that_was_never_tried_comes_first() -> None:
    assert draws({"a": account((0.1, 1.0)), "b": Account()}) == {"b": 400}


def test_who_lags_far_behind_is_asked_rarely_but_not_never() -> None:
    found = draws({"good": account((0.3, 1.0), (0.2, 1.0)), "poor": account((0.9, 1.0), (0.89, 1.0))})
    assert found["good"] > 10 * found["poor"] > 0


def test_who_is_always_in_the_race_gets_its_share_of_the_cost() -> None:
    accounts = {"good": account((0.2, 100.0)), "linear": account((0.9, 1.0))}
    assert draws(accounts, frozenset({"linear"})) == {"linear": 400}


def test_cheap_families_are_asked_more_often_than_costly_ones() -> None:
    found = draws({"cheap": account((0.2, 1.0)), "costly": account((0.2, 50.0))})
    assert found["cheap"] > 10 * found["costly"]


@pytest.mark.parametrize("trials", [(), ((math.inf, 2.0),), ((0.5, 1.0), (math.inf, 3.0)), ((0.5, 0.0),)])
def test_failures_and_free_trials_give_a_finite_expectation(trials: tuple[tuple[float, float], ...]) -> None:
    assert 0 <= account(*trials).expected_cost(0.1) < math.inf


def test_an_improvement_is_expected_to_cost_what_the_last_ones_did() -> None:
    # Two improvements, each after a cost of 4, and nothing spent since: FLAML's estimate is the larger interval.
    assert account((0.5, 4.0), (0.4, 4.0)).expected_cost(0.4) == pytest.approx(4.0)
