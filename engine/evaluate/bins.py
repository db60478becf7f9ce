"""Rows in bins of about equal count."""

from __future__ import annotations

import numpy as np

from engine.metrics.weighted import Floats, Ints

BINS = 10
ROWS_A_BIN = 20
"""Fewer bins are made where there would be fewer rows than this in each."""


def quantile_bins(values: Floats) -> list[Ints]:
    """Cut rows by quantiles of a value; equal values are never parted.

    Parameters
    ----------
    values : ndarray of shape (n_rows,)

    Returns
    -------
    list of ndarray of int
        Row positions of each bin, lowest values first, none empty.
    """
    count = int(np.clip(len(values) // ROWS_A_BIN, 1, BINS))
    edges = np.unique(np.quantile(values, np.arange(1, count) / count))
    bin_of_row = np.searchsorted(edges, values, side="left")
    found = (np.flatnonzero(bin_of_row == place) for place in range(len(edges) + 1))
    return [rows for rows in found if len(rows)]
