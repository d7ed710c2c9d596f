"""The values of options as they are written, read one by one: what cannot be used is an error that names the option."""

from __future__ import annotations

import math
import re
from pathlib import Path

from ..files.walking import is_file, is_folder
from .entry_target import entry_of
from .environment import DECLARED, PLACES, declared, is_environment
from .flask_objects import APP_CLASSES

MAX_NUMBER = 1e9  # of milliseconds, or times a cost: more makes sums that say nothing
OFF = "off"
LAZY_IMPORTS = ("all", "normal")  # values of `-X lazy_imports` (PEP 810)


class SettingsError(ValueError):
    """An option's value cannot be used; the text is one line that names the option and the reason."""


class OptionError(SettingsError):
    """The value of one option cannot be used; `reason` says why, for a door that spells the option its own way."""

    def __init__(self, name: str, reason: str) -> None:
        super().__init__(f"{_flag(name)}: {reason}")
        self.reason = reason


def _number(name: str, value: object) -> float:
    try:
        number = float(str(value))
    except ValueError:
        number = math.nan
    if not 0 <= number <= MAX_NUMBER or (name == "scale" and number == 0):
        wanted = (
            f"a positive number up to {MAX_NUMBER:,.0f}" if name == "scale" else "a number of milliseconds, 0 or more"
        )
        raise OptionError(name, f"{str(value)!r} is not {wanted}")
    return number


def _names(name: str, value: object) -> tuple[str, ...]:
    names = tuple(each.strip() for each in (value if isinstance(value, list) else str(value).split(",")))
    for each in names:
        if not all(part.isidentifier() for part in each.split(".")):
            raise OptionError(name, f"{each!r} is not a Python name")
    return names


def _classes(name: str, value: object) -> tuple[str, ...]:
    for each in _names(name, value):
        if "." not in each:
            raise OptionError(name, f"{each!r} is not a class such as package.module.App")
    return tuple(sorted(APP_CLASSES.union(_names(name, value))))


def _entries(name: str, value: object) -> tuple[str, ...]:
    entries = []
    for each in _globs(name, value):
        entry = entry_of(each)
        if entry is None:
            raise OptionError(name, f"{each!r} is not an entry point such as package.module:create_app")
        entries.append(entry)
    return tuple(entries)


def _folders(name: str, value: object) -> tuple[str, ...]:
    """Folders that imports are searched in: the named ones, then the `src` of each, unless that is a package."""
    named = _globs(name, value)
    for each in named:
        if not is_folder(each):
            raise OptionError(name, f"{each} is not a folder")
    inner = [str(Path(each, "src")) for each in named]
    found = (each for each in inner if is_folder(each) and not is_file(Path(each, "__init__.py")))
    return tuple(dict.fromkeys((*named, *found)))


def _cache(_: str, value: object) -> Path | None:
    return None if str(value).strip() == OFF else Path(str(value))


def _switch(name: str, value: object) -> bool:
    text = str(value).lower()
    if text not in ("true", "false"):
        raise OptionError(name, f"{str(value)!r} is neither true nor false")
    return text == "true"


def _globs(_: str, value: object) -> tuple[str, ...]:
    return tuple(each.strip() for each in (value if isinstance(value, list) else str(value).split(",")) if each.strip())


def _paths(name: str, value: object) -> tuple[Path, ...]:
    paths = tuple(Path(each) for each in _globs(name, value))
    for path in paths:
        if not is_file(path):
            raise OptionError(name, f"{path} is not a file")
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
            raise OptionError(name, f"{each!r} is not an entry point and a limit such as shop:create_app=800")
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
        raise OptionError(name, f"{str(value)!r} is not a version such as 3.12")
    return found


def _mode(name: str, value: object) -> str:
    text = str(value).strip()
    if text not in LAZY_IMPORTS:
        raise OptionError(name, f"{text!r} is neither all nor normal")
    return text


def _flag(name: str) -> str:
    return f"--fst-{name.replace('_', '-')}"


def _environment(name: str, value: object) -> Path:
    text = str(value).strip()
    if text == DECLARED:
        found = declared(Path.cwd())
        if found is None:
            raise OptionError(name, f"the project has no environment in {PLACES}")
        return found
    if not is_folder(text):
        raise OptionError(name, f"{text} is not a folder")
    if not is_environment(Path(text)):
        inside = declared(Path(text))
        hint = f", did you mean {inside}?" if inside is not None else ": it has no site-packages, nor is it one"
        raise OptionError(name, f"{text} is no environment{hint}")
    return Path(text)


# By the names of fields of `Settings`, each of whose type its reader gives.
READERS = {
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
