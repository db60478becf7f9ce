"""All applications: what is next, the board by status, the table with filters, files to take away."""

from __future__ import annotations

import streamlit as st

from engine.actions import application_files, applications
from engine.career.calendar import when
from engine.domain.application import LIVE, Application, ApplicationStatus
from engine.domain.clock import utc_now
from pages.shared import messages, paging, posting_list, state

_ENDED = tuple(one for one in ApplicationStatus if one not in LIVE)
_WAYS = {"board": "Board", "table": "Table"}


def show() -> None:
    """Draw the list."""
    settings = state.settings()
    shown = applications.overview(settings, list(ApplicationStatus))
    if not sum(shown.counts.values()):
        st.markdown("Nothing is recorded yet. Begin an application here, or from a posting.")
        _new()
        _files()
        return
    if shown.upcoming:
        _next(shown.upcoming)
    asked = st.query_params.get("as", "board")
    way = st.segmented_control(
        "Draw as",
        list(_WAYS),
        default=asked if asked in _WAYS else "board",
        format_func=_WAYS.__getitem__,
        required=True,
        label_visibility="collapsed",
        key="application-way",
    )
    if way != asked:
        state.stay(**{"as": str(way)})
    if way == "board":
        _board(shown)
    else:
        _table(shown.counts)
    with st.expander("Begin an application", icon=":material/add:"):
        _new()
    _files()


def _next(found: list[Application]) -> None:
    now = utc_now().astimezone()
    with st.container(border=True):
        st.markdown("**Next steps**")
        for one in found:
            with st.container(horizontal=True, vertical_alignment="center", gap="small"):
                step = messages.plain(one.next_step) or "Next step"
                st.markdown(f"{step}: {messages.plain(one.title)}  \n:gray[{when(one.next_on, now)}]", width="stretch")
                _open(one, "next")


def _board(shown: applications.Overview) -> None:
    _columns(LIVE, shown)
    if any(shown.counts[str(one)] for one in _ENDED):
        with st.expander(f"Ended: {sum(shown.counts[str(one)] for one in _ENDED):,}"):
            _columns(_ENDED, shown)


def _columns(statuses: tuple[ApplicationStatus, ...], shown: applications.Overview) -> None:
    for column, status in zip(st.columns(len(statuses)), statuses, strict=True):
        with column:
            total, some = shown.counts[str(status)], shown.first[str(status)]
            st.markdown(f"**{str(status).capitalize()}** :gray[{total:,}]")
            for one in some:
                with st.container(border=True, gap="xsmall"):
                    st.markdown(f"**{messages.plain(one.title)}**  \n:gray[{messages.plain(one.company)}]")
                    _open(one, "board")
            if total > len(some):
                st.caption(f"and {total - len(some):,} more under Table")


def _table(counts: dict[str, int]) -> None:
    left, right = st.columns(2)
    statuses = left.multiselect(
        "Status", list(counts), format_func=lambda one: f"{one.capitalize()} ({counts[one]:,})", placeholder="All"
    )
    text = right.text_input("Title, company or next step", key="application-text")
    found, total = applications.find(
        state.settings(), statuses=statuses, text=text.strip(), limit=paging.EACH, offset=paging.offset()
    )
    st.caption(f"{total:,} {'application' if total == 1 else 'applications'}")
    rows = [
        {
            "Title": one.title,
            "Company": one.company,
            "Status": str(one.status),
            "Applied": one.applied_on.isoformat() if one.applied_on else "",
            "Next step": one.next_step,
            "On": one.next_on.isoformat() if one.next_on else "",
            "Pay": posting_list.pay(one.pay_low, one.pay_high, one.currency, one.period),
        }
        for one in found
    ]
    picked = st.dataframe(rows, hide_index=True, on_select="rerun", selection_mode="single-row", key="application-rows")
    chosen = picked["selection"]["rows"]
    if chosen and chosen[0] < len(found):
        _open(found[chosen[0]], "table", f"Open “{messages.plain(found[chosen[0]].title)}”")
    elif found:
        st.caption("Choose a row to open it.")
    paging.turn(total)


def _open(one: Application, where: str, label: str = "Open") -> None:
    if st.button(label, key=f"{where}-{one.id}", type="tertiary" if where == "board" else "secondary"):
        state.stay(application=one.id)
        st.rerun()


def _new() -> None:
    with st.form("new-application", border=False):
        left, right = st.columns(2)
        title = left.text_input("Position", max_chars=300)
        company = right.text_input("Company", max_chars=300)
        if st.form_submit_button("Begin it", type="primary", icon=":material/add:"):
            with messages.guard():
                begun = applications.add(state.settings(), title, company=company)
                state.stay(application=begun.id)
                st.rerun()


def _files() -> None:
    with st.expander("Calendar and CSV", icon=":material/download:", key="application-files", on_change="rerun"):
        settings = state.settings()
        with st.container(horizontal=True):
            st.download_button(
                "Calendar file",
                lambda: application_files.as_calendar(settings),
                "applications.ics",
                "text/calendar",
                icon=":material/calendar_month:",
            )
            st.download_button(
                "CSV file",
                lambda: application_files.export_csv(settings),
                "applications.csv",
                "text/csv",
                icon=":material/table:",
            )
        st.caption("No cell of the CSV file is read as a formula, and all of it comes back.")
        given = st.file_uploader("Bring applications in from CSV", type="csv")
        if given is not None and st.button("Bring them in", icon=":material/upload:"):
            with messages.guard():
                done = application_files.import_csv(settings, given.getvalue())
                state.note(f"{done['added']:,} applications are new, {done['changed']:,} were brought up to date.")
                st.rerun()
