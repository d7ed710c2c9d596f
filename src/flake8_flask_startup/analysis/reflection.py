"""Reflection: expressions by which a module may come to its own names without writing them.

`globals()`, `sys.modules[__name__]`, the globals of a function or a frame, code that is made from text. What is done
with such a value may tell which name is meant: `getattr(sys.modules[__name__], "VERSION")`. Where it does not, any may.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence, Set
from functools import cached_property
from typing import NamedTuple, TypeGuard

from ..project.spelled import Spelling, may_be
from ..syntax.import_statements import imported
from ..syntax.resolver import Names
from ..syntax.tree_walk import children, nodes_of
from .reflection_reader import NAMESPACES, WORDS, Asked, Reader, named_of

MAX_PATH = 200  # characters of a text that names something
MAX_CANDIDATES = 200  # of one file: of more, it may do with its names whatever it likes
_WORDS = re.compile(rf"\b(?:{'|'.join(sorted(WORDS))})\b")
# A text that begins with the module's own name and goes on with one of its names; its pattern (see `put_together`).
_BEHIND_OWN_NAME = re.compile(r"\{__name__\}[.:]\w|\b__name__\s*\+\s*[\"'][.:]\w|[\"'](?:%s|\{\})[.:]\w")
_OF_OWN_NAME = re.compile(r"__name__(?:\\\.|:)(\w+)")


class Reflection(NamedTuple):
    """A place where code may come to a name of its module; name is "" where that may be any, a pattern for one put
    together.

    is_given says that it asks the module of what the code is given, or is called by: it may be another one. of_heirs
    says that this can only be the module of a class that derives from the one whose method asks; is_gone_through that
    code goes through the names, and gives them to nobody.
    """

    line: int
    by: str
    name: str
    is_given: bool = False
    of_heirs: bool = False
    is_gone_through: bool = False

    def may_be(self, name: str) -> bool:
        """Whether a name of the module may be the one."""
        return may_be(self.name, name)


class _Located(NamedTuple):
    """The candidates of a body: the scope that each stands in, and those of each function, in their order."""

    scopes: dict[ast.expr, int]
    by_function: dict[int, list[ast.expr]]


class Reflections:
    """The reflections of a module whose text and tree are given. own are the dotted names it may be imported by.

    is_first_party says of top-level names whether they are the project's.
    """

    def __init__(
        self,
        text: str,
        tree: Callable[[], ast.Module],
        names: Names,
        own: Callable[[], Collection[str]] = frozenset,
        is_first_party: Callable[[str], bool] = lambda _: True,
    ) -> None:
        self.text = text
        self.tree = tree
        self._names = names
        self._own = own
        self._file = Asked(names, own, is_first_party, lambda: self._spelling)
        self._found: dict[ast.expr, list[Reflection]] = {}
        self._parents: dict[ast.AST, ast.AST] = {}  # of expressions
        self._located: dict[int, _Located] = {}  # by body, of those that were read
        self._scopes: dict[int, list[int]] = {}  # by body
        self._indexed = 0  # scopes that are in there

    def in_function(self, function: int) -> Iterator[Reflection]:
        """The reflections of a function that was read; of module and class bodies for 0."""
        if self._candidates:
            for each in self._in_body(self._names.facts.scopes[function].body).by_function.get(function, ()):
                yield from self._judged(each)

    def all(self) -> Iterator[Reflection]:
        """The reflections of all functions, all of which were read that have one of the words in them."""
        for each in self._candidates:
            yield from self._judged(each)

    @cached_property
    def _spelling(self) -> Spelling:
        return Spelling(nodes_of(self.tree()))

    @cached_property
    def named_in_texts(self) -> Mapping[str, int]:
        """The names of the module that texts in it give with its dotted name, each with the first such line.

        Whoever is given `"shop.logs.Formatter"` imports the module and asks it for the name. So does who is given
        `f"{__name__}.Formatter"`.
        """
        found: dict[str, int] = {}
        if _BEHIND_OWN_NAME.search(self.text) is not None:
            for each in filter(_is_put_together, nodes_of(self.tree())):
                put_together = _OF_OWN_NAME.match(self._spelling.pattern(each) or "")
                if put_together is not None:
                    found.setdefault(put_together[1], each.lineno)
        if not any(f"{own}{mark}" in self.text for own in self._own() for mark in ".:"):
            return found
        for node in nodes_of(self.tree()):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and len(node.value) <= MAX_PATH:
                named = named_of(node.value, self._own())
                if named:
                    found.setdefault(named, node.lineno)
        return found

    @cached_property
    def words(self) -> Set[str]:
        """What has to stand in a function for it to have a reflection: one of the words, or the module's own name."""
        return WORDS.union(name.rpartition(".")[2] for name in self._own())

    def _judged(self, each: ast.expr) -> list[Reflection]:
        if each not in self._found:
            if len(self._candidates) > MAX_CANDIDATES:
                found = Reflection(each.lineno, "one of many look-ups", "", is_given=True)
            else:
                reader = Reader(self._file, self._parents, each, self._scope(each))
                found = Reflection(
                    each.lineno, *reader.meaning(), reader.is_given(), reader.asks_heirs(), reader.is_gone_through()
                )
            self._found[each] = [found] if found.by else []
        return self._found[each]

    @cached_property
    def _candidates(self) -> list[ast.expr]:
        """The expressions that are one of the words, in the order of the file."""
        if _WORDS.search(self.text) is None and not any(name in self.text for name in self.words - WORDS):
            return []
        nodes = nodes_of(self.tree())
        aliases = _aliases(nodes, self.words)
        words = self.words | aliases if aliases else WORDS
        named = (node for node in nodes if isinstance(node, (ast.Name, ast.Attribute, ast.Constant)))
        found: list[ast.expr] = [node for node in named if _word_of(node) in words]
        if found:
            self._parents = {child: node for node in nodes for child in children(node)}
        return sorted(found, key=lambda each: (each.lineno, each.col_offset))

    def _scope(self, node: ast.expr) -> int:
        """The innermost scope that begins before a node and ends behind it, as far as bodies were read."""
        body = next(iter(self._names.facts.functions_at([node.lineno])))
        return self._in_body(body).scopes[node]

    @cached_property
    def _by_body(self) -> Mapping[int, Sequence[ast.expr]]:
        found: dict[int, list[ast.expr]] = {}
        bodies = self._names.facts.functions_at(each.lineno for each in self._candidates)
        for body, each in zip(bodies, self._candidates, strict=True):
            found.setdefault(body, []).append(each)
        return found

    def _in_body(self, body: int) -> _Located:
        """Where the candidates of a body stand."""
        if body in self._located:
            return self._located[body]
        facts = self._names.facts
        for number in range(self._indexed, len(facts.scopes)):
            self._scopes.setdefault(facts.scopes[number].body, []).append(number)
        self._indexed = len(facts.scopes)
        found = self._locate(self._by_body.get(body, ()), self._scopes[body])
        if body not in facts.unread:
            self._located[body] = found
        return found

    def _locate(self, candidates: Iterable[ast.expr], scopes: Iterable[int]) -> _Located:
        """Find the scopes that candidates stand in, in one pass over both in the order of the file."""
        facts = self._names.facts
        pending = sorted((facts.scopes[number].span[:2], number) for number in scopes if number)
        found = _Located({}, {})
        around = [0]
        at = 0
        for node in candidates:
            while at < len(pending) and pending[at][0] <= (node.lineno, node.col_offset):
                around.append(pending[at][1])
                at += 1
            while len(around) > 1 and facts.scopes[around[-1]].span.end_line < node.lineno:
                around.pop()
            found.scopes[node] = around[-1]
            found.by_function.setdefault(facts.function_of(around[-1]), []).append(node)
        return found


def _is_put_together(node: ast.AST) -> TypeGuard[ast.expr]:
    """Whether a node may be a text that begins with a name: `f"{NAME}.x"`, `NAME + ".x"`, `"%s.x" % NAME`."""
    match node:
        case ast.JoinedStr() | ast.BinOp(left=ast.Name() | ast.Constant()):
            return True
        case ast.Call(func=ast.Attribute(value=ast.Constant(), attr="format")):
            return True
    return False


def _aliases(nodes: Iterable[ast.AST], words: Collection[str]) -> set[str]:
    """The names that imports give to what has one of the words in its path."""
    return {
        each.bound
        for node in nodes
        if isinstance(node, (ast.Import, ast.ImportFrom))
        for each in imported(node)
        if not set((each.name or each.module).split(".")).isdisjoint(words)
    }


def _word_of(node: ast.Name | ast.Attribute | ast.Constant) -> object:
    match node:
        case ast.Name(id=name):
            return name
        case ast.Attribute(attr=name):
            return name
    return node.value if node.value in NAMESPACES else None
