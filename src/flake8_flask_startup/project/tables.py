"""The tables of a file: variables that are one mapping with constant keys, and what is looked up in them."""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence, Set

_ASKING = frozenset({"copy", "get", "items", "keys", "values"})
_LOOKING = frozenset({"dict", "frozenset", "len", "list", "set", "sorted", "tuple"})


def tables(nodes: Sequence[ast.AST]) -> Mapping[str, ast.Dict]:
    """Return the variables of a file that are one mapping with constant keys, which nothing in it can change."""
    found: dict[str, ast.Dict] = {}
    for node in nodes:
        if isinstance(node, (ast.Assign, ast.AnnAssign)) and (table := _written_out(node.value)) is not None:
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            if _keys(table) is not None:
                found.update((each.id, table) for each in targets if isinstance(each, ast.Name))
    if not found:
        return found
    asked = {each for node in nodes for each in _asked(node)}
    others = Counter(node.id for node in nodes if isinstance(node, ast.Name) and node not in asked)
    return {name: table for name, table in found.items() if others[name] == 1}  # where it is bound


def _written_out(value: ast.expr | None) -> ast.Dict | None:
    """The mapping that a display is, or `dict(core=".core")`; None for any other expression."""
    match value:
        case ast.Dict():
            return value
        case ast.Call(func=ast.Name(id="dict"), args=[], keywords=[_, *_] as given) if all(each.arg for each in given):
            keys: list[ast.expr | None] = [ast.Constant(each.arg) for each in given]
            return ast.Dict(keys, [each.value for each in given])
    return None


def _asked(node: ast.AST) -> Sequence[ast.AST]:
    """The expressions that a node asks for items, or goes over."""
    match node:
        case ast.Subscript(value=value, ctx=ast.Load()):
            return [value]
        case ast.Attribute(value=value, attr=attribute) if attribute in _ASKING:
            return [value]
        case ast.Compare(comparators=compared):
            return compared
        case ast.For(iter=iterated) | ast.comprehension(iter=iterated):
            return [iterated]
        case ast.Call(func=ast.Name(id=name), args=given) if name in _LOOKING:
            return given
        case ast.Starred(value=value):
            return [value]
    return ()


def _keys(table: ast.Dict) -> Sequence[str] | None:
    keys = [key.value for key in table.keys if isinstance(key, ast.Constant) and isinstance(key.value, str)]
    return keys if len(keys) == len(table.keys) else None


def keys_looked_up(name: str, value: ast.AST, known: Mapping[str, ast.Dict]) -> Set[str]:
    """Return what a variable may be that a value looks up in tables: their keys; none if it may be another value."""
    if any(isinstance(each, (ast.BoolOp, ast.IfExp)) for each in ast.walk(value)):
        return frozenset()
    return {key for table in _looked_in(value, known, name) for key in _keys(table) or ()}


def _looked_in(value: ast.AST, known: Mapping[str, ast.Dict], key: str) -> Iterator[ast.Dict]:
    for node in ast.walk(value):
        match node:
            case (
                ast.Subscript(value=ast.Name(id=table), slice=ast.Name(id=name))
                | ast.Call(func=ast.Attribute(value=ast.Name(id=table), attr="get"), args=[ast.Name(id=name)])
            ) if name == key and table in known:
                yield known[table]


def unpacked(value: ast.expr | None, known: Mapping[str, ast.Dict]) -> Sequence[Sequence[str]] | None:
    """Return the texts at each place of what a look-up in a table gives, if all that it has are rows of texts."""
    match value:
        case ast.Subscript(value=ast.Name(id=name)) if name in known:
            rows = [_texts(each) for each in known[name].values]
        case _:
            return None
    width = {len(row) for row in rows}
    return list(zip(*rows, strict=True)) if len(width) == 1 and width != {0} else None


Texts = Sequence[str] | None  # None where one is not known


def columns(
    iterated: ast.expr | None, known: Mapping[str, ast.Dict], elements: Callable[[ast.expr], Texts]
) -> Sequence[Texts]:
    """Return the texts at each place of the rows that a loop goes over; none where it goes over something else.

    elements gives the texts of a sequence.
    """
    match iterated:
        case ast.Call(func=ast.Name(id="enumerate"), args=[inner, *_]):
            return [None, elements(inner)]
        case ast.Call(func=ast.Name(id="zip"), args=inner):
            return [elements(each) for each in inner]
        case ast.Call(func=ast.Attribute(value=ast.Dict() as table, attr="items"), args=[]):
            return [_keys(table), None]
        case ast.Call(func=ast.Attribute(value=ast.Name(id=name), attr="items"), args=[]) if name in known:
            return [_keys(known[name]), None]
        case ast.List(elts=rows) | ast.Tuple(elts=rows):
            cells = [each.elts for each in rows if isinstance(each, (ast.List, ast.Tuple))]
            if len(cells) == len(rows) and len({*map(len, cells)}) == 1:
                return [elements(ast.Tuple(list(column), ast.Load())) for column in zip(*cells, strict=True)]
    return ()


def _texts(row: ast.expr) -> Sequence[str]:
    """The constants of a row; none where one of them is no text."""
    if not isinstance(row, (ast.List, ast.Tuple)):
        return ()
    found = [each.value for each in row.elts if isinstance(each, ast.Constant) and isinstance(each.value, str)]
    return found if len(found) == len(row.elts) else ()
