"""Reading a file that a person brings as evidence: what it holds, as names and counts. Nothing of it is ever run."""

from __future__ import annotations

import ast
import hashlib
import json
import re
import warnings
from collections.abc import Callable, Iterable, Iterator
from typing import Any
from xml.etree import ElementTree

from engine.domain.claim import ClaimKind
from engine.errors import InputError

LARGEST_BYTES = 5_000_000
FEWEST_LINES = 3
"""Lines of a script that are neither empty nor a comment; fewer show nothing."""

_COMMIT = re.compile(rb"([0-9a-f]{40}) commit (\d+)\n")
_SQL_COMMENT = re.compile(r"--[^\n]*|/\*.*?\*/", re.DOTALL)


def read(kind: ClaimKind, content: bytes) -> dict[str, Any]:
    """Read what a file of a kind holds.

    Parameters
    ----------
    kind : ClaimKind
        One that rests on a file.
    content : bytes
        The whole file, at most 5 MB.

    Returns
    -------
    dict
        Names of imported modules and counts, by kind; never a piece of the file's text but titles of changes.

    Raises
    ------
    InputError
        If the file is empty, too large, or not of that kind.
    """
    if not content.strip():
        raise InputError("The file is empty.", hint="Choose the file that shows the work.")
    if len(content) > LARGEST_BYTES:
        raise InputError("The file is larger than 5 MB.", hint="Bring the file that shows the work, without its data.")
    if kind not in _READERS:
        raise InputError(f"{kind} is not read from a file.", hint="Give its address instead.")
    return _READERS[kind](content)


def _text(content: bytes) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InputError("The file is not a text in UTF-8.", hint="Save it as a plain text file.") from error


def _python(content: bytes) -> dict[str, Any]:
    return _code([_text(content)])


def _notebook(content: bytes) -> dict[str, Any]:
    try:
        cells = json.loads(_text(content))["cells"]
        code = [one for one in cells if one["cell_type"] == "code" and "".join(one["source"]).strip()]
        sources = ["".join(one["source"]) for one in code]
        shown = sum(bool(one.get("outputs")) for one in code)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise InputError("This is not a Jupyter notebook.", hint="Choose a file that ends in .ipynb.") from error
    # Lines that speak to the notebook rather than to Python would not parse.
    plain = [re.sub(r"^[ \t]*[%!?].*$", "pass", text, flags=re.MULTILINE) for text in sources]
    return _code(plain) | {"cells": len(code), "outputs": shown}


def _code(sources: Iterable[str]) -> dict[str, Any]:
    """Count what stands in Python code, by its syntax tree."""
    nodes: list[ast.AST] = []
    for text in sources:
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                nodes += ast.walk(ast.parse(text))
        except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
            raise InputError("The code is not valid Python.", hint="Choose a file that Python can read.") from error
    functions = [one for one in nodes if isinstance(one, ast.FunctionDef | ast.AsyncFunctionDef) and _does(one)]
    tests = [one for one in functions if one.name.startswith("test") and _asserts(one)]
    calls = {name for one in nodes if isinstance(one, ast.Call) for name in _called(one.func)}
    return {
        "modules": sorted(set(_modules(nodes))),
        "functions": len(functions) - len(tests),
        "documented": sum(ast.get_docstring(one) is not None for one in functions if one not in tests),
        "typed": sum(one.returns is not None for one in functions if one not in tests),
        "tests": len(tests),
        "calls": sorted(calls & _TOLD),
    }


_TABLES = frozenset({"merge", "join", "groupby", "pivot_table", "pivot", "melt"})
_ALGEBRA = frozenset({"svd", "eig", "pinv", "solve", "lstsq", "norm", "PCA"})
_CLUSTERS = frozenset({"KMeans", "DBSCAN", "AgglomerativeClustering", "GaussianMixture", "silhouette_score"})
_CHARTS = frozenset({"set_title", "title", "set_xlabel", "xlabel", "set_ylabel", "ylabel"})
_PIPELINES = frozenset({"make_pipeline", "Pipeline", "ColumnTransformer", "fit", "predict", "cross_val_score"})
_TOLD = _TABLES | _ALGEBRA | _CLUSTERS | _CHARTS | _PIPELINES
"""Calls that are told apart; all other names of a file stay in the file."""


def _does(function: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    """Whether a function has a body beyond its docstring and placeholders."""
    return any(
        not (isinstance(one, ast.Pass) or (isinstance(one, ast.Expr) and isinstance(one.value, ast.Constant)))
        for one in function.body
    )


def _asserts(function: ast.AST) -> bool:
    return any(
        (isinstance(one, ast.Assert) and not isinstance(one.test, ast.Constant))
        or (isinstance(one, ast.Call) and any(name.startswith(("assert", "raises")) for name in _called(one.func)))
        for one in ast.walk(function)
    )


def _called(function: ast.expr) -> Iterator[str]:
    if isinstance(function, ast.Attribute):
        yield function.attr
    elif isinstance(function, ast.Name):
        yield function.id


def _modules(nodes: Iterable[ast.AST]) -> Iterator[str]:
    for one in nodes:
        if isinstance(one, ast.Import):
            yield from (name.name.partition(".")[0] for name in one.names)
        elif isinstance(one, ast.ImportFrom) and one.module and not one.level:
            yield one.module.partition(".")[0]


def _sql(content: bytes) -> dict[str, Any]:
    text = _SQL_COMMENT.sub(" ", _text(content)).casefold()
    queries = [one for one in text.split(";") if re.search(r"\bselect\b.*\bfrom\b", one, re.DOTALL)]
    if not queries:
        raise InputError("No query was found in the file.", hint="It should hold at least one SELECT … FROM.")
    return {
        "queries": len({" ".join(one.split()) for one in queries}),
        "joins": sum(bool(re.search(r"\bjoin\b", one)) for one in queries),
        "groups": sum(bool(re.search(r"\bgroup\s+by\b|\bover\s*\(", one)) for one in queries),
    }


def _r_script(content: bytes) -> dict[str, Any]:
    lines = [line.split("#", 1)[0].strip() for line in _text(content).splitlines()]
    lines = [line for line in lines if line]
    if len(lines) < FEWEST_LINES or not any("<-" in line or "(" in line for line in lines):
        raise InputError("This does not read like an R script.", hint="Choose a file that ends in .R with its code.")
    libraries = {name for line in lines for name in re.findall(r"\b(?:library|require)\(\s*[\"']?([\w.]+)", line)}
    return {"lines": len(lines), "modules": sorted(libraries)}


def _commits(content: bytes) -> dict[str, Any]:
    """Check a list of commits: each name is the SHA-1 of what stands under it, so none can be changed or made up later.

    The file is what ``git rev-list HEAD | git cat-file --batch`` writes.
    """
    messages, authors, names, parents, place = [], set(), [], set(), 0
    while place < len(content):
        head = _COMMIT.match(content, place)
        if head is None:
            raise InputError(
                "This is not a list of commits.",
                hint="Write it with: git rev-list HEAD | git cat-file --batch > commits.txt",
            )
        body = content[head.end() : head.end() + int(head[2])]
        # Git names a commit by the SHA-1 of its header and text; here it is a name, not a protection.
        name = hashlib.sha1(b"commit %d\0" % len(body) + body, usedforsecurity=False).hexdigest()
        if name.encode() != head[1]:
            raise InputError(
                f"Commit {head[1].decode()[:10]} was changed after it was made.", hint="Write the list out again."
            )
        top, _, message = body.partition(b"\n\n")
        names.append(name)
        parents |= {line[7:].decode("ascii", "replace") for line in top.split(b"\n") if line.startswith(b"parent ")}
        authors |= {line for line in top.split(b"\n") if line.startswith(b"author ")}
        messages.append(message.decode("utf-8", "replace").partition("\n")[0].strip())
        place = head.end() + len(body) + 1
    told = {text.casefold() for text in messages if len(re.findall(r"[^\W\d_]{2,}", text)) >= 3}
    return {"commits": len(set(names)), "linked": len(parents & set(names)), "told": len(told), "head": names[0]}


def _patch(content: bytes) -> dict[str, Any]:
    text = _text(content)
    title = re.search(r"^Subject:\s*(?:\[[^\]]*\]\s*)?(.+)$", text, re.MULTILINE)
    added = len(re.findall(r"^\+(?!\+\+ )\s*\S", text, re.MULTILINE))
    removed = len(re.findall(r"^-(?!-- )\s*\S", text, re.MULTILINE))
    if not re.search(r"^@@ -\d+.*\+\d+.*@@", text, re.MULTILINE) or not added + removed:
        raise InputError("This is not a patch.", hint="Write it with: git format-patch -1")
    return {"added": added, "removed": removed, "title": title[1].strip()[:120] if title else ""}


def _test_report(content: bytes) -> dict[str, Any]:
    if b"<!DOCTYPE" in content or b"<!ENTITY" in content:
        raise InputError("The report declares entities.", hint="Write it with: pytest --junitxml=report.xml")
    try:
        root = ElementTree.fromstring(content)
    except ElementTree.ParseError as error:
        raise InputError("This is not a test report.", hint="Write it with: pytest --junitxml=report.xml") from error
    cases = list(root.iter("testcase"))
    if not cases:
        raise InputError("The report names no test.", hint="Write it with: pytest --junitxml=report.xml")
    bad = sum(one.find("failure") is not None or one.find("error") is not None for one in cases)
    skipped = sum(one.find("skipped") is not None for one in cases)
    names = {(one.get("classname", ""), one.get("name", "")) for one in cases}
    return {"tests": len(names), "failed": bad, "skipped": skipped, "passed": max(0, len(names) - bad - skipped)}


def _workflow(content: bytes) -> dict[str, Any]:
    text = _text(content)
    container = bool(re.search(r"^FROM\s+\S+", text, re.MULTILINE)) and bool(
        re.search(r"^(?:RUN|COPY|CMD|ENTRYPOINT)\s+\S+", text, re.MULTILINE)
    )
    runs = bool(re.search(r"^(?:jobs|stages|steps|pipeline)\s*:", text, re.MULTILINE)) and bool(
        re.search(r"^\s+(?:-\s+)?(?:run|script)\s*:", text, re.MULTILINE)
    )
    if not container and not runs:
        raise InputError(
            "This is neither a Dockerfile nor a workflow.", hint="Choose a Dockerfile, or a workflow with its jobs."
        )
    return {"container": container, "runs": runs}


_READERS: dict[ClaimKind, Callable[[bytes], dict[str, Any]]] = {
    ClaimKind.NOTEBOOK: _notebook,
    ClaimKind.PYTHON: _python,
    ClaimKind.SQL: _sql,
    ClaimKind.R_SCRIPT: _r_script,
    ClaimKind.COMMITS: _commits,
    ClaimKind.PATCH: _patch,
    ClaimKind.TEST_REPORT: _test_report,
    ClaimKind.WORKFLOW: _workflow,
}
