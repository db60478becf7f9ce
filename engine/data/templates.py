"""Template projects: declared in files, their data read from the pinned data package after a check of its hash."""

from __future__ import annotations

import itertools
from collections.abc import Collection, Iterator
from pathlib import Path

import numpy as np
import pandas as pd

from engine.data.catalogue.packaged import read_packaged
from engine.data.making import made
from engine.data.template_declared import LEVELS, declared
from engine.domain.data import Problem
from engine.domain.template import Template
from engine.errors import ContentError, EngineError

SHORTEST_STORY, LONGEST_STORY = 120, 600
"""Words of ``brief.md``."""


def load_all(folder: Path) -> dict[str, Template]:
    """Load every template of a folder, by slug, in the order of their levels and lengths.

    Raises
    ------
    ContentError
        If one of them is faulty.
    """
    if not folder.is_dir():
        raise ContentError(folder.name, "the folder", "a folder with one folder for each template")
    found = [load(path) for path in sorted(folder.iterdir()) if path.is_dir() and not path.name.startswith((".", "_"))]
    found.sort(key=lambda template: (LEVELS.index(template.level), template.minutes, template.title))
    return {template.slug: template for template in found}


def load(folder: Path) -> Template:
    """Load one template from its ``project.toml`` and ``brief.md``; the folder's name is its slug.

    Raises
    ------
    ContentError
        Names the file, the key and what is expected, of the first fault.
    """
    template, faults = declared(folder)
    if template is None:
        raise faults[0]
    return template


def faults_of(folder: Path, *, skills: Collection[str]) -> list[ContentError]:
    """Look for everything that is wrong with a template: its words, its data, and whether they fit each other.

    Parameters
    ----------
    folder : Path
    skills : collection of str
        Ids of the skills that there are.

    Returns
    -------
    list of ContentError
        File, key and what is expected; empty where nothing is wrong.
    """
    if not folder.is_dir():
        return [ContentError(folder.name, "the folder", "a folder with project.toml and brief.md")]
    template, faults = declared(folder)
    file = f"{folder.name}/project.toml"
    extra = sorted(path.name for path in folder.iterdir() if path.name not in ("project.toml", "brief.md"))
    found = [*faults, *(ContentError(folder.name, name, "project.toml and brief.md alone") for name in extra)]
    if template is None:
        return found
    unknown = [one for one in template.skills if one not in skills]
    found += [ContentError(file, "skills", f"ids of skills; {one!r} is none") for one in unknown]
    words = len(template.story.split())
    if not SHORTEST_STORY <= words <= LONGEST_STORY:
        wanted = f"{SHORTEST_STORY} to {LONGEST_STORY} words; it has {words}"
        found.append(ContentError(f"{folder.name}/brief.md", "the text", wanted))
    return found + list(_of_data(template, file))


def _of_data(template: Template, file: str) -> Iterator[ContentError]:
    try:
        frame = read_frame(template)
    except ContentError as fault:
        yield fault
        return
    except EngineError as error:
        yield ContentError(file, "data", f"a file that can be read ({error.message.rstrip('.')})")
        return
    for name in frame.columns:
        if name not in template.dictionary:
            yield ContentError(file, f"dictionary.{name}", "a text on this column of the data")
    try:
        problem = problem_of(template, frame)
        yield from _of_split(template, problem, frame, file)
    except EngineError as error:
        yield ContentError(file, "target", f"something that fits the data ({error.message.rstrip('.')})")


def _of_split(template: Template, problem: Problem, frame: pd.DataFrame, file: str) -> Iterator[ContentError]:
    from engine.data.split.folds import folds
    from engine.data.split.holdout import holdout_rows
    from engine.data.split.ordering import group_codes
    from engine.data.target import encode_target

    spec = template.split
    try:
        train, held = holdout_rows(frame, spec, problem)
        part = frame.iloc[train]
        made_folds = folds(part, encode_target(part[problem.target], problem), spec, problem)
    except EngineError as error:
        yield ContentError(file, "split", f"a split that the data allows ({error.message.rstrip('.')})")
        return
    if not spec.group_columns:
        return
    groups = group_codes(frame, spec)
    inside = groups[train]
    leaks = any(np.intersect1d(inside[fit], inside[rest]).size for fit, rest in itertools.islice(made_folds, 1))
    if leaks or (str(spec.kind) != "given" and np.intersect1d(inside, groups[held]).size):
        yield ContentError(file, "split.column", "groups that stay on one side of the split")


def problem_of(template: Template, frame: pd.DataFrame) -> Problem:
    """Settle the problem that a template states on its data. Raises ``InputError`` where they do not fit."""
    from engine.data.schema import describe, make_problem

    kept = frame.drop(columns=list(template.drop), errors="ignore")
    return make_problem(
        kept,
        describe(kept),
        target=template.target,
        task=template.task,
        metric=template.metric,
        positive=template.positive or None,
        drop=[*template.unused, *([template.weight] if template.weight else [])],
        costs=template.brief.costs,
        log_target=template.log_target,
    )


def read_frame(template: Template) -> pd.DataFrame:
    """Read the data of a template from the pinned package, made into one table, its telling gaps filled.

    Returns
    -------
    DataFrame of shape (n_rows, n_columns)
        All columns, also those that the template leaves out; text as ``str``.

    Raises
    ------
    InputError
        If the package is not installed, or in another version.
    StorageError
        If the file is not the one that the template was written for.
    """
    frame = made(read_packaged(template.table), template.make, template.slug)
    unknown = [name for name in (*template.dictionary, *template.fill) if name not in frame.columns]
    if unknown:
        raise ContentError(f"{template.slug}/project.toml", f"dictionary.{unknown[0]}", "a column of the data")
    for name, value in template.fill.items():
        if isinstance(value, str) != isinstance(frame[name].dtype, pd.StringDtype):
            raise ContentError(f"{template.slug}/project.toml", f"fill.{name}", "a value of the column's own type")
    return frame.fillna(dict(template.fill)) if template.fill else frame
