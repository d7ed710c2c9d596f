"""Who reads annotations while the program runs: then even an annotation needs its import (PEP 563 does not help).

Decorators, bases and markers of libraries; whoever is given the function or class, here or in another file; hooks that
make all modules of a package check themselves.
"""

from __future__ import annotations

import ast
import builtins
from collections.abc import Iterable, Iterator, Sequence, Set
from functools import cached_property
from pathlib import Path

from ..files.printing import encoded
from ..files.trees import optional_tree
from ..model.access_paths import (
    before_call,
    before_item,
    callee_of,
    has_call,
    has_sign,
    is_call,
    is_dotted,
    is_own,
    last_name,
    own_path,
    owner_of,
    root_of,
)
from ..project.module_place import place_of
from ..project.text_index import FileText, has_word, search
from ..syntax.symbol_table import BindingKind, Call, Role, Scope, ScopeKind, Use
from ..syntax.tree_walk import nodes_of
from ..syntax.values import Kind, Value
from .annotation_readings import Reading
from .annotation_tables import (
    HOOK_OF_ITS_PACKAGE,
    HOOK_WORDS,
    HOOKS_OF_ALL,
    HOOKS_OF_NAMED,
    MARKERS,
    PLAIN_APPS,
    PLAIN_BASES,
    READING_BASES,
    REGISTRIES,
    TEXT_KEEPING_BASES,
    VIEW_DECORATORS,
    reader_kind,
)
from .given_to_readers import Giving, giving_of
from .module import Module
from .unread_texts import LOOKED_FOR, TEXT_KEEPING_DECORATORS, evaluates_annotations

_MODULE = "\0"  # no name of a function or class
_NAMED = (ast.AsyncFunctionDef, ast.ClassDef, ast.FunctionDef, ast.Name)
_BUILT_IN = frozenset(dir(builtins))
_FUNCTIONS = (ScopeKind.FUNCTION, ScopeKind.LAMBDA)


_VIEWS = b"view_functions"  # what an app has its views in (Flask API)
_REGISTER = ".register()"  # of `functools.singledispatch`


class AnnotationReaders:
    """Tells of the annotations of a module who may read them while the program runs."""

    def __init__(self, module: Module) -> None:
        self._module = module
        self._names = module.names
        self._scopes = module.facts.scopes

    def own_reason(self, use: Use) -> str:
        """Return what of its own file reads the annotation that a use stands in, as in "@dataclass reads"; or "".

        An unknown base of a class may be a model, so it counts: `class Report(Base)` with Base from elsewhere.
        """
        if self._is_of_variable(use):
            return ""
        scope = self._scopes[use.owner]
        return self._decorator_that_reads(scope, use) or self._base_that_reads(scope) or self._marker_in(use.owner)

    def reason(self, use: Use) -> str:
        """Return what reads the annotation that a use stands in, in its own file or another; empty if nothing may."""
        if self._hook:
            return self._hook
        return "" if self._is_of_variable(use) else self.own_reason(use) or self._reading_of(use.owner)

    def _is_of_variable(self, use: Use) -> bool:
        """Whether an annotation is of a function's own variable.

        It is never evaluated nor stored (PEP 526), but for those who rewrite the module's code.
        """
        return self._scopes[use.owner].kind in _FUNCTIONS and use.place.scope == use.owner

    # the function or class itself

    def _decorator_that_reads(self, scope: Scope, use: Use) -> str:
        at = scope.place.scope
        for raw in scope.decorators:
            path = self._names.resolve(raw, at)
            if callee_of(path) in TEXT_KEEPING_DECORATORS and self._stays_text(use):
                continue
            if reader_kind(path) or (path.endswith(REGISTRIES) and not self._is_told(raw, use.owner)):
                return f"@{callee_of(raw)} reads"
            if path.endswith(VIEW_DECORATORS) and not self._reads_nothing(owner_of(raw), at):
                return f"@{callee_of(raw)} may read"
        return ""

    def _is_told(self, raw: str, owner: int) -> bool:
        """Return whether `@f.register(list)` is given its type, so that it does not read the annotations."""
        calls = [call for call in self._names.facts.calls if raw.endswith(_REGISTER) and call.path == callee_of(raw)]
        places = {call.span[:2] for call in self._names.facts.calls if call.decorates == owner and call.path == raw}
        return any(call.span[:2] in places and call.args for call in calls)

    def _stays_text(self, use: Use) -> bool:
        """Whether no code resolves a name in an annotation that its class keeps as a string."""
        path = self._names.resolve(use.name, use.place.scope)
        is_known = is_dotted(path) and path[0].isalpha() and not self._module.is_first_party(root_of(path))
        if not (self._module.keeps_texts and self._is_postponed and is_known and last_name(path) not in LOOKED_FOR):
            return False
        return self._module.place is not None and not evaluates_annotations(search(str(self._module.place.top)))

    def _base_that_reads(self, scope: Scope) -> str:
        metaclass = self._names.resolve(scope.metaclass, scope.place.scope)
        for base in filter(None, (*self._names.bases(scope), metaclass)):
            if is_own(base) or (base in TEXT_KEEPING_BASES and self._is_postponed):
                continue
            if base in READING_BASES or not _is_plain(base):
                return f"base class {base.lstrip('.?')} {'reads' if base in READING_BASES else 'may read'}"
        return ""

    def _marker_in(self, owner: int) -> str:
        for use in self._names.facts.uses:
            is_ours = use.owner == owner and use.role is Role.ANNOTATION
            if is_ours and self._names.resolve(use.name, use.place.scope) in MARKERS:
                return f"what {use.name} is meant for reads"
        return ""

    def _reads_nothing(self, path: str, scope: int) -> bool:
        """Whether a path is an app or blueprint of Flask's own, or of a class that is not known to read annotations."""
        resolved = self._names.resolve(path, scope)
        if is_call(resolved) and not has_sign(resolved):
            return True
        if self._names.instance(resolved, PLAIN_APPS):
            return True
        known = self._module.settled.known(path, scope)
        return known.is_instance(PLAIN_APPS) and not any(map(reader_kind, known.classes))

    # what it is given to

    def _reading_of(self, owner: int) -> str:
        """What reads the annotations of a function or class that the project gives to it."""
        names = list(self._names_of(owner))
        for reading in self._giving.readings if self._giving is not None else ():
            is_named = any(own_path(name) in reading.paths and self._is_asked(reading, name, owner) for name in names)
            is_given = is_named or (reading.is_open and self._may_be_meant(reading, owner))
            if is_given and not (reading.is_raw and self._is_postponed):
                return f"{reading.by} {reading.verb if is_named else reading.perhaps}"
        holding = [*names, *self._holding(names)] if owner else names
        for text in self._others:
            known = [each for each in holding if not owner or has_word(text.data, encoded(each.rpartition(".")[2]))]
            giving = self._other(text) if known else None
            for reading in giving.readings if giving is not None else ():
                asked = known if reading.is_open else [each for each in names if each in known]
                is_given = giving is not None and any(self._is_given(reading, giving, name, owner) for name in asked)
                if is_given and not (reading.is_raw and self._is_postponed):
                    verb = reading.perhaps if reading.is_open else reading.verb
                    return f"{reading.by} on line {reading.line} of {self._shown(text)} {verb}"
        return self._reading_of_views(owner)

    def _reading_of_views(self, owner: int) -> str:
        """Return what may read the annotations of a view in a file that goes through all views of an app."""
        place = self._module.place
        if place is None or not self._scopes[owner].decorators or self._scopes[owner].kind is ScopeKind.CLASS:
            return ""
        for text in search(str(place.top)).having(_VIEWS):
            giving = self._other(text)
            for reading in giving.readings if giving is not None else ():
                if reading.is_open and not (reading.is_raw and self._is_postponed):
                    return f"{reading.by} on line {reading.line} of {self._shown(text)} {reading.perhaps}"
        return ""

    def _holding(self, names: Iterable[str]) -> Sequence[str]:
        """The names of the module that may lead to some of its functions and classes: lists of them, who uses those."""
        found = {each.partition(".")[0]: None for each in names}
        count = 0
        while count < len(found):
            count = len(found)
            for together in self._together:
                if not together.isdisjoint(found):
                    found.update(dict.fromkeys(together))
        return list(found)

    @cached_property
    def _together(self) -> Sequence[Set[str]]:
        """The names that each statement of module code has, or gives to a function or class and uses in it."""
        tree = self._module.reflections.tree() if self._module.reflections is not None else ast.Module([], [])
        named = ([each for each in nodes_of(node) if isinstance(each, _NAMED)] for node in tree.body)
        names = ({each.id if isinstance(each, ast.Name) else each.name for each in found} for found in named)
        return [found & self._scopes[0].bindings.keys() for found in names]

    @cached_property
    def _is_postponed(self) -> bool:
        """Whether all annotations of the module are texts."""
        return any(
            each.path == "__future__.annotations" and each.kind is BindingKind.IMPORT
            for each in self._scopes[0].bindings.get("annotations", ())
        )

    def _names_of(self, owner: int) -> Iterator[str]:
        """The name of a function or class, and those of the classes it stands in; nothing for the module alone."""
        yield self._scopes[owner].name if owner else _MODULE
        while owner and self._scopes[owner := self._scopes[owner].parent].kind is ScopeKind.CLASS:
            yield self._scopes[owner].name

    def _is_asked(self, reading: Reading, name: str, owner: int) -> bool:
        """Whether something that reads a class reads what stands in it as well: its fields, or its methods too."""
        return reading.kind == "all" or (self._scopes[owner].name == name and self._may_be_meant(reading, owner))

    def _may_be_meant(self, reading: Reading, owner: int) -> bool:
        """Whether a function or class may be given to a reader that anything may be given to, or that reads no more."""
        return reading.kind == "all" or not reading.is_open or self._scopes[owner].kind is ScopeKind.CLASS

    def _is_given(self, reading: Reading, giving: Giving, name: str, owner: int) -> bool:
        """Whether a reader in another file is given a name of the module."""
        place = self._module.place
        given = reading.paths | giving.imported if reading.is_open else reading.paths
        is_function = self._scopes[owner].kind in _FUNCTIONS and self._scopes[owner].name == name
        for path in given if place is not None else ():
            if is_function and has_call(path):  # what it gives is not the function
                continue
            plain = before_call(path)
            level = len(plain) - len(plain.lstrip("."))
            dotted = plain[level:]
            if f".{dotted}".endswith(f".{name}") and place is not None:
                module = dotted.removesuffix(name).removesuffix(".")
                if not place_of(str(giving.path), module, level, place):
                    return self._is_asked(reading, name, owner)
            elif (
                (not owner or reading.is_open)  # and the file has a name of it
                and place is not None
                and not place_of(str(giving.path), dotted, level, place)
            ):
                return True
        return False

    @cached_property
    def _giving(self) -> Giving | None:
        module = self._module
        if module.reflections is None:
            return None
        place, tree = module.place, module.reflections.tree
        if place is None:
            return Giving(self._names, tree, Path.cwd() / "_", ())
        text = search(str(place.top)).at(str(place.path))
        if text is not None and optional_tree(text.data) is tree():  # as it is on disk: other files are asked of it too
            return giving_of(text, place.roots)
        return Giving(self._names, tree, place.path, place.roots)

    @cached_property
    def _others(self) -> Sequence[FileText]:
        """The other files that import the module."""
        place = self._module.place
        return () if place is None else place.importing()

    def _other(self, text: FileText) -> Giving | None:
        """What another file gives to readers; None if it cannot be parsed."""
        place = self._module.place
        return None if place is None else giving_of(text, place.roots)

    def _shown(self, text: FileText) -> str:
        """How messages name another file."""
        place = self._module.place
        return "" if place is None else place.shown(text)

    # hooks

    @cached_property
    def _hook(self) -> str:
        """What makes the module check all its annotations; empty for nothing."""
        place = self._module.place
        if place is None:
            return ""
        found = search(str(place.top))
        texts = {text: None for word in HOOK_WORDS for text in found.having(encoded(word))}
        for text in texts:
            giving = giving_of(text, place.roots)
            for call in giving.names.facts.calls if giving is not None else ():
                if giving is not None and self._is_hooked(call, giving):
                    return f"{call.path}() in {place.shown(text)} makes the module read"
        return ""

    def _is_hooked(self, call: Call, giving: Giving) -> bool:
        """Whether a call is of a hook that makes this module check itself."""
        place = self._module.place
        path = giving.names.resolve(call.path, call.place.scope)
        if place is None or path in HOOKS_OF_ALL:
            return place is not None
        if path == HOOK_OF_ITS_PACKAGE:
            return place.path.is_relative_to(giving.path.parent)
        if path not in HOOKS_OF_NAMED:
            return False
        given = [*call.args[:1], *(value for name, value in call.keywords if "package" in name or "module" in name)]
        packages = [each for value in given for each in _texts(giving.names.value(value, call.place.scope))]
        return not given or any(
            not each or f"{name}.".startswith(f"{each}.") for each in packages for name in place.names
        )


def _is_plain(base: str) -> bool:
    """Whether a base or metaclass at a resolved path is known to leave annotations alone."""
    return before_item(base) in _BUILT_IN or base.startswith(PLAIN_BASES)


def _texts(value: Value) -> Iterator[str]:
    """The texts that a value is, or is made of; "" for what is not known."""
    if value.kind is Kind.SEQUENCE:
        for each in value.items:
            yield from _texts(each)
    else:
        yield value.constant if isinstance(value.constant, str) else ""
