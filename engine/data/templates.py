"""Template projects: declared in files, their data read from the pinned data package after a check of its hash."""

from __future__ import annotations

import re
from pathlib import Path

import pandas as pd

from engine.data.catalogue.packaged import read_packaged
from engine.data.declaration import Section, read_text, read_toml
from engine.domain.data import SplitKind, SplitSpec
from engine.domain.metric import find_metric
from engine.domain.project import Brief, Criterion, Where, check_slug
from engine.domain.task import Task
from engine.domain.template import Table, Template
from engine.errors import ContentError

LEVELS = ("beginner", "intermediate", "advanced")
TIERS = ("A", "B", "C")

_SHA256 = re.compile(r"[0-9a-f]{64}")
_NEEDS_COLUMN = (SplitKind.GROUP, SplitKind.TIME, SplitKind.GROUP_TIME, SplitKind.GIVEN)


def load_all(folder: Path) -> dict[str, Template]:
    """Load every template of a folder, by slug, in the order of their levels and titles.

    Raises
    ------
    ContentError
        If one of them is faulty.
    """
    if not folder.is_dir():
        raise ContentError(folder.name, "the folder", "a folder with one folder for each template")
    found = [load(path) for path in sorted(folder.iterdir()) if path.is_dir() and not path.name.startswith((".", "_"))]
    found.sort(key=lambda template: (LEVELS.index(template.level), template.title))
    return {template.slug: template for template in found}


def load(folder: Path) -> Template:
    """Load one template from its ``project.toml`` and ``brief.md``; the folder's name is its slug.

    Raises
    ------
    ContentError
        Names the file, the key and what is expected.
    """
    name = f"{folder.name}/project.toml"
    top = read_toml(folder / "project.toml", name)
    slug = top.check("the folder's name", check_slug, folder.name)
    task = Task(top.one_of("task", list(Task)))
    data, brief = top.section("data"), top.section("brief")
    dictionary = _free_texts(top.section("dictionary"))
    metric = top.text("metric")
    template = Template(
        slug=slug,
        title=top.text("title"),
        level=top.one_of("level", LEVELS),
        minutes=top.whole("minutes", least=1),
        domain=top.text("domain"),
        task=task,
        question=top.text("question"),
        table=_table(data),
        drop=_free_texts(top.section("drop", optional=True)),
        fill=_fill(top.section("fill", optional=True)),
        target=top.text("target"),
        positive=top.text("positive", ""),
        metric=top.check("metric", find_metric, metric, task).id,
        metric_reason=top.text("metric_reason"),
        log_target=top.flag("log_target", False),
        split=_split(top.section("split")),
        brief=_brief(brief, task),
        source=data.text("source"),
        licence=data.text("licence"),
        tier=data.one_of("tier", TIERS),
        dictionary=dictionary,
        pitfalls=top.texts("pitfalls"),
        skills=top.texts("skills"),
        story=read_text(folder / "brief.md", f"{folder.name}/brief.md"),
        folder=folder,
    )
    data.done()
    top.done()
    _check_together(template, top)
    return template


def _table(data: Section) -> Table:
    sha256 = data.text("sha256")
    if not _SHA256.fullmatch(sha256):
        raise data.fault("sha256", "64 hexadecimal digits in lower case")
    return Table(package=data.text("package"), path=data.text("path"), sha256=sha256)


def _free_texts(section: Section) -> dict[str, str]:
    return section.every(section.text)


def _fill(section: Section) -> dict[str, str | float]:
    return {key: value for key, value in section.every(section.scalar).items() if value is not None}


def _split(section: Section) -> SplitSpec:
    spec = SplitSpec(
        kind=SplitKind(section.one_of("kind", list(SplitKind))),
        fraction=section.number("fraction", 0.2),
        seed=section.whole("seed", 0),
        folds=section.whole("folds", 5, least=2),
        column=section.text("column", ""),
        time_column=section.text("time_column", ""),
        after=section.scalar("after"),
        reason=section.text("reason"),
    )
    section.done()
    if not 0 < spec.fraction <= 0.5:
        raise section.fault("fraction", "a number above 0, at most 0.5")
    if (spec.kind in _NEEDS_COLUMN) != bool(spec.column):
        raise section.fault("column", f"a column exactly where the kind needs one ({spec.kind})")
    return spec


def _brief(section: Section, task: Task) -> Brief:
    costs_at = section.section("costs")
    criteria = tuple(section.check("criteria", Criterion.parse, text) for text in section.texts("criteria"))
    for criterion in criteria:
        section.check("criteria", find_metric, criterion.metric, task, criterion=True)
    brief = Brief(
        question=section.text("question"),
        reader=section.text("reader"),
        decision=section.text("decision"),
        criteria=criteria,
        judged_on=Where(section.one_of("judged_on", list(Where))),
        constraints=section.text("constraints"),
        costs=costs_at.every(costs_at.number),
        cost_unit=section.text("cost_unit"),
    )
    section.done()
    if not brief.costs:
        raise section.fault("costs", "at least one cost")
    return brief


def _check_together(template: Template, top: Section) -> None:
    """Make sure that every column that is named is in the dictionary, and that the keys fit one another."""
    named = {
        "target": [template.target],
        "drop": list(template.drop),
        "fill": list(template.fill),
        "split.column": [name for name in (template.split.column, template.split.time_column) if name],
    }
    for key, names in named.items():
        for name in names:
            if name not in template.dictionary:
                raise top.fault(key, f"columns of the dictionary; {name!r} is not one")
    if {template.target, template.split.column, template.split.time_column} & set(template.drop):
        raise top.fault("drop", "neither the target nor a column of the split")
    if template.positive and template.task is not Task.BINARY:
        raise top.fault("positive", "no such key: only two classes have a positive one")
    if template.log_target and template.task is not Task.REGRESSION:
        raise top.fault("log_target", "false: only a number has a log scale")
    pattern = r"too (high|low)" if template.task is Task.REGRESSION else r".+ -> .+"
    for key in template.brief.costs or {}:
        if not re.fullmatch(pattern, key):
            wanted = "'too high' and 'too low'" if template.task is Task.REGRESSION else "'<actual> -> <said>'"
            raise top.fault(f"brief.costs.{key}", f"{wanted} as keys")


def read_frame(template: Template) -> pd.DataFrame:
    """Read the data of a template from the pinned package, with the gaps filled that stand for a value.

    Returns
    -------
    DataFrame of shape (n_rows, n_columns)
        All columns of the file, also those that the template leaves out; text as ``str``.

    Raises
    ------
    InputError
        If the package is not installed, or in another version.
    StorageError
        If the file is not the one that the template was written for.
    """
    frame = read_packaged(template.table)
    unknown = [name for name in (*template.dictionary, *template.fill) if name not in frame.columns]
    if unknown:
        raise ContentError(f"{template.slug}/project.toml", f"dictionary.{unknown[0]}", "a column of the data")
    for name, value in template.fill.items():
        if isinstance(value, str) != isinstance(frame[name].dtype, pd.StringDtype):
            raise ContentError(f"{template.slug}/project.toml", f"fill.{name}", "a value of the column's own type")
    return frame.fillna(dict(template.fill)) if template.fill else frame
