"""Functions and classes of other files that look among the names of whoever calls or has them.

`sys._getframe(1).f_globals[name]` of a caller; `getattr(sys.modules[cls.__module__], name)` of a class that derives.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from functools import cached_property, lru_cache
from pathlib import Path

from ..files.printing import encoded
from ..files.trees import optional_tree
from ..model.access_paths import last_name
from ..project.text_index import FileText, Search, search
from ..syntax.resolver import Names
from ..syntax.symbol_table import Role
from .given_to_readers import giving_of
from .module import Module
from .reflection import Reflection, Reflections

# What stands in a file that asks a frame, a function or the module of what it is given for names.
_WORDS = (b"f_globals", b"f_locals", b"__globals__", b"getmodule")
_MAKING_CLASSES = frozenset({"new_class", "type", "with_metaclass"})  # calls of these names
MAX_FILES = 4  # from file to file: classes that derive from what asks, functions that use it


class CallersNames:
    """What functions and classes that a module imports may ask it for."""

    def __init__(self, module: Module) -> None:
        self._module = module

    def reason(self, name: str) -> str:
        """Return which function of another file may find a name of the module; empty if none does."""
        for function, shown, asked in self._asking:
            if asked.may_be(name):
                owner = "its caller's" if asked.by.startswith("f_") else "what it is given, by"
                return f"{function}() in {shown} may find it in {owner} {asked.by} on line {asked.line}"
        return ""

    @cached_property
    def _asking(self) -> Sequence[tuple[str, str, Reflection]]:
        """The imported functions that ask for names, each with its file and the place where it does."""
        place = self._module.place
        if place is None:
            return ()
        found = search(str(place.top))
        imported = {each.dotted.rpartition(".")[2] or each.module for each in self._module.facts.imports}
        is_starred = any(each.name == "*" for each in self._module.facts.imports)
        return [
            (function, place.shown(text), asked)
            for text, asking in _asking_in(found, place.roots)
            if text.path != str(place.path)
            for function, every in asking.items()
            if is_starred or not imported.isdisjoint((function, _last_of(text)))
            for asked in every
            if not asked.of_heirs or _lines_giving(self._module.names, {function, _last_of(text)}, asked)
        ]


@lru_cache(maxsize=4)  # asked by every module of a project
def _asking_in(found: Search, roots: Sequence[Path]) -> Sequence[tuple[FileText, Mapping[str, Sequence[Reflection]]]]:
    """The files of a project with functions and classes that ask whoever has or calls them for names."""
    texts = dict.fromkeys(text for word in (*_WORDS, b"__module__") for text in found.having(word))
    asking: dict[FileText, _Asking] = {text: own for text in texts if (own := _asking_itself(text, roots))}
    news: Mapping[FileText, _Asking] = asking
    for _ in range(MAX_FILES):
        news = _using(news, found, roots)
        for text, users in news.items():
            asking[text] = {**users, **asking.get(text, {})}
    return list(asking.items())


_Asking = Mapping[str, Sequence[Reflection]]


def _using(asking: Mapping[FileText, _Asking], found: Search, roots: Sequence[Path]) -> Mapping[FileText, _Asking]:
    """The functions and classes of other files that use what asks: `class Middle(Registry)`."""
    using: dict[FileText, dict[str, list[Reflection]]] = {}
    for text, own in asking.items():
        last = _last_of(text)
        for function, every in own.items():
            having = found.having(encoded(function))
            for other in (each for each in having if each is not text and each.imports.naming(encoded(last))):
                giving = giving_of(other, tuple(roots))
                if giving is None:
                    continue
                for each in every:
                    for user in _users(giving.names, {function, last}, each):
                        _add_with_users(using.setdefault(other, {}), user, each, giving.names)
    return {text: users for text, users in using.items() if users}


def _last_of(text: FileText) -> str:
    """The last part of the name of a file's module."""
    path = Path(text.path)
    return path.parent.name if path.stem == "__init__" else path.stem


def _asking_itself(text: FileText, roots: Sequence[Path]) -> Mapping[str, Sequence[Reflection]]:
    """The outermost functions and classes of a file that ask for names, those among them that others use."""
    by_module = b"__module__" in text.data and (b"modules" in text.data or b"import_module" in text.data)
    if not by_module and not any(word in text.data for word in _WORDS):
        return {}
    giving, tree = giving_of(text, tuple(roots)), optional_tree(text.data)
    if giving is None or tree is None:
        return {}
    names = giving.names
    names.facts.read_all()
    reflections = Reflections(text.data.decode(errors="replace"), lambda: tree, names)
    found: dict[str, list[Reflection]] = {}
    for each in reflections.all():
        if each.is_given:
            _add_with_users(found, _outermost_at(names, each.line), each, names)
    return found


def _users(names: Names, of: Set[str], asked: Reflection) -> Set[str]:
    """The outermost functions and classes that use names, so that what asks is given something of the file."""
    return {_outermost_at(names, line) for line in _lines_giving(names, of, asked)} - {""}


def _lines_giving(names: Names, of: Set[str], asked: Reflection) -> Set[int]:
    """The lines that use names; where heirs alone are asked, those that derive from them, or make a class by a call."""
    facts = names.facts
    facts.read_all()
    if not asked.of_heirs:
        return {use.line for use in facts.uses if use.name in of}
    makers = (each for each in facts.calls if last_name(each.path) in _MAKING_CLASSES)
    made = {call.span.line for call in makers if len(call.args) > 1}  # `type(x)` makes none
    return made.union(use.line for use in facts.uses if use.role is Role.BASE and use.name in of)


def _add_with_users(found: dict[str, list[Reflection]], function: str, asked: Reflection, names: Names) -> None:
    """Take note of a place for a function, and for all that use it."""
    pending = [function]
    while pending:
        name = pending.pop()
        if name and asked not in found.setdefault(name, []):
            found[name].append(asked)
            pending += _users(names, {name}, asked)


def _outermost_at(names: Names, line: int) -> str:
    """The outermost function or class that a line stands in; empty for module code."""
    outermost = (each for each in names.facts.scopes[1:] if not each.parent)
    return next((each.name for each in outermost if each.span.line <= line <= each.span.end_line), "")
