"""The first rows of delimited text as they stand there, also where they do not fit one another."""

from __future__ import annotations

from itertools import islice

import pandas as pd

from engine.data.sources.delimited import find_layout
from engine.data.sources.origin import Source
from engine.data.sources.rows import Rows
from engine.domain.reading import Reading


def first_lines(source: Source, reading: Reading, rows: int) -> pd.DataFrame:
    """Read the first rows below the header as text; nothing is refused that can be shown.

    Parameters
    ----------
    source : Source
    reading : Reading
    rows : int
    """
    settled = find_layout(source, reading, exact=True)
    with source.path.open(encoding=settled.encoding, newline="") as stream:
        reader = Rows(stream, settled.delimiter, skip=settled.skip_lines, name=source.name)
        found = list(islice(reader, rows + settled.header))
    header = found.pop(0) if settled.header and found else []
    width = max([len(header), *map(len, found)], default=0)
    names: list[str] = []
    for place in range(width):
        name = header[place].strip() if place < len(header) else ""
        # A name that stands twice would hide a column.
        names.append(name if name and name not in names else f"column_{place + 1}")
    return pd.DataFrame([row + [""] * (width - len(row)) for row in found], columns=pd.Index(names), dtype="str")
