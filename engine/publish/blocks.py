"""Markdown with references to facts as plain values: for the PDF, and as text without marks."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlsplit

from engine.domain.fact import Fact
from engine.evidence.wording import FIGURE
from engine.publish.cleaning import clean
from engine.publish.markdown import References, parser

Block = dict[str, Any]

FIGURE_LINE = re.compile(r"^[ \t]*\{\{\s*figure\.([A-Za-z0-9_.\-]+)\s*\}\}[ \t]*$", re.MULTILINE)
"""A line with nothing but a figure; figures stand between paragraphs."""

_SCHEMES = {"http", "https", "mailto"}
_APART = {"heading", "paragraph", "list", "quote", "table"}
_WRAPPING = {"strong": "strong", "em": "emphasis", "s": "strike"}


def blocks(text: str, known: References, draw: Callable[[str], Block | None] = lambda _: None) -> list[Block]:
    """Parse Markdown into blocks of plain values.

    Parameters
    ----------
    text : str
    known : References
        What the references resolve to.
    draw : callable, optional
        Gives the block of a figure by its name, or nothing.

    Returns
    -------
    list of dict
        Each with ``kind``: ``heading`` (``level``, ``body``), ``paragraph`` (``body``), ``list`` (``ordered``,
        ``start``, ``items``), ``code`` (``text``), ``quote`` (``blocks``), ``table`` (``head``, ``rows``), ``rule``,
        and what ``draw`` gives. A body is a list of parts: ``text``, ``code``, ``break``, ``link`` (``href``) and
        ``strong``, ``emphasis``, ``strike`` with a body of their own.
    """
    found: list[Block] = []
    for place, piece in enumerate(FIGURE_LINE.split(clean(text))):
        if place % 2:
            figure = draw(piece)
            found += [figure] if figure else []
        else:
            found += _blocks(_tree(piece, known), known)
    return found


def plain_text(text: str, facts: Mapping[str, Fact]) -> str:
    """Write Markdown as one line of plain text, its references written out."""
    return " ".join(_words(blocks(text, References(facts=facts))).split())


def _tree(text: str, known: References) -> Any:
    from markdown_it.tree import SyntaxTreeNode

    return SyntaxTreeNode(parser().parse(text, {"known": known})).children


def _blocks(nodes: Any, known: References) -> list[Block]:
    return [block for node in nodes if (block := _block(node, known)) is not None]


def _block(node: Any, known: References) -> Block | None:
    kind = node.type
    if kind == "heading":
        return {"kind": "heading", "level": int(node.tag[1]), "body": _inline(node.children, known)}
    if kind == "paragraph":
        body = _inline(node.children, known)
        return {"kind": "paragraph", "body": body} if body else None
    if kind in ("bullet_list", "ordered_list"):
        items = [_blocks(item.children, known) for item in node.children]
        start = int(node.attrs.get("start", 1))
        return {"kind": "list", "ordered": kind == "ordered_list", "start": start, "items": items}
    if kind in ("fence", "code_block"):
        return {"kind": "code", "text": node.content}
    if kind == "blockquote":
        return {"kind": "quote", "blocks": _blocks(node.children, known)}
    if kind == "table":
        return _table(node, known)
    return {"kind": "rule"} if kind == "hr" else None


def _table(node: Any, known: References) -> Block:
    rows = [[_inline(cell.children, known) for cell in row.children] for part in node.children for row in part.children]
    return {"kind": "table", "head": rows[0], "rows": rows[1:]}


def _inline(nodes: Any, known: References) -> list[Block]:
    found: list[Block] = []
    for node in nodes:
        kind = node.type
        if kind == "inline":
            found += _inline(node.children, known)
        elif kind in ("text", "text_special"):
            found.append({"kind": "text", "text": node.content})
        elif kind in ("softbreak", "hardbreak"):
            found.append({"kind": "text", "text": " "} if kind == "softbreak" else {"kind": "break"})
        elif kind == "code_inline":
            found.append({"kind": "code", "text": node.content})
        elif kind == "fact":
            found += _fact(node.content, known)
        elif kind in _WRAPPING:
            found.append({"kind": _WRAPPING[kind], "body": _inline(node.children, known)})
        elif kind == "link":
            found.append(_link(node, known))
        elif kind == "image":
            found.append({"kind": "text", "text": node.content})
    return [part for part in found if part.get("text") or part.get("body") or part["kind"] == "break"]


def _fact(name: str, known: References) -> list[Block]:
    if name.startswith(FIGURE):
        return []
    fact = known.facts.get(name)
    said = clean(fact.text) if fact else f"[no recorded fact: {name}]"
    stale = " (changed since this was written)" if name in known.stale else ""
    return [{"kind": "text", "text": said + stale}]


def _link(node: Any, known: References) -> Block:
    href, body = str(node.attrs.get("href", "")), _inline(node.children, known)
    if urlsplit(href).scheme.lower() in _SCHEMES and body:
        return {"kind": "link", "href": href, "body": body}
    return {"kind": "emphasis", "body": body}


def _words(parts: list[Block]) -> str:
    said = []
    for part in parts:
        inner = [part["body"]] if "body" in part else [part["blocks"]] if "blocks" in part else part.get("items", [])
        inner = [*part.get("head", ()), *(cell for row in part.get("rows", ()) for cell in row), *inner]
        said += [
            str(part.get("text", "")),
            *(f"{_words(one)} " if part["kind"] in _APART else _words(one) for one in inner),
        ]
        said += [" "] if part["kind"] == "break" else []
    return "".join(said)
