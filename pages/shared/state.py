"""Where the reader is, and the settings: the only place that touches the address and the session."""

from __future__ import annotations

import time

import streamlit as st

from engine import settings as environment
from engine.domain.project import Project
from engine.settings import Settings
from engine.store import projects
from engine.store.db import connect

_PROJECT = "project"

FILES = {
    "today": "pages/study/today.py",
    "path": "pages/study/path.py",
    "lesson": "pages/study/lesson.py",
    "ideas": "pages/study/ideas.py",
    "practice": "pages/study/practice.py",
    "cases": "pages/study/cases.py",
    "gallery": "pages/build/gallery.py",
    "bring": "pages/build/bring.py",
    "brief": "pages/build/brief.py",
    "data": "pages/build/data.py",
    "prepare": "pages/build/prepare.py",
    "train": "pages/build/train.py",
    "evaluate": "pages/build/evaluate.py",
    "explain": "pages/build/explain.py",
    "holdout": "pages/build/holdout.py",
    "watch": "pages/build/watch.py",
    "writeup": "pages/publish/writeup.py",
    "evidence": "pages/publish/evidence.py",
    "portfolio": "pages/publish/portfolio.py",
    "jobs": "pages/career/jobs.py",
    "resume": "pages/publish/resume.py",
    "profile": "pages/settings/profile.py",
}
"""Every page by its name."""


def settings() -> Settings:
    """Read the settings from the environment."""
    return environment.from_environment()


def slug() -> str | None:
    """Return the short name of the project that the address names; a page opened without one keeps the last."""
    named = st.query_params.get(_PROJECT)
    if named:
        st.session_state[_PROJECT] = named
        return str(named)
    last = st.session_state.get(_PROJECT)
    if last:
        st.query_params[_PROJECT] = last
    return last


def project() -> Project | None:
    """Fetch the project that the address names; nothing if it names none or one that does not exist."""
    name = slug()
    if not name:
        return None
    with connect(settings()) as db:
        return projects.get(db, name) if projects.exists(db, name) else None


def place(name: str | None = None) -> dict[str, str]:
    """Return what a link's address must carry to stay with a project."""
    named = name or slug()
    return {_PROJECT: named} if named else {}


def go(page: str, project_slug: str | None = None) -> None:
    """Open another page, with a project."""
    if project_slug:
        st.session_state[_PROJECT] = project_slug
    st.switch_page(FILES[page], query_params=place(project_slug))


def intake() -> int | None:
    """Return the number of the file on its way in that the address names."""
    named = str(st.query_params.get("intake") or "")
    return int(named) if named.isdecimal() and len(named) < 12 else None


def go_intake(number: int) -> None:
    """Open the page of a file on its way in."""
    st.switch_page(FILES["bring"], query_params={"intake": str(number)})


def card() -> str:
    """Return the practice card that the address names."""
    return str(st.query_params.get("card") or "")[:200]


def quiz() -> int:
    """Return the number of the quiz that the address names; 0 for none."""
    named = str(st.query_params.get("quiz") or "")
    return int(named) if named.isdecimal() and len(named) < 12 else 0


def batch() -> int:
    """Return the number of the batch that the address names, 0 without one."""
    named = st.query_params.get("batch", "")
    return int(named) if named.isdigit() else 0


def stay(**where: str | int) -> None:
    """Name a place of this page in the address; what is empty is taken out of it."""
    for name, value in where.items():
        if value:
            st.query_params[name] = str(value)
        elif name in st.query_params:
            del st.query_params[name]


def number(name: str) -> int | None:
    """Return a number that the address names, such as that of a posting."""
    named = str(st.query_params.get(name) or "")
    return int(named) if named.isdecimal() and len(named) < 12 else None


def seconds_since_shown(name: str) -> float:
    """Say for how many seconds something has been shown in this session."""
    shown = st.session_state.setdefault("shown", {})
    return time.monotonic() - float(shown.setdefault(name, time.monotonic()))


def note(text: str) -> None:
    """Keep a sentence that is shown once, after the next rerun."""
    st.session_state["note"] = text


def noted() -> str:
    """Take the sentence that was kept."""
    return str(st.session_state.pop("note", ""))
