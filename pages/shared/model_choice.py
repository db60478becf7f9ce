"""The leaderboard of a finished run, what is recommended and simple enough, and the choice of the model that counts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st

from engine.actions import record
from engine.automl import choosing
from engine.automl.families.family import CLARITY, CLARITY_IN_SHORT
from engine.charts import scores
from engine.domain.metric import Metric, find_metric
from engine.domain.project import Project
from engine.domain.run import Run
from engine.domain.words import duration, number, with_interval
from pages.shared import charts, exploratory, messages, state

Row = Mapping[str, Any]


def show(project: Project, run: Run) -> None:
    """Draw the leaderboard and the choice."""
    metric, rows = find_metric(run.result["metric"]), run.result["leaderboard"]
    marks = _marks(project, run)
    st.subheader("Leaderboard")
    exploratory.mark(run)
    _answers(run, metric, marks)
    charts.show(scores.leaderboard(rows, metric), name="leaderboard")
    _table(rows, metric, marks)
    st.caption(
        f"Run {run.id}: {run.result['trials']} trials in {duration(run.result['seconds'])}. Scores are on rows that a "
        "model was not fitted on. Models of one tie group cannot be told apart on these rows. Corrected: what is left "
        "of a score once the luck of having been chosen among its rivals is taken out."
    )
    _choice(project, run, metric, marks)


def _marks(project: Project, run: Run) -> dict[int, list[str]]:
    """Say of each model what it stands for."""
    rows = run.result["leaderboard"]
    found: dict[int, list[str]] = {row["trial"]: [] for row in rows}
    best, simple = run.result["best"]["trial"], (run.result.get("simple_enough") or {}).get("trial")
    near = choosing.clearest(next(row for row in rows if row["trial"] == best), rows) if simple == best else None
    named = (
        ("best", best),
        ("recommended", run.result.get("recommended")),
        # Where nothing clear comes near, the best is not called simple: the clearest stands beside it with its price.
        ("clearest", near["trial"]) if near else ("simple enough", simple),
        ("promoted", project.promoted),
    )
    for word, trial in named:
        if trial in found:
            found[trial].append(word)
    return found


def _marked(marks: Mapping[int, Sequence[str]], word: str) -> int | None:
    return next((trial for trial, words in marks.items() if word in words), None)


def _answers(run: Run, metric: Metric, marks: Mapping[int, Sequence[str]]) -> None:
    """Say in a few sentences which model is best, what it is worth, what is recommended and what is simple enough."""
    rows = {row["trial"]: row for row in run.result["leaderboard"]}
    best = rows[run.result["best"]["trial"]]
    score = with_interval(best["score"], best["low"], best["high"])
    outer = choosing.outer_in_words(best, metric, run.result["trials"])
    said = [("trophy", f"Best: **{choosing.model_name(best)}**, {metric.title} {score}. {outer}")]
    chosen = _marked(marks, "recommended")
    if chosen is not None:
        why = choosing.said_of(run.result.get("recommendation") or {}, metric)
        said.append(("verified", f"Recommended: **{choosing.model_name(rows[chosen])}**. {why}"))
    simple = (run.result.get("simple_enough") or {}).get("trial")
    if simple in rows:
        said.append(
            (
                "visibility",
                f"Simple enough: {choosing.simple_in_words(rows[simple], best, metric, list(rows.values()))}",
            )
        )
    with st.container(border=True, gap="xsmall"):
        for icon, sentence in said:
            st.markdown(f":material/{icon}: {sentence}")


def _table(rows: Sequence[Row], metric: Metric, marks: Mapping[int, Sequence[str]]) -> None:
    """List every model with score, interval, corrected score, tie group, times, size and clarity."""
    shown = [
        {
            "Model": f"{row['rank']}. {choosing.model_name(row)}",
            metric.title: with_interval(row["score"], row["low"], row["high"]),
            "Mark": ", ".join(marks[row["trial"]]),
            "Corrected": number(row["outer"]) if row.get("outer") is not None else "",
            "Tie": row["tie_group"],
            "One row": duration(row["predict_seconds"]),
            "Fit": duration(row["fit_seconds"]),
            "Size": _size(row["size_bytes"]),
            "Can be read": CLARITY_IN_SHORT[row.get("clarity") or choosing.clarity_of(row["family"])],
        }
        for row in rows
    ]
    wide = {"Model": st.column_config.TextColumn(pinned=True), "Mark": st.column_config.TextColumn(width=125)}
    st.dataframe(shown, hide_index=True, column_config=wide)


def _size(count: int) -> str:
    return f"{count / 1e6:.1f} MB" if count >= 100_000 else f"{count / 1000:.0f} kB"


def _choice(project: Project, run: Run, metric: Metric, marks: Mapping[int, Sequence[str]]) -> None:
    """Put the candidates side by side, each with what is gained and given up, and one click to choose it."""
    rows = {row["trial"]: row for row in run.result["leaderboard"]}
    promoted = _marked(marks, "promoted")
    counts = promoted if promoted is not None else run.result["recommended"]
    st.subheader("The model that counts")
    said = "promoted by you" if promoted is not None else "recommended; promote one to make the choice yours"
    st.markdown(f"**{choosing.model_name(rows[counts])}** (trial {rows[counts]['number']}), {said}.")
    candidates = list(dict.fromkeys(trial for word in _CANDIDATES if (trial := _marked(marks, word)) is not None))
    best = rows[run.result["best"]["trial"]]
    for column, trial in zip(st.columns(max(len(candidates), 1)), candidates, strict=True):
        with column:
            _candidate(project, rows[trial], best, metric, marks[trial], counts)
    others = [trial for trial in rows if trial not in candidates]
    if others:
        with st.popover("Promote another model of the leaderboard", icon=":material/list:", type="tertiary"):
            other = st.selectbox("Model", others, format_func=lambda trial: choosing.model_name(rows[trial]))
            st.caption("; ".join(choosing.trade(rows[other], best, metric)).capitalize() + ".")
            _ask(project, rows[other], "other")


_CANDIDATES = ("recommended", "best", "simple enough", "clearest", "promoted")


def _candidate(project: Project, row: Row, best: Row, metric: Metric, words: Sequence[str], counts: int) -> None:
    with st.container(border=True, gap="small", height="stretch"):
        st.caption(", ".join(words).capitalize())
        st.markdown(f"**{choosing.model_name(row)}**  \n{with_interval(row['score'], row['low'], row['high'])}")
        if row["trial"] == best["trial"]:
            clarity = CLARITY[row.get("clarity") or choosing.clarity_of(row["family"])]
            lines = [f"answers a row in {duration(row['predict_seconds'])}", clarity]
        else:
            lines = choosing.trade(row, best, metric)
        st.markdown("\n".join(f"- {line}" for line in lines))
        label = "Promote it" if row["trial"] != counts or "promoted" not in words else "Promoted: say more"
        with st.popover(label, icon=":material/verified:", width="stretch"):
            st.markdown(f"**{choosing.model_name(row)}**: " + "; ".join(lines) + ".")
            _ask(project, row, str(row["trial"]))


def _ask(project: Project, row: Row, name: str) -> None:
    """Ask for the reason at the moment of choice."""
    with st.form(f"promote-{name}", border=False):
        reason = st.text_input(
            "Why this one?",
            max_chars=500,
            placeholder="One line: what you gain and what you give up",
            key=f"reason-{name}",
        )
        chosen = st.form_submit_button("Promote this model", icon=":material/verified:", type="primary")
        without = st.form_submit_button("Promote it without a reason", type="tertiary")
    if chosen or without:
        with messages.guard():
            record.promote(state.settings(), project.slug, int(row["trial"]), None if without else reason)
            state.note("Promoted. The evaluation and the explanation now speak of this model.")
            st.rerun()
