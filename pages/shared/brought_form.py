"""Evidence that was made elsewhere: the form for it, and what was brought."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import streamlit as st

from engine.actions import skills
from engine.domain.claim import Claim, ClaimKind
from engine.domain.fact import Trust
from engine.store import projects
from engine.store.db import connect
from pages.shared import messages, skill_card, state

KINDS = {
    ClaimKind.NOTEBOOK: ("A notebook (.ipynb)", ["ipynb"]),
    ClaimKind.PYTHON: ("A Python file (.py)", ["py"]),
    ClaimKind.SQL: ("Queries (.sql)", ["sql"]),
    ClaimKind.R_SCRIPT: ("An R script (.R)", ["r", "R"]),
    ClaimKind.COMMITS: ("A list of commits (git rev-list HEAD | git cat-file --batch)", ["txt"]),
    ClaimKind.PATCH: ("A patch (git format-patch)", ["patch", "diff"]),
    ClaimKind.TEST_REPORT: ("A test report (pytest --junitxml)", ["xml"]),
    ClaimKind.WORKFLOW: ("A Dockerfile or a workflow", None),
    ClaimKind.LINK: ("An address, on my word", None),
    ClaimKind.LEARNED: ("A note on what I learned", None),
}


def show(found: list[dict[str, Any]]) -> None:
    """Draw the form, and what was brought so far."""
    st.subheader("Made elsewhere")
    st.markdown(
        "What you did outside can count as well. A file is read, never run, and only its hash and what was found in it "
        "are kept: it can prove up to “applied”. What nobody can check counts up to “practised”, and says so."
    )
    with st.expander("Bring something in", icon=":material/add:"):
        _form({one["id"]: one["name"] for one in found})
    for claim in skills.brought(state.settings()):
        _claim(claim, {one["id"]: one["name"] for one in found})


def _form(names: Mapping[str, str]) -> None:
    left, right = st.columns(2)
    skill = left.selectbox("Skill", list(names), format_func=names.__getitem__, key="brought-skill")
    kind = right.selectbox("What it is", list(KINDS), format_func=lambda one: KINDS[one][0], key="brought-kind")
    is_file = kind.trust is Trust.IMPORTED
    with connect(state.settings()) as db:
        own = {"": "none"} | {one.slug: one.title for one in projects.all_of(db) if not one.template}
    with st.form("brought", border=False):
        given = st.file_uploader("File, up to 5 MB", type=KINDS[kind][1], max_upload_size=5) if is_file else None
        note = st.text_input("What you did, and what came of it", max_chars=skills.LONGEST_NOTE)
        left, right = st.columns(2)
        link = left.text_input("Address", max_chars=skills.LONGEST_LINK, placeholder="https://…")
        made_on = right.date_input("Made on", "today", max_value="today")
        project = left.selectbox("Project of your own that it belongs to", list(own), format_func=own.__getitem__)
        is_public = st.checkbox("May be shown on my published pages")
        if not st.form_submit_button("Add it", icon=":material/add:"):
            return
    with messages.guard():
        skills.bring(
            state.settings(),
            skill,
            kind,
            made_on=made_on,
            note=note,
            link=link,
            file_name=given.name if given else "",
            content=given.getvalue() if given else None,
            project=project,
            is_public=is_public,
        )
        state.note("It is kept; whether it proves a level stands with the skill.")
        st.rerun()


def _claim(claim: Claim, names: Mapping[str, str]) -> None:
    with st.container(horizontal=True, vertical_alignment="center", border=True):
        what = claim.file_name or claim.link or "a note"
        told = f" · SHA-256 {claim.file_sha256[:12]}…" if claim.file_sha256 else ""
        st.markdown(
            f"{skill_card.MARKS[claim.kind.trust]} **{messages.plain(names.get(claim.skill, claim.skill))}**: "
            f"{messages.plain(what)}  \n:gray[{messages.plain(claim.note)} {claim.made_on.isoformat()}{told}]",
            width="stretch",
        )
        if st.button("Take back", key=f"drop-{claim.id}", type="tertiary", icon=":material/delete:"):
            skills.take_back(state.settings(), claim.id)
            st.rerun()
