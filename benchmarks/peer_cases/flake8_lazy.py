"""flake8-lazy's tests: a source in `ast.parse("...")`, and assertions about which of its imports may be lazy."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from . import Case, Question, parsed, separated

PEER = "flake8-lazy"
NEWEST = (3, 15)  # every answer of the peer's is for a Python with lazy imports
_LAZY = re.compile(r"^(\s*)lazy (?=import|from)", re.MULTILINE)
_MAY_WAIT = re.compile(r"LZY10[12] .*?module '([\w.]+)'")
_LOADED = re.compile(r"LZY401 module '([\w.]+)'")


def cases(folder: Path) -> Iterator[Case]:
    """The imports that the assertions speak of; folder is the sdist's `tests`."""
    path = folder / "test_package.py"
    tree = ast.parse(path.read_text(encoding="utf-8"))
    for function in tree.body:
        if isinstance(function, ast.FunctionDef) and (found := _source(function)):
            yield from _of_test(function, *found)


def _source(function: ast.FunctionDef) -> tuple[ast.Module, frozenset[str]] | None:
    """The source that a test is about, and what it declares lazy; the declarations are taken out of it."""
    for node in ast.walk(function):
        match node:
            case ast.Call(func=ast.Attribute(attr="parse"), args=[ast.Constant(value=str() as text)]):
                tree = parsed(_LAZY.sub(r"\1", text))
                if tree is None:
                    return None
                declared = {name for name in _LAZY_MODULES.findall(text) for name in re.findall(r"[\w.]+", name)}
                tree.body = [each for each in tree.body if not _declares(each)]
                return tree, frozenset(declared)
    return None


_LAZY_MODULES = re.compile(r"^__lazy_modules__[^=]*= *(.*)$", re.MULTILINE)


def _declares(node: ast.stmt) -> bool:
    return isinstance(node, ast.Assign | ast.AnnAssign) and "__lazy_modules__" in ast.unparse(node).partition("=")[0]


def _of_test(function: ast.FunctionDef, tree: ast.Module, declared: frozenset[str]) -> Iterator[Case]:
    text, imports = separated(tree)
    says = _Says(function, declared)
    for each in imports:
        if each.level:
            continue
        for question, key in ((Question.NEEDED, each.bound), (Question.MAY_WAIT, each.module)):
            answer = says.answer(question, key)
            if answer is not None:
                name = f"{function.name} {key}"
                heavy = (each.dotted,) if question is Question.NEEDED else (each.module, each.dotted)
                yield Case(PEER, name, text, each.line, each.column, question, answer, heavy, NEWEST)


class _Says:
    """What the assertions of a test say: of a name, whether loading needs it, and of a module, whether it may wait."""

    def __init__(self, function: ast.FunctionDef, declared: frozenset[str]) -> None:
        self._whole: dict[Question, frozenset[str]] = {}
        self._single: dict[str, bool] = {}
        asserted = [node.test for node in ast.walk(function) if isinstance(node, ast.Assert)]
        values = {
            node.targets[0].id: node.value
            for node in ast.walk(function)
            if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name)
        }
        for test in asserted:
            self._read(test, values, declared)

    def answer(self, question: Question, key: str) -> bool | None:
        """Whether the answer for a name or module is yes; None where the test says nothing of it."""
        if question in self._whole:
            return key in self._whole[question]
        return self._single.get(key) if question is Question.MAY_WAIT else None

    def _read(self, test: ast.expr, values: Mapping[str, ast.expr], declared: frozenset[str]) -> None:
        match test:
            case ast.Compare(left=left, ops=[ast.Eq()], comparators=[ast.List(elts=items)]):
                self._read_list(_spelled(left, values), [ast.unparse(item) for item in items], declared)
            case ast.Compare(comparators=[ast.Constant(value=str() as message)]):
                self._single.update(dict.fromkeys(_MAY_WAIT.findall(message), True))
                self._single.update(dict.fromkeys(_LOADED.findall(message), False))
            case ast.Call(
                func=ast.Name(id="any"), args=[ast.GeneratorExp(elt=ast.Compare(left=ast.Constant() as one))]
            ):
                self._single[str(one.value)] = True
            case ast.UnaryOp(
                operand=ast.Call(args=[ast.GeneratorExp(elt=ast.Compare(left=ast.Constant() as one))])
            ) if " in " in ast.unparse(test):
                self._single[str(one.value)] = False

    def _read_list(self, of: str, items: list[str], declared: frozenset[str]) -> None:
        if "collect_non_lazy_imports" in of:
            self._whole[Question.NEEDED] = frozenset(ast.literal_eval(item) for item in items)
        elif "collect_recommended_lazy_modules" in of:
            self._whole[Question.MAY_WAIT] = frozenset(ast.literal_eval(item) for item in items)
        elif "LZY401" in of and not items:
            self._single.update(dict.fromkeys(declared, True))
        elif "LZY401" not in of and ("LZY1" in of or of == "list(checker.run())"):
            flagged = {name for item in items for name in _MAY_WAIT.findall(item) or [item.strip("'")]}
            self._whole[Question.MAY_WAIT] = declared | flagged


def _spelled(node: ast.expr, values: Mapping[str, ast.expr]) -> str:
    """The text of an expression, with what the names in it were given."""
    names = [each.id for each in ast.walk(node) if isinstance(each, ast.Name)]
    return " ".join([ast.unparse(node), *(ast.unparse(values[name]) for name in names if name in values)])
