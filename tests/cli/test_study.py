"""Evidence, role and rhythm by command."""

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from engine.cli import main
from engine.settings import Settings
from tests.evidence.test_brought import chain


def run(*words: object, code: int = 0) -> dict[str, Any]:
    result = CliRunner().invoke(main, [*(str(word) for word in words), "--json"])
    assert result.exit_code == code, result.output
    return dict(json.loads(result.stdout))


def test_a_list_of_commits_is_brought(settings: Settings, tmp_path: Path) -> None:
    path = tmp_path / "commits.txt"
    path.write_bytes(chain(10))
    assert run("bring", "git-flow", "commits", path)["trust"] == "imported"
    found = {one["id"]: one for one in run("skills")["skills"]}["git-flow"]
    assert (found["level"], found["trust"]) == (2, "imported")
    assert found["evidence"][0]["ref"] == "brought/1"


def test_a_role_is_aimed_at(settings: Settings) -> None:
    assert "quant" in run("aim")["roles"]
    assert run("aim", "quant")["share"] == 0
    assert {"leakage", "time-series"} <= {one["id"] for one in run("aim")["missing"]}
    assert run("aim", "wizard", code=2)["error"]["hint"]


def test_a_break_is_planned(settings: Settings) -> None:
    assert run("pause", "--days", 2)["wanted"] == 2
    found = run("pause", "--from", "2999-01-01", "--to", "2999-01-09", "--note", "Walking")
    assert found["breaks"] == [{"from": "2999-01-01", "to": "2999-01-09", "note": "Walking"}]
    assert "week" in run("today")


@pytest.mark.parametrize(
    "words",
    [
        ("bring", "git-flow", "commits"),
        ("bring", "git-flow", "commits", "no/such/file"),
        ("bring", "magic", "link", "--link", "https://a.org"),
        ("pause", "--from", "2999-01-01"),
        ("pause", "--days", "9"),
    ],
)
def test_wrong_usage_is_one_sentence(settings: Settings, words: tuple[str, ...]) -> None:
    error = run(*words, code=2)["error"]
    assert error["message"]
    assert error["hint"]
