"""One practice question: what is asked, a hint, the answer with its explanation."""

from __future__ import annotations

import json

import streamlit as st

from engine.actions import own_questions, practice
from engine.charts.question import picture
from engine.domain.practice import Answer
from engine.study import generated
from engine.study.presenting import hint, order_of_choices
from engine.study.questions import Question
from pages.shared import charts, messages, state


def show(item: str, turn: int, quiz: int = 0) -> bool:
    """Show a question, open or answered; returns whether it is answered."""
    question = own_questions.find(state.settings(), item)
    done = practice.answered(state.settings(), item, turn, quiz=quiz)
    st.markdown(f"#### {messages.plain(question.text)}")
    if question.table:
        head, *rows = question.table
        lines = [" | ".join(map(messages.plain, row)) for row in (head, *rows)]
        lines.insert(1, " | ".join("---" for _ in head))
        st.markdown("\n".join(f"| {line} |" for line in lines))
    if question.figure is not None:
        one = question.figure
        charts.show(picture(one.kind, one.x_title, one.y_title, one.values), name=f"question-{item}")
    if done is None:
        _ask(question, turn, quiz)
    else:
        _answered(question, done)
    return done is not None


def _ask(question: Question, turn: int, quiz: int) -> None:
    key = f"{question.id}-{turn}-{quiz}"
    seconds = state.seconds_since_shown(key)
    hinted = not quiz and st.toggle("Hint", key=f"hint-{key}")
    if hinted:
        st.info(messages.plain(hint(question, turn)), icon=":material/lightbulb:")
    with st.form(f"form-{key}", border=False):
        given = _field(question, turn, key)
        sent = st.form_submit_button("Check my answer", type="primary")
    if sent:
        with messages.guard():
            practice.answer(
                state.settings(), question.id, given, turn=turn, quiz=quiz, hints=int(hinted), seconds=seconds
            )
            state.stay(card=question.id, turn=turn)
            st.rerun()


def _field(question: Question, turn: int, key: str) -> str | int | list[int]:
    if question.numeric:
        unit = f" ({messages.plain(question.unit)})" if question.unit else ""
        return st.text_input(f"Your number{unit}", key=f"given-{key}", max_chars=60)
    # The choices of an own run, such as its folds, have an order of their own.
    own = generated.run_of(question.id) is not None
    shown = list(range(len(question.choices))) if own else list(order_of_choices(question, turn))

    def name(index: int) -> str:
        return question.choices[index]

    if question.kind == "order":
        st.markdown("\n".join(f"- {messages.plain(name(index))}" for index in shown))
        return st.multiselect("Pick the steps in their order", shown, format_func=name, key=f"given-{key}")
    if question.kind == "multiple":
        st.caption("Pick all that are right.")
        picked = [index for index in shown if st.checkbox(messages.plain(name(index)), key=f"given-{key}-{index}")]
        return picked
    chosen = st.radio(
        "Your answer",
        shown,
        format_func=lambda index: messages.plain(name(index)),
        index=None,
        key=f"given-{key}",
        label_visibility="collapsed",
    )
    return chosen if chosen is not None else []


def _answered(question: Question, done: Answer) -> None:
    st.markdown(f"Your answer: {messages.plain(_words(question, done))}")
    if done.is_right:
        st.success(messages.plain(done.said), icon=":material/check:")
    else:
        # Calm on purpose: a missed card is nothing red, it only comes back sooner.
        st.info(messages.plain(done.said), icon=":material/replay:")
    st.markdown(messages.plain(question.explanation))


def _words(question: Question, done: Answer) -> str:
    given = json.loads(done.given)
    if question.numeric:
        return str(given)
    picked = given if isinstance(given, list) else [given]
    # The choices of an own question may have changed with its run.
    joint = ", then " if question.kind == "order" else ", "
    return joint.join(question.choices[index] for index in picked if index < len(question.choices))
