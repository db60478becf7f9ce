"""The case of a template: its story and milestones; at the end what to think about, and where it can go next."""

from __future__ import annotations

import streamlit as st

from engine.domain.template import Template
from pages.shared import messages


def case(template: Template) -> None:
    """Draw the story and the milestones."""
    # Written by us and checked when it is loaded; headings become smaller than the page's own.
    st.markdown(template.story.replace("\n## ", "\n#### ").replace("# ", "### ", 1))
    st.markdown("#### Milestones")
    st.markdown("\n".join(f"{place}. {messages.plain(one)}" for place, one in enumerate(template.milestones, start=1)))


def ending(template: Template) -> None:
    """Draw the questions for the end, and where the project can go next."""
    with st.container(border=True):
        st.markdown("**Before you close it**")
        st.markdown("\n".join(f"- {messages.plain(one)}" for one in template.reflection))
        st.markdown("**Where it can go next**")
        st.markdown("\n".join(f"- {messages.plain(one)}" for one in template.onward))
