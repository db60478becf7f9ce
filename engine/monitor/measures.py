"""How one column differs between two sets of rows: a test for chance, and an effect for size.

With many rows every difference is beyond chance, so a test alone says nothing; each measure therefore has an effect
on a scale of its own and a limit below which the effect is called small.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import stats
from scipy.spatial.distance import jensenshannon
from scipy.special import gammaln

Floats = npt.NDArray[np.float64]

FEWEST = 20
"""Values that each side needs for a test."""

LIMITS = {
    "Wasserstein distance": 0.1,
    "Jensen-Shannon distance": 0.1,
    "share of missing cells": 0.05,
    "share of new categories": 0.01,
    "share outside the range": 0.01,
    "share of new words": 0.05,
}
"""Smallest effect that counts. The Wasserstein distance is in standard deviations of the old values, shares are
differences between 0 and 1, the Jensen-Shannon distance lies between 0 (alike) and 1 (nothing in common)."""

_QUANTILES = np.linspace(0.005, 0.995, 199)
_MOST_LEVELS = 200
_FEWEST_EXPECTED = 5
_MOST_TEXTS = 10_000
_WORD = re.compile(r"\w+")


@dataclass(frozen=True, kw_only=True)
class Measure:
    """One way in which a column was compared."""

    what: str
    """What was compared: ``values``, ``missing``, ``categories``, ``range``, ``length`` or ``words``."""
    test: str
    statistic: float
    p: float
    """Chance of such a statistic if nothing had changed."""
    scale: str
    """Name of the effect, a key of :data:`LIMITS`."""
    effect: float

    @property
    def limit(self) -> float:
        """Smallest effect that counts."""
        return LIMITS[self.scale]


def numbers(old: Floats, new: Floats, *, what: str = "values") -> Measure | None:
    """Compare numbers by the two-sample Kolmogorov-Smirnov test; nothing with fewer than 20 values on a side.

    Parameters
    ----------
    old, new : ndarray of shape (n_old,), (n_new,)
        Missing values as NaN; they are left out.

    Notes
    -----
    The effect is the first Wasserstein distance between the middle 99 % of both, in standard deviations of the
    same part of the old values (Ramdas, A., Garcia Trillos, N. and Cuturi, M. (2017). On Wasserstein two-sample
    testing and related families of nonparametric tests. Entropy 19, 47). Where the old values do not vary, it is
    the largest difference between the two distribution functions.
    """
    old, new = old[~np.isnan(old)], new[~np.isnan(new)]
    if min(len(old), len(new)) < FEWEST:
        return None
    found = stats.ks_2samp(old, new, method="asymp")
    before, after = np.quantile(old, _QUANTILES), np.quantile(new, _QUANTILES)
    spread = float(np.std(np.clip(old, before[0], before[-1])))
    distance = float(np.abs(before - after).mean())
    effect = distance / spread if spread > 0 else float(found.statistic)
    return Measure(
        what=what,
        test="Kolmogorov-Smirnov",
        statistic=float(found.statistic),
        p=float(found.pvalue),
        scale="Wasserstein distance",
        effect=effect,
    )


def categories(old: pd.Series, new: pd.Series) -> Measure | None:
    """Compare categories by the chi-squared test of homogeneity; nothing with fewer than 20 values on a side.

    Levels that are too rare for the test (fewer than five expected on a side) are pooled. The effect is the
    Jensen-Shannon distance with logarithms to base 2 (Lin, J. (1991). Divergence measures based on the Shannon
    entropy. IEEE Transactions on Information Theory 37, 145-151).
    """
    before, after = counts(old, new)
    if min(before.sum(), after.sum()) < FEWEST:
        return None
    share = min(before.sum(), after.sum()) / (before.sum() + after.sum())
    rare = (before + after) * share < _FEWEST_EXPECTED
    table = np.stack([before[~rare], after[~rare]])
    if rare.any():
        table = np.column_stack([table, [before[rare].sum(), after[rare].sum()]])
    if table.shape[1] < 2:
        statistic, p = 0.0, 1.0
    else:
        found = stats.chi2_contingency(table, correction=False)
        statistic, p = float(found.statistic), float(found.pvalue)
    effect = float(jensenshannon(before, after, base=2))
    return Measure(
        what="values",
        test="chi-squared",
        statistic=statistic,
        p=p,
        scale="Jensen-Shannon distance",
        effect=0.0 if np.isnan(effect) else effect,
    )


def counts(old: pd.Series, new: pd.Series) -> tuple[Floats, Floats]:
    """Count the levels of both, those beyond the 200 most frequent as one; shapes (n_levels,)."""
    before, after = _all_counts(old.dropna(), new.dropna())
    if len(before) > _MOST_LEVELS:
        order = np.argsort(-(before + after), kind="stable")
        first, rest = order[:_MOST_LEVELS], order[_MOST_LEVELS:]
        before = np.append(before[first], before[rest].sum())
        after = np.append(after[first], after[rest].sum())
    return before, after


def _all_counts(old: pd.Series, new: pd.Series) -> tuple[Floats, Floats]:
    codes, levels = pd.factorize(pd.concat([old, new], ignore_index=True))
    before = np.bincount(codes[: len(old)], minlength=len(levels)).astype(np.float64)
    after = np.bincount(codes[len(old) :], minlength=len(levels)).astype(np.float64)
    return before, after


def missing(old: npt.NDArray[np.bool_], new: npt.NDArray[np.bool_]) -> Measure | None:
    """Compare the share of missing cells by the chi-squared test, by Fisher's exact one where counts are small."""
    if min(len(old), len(new)) < FEWEST:
        return None
    table = np.array([[old.sum(), len(old) - old.sum()], [new.sum(), len(new) - new.sum()]], dtype=np.int64)
    test, statistic, p = "chi-squared", 0.0, 1.0
    if table.sum(axis=0).min() > 0:
        expected = stats.contingency.expected_freq(table)
        if expected.min() < _FEWEST_EXPECTED:
            test, p = "Fisher", float(stats.fisher_exact(table).pvalue)
        else:
            found = stats.chi2_contingency(table, correction=False)
            statistic, p = float(found.statistic), float(found.pvalue)
    effect = abs(float(new.mean()) - float(old.mean()))
    return Measure(what="missing", test=test, statistic=statistic, p=p, scale="share of missing cells", effect=effect)


def unseen(old: pd.Series, new: pd.Series) -> Measure | None:
    """Test whether more rows have a category never seen before than chance brings.

    Notes
    -----
    If nothing has changed, which rows are old is a random choice among all. A category with m rows then stands among
    the new ones alone with the chance that all m are drawn. The tail of the sum over the categories is bounded from
    above (Chernoff, H. (1952). A measure of asymptotic efficiency for tests of a hypothesis based on the sum of
    observations. Annals of Mathematical Statistics 23, 493-507), so the test is on the safe side.
    """
    old, new = old.dropna(), new.dropna()
    if min(len(old), len(new)) < FEWEST:
        return None
    before, after = _all_counts(old, new)
    rows = int(after[before == 0].sum())
    sizes, many = np.unique(before + after, return_counts=True)
    chance = np.exp(_all_new(sizes, len(old), len(new)))
    p = _tail(rows, sizes, chance, many) if rows else 1.0
    return Measure(
        what="categories",
        test="exchange of rows",
        statistic=float(rows),
        p=p,
        scale="share of new categories",
        effect=rows / len(new),
    )


def _tail(total: int, sizes: Floats, chance: Floats, many: npt.NDArray[np.intp]) -> float:
    """Bound the chance that a sum reaches ``total``; each of ``many`` terms is its size with its chance, else 0."""
    slopes = np.geomspace(1e-3, 60, 200)[:, None]
    # log(1 - h + h exp(t m)) without overflow.
    growth = np.logaddexp(np.log1p(-np.minimum(chance, 1 - 1e-12)), np.log(np.maximum(chance, 1e-300)) + slopes * sizes)
    return float(min(1.0, np.exp((growth @ many - slopes[:, 0] * total).min())))


def _all_new(count: Floats, old: int, new: int) -> Floats:
    """Return the logarithm of the chance that all of ``count`` rows, drawn from both sides, are new ones."""
    fits = np.minimum(count, new)
    logs = gammaln(new + 1) - gammaln(new - fits + 1) - gammaln(old + new + 1) + gammaln(old + new - fits + 1)
    return np.asarray(np.where(count <= new, logs, -np.inf), dtype=np.float64)


def outside(old: Floats, new: Floats) -> Measure | None:
    """Test whether more values lie outside the range of the old ones than chance brings.

    Notes
    -----
    If nothing has changed, which rows are old is a random choice among all. With q(k) the chance that k given rows
    are all new, at least k values lie beyond the two ends with the chance ``q(k) + k (q(k) - q(k + 1))``; equal
    values make it smaller.
    """
    old, new = old[~np.isnan(old)], new[~np.isnan(new)]
    if min(len(old), len(new)) < FEWEST:
        return None
    rows = int(((new < old.min()) | (new > old.max())).sum())
    all_new, one_more = np.exp(_all_new(np.array([rows, rows + 1], dtype=np.float64), len(old), len(new)))
    return Measure(
        what="range",
        test="exchange of rows",
        statistic=float(rows),
        p=float(min(1.0, all_new + rows * (all_new - one_more))),
        scale="share outside the range",
        effect=rows / len(new),
    )


def texts(old: pd.Series, new: pd.Series, *, seed: int = 0) -> list[Measure]:
    """Compare texts by their length and by the share of words that were not known before.

    One half of the old texts gives the known words; the share of others is compared between the second half and
    the new texts (Mann-Whitney test), so that words new by chance alone do not count.
    """
    rng = np.random.default_rng(seed)
    old, new = (_some(one.dropna().astype(str), rng) for one in (old, new))
    length = numbers(lengths(old), lengths(new), what="length")
    if length is None or len(old) < 2 * FEWEST:
        return [length] if length else []
    order = rng.permutation(len(old))
    half = len(old) // 2
    known = {word for text in old.iloc[order[:half]] for word in _WORD.findall(text.casefold())}
    before, after = _new_words(old.iloc[order[half:]], known), _new_words(new, known)
    found = stats.mannwhitneyu(before, after)
    words = Measure(
        what="words",
        test="Mann-Whitney",
        statistic=float(found.statistic),
        p=float(found.pvalue),
        scale="share of new words",
        effect=abs(float(after.mean() - before.mean())),
    )
    return [length, words]


def lengths(series: pd.Series) -> Floats:
    """Return the length of each text in characters, NaN where there is none."""
    return np.asarray(series.astype("str").str.len(), dtype=np.float64)


def _some(series: pd.Series, rng: np.random.Generator) -> pd.Series:
    if len(series) <= _MOST_TEXTS:
        return series
    return series.iloc[np.sort(rng.choice(len(series), _MOST_TEXTS, replace=False))]


def _new_words(series: pd.Series, known: set[str]) -> Floats:
    shares = []
    for text in series:
        words = _WORD.findall(text.casefold())
        shares.append(sum(word not in known for word in words) / len(words) if words else 0.0)
    return np.array(shares)
