"""By command line from a pasted posting to an answered one: requirements, application, calendar, CSV, resume."""

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from engine.cli import main
from engine.settings import Settings

POSTING = "Data analyst\nCompany: Example Ltd\nPython and SQL; Bachelor or equivalent\n60,000 EUR a year, remote\n"


def run(*arguments: str, given: str | bytes | None = None, code: int = 0) -> dict[str, Any]:
    done = CliRunner().invoke(main, [*arguments, "--json"], input=given)
    assert done.exit_code == code, done.output
    return dict(json.loads(done.stdout))


def test_the_way_from_a_posting_to_a_resume(settings: Settings, tmp_path: Path) -> None:
    added = run("posting", "add", "-", given=POSTING)
    number = str(added["posting"])
    assert (added["degree"], added["remote"], added["pay_low"]) == ("equivalent", True, 60_000)
    shown = run("posting", "show", number)["requirements"]
    assert [one["skill"] for one in shown] == ["python-core", "sql-queries"]
    assert all(one["missing"] and one["todo"] for one in shown)
    assert run("posting", "list")["total"] == 1
    begun = str(run("application", "add", "--posting", number)["application"])
    moved = run("application", "move", begun, "applied", "--next", "Call", "--on", "2026-12-01")
    assert (moved["status"], moved["next_on"]) == ("applied", "2026-12-01")
    assert run("application", "list", "--status", "applied")["total"] == 1
    assert run("application", "calendar", str(tmp_path / "a.ics"))["events"] == 1
    run("application", "export", str(tmp_path / "a.csv"))
    assert run("application", "import", str(tmp_path / "a.csv"))["changed"] == 1
    (tmp_path / "in.json").write_text('{"basics": {"name": "Ann"}, "x-more": 1}', encoding="utf-8")
    run("resume", "import", str(tmp_path / "in.json"))
    for ending, start in (("json", b"{"), ("html", b"<!doctype"), ("pdf", b"%PDF")):
        run("resume", "export", str(tmp_path / f"r.{ending}"), "--for", number)
        assert (tmp_path / f"r.{ending}").read_bytes().startswith(start)
    assert json.loads((tmp_path / "r.json").read_text())["x-more"] == 1
    assert run("posting", "delete", number)["deleted"] == int(number)
    assert run("application", "list")["applications"][0]["posting"] is None


@pytest.mark.parametrize(
    "arguments",
    [
        ("posting", "add", "no-such-file"),
        ("posting", "show", "7"),
        ("posting", "delete", "7"),
        ("application", "add"),
        ("application", "add", "--posting", "7"),
        ("application", "move", "7", "applied"),
        ("resume", "export", "r.json", "--for", "7"),
        ("resume", "export", "r.json", "--project", "none"),
    ],
)
def test_a_wrong_name_is_one_sentence(settings: Settings, arguments: tuple[str, ...]) -> None:
    assert run(*arguments, code=2)["error"]["message"].endswith(".")


@pytest.mark.parametrize("given", [b"\0" * 500, b"\xff\xfe" * 100, b"<script>alert(1)</script>", "שלום".encode()])
def test_hostile_bytes_are_harmless(settings: Settings, given: bytes) -> None:
    done = CliRunner().invoke(main, ["posting", "add", "-", "--json"], input=given)
    assert done.exit_code in (0, 2)
    assert "Traceback" not in done.output


def test_five_megabytes_are_refused_in_one_sentence(settings: Settings) -> None:
    assert "characters" in run("posting", "add", "-", given="a" * 6_000_000, code=2)["error"]["message"]
