"""One walk of one tree: statements to facts, each with where and when it runs."""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Callable

from ..files.line_index import SourceText
from . import blocks, definitions
from . import simple_statements as simple
from .control_flow import Leaves
from .facts import Facts
from .places import Place
from .static_conditions import Phase, Target
from .walker import Walker

_AFTER_GLOBAL = re.compile(r"[\s\\]")


# Each handler takes the node type it is keyed by.
_HANDLERS: dict[type[ast.stmt], Callable[..., Leaves | None]] = {
    ast.Import: simple.import_,
    ast.ImportFrom: simple.import_,
    ast.FunctionDef: definitions.function,
    ast.AsyncFunctionDef: definitions.function,
    ast.ClassDef: definitions.klass,
    ast.Assign: simple.assign,
    ast.AnnAssign: simple.annotated,
    ast.AugAssign: simple.augmented,
    ast.Delete: simple.deleted,
    ast.Global: simple.global_,
    ast.Nonlocal: simple.nonlocal_,
    ast.Expr: simple.expression,
    ast.Return: simple.returned,
    ast.Raise: simple.raised,
    ast.Assert: simple.asserted,
    ast.Break: simple.broken_off,
    ast.Continue: simple.continued,
    ast.If: blocks.if_,
    ast.While: blocks.while_,
    ast.For: blocks.for_,
    ast.AsyncFor: blocks.for_,
    ast.With: blocks.with_,
    ast.AsyncWith: blocks.with_,
    ast.Try: blocks.try_,
    ast.TryStar: blocks.try_,
    ast.Match: blocks.match,
}
if sys.version_info >= (3, 12):
    _HANDLERS[ast.TypeAlias] = definitions.type_alias


def collect(tree: ast.Module, target: Target) -> Facts:
    """Walk a module once and say what it does on a target Python. Works for any tree that `ast.parse` returns."""
    facts = _walked(tree, target, follows=False)
    facts.read_all()
    return facts


def glance(tree: ast.Module, source: SourceText, target: Target, *, follows: bool = False) -> Facts:
    """What module code does, the bodies of functions left to be read when they matter: a tenth of the work.

    Those with a `global` statement are read at once, as it binds names of the module. follows asks for what the startup
    trace needs besides: the tests around statements, loops, and what objects do without a call.
    """
    facts = _walked(tree, target, follows=follows)
    facts.read_at(source.lines_with_next("global", _AFTER_GLOBAL))
    facts.postponed = frozenset(facts.unread)
    return facts


def _walked(tree: ast.Module, target: Target, *, follows: bool) -> Facts:
    facts = Facts()
    walker = Walker(tree, target, facts, _HANDLERS, follows=follows)
    walker.block(tree.body, Place(0, Phase.IMPORT))
    facts.unread, walker.draft.postponed = walker.draft.postponed, {}
    return facts
