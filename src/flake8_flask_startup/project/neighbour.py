"""How one file refers to a module beside it: the names of it that it imports, reads, patches or spells.

Another file may have the module under another name, in a container or as an argument. Such a file hands the module on,
and then any attribute of something unknown may be one of the module's.
"""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence, Set
from functools import cached_property
from heapq import merge
from operator import itemgetter
from typing import TypeGuard

from ..model.access_paths import is_dotted, root_of
from ..syntax.raw_paths import raw_path
from .doctests import PROMPT, are_examples_run
from .file_nodes import (
    ASKING,
    LISTING,
    OF_SETTINGS,
    RUNNING_FILES,
    NamingCall,
    Spelled,
    last_of,
)
from .local_values import makers
from .module_reader import ModuleReader
from .put_together import SETTING, may_begin
from .spelled import ANY, made_of, may_be, object_name

_PLAIN = frozenset({"id", "isinstance", "print", "repr", "str", "type", "getsource", "getfile", "getdoc"})
_NO_OWNERS = ASKING | LISTING | _PLAIN  # functions that do not keep what they are given
_STORING = frozenset({"from_mapping", "setattr", "setdefault", "update"})
_WORD = re.compile(r"\w+")
_SETTINGS = made_of(SETTING)
_NAMESPACES = frozenset({"__dict__", "__getattribute__"})
_OF_FUNCTIONS = frozenset({"__globals__", "func_globals"})  # the names of the module that a function is from


class Neighbour(ModuleReader):
    """What a parsed file beside a module needs of it."""

    def needs(self, name: str, *, is_starred: bool) -> Iterator[str]:
        """The reasons why this file needs a name of the module; is_starred says that a star import takes it."""
        for _, node in merge(self._naming, self.nodes.attributes.get(name, ()), key=itemgetter(0)):
            if isinstance(node, ast.ImportFrom):
                yield from self._taken(node, name, is_starred=is_starred)
            elif isinstance(node, NamingCall):
                yield from self._called(node, name)
            elif isinstance(node, ast.Attribute):
                if self._is_module(node.value):
                    yield f"uses '{self.module.last}.{name}' on line {node.lineno}"
            elif self._spells(node.value, name):
                yield f"names '{node.value}' on line {node.line}"
        for use, line in self._asked_for.items():
            if may_be(use, name):
                yield f"may ask for '{self.module.last}.{name}' on line {line}"
        for line, pattern in self.nodes.kept:
            if self._may_spell(pattern, name):
                yield f"puts '{self.module.last}.{name}' together on line {line}"
        yield from self._run_texts(name)
        yield from self._walked_to(name)
        if self.hands_on:
            yield from self.may_read(name, self.kept_as)

    @cached_property
    def _naming(self) -> Sequence[tuple[int, ast.ImportFrom | NamingCall | Spelled]]:
        """What may name some name of the module other than as its attribute, each with its place among the nodes."""
        begins = tuple(f"{each}." for each in (*self.module.names, ""))
        taking = merge(*(self.nodes.taking.get(each, ()) for each in self._own), key=itemgetter(0))
        spelling = ((at, node) for at, node in self.nodes.strings if object_name(node.value).startswith(begins))
        return list(merge(taking, spelling, self.nodes.naming, key=itemgetter(0)))

    def _run_texts(self, name: str) -> Iterator[str]:
        """Where a text that is code uses a name of the module: `eval("reports.pd")`, `exec("import reports; ...")`."""
        modules = "|".join(re.escape(each) for each in sorted(self.module.names))
        imports = re.compile(rf"\bfrom\s+(?:{modules})\s+import\b[^;\n]*\b{re.escape(name)}\b")
        bound = "|".join(re.escape(each) for each in sorted({*self._bound_to_it, *self.module.names}))
        uses = re.compile(rf"(?<![\w.])(?:{bound})\s*\.\s*{re.escape(name)}\b")
        for text, line in (*self.nodes.run, *self._examples):
            if imports.search(text) or uses.search(text):
                yield f"has code in a text that uses '{self.module.last}.{name}' on line {line}"

    @cached_property
    def _examples(self) -> Sequence[Spelled]:
        """The texts with examples for doctest, if something runs these."""
        found = [text for _, text in self.nodes.strings if PROMPT in text.value]
        return found if found and are_examples_run(str(self.module.top)) else ()

    def _taken(self, node: ast.ImportFrom, name: str, *, is_starred: bool) -> Iterator[str]:
        for alias in node.names:
            if alias.name == name:
                yield f"imports '{name}' from it on line {node.lineno}"
            elif alias.name == "*" and is_starred and name not in self.imported:
                yield f"imports all its names on line {node.lineno}"

    def _called(self, call: NamingCall, name: str) -> Iterator[str]:
        """`patch("app.reports.pd")`, `patch.object(reports, "pd")`, `patch.multiple("app.reports", pd=...)`."""
        line = call.node.lineno
        for text in call.texts:
            if self._spells(text, name):
                yield f"{call.verb} '{text}' on line {line}"
        for pattern in call.patterns:
            if self._may_spell(pattern, name):
                yield f"{call.verb} '{self.module.last}.{name}' on line {line}"
        if name in call.words and (
            not call.words.isdisjoint(self.module.names) or any(map(self._is_module, call.values))
        ):
            yield f"{call.verb} '{self.module.last}.{name}' on line {line}"

    def _may_spell(self, pattern: str, name: str) -> bool:
        """Whether a text that is put together may be the name's path, or begin with it."""
        return any(may_begin(pattern, f"{each}{dot}{name}") for each in self.module.names for dot in ".:")

    def _walked_to(self, name: str) -> Iterator[str]:
        """Where the file asks one object after another for names: `reduce(getattr, ["reports", "pd"], package)`."""
        texts = self.nodes.texts
        if f"{self.module.last}.{name}" in texts or {self.module.last, name} <= texts:
            lines = [*self.nodes.asking_later, *self.nodes.asking_any]
            yield from (f"may ask for '{self.module.last}.{name}' on line {line}" for line in lines)

    def _spells(self, text: str, name: str) -> bool:
        """Whether a string is the name's path, or the end of one that is put together: `f"{MODULE}.pd"`."""
        dotted = f"{object_name(text)}."
        return any(dotted.startswith((f"{each}.{name}.", f"{each}.__dict__.")) for each in self.module.names) or (
            dotted.startswith(f".{name}.")
        )

    @cached_property
    def _asked_for(self) -> Mapping[str, int]:
        """The names that the file may ask the module for as an object, each with its line; "" is any name."""
        found: dict[str, int] = {}
        namespaces = (self.nodes.attributes.get(each, ()) for each in sorted(_NAMESPACES | _OF_FUNCTIONS))
        for _, node in merge(self.nodes.asking, *namespaces, key=itemgetter(0)):
            if isinstance(node, ast.Attribute):
                is_asked = self._is_of_module if node.attr in _OF_FUNCTIONS else self._is_module
                if is_asked(node.value):
                    found.update((each, node.lineno) for each in self.nodes.keys_asked(node) if each not in found)
            elif isinstance(node, ast.Call) and last_of(node.func) == "attrgetter":
                paths = (f".{text}." for each in node.args for text in self.spelling.texts(each))
                behind = (path.partition(f".{self.module.last}.")[2].partition(".")[0] for path in paths)
                found.update((each, node.lineno) for each in behind if each and each not in found)
            elif isinstance(node, ast.Call) and last_of(node.func) in RUNNING_FILES:
                if self._is_module(node.args[0]) or any(
                    map(self.module.is_spelled_by, self.spelling.texts(node.args[0]))
                ):
                    asked = (_SETTINGS,) if last_of(node.func) in OF_SETTINGS else self.nodes.keys_asked(node)
                    found.update((each, node.lineno) for each in asked if each not in found)
            elif isinstance(node, ast.Call) and self._is_module(node.args[0]):
                verb = last_of(node.func)
                if verb in LISTING:
                    found.update((each, node.lineno) for each in self.nodes.keys_asked(node) if each not in found)
                elif verb in ASKING and len(node.args) > 1:
                    asked = self.spelling.asked(node.args[0], node.args[1])
                    found.update((each, node.lineno) for each in asked if each not in found)
        for call, namespace in self.nodes.executing:
            if self._may_be_code(call.args[0]):
                found.update((each, call.lineno) for each in self.nodes.keys_read(namespace) if each not in found)
        return found

    def _may_be_code(self, node: ast.expr) -> bool:
        """Return whether the code that is run may be that of the module: read from its file, or by `getsource`."""
        if isinstance(node, ast.Constant):
            return False
        sources = (call for _, call in self.nodes.calls if last_of(call.func) == "getsource" and call.args)
        return any(map(self.module.is_spelled_by, self.nodes.texts)) or any(
            self._is_module(call.args[0]) for call in sources
        )

    @cached_property
    def entries(self) -> frozenset[str]:
        """The names under which the file puts the module into the table of modules: `sys.modules["a.b"] = module`."""
        assigned = (node for node in self.nodes.all if isinstance(node, ast.Assign) and self._is_module(node.value))
        return frozenset(
            text
            for node in assigned
            for target in node.targets
            if isinstance(target, ast.Subscript) and raw_path(target.value) == "sys.modules"
            for text in self.spelling.texts(target.slice)
        )

    @cached_property
    def hands_on(self) -> int:
        """The line on which the file keeps the module elsewhere or gives it away as a value; 0 if it does not."""
        for node in self._values():
            around = self.nodes.parents.get(node)
            if isinstance(around, (ast.Attribute, ast.Expr, ast.Compare)) or self._is_given(node):
                continue
            if isinstance(around, ast.Call) and around.func is not node and last_of(around.func) in _NO_OWNERS:
                continue
            return node.lineno
        is_spelled = self.module.last in self.nodes.texts or any(map(self.module.is_spelled_by, self.nodes.texts))
        return self.nodes.loading_line if is_spelled else 0

    def _is_given(self, node: ast.expr) -> bool:
        """Whether what is called like the module can be it only if another file hands it on: it is not imported."""
        if isinstance(node, ast.Attribute):
            path = raw_path(node)
            if not is_dotted(path):
                return False
            root = path.partition(".")[0]
            return root in ("self", "cls") or (root not in self.imported and not self.nodes.importing)
        is_bound = "*" in self.imported or (isinstance(node, ast.Name) and node.id in self.imported)
        return isinstance(node, ast.Name) and not is_bound and node.id not in self._made_of_modules

    def _values(self) -> Iterator[ast.expr]:
        """The expressions that are the module, in the order of the nodes."""
        nodes = self.nodes
        bound = self._bound_to_it | self._made_of_modules
        plain = (nodes.plain.get(name, ()) for name in sorted(bound | {self.module.last}))
        spelled = () if nodes.texts.isdisjoint(self.module.names) else nodes.others
        for _, node in merge(nodes.importing, spelled, *plain, key=itemgetter(0)):
            if self._is_value(node):
                yield node

    @cached_property
    def renamed(self) -> frozenset[str]:
        """The other names that import statements of the file give the module, by which others may reach it too."""
        renaming = (alias for _, node in self.nodes.renaming for alias in node.names if alias.asname)
        return frozenset(each.asname for each in renaming if each.asname and not self.imported[each.asname]) - {
            self.module.last
        }

    def _is_value(self, node: ast.AST) -> TypeGuard[ast.expr]:
        """Whether a node is the module: by a name that is read, its entry in `sys.modules`, or as it is imported."""
        if isinstance(node, (ast.Name, ast.Attribute)):
            return isinstance(node.ctx, ast.Load) and self._is_module(node)
        if isinstance(node, ast.Subscript):
            return raw_path(node.value) == "sys.modules" and self._is_module(node)
        return self._imports_by_name(node)

    def may_read(self, name: str, kept_as: Set[str]) -> Iterator[str]:
        """Where the file reads the name off something unknown, which may be the module under another name.

        kept_as are the names under which somebody keeps the module.
        """
        for line in self.nodes.asking_later:
            yield f"may ask for '{name}' of something that may be this module, on line {line}"
        for line in self.nodes.matched.get(name, ()):
            yield f"matches '{name}' of something that may be this module, on line {line}"
        for line, text in self.nodes.templates:
            if re.search(rf"(?:\.|['\"]){re.escape(name)}\b", text):
                yield f"has a template that uses '.{name}' of something that may be this module, on line {line}"
        yield from self._reads(name, lambda owner: not self._is_known(owner, kept_as))

    def may_ask(self, name: str, kept_as: Set[str]) -> Iterator[str]:
        """Where the file asks something unknown, which may be the module under another name, for the name."""
        for line in self._asks(name, lambda owner: not self._is_known(owner, kept_as)):
            yield f"may ask for '{name}' of something that may be this module, on line {line}"

    def reads_renamed(self, name: str, renamed: Set[str]) -> Iterator[str]:
        """Where the file reads the name off what another one has imported the module as.

        renamed are the names that import statements of files give the module.
        """
        yield from self._reads(name, lambda owner: self._is_renamed(owner, renamed))

    def _reads(self, name: str, may_be_module: Callable[[ast.expr | None], bool]) -> Iterator[str]:
        for _, node in self.nodes.attributes.get(name, ()):
            if may_be_module(node.value):
                yield f"uses '.{name}' of something that may be this module, on line {node.lineno}"
        for line in self._asks(name, may_be_module):
            yield f"may ask for '{name}' of something that may be this module, on line {line}"

    def _asks(self, name: str, may_be_module: Callable[[ast.expr | None], bool]) -> Iterator[int]:
        """The lines on which the file asks what may be the module for the name; of what is None if that is not seen."""
        namespaces = (self.nodes.attributes.get(each, ()) for each in sorted(_NAMESPACES))
        for _, node in merge(self.nodes.asking, *namespaces, key=itemgetter(0)):
            if isinstance(node, ast.Attribute):
                owner, names = node.value, self.nodes.keys_asked(node)
            elif not isinstance(node, ast.Call):
                continue
            elif last_of(node.func) == "attrgetter":
                if may_be_module(None) and any(self._leads_along(each, name) for each in node.args):
                    yield node.lineno
                continue
            elif last_of(node.func) in LISTING:
                owner, names = node.args[0], self.nodes.keys_asked(node)
            elif last_of(node.func) in OF_SETTINGS:
                owner, names = node.args[0], (_SETTINGS,)
            else:
                owner, names = node.args[0], self.spelling.asked(*node.args[:2]) if len(node.args) > 1 else (ANY,)
            if any(may_be(each, name) for each in names) and may_be_module(owner):
                yield node.lineno

    def _leads_along(self, path: ast.expr, name: str) -> bool:
        """Whether what `attrgetter` is given, a dotted path or one that is not known, may begin with a name."""
        if any(f"{text}.".startswith((f"{name}.", f"{ANY}.")) for text in self.spelling.texts(path)):
            pattern = None if isinstance(path, (ast.Constant, ast.Name)) else self.spelling.pattern(path)
            return pattern is None or may_begin(pattern, name)
        return False

    @cached_property
    def given_to(self) -> frozenset[str]:
        """The last names of the functions that the module is passed to, and of the variables that keep it."""
        return frozenset(
            {last_of(each.func if isinstance(each, ast.Call) else each) for each in self._receivers} - {""}
        )

    @cached_property
    def kept_as(self) -> frozenset[str]:
        """The attributes and keys of objects that keep the module: `g.tools = core`, `setattr(g, "tools", core)`."""
        stores = [each for each in self._receivers if not isinstance(each, ast.Name)]
        keyed = [each for each in stores if not isinstance(each, ast.Call) or last_of(each.func) in _STORING]
        words = {word for each in keyed if not isinstance(each, ast.Call) for word in _WORD.findall(last_of(each))}
        calls = [each for each in keyed if isinstance(each, ast.Call)]
        texts = {text for call in calls for each in call.args for text in self.spelling.texts(each)}
        return frozenset(words | texts | {key.arg or "" for call in calls for key in call.keywords}) - {""}

    @cached_property
    def _receivers(self) -> Sequence[ast.expr]:
        """The calls that the module is passed to, and the targets that it is assigned to."""
        found: list[ast.expr] = []
        for node in self._values():
            around: ast.AST | None = node
            while around is not None and not isinstance(around, ast.stmt):
                around = self.nodes.parents.get(around)
                if isinstance(around, ast.Call):
                    found.append(around)
            found += around.targets if isinstance(around, ast.Assign) else ()
        return found

    def _is_known(self, node: ast.expr | None, kept_as: Set[str]) -> bool:
        """Whether an expression is surely no module of the project: a constant, or what another package gives."""
        if node is None:
            return False
        root = root_of(raw_path(node))
        if not kept_as.isdisjoint(_WORD.findall(last_of(node))):
            return False
        if not root:
            return isinstance(node, (ast.Constant, ast.JoinedStr, ast.Dict, ast.List, ast.Set, ast.Tuple))
        if root not in self.imported:
            is_own_object = root in ("self", "cls", "super") and raw_path(node) == root
            return is_own_object or self._is_foreign(node, root, kept_as)
        dotted = self.imported[root]
        return bool(dotted) and (not self._is_own(dotted) or (raw_path(node) == root and self._is_file(dotted)))

    def _is_foreign(self, node: ast.expr, name: str, kept_as: Set[str]) -> bool:
        """Whether a variable is nothing but what other packages give: `response = requests.get(URL)`, `image: Image`.

        The standard library gives modules too, and a package what it was given under a name of the module.
        """
        found = makers(node, name, self.nodes.parents)
        words = {word for each in found for part in ast.walk(each) for word in _WORD.findall(_own_word(part))}
        paths = [raw_path(each.func if isinstance(each, ast.Call) else each) for each in found]
        roots = {self.imported.get(root_of(path), "").partition(".")[0] for path in paths}
        if not roots or "" in roots or not roots.isdisjoint(sys.stdlib_module_names):
            return False
        return words.isdisjoint({*kept_as, self.module.last}) and not any(map(self._is_own, roots))

    def _is_renamed(self, node: ast.expr | None, renamed: Set[str]) -> bool:
        """Whether an expression may be what another file has imported under one of some names: `views.tools`."""
        if node is None:
            return False
        root = root_of(raw_path(node))
        dotted = self.imported.get(root)
        if dotted == "" or (dotted and not self._is_own(dotted)):
            return False
        words = {word for part in ast.walk(node) for word in _WORD.findall(_own_word(part))}
        return not renamed.isdisjoint(words | {(dotted or "").rpartition(".")[2]})


def _own_word(node: ast.AST) -> str:
    """What a part of an expression names or spells."""
    match node:
        case ast.Attribute(attr=word) | ast.Name(id=word) | ast.Constant(value=str(word)):
            return word
    return ""
