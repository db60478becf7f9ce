"""The schema, as a list of named steps. A step that was released is never changed; a new one is added."""

from __future__ import annotations

from sqlite_utils import Database, Migrations

from engine.store.watch_schema import STATEMENTS as _WATCH

MIGRATIONS = Migrations("proofolio")


@MIGRATIONS(name="0001_first_schema")
def first_schema(db: Database) -> None:
    """Tables of the main path: one aggregate each."""
    for statement in _FIRST_SCHEMA:
        db.conn.execute(statement)


@MIGRATIONS(name="0002_data_room")
def data_room(db: Database) -> None:
    """Files on their way in, recipes, their measured effects, accepted findings, notes on the data."""
    for statement in _DATA_ROOM:
        db.conn.execute(statement)


@MIGRATIONS(name="0003_search")
def search(db: Database) -> None:
    """Keep how many seconds a training run has used, and where a trial was taken over from."""
    for statement in _SEARCH:
        db.conn.execute(statement)


@MIGRATIONS(name="0004_train")
def train(db: Database) -> None:
    """Keep the trial that a run is fitting now."""
    db.conn.execute("ALTER TABLE runs ADD COLUMN in_hand TEXT NOT NULL DEFAULT '{}'")


@MIGRATIONS(name="0006_failing")
def failing(db: Database) -> None:
    """Keep diagnoses of models, sensitive columns, tags of rows, predictions made elsewhere."""
    for statement in _FAILING:
        db.conn.execute(statement)


@MIGRATIONS(name="0010_tries")
def tries(db: Database) -> None:
    """Keep what a person tried on one row, and which columns cannot change."""
    for statement in _TRIES:
        db.conn.execute(statement)


@MIGRATIONS(name="0011_record")
def record(db: Database) -> None:
    """Keep when a reason was written or that it was left out, and what help a project was given."""
    for statement in _RECORD:
        db.conn.execute(statement)


@MIGRATIONS(name="0012_skills")
def skills(db: Database) -> None:
    """Keep evidence that was made elsewhere, planned breaks, and how many days a week the person wants to work."""
    for statement in _SKILLS:
        db.conn.execute(statement)


@MIGRATIONS(name="0013_practice")
def practice(db: Database) -> None:
    """Keep the deck of practice, each answer, the quizzes, and what a person said about their own decisions."""
    for statement in _PRACTICE:
        db.conn.execute(statement)


@MIGRATIONS(name="0014_rebuilds")
def rebuilds(db: Database) -> None:
    """Keep what became of building an exported repository again."""
    for statement in _REBUILDS:
        db.conn.execute(statement)


@MIGRATIONS(name="0021_cases")
def cases(db: Database) -> None:
    """Keep what was said of finished projects with a planted flaw."""
    for statement in _CASES:
        db.conn.execute(statement)


@MIGRATIONS(name="0017_watch")
def watch(db: Database) -> None:
    """Keep batches of new rows with their reports, challengers, and which model stands."""
    for statement in _WATCH:
        db.conn.execute(statement)


_FIRST_SCHEMA = (
    """CREATE TABLE datasets (
        sha256 TEXT PRIMARY KEY, name TEXT NOT NULL, rows INTEGER NOT NULL, size_bytes INTEGER NOT NULL,
        columns TEXT NOT NULL, provenance TEXT NOT NULL, created_at TEXT NOT NULL)""",
    """CREATE TABLE projects (
        slug TEXT PRIMARY KEY, title TEXT NOT NULL, status TEXT NOT NULL, template TEXT NOT NULL,
        domain TEXT NOT NULL, dataset_sha256 TEXT NOT NULL REFERENCES datasets(sha256),
        problem TEXT NOT NULL, split TEXT NOT NULL, promoted INTEGER REFERENCES trials(id),
        created_at TEXT NOT NULL, closed_at TEXT)""",
    """CREATE TABLE profiles (
        project TEXT PRIMARY KEY REFERENCES projects(slug) ON DELETE CASCADE,
        findings TEXT NOT NULL, profile TEXT NOT NULL, created_at TEXT NOT NULL)""",
    """CREATE TABLE briefs (
        project TEXT NOT NULL REFERENCES projects(slug) ON DELETE CASCADE, version INTEGER NOT NULL,
        payload TEXT NOT NULL, created_at TEXT NOT NULL, PRIMARY KEY (project, version))""",
    """CREATE TABLE splits (
        project TEXT PRIMARY KEY REFERENCES projects(slug) ON DELETE CASCADE, spec TEXT NOT NULL,
        dataset_sha256 TEXT NOT NULL REFERENCES datasets(sha256), train_sha256 TEXT NOT NULL,
        train_rows INTEGER NOT NULL, holdout_sha256 TEXT, holdout_rows INTEGER NOT NULL,
        rows_sha256 TEXT NOT NULL, created_at TEXT NOT NULL)""",
    """CREATE TABLE runs (
        id INTEGER PRIMARY KEY, project TEXT NOT NULL REFERENCES projects(slug) ON DELETE CASCADE,
        kind TEXT NOT NULL, status TEXT NOT NULL, params TEXT NOT NULL, result TEXT NOT NULL DEFAULT '{}',
        phase TEXT NOT NULL DEFAULT '', progress REAL NOT NULL DEFAULT 0,
        cancel_requested INTEGER NOT NULL DEFAULT 0, pid INTEGER, error TEXT NOT NULL DEFAULT '',
        hint TEXT NOT NULL DEFAULT '', attempt INTEGER NOT NULL DEFAULT 0, created_at TEXT NOT NULL,
        started_at TEXT, heartbeat_at TEXT, finished_at TEXT)""",
    "CREATE INDEX runs_by_project ON runs (project, id)",
    "CREATE INDEX runs_by_status ON runs (status, id)",
    """CREATE TABLE trials (
        id INTEGER PRIMARY KEY, run_id INTEGER NOT NULL REFERENCES runs(id) ON DELETE CASCADE,
        number INTEGER NOT NULL, family TEXT NOT NULL, kind TEXT NOT NULL, config TEXT NOT NULL,
        ok INTEGER NOT NULL, reason TEXT NOT NULL DEFAULT '', score REAL, low REAL, high REAL,
        fold_scores TEXT NOT NULL DEFAULT '[]', fit_seconds REAL NOT NULL DEFAULT 0,
        predict_seconds REAL NOT NULL DEFAULT 0, size_bytes INTEGER NOT NULL DEFAULT 0,
        predictions TEXT NOT NULL DEFAULT '', created_at TEXT NOT NULL, UNIQUE (run_id, number))""",
    """CREATE TABLE events (
        id INTEGER PRIMARY KEY, run_id INTEGER NOT NULL REFERENCES runs(id) ON DELETE CASCADE,
        at TEXT NOT NULL, level TEXT NOT NULL, message TEXT NOT NULL)""",
    "CREATE INDEX events_by_run ON events (run_id, id)",
    """CREATE TABLE evaluations (
        id INTEGER PRIMARY KEY, run_id INTEGER NOT NULL REFERENCES runs(id) ON DELETE CASCADE,
        trial_id INTEGER NOT NULL REFERENCES trials(id) ON DELETE CASCADE, payload TEXT NOT NULL,
        created_at TEXT NOT NULL, UNIQUE (run_id, trial_id))""",
    """CREATE TABLE explanations (
        id INTEGER PRIMARY KEY, run_id INTEGER NOT NULL REFERENCES runs(id) ON DELETE CASCADE,
        trial_id INTEGER NOT NULL REFERENCES trials(id) ON DELETE CASCADE, payload TEXT NOT NULL,
        created_at TEXT NOT NULL, UNIQUE (run_id, trial_id))""",
    """CREATE TABLE openings (
        id INTEGER PRIMARY KEY, project TEXT NOT NULL REFERENCES projects(slug), run_id INTEGER NOT NULL
        REFERENCES runs(id), trial_id INTEGER NOT NULL REFERENCES trials(id), dataset_sha256 TEXT NOT NULL,
        metric TEXT NOT NULL, expected REAL NOT NULL, result TEXT NOT NULL DEFAULT '{}', opened_at TEXT NOT NULL)""",
    "CREATE INDEX openings_by_project ON openings (project, id)",
    """CREATE TABLE decisions (
        id INTEGER PRIMARY KEY, project TEXT NOT NULL REFERENCES projects(slug) ON DELETE CASCADE,
        step TEXT NOT NULL, choice TEXT NOT NULL, reason TEXT NOT NULL, run_id INTEGER REFERENCES runs(id),
        created_at TEXT NOT NULL)""",
    "CREATE INDEX decisions_by_project ON decisions (project, id)",
    """CREATE TABLE writeups (
        project TEXT NOT NULL REFERENCES projects(slug) ON DELETE CASCADE, version INTEGER NOT NULL,
        sections TEXT NOT NULL, facts TEXT NOT NULL, created_at TEXT NOT NULL, PRIMARY KEY (project, version))""",
    """CREATE TABLE skill_marks (
        skill TEXT NOT NULL, level INTEGER NOT NULL, trust TEXT NOT NULL, evidence TEXT NOT NULL,
        reached_at TEXT NOT NULL, PRIMARY KEY (skill, level))""",
    """CREATE TABLE publications (
        id INTEGER PRIMARY KEY, run_id INTEGER NOT NULL REFERENCES runs(id), projects TEXT NOT NULL,
        folder TEXT NOT NULL, evidence_sha256 TEXT NOT NULL, fingerprint TEXT NOT NULL, created_at TEXT NOT NULL)""",
    """CREATE TABLE profile (id INTEGER PRIMARY KEY CHECK (id = 1), payload TEXT NOT NULL, updated_at TEXT NOT NULL)""",
)

_DATA_ROOM = (
    # A run that looks at a file which is no project yet has no project. SQLite cannot loosen a column in place.
    """CREATE TABLE runs_new (
        id INTEGER PRIMARY KEY, project TEXT REFERENCES projects(slug) ON DELETE CASCADE,
        kind TEXT NOT NULL, status TEXT NOT NULL, params TEXT NOT NULL, result TEXT NOT NULL DEFAULT '{}',
        phase TEXT NOT NULL DEFAULT '', progress REAL NOT NULL DEFAULT 0,
        cancel_requested INTEGER NOT NULL DEFAULT 0, pid INTEGER, error TEXT NOT NULL DEFAULT '',
        hint TEXT NOT NULL DEFAULT '', attempt INTEGER NOT NULL DEFAULT 0, created_at TEXT NOT NULL,
        started_at TEXT, heartbeat_at TEXT, finished_at TEXT)""",
    "INSERT INTO runs_new SELECT * FROM runs",
    "DROP TABLE runs",
    "ALTER TABLE runs_new RENAME TO runs",
    "CREATE INDEX runs_by_project ON runs (project, id)",
    "CREATE INDEX runs_by_status ON runs (status, id)",
    """CREATE TABLE intakes (
        id INTEGER PRIMARY KEY, name TEXT NOT NULL, sha256 TEXT NOT NULL, size_bytes INTEGER NOT NULL,
        provenance TEXT NOT NULL, reading TEXT NOT NULL DEFAULT '{}', target TEXT NOT NULL DEFAULT '',
        found TEXT NOT NULL DEFAULT '{}', run_id INTEGER REFERENCES runs(id), newer_than TEXT REFERENCES projects(slug),
        project TEXT REFERENCES projects(slug), created_at TEXT NOT NULL)""",
    """CREATE TABLE recipes (
        project TEXT NOT NULL REFERENCES projects(slug) ON DELETE CASCADE, version INTEGER NOT NULL,
        payload TEXT NOT NULL, created_at TEXT NOT NULL, PRIMARY KEY (project, version))""",
    """CREATE TABLE measures (
        id INTEGER PRIMARY KEY, run_id INTEGER NOT NULL REFERENCES runs(id) ON DELETE CASCADE,
        project TEXT NOT NULL REFERENCES projects(slug) ON DELETE CASCADE, subject TEXT NOT NULL,
        before TEXT NOT NULL, after TEXT NOT NULL, payload TEXT NOT NULL, created_at TEXT NOT NULL)""",
    "CREATE INDEX measures_by_project ON measures (project, id)",
    """CREATE TABLE acceptances (
        project TEXT NOT NULL REFERENCES projects(slug) ON DELETE CASCADE, code TEXT NOT NULL, columns TEXT NOT NULL,
        reason TEXT NOT NULL, created_at TEXT NOT NULL, PRIMARY KEY (project, code, columns))""",
    """CREATE TABLE data_notes (
        project TEXT PRIMARY KEY REFERENCES projects(slug) ON DELETE CASCADE, dictionary TEXT NOT NULL,
        questions TEXT NOT NULL, updated_at TEXT NOT NULL)""",
    "ALTER TABLE projects ADD COLUMN reading TEXT NOT NULL DEFAULT '{}'",
    "ALTER TABLE projects ADD COLUMN newer_than TEXT REFERENCES projects(slug)",
    "ALTER TABLE projects ADD COLUMN changes TEXT NOT NULL DEFAULT '{}'",
)

_SEARCH = (
    "ALTER TABLE runs ADD COLUMN used_seconds REAL NOT NULL DEFAULT 0",
    "ALTER TABLE runs ADD COLUMN used_before REAL NOT NULL DEFAULT 0",
    "ALTER TABLE trials ADD COLUMN taken_from INTEGER REFERENCES trials(id)",
)

_FAILING = (
    """CREATE TABLE diagnoses (
        id INTEGER PRIMARY KEY, run_id INTEGER NOT NULL REFERENCES runs(id) ON DELETE CASCADE,
        trial_id INTEGER NOT NULL REFERENCES trials(id) ON DELETE CASCADE, payload TEXT NOT NULL,
        created_at TEXT NOT NULL, UNIQUE (run_id, trial_id))""",
    """CREATE TABLE sensitive_columns (
        project TEXT NOT NULL REFERENCES projects(slug) ON DELETE CASCADE, name TEXT NOT NULL,
        created_at TEXT NOT NULL, PRIMARY KEY (project, name))""",
    """CREATE TABLE row_tags (
        project TEXT NOT NULL REFERENCES projects(slug) ON DELETE CASCADE, row INTEGER NOT NULL,
        tag TEXT NOT NULL, created_at TEXT NOT NULL, PRIMARY KEY (project, row, tag))""",
    """CREATE TABLE submissions (
        id INTEGER PRIMARY KEY, project TEXT NOT NULL REFERENCES projects(slug) ON DELETE CASCADE,
        name TEXT NOT NULL, language TEXT NOT NULL, note TEXT NOT NULL, file_sha256 TEXT NOT NULL,
        holdout_sha256 TEXT NOT NULL, predictions_sha256 TEXT NOT NULL, labels_only INTEGER NOT NULL,
        created_at TEXT NOT NULL, UNIQUE (project, file_sha256, holdout_sha256))""",
)

_TRIES = (
    """CREATE TABLE tries (
        id INTEGER PRIMARY KEY, project TEXT NOT NULL REFERENCES projects(slug) ON DELETE CASCADE,
        trial_id INTEGER NOT NULL REFERENCES trials(id) ON DELETE CASCADE, row INTEGER NOT NULL,
        payload TEXT NOT NULL, created_at TEXT NOT NULL)""",
    "CREATE INDEX tries_by_project ON tries (project, id)",
    """CREATE TABLE fixed_columns (
        project TEXT NOT NULL REFERENCES projects(slug) ON DELETE CASCADE, name TEXT NOT NULL,
        created_at TEXT NOT NULL, PRIMARY KEY (project, name))""",
)

_RECORD = (
    "ALTER TABLE decisions ADD COLUMN reasoned_at TEXT",
    "ALTER TABLE decisions ADD COLUMN skipped INTEGER NOT NULL DEFAULT 0",
    """CREATE TABLE assistance (
        id INTEGER PRIMARY KEY, project TEXT NOT NULL REFERENCES projects(slug) ON DELETE CASCADE,
        kind TEXT NOT NULL, name TEXT NOT NULL, note TEXT NOT NULL DEFAULT '', created_at TEXT NOT NULL)""",
    "CREATE INDEX assistance_by_project ON assistance (project, id)",
    # The same hint asked for in two tabs is one hint; a degree may come back.
    "CREATE UNIQUE INDEX assistance_once ON assistance (project, kind, name) WHERE kind != 'degree'",
)

_SKILLS = (
    """CREATE TABLE claims (
        id INTEGER PRIMARY KEY, skill TEXT NOT NULL, kind TEXT NOT NULL, project TEXT NOT NULL DEFAULT '',
        note TEXT NOT NULL, link TEXT NOT NULL, made_on TEXT NOT NULL, file_name TEXT NOT NULL,
        file_sha256 TEXT NOT NULL, found TEXT NOT NULL, is_public INTEGER NOT NULL DEFAULT 0, created_at TEXT NOT NULL,
        UNIQUE (skill, kind, project, file_sha256, link, note))""",
    """CREATE TABLE breaks (
        id INTEGER PRIMARY KEY, first TEXT NOT NULL, last TEXT NOT NULL, note TEXT NOT NULL, created_at TEXT NOT NULL,
        UNIQUE (first, last))""",
    """CREATE TABLE rhythm (id INTEGER PRIMARY KEY CHECK (id = 1), days INTEGER NOT NULL, updated_at TEXT NOT NULL)""",
)

_PRACTICE = (
    """CREATE TABLE cards (
        item TEXT PRIMARY KEY, stability REAL NOT NULL, difficulty REAL NOT NULL, due TEXT NOT NULL,
        last_review TEXT NOT NULL)""",
    """CREATE TABLE quizzes (
        id INTEGER PRIMARY KEY, day TEXT NOT NULL, skill TEXT NOT NULL, items TEXT NOT NULL,
        created_at TEXT NOT NULL)""",
    """CREATE TABLE answers (
        id INTEGER PRIMARY KEY, day TEXT NOT NULL, item TEXT NOT NULL, turn INTEGER NOT NULL, quiz INTEGER NOT NULL,
        skill TEXT NOT NULL, given TEXT NOT NULL, is_right INTEGER NOT NULL, said TEXT NOT NULL, hints INTEGER NOT NULL,
        seconds REAL NOT NULL, is_new INTEGER NOT NULL, days_apart INTEGER, created_at TEXT NOT NULL,
        UNIQUE (day, item, turn, quiz))""",
    """CREATE TABLE interview_notes (
        id INTEGER PRIMARY KEY, decision_id INTEGER NOT NULL, project TEXT NOT NULL, day TEXT NOT NULL,
        words TEXT NOT NULL, points TEXT NOT NULL DEFAULT '', created_at TEXT NOT NULL, UNIQUE (decision_id, day))""",
)

_REBUILDS = (
    """CREATE TABLE rebuilds (
        id INTEGER PRIMARY KEY, project TEXT NOT NULL REFERENCES projects(slug) ON DELETE CASCADE,
        ok INTEGER NOT NULL, reason TEXT NOT NULL, faults TEXT NOT NULL, created_at TEXT NOT NULL)""",
    "CREATE INDEX rebuilds_by_project ON rebuilds (project, id)",
)

_CASES = (
    """CREATE TABLE case_answers (
        id INTEGER PRIMARY KEY, name TEXT NOT NULL, day TEXT NOT NULL, step INTEGER NOT NULL, why TEXT NOT NULL,
        outcome TEXT NOT NULL, created_at TEXT NOT NULL, UNIQUE (name, day))""",
)

NAMES = tuple(migration.name for migration in MIGRATIONS._migrations)
"""Names of all steps, in order; their count is the version that the file carries."""
