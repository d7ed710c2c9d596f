"""The options, read once into a frozen value. Every door (flake8, the command line, the tests) reads them here."""

from __future__ import annotations

import math
import os
import re
import sys
from argparse import Namespace
from collections.abc import Callable
from dataclasses import dataclass, fields, replace
from fnmatch import translate
from functools import lru_cache
from pathlib import Path

from ..files.directory import is_inside, project_top
from ..files.notices import say_once
from ..files.walking import is_file, is_folder
from ..model import Cost, CostSource
from .entry_target import entry_of
from .environment import DECLARED, PLACES, declared
from .flask_objects import APP_CLASSES, FlaskObjects, flask_objects

DEFAULT_THRESHOLD = 50.0
DEFAULT_ESTIMATED_THRESHOLD = 100.0  # an estimate may be twice the truth
DEFAULT_FACTORIES = ("create_app", "make_app", "create_application", "make_application", "app_factory", "build_app")
DEFAULT_DEV_PACKAGES = (
    "IPython",
    "coverage",
    "debugpy",
    "faker",
    "flask_debugtoolbar",
    "flask_profiler",
    "flask_testing",
    "hypothesis",
    "ipdb",
    "line_profiler",
    "memory_profiler",
    "nose",
    "pdb",
    "ptpython",
    "pudb",
    "pyinstrument",
    "pytest",
    "snakeviz",
    "werkzeug.middleware.profiler",
    "yappi",
)
# What tools load and a server never does: tests, documentation; and migrations that are numbered, for no import
# statement can name them. Those of Alembic are known by what is in them, and so are build scripts.
DEFAULT_NOT_STARTUP = (
    "test_*.py", "*_test.py", "*_tests.py", "tests.py", "conftest.py", "tests/*", "test/*", "docs/*", "noxfile.py",
    "[0-9]*.py",
)  # fmt: skip


SOURCE_FOLDERS = ("", "src", "lib")  # where imports are searched without --fst-roots
DEFAULT_CACHE = ".flask_startup_cache"
OFF = "off"
LAZY_IMPORTS = ("all", "normal")  # values of `-X lazy_imports` (PEP 810)


class Given(str):
    """A value from the command line: the same as one from a file, but that the user typed it."""

    __slots__ = ()


MAX_NUMBER = 1e9  # of milliseconds, or times a cost: more makes sums that say nothing


class SettingsError(ValueError):
    """An option's value cannot be used; the text is one line that names the option and the reason."""


@dataclass(frozen=True, slots=True)
class Settings:
    """What the user asked for. threshold and budget (0: none) are in ms; scale multiplies every cost of the table.

    all asks for the verdict on every import statement instead of one finding for each cause. app are the entry points
    of the boot, roots the folders that its imports are searched in; cache is where results and boots are kept, None for
    nowhere. lazy_imports is that option of Python's. env is the environment from whose sources is estimated what no row
    covers, reported from estimated_threshold on; None for no estimates.
    """

    threshold: float = DEFAULT_THRESHOLD
    estimated_threshold: float = DEFAULT_ESTIMATED_THRESHOLD
    env: Path | None = None
    costs: tuple[Path, ...] = ()
    scale: float = 1.0
    factories: tuple[str, ...] = DEFAULT_FACTORIES
    app_classes: tuple[str, ...] = tuple(sorted(APP_CLASSES))
    dev_packages: tuple[str, ...] = DEFAULT_DEV_PACKAGES
    target_version: tuple[int, int] = (sys.version_info.major, sys.version_info.minor)
    lazy_imports: str = "normal"
    not_startup: tuple[str, ...] = DEFAULT_NOT_STARTUP
    app: tuple[str, ...] = ()
    roots: tuple[str, ...] = ()
    first_party: tuple[str, ...] = ()
    startup_modules: tuple[str, ...] = ()
    budget: float = 0.0
    budgets: tuple[str, ...] = ()
    forbid: tuple[str, ...] = ()
    cache: Path | None = Path(DEFAULT_CACHE)
    all: bool = False

    def is_heavy(self, cost: Cost) -> bool:
        """Whether a cost is at least the threshold: that of estimates for one that is estimated in part."""
        return cost.ms >= (self.estimated_threshold if cost.source is CostSource.ESTIMATED else self.threshold)

    @property
    def least_threshold(self) -> float:
        """The least cost (ms) that is reported, measured or estimated."""
        return self.threshold if self.env is None else min(self.threshold, self.estimated_threshold)

    @property
    def app_types(self) -> frozenset[str]:
        """The dotted names of the classes whose instances are apps."""
        return frozenset(self.app_classes)

    @property
    def flask(self) -> FlaskObjects:
        """What objects are apps, extensions and the like."""
        return flask_objects(self.app_classes)

    @property
    def asks_boot(self) -> bool:
        """Whether a boot has a say of files whose own text does not show it: one that was asked for, or a budget."""
        return bool(self.app or self.budget)

    @property
    def own_words(self) -> tuple[str, ...]:
        """What app classes and factories are called that are not known without options."""
        classes = self.app_types - APP_CLASSES
        return tuple(sorted({name.rpartition(".")[2] for name in {*classes, *self.factories} - {*DEFAULT_FACTORIES}}))

    def is_startup(self, filename: str) -> bool:
        """Whether a server could load this file; its path counts from the working directory."""
        path = filename.replace(os.sep, "/")
        if os.path.isabs(filename):  # noqa: PTH117  # asked for every file: text costs a tenth of paths here
            cwd = os.getcwd().replace(os.sep, "/").rstrip("/") + "/"  # noqa: PTH109  # as above
            path = path.removeprefix(cwd) if path.startswith(cwd) else path.rpartition("/")[2]
        return not (self.not_startup and _any_tail(self.not_startup).fullmatch(path))

    def is_dev_package(self, dotted: str) -> bool:
        """Whether a dotted name is, or lies in, a development-only package."""
        while dotted and dotted not in self.dev_packages:
            dotted = dotted.rpartition(".")[0]
        return bool(dotted)


@lru_cache(maxsize=8)  # a pure function of its argument; flake8 asks for every file
def _any_tail(patterns: tuple[str, ...]) -> re.Pattern[str]:
    """What matches a path if one of the patterns matches it or the end of it that some folder begins."""
    return re.compile(f"(?:.*/)?(?:{'|'.join(translate(pattern) for pattern in patterns)})", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Option:
    """One `--fst-*` option: how it is added to flake8's parser."""

    name: str
    default: str
    help: str
    metavar: str
    separated: bool = False  # a comma-separated list
    is_flag: bool = False  # given or not; default and metavar are empty


OPTIONS = (
    Option("threshold", f"{DEFAULT_THRESHOLD:g}", "Report imports that cost at least this many milliseconds.", "MS"),
    Option("env", "", f"Environment to estimate costs from that no row has: a folder, or {DECLARED}.", "FOLDER"),
    Option(
        "estimated-threshold",
        f"{DEFAULT_ESTIMATED_THRESHOLD:g}",
        "Report imports that are estimated to cost at least this many milliseconds.",
        "MS",
    ),
    Option("costs", "", "Cost tables of your own, laid over the bundled one.", "FILES", True),
    Option("scale", "1", "Multiply every cost, for a machine slower or faster than the reference.", "FACTOR"),
    Option("factories", ",".join(DEFAULT_FACTORIES), "Names of functions that build the app.", "NAMES", True),
    Option("app-classes", "", "Classes such as shop.web.App that make apps, besides the known ones.", "CLASSES", True),
    Option("dev-packages", ",".join(DEFAULT_DEV_PACKAGES), "Import names of development-only packages.", "NAMES", True),
    Option("target-version", "", "The Python the app runs on, such as 3.12; default the one that lints.", "VERSION"),
    Option("lazy-imports", "normal", "Python's -X lazy_imports: all, or normal, where files say it.", "MODE"),
    Option("not-startup", ",".join(DEFAULT_NOT_STARTUP), "Files that startup never loads.", "GLOBS", True),
    Option("app", "", "Entry points such as shop:create_app; default what the project gives away.", "ENTRIES", True),
    Option("roots", "", "Folders that imports are searched in; default here, src and lib.", "FOLDERS", True),
    Option("first-party", "", "Top-level names that count as the project's own.", "NAMES", True),
    Option("startup-modules", "", "Modules that startup loads by data or plugins.", "MODULES", True),
    Option("budget", "0", "Report a predicted startup of more than this many milliseconds; 0 is no budget.", "MS"),
    Option("budgets", "", "Limits for entry points, ENTRY=MS; checked by check alone.", "LIMITS", True),
    Option("forbid", "", "Packages that startup must not load, [ENTRY=]NAME; checked by check alone.", "NAMES", True),
    Option("cache", DEFAULT_CACHE, "Folder to keep results and predicted startups in; off for none.", "FOLDER"),
    Option("all", "", "Report the verdict on every heavy import, not one finding for each cause.", "", is_flag=True),
)  # fmt: skip


def read(options: Namespace, refuse: Callable[[str], None] | None = None) -> Settings:
    """Settings from parsed options (`fst_threshold` and so on).

    Where refuse is given, a value that cannot be used is told to it, and its default holds.

    Raises:
        SettingsError: for a value that cannot be used.
    """
    given = {field.name: getattr(options, f"fst_{field.name}", None) for field in fields(Settings)}
    values = {}
    for name, value in given.items():
        try:
            values.update({name: _READERS[name](name, value)} if value not in (None, "", []) else {})
        except SettingsError as error:
            if refuse is None:
                raise
            refuse(str(error))
    if given["not_startup"] == []:
        values["not_startup"] = ()
    settings = Settings(**values)  # type: ignore[arg-type]  # each reader gives its field's type
    if settings.cache and _is_of_a_project(given["cache"], options) and not _is_for_files(settings.cache):
        say_once(
            f"fst-cache: {str(settings.cache)!r} is outside the project, or in a folder that is not for its files: "
            "nothing is kept; --fst-cache on the command line may name any folder"
        )
        return replace(settings, cache=None)
    return settings


def _is_for_files(folder: Path) -> bool:
    """Whether a file of a project may have something written to a folder: inside it, and not what git keeps there.

    Nor in one whose name a shell would take for the user's home or a variable.
    """
    if any(part.startswith(("~", "$")) for part in folder.parts):
        return False
    parts = {part.lower() for part in folder.parts}
    return is_inside(folder, Path.cwd()) and parts.isdisjoint({".git", ".hg", ".svn", ".jj"})


def _is_of_a_project(value: object, options: Namespace) -> bool:
    """Whether the cache folder was named by a file that may be the project's.

    The user's own are the command line, and a configuration file outside the project that is named there.
    """
    if isinstance(value, Given) or not value:
        return False
    from flake8.options.config import load_config  # most runs name no folder

    named = [*(getattr(options, "append_config", None) or ()), getattr(options, "config", None)]
    for path in filter(None, named):
        parser, _ = load_config(path, [])  # flake8 has read it before
        if value in (parser.get("flake8", name, fallback=None) for name in ("fst-cache", "fst_cache")):
            real, top = os.path.realpath(path), project_top()
            return is_inside(path, top) or is_inside(real, os.path.realpath(top))
    return True


def _number(name: str, value: object) -> float:
    try:
        number = float(str(value))
    except ValueError:
        number = math.nan
    if not 0 <= number <= MAX_NUMBER or (name == "scale" and number == 0):
        wanted = (
            f"a positive number up to {MAX_NUMBER:,.0f}" if name == "scale" else "a number of milliseconds, 0 or more"
        )
        raise SettingsError(f"{_flag(name)}: {str(value)!r} is not {wanted}")
    return number


def _names(name: str, value: object) -> tuple[str, ...]:
    names = tuple(each.strip() for each in (value if isinstance(value, list) else str(value).split(",")))
    for each in names:
        if not all(part.isidentifier() for part in each.split(".")):
            raise SettingsError(f"{_flag(name)}: {each!r} is not a Python name")
    return names


def _classes(name: str, value: object) -> tuple[str, ...]:
    for each in _names(name, value):
        if "." not in each:
            raise SettingsError(f"{_flag(name)}: {each!r} is not a class such as package.module.App")
    return tuple(sorted(APP_CLASSES.union(_names(name, value))))


def _entries(name: str, value: object) -> tuple[str, ...]:
    entries = []
    for each in _globs(name, value):
        entry = entry_of(each)
        if entry is None:
            raise SettingsError(f"{_flag(name)}: {each!r} is not an entry point such as package.module:create_app")
        entries.append(entry)
    return tuple(entries)


def _folders(name: str, value: object) -> tuple[str, ...]:
    for each in _globs(name, value):
        if not is_folder(each):
            raise SettingsError(f"{_flag(name)}: {each} is not a folder")
    return _globs(name, value)


def _cache(_: str, value: object) -> Path | None:
    return None if str(value).strip() == OFF else Path(str(value))


def _switch(name: str, value: object) -> bool:
    text = str(value).lower()
    if text not in ("true", "false"):
        raise SettingsError(f"{_flag(name)}: {str(value)!r} is neither true nor false")
    return text == "true"


def _globs(_: str, value: object) -> tuple[str, ...]:
    return tuple(each.strip() for each in (value if isinstance(value, list) else str(value).split(",")) if each.strip())


def _paths(name: str, value: object) -> tuple[Path, ...]:
    paths = tuple(Path(each) for each in _globs(name, value))
    for path in paths:
        if not is_file(path):
            raise SettingsError(f"{_flag(name)}: {path} is not a file")
    return paths


def version_of(text: str) -> tuple[int, int] | None:
    """Return the version of Python that a text such as "3.12" names; None for another text."""
    match = re.fullmatch(r"(3)\.(\d{1,2})", text.strip())
    return None if match is None else (int(match[1]), int(match[2]))


def _budgets(name: str, value: object) -> tuple[str, ...]:
    found = []
    for each in _globs(name, value):
        entry, equals, limit = each.rpartition("=")
        if not equals:
            raise SettingsError(
                f"{_flag(name)}: {each!r} is not an entry point and a limit such as shop:create_app=800"
            )
        found.append(f"{_entries(name, [entry or each])[0]}={_number(name, limit):g}")
    return tuple(found)


def _forbidden(name: str, value: object) -> tuple[str, ...]:
    texts = _globs(name, value)
    for each in texts:
        entry, _, package = each.rpartition("=")
        _names(name, [package])
        if entry:
            _entries(name, [entry])
    return texts


def _version(name: str, value: object) -> tuple[int, int]:
    found = version_of(str(value))
    if found is None:
        raise SettingsError(f"{_flag(name)}: {str(value)!r} is not a version such as 3.12")
    return found


def _mode(name: str, value: object) -> str:
    text = str(value).strip()
    if text not in LAZY_IMPORTS:
        raise SettingsError(f"{_flag(name)}: {text!r} is neither all nor normal")
    return text


def _flag(name: str) -> str:
    return f"--fst-{name.replace('_', '-')}"


def _environment(name: str, value: object) -> Path:
    text = str(value).strip()
    if text == DECLARED:
        found = declared(Path.cwd())
        if found is None:
            raise SettingsError(f"{_flag(name)}: the project has no environment in {PLACES}")
        return found
    if not is_folder(text):
        raise SettingsError(f"{_flag(name)}: {text} is not a folder")
    return Path(text)


_READERS = {
    "threshold": _number,
    "estimated_threshold": _number,
    "env": _environment,
    "costs": _paths,
    "scale": _number,
    "factories": _names,
    "app_classes": _classes,
    "dev_packages": _names,
    "target_version": _version,
    "lazy_imports": _mode,
    "not_startup": _globs,
    "app": _entries,
    "roots": _folders,
    "first_party": _names,
    "startup_modules": _names,
    "budget": _number,
    "budgets": _budgets,
    "forbid": _forbidden,
    "cache": _cache,
    "all": _switch,
}
