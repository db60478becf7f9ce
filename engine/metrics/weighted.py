"""What a metric is made of here: a function of the weights of the rows."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.intp]
Mask = npt.NDArray[np.bool_]
Truth = npt.NDArray[Any]
"""Class codes or values, shape (n_rows,)."""

Weighted = Callable[[Floats], dict[str, Floats]]
"""From weights of shape (n_resamples, n_rows) to the values of some metrics, each of shape (n_resamples,)."""


def ratio(above: Floats, below: Floats, otherwise: float) -> Floats:
    """Divide where the divisor is positive, and give ``otherwise`` elsewhere; both of one shape."""
    result = np.full(np.shape(above), otherwise)
    np.divide(above, below, out=result, where=below > 0)
    return result
