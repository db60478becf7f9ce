"""The command line from a template to a verified page, in a home folder of its own, as separate processes."""

import csv
import json
import os
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
from dulwich import porcelain
from dulwich.repo import Repo

from engine.actions.projects import template
from engine.data.templates import read_frame
from engine.domain.metric import find_metric


class Shell:
    """Runs ``proofolio`` as a user would, and reads its JSON."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.environment = {**os.environ, "PROOFOLIO_HOME": str(folder / "home"), "PROOFOLIO_THREADS": "2"}

    def __call__(self, *words: object, code: int = 0) -> dict:
        done = subprocess.run(
            [sys.executable, "-m", "engine.cli", *map(str, words), "--json"],
            env=self.environment,
            cwd=self.folder,
            capture_output=True,
            text=True,
            check=False,
            timeout=200,
        )
        assert done.returncode == code, (words, done.stdout, done.stderr)
        assert done.stdout.count("\n") == 1, "one document"
        return json.loads(done.stdout)


@pytest.fixture(scope="module")
def shell(tmp_path_factory: pytest.TempPathFactory) -> Shell:
    return Shell(tmp_path_factory.mktemp("cli"))


@pytest.fixture(scope="module")
def trained(shell: Shell) -> dict:
    shell("project", "new", "penguins", "--template", "penguin-species")
    return shell("train", "penguins", "--trials", 9, "--seed", 3)


def test_templates_are_listed(shell: Shell) -> None:
    found = shell("templates")["templates"]
    assert {"penguin-species", "house-prices-ames", "telecom-churn"} <= {one["slug"] for one in found}
    assert {"slug", "title", "level", "task"} <= set(found[0])


def test_training_gives_the_fields_that_others_rely_on(trained: dict) -> None:
    assert trained["status"] == "done"
    assert trained["trials"] == 9
    assert trained["seed"] == 3
    assert {"family", "score", "low", "high"} <= set(trained["best"])
    rows = trained["leaderboard"]
    assert {row["kind"] for row in rows} >= {"dummy", "simple", "default"}
    wanted = {
        "rank",
        "family",
        "kind",
        "score",
        "low",
        "high",
        "fit_seconds",
        "predict_seconds",
        "size_bytes",
        "tie_group",
        "clarity",
        "outer",
    }
    assert all(wanted <= set(row) for row in rows)
    assert [row["rank"] for row in rows] == list(range(1, len(rows) + 1))
    dummy = next(row for row in rows if row["kind"] == "dummy")
    assert rows[0]["tie_group"] == 1 < dummy["tie_group"]
    assert trained["exploratory"] is False, "a template brings its brief"
    by_trial = {row["trial"]: row for row in rows}
    simple = trained["simple_enough"]
    assert by_trial[simple["trial"]]["clarity"] == simple["clarity"]
    assert simple["gives_up"] >= 0
    assert by_trial[trained["recommended"]]["kind"] != "dummy"
    assert trained["recommendation"]["prefer"] == "score"
    sign = 1 if find_metric(trained["metric"]).higher_is_better else -1
    for row in rows:
        # What is left after the luck of being chosen is never better than what was measured.
        assert sign * row["outer"] <= sign * row["score"] + 1e-12
        if row["kind"] in ("dummy", "simple") and row["trial"] != trained["best"]["trial"]:
            assert row["outer"] == pytest.approx(row["score"])


def test_a_search_with_chosen_families_and_ranges(shell: Shell, trained: dict) -> None:
    listed = {one["id"]: one for one in shell("families", "--task", "multiclass")["families"]}
    rate = next(one for one in listed["lightgbm"]["space"] if one["name"] == "learning_rate")
    assert rate["low"] < 0.2 < rate["highest"]
    space = shell.folder / "space.json"
    space.write_text('{"lightgbm": {"learning_rate": {"low": 0.2, "high": 0.3}, "num_leaves": 5}}')
    done = shell("train", "penguins", "--trials", 4, "--families", "lightgbm", "--space", space, "--prefer", "score")
    assert done["status"] == "done"
    assert done["space"]["lightgbm"]["num_leaves"] == {"value": 5}
    assert {row["family"] for row in done["leaderboard"]} <= {"dummy", "linear", "lightgbm", "ensemble"}
    assert done["recommendation"]["prefer"] == "score"
    for text, said in (("{", "not JSON"), ("[]", "no object"), ('{"linear": {"X": 1}}', "no setting 'X'")):
        space.write_text(text)
        assert said in shell("train", "penguins", "--trials", 4, "--space", space, code=2)["error"]["message"]
    assert "no model family" in shell("train", "penguins", "--families", "nonsense", code=2)["error"]["message"]
    assert len(shell("runs", "penguins")["runs"]) < 9, "nothing was queued by what was refused"


def test_the_same_seed_repeats_the_search(shell: Shell, trained: dict) -> None:
    again = shell("train", "penguins", "--trials", 9, "--seed", 3)
    keep = ("rank", "family", "kind", "score", "low", "high", "tie_group")
    assert [[row[key] for key in keep] for row in again["leaderboard"]] == [
        [row[key] for key in keep] for row in trained["leaderboard"]
    ]


def test_a_replay_gives_the_recorded_scores(shell: Shell, trained: dict) -> None:
    shown = shell("run", "replay", trained["run_id"], "--all")
    assert shown["equal"]
    assert shown["versions_differ"] == []
    assert len(shown["trials"]) == trained["trials"] - trained["failed"] + bool(trained["ensemble"])
    assert all(one["found"] == pytest.approx(one["recorded"], rel=1e-9) for one in shown["trials"])


def test_a_replay_tells_a_score_that_was_changed(shell: Shell, trained: dict) -> None:
    number = trained["leaderboard"][0]["number"]
    with sqlite3.connect(shell.folder / "home" / "proofolio.db") as db:
        where = "WHERE run_id = ? AND number = ?"
        db.execute(f"UPDATE trials SET score = score + 0.001 {where}", [trained["run_id"], number])
    shown = shell("run", "replay", trained["run_id"], "--trial", number, code=1)
    with sqlite3.connect(shell.folder / "home" / "proofolio.db") as db:
        db.execute(f"UPDATE trials SET score = score - 0.001 {where}", [trained["run_id"], number])
    assert not shown["equal"]
    assert [one["equal"] for one in shown["trials"]] == [False]
    assert "no trial" in shell("run", "replay", trained["run_id"], "--trial", 999, code=2)["error"]["message"].lower()


def test_a_run_goes_on_from_another(shell: Shell, trained: dict) -> None:
    shown = shell("train", "penguins", "--trials", 2, "--seed", 4, "--from", trained["run_id"])
    assert (shown["trials"], shown["taken_over"]) == (2, trained["trials"] - trained["failed"])
    before = max(row["number"] for row in trained["leaderboard"] if row["kind"] != "ensemble")
    assert max(row["number"] for row in shown["leaderboard"]) > before
    assert shell("run", "replay", shown["run_id"])["equal"], "a trial that was taken over keeps its own seed"
    refused = shell("train", "penguins", "--from", trained["run_id"], "--fresh", code=2)
    assert "not both" in refused["error"]["message"]


def test_project_show(shell: Shell, trained: dict) -> None:
    shown = shell("project", "show", "penguins")
    assert shown["dataset"]["target"] == "species"
    assert shown["dataset"]["task"] == "multiclass"
    assert shown["holdout"]["openings"] == 0
    assert shown["brief"]["missing"] == []
    assert shown["best"]


def test_explanation_for_all_rows_and_for_one(shell: Shell, trained: dict) -> None:
    everything = shell("explain", "penguins")
    assert everything["words"]
    shares = [one["value"] for one in everything["importance"]]
    assert shares == sorted(shares, reverse=True)
    with (shell.folder / "train.csv").open("w") as stream:
        stream.write("")
    shell("data", "export", "penguins", "--out", shell.folder / "data")
    with (shell.folder / "data" / "train.csv").open() as stream:
        row = next(csv.DictReader(stream))["row"]
    one = shell("explain", "penguins", "--row", row)
    total = one["row"]["base"] + sum(part["value"] for part in one["row"]["contributions"])
    assert total == pytest.approx(one["row"]["prediction"], abs=1e-6)
    assert shell("explain", "penguins", "--row", 99999, code=1)["error"]["hint"]


def test_the_exported_test_features_hold_no_labels(shell: Shell, trained: dict) -> None:
    shell("data", "export", "penguins", "--out", shell.folder / "data")
    header = (shell.folder / "data" / "test_features.csv").read_text().splitlines()[0]
    assert "species" not in header


def test_predictions_have_one_row_for_each_row(shell: Shell, trained: dict) -> None:
    frame = read_frame(template("penguin-species")).drop(columns="species").head(17)
    frame.to_csv(shell.folder / "new.csv", index=False)
    done = shell("predict", "penguins", shell.folder / "new.csv", "--out", shell.folder / "predictions.csv")
    assert done["rows"] == 17
    with (shell.folder / "predictions.csv").open() as stream:
        rows = list(csv.DictReader(stream))
    assert [row["row"] for row in rows] == [str(n) for n in range(17)]
    assert {"prediction", "probability_Adelie"} <= set(rows[0])
    assert all(abs(sum(float(row[k]) for k in row if k.startswith("probability_")) - 1) < 1e-6 for row in rows)
    shorter = frame.drop(columns="bill_length_mm")
    shorter.to_csv(shell.folder / "short.csv", index=False)
    error = shell("predict", "penguins", shell.folder / "short.csv", "--out", shell.folder / "p.csv", code=2)["error"]
    assert "bill_length_mm" in error["message"]


def test_decisions_promotion_and_closing(shell: Shell, trained: dict) -> None:
    assert shell("decide", "penguins", "metric", "Each species counts alike")["id"]
    simple = next(row for row in trained["leaderboard"] if row["kind"] == "simple")
    done = shell("promote", "penguins", simple["number"], "A ranger can read it", "--run", trained["run_id"])
    assert done["family"] == simple["family"]
    assert shell("promote", "penguins", 4711, "because", code=2)["error"]["hint"]
    assert shell("decide", "penguins", "metric", "  ", code=2)["error"]["message"]


def test_from_the_hold_out_to_a_verified_page(shell: Shell, trained: dict) -> None:
    opened = shell("holdout", "open", "penguins", "--expect", 0.97)
    assert opened["openings"] == 1
    assert opened["expected"] == 0.97
    assert opened["verdict"]
    assert {one["name"] for one in opened["metrics"]} >= {"f1_macro"}
    assert opened["baseline"][0]["value"] < opened["metrics"][0]["value"]
    again = shell("holdout", "open", "penguins", "--expect", 0.97)
    assert again["openings"] == 2, "each opening is counted"
    site = shell.folder / "site"
    shell("publish", "penguins", "--out", site)
    good = shell("verify", site)
    assert good["ok"]
    assert good["level"] >= 2
    table = next(site.rglob("predictions*.csv"))
    text = table.read_text()
    place = text.rindex("0.")
    changed = "1" if text[place + 2] != "1" else "2"
    table.write_text(text[: place + 2] + changed + text[place + 3 :])
    bad = shell("verify", site, code=1)
    assert not bad["ok"]
    assert any(not check["ok"] for check in bad["checks"])


def test_a_repository_gives_the_published_scores_without_this_program(shell: Shell, trained: dict) -> None:
    repository = shell.folder / "repository"
    done = shell("export", "penguins", "--as", "repo", "--out", repository)
    assert done["lines"] < 400
    assert done["commits"] >= 8
    with Repo(str(repository)) as history:
        kept = porcelain.status(history, untracked_files="all")
    assert not any(kept.staged.values()), "every file as it is"
    assert not kept.unstaged
    assert not kept.untracked
    checked = shell("verify", repository)
    assert (checked["ok"], checked["level"]) == (True, 2)
    environment = {**os.environ, "PYTHONPATH": str(repository), "PYTHONDONTWRITEBYTECODE": "1"}
    alone = subprocess.run([sys.executable, "-I", "check.py"], cwd=repository, capture_output=True, check=False)
    assert alone.returncode == 0, alone.stdout
    for words in (["penguins.modeling.evaluate"], ["pytest", "-q", "-p", "no:cacheprovider", "tests"]):
        ran = subprocess.run(
            [sys.executable, "-m", *words], cwd=repository, env=environment, capture_output=True, text=True, check=False
        )
        assert ran.returncode == 0, ran.stdout + ran.stderr
    found = json.loads((repository / "reports" / "reproduced.json").read_text())
    published = json.loads((repository / "reports" / "metrics.json").read_text())
    assert found == pytest.approx(published, rel=1e-6)
    assert "engine" not in " ".join(path.read_text() for path in repository.rglob("*.py"))
    model = repository / "penguins" / "modeling" / "train.py"
    model.write_text(model.read_text().replace("return [", "return [  ", 1))
    assert not shell("verify", repository, code=1)["ok"], "a changed file of the code shows"


def test_skills_and_today(shell: Shell, trained: dict) -> None:
    found = shell("skills")["skills"]
    assert len(found) >= 12
    assert max(one["level"] for one in found) == 2, "a guided template proves no more than practice"
    assert shell("today")["next"]["sentence"]


def test_backup_and_restore(shell: Shell, trained: dict, tmp_path: Path) -> None:
    shell("backup", tmp_path / "backup.zip")
    other = Shell(tmp_path)
    assert other("restore", tmp_path / "backup.zip")["files"] > 5
    assert other("project", "show", "penguins")["best"] == shell("project", "show", "penguins")["best"]
    assert other("doctor")["ok"]
    assert other("restore", tmp_path / "backup.zip", code=2)["error"]["hint"]


def test_an_own_file_from_check_to_a_cancelled_run(shell: Shell, tmp_path: Path) -> None:
    frame = read_frame(template("telecom-churn")).head(900)
    frame.to_csv(tmp_path / "own.csv", index=False)
    checked = shell("check", tmp_path / "own.csv", "--target", "churn")
    assert checked["rows"] == 900
    assert checked["proposal"]["task"] == "binary"
    assert {"code", "title", "severity", "outcome", "columns", "rows", "message", "advice"} <= set(
        checked["findings"][0]
    )
    shell("project", "new", "own", "--data", tmp_path / "own.csv", "--target", "churn", "--metric", "average_precision")
    started = shell("train", "own", "--seconds", 60, "--detach")
    assert started["exploratory"] is True, "no brief was written"
    import time

    for _ in range(200):
        if shell("run", "show", started["run_id"])["trials"] >= 2:
            break
        time.sleep(0.1)
    shell("run", "cancel", started["run_id"])
    for _ in range(200):
        shown = shell("run", "show", started["run_id"])
        if shown["status"] not in ("running", "evaluating", "explaining"):
            break
        time.sleep(0.2)
    assert shown["status"] == "cancelled"
    assert shown["best"]["score"] > 0.3


def test_the_evaluation_says_what_follows_and_compares_any_two_models(shell: Shell, trained: dict) -> None:
    plain = shell("evaluate", "penguins")
    assert plain["comparison"] is None
    assert plain["decision"]["policies"]
    assert plain["intervals"] is None
    assert set(plain["decision"]["words"]) | set(plain["probability"]["words"]) <= set(plain["words"])
    assert plain["metrics"][0]["low"] <= plain["metrics"][0]["value"] <= plain["metrics"][0]["high"]
    rows = {row["trial"]: row for row in trained["leaderboard"]}
    best, dummy = rows[trained["recommended"]], next(row for row in rows.values() if row["kind"] == "dummy")
    found = shell("evaluate", "penguins", "--against", dummy["number"])["comparison"]
    assert found["verdict"] == "better"
    assert found["value"] == pytest.approx(abs(best["score"] - dummy["score"]))
    wide = shell("evaluate", "penguins", "--against", dummy["number"], "--band", 100)["comparison"]
    assert wide["verdict"] == "practically the same"
    shell("brief", "penguins", "--matters", 100)
    assert shell("evaluate", "penguins", "--against", dummy["number"])["comparison"]["band"] == 100
    shell("brief", "penguins", "--matters", 0)
    assert shell("evaluate", "penguins", "--against", dummy["number"])["comparison"]["band"] is None
    refused = shell("evaluate", "penguins", "--against", 4_000, code=2)["error"]
    assert "4000" in refused["message"]
    assert str(dummy["number"]) in refused["hint"]
