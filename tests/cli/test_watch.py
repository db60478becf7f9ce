"""The commands of Watch: the promised fields, and faults as one sentence before anything is queued."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from engine.cli import main
from engine.cli import watch as room
from engine.settings import Settings
from engine.store import runs, watch
from engine.store.db import connect
from tests.charts.test_drift import report
from tests.conftest import MOMENT


@pytest.mark.parametrize("command", [["watch", "demo", "x.csv"], ["rollback", "demo", "why"], ["retrain", "demo"]])
def test_what_cannot_be_done_is_one_sentence_and_exit_code_2(
    settings: Settings, project: object, tmp_path: Path, command: list[str]
) -> None:
    path = tmp_path / "x.csv"
    path.write_text("a,y\n1,yes\n", encoding="utf-8")
    done = CliRunner().invoke(main, [str(path) if part == "x.csv" else part for part in command] + ["--json"])
    assert done.exit_code == 2
    assert set(json.loads(done.stdout)["error"]) == {"message", "hint"}
    with connect(settings) as db:
        assert runs.all_of(db, "demo") == []


def test_the_promised_fields(settings: Settings, project: object) -> None:
    one = {"name": "n", "source": "file", "period": "", "dataset_sha256": "", "rows": 3, "labelled": 0}
    told = report() | {"findings": [], "retrain": {"advice": "keep", "reason": "r", "headline": "Yes."}}
    with connect(settings) as db:
        watch.add_batches(db, "demo", 7, "demo", 1, [one | {"report": told}], MOMENT)
        found = room.watching.described(watch.batches(db, "demo")[0])
    assert {"drift", "performance", "retrain"} <= set(found)
    assert {"column", "statistic", "effect", "verdict"} <= set(found["drift"][0])
    assert {"advice", "reason"} <= set(found["retrain"])
    assert "1 of 2 columns drifted" in room._told(found)
