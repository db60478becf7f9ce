"""The schema, as a list of named steps. A step that was released is never changed; a new one is added."""

from __future__ import annotations

from sqlite_utils import Database, Migrations

from engine.store import tables, tables_of_jobs, watch_schema

MIGRATIONS = Migrations("proofolio")


@MIGRATIONS(name="0001_first_schema")
def first_schema(db: Database) -> None:
    """Tables of the main path: one aggregate each."""
    for statement in tables.FIRST_SCHEMA:
        db.conn.execute(statement)


@MIGRATIONS(name="0002_data_room")
def data_room(db: Database) -> None:
    """Files on their way in, recipes, their measured effects, accepted findings, notes on the data."""
    for statement in tables.DATA_ROOM:
        db.conn.execute(statement)


@MIGRATIONS(name="0003_search")
def search(db: Database) -> None:
    """Keep how many seconds a training run has used, and where a trial was taken over from."""
    for statement in tables.SEARCH:
        db.conn.execute(statement)


@MIGRATIONS(name="0004_train")
def train(db: Database) -> None:
    """Keep the trial that a run is fitting now."""
    db.conn.execute("ALTER TABLE runs ADD COLUMN in_hand TEXT NOT NULL DEFAULT '{}'")


@MIGRATIONS(name="0006_failing")
def failing(db: Database) -> None:
    """Keep diagnoses of models, sensitive columns, tags of rows, predictions made elsewhere."""
    for statement in tables.FAILING:
        db.conn.execute(statement)


@MIGRATIONS(name="0010_tries")
def tries(db: Database) -> None:
    """Keep what a person tried on one row, and which columns cannot change."""
    for statement in tables.TRIES:
        db.conn.execute(statement)


@MIGRATIONS(name="0011_record")
def record(db: Database) -> None:
    """Keep when a reason was written or that it was left out, and what help a project was given."""
    for statement in tables.RECORD:
        db.conn.execute(statement)


@MIGRATIONS(name="0012_skills")
def skills(db: Database) -> None:
    """Keep evidence that was made elsewhere, planned breaks, and how many days a week the person wants to work."""
    for statement in tables.SKILLS:
        db.conn.execute(statement)


@MIGRATIONS(name="0013_practice")
def practice(db: Database) -> None:
    """Keep the deck of practice, each answer, the quizzes, and what a person said about their own decisions."""
    for statement in tables.PRACTICE:
        db.conn.execute(statement)


@MIGRATIONS(name="0014_rebuilds")
def rebuilds(db: Database) -> None:
    """Keep what became of building an exported repository again."""
    for statement in tables.REBUILDS:
        db.conn.execute(statement)


@MIGRATIONS(name="0020_share")
def share(db: Database) -> None:
    """Keep what a page says besides its sections: the value estimate and who contributed."""
    for statement in tables.SHARE:
        db.conn.execute(statement)


@MIGRATIONS(name="0021_cases")
def cases(db: Database) -> None:
    """Keep what was said of finished projects with a planted flaw."""
    for statement in tables.CASES:
        db.conn.execute(statement)


MIGRATIONS(name="0016_jobs")(tables_of_jobs.make)


@MIGRATIONS(name="0017_watch")
def watch(db: Database) -> None:
    """Keep batches of new rows with their reports, challengers, and which model answers."""
    for statement in watch_schema.STATEMENTS:
        db.conn.execute(statement)


NAMES = tuple(migration.name for migration in MIGRATIONS._migrations)
"""Names of all steps, in order; their count is the version that the file carries."""
