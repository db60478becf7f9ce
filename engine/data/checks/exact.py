"""Whether a target can be written down from other columns: sums, differences, products, ratios, bands, other words."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Codes = npt.NDArray[np.intp]

_FEWEST_ROWS = 30
_MOST_ROWS = 2_000
_MOST_COLUMNS = 60
_MOST_TERMS = 4
_EXACT = 0.99
_TINY = 1e-6
_OFF_ORDER = 0.02
_IMPURE = 0.02


def formula(X: Floats, t: Floats, names: Sequence[str], target: str) -> tuple[list[str], str] | None:
    """Find an equation that gives a number from at most four others: a weighted sum, or a product and ratio.

    Parameters
    ----------
    X : ndarray of shape (n_rows, n_columns)
    t : ndarray of shape (n_rows,)
    names : sequence of str
        Of the columns.
    target : str

    Returns
    -------
    tuple of (list of str, str) or None
        The columns, and the equation in words.
    """
    kept = [n for n in range(X.shape[1]) if np.isnan(X[:, n]).mean() < 0.2 and np.nanstd(X[:, n]) > 0]
    kept = _closest(X, t, kept)
    whole = ~np.isnan(X[:, kept]).any(axis=1) & ~np.isnan(t)
    X, t, names = X[whole][:_MOST_ROWS][:, kept], t[whole][:_MOST_ROWS], [names[n] for n in kept]
    if len(t) < max(_FEWEST_ROWS, 3 * X.shape[1]) or not kept or t.std() <= 0:
        return None
    tolerance = _tolerance(t)
    found = _solve(X, t, lambda said: np.abs(said - t) <= tolerance)
    if found is not None:
        terms, weights, constant = found
        return [names[n] for n in terms], f"{target!r} = {_sum([names[n] for n in terms], weights, constant)}"
    positive = [n for n in range(X.shape[1]) if (X[:, n] > 0).mean() > 0.5]
    rows = (X[:, positive] > 0).all(axis=1) & (t > 0)
    if len(positive) < 1 or rows.sum() < max(_FEWEST_ROWS, 3 * len(positive)):
        return None
    logs, log_t, true = np.log(X[rows][:, positive]), np.log(t[rows]), t[rows]
    found = _solve(logs, log_t, lambda said: np.abs(np.exp(np.minimum(said, 700)) - true) <= tolerance + 1e-6 * true)
    if found is None or len(found[0]) < 2 or any(abs(w - round(w)) > 0.02 or abs(w) > 3.5 for w in found[1]):
        return None
    terms, weights, constant = found
    return [names[positive[n]] for n in terms], (
        f"{target!r} = {_product([names[positive[n]] for n in terms], weights, float(np.exp(constant)))}"
    )


def _tolerance(t: Floats) -> float:
    """Return half of the last digit that the target is written with, if that is small beside its spread."""
    spread = float(t.std())
    for digits in range(-2, 7):
        unit = 10.0**-digits
        if unit < spread / 20 and np.abs(t / unit - np.round(t / unit)).max() < 1e-6 * max(1.0, np.abs(t).max() / unit):
            return 0.505 * unit
    return _TINY * spread


def _closest(X: Floats, t: Floats, kept: list[int]) -> list[int]:
    """Of very many columns keep those that follow the target most closely."""
    if len(kept) <= _MOST_COLUMNS:
        return kept
    filled = np.where(np.isnan(X[:, kept]), np.nanmean(X[:, kept], axis=0), X[:, kept])
    centred = filled - filled.mean(axis=0)
    follow = np.abs(centred.T @ (t - t.mean())) / np.sqrt((centred**2).sum(axis=0))
    return [kept[n] for n in np.sort(np.argsort(-follow, kind="stable")[:_MOST_COLUMNS])]


def _solve(X: Floats, t: Floats, right: object) -> tuple[list[int], list[float], float] | None:
    """Find the fewest columns whose weighted sum is the target in nearly all rows (backward, then forward)."""
    ok = right if callable(right) else None
    if ok is None:
        return None
    terms = list(range(X.shape[1]))
    weights = _weights(X, t)
    if weights is None or ok(X @ weights[:-1] + weights[-1]).mean() < 0.9:
        return None
    strength = np.abs(weights[:-1]) * X.std(axis=0)
    for n in np.argsort(strength, kind="stable"):
        rest = [one for one in terms if one != n]
        if not rest:
            break
        tried = _weights(X[:, rest], t)
        if tried is not None and ok(X[:, rest] @ tried[:-1] + tried[-1]).mean() >= min(_EXACT, 0.97):
            terms = rest
    final = _weights(X[:, terms], t)
    if final is None or len(terms) > _MOST_TERMS:
        return None
    snapped = _snapped(final)
    for one in (snapped, final):
        if ok(X[:, terms] @ one[:-1] + one[-1]).mean() >= _EXACT:
            return terms, [float(weight) for weight in one[:-1]], float(one[-1])
    return None


def _weights(X: Floats, t: Floats) -> Floats | None:
    centre, scale = X.mean(axis=0), X.std(axis=0)
    if (scale <= 0).any():
        return None
    design = np.column_stack([(X - centre) / scale, np.ones(len(X))])
    solved = np.linalg.lstsq(design, t, rcond=1e-10)[0]
    weights = solved[:-1] / scale
    return np.append(weights, solved[-1] - float(weights @ centre))


def _snapped(weights: Floats) -> Floats:
    near = np.round(weights)
    return np.where(np.abs(weights - near) < 0.005 * np.maximum(1.0, np.abs(weights)), near, weights)


def _sum(names: list[str], weights: list[float], constant: float) -> str:
    parts: list[str] = []
    for name, weight in zip(names, weights, strict=True):
        size = "" if abs(abs(weight) - 1) < 1e-9 else f"{abs(weight):.6g} × "
        parts.append(f"{'- ' if weight < 0 else '+ ' if parts else ''}{size}{name!r}")
    if abs(constant) > 1e-6 * max(1.0, max(abs(weight) for weight in weights)):
        parts.append(f"{'+' if constant > 0 else '-'} {abs(constant):.6g}")
    return " ".join(parts)


def _product(names: list[str], powers: list[float], constant: float) -> str:
    def part(name: str, power: int) -> str:
        return f"{name!r}" if power == 1 else f"{name!r}^{power}"

    above = [part(name, round(power)) for name, power in zip(names, powers, strict=True) if round(power) > 0]
    below = [part(name, -round(power)) for name, power in zip(names, powers, strict=True) if round(power) < 0]
    if abs(constant - 1) > 0.01:
        above.insert(0, f"{constant:.6g}")
    return " × ".join(above or ["1"]) + "".join(f" / {one}" for one in below)


def follows_number(values: Floats, t: Floats) -> bool:
    """Whether a number and the target go up (or down) together in every step: one is a function of the other."""
    known = ~np.isnan(values) & ~np.isnan(t)
    a, b = values[known], t[known]
    if len(a) < _FEWEST_ROWS or len(np.unique(a)) < 3 or len(np.unique(b)) < 3:
        return False
    return _in_step(a, b) or _in_step(b, a) or _in_step(-a, b) or _in_step(b, -a)


def _in_step(by: Floats, other: Floats) -> bool:
    """Whether sorting by one sorts the other; where the first is equal, the second is put in the worst order."""
    steps = np.diff(other[np.lexsort((-other, by))])
    up, down = int((steps > 0).sum()), int((steps < 0).sum())
    return up >= 2 and down <= _OFF_ORDER * up


def bands_number(codes: Codes, t: Floats) -> bool:
    """Whether each category holds a range of the target of its own: the target in bands, under other names."""
    known = (codes >= 0) & ~np.isnan(t)
    codes, t = codes[known], t[known]
    levels = len(np.unique(codes))
    if len(t) < _FEWEST_ROWS or not 2 <= levels <= len(t) / 8 or np.bincount(codes).max() > 0.98 * len(t):
        return False
    ordered = codes[np.lexsort((codes, t))]
    changes = int((ordered[1:] != ordered[:-1]).sum())
    return len(np.unique(t)) > 2 * levels and changes <= 1.1 * (levels - 1)


def settles_class(codes: Codes, y: Codes) -> bool:
    """Whether each value of a column goes with one class, for values that are seen again and again."""
    known = codes >= 0
    codes, y = codes[known], y[known]
    values = len(np.unique(codes))
    if len(y) < _FEWEST_ROWS or values < 2 or values > len(y) / 5:
        return False
    classes = int(y.max()) + 1
    table = np.bincount(codes.astype(np.int64) * classes + y, minlength=(int(codes.max()) + 1) * classes)
    wrong = 1 - float(table.reshape(-1, classes).max(axis=1).sum()) / len(y)
    chance = 1 - float(np.bincount(y).max()) / len(y)
    return chance > 0.01 and wrong <= _IMPURE * chance and known.mean() > 0.5


def cuts_class(values: Floats, y: Codes) -> bool:
    """Whether each class holds a range of a number of its own."""
    known = ~np.isnan(values)
    a, b = values[known], y[known]
    counts = np.bincount(b)
    if (
        len(a) < _FEWEST_ROWS
        or len(np.unique(a)) < 10
        or counts[counts > 0].min(initial=0) < 5
        or (counts > 0).sum() < 2
    ):
        return False
    ordered = b[np.lexsort((b, a))]
    return int((ordered[1:] != ordered[:-1]).sum()) == int((counts > 0).sum()) - 1
