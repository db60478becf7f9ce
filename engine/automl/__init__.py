"""The search for a model: values in, values out.

``search`` decides what is tried next and when to stop, ``folds`` fits one configuration on every fold and keeps
its out-of-fold predictions, ``families`` declares what can be tried (one file each), ``encoding`` turns a table into
numbers inside the folds, ``ensemble`` blends what was tried, ``model`` is the fitted result, ``replay`` fits a record
again. Final models are composed of library objects only, so that an exported project needs no code of ours.
"""
