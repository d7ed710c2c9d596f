"""Where a boot starts: the entry points that a project gives away, and why each was taken.

Sources: Flask's documentation of application discovery (FLASK_APP, `.flaskenv`, `.env`; guessed_points has the rest),
gunicorn's settings (`wsgi_app`), and whatever files say how the app is deployed.
"""

from __future__ import annotations

import ast
import os
import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from fnmatch import fnmatchcase
from functools import cached_property
from itertools import accumulate, chain, islice, takewhile
from pathlib import Path, PurePath, PurePosixPath
from typing import TYPE_CHECKING, TypeAlias

from ..files.scripts import is_script
from ..files.source_file import optional_head
from ..files.trees import optional_tree
from ..files.walking import ENVIRONMENT_MARK, NO_PYTHON, has_python, is_file, is_folder, names_in
from .declared_points import FILES, SCRIPTS, declared_points
from .deployment.files import ENVIRONMENT, MAKEFILE, is_for_development, may_start
from .entry_target import MAIN, Entry, Process, entry_of, is_part, together
from .flask_objects import DISCOVERED_FACTORIES
from .guessed_points import MAX_BYTES, Guesses, binds_app, factories_in
from .program_reach import may_serve
from .settings import Settings, source_folders

if TYPE_CHECKING:
    from .deployment.targets import Started

GUNICORN = "gunicorn.conf.py"  # what gunicorn reads by itself
# Folders beside the code in which deployment files are kept.
_DEPLOYMENT_FOLDERS = frozenset(
    {
        ".docker", "apache", "bin", "build", "conf", "config", "container", "debian", "deploy", "deployment",
        "deployments", "docker", "etc", "infra", "k8s", "kube", "kubernetes", "manifests", "ops", "scripts", "services",
        "systemd",
    }
)  # fmt: skip
MAX_DEEP = 10  # folders of a path that a command works in: a project lies no deeper on another machine
NESTED_LEVELS = 3  # of folders below those beside the code
MAX_NESTED = 200  # files in them that are looked at
READER = "pip install 'flake8-flask-startup[compose]'"  # what reads YAML
MAX_NAMED = 3  # entry points in a message
_Finding: TypeAlias = Callable[[], Iterator[Entry]]
_HAVING = r"\b%s\b|\bimport[ \t]*\*|\b__getattr__\b|\bglobals\b|\bsetattr\b|\bexec\b"  # what may bind a name


def find_entries(root: Path, settings: Settings | None = None) -> tuple[Entry, ...]:
    """The entry points that a project folder gives away, by the first of the known ways that yields any.

    A program that names no framework, nor does what it imports, is taken where nothing else is found.
    """
    finder = _Finder(root, settings or Settings())
    others: list[list[Entry]] = []
    for findings in finder.stages():
        programs = []
        for finding in findings:
            found = list(finding())
            if served := [each for each in found if each.process.is_app]:
                return finder.once(served)
            programs.append([each for each in found if each.process is Process.PROGRAM])
        if serving := next(filter(None, (list(filter(finder.may_serve, each)) for each in programs)), None):
            return finder.once(serving)
        others += programs
    return finder.once(next(filter(None, others), ()))


def find_processes(root: Path, settings: Settings | None = None, unread: list[str] | None = None) -> tuple[Entry, ...]:
    """Every process that a project folder gives away: servers, workers, functions, commands; each entry point once.

    What only `flask run` would find stands among them where nothing else serves. unread takes the files that are left
    out for want of a reader.
    """
    finder = _Finder(root, settings or Settings())
    found = [each for finding in (*finder.deployments(), finder.scripts) for each in finding()]
    if not any(each.process.is_app or each.process is Process.PROGRAM for each in found):
        found = [*next((some for finding in finder.guesses() if (some := list(finding()))), []), *found]
    if unread is not None:
        unread += dict.fromkeys(finder.unread)
    same: dict[tuple[str, Process], list[Entry]] = {}
    for each in map(finder.begun, found):
        same.setdefault((each.target, each.process), []).append(each)
    return tuple(
        replace(some[0], why=together(each.why for each in some), servers=_servers(some)) for some in same.values()
    )


def how_to_name_one(root: Path, settings: Settings | None = None) -> str:
    """Return what a user can do where nothing is found: the option, with entry points that the project may mean."""
    finder = _Finder(root, settings or Settings())
    if not any(has_python(folder) for folder in finder.folders):
        return NO_PYTHON.format(", ".join(settings.roots if settings and settings.roots else [str(root)]))
    likely = finder.guessed.all()
    for finding in finder.deployments():
        any(finding())
    more = f"; {finder.unread[0]} is not read: {READER}" if finder.unread else ""
    return f"name it with --app, such as --app {' or '.join(likely[:MAX_NAMED]) or 'shop:create_app'}{more}"


def _servers(entries: Iterable[Entry]) -> frozenset[str]:
    return frozenset(server for each in entries for server in each.servers)


class _Finder:
    """Looks for entry points in one project folder."""

    def __init__(self, root: Path, settings: Settings) -> None:
        self.root = root
        self.folders = [root / each for each in settings.roots] or source_folders(root)
        self.guessed = Guesses(root, settings)
        self._is_startup = settings.is_startup
        self._frameworks = {each.partition(".")[0] for each in settings.app_types}
        self._inside: dict[str, Sequence[str]] = {}  # by the folders that commands name
        self.unread: list[str] = []  # files that are left out for want of a reader

    def stages(self) -> Iterator[tuple[_Finding, ...]]:
        """All that finds entry points, in turn; within a stage, servers come before programs."""
        *files, make = self.deployments()
        yield tuple(files)
        yield from ((finding,) for finding in (make, *self.guesses()))

    def deployments(self) -> tuple[_Finding, ...]:
        """The files that say what is started, those that say it most plainly first."""
        return self.flask_app, self.gunicorn, self.beside, self.in_folders, self.nested, self.mod_wsgi, self.make

    def once(self, entries: Iterable[Entry]) -> tuple[Entry, ...]:
        """The entry points as startup begins at them, each once: several files may start the same."""
        found: dict[str, Entry] = {}
        for each in map(self.begun, entries):
            found.setdefault(each.target, each)
        return tuple(found.values())

    def may_serve(self, program: Entry) -> bool:
        """Whether what a program loads of the project may be, or import, an app."""
        module, _, name = program.target.partition(":")
        file = (self._file(f"{module}.{MAIN}") if name == MAIN else None) or self._file(module)
        return file is None or may_serve(file, self.folders, self._frameworks)

    def guesses(self) -> tuple[_Finding, ...]:
        """Where an app is looked for that nothing beside the code starts."""
        return self.services, *self.guessed.findings()

    def flask_app(self) -> Iterator[Entry]:
        """FLASK_APP in the files that Flask reads it from."""
        for name in (".flaskenv", ".env"):
            yield from self._in_files([self.root / name], lambda name: f"FLASK_APP in {name}")

    def gunicorn(self) -> Iterator[Entry]:
        """`wsgi_app` in gunicorn's configuration."""
        for path in _matching(self.root, "*gunicorn*.py"):
            for text in _assigned(path, "wsgi_app"):
                target = entry_of(text) if isinstance(text, str) else None
                if target is not None and self._file(target) is not None:
                    process = Process.PRELOADING if True in _assigned(path, "preload_app") else Process.WEB
                    yield Entry(target, f"wsgi_app in {path.name}", process)

    def beside(self) -> Iterator[Entry]:
        """What the commands in deployment files beside the code start."""
        return self._in_files(filter(self._may_start, self._beside()), lambda name: f"a command in {name}")

    def in_folders(self) -> Iterator[Entry]:
        """What those in the folders for them start."""
        return self._in_files(filter(self._may_start, self._inside_folders()), lambda name: f"a command in {name}")

    def nested(self) -> Iterator[Entry]:
        """What those further down start: below the folders for them, and in such folders of a package."""
        files = islice(filter(self._may_start, self._further_down()), MAX_NESTED)
        return self._in_files(files, lambda name: f"a command in {name}")

    def services(self) -> Iterator[Entry]:
        """What files beside the code of one part of a project start, as in a repository of several services."""
        folders = [path for path in self._beside() if not path.name.startswith(".") and is_folder(path)]
        inside = [path / name for path in folders for name in names_in(path) if may_start(PurePath(name))]
        return self._in_files(islice(inside, MAX_NESTED), lambda name: f"a command in {name}")

    def _beside(self) -> list[Path]:
        return [self.root / name for name in names_in(self.root) if not ENVIRONMENT.fullmatch(name)]

    def _inside_folders(self) -> Iterator[Path]:
        """The contents of the deployment folders beside the code."""
        folders = (path for path in self._beside() if path.name.lower() in _DEPLOYMENT_FOLDERS and is_folder(path))
        return (path / name for path in folders for name in names_in(path))

    def _further_down(self) -> Iterator[Path]:
        return (path for folder in self._beside() for path in _below(folder, NESTED_LEVELS))

    def _in_packages(self) -> Iterator[Path]:
        """The contents of the project's packages."""
        return (path for folder in self.folders for path in _of_packages(_inside(folder), NESTED_LEVELS))

    def _may_start(self, path: Path) -> bool:
        return may_start(path.relative_to(self.root))

    def _is_deployed(self, path: Path) -> bool:
        local = path.relative_to(self.root)
        return not any(map(is_for_development, (local, *local.parents)))

    def mod_wsgi(self) -> Iterator[Entry]:
        """What a script of mod_wsgi calls application; the script itself is no module."""
        below = chain(self._inside_folders(), self._further_down(), self._in_packages())
        inside = (path for path in below if path.suffix == ".wsgi")
        for path in (*_matching(self.root, "*.wsgi"), *filter(self._is_deployed, islice(inside, MAX_NESTED))):
            for target in _applications(_text(path)):
                if self._file(target) is not None:
                    yield Entry(target, f"application in {path.relative_to(self.root).as_posix()}")

    def make(self) -> Iterator[Entry]:
        """What the recipes of a makefile start; programs are tools there, more often than apps."""
        paths = [path for path in _matching(self.root, "*akefile") if MAKEFILE.fullmatch(path.name)]
        for each in self._in_files(paths, lambda name: f"a recipe in {name}"):
            yield replace(each, process=Process.COMMAND) if each.process is Process.PROGRAM else each

    def scripts(self) -> Iterator[Entry]:
        """The commands that installing the project makes, and those that it adds to `flask`."""
        for name, section, text in _scripts(self.root, (SCRIPTS, "flask.commands")):
            target = entry_of(text.partition("[")[0])
            if target is not None and self._file(target) is not None:
                yield Entry(target, f"{name} in {section}", Process.COMMAND)

    @cached_property
    def _commands(self) -> Mapping[str, str]:
        """The console scripts that installing the project creates, each with the function it calls."""
        return {name: target.partition("[")[0] for name, _, target in _scripts(self.root, (SCRIPTS,))}

    def _in_files(self, paths: Iterable[Path], why: Callable[[str], str]) -> Iterator[Entry]:
        """What files start whose modules the project has; tests are no app."""
        from .deployment.reading import read  # most projects have few such files, and many runs need none
        from .deployment.targets import started
        from .deployment.yaml_nodes import NoReaderError

        for path in paths:
            local = path.relative_to(self.root)
            if not self._is_deployed(path) or not is_file(path):
                continue
            try:
                deployment = read(path, _text(path))
            except NoReaderError:  # of YAML, which other files may repeat
                self.unread.append(local.as_posix())
                continue
            for each in started(deployment, self._commands):
                target, file = self._located(each, path)
                if file is not None and self._is_startup(os.path.relpath(file, self.root)):
                    target = self._asked(target, file) if each.asks_flask else target
                    servers = frozenset(filter(None, [each.server]))
                    reason = f"FLASK_APP in {local.as_posix()}" if each.is_variable else why(local.as_posix())
                    yield Entry(target, reason, self._preloaded(each.process, path), servers)

    def _preloaded(self, process: Process, path: Path) -> Process:
        """A web server's kind, by the configuration that gunicorn finds beside what starts it."""
        files = (folder / GUNICORN for folder in {path.parent, self.root})
        is_preloaded = process is Process.WEB and any(True in _assigned(each, "preload_app") for each in files)
        return Process.PRELOADING if is_preloaded else process

    def _located(self, started: Started, path: Path) -> tuple[str, Path | None]:
        """What a file starts, as the project has it, and its module's file; None where the project has none.

        Where imports are not searched by default, it may lie in a folder that the command works in, or beside the file.
        A folder of another machine is looked for by the end of its path: "/srv/app/web" may be the project's web.
        """
        for folder in (*started.folders, os.path.relpath(path.parent, self.root)):
            for inside in self._named(folder):
                target = f"{inside}{started.target}"
                target = self._dotted(target) if started.is_dotted else target
                file = self._file(target)
                if file is not None and not (started.names_file and file.name == "__init__.py"):
                    return target, file
        return started.target, None

    def _named(self, folder: str) -> Sequence[str]:
        """What names of modules begin with that lie in a folder which a command names, from its whole path on."""
        if folder not in self._inside:
            parts = PurePosixPath(folder).parts[-MAX_DEEP:]
            names = takewhile(is_part, reversed(parts))
            ends = list(accumulate(((name,) for name in names), lambda end, name: (*name, *end))) if parts else [()]
            there = [end for end in ends if any(is_folder(each.joinpath(*end)) for each in self.folders)]
            self._inside[folder] = ["".join(f"{part}." for part in end) for end in reversed(there)]
        return self._inside[folder]

    def _dotted(self, target: str) -> str:
        """A target whose last part may be a name, as Celery and handlers write it: "shop.tasks.app"."""
        if ":" in target or "." not in target:
            inner = f"{target}.celery"  # where Celery looks in a package
            return inner if ":" not in target and self._file(inner) is not None else target
        module, _, name = target.rpartition(".")
        return target if self._file(target) is not None else f"{module}:{name}"

    def _file(self, target: str) -> Path | None:
        """The file of an entry's module; None where the project has none."""
        parts = target.partition(":")[0].split(".")
        for folder in self.folders:
            path = folder.joinpath(*parts)
            if is_file(path.with_name(f"{path.name}.py")):
                return path.with_name(f"{path.name}.py")
            if is_file(path / "__init__.py"):
                return path / "__init__.py"
            if is_file(path) and is_script(path):
                return path
        return None

    def begun(self, entry: Entry) -> Entry:
        """The entry, at its module alone where that does not have the name: startup loads the module all the same."""
        module, _, name = entry.target.partition(":")
        file = self._file(module) if name not in ("", MAIN) else None
        text = _text(file) if file is not None else ""
        if not text or len(text) >= MAX_BYTES or re.search(_HAVING % re.escape(name.partition(".")[0]), text):
            return entry
        return replace(entry, target=module)

    def _asked(self, target: str, file: Path) -> str:
        """An entry in whose module Flask finds a factory, where it names nothing and the module has no app."""
        if ":" in target:
            return target
        text = _text(file)
        factories = factories_in(text, DISCOVERED_FACTORIES)
        return f"{target}:{factories[0]}" if factories and not binds_app(text) else target


def _assigned(path: Path, name: str) -> Iterator[object]:
    """The constants that the module code of a file assigns to a name."""
    text = _text(path)
    if name not in text or (tree := optional_tree(text)) is None:
        return
    for node in tree.body:
        if not isinstance(node, ast.Assign) or not isinstance(node.value, ast.Constant):
            continue
        if name in {each.id for each in node.targets if isinstance(each, ast.Name)}:
            yield node.value.value


def _applications(text: str) -> Iterator[str]:
    """Where the object comes from that a script binds to `application`: imported, or made by what is imported."""
    tree = optional_tree(text)
    sources: dict[str, str] = {}
    for node in tree.body if tree is not None else ():
        if isinstance(node, ast.ImportFrom) and node.module and not node.level:
            sources |= {each.asname or each.name: f"{node.module}:{each.name}" for each in node.names}
        elif isinstance(node, ast.Assign) and any(ast.unparse(each) == "application" for each in node.targets):
            made = node.value.func if isinstance(node.value, ast.Call) else node.value
            if isinstance(made, ast.Name) and made.id in sources:
                sources["application"] = sources[made.id]
    if "application" in sources:
        yield sources["application"]


def _scripts(root: Path, groups: Collection[str]) -> Iterator[tuple[str, str, str]]:
    """The scripts of pyproject.toml, setup.cfg and setup.py: name, where it stands, and what it calls."""
    try:
        points = declared_points(*[_text(root / name) for name in FILES])
    except ValueError:  # which other commands say more of
        return
    for each in points:
        if each.group in groups:
            yield each.name, each.place, each.target


def _text(path: Path) -> str:
    return optional_head(path, MAX_BYTES)


def _below(folder: Path, levels: int, *, is_inside: bool = False) -> Iterator[Path]:
    """The files of the folders for deployment files below a folder, and of all folders below such a one.

    is_inside says that the folder is one, or below one. The files of a folder beside the code are not among them.
    """
    if levels < 0 or folder.name.startswith(".") or not is_folder(folder) or is_file(folder / ENVIRONMENT_MARK):
        return
    is_inside = is_inside or folder.name.lower() in _DEPLOYMENT_FOLDERS
    for name in names_in(folder):
        if is_inside and not is_folder(folder / name):
            yield from [folder / name] if levels < NESTED_LEVELS else ()
        elif is_inside or name.lower() in _DEPLOYMENT_FOLDERS:
            yield from _below(folder / name, levels - 1, is_inside=is_inside)


def _of_packages(paths: Iterable[Path], levels: int) -> Iterator[Path]:
    """The contents of those paths that are packages, and of the packages in them, so many levels down."""
    for path in paths:
        if path.name.isidentifier() and is_file(path / "__init__.py"):
            inside = _inside(path)
            yield from inside
            yield from _of_packages(inside, levels - 1) if levels > 1 else ()


def _inside(folder: Path) -> Sequence[Path]:
    return [folder / name for name in names_in(folder)]


def _matching(folder: Path, pattern: str) -> list[Path]:
    """The files of a folder whose names match a pattern, in the order of their names; of no folder none."""
    if not is_folder(folder):
        return []
    return [folder / name for name in names_in(folder) if fnmatchcase(name, pattern)]
