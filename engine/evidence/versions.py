"""Facts of a newer version of a project: what changed in its data, and how its model compares with the one before."""

from __future__ import annotations

from collections.abc import Iterator

from engine.domain.fact import Fact
from engine.domain.metric import find_metric
from engine.domain.words import with_interval
from engine.evidence.measured import counted, scored, worded
from engine.evidence.standing import Standing


def version(stand: Standing) -> Iterator[Fact]:
    """Give what is known of the version before; nothing for a first version.

    The comparison counts only for the model that was compared: another one of the same version was not.
    """
    project, found = stand.project, stand.retraining
    if not project.newer_than:
        return
    yield from worded("version.older", "Version before this one", project.newer_than)
    sentences = " ".join(map(str, project.changes.get("sentences", ())))
    yield from worded("version.changes", "What changed in the data since", sentences)
    if found is None or not found.comparison or stand.trial is None or stand.run is None:
        return
    duel = found.comparison
    if duel["challenger_trial"] != stand.trial.id:
        return
    rows, method, run_id = int(duel["rows"]), str(duel["method"]), stand.run.id
    yield counted("version.rows", "Newest labelled rows that neither version learned from", rows)
    yield scored("version.champion", "of the version before, on them", duel["champion"], run_id, n=rows, method=method)
    yield scored("version.challenger", "of this version, on them", duel["challenger"], run_id, n=rows, method=method)
    gap, metric = duel["difference"], find_metric(duel["metric"])
    yield Fact(
        id="version.difference",
        title=f"{metric.title} gained over the version before; above zero is better",
        value=float(gap["value"]),
        text=with_interval(gap["value"], gap["low"], gap["high"]),
        low=gap["low"],
        high=gap["high"],
        metric=metric.id,
        n=rows,
        method=f"{method}, both on the same resamples",
        run_id=run_id,
    )
    yield from worded("version.verdict", "This version against the one before", str(gap["verdict"]))
