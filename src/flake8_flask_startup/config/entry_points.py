"""Where a boot starts: the entry points that a project configures or gives away, and why each was taken.

Sources: Flask's documentation of application discovery (FLASK_APP, `.flaskenv`, `.env`, `wsgi.py`, `app.py`),
gunicorn's settings (`wsgi_app`), and the Procfile format.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path

from ..files.source_file import optional_head
from ..files.walking import is_file, names_in

_FLASK_APP = re.compile(r"^\s*(?:export\s+)?FLASK_APP\s*=\s*[\"']?([^\"'\s#]+)", re.MULTILINE)
_WSGI_APP = re.compile(r"^wsgi_app\s*=\s*[\"']([^\"']+)", re.MULTILINE)
_PROCFILE = re.compile(r"\b(?:gunicorn|waitress-serve|uwsgi)\b[^\n]*?\s[\"']?([\w.]+:[\w()]+)[\"']?\s*$", re.MULTILINE)
_TARGET = re.compile(r"([\w./\\-]+?)(?:\.py)?(?::([\w.]+)(?:\(.*\))?)?")
MAX_BYTES = 200_000  # of a file that is looked at for an entry point


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry point, "package.module:name" or "package.module", and the reason it was taken."""

    target: str
    why: str


def entry_of(text: str) -> str | None:
    """An entry point as FLASK_APP, gunicorn or a user may write it, in our form; None if it is none.

    A path counts as the module it is: "src/app.py:create_app()" is "src.app:create_app".
    """
    match = _TARGET.fullmatch(text.strip().removeprefix("./"))
    if match is None:
        return None
    module = match[1].replace("\\", "/").strip("/").replace("/", ".").removesuffix(".__init__")
    if not all(part.isidentifier() for part in module.split(".")):
        return None
    return f"{module}:{match[2]}" if match[2] else module


def find_entries(root: Path) -> tuple[Entry, ...]:
    """The entry points that a project folder gives away, by the first of the known ways that yields any."""
    for way in (_flask_app, _gunicorn, _procfile, _conventional, _only_factory):
        found = tuple(dict.fromkeys(way(root)))
        if found:
            return found
    return ()


def _flask_app(root: Path) -> Iterator[Entry]:
    for name in (".flaskenv", ".env"):
        yield from _matches(root / name, _FLASK_APP, f"FLASK_APP in {name}")


def _gunicorn(root: Path) -> Iterator[Entry]:
    for path in _glob(root, "*gunicorn*.py"):
        yield from _matches(path, _WSGI_APP, f"wsgi_app in {path.name}")


def _procfile(root: Path) -> Iterator[Entry]:
    yield from _matches(root / "Procfile", _PROCFILE, "a server command in Procfile")


def _conventional(root: Path) -> Iterator[Entry]:
    """The files that `flask run` looks for, if they say anything of Flask or of a factory."""
    for name in ("wsgi", "app"):
        if is_file(root / f"{name}.py"):
            factory = _factories(_text(root / f"{name}.py"))
            yield Entry(f"{name}:{factory[0]}" if len(factory) == 1 else name, f"{name}.py, where `flask run` looks")
            return


def _only_factory(root: Path) -> Iterator[Entry]:
    """The only function in the project's packages that is called like a factory."""
    found = []
    for base in (root, root / "src"):
        for path in (*_glob(base, "*.py"), *_glob(base, "*/*.py")):
            parts = path.relative_to(base).with_suffix("").parts
            module = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
            if module and not module.startswith(("tests", "test", "src")):
                found += [f"{module}:{name}" for name in _factories(_text(path))]
    if len(found) == 1:
        yield Entry(found[0], "the only factory in the project")


_FACTORY = re.compile(r"^(?:async )?def (create_app|make_app|create_application|make_application)\b", re.MULTILINE)


def _factories(text: str) -> list[str]:
    return _FACTORY.findall(text)


def _matches(path: Path, pattern: re.Pattern[str], why: str) -> Iterator[Entry]:
    for text in pattern.findall(_text(path)):
        target = entry_of(text)
        if target is not None:
            yield Entry(target, why)


def _text(path: Path) -> str:
    return optional_head(path, MAX_BYTES)


def _glob(root: Path, pattern: str) -> list[Path]:
    """The files in a folder that match a pattern of one or two parts."""
    first, _, rest = pattern.rpartition("/")
    folders = [root / name for name in names_in(root) if fnmatchcase(name, first)] if first else [root]
    return sorted(folder / name for folder in folders for name in names_in(folder) if fnmatchcase(name, rest))
