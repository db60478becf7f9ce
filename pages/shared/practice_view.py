"""Below the card of the Practice page: quizzes, what the log says, interview notes, files to take away."""

from __future__ import annotations

import streamlit as st

from engine.actions import explain_back, practice
from engine.domain.words import share
from pages.shared import messages, state


def quiz_starter() -> None:
    """Draw the start of a quiz."""
    names = {"": "All skills"} | skill_names()
    with st.container(horizontal=True, vertical_alignment="bottom"):
        skill = st.selectbox("Quiz of eight questions", list(names), format_func=names.__getitem__, key="quiz-skill")
        if st.button("Start this quiz", icon=":material/checklist:"):
            with messages.guard():
                number = practice.start_quiz(state.settings(), skill or "").id
                state.stay(quiz=number, card="", turn="")
                st.rerun()


def log() -> None:
    """Draw what the log of practice says."""
    found = practice.statistics(state.settings())
    kept = found["retention"]
    if kept is None:
        st.caption("How much you retain is shown once cards come back after three weeks or more.")
    else:
        st.markdown(
            f"Of {found['mature_answers']} cards that came back after three weeks or more you knew "
            f"**{share(kept)}**; the dates are set so that it should be about {share(found['aim'])}."
        )
    names = skill_names()
    if found["skills"]:
        st.dataframe(
            [
                {
                    "Skill": names.get(one["skill"], one["skill"]),
                    "Cards": one["cards"],
                    "Mature": one["mature"],
                    "Recall now": share(one["chance"]) if one["cards"] else "",
                }
                for one in found["skills"]
            ],
            hide_index=True,
        )
    st.dataframe([{"Week of": one["week"], "Answers": one["answers"]} for one in found["weeks"]], hide_index=True)


def notes() -> None:
    """Draw the interview notes."""
    found = explain_back.notes(state.settings())
    if not found:
        st.caption("A week after you gave a reason for a choice, you are asked to explain it. What you say stays here.")
        return
    for one in reversed(found):
        st.markdown(f"**{messages.plain(one['title'])}: {messages.plain(one['step'])}**, {one['at']:%d %B %Y}")
        st.markdown(messages.plain(one["words"]))
    st.download_button(
        "Interview notes", lambda: explain_back.as_markdown(state.settings()), "interview-notes.md", "text/markdown"
    )


def files() -> None:
    """Draw what can be taken away."""
    st.download_button(
        "Questions for Anki", lambda: practice.as_anki(state.settings()), "proofolio-anki.txt", "text/plain"
    )
    st.download_button("My answers", lambda: practice.as_csv(state.settings()), "practice.csv", "text/csv")


def skill_names() -> dict[str, str]:
    """Name the skills that the bank practises."""
    return practice.skill_names()
