"""What tests are where a module is imported, as far as a target decides them.

The values of `sys.version_info` and `sys.platform` are those of the target, never of the Python that lints. What a name
in a test means is asked of the scopes as they are when the walk comes to the test, so that an alias of `TYPE_CHECKING`
and `PY2 = sys.version_info[0] == 2` count as what they stand for.
"""

from __future__ import annotations

import ast
import operator
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import NamedTuple, TypeVar

from ..model import access_paths
from ..model.access_paths import NOWHERE, ResolvedPath, as_resolved
from .nesting import Nesting
from .raw_paths import parts, raw_path
from .static_conditions import Branch, Target
from .symbol_table import BindingKind, Scope, binding_scopes

MAX_DEPTH = 20  # of tests in tests, and of names for tests
MAX_BINDINGS = 50  # of a name: one that is bound more often means nothing that is known

_Answer = TypeVar("_Answer")


class Assigned(NamedTuple):
    """An expression that a name is bound to, and the scope that it is read in."""

    expression: ast.expr
    scope: int


class Conditions:
    """Judges the tests of a module that is being walked; the scopes hold what is bound so far."""

    def __init__(self, target: Target, scopes: Sequence[Scope]) -> None:
        self.target = target
        self._scopes = scopes
        self._assigned: dict[tuple[int, str], list[Assigned]] = {}  # by the scope that binds the name
        self._answers: dict[tuple[str, int, str, int], object] = {}
        self._questions = Nesting[tuple[str, int, str, int]]()
        self.depth = 0  # of nested questions

    def assigned(self, target: ast.expr, value: ast.expr, scope: int) -> None:
        """Remember the expression that a name has just been bound to."""
        if type(target) is ast.Name:
            if isinstance(value, _READABLE):
                home = binding_scopes(self._scopes, target.id, scope)[0]
                self._assigned.setdefault((home, target.id), []).append(Assigned(value, scope))
        elif isinstance(target, ast.Tuple) and isinstance(value, ast.Tuple) and len(target.elts) == len(value.elts):
            for inner, each in zip(target.elts, value.elts, strict=True):
                if type(inner) is ast.Name:
                    self.assigned(inner, each, scope)

    def judge(self, test: ast.expr, scope: int) -> Branch:
        """Which branch a test that a scope reads takes while the module is imported on the target.

        UNKNOWN when nothing decides it, or is nested deeper than MAX_DEPTH.
        """
        if self.depth >= MAX_DEPTH:
            return Branch.UNKNOWN
        self.depth += 1
        try:
            return self._judged(test, scope)
        finally:
            self.depth -= 1

    def _judged(self, test: ast.expr, scope: int) -> Branch:
        match test:
            case ast.UnaryOp(op=ast.Not(), operand=operand):
                return self.judge(operand, scope).negated()
            case ast.BoolOp(op=ast.And(), values=values):
                return _conjunction([self.judge(value, scope) for value in values])
            case ast.BoolOp(op=ast.Or(), values=values):
                return _conjunction([self.judge(value, scope).negated() for value in values]).negated()
            case ast.Constant(value=value):
                return _certain(value)
            case ast.Name(id=name):
                return self.asked("branch", self._branch_of_name, name, scope, Branch.UNKNOWN)
            case ast.Attribute():
                return _agreed({_known_name(each) for each in self._paths(test, scope)})
            case ast.Compare(left=left, ops=ops, comparators=comparators):
                sides = zip([left, *comparators], ops, comparators, strict=False)
                return _conjunction([self._comparison(one, op, other, scope) for one, op, other in sides])
            case ast.Call(func=ast.Name(id="bool"), args=[operand], keywords=[]):
                return self.judge(operand, scope)
            case ast.Call(func=ast.Attribute(subject, "startswith"), args=[ast.Constant(value=str() as head)]):
                if isinstance(known := self._value(subject, scope), str):
                    return _certain(known.startswith(head))
        return Branch.UNKNOWN

    def path(self, node: ast.expr, scope: int) -> ResolvedPath:
        """The dotted name that a name or attribute read in a scope stands for; empty where that is unknown."""
        found = self._paths(node, scope)
        return next(iter(found)) if len(found) == 1 else NOWHERE

    def _paths(self, node: ast.expr, scope: int) -> frozenset[ResolvedPath]:
        """The dotted names that a name or attribute may stand for, "" among them for what cannot be read."""
        raw = raw_path(node)
        if not isinstance(node, (ast.Attribute, ast.Name)) or not access_paths.is_spelled_dotted(raw):
            return _UNTOLD
        root, rest = access_paths.split_first(raw)
        owners = self.asked("path", self._paths_of_name, root, scope, _UNTOLD)
        owned = (access_paths.attribute_of(owner, rest) if owner else owner for owner in owners)
        return frozenset(owned) if rest else owners

    # names

    def asked(
        self, kind: str, question: Callable[[str, int], _Answer], name: str, scope: int, otherwise: _Answer
    ) -> _Answer:
        """Return the answer to a question about a name, cached until the name is bound again.

        A name that is defined by itself gets the other answer.
        """
        homes = binding_scopes(self._scopes, name, scope)
        count = sum(len(self._scopes[home].bindings[name]) for home in homes)
        key = (kind, homes[0] if homes else 0, name, count)
        if key in self._questions.busy:
            return otherwise
        if key not in self._answers:
            self._questions.ask(key, lambda: self._answers.setdefault(key, question(name, scope)))
        return self._answers[key]  # type: ignore[return-value]  # its kind is a part of the key

    def meanings(self, name: str, scope: int) -> Iterator[ResolvedPath | Assigned]:
        """Yield what a name is bound to: dotted names of imports, expressions, and "" for anything unreadable."""
        homes = binding_scopes(self._scopes, name, scope)
        if not homes:
            yield as_resolved(name)  # a builtin, or what a star brings
        for home in homes:
            bindings = self._scopes[home].bindings[name]
            if len(bindings) > MAX_BINDINGS:
                yield NOWHERE
                continue
            imported = [as_resolved(each.path) for each in bindings if each.kind is BindingKind.IMPORT]
            expressions = self._assigned.get((home, name), ())
            yield from imported
            yield from expressions
            if len(imported) + len(expressions) < len(bindings):
                yield NOWHERE

    def _paths_of_name(self, name: str, scope: int) -> frozenset[ResolvedPath]:
        found: set[ResolvedPath] = set()
        for each in self.meanings(name, scope):
            found |= self._paths(each.expression, each.scope) if isinstance(each, Assigned) else {each}
        return frozenset(found)

    def _branch_of_name(self, name: str, scope: int) -> Branch:
        """What the meanings of a name agree on; a constant of the file's own may be another one tomorrow."""
        constants: set[Branch] = set()
        found: set[Branch] = {_known_name(name)} - {Branch.UNKNOWN}
        for each in self.meanings(name, scope):
            if isinstance(each, str):
                found.add(_known_name(each))
            elif isinstance(each.expression, ast.Constant):
                constants.add(_certain(each.expression.value))
            else:
                found.add(self.judge(each.expression, each.scope))
        if found:
            found |= constants
        return _agreed(found)

    def _value_of_name(self, name: str, scope: int) -> object:
        found = [
            self._value(each.expression, each.scope) if isinstance(each, Assigned) else self._known_value(each)
            for each in self.meanings(name, scope)
        ]
        return found[0] if found and all(each == found[0] for each in found) else None

    # comparisons

    def _comparison(self, left: ast.expr, op: ast.cmpop, right: ast.expr, scope: int) -> Branch:
        if "__name__" in (self.path(left, scope), self.path(right, scope)):
            other = literal(right), literal(left)
            return next(filter(None, (_MAIN_TESTS.get((type(op), each)) for each in other)), Branch.UNKNOWN)
        known = OPERATORS.get(type(op))
        one, two = self._value(left, scope), self._value(right, scope)
        if known is None or one is None or two is None:
            return Branch.UNKNOWN
        try:
            return _certain(known(one, two))
        except TypeError:
            return Branch.UNKNOWN

    def _value(self, node: ast.expr, scope: int) -> object:
        """What an expression about the target or the type checker is; None when it is about something else."""
        match node:
            case ast.Subscript(value=owner, slice=index):
                return self._part_of_version(index, self.path(owner, scope))
            case ast.Call(func=function, args=[]):
                return self._known_value(access_paths.call_of(self.path(function, scope)))
            case ast.Name(id=name):
                return self.asked("value", self._value_of_name, name, scope, None)
            case ast.Attribute():
                return self._known_value(self.path(node, scope))
        return literal(node)

    def _part_of_version(self, index: ast.expr, of: str) -> object:
        match index:
            case ast.Constant(value=0) if of == "sys.version":
                return str(self.target.version[0])
            case _ if of != "sys.version_info":
                return None
            case ast.Constant(value=int() as at) if 0 <= at < 2:
                return self.target.version[at]
            case ast.Slice(lower=None, upper=ast.Constant(value=int() as end), step=None) if 0 < end <= 2:
                return self.target.version[:end]
        return None

    def _known_value(self, path: ResolvedPath) -> object:
        if (branch := _known_name(path)) is not Branch.UNKNOWN:
            return branch is Branch.ALWAYS
        version, platform = self.target.version, self.target.platform
        values: Mapping[str, object] = {
            "platform.python_version()": ".".join(map(str, (*version, 99))),
            "platform.system()": {"linux": "Linux", "darwin": "Darwin", "win32": "Windows"}.get(platform),
            "sys.hexversion": version[0] << 24 | version[1] << 16 | 99 << 8,
            "sys.version": ".".join(map(str, (*version, 99))),
            "sys.version_info": (*version, 99),  # any micro release: later than the first, as real ones are
            "sys.version_info.major": version[0],
            "sys.version_info.minor": version[1],
            "sys.platform": platform,
            "os.name": "nt" if platform == "win32" else "posix",
        }
        return values.get(path)


# Expressions that a test may be asked about by a name for it.
_READABLE = (
    ast.Attribute, ast.BoolOp, ast.Call, ast.Compare, ast.Constant, ast.Name, ast.Subscript, ast.Tuple, ast.UnaryOp,
)  # fmt: skip
_UNTOLD = frozenset({NOWHERE})  # what a name may stand for where that cannot be read
OPERATORS: Mapping[type[ast.cmpop], Callable[..., object]] = {
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
_MAIN_TESTS: Mapping[tuple[type[ast.cmpop], object], Branch] = {
    (ast.Eq, "__main__"): Branch.MAIN,
    (ast.NotEq, "__main__"): Branch.NOT_MAIN,
    (ast.In, ("__main__",)): Branch.MAIN,
    (ast.NotIn, ("__main__",)): Branch.NOT_MAIN,
}


def mentioned(test: ast.expr) -> tuple[str, ...]:
    """What a test mentions: the raw paths and strings in it."""
    names: list[str] = []
    pending = [test]
    while pending:
        part = pending.pop()
        if isinstance(part, (ast.Name, ast.Attribute, ast.Call)):
            names.append(raw_path(part))
        elif isinstance(part, ast.Constant) and isinstance(part.value, str):
            names.append(part.value)
        pending += parts(part)
    return tuple([name for name in names if name])


def _agreed(branches: set[Branch]) -> Branch:
    return branches.pop() if len(branches) == 1 else Branch.UNKNOWN


def _certain(value: object) -> Branch:
    return Branch.ALWAYS if value else Branch.NEVER


def _conjunction(branches: Sequence[Branch]) -> Branch:
    kinds = set(branches)
    if Branch.NEVER in kinds or {Branch.MAIN, Branch.NOT_MAIN} <= kinds:
        return Branch.NEVER
    if Branch.MAIN in kinds:
        return Branch.MAIN
    if Branch.UNKNOWN in kinds:
        return Branch.UNKNOWN
    return Branch.NOT_MAIN if Branch.NOT_MAIN in kinds else Branch.ALWAYS


def _known_name(path: str) -> Branch:
    """The branch of a test that is a dotted name alone."""
    if access_paths.last_name(path) == "TYPE_CHECKING" or path in ("MYPY", "six.PY2"):
        return Branch.NEVER
    return Branch.ALWAYS if path == "six.PY3" else Branch.UNKNOWN


def literal(node: ast.expr) -> object:
    """The value of a constant, or of a tuple, list or set of constants; None for anything else."""
    if isinstance(node, ast.Constant):
        return node.value
    if isinstance(node, (ast.Tuple, ast.List, ast.Set)) and all(isinstance(item, ast.Constant) for item in node.elts):
        return tuple(item.value for item in node.elts if isinstance(item, ast.Constant))
    return None
