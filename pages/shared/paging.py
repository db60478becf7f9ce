"""Turning the pages of a long list; the address keeps the place."""

from __future__ import annotations

import streamlit as st

from pages.shared import state

EACH = 15


def offset() -> int:
    """Return at which entry the page that the address names begins."""
    return EACH * ((state.number("page") or 1) - 1)


def turn(total: int) -> None:
    """Draw the way to the pages before and after; nothing where all fits on one."""
    here, last = offset() // EACH + 1, max(1, -(-total // EACH))
    if last == 1 and here == 1:
        return
    with st.container(horizontal=True, vertical_alignment="center"):
        if st.button("Newer", icon=":material/chevron_left:", disabled=here <= 1):
            state.stay(page=here - 1 if here > 2 else 0)
            st.rerun()
        st.caption(f"Page {min(here, last):,} of {last:,}", width="content")
        if st.button("Older", icon=":material/chevron_right:", disabled=here >= last):
            state.stay(page=here + 1)
            st.rerun()
