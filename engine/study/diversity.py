"""How different a person's projects are from each other: domain, task, source of data, family of model, language."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

DIMENSIONS: Mapping[str, str] = {
    "domain": "Domain",
    "task": "Task",
    "source": "Source of data",
    "family": "Family of model",
    "language": "Language",
}
"""What is looked at, in the order in which advice is given among equals."""

_ADVICE = {
    "domain": "{share} about {value}: take the next question from another field.",
    "task": "{share} predicting {value}: let the next one predict something of another kind.",
    "source": "{share} with data from {value}: bring data from somewhere else next.",
    "family": "{share} with the same family of model, {value}: give another one a fair chance, and say why it lost.",
    "language": "{share} in {value} alone: score predictions made in another language, such as R, against yours.",
}


@dataclass(frozen=True, kw_only=True)
class Trait:
    """What one project is, in each dimension; empty where it is not known yet."""

    title: str
    domain: str
    task: str
    source: str
    family: str
    language: str


@dataclass(frozen=True, kw_only=True)
class Diversity:
    """The meter: how often each value occurs, and one sentence of advice."""

    projects: int
    counts: Mapping[str, Mapping[str, int]]
    """Dimension to value to count of projects, most frequent first."""
    advice: str

    @property
    def kinds(self) -> int:
        """Different values over all dimensions."""
        return sum(len(found) for found in self.counts.values())


def measure(found: Sequence[Trait]) -> Diversity:
    """Count the values of each dimension and say where variety is missing most."""
    counts = {}
    for name in DIMENSIONS:
        counter = Counter(value for one in found if (value := getattr(one, name)))
        counts[name] = dict(sorted(counter.items(), key=lambda item: (-item[1], item[0])))
    return Diversity(projects=len(found), counts=counts, advice=_advise(len(found), counts))


def _advise(projects: int, counts: Mapping[str, Mapping[str, int]]) -> str:
    if not projects:
        return "Variety shows once there are projects: start with the one that you care about most."
    if projects == 1:
        return "With one project there is nothing to compare: take another field and another kind of answer next."
    known = {name: values for name, values in counts.items() if values}
    # The most one-sided dimension: its most frequent value has the largest share of the projects that have one.
    worst = max(known, key=lambda name: max(known[name].values()) / sum(known[name].values()), default=None)
    if worst is None:
        return "Nothing is known of these projects yet: finish a first run."
    value, count = next(iter(known[worst].items()))
    total = sum(known[worst].values())
    if count == 1:
        return "No two of your projects are alike in any respect that is looked at here."
    everyone = "Both projects are" if total == 2 else f"All {total} projects are"
    share = everyone if count == total else f"{count} of {total} projects are"
    return _ADVICE[worst].format(share=share, value=value)
