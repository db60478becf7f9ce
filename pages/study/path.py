"""Path: the map of skills by level and trust, each skill with its evidence, and what a role still asks for."""

from __future__ import annotations

from itertools import groupby
from typing import Any

import streamlit as st

from engine.actions import projects as starting
from engine.actions import skills
from engine.charts.skills import skill_map
from pages.shared import brought_form, charts, messages, skill_card, state

FIRST, ROLE, ALL = "First project", "Towards a role", "All skills"
VIEWS = {"first": FIRST, "role": ROLE, "all": ALL}


def page() -> None:
    """Draw the page."""
    st.title("Path")
    st.markdown("A level is computed from what you did, never ticked by hand.")
    settings = state.settings()
    found = skills.skills(settings)
    usual = skills.usual_view(settings)
    asked = st.query_params.get("view", usual)
    view = st.segmented_control(
        "Show",
        list(VIEWS),
        default=asked if asked in VIEWS else usual,
        format_func=VIEWS.__getitem__,
        label_visibility="collapsed",
        required=True,
    )
    st.query_params["view"] = view
    if view == "role":
        _role(found)
    else:
        shown = [one for one in found if view == "all" or one["id"] in skills.first()]
        # So few are one row.
        drawn = shown if view == "all" else [one | {"group_name": FIRST} for one in shown]
        charts.show(skill_map(drawn), name="skills")
        st.caption(skill_card.LEGEND)
        _groups(shown)
    brought_form.show(found)


def _role(found: list[dict[str, Any]]) -> None:
    """Show what the role asks for: what is there, what is missing, and the project that would prove it."""
    settings, names = state.settings(), skills.roles()
    aimed = skills.target_role(settings)
    chosen = st.selectbox(
        "Role to aim at",
        list(names),
        index=list(names).index(aimed) if aimed else None,
        format_func=names.__getitem__,
        placeholder="Choose a role: it steers what Today proposes",
        key="role",
    )
    if chosen is None:
        st.info("Each of the twelve roles asks for some of the sixty skills.", icon=":material/flag:")
        return
    if chosen != aimed:
        skills.set_target_role(settings, chosen)
    templates = starting.templates()
    gap = skills.role_gap(settings, chosen, {slug: one.skills for slug, one in templates.items()})
    there = [one for one in gap["asked"] if one["is_there"]]
    missing = [one for one in gap["asked"] if not one["is_there"]]
    st.markdown(f"#### {len(there)} of the {len(gap['asked'])} skills that it asks for are there")
    st.markdown(f"{gap['gist']} A project that shows it: {gap['project'][0].lower()}{gap['project'][1:]}.")
    charts.show(skill_map(gap["asked"], groups=[one["group_name"] for one in found]), name="role")
    st.caption(skill_card.LEGEND)
    best = next((slug for one in missing for slug in one["templates"][:1]), None)
    if best:
        closed = [one["name"] for one in missing if best in one["templates"]]
        with st.container(border=True, horizontal=True, vertical_alignment="center"):
            st.markdown(
                f"**{messages.plain(templates[best].title)}** lets you practise {len(closed)} of what is missing: "
                f"{', '.join(closed[:4]).lower()}{' and more' if len(closed) > 4 else ''}.",
                width="stretch",
            )
            if st.button("Choose a project", type="primary", icon=":material/arrow_forward:"):
                state.go("gallery")
    for title, asked in (("Still to be proved", missing), ("There", there)):
        if asked:
            st.subheader(title)
            for one in asked:
                skill_card.show(one, wanted=one["wanted"])


def _groups(shown: list[dict[str, Any]]) -> None:
    groups = [(name, list(members)) for name, members in groupby(shown, key=lambda one: one["group_name"])]
    for start in range(0, len(groups), 2):
        for column, (name, members) in zip(st.columns(2), groups[start : start + 2], strict=False):
            with column:
                st.markdown(f"##### {name}")
                for one in members:
                    skill_card.show(one)


page()
