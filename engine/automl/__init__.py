"""The search for a model: values in, values out.

The way of a search: ``search`` is the door and holds FLAML, ``race`` decides what is tried next (``allocation``: which
family), ``pace`` and ``reserve`` keep the budget, ``folds`` fits one configuration on every fold of a ``bench`` within
its ``limits``, ``finish`` blends (``ensemble``) and fits on all rows.

On several machines: ``spark`` is a race whose trials are fitted elsewhere, ``spark_executor`` is what happens there,
``spark_session`` says where that is and whether it can be reached.

What is fitted: ``families`` declares what can be tried, one file each; ``table`` and ``encoding`` turn any table into
numbers, ``pipeline`` joins them with an estimator. What remains: ``model`` answers, ``stored`` keeps it as files that
run no code, ``replay`` fits a record again, ``outcome`` says what is told of it all.

Final models are composed of library objects only, so that an exported project needs no code of ours.
"""
