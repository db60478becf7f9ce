"""A column before and now, part by part, for a picture."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

Floats = npt.NDArray[np.float64]


def parts(old: pd.Series, new: pd.Series, *, most: int = 10) -> list[dict[str, Any]]:
    """List the share of rows of both sides by part of the column, for a picture.

    Numbers and dates are cut at the deciles of the old values, categories listed by how frequent they are.
    """
    if len(old) == 0 or len(new) == 0:
        return []
    if pd.api.types.is_numeric_dtype(old.dtype) and not pd.api.types.is_bool_dtype(old.dtype):
        values = old.dropna()
        if values.empty:
            return []
        edges = np.unique(np.quantile(values, np.linspace(0, 1, most + 1)[1:-1]))
        names = [f"up to {edges[0]:.4g}", *(f"{a:.4g} to {b:.4g}" for a, b in pairwise(edges))]
        names.append(f"above {edges[-1]:.4g}")

        def cut(series: pd.Series) -> Floats:
            places = np.searchsorted(edges, series.dropna().to_numpy(np.float64), side="left")
            return np.bincount(places, minlength=len(names)) / len(series)

        before, after = cut(old), cut(new)
    else:
        frequent = [str(one) for one in pd.concat([old, new]).value_counts().index[:most]]
        first, second = old.dropna().astype(str).value_counts(), new.dropna().astype(str).value_counts()
        names = frequent
        before = np.array([first.get(name, 0) for name in names]) / len(old)
        after = np.array([second.get(name, 0) for name in names]) / len(new)
    listed = [
        {"part": name[:60], "old": float(a), "new": float(b)} for name, a, b in zip(names, before, after, strict=True)
    ]
    gaps = {"part": "missing", "old": float(old.isna().mean()), "new": float(new.isna().mean())}
    return [*listed, gaps] if gaps["old"] or gaps["new"] else listed
