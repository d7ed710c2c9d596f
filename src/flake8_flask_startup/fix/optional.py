"""Optional dependencies: an import in its own `try` or `with suppress(ImportError)`, with the code for its absence.

What may become of such an import is the verdict on the same module with the import alone in the place of the `try`; so
nothing here judges, but says which `try` is as good as an import, and why another is not.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache

from ..syntax import import_statements
from ..syntax.tree_walk import nodes_of
from .attempts import attempts, names_bound, times_bound
from .chunks import lines_of
from .refusal import Refused
from .splices import Places, Splice, spliced

_CAUGHT = frozenset({"ImportError", "ModuleNotFoundError"})
_ASSUMED = 'bool("installed")'  # stands for what nobody can tell before the app runs


@dataclass(frozen=True, slots=True)
class Optional:
    """A `try`, or its equivalent, around one import. flags are the names that say whether the module is installed.

    default is what its name is bound to above it, instead of in the `except` clause, which does nothing then.
    """

    first: int
    last: int
    node: ast.Import | ast.ImportFrom
    flags: tuple[str, ...]
    default: ast.Assign | None = None

    @property
    def line(self) -> int:
        """The line of the import."""
        return self.node.lineno


@lru_cache(maxsize=16)  # asked for with each statement of a plan
def optional_imports(tree: ast.Module) -> Mapping[int, Optional | Refused]:
    """Return the imports in `try` statements of module code by their lines, with why one cannot be moved."""
    found: dict[int, Optional | Refused] = {}
    before: dict[str, object] = {}
    statements = list(attempts(tree))
    if not any(attempt for _, attempt in statements):  # as in most files
        return found
    for each, attempt in statements:
        if attempt is not None:
            imports = [node for node in attempt.body if isinstance(node, (ast.Import, ast.ImportFrom))]
            try:
                kept = _optional(attempt, imports, before)
                found[kept.line] = replace(kept, default=_default(kept, each, tree))
            except Refused as refused:
                found |= dict.fromkeys((node.lineno for node in imports), refused)
        _note(each, before)
    return found


def _default(kept: Optional, statement: ast.stmt, tree: ast.Module) -> ast.Assign | None:
    """The statement above a `try` that binds the name of its import to a constant; None where there is none."""
    bound = [each.bound for each in import_statements.imported(kept.node)]
    if not isinstance(statement, ast.Try) or not _does_nothing(statement) or len(bound) != 1:
        return None
    (name,) = bound
    if times_bound(tree)[name] != 2 or times_bound(tree)["*"]:  # there and in the `try`
        return None
    above = tree.body[: tree.body.index(statement)]
    mentioning = [
        each for each in above if any(name in names_bound(node) or _reads(node, name) for node in nodes_of(each))
    ]
    match mentioning:
        case [ast.Assign(targets=[ast.Name(id=target)], value=ast.Constant()) as found] if target == name:
            return found
    return None


def _does_nothing(node: ast.Try) -> bool:
    return all(isinstance(each, ast.Pass) for handler in node.handlers for each in handler.body)


def _reads(node: ast.AST, name: str) -> bool:
    return isinstance(node, ast.Name) and node.id == name


def with_defaults(text: str, tree: ast.Module, lines: Collection[int]) -> str:
    """Return a text in which the `except` clauses of optional imports on some lines bind what stands above the `try`.

    The lines that did so are marked: `without_marks` takes them out.
    """
    places = Places(text)
    splices: list[Splice] = []
    for line, each in optional_imports(tree).items():
        if line in lines and isinstance(each, Optional) and each.default is not None:
            written = places.source(each.default)
            if places.line(each.default.lineno) != written:
                raise Refused(f"line {each.default.lineno}: the statement shares its line with something else")
            splices += places.whole_lines(each.default.lineno, each.default.lineno)
            passes = [node for node in _passes(tree) if each.first < node.lineno <= each.last]
            splices += [Splice(places.start(node), places.end(node), written) for node in passes[:1]]
    return spliced(text, splices)


def _passes(tree: ast.Module) -> Iterator[ast.Pass]:
    for each in tree.body:
        if isinstance(each, ast.Try):
            yield from (node for handler in each.handlers for node in handler.body if isinstance(node, ast.Pass))


def _note(statement: ast.stmt, constants: dict[str, object]) -> None:
    """Keep which names of module code are constants up to a statement, so that it is known behind it as well."""
    bound = {name for each in nodes_of(statement) for name in names_bound(each)}
    for name in list(constants):
        if name in bound or "*" in bound:
            del constants[name]
    if isinstance(statement, (ast.Assign, ast.AnnAssign)) and isinstance(statement.value, ast.Constant):
        targets = statement.targets if isinstance(statement, ast.Assign) else [statement.target]
        constants |= {each.id: statement.value.value for each in targets if isinstance(each, ast.Name)}


def as_plain(text: str, tree: ast.Module) -> str:
    """Return a text in which each optional import that can be moved stands alone, on its line."""
    lines = [re.sub(r"[\r\n]+$", "", each) for each in lines_of(text)]
    for each in optional_imports(tree).values():
        if isinstance(each, Optional):
            lines[each.first - 1 : each.last] = [""] * (each.last - each.first + 1)
            lines[each.first - 1] = "; ".join(f"{flag} = {_ASSUMED}" for flag in each.flags)
            lines[each.line - 1] = ast.unparse(each.node)
            if each.default is not None:
                lines[each.default.lineno - 1 : each.default.end_lineno] = [""]
    return "\n".join(lines) + "\n"


def _optional(node: ast.Try, imports: list[ast.Import | ast.ImportFrom], before: Mapping[str, object]) -> Optional:
    """The `try` as an optional import; before are the constants that names have in front of it."""
    if len(imports) != 1 or imports[0] is not node.body[0] or imports[0].lineno == node.lineno:
        raise Refused(f"the try on line {node.lineno} does more than one import")
    (imported,) = imports
    if node.finalbody or len(node.handlers) != 1 or not _catches_its_absence(node.handlers[0]):
        raise Refused(f"the try on line {node.lineno} catches more than a missing package")
    there = dict(_assigned([*node.body[1:], *node.orelse], node))
    missing = dict(_assigned(node.handlers[0].body, node))
    bound = {each.bound for each in import_statements.imported(imported)}
    without = {**before, **missing}
    if any(value is not True for value in there.values()) or any(without.get(name) is not False for name in there):
        raise Refused(f"the flags of the try on line {node.lineno} are not True with the package and False without")
    if not set(missing) <= {*bound, *there}:
        raise Refused(f"the fallback on line {node.handlers[0].lineno} does more than to do without it")
    if there:
        is_plain = isinstance(imported, ast.Import) and len(imported.names) == 1 and "." not in imported.names[0].name
        if not is_plain:
            raise Refused(f"only loading it tells whether the names on line {imported.lineno} are there")
    return Optional(node.lineno, node.end_lineno or node.lineno, imported, tuple(there))


def _catches_its_absence(handler: ast.ExceptHandler) -> bool:
    caught = handler.type.elts if isinstance(handler.type, ast.Tuple) else [handler.type]
    return handler.name is None and all(isinstance(each, ast.Name) and each.id in _CAUGHT for each in caught)


def _assigned(statements: list[ast.stmt], node: ast.Try) -> Iterator[tuple[str, object]]:
    """The constants that statements assign to names; Refused where they do anything else."""
    for each in statements:
        if isinstance(each, ast.Pass):
            continue
        targets = each.targets if isinstance(each, ast.Assign) else [getattr(each, "target", None)]
        value = each.value if isinstance(each, (ast.Assign, ast.AnnAssign)) else None
        if len(targets) != 1 or not isinstance(targets[0], ast.Name) or not isinstance(value, ast.Constant):
            raise Refused(f"the fallback of the try on line {node.lineno} does more than to do without it")
        yield targets[0].id, value.value
