"""Import statements of one file deferred: text in, text out. Which may go is for the caller to know."""

from __future__ import annotations

import ast
import re
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from types import MappingProxyType

from ..files.parsing import checked, parsed
from ..syntax.binder import collect
from ..syntax.facts import Facts
from ..syntax.resolver import Names
from ..syntax.static_conditions import Target
from .attempts import suppressing
from .branch_places import branches, in_module
from .evaluations import evaluates, spelled, unspelled
from .late_values import Late, as_placed, assigned, late_values
from .module_getattr import WRITTEN, getattr_of
from .optional import Optional, optional_imports, with_defaults
from .placement import Placement, placements
from .refusal import Refused
from .rewriting import rewritten
from .splices import without_marks
from .type_checking import NAME

_TYPE_CHECKING = (NAME, f"typing.{NAME}", f"typing_extensions.{NAME}")
_FIND_SPEC = "find_spec"
_PLACE = re.compile(r" \d+:\d+>")  # in the names of scopes that have none


def deferred(
    text: str,
    lines: Mapping[int, Collection[str] | None],
    target: Target,
    handed_on: Mapping[int, Collection[str] | None] = MappingProxyType({}),
    branched: Collection[int] = (),
    package: str = "",
) -> str:
    """Return the text of a module without the import statements on some lines, their names imported where used.

    lines come with the names that go of each; None for all. handed_on are likewise, of further imports, whose names
    nothing here uses: a module `__getattr__` brings them. branched are lines whose imports go behind the conditions
    under which functions use them. package is the name of a module that hands names on, if it is known.

    Raises:
        Refused: if a use leaves no place for an import, or a name would stand for something else afterwards.
    """
    tree, facts = _read(text, target)
    late = _late(tree, lines)
    if late and evaluates(tree):
        raise Refused("it evaluates a string that is not known, which may use what is made here")
    if (plain := spelled(text, tree)) != text:
        return unspelled(deferred(plain, lines, target, handed_on, branched, package))
    if (bound := with_defaults(text, tree, lines)) != text:
        return without_marks(deferred(bound, lines, target, handed_on, branched, package))
    if late:
        _need_used(facts, late)
        others = {line for each in late for line in each.lines}
        kept = {line: names for line, names in lines.items() if line not in others}
        placed_lines = {**kept, **{each.line: frozenset(each.names) for each in late}}
        placed_text = as_placed(text, facts, late)
        return assigned(deferred(placed_text, placed_lines, target, handed_on, branched, package), late)
    optional = {}
    for line, each in optional_imports(tree).items():
        if line in lines:
            if isinstance(each, Refused):
                raise each
            optional[line] = each
    lines = {**lines, **handed_on}
    _need_no_block(tree, set(lines) - optional.keys())
    flags = frozenset(flag for each in optional.values() for flag in each.flags)
    if flags and Names(facts).resolve(_FIND_SPEC, 0) not in (_FIND_SPEC, f"importlib.util.{_FIND_SPEC}"):
        raise Refused(f"{_FIND_SPEC} is a name of the module's own")
    placed = [
        replace(each, is_typed=True) if each.imported.span.line in handed_on else each
        for each in placements(facts, lines, text, branched)
    ]
    placed = [_in_branches(each, tree) if each.imported.span.line in branched else each for each in placed]
    brought = getattr_of(text, tree, handed_on, package) if handed_on else ""
    if any(each.is_typed for each in placed) and Names(facts).resolve(NAME, 0) not in _TYPE_CHECKING:
        raise Refused(f"{NAME} is a name of the module's own")
    found = rewritten(text, tree, placed, optional) + brought
    _need_sound(facts, found, target, flags, suppressing(tree))
    return found


def _need_used(facts: Facts, late: Sequence[Late]) -> None:
    """Do nothing where something uses what each cached function would import; Refused otherwise."""
    used = {each.name for each in facts.uses}
    for each in late:
        if not each.is_made and used.isdisjoint(each.names):
            raise Refused(f"line {each.line}: nothing in the file uses '{each.names[0]}'")


def _in_branches(each: Placement, tree: ast.Module) -> Placement:
    """An import placed behind the conditions that decide in functions whether they use it."""
    here = in_module(tree, each.imported.bound) if each.loading else ()
    if here is None:
        raise Refused(f"module code uses '{each.imported.bound}' on line {min(each.loading)}")
    found = {line: branches(tree, line, each.imported.bound, each.using) for line in each.functions}
    known = [one for one in found.values() if one is not None]
    whole = (line for line, one in found.items() if one is None)
    functions = frozenset(whole).union(*(one.inner for one in known))
    return replace(each, functions=functions, before=frozenset(here).union(*(one.places for one in known)))


def _late(tree: ast.Module, lines: Collection[int]) -> Sequence[Late]:
    """The statements on some lines that cached functions take over: what is not as good as an import by itself."""
    alone = optional_imports(tree)
    values = late_values(tree)
    found = (values[line] for line in sorted(lines) if line in values and not isinstance(alone.get(line), Optional))
    return list(dict.fromkeys(found))


def _need_no_block(tree: ast.Module, lines: Collection[int]) -> None:
    """Do nothing where import statements stand in no block but a function's; Refused otherwise."""
    for node in ast.walk(tree):
        if isinstance(node, (ast.Module, ast.FunctionDef, ast.AsyncFunctionDef)):
            continue
        for each in ast.iter_child_nodes(node):
            if isinstance(each, (ast.Import, ast.ImportFrom)) and each.lineno in lines:
                raise Refused(f"line {each.lineno}: the block around it decides whether it is imported")


@lru_cache(maxsize=4)  # a file is edited anew with each step
def _read(text: str, target: Target) -> tuple[ast.Module, Facts]:
    tree = parsed(text)
    return tree, collect(tree, target)


def _need_sound(facts: Facts, text: str, target: Target, flags: Collection[str], suppressing: Collection[str]) -> None:
    """Raise Refused unless the new text compiles and every name in it still refers to the same thing.

    flags are names that the edit itself asks; suppressing those that move with it, and mean the same everywhere.
    """
    tree = need_compiled(text)
    before, after = _meanings(facts), _meanings(collect(tree, target))
    lost = [each for each in before - after if each[1] not in suppressing]
    new = [each for each in after - before if each[1] not in flags and each[1] not in suppressing]
    if lost or new:
        (scope, name, _), *_ = [*lost, *new]
        where = f"in {scope}" if scope else "in module code"
        raise Refused(f"'{name}' {where} would not stand for what it does")


def need_compiled(text: str) -> ast.Module:
    """Return the tree of a text that compiles; Refused where it does not."""
    try:
        return checked(text)
    except SyntaxError as error:
        raise Refused(f"it would not compile: {error.msg}") from error


def _meanings(facts: Facts) -> Counter[tuple[str, str, str]]:
    """What each read of a name stands for: the scope that reads, the name, and its resolved path."""
    names = Names(facts)
    return Counter(
        (_unplaced(facts.scopes[use.place.scope].name), use.name, _unplaced(names.resolve(use.name, use.place.scope)))
        for use in facts.uses
        if use.name not in (NAME, _FIND_SPEC) and facts.scopes[use.place.scope].name not in WRITTEN
    )


def _unplaced(name: str) -> str:
    return _PLACE.sub(">", name)
