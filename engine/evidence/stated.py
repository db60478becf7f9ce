"""Facts of the author's record: how the project ended, what was expected of each run, how much help there was."""

from __future__ import annotations

from collections.abc import Iterator

from engine.domain.fact import Fact
from engine.domain.metric import find_metric
from engine.domain.project import ProjectStatus
from engine.domain.record import Help, degree_that_counts
from engine.domain.run import Run
from engine.domain.words import number, with_interval
from engine.evidence.measured import worded
from engine.evidence.standing import Standing

ENDINGS = {ProjectStatus.MET: "met", ProjectStatus.NOT_MET: "not met", ProjectStatus.STOPPED: "stopped"}
"""How an ending is called."""

_DEGREES = {"guided": "guided, each step explained", "half": "hints on request", "blank": "without help"}


def ending(stand: Standing) -> Iterator[Fact]:
    """Give how the project was closed, when and why; nothing while it is open."""
    closed, why = stand.project.closed_at, stand.ending
    if stand.project.status is ProjectStatus.OPEN or closed is None:
        return
    yield from worded("project.ending", "How the author closed the project", ENDINGS[stand.project.status])
    day = closed.date().isoformat()
    yield from worded("project.closed", "When the project was closed", day, f"{closed.day} {closed:%B %Y}")
    if why is not None:
        yield from worded("project.ending.reason", "Why it was closed so", why.reason)


def hypotheses(stand: Standing) -> Iterator[Fact]:
    """Give each hypothesis, and its outcome once its run has shown it."""
    for place, run in enumerate(stand.expected, start=1):
        stated, found = run.params["hypothesis"], run.result.get("hypothesis") or {}
        yield from worded(f"hypothesis.{place}", f"Hypothesis {place}", str(stated["text"]), run_id=run.id)
        if found.get("outcome"):
            title = f"Outcome of hypothesis {place}"
            yield from worded(f"hypothesis.{place}.outcome", title, str(found["outcome"]), run_id=run.id)
            yield _difference(place, run, int(stated["against"]))


def _difference(place: int, run: Run, against: int) -> Fact:
    found = run.result["hypothesis"]
    value, low, high = (None if found[key] is None else float(found[key]) for key in ("value", "low", "high"))
    assert value is not None
    metric = find_metric(found["metric"])
    return Fact(
        id=f"hypothesis.{place}.difference",
        title=f"{metric.title} gained by run {run.id} over run {against}; above zero is better",
        value=value,
        text=with_interval(value, low, high),
        low=low,
        high=high,
        metric=metric.id,
        method="paired bootstrap over the same rows, out of fold",
        run_id=run.id,
    )


def help_given(stand: Standing) -> Iterator[Fact]:
    """Give how much help a template project had; a question of one's own has no such fact."""
    if not stand.project.template:
        return
    degree = str(degree_that_counts(stand.assistance))
    hints = sum(one.kind is Help.HINT for one in stand.assistance)
    asked = sum(one.kind is Help.PITFALL and one.name.endswith(":asked") for one in stand.assistance)
    found = sum(one.kind is Help.PITFALL and one.name.endswith(":found") for one in stand.assistance)
    counted = [
        f"{number(count)} {word if count == 1 else f'{word}s'} {how}"
        for count, word, how in (
            (hints, "hint", "asked for"),
            (asked, "pitfall", "asked for"),
            (found, "pitfall", "found alone"),
        )
        if count
    ]
    yield from worded("project.guidance", "Degree of guidance", degree, "; ".join([_DEGREES[degree], *counted]))
