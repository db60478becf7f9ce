import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlite_utils import Database

from engine.domain.task import Task
from engine.settings import Settings
from engine.store.db import connect
from tests.evidence.story import Story, publish_stories, tell


@pytest.fixture
def db(settings: Settings) -> Iterator[Database]:
    with connect(settings) as connection:
        yield connection


@pytest.fixture
def story(settings: Settings, db: Database) -> Story:
    """A binary project with one run and an opened hold-out."""
    return tell(settings, db, Story())


@pytest.fixture(scope="session")
def published_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A site of two projects, one with an opened hold-out and one without."""
    folder = tmp_path_factory.mktemp("published")
    houses = Story(slug="houses", title="House prices", task=Task.REGRESSION, target="price", seed=9)
    publish_stories(folder, [(Story(), True), (houses, False)])
    return folder / "site"


@pytest.fixture
def site(published_once: Path, tmp_path: Path) -> Path:
    """A copy of that site, to be changed."""
    return Path(shutil.copytree(published_once, tmp_path / "site"))
