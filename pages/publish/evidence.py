"""Evidence: what a reviewer looks for, the skills that a project proves, and how a stranger checks it."""

from __future__ import annotations

import streamlit as st

from engine.actions import skills
from engine.domain.skill import LEVELS
from engine.store import rebuilds
from engine.store.db import connect
from pages.shared import frame, messages, rubric_view, skill_card, state


def page() -> None:
    """Draw the page."""
    project = frame.chosen("Evidence")
    if project is None:
        return
    st.title("Evidence")
    rubric_view.show(project.slug)
    _skills(project.slug)
    _proof(project.slug)


def _skills(slug: str) -> None:
    """List each skill that something in this project proves, once, at the highest level that it proves."""
    st.subheader("Skills that this project proves")
    found = []
    for one in skills.skills(state.settings()):
        here = [proof for proof in one["evidence"] if proof["ref"].partition("/")[0] == slug]
        if here:
            found.append((max(here, key=lambda proof: proof["level"]), one))
    if not found:
        st.markdown("None yet. A finished run, a stated criterion and an opened hold-out are the first that count.")
        return
    found.sort(key=lambda pair: (-pair[0]["level"], pair[1]["name"]))
    st.dataframe(
        [
            {
                "Skill": one["name"],
                "Level": LEVELS[proof["level"]],
                "Trust": f"{skill_card.MARKS[proof['trust']]} {skill_card.TOLD[proof['trust']]}",
                "Because": f"{proof['fact']}: {proof['value']}",
                "Since": proof["at"][:10],
            }
            for proof, one in found
        ],
        hide_index=True,
        column_config={"Because": st.column_config.TextColumn(width="large")},
    )
    st.page_link(state.FILES["path"], label="All skills, and what would prove the next", icon=":material/route:")


def _proof(slug: str) -> None:
    """Say how somebody else checks it, and what came of building it again."""
    st.subheader("How a stranger checks it")
    st.markdown(
        "1. **Files and signature** are intact: any changed byte shows.\n"
        "2. **Every score** is computed again from the published predictions.\n"
        "3. **The model** is built again from the raw data, in a clean place, and scored."
    )
    st.code("proofolio verify FOLDER            # levels 1 and 2\nproofolio verify FOLDER --rebuild  # level 3")
    st.caption(
        "Each published folder also holds check.py, which does levels 1 and 2 with nothing but Python. "
        "No file can prove who did the work, or that the data is true."
    )
    with connect(state.settings()) as db:
        last = rebuilds.latest(db, slug)
    if last is None:
        st.markdown("It has not been built again here yet. It takes a minute or two:")
    elif last["ok"]:
        st.markdown(f":green[:material/check_circle:] Built again on {last['day']}: every published score came out.")
    else:
        st.markdown(f":red[:material/error:] Built again on {last['day']}: {messages.plain(last['reason'])}")
    st.code(f"proofolio rebuild {slug}", language="bash")


page()
