"""A run is a row in the database and a worker process of its own; the row is the only channel between them.

``launch`` puts a run into the queue and starts a worker, ``worker`` is that process, ``watch`` finds workers
that died, ``jobs`` holds what each kind of run does. Nothing heavy is ever computed by a page.
"""
