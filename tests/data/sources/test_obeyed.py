"""A reading that a person changed is obeyed; what is impossible is one sentence."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from engine.data.sources import detect, read_table
from engine.domain.reading import Conversion, ConversionKind, FileFormat, Reading
from engine.errors import InputError
from engine.settings import Settings

TEXT = (
    "Title;;;;\nid;price;when;town;yes\n1;1.234,50;01.02.2024;Bern;ja\n2;99,00;13.02.2024;bern;nein\n"
    "3;5,00;14.02.2024;?;ja\nSumme;1338,50;;;\n"
)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "table.csv"
    path.write_text(TEXT, encoding="utf-8")
    return path


def changed(reading: Reading, column: str, to: ConversionKind, **options: object) -> Reading:
    kept = [one for one in reading.conversions if one.column != column]
    return replace(reading, conversions=(*kept, Conversion(column=column, to=to, options=options)))


def test_conversions(settings: Settings, path: Path) -> None:
    found = detect(path, settings)
    assert {one.column for one in found.conversions} == {"price", "when", "town"}

    def read(column: str, to: ConversionKind, **options: object) -> list[object]:
        return read_table(path, settings, reading=changed(found, column, to, **options))[column].tolist()

    assert read("price", ConversionKind.TEXT) == ["1.234,50", "99,00", "5,00"]
    assert read("price", ConversionKind.NUMBER) == [1234.5, 99, 5], "without options they are found"
    assert read("price", ConversionKind.NUMBER, decimal=",", thousands="") == pytest.approx(
        [np.nan, 99, 5], nan_ok=True
    )
    assert pd.isna(read("price", ConversionKind.NUMBER, decimal=",", affix="%", scale=0.01)[1]), "99 is no percent"
    assert read("id", ConversionKind.TEXT) == ["1", "2", "3"]
    assert read("when", ConversionKind.TEXT)[0] == "01.02.2024"
    assert read("when", ConversionKind.DATE, day_first=False)[0] == pd.Timestamp(2024, 1, 2)
    assert read("town", ConversionKind.CATEGORY, spellings={"Bern": "BE", "bern": "BE"})[:2] == ["BE", "BE"]
    assert read("town", ConversionKind.TEXT)[:2] == ["Bern", "bern"]
    assert read("yes", ConversionKind.BOOLEAN) == [True, False, True]
    assert pd.isna(read("yes", ConversionKind.CATEGORY, missing=["nein"])[1])
    none = read_table(path, settings, reading=replace(found, conversions=()))
    assert none["price"].tolist() == ["1.234,50", "99,00", "5,00"]


def test_layout(settings: Settings, path: Path) -> None:
    found = replace(detect(path, settings), conversions=())
    assert (found.skip_lines, found.skip_footer, found.missing) == (1, 1, ("?",))
    assert len(read_table(path, settings, reading=replace(found, skip_footer=0))) == 4
    assert len(read_table(path, settings, reading=replace(found, skip_footer=2))) == 2
    assert read_table(path, settings, reading=replace(found, skip_lines=2)).columns[0] == "1"
    bare = read_table(path, settings, reading=replace(found, header=False))
    assert list(bare.columns) == [f"column_{n}" for n in range(1, 6)]
    assert bare.iloc[0, 0] == "id"
    assert read_table(path, settings, reading=replace(found, missing=()))["town"][2] == "?"
    assert read_table(path, settings, reading=replace(found, missing=("ja",)))["yes"].isna().sum() == 2
    one = read_table(path, settings, reading=replace(found, delimiter="|"), labelled=False)
    assert list(one.columns) == ["id;price;when;town;yes"]
    latin = read_table(path, settings, reading=replace(found, encoding="latin-1"))
    assert len(latin) == 3


def test_words_for_missing_may_make_numbers(settings: Settings, tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_text("a,b\n1,x\nnowhere,y\nnowhere,z\n2,z\n")
    found = detect(path, settings)
    assert read_table(path, settings, reading=found)["a"].tolist()[1] == "nowhere"
    table = read_table(path, settings, reading=replace(found, missing=("nowhere",)))
    assert table["a"].tolist() == pytest.approx([1, np.nan, np.nan, 2], nan_ok=True)


def test_a_wish_is_kept_and_the_rest_is_found(settings: Settings, path: Path) -> None:
    wish = Reading(
        format=FileFormat.DELIMITED,
        conversions=(Conversion(column="price", to=ConversionKind.TEXT),),
        missing=("nein",),
    )
    found = detect(path, settings, wish=wish)
    assert found.delimiter == ";"
    assert found.skip_lines == 1
    assert set(found.missing) == {"nein", "?"}
    assert next(one for one in found.conversions if one.column == "price").to is ConversionKind.TEXT
    table = read_table(path, settings, reading=found)
    assert table["price"][1] == "99,00"
    assert table["when"].dtype.kind == "M"
    assert table["yes"].isna().tolist() == [False, True, False]


IMPOSSIBLE = {
    "encoding": ({"encoding": "klingon"}, "no encoding 'klingon'"),
    "not a text encoding": ({"encoding": "zip"}, "no encoding 'zip'"),
    "wrong encoding": ({"encoding": "utf-16"}, "cannot be read as utf-16"),
    "delimiter": ({"delimiter": "ab"}, "cannot separate"),
    "quote as delimiter": ({"delimiter": '"'}, "cannot separate"),
    "all lines skipped": ({"skip_lines": 99}, "no line below"),
    "all rows cut": ({"skip_footer": 99}, "no rows"),
    "compression": ({"compression": "zip"}, "is no zip file"),
    "unknown column": (
        {"conversions": (Conversion(column="x", to=ConversionKind.TEXT),)},
        "'x', which the table does not",
    ),
    "twice": ({"conversions": (Conversion(column="id", to=ConversionKind.TEXT),) * 2}, "two conversions"),
    "another format": ({"format": FileFormat.PARQUET}, "not a Parquet file"),
    "a workbook": ({"format": FileFormat.EXCEL}, "not an Excel workbook"),
    "a database": ({"format": FileFormat.SQLITE}, "not an SQLite file"),
    "JSON": ({"format": FileFormat.JSON}, "not JSON"),
}


@pytest.mark.parametrize("name", IMPOSSIBLE)
def test_impossible_readings(settings: Settings, path: Path, name: str) -> None:
    change, said = IMPOSSIBLE[name]
    found = replace(detect(path, settings), **change)
    with pytest.raises(InputError, match=said) as caught:
        read_table(path, settings, reading=found)
    assert caught.value.hint.endswith(".")


@pytest.mark.parametrize(
    "options",
    [
        {"decimal": "x"},
        {"decimal": ",", "thousands": ","},
        {"thousands": "_"},
        {"scale": 0},
        {"scale": "a"},
        {"formats": ["never"]},
        {"formats": "compact"},
        {"missing": "x"},
        {"spellings": {"a": 1}},
        {"spellings": [1]},
    ],
)
def test_impossible_options(settings: Settings, path: Path, options: dict[str, object]) -> None:
    found = detect(path, settings)
    with pytest.raises(InputError, match="'price' cannot have"):
        read_table(path, settings, reading=changed(found, "price", ConversionKind.NUMBER, **options))
