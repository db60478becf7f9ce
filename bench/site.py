"""Time to publish a site of 30 projects (asked: under 10 s), and the weight of its heaviest project page."""

from __future__ import annotations

import tempfile
import time
from datetime import timedelta
from pathlib import Path

from bench.record import write
from engine.domain.run import RunKind
from engine.domain.task import Task
from engine.domain.writeup import Profile
from engine.evidence.verify import verify
from engine.publish.site import publish
from engine.settings import Settings
from engine.store import runs, writeups
from engine.store.db import connect
from tests.conftest import MOMENT
from tests.evidence.story import Story, tell

PROJECTS = 30
TASKS = (Task.BINARY, Task.MULTICLASS, Task.REGRESSION)
TARGETS = {Task.BINARY: "Churn", Task.MULTICLASS: "species", Task.REGRESSION: "price"}
PROFILE = Profile(name="Ada Example", headline="Shows the work", site_address="https://ada.example.org/portfolio")


def stories() -> list[Story]:
    """Make up projects of all three kinds, of the size of a small data set."""
    return [
        Story(
            slug=f"project-{number}",
            title=f"Question number {number}",
            task=TASKS[number % 3],
            target=TARGETS[TASKS[number % 3]],
            seed=number,
            rows=4_000,
            holdout=1_000,
            made=number * 60,
        )
        for number in range(PROJECTS)
    ]


def main() -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        settings = Settings(home=folder / "home", threads=1)
        with connect(settings) as db:
            writeups.save_profile(db, PROFILE, MOMENT)
            told = [tell(settings, db, story).slug for story in stories()]
            run_id = runs.add(db, told[0], RunKind.PUBLISH, {}, MOMENT)
            seconds = []
            for _ in range(2):
                began = time.perf_counter()
                publish(settings, db, told, folder / "site", run_id=run_id, clock=lambda: MOMENT + timedelta(days=9))
                seconds.append(time.perf_counter() - began)
        site = folder / "site"
        found = verify(site)
        shared = sum((site / one).stat().st_size for one in ("assets/style.css", "favicon.svg"))
        pages = [page.stat().st_size + shared for page in site.glob("projects/*/index.html")]
        cards = [card.stat().st_size for card in site.rglob("card.png")]
        measured = {
            "projects": PROJECTS,
            "first_seconds": round(seconds[0], 2),
            "again_seconds": round(seconds[1], 2),
            "heaviest_project_page_bytes": max(pages),
            "heaviest_front_page_bytes": (site / "index.html").stat().st_size + shared,
            "heaviest_card_bytes": max(cards),
            "files": sum(path.is_file() for path in site.rglob("*")),
            "verified": found.ok,
            "level": found.level,
        }
        write("site", measured)


if __name__ == "__main__":
    main()
