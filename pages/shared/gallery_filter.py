"""The filters of the gallery: field, level, task, and the skill that a template exercises."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import streamlit as st

from engine.domain.template import Template

_LEVELS = ("beginner", "intermediate", "advanced")
_TASKS = {"binary": "two classes", "multiclass": "several classes", "regression": "a number"}


def ask(found: Sequence[Template], skills: Mapping[str, str]) -> list[Template]:
    """Draw the filters and return the templates that pass; a filter with nothing chosen lets all pass.

    Parameters
    ----------
    found : sequence of Template
    skills : mapping
        Id of a skill to its name.
    """
    domains = sorted({one.domain for one in found})
    exercised = {skill for one in found for skill in one.skills}
    first, second, third, fourth = st.columns(4)
    domain = first.multiselect("Field", domains, placeholder="any")
    level = second.multiselect("Level", list(_LEVELS), placeholder="any")
    task = third.multiselect("Predicts", list(_TASKS), format_func=_TASKS.__getitem__, placeholder="any")
    known = [skill for skill in skills if skill in exercised]
    skill = fourth.multiselect("Skill to exercise", known, format_func=skills.__getitem__, placeholder="any")
    return [
        one
        for one in found
        if (not domain or one.domain in domain)
        and (not level or one.level in level)
        and (not task or str(one.task) in task)
        and (not skill or set(skill) & set(one.skills))
    ]
