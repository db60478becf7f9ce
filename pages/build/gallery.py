"""Gallery: real questions to start from, and the doors for one's own data and for catalogues."""

from __future__ import annotations

import streamlit as st

from engine.actions import intake as bringing
from engine.actions import projects as starting
from engine.actions import skills
from engine.domain.record import Guidance
from engine.domain.words import within
from engine.store import intakes
from engine.store.db import connect
from pages.shared import cards, elsewhere, gallery_filter, hint, messages, state


def page() -> None:
    """Draw the page."""
    st.title("Choose a question")
    names = ["Real questions", "Your own data", "Catalogue", "From elsewhere"]
    # Only the open tab is drawn: searching a catalogue takes longer than showing three cards.
    doors = (_templates, _own, elsewhere.catalogue, elsewhere.hubs)
    for tab, draw in zip(st.tabs(names, on_change="rerun", key="doors"), doors, strict=True):
        with tab:
            if tab.open:
                draw()


def _templates() -> None:
    found, faults = starting.shelf()
    for fault in faults:
        st.warning(f"A template cannot be used. {messages.plain(fault)}", icon=":material/error:")
    names = {one["id"]: one["name"] for one in skills.skills(state.settings())}
    shown = gallery_filter.ask(list(found.values()), names)
    guidance = st.segmented_control(
        "How much help?",
        list(hint.NAMES),
        format_func=hint.NAMES.__getitem__,
        default=Guidance.GUIDED,
        required=True,
        help="It can be changed later; the record keeps the most help that a project ever had.",
    )
    st.caption(hint.MEANING[guidance])
    if not shown:
        st.info("No template fits all of that. Take a filter away.", icon=":material/search_off:")
    for start in range(0, len(shown), 3):
        for column, one in zip(st.columns(3), shown[start : start + 3], strict=False):
            with column:
                proves = [within(names[skill]) for skill in one.skills if skill in names]
                cards.template(one, guidance=guidance, proves=proves)


def _own() -> None:
    """Take a file; how it is read and what it holds is shown on a page of its own."""
    st.markdown(
        "CSV and other delimited text, Excel, Parquet, JSON, SQLite, or a zip or gzip of one of them. "
        "The file stays on this machine."
    )
    upload = st.file_uploader("File", label_visibility="collapsed")
    if upload is not None:
        with messages.guard():
            state.go_intake(bringing.bring(state.settings(), upload, upload.name))
    with connect(state.settings()) as db:
        waiting = intakes.waiting(db)
    if waiting:
        st.markdown("##### Files on their way in")
    for one in waiting:
        with st.container(horizontal=True, vertical_alignment="center"):
            st.page_link(
                state.FILES["bring"],
                label=f"**{messages.plain(one.name)}** · {one.created_at:%d %B %Y}",
                icon=":material/draft:",
                query_params={"intake": str(one.id)},
            )
            if st.button("Throw away", key=f"away-{one.id}", icon=":material/delete:", type="tertiary"):
                with messages.guard():
                    bringing.throw_away(state.settings(), one.id)
                    st.rerun()


page()
