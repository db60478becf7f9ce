"""Why the model predicts what it predicts: for all rows (``report.py``) and for one (``local.py``).

The way through it: ``output`` says which number is explained, ``sampling`` draws rows and chooses how
many the time allows, ``cells`` turns a mixed table into integers and back, ``game`` and ``screen`` say
between whom a prediction is shared out, ``shapley`` computes the contributions, ``importance``,
``shape`` and ``together`` summarise them, ``examples`` picks rows worth a look, ``words`` writes
sentences. Beside that, ``similar`` finds rows like a given one, ``ranges`` and ``whatif`` answer what the
model would say to other values, and ``goal`` and ``flip`` search the smallest change that gives another
answer.

Decision: contributions of pipelines and blends are sampled here and not by ``shap.PermutationExplainer``.
That class asks the model once per explained row, while a call of a blend of pipelines costs much
whatever the number of rows, and it walks all background rows along the same permutation. Here many
rows share a call and each background row has a permutation of its own: on the telecom churn data half
the error with a quarter of the predicted rows. The tests compare with shap's explainers, exactly where
all coalitions can be counted.
"""
