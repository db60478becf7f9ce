"""The tables of the Watch page, as the step that makes them; a released step is never changed."""

STATEMENTS = (
    """CREATE TABLE batches (
        id INTEGER PRIMARY KEY, project TEXT NOT NULL REFERENCES projects(slug) ON DELETE CASCADE,
        run_id INTEGER NOT NULL, champion TEXT NOT NULL, trial_id INTEGER NOT NULL, name TEXT NOT NULL,
        source TEXT NOT NULL, period TEXT NOT NULL, dataset_sha256 TEXT NOT NULL, rows INTEGER NOT NULL,
        labelled INTEGER NOT NULL, report TEXT NOT NULL, created_at TEXT NOT NULL)""",
    "CREATE INDEX batches_by_project ON batches (project, id)",
    "CREATE INDEX batches_by_run ON batches (run_id)",
    """CREATE TABLE retrainings (
        id INTEGER PRIMARY KEY, project TEXT NOT NULL REFERENCES projects(slug) ON DELETE CASCADE,
        batch_id INTEGER NOT NULL REFERENCES batches(id), challenger TEXT NOT NULL, kept_rows INTEGER NOT NULL,
        comparison TEXT NOT NULL, created_at TEXT NOT NULL)""",
    """CREATE TABLE champions (
        id INTEGER PRIMARY KEY, project TEXT NOT NULL REFERENCES projects(slug) ON DELETE CASCADE,
        champion TEXT NOT NULL, trial_id INTEGER NOT NULL, move TEXT NOT NULL, reason TEXT NOT NULL,
        retraining_id INTEGER, created_at TEXT NOT NULL)""",
)
