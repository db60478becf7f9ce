"""Every kind of file, alone and packed."""

import dataclasses
import datetime as dt
import gzip
import io
import json
import sqlite3
import time
import zipfile
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest

from engine.data.sources import choices, detect, read_raw, read_table, sqlite
from engine.domain.reading import FileFormat, Reading
from engine.errors import InputError
from engine.settings import Settings
from tests.data.sources.workbooks import write_xlsx

CSV = b"a,b\n1,x\n2,y\n3,z\n"


def both(path: Path, settings: Settings) -> tuple[pd.DataFrame, Reading]:
    reading = detect(path, settings)
    table = read_table(path, settings)
    pd.testing.assert_frame_equal(table, read_table(path, settings, reading=reading))
    return table, reading


def sales(folder: Path) -> Path:
    days = [
        [n, dt.date(2024, 1, n), n * 1.5, n % 2 == 0, "=1+1", "n/a" if n == 3 else n * 2, f"0{n}"] for n in range(1, 9)
    ]
    head: list[list[object]] = [["Report of sales"], [], ["id", "when", "price", "flag", "f", "mixed", "code"]]
    return write_xlsx(
        folder / "a.xlsx",
        {"Notes": [["read me"]], "Data": [*head, *days, ["Total", None, 54]], "More": [["a", "b"], [1, 2], [3, 4]]},
        extra={"xl/vbaProject.bin": b"x", "xl/externalLinks/externalLink1.xml": b"<x/>"},
    )


def test_a_workbook(settings: Settings, tmp_path: Path) -> None:
    path = sales(tmp_path)
    table, reading = both(path, settings)
    assert reading.format is FileFormat.EXCEL
    assert (reading.sheet, reading.skip_lines, reading.skip_footer) == ("Data", 2, 1)
    assert table["id"].tolist() == list(range(1, 9))
    assert table["when"].tolist() == [pd.Timestamp(2024, 1, n) for n in range(1, 9)]
    assert table["price"].tolist() == [n * 1.5 for n in range(1, 9)]
    assert table["flag"].dtype == bool
    assert set(table["f"]) == {42}, "the value that was saved, not that of the formula"
    assert table["mixed"].isna().sum() == 1
    assert table["code"].tolist() == [f"0{n}" for n in range(1, 9)]
    notes = " ".join(reading.notes)
    assert "macros; they are not run" in notes
    assert "links to other files" in notes
    assert "3 sheets" in notes
    assert choices(path, settings) == {"member": [], "sheet": ["Notes", "Data", "More"], "table": []}
    raw = read_raw(path, settings, reading, 2)
    assert raw["when"].tolist() == ["2024-01-01", "2024-01-02"]


def test_a_sheet_is_chosen(settings: Settings, tmp_path: Path) -> None:
    path = sales(tmp_path)
    wish = Reading(format=FileFormat.EXCEL, sheet="More")
    reading = detect(path, settings, wish=wish)
    assert "3 sheets" not in " ".join(reading.notes)
    assert read_table(path, settings, reading=reading)["b"].tolist() == [2, 4]
    with pytest.raises(InputError, match="no sheet 'Mor'") as caught:
        read_table(path, settings, reading=dataclasses.replace(wish, sheet="Mor"))
    assert "Notes, Data, More" in caught.value.hint


def test_names_in_a_sheet_are_checked(settings: Settings, tmp_path: Path) -> None:
    path = write_xlsx(tmp_path / "t.xlsx", {"S": [["a", "a ", "c"], [1, 2, 3], [4, 5, 6]]})
    with pytest.raises(InputError, match="more than one column named 'a'"):
        read_table(path, settings)
    with pytest.raises(InputError, match=r"3 columns; the limit is 2"):
        read_table(path, dataclasses.replace(settings, max_columns=2))
    long = write_xlsx(tmp_path / "long.xlsx", {"S": [["a", "b"], *([n, n] for n in range(50))]})
    with pytest.raises(InputError, match="more than 9 rows"):
        read_table(long, dataclasses.replace(settings, max_rows=9))


def test_a_cell_at_the_end_of_the_world_takes_no_memory(settings: Settings, tmp_path: Path) -> None:
    path = write_xlsx(tmp_path / "far.xlsx", {"S": [["a", "b"], [1, 2], [3, 4]]})
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    sheet = parts["xl/worksheets/sheet1.xml"]
    parts["xl/worksheets/sheet1.xml"] = sheet.replace(b'r="B3"', b'r="XFD1048576"').replace(
        b'row r="3"', b'row r="1048576"'
    )
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    with pytest.raises(InputError):
        read_table(path, settings)


@pytest.mark.parametrize("name", ["t.xlsx", "t.xls", "t.ods"])
def test_what_is_no_workbook(settings: Settings, tmp_path: Path, name: str) -> None:
    for content in (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), b"PK\x03\x04" + bytes(60)):
        path = tmp_path / name
        path.write_bytes(content)
        with pytest.raises(InputError, match="damaged"):
            read_table(path, settings)


def test_the_content_decides_over_the_ending(settings: Settings, tmp_path: Path) -> None:
    path = sales(tmp_path).rename(tmp_path / "a.csv")
    table, reading = both(path, settings)
    assert len(table) == 8
    assert "ends in .csv, but the content is an Excel workbook" in reading.notes[0]
    for name in ("table", "table.xlsx", "table.unknown"):
        path = tmp_path / name
        path.write_bytes(CSV)
        table, reading = both(path, settings)
        assert table["a"].tolist() == [1, 2, 3]
        assert bool(reading.notes) == (name == "table.xlsx")
    parquet = tmp_path / "p.csv"
    pd.DataFrame({"a": [1, 2], "b": [3, 4]}).to_parquet(parquet)
    assert detect(parquet, settings).format is FileFormat.PARQUET


RECORDS = [{"a": 1, "b": {"c": "x", "d": [1, 2]}}, {"a": 2.5, "b": {"c": "y", "e": {"f": 1}}}, {"a": None, "z": True}]


@pytest.mark.parametrize(
    ("content", "path"),
    [
        (RECORDS, ""),
        ({"data": {"items": RECORDS, "count": 3}, "other": [{"x": 1}]}, "data.items"),
        ({"ok": True, "rows": RECORDS}, "rows"),
    ],
)
def test_records(settings: Settings, tmp_path: Path, content: object, path: str) -> None:
    file = tmp_path / "t.json"
    file.write_text(json.dumps(content))
    table, reading = both(file, settings)
    assert reading.path == path
    assert list(table.columns) == ["a", "b.c", "b.d", "b.e", "z"]
    assert table["a"].tolist()[:2] == [1, 2.5]
    assert table["b.c"].tolist()[:2] == ["x", "y"]
    assert table["b.d"][0] == "[1, 2]"
    assert table["b.e"][1] == '{"f": 1}'
    assert table["z"].dtype == "boolean"


@pytest.mark.parametrize(
    "content",
    [
        {"a": [1, 2], "b": ["x", "y"]},
        [["a", "b"], [1, "x"], [2, "y"]],
        {"columns": ["a", "b"], "data": [[1, "x"], [2, "y"]]},
    ],
)
def test_other_forms_of_json(settings: Settings, tmp_path: Path, content: object) -> None:
    file = tmp_path / "t.json"
    file.write_text(json.dumps(content))
    table, _ = both(file, settings)
    assert table.to_dict("list") == {"a": [1, 2], "b": ["x", "y"]}


def test_json_lines(settings: Settings, tmp_path: Path) -> None:
    file = tmp_path / "t.data"
    file.write_text(
        "".join(json.dumps({"a": n, "t": f"0{n}"} | ({"late": n} if n > 5 else {})) + "\n\n" for n in range(9))
    )
    table, reading = both(file, settings)
    assert reading.format is FileFormat.JSON_LINES
    assert table["a"].tolist() == list(range(9))
    assert table["t"].tolist() == [f"0{n}" for n in range(9)]
    assert table["late"].isna().sum() == 6
    file.write_text('{"a": 1}\n{"a": 2}\n{"a": \n')
    with pytest.raises(InputError, match="Line 3 of"):
        read_table(file, settings)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('{"a": 1', "not JSON"),
        ('{"a": {"b": 3}}', "no list of records"),
        ("[" * 100_000, "not JSON"),
        ('[{"a": "' + "x" * 200_000 + '"}, {"a": "y"}]', "Record 1 of"),
        (json.dumps([{f"c{n}": 1 for n in range(2000)}] * 2), "2,000 columns"),
        ('[{"a": ' + "9" * 5_000 + "}]", "not JSON"),
    ],
)
def test_bad_json(settings: Settings, tmp_path: Path, text: str, said: str) -> None:
    file = tmp_path / "t.json"
    file.write_text(text)
    with pytest.raises(InputError, match=said):
        read_table(file, settings)


def test_a_path_that_is_not_there(settings: Settings, tmp_path: Path) -> None:
    file = tmp_path / "t.json"
    file.write_text(json.dumps({"a": {"b": RECORDS}}))
    for path, said in (("a.c", "nothing at"), ("a", "no list of records")):
        with pytest.raises(InputError, match=said):
            read_table(file, settings, reading=Reading(format=FileFormat.JSON, path=path))


def database(folder: Path) -> Path:
    path = folder / "t.db"
    db = sqlite3.connect(path)
    db.execute('CREATE TABLE "my sales" (n INTEGER, price REAL, place TEXT, zip TEXT)')
    db.executemany(
        'INSERT INTO "my sales" VALUES (?, ?, ?, ?)', [(n, n / 2, f"Ort {n % 3}", f"0{n}") for n in range(30)]
    )
    db.execute("CREATE TABLE small (a, b)")
    db.execute("INSERT INTO small VALUES (1, x'00ff'), (2, 3)")
    db.execute('CREATE VIEW seen AS SELECT n, price FROM "my sales" WHERE n < 5')
    db.commit()
    db.close()
    return path


def test_an_sqlite_file(settings: Settings, tmp_path: Path) -> None:
    path = database(tmp_path)
    before = path.read_bytes()
    table, reading = both(path, settings)
    assert reading.table == "my sales"
    assert "3 tables and views" in reading.notes[0]
    assert table["n"].tolist() == list(range(30))
    assert table["zip"][3] == "03"
    assert choices(path, settings)["table"] == ["my sales", "small", "seen"]
    view = read_table(path, settings, reading=dataclasses.replace(reading, table="seen", conversions=()))
    assert len(view) == 5
    query = 'SELECT place, sum(price) AS total FROM "my sales" GROUP BY place'
    answer = read_table(path, settings, reading=Reading(format=FileFormat.SQLITE, table=query))
    assert list(answer.columns) == ["place", "total"]
    assert answer["total"].sum() == sum(n / 2 for n in range(30))
    assert path.read_bytes() == before
    assert sorted(one.name for one in tmp_path.iterdir()) == ["t.db"], "no journal beside it"


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("nowhere", "no table 'nowhere'"),
        ("ATTACH 'x.db' AS x", "no table"),
        ("DROP TABLE small", "no table"),
        ("SELECT * FROM nowhere", "no such table"),
        ("SELECT load_extension('x')", "only read"),
        ("WITH x AS (SELECT 1) INSERT INTO small SELECT 1, 2", "only read"),
        ("SELECT 1 AS a, 2 AS b; DROP TABLE small", "cannot read this"),
        ("SELECT * FROM pragma_table_info('small')", "."),
        ("SELECT n, n FROM seen", "more than one column named 'n'"),
        ("SELECT a, b FROM small", "holds bytes"),
        ("SELECT n FROM seen WHERE n > 99", "no rows"),
        ("SELECT", "cannot read this"),
    ],
)
def test_queries_that_are_refused(settings: Settings, tmp_path: Path, query: str, said: str) -> None:
    path = database(tmp_path)
    before = path.read_bytes()
    with pytest.raises(InputError, match=said):
        read_table(path, settings, reading=Reading(format=FileFormat.SQLITE, table=query))
    assert path.read_bytes() == before


def test_a_query_without_end_is_stopped(settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sqlite, "MOST_SECONDS", 0.3)
    query = "WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r) SELECT count(*) FROM r"
    began = time.monotonic()
    with pytest.raises(InputError, match="takes longer"):
        read_table(database(tmp_path), settings, reading=Reading(format=FileFormat.SQLITE, table=query))
    assert time.monotonic() - began < 5


def test_a_locked_down_file_is_still_only_read(settings: Settings, tmp_path: Path) -> None:
    path = tmp_path / "t.db"
    path.write_bytes(b"SQLite format 3\0" + bytes(100))
    with pytest.raises(InputError, match=r"not an SQLite file|damaged|no table"):
        read_table(path, settings)


def zipped(path: Path, members: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return path


def test_archives(settings: Settings, tmp_path: Path) -> None:
    large = b"a,b\n" + b"1,x\n" * 20
    path = zipped(
        tmp_path / "t.zip", {"../../evil.csv": CSV, "in/b.csv": large, "readme.md": b"hi", "__MACOSX/._b.csv": b"x"}
    )
    table, reading = both(path, settings)
    assert (reading.compression, reading.member) == ("zip", "in/b.csv")
    assert "3 files; in/b.csv is read" in reading.notes[0]
    assert len(table) == 20
    assert choices(path, settings)["member"] == ["in/b.csv", "../../evil.csv", "readme.md"]
    other = dataclasses.replace(reading, member="../../evil.csv")
    assert len(read_table(path, settings, reading=other)) == 3
    assert sorted(one.name for one in tmp_path.iterdir()) == ["t.zip"]
    with pytest.raises(InputError, match=r"holds no file named 'c.csv'"):
        read_table(path, settings, reading=dataclasses.replace(reading, member="c.csv"))
    packed = tmp_path / "t.csv.gz"
    packed.write_bytes(gzip.compress(CSV))
    table, reading = both(packed, settings)
    assert reading.compression == "gzip"
    assert table["a"].tolist() == [1, 2, 3]
    with pytest.raises(InputError, match="is no zip file"):
        read_table(packed, settings, reading=dataclasses.replace(reading, compression="zip"))


def test_every_format_may_be_packed(settings: Settings, tmp_path: Path) -> None:
    parquet = io.BytesIO()
    pd.DataFrame({"a": [1, 2, 3], "b": ["x", "y", "z"]}).to_parquet(parquet)
    (tmp_path / "in").mkdir()
    book = write_xlsx(tmp_path / "in" / "t.xlsx", {"S": [["a", "b"], [1, "x"], [2, "y"], [3, "z"]]})
    db = sqlite3.connect(tmp_path / "in" / "t.db")
    db.execute("CREATE TABLE t AS SELECT 1 AS a, 'x' AS b UNION SELECT 2, 'y' UNION SELECT 3, 'z'")
    db.commit()
    db.close()
    contents = {
        "t.csv": CSV,
        "t.parquet": parquet.getvalue(),
        "t.xlsx": book.read_bytes(),
        "t.json": json.dumps({"a": [1, 2, 3], "b": ["x", "y", "z"]}).encode(),
        "t.db": (tmp_path / "in" / "t.db").read_bytes(),
    }
    for name, content in contents.items():
        for path in (zipped(tmp_path / f"{name}.zip", {name: content}), tmp_path / f"{name}.gz"):
            if path.suffix == ".gz":
                path.write_bytes(gzip.compress(content))
            assert read_table(path, settings).to_dict("list") == {"a": [1, 2, 3], "b": ["x", "y", "z"]}, path.name


def test_archives_that_are_refused(settings: Settings, tmp_path: Path) -> None:
    inner = io.BytesIO()
    with zipfile.ZipFile(inner, "w") as archive:
        archive.writestr("a.csv", CSV)
    locked = bytearray(zipped(tmp_path / "l.zip", {"a.csv": CSV}).read_bytes())
    locked[6] |= 1
    locked[locked.index(b"PK\x01\x02") + 8] |= 1
    bomb = b"a,b\n" + b"0" * 40_000_000
    refused = {
        "nested": (zipped(tmp_path / "n.zip", {"a.zip": inner.getvalue()}).read_bytes(), "archive inside an archive"),
        "twice": (gzip.compress(gzip.compress(CSV)), "archive inside an archive"),
        "locked": (bytes(locked), "password"),
        "empty": (zipped(tmp_path / "e.zip", {}).read_bytes(), "holds no file"),
        "bomb in a zip": (zipped(tmp_path / "b.zip", {"a.csv": bomb}).read_bytes(), "250 times"),
        "bomb in a gzip": (gzip.compress(bomb), "250 times"),
        "cut": (gzip.compress(CSV * 99)[:-12], "damaged"),
        "a tar": (gzip.compress(bytes(257) + b"ustar" + bytes(250)), "tar archive"),
        "nothing": (gzip.compress(b""), "is empty"),
    }
    for name, (content, said) in refused.items():
        path = tmp_path / "x.bin"
        path.write_bytes(content)
        with pytest.raises(InputError, match=said):
            read_table(path, settings)
        assert name
    rng = np.random.default_rng(0)
    large = zipped(tmp_path / "large.zip", {"a.csv": b"a,b\n" + rng.bytes(3 * 1024**2).hex().encode()})
    with pytest.raises(InputError, match="more than 5 MiB"):
        read_table(large, dataclasses.replace(settings, max_upload_bytes=5 * 1024**2))


def test_a_zip_that_lies_about_its_size(settings: Settings, tmp_path: Path) -> None:
    path = zipped(tmp_path / "b.zip", {"a.csv": b"a,b\n" + b"0" * 40_000_000})
    content = bytearray(path.read_bytes())
    at = content.index(b"PK\x01\x02") + 24
    content[at : at + 4] = (1000).to_bytes(4, "little")
    path.write_bytes(content)
    with pytest.raises(InputError):
        read_table(path, settings)


def test_parquet_text_is_text_because_the_file_says_so(settings: Settings, tmp_path: Path) -> None:
    path = tmp_path / "t.parquet"
    frame = pd.DataFrame({"zip": ["12345", "54321"], "money": ["$1,5", "$2"], "day": ["2024-01-01", "2024-01-02"]})
    frame["price"] = ["$1,234.50", "$2.00"]
    frame.to_parquet(path)
    table, reading = both(path, settings)
    assert table["zip"].tolist() == ["12345", "54321"]
    assert table["price"].tolist() == [1234.5, 2.0]
    assert table["day"].dtype.kind == "M"
    assert "price" in [one.column for one in reading.conversions]
    assert pq.read_schema(path).names == list(frame.columns)
