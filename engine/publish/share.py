"""The share kit: drafts for the places where links are shared, within their limits, from stored facts alone.

Limits and folds are those that the places state or that are commonly observed (LinkedIn 3,000 characters, cut at
about 210 on a desktop and 140 on a phone; X 280, where any link counts as 23; Facebook folded at about 480).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import quote, urlencode

from engine.domain.fact import Fact
from engine.domain.metric import find_metric
from engine.domain.task import Task
from engine.evidence.document import Claim
from engine.evidence.standing import Standing
from engine.publish.blocks import plain_text
from engine.publish.cleaning import one_line

LINKEDIN_LIMIT, LINKEDIN_FOLDS = 3000, (("on a desktop", 210), ("on a phone", 140))
LINKEDIN_PROJECT_LIMIT = 2000
X_LIMIT, X_LINK = 280, 23
FACEBOOK_FOLD = 480

_TAGS = {Task.BINARY: "Classification", Task.MULTICLASS: "Classification", Task.REGRESSION: "Regression"}
_BULLET = re.compile(r"^[-*+] +(?=\S)", re.MULTILINE)


@dataclass(frozen=True, kw_only=True)
class Draft:
    """What to post in one place."""

    place: str
    """Its key: ``linkedin``, ``x``, ``facebook`` or ``linkedin_project``."""
    title: str
    text: str
    length: int
    """As the place counts it."""
    limit: int
    folds: tuple[tuple[str, str], ...] = ()
    """Where it is cut, and what is seen before that."""
    link: str = ""
    """Opens the place with the link to share, empty without a site address."""
    note: str = ""

    def as_dict(self) -> dict[str, Any]:
        """Return the fields that other programs read."""
        folds = [{"where": where, "seen": seen} for where, seen in self.folds]
        return {
            **{key: getattr(self, key) for key in ("place", "title", "text", "length", "limit")},
            "folds": folds,
            "link": self.link,
            "note": self.note,
        }


@dataclass(frozen=True, kw_only=True)
class Told:
    """What is said about a project, sentence by sentence; empty where nothing is recorded."""

    slug: str
    title: str
    question: str
    headline: str
    compared: str
    verdict: str
    limit: str
    tags: tuple[str, ...]
    address: str
    """Of its page, empty without a site address."""
    started: datetime
    ended: datetime | None


def told(
    stand: Standing, facts: Mapping[str, Fact], claims: Sequence[Claim], texts: Mapping[str, str], address: str
) -> Told:
    """Say what is recorded of a project in sentences.

    Parameters
    ----------
    stand : Standing
    facts : mapping of id to Fact
    claims : sequence of Claim
        What may be claimed, the headline first.
    texts : mapping of section to Markdown
        The write-up.
    address : str
        Of the site, with a slash at its end; empty if there is none.
    """
    slug = stand.project.slug
    return Told(
        slug=slug,
        title=one_line(stand.project.title, 120),
        question=one_line(stand.brief.question, 400),
        headline=_headline(claims),
        compared=_compared(facts, claims),
        verdict=_verdict(facts),
        limit=_first_limit(texts.get("limits", ""), facts),
        tags=_tags(stand),
        address=f"{address}projects/{slug}/" if address else "",
        started=stand.project.created_at,
        ended=stand.project.closed_at,
    )


def drafts(of: Told) -> list[Draft]:
    """Write the drafts for all places."""
    return [linkedin(of), x(of), facebook(of), linkedin_project(of)]


def linkedin(of: Told) -> Draft:
    """Draft a post; the place takes no text from a link, so it is pasted."""
    command = (
        f"Every number can be computed again with one command: proofolio verify {of.address}" if of.address else ""
    )
    hashes = " ".join(f"#{tag}" for tag in of.tags)
    parts = [_first(of), of.question, of.compared, of.verdict, of.limit, command, hashes]
    text = _fitting(parts, LINKEDIN_LIMIT, len, "\n\n")
    link = _link("https://www.linkedin.com/sharing/share-offsite/", url=of.address)
    folds = tuple((where, text[:most]) for where, most in LINKEDIN_FOLDS if len(text) > most)
    note = "Paste the text: the link opens the place with the preview of the page alone."
    return Draft(
        place="linkedin", title="LinkedIn post", text=text, length=len(text), limit=LINKEDIN_LIMIT, folds=folds,
        link=link, note=note,
    )  # fmt: skip


def x(of: Told) -> Draft:
    """Draft a post of 280; link and hash tags are handed over beside the text, and count."""
    tags = of.tags[:2]
    beside = (1 + X_LINK if of.address else 0) + sum(2 + x_length(tag) for tag in tags)
    text = _fitting([_first(of), of.compared, of.verdict], X_LIMIT - beside, x_length, " ")
    link = _link("https://twitter.com/intent/tweet", text=text, url=of.address, hashtags=",".join(tags))
    return Draft(
        place="x", title="X (Twitter)", text=text, length=x_length(text) + beside, limit=X_LIMIT, link=link,
        note=f"Link and {', '.join(f'#{tag}' for tag in tags)} are added by the link and counted here.",
    )  # fmt: skip


def facebook(of: Told) -> Draft:
    """Draft a post that is not folded."""
    text = _fitting([_first(of), of.question, of.compared, of.limit], FACEBOOK_FOLD, len, "\n\n")
    link = _link("https://www.facebook.com/sharer/sharer.php", u=of.address)
    return Draft(
        place="facebook", title="Facebook", text=text, length=len(text), limit=FACEBOOK_FOLD, link=link,
        note="Paste the text; more than this many characters would be folded.",
    )  # fmt: skip


def linkedin_project(of: Told) -> Draft:
    """Write the fields of a project in the profile; no link fills them in, so they are copied."""
    body = _fitting(
        [of.headline, of.question, of.compared, of.verdict, of.limit], LINKEDIN_PROJECT_LIMIT - 400, len, "\n"
    )
    dates = f"{of.started:%B %Y} to {of.ended:%B %Y}" if of.ended else f"{of.started:%B %Y} to now"
    fields = [("Title", of.title), ("Description", body), ("Url", of.address), ("Dates", dates)]
    text = "\n\n".join(f"{name}\n{value}" for name, value in fields if value)
    return Draft(
        place="linkedin_project", title="LinkedIn profile, project", text=text, length=len(text),
        limit=LINKEDIN_PROJECT_LIMIT, note="Copy field by field: Profile, Add section, Projects.",
    )  # fmt: skip


def x_length(text: str) -> int:
    """Count as X does: most scripts of letters one each, all others two (its text rules, version 3)."""
    ranges = ((0, 4351), (8192, 8205), (8208, 8223), (8242, 8247))
    found = unicodedata.normalize("NFC", text)
    return sum(1 if any(low <= ord(letter) <= high for low, high in ranges) else 2 for letter in found)


def _first(of: Told) -> str:
    return f"{of.title}: {of.headline}" if of.headline else of.title


def _headline(claims: Sequence[Claim]) -> str:
    if not claims:
        return ""
    first = claims[0]
    seen = "rows that no model had seen" if first.id.startswith("holdout.") else "rows, out of fold"
    return f"{find_metric(first.metric).title} {first.text} on {first.n:,} {seen}."


def _compared(facts: Mapping[str, Fact], claims: Sequence[Claim]) -> str:
    if not claims:
        return ""
    prefix = "holdout." if claims[0].id.startswith("holdout.") else ""
    simple, guess = (facts.get(f"{prefix}{key}.{claims[0].metric}") for key in ("simple", "dummy"))
    if simple is not None and guess is not None and "best.is_simple" not in facts:
        return f"A simple model reaches {simple.text}, a guess {guess.text}."
    return f"A guess reaches {guess.text}." if guess is not None else ""


def _verdict(facts: Mapping[str, Fact]) -> str:
    asked, found = facts.get("criterion.1"), facts.get("criterion.1.verdict")
    if asked is None or found is None:
        return ""
    when = "The criterion, set before the first run," if "brief.before_runs" in facts else "The criterion"
    return f"{when} was {asked.text}: {found.text}."


def _first_limit(text: str, facts: Mapping[str, Fact]) -> str:
    points = [line for line in text.split("\n") if _BULLET.match(line)]
    said = (plain_text(_BULLET.sub("", point), facts) for point in points)
    first = next((one for one in said if one), "")
    return f"A limit: {one_line(first, 300)}" if first else ""


def _tags(stand: Standing) -> tuple[str, ...]:
    field = "".join(word.capitalize() for word in re.findall(r"[^\W_]+", stand.project.domain))[:30]
    found = ["MachineLearning", "DataScience", _TAGS[stand.project.problem.task], field]
    return tuple(dict.fromkeys(tag for tag in found if tag))


def _fitting(parts: Sequence[str], limit: int, length: Callable[[str], int], between: str) -> str:
    """Join the parts that fit, the first ones first; one that alone is too long is cut."""
    said = ""
    for part in (one for one in parts if one):
        longer = f"{said}{between}{part}" if said else part
        if length(longer) <= limit:
            said = longer
        elif not said:
            # Two for every character is the most that any place counts.
            said = one_line(part, limit if length(part) == len(part) else limit // 2)
    return said


def _link(address: str, **values: str) -> str:
    """Write a share link, its values encoded; empty without the address of the page."""
    if not (values.get("url") or values.get("u")):
        return ""
    return f"{address}?{urlencode({key: value for key, value in values.items() if value}, quote_via=quote)}"
