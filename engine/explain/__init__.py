"""Why the model predicts what it predicts: for all rows (``report.py``) and for one (``local.py``).

The way through it: ``output`` says which number is explained, ``sampling`` draws rows and chooses how
many the time allows, ``cells`` turns a mixed table into integers and back, ``shapley`` computes the
contributions, ``importance``, ``shape`` and ``together`` summarise them, ``examples`` picks rows worth
a look, ``words`` writes sentences.

Decision: contributions of pipelines and blends are sampled here and not by ``shap.PermutationExplainer``.
That class asks the model once per explained row, while a blend of pipelines needs a tenth of a second
per call whatever the number of rows, and it walks all background rows along the same permutation. Here
many rows share a call and each background row has a permutation of its own. The tests compare with
shap's explainers, exactly where all coalitions can be counted.
"""
