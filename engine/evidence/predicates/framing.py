"""Checks on the question, the metric and the costs of errors."""

from __future__ import annotations

from engine.domain.metric import DEFAULT_METRIC
from engine.domain.project import BriefVersion, ProjectStatus
from engine.evidence.dossier import Dossier, distinct_words
from engine.evidence.predicates.found import Found, all_of, check, reason_found, score_found, short, speaks_of


@check
def brief_in_own_words(dossier: Dossier) -> Found | None:
    """Require a complete brief, not the bundled one."""
    version = _own_brief(dossier)
    if version is None:
        return None
    return Found(fact="brief.question", value=short(version.brief.question), at=version.created_at)


@check
def closed_by_its_criterion(dossier: Dossier) -> Found | None:
    """Require a criterion that stood before the first run, and an ending that says whether it was met."""
    version, project = _own_brief(dossier), dossier.project
    if version is None or dossier.run is None or dossier.first_run_at is None or project.closed_at is None:
        return None
    before = version.created_at <= dossier.first_run_at
    judged = project.status in (ProjectStatus.MET, ProjectStatus.NOT_MET) and dossier.reasons("close")
    if not before or not judged:
        return None
    value = f"{version.brief.criteria[0]}: {str(project.status).replace('_', ' ')}"
    return Found(fact="project.status", value=value, at=project.closed_at)


@check
def metric_reasoned(dossier: Dossier) -> Found | None:
    """Require a reason for the metric, and a run that was scored by it."""
    reasons = dossier.reasons("metric")
    return all_of(reason_found(reasons[0]), score_found(dossier)) if reasons else None


@check
def default_metric_rejected(dossier: Dossier) -> Found | None:
    """Require another metric than the usual one of the task, with a reason."""
    problem = dossier.project.problem
    return metric_reasoned(dossier) if problem.metric != DEFAULT_METRIC[problem.task] else None


@check
def costs_stated(dossier: Dossier) -> Found | None:
    """Require costs of errors that the person stated; those of a template must have been changed."""
    bundled = dossier.briefs[0].brief.costs if dossier.briefs and not dossier.is_own else None
    for version in dossier.briefs:
        costs = version.brief.costs
        if costs and costs != bundled and len(set(costs.values())) > 1:
            value = "; ".join(f"{name}: {cost:g}" for name, cost in costs.items())
            return Found(fact="brief.costs", value=short(value), at=version.created_at)
    return None


@check
def costs_decide(dossier: Dossier) -> Found | None:
    """Require costs that the decisions of a finished classification run were made by."""
    costs = dossier.project.problem.costs
    unequal = len({cost for row in costs for cost in row if cost}) > 1
    return all_of(costs_stated(dossier), score_found(dossier)) if unequal else None


@check
def costs_weighed(dossier: Dossier) -> Found | None:
    """Require costs that decide, and a reason that speaks of what is expected of them."""
    words = ("expected", "probabilit", "cost", "threshold")
    reasons = [one for one in dossier.reasons("threshold", "evaluate", "promote", "costs") if speaks_of(one, *words)]
    return all_of(reason_found(reasons[0]), costs_decide(dossier)) if reasons else None


@check
def value_stated(dossier: Dossier) -> Found | None:
    """Require costs with their unit, and the smallest difference that would change the decision."""
    for version in dossier.briefs:
        brief = version.brief
        if brief.costs and brief.cost_unit.strip() and brief.matters is not None and costs_stated(dossier):
            value = f"{brief.matters:g} would change the decision; costs in {brief.cost_unit}"
            return Found(fact="brief.matters", value=short(value), at=version.created_at)
    return None


def _own_brief(dossier: Dossier) -> BriefVersion | None:
    """Find the first complete brief in the person's own words; that of a template must have been rewritten."""
    first = dossier.briefs[0].brief if dossier.briefs else None
    for version in dossier.briefs:
        brief = version.brief
        rewritten = first is not None and any(
            distinct_words(new) != distinct_words(old)
            for new, old in ((brief.question, first.question), (brief.reader, first.reader))
        )
        enough = len(distinct_words(f"{brief.question} {brief.reader} {brief.decision}")) >= 12
        if brief.complete and enough and (dossier.is_own or rewritten):
            return version
    return None
