"""Where Spark runs, whether it can be reached, and a session of it. Nothing here needs pyspark before one is opened."""

from __future__ import annotations

import importlib.util
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import threading
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from engine.errors import InputError

_PACKAGES = ("pyspark", "joblibspark")
_INSTALL = "Run 'pip install \"proofolio[spark]\"' and try again."
_OLDEST_JAVA = 17
_CONNECT_SECONDS = 3.0
_FIRST_JOB_SECONDS = 60.0
"""How long an executor may take to turn up."""
_MOST_WORKERS = 1_000
_LOCAL = re.compile(r"local(\[(\*|\d+)(,\s*\d+)?\])?|local-cluster\[\d+,\s*\d+,\s*\d+\]")
_REMOTE = re.compile(r"(spark|k8s)://\S+|yarn")
_HOSTS = re.compile(r"([^,:/\s]+):(\d+)")
_THREAD_VARIABLES = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMEXPR_NUM_THREADS")


@dataclass(frozen=True, kw_only=True)
class Where:
    """A Spark master, and how many trials are fitted at a time."""

    master: str
    workers: int
    """Trials that are fitted at a time: the size of a batch."""

    @property
    def local(self) -> bool:
        """Whether all processes run on this machine."""
        return self.master.startswith("local")


def where(master: str | None, workers: int | None, threads: int) -> Where:
    """Settle where trials are fitted, without asking Spark.

    Parameters
    ----------
    master : str or None
        A Spark master; by default this machine with as many slots as workers.
    workers : int or None
        Trials at a time; as many as this process may use threads by default.
    threads : int

    Raises
    ------
    InputError
        If the address is none of a Spark master, holds a password, or the number of workers is not possible.
    """
    count = threads if workers is None else workers
    if not 1 <= count <= _MOST_WORKERS:
        raise InputError(f"{count} workers are not possible.", hint=f"Choose 1 to {_MOST_WORKERS:,}.")
    address = (master or f"local[{count}]").strip()
    if "@" in address or "?" in address:
        # The address is stored with the run, and shown: nothing secret may stand in it.
        raise InputError(
            "The address of a Spark master must not hold a name, password or token.",
            hint="Put secrets into Spark's own configuration (the folder that SPARK_CONF_DIR names).",
        )
    if not (_LOCAL.fullmatch(address) or _REMOTE.fullmatch(address)):
        raise InputError(
            f"{address!r} is not the address of a Spark master.",
            hint="Give local[2], spark://HOST:7077, yarn or k8s://https://HOST:PORT.",
        )
    return Where(master=address, workers=count)


def check_ready(place: Where) -> None:
    """See whether a search on Spark could start: packages, Java, master.

    Raises
    ------
    InputError
        If something is missing or the master does not answer; a master other than ``spark://`` is not asked.
    """
    missing = [name for name in _PACKAGES if importlib.util.find_spec(name) is None]
    if missing:
        raise InputError(f"Training on Spark needs the package {missing[0]}.", hint=_INSTALL)
    java = _java_version()
    if java is None:
        raise InputError(
            "Training on Spark needs Java, and none was found.",
            hint=f"Install Java {_OLDEST_JAVA} or newer, or let JAVA_HOME name its folder.",
        )
    if java < _OLDEST_JAVA:
        raise InputError(
            f"Training on Spark needs Java {_OLDEST_JAVA} or newer; this is Java {java}.",
            hint="Install a newer one, or let JAVA_HOME name its folder.",
        )
    if place.master.startswith("spark://"):
        _ask(place.master)


def _java_version() -> int | None:
    home = os.environ.get("JAVA_HOME")
    command = str(Path(home) / "bin" / "java") if home else shutil.which("java")
    if command is None or not Path(command).is_file():
        return None
    try:
        said = subprocess.run([command, "-version"], capture_output=True, text=True, timeout=20, check=False).stderr
    except (OSError, subprocess.TimeoutExpired):
        return None
    found = re.search(r'version "(?:1\.)?(\d+)', said)
    return int(found.group(1)) if found else None


def _ask(master: str) -> None:
    """Knock at the door of a standalone master; one of several is enough."""
    doors = _HOSTS.findall(master.removeprefix("spark://"))
    for host, port in doors:
        try:
            socket.create_connection((host, int(port)), timeout=_CONNECT_SECONDS).close()
        except (OSError, OverflowError):
            continue
        return
    raise InputError(
        f"The Spark master {master} does not answer.",
        hint="Start it or correct the address; the master's own page names it.",
    )


@contextmanager
def session(place: Where, threads: int) -> Iterator[Any]:
    """Open a session of Spark whose executors have answered once, and close it at the end.

    A session that this process has open on the same master is used, and left open.

    Parameters
    ----------
    place : Where
    threads : int
        Threads that one trial may use.

    Yields
    ------
    pyspark.sql.SparkSession

    Raises
    ------
    InputError
        If no session could be opened, no executor answers, or one has another Python or another version of the
        libraries that decide what is fitted.
    """
    handler = signal.getsignal(signal.SIGINT) if threading.current_thread() is threading.main_thread() else None
    with _same_python(), warnings.catch_warnings():
        # About pandas and stage-level scheduling, neither of which is used.
        warnings.simplefilter("ignore")
        open_one = _present(place)
        spark = open_one or _open(place, threads)
        if handler is not None:
            # Spark takes Ctrl-C for itself; here it asks the run to end with what it has.
            signal.signal(signal.SIGINT, handler)
        try:
            _meet(spark, place)
            yield spark
        finally:
            if open_one is None:
                spark.stop()


def _present(place: Where) -> Any:
    from pyspark.sql import SparkSession

    found = SparkSession.getActiveSession()
    if found is not None and found.sparkContext.master != place.master:
        raise InputError(
            f"A session on the Spark master {found.sparkContext.master} is open in this process.",
            hint="Close it, or train on that master.",
        )
    return found


def _open(place: Where, threads: int) -> Any:
    from pyspark.sql import SparkSession

    builder = SparkSession.builder.master(place.master).appName("Proofolio")
    chosen = {
        "spark.ui.enabled": "false",
        "spark.ui.showConsoleProgress": "false",
        # An executor may be lost by accident: once more, and then the trial has failed.
        "spark.task.maxFailures": "2",
        **{f"spark.executorEnv.{name}": str(threads) for name in _THREAD_VARIABLES},
        "spark.executorEnv.OMP_WAIT_POLICY": "PASSIVE",
    }
    if place.local:
        chosen |= {"spark.driver.host": "127.0.0.1", "spark.driver.bindAddress": "127.0.0.1"}
    for name, value in chosen.items():
        builder = builder.config(name, value)
    try:
        spark = builder.getOrCreate()
    except Exception as error:
        raise InputError(
            f"No session could be opened on the Spark master {place.master}.",
            hint=f"Spark said: {_first_line(error)}",
        ) from error
    spark.sparkContext.setLogLevel("ERROR")
    return spark


@contextmanager
def _same_python() -> Iterator[None]:
    """Let executors use the interpreter of this process unless somebody chose another one."""
    before = os.environ.get("PYSPARK_PYTHON")
    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    try:
        yield
    finally:
        if before is None:
            del os.environ["PYSPARK_PYTHON"]


def _meet(spark: Any, place: Where) -> None:
    """Have every slot say what is installed there: results of another version would not be repeatable."""
    context, late = spark.sparkContext, threading.Event()

    def give_up() -> None:
        late.set()
        context.cancelAllJobs()

    timer = threading.Timer(_FIRST_JOB_SECONDS, give_up)
    timer.daemon = True
    timer.start()
    try:
        found = context.parallelize(range(place.workers), place.workers).map(lambda _: versions()).collect()
    except Exception as error:
        if late.is_set():
            raise InputError(
                f"The Spark master {place.master} gave no free executor within {_FIRST_JOB_SECONDS:.0f} s.",
                hint="Wait until others have finished, or ask for fewer workers.",
            ) from error
        raise InputError(
            "An executor of Spark could not load Proofolio.",
            hint=f"Install the same version with the same Python on each machine. Spark said: {_first_line(error)}",
        ) from error
    finally:
        timer.cancel()
    for there in found:
        differing = [name for name, here in versions().items() if there.get(name) != here]
        if differing:
            name = differing[0]
            raise InputError(
                f"An executor of Spark has {name} {there.get(name)}, this machine has {versions()[name]}.",
                hint="Install the same versions on each machine, so that results can be repeated.",
            )


def versions() -> dict[str, str]:
    """Name the version of Python and of the libraries that decide what is fitted."""
    from importlib.metadata import version

    names = ("numpy", "pandas", "scikit-learn", "lightgbm", "catboost", "skrub")
    return {"Python": ".".join(map(str, sys.version_info[:2]))} | {name: version(name) for name in names}


def _first_line(error: BaseException) -> str:
    lines = [one for one in str(error).splitlines() if one.strip()]
    # Of a Java trace, the last cause says most.
    causes = [one.strip() for one in lines if "Error: " in one or "Exception: " in one]
    return (causes or lines or [type(error).__name__])[-1 if causes else 0].strip()[:200]
