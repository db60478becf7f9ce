"""Files that are brought are read, never run, and say no more than they hold."""

import hashlib
import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from engine.domain.claim import ClaimKind
from engine.errors import InputError
from engine.evidence.brought import LARGEST_BYTES, read

PYTHON = b'''
import numpy as np
from sklearn.pipeline import make_pipeline
from .own import thing

def double(x: float) -> float:
    """Twice."""
    return 2 * x

def empty():
    """Says what it would do."""
    ...

def test_double():
    assert double(2) == 4

def test_nothing():
    assert True

make_pipeline(double).fit([1])
'''


def commit(text: bytes) -> bytes:
    name = hashlib.sha1(b"commit %d\0" % len(text) + text, usedforsecurity=False).hexdigest()
    return b"%s commit %d\n%s\n" % (name.encode(), len(text), text)


def chain(count: int, message: str = "Change number {} of the reader") -> bytes:
    found, parent = b"", b""
    for number in range(count):
        told = message.format(
            ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"][number % 10]
        )
        body = b"tree %s\n%sauthor A <a@b.c> 1 +0000\ncommitter A <a@b.c> 1 +0000\n\n%s\n" % (
            b"0" * 40,
            parent,
            told.encode(),
        )
        one = commit(body)
        parent = b"parent %s\n" % one[:40]
        found = one + found
    return found


def test_python_is_counted_by_its_syntax_tree() -> None:
    found = read(ClaimKind.PYTHON, PYTHON)
    assert found["modules"] == ["numpy", "sklearn"]
    assert found["functions"] == 2, "double, and the test that asserts nothing; a body of dots is no function"
    assert found["tests"] == 1
    assert found["calls"] == ["fit", "make_pipeline"]


def test_nothing_of_a_file_is_run(tmp_path: Path) -> None:
    mark = tmp_path / "ran"
    read(ClaimKind.PYTHON, f"open({str(mark)!r}, 'w')\n".encode())
    cells = [{"cell_type": "code", "source": [f"open({str(mark)!r}, 'w')"], "outputs": []}]
    read(ClaimKind.NOTEBOOK, json.dumps({"cells": cells}).encode())
    assert not mark.exists()


def test_a_notebook_with_magic_lines() -> None:
    cells = [
        {"cell_type": "code", "source": "%matplotlib inline\n!pip list\nimport torch", "outputs": [{}]},
        {"cell_type": "markdown", "source": "text"},
        {"cell_type": "code", "source": "  \n", "outputs": []},
    ]
    found = read(ClaimKind.NOTEBOOK, json.dumps({"cells": cells}).encode())
    assert (found["modules"], found["cells"], found["outputs"]) == (["torch"], 1, 1)


def test_commits_are_what_their_names_say() -> None:
    found = read(ClaimKind.COMMITS, chain(4))
    assert (found["commits"], found["linked"], found["told"]) == (4, 3, 4)
    changed = chain(4).replace(b"number two", b"number ten")
    with pytest.raises(InputError, match="was changed"):
        read(ClaimKind.COMMITS, changed)


def test_the_same_message_again_is_told_once() -> None:
    assert read(ClaimKind.COMMITS, chain(9, "Change the reader"))["told"] == 1
    assert read(ClaimKind.COMMITS, chain(9, "wip"))["told"] == 0


@pytest.mark.skipif(shutil.which("git") is None, reason="needs git")
def test_commits_as_git_writes_them(tmp_path: Path) -> None:
    def git(*words: str, data: bytes | None = None) -> bytes:
        named = ["-c", "user.name=A", "-c", "user.email=a@b.c", "-c", "commit.gpgsign=false"]
        return subprocess.run(["git", *named, *words], cwd=tmp_path, input=data, check=True, capture_output=True).stdout

    git("init", "-q")
    for number in ("one", "two", "three"):
        git("commit", "-q", "--allow-empty", "-m", f"Step {number} of the reader\n\nWith a longer text.\n")
    listed = git("cat-file", "--batch", data=git("rev-list", "HEAD"))
    found = read(ClaimKind.COMMITS, listed)
    assert (found["commits"], found["linked"], found["told"]) == (3, 2, 3)
    assert found["head"] == git("rev-parse", "HEAD").decode().strip()


def test_a_test_report() -> None:
    cases = '<testcase classname="a" name="b"/><testcase classname="a" name="c"><failure/></testcase>'
    found = read(ClaimKind.TEST_REPORT, f"<testsuite>{cases}{cases}</testsuite>".encode())
    assert found == {"tests": 2, "failed": 2, "skipped": 0, "passed": 0}, "the same test again is one test"
    found = read(ClaimKind.TEST_REPORT, b'<testsuites><testsuite><testcase name="b"/></testsuite></testsuites>')
    assert found["passed"] == 1


def test_queries_patches_and_workflows() -> None:
    sql = b"-- select a from b\nselect a from b join c on 1 group by a; select a from b; SELECT  a from b;"
    assert read(ClaimKind.SQL, sql) == {"queries": 2, "joins": 1, "groups": 1}
    patch = b"Subject: [PATCH] Mend the reader\n--- a/x\n+++ b/x\n@@ -1 +1,2 @@\n-old\n+new\n+more\n"
    assert read(ClaimKind.PATCH, patch) == {"added": 2, "removed": 1, "title": "Mend the reader"}
    assert read(ClaimKind.WORKFLOW, b"FROM python:3\nRUN make\n") == {"container": True, "runs": False}
    assert read(ClaimKind.WORKFLOW, b"jobs:\n  a:\n    steps:\n      - run: make\n") == {
        "container": False,
        "runs": True,
    }
    assert read(ClaimKind.R_SCRIPT, b"library(dplyr)\n# note\nx <- 1\nprint(x)\n") == {"lines": 3, "modules": ["dplyr"]}


@pytest.mark.parametrize("kind", [kind for kind in ClaimKind if kind not in (ClaimKind.LINK, ClaimKind.LEARNED)])
@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"  \n ",
        b"\xff\xfe\x00\x01",
        b"{",
        b"[]",
        b'{"cells": 3}',
        b'{"cells": [{"cell_type": "code", "source": [1]}]}',
        b"a" * (LARGEST_BYTES + 1),
        b"0123456789012345678901234567890123456789 commit 5\nhello",
        b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>',
        b"<testsuite/>",
        b"(" * 5000,
    ],
)
def test_a_bad_file_is_one_sentence(kind: ClaimKind, content: bytes) -> None:
    found = read_or_error(kind, content)
    if isinstance(found, InputError):
        assert found.message
        assert found.hint
    else:
        # Some of these are valid Python, as “[]” is: then nothing is found in them.
        assert kind is ClaimKind.PYTHON
        assert found["functions"] == found["tests"] == 0


def read_or_error(kind: ClaimKind, content: bytes) -> dict[str, Any] | InputError:
    try:
        return read(kind, content)
    except InputError as error:
        return error


def test_what_is_no_file_is_refused() -> None:
    with pytest.raises(InputError):
        read(ClaimKind.LINK, b"x")
