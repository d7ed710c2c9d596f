"""The options, read once into a frozen value. Every door (flake8, the command line, the tests) reads them here."""

from __future__ import annotations

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
from .environment import DECLARED
from .flask_objects import APP_CLASSES, FlaskObjects, flask_objects
from .option_values import READERS, SettingsError

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
    "test_*.py", "*_test.py", "*_tests.py", "tests.py", "conftest.py", "tests/*", "test/*", "_tests/*",
    "unit_tests/*", "integration_tests/*", "functional_tests/*", "e2e_tests/*", "e2e/*", "*-test/*", "*-tests/*",
    "docs/*", "noxfile.py", "fabfile.py", "locustfile.py", "[0-9]*.py",
)  # fmt: skip


SOURCE_FOLDERS = ("", "src", "lib")  # where imports are searched without --fst-roots
HELPERS = "lib"  # often a package itself, whose modules are then imported by its name; `src` is one only by accident
DEFAULT_CACHE = ".flask_startup_cache"


class Given(str):
    """A value from the command line: the same as one from a file, but that the user typed it."""

    __slots__ = ()


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
        """Whether the boot may have findings in a file whose text shows none: an app or a budget is set."""
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


def source_folders(base: Path) -> list[Path]:
    """The folders of a project that imports are searched in where none are named."""
    found = (base / name for name in SOURCE_FOLDERS if is_folder(base / name))
    return [each for each in found if each != base / HELPERS or not is_file(each / "__init__.py")]


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

    With refuse, a value that cannot be used is no error: refuse is called with the reason, and the default is used.

    Raises:
        SettingsError: for a value that cannot be used, without refuse.
    """
    given = {field.name: getattr(options, f"fst_{field.name}", None) for field in fields(Settings)}
    values = {}
    for name, value in given.items():
        try:
            values.update({name: READERS[name](name, value)} if value not in (None, "", []) else {})
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
