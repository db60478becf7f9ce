"""The recipe of a project: an ordered list of steps that compiles to one pipeline of library objects.

``options`` says what a step may be told, ``shape`` what it does to the columns, ``checking`` whether a list holds
together, ``editing`` changes it. ``compiling`` makes the pipeline of ``rowwise`` and ``fitted`` steps (``blocks`` are
its bricks; ``expression``, ``language``, ``reader`` and ``lowering`` the formulas), ``safety`` looks at a stored one
before it is used. ``words``, ``code`` and ``spark`` say the same in plain words, in pandas and in Spark;
``suggesting`` proposes.
"""
