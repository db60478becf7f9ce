"""What a search may use before it starts: budget, families, ranges, what a blend must do."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd
import streamlit as st

from engine.automl.choosing import CLARITY, SCORE
from engine.automl.families import find
from engine.automl.space import described, why_not
from engine.domain.project import Project
from engine.domain.words import family_name
from pages.shared import messages

_SECONDS = {"20-second": 20.0, "60-second": 60.0, "3-minute": 180.0, "10-minute": 600.0}
_COUNTED = "by trials"
_PREFERENCES = {
    SCORE: "Whichever scores best, also a blend",
    CLARITY: "One clear model, unless a blend is better beyond chance",
}


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What the person asks for."""

    seconds: float | None
    trials: int | None
    families: list[str] | None
    space: dict[str, dict[str, Any]]
    prefer: str

    @property
    def title(self) -> str:
        """Name the search as the button does."""
        if self.trials is not None:
            return f"{self.trials}-trial"
        return next(name for name, seconds in _SECONDS.items() if seconds == self.seconds)


def budget() -> tuple[float | None, int | None]:
    """Ask for seconds, or for a count of trials that makes the whole search repeatable."""
    chosen = st.segmented_control("Budget", [*_SECONDS, _COUNTED], default="60-second", required=True, key="budget")
    if chosen != _COUNTED:
        return _SECONDS[str(chosen)], None
    count = st.number_input(
        "Trials",
        min_value=3,
        max_value=2000,
        value=40,
        key="trial-budget",
        width=130,
        help="Trials are counted instead of seconds: with the same seed the whole search repeats itself exactly.",
    )
    return None, int(count)


def options(project: Project, rows: int) -> tuple[list[str] | None, dict[str, dict[str, Any]], str]:
    """Ask for families, ranges and preference; what is not touched stays as it comes."""
    with st.expander("Families and ranges", icon=":material/tune:"):
        families = [one for one in described(project.problem.task) if one["id"] != "dummy"]
        chosen = _families(families, rows, len(project.problem.features))
        space = _ranges([one for one in families if one["id"] in chosen])
        prefer = st.radio(
            "What is recommended at the end",
            list(_PREFERENCES),
            format_func=_PREFERENCES.__getitem__,
            key="prefer",
            help="A blend of several models often scores a little better, but nobody can follow it.",
        )
    return (None if len(chosen) == len(families) else chosen), space, str(prefer)


def _families(families: Sequence[dict[str, Any]], rows: int, columns: int) -> list[str]:
    """Draw one line for each family: what it is, how clear, why it may not be tried here."""
    st.markdown("**Families to try**")
    chosen = []
    columns_of_page = st.columns(2, gap="medium")
    for place, one in enumerate(families):
        reason = why_not(find(one["id"]), rows, columns)
        simple = one["id"] == "linear"
        with columns_of_page[place % 2], st.container(gap=None):
            on = st.checkbox(
                family_name(one["id"]),
                value=not reason,
                disabled=bool(reason) or simple,
                key=f"family-{one['id']}",
                help="The simple model is the measure of the others: it always runs." if simple else None,
            )
            said = f"{one['about']} It {one['clarity_in_words']}."
            st.caption(messages.plain(f"{said} Not tried here: {reason}" if reason else said))
        if on:
            chosen.append(one["id"])
    return chosen


def _ranges(families: Sequence[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """Draw the settings as a table in which ranges are edited; returns what was changed."""
    st.markdown("**Ranges of their settings**")
    st.caption("Narrow or widen a range, or fix a setting at one value. Nothing needs to be changed for a good search.")
    lines = [(one["id"], param) for one in families for param in one["space"] if "choices" not in param]
    table = pd.DataFrame([_line(family, param) for family, param in lines])
    edited = st.data_editor(
        table,
        key="ranges-" + "-".join(one["id"] for one in families),
        hide_index=True,
        height=320,
        disabled=["Setting", "Starts at", "Allowed", "What it does"],
        column_config={
            "Setting": st.column_config.TextColumn(pinned=True),
            **{name: st.column_config.NumberColumn(format="%g", width="small") for name in ("From", "To")},
            "Fixed at": st.column_config.NumberColumn(format="%g"),
        },
    )
    return _with_choices(families, _changes(lines, table, edited))


def _with_choices(families: Sequence[dict[str, Any]], found: dict[str, dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """Draw the settings that are a choice of values, and add what was taken away from them."""
    choices = [(one["id"], param) for one in families for param in one["space"] if "choices" in param]
    columns = st.columns(2, gap="medium")
    for place, (family, param) in enumerate(choices):
        with columns[place % 2]:
            kept = st.multiselect(
                f"{family_name(family)}: {param['name'].replace('_', ' ')}",
                param["choices"],
                default=param["choices"],
                key=f"choice-{family}-{param['name']}",
                help=param["meaning"],
            )
        # With nothing left to choose from, everything is.
        if kept and len(kept) < len(param["choices"]):
            found.setdefault(family, {})[param["name"]] = {"choices": kept}
    return found


def _line(family: str, param: dict[str, Any]) -> dict[str, Any]:
    return {
        "Setting": f"{family_name(family)}: {param['name'].replace('_', ' ')}",
        "From": float(param["low"]),
        "To": float(param["high"]),
        "Fixed at": None,
        "Starts at": f"{param['start']:g}",
        "Allowed": f"{param['lowest']:g} to {param['highest']:g}",
        "What it does": param["meaning"],
    }


def _changes(
    lines: Sequence[tuple[str, dict[str, Any]]], before: pd.DataFrame, after: pd.DataFrame
) -> dict[str, dict[str, Any]]:
    """Read from the edited table what differs; a cell that was emptied stands for what was in it."""
    found: dict[str, dict[str, Any]] = {}
    for (family, param), old, new in zip(lines, before.to_dict("records"), after.to_dict("records"), strict=True):
        if pd.notna(new["Fixed at"]):
            found.setdefault(family, {})[param["name"]] = {"value": float(new["Fixed at"])}
            continue
        low, high = (new[name] if pd.notna(new[name]) else old[name] for name in ("From", "To"))
        if (low, high) != (old["From"], old["To"]):
            found.setdefault(family, {})[param["name"]] = {"low": float(low), "high": float(high)}
    return found
