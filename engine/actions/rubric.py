"""The rubric of a project: what employers look at, checked before they do."""

from __future__ import annotations

from typing import Any

from engine.actions import projects as starting
from engine.evidence import rubric
from engine.publish import compose
from engine.settings import Settings
from engine.store import projects, rebuilds, writeups
from engine.store.db import connect


def judge(settings: Settings, slug: str) -> list[dict[str, Any]]:
    """Judge a project by the fifteen checks, from what is stored now.

    Returns
    -------
    list of dict
        ``number``, ``title``, ``result`` (pass, warn or fail), ``reason``, ``place``, ``must`` and ``reads_text``.

    Raises
    ------
    NotFoundError
        If there is no such project.
    """
    with connect(settings) as db:
        project = projects.get(db, slug)
        written = writeups.latest(db, slug)
        texts = compose.draft(db, slug) | (dict(written.sections) if written else {})
        bundled = ""
        if project.template:
            template = starting.template(project.template)
            brief = template.brief
            bundled = " ".join([template.story, template.question, brief.question, brief.reader, brief.decision])
        material = rubric.collect(db, slug, texts=texts, bundled=bundled, rebuilt=rebuilds.latest(db, slug))
    return [one.as_dict() for one in rubric.judge(material)]
