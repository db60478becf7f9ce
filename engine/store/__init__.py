"""The only package that speaks SQL. One module per aggregate, each a set of functions over a connection.

Facts live in one SQLite file (WAL, foreign keys on, busy timeout); large bytes live in
content-addressed files beside it (:mod:`engine.store.files`). A connection is opened per use and
closed. The caller owns the transaction: ``with connect(settings) as db, writing(db): …`` groups
several calls; a single call is atomic by itself.
"""
