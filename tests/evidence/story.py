"""A small stored project, made by hand: real predictions, payloads shaped as the workers store them."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from sqlite_utils import Database

from engine.data.export import write_predictions
from engine.domain.data import (
    Column,
    Dataset,
    Finding,
    Outcome,
    Problem,
    Provenance,
    Severity,
    Split,
    SplitKind,
    SplitSpec,
)
from engine.domain.project import Brief, Criterion, Project, ProjectStatus
from engine.domain.run import RunKind, RunStatus, TrialKind
from engine.domain.task import ColumnKind, Task
from engine.domain.writeup import Profile, Publication
from engine.evaluate.holdout import score_holdout
from engine.evaluate.report import evaluate
from engine.settings import Settings
from engine.store import datasets, files, projects, results, runs, trials, writeups
from engine.store.db import connect
from tests.conftest import MOMENT

Floats = npt.NDArray[np.float64]
RESAMPLES = 60
FAMILIES = (
    (TrialKind.DUMMY, "dummy", 0.0),
    (TrialKind.SIMPLE, "linear", 0.6),
    (TrialKind.DEFAULT, "random_forest", 0.7),
    (TrialKind.CANDIDATE, "lightgbm", 1.0),
    (TrialKind.CANDIDATE, "network", 0.5),
)
_CLASSES = {Task.BINARY: ("No", "Yes"), Task.MULTICLASS: ("Adelie", "Chinstrap", "Gentoo"), Task.REGRESSION: ()}
_METRIC = {Task.BINARY: "roc_auc", Task.MULTICLASS: "f1_macro", Task.REGRESSION: "rmse"}
_CRITERION = {Task.BINARY: "roc_auc >= 0.7", Task.MULTICLASS: "f1_macro >= 0.6", Task.REGRESSION: "rmse <= 2.5"}


@dataclass
class Story:
    """What is told; everything has a value, tests change what they are about."""

    slug: str = "churn"
    title: str = "Who leaves next month?"
    task: Task = Task.BINARY
    template: str = ""
    domain: str = "telecom"
    target: str = "Churn"
    classes: tuple[str, ...] = ()
    features: tuple[str, ...] = ("tenure", "contract", "charges")
    question: str = "Which customers will leave within the next month, so that they can be called in time?"
    reader: str = "The retention team of a phone company"
    decision: str = "Whom to call first with the thirty calls that they have each day"
    constraints: str = "One answer within a second"
    costs: dict[str, float] | None = field(default_factory=lambda: {"Yes -> No": 5.0, "No -> Yes": 1.0})
    criterion: str = ""
    source: str = "Open data portal of the company"
    licence: str = "CC BY 4.0"
    kind: SplitKind = SplitKind.STRATIFIED
    rows: int = 160
    holdout: int = 60
    finding: str = "tenure is empty in 11 of 160 rows (6.9 %)."
    seed: int = 0
    began: datetime = MOMENT
    made: int = 0
    """Counts stored runs, so that every moment lies after the one before."""

    def __post_init__(self) -> None:
        self.classes = self.classes or _CLASSES[self.task]
        self.criterion = self.criterion or _CRITERION[self.task]
        if self.task is not Task.BINARY:
            self.costs = {"too high": 1.0, "too low": 2.0} if self.task is Task.REGRESSION else None

    @property
    def problem(self) -> Problem:
        costs: tuple[tuple[float, ...], ...] = ()
        if self.task is Task.BINARY and self.costs:
            costs = ((0.0, 1.0), (5.0, 0.0))
        return Problem(
            target=self.target,
            task=self.task,
            metric=_METRIC[self.task],
            features=self.features,
            kinds=dict.fromkeys(self.features, ColumnKind.NUMERIC),
            classes=self.classes,
            costs=costs,
        )

    @property
    def brief(self) -> Brief:
        return Brief(
            question=self.question,
            reader=self.reader,
            decision=self.decision,
            criteria=(Criterion.parse(self.criterion),),
            constraints=self.constraints,
            costs=self.costs,
            cost_unit="calls",
        )

    def later(self, minutes: float = 1) -> datetime:
        self.made += 1
        return self.began + timedelta(minutes=self.made * minutes)

    def truth(self, part: str) -> npt.NDArray[np.generic]:
        rng = np.random.default_rng(self.seed + (part == "holdout"))
        n = self.rows if part == "train" else self.holdout
        if self.task is Task.REGRESSION:
            return rng.normal(10, 3, n)
        codes = np.arange(n) % len(self.classes)
        return rng.permutation(codes).astype(np.intp)

    def households(self, part: str) -> list[str]:
        return [f"home {place * 7 % 23}" for place in range(self.rows if part == "train" else self.holdout)]

    def groups(self, part: str) -> npt.NDArray[np.intp] | None:
        """Number the groups as the jobs do, where the split goes by them."""
        if self.kind is not SplitKind.GROUP:
            return None
        return pd.factorize(pd.Series(self.households(part)), use_na_sentinel=False)[0]

    def predictions(self, part: str, skill: float) -> Floats:
        """Make predictions that know a share of the truth."""
        y = self.truth(part)
        rng = np.random.default_rng(1000 + self.seed + int(100 * skill) + (part == "holdout"))
        if self.task is Task.REGRESSION:
            return np.asarray(skill * y.astype(float) + (1 - skill) * 10 + rng.normal(0, 1.5, len(y)))
        k = len(self.classes)
        logits = 2.2 * skill * np.eye(k)[y.astype(int)] + rng.normal(0, 1.0, (len(y), k))
        if skill == 0:
            logits = np.zeros((len(y), k))
        shares = np.exp(logits)
        return np.asarray(shares / shares.sum(axis=1, keepdims=True))


def store_project(settings: Settings, db: Database, story: Story) -> None:
    """Store the question, the data and the split of a story."""
    parts = {}
    for part in ("train", "holdout"):
        y = story.truth(part)
        labels = [story.classes[int(code)] for code in y] if story.classes else y
        rng = np.random.default_rng(7)
        frame = pd.DataFrame({name: rng.normal(size=len(y)) for name in story.features} | {story.target: labels})
        frame["household"] = story.households(part)
        frame.index = pd.RangeIndex(len(y)) if part == "train" else pd.RangeIndex(story.rows, story.rows + len(y))
        parts[part] = files.put_dataset(settings, frame.to_parquet)[0]
    dataset = Dataset(
        sha256=parts["train"],
        name=story.title,
        rows=story.rows + story.holdout,
        size_bytes=10_000,
        columns=tuple(
            Column(name=name, kind=ColumnKind.NUMERIC, missing=0, unique=9) for name in (*story.features, story.target)
        ),
        provenance=Provenance(source=story.source, licence=story.licence, retrieved_at=story.began),
        created_at=story.began,
    )
    column = "household" if story.kind is SplitKind.GROUP else ""
    spec = SplitSpec(kind=story.kind, column=column, reason="The two classes are kept in proportion.")
    datasets.add(db, dataset)
    projects.add(
        db,
        Project(
            slug=story.slug,
            title=story.title,
            status=ProjectStatus.OPEN,
            template=story.template,
            domain=story.domain,
            dataset_sha256=dataset.sha256,
            problem=story.problem,
            split=spec,
            promoted=None,
            created_at=story.began,
        ),
    )
    split = Split(
        spec=spec,
        dataset_sha256=dataset.sha256,
        train_sha256=parts["train"],
        train_rows=story.rows,
        holdout_sha256=parts["holdout"] if story.holdout else None,
        holdout_rows=story.holdout,
        rows_sha256="3" * 64,
        created_at=story.began,
    )
    projects.set_split(db, story.slug, split)
    finding = Finding(
        code="PF-Q01",
        title="Empty cells",
        severity=Severity.MEDIUM,
        outcome=Outcome.ISSUE,
        message=story.finding,
        columns=("tenure",),
    )
    projects.set_profile(db, story.slug, [finding], {}, story.began)
    projects.save_brief(db, story.slug, story.brief, story.later())


def store_run(
    settings: Settings,
    db: Database,
    story: Story,
    *,
    trial_budget: int | None = 12,
    seconds: float | None = None,
    exploratory: bool = False,
    families: Any = None,
) -> int:
    """Store a finished training run with its trials, evaluation and explanation; returns its id."""
    params = {"seconds": seconds, "trials": trial_budget, "seed": 3, "families": families, "exploratory": exploratory}
    run_id = runs.add(db, story.slug, RunKind.TRAIN, params | {"brief_version": 1}, story.later())
    runs.claim(db, run_id, 1, story.later())
    y, ids = story.truth("train"), {}
    for number, (kind, family, skill) in enumerate(FAMILIES, start=1):
        ids[kind, family] = _store_trial(settings, db, story, run_id, number, kind, family, skill)
    trials.add(db, run_id, number=len(FAMILIES) + 1, family="catboost", kind=TrialKind.CANDIDATE, config={"depth": 99},
               at=story.later(), reason="The depth is too large.")  # fmt: skip
    best = ids[TrialKind.CANDIDATE, "lightgbm"]
    preds = {
        name: story.predictions("train", skill) for name, skill in (("best", 1.0), ("dummy", 0.0), ("simple", 0.6))
    }
    half = np.arange(story.rows)
    halves = [(half[story.rows // 2 :], half[: story.rows // 2]), (half[: story.rows // 2], half[story.rows // 2 :])]
    report = evaluate(
        y, preds, story.problem, halves, story.brief, seed=3, resamples=RESAMPLES, groups=story.groups("train")
    )
    results.save_evaluation(db, run_id, best, report, story.later())
    results.save_explanation(db, run_id, best, _explanation(story), story.later())
    runs.set_result(db, run_id, _result(db, story, run_id, best, report))
    for status in (RunStatus.EVALUATING, RunStatus.EXPLAINING, RunStatus.DONE):
        runs.move(db, run_id, status, story.later())
    return run_id


def _store_trial(
    settings: Settings, db: Database, story: Story, run_id: int, number: int, kind: TrialKind, family: str, skill: float
) -> int:
    from engine.metrics.scores import score

    oof = story.predictions("train", skill)
    name = f"oof/{number}.npy"
    with files.whole_file(settings.run_folder(run_id) / name) as path:
        np.save(path, oof)
    value = score(story.problem.metric, story.truth("train"), oof, story.problem)
    return trials.add(
        db,
        run_id,
        number=number,
        family=family,
        kind=kind,
        config={"learning_rate": 0.1},
        at=story.later(),
        score=value,
        low=value - 0.02,
        high=value + 0.02,
        fold_scores=(value, value),
        fit_seconds=0.5,
        predict_seconds=0.001,
        size_bytes=1000,
        predictions=name,
    )


def _result(db: Database, story: Story, run_id: int, best: int, report: dict[str, Any]) -> dict[str, Any]:
    found = [one for one in trials.of_run(db, run_id) if one.ok]
    entries = [
        {
            "rank": rank,
            "trial": one.id,
            "number": one.number,
            "family": one.family,
            "kind": str(one.kind),
            "score": one.score,
            "low": one.low,
            "high": one.high,
            "fit_seconds": 0.5,
            "predict_seconds": 0.001,
            "size_bytes": 1000,
            "tie_group": rank,
        }
        for rank, one in enumerate(sorted(found, key=lambda one: one.id != best), start=1)
    ]
    of = {entry["kind"]: {key: entry[key] for key in ("trial", "family", "score", "low", "high")} for entry in entries}
    top = {key: entries[0][key] for key in ("trial", "family", "score", "low", "high")}
    return {
        "best": top | {"corrected": entries[0]["score"] - 0.01},
        "recommended": best,
        "ensemble": [],
        "dummy": of["dummy"],
        "simple": of["simple"],
        "leaderboard": entries,
        "seconds": 61.4,
        "trials": 12,
        "failed": 1,
        "metric": story.problem.metric,
        "seed": 3,
        "versions": {"lightgbm": "4.6.0"},
        "rows": report["rows"],
    }


def _explanation(story: Story) -> dict[str, Any]:
    shares = itertools.accumulate(story.features, lambda share, _: share / 2, initial=0.6)
    return {
        "scale": f"probability of {story.classes[-1]!r}" if story.classes else "units",
        "method": "SHAP values of 100 rows against 50",
        "sample_rows": 100,
        "background_rows": 50,
        "additivity_error": 0.0,
        "base": 0.5,
        "importance": [
            {"column": name, "value": share / 5, "low": share / 6, "high": share / 4, "share": share}
            for name, share in zip(story.features, shares, strict=False)
        ],
        "per_class": {},
        "shape": [],
        "correlated": [],
        "rows": [],
        "words": [],
    }


def store_opening(settings: Settings, db: Database, story: Story, trial_id: int, expected: float = 0.8) -> int:
    """Store a scored opening of the hold-out; returns the run that made it."""
    metric = story.problem.metric
    run_id = runs.add(db, story.slug, RunKind.HOLDOUT, {"trial": trial_id, "expected": expected}, story.later())
    opening = results.add_opening(
        db,
        project=story.slug,
        run_id=run_id,
        trial_id=trial_id,
        dataset_sha256=projects.get(db, story.slug).dataset_sha256,
        metric=metric,
        expected=expected,
        at=story.later(),
    )
    y = story.truth("holdout")
    preds = {
        name: story.predictions("holdout", skill) for name, skill in (("best", 1.0), ("dummy", 0.0), ("simple", 0.6))
    }
    scored = score_holdout(
        y,
        preds,
        story.problem,
        story.brief,
        expected=expected,
        metric=metric,
        seed=0,
        resamples=RESAMPLES,
        groups=story.groups("holdout"),
    )
    with files.whole_file(settings.run_folder(run_id) / "holdout.csv") as path:
        rows = list(range(story.rows, story.rows + story.holdout))
        write_predictions(path, rows=rows, y=y, pred=preds["best"], problem=story.problem)
    results.set_opening_result(db, opening, scored | {"predictions": "holdout.csv", "trial": trial_id})
    runs.claim(db, run_id, 1, story.later())
    runs.move(db, run_id, RunStatus.DONE, story.later())
    return run_id


def tell(settings: Settings, db: Database, story: Story, *, opened: bool = True) -> Story:
    """Store a whole story: project, one run, and the opening of the hold-out."""
    store_project(settings, db, story)
    run_id = store_run(settings, db, story)
    projects.decide(
        db,
        story.slug,
        "split",
        "stratified",
        "Few customers leave, so each fold needs its share of them.",
        story.later(),
    )
    projects.decide(
        db,
        story.slug,
        "promote",
        "lightgbm",
        "Best score beyond chance, and the simple linear model misses too many who leave.",
        story.later(),
        run_id,
    )
    if opened:
        store_opening(settings, db, story, runs.get(db, run_id).result["recommended"])
    return story


def publish_stories(folder: Path, stories: Sequence[tuple[Story, bool]], profile: Profile | None = None) -> Publication:
    """Publish stories into ``folder/site`` from a home folder beside it."""
    from engine.publish.site import publish

    settings = Settings(home=folder / "home", threads=1)
    with connect(settings) as db:
        for story, opened in stories:
            tell(settings, db, story, opened=opened)
        if profile is not None:
            writeups.save_profile(db, profile, MOMENT)
        slugs = [story.slug for story, _ in stories]
        run_id = runs.add(db, slugs[0], RunKind.PUBLISH, {}, MOMENT)
        moment = MOMENT + timedelta(days=1)
        return publish(settings, db, slugs, folder / "site", run_id=run_id, clock=lambda: moment)
