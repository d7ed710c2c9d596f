"""What the files of a project and of its environment say: their modules, and the data files beside them.

The only module that opens other files than the one under lint. A file that cannot be read or parsed is an unknown with
a reason, never an error of the file that imports it.
"""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from pathlib import Path, PurePath

from ..files.fresh_stack import on_fresh_stack
from ..files.identity import Identity, identity_of
from ..files.line_index import SourceText
from ..files.source_file import optional_text, read_source, reason, say_unread
from ..files.trees import tree_of
from ..files.walking import is_file, walked
from ..syntax.binder import collect, glance
from ..syntax.import_statements import MAX_PARTS
from ..syntax.static_conditions import Target
from ..syntax.symbol_table import BindingKind
from .environment_index import EnvironmentIndex
from .known_facts import KnownFacts
from .module_facts import ModuleFacts
from .module_finder import ModuleFile, ModuleFinder, Origin, module_names

DATA_SUFFIXES = frozenset({".cfg", ".ini", ".json", ".toml", ".yaml", ".yml"})
MAX_DATA_FILES = 200
MAX_DATA_FOLDERS = 500

NOTHING = collect(ast.Module(body=[], type_ignores=[]), Target((3, 11)))
NO_TEXT = SourceText("")


class Project(ModuleFinder):
    """The modules that a finder finds, and what their files and the data files beside them say.

    overlay maps resolved paths to the text an editor holds, which is used instead of the file. known keeps the facts of
    files for a project that is analysed again and again; index keeps those of the environment's files.
    """

    def __init__(
        self,
        roots: Sequence[Path],
        first_party: Sequence[str] = (),
        env: Path | None = None,
        target: Target | None = None,
        overlay: Mapping[Path, str] | None = None,
        known: KnownFacts | None = None,
        index: EnvironmentIndex | None = None,
    ) -> None:
        super().__init__(roots, first_party, env)
        self.target = target or Target((sys.version_info.major, sys.version_info.minor))
        self.overlay = overlay or {}
        self._known = known
        self.index = index
        self._facts: dict[str, ModuleFacts] = {}
        self._named: dict[str, list[str]] = {}
        self._data: dict[Path, list[Path]] = {}
        self._read_as: dict[Path, Identity] = {}

    def named_in_data(self, package: str) -> list[str]:
        """Modules of a package that its own data files name: configuration that says what to import."""
        file = self.find(package)
        if package not in self._named:
            spelled = re.compile(rf"\b{re.escape(package)}(?:\.\w+){{1,{MAX_PARTS}}}")
            texts = (text for folder in (file.folders if file else ()) for text in self._data_texts(folder))
            may = (text for text in texts if f"{package}." in text)  # a tenth of a search for the expression
            found = sorted({name for text in may for name in spelled.findall(text)})
            self._named[package] = list(dict.fromkeys(filter(None, map(self._longest, found))))
        return self._named[package]

    def _data_texts(self, folder: Path) -> Iterator[str]:
        return map(self.data_text, self._data_files(folder))

    def data_text(self, path: Path) -> str:
        """The text of a data file; nothing of one that cannot be read."""
        self._read_as[path] = identity_of(path)
        return optional_text(path)

    def data_file(self, text: str, near: Sequence[Path]) -> Path | None:
        """The data file that a path names: in one of some folders or a root, or under its name further in."""
        for folder in (*near, *self.roots):
            if is_file(folder / text):
                return folder / text
        named = [each for root in self.roots for each in self._data_files(root) if each.name == PurePath(text).name]
        return named[0] if named else None

    def _data_files(self, folder: Path) -> list[Path]:
        if folder not in self._data:
            self._data[folder] = _data_files(folder)
        return self._data[folder]

    def _longest(self, dotted: str) -> str:
        """As much of a dotted name as is a module: configuration names classes too."""
        while "." in dotted and self.find(dotted) is None:
            dotted = dotted.rpartition(".")[0]
        return dotted if "." in dotted else ""

    def facts(self, file: ModuleFile) -> ModuleFacts:
        """What a module says; nothing, with the reason, if it cannot be read or parsed."""
        known = self._facts.get(file.name)
        if known is None:
            known = self._facts[file.name] = self._read(file)
        return known

    def defines_function(self, module: str, name: str) -> bool:
        """Whether a module binds a name of its own by `def`, whatever its decorators put in the function's place."""
        file = self.find(module)
        bound = self.facts(file).facts.scopes[0].bindings.get(name, ()) if file is not None else ()
        return any(each.kind is BindingKind.DEF for each in bound)

    def rests_on(self) -> Mapping[Path, Identity | str]:
        """The files that were read so far, as they were then, and the folders that were searched, by their names.

        Answers may change when one of them does.
        """
        searched = {path.absolute() for path in self.folders.searched}
        above = () if self.env is None else (self.env,)
        folders = {*self.roots, *above, *searched, *(path.parent for path in self._read_as)}
        return {**self._read_as, **{folder: module_names(folder, self._listings.get(folder)) for folder in folders}}

    def _read(self, file: ModuleFile) -> ModuleFacts:
        if file.path is None or file.path.suffix not in (".py", ""):
            return ModuleFacts(file, NOTHING, NO_TEXT)
        path = file.path
        if file.name in self._closed:
            return ModuleFacts(file, NOTHING, NO_TEXT, "a link leads round in a circle, or to a package once more")
        try:
            try:
                return self._parsed(file, path)
            except RecursionError:  # whoever asks may stand deep in the stack
                return on_fresh_stack(lambda: self._parsed(file, path))
        except OSError as error:
            say_unread(file.path, error)
            problem = reason(error)
        except SyntaxError as error:
            problem = f"{error.msg} on line {error.lineno}" if error.lineno else error.msg
        except (UnicodeDecodeError, RecursionError) as error:
            problem = str(error)
        return ModuleFacts(file, NOTHING, NO_TEXT, f"{file.path.name} cannot be read: {problem}")

    def _parsed(self, file: ModuleFile, path: Path) -> ModuleFacts:
        """What a module's file says.

        Raises:
            OSError, SyntaxError, UnicodeDecodeError: if it cannot be read or parsed.
            RecursionError: if the stack is too short for it.
        """
        text = self.overlay.get(path)
        known = self._known.get(file, self.target, path, text) if self._known is not None else None
        if known is not None:
            state, facts = known
            if isinstance(state, Identity):
                self._read_as[path] = state
            return facts
        identity: Identity | str = identity_of(path) if text is None else text  # before: what changes is noticed
        if isinstance(identity, Identity):
            self._read_as[path] = identity
        text = read_source(path) if text is None else text
        source = SourceText(text.replace("\r\n", "\n"))
        if self.index is not None and file.origin is Origin.THIRD_PARTY:
            found = ModuleFacts(file, self.index.facts(path, text), source)
        else:
            follows = file.origin is Origin.FIRST_PARTY
            found = ModuleFacts(file, glance(tree_of(text), source, self.target, follows=follows), source)
        if self._known is not None:
            self._known.add(found, self.target, identity)
        return found


def _data_files(folder: Path) -> list[Path]:
    paths = (
        Path(found.path, name)
        for found in islice(walked(folder), MAX_DATA_FOLDERS)
        for name in found.files
        if PurePath(name).suffix in DATA_SUFFIXES
    )
    return list(islice(paths, MAX_DATA_FILES))
