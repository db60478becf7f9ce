"""Tests and effects by kind of column: against scipy and by hand, and what fires beside what does not."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from engine.monitor import measures
from engine.monitor.parts import parts

RNG = np.random.default_rng(0)
OLD = RNG.normal(size=600)


def same(n: int = 500) -> np.ndarray:
    return np.random.default_rng(1).normal(size=n)


def test_numbers_agree_with_scipy() -> None:
    new = same() + 0.5
    found = measures.numbers(OLD, new)
    assert found is not None
    wanted = stats.ks_2samp(OLD, new, method="asymp")
    assert (found.statistic, found.p) == (wanted.statistic, wanted.pvalue)
    whole = stats.wasserstein_distance(OLD, new) / OLD.std()
    assert found.effect == pytest.approx(whole, abs=0.03)


def test_a_move_by_half_a_deviation_has_that_effect() -> None:
    found = measures.numbers(OLD, OLD + 0.5 * OLD.std())
    assert found is not None
    assert found.effect == pytest.approx(0.5, abs=0.02)


def test_the_unit_does_not_matter() -> None:
    small, large = measures.numbers(OLD, same() + 0.3), measures.numbers(1000 * OLD, 1000 * (same() + 0.3))
    assert small is not None
    assert large is not None
    assert small.effect == pytest.approx(large.effect)


def test_one_wild_value_is_no_drift() -> None:
    new = same()
    new[0] = 1e12
    found = measures.numbers(OLD, new)
    assert found is not None
    assert found.effect < found.limit


def test_what_was_constant_and_is_not_any_more() -> None:
    found = measures.numbers(np.zeros(100), np.repeat([0.0, 1.0], 50))
    assert found is not None
    assert found.effect == pytest.approx(0.5)
    assert found.p < 0.01


@pytest.mark.parametrize("rows", [0, 1, 19])
def test_too_few_values_give_nothing(rows: int) -> None:
    few = OLD[:rows]
    assert measures.numbers(OLD, few) is None
    assert measures.categories(pd.Series(["a"] * 30), pd.Series(["a"] * rows)) is None
    assert measures.outside(OLD, few) is None


def test_categories_agree_with_scipy() -> None:
    old, new = pd.Series(["a"] * 300 + ["b"] * 200 + ["c"] * 100), pd.Series(["a"] * 100 + ["b"] * 250 + ["c"] * 50)
    found = measures.categories(old, new)
    assert found is not None
    wanted = stats.chi2_contingency([[300, 200, 100], [100, 250, 50]], correction=False)
    assert found.statistic == pytest.approx(wanted.statistic)
    assert found.p == pytest.approx(wanted.pvalue)
    p, q = np.array([3, 2, 1]) / 6, np.array([2, 5, 1]) / 8
    m = (p + q) / 2
    divergence = (stats.entropy(p, m, base=2) + stats.entropy(q, m, base=2)) / 2
    assert found.effect == pytest.approx(np.sqrt(divergence))


def test_one_level_only_has_not_changed() -> None:
    found = measures.categories(pd.Series(["a"] * 30), pd.Series(["a"] * 40))
    assert found is not None
    assert (found.p, found.effect) == (1.0, 0.0)


@pytest.mark.parametrize(("share", "fires"), [(0.0, False), (0.02, False), (0.3, True)])
def test_missing_cells(share: float, *, fires: bool) -> None:
    old, new = np.zeros(500, dtype=bool), np.zeros(400, dtype=bool)
    new[: int(400 * share)] = True
    found = measures.missing(old, new)
    assert found is not None
    assert (found.p < 0.05 and found.effect >= found.limit) is fires
    assert found.effect == pytest.approx(share)


@pytest.mark.parametrize(("rows", "fires"), [(0, False), (1, False), (40, True)])
def test_new_categories(rows: int, *, fires: bool) -> None:
    old = pd.Series(["a", "b"] * 300)
    new = pd.Series(["a"] * (400 - rows) + ["new"] * rows)
    found = measures.unseen(old, new)
    assert found is not None
    assert (found.p < 0.05 and found.effect >= found.limit) is fires


def test_new_names_are_expected_where_every_name_is_new() -> None:
    old, new = pd.Series([f"id {n}" for n in range(300)]), pd.Series([f"id {n}" for n in range(300, 600)])
    found = measures.unseen(old, new)
    assert found is not None
    assert found.p > 0.05


@pytest.mark.parametrize(("rows", "fires"), [(0, False), (30, True)])
def test_values_outside_the_range(rows: int, *, fires: bool) -> None:
    new = np.clip(same(), OLD.min(), OLD.max())
    new[:rows] = OLD.max() + 1
    found = measures.outside(OLD, new)
    assert found is not None
    assert (found.p < 0.05 and found.effect >= found.limit) is fires


def test_texts_of_another_subject_are_noticed_and_others_are_not() -> None:
    def some(words: list[str], seed: int) -> pd.Series:
        rng = np.random.default_rng(seed)
        return pd.Series([" ".join(rng.choice(words, 8)) for _ in range(200)])

    usual, other = [f"word{n}" for n in range(50)], [f"wort{n}" for n in range(50)]
    calm = measures.texts(some(usual, 0), some(usual, 1))
    loud = {one.what: one for one in measures.texts(some(usual, 0), some(other, 1))}
    assert all(one.effect < one.limit or one.p > 0.05 for one in calm)
    assert loud["words"].p < 1e-6
    assert loud["words"].effect > 0.9
    assert loud["length"].effect < 0.3


def test_parts_are_shares_of_all_rows() -> None:
    old, new = pd.Series([*OLD, np.nan]), pd.Series(same())
    for side in ("old", "new"):
        assert sum(part[side] for part in parts(old, new)) == pytest.approx(1.0)


@pytest.mark.parametrize("sizes", [(100, 100), (300, 60), (60, 300)])
def test_where_nothing_has_changed_the_counts_alarm_no_more_often_than_stated(sizes: tuple[int, int]) -> None:
    rng = np.random.default_rng(2)
    beyond, new = [], []
    for _ in range(400):
        values, letters = rng.normal(size=sum(sizes)), pd.Series(rng.zipf(2.0, sum(sizes)).astype(str))
        one = measures.outside(values[: sizes[0]], values[sizes[0] :])
        two = measures.unseen(letters[: sizes[0]], letters[sizes[0] :])
        assert one is not None
        assert two is not None
        beyond.append(one.p)
        new.append(two.p)
    for level in (0.05, 0.01):
        assert np.mean(np.array(beyond) <= level) <= level + 3 * np.sqrt(level / 400)
        assert np.mean(np.array(new) <= level) <= level + 3 * np.sqrt(level / 400)
    # It is exact for values that differ, not only on the safe side.
    assert np.mean(np.array(beyond) <= 0.1) > 0.02
