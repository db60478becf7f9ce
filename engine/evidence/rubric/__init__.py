"""The rubric: fifteen checks of what employers look at, each computed from what is stored.

``judge`` gives one verdict for each check, with its reason and the page where it is mended; there is no total.
Checks that read texts are heuristics and say so: they can tell that something is filled in, not that it is good.
"""

from engine.evidence.rubric.judging import judge
from engine.evidence.rubric.material import Material, collect
from engine.evidence.rubric.verdict import Result, Verdict

__all__ = ["Material", "Result", "Verdict", "collect", "judge"]
