"""What recorded facts prove, and how a stranger checks it.

One project: ``standing`` fetches the stored rows that its claims rest on, ``facts`` and ``measured``
turn them into facts with stable ids, ``wording`` holds the sentences that a write-up is drafted from.
All projects: ``dossier`` fetches what is recorded, ``predicates`` check it, ``skills`` computes levels.
What is published: ``seal`` writes ``evidence.json`` (``document``) with its signature (``keys``), trial
log (``chain``) and predictions (``predictions``); ``verify`` reads all of that back without the store,
so that it works on anybody's portfolio (``source``, ``fetch``, ``page``, ``recompute``).

Decisions
---------
* A number on a page is a reference to a fact; a claim is a fact that can be recomputed from the
  predictions beside the page. What cannot be recomputed is never called a claim.
* The headline is the first scored opening of the hold-out by the model that is published; without
  one it is the out-of-fold score, and every text says so.
* The signature covers the exact bytes of ``evidence.json``, which names the hash of every other
  file. A forgery signed anew therefore shows only as another key; the texts say that too.
"""
