"""A zip or gzip around a file: one file of it is unpacked, within limits, into a temporary file."""

from __future__ import annotations

import gzip
import tempfile
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path, PurePosixPath
from typing import IO, NoReturn

from engine.data.sources.formats import ENDINGS, GZIP, READABLE, ZIP, damaged_zip, find_packing, head_of
from engine.data.sources.origin import Source
from engine.errors import InputError, StorageError

MOST_TIMES = 250
"""How many times larger than packed a file may become; tables reach 5 to 50."""

_SMALL = 8 * 1024**2
_BLOCK = 256 * 1024
_FAULTS = (zipfile.BadZipFile, zlib.error, EOFError, gzip.BadGzipFile, ValueError, NotImplementedError, RuntimeError)


def list_members(source: Source) -> list[str]:
    """Name the files of a zip archive that may be tables, those with a known ending first, the largest first.

    Raises
    ------
    InputError
        If the archive is damaged.
    """
    try:
        with zipfile.ZipFile(source.path) as archive:
            infos = [info for info in archive.infolist() if not _hidden(info)]
    except (*_FAULTS, OSError):
        raise damaged_zip(source) from None
    infos.sort(key=lambda info: (PurePosixPath(info.filename).suffix.lower() not in ENDINGS, -info.file_size))
    return list(dict.fromkeys(info.filename for info in infos))


def _hidden(info: zipfile.ZipInfo) -> bool:
    parts = PurePosixPath(info.filename).parts
    return info.is_dir() or not parts or "__MACOSX" in parts or parts[-1].startswith(".")


@contextmanager
def unpacked(source: Source, packing: str, member: str = "") -> Iterator[tuple[Source, str]]:
    """Give the file inside an archive, and its name there; the source itself if it is not packed.

    The name of a member is never used as a path. The limits are the size that is allowed for any file, and
    250 times the packed size; what an archive says of itself is checked first, what comes out is counted too.

    Raises
    ------
    InputError
        If it is damaged, encrypted, empty, an archive again, or grows beyond the limits.
    """
    if not packing:
        yield source, ""
        return
    chosen = _choose(source, member) if packing == ZIP else ""
    name = PurePosixPath(chosen.replace("\\", "/")).name if chosen else _without_ending(source.name)
    try:
        # Closed before it is read by name: Windows opens no file twice.
        with tempfile.NamedTemporaryFile(prefix="proofolio-", delete=False) as out:
            place = Path(out.name)
    except OSError as error:
        raise StorageError(
            f"There is no room for a temporary file: {error.strerror}.", hint="Free some space."
        ) from None
    try:
        _unpack(source, packing, chosen, place)
        inner = replace(source, path=place, name=name)
        head_of(inner)
        if find_packing(inner):
            raise InputError(
                f"{source.name} holds an archive inside an archive ({name}).",
                hint="Unpack it, and bring the table inside.",
            )
        yield inner, chosen
    finally:
        place.unlink(missing_ok=True)


def _without_ending(name: str) -> str:
    return name[: name.rfind(".")] if name.lower().endswith((".gz", ".gzip")) else name


def _choose(source: Source, member: str) -> str:
    members = list_members(source)
    if not members:
        raise InputError(f"{source.name} holds no file.", hint=f"What can be read: {READABLE}.")
    if member and member not in members:
        raise InputError(f"{source.name} holds no file named {member!r}.", hint=f"It holds: {', '.join(members[:10])}.")
    return member or members[0]


def _unpack(source: Source, packing: str, member: str, place: Path) -> None:
    try:
        with place.open("wb") as out:
            if packing == GZIP:
                with gzip.open(source.path) as stream:
                    _copy(source, stream, out, packed=source.path.stat().st_size)
                return
            with zipfile.ZipFile(source.path) as archive:
                info = archive.getinfo(member)
                if info.flag_bits & 1:
                    raise InputError(f"{source.name} is locked with a password.", hint="Unpack it first.")
                _check_size(source, info.file_size, info.compress_size)
                with archive.open(info) as stream:
                    _copy(source, stream, out, packed=info.compress_size)
    except (*_FAULTS, KeyError):
        raise InputError(
            f"{source.name} is a {packing} file, but it is damaged or packed in an unusual way.",
            hint="Pack it again, or bring the table itself.",
        ) from None
    except OSError as error:
        reason = error.strerror or "it is damaged"
        raise InputError(f"{source.name} cannot be unpacked: {reason}.", hint="Bring the table itself.") from None


def _copy(source: Source, stream: IO[bytes] | gzip.GzipFile, out: IO[bytes], *, packed: int) -> None:
    total = 0
    while block := stream.read(_BLOCK):
        total += len(block)
        _check_size(source, total, packed)
        out.write(block)


def _check_size(source: Source, size: int, packed: int) -> None:
    limit = source.settings.max_upload_bytes
    if size > limit:
        _refuse_bomb(source, f"more than {limit / 1024**2:,.0f} MiB")
    if size > _SMALL and size > MOST_TIMES * max(1, packed):
        _refuse_bomb(source, f"more than {MOST_TIMES} times its size")


def _refuse_bomb(source: Source, how: str) -> NoReturn:
    raise InputError(
        f"{source.name} would be {how} when it is unpacked, which is not allowed.",
        hint="Unpack it yourself if you trust it, and take a sample of its rows.",
    )


def check_zip(source: Source, times: int) -> None:
    """Check what a zip file says of its sizes (a workbook, which its reader unpacks).

    Raises
    ------
    InputError
        If it would grow beyond the limits, is damaged or encrypted.
    """
    try:
        with zipfile.ZipFile(source.path) as archive:
            infos = archive.infolist()
    except (*_FAULTS, OSError):
        raise damaged_zip(source) from None
    if any(info.flag_bits & 1 for info in infos):
        raise InputError(f"{source.name} is locked with a password.", hint="Save it without a password.")
    size, packed = sum(info.file_size for info in infos), sum(info.compress_size for info in infos)
    if size > times * source.settings.max_upload_bytes:
        _refuse_bomb(source, f"more than {times * source.settings.max_upload_bytes / 1024**2:,.0f} MiB")
    if size > 4 * _SMALL and size > MOST_TIMES * max(1, packed):
        _refuse_bomb(source, f"more than {MOST_TIMES} times its size")
