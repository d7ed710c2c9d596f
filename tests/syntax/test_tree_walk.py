"""The nodes of trees are those of `ast`, but for contexts and operators."""

from __future__ import annotations

import ast
import inspect
import sys

import pytest

from flake8_flask_startup.syntax.tree_walk import children, nodes_of

OMITTED = (ast.expr_context, ast.operator, ast.boolop, ast.unaryop, ast.cmpop)
EVERYTHING = """
@decorated(1, *more, key=2, **others)
class Model(Base, metaclass=Meta):
    field: list[int] = [each async for each in numbers if not -each]
    del a, b[1:2:3]
async def run(a, /, b: int = 1, *c, d=2, **e) -> None:
    global name
    async with opened(x) as y, z:
        await (yield from lambda: f"{value!r:>{width}}")
    try:
        x += 1 if a < b <= c and d or e else {**a, 'b': {1}}
    except* ValueError as error:
        raise KeyError from error
    match x:
        case Point(x=0, y=1) | [1, *rest] | {"a": _, **rest} if (n := x): import a.b as c
        case None | other: from .. import *
    assert x, "message"
    while True: (yield)
    else: return {k: v for k, v in x}
"""
ALIAS = "type Pair[T: int] = tuple[T, T]\n"


@pytest.mark.parametrize(
    "text", [EVERYTHING, inspect.getsource(inspect), ALIAS if sys.version_info >= (3, 12) else "x"]
)
def test_no_other_node_is_left_out_and_the_order_is_the_same(text: str) -> None:
    tree = ast.parse(text)
    expected = [each for each in ast.walk(tree) if not isinstance(each, OMITTED)]
    assert nodes_of(tree) == expected
    for node in expected:
        assert children(node) == [each for each in ast.iter_child_nodes(node) if not isinstance(each, OMITTED)]
