"""One chart language for the application and the published pages: stored values in, a figure out.

A :class:`~engine.charts.figure.Figure` holds the chart, its message as a title, a text alternative and the table behind
it. Colours mean the same everywhere and never stand alone: shape or label says it too.
"""
