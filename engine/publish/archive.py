"""A published site as one zip file, for those who cannot take a folder."""

from __future__ import annotations

import zipfile
from pathlib import Path

from engine.errors import InputError
from engine.evidence.document import FILE, SIGNATURE, decode
from engine.store.files import whole_file

_MOMENT = (1980, 1, 1, 0, 0, 0)


def write_zip(folder: Path, target: Path) -> None:
    """Pack the files that a site's evidence lists, and nothing else that lies in its folder.

    The same site gives the same bytes.

    Raises
    ------
    InputError
        If the folder holds no published site.
    StorageError
        If the disk is full or the target cannot be written.
    """
    if not (folder / FILE).is_file():
        raise InputError(f"{folder} holds no published portfolio.", hint="Publish it first.")
    names = [FILE, SIGNATURE, *(one.path for one in decode((folder / FILE).read_bytes()).files)]
    with whole_file(target) as temporary, zipfile.ZipFile(temporary, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in sorted(names):
            entry = zipfile.ZipInfo(name, date_time=_MOMENT)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, (folder / name).read_bytes())
