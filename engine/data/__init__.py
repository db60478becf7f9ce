"""A file becomes a typed table, a problem, a split and what is known of its quality: values in, values out.

``sources`` reads files, ``schema`` settles columns and target, ``split`` sets rows apart, ``checks`` and ``profile``
look at the training part, ``templates`` opens the projects that come along, ``export`` writes tables.
"""
