"""Time to compute all skills of a person with 100 projects, 400 runs and 5,000 reviews; in seconds.

python -m bench.skills
"""

from __future__ import annotations

import statistics
import tempfile
import time
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from sqlite_utils import Database

from bench.record import write
from engine.domain.claim import Claim, ClaimKind
from engine.domain.run import RunKind, RunStatus
from engine.domain.skill import Practice, Recall
from engine.evidence.skill_content import skills
from engine.evidence.skills import evaluate_skills
from engine.settings import Settings
from engine.store import projects, runs, study
from engine.store.db import connect
from tests.conftest import MOMENT
from tests.evidence.story import Story, tell

PROJECTS, RUNS_EACH, REVIEWS, REPEATS = 100, 4, 5_000, 9


def fill(settings: Settings, db: Database) -> None:
    """Store the projects: one told in full, the others with as many rows, with what belongs to it."""
    story = tell(settings, db, Story())
    run = runs.latest_result(db, story.slug)
    assert run is not None
    first, split = projects.get(db, story.slug), projects.get_split(db, story.slug)
    findings = projects.get_findings(db, story.slug)
    with db.atomic():
        for number in range(PROJECTS - 1):
            slug = f"project-{number}"
            projects.add(db, replace(first, slug=slug, domain=f"field {number % 9}", created_at=story.later()))
            projects.set_split(db, slug, split)
            projects.save_brief(db, slug, story.brief, story.later())
            projects.set_profile(db, slug, findings * 15, {}, story.later())
            for _ in range(RUNS_EACH):
                run_id = runs.add(db, slug, RunKind.TRAIN, dict(run.params), story.later())
                runs.claim(db, run_id, 1, story.later())
                longer = dict(run.result) | {"leaderboard": list(run.result["leaderboard"]) * 3}
                runs.set_result(db, run_id, longer)
                runs.move(db, run_id, RunStatus.DONE, story.later())
            for place in range(6):
                reason = f"Reason {place} of {slug} says what was weighed here."
                projects.decide(db, slug, "promote", "", reason, story.later())
        for number, skill in enumerate(skills()):
            claim = Claim(
                id=0,
                skill=skill.id,
                kind=ClaimKind.LINK,
                project="",
                note=f"note {number}",
                link="https://example.org",
                made_on=MOMENT.date(),
                file_name="",
                file_sha256="",
                created_at=MOMENT,
            )
            study.add_claim(db, claim)


def practised() -> Practice:
    """Spread the reviews over the skills, as the log of practice would sum them up."""
    each = REVIEWS // len(skills())
    moments = tuple(MOMENT + timedelta(hours=hour) for hour in range(each))
    recall = Recall(cards=8, mature=6, chance=0.9, quiz_passed_at=MOMENT, solved=moments)
    return Practice(
        recall={skill.id: recall for skill in skills()},
        defended={f"project-{number}": moments[:20] for number in range(PROJECTS)},
    )


def main() -> None:
    """Measure."""
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(home=Path(folder) / "home", threads=1)
        with connect(settings) as db:
            fill(settings, db)
            practice = practised()
            times, cpu = list[float](), list[float]()
            for _ in range(REPEATS):
                began, computed = time.perf_counter(), time.process_time()
                states = evaluate_skills(db, practice=practice)
                times.append(time.perf_counter() - began)
                cpu.append(time.process_time() - computed)
    write(
        "skills",
        {
            "projects": PROJECTS,
            "runs": (PROJECTS - 1) * RUNS_EACH + 1,
            "reviews": REVIEWS,
            "skills_proved": sum(state.level >= 2 for state in states),
            "median_seconds": round(statistics.median(times), 4),
            "median_processor_seconds": round(statistics.median(cpu), 4),
            "slowest_seconds": round(max(times), 4),
        },
    )


if __name__ == "__main__":
    main()
