"""Formulas as code that people read: in pandas, and in Spark."""

from __future__ import annotations

from engine.data.recipe.language import Node

_DOMAINS = {"log": "> 0", "log1p": "> -1", "sqrt": ">= 0", "exp": "< 709"}
_ARITHMETIC = ("+", "-", "*", "/", "//", "%", "**")
_COMPARED = ("==", "!=", "<", "<=", ">", ">=")


def in_pandas(node: Node, empty_texts: frozenset[str]) -> str:
    """Write a formula over the columns of ``table``."""
    if node.op == "constant":
        return repr(node.value)
    if node.op == "column":
        return f"table[{node.value!r}]"
    args = [in_pandas(one, empty_texts) for one in node.args]
    if node.op in _ARITHMETIC:
        return f"({args[0]} {node.op} {args[1]})"
    if node.op in _COMPARED:
        found = f"({args[0]} {node.op} {args[1]})"
        if node.op == "!=":
            parts = zip(node.args, args, strict=True)
            found = f"({' & '.join([found, *(f'{text}.notna()' for one, text in parts if one.op != 'constant')])})"
        return found
    if node.op in ("and", "or"):
        return f"({(' & ' if node.op == 'and' else ' | ').join(args)})"
    if node.op in ("min", "max"):
        found = args[0]
        for one in args[1:]:
            found = f"np.{node.op}imum({found}, {one})"
        return found
    return _function_in_pandas(node, args, empty_texts)


def _function_in_pandas(node: Node, args: list[str], empty_texts: frozenset[str]) -> str:
    first = args[0]
    if node.op in ("log", "log1p", "sqrt", "exp"):
        return f"np.{node.op}({first}.where({first} {_DOMAINS[node.op]}))"
    if node.op == "where":
        return f"pd.Series(np.where({first}, {args[1]}, {args[2]}), index=table.index)"
    if node.op == "coalesce":
        found = args[0]
        for place, one in enumerate(args[1:]):
            found = f"{found}.mask({_empty_in_pandas(node.args[place], found, empty_texts, place)}, {one})"
        return found
    if node.op == "round":
        return f"{first}.round({int(node.args[1].value) if len(args) == 2 else 0})"
    return {
        "abs": f"{first}.abs()",
        "floor": f"np.floor({first})",
        "neg": f"(-{first})",
        "not": f"(~{first})",
        "number": f"{first}.astype(float)",
        "lower": f"{first}.str.lower()",
        "len": f"{first}.str.len().astype(float)",
        "contains": f"{first}.str.contains({args[-1]}, regex=False, na=False).astype(bool)",
        "isempty": _empty_in_pandas(node.args[0], first, empty_texts, 0),
    }[node.op]


def _empty_in_pandas(node: Node, text: str, empty_texts: frozenset[str], place: int) -> str:
    blank = place == 0 and node.op == "column" and node.value in empty_texts
    return f"({text} == '')" if blank else f"{text}.isna()"


def column_in_spark(name: str) -> str:
    """Name a column in Spark, whatever characters it has."""
    return f"F.col({'`' + name.replace('`', '``') + '`'!r})"


def in_spark(node: Node, empty_texts: frozenset[str] = frozenset()) -> str:
    """Write a formula as a Spark column; in the columns ``empty_texts`` a text without a letter counts as empty."""
    if node.op == "constant":
        return f"F.lit({node.value!r})"
    if node.op == "column":
        return column_in_spark(str(node.value))
    args = [in_spark(one, empty_texts) for one in node.args]
    first = args[0]
    if node.op in ("/", "//", "%"):
        # What is divided by 0 is empty; Spark 4 would stop.
        safe = f"F.when({args[1]} != 0, {args[1]})"
        whole = f"F.floor({first} / {safe})"
        return {"/": f"({first} / {safe})", "//": whole, "%": f"({first} - {whole} * {safe})"}[node.op]
    if node.op == "**":
        return f"F.pow({first}, {args[1]})"
    if node.op in _ARITHMETIC:
        return f"({first} {node.op} {args[1]})"
    if node.op in _COMPARED:
        return f"F.coalesce({first} {node.op} {args[1]}, F.lit(False))"
    if node.op in ("and", "or"):
        return f"({(' & ' if node.op == 'and' else ' | ').join(args)})"
    if node.op in ("min", "max"):
        present = " & ".join(f"{one}.isNotNull()" for one in args)
        return f"F.when({present}, F.{'least' if node.op == 'min' else 'greatest'}({', '.join(args)}))"
    return _function_in_spark(node, args, empty_texts)


def _function_in_spark(node: Node, args: list[str], empty_texts: frozenset[str]) -> str:
    first = args[0]
    if node.op in ("isempty", "coalesce") and node.args[0].op == "column" and node.args[0].value in empty_texts:
        if node.op == "isempty":
            return f"(F.coalesce({first}, F.lit('')) == '')"
        args = [f"F.when({first} != '', {first})", *args[1:]]
    return {
        "log": lambda: f"F.when({first} > 0, F.log({first}))",
        "log1p": lambda: f"F.when({first} > -1, F.log1p({first}))",
        "sqrt": lambda: f"F.when({first} >= 0, F.sqrt({first}))",
        "exp": lambda: f"F.when({first} < 709, F.exp({first}))",
        "abs": lambda: f"F.abs({first})",
        "floor": lambda: f"F.floor({first})",
        # pandas rounds halves to the even neighbour, as bround does.
        "round": lambda: f"F.bround({first}, {int(node.args[1].value) if len(args) == 2 else 0})",
        "where": lambda: f"F.when({first}, {args[1]}).otherwise({args[2]})",
        "coalesce": lambda: f"F.coalesce({', '.join(args)})",
        "isempty": lambda: f"{first}.isNull()",
        "lower": lambda: f"F.lower({first})",
        "len": lambda: f"F.length({first})",
        "contains": lambda: f"F.coalesce({first}.contains({args[1]}), F.lit(False))",
        "neg": lambda: f"(-{first})",
        "not": lambda: f"(~{first})",
        "number": lambda: f"{first}.cast('double')",
    }[node.op]()
