"""How the table of a template is made from the files it is declared on: joined, cut to size, with derived columns.

A step is declared in ``project.toml`` under ``[[make]]``; no step runs code from there.
"""

from __future__ import annotations

import pandas as pd

from engine.data.catalogue.packaged import read_packaged
from engine.data.kinds import plain
from engine.domain.template import Blocks, Date, Flag, Join, Keep, Making, Sample, Stack, Unique
from engine.errors import ContentError


def made(frame: pd.DataFrame, steps: tuple[Making, ...], slug: str) -> pd.DataFrame:
    """Carry out the steps one after the other.

    Parameters
    ----------
    frame : DataFrame of shape (n_rows, n_columns)
        The first file.
    steps : tuple of Making
    slug : str
        Name of the template, for messages.

    Returns
    -------
    DataFrame
        Rows counted from 0.

    Raises
    ------
    ContentError
        If a step names a column that is not there, or a join would multiply rows.
    """
    for place, step in enumerate(steps):
        missing = [name for name in step.needs() if name not in frame.columns]
        if missing:
            raise ContentError(
                f"{slug}/project.toml", f"make[{place}]", f"columns of the data; {missing[0]!r} is not one"
            )
        try:
            frame = _one(frame, step).reset_index(drop=True)
        except (pd.errors.MergeError, KeyError, ValueError) as error:
            raise ContentError(
                f"{slug}/project.toml", f"make[{place}]", f"something that the data allows ({error})"
            ) from None
    return frame


def _one(frame: pd.DataFrame, step: Making) -> pd.DataFrame:
    match step:
        case Stack(table=table, column=column, names=names):
            parts = [frame, read_packaged(table)]
            return pd.concat([part.assign(**{column: name}) for part, name in zip(parts, names, strict=True)])
        case Join(table=table, on=on, columns=columns):
            other = read_packaged(table)[[*on, *columns]].rename(columns=dict(columns))
            return frame.merge(other.drop_duplicates(list(on)), on=list(on), how="left", validate="many_to_one")
        case Flag(column=column, into=into, above=above, yes=yes, no=no):
            hit = frame[column].notna() if above is None else frame[column] > above
            return frame.assign(**{into: plain(hit.map({True: yes, False: no}))})
        case Date(column=column, format=pattern):
            return frame.assign(**{column: pd.to_datetime(frame[column], format=pattern)})
        case Keep(column=column, longer_than=longest):
            kept = frame[column].notna() if longest is None else frame[column].str.len() > longest
            return frame[kept.astype(bool)]
        case Unique(column=column):
            return frame.drop_duplicates(column)
        case Sample(rows=rows, seed=seed):
            return frame.sample(rows, random_state=seed).sort_index()
        case Blocks(into=into, size=size):
            return frame.assign(**{into: frame.index // size})
    raise TypeError(type(step).__name__)
