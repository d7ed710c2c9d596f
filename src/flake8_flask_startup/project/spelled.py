"""The texts that expressions of a file spell, as far as constants, loops over constants and put-together texts tell."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Mapping, Sequence, Set
from functools import cached_property
from itertools import zip_longest

from ..syntax.raw_paths import raw_path
from .put_together import NUMBER, WORD, matches
from .tables import Texts, columns, keys_looked_up, tables, unpacked

MAX_TEXTS = 100  # of one expression: a loop over more is as good as any text
MAX_BOUND = 10  # values of a variable that are looked at
MAX_STEPS = 2  # from a variable to those that its value is made of
ANY = ""  # among texts: it may be any
NO_NAME = "_x._y"  # what matches it says nothing of the module
OWN_NAMES = frozenset({"__name__", "__package__"})  # names that a module defines for itself
# A format that takes a number and gives its digits, as behind the colon of an f-string, and as a hole of a template.
_OF_NUMBERS = re.compile(r"[^{}]*[dfF]")
_PERCENT_HOLE = r"%[-+ #0-9.]*[a-zA-Z]"
_NUMBER_HOLE = re.compile(r"%[^A-Za-z]*[dfF]|\{[^{}:]*:[^{}]*[dfF]\}")
_MADE = "~"  # begins a pattern among names, for one that is put together


def made_of(pattern: str) -> str:
    """Return what stands among names for one that a pattern matches."""
    return f"{_MADE}{pattern}"


def may_be(asked: str, name: str) -> bool:
    """Return whether what is asked for, a name, one that is put together or ANY, may be a name."""
    if asked.startswith(_MADE):
        return matches(asked.removeprefix(_MADE), name)
    return asked in (ANY, name)


class Spelling:
    """The texts of a file. nodes are all of its syntax tree."""

    def __init__(self, nodes: Sequence[ast.AST]) -> None:
        self._nodes = nodes

    def texts(self, node: ast.expr) -> Sequence[str]:
        """Return the texts that an expression may be; ANY among them where it may be something else."""
        if isinstance(node, ast.Constant):
            return (node.value,) if isinstance(node.value, str) else ()
        if isinstance(node, ast.Name):
            return self._values.get(node.id) or (ANY,)
        if isinstance(node, ast.IfExp):
            return (*self.texts(node.body), *self.texts(node.orelse))
        return (ANY,)

    def names(self, node: ast.expr) -> Sequence[str]:
        """Return the names that an expression may spell, as `may_be` takes them."""
        found = self.texts(node)
        pattern = self.pattern(node) if ANY in found and not isinstance(node, ast.Name) else None
        return found if pattern is None else (made_of(pattern),)

    def pattern(self, node: ast.expr) -> str | None:
        """Return a pattern (see `put_together`) for what a text that is made of others may be; None for any other."""
        if isinstance(node, ast.Constant):
            return re.escape(node.value) if isinstance(node.value, str) else None
        if isinstance(node, ast.Name):
            if node.id in OWN_NAMES:  # left as they are: their values depend on the file
                return node.id
            texts = self.texts(node)
            return WORD if ANY in texts else f"(?:{'|'.join(map(re.escape, texts))})"
        if isinstance(node, ast.JoinedStr):
            return "".join(self.pattern(each) or WORD for each in node.values)
        if isinstance(node, ast.FormattedValue):
            spec = node.format_spec.values[-1:] if isinstance(node.format_spec, ast.JoinedStr) else []
            is_number = any(isinstance(each, ast.Constant) and _OF_NUMBERS.fullmatch(str(each.value)) for each in spec)
            return NUMBER if is_number else self.pattern(node.value) or WORD
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
            left, right = self.pattern(node.left), self.pattern(node.right)
            return None if left is None and right is None else f"{left or WORD}{right or WORD}"
        return self._formatted(node)

    def puts_together(self, node: ast.expr, texts: Iterable[str]) -> bool:
        """Return whether an expression puts a text together that may be one of some, but not just any text."""
        pattern = None if isinstance(node, ast.Name) else self.pattern(node)
        if pattern is None or matches(pattern, NO_NAME):
            return False
        return any(matches(pattern, each) for each in texts)

    def _formatted(self, node: ast.expr) -> str | None:
        """`"app.%s" % name`, `"app.{}".format(name)` and `".".join(parts)`."""
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mod):
            values = node.right.elts if isinstance(node.right, ast.Tuple) else [node.right]
            return self._any_of([self._filled(each, _PERCENT_HOLE, values) for each in self._written(node.left)])
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            written = self._written(node.func.value)
            if node.func.attr == "format":
                values = [] if node.keywords else node.args
                return self._any_of([self._filled(each, r"\{[^{}]*\}", values) for each in written])
            if node.func.attr == "join" and len(node.args) == 1:
                return self._any_of([self._joined(each, node.args[0]) for each in written])
        return None

    def _written(self, node: ast.expr) -> Sequence[str]:
        """The texts that an expression may be, as far as they are known."""
        if isinstance(node, ast.Constant):
            return [node.value] if isinstance(node.value, str) else []
        return [each for each in self.texts(node) if each != ANY]

    def _any_of(self, patterns: Sequence[str | None]) -> str | None:
        """One pattern for all that a text may be."""
        known = [each for each in patterns if each is not None]
        return f"(?:{'|'.join(known)})" if len(known) > 1 else next(iter(known), None)

    def _filled(self, template: str, hole: str, values: Sequence[ast.expr]) -> str:
        """A template whose holes are filled in their order; any text where there are not as many values."""
        first, *rest = (re.escape(part) for part in re.split(hole, template))
        filled = [self.pattern(each) or WORD for each in values] if len(values) == len(rest) else [WORD] * len(rest)
        are_numbers = map(_NUMBER_HOLE.fullmatch, re.findall(hole, template))
        texts = (NUMBER if is_number else text for text, is_number in zip(filled, are_numbers, strict=True))
        return first + "".join(f"{text}{part}" for text, part in zip(texts, rest, strict=True))

    def _joined(self, between: str, parts: ast.expr) -> str | None:
        if not isinstance(parts, (ast.List, ast.Tuple)):
            return None
        return re.escape(between).join(self.pattern(each) or WORD for each in parts.elts)

    @cached_property
    def _values(self) -> Mapping[str, Sequence[str]]:
        """The texts of variables that only constants, or loops over constants, are assigned to."""
        found: dict[str, list[str]] = {}
        open_names = {node.arg for node in self._nodes if isinstance(node, ast.arg)}
        sequences = self._sequences
        for node in self._nodes:
            for target, value, is_loop in _assigned(node):
                if isinstance(target, ast.Tuple) and (places := self._places(value, is_loop=is_loop)):
                    for each, texts_there in zip_longest(target.elts, places):
                        if isinstance(each, ast.Name) and texts_there is not None:
                            found.setdefault(each.id, []).extend(texts_there)
                        else:
                            open_names.update(_names_in(each))
                elif isinstance(target, ast.Name):
                    texts = _elements(value, sequences) if is_loop else _constant(value)
                    if texts is None:
                        open_names.add(target.id)
                    else:
                        found.setdefault(target.id, []).extend(texts)
                else:
                    open_names.update(_names_in(target))
        return {name: texts for name, texts in found.items() if name not in open_names and 0 < len(texts) <= MAX_TEXTS}

    def _places(self, value: ast.expr | None, *, is_loop: bool) -> Sequence[Texts]:
        """The texts at each place of the rows that a loop goes over, or of a row that is looked up."""
        if is_loop:
            return columns(value, self._tables, lambda each: _elements(each, self._sequences))
        return unpacked(value, self._tables) or ()

    @cached_property
    def made_here(self) -> frozenset[str]:
        """The variables and attributes, as written, to which the file assigns nothing but what is made on the spot."""
        made: set[str] = set()
        others = {node.arg for node in self._nodes if isinstance(node, ast.arg)}
        for node in self._nodes:
            for target, value, is_loop in _assigned(node):
                is_made = not is_loop and (isinstance(value, _DISPLAYS) or _is_container(value))
                paths = [raw_path(target)] if is_made else map(raw_path, _targets(target))
                (made if is_made else others).update(paths)
        return frozenset(made - others)

    def asked(self, owner: ast.expr, name: ast.expr) -> Sequence[str]:
        """Return the names, as `may_be` takes them, that something is asked for which may be looked up by its name.

        `getattr(import_module(TABLE[name]), name)` asks for a key of the table.
        """
        found = self.names(name)
        if ANY not in found or not isinstance(name, ast.Name):
            return found
        if any(not is_loop for _, is_loop in self._bound.get(name.id, ())):
            return found
        return sorted(self._keys_looked_up(name.id, [owner])) or found

    def _keys_looked_up(self, name: str, values: Sequence[ast.AST], steps: int = MAX_STEPS) -> Set[str]:
        """The keys that a variable may be which each of some values rests on a look-up of; none if one does not."""
        found: set[str] = set()
        for value in values:
            keys = keys_looked_up(name, value, self._tables)
            if not keys and steps and not isinstance(value, (ast.BoolOp, ast.IfExp)):
                variables = [each.id for each in ast.walk(value) if isinstance(each, ast.Name)]
                behind = [[made for made, _ in self._bound.get(each, ())] for each in variables]
                keys = frozenset().union(
                    *(self._keys_looked_up(name, each, steps - 1) for each in behind if 0 < len(each) <= MAX_BOUND)
                )
            if not keys:
                return keys
            found |= keys
        return found

    @cached_property
    def _bound(self) -> Mapping[str, Sequence[tuple[ast.AST, bool]]]:
        """What the file assigns to each variable, and whether that is what a loop goes over."""
        found: dict[str, list[tuple[ast.AST, bool]]] = {}
        for target, value, is_loop in (each for node in self._nodes for each in _assigned(node)):
            if isinstance(target, ast.Name):
                found.setdefault(target.id, []).append((value or target, is_loop))
        return found

    @cached_property
    def _tables(self) -> Mapping[str, ast.Dict]:
        return tables(self._nodes)

    @cached_property
    def _sequences(self) -> Mapping[str, Sequence[str]]:
        """The variables that are one sequence of constants."""
        found: dict[str, Sequence[str] | None] = {}
        for node in self._nodes:
            for target, value, is_loop in _assigned(node):
                for each in ast.walk(target):
                    if isinstance(each, ast.Name):
                        is_again = each.id in found or is_loop
                        found[each.id] = None if is_again else _elements(value, {})
        return {name: texts for name, texts in found.items() if texts is not None}


def object_name(text: str) -> str:
    """Return a string as an object's dotted name, if it is one: "app.reports:pd" and "ext://app.reports.pd" too."""
    return (text.partition("://")[2] or text).replace(":", ".", 1)


_DISPLAYS = (
    ast.Constant,
    ast.Dict,
    ast.DictComp,
    ast.JoinedStr,
    ast.List,
    ast.ListComp,
    ast.Set,
    ast.SetComp,
    ast.Tuple,
)
_CONTAINERS = frozenset(
    {"ChainMap", "Counter", "OrderedDict", "defaultdict", "deque", "dict", "frozenset", "list", "set", "tuple"}
)


def _names_in(target: ast.AST | None) -> Sequence[str]:
    """The variables that a target binds: not those that it reads, as `name` in `TABLE[name]`."""
    inside = ast.walk(target) if target is not None else ()
    return [each.id for each in inside if isinstance(each, ast.Name) and isinstance(each.ctx, ast.Store)]


def _is_container(value: ast.expr | None) -> bool:
    return isinstance(value, ast.Call) and raw_path(value.func).rpartition(".")[2] in _CONTAINERS


def _targets(target: ast.expr) -> Sequence[ast.expr]:
    return [each for each in ast.walk(target) if isinstance(each, (ast.Name, ast.Attribute))]


_Assigned = tuple[ast.expr, ast.expr | None, bool]


def _assigned(node: ast.AST) -> Sequence[_Assigned]:
    """What a node assigns to what, and whether that is what a loop goes over."""
    if isinstance(node, ast.Assign):
        return [(target, node.value, False) for target in node.targets]
    if isinstance(node, (ast.AnnAssign, ast.NamedExpr)):
        return [(node.target, node.value, False)]
    if isinstance(node, ast.AugAssign):
        return [(node.target, None, False)]
    if isinstance(node, (ast.For, ast.AsyncFor, ast.comprehension)):
        return [(node.target, node.iter, True)]
    if isinstance(node, (ast.With, ast.AsyncWith)):
        return [(each.optional_vars, None, False) for each in node.items if each.optional_vars is not None]
    return ()


def _constant(value: ast.expr | None) -> Sequence[str] | None:
    is_text = isinstance(value, ast.Constant) and isinstance(value.value, str)
    return (str(value.value),) if is_text and isinstance(value, ast.Constant) else None


def _elements(value: ast.expr | None, sequences: Mapping[str, Sequence[str]]) -> Sequence[str] | None:
    """The texts of a sequence, or of the variable that is one; None where one of them is not known."""
    if isinstance(value, ast.Name):
        return sequences.get(value.id)
    if not isinstance(value, (ast.List, ast.Tuple, ast.Set)):
        return None
    found = [each.value for each in value.elts if isinstance(each, ast.Constant) and isinstance(each.value, str)]
    return found if len(found) == len(value.elts) else None
