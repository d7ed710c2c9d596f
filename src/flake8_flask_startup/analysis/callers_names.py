"""Functions of other files that look among the names of whoever calls them: `sys._getframe(1).f_globals[name]`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property, lru_cache
from pathlib import Path

from ..files.trees import optional_tree
from ..project.text_index import FileText, search
from ..syntax.resolver import Names
from .given_to_readers import giving_of
from .module import Module
from .reflection import Reflection, Reflections

_OF_FRAMES = ("f_globals", "f_locals")


class CallersNames:
    """What functions that a module imports may ask its frames for."""

    def __init__(self, module: Module) -> None:
        self._module = module

    def reason(self, name: str) -> str:
        """Return which function of another file may find a name of the module; empty if none does."""
        for function, shown, asked in self._asking:
            if asked.name in ("", name):
                return f"{function}() in {shown} may find it in its caller's {asked.by} on line {asked.line}"
        return ""

    @cached_property
    def _asking(self) -> Sequence[tuple[str, str, Reflection]]:
        """The imported functions that look into frames, each with its file and the place where it does."""
        place = self._module.place
        if place is None:
            return ()
        found = search(str(place.top))
        texts = dict.fromkeys(text for word in _OF_FRAMES for text in found.having(word.encode()))
        return [
            (function, place.shown(text), asked)
            for text in texts
            if text.path != str(place.path)
            for function, every in _looking_at_frames(text, place.roots).items()
            if self._imports(function, text)
            for asked in every
        ]

    def _imports(self, function: str, text: FileText) -> bool:
        """Whether the module imports a function, by whatever file, or the file that has it."""
        path = Path(text.path)
        last = path.parent.name if path.stem == "__init__" else path.stem
        imports = self._module.facts.imports
        return any(each.dotted.rpartition(".")[2] in (function, last) or each.name == "*" for each in imports)


@lru_cache(maxsize=32)  # asked of the same few files by every module of a project
def _looking_at_frames(text: FileText, roots: Sequence[Path]) -> Mapping[str, Sequence[Reflection]]:
    """The outermost functions and classes of a file that look into frames, those among them that others use."""
    giving, tree = giving_of(text, tuple(roots)), optional_tree(text.data)
    if giving is None or tree is None:
        return {}
    names = giving.names
    names.facts.read_all()
    reflections = Reflections(text.data.decode(errors="replace"), lambda: tree, names)
    found: dict[str, list[Reflection]] = {}
    for each in reflections.all():
        if each.by in _OF_FRAMES:
            _add_with_users(found, _outermost_at(names, each.line), each, names)
    return found


def _add_with_users(found: dict[str, list[Reflection]], function: str, asked: Reflection, names: Names) -> None:
    """Take note of a place for a function, and for all that use it."""
    pending = [function]
    while pending:
        name = pending.pop()
        if name and asked not in found.setdefault(name, []):
            found[name].append(asked)
            pending += {_outermost_at(names, use.line) for use in names.facts.uses if use.name == name}


def _outermost_at(names: Names, line: int) -> str:
    """The outermost function or class that a line stands in; empty for module code."""
    outermost = (each for each in names.facts.scopes[1:] if not each.parent)
    return next((each.name for each in outermost if each.span.line <= line <= each.span.end_line), "")
