"""Damaged files of every format: a table or one sentence, never a crash, a hang or a file left behind."""

import gzip
import io
import json
import sqlite3
import tempfile
import time
import zipfile
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from engine.data.schema import describe, guess_target
from engine.data.sources import choices, detect, read_raw, read_table
from engine.data.templates import load_all, read_frame
from engine.domain.reading import FileFormat
from engine.errors import EngineError
from engine.settings import Settings
from tests.data.sources.workbooks import write_xlsx

SPLICES = (
    b'"',
    b'""',
    b",",
    b"\n",
    b"\r",
    b";",
    b"\t",
    b"\0",
    b"\xff",
    b"{",
    b"}",
    b"[",
    b"9" * 400,
    b"-1e999",
    b"\xef\xbb\xbf",
)
MOST_SECONDS = 5.0
PROJECTS = Path(__file__).resolve().parents[3] / "projects"


def real(folder: Path) -> dict[str, bytes]:
    """Files of every format, written from real tables."""
    templates = load_all(PROJECTS)
    frame = read_frame(templates["penguin-species"]).iloc[::6].reset_index(drop=True)
    calls = read_frame(templates["telecom-churn"]).iloc[:40, :14]
    rows = [
        list(map(str, frame.columns)),
        *[[None if pd.isna(v) else v for v in row] for row in frame.astype(object).to_numpy()],
    ]
    book = write_xlsx(folder / "whole.xlsx", {"Data": rows, "Other": [["a", "b"], [1, 2], [3, 4]]}).read_bytes()
    db = sqlite3.connect(folder / "whole.db")
    frame.to_sql("penguins", db, index=False)
    calls.to_sql("calls", db, index=False)
    db.commit()
    db.close()
    parquet, plain = io.BytesIO(), io.BytesIO()
    frame.to_parquet(parquet)
    calls.to_parquet(plain, compression=None, row_group_size=20)
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("penguins.csv", frame.to_csv(index=False))
        archive.writestr("calls.csv", calls.to_csv(index=False))
    records = json.loads(frame.to_json(orient="records"))
    messy = (
        "Penguins;;\nCreated: 01.02.2024\n\n"
        + frame.to_csv(index=False, sep=";", decimal=",")
        + "Total;;12\nSource: Palmer Station\n"
    )
    return {
        "comma.csv": frame.to_csv(index=False).encode(),
        "wide.csv": calls.to_csv(index=False, sep="\t").encode("utf-16"),
        "messy.csv": messy.encode("cp1252"),
        "quoted.csv": calls.to_csv(index=False, quoting=1).encode(),
        "packed.parquet": parquet.getvalue(),
        "plain.parquet": plain.getvalue(),
        "book.xlsx": book,
        "records.json": json.dumps({"data": {"items": records}}).encode(),
        "columns.json": calls.to_json(orient="columns").encode(),
        "lines.jsonl": frame.to_json(orient="records", lines=True).encode(),
        "base.db": (folder / "whole.db").read_bytes(),
        "gz.csv.gz": gzip.compress(frame.to_csv(index=False).encode()),
        "zip.zip": packed.getvalue(),
    }


def damage(content: bytes, other: bytes, rng: np.random.Generator) -> bytes:
    damaged = bytearray(content)
    for _ in range(int(rng.integers(1, 6))):
        at = int(rng.integers(0, max(1, len(damaged))))
        end = at + int(rng.integers(1, 40))
        match int(rng.integers(0, 8)):
            case 0:
                damaged[at:end] = rng.bytes(end - at)
            case 1:
                del damaged[at:end]
            case 2:
                damaged[at:at] = damaged[at:end]
            case 3:
                damaged[at:at] = SPLICES[int(rng.integers(0, len(SPLICES)))]
            case 4:
                if at < len(damaged):
                    damaged[at] ^= 1 << int(rng.integers(0, 8))
            case 5:
                start = damaged.find(b"\n", at)
                stop = damaged.find(b"\n", start + 1)
                del damaged[start : max(start, stop)]
            case 6:
                begin = int(rng.integers(0, len(other)))
                damaged[at:end] = other[begin : begin + 200]
            case _:
                if rng.integers(0, 4) == 0:
                    del damaged[at:]
    return bytes(damaged)


def mutations(folder: Path, count: int, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = Settings(home=folder / "home", threads=1)
    temporary, work = folder / "temporary", folder / "work"
    temporary.mkdir()
    work.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(temporary))
    rng = np.random.default_rng(0)
    whole = real(folder)
    names = list(whole)
    for name, content in whole.items():
        path = work / name
        path.write_bytes(content)
        assert len(read_table(path, settings)) >= 2, name
        path.unlink()
    read = 0
    for number in range(count):
        name, other = names[number % len(names)], names[int(rng.integers(0, len(names)))]
        path = work / f"damaged-{name}"
        path.write_bytes(damage(whole[name], whole[other], rng))
        began = time.monotonic()
        refused = None
        try:
            reading = detect(path, settings)
            table = read_table(path, settings, reading=reading)
            guess_target(table, describe(table))
            read += 1
            if number % 10 == 0:
                assert len(read_raw(path, settings, reading, 5)) <= 5
                assert isinstance(choices(path, settings), dict)
                pd.testing.assert_frame_equal(table, read_table(path, settings))
        except EngineError as error:
            refused = error
        assert refused is None or (refused.message.endswith(".") and refused.hint), (number, name)
        assert time.monotonic() - began < MOST_SECONDS, (number, name)
        assert [one.name for one in work.iterdir()] == [path.name], (number, name)
        assert not any(temporary.iterdir()), (number, name)
        path.unlink()
    assert 0.1 * count < read < count
    assert not settings.home.exists()


def test_damaged_files_never_crash(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    mutations(tmp_path, 300, monkeypatch)


@pytest.mark.slow
@pytest.mark.timeout(3600)
def test_many_damaged_files_never_crash(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    mutations(tmp_path, 10_000, monkeypatch)


def test_formats_are_all_tried(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path / "home", threads=1)
    found = set()
    for name, content in real(tmp_path).items():
        path = tmp_path / f"try-{name}"
        path.write_bytes(content)
        found.add(detect(path, settings).format)
    assert found == set(FileFormat)
