"""A page of postings and applications with ten thousand of each in the store (asked: under 200 ms each).

python -m bench.jobs
"""

from __future__ import annotations

import os
import statistics
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

from bench.record import write
from engine.actions import application_files, applications, jobs
from engine.career import postings
from engine.domain.application import Application, ApplicationStatus
from engine.settings import Settings
from engine.store import applications as stored
from engine.store import jobs as stored_jobs
from engine.store.db import connect
from tests.conftest import MOMENT

ROOT = Path(__file__).resolve().parents[1]
MANY, REPEATS = 10_000, 15
TEXT = (
    """{title}
Company: Company {number}
Location: City {place}
Python, SQL and {extra}; Bachelor or equivalent. {pay} EUR a year, {remote}, {engagement}.
"""
    + "What we do, in many words, each day and for all. " * 60
)


def fill(settings: Settings) -> None:
    """Store the postings, and an application for each."""
    statuses = list(ApplicationStatus)
    extras = ("Spark", "Docker", "forecasting", "PyTorch", "A/B testing", "clustering")
    kinds = ("full-time", "freelance", "part-time", "internship")
    with connect(settings) as db, db.atomic():
        for number in range(MANY):
            text = TEXT.format(
                title=("Data scientist", "ML engineer", "Analyst")[number % 3],
                number=number,
                place=number % 97,
                extra=extras[number % len(extras)],
                pay=40_000 + number % 60_000,
                remote="fully remote" if number % 2 else "on site",
                engagement=kinds[number % len(kinds)],
            )
            posting = postings.read(text[:400], at=MOMENT)
            kept = stored_jobs.add_posting(db, replace(posting, text=text))
            at = MOMENT + timedelta(minutes=number)
            stored.add(
                db,
                Application(
                    id=0,
                    uid=f"{number:032x}",
                    title=posting.title,
                    company=posting.company,
                    status=statuses[number % len(statuses)],
                    posting=kept,
                    board="kaggle" if number % 5 else "",
                    next_step="Call",
                    next_on=date(2026, 3, 1) + timedelta(days=number % 60),
                    note="n" * 500,
                    created_at=at,
                    updated_at=at,
                ),
            )


def timed(do: Callable[[], object]) -> float:
    """Return the median time in milliseconds."""
    found = []
    for _ in range(REPEATS):
        start = time.perf_counter()
        do()
        found.append((time.perf_counter() - start) * 1000)
    return round(statistics.median(found), 1)


PLACES = {
    "postings": {},
    "applications, board": {"view": "applications"},
    "applications, table": {"view": "applications", "as": "table"},
    "applications, last page": {"view": "applications", "as": "table", "page": "667"},
    "boards": {"view": "boards"},
}


def pages() -> dict[str, float]:
    """Return the median time in milliseconds of the script of each part of the page."""
    # Imported here: the pages read the home folder from the environment.
    from streamlit.testing.v1 import AppTest

    found = {}
    for name, place in PLACES.items():
        app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60).run()
        app.switch_page("pages/career/jobs.py")
        app.query_params.update(place)
        app.run()
        assert not app.exception
        found[name] = timed(app.run)
    return found


def main() -> None:
    """Measure and write the result."""
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(home=Path(folder) / "home", threads=1)
        fill(settings)
        every = list(ApplicationStatus)
        result: dict[str, object] = {
            "postings": MANY,
            "applications": MANY,
            "repeats": REPEATS,
            "milliseconds": {
                "posting list, first page": timed(lambda: jobs.find(settings, limit=15)),
                "posting list, last page": timed(lambda: jobs.find(settings, limit=15, offset=MANY - 15)),
                "posting list, all filters": timed(
                    lambda: jobs.find(
                        settings, text="city 9", engagement="freelance", remote=False, skill="spark", limit=15
                    )
                ),
                "application board": timed(lambda: applications.overview(settings, every)),
                "application table, first page": timed(lambda: applications.find(settings, limit=15)),
                "application table, filtered": timed(
                    lambda: applications.find(settings, statuses=["applied", "offer"], text="company 99", limit=15)
                ),
                "application table, last page": timed(lambda: applications.find(settings, limit=15, offset=MANY - 15)),
                "boards with counts": timed(lambda: jobs.boards(settings)),
                "one posting read": timed(lambda: postings.read(jobs.get(settings, 1).text, at=MOMENT)),
            },
            "csv_seconds": round(timed(lambda: application_files.export_csv(settings)) / 1000, 2),
        }
        os.environ["PROOFOLIO_HOME"] = str(settings.home)
        result["page_milliseconds"] = pages()
    write("jobs", result)


if __name__ == "__main__":
    main()
