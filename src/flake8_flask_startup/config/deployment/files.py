"""Which files say how the app is deployed, and which of them are for development."""

from __future__ import annotations

import re
from pathlib import Path, PurePath

from ...files.source_file import optional_text
from ..purpose import DEVELOPMENT, TESTING, words

DOCKERFILE = re.compile(r"(?i:(?:docker|container)file(?:[.-].+)?|.+\.(?:docker|container)file)")
PROCFILE = re.compile(r"Procfile(?:[.-].+)?")
COMPOSE = re.compile(r"(?:docker-)?compose(?:[.-].+)?\.ya?ml")
ENVIRONMENT = re.compile(r"\.flaskenv|\.env(?:\..+)?")
SCRIPT = re.compile(r".+\.sh")
UNIT = re.compile(r".+\.service")
SUPERVISOR = re.compile(r".*supervisord?.*\.(?:conf|ini)")
UWSGI = re.compile(r".*uwsgi.*\.ini")
_KINDS = (DOCKERFILE, PROCFILE, COMPOSE, ENVIRONMENT, SCRIPT, UNIT, SUPERVISOR, UWSGI)
_ANY = re.compile("|".join(f"(?:{each.pattern})" for each in _KINDS))

# docker compose reads an override on developers' machines, where nobody names its files (Docker's documentation,
# "Merge Compose files"); examples are nobody's deployment.
_NOT_PRODUCTION = DEVELOPMENT | TESTING | {"ci", "devcontainer", "dist", "example", "override", "sample", "template"}


def is_deployment(filename: str) -> bool:
    """Whether a file is, by its name, one that says how the app is deployed."""
    return _ANY.fullmatch(filename.replace("\\", "/").rpartition("/")[2]) is not None


def is_for_development(path: PurePath) -> bool:
    """Whether a file's name, or that of its folder, says that production never sees it."""
    return any(not words(part).isdisjoint(_NOT_PRODUCTION) for part in path.parts[-2:])


def is_private(path: Path) -> bool:
    """Whether an environment file stays on the machine it is on: its folder's .gitignore or .dockerignore names it."""
    return any(path.name in _ignored(path.with_name(name)) for name in (".gitignore", ".dockerignore"))


def _ignored(path: Path) -> frozenset[str]:
    return frozenset(line.strip().lstrip("/") for line in optional_text(path).split("\n"))
