"""Scores, their intervals, and comparisons between models: values in, values out.

Decisions
---------
* Every metric is written once, as a function of row weights (``confusion``, ``ranking``, ``row_means``,
  ``medians``). A score is that function at weights of one; a bootstrap resample is the same function at the
  counts of the draw. So an interval can never be that of a slightly different metric.
* Sums use NumPy's own loops and never BLAS, whose last bits change with the number of threads: a published
  interval is recomputed to the bit from the same predictions and seed.
* A metric that is not defined on some rows is NaN inside this package and left out of every report.
* Only NumPy is imported, so that a page or a verification may judge a number without loading scikit-learn,
  with which the tests compare.
"""
