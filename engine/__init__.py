"""Everything that is not a screen. Nothing in here imports streamlit.

The main path, in the order in which a project goes through it, and the file to open first:

1. ``actions``   one function per button or command (``actions/projects.py``)
2. ``data``      a file becomes a typed table, a split and a sealed hold-out (``data/sources``)
3. ``runs``      a run is a row in the database and a worker process (``runs/launch.py``)
4. ``automl``    the search, inside the worker: values in, values out (``automl/search.py``)
5. ``evaluate``, ``explain``  figures computed from out-of-fold predictions and the model
6. ``evidence``  stored facts, skills computed from them, seal and verification
7. ``publish``   the write-up composed of facts, the static page

Beneath them: ``store`` (the only package that speaks SQL), ``metrics``, ``charts``, ``domain``
(frozen dataclasses, standard library only), ``settings`` and ``errors``. The import direction is
enforced by import-linter (``pyproject.toml``); packages from ``metrics`` to ``explain`` never
import ``store``: the jobs in ``runs`` fetch the values and store the results.
"""
