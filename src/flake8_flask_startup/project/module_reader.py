"""Which expressions of a file are a module beside it: imported, loaded by its name, found in `sys.modules`."""

from __future__ import annotations

import ast
import os
import re
from collections import ChainMap
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from pathlib import Path

from ..files.printing import encoded
from ..model.access_paths import is_dotted
from ..syntax.import_statements import folder_above
from ..syntax.raw_paths import raw_path
from .file_nodes import Nodes, imported_by, last_of
from .module_place import ModulePlace, is_there, place_of
from .spelled import ANY
from .text_index import search

# A class or function, or what a call gives: `app = Flask(__name__)`.
_MADE = rb"^(?:(?:class|def|async[ \t]+def)[ \t]+%(name)s\b|%(name)s[ \t]*(?::[^=\n]*)?=[ \t]*[\w.]+\()"


class ModuleReader:
    """A parsed file beside a module, as far as it comes to the module itself."""

    def __init__(self, module: ModulePlace, path: str, nodes: Nodes) -> None:
        self.module = module
        self.path = path
        self.nodes = nodes
        self.spelling = nodes.spelling
        self._own = [each for each in self._spelled_ways() if not self._named(*each)]
        self._bound_to_it: set[str] = {name for each in self._own for name in nodes.bound_to.get(each, ())}
        # Dotted names by what they are bound to; the module itself is "".
        self.imported: Mapping[str, str] = ChainMap(dict.fromkeys(self._bound_to_it, ""), nodes.bound)

    def _spelled_ways(self) -> Iterator[tuple[str, int]]:
        """What import statements of the file may call the module: dotted names and how many dots lead there."""
        yield from ((name, 0) for name in self.module.names)
        for level in self.nodes.levels:
            above = f"{folder_above(self.path, level).rstrip(os.sep)}{os.sep}"
            if self.module.inside.startswith(above):
                yield self.module.inside[len(above) :].rstrip(os.sep).replace(os.sep, "."), level

    def _named(self, dotted: str, level: int) -> str:
        return place_of(self.path, dotted, level, self.module)

    def _is_own(self, dotted: str) -> bool:
        return dotted.startswith(".") or any(is_there(root, dotted.partition(".")[0]) for root in self.module.roots)

    def _is_file(self, dotted: str) -> bool:
        """Whether a name as an import statement has it is another module of the project, and no name of one."""
        return any(is_there(folder, dotted.lstrip(".")) for folder in self._folders(dotted))

    def _folders(self, dotted: str) -> Sequence[Path]:
        """The folders in which a name as an import statement has it is searched."""
        level = len(dotted) - len(dotted.lstrip("."))
        return Path(self.path).parents[level - 1 : level] if level else self.module.roots

    def _is_made(self, dotted: str) -> bool:
        """Whether a name as an import statement has it is something that a module of the project makes."""
        above, _, name = dotted.lstrip(".").rpartition(".")
        places = [folder.joinpath(*filter(None, above.split("."))) for folder in self._folders(dotted)]
        paths = [path for place in places for path in (f"{place}.py", str(place / "__init__.py"))]
        found = [text for text in map(search(str(self.module.top)).at, paths) if text is not None]
        made = re.compile(_MADE % {b"name": re.escape(encoded(name))}, re.MULTILINE)
        return any(not each.imports_by_name and made.search(each.data) for each in found)

    def _is_module(self, node: ast.expr) -> bool:
        """Whether an expression is the module, as far as is known: what ends in its name is, unless imported."""
        if self._imports_by_name(node):
            return True
        if isinstance(node, ast.Call) and node.args and last_of(node.func) == "reload":
            return self._is_module(node.args[0])
        if self._knows_module(node):
            return True
        path = raw_path(node)
        if not is_dotted(path):
            texts = [part.value for part in ast.walk(node) if isinstance(part, ast.Constant)]
            return any(text in self.module.names for text in texts)
        root, _, rest = path.partition(".")
        if not rest and root in self._called_so and self.nodes.is_parameter(node, root):
            return False  # it can be the module only where a file hands that on
        if root not in self.imported:
            if root in self._made_of_modules and not rest:
                return True
            return path.rpartition(".")[2] == self.module.last and path not in self.spelling.made_here
        dotted = self.imported[root]
        if not dotted or not rest:
            return not dotted and not rest
        whole = f"{dotted}.{rest}"
        if whole in self.module.names:
            return True
        # another file of the project that has imported it; an object has it only where a file hands it on
        if rest.rpartition(".")[2] != self.module.last or not self._is_own(dotted):
            return False
        return not self._is_file(whole) and not self._is_made(dotted)

    @cached_property
    def _called_so(self) -> frozenset[str]:
        """The names that may mean the module where nothing nearer binds them."""
        return frozenset({*self._bound_to_it, self.module.last})

    def _knows_module(self, node: ast.expr) -> bool:
        """Whether an expression is the module by something of it, as `getmodule(f)` is, or by its name in a table."""
        match node:
            case ast.Subscript(value=table, slice=ast.Attribute(attr="__name__", value=given)):
                return raw_path(table) == "sys.modules" and self._is_module(given)
            case ast.Subscript(value=ast.Call(func=ast.Name(id="globals" | "locals" | "vars")), slice=key):
                return not self._bound_to_it.isdisjoint(self.spelling.texts(key))
            case ast.Call(func=function, args=[given, *_]):
                return last_of(function) == "getmodule" and self._is_of_module(given)
            case ast.Subscript(value=table, slice=ast.Attribute(attr="__module__", value=given)):
                return raw_path(table) == "sys.modules" and self._is_of_module(given)
            case (
                ast.Subscript(value=table, slice=key)
                | ast.Call(func=ast.Attribute(attr="get", value=table), args=[key, *_])
            ):
                return raw_path(table) == "sys.modules" and self._may_spell_module(key)
        return False

    def _is_of_module(self, node: ast.expr) -> bool:
        """Whether an expression is something that the module defines: imported from it, or an attribute of it."""
        root, _, rest = raw_path(node).partition(".")
        dotted = self.imported.get(root)
        if not dotted:
            return dotted is not None and bool(rest)
        return any(dotted.startswith(f"{each}.") for each in self._spelled)

    @cached_property
    def _spelled(self) -> Sequence[str]:
        return ["." * level + dotted for dotted, level in self._own]

    def _imports_by_name(self, node: ast.AST) -> bool:
        """Whether an expression is the module as `import_module` gives it: `import_module(".core", __name__)`."""
        text = imported_by(node)
        return text is not None and self._may_spell_module(text)

    def _may_spell_module(self, node: ast.expr) -> bool:
        """Whether an expression may be the module's name: unless it is known, where a string of the file is."""
        texts = self.spelling.texts(node)
        if any(map(self._spells_module, texts)) or (ANY in texts and self._is_spelled):
            return True
        return self.spelling.puts_together(node, (*self.module.names, *self._behind))

    @cached_property
    def _behind(self) -> Sequence[str]:
        """The texts that name the module from the file's own package: `.core`, `__package__ + ".core"`."""
        folder = f"{folder_above(self.path, 1).rstrip(os.sep)}{os.sep}"
        if not self.module.inside.startswith(folder):
            return ()
        dotted = self.module.inside[len(folder) :].rstrip(os.sep).replace(os.sep, ".")
        before = ("", "__package__", *(("__name__",) if Path(self.path).name == "__init__.py" else ()))
        return [f"{each}.{dotted}" for each in before] if dotted else ()

    def _spells_module(self, text: str) -> bool:
        """Whether a string is the module's name, be it behind dots."""
        dotted = text.lstrip(".")
        return dotted.endswith(self.module.last) and not self._named(dotted, len(text) - len(dotted))

    @cached_property
    def _is_spelled(self) -> bool:
        """Whether a string of the file is the module's name: one of a table, or an argument."""
        return any(map(self._spells_module, self.nodes.texts))

    @cached_property
    def _made_of_modules(self) -> frozenset[str]:
        """The variables that are assigned the module as `import_module` gives it."""
        found: set[str] = set()
        for _, node in self.nodes.importing:
            around = self.nodes.parents.get(node)
            if isinstance(around, ast.Assign) and self._imports_by_name(node):
                found.update(target.id for target in around.targets if isinstance(target, ast.Name))
        return frozenset(found)
