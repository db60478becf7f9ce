"""Stored rows as facts: each number or text with a stable id, and where it came from.

A fact that has nothing behind it does not exist: there is no ``holdout.roc_auc`` before the hold-out
was opened. ``best.*`` describes the model that counts (promoted, else recommended) on its
out-of-fold predictions, ``holdout.*`` the same model on the sealed rows.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping

from sqlite_utils import Database

from engine.domain.data import Outcome
from engine.domain.fact import Fact
from engine.domain.words import duration, family_name, share
from engine.evidence.measured import (
    counted,
    criteria,
    differences,
    holdout,
    scores,
    spread,
    worded,
)
from engine.evidence.standing import Standing, standing
from engine.evidence.stated import ending, help_given, hypotheses
from engine.evidence.versions import version


def collect(db: Database, slug: str) -> dict[str, Fact]:
    """Collect the facts of a project, by id.

    Raises
    ------
    NotFoundError
        If there is no such project.
    """
    return facts_of(standing(db, slug))


def facts_of(stand: Standing) -> dict[str, Fact]:
    """Turn what is stored about a project into facts, by id."""
    parts = (
        _data,
        version,
        ending,
        help_given,
        _brief,
        criteria,
        _split,
        _run,
        hypotheses,
        scores,
        differences,
        spread,
        holdout,
        _drivers,
        _findings,
    )
    return {fact.id: fact for part in parts for fact in part(stand)}


def _data(stand: Standing) -> Iterator[Fact]:
    data, origin, problem = stand.dataset, stand.dataset.provenance, stand.project.problem
    yield from worded("project.title", "Title of the project", stand.project.title)
    yield from worded("project.template", "Bundled template that the project started from", stand.project.template)
    yield counted("data.rows", "Rows in the data set", data.rows)
    yield counted("data.columns", "Columns in the data set", len(data.columns))
    yield counted("data.features", "Columns that the model may use", len(problem.features))
    yield from worded("data.target", "Column that is predicted", problem.target)
    yield from worded("data.sha256", "SHA-256 of the data set", data.sha256, f"{data.sha256[:12]}…")
    yield from worded("data.source", "Source of the data", origin.source)
    yield from worded("data.licence", "Licence of the data", origin.licence)
    if origin.retrieved_at:
        day = origin.retrieved_at
        shown = f"{day.day} {day:%B %Y}"
        yield from worded("data.retrieved", "When the data was retrieved", day.date().isoformat(), shown)


def _brief(stand: Standing) -> Iterator[Fact]:
    brief = stand.brief
    yield from worded("brief.question", "Question", brief.question)
    yield from worded("brief.reader", "Who decides with the answer", brief.reader)
    yield from worded("brief.decision", "What they decide", brief.decision)
    yield from worded("brief.constraints", "Constraints", brief.constraints)
    if brief.costs:
        yield from worded(
            "brief.costs", "What each error costs", _costs(brief.costs, " ".join(brief.cost_unit.split()))
        )
    if stand.judged_before_runs:
        yield from worded("brief.before_runs", "Criterion set before the first run", "yes")


def _costs(costs: Mapping[str, float], unit: str) -> str:
    """Write ``Yes -> No`` as people say it, the unit once."""
    values = set(costs.values())
    if len(values) == 1:
        return f"every error alike: {values.pop():g} {unit}".strip()
    named = "; ".join(f"{name.replace('->', 'taken for')}: {value:g}" for name, value in costs.items())
    return f"{named} ({unit})" if unit else named


def _split(stand: Standing) -> Iterator[Fact]:
    split, spec = stand.split, stand.split.spec
    yield from worded("split.kind", "Kind of split", str(spec.kind), str(spec.kind).replace("_", " and "))
    yield from worded("split.column", "Column that the split follows", spec.column)
    yield from worded("split.reason", "Why the rows are split so", spec.reason)
    yield counted("split.train_rows", "Rows for training", split.train_rows)
    yield counted("split.holdout_rows", "Rows in the sealed hold-out", split.holdout_rows)
    # A split by time has as many folds as its times allow, not as many as were asked for.
    made = len(stand.evaluation["folds"]) if stand.evaluation else spec.folds
    yield counted("split.folds", "Folds inside the training part", made)
    yield from worded("split.sha256", "SHA-256 of the split", split.rows_sha256, f"{split.rows_sha256[:12]}…")


def _run(stand: Standing) -> Iterator[Fact]:
    if stand.run is None:
        return
    run_id, result = stand.run.id, stand.run.result
    yield Fact(id="run.id", title="Number of the run", value=run_id, text=str(run_id), run_id=run_id)
    if stand.run.params.get("exploratory"):
        yield from worded("run.exploratory", "The brief was incomplete when the run began", "yes", run_id=run_id)
    for key, title in (("trials", "Trials"), ("failed", "Trials that failed")):
        if result.get(key) is not None:
            yield counted(f"run.{key}", title, int(result[key]), run_id)
    if result.get("failed"):
        yield from worded("run.some_failed", "Some trials failed", "yes", run_id=run_id)
    if result.get("seconds") is not None:
        seconds = float(result["seconds"])
        text = duration(seconds)
        yield Fact(id="run.seconds", title="Time for the search", value=seconds, text=text, run_id=run_id)
    if result.get("seed") is not None:
        seed = int(result["seed"])
        yield Fact(id="run.seed", title="Seed of the run", value=seed, text=str(seed), run_id=run_id)
    tried = [row["family"] for row in result.get("leaderboard") or () if row["kind"] not in ("ensemble", "dummy")]
    names = ", ".join(family_name(name, within=True) for name in dict.fromkeys(tried))
    yield from worded("run.families", "Families of models that were tried", names, run_id=run_id)


def _drivers(stand: Standing) -> Iterator[Fact]:
    explanation = stand.explanation
    if stand.run is None:
        return
    run_id = stand.run.id
    for place, entry in enumerate((explanation.get("importance") or ())[:3], start=1):
        title = f"Column number {place} in importance"
        yield from worded(f"explain.top{place}", title, str(entry["column"]), run_id=run_id)
        if entry.get("share") is not None:
            part = float(entry["share"])
            title = f"Share of column number {place} in all contributions"
            yield Fact(id=f"explain.top{place}.share", title=title, value=part, text=share(part), run_id=run_id)
    for key, title in (("scale", "Scale of the explanation"), ("method", "Method of the explanation")):
        yield from worded(f"explain.{key}", title, str(explanation.get(key) or ""), run_id=run_id)


def _findings(stand: Standing) -> Iterator[Fact]:
    seen: Counter[str] = Counter()
    for finding in stand.findings:
        if finding.outcome not in (Outcome.ISSUE, Outcome.TIP):
            continue
        seen[finding.code] += 1
        again = f".{seen[finding.code]}" if seen[finding.code] > 1 else ""
        yield from worded(f"finding.{finding.code}{again}", finding.title, finding.message)
