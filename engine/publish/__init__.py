"""From stored facts to pages: the write-up, safe HTML, the static site.

``compose`` drafts a write-up and finds stale references; ``markdown`` turns it into HTML that can do
no harm; ``site`` builds the portfolio in a folder beside its place and puts it there whole
(``placing``). What is written can be checked by :mod:`engine.evidence.verify` without this program's
store.

Decisions
---------
* A page runs no script and asks no other host for anything: a strict Content-Security-Policy says so
  to the browser, and the figures are inline SVG.
* Every text of a person is cleaned of control characters and escaped; HTML in Markdown stays text.
* The folder's own ``evidence.json`` is the list of files that may be replaced or removed later:
  signed, so that nobody else's file is ever taken for ours.
"""
