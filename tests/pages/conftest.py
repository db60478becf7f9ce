"""The application run by AppTest on an empty home, on one with a trained project, and on copies of it."""

import shutil
import time
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest
from streamlit.testing.v1 import AppTest

from engine.actions import projects, work
from engine.domain.run import RunStatus
from engine.settings import Settings

ROOT = Path(__file__).resolve().parents[2]
FILES = {
    path.stem: path.relative_to(ROOT).as_posix()
    for path in sorted((ROOT / "pages").glob("*/*.py"))
    if path.parent.name != "shared"
}
SLUG = "penguin-species"
Open = Callable[..., AppTest]


@pytest.fixture(scope="session")
def trained_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Train one small project, once."""
    settings = Settings(home=tmp_path_factory.mktemp("pages") / "home", threads=2)
    projects.create_from_template(settings, SLUG)
    run_id = work.start_training(settings, SLUG, trial_budget=6)
    done = work.wait(settings, run_id)
    assert done.status is RunStatus.DONE
    # The worker closes the database a moment later; copies are made of what no one writes to.
    deadline = time.monotonic() + 30
    while done.pid and psutil.pid_exists(done.pid) and time.monotonic() < deadline:
        time.sleep(0.05)
    return settings.home


@pytest.fixture
def filled(settings: Settings, trained_home: Path) -> Settings:
    """Give a test a copy of the trained home, to change as it likes."""
    shutil.copytree(trained_home, settings.home)
    return settings


@pytest.fixture
def open_page(settings: Settings) -> Open:
    """Open a page, with or without a project in its address; no traceback may ever show."""

    def show(name: str, project: str | None = None) -> AppTest:
        app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60)
        if project:
            app.query_params["project"] = project
        app.run()
        if name != "today":
            app.switch_page(FILES[name]).run()
        assert not app.exception, app.exception
        return app

    return show


def words(app: AppTest) -> str:
    """Gather what a page says."""
    kinds = ("title", "header", "subheader", "markdown", "caption", "error", "warning", "success", "info")
    return "\n".join(str(element.value) for kind in kinds for element in getattr(app, kind))


def click(app: AppTest, label: str) -> AppTest:
    """Click the button whose label begins so."""
    found = [button for button in app.button if button.label.startswith(label)]
    assert found, [button.label for button in app.button]
    app = found[0].click().run()
    assert not app.exception, app.exception
    return app
