"""The parts of a profile: columns alone, against the target, gaps, outliers, associations, over time, highlights.

Each part takes a :class:`engine.data.profiling.sample.Sample` and hands back plain JSON; ``engine.data.profile`` puts
them together and says what the keys mean.
"""
