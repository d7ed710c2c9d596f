"""Which functions and classes a file gives to somebody who reads their annotations, by whatever functions of its own.

Asked of the module under judgement and of the files beside it. Where nothing tells what is given, anything may be.
"""

from __future__ import annotations

import ast
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cached_property, lru_cache, partial
from pathlib import Path
from typing import NamedTuple

from ..files.line_index import SourceText
from ..files.trees import tree_of
from ..files.ttl import while_fresh
from ..model.access_paths import attribute_of, dotted_start, is_own, is_unknown, name_in_file, own_path, root_of
from ..project.text_index import FileText, Search, search
from ..syntax.binder import glance
from ..syntax.resolver import Names
from ..syntax.static_conditions import Target
from ..syntax.symbol_table import BindingKind, Scope, ScopeKind
from ..syntax.values import Kind
from .annotation_readings import Reading, Readings
from .annotation_tables import reader_kind

MAX_FILES = 4  # from file to file: what hands on what it is given
READING_WORDS = (
    "get_type_hints", "get_annotations", "getfullargspec", "eval_str", "__annotations__", "__annotate__", "signature",
)  # fmt: skip


class _Steps(NamedTuple):
    """What a name of a file leads to: names of the file, what an imported one is; and whether it reads annotations.

    Where it evaluates them, nothing else is asked; one that only reads leaves texts as they are.
    """

    reads: bool = False
    evaluates: bool = False
    names: frozenset[str] = frozenset()
    path: str = ""


class _Answers(NamedTuple):
    """What is known of a file by way of others: the files at paths, what names lead to, whether that is a reader."""

    state: Search | None
    places: dict[str, tuple[Giving, str] | None]
    steps: dict[tuple[str, bool], _Steps]
    readers: dict[str, _Steps]  # of those what they read alone


class Giving:
    """What the code of one file gives to readers of annotations. roots are the folders that imports are searched in.

    tree gives the syntax tree of the file, which is not kept: there are many files.
    """

    def __init__(self, names: Names, tree: Callable[[], ast.Module], path: Path, roots: Sequence[Path]) -> None:
        self.names = names
        self._places = Readings(names, tree, self._beyond, self._functions)
        self.path = path
        self._roots = roots
        self._top = str(Path.cwd() if path.is_relative_to(Path.cwd()) or not roots else roots[-1])
        self._answers = _Answers(None, {}, {}, {})

    @property
    def answers(self) -> _Answers:
        """What was found out by way of other files, as long as none of those changes."""
        state = search(self._top)
        if self._answers.state is not state:
            self._answers = _Answers(state, {}, {}, {})
        return self._answers

    @cached_property
    def readings(self) -> Sequence[Reading]:
        """The places in the file where annotations are read, or something is given to whoever reads them."""
        return [*self._places.found, *self._handed, *self._derived]

    @cached_property
    def imported(self) -> frozenset[str]:
        """The dotted names that the file's own code imports: what it reads may come from any of those."""
        return frozenset(f"{'.' * each.level}{each.dotted}" for each in self.names.facts.bodies[0].imports)

    def _beyond(self, path: str, steps: int = MAX_FILES) -> str:
        """What a resolved path that leads to another file of the project is there, if that is of another package."""
        where = self._located(path)
        if where is None or not steps:
            return path
        giving, rest = where
        there = giving.names.resolve(rest, 0)
        return giving._beyond(there, steps - 1) if there and there[0] not in ":?" else path

    def _functions(self, path: str) -> Sequence[Scope]:
        """The functions and classes that a resolved path leads to, by way of no more than one other file."""
        giving, name = (self, name_in_file(path)) if is_own(path) else self._located(path) or (self, "")
        return [giving.names.facts.scopes[each] for each in giving.names.scopes_by_name.get(name, ())]

    # handed on by functions

    @cached_property
    def _handed(self) -> Sequence[Reading]:
        """Calls that hand something to a function of the project, in whatever file, that reads what it is given."""
        found: list[Reading] = []
        for call in self._places.calls:
            path = self.names.resolve(call.path, call.place.scope)
            reading = _Steps() if reader_kind(self._beyond(path)) else self._reading_given(path)
            if not reading.reads:
                continue
            is_raw = not reading.evaluates
            found.append(self._places.reading(call, "all", is_open=False, reads="may read", is_raw=is_raw))
            if self._places.may_be_instance(call):
                found.append(found[-1]._replace(kind="fields", paths=frozenset[str](), is_open=True))
        return found

    @cached_property
    def _derived(self) -> Sequence[Reading]:
        """Classes that derive from one of the project, in whatever file, that reads what it comes to by its heirs."""
        found: list[Reading] = []
        for scope in self.names.facts.scopes:
            raw = (*scope.bases, scope.metaclass) if scope.kind is ScopeKind.CLASS else ()
            for each in filter(None, raw):
                path = self.names.resolve(each, scope.place.scope)
                reading = _Steps() if reader_kind(self._beyond(path)) else self._reading_given(path)
                if reading.reads:
                    given, is_raw = frozenset([own_path(scope.name)]), not reading.evaluates
                    by = f"base class {each}"
                    found.append(Reading(by, "may read", scope.span.line, "all", given, is_open=False, is_raw=is_raw))
        return found

    def _reading_given(self, path: str) -> _Steps:
        """Whether a function of the project, at a resolved path, may read the annotations of what it is given."""
        found = self._start(path, MAX_FILES)
        if found is None:
            return _Steps()
        start, _ = found
        giving, name = start
        readers = giving.answers.readers
        if name not in readers:
            met, is_whole = _followed(*found)
            steps = [each._steps(other, is_first=(each, other) == start) for each, other in met]
            evaluates = any(each.evaluates for each in steps)
            readers[name] = _Steps(evaluates or any(each.reads for each in steps), evaluates)
            if is_whole and not readers[name].reads:  # nor does what it leads to
                for each, other in met:
                    each.answers.readers.setdefault(other, _Steps())
        return readers[name]

    def _start(self, path: str, files: int) -> tuple[_Function, int] | None:
        """The function that a resolved path leads to, and how many more files may be looked at; None for others."""
        if is_own(path):
            name = name_in_file(path)
            bases = self._inherits(name)
            if bases is None:
                return (self, root_of(name)), files
            found = (self._start(each, files - 1) for each in bases if files)
            return next(filter(None, found), None)
        where = self._located(path) if not is_unknown(path) else None
        if where is None or not files:
            return None
        giving, rest = where
        if (variable := root_of(rest)) in giving._own_objects:
            return (giving, variable), files - 1
        there = giving.names.resolve(dotted_start(rest), 0)
        return giving._start(there, files - 1) if there and not is_unknown(there) else None

    def _inherits(self, name: str) -> Sequence[str] | None:
        """The paths of a method in the bases of its class, for one that the class does not bind; None for any other."""
        cls, _, method = name.partition(".")
        numbers = self.names.scopes_by_name.get(cls, ())
        scopes = [self.names.facts.scopes[each] for each in numbers]
        if not method.isidentifier() or not scopes or any(each.kind is not ScopeKind.CLASS for each in scopes):
            return None
        if any(method in each.bindings for each in scopes) or name in self.names.scopes_by_name:
            return None
        return [attribute_of(base, method) for each in scopes for base in self.names.bases(each)]

    def _steps(self, name: str, *, is_first: bool) -> _Steps:
        """What a name of the file leads to; of a variable that begins a path nothing is asked but its code.

        An object of the project's own may keep what it is given.
        """
        key = name, is_first
        known = self.answers.steps
        if key not in known:
            known[key] = self._found_steps(name, is_first=is_first)
        return known[key]

    def _found_steps(self, name: str, *, is_first: bool) -> _Steps:
        facts = self.names.facts
        spans = [facts.scopes[number].span for number in self.names.scopes_by_name.get(name, ())]
        if any(span.line <= line <= span.end_line for span in spans for line in self._places.evaluating_lines):
            return _Steps(reads=True, evaluates=True)
        reads = any(span.line <= line <= span.end_line for span in spans for line in self._places.open_lines)
        lines, used = self._used
        own = {
            used[at]
            for span in spans
            for at in range(bisect_left(lines, span.line), bisect_right(lines, span.end_line))
        }
        bindings = facts.scopes[0].bindings.get(name, ())
        if any(binding.kind is BindingKind.IMPORT for binding in bindings):
            return _Steps(reads, names=frozenset(own), path=self.names.resolve(name, 0))
        made_by = self._own_objects.get(name, "")
        if any(binding.kind is BindingKind.ASSIGN for binding in bindings) and (made_by or not is_first):
            if self._is_read_from(name):
                return _Steps(reads=True, evaluates=True)
            own.update(self._users(name), filter(None, [made_by]))
        return _Steps(reads, names=frozenset(own))

    @cached_property
    def _own_objects(self) -> Mapping[str, str]:
        """The variables of the module that have an object of a class of its own, each with the class."""
        values = {name: found[0].value for name, found in self.names.facts.scopes[0].bindings.items()}
        made = {name: root_of(each.path) for name, each in values.items() if each.kind is Kind.CALL}
        return {name: cls for name, cls in made.items() if cls in self.names.scopes_by_name}

    @cached_property
    def _used(self) -> tuple[Sequence[int], Sequence[str]]:
        """The lines on which names of the module are used, in their order, and those names."""
        self.names.facts.read_all()
        found = sorted((use.line, use.name) for use in self.names.facts.uses if use.home == 0)
        return [line for line, _ in found], [name for _, name in found]

    def _users(self, variable: str) -> Iterator[str]:
        """The functions that use a variable of the module."""
        facts = self.names.facts
        facts.read_all()
        for use in facts.uses:
            if use.name == variable and use.home == 0:
                number = use.place.scope
                while facts.scopes[number].parent:
                    number = facts.scopes[number].parent
                yield facts.scopes[number].name

    def _is_read_from(self, variable: str) -> bool:
        """Whether module code, or a file that has the variable's name, reads annotations of what nobody can tell."""
        facts = self.names.facts
        outermost = [each.span for each in facts.scopes[1:] if not each.parent and each.kind.value != "class"]
        if any(not any(span.line <= line <= span.end_line for span in outermost) for line in self._places.open_lines):
            return True
        last = self.path.parent.name if self.path.name == "__init__.py" else self.path.stem
        found = search(self._top)
        having = [each for each in found.having(variable.encode()) if each.path != str(self.path)]
        for text in found.narrowed(having, last.encode()):
            if any(word.encode() in text.data for word in READING_WORDS):
                other = giving_of(text, tuple(self._roots))
                if other is not None and other._places.open_lines:
                    return True
        return False

    # other files

    def _located(self, path: str) -> tuple[Giving, str] | None:
        """The file of the project that a resolved path leads into, and the rest of the path; None for another one."""
        known = self.answers.places
        if path not in known:
            known[path] = self._searched(path)
        return known[path]

    def _searched(self, path: str) -> tuple[Giving, str] | None:
        plain = dotted_start(path)
        level = len(plain) - len(plain.lstrip("."))
        if not plain or plain[0] in ":?" or not plain.lstrip("."):
            return None
        above = self.path.parents
        roots = [above[min(level, len(above)) - 1]] if level else self._roots
        parts = plain.lstrip(".").split(".")
        for root in roots:
            if not _is_there(str(root), parts[0]):
                continue
            for end in range(len(parts), 0, -1):
                base = root.joinpath(*parts[:end])
                for file in (base.with_name(f"{base.name}.py"), base / "__init__.py"):
                    if file == self.path or not file.is_file():
                        continue
                    giving = _giving_at(str(file), tuple(self._roots))
                    rest = path[len(path) - len(path.lstrip(".")) + len(".".join(parts[:end])) + 1 :]
                    return None if giving is None or not rest else (giving, rest)
        return None


_Function = tuple[Giving, str]


def _followed(start: _Function, files: int) -> tuple[list[_Function], bool]:
    """The functions and variables that one leads to, up to the first that evaluates, and whether none was left out.

    files are how many more files may be looked at.
    """
    met = {start: None}
    pending = [(start, files)]
    is_whole = True
    while pending:
        function, left = pending.pop()
        giving, name = function
        steps = giving._steps(name, is_first=function == start)
        if steps.evaluates:
            break
        nearest = [((giving, each), left) for each in steps.names]
        if steps.path:
            imported = giving._start(steps.path, left)
            is_whole = is_whole and (imported is not None or left > 0)
            nearest += [imported] if imported is not None else []
        for each, further in nearest:
            is_whole = is_whole and further > 0
            if each not in met:
                met[each] = None
                pending.append((each, further))
    return list(met), is_whole


@while_fresh(1000)  # asked for with every call
def _is_there(folder: str, name: str) -> bool:
    """Whether a folder has a module or a folder of a name."""
    path = Path(folder, name)
    return path.is_dir() or path.with_name(f"{name}.py").is_file()


def _giving_at(path: str, roots: tuple[Path, ...]) -> Giving | None:
    for top in (str(Path.cwd()), *map(str, reversed(roots))):
        if path.startswith(top) and (text := search(top).at(path)) is not None:
            return giving_of(text, roots)
    return None


@lru_cache(maxsize=4096)  # as long as the text is kept: asked of the same files for each import
def giving_of(text: FileText, roots: tuple[Path, ...]) -> Giving | None:
    """Return what the code of another file gives to readers; None if it cannot be parsed."""
    try:
        tree = tree_of(text.data)
        source = SourceText(text.data.decode(errors="replace").replace("\r\n", "\n"))
        facts = glance(tree, source, Target((3, 13)))
        return Giving(Names(facts), partial(tree_of, text.data), Path(text.path), roots)
    except (SyntaxError, RecursionError):
        return None
