"""The gate: which rules a file can break at all, by its words and import statements.

Most files can break none, and are then not walked: what passes the gate costs a walk, what does not next to nothing.
"""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterable, Iterator, Set
from functools import lru_cache

from ..config.purpose import TEST_TOOLS
from ..config.settings import Settings
from ..costs.table import CostTable
from ..files.spelling import plain
from ..syntax.import_statements import imported
from ..syntax.text_prefilter import Word, word
from .rule import Rule, Trait
from .rules import RULES

_WORDS = {spelled: word(spelled) for each in RULES for spelled in each.words}
_WITH: dict[str, list[Word]] = {}
for _rule in RULES:
    for _name, _words in _rule.words_with.items():
        _WITH.setdefault(_name, []).extend(map(word, _words))
_OTHERS = {_rule.code: [word(each) for each in _rule.others] for _rule in RULES if _rule.others}
_BY_IMPORT: dict[str, list[Rule]] = {}
_BY_PREFIX: list[tuple[str, Rule]] = []
for _rule in RULES:
    for _name in _rule.imports:
        if _name.endswith("_"):
            _BY_PREFIX.append((_name, _rule))
        else:
            _BY_IMPORT.setdefault(_name, []).append(_rule)


_OPEN: dict[Rule, tuple[str, ...]] = {each: () for each in RULES if each.is_open}


def breakable(text: str, tops: Collection[str], named: Iterable[str] = ()) -> dict[Rule, tuple[str, ...]]:
    """The rules that a file can break, by its text and what it imports, each with those of its words that it has.

    named are the words that options add, `Settings.own_words`.
    """
    text = plain(text)
    found = _OPEN | _by_words(text, tops)
    if any(name in text for name in named):
        return {each: found.get(each, ()) for each in RULES if each in found or Trait.OF_OPTIONS in each.traits}
    return found


def _by_words(text: str, tops: Collection[str]) -> dict[Rule, tuple[str, ...]]:
    words = _words_in(text)
    with_imports = {each.spelled for top in tops if top in _WITH for each in _WITH[top] if each.is_in(text)}
    if not words and not with_imports and _BY_IMPORT.keys().isdisjoint(tops) and not _prefixed(tops):
        return {}
    imported = {each.code for top in tops for each in _by_import(top)}
    found = {}
    for each in RULES:
        own = tuple([spelled for spelled in each.words if spelled in words])
        applies = own or each.code in imported or _has_words_with(each, tops, with_imports)
        if applies and (not each.others or any(other.is_in(text) for other in _OTHERS[each.code])):
            found[each] = own
    return found


@lru_cache(maxsize=1)  # asked for twice: of the text before it is parsed, and of the file with what it imports
def _words_in(text: str) -> frozenset[str]:
    return frozenset([spelled for spelled, each in _WORDS.items() if each.is_in(text)])


def _has_words_with(each: Rule, tops: Collection[str], words: Set[str]) -> bool:
    return bool(words) and any(not words.isdisjoint(own) for top, own in each.words_with.items() if top in tops)


def _prefixed(tops: Iterable[str]) -> bool:
    return any(top.startswith(prefix) for top in tops for prefix, _ in _BY_PREFIX)


def _by_import(top: str) -> Iterator[Rule]:
    yield from _BY_IMPORT.get(top, ())
    for prefix, each in _BY_PREFIX:
        if top.startswith(prefix):
            yield each


def is_migration(tree: ast.Module) -> bool:
    """Whether a file is an Alembic migration, what migrations share or the `env.py` that runs them.

    Only Alembic's commands load these, and what `op` and `context` stand for exists only meanwhile.
    """
    assigned = (
        node.targets[0] if isinstance(node, ast.Assign) else node.target
        for node in tree.body
        if isinstance(node, (ast.Assign, ast.AnnAssign))
    )
    if any(isinstance(target, ast.Name) and target.id == "down_revision" for target in assigned):
        return True
    return any(each.dotted in {"alembic.context", "alembic.op"} for node in tree.body for each in imported(node))


# What declares a distribution: setuptools, and what stands for it in old projects and in those with extensions.
_BUILDERS = ("distutils.core", "numpy.distutils.core", "setuptools", "skbuild")


def is_build_script(tree: ast.Module, imports: Imports) -> bool:
    """Whether a file declares a distribution, as the `setup.py` of a project does and that of a package does not."""
    names = {name for names in imports.loading for name in names}
    if names.isdisjoint({*_BUILDERS, *(f"{each}.setup" for each in _BUILDERS)}):
        return False
    calls = (node.func for node in ast.walk(tree) if isinstance(node, ast.Call))
    return any("setup" in (getattr(called, "id", ""), getattr(called, "attr", "")) for called in calls)


class Imports:
    """The import statements of a file, read off its statements alone."""

    def __init__(self, tree: ast.Module) -> None:
        self.loading: list[list[str]] = []  # dotted names, statement by statement
        self.inside: list[tuple[int, list[str]]] = []  # of statements in functions, with their lines
        self.tops: set[str] = set()
        for node, is_inside in _import_statements(tree.body):
            names = [each.dotted for each in imported(node) if not each.level]
            if is_inside:
                self.inside.append((node.lineno, names))
            else:
                self.loading.append(names)
            self.tops.update(name.partition(".")[0] for name in names)

    @property
    def of_tests(self) -> bool:
        """Whether module code imports what tests are written with, as their helpers do, whatever they are called.

        `unittest.mock` is of use elsewhere too.
        """
        found = (name for names in self.loading for name in names if not name.startswith("unittest.mock"))
        return any(name.partition(".")[0] in TEST_TOOLS for name in found)

    def cost_something(self, text: str, settings: Settings, table: CostTable) -> bool:
        """Whether a statement that startup may run imports something heavy or development-only.

        Those in functions count where startup may call some: where a factory is named, or the boot is known.
        """
        inside = bool(settings.app) or any(name in text for name in settings.factories)
        statements = [*self.loading, *(names for _, names in self.inside)] if inside else self.loading
        if any(settings.is_dev_package(name) for names in statements for name in names):
            return True
        return any(names and settings.is_heavy(table.cost(names)) for names in statements)


_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
_BLOCKS: dict[type[ast.stmt], tuple[str, ...]] = {
    ast.AsyncFor: ("body", "orelse"),
    ast.AsyncFunctionDef: ("body",),
    ast.AsyncWith: ("body",),
    ast.ClassDef: ("body",),
    ast.For: ("body", "orelse"),
    ast.FunctionDef: ("body",),
    ast.If: ("body", "orelse"),
    ast.Match: ("cases",),
    ast.Try: ("body", "handlers", "orelse", "finalbody"),
    ast.TryStar: ("body", "handlers", "orelse", "finalbody"),
    ast.While: ("body", "orelse"),
    ast.With: ("body",),
}


def _import_statements(statements: list[ast.stmt]) -> Iterator[tuple[ast.Import | ast.ImportFrom, bool]]:
    """Import statements, and whether each stands in a function. Iterative: `elif` chains can be long."""
    pending: list[tuple[list[ast.stmt], bool]] = [(statements, False)]
    while pending:
        block, inside = pending.pop()
        for node in block:
            kind = type(node)
            if kind is ast.Import or kind is ast.ImportFrom:
                yield node, inside  # type: ignore[misc]  # kind says so
            elif kind in _BLOCKS:
                deeper = inside or kind in _FUNCTIONS
                for name in _BLOCKS[kind]:
                    children = getattr(node, name)
                    if name in ("handlers", "cases"):
                        pending += [(child.body, deeper) for child in children]
                    elif children:
                        pending.append((children, deeper))
