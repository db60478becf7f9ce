"""Practice by command."""

from pathlib import Path

from engine.settings import Settings
from engine.study import questions
from tests.cli.test_bad_input import run


def test_a_card_is_answered_by_command_once(settings: Settings, tmp_path: Path) -> None:
    found = run("practice", "due", code=0)
    assert len(found["cards"]) == 4
    one = questions.by_id(found["cards"][0]["id"])
    picked = one.answer if isinstance(one.answer, tuple) else (one.answer,)
    given = str(one.answer) if one.numeric else "\n".join(one.choices[int(index)] for index in picked)
    assert run("practice", "answer", one.id, given, code=0)["right"] is True
    assert len(run("practice", "due", code=0)["cards"]) == 3
    assert "none of the choices" in run("practice", "answer", _chosen(found), "<b>no</b>")["error"]["message"]
    target = tmp_path / "anki.txt"
    run("practice", "export", "--anki", target, code=0)
    assert target.read_text(encoding="utf-8").startswith("#separator:tab")
    run("practice", "export", "--csv", target, code=0)
    assert [line.split(",")[1] for line in target.read_text(encoding="utf-8").splitlines()] == ["item", one.id]
    assert run("practice", "export")["error"]["hint"]
    assert len(run("practice", "quiz", "--skill", "metrics-reading", code=0)["questions"]) == 8


def _chosen(found: dict) -> str:
    return next(one["id"] for one in found["cards"] if one["choices"])
