"""A module `__getattr__` (PEP 562) that brings what a package's `__init__` handed on when it was loaded."""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterator

from .chunks import lines_of
from .refusal import Refused

GETATTR, DIR = WRITTEN = ("__getattr__", "__dir__")


def getattr_of(text: str, tree: ast.Module, lines: Collection[int]) -> str:
    """Return what goes to the end of a module so that the imports on some lines happen when a name is first asked for.

    Raises:
        Refused: where the module has such functions, or a name would stand for something else.
    """
    defined = {each.name: each for each in tree.body if isinstance(each, (ast.FunctionDef, ast.ClassDef))}
    if own := defined.keys() & {GETATTR, DIR}:
        raise Refused(f"it has a {min(own)} of its own")
    nodes = [each for each in tree.body if isinstance(each, (ast.Import, ast.ImportFrom)) and each.lineno in lines]
    found = list(_brought(nodes))
    every = ", ".join(f'"{name}"' for name in sorted({name for names, _ in found for name in names}))
    code = [f"def {GETATTR}(name):"]
    for names, node in found:
        bound = ", ".join(f'"{each}"' for each in sorted(names))
        code += [f"    if name in {{{bound}}}:", f"        {ast.unparse(node)}", ""]
        pairs = ", ".join(f"{each.asname or each.name}={each.asname or each.name}" for each in node.names)
        code += [f"        globals().update({pairs})", "        return globals()[name]"]
    code.append('    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")')
    code += ["", "", f"def {DIR}():", f"    return sorted({{*globals(), {every}}})", ""]
    last = (lines_of(text) or [""])[-1]
    newline = "\r\n" if "\r\n" in text else "\n"
    start = "" if last.endswith(("\n", "\r")) else newline
    return start + newline.join(["", "", *code])


def _brought(nodes: list[ast.Import | ast.ImportFrom]) -> Iterator[tuple[set[str], ast.ImportFrom]]:
    """Each statement with the names that it gives to the package: those that it binds, and its submodule."""
    taken: set[str] = set()
    for node in nodes:
        if not isinstance(node, ast.ImportFrom) or node.names[0].name == "*":
            raise Refused(f"line {node.lineno}: only names that are imported from a module can be handed on")
        bound = {each.asname or each.name for each in node.names}
        child = (node.module or "").partition(".")[0] if node.level == 1 else ""
        if child in bound:
            raise Refused(f"line {node.lineno}: '{child}' is a module and a name in it")
        names = ({*bound, child} if child else bound) - taken  # a submodule has come with its first statement
        if bound & taken:
            raise Refused(f"line {node.lineno}: '{min(bound & taken)}' is bound twice")
        taken |= names
        yield names, node
