"""Where a boot starts: the entry points that a project gives away, and why each was taken.

Sources: Flask's documentation of application discovery (FLASK_APP, `.flaskenv`, `.env`, `wsgi.py`, `app.py`),
gunicorn's settings (`wsgi_app`), and whatever files say how the app is deployed.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator, Sequence
from fnmatch import fnmatchcase
from pathlib import Path

from ..files.parsing import parsed
from ..files.source_file import optional_head
from ..files.walking import is_file, is_folder, names_in
from .deployment.files import ENVIRONMENT, is_deployment, is_for_development
from .entry_target import Entry, entry_of
from .settings import SOURCE_FOLDERS, Settings

MAX_BYTES = 200_000  # of a file that is looked at for an entry point
# Folders beside the code in which deployment files are kept.
_DEPLOYMENT_FOLDERS = frozenset(
    {
        ".docker", "bin", "build", "conf", "config", "container", "deploy", "deployment", "deployments", "docker",
        "etc", "infra", "ops", "scripts", "services", "systemd",
    }
)  # fmt: skip
_FLASK_FACTORIES = ("create_app", "make_app")  # that Flask looks for in a module


def find_entries(root: Path, settings: Settings | None = None) -> tuple[Entry, ...]:
    """The entry points that a project folder gives away, by the first of the known ways that yields any."""
    finder = _Finder(root, settings or Settings())
    deployed = (finder.flask_app, finder.gunicorn, finder.deployed, finder.mod_wsgi)
    for way in (*deployed, finder.conventional, finder.only_factory):
        found = tuple(dict.fromkeys(way()))
        if found:
            return found
    return ()


class _Finder:
    """Looks for entry points in one project folder."""

    def __init__(self, root: Path, settings: Settings) -> None:
        self.root = root
        self.folders = [root / each for each in settings.roots or SOURCE_FOLDERS]
        self.names = settings.factories

    def flask_app(self) -> Iterator[Entry]:
        """FLASK_APP in the files that Flask reads it from."""
        for name in (".flaskenv", ".env"):
            yield from self._in_files([self.root / name], lambda name: f"FLASK_APP in {name}")

    def gunicorn(self) -> Iterator[Entry]:
        """`wsgi_app` in gunicorn's configuration."""
        for path in _matching(self.root, "*gunicorn*.py"):
            for text in _assigned(path, "wsgi_app"):
                target = entry_of(text)
                if target is not None and self._file(target) is not None:
                    yield Entry(target, f"wsgi_app in {path.name}")

    def deployed(self) -> Iterator[Entry]:
        """What the commands in deployment files start: of those beside the code, else of those in folders for them."""
        beside = [self.root / name for name in names_in(self.root) if not ENVIRONMENT.fullmatch(name)]
        folders = [path for path in beside if path.name.lower() in _DEPLOYMENT_FOLDERS and is_folder(path)]
        inside = [path / name for path in folders for name in names_in(path)]
        for paths in (beside, inside):
            found = list(self._in_files(paths, lambda name: f"a command in {name}"))
            if found:
                yield from found
                return

    def mod_wsgi(self) -> Iterator[Entry]:
        """What a script of mod_wsgi calls application; the script itself is no module."""
        for path in _matching(self.root, "*.wsgi"):
            for target in _applications(_text(path)):
                if self._file(target) is not None:
                    yield Entry(target, f"application in {path.name}")

    def conventional(self) -> Iterator[Entry]:
        """The files that `flask run` looks for."""
        for name in ("wsgi", "app"):
            if is_file(self.root / f"{name}.py"):
                factory = _factories(_text(self.root / f"{name}.py"), self.names)
                target = f"{name}:{factory[0]}" if len(factory) == 1 else name
                yield Entry(target, f"{name}.py, where `flask run` looks")
                return

    def only_factory(self) -> Iterator[Entry]:
        """The only function in the project's packages that is called like a factory."""
        found = []
        for base in (self.root, self.root / "src"):
            below = [path for name in names_in(base) for path in _matching(base / name, "*.py")]
            for path in (*_matching(base, "*.py"), *below):
                parts = path.relative_to(base).with_suffix("").parts
                module = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
                if module and not module.startswith(("tests", "test", "src")):
                    found += [f"{module}:{name}" for name in _factories(_text(path), self.names)]
        if len(found) == 1:
            yield Entry(found[0], "the only factory in the project")

    def _in_files(self, paths: Sequence[Path], why: Callable[[str], str]) -> Iterator[Entry]:
        """What deployment files start: by servers, or, where none does, by Python alone."""
        from .deployment.compose import NoReaderError  # most projects have few such files, and many runs need none
        from .deployment.reading import read
        from .deployment.targets import started

        scripts: list[Entry] = []
        is_served = False
        for path in paths:
            if not is_deployment(path.name) or is_for_development(path.relative_to(self.root)):
                continue
            if not is_file(path):
                continue
            try:
                deployment = read(path, _text(path))
            except NoReaderError:  # of compose files, which other files may repeat
                continue
            for each in started(deployment):
                if (file := self._file(each.target)) is None:
                    continue
                entry = Entry(self._asked(each.target, file) if each.asks_flask else each.target, why(path.name))
                if each.is_served:
                    is_served = True
                    yield entry
                else:
                    scripts.append(entry)
        if not is_served:
            yield from scripts

    def _file(self, target: str) -> Path | None:
        """The file of an entry's module; None where the project has none."""
        parts = target.partition(":")[0].split(".")
        for folder in self.folders:
            path = folder.joinpath(*parts)
            if is_file(path.with_name(f"{path.name}.py")):
                return path.with_name(f"{path.name}.py")
            if is_file(path / "__init__.py"):
                return path / "__init__.py"
        return None

    def _asked(self, target: str, file: Path) -> str:
        """An entry in whose module Flask finds a factory, where it names nothing and the module has no app."""
        if ":" in target:
            return target
        text = _text(file)
        factories = _factories(text, _FLASK_FACTORIES)
        return f"{target}:{factories[0]}" if factories and not _APP.search(text) else target


_APP = re.compile(r"^(?:app|application)(?:[ \t\f]|\\\r?\n)*[:=]", re.MULTILINE)


def _factories(text: str, names: Sequence[str]) -> list[str]:
    known = "|".join(map(re.escape, names))
    between = r"(?:[ \t\f]|\\\r?\n)+"
    return re.findall(rf"^(?:async{between})?def{between}({known})\b", text, re.MULTILINE) if known else []


def _assigned(path: Path, name: str) -> Iterator[str]:
    """The texts that the module code of a file assigns to a name."""
    text = _text(path)
    if name not in text:
        return
    try:
        body = parsed(text).body
    except SyntaxError:
        return
    for node in body:
        if not isinstance(node, ast.Assign) or not isinstance(node.value, ast.Constant):
            continue
        value, names = node.value.value, {each.id for each in node.targets if isinstance(each, ast.Name)}
        if isinstance(value, str) and name in names:
            yield value


def _applications(text: str) -> Iterator[str]:
    """Where the object comes from that a script binds to `application`: imported, or made by what is imported."""
    try:
        body = parsed(text).body
    except SyntaxError:
        return
    sources: dict[str, str] = {}
    for node in body:
        if isinstance(node, ast.ImportFrom) and node.module and not node.level:
            sources |= {each.asname or each.name: f"{node.module}:{each.name}" for each in node.names}
        elif isinstance(node, ast.Assign) and any(ast.unparse(each) == "application" for each in node.targets):
            made = node.value.func if isinstance(node.value, ast.Call) else node.value
            if isinstance(made, ast.Name) and made.id in sources:
                sources["application"] = sources[made.id]
    if "application" in sources:
        yield sources["application"]


def _text(path: Path) -> str:
    return optional_head(path, MAX_BYTES)


def _matching(folder: Path, pattern: str) -> list[Path]:
    """The files of a folder whose names match a pattern, in the order of their names; of no folder none."""
    if not is_folder(folder):
        return []
    return [folder / name for name in names_in(folder) if fnmatchcase(name, pattern)]
