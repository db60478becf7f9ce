"""Taking a project out: the files that are written, and what is refused."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from engine.actions import publishing, sharing
from engine.cli import main
from engine.domain.writeup import Credit, ValueEstimate
from engine.errors import InputError, NotFoundError, StateError
from engine.settings import Settings
from engine.store.db import connect
from tests.evidence.story import Story, store_project, tell


@pytest.fixture
def told(settings: Settings) -> Settings:
    with connect(settings) as db:
        tell(settings, db, Story())
        store_project(settings, db, Story(slug="fresh", seed=3))
    return settings


def test_the_kit_is_written_once_and_never_over_a_file(told: Settings, tmp_path: Path) -> None:
    found = sharing.write_kit(told, "churn", tmp_path / "kit")
    names = {path.relative_to(tmp_path / "kit").as_posix() for path in (tmp_path / "kit").rglob("*") if path.is_file()}
    assert names == set(found["files"])
    assert {"linkedin.txt", "x.txt", "facebook.txt", "card.png", "badges/licence.svg"} <= names
    assert (tmp_path / "kit/x.txt").read_text(encoding="utf-8").strip() == found["drafts"][1]["text"]
    (tmp_path / "kit/x.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(InputError, match="is there already"):
        sharing.write_kit(told, "churn", tmp_path / "kit")
    assert (tmp_path / "kit/x.txt").read_text(encoding="utf-8") == "mine"
    assert (found["address"], found["published"]) == ("", False)


def test_a_pdf_replaces_a_pdf_and_nothing_else(told: Settings, tmp_path: Path) -> None:
    out = tmp_path / "churn.pdf"
    for one_page in (False, True):
        sharing.export_pdf(told, ["churn"], out, one_page=one_page)
        assert out.read_bytes().startswith(b"%PDF-")
    out.write_text("mine", encoding="utf-8")
    with pytest.raises(InputError, match="no PDF"):
        sharing.export_pdf(told, ["churn"], out)
    with pytest.raises(InputError, match="folder"):
        sharing.export_pdf(told, ["churn"], tmp_path)
    assert out.read_text(encoding="utf-8") == "mine"


def test_without_a_result_there_is_nothing_to_share(told: Settings, tmp_path: Path) -> None:
    with pytest.raises(StateError, match="no evaluated result"):
        sharing.kit(told, "fresh")
    with pytest.raises(StateError, match="no evaluated result"):
        sharing.export_pdf(told, ["fresh"], tmp_path / "x.pdf")
    with pytest.raises(NotFoundError):
        sharing.kit(told, "nowhere")
    assert list(tmp_path.glob("*.pdf")) == []


def test_by_command(told: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PROOFOLIO_HOME", str(told.home))
    run = CliRunner().invoke
    shown = run(main, ["share", "churn"])
    assert shown.exit_code == 0
    assert "LinkedIn post" in shown.output
    assert "Give the site address" in shown.output
    document = json.loads(run(main, ["share", "churn", "--json"]).stdout)
    assert [one["place"] for one in document["drafts"]] == ["linkedin", "x", "facebook", "linkedin_project"]
    assert run(main, ["export", "churn", "--as", "pdf", "--out", str(tmp_path / "a.pdf")]).exit_code == 0
    assert run(main, ["export", "churn", "--as", "talk", "--out", str(tmp_path / "talk.md")]).exit_code == 0
    assert (tmp_path / "talk.md").read_text(encoding="utf-8").startswith("# Who leaves next month")
    done = run(main, ["export", "churn", "churn", "--as", "cards", "--out", str(tmp_path / "c"), "--json"])
    assert done.exit_code == 2
    assert "PDF only" in json.loads(done.stdout)["error"]["message"]


def test_fields_of_their_own_are_kept_and_checked(told: Settings) -> None:
    value = ValueEstimate(low=1, high=2, unit="EUR", assumptions=("It holds.",))
    credits = [Credit(name="Grace", did="labelled", link="https://a.b")]
    publishing.save_extras(told, "churn", value, credits)
    kept = publishing.extras(told, "churn")
    assert (kept.value, kept.credits) == (value, tuple(credits))
    bad = [
        (ValueEstimate(low=1), []),
        (ValueEstimate(low=3, high=2, unit="EUR", assumptions=("x",)), []),
        (ValueEstimate(low=1, high=2, assumptions=("x",)), []),
        (ValueEstimate(low=1, high=2, unit="EUR"), []),
        (ValueEstimate(), [Credit(name="Grace", did="")]),
        (ValueEstimate(), [Credit(name="Grace", did="x", link="javascript:alert(1)")]),
    ]
    for wrong, who in bad:
        with pytest.raises(InputError):
            publishing.save_extras(told, "churn", wrong, who)
    assert publishing.extras(told, "churn") == kept
