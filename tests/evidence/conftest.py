from collections.abc import Iterator

import pytest
from sqlite_utils import Database

from engine.settings import Settings
from engine.store.db import connect
from tests.evidence.story import Story, tell


@pytest.fixture
def db(settings: Settings) -> Iterator[Database]:
    with connect(settings) as connection:
        yield connection


@pytest.fixture
def story(settings: Settings, db: Database) -> Story:
    """A binary project with one run and an opened hold-out."""
    return tell(settings, db, Story())
