"""A worker whose training runs do small jobs; the workers that it starts in turn do so too."""

import sys

from engine.domain.run import RunKind
from engine.runs import jobs, launch, worker

COMMAND = (sys.executable, "-m", "tests.runs.small_worker")

if __name__ == "__main__":
    launch.COMMAND = COMMAND
    jobs._MODULES[RunKind.TRAIN] = "tests.runs.small_job"
    sys.exit(worker.main())
