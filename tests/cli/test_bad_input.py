"""Bad input: one sentence with a next step, exit code 2, nothing lost."""

import json
import os
import sqlite3
from pathlib import Path

import pandas as pd
import pytest
from click.testing import CliRunner

from engine.cli import main
from engine.settings import Settings


def run(*words: object, code: int = 2) -> dict:
    done = CliRunner().invoke(main, [*map(str, words), "--json"])
    assert done.exit_code == code, (done.output, done.exception)
    return json.loads(done.stdout)


def csv(tmp_path: Path, text: str | bytes, name: str = "file.csv") -> Path:
    path = tmp_path / name
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return path


ROWS = "\n".join(f"{n},{n % 7},{'yes' if n % 3 else 'no'}" for n in range(60))
WIDE = ",".join(f"c{n}" for n in range(2000)) + "\n" + ",".join("1" for _ in range(2000)) + "\n"
FILES = {
    "empty": "",
    "header only": "a,b,y\n",
    "one column": "y\n" + "\n".join("yes" if n % 2 else "no" for n in range(60)),
    "one row": "a,b,y\n1,2,yes\n",
    "all-missing target": "a,b,y\n" + "\n".join(f"{n},{n % 5}," for n in range(60)),
    "constant target": "a,b,y\n" + "\n".join(f"{n},{n % 5},yes" for n in range(60)),
    "a class seen once": "a,b,y\n" + ROWS + "\n99,1,maybe",
    "duplicate names": "a,a,y\n" + ROWS,
    "2,000 columns": WIDE,
    "binary": b"\x00\x01\x02\xff\xfe\x00PNG" * 300,
    "unreadable encoding": b"a,b,y\n" + b"\x81\x8d\x8f\x90\x9d,\xff\xfe,\x81\n" * 60,
}


@pytest.mark.parametrize("name", list(FILES))
def test_a_file_that_cannot_be_used_is_one_sentence(settings: Settings, tmp_path: Path, name: str) -> None:
    path = csv(tmp_path, FILES[name])
    error = run("project", "new", "own", "--data", path, "--target", "y")["error"]
    assert error["message"].endswith(".")
    assert "Traceback" not in error["message"]
    assert error["hint"]
    assert run("project", "list", code=0)["projects"] == [], "nothing half-made stays"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("project", "show", "nobody"), "nobody"),
        (("train", "nobody"), "nobody"),
        (("run", "show", "99"), "99"),
        (("run", "cancel", "99"), "99"),
        (("run", "resume", "99"), "99"),
        (("runs", "nobody"), "nobody"),
        (("holdout", "open", "nobody", "--expect", "0.5"), "nobody"),
        (("predict", "nobody", "x.csv", "--out", "y.csv"), "nobody"),
        (("explain", "nobody"), "nobody"),
        (("brief", "nobody", "--question", "x"), "nobody"),
        (("decide", "nobody", "metric", "x"), "nobody"),
        (("publish", "nobody", "--out", "site"), "nobody"),
        (("project", "new", "x", "--template", "nobody"), "nobody"),
        (("check", "no-such-file.csv"), "no-such-file.csv"),
        (("verify", "no-such-folder"), "no-such-folder"),
        (("restore", "no-such-file.zip"), "no-such-file.zip"),
        (("project", "new", "Not A Slug", "--template", "penguin-species"), "Not A Slug"),
        (("project", "new", "../up", "--template", "penguin-species"), "../up"),
        (("project", "new", "x"), "template"),
        (("train", "x", "--seconds", "many"), "many"),
    ],
)
def test_what_does_not_exist_is_named(settings: Settings, words: tuple[str, ...], said: str) -> None:
    error = run(*words)["error"]
    assert said in error["message"]
    assert error["hint"]


def test_a_column_that_does_not_exist_is_named_with_those_that_do(settings: Settings, tmp_path: Path) -> None:
    path = csv(tmp_path, "a,b,y\n" + ROWS)
    error = run("project", "new", "own", "--data", path, "--target", "z")["error"]
    assert "'z'" in error["message"]
    assert "a, b, y" in error["hint"]


@pytest.mark.parametrize("criterion", ["roc_auc", "roc_auc >= high", "nonsense >= 1", "rmse <= 3", "roc_auc <= 0.8"])
def test_a_criterion_that_cannot_be_judged(settings: Settings, tmp_path: Path, criterion: str) -> None:
    run("project", "new", "own", "--data", csv(tmp_path, "a,b,y\n" + ROWS), "--target", "y", code=0)
    assert run("brief", "own", "--criterion", criterion)["error"]["hint"]


@pytest.mark.parametrize("options", [("--seconds", "0"), ("--seconds", "-5"), ("--trials", "0"), ("--seconds", "nan")])
def test_an_impossible_budget(settings: Settings, tmp_path: Path, options: tuple[str, str]) -> None:
    run("project", "new", "own", "--data", csv(tmp_path, "a,b,y\n" + ROWS), "--target", "y", code=0)
    assert run("train", "own", *options)["error"]["hint"]


@pytest.mark.parametrize("share", ["0.9", "-1", "much"])
def test_an_impossible_hold_out(settings: Settings, tmp_path: Path, share: str) -> None:
    path = csv(tmp_path, "a,b,y\n" + ROWS)
    assert run("project", "new", "own", "--data", path, "--target", "y", "--holdout", share)["error"]["hint"]


def test_a_project_that_keeps_no_hold_out_can_be_neither_tested_nor_published(
    settings: Settings, tmp_path: Path
) -> None:
    path = csv(tmp_path, "a,b,y\n" + ROWS)
    run("project", "new", "own", "--data", path, "--target", "y", "--holdout", "0", code=0)
    assert run("project", "show", "own", code=0)["holdout"]["rows"] == 0
    assert "hold-out" in run("publish", "own", "--out", tmp_path / "site")["error"]["message"]


def test_a_parquet_file_is_read_as_well(settings: Settings, tmp_path: Path) -> None:
    frame = pd.read_csv(csv(tmp_path, "a,b,y\n" + ROWS))
    frame.to_parquet(tmp_path / "file.parquet")
    assert run("check", tmp_path / "file.parquet", "--target", "y", code=0)["rows"] == 60
    (tmp_path / "broken.parquet").write_bytes((tmp_path / "file.parquet").read_bytes()[:200])
    assert run("check", tmp_path / "broken.parquet")["error"]["hint"]


def test_a_database_of_a_newer_version(settings: Settings) -> None:
    run("project", "list", code=0)
    with sqlite3.connect(settings.database) as connection:
        connection.execute("PRAGMA user_version = 999")
    connection.close()
    assert "newer version" in run("project", "list")["error"]["message"]


def test_a_home_folder_that_is_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "home"
    path.write_text("a file")
    monkeypatch.setenv("PROOFOLIO_HOME", str(path))
    assert run("project", "list")["error"]["hint"]


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write into a folder that nobody may write into")
def test_a_read_only_home_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    home = tmp_path / "home"
    home.mkdir(mode=0o500)
    monkeypatch.setenv("PROOFOLIO_HOME", str(home))
    assert "cannot be written" in run("project", "list")["error"]["message"]


def test_people_read_one_line_without_json(settings: Settings) -> None:
    done = CliRunner().invoke(main, ["project", "show", "nobody"])
    assert done.exit_code == 2
    assert done.stdout == ""
    assert done.stderr.startswith("Error: There is no project 'nobody'.")
    assert done.stderr.count("\n") == 1
