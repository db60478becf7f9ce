"""The checks behind the levels of skills: named functions over what is recorded about one project.

Each returns what it found, or nothing. Whether a project may count for a level at all (own question,
published) is decided in :mod:`engine.evidence.skills`, once for all of them. A check never looks at
how much was clicked or typed where a recorded fact says it better.
"""

from engine.evidence.predicates import brought, data, framing, handled, models, practised, prepared, search, story
from engine.evidence.predicates.found import PERSON_PREDICATES, PREDICATES, Found, Person, Predicate

__all__ = [
    "PERSON_PREDICATES",
    "PREDICATES",
    "Found",
    "Person",
    "Predicate",
    "brought",
    "data",
    "framing",
    "handled",
    "models",
    "practised",
    "prepared",
    "search",
    "story",
]
