"""What a page is about, for programs: JSON-LD in the words of schema.org.

It is a block of data, which no browser runs and the policy of the page does not concern.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from markupsafe import Markup

from engine.publish.cleaning import clean, one_line

if TYPE_CHECKING:
    from engine.publish.pages import Site
    from engine.publish.views import ProjectView

_CONTEXT = "https://schema.org"
_LEAST_DESCRIPTION, _MOST_DESCRIPTION = 50, 5000
"""Lengths that a description of a data set may have (Google's guide to structured data for data sets)."""


def front(site: Site, links: Sequence[str]) -> Markup:
    """Describe the front page: a profile if the author gave a name, else nothing.

    Parameters
    ----------
    site : Site
    links : sequence of str
        The author's pages elsewhere, checked.
    """
    person = _person(site)
    if not person:
        return Markup()
    person |= _without_empty({"description": one_line(site.profile.headline, 300), "sameAs": list(links)})
    known = sorted({state.skill.name for state in site.skills if state.evidence})
    person |= _without_empty({"knowsAbout": known})
    page = {"@context": _CONTEXT, "@type": "ProfilePage", "dateModified": site.created_iso, "mainEntity": person}
    return _block(page)


def project(site: Site, view: ProjectView) -> Markup:
    """Describe a project's page: the article, the data that it is about, the way to it."""
    first = site.first_published(view.slug).isoformat(timespec="seconds")
    article = {
        "@type": "Article",
        "headline": one_line(view.title, 110),
        "description": one_line(view.summary, 300),
        "author": _person(site),
        "datePublished": first,
        "dateModified": site.created_iso,
        "keywords": list(view.tags),
    }
    graph = [article, _data_set(view)]
    if site.address:
        article |= {"url": f"{site.address}projects/{view.slug}/"}
        article |= {"image": f"{site.address}projects/{view.slug}/card.png"}
        steps = [(site.name, site.address), (view.title, f"{site.address}projects/{view.slug}/")]
        graph.append(
            {
                "@type": "BreadcrumbList",
                "itemListElement": [
                    {"@type": "ListItem", "position": place, "name": one_line(name, 110), "item": address}
                    for place, (name, address) in enumerate(steps, start=1)
                ],
            }
        )
    return _block({"@context": _CONTEXT, "@graph": [_without_empty(one) for one in graph]})


def _person(site: Site) -> dict[str, Any]:
    name = one_line(site.profile.name, 110)
    return _without_empty({"@type": "Person", "name": name, "url": site.address}) if name else {}


def _data_set(view: ProjectView) -> dict[str, Any]:
    facts = {key: fact.text for key, fact in view.facts.items()}
    told = [
        f"{facts['data.rows']} rows with {facts['data.columns']} columns; {facts.get('data.target', '')} is predicted.",
        f"Source: {facts['data.source']}." if "data.source" in facts else "",
        f"Licence: {facts['data.licence']}." if "data.licence" in facts else "",
        f"SHA-256: {view.stand.dataset.sha256}.",
    ]
    description = clean(" ".join(one for one in told if one))
    return {
        "@type": "Dataset",
        "name": one_line(view.stand.dataset.name or view.title, 110),
        "description": one_line(description, _MOST_DESCRIPTION) if len(description) >= _LEAST_DESCRIPTION else "",
        "license": one_line(facts.get("data.licence", "")),
        "creditText": one_line(facts.get("data.source", "")),
    }


def _without_empty(values: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in values.items() if value not in ("", [], {}, None)}


def _block(values: Mapping[str, Any]) -> Markup:
    text = json.dumps(_without_empty(values), ensure_ascii=False, sort_keys=True)
    # Within the block nothing may look like its end or like a comment.
    for mark in "<>&":
        text = text.replace(mark, f"\\u{ord(mark):04x}")
    return Markup('<script type="application/ld+json">{}</script>').format(Markup(text))
