"""Where tables begin and end, and how their columns are set apart."""

from pathlib import Path

import pandas as pd
import pytest

from engine.data.sources import detect, read_raw, read_table
from engine.domain.reading import FileFormat, Reading
from engine.settings import Settings

ROWS = "".join(f"{n};Ort{n % 7};{n * 3 % 11}\n" for n in range(40))


def read(
    settings: Settings, folder: Path, text: str, encoding: str = "utf-8"
) -> tuple[pd.DataFrame, dict[str, object]]:
    path = folder / "table.csv"
    path.write_bytes(text.encode(encoding))
    reading = detect(path, settings)
    table = read_table(path, settings)
    pd.testing.assert_frame_equal(table, read_table(path, settings, reading=reading))
    return table, reading.as_dict()


TITLES = {
    "one": ("Report of sales\n", 1),
    "padded": ("Report of sales;;\n", 1),
    "several": ("Report;;\nCreated: 01.02.2024;;\n;;\n", 3),
    "blank lines": ("Report of sales\n\n\nDepartment 7\n\n", 5),
    "pairs": ("Created:;2024-02-01;\nBy:;Anna;\n", 2),
    "with commas": ("Report, all branches, 2024\n", 1),
    "ten": ("".join(f"Line {n} of a long preface\n" for n in range(10)), 10),
    "in quotes": ('"Report of\nsales"\n', 2),
}


@pytest.mark.parametrize("name", TITLES)
def test_titles_above_the_header(settings: Settings, tmp_path: Path, name: str) -> None:
    text, lines = TITLES[name]
    table, reading = read(settings, tmp_path, text + "n;place;value\n" + ROWS)
    assert list(table.columns) == ["n", "place", "value"]
    assert len(table) == 40
    assert reading["skip_lines"] == lines
    assert len(reading["notes"]) == 1


FOOTERS = {
    "total": ("Total;;1234\n", 1),
    "sum with words": ("Grand total;;1234\n", 1),
    "German": ("Summe;;1.234,50\n", 1),
    "a note": ("Source: Office of Statistics\n", 1),
    "a note with the delimiter": ("Source: a; b; c; d; e\n", 1),
    "both": ("Total;;1234\n\nSource: Office\n", 2),
    "rules": ("-----;-----;-----\nSumme;;12\n", 2),
    "a footnote": ("* preliminary\n", 1),
    "count": ("(40 rows affected)\n", 1),
}


@pytest.mark.parametrize("name", FOOTERS)
def test_totals_and_notes_at_the_end(settings: Settings, tmp_path: Path, name: str) -> None:
    text, lines = FOOTERS[name]
    table, reading = read(settings, tmp_path, "n;place;value\n" + ROWS + text)
    assert table["n"].tolist() == list(range(40))
    assert table["value"].dtype.kind == "i"
    assert reading["skip_footer"] == lines
    assert len(reading["notes"]) == 1


NO_FOOTERS = {
    "total is a category": "g;place;value\n" + "".join(f"Men;x;{n}\nTotal;x;{n}\n" for n in range(9)),
    "short last row": "n;place;value\n" + ROWS + "40;Ort;\n",
    "missing first cell": "n;place;value\n" + ROWS + ";Ort1;3\n",
    "two columns": "name;value\n" + "".join(f"a{n};{n}\n" for n in range(9)),
}


@pytest.mark.parametrize("name", NO_FOOTERS)
def test_rows_are_not_taken_for_totals(settings: Settings, tmp_path: Path, name: str) -> None:
    text = NO_FOOTERS[name]
    table, reading = read(settings, tmp_path, text)
    assert len(table) == text.count("\n") - 1
    assert reading["skip_footer"] == 0


def test_all_at_once(settings: Settings, tmp_path: Path) -> None:
    text = (
        "Umsatzbericht;;;;\r\nErstellt am:;01.02.2024;;;\r\n\r\nFiliale;Datum;Umsatz;Rabatt;PLZ\r\n"
        "Zürich;01.02.2024;1.234,50 €;12 %;08001\r\nBern;13.02.2024;99,00 €;5 %;03000\r\n"
        "Basel;14.2.24;1.100,25 €;7,5 %;04000\r\nbern;15. Februar 2024;- ;0 %;03000\r\n"
        '"Genf\r\nStadt";16.02.2024;5,00 €;3 %;01200\r\n'
        "Summe;;2.438,75 €;;\r\nQuelle: Amt für Statistik\r\n"
    )
    table, reading = read(settings, tmp_path, text, "cp1252")
    assert reading["encoding"] == "cp1252"
    assert table["Filiale"].tolist() == ["Zürich", "Bern", "Basel", "Bern", "Genf\r\nStadt"]
    assert table["Datum"].tolist() == [pd.Timestamp(2024, 2, day) for day in (1, 13, 14, 15, 16)]
    assert table["Umsatz"].tolist()[:3] == [1234.5, 99.0, 1100.25]
    assert table["Rabatt"].tolist() == [0.12, 0.05, 0.075, 0, 0.03]
    assert table["PLZ"].tolist() == ["08001", "03000", "04000", "03000", "01200"]


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be"])
def test_wide_text_with_tabs(settings: Settings, tmp_path: Path, encoding: str) -> None:
    table, reading = read(settings, tmp_path, "Straße\tn\nHauptstraße\t1\nEcke\t2\n", encoding)
    assert list(table.columns) == ["Straße", "n"]
    assert table["n"].tolist() == [1, 2]
    assert reading["encoding"] == encoding


DELIMITERS = {
    "tilde": "a~b~c\n1~x~2\n3~y~4\n",
    "caret": "a^b^c\n1^x^2\n3^y^4\n",
    "blanks": "a b c\n1 x 2\n3 y 4\n",
    "aligned": "a    b   c\n1    x   2\n  3    y   4\n",
    "semicolons beside decimal commas": "a;b;c\n1,5;x;2,5\n3,5;y;4,5\n",
    "tabs beside commas": "a\tb\tc\n1,5\tx, y\t2,5\n3,5\ty, z\t4,5\n",
}


@pytest.mark.parametrize("name", DELIMITERS)
def test_delimiters(settings: Settings, tmp_path: Path, name: str) -> None:
    table, _ = read(settings, tmp_path, DELIMITERS[name])
    assert list(table.columns) == ["a", "b", "c"]
    assert table["a"].dtype.kind in "if"
    assert table["c"].dtype.kind in "if"
    assert isinstance(table["b"].dtype, pd.StringDtype)


def test_a_table_without_names(settings: Settings, tmp_path: Path) -> None:
    table, reading = read(settings, tmp_path, "5.1,3.5,setosa\n4.9,3.0,setosa\n4.7,3.2,virginica\n")
    assert list(table.columns) == ["column_1", "column_2", "column_3"]
    assert len(table) == 3
    assert reading["header"] is False
    named, _ = read(settings, tmp_path, "country,1990,1991\nA,1,2\nB,3,4\n")
    assert list(named.columns) == ["country", "1990", "1991"]
    counted, _ = read(settings, tmp_path, "0,1,2\n5.5,6.5,7.5\n5.1,6.1,7.1\n")
    assert list(counted.columns) == ["0", "1", "2"]


def test_names_of_rows_as_r_writes_them(settings: Settings, tmp_path: Path) -> None:
    table, _ = read(settings, tmp_path, "mpg cyl\nMazda 21 6\nDatsun 22.8 4\nHornet 21.4 6\n".replace(" ", "\t"))
    assert list(table.columns) == ["column_1", "mpg", "cyl"]
    assert table["cyl"].tolist() == [6, 4, 6]


def test_short_rows_are_filled_and_counted(settings: Settings, tmp_path: Path) -> None:
    table, reading = read(settings, tmp_path, "a,b,c\n" + "1,2,3\n" * 300 + "1,2\n" + "1,2,3\n")
    assert table["c"].isna().sum() == 1
    assert reading["notes"] == ["One row has fewer cells than there are columns: the cells at the end count as empty."]


def test_the_preview_shows_text(settings: Settings, tmp_path: Path) -> None:
    path = tmp_path / "table.csv"
    path.write_text("Report\na;b\n01;1,5\n02;2,5;extra\n03;3,5\n")
    reading = Reading(format=FileFormat.DELIMITED, delimiter=";", encoding="utf-8", skip_lines=1)
    raw = read_raw(path, settings, reading, 2)
    assert raw.shape == (2, 3)
    assert raw.iloc[0].tolist() == ["01", "1,5", ""]
    assert raw["column_3"].tolist() == ["", "extra"]
