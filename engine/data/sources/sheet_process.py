"""Run as a program of its own: reads one sheet of a workbook and writes its rows as lines of JSON.

A workbook is written by others and its reader is native code: a damaged one may ask for more memory than there is,
which no exception catches. Here it can only end this process. Nothing of the engine is imported, so it starts at once.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import json
import sys
from typing import Any

MOMENT, DAY, OTHER = "m", "d", "t"
MOST_TRIED = 20
"""Sheets that are looked into for a table."""


def _limit_memory(size: int) -> None:
    with contextlib.suppress(ImportError, ValueError, OSError):  # not on Windows
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (size, size))


def _plain(cell: Any) -> Any:
    """Turn what JSON cannot hold into a list of a mark and a text."""
    if isinstance(cell, dt.datetime):
        return [MOMENT, cell.isoformat()]
    if isinstance(cell, dt.date):
        return [DAY, cell.isoformat()]
    if isinstance(cell, dt.time | dt.timedelta):
        return [OTHER, str(cell)]
    return cell


def main() -> None:
    """Write the names of the sheets, then the rows of the one that is asked for.

    Arguments: path, sheet (empty for the first visible one that holds a table), most rows (0 for the names only),
    bytes of memory.
    """
    path, sheet, rows, memory = sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
    _limit_memory(memory)
    out = sys.stdout
    sys.setrecursionlimit(200)
    import python_calamine

    try:
        book = python_calamine.CalamineWorkbook.from_path(path)
        # Only sheets of cells: no charts, no macros.
        known = [one for one in book.sheets_metadata if one.typ == python_calamine.SheetTypeEnum.WorkSheet]
        visible = [one.name for one in known if one.visible == python_calamine.SheetVisibleEnum.Visible]
        names = visible or [one.name for one in known]
        out.write(json.dumps({"sheets": [one.name for one in known]}) + "\n")
        if rows == 0 or (sheet and sheet not in [one.name for one in known]):
            return
        found = None
        for name in [sheet] if sheet else names[:MOST_TRIED]:
            one = book.get_sheet_by_name(name)
            if found is None or one.height * one.width > found.height * found.width:
                found = one
            if one.height > 2 and one.width > 1:
                found = one
                break
        if found is None:
            return
        out.write(json.dumps({"sheet": found.name, "height": found.height}) + "\n")
        for row in found.to_python(skip_empty_area=True, nrows=rows):
            out.write(json.dumps([_plain(cell) for cell in row]) + "\n")
    except python_calamine.PasswordError:
        out.write(json.dumps({"fault": "password"}) + "\n")
    except (python_calamine.CalamineError, OSError, ValueError, OverflowError, MemoryError, RecursionError) as error:
        out.write(json.dumps({"fault": str(error)[:200] or type(error).__name__}) + "\n")
    out.write("{}\n")


if __name__ == "__main__":
    main()
