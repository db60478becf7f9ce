import datetime as dt
import decimal
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from engine.data.sources import detect, read_table
from engine.data.templates import load_all, read_frame
from engine.errors import InputError, NotFoundError
from engine.settings import Settings

WIDE = ",".join(f"c{n}" for n in range(2000)) + "\n" + ",".join("1" * 2000) + "\n"
BAD = {
    "empty": (b"", "is empty"),
    "blank": (b" \n\n ", "is empty"),
    "header only": (b"a,b\n", "no rows"),
    "one column": (b"a\n1\n2\n", "one column, 'a'"),
    "one row": (b"a,b\n1,2\n", "one row"),
    "names twice": (b"a, a,b,b,c\n1,2,3,4,5\n6,7,8,9,0\n", "named 'a', 'b'"),
    "2,000 columns": (WIDE.encode(), "2,000 columns; the limit is 1,500"),
    "binary": (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + bytes(range(256)), "not a text file"),
    "control characters": (b"a,b\n" + b"\x01\x02\x03," * 50, "not a text file"),
    "excel": (b"PK\x03\x04" + bytes(30), "an Excel or zip file"),
    "parquet called csv": (b"PAR1" + bytes(30), "a Parquet file"),
    "unreadable encoding": (b"a,b\n" + b"\x81\x8d,\xff\n" * 30, "encoding that cannot be read"),
    "a web page": (b"<!DOCTYPE html><html><body>a,b</body></html>", "a web page"),
    "a pickle": (b"\x80\x04\x95" + bytes(30), "a pickle"),
    "broken UTF-16": (b"\xff\xfea\0,\0b\0\n\0\x00\xd8\x31\x00", "encoding that cannot be read"),
    "long first row": (b"a,b\n1,2,3\n4,5\n", "Line 2 of table.csv has 3 fields, but the header names 2"),
    "long later row": (b"a,b\n1,2\n4,5,6\n", "Line 3 of table.csv has 3 fields"),
    "long row behind a cell of two lines": (b'a,b\n"1\nx",2\n\n3,4,5\n', "Line 5 of table.csv has 3 fields"),
    "open quote": (b'a,b\n1,2\n"3,4\n5,6\n', "never closed"),
    "endless cell": (b'a,b\n"' + b"x" * 200_000 + b",1\n2,3\n", "more than 131,072 characters"),
}


def write(tmp_path: Path, content: bytes | str, name: str = "table.csv") -> Path:
    path = tmp_path / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


@pytest.mark.parametrize("name", list(BAD))
def test_a_bad_file_is_one_sentence_with_a_hint(settings: Settings, tmp_path: Path, name: str) -> None:
    content, said = BAD[name]
    with pytest.raises(InputError) as caught:
        read_table(write(tmp_path, content), settings)
    assert said in caught.value.message
    assert caught.value.message.endswith(".")
    assert caught.value.hint.endswith(".")
    assert str(tmp_path) not in caught.value.message


def test_a_path_that_is_no_file(settings: Settings, tmp_path: Path) -> None:
    with pytest.raises(NotFoundError, match="no file"):
        read_table(tmp_path / "nowhere.csv", settings)
    with pytest.raises(InputError, match="is a folder"):
        read_table(tmp_path, settings)
    with pytest.raises(InputError):
        read_table(Path("a\0b.csv"), settings)


def test_limits(settings: Settings, tmp_path: Path) -> None:
    path = write(tmp_path, "a,b\n" + "1,2\n" * 50)
    with pytest.raises(InputError, match="more than 49 rows"):
        read_table(path, replace(settings, max_rows=49))
    assert len(read_table(path, replace(settings, max_rows=50))) == 50
    with pytest.raises(InputError, match="the limit is 0 MiB"):
        read_table(path, replace(settings, max_upload_bytes=100))
    pq.write_table(pa.table({"a": range(50), "b": range(50)}), tmp_path / "t.parquet")
    assert len(read_table(tmp_path / "t.parquet", replace(settings, max_rows=49))) == 49


def test_of_a_parquet_file_that_is_too_long_a_sample_is_read_and_said(settings: Settings, tmp_path: Path) -> None:
    path, rows = tmp_path / "long.parquet", 200_000
    pq.write_table(pa.table({"a": np.arange(rows), "b": np.arange(rows) % 7}), path, row_group_size=30_000)
    few = replace(settings, max_rows=5_000)
    found = read_table(path, few)["a"].to_numpy()
    assert len(np.unique(found)) == 5_000
    assert (np.diff(found) > 0).all(), "in the order of the file"
    # A fifth of the rows lies in each fifth of the file, give or take four standard errors.
    shares = np.histogram(found, bins=5, range=(0, rows))[0] / 5_000
    np.testing.assert_allclose(shares, 0.2, atol=4 * np.sqrt(0.2 * 0.8 / 5_000))
    np.testing.assert_array_equal(read_table(path, few)["a"], found)
    assert "200,000 rows" in detect(path, few).notes[-1]
    assert "5,000 of them, drawn by chance" in detect(path, few).notes[-1]
    short_of_memory = replace(settings, memory_bytes=1024**2)
    assert 5_000 < len(read_table(path, short_of_memory)) < 20_000, "an eighth of a mebibyte, at two numbers a row"
    assert detect(path, settings).notes == ()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32", "cp1252"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_encodings_and_delimiters(settings: Settings, tmp_path: Path, encoding: str, delimiter: str) -> None:
    text = "\n".join(
        delimiter.join(cells) for cells in (["Größe", "Ort", "n"], ["1.5", "Zürich", "3"], ["2", "Genève", "4"])
    )
    frame = read_table(write(tmp_path, text.encode(encoding)), settings)
    assert list(frame.columns) == ["Größe", "Ort", "n"]
    assert frame["Größe"].tolist() == [1.5, 2.0]
    assert frame["Ort"].tolist() == ["Zürich", "Genève"]
    assert frame["n"].dtype == np.int64


def test_decimal_commas_where_the_comma_is_no_delimiter(settings: Settings, tmp_path: Path) -> None:
    frame = read_table(write(tmp_path, "a;b;c\n1,5;x;1,2,3\n-2;y;4\n;z;5\n"), settings)
    assert frame["a"].tolist()[:2] == [1.5, -2.0]
    assert isinstance(frame["c"].dtype, pd.StringDtype), "a list is no number"


def test_quoted_delimiters_blank_lines_and_padded_cells(settings: Settings, tmp_path: Path) -> None:
    frame = read_table(write(tmp_path, '\n\n name , b\n"x, y", 1\n\nz ; w, 2\n'), settings)
    assert list(frame.columns) == ["name", "b"]
    assert frame["name"].tolist() == ["x, y", "z ; w"]
    assert frame["b"].tolist() == [1, 2]


def test_short_rows_and_empty_columns_at_the_edge(settings: Settings, tmp_path: Path) -> None:
    frame = read_table(write(tmp_path, "a,b,,\n1,2,,\n3,,,\n"), settings)
    assert list(frame.columns) == ["a", "b"]
    assert frame["b"].isna().tolist() == [False, True]
    named = read_table(write(tmp_path, ",b\n1,2\n3,4\n"), settings)
    assert list(named.columns) == ["column_1", "b"]


def test_what_counts_as_missing(settings: Settings, tmp_path: Path) -> None:
    frame = read_table(write(tmp_path, "n,t,b,i\n1,None,True,inf\nNA,x,,1\n 3,null,False,2\n"), settings)
    assert frame["n"].isna().tolist() == [False, True, False]
    assert frame["t"].tolist()[:2] == ["None", "x"], "'None' may mean that there is none"
    assert frame["t"].isna().tolist() == [False, False, True]
    assert frame["b"].dtype == "boolean"
    assert frame["i"].isna().tolist() == [True, False, False], "infinite numbers break every model"


def test_dates_are_read_where_they_are_unambiguous(settings: Settings, tmp_path: Path) -> None:
    text = (
        "day,zone,us,wrong\n"
        "2024-01-02,2024-01-02T10:00+02:00,01/02/2024,2024-02-30\n"
        ",2024-01-02 10:00Z,03/04/2024,2024-01-01\n"
    )
    frame = read_table(write(tmp_path, text), settings)
    assert frame["day"].dtype.kind == "M"
    assert pd.isna(frame["day"][1])
    assert frame["zone"].tolist() == [pd.Timestamp("2024-01-02T08:00"), pd.Timestamp("2024-01-02T10:00")]
    assert isinstance(frame["us"].dtype, pd.StringDtype)
    assert isinstance(frame["wrong"].dtype, pd.StringDtype)


def test_numbers_that_fit_no_machine_word(settings: Settings, tmp_path: Path) -> None:
    frame = read_table(write(tmp_path, f"a,b\n{10**30},1\n2,3\n"), settings)
    assert frame["a"].tolist() == [1e30, 2.0]


def test_a_table_to_predict_may_be_small(settings: Settings, tmp_path: Path) -> None:
    assert read_table(write(tmp_path, "a\n1\n"), settings, labelled=False).shape == (1, 1)


def test_parquet_types_become_plain(settings: Settings, tmp_path: Path) -> None:
    table = pa.table(
        {
            " n ": pa.array([1, None, 3]),
            "money": [decimal.Decimal("1.5"), None, decimal.Decimal("2")],
            "day": [dt.date(2024, 1, 2), None, dt.date(2024, 1, 3)],
            "moment": pa.array([0, 1, 2], pa.timestamp("ns", tz="Europe/Zurich")),
            "kind": pa.array(["a", "b", None]).dictionary_encode(),
            "flag": [True, None, False],
            "none": pa.nulls(3),
            "time": [dt.time(1, 2), None, dt.time(3, 4)],
            "__index_level_0__": [7, 8, 9],
        }
    )
    pq.write_table(table, tmp_path / "t.parquet")
    frame = read_table(tmp_path / "t.parquet", settings)
    assert list(frame.columns) == ["n", "money", "day", "moment", "kind", "flag", "none", "time"]
    assert [str(dtype) for dtype in frame.dtypes] == [
        "float64", "float64", "datetime64[us]", "datetime64[us]", "str", "boolean", "float64", "str",
    ]  # fmt: skip
    assert frame["moment"][0] == pd.Timestamp("1970-01-01")
    assert list(frame.index) == [0, 1, 2]


def test_bad_parquet(settings: Settings, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="not a Parquet file"):
        read_table(write(tmp_path, "junk" * 50, "t.parquet"), settings)
    pq.write_table(pa.table({"a": [[1], [2]], "b": [1, 2]}), tmp_path / "lists.parquet")
    with pytest.raises(InputError, match=r"column 'a' of lists\.parquet holds values of the type list"):
        read_table(tmp_path / "lists.parquet", settings)
    twice = pa.Table.from_arrays([pa.array([1, 2]), pa.array([1, 2])], names=["a", "a "])
    pq.write_table(twice, tmp_path / "twice.parquet")
    with pytest.raises(InputError, match="more than one column named 'a'"):
        read_table(tmp_path / "twice.parquet", settings)
    pq.write_table(pa.table({"a": pa.array([], pa.int64()), "b": pa.array([], pa.int64())}), tmp_path / "none.parquet")
    with pytest.raises(InputError, match="no rows"):
        read_table(tmp_path / "none.parquet", settings)


@pytest.mark.parametrize("slug", ["house-prices-ames", "penguin-species", "telecom-churn"])
def test_real_tables_come_back_as_they_were(settings: Settings, tmp_path: Path, slug: str) -> None:
    frame = read_frame(load_all(Path(__file__).resolve().parents[3] / "projects")[slug])
    path = tmp_path / "t.csv"
    frame.to_csv(path, index=False)
    reading = detect(path, settings)
    assert reading.notes == ()
    assert reading.conversions == ()
    pd.testing.assert_frame_equal(read_table(path, settings, reading=reading), frame)
