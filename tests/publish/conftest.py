from tests.evidence.conftest import db, published_once, site, story

__all__ = ["db", "published_once", "site", "story"]
