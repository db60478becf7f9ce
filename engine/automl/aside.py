"""What is known of each row beside the columns that a model reads."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt


@dataclass(frozen=True, kw_only=True)
class Aside:
    """Facts of rows that fits respect and no model sees, each of shape (n_rows,)."""

    groups: npt.NDArray[np.generic] | None = None
    """Group of each row where the folds keep groups whole: what early stopping holds back then does too."""
    times: npt.NDArray[np.generic] | None = None
    """Place in time of each row where the folds follow time: the latest are held back."""
    weights: npt.NDArray[np.float64] | None = None
    """How much each row counts in a fit; all alike where it is not said."""

    def of(self, rows: npt.NDArray[np.intp]) -> dict[str, Any]:
        """Return what is known of some rows, by name."""
        return {name: None if known is None else known[rows] for name, known in vars(self).items()}
