"""Cells as other people's systems write them; every case is one column beside a plain one."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from engine.data.sources import detect, read_table
from engine.domain.reading import Conversion, ConversionKind, Reading
from engine.settings import Settings

NUMBER, DATE, CATEGORY, TEXT = (
    ConversionKind.NUMBER,
    ConversionKind.DATE,
    ConversionKind.CATEGORY,
    ConversionKind.TEXT,
)


def column(
    settings: Settings,
    folder: Path,
    cells: list[str],
    name: str = "x",
    mark: str = ";",
    more: dict[str, list[str]] | None = None,
) -> tuple[pd.Series, Conversion | None, Reading]:
    columns = {"row": [f"r{n}" for n in range(len(cells))], name: cells} | (more or {})
    lines = [mark.join(columns)]
    rows = zip(*columns.values(), strict=True)
    lines += [mark.join(f'"{cell}"' if mark in cell else cell for cell in row) for row in rows]
    path = folder / "table.csv"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    reading = detect(path, settings)
    table = read_table(path, settings)
    pd.testing.assert_frame_equal(table, read_table(path, settings, reading=reading))
    assert Reading.from_dict(reading.as_dict()) == reading
    found = next((one for one in reading.conversions if one.column == name), None)
    return table[name], found, reading


NUMBERS = {
    "decimal commas": (["1,5", "2,25", "-3"], [1.5, 2.25, -3], {"decimal": ","}),
    "German": (["1.234,56", "12.345.678,90", "0,5"], [1234.56, 12345678.9, 0.5], {"decimal": ",", "thousands": "."}),
    "English": (["1,234.56", "12,345,678.90", "0.5"], [1234.56, 12345678.9, 0.5], {"thousands": ","}),
    "French": (["1 234,56", "12 345,6", "7"], [1234.56, 12345.6, 7], {"decimal": ",", "thousands": " "}),
    "narrow blanks": (["1\u202f234,56", "12\u00a0345,6", "7"], [1234.56, 12345.6, 7], {"thousands": " "}),
    "Swiss": (["1'234.56", "12’345.6", "7"], [1234.56, 12345.6, 7], {"thousands": "'"}),
    "dollars": (["$1,234.50", "$5", "-$7.25", "$-1"], [1234.5, 5, -7.25, -1], {"affix": "$"}),
    "brackets for minus": (["$1,234.50", "($5.00)", "(1,000)"], [1234.5, -5, -1000], {"affix": "$"}),
    "euros behind": (["1.234 €", "5 €", "7,25 €"], [1234, 5, 7.25], {"affix": "€", "decimal": ","}),
    "euros, whole thousands only": (["1.234 €", "5.000 €", "725 €"], [1234, 5000, 725], {"affix": "€"}),
    "a code of money": (["EUR 12", "EUR 13,50", "EUR 1"], [12, 13.5, 1], {"affix": "€"}),
    "francs": (["CHF 1'200.50", "Fr. 3", "CHF 4"], [1200.5, 3, 4], {"affix": "CHF"}),
    "percent": (["12 %", "5%", "7,5 %", "0"], [0.12, 0.05, 0.075, 0], {"affix": "%", "scale": 0.01}),
    "kilograms": (["12 kg", "3.5 kg", "4kg"], [12, 3.5, 4], {"affix": "kg"}),
    "degrees": (["-3.5 °C", "12 °C", "0 °C"], [-3.5, 12, 0], {"affix": "°C"}),
    "apples": (["3 apples", "4 apples", "5 apples"], [3, 4, 5], {"affix": "apples"}),
    "minus behind": (["1,234.50-", "7.00", "8.25"], [-1234.5, 7, 8.25], {"thousands": ","}),
    "a true minus": (["−5,5", "3,2", "1,1"], [-5.5, 3.2, 1.1], {"decimal": ","}),
    "words for missing": (["1", "n.a.", "3", "?", "5", "keine Angabe", "7"], [1, np.nan, 3, np.nan, 5, np.nan, 7], {}),
    "None among numbers": (["1.5", "None", "3.5"], [1.5, np.nan, 3.5], {"missing": ["None"]}),
    "errors of spreadsheets": (["1.5", "#DIV/0!", "3.5"], [1.5, np.nan, 3.5], {"missing": ["#DIV/0!"]}),
    "exponents and commas": (["1.5e3", "$2", "$7"], [1500, 2, 7], {"affix": "$"}),
}  # fmt: skip


@pytest.mark.parametrize("name", NUMBERS)
def test_numbers(settings: Settings, tmp_path: Path, name: str) -> None:
    cells, values, options = NUMBERS[name]
    series, found, reading = column(settings, tmp_path, cells)
    assert series.tolist() == pytest.approx(values, nan_ok=True)
    assert found is not None
    assert found.to is NUMBER
    assert options.items() <= found.options.items()
    assert found.cells == int(series.notna().sum())
    assert found.unread == 0
    assert found.message in reading.notes
    assert found.message.endswith(".")


def test_percent_is_exact(settings: Settings, tmp_path: Path) -> None:
    series, _, _ = column(settings, tmp_path, [f"{n} %" for n in range(1, 100)])
    assert series.tolist() == [n / 100 for n in range(1, 100)]


DATES = {
    "day first, dots": (["31.01.2024", "1.2.2024"], ["2024-01-31", "2024-02-01"], True),
    "day first, slashes": (["31/01/2024", "01/02/2024"], ["2024-01-31", "2024-02-01"], True),
    "month first": (["01/31/2024", "02/01/2024"], ["2024-01-31", "2024-02-01"], False),
    "two-digit years": (["31.01.24", "01.02.69", "01.02.68"], ["2024-01-31", "1969-02-01", "2068-02-01"], True),
    "only dots": (["01.02.2024", "03.04.2024"], ["2024-02-01", "2024-04-03"], True),
    "mixed forms": (
        ["2024-01-31", "31.01.2024", "31 January 2024", "Jan 31, 2024"], ["2024-01-31"] * 4, True,
    ),
    "English months": (["5 Jan 2024", "March 4th, 2024"], ["2024-01-05", "2024-03-04"], None),
    "German months": (["3. März 2024", "1. Dez. 2024"], ["2024-03-03", "2024-12-01"], None),
    "French months": (["1er janvier 2024", "15 août 2024"], ["2024-01-01", "2024-08-15"], None),
    "Spanish months": (["1 de enero de 2024", "15 de agosto de 2024"], ["2024-01-01", "2024-08-15"], None),
    "with a weekday": (["Mon, 1 Jan 2024", "Tue, 2 Jan 2024"], ["2024-01-01", "2024-01-02"], None),
    "with hyphens": (["01-Jan-24", "15-Feb-24"], ["2024-01-01", "2024-02-15"], None),
    "a month": (["2024-01", "2024-03"], ["2024-01-01", "2024-03-01"], None),
    "a month in words": (["Jan 2024", "März 2024"], ["2024-01-01", "2024-03-01"], None),
    "month and year": (["01/2024", "12/2024"], ["2024-01-01", "2024-12-01"], None),
    "with a time": (["31.01.2024 13:45", "01.02.2024 00:00:30"], ["2024-01-31 13:45", "2024-02-01 00:00:30"], True),
    "half days": (["1/31/2024 1:45 PM", "2/1/2024 12:05 AM"], ["2024-01-31 13:45", "2024-02-01 00:05"], False),
    "a zone": (["2024/01/31 10:00 +02:00", "2024/01/31 10:00Z"], ["2024-01-31 08:00", "2024-01-31 10:00"], None),
    "slashes, year first": (["2024/1/31", "2024/2/1"], ["2024-01-31", "2024-02-01"], None),
    "words for missing": (["31.01.2024", "unknown", "1.2.2024"], ["2024-01-31", None, "2024-02-01"], True),
}  # fmt: skip


@pytest.mark.parametrize("name", DATES)
def test_dates(settings: Settings, tmp_path: Path, name: str) -> None:
    cells, values, day_first = DATES[name]
    series, found, reading = column(settings, tmp_path, cells, mark="|")
    assert series.tolist() == [pd.NaT if value is None else pd.Timestamp(value) for value in values]
    assert found is not None
    assert found.to is DATE
    assert found.options.get("day_first") == day_first
    assert found.message in reading.notes


def test_bare_digits_are_dates_only_where_the_name_says_so(settings: Settings, tmp_path: Path) -> None:
    cells = ["20240131", "20240229", "20231224"]
    series, found, _ = column(settings, tmp_path, cells, "order_date")
    assert series.tolist() == [pd.Timestamp(cell) for cell in cells]
    assert found is not None
    assert column(settings, tmp_path, cells, "amount")[0].tolist() == [20240131, 20240229, 20231224]
    assert column(settings, tmp_path, ["20240131", "20240230"], "date")[0].dtype == np.int64, "no such day"
    serial, found, _ = column(settings, tmp_path, ["45292", "45323.5", "45352"], "Date")
    assert serial.tolist() == [pd.Timestamp("2024-01-01"), pd.Timestamp("2024-02-01 12:00"), pd.Timestamp("2024-03-01")]
    assert found is not None
    assert column(settings, tmp_path, ["45292", "45323", "45352"], "candidate_votes")[0].dtype == np.int64


def test_ambiguous_dates_are_guessed_only_from_the_rest_of_the_file(settings: Settings, tmp_path: Path) -> None:
    cells = ["01/02/2024", "03/04/2024", "05/06/2024"]
    series, found, _ = column(settings, tmp_path, cells, mark="|")
    assert series.tolist() == cells
    assert found is not None
    assert found.to is TEXT
    assert "exchanged" in found.message
    for more, day_first in (
        ({"y": ["1,5", "2,5", "3,5"]}, True),
        ({"y": ["31/01/2024", "01/01/2024", "01/01/2024"]}, True),
        ({"y": ["01/31/2024", "01/01/2024", "01/01/2024"]}, False),
        ({"y": ["1. Mai 2024", "2. Mai 2024", "3. Mai 2024"]}, True),
    ):
        series, found, _reading = column(settings, tmp_path, cells, mark="|", more=more)
        assert found is not None
        assert found.options["day_first"] is day_first
        assert "guess" in found.message
        assert series[0] == pd.Timestamp(2024, 2, 1) if day_first else pd.Timestamp(2024, 1, 2)
    series, found, _ = column(settings, tmp_path, ["31/01/2024", "01/31/2024"] * 5, mark="|")
    assert found is not None
    assert found.to is TEXT
    assert "mixes" in found.message


STAYS = {
    "post codes": ["00123", "01234", "99999"],
    "leading zeros among many": ["12345", "54321", "01234", "99999"],
    "phone numbers": ["+41791234567", "+41791234568", "+41791234569"],
    "mixed codes": ["A12", "B13", "C14"],
    "versions": ["1.2.3", "1.2.4", "2.0.0"],
    "addresses of machines": ["192.168.1.1", "10.0.0.1", "10.0.0.2"],
    "ranges": ["1-2", "3-5", "6-10"],
    "times": ["10:30", "11:45", "00:10"],
    "flats": ["12A", "3B", "7C"],
    "classes": ["5a", "6a", "7b"],
    "seasons": ["2010-11", "2011-12", "2012-13"],
    "yes and no": ["yes", "no", "yes"],
    "None is a category": ["None", "Attached", "None"],
    "unknown is a category": ["unknown", "red", "blue"],
    "sizes": ["S", "M", "L"],
    "keys of letters": ["a", "A", "a"],
    "long numbers": ["12345678901234567890", "12345678901234567891", "12345678901234567892", "12345678901234567893"],
    "too many that fit not": ["1.5 kg", "2.5 kg", "heavy", "light"],
    "rhesus": ["+", "-", "+"],
    "one number among words": ["none", "none", "none", "3"],
}


@pytest.mark.parametrize("name", STAYS)
def test_what_stays_text(settings: Settings, tmp_path: Path, name: str) -> None:
    series, found, reading = column(settings, tmp_path, STAYS[name])
    assert series.tolist() == STAYS[name]
    assert found is None or found.to is TEXT
    assert reading.missing == ()


def test_codes_are_named(settings: Settings, tmp_path: Path) -> None:
    _, found, reading = column(settings, tmp_path, ["1", "2", "007"])
    assert found is not None
    assert found.to is TEXT
    assert "'007'" in found.message
    assert found.message in reading.notes
    plain, found, reading = column(settings, tmp_path, ["0", "-0.5", "0.25"])
    assert plain.tolist() == [0, -0.5, 0.25]
    assert found is None
    assert reading.notes == ()


@pytest.mark.parametrize(
    ("cells", "said"),
    [
        (["500 g", "1.2 kg", "300 g"], "'g' in 2 cells, 'kg' in 1 cell"),
        (["$5", "€6", "$7"], "'$' in 2 cells, '€' in 1 cell"),
        (["5 %", "6 kg", "7 %"], "mixes units"),
        (["1.2M", "500k", "3M"], "mixes units"),
    ],
)
def test_units_are_never_merged(settings: Settings, tmp_path: Path, cells: list[str], said: str) -> None:
    series, found, _ = column(settings, tmp_path, cells)
    assert series.tolist() == cells
    assert found is not None
    assert found.to is TEXT
    assert said in found.message


def test_cells_that_do_not_fit_are_counted_and_shown(settings: Settings, tmp_path: Path) -> None:
    cells = [f"{n},5" for n in range(98)] + ["viel", "mehr"]
    series, found, _ = column(settings, tmp_path, cells)
    assert series.isna().sum() == 2
    assert found is not None
    assert (found.cells, found.unread) == (98, 2)
    assert "'viel', 'mehr'" in found.message
    left, found, _ = column(settings, tmp_path, [*cells[:20], "viel", "mehr"])
    assert left.tolist() == [*cells[:20], "viel", "mehr"], "more than one in twenty"
    assert found is None


def test_a_point_is_read_by_what_the_other_columns_say(settings: Settings, tmp_path: Path) -> None:
    cells = ["1.234", "5.678", "12.345"]
    assert column(settings, tmp_path, cells)[0].tolist() == [1.234, 5.678, 12.345]
    series, found, _ = column(settings, tmp_path, cells, more={"y": ["1,5", "2,25", "3,75"]})
    assert series.tolist() == [1234, 5678, 12345]
    assert found is not None
    assert "guess" in found.message
    commas = [cell.replace(".", ",") for cell in cells]
    assert column(settings, tmp_path, commas, mark=",", more={"y": ["1.5", "2.25", "3.75"]})[0].tolist() == [
        1234,
        5678,
        12345,
    ]
    assert column(settings, tmp_path, commas)[0].tolist() == [1.234, 5.678, 12.345], "a semicolon speaks for commas"


def test_spellings(settings: Settings, tmp_path: Path) -> None:
    cells = ["Berlin", "berlin ", "BERLIN", "Berlin", "New  York", "New York", "New York", "Rom"]
    series, found, _ = column(settings, tmp_path, cells)
    assert series.tolist() == ["Berlin"] * 4 + ["New York"] * 3 + ["Rom"]
    assert found is not None
    assert found.to is CATEGORY
    assert found.cells == 3
    assert found.options["spellings"] == {"berlin ": "Berlin", "BERLIN": "Berlin", "New  York": "New York"}


def test_signs_for_nothing_among_words(settings: Settings, tmp_path: Path) -> None:
    series, found, reading = column(
        settings, tmp_path, ["Private", "?", "State", "?"], more={"y": ["a", "b", "?", "c"], "z": ["+", "*", "+", "*"]}
    )
    assert series.isna().tolist() == [False, True, False, True]
    assert found is None
    assert reading.missing == ("?",)
    assert any("'?' stands for an empty cell in 'x' and 'y' (3 cells)" in note for note in reading.notes)


def test_booleans_are_only_true_and_false(settings: Settings, tmp_path: Path) -> None:
    assert column(settings, tmp_path, ["true", "FALSE", "True"])[0].tolist() == [True, False, True]
    assert column(settings, tmp_path, ["ja", "nein", "ja"])[0].tolist() == ["ja", "nein", "ja"]
