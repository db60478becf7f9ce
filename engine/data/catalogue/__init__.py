"""Bringing data in from elsewhere: catalogues that are installed, hubs by id, addresses."""
