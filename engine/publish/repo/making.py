"""The steps from the files of a package to the table of a template, written as pandas code."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from engine.domain.template import Blocks, Date, Flag, Join, Keep, Making, Sample, Stack, Table, Unique
from engine.publish.repo.layout import Group, Node, prefixed, render
from engine.publish.repo.objects import Imports, text, written

_INDENT = 4


def making_code(steps: Sequence[Making]) -> list[str]:
    """Write each step as lines of code that change ``table``; ``frame(path, sha256)`` reads another file."""
    lines: list[str] = []
    for step in steps:
        lines += _one(step)
    return lines


def reading_code(table: Table) -> str:
    """Write how the bytes of a file become a table."""
    if not table.names:
        return 'pd.read_pickle(io.BytesIO(fetch(path, sha256)), compression="xz")'
    return 'pd.read_csv(io.BytesIO(fetch(path, sha256)), header=None, names=COLUMNS, compression="gzip")'


def _one(step: Making) -> list[str]:
    match step:
        case Stack(table=table, column=column, names=names):
            first, second = (f"assign(**{{{text(column)}: {text(name)}}})" for name in names)
            return [
                f"other = {_frame(table)}",
                f"table = pd.concat([table.{first}, other.{second}], ignore_index=True)",
            ]
        case Join(table=table, on=on, columns=columns):
            wanted = _line("other = other[", [*on, *columns], "]")
            renamed = _line("other = other.rename(columns=", dict(columns), ")")
            return [
                f"other = {_frame(table)}",
                wanted,
                f"other = other.drop_duplicates({_flat(list(on))})",
                *([renamed] if any(old != new for old, new in columns.items()) else []),
                f'table = table.merge(other, on={_flat(list(on))}, how="left")',
            ]
        case Flag(column=column, into=into, above=above, yes=yes, no=no):
            hit = f"table[{text(column)}]" + (".notna()" if above is None else f" > {above:g}")
            return [f"table[{text(into)}] = ({hit}).map({{True: {text(yes)}, False: {text(no)}}})"]
        case Date(column=column, format=pattern):
            return [f"table[{text(column)}] = pd.to_datetime(table[{text(column)}], format={text(pattern)})"]
        case Keep(column=column, longer_than=longest):
            hit = f"table[{text(column)}]" + (".notna()" if longest is None else f".str.len() > {longest}")
            return [f"table = table[{hit}].reset_index(drop=True)"]
        case Unique(column=column):
            return [f"table = table.drop_duplicates({text(column)}).reset_index(drop=True)"]
        case Sample(rows=rows, seed=seed):
            return [f"table = table.sample({rows}, random_state={seed}).sort_index().reset_index(drop=True)"]
        case Blocks(into=into, size=size):
            return [f"table[{text(into)}] = table.index // {size}"]
    raise TypeError(type(step).__name__)


def _frame(table: Table) -> str:
    call = Group("frame(", (text(table.path), text(table.sha256)), ")")
    return render(call, _INDENT, before=len("other = "), after=0)


def _line(before: str, value: Any, after: str) -> str:
    node: Node = prefixed(before, written(value, Imports()))
    return render(node, _INDENT, after=len(after)) + after


def _flat(value: Any) -> str:
    return render(written(value, Imports()), _INDENT)
