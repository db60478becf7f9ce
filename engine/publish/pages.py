"""The pages of a site: templates filled with views, every text cleaned and escaped."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from email.utils import format_datetime
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from engine.domain.skill import SkillState
from engine.domain.writeup import Profile
from engine.publish import linked_data
from engine.publish.badges import badges
from engine.publish.card_image import FILE as CARD
from engine.publish.card_image import front_alt, project_alt
from engine.publish.cleaning import clean, one_line
from engine.publish.markdown import to_html
from engine.publish.views import ProjectView, SkillView, day, skill_views

TEMPLATES = Path(__file__).parent / "templates"

# ``file:`` beside 'self', since to some browsers a page that is opened from disk has no self.
POLICY = "default-src 'none'; style-src 'self' file:; img-src 'self' file:; base-uri 'none'; form-action 'none'"

NO_NAME = "Portfolio"
"""Heading of a site whose author gave no name."""

MOST_SKILLS_IN_FRONT = 8


@dataclass(frozen=True, kw_only=True)
class Site:
    """What all pages share."""

    profile: Profile
    projects: Sequence[ProjectView]
    skills: Sequence[SkillState]
    fingerprint: str
    created_at: datetime
    address: str
    """Absolute address with a slash at its end; empty if the author gave none."""
    published: Mapping[str, datetime] = field(default_factory=dict)
    """Slug to when the project was first published, if it was before."""

    @property
    def name(self) -> str:
        """The author's name, or a neutral word."""
        return self.profile.name.strip() or NO_NAME

    @property
    def has_skills(self) -> bool:
        """Whether any skill is proved by the projects of this site."""
        return any(state.evidence for state in self.skills)

    @property
    def created(self) -> str:
        """Date of publication, for people."""
        return day(self.created_at)

    @property
    def created_iso(self) -> str:
        """Moment of publication, ISO 8601."""
        return self.created_at.isoformat(timespec="seconds")

    def first_published(self, slug: str) -> datetime:
        """Say when a project was first published: now, if it never was."""
        return self.published.get(slug, self.created_at)

    def place(self, path: str = "") -> str:
        """Return what to give to the verifying command: the address, or the folder that was downloaded."""
        return f"{self.address}{path}" if self.address else "FOLDER"


def render_site(site: Site) -> dict[str, str]:
    """Render every page: path to text."""
    pages = {
        "index.html": _front_page(site),
        "404.html": _render("404.html.j2", site, path="404.html", title="There is no such page", description=site.name),
        "robots.txt": _robots(site),
        "assets/style.css": (TEMPLATES / "style.css").read_text(encoding="utf-8"),
        "favicon.svg": (TEMPLATES / "favicon.svg").read_text(encoding="utf-8"),
        ".nojekyll": "",
        "employers/index.html": _employers_page(site),
    }
    for project in site.projects:
        pages[f"projects/{project.slug}/index.html"] = _project_page(site, project)
        for badge in badges(project.facts, project.claims, project.rebuilt, project.python):
            pages[f"projects/{project.slug}/badges/{badge.name}.svg"] = badge.svg
    if site.has_skills:
        pages["skills/index.html"] = _skills_page(site)
    if site.address:
        paths = ["", *(f"projects/{project.slug}/" for project in site.projects)]
        paths += ["skills/"] if site.has_skills else []
        paths.append("employers/")
        pages["feed.xml"] = _plain("feed.xml.j2", site=site, profile=site.profile, projects=site.projects)
        pages["sitemap.xml"] = _plain("sitemap.xml.j2", site=site, paths=paths)
    return pages


def site_address(text: str) -> str:
    """Normalise the author's site address: with one slash at its end, empty if it is none."""
    address = text.strip()
    parts = urlsplit(address)
    if parts.scheme not in ("http", "https") or not parts.netloc or set(address) & set("\"'<> \n"):
        return ""
    return address.partition("#")[0].partition("?")[0].rstrip("/") + "/"


def _front_page(site: Site) -> str:
    front = sorted(
        (view for views in skill_views(site.skills).values() for view in views), key=lambda view: -view.level
    )
    return _render(
        "index.html.j2",
        site,
        path="",
        kind="profile" if site.profile.name.strip() else "website",
        title=site.name,
        description=site.profile.headline or "Projects with results that anybody can check.",
        profile=_safe_profile(site.profile),
        about=Markup(to_html(site.profile.about)) if site.profile.about.strip() else "",
        projects=site.projects,
        pictures={project.slug: project.comparison for project in site.projects},
        skills=front[:MOST_SKILLS_IN_FRONT],
        place=site.place(),
        data=linked_data.front(site, _safe_profile(site.profile)["links"]),
        card=CARD,
        card_alt=front_alt(site),
    )


def _project_page(site: Site, project: ProjectView) -> str:
    path = f"projects/{project.slug}/"
    return _render(
        "project.html.j2",
        site,
        path=path,
        root="../../",
        kind="article",
        title=project.title,
        description=project.summary,
        project=project,
        place=site.place(path),
        data=linked_data.project(site, project),
        card=f"{path}{CARD}",
        card_alt=project_alt(project),
    )


def _employers_page(site: Site) -> str:
    """Explain in four sentences to somebody who hires how to check what they read."""
    return _render(
        "employers.html.j2",
        site,
        path="employers/",
        root="../",
        title=f"How to check it – {site.name}",
        description="How to check every number on this site with one command, and what no check can show.",
        place=site.place(),
        projects=site.projects,
        opened=all(project.on_holdout for project in site.projects),
    )


def _skills_page(site: Site) -> str:
    views: Mapping[str, list[SkillView]] = skill_views(site.skills)
    return _render(
        "skills.html.j2",
        site,
        path="skills/",
        root="../",
        title=f"Skills – {site.name}",
        description="Skills, each with the recorded fact that proves it.",
        groups=views,
        titles={project.slug: project.title for project in site.projects},
    )


def _safe_profile(profile: Profile) -> dict[str, Any]:
    """Keep only links that lead to the web, and an address that is one."""
    links = [link.strip() for link in profile.links if urlsplit(link.strip()).scheme in ("http", "https")]
    email = profile.email.strip()
    is_mail = email.count("@") == 1 and not set(email) & set("?&<>\"' :\n")
    return {"headline": profile.headline, "email": email if is_mail else "", "links": links}


def _render(
    template: str,
    site: Site,
    *,
    path: str,
    title: str,
    description: str,
    root: str = "",
    kind: str = "website",
    data: str = "",
    card: str = CARD,
    card_alt: str = "",
    **values: Any,
) -> str:
    page = {"path": path, "root": root, "title": title, "description": description, "kind": kind}
    page |= {"data": data, "card": card, "card_alt": card_alt or front_alt(site)}
    page["evidence"] = "evidence.json" if kind == "article" else f"{root}evidence.json"
    return _plain(template, site=site, page=page, policy=POLICY, **values)


def _plain(template: str, **values: Any) -> str:
    return _environment().get_template(template).render(**values)


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        finalize=_cleaned,
    )
    environment.filters |= {"line": one_line, "day": day, "exact": repr, "host": _host, "rfc822": _rfc822}
    return environment


def _cleaned(value: Any) -> Any:
    """Clean every text that a template shows; what is markup was cleaned when it was made."""
    return clean(value) if isinstance(value, str) and not isinstance(value, Markup) else value


def _host(address: str) -> str:
    parts = urlsplit(address)
    return f"{parts.netloc.removeprefix('www.')}{parts.path.rstrip('/')}"


def _rfc822(moment: datetime) -> str:
    return format_datetime(moment, usegmt=True)


def _robots(site: Site) -> str:
    lines = ["User-agent: *", "Allow: /"]
    if site.address:
        lines.append(f"Sitemap: {site.address}sitemap.xml")
    return "\n".join(lines) + "\n"
