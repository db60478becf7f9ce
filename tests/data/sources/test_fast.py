"""The fast reader gives what the exact one gives, or nothing."""

import csv
import io
import time
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

from engine.data.sources import delimited, detect, read_table
from engine.data.sources.fast import read_fast
from engine.data.sources.origin import Source
from engine.domain.reading import FileFormat, Reading
from engine.errors import InputError
from engine.settings import Settings

PIECES = [
    '"',
    '""',
    ",",
    ",",
    ",",
    "\n",
    "\n",
    "\r\n",
    "\r",
    " ",
    "a",
    "b c",
    "1",
    "2.5",
    "é",
    '"x, y"',
    '"x\ny"',
    "NA",
    "|",
]


def slow(source: Source, reading: Reading, width: int) -> list[list[str]] | None:
    try:
        body = delimited._slow_body(source, reading, width)
    except InputError:
        return None
    if body.long or body.short:
        return None
    return [column.to_pylist() for column in body.columns]


@pytest.mark.parametrize("encoding", ["utf-8", "cp1252"])
def test_both_readers_agree(settings: Settings, tmp_path: Path, encoding: str) -> None:
    rng = np.random.default_rng(1)
    path = tmp_path / "t.csv"
    source = Source(path=path, name="t.csv", settings=settings)
    reading = Reading(format=FileFormat.DELIMITED, encoding=encoding, delimiter=",")
    agreed = 0
    for number in range(600):
        if number % 3:
            out = io.StringIO()
            cells = ["a", "", "x,y", 'q"q', "two\nlines", " left", "right ", "é", "1"]
            writer = csv.writer(
                out, quoting=[csv.QUOTE_MINIMAL, csv.QUOTE_ALL][number % 2], lineterminator=["\n", "\r\n"][number % 2]
            )
            writer.writerows([[cells[k] for k in rng.integers(0, len(cells), 3)] for _ in range(6)])
            text = out.getvalue()
            if number % 5 == 0:
                at = int(rng.integers(0, len(text)))
                text = text[:at] + PIECES[int(rng.integers(0, len(PIECES)))] + text[at:]
        else:
            text = "".join(PIECES[k] for k in rng.integers(0, len(PIECES), 30))
        path.write_bytes(text.encode(encoding))
        fast = read_fast(source, reading, 3)
        if fast is not None:
            agreed += 1
            assert [column.to_pylist() for column in fast] == slow(source, reading, 3), text
    assert agreed > 200


def test_regular_files_take_the_fast_way(settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise AssertionError("the exact reader is not needed")

    monkeypatch.setattr(delimited, "_slow_body", refuse)
    path = tmp_path / "t.csv"
    path.write_text('Title,,\n"a","b, c",d\n' + '1,"x, y",2.5\n' * 50 + "Total,,125\n")
    table = read_table(path, settings)
    assert table.shape == (50, 3)
    assert table["b, c"][0] == "x, y"


@pytest.mark.slow
def test_a_million_rows_in_seconds(settings: Settings, tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    rows = 1_000_000
    columns: dict[str, object] = {f"x{n}": np.round(rng.normal(size=rows), 4) for n in range(8)}
    columns |= {f"n{n}": rng.integers(0, 10_000, rows) for n in range(5)}
    columns |= {f"c{n}": np.array(["red", "green", "Zürich", "New York"])[rng.integers(0, 4, rows)] for n in range(6)}
    columns["day"] = (np.datetime64("2020-01-01") + rng.integers(0, 1000, rows)).astype(str)
    path = tmp_path / "big.csv"
    pa.csv.write_csv(pa.table(columns), path)
    began = time.process_time()
    table = read_table(path, settings)
    assert table.shape == (rows, 20)
    assert detect(path, settings).conversions == ()
    # Two readings, in time of the processor: the machine may have other work.
    assert time.process_time() - began < 24


@pytest.mark.parametrize(
    "end", ["Total;12\n", "Source: a; b; c; d\n", "Total;;12\nSource: Office\n\n", "1;2\n", "1;2;3;4\n"]
)
def test_odd_rows_at_the_end_give_the_same_either_way(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, end: str
) -> None:
    path = tmp_path / "t.csv"
    path.write_text("a;b;c\n" + "1;x;2\n" * 30 + end)
    answers = []
    for reader in (delimited.read_fast, lambda *_: None):
        monkeypatch.setattr(delimited, "read_fast", reader)
        try:
            answers.append((detect(path, settings).as_dict(), read_table(path, settings).to_csv()))
        except InputError as error:
            answers.append(str(error))
    assert answers[0] == answers[1]
