"""Which labelled rows of a batch a new model may learn from, and which are kept to compare it with the old one."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd

from engine.data.quick import as_floats
from engine.errors import InputError
from engine.monitor.performance import FEWEST_LABELS

Places = npt.NDArray[np.intp]


def parted(frame: pd.DataFrame, target: str, time_column: str = "") -> tuple[Places, Places]:
    """Part the labelled rows of a batch: the earlier half to learn from, the newest half to compare on.

    Parameters
    ----------
    frame : DataFrame of shape (n_rows, n_columns)
    target : str
    time_column : str
        Column that orders the rows; as they stand in the file where it is empty or not in the batch.

    Returns
    -------
    tuple of ndarray
        Positions of the rows to learn from, and of the newest ones, each in the order of the file.

    Raises
    ------
    InputError
        If there are fewer than 100 labelled rows.
    """
    labelled = np.flatnonzero(frame[target].notna()) if target in frame.columns else np.empty(0, dtype=np.intp)
    if len(labelled) < 2 * FEWEST_LABELS:
        raise InputError(
            f"The batch has {len(labelled):,} labelled rows, too few to train and to compare on.",
            hint=f"At least {2 * FEWEST_LABELS} are needed; bring the batch again when more labels have come in.",
        )
    if time_column in frame.columns and not pd.api.types.is_string_dtype(frame[time_column].dtype):
        times = as_floats(frame[time_column])[labelled]
        labelled = labelled[np.argsort(times, kind="stable")]
    half = len(labelled) // 2
    return np.sort(labelled[:half]), np.sort(labelled[half:])
