"""Files on their way in, recipes, measures, acceptances and notes: stored as they are, kept by an upgrade."""

import io
import json
import sqlite3
from pathlib import Path

import pytest
from sqlite_utils import Database

from engine.domain.data import Provenance
from engine.domain.intake import DataNotes
from engine.domain.reading import Conversion, ConversionKind, FileFormat, Reading
from engine.domain.recipe import Recipe, Step, StepKind
from engine.domain.run import RunKind
from engine.errors import NotFoundError
from engine.settings import Settings
from engine.store import files, intakes, projects, recipes, runs
from engine.store.db import connect
from engine.store.migrations import MIGRATIONS, NAMES
from tests.conftest import MOMENT, make_project

READING = Reading(
    format=FileFormat.DELIMITED,
    encoding="cp1252",
    delimiter=";",
    skip_lines=2,
    missing=("k.A.",),
    conversions=(Conversion(column="price", to=ConversionKind.NUMBER, options={"decimal": ","}, cells=3),),
    notes=("Two title lines are left out.",),
)
RECIPE = Recipe(steps=(Step(kind=StepKind.LIMIT, columns=("x",), options={"low": 0, "high": 9.5}, reason="known"),))


def bring(settings: Settings) -> int:
    with connect(settings) as db:
        return intakes.add(
            db,
            name="../../sales.csv",
            sha256="ab",
            size_bytes=3,
            provenance=Provenance(source="own file"),
            newer_than=None,
            at=MOMENT,
        )


def test_a_file_on_its_way_in_is_read_back_as_it_was_stored(settings: Settings) -> None:
    number = bring(settings)
    with connect(settings) as db:
        run_id = runs.add(db, "", RunKind.CHECK, {"intake": number}, MOMENT)
        intakes.set_run(db, number, run_id, reading=READING, target="y")
        intakes.set_found(db, number, READING, {"rows": 7})
        one = intakes.get(db, number)
        assert (one.reading, one.target, one.run_id, one.found) == (READING, "y", run_id, {"rows": 7})
        assert runs.get(db, run_id).project == ""
        assert [waiting.id for waiting in intakes.waiting(db)] == [number]
        make_project(settings)
        intakes.set_project(db, number, "demo")
        assert intakes.waiting(db) == []
        intakes.remove(db, number)
        assert intakes.get(db, number).project == "demo", "what became a project is not forgotten"
        with pytest.raises(NotFoundError):
            intakes.get(db, number + 1)


def test_recipes_have_versions_and_an_unchanged_one_adds_none(settings: Settings) -> None:
    make_project(settings)
    with connect(settings) as db:
        assert recipes.latest(db, "demo") == (0, Recipe())
        assert recipes.save(db, "demo", RECIPE, MOMENT) == 1
        assert recipes.save(db, "demo", RECIPE, MOMENT) == 1
        assert recipes.save(db, "demo", Recipe(), MOMENT) == 2
        assert [(version, one) for version, one, _ in recipes.versions(db, "demo")] == [(2, Recipe()), (1, RECIPE)]


def test_measures_acceptances_and_notes_are_read_back(settings: Settings) -> None:
    make_project(settings)
    notes = DataNotes(dictionary={"x": "a length, in mm"}, questions=(("Since when?", ""),))
    with connect(settings) as db:
        run_id = runs.add(db, "demo", RunKind.RECIPE, {}, MOMENT)
        recipes.add_measure(
            db,
            project="demo",
            run_id=run_id,
            subject="s",
            before=Recipe(),
            after=RECIPE,
            payload={"verdict": "better"},
            at=MOMENT,
        )
        assert Recipe.from_dict(recipes.measures(db, "demo")[0].after) == RECIPE
        recipes.accept(db, "demo", "PF-L01", ["a", "b"], "first", MOMENT)
        recipes.accept(db, "demo", "PF-L01", ["a", "b"], "second", MOMENT)
        assert [one.reason for one in recipes.acceptances(db, "demo")] == ["second"]
        recipes.reopen(db, "demo", "PF-L01", ["a"])
        assert len(recipes.acceptances(db, "demo")) == 1
        recipes.reopen(db, "demo", "PF-L01", ["a", "b"])
        assert recipes.acceptances(db, "demo") == []
        recipes.set_notes(db, "demo", notes, MOMENT)
        assert recipes.notes(db, "demo") == notes


def test_an_upgrade_keeps_every_run_and_what_points_at_it(settings: Settings) -> None:
    settings.home.mkdir(parents=True)
    connection = sqlite3.connect(settings.database)
    old = Database(connection, execute_plugins=False)
    MIGRATIONS.apply(old, stop_before=NAMES[1])
    connection.execute("PRAGMA user_version = 1")
    with connection:
        connection.execute("INSERT INTO datasets VALUES ('s', 'n', 1, 1, '[]', '{}', '')")
        connection.execute("INSERT INTO projects VALUES ('p', 't', 'open', '', '', 's', '{}', '{}', NULL, '', NULL)")
        connection.execute(
            "INSERT INTO runs (id, project, kind, status, params, created_at) "
            "VALUES (7, 'p', 'train', 'done', '{}', '')"
        )
        connection.execute("INSERT INTO events (run_id, at, level, message) VALUES (7, '', 'info', 'kept')")
    connection.close()
    with connect(settings) as db:
        assert db.conn.execute("SELECT count(*) FROM runs WHERE id = 7").fetchone() == (1,)
        assert db.conn.execute("SELECT message FROM events WHERE run_id = 7").fetchone() == ("kept",)
        assert db.conn.execute("PRAGMA foreign_keys").fetchone() == (1,)
        with pytest.raises(sqlite3.IntegrityError):
            db.conn.execute("INSERT INTO events (run_id, at, level, message) VALUES (8, '', 'info', 'lost')")


def test_a_brought_file_stands_under_its_hash_whatever_it_is_called(settings: Settings, tmp_path: Path) -> None:
    sha256, size = files.put_intake(settings, io.BytesIO(b"a,b\n1,2\n"))
    assert size == 8
    assert files.intake_path(settings, sha256).read_bytes() == b"a,b\n1,2\n"
    assert files.put_intake(settings, files.intake_path(settings, sha256)) == (sha256, size)
    assert [one.name for one in (settings.home / "incoming").iterdir()] == [sha256]
    files.remove_intake(settings, sha256)
    with pytest.raises(NotFoundError):
        files.intake_path(settings, sha256)


def test_a_project_keeps_how_its_file_was_read(settings: Settings) -> None:
    make_project(settings)
    with connect(settings) as db:
        assert projects.get(db, "demo").reading is None
        db.conn.execute("UPDATE projects SET reading = ?", [json.dumps(READING.as_dict())])
        assert projects.get(db, "demo").reading == READING
