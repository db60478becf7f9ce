"""How numbers are written in sentences: one way, on pages, in reports and in what is published."""

from __future__ import annotations

import math
from numbers import Integral

DIGITS = 3
"""Significant digits of a measured number."""

_MORE_DIGITS = 3
"""How many digits more may be written where an interval is so narrow that three would hide it."""

_PLAIN_FROM, _PLAIN_BELOW = 1e-6, 1e15


def number(value: float | Integral) -> str:
    """Write a number: a count in full, anything measured with three significant digits.

    Parameters
    ----------
    value : float or whole number
        Whole numbers of an integer type are counts. Beyond a millionth and a thousand million million
        a measured number is written with a power of ten.

    Examples
    --------
    >>> number(0.84237), number(23_456.7), number(12_345), number(0.5)
    ('0.842', '23,500', '12,345', '0.500')
    """
    if isinstance(value, Integral):
        return f"{int(value):,}"
    if not math.isfinite(value):
        return "not defined"
    if value == 0:
        return "0"
    if not _PLAIN_FROM <= abs(value) < _PLAIN_BELOW:
        return f"{value:.{DIGITS - 1}e}"
    return _fixed(value, _decimals(value))


def with_interval(value: float, low: float | None, high: float | None) -> str:
    """Write a number with its interval, all three to the same place: ``0.842 (0.821 to 0.861)``.

    The place is that of the third significant digit of the value, or of the interval's width where
    that is larger (a small difference with a wide interval); where three digits would make both ends
    look alike, up to three more are written. Without an interval the number stands alone.
    """
    if low is None or high is None or not all(map(math.isfinite, (value, low, high))):
        return number(value)
    largest = max(abs(value), abs(low), abs(high))
    if largest >= _PLAIN_BELOW or 0 < largest < _PLAIN_FROM:
        return f"{number(float(value))} ({number(float(low))} to {number(float(high))})"
    decimals = _decimals(max(abs(value), high - low))
    enough = (more for more in range(_MORE_DIGITS + 1) if _fixed(low, decimals + more) != _fixed(high, decimals + more))
    decimals += next(enough, 0)
    return f"{_fixed(value, decimals)} ({_fixed(low, decimals)} to {_fixed(high, decimals)})"


def rough(value: float) -> str:
    """Write what is only an estimate, or small beside what it is taken from: one or two digits.

    >>> rough(0.00412), rough(2.63), rough(1234.5)
    ('0.004', '2.6', '1,200')
    """
    if value == 0 or not math.isfinite(value):
        return number(value)
    rounded = float(f"{value:.2g}")
    if abs(rounded) >= 10:
        return number(round(rounded))
    if abs(rounded) >= 1:
        return f"{rounded:.1f}"
    return f"{value:.{-math.floor(math.log10(abs(float(f'{value:.1g}'))))}f}"


def duration(seconds: float) -> str:
    """Write a span of time with its two largest units: ``12 ms``, ``4.2 s``, ``2 min 5 s``, ``3 h 20 min``."""
    if seconds < 0:
        return f"-{duration(-seconds)}"
    if seconds == 0:
        return "0 s"
    if seconds < 0.001:
        return "less than 1 ms"
    if round(seconds * 1000) < 1000:
        return f"{round(seconds * 1000)} ms"
    if round(seconds, 1) < 10:
        return f"{round(seconds, 1):g} s"
    whole = round(seconds)
    for size, unit, smaller_size, smaller_unit in (
        (86_400, "d", 3_600, "h"),
        (3_600, "h", 60, "min"),
        (60, "min", 1, "s"),
    ):
        # Rounded to the smaller unit first, so that 7,199 s reads as 2 h and not as 1 h 60 min.
        count = round(whole / smaller_size)
        if count * smaller_size >= size:
            many, rest = divmod(count, size // smaller_size)
            return f"{many} {unit}" + (f" {rest} {smaller_unit}" if rest else "")
    return f"{whole} s"


def share(p: float) -> str:
    """Write a share between 0 and 1 as a percentage with at most one decimal: ``12.3 %``, ``50 %``.

    A share that is neither none nor all is never rounded to either.
    """
    if not math.isfinite(p):
        return "not defined"
    percent = round(100 * p, 1)
    if percent == 0 and p > 0:
        return "less than 0.1 %"
    if percent == 100 and p < 1:
        return "more than 99.9 %"
    return f"{percent + 0.0:,.1f}".removesuffix(".0") + " %"


def _decimals(value: float) -> int:
    """Count the decimals that show three significant digits; negative where the last lies before the point."""
    if value == 0:
        return DIGITS - 1
    # Through the rounded text, since 0.9996 has one place more once it is rounded to 1.00.
    exponent = int(f"{value:.{DIGITS - 1}e}".partition("e")[2])
    return DIGITS - 1 - exponent


def _fixed(value: float, decimals: int) -> str:
    # Adding zero turns a rounded -0.0 into 0.0.
    return f"{round(value, decimals) + 0.0:,.{max(decimals, 0)}f}"


_FAMILIES = {
    "additive": "Additive boosting",
    "catboost": "CatBoost",
    "lightgbm": "LightGBM",
    "linear": "Regularised linear",
    "neighbours": "Nearest neighbours",
    "network": "Neural network",
    "xgboost": "XGBoost",
}
"""What people call families whose id says it differently."""


def family_name(family: str, *, within: bool = False) -> str:
    """Write the id of a model family as people do, at the beginning of a text or within a sentence.

    >>> family_name("random_forest"), family_name("lightgbm"), family_name("linear", within=True)
    ('Random forest', 'LightGBM', 'regularised linear')
    """
    name = _FAMILIES.get(family, family.replace("_", " ").capitalize())
    # CatBoost and its like are written alike everywhere.
    return name.lower() if within and name[1:].islower() else name


def within(name: str) -> str:
    """Write a name as it stands within a sentence: its first letter small, unless the first word is an abbreviation."""
    first = name.split(" ", 1)[0]
    return name if len(first) > 1 and first[1:] != first[1:].lower() else name[:1].lower() + name[1:]
