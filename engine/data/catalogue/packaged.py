"""Data files of an installed package, opened only if their bytes are the ones that were checked.

The package of the templates and of the catalogue is GPL-3 and its files are compressed pickles, and a pickle can
run code when it is read. So the package's modules are never imported, and a file is opened only after its bytes
have the SHA-256 that is committed with Proofolio.
"""

from __future__ import annotations

import hashlib
import importlib.metadata
import io
from pathlib import Path

import pandas as pd

from engine.data.kinds import plain
from engine.domain.template import Table
from engine.errors import InputError, StorageError


def read_packaged(table: Table) -> pd.DataFrame:
    """Read a table of an installed package.

    Returns
    -------
    DataFrame of shape (n_rows, n_columns)
        All columns of the file, text as ``str``; rows counted from 0.

    Raises
    ------
    InputError
        If the package is not installed, or does not hold the file.
    StorageError
        If the file has other bytes than those that were checked.
    """
    content = checked_bytes(table)
    if table.names:
        return pd.read_csv(
            io.BytesIO(content),
            header=None,
            names=list(table.names),
            compression="infer" if not table.path.endswith(".gz") else "gzip",
        )
    # The bytes are the ones that were looked through when their hash was committed, so nothing unknown runs.
    frame = pd.read_pickle(io.BytesIO(content), compression="xz")
    return tidy(frame)


def tidy(frame: pd.DataFrame) -> pd.DataFrame:
    """Give a table of the package plain types, names of text and rows counted from 0."""
    return pd.DataFrame({str(name): plain(frame[name]) for name in frame.columns}).reset_index(drop=True)


def checked_bytes(table: Table) -> bytes:
    """Read the bytes of a file of an installed package, and make sure that they are the ones expected.

    Raises
    ------
    InputError
        If the package is not installed, or does not hold the file.
    StorageError
        If the bytes have another SHA-256.
    """
    try:
        listed = importlib.metadata.files(table.package) or []
    except importlib.metadata.PackageNotFoundError:
        raise InputError(
            f"This data is in the package {table.package!r}, which is not installed.",
            hint=f"Install it with 'pip install {table.package}', or start a project on a file of your own.",
        ) from None
    file = next((one for one in listed if one.as_posix() == table.path), None)
    try:
        content = Path(str(file.locate())).read_bytes() if file else None
    except OSError:
        content = None
    if content is None:
        raise InputError(
            f"The installed version of the package {table.package!r} does not hold {table.path}.",
            hint="Install the version that Proofolio asks for.",
        )
    if hashlib.sha256(content).hexdigest() != table.sha256:
        raise StorageError(
            f"{table.path} of the package {table.package!r} is not the file that Proofolio was made for.",
            hint="Install the version of the package that Proofolio asks for.",
        )
    return content
