"""Markdown with references to facts, as HTML that can do no harm.

HTML in the Markdown stays text, images become their description, links lead to the web, a mailbox or
a page of the same site. What comes out is cleaned once more by an allow-list.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from functools import cache
from html import escape
from typing import Any

import nh3
from markdown_it import MarkdownIt

from engine.domain.fact import Fact
from engine.evidence.wording import FIGURE, REFERENCE
from engine.publish.cleaning import clean

_TAGS = {
    *("p", "br", "hr", "h3", "h4", "h5", "h6", "strong", "em", "s", "code", "pre", "blockquote"),
    *("ul", "ol", "li", "a", "div", "table", "thead", "tbody", "tr", "th", "td", "data", "span"),
}
_ATTRIBUTES = {
    "a": {"href", "title"},
    "ol": {"start"},
    "data": {"class", "value", "data-fact", "data-run", "title"},
    "div": {"class", "tabindex"},
    "span": {"class"},
}
_SCHEMES = {"http", "https", "mailto"}
_LARGEST_HEADING = 3


@dataclass(frozen=True, kw_only=True)
class References:
    """What the references of a text resolve to."""

    facts: Mapping[str, Fact] = field(default_factory=dict)
    claims: Collection[str] = ()
    """Facts that are claimed: marked so that a verification finds them on the page."""
    stale: Collection[str] = ()
    """Facts that changed since the text was written."""


def to_html(text: str, references: References | None = None) -> str:
    """Turn Markdown into HTML, with every ``{{ fact.id }}`` replaced by the fact.

    Parameters
    ----------
    text : str
    references : References, optional
        A reference to a fact that is not among them is pointed out in its place.
    """
    known = references or References()
    html = str(parser().render(clean(text), {"known": known}))
    return nh3.clean(html, tags=_TAGS, attributes=_ATTRIBUTES, url_schemes=_SCHEMES, link_rel="noopener noreferrer")


def fact_html(fact: Fact, known: References) -> str:
    """Write a fact as HTML: its text, its machine-readable value, whether it is a claim or stale."""
    return _fact_html(fact.id, known)


@cache
def parser() -> MarkdownIt:
    """Return the parser of write-ups: CommonMark with tables and references to facts, without HTML."""
    parser = MarkdownIt("commonmark", {"html": False, "linkify": False, "typographer": False})
    parser.enable(["table", "strikethrough"])
    parser.inline.ruler.before("escape", "fact", _fact)
    parser.core.ruler.push("headings", _headings)
    parser.add_render_rule("fact", _render_fact)
    parser.add_render_rule("image", _render_image)
    # A wide table scrolls in its frame, not the page.
    parser.add_render_rule("table_open", lambda *_: '<div class="table" tabindex="0"><table>')
    parser.add_render_rule("table_close", lambda *_: "</table></div>")
    return parser


def _fact(state: Any, silent: bool) -> bool:
    """Parse a reference as a token of its own, so that it never reaches an attribute."""
    match = REFERENCE.match(state.src, state.pos, state.posMax)
    if match is None:
        return False
    if not silent:
        state.push("fact", "", 0).content = match[1]
    state.pos = match.end()
    return True


def _headings(state: Any) -> None:
    """Put headings below those of the page: a section's own heading is an h2."""
    for token in state.tokens:
        if token.type in ("heading_open", "heading_close"):
            token.tag = f"h{min(int(token.tag[1]) - 1 + _LARGEST_HEADING, 6)}"


def _render_fact(self: Any, tokens: Any, index: int, options: Any, env: Mapping[str, Any]) -> str:
    return _fact_html(tokens[index].content, env["known"])


def _fact_html(name: str, known: References) -> str:
    fact = known.facts.get(name)
    if name.startswith(FIGURE):
        return ""
    if fact is None:
        return f'<span class="unknown">[no recorded fact: {escape(name)}]</span>'
    # A percent sign does not begin a line.
    text = escape(clean(fact.text).replace(" %", "\N{NO-BREAK SPACE}%"))
    if isinstance(fact.value, str):
        shown = f'<span class="fact">{text}</span>'
    else:
        kind = "claim" if name in known.claims else "fact"
        run = "" if fact.run_id is None else f' data-run="{fact.run_id}"'
        about = escape(clean(fact.title if fact.run_id is None else f"{fact.title}; run {fact.run_id}"))
        shown = (
            f'<data class="{kind}" data-fact="{escape(name)}" value="{fact.value!r}"{run} title="{about}">{text}</data>'
        )
    if name in known.stale:
        shown += '<span class="stale"> (changed since this was written)</span>'
    return shown


def _render_image(self: Any, tokens: Any, index: int, options: Any, env: Mapping[str, Any]) -> str:
    return escape(str(self.renderInlineAsText(tokens[index].children or [], options, env)))
