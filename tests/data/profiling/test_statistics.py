"""Against SciPy, against brute force, and against what is known in closed form."""

import math

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from engine.data.profiling.statistics import (
    correlations,
    counts_of,
    cramers_v,
    difference_of_means,
    difference_of_shares,
    eta,
    eta_with_p,
    holm,
    p_of_correlation,
    p_of_ranks,
    p_of_table,
    wilson,
)

RNG = np.random.default_rng(0)


@pytest.mark.parametrize(("hits", "count"), [(0, 10), (10, 10), (3, 17), (500, 1000)])
def test_wilson(hits: int, count: int) -> None:
    expected = stats.binomtest(hits, count).proportion_ci(method="wilson")
    assert wilson(hits, count) == pytest.approx((expected.low, expected.high))


def test_difference_of_shares_is_the_published_example() -> None:
    # Newcombe (1998), table II: 56/70 against 48/80 by method 10 is 0.0524 to 0.3339.
    difference, low, high = difference_of_shares((56, 70), (48, 80))
    assert difference == pytest.approx(0.2)
    assert (low, high) == (pytest.approx(0.0524, abs=5e-5), pytest.approx(0.3339, abs=5e-5))


def test_difference_of_means_is_welchs() -> None:
    a, b = RNG.normal(5, 2, 40), RNG.normal(3, 7, 90)
    expected = stats.ttest_ind(a, b, equal_var=False).confidence_interval()
    assert difference_of_means(a, b) == pytest.approx((a.mean() - b.mean(), expected.low, expected.high))
    assert difference_of_means(np.full(4, 2.0), np.full(3, 1.0)) == pytest.approx((1, 1, 1))
    assert np.isfinite(difference_of_means(a * 1e300, b * 1e300)).all()


def test_p_values() -> None:
    table = np.array([[30.0, 10, 20], [20, 30, 10]])
    assert p_of_table(table) == pytest.approx(stats.chi2_contingency(table, correction=False).pvalue)
    few = np.array([[8.0, 2], [1, 5]])
    assert p_of_table(few) == pytest.approx(stats.fisher_exact(few.astype(int)).pvalue)
    joined = np.array([[50.0, 30, 1, 2], [30, 50, 2, 1]])
    by_hand = np.array([[33.0, 50], [53, 30]])
    assert p_of_table(joined) == pytest.approx(stats.chi2_contingency(by_hand, correction=False).pvalue)
    assert p_of_table(joined) == p_of_table(np.pad(joined, ((0, 0), (0, 1)))), "empty columns are left out"
    assert p_of_table(np.ones((3, 3))) == 1.0
    assert p_of_table(np.array([[5.0, 5]])) == 1.0
    a, b = RNG.normal(0, 1, 50), RNG.normal(0.5, 1, 60)
    assert p_of_ranks(a, b) == pytest.approx(stats.mannwhitneyu(a, b, method="asymptotic").pvalue)
    assert p_of_ranks(np.ones(5), np.ones(9)) == 1.0


def test_p_values_of_nothing_are_even() -> None:
    """Under no relation at most one in twenty tables is called certain, also with few rows."""
    for rows, classes in ((12, 2), (40, 4), (300, 3)):
        values = [p_of_table(counts_of(RNG.integers(0, 2, rows), RNG.integers(0, classes, rows))) for _ in range(400)]
        assert np.mean(np.array(values) < 0.05) < 0.09


def test_holm() -> None:
    assert holm([0.01, 0.04, 0.03]) == pytest.approx([0.03, 0.06, 0.06])
    assert holm([0.9, 0.8]) == [1.0, 1.0]
    assert holm([]) == []


def test_counts() -> None:
    a, b = RNG.integers(-1, 4, 500), RNG.integers(-1, 3, 500)
    kept = (a >= 0) & (b >= 0)
    assert (counts_of(a, b) == pd.crosstab(a[kept], b[kept]).to_numpy()).all()
    assert counts_of(np.array([-1]), np.array([0])).size == 0


def test_cramers_v_is_corrected() -> None:
    same = RNG.integers(0, 5, 400)
    assert cramers_v(counts_of(same, same)) == pytest.approx(1)
    noise = [cramers_v(counts_of(RNG.integers(0, 20, 200), RNG.integers(0, 20, 200))) for _ in range(40)]
    raw = stats.contingency.association(counts_of(RNG.integers(0, 20, 200), RNG.integers(0, 20, 200)).astype(int))
    assert np.mean(noise) < 0.1 < 0.25 < raw, "the uncorrected one is large by chance alone"
    table = np.array([[40.0, 10, 5], [12, 30, 8]])
    n, r, k = table.sum(), 2, 3
    phi2 = max(0, stats.chi2_contingency(table, correction=False).statistic / n - (k - 1) * (r - 1) / (n - 1))
    expected = math.sqrt(phi2 / (min(k - (k - 1) ** 2 / (n - 1), r - (r - 1) ** 2 / (n - 1)) - 1))
    assert cramers_v(table) == pytest.approx(expected)
    assert math.isnan(cramers_v(np.array([[3.0, 4]])))
    assert math.isnan(cramers_v(np.zeros((0, 0))))


def test_eta_is_corrected() -> None:
    codes = RNG.integers(0, 4, 300)
    assert eta(codes, codes * 2.5 + 1) == pytest.approx(1)
    values = codes + RNG.normal(0, 1, 300)
    groups = [values[codes == code] for code in range(4)]
    f = stats.f_oneway(*groups).statistic
    raw = f * 3 / (f * 3 + 296)
    assert eta(codes, values) == pytest.approx(math.sqrt(1 - (1 - raw) * 299 / 296))
    assert np.mean([eta(RNG.integers(0, 50, 150), RNG.normal(size=150)) for _ in range(40)]) < 0.15
    assert math.isnan(eta(np.zeros(9, dtype=np.intp), np.arange(9.0)))
    assert math.isnan(eta(codes, np.ones(300)))
    assert eta_with_p(codes, values)[1] == pytest.approx(stats.f_oneway(*groups).pvalue)


def test_p_of_a_correlation() -> None:
    a, b = RNG.normal(size=60), RNG.normal(size=60)
    expected = stats.pearsonr(a, b)
    assert p_of_correlation(expected.statistic, 60) == pytest.approx(expected.pvalue)
    assert p_of_correlation(1.0, 10) == 0
    assert p_of_correlation(math.nan, 10) == p_of_correlation(0.5, 2) == 1


def test_two_truth_values_give_one_number() -> None:
    a = RNG.integers(0, 2, 4000)
    b = np.where(RNG.random(4000) < 0.7, a, 1 - a)
    r = abs(np.corrcoef(a, b)[0, 1])
    assert cramers_v(counts_of(a, b)) == pytest.approx(r, abs=2e-3)
    assert eta(a, b.astype(float)) == pytest.approx(r, abs=2e-3)


def test_correlations_use_the_rows_where_both_are_there() -> None:
    table = RNG.normal(size=(200, 5))
    table[:, 1] += table[:, 0]
    table[RNG.random((200, 5)) < 0.2] = np.nan
    table[:, 4] = 7
    found, expected = correlations(table), pd.DataFrame(table).corr().to_numpy()
    assert np.allclose(found[:4, :4], expected[:4, :4])
    assert np.isnan(found[4]).all()
    assert np.allclose(correlations(table * 1e300)[:4, :4], expected[:4, :4])
    shifted = np.column_stack([1e9 + RNG.normal(size=50), RNG.normal(size=50)])
    assert correlations(shifted)[0, 1] == pytest.approx(np.corrcoef(shifted.T)[0, 1], abs=1e-6)
