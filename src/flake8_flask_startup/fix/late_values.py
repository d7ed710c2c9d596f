"""Values of module code that functions alone read, made when one first asks: by a cached function.

Two kinds: a `try` around imports that more than a missing package may make fail, and, where that is asked for, an
object that a call of an imported package makes. The statement becomes, on its line, an import that stands for its
names, whose placement is that of imports; and the names are then assigned where those imports have come to stand.
Where a name may stay unbound, no function could return it: the function binds the names of the module, and is called.
"""

from __future__ import annotations

import ast
import re
import textwrap
from collections.abc import Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from functools import cached_property, lru_cache

from ..files.parsing import parsed
from ..lint.flask.environment import READERS
from ..model.access_paths import as_resolved, first_of
from ..syntax import import_statements
from ..syntax.facts import Facts
from ..syntax.tree_walk import nodes_of
from .attempts import attempts
from .chunks import lines_of
from .module_getattr import GETATTR
from .refusal import Refused
from .splices import GOES, without_marks

_MARK = "_flask_startup_late_"
_PLACED = re.compile(rf"^([ \t]*)from {_MARK}\.(\w+) import ([\w, ]+?)[ \t]*(?=\r?$)", re.MULTILINE)
_IMPORTED = f"from {_MARK} import cache"  # the mark of a line, until the import goes to the others
_CACHE = as_resolved("functools.cache")


@dataclass(frozen=True, slots=True)
class Late:
    """A statement from its first line to its last that binds names. line is that of the import it is judged as.

    is_made says that it calls what makes an object, and does not import it; may_lack that it may leave names unbound.
    lines are those of its imports, judged_as what it is judged as.
    """

    first: int
    last: int
    line: int
    names: tuple[str, ...]
    module: str
    is_made: bool
    judged_as: str
    lines: tuple[int, ...] = ()
    may_lack: bool = False

    @property
    def accessor(self) -> str:
        """The name of the function that makes the values."""
        return f"_load_{self.names[0].strip('_').lower()}"


@lru_cache(maxsize=16)  # asked for with each statement of a plan
def late_values(tree: ast.Module) -> Mapping[int, Late]:
    """Return the module-level statements that could run later, by the lines of their imports or calls."""
    found: dict[int, Late] = {}
    module = _names_of(tree)
    for each, attempt in attempts(tree):
        late = _of_try(attempt) if attempt is not None else _of_call(each, module)
        if late is not None:
            found |= dict.fromkeys((late.line, *late.lines), late)
    return found


def as_imports(text: str, values: Iterable[Late]) -> str:
    """Return a text with statements as imports of what they need, to be judged."""
    lines = lines_of(text)
    for each in values:
        lines[each.first - 1 : each.last] = ["\n"] * (each.last - each.first + 1)
        lines[each.line - 1] = f"{each.judged_as}\n"
    return "".join(lines)


def as_placed(text: str, facts: Facts, values: Sequence[Late]) -> str:
    """Return a text with statements as imports to be placed, on their lines, and their functions at its end.

    Raises:
        Refused: where a name would be another one in the function, or is taken.
    """
    lines = lines_of(text)
    newline = "\r\n" if lines[0].endswith("\r\n") else "\n"
    bindings = facts.scopes[0].bindings
    cached = [each.path for each in bindings.get("cache", ())]
    if cached not in ([], [_CACHE]):
        raise Refused("cache is a name of the module's own")
    made: list[str] = []
    for each in values:
        statement = lines[each.first - 1 : each.last]
        _need_same(facts, each)
        returned = ", ".join(each.names)
        body = textwrap.indent("".join(statement).rstrip("\r\n"), "    ").splitlines()
        made += ["", "", "@cache", f"def {each.accessor}():", *body]
        made += [] if each.may_lack else [f"    return {returned}"]
        lines[each.first - 1 : each.last] = [f"{GOES}{newline}"] * (each.last - each.first + 1)
        first = "" if cached else f"{_IMPORTED}; "
        cached = [_CACHE]
        lines[each.line - 1] = f"{first}from {_MARK}.{each.accessor} import {returned}{newline}"
    end = "" if lines[-1].endswith(("\n", "\r")) else newline
    return "".join(lines) + end + newline.join([*made, ""])


def assigned(text: str, values: Iterable[Late]) -> str:
    """Return source in which the placed imports are assignments of what the functions return, or calls."""
    known = {each.accessor: each for each in values}
    newline = "\r\n" if "\r\n" in text else "\n"

    def assignments(match: re.Match[str]) -> str:
        late = known[match[2]]
        if late.may_lack:
            return f"{match[1]}{late.accessor}()"
        wanted = [each.strip() for each in match[3].split(",")]
        if set(wanted) == set(late.names):
            return f"{match[1]}{', '.join(late.names)} = {late.accessor}()"
        return newline.join(f"{match[1]}{each} = {late.accessor}()[{late.names.index(each)}]" for each in wanted)

    text = _PLACED.sub(assignments, text)
    for each in known.values():
        if each.may_lack:
            head = f"def {each.accessor}():{newline}"
            text = text.replace(head, f"{head}    global {', '.join(each.names)}{newline}")
    lines = lines_of(text)
    at = next((number for number, line in enumerate(lines) if line.strip() == _IMPORTED), None)
    if at is not None:
        lines[at] = lines[at].replace(_IMPORTED, GOES)
        lines.insert(_first_import(text, at), f"from functools import cache{newline}")
    return without_marks("".join(lines))


def handing_on(text: str, values: Iterable[Late], names: AbstractSet[str]) -> str:
    """Return a text whose module `__getattr__` gives other files some of the names that functions make the values of.

    Raises:
        Refused: where the module has one of its own.
    """
    wanted = [each for each in values if not names.isdisjoint(each.names)]
    if any(getattr(each, "name", "") == GETATTR for each in parsed(text).body):
        raise Refused(f"it has a {GETATTR} of its own")
    newline = "\r\n" if "\r\n" in text else "\n"
    code = ["", "", f"def {GETATTR}(name):"]
    for each in wanted:
        code += [f'    if name == "{each.names[0]}":', f"        return {each.accessor}()", ""]
    code.append('    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")')
    return text + newline.join([*code, ""])


def _first_import(text: str, otherwise: int) -> int:
    """The number of the line that the first import of a module stands on, but one of the future."""
    found = (
        each.lineno - 1
        for each in parsed(text).body
        if isinstance(each, (ast.Import, ast.ImportFrom)) and getattr(each, "module", "") not in ("__future__", _MARK)
    )
    return next((line for line in found if line < otherwise), otherwise)


def _need_same(facts: Facts, late: Late) -> None:
    """Do nothing where what a statement reads stands for the same later; Refused otherwise."""
    bindings = facts.scopes[0].bindings
    if late.accessor in bindings:
        raise Refused(f"{late.accessor} is a name of the module's own")
    for name in late.names:
        if late.is_made and len(bindings.get(name, ())) > 1:
            raise Refused(f"'{name}' is bound more than once")
    for use in facts.uses:
        is_inside = late.first <= use.line <= late.last
        bound = bindings.get(use.name, ()) if is_inside and use.name not in late.names else ()
        if len(bound) > 1:
            raise Refused(f"'{use.name}', which line {use.line} reads, may be another value later")


def _imported(body: Iterable[ast.stmt]) -> Iterator[tuple[str, str]]:
    """The names that import statements bind, with the modules that they come from."""
    for name in (name for each in body for name in import_statements.imported(each)):
        if name.module and not name.level:
            yield name.bound, name.module


def _of_try(node: ast.Try) -> Late | None:
    """A `try` of imports and constants, whose `except` clauses bind no other names."""
    imports = [each for each in node.body if isinstance(each, (ast.Import, ast.ImportFrom))]
    found = dict(_imported(imports))
    constants = [each for each in (*node.body, *node.orelse) if each not in imports]
    bound = {*found, *_constants(constants)}
    ways = [{*_constants(each.body)} if each.name is None else {None} for each in node.handlers]
    is_plain = found and "*" not in found and all(each <= bound for each in ways) and None not in bound
    is_absolute = not any(isinstance(each, ast.ImportFrom) and each.level for each in imports)
    if not is_plain or not is_absolute or node.finalbody or any(each.lineno == node.lineno for each in imports):
        return None
    if _has_long_text(node):
        return None
    flags = sorted(each for each in bound - found.keys() if each is not None)
    module = next(iter(found.values()))
    judged_as = [*map(ast.unparse, imports), *([f"from {module} import {', '.join(flags)}"] if flags else ())]
    lines = tuple(each.lineno for each in imports)
    may_lack = any(each != bound for each in ways)
    last = node.end_lineno or node.lineno
    return Late(node.lineno, last, lines[0], (*found, *flags), module, False, "; ".join(judged_as), lines, may_lack)


def _constants(statements: Iterable[ast.stmt]) -> Iterator[str | None]:
    """The names that statements assign constants to; None where they do anything else."""
    for each in statements:
        targets, value = _assigned(each)
        if isinstance(value, ast.Constant):
            yield from (target.id if isinstance(target, ast.Name) else None for target in targets)
        elif not isinstance(each, ast.Pass):
            yield None


@dataclass(frozen=True)  # no slots: what it reads is kept, once it is asked for
class _Names:
    """Names of a module: those that it imports, with where from; that it reads; that are bound to what a call returns.

    The last with the top packages of what is called.
    """

    tree: ast.Module
    imported: Mapping[str, str]
    made: Mapping[str, AbstractSet[frozenset[str]]]

    @cached_property
    def read(self) -> AbstractSet[str]:
        """The names that code of the module reads."""
        names = (each for each in nodes_of(self.tree) if isinstance(each, ast.Name))
        return {each.id for each in names if isinstance(each.ctx, ast.Load)}

    def objects(self, package: str) -> set[str]:
        """Return the names that are bound to what a call returns, but for one of the same package."""
        top = package.partition(".")[0]
        return {name for name, calls in self.made.items() if any(top not in tops for tops in calls)}


def _names_of(tree: ast.Module) -> _Names:
    imported = dict(_imported(tree.body))
    made: dict[str, set[frozenset[str]]] = {}
    for each in tree.body:
        targets, value = _assigned(each)
        if isinstance(value, ast.Call) and not _reads_environment(value, imported):
            tops = frozenset(imported.get(name, "").partition(".")[0] for name in _read(value.func))
            for target in targets:
                if isinstance(target, ast.Name):
                    made.setdefault(target.id, set()).add(tops)
    return _Names(tree, imported, made)


def _assigned(node: ast.stmt) -> tuple[Sequence[ast.expr], ast.expr | None]:
    """What a statement assigns to, and the value; nothing, and None, for any other statement."""
    if isinstance(node, ast.Assign):
        return node.targets, node.value
    if isinstance(node, ast.AnnAssign):
        return (node.target,), node.value
    return (), None


def _reads_environment(call: ast.Call, imported: Mapping[str, str]) -> bool:
    """Whether a call returns the text of a variable of the environment, which keeps no record of anything."""
    path = ast.unparse(call.func)
    root = first_of(path)
    module = imported.get(root, "")
    return f"{path if module == root else f'{module}.{path}'}()" in READERS


def _of_call(node: ast.stmt, module: _Names) -> Late | None:
    """An assignment of what a call of an imported name returns to one name, which something reads.

    An object of another package that it is given, such as an app, may keep a record of it and need it before anybody
    asks.
    """
    targets, value = _assigned(node)
    if len(targets) != 1 or not isinstance(value, ast.Call):
        return None
    (target,), root = targets, value.func
    while isinstance(root, ast.Attribute):
        root = root.value
    if not isinstance(target, ast.Name) or not isinstance(root, ast.Name):
        return None
    package = module.imported.get(root.id)
    if package is None or target.id not in module.read or module.objects(package) & _read(value):
        return None
    if _has_long_text(node):
        return None
    judged_as = f"from {package} import {target.id}"
    last = node.end_lineno or node.lineno
    return Late(node.lineno, last, node.lineno, (target.id,), package, is_made=True, judged_as=judged_as)


def _has_long_text(node: ast.AST) -> bool:
    """Whether a statement contains a multi-line string, so that it cannot be indented."""
    return any(isinstance(each, ast.Constant) and each.lineno != each.end_lineno for each in ast.walk(node))


def _read(node: ast.expr) -> set[str]:
    return {each.id for each in ast.walk(node) if isinstance(each, ast.Name)}
