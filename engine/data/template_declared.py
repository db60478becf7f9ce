"""A template read from its declaration, key by key: every fault is named, not only the first."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any, ParamSpec, TypeVar

from engine.data.declaration import Section, read_text, read_toml
from engine.data.making_declared import making, sha256_of
from engine.domain.data import SplitKind, SplitSpec
from engine.domain.metric import find_metric
from engine.domain.project import Brief, Criterion, Where, check_slug
from engine.domain.task import Task
from engine.domain.template import Table, Template
from engine.errors import ContentError

LEVELS = ("beginner", "intermediate", "advanced")
TIERS = ("A", "B", "C")
STATIONS = ("brief", "data", "prepare", "train", "evaluate", "explain", "holdout", "writeup")

_ID = re.compile(r"[A-Z][0-9]{2}")
_NEEDS_COLUMN = (SplitKind.GROUP, SplitKind.TIME, SplitKind.GROUP_TIME, SplitKind.GIVEN)

P = ParamSpec("P")
T = TypeVar("T")


class Faults(list[ContentError]):
    """What is wrong, gathered while reading goes on."""

    def take(self, read: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T | None:
        """Read something; a fault is noted and gives nothing."""
        try:
            return read(*args, **kwargs)
        except ContentError as fault:
            self.append(fault)
            return None

    def all_of(self, readers: dict[str, Callable[[], Any]]) -> dict[str, Any] | None:
        """Read several things by name; nothing if one of them is faulty."""
        before = len(self)
        found = {name: self.take(read) for name, read in readers.items()}
        return found if len(self) == before else None


def declared(folder: Path) -> tuple[Template | None, list[ContentError]]:
    """Read ``project.toml`` and ``brief.md`` of a folder; the template only if nothing is wrong with it."""
    name, faults = f"{folder.name}/project.toml", Faults()
    top = faults.take(read_toml, folder / "project.toml", name)
    if top is None:
        return None, faults
    task = faults.take(lambda: Task(top.one_of("task", list(Task))))
    parts = faults.all_of(
        {
            "slug": lambda: top.check("the folder's name", check_slug, folder.name),
            **_words(top),
            **_data(top, faults),
            "target": lambda: top.text("target"),
            "positive": lambda: top.text("positive", ""),
            "metric": lambda: _metric(top, task),
            "log_target": lambda: top.flag("log_target", False),
            "weight": lambda: top.text("weight", ""),
            "drop": lambda: free_texts(top.section("drop", optional=True)),
            "unused": lambda: free_texts(top.section("unused", optional=True)),
            "fill": lambda: _fill(top.section("fill", optional=True)),
            "make": lambda: tuple(making(step) for step in top.sections("make")),
            "split": lambda: _split(top.section("split"), faults),
            "brief": lambda: _brief(top.section("brief"), task, faults),
            "dictionary": lambda: free_texts(top.section("dictionary")),
            "hints": lambda: _hints(top.section("hints", optional=True)),
            "story": lambda: read_text(folder / "brief.md", f"{folder.name}/brief.md"),
        }
    )
    faults.take(top.done)
    if faults or parts is None or task is None:
        return None, faults
    template = Template(task=task, folder=folder, **parts)
    faults.take(_check_together, template, top)
    return (None if faults else template), faults


def _words(top: Section) -> dict[str, Callable[[], Any]]:
    return {
        "id": lambda: _id(top),
        "title": lambda: top.text("title"),
        "level": lambda: top.one_of("level", LEVELS),
        "minutes": lambda: top.whole("minutes", least=1),
        "domain": lambda: top.text("domain"),
        "question": lambda: top.text("question"),
        "metric_reason": lambda: top.text("metric_reason"),
        "pitfalls": lambda: top.texts("pitfalls"),
        "skills": lambda: top.texts("skills"),
        "milestones": lambda: _between(top, "milestones", 4, 7),
        "reflection": lambda: _between(top, "reflection", 3, 5),
        "onward": lambda: top.texts("next"),
    }


def _data(top: Section, faults: Faults) -> dict[str, Callable[[], Any]]:
    data = faults.take(top.section, "data")
    if data is None:
        return {}

    def table() -> Table:
        names = data.texts("names") if data.has("names") else ()
        return Table(package=data.text("package"), path=data.text("path"), sha256=sha256_of(data), names=names)

    def last() -> str:
        tier = data.one_of("tier", TIERS)
        data.done()
        return tier

    return {
        "table": table,
        "source": lambda: data.text("source"),
        "licence": lambda: data.text("licence"),
        "tier": last,
    }


def _id(top: Section) -> str:
    value = top.text("id")
    if not _ID.fullmatch(value):
        raise top.fault("id", "a letter and two digits, such as T07")
    return value


def _metric(top: Section, task: Task | None) -> str:
    return top.check("metric", find_metric, top.text("metric"), task).id


def _between(top: Section, key: str, fewest: int, most: int) -> tuple[str, ...]:
    texts = top.texts(key)
    if not fewest <= len(texts) <= most:
        raise top.fault(key, f"{fewest} to {most} texts")
    return texts


def _hints(section: Section) -> dict[str, tuple[str, ...]]:
    found = section.every(section.texts)
    for station in found:
        if station not in STATIONS:
            raise section.fault(station, f"one of {', '.join(STATIONS)} as the key")
    return found


def free_texts(section: Section) -> dict[str, str]:
    """Read a table whose keys are free and whose values are texts."""
    return section.every(section.text)


def _fill(section: Section) -> dict[str, str | float]:
    return {key: value for key, value in section.every(section.scalar).items() if value is not None}


def _split(section: Section, faults: Faults) -> SplitSpec | None:
    parts = faults.all_of(
        {
            "kind": lambda: SplitKind(section.one_of("kind", list(SplitKind))),
            "fraction": lambda: section.number("fraction", 0.2),
            "seed": lambda: section.whole("seed", 0),
            "folds": lambda: section.whole("folds", 5, least=2),
            "column": lambda: section.text("column", ""),
            "time_column": lambda: section.text("time_column", ""),
            "after": lambda: section.scalar("after"),
            "more_columns": lambda: section.texts("more_columns") if section.has("more_columns") else (),
            "reason": lambda: section.text("reason"),
        }
    )
    section.done()
    if parts is None:
        return None
    spec = SplitSpec(**parts)
    if not 0 < spec.fraction <= 0.5:
        raise section.fault("fraction", "a number above 0, at most 0.5")
    if (spec.kind in _NEEDS_COLUMN) != bool(spec.column):
        raise section.fault("column", f"a column exactly where the kind needs one ({spec.kind})")
    return spec


def _brief(section: Section, task: Task | None, faults: Faults) -> Brief | None:
    def criteria() -> tuple[Criterion, ...]:
        found = tuple(section.check("criteria", Criterion.parse, text) for text in section.texts("criteria"))
        for criterion in found:
            section.check("criteria", find_metric, criterion.metric, task, criterion=True)
        return found

    def costs() -> dict[str, float]:
        table = section.section("costs")
        found = table.every(table.number)
        if not found:
            raise section.fault("costs", "at least one cost")
        return found

    parts = faults.all_of(
        {
            "question": lambda: section.text("question"),
            "reader": lambda: section.text("reader"),
            "decision": lambda: section.text("decision"),
            "criteria": criteria,
            "judged_on": lambda: Where(section.one_of("judged_on", list(Where))),
            "constraints": lambda: section.text("constraints"),
            "costs": costs,
            "cost_unit": lambda: section.text("cost_unit"),
        }
    )
    section.done()
    return Brief(**parts) if parts is not None else None


def _check_together(template: Template, top: Section) -> None:
    """Make sure that every column that is named is in the dictionary, and that the keys fit one another."""
    named = {
        "target": [template.target],
        "drop": list(template.drop),
        "unused": list(template.unused),
        "weight": [template.weight] if template.weight else [],
        "fill": list(template.fill),
        "split.column": list(template.split.columns),
    }
    for key, names in named.items():
        for name in names:
            if name not in template.dictionary:
                raise top.fault(key, f"columns of the dictionary; {name!r} is not one")
    if {template.target, *template.split.columns} & set(template.drop):
        raise top.fault("drop", "neither the target nor a column of the split")
    if template.target in template.unused:
        raise top.fault("unused", "not the target")
    if template.positive and template.task is not Task.BINARY:
        raise top.fault("positive", "no such key: only two classes have a positive one")
    if template.log_target and template.task is not Task.REGRESSION:
        raise top.fault("log_target", "false: only a number has a log scale")
    pattern = r"too (high|low)" if template.task is Task.REGRESSION else r".+ -> .+"
    for key in template.brief.costs or {}:
        if not re.fullmatch(pattern, key):
            wanted = "'too high' and 'too low'" if template.task is Task.REGRESSION else "'<actual> -> <said>'"
            raise top.fault(f"brief.costs.{key}", f"{wanted} as keys")
