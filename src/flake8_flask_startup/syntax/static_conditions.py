"""Phases: when a statement runs, as far as the tests around it can say.

The values of `sys.version_info` and `sys.platform` are those of the target, never of the Python that lints.
"""

from __future__ import annotations

import ast
import operator
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import Enum


class Phase(Enum):
    """When a statement runs."""

    IMPORT = "import"  # while the module loads
    MAIN = "main"  # under `if __name__ == "__main__"`
    TYPING = "typing"  # never: for type checkers, or for another Python or platform
    DEFERRED = "deferred"  # in a function or lambda body, whenever somebody calls it


MAX_DEPTH = 20  # of tests in tests


class Branch(Enum):
    """What a test is when the module is imported on the target."""

    ALWAYS = "always"
    NEVER = "never"
    MAIN = "main"  # true only for the program's main module
    NOT_MAIN = "not main"
    UNKNOWN = "unknown"

    def negated(self) -> Branch:
        """The branch that `not test`, or the `else` of this test, takes."""
        return _NEGATED.get(self, Branch.UNKNOWN)


_NEGATED = {
    Branch.ALWAYS: Branch.NEVER,
    Branch.NEVER: Branch.ALWAYS,
    Branch.MAIN: Branch.NOT_MAIN,
    Branch.NOT_MAIN: Branch.MAIN,
}
_NARROWED = {Branch.NEVER: Phase.TYPING, Branch.MAIN: Phase.MAIN}


@dataclass(frozen=True, slots=True)
class Target:
    """The Python and the platform that the linted app runs on."""

    version: tuple[int, int]
    platform: str = "linux"


@dataclass(frozen=True, slots=True)
class World:
    """What a test may refer to: the target, and the module's names for imported things so far (name to dotted)."""

    target: Target
    imported: Mapping[str, str] = field(default_factory=dict)


def narrowed(phase: Phase, branch: Branch) -> Phase:
    """The phase of statements under a test that takes branch, inside a block of the given phase."""
    return phase if phase is Phase.TYPING else _NARROWED.get(branch, phase)


def judge(test: ast.expr, world: World, depth: int = 0) -> Branch:
    """Which branch a test takes while the module is imported on the target.

    UNKNOWN when it cannot be told, or is nested deeper than MAX_DEPTH.
    """
    if depth >= MAX_DEPTH:
        return Branch.UNKNOWN
    match test:
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            return judge(operand, world, depth + 1).negated()
        case ast.BoolOp(op=ast.And(), values=values):
            return _conjunction([judge(value, world, depth + 1) for value in values])
        case ast.BoolOp(op=ast.Or(), values=values):
            return _conjunction([judge(value, world, depth + 1).negated() for value in values]).negated()
        case ast.Constant(value=value):
            return Branch.ALWAYS if value else Branch.NEVER
        case ast.Name() | ast.Attribute():
            return _known_names(dotted(test, world.imported))
        case ast.Compare(left=left, ops=ops, comparators=comparators):
            sides = zip([left, *comparators], ops, comparators, strict=False)
            return _conjunction([_comparison(one, op, other, world) for one, op, other in sides])
        case ast.Call(func=ast.Name(id="bool"), args=[operand], keywords=[]):
            return judge(operand, world, depth + 1)
        case ast.Call(func=ast.Attribute(value=subject, attr="startswith"), args=[ast.Constant(value=str() as prefix)]):
            if dotted(subject, world.imported) == "sys.platform":
                return _certain(world.target.platform.startswith(prefix))
    return Branch.UNKNOWN


def dotted(node: ast.expr, imported: Mapping[str, str]) -> str:
    """The dotted name of a name or attribute chain, its root replaced by what it imports; empty for anything else."""
    names: list[str] = []
    while isinstance(node, ast.Attribute):
        names.append(node.attr)
        node = node.value
    if not isinstance(node, ast.Name):
        return ""
    return ".".join([imported.get(node.id, node.id), *reversed(names)])


def _certain(value: object) -> Branch:
    return Branch.ALWAYS if value else Branch.NEVER


def _conjunction(branches: list[Branch]) -> Branch:
    kinds = set(branches)
    if Branch.NEVER in kinds or {Branch.MAIN, Branch.NOT_MAIN} <= kinds:
        return Branch.NEVER
    if Branch.MAIN in kinds:
        return Branch.MAIN
    if Branch.UNKNOWN in kinds:
        return Branch.UNKNOWN
    return Branch.NOT_MAIN if Branch.NOT_MAIN in kinds else Branch.ALWAYS


def _known_names(name: str) -> Branch:
    last = name.rpartition(".")[2]
    if last == "TYPE_CHECKING" or name in {"MYPY", "six.PY2"}:
        return Branch.NEVER
    return Branch.ALWAYS if name == "six.PY3" else Branch.UNKNOWN


_OPERATORS: dict[type[ast.cmpop], Callable[..., object]] = {
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
    ast.Is: operator.eq,
    ast.IsNot: operator.ne,
    ast.In: lambda left, right: left in right,
    ast.NotIn: lambda left, right: left not in right,
}


_MAIN_TESTS: dict[tuple[type[ast.cmpop], object], Branch] = {
    (ast.Eq, "__main__"): Branch.MAIN,
    (ast.NotEq, "__main__"): Branch.NOT_MAIN,
    (ast.In, ("__main__",)): Branch.MAIN,
    (ast.NotIn, ("__main__",)): Branch.NOT_MAIN,
}


def _comparison(left: ast.expr, op: ast.cmpop, right: ast.expr, world: World) -> Branch:
    if "__name__" in {dotted(left, world.imported), dotted(right, world.imported)}:
        return _MAIN_TESTS.get((type(op), _literal(right)), _MAIN_TESTS.get((type(op), _literal(left)), Branch.UNKNOWN))
    known = _OPERATORS.get(type(op))
    if known is None:
        return Branch.UNKNOWN
    one, two = _value(left, world), _value(right, world)
    if one is None or two is None:
        return Branch.UNKNOWN
    try:
        return _certain(known(one, two))
    except TypeError:
        return Branch.UNKNOWN


def _literal(node: ast.expr) -> object:
    """The value of a constant, or of a tuple, list or set of constants; None for anything else."""
    if isinstance(node, ast.Constant):
        return node.value
    if isinstance(node, (ast.Tuple, ast.List, ast.Set)) and all(isinstance(item, ast.Constant) for item in node.elts):
        return tuple(item.value for item in node.elts if isinstance(item, ast.Constant))
    return None


def _value(node: ast.expr, world: World) -> object:
    """What an expression about the target or the type checker is; None when it is about something else."""
    target = world.target
    match node:
        case ast.Subscript(value=owner, slice=index):
            if dotted(owner, world.imported) != "sys.version_info":
                return None
            match index:
                case ast.Constant(value=int() as at) if 0 <= at < 2:
                    return target.version[at]
                case ast.Slice(lower=None, upper=ast.Constant(value=int() as end), step=None) if 0 < end <= 2:
                    return target.version[:end]
            return None
        case ast.Call(func=function, args=[]) if dotted(function, world.imported) == "platform.system":
            return {"linux": "Linux", "darwin": "Darwin", "win32": "Windows"}.get(target.platform)
    name = dotted(node, world.imported)
    if _known_names(name) is not Branch.UNKNOWN:
        return _known_names(name) is Branch.ALWAYS
    return {
        "sys.version_info": (*target.version, 99),  # any micro release: later than the first, as real ones are
        "sys.version_info.major": target.version[0],
        "sys.version_info.minor": target.version[1],
        "sys.platform": target.platform,
        "os.name": "nt" if target.platform == "win32" else "posix",
    }.get(name, _literal(node))
