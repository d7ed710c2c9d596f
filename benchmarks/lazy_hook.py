"""Boot an app with the imports of its own files made lazy: `lazy_hook.py FOLDER EAGER OUTPUT CODE`.

In each file below FOLDER, an import statement of module code that binds its names once is left out; where the code
reads such a name, the import is done first, as a lazy import of Python 3.15 does it (PEP 810), and so it is where other
code asks the module for the name. An import whose names nobody reads in the file stays, for what loading does. EAGER
names files, with commas between, that are left as they are. Then benchmarks/observe_boot.py writes what was loaded.
Runs inside the app's environment, so it uses the standard library alone.

Where the boot ends in an exception, the last line of standard error is the file of the project that it went through
last.
"""

from __future__ import annotations

import ast
import builtins
import importlib
import runpy
import sys
import traceback
from collections import Counter
from importlib.machinery import ModuleSpec, PathFinder, SourceFileLoader
from pathlib import Path
from types import CodeType, ModuleType

FOLDER = Path(sys.argv[1]).resolve()
EAGER = {str(FOLDER / name) for name in sys.argv[2].split(",") if name}
LOAD = "__load_lazily__"
_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)
_COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)


def bound_names(node: ast.AST) -> Counter[str]:
    """Return how often a scope's own statements bind each name; what stands in scopes inside it does not count."""
    found: Counter[str] = Counter()
    pending = list(ast.iter_child_nodes(node))
    while pending:
        each = pending.pop()
        match each:
            case ast.Name(id=name, ctx=ast.Store() | ast.Del()):
                found[name] += 1
            case ast.alias(name=name, asname=asname):
                found[asname or name.partition(".")[0]] += 1
            case ast.arg(arg=name) | ast.ExceptHandler(name=str(name)) | ast.MatchAs(name=str(name)):
                found[name] += 1
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
                found[name] += 1
                pending += each.decorator_list
                continue
        if not isinstance(each, (ast.Lambda, *_COMPREHENSIONS)):
            pending += ast.iter_child_nodes(each)
    return found


class Lazily(ast.NodeTransformer):
    """Takes imports out of a module and puts a call that does them where their names are read."""

    def __init__(self, tree: ast.Module) -> None:
        bound = bound_names(tree)
        for each in ast.walk(tree):
            if isinstance(each, ast.Global):
                bound.update(dict.fromkeys(each.names, 2))
        self.statements = {}
        self._around: list[tuple[bool, Counter[str]]] = []  # the scopes inside the module: is it a class, and its names
        self.read: set[str] = set()
        for statement in tree.body:
            if isinstance(statement, (ast.Import, ast.ImportFrom)) and getattr(statement, "module", "") != "__future__":
                names = [alias.asname or alias.name.partition(".")[0] for alias in statement.names]
                if "*" not in names and all(bound[name] == 1 for name in names):
                    self.statements.update(dict.fromkeys(names, statement))

    def visit_Name(self, node: ast.Name) -> ast.AST:
        """Return a call that imports, in the place of the name of an import that waits."""
        is_local = any(
            node.id in names and (not is_class or number == len(self._around) - 1)
            for number, (is_class, names) in enumerate(self._around)
        )
        if node.id not in self.statements or is_local or not isinstance(node.ctx, ast.Load):
            return node
        self.read.add(node.id)
        call = ast.Call(ast.Name(LOAD, ast.Load()), [ast.Constant(node.id)], [])
        return ast.copy_location(call, node)

    def generic_visit(self, node: ast.AST) -> ast.AST:
        """Go through a node, and know of the names of the scopes around."""
        if not isinstance(node, (*_FUNCTIONS, ast.ClassDef, *_COMPREHENSIONS)):
            return super().generic_visit(node)
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            node.decorator_list = [self.visit(each) for each in node.decorator_list]
        if isinstance(node, ast.ClassDef):
            node.bases = [self.visit(each) for each in node.bases]
            node.keywords = [self.visit(each) for each in node.keywords]
        names = bound_names(node)
        if isinstance(node, _COMPREHENSIONS):
            node.generators[0].iter = self.visit(node.generators[0].iter)
        self._around.append((isinstance(node, ast.ClassDef), names))
        super().generic_visit(node)
        self._around.pop()
        return node


class Loader(SourceFileLoader):
    """Loads a file of the project with its imports made lazy."""

    def get_code(self, fullname: str) -> CodeType:  # noqa: ARG002  # importlib's signature
        """Return the code of the file, never a kept one."""
        return self.source_to_code(self.get_data(self.path), self.path)

    def source_to_code(self, data: bytes, path: str, **_: object) -> CodeType:
        """Return the code of a source."""
        tree = ast.parse(data, path)
        lazily = Lazily(tree)
        tree = lazily.visit(tree)
        gone = {id(statement) for name, statement in lazily.statements.items() if name in lazily.read}
        tree.body = [each for each in tree.body if id(each) not in gone]
        self.waiting = {name: each for name, each in lazily.statements.items() if id(each) in gone}
        code: CodeType = compile(ast.fix_missing_locations(tree), path, "exec", dont_inherit=True)
        return code

    def exec_module(self, module: ModuleType) -> None:
        """Run the module, with what does its imports when they are asked for."""
        code = self.get_code(module.__name__)
        names = vars(module)

        def load(name: str) -> object:
            if name not in names and name in self.waiting:
                statement = compile(ast.Module([self.waiting[name]], []), self.path, "exec", dont_inherit=True)
                exec(statement, names)  # noqa: S102 # an import statement of the app
            return names[name] if name in names else getattr(builtins, name)

        def asked_for(name: str) -> object:
            if name in self.waiting:
                return load(name)
            if own is not None:
                return own(name)
            raise AttributeError(f"module {module.__name__!r} has no attribute {name!r}")

        names[LOAD] = load
        own = None
        names["__getattr__"] = asked_for  # while it runs as well: modules that import each other
        exec(code, names)  # noqa: S102 # the app's own code
        if names["__getattr__"] is not asked_for:
            own, names["__getattr__"] = names["__getattr__"], asked_for


class Finder:
    """Finds the files of the project."""

    def find_spec(self, name: str, path: object = None, target: object = None) -> ModuleSpec | None:
        """Return the spec of a module whose imports are made lazy; None for any other."""
        spec = PathFinder.find_spec(name, path, target)
        if spec is None or not isinstance(spec.loader, SourceFileLoader):
            return None
        file = Path(str(spec.origin)).resolve()
        if FOLDER not in file.parents or str(file) in EAGER:
            return None
        spec.loader = Loader(spec.loader.name, spec.loader.path)
        return spec


if __name__ == "__main__":
    sys.dont_write_bytecode = True
    sys.meta_path.insert(0, Finder())
    importlib.invalidate_caches()
    observe = Path(__file__).with_name("observe_boot.py")
    sys.argv[1:] = sys.argv[3:]
    try:
        runpy.run_path(str(observe), run_name="__main__")
    except BaseException as error:
        traceback.print_exc()
        frames = [frame.f_code.co_filename for frame, _ in traceback.walk_tb(error.__traceback__)]
        own = [name for name in frames if FOLDER in Path(name).resolve().parents and Path(name).is_file()]
        print(Path(own[-1]).resolve().relative_to(FOLDER) if own else "", file=sys.stderr)
        sys.exit(1)
