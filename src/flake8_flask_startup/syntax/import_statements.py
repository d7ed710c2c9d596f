"""What an import statement names, and where a relative one leads (language reference, 7.11; PEP 328)."""

from __future__ import annotations

import ast
import os
from typing import NamedTuple

MAX_PARTS = 100  # of a dotted name: no module lies deeper


class Imported(NamedTuple):
    """One name of an import statement."""

    module: str  # as written, without the leading dots
    name: str  # of `from module import name`; "*" for a star; "" for `import module`
    bound: str  # the name that it binds; "" for a star
    is_renamed: bool  # spelled with `as`
    level: int  # leading dots

    @property
    def dotted(self) -> str:
        """The dotted name that is imported, without leading dots; that of the module for a star."""
        if not self.name or self.name == "*":
            return self.module
        return f"{self.module}.{self.name}" if self.module else self.name

    @property
    def path(self) -> str:
        """What the bound name stands for, with leading dots: `import a.b` binds a."""
        return "." * self.level + (self.dotted if self.name or self.is_renamed else self.bound)


def imported(node: ast.AST) -> list[Imported]:
    """The names of an import statement, each up to MAX_PARTS parts; none of any other node."""
    if isinstance(node, ast.Import):
        return [
            Imported(importable(each.name), "", each.asname or each.name.partition(".")[0], each.asname is not None, 0)
            for each in node.names
        ]
    if not isinstance(node, ast.ImportFrom):
        return []
    found = []
    module = importable(node.module or "")
    for each in node.names:
        bound = "" if each.name == "*" else each.asname or each.name
        found.append(Imported(module, each.name, bound, each.asname is not None, node.level))
    return found


def importable(dotted: str) -> str:
    """As much of a dotted name as may be a module's: its first MAX_PARTS parts."""
    return ".".join(dotted.split(".", MAX_PARTS)[:MAX_PARTS])


def absolute(module: str, level: int, package: str) -> str:
    """The absolute name of a module that is imported with leading dots from a package."""
    if not level:
        return module
    parts = package.split(".")
    base = ".".join(parts[: len(parts) - level + 1])
    return f"{base}.{module}".strip(".") if module else base


def named(name: str, package: str) -> str:
    """The absolute name of a module that a string names, relative to a package when it begins with dots."""
    level = len(name) - len(name.lstrip("."))
    return absolute(name[level:], level, package)


def folder_above(path: str, level: int) -> str:
    """The folder that leading dots lead to from a file."""
    for _ in range(level):
        path = os.path.dirname(path)  # noqa: PTH120  # asked for thousands of times: text costs a tenth of paths
    return path
