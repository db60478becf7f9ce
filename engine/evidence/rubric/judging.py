"""The fifteen checks in their order."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from engine.evidence.rubric import data, models, story
from engine.evidence.rubric.material import Material
from engine.evidence.rubric.verdict import Result, Verdict

Judged = tuple[Result, str]


@dataclass(frozen=True, kw_only=True)
class _Check:
    title: str
    judge: Callable[[Material], Judged]
    place: str
    must: bool = False
    reads_text: bool = False


_CHECKS: Sequence[_Check] = (
    _Check(title="Problem and reader stated", judge=story.problem, place="brief", must=True, reads_text=True),
    _Check(title="Criterion before the first run, and a verdict", judge=story.criterion, place="brief", must=True),
    _Check(title="Origin of the data", judge=data.origin, place="data", must=True),
    _Check(title="Quality of the data seen", judge=data.quality, place="data", must=True),
    _Check(title="Honest split", judge=data.split, place="data", must=True),
    _Check(title="No leak", judge=data.leaks, place="data", must=True),
    _Check(title="Better than simpler answers, or said not to be", judge=models.baselines, place="evaluate", must=True),
    _Check(title="A metric that fits the goal", judge=models.metric, place="brief"),
    _Check(title="Uncertainty and calibration", judge=models.uncertainty, place="evaluate"),
    _Check(title="Errors looked at", judge=models.errors, place="evaluate", must=True),
    _Check(title="Explained with care", judge=story.explanation, place="writeup", reads_text=True),
    _Check(title="Limits stated", judge=story.limits, place="writeup", must=True, reads_text=True),
    _Check(title="Reproducible in one command", judge=models.reproducible, place="portfolio", must=True),
    _Check(title="A readable repository", judge=models.repository, place="portfolio", must=True),
    _Check(title="Own, and explained", judge=story.own, place="brief", must=True),
)


def judge(material: Material) -> list[Verdict]:
    """Judge a project; one verdict for each check, in the order of the rubric.

    Parameters
    ----------
    material : Material
    """
    found = []
    for number, check in enumerate(_CHECKS, start=1):
        result, reason = check.judge(material)
        found.append(
            Verdict(
                number=number,
                title=check.title,
                result=result,
                reason=reason,
                place=check.place,
                must=check.must,
                reads_text=check.reads_text,
            )
        )
    return found
