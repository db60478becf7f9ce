"""The fifteen checks of what employers look at, worst first, each with the way to mend it."""

from __future__ import annotations

import streamlit as st

from engine.actions import rubric
from pages.shared import messages, state

_ORDER = {"fail": 0, "warn": 1, "pass": 2}
_ICONS = {"fail": ":material/error:", "warn": ":material/warning:", "pass": ":material/check_circle:"}
_COLOURS = {"fail": "red", "warn": "orange", "pass": "green"}
_NAMES = {"holdout": "Hold-out", "writeup": "Write-up"}
_WORDS = {"fail": "to be mended", "warn": "worth a look", "pass": "done"}


def show(slug: str) -> None:
    """Draw the list; what is done lies folded beneath."""
    found = sorted(rubric.judge(state.settings(), slug), key=lambda one: (_ORDER[one["result"]], not one["must"]))
    left = [one for one in found if one["result"] != "pass"]
    done = [one for one in found if one["result"] == "pass"]
    st.subheader("What a reviewer will look for")
    st.markdown("Nothing is missing." if not left else f"{len(done)} of {len(found)} checks are done.")
    for one in left:
        _row(one)
    if done:
        with st.expander(f"{len(done)} done"):
            for one in done:
                _row(one)
    st.caption(
        "Each check looks at what is stored; there is no total. Those that read texts see that something is filled in, "
        "not that it is good."
    )


def _row(one: dict[str, object]) -> None:
    result, place = str(one["result"]), str(one["place"])
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        with st.container(width="stretch"):
            st.markdown(
                f":{_COLOURS[result]}[{_ICONS[result]}] **{one['title']}**"
                f"{'' if result == 'pass' else f' · {_WORDS[result]}'}  \n{messages.plain(str(one['reason']))}"
            )
        if result != "pass":
            st.page_link(
                state.FILES[place],
                label=_NAMES.get(place, place.capitalize()),
                icon=":material/arrow_forward:",
                query_params=state.place(),
            )
