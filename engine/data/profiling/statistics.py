"""The statistics of a profile: intervals of differences, and strengths of association from 0 to 1."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.intp]

Z = 1.959963984540054
"""Two-sided 95 % point of the normal distribution."""

_FEWEST_EXPECTED = 5


def wilson(hits: float, count: float) -> tuple[float, float]:
    """Return the 95 % score interval of a share (Wilson 1927)."""
    if not count:
        return 0.0, 1.0
    p = hits / count
    middle = (p + Z * Z / (2 * count)) / (1 + Z * Z / count)
    half = Z / (1 + Z * Z / count) * math.sqrt(p * (1 - p) / count + Z * Z / (4 * count * count))
    return max(0.0, middle - half), min(1.0, middle + half)


def difference_of_shares(a: tuple[float, float], b: tuple[float, float]) -> tuple[float, float, float]:
    """Return a difference of two shares with its 95 % interval (Newcombe 1998, method 10).

    Parameters
    ----------
    a, b : tuple of (float, float)
        Hits and count of each.
    """
    p, q = a[0] / a[1], b[0] / b[1]
    (low_p, high_p), (low_q, high_q) = wilson(*a), wilson(*b)
    low = p - q - math.hypot(p - low_p, high_q - q)
    return p - q, low, p - q + math.hypot(high_p - p, q - low_q)


def difference_of_means(a: Floats, b: Floats) -> tuple[float, float, float]:
    """Return a difference of two means with its 95 % interval (Welch 1947); each has at least two values."""
    from scipy.stats import t

    scale = max(float(np.abs(a).max()), float(np.abs(b).max()), 1e-300)
    a, b = a / scale, b / scale
    va, vb = float(a.var(ddof=1)) / len(a), float(b.var(ddof=1)) / len(b)
    difference = float(a.mean() - b.mean())
    if va + vb == 0:
        return difference * scale, difference * scale, difference * scale
    freedom = (va + vb) ** 2 / (va**2 / (len(a) - 1) + vb**2 / (len(b) - 1))
    half = float(t.ppf(0.975, freedom)) * math.sqrt(va + vb)
    return difference * scale, (difference - half) * scale, (difference + half) * scale


def p_of_table(table: Floats) -> float:
    """Return the p value of a table of counts: Pearson's chi-squared test, where counts are small Fisher's.

    As long as fewer than five are expected somewhere, the two smallest columns are counted as one. Fisher's exact
    test is for two by two only; a table with more rows that is still too small gets 1.
    """
    from scipy.stats import chi2, fisher_exact

    table = table[table.sum(axis=1) > 0][:, table.sum(axis=0) > 0]
    if min(table.shape) < 2:
        return 1.0
    while table.shape[1] > 2 and _expected(table).min() < _FEWEST_EXPECTED:
        order = np.argsort(table.sum(axis=0), kind="stable")
        table = np.column_stack([table[:, order[:2]].sum(axis=1), table[:, order[2:]]])
    rows, columns = table.shape
    if _expected(table).min() < _FEWEST_EXPECTED:
        return float(fisher_exact(table.astype(np.int64)).pvalue) if table.shape == (2, 2) else 1.0
    return float(chi2.sf(_chi2(table), (rows - 1) * (columns - 1)))


def p_of_ranks(a: Floats, b: Floats) -> float:
    """Return the p value of the Mann-Whitney test by its normal approximation, ties counted."""
    from scipy.stats import mannwhitneyu

    if not len(a) or not len(b) or (a.min() == a.max() == b.min() == b.max()):
        return 1.0
    return float(mannwhitneyu(a, b, method="asymptotic").pvalue)


def holm(values: Sequence[float]) -> list[float]:
    """Correct p values for how many there are (Holm 1979)."""
    order = sorted(range(len(values)), key=lambda place: values[place])
    corrected, most = [1.0] * len(values), 0.0
    for rank, place in enumerate(order):
        most = max(most, min(1.0, (len(values) - rank) * values[place]))
        corrected[place] = most
    return corrected


def counts_of(a: Ints, b: Ints) -> Floats:
    """Count the pairs of two columns of codes; rows where one of them is negative are left out."""
    both = (a >= 0) & (b >= 0)
    if not both.any():
        return np.zeros((0, 0))
    a, b = a[both], b[both]
    rows, columns = int(a.max()) + 1, int(b.max()) + 1
    found: Floats = np.bincount(a * columns + b, minlength=rows * columns).reshape(rows, columns).astype(np.float64)
    return found


def cramers_v(table: Floats) -> float:
    """Return Cramér's V of a table of counts, corrected for its bias (Bergsma 2013), from 0 to 1; ``nan`` if undefined.

    The correction takes off what V is expected to be by chance, so that many categories on few rows do not look
    related.
    """
    table = table[table.sum(axis=1) > 0][:, table.sum(axis=0) > 0] if table.size else table
    rows, columns = table.shape
    count = float(table.sum())
    if rows < 2 or columns < 2 or count < 3:
        return math.nan
    phi2 = max(0.0, _chi2(table) / count - (rows - 1) * (columns - 1) / (count - 1))
    fewest = min(rows - (rows - 1) ** 2 / (count - 1), columns - (columns - 1) ** 2 / (count - 1)) - 1
    return min(1.0, math.sqrt(phi2 / fewest)) if fewest > 0 else math.nan


def _chi2(table: Floats) -> float:
    expected = _expected(table)
    return float(((table - expected) ** 2 / expected).sum())


def _expected(table: Floats) -> Floats:
    found: Floats = table.sum(axis=1, keepdims=True) * table.sum(axis=0, keepdims=True) / table.sum()
    return found


def eta(codes: Ints, values: Floats) -> float:
    """Return the correlation ratio of numbers over categories, from 0 to 1; ``nan`` if undefined.

    The share of the variance that lies between the categories is corrected for what it is by chance (epsilon squared,
    Kelley 1935); eta is its root.
    """
    return eta_with_p(codes, values)[0]


def eta_with_p(codes: Ints, values: Floats) -> tuple[float, float]:
    """Return the correlation ratio as :func:`eta` does, and the p value of the analysis of variance (Fisher's F)."""
    from scipy.stats import f

    both = (codes >= 0) & ~np.isnan(values)
    codes, values = codes[both], values[both]
    if len(values) < 3:
        return math.nan, 1.0
    counts = np.bincount(codes)
    groups = int((counts > 0).sum())
    values = values - values.mean()
    total = float((values**2).sum())
    if groups < 2 or groups >= len(values) or total == 0:
        return math.nan, 1.0
    sums = np.bincount(codes, weights=values)
    between = float((sums[counts > 0] ** 2 / counts[counts > 0]).sum())
    within = max(0.0, 1 - between / total) / (len(values) - groups)
    p = float(f.sf(between / total / (groups - 1) / within, groups - 1, len(values) - groups)) if within else 0.0
    return math.sqrt(max(0.0, 1 - within * (len(values) - 1))), p


def p_of_correlation(r: float, count: int) -> float:
    """Return the p value of a correlation of so many rows by Student's t; for ranks this is an approximation."""
    from scipy.stats import t

    if math.isnan(r) or count < 3:
        return 1.0
    if abs(r) >= 1:
        return 0.0
    return float(2 * t.sf(abs(r) * math.sqrt((count - 2) / (1 - r * r)), count - 2))


def correlations(columns: Floats) -> Floats:
    """Correlate columns pair by pair, each pair on the rows where both have a value.

    Parameters
    ----------
    columns : ndarray of shape (n_rows, n_columns)
        ``nan`` where a cell is empty.

    Returns
    -------
    ndarray of shape (n_columns, n_columns)
        Pearson's correlation, ``nan`` where it is undefined. The time is linear in the rows.
    """
    there = ~np.isnan(columns)
    size = np.abs(np.where(there, columns, 0)).max(axis=0, initial=0)
    z = np.where(there, columns, 0) / np.where(size > 0, size, 1)
    means = z.sum(axis=0) / np.maximum(there.sum(axis=0), 1)
    z = np.where(there, z - means, 0)
    mask = there.astype(np.float64)
    count = mask.T @ mask
    sums, squares, products = z.T @ mask, (z**2).T @ mask, z.T @ z
    with np.errstate(invalid="ignore", divide="ignore"):
        variance = squares - sums**2 / count
        covariance = products - sums * sums.T / count
        found: Floats = covariance / np.sqrt(variance * variance.T)
    found[(count < 3) | (variance <= 1e-12 * squares) | (variance.T <= 1e-12 * squares.T)] = np.nan
    return np.clip(found, -1, 1)
