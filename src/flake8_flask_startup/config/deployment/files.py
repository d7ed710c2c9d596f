"""Which files say how the app is deployed, and which of them are for development."""

from __future__ import annotations

import re
from pathlib import Path, PurePath

from ...files.source_file import optional_text
from ..purpose import DEVELOPMENT, TESTING, words

DOCKERFILE = re.compile(r"(?i:docker|container)(?i:file)(?:[._-].+|[A-Z]\w*)?|.+\.(?i:docker|container)(?i:file)")
PROCFILE = re.compile(r"Procfile(?:[.-].+)?")
COMPOSE = re.compile(r"(?:docker-)?compose(?:[.-].+)?\.ya?ml")
ENVIRONMENT = re.compile(r"\.flaskenv|\.env(?:\..+)?")
SCRIPT = re.compile(r".+\.sh")
UNIT = re.compile(r".+\.service")
SUPERVISOR = re.compile(r".*supervisord?.*\.(?:conf|ini)")
APACHE = re.compile(r".+\.conf")  # of all programs: what is not Apache's says nothing of WSGI
UWSGI = re.compile(r".*uwsgi.*\.ini")
SETTINGS = re.compile(r".+\.ini")  # of all programs: what has no section `[uwsgi]` is not uWSGI's
MAKEFILE = re.compile(r"(?:GNU)?[Mm]akefile")
# Documents that say what a platform starts, by their names.
PLATFORM = re.compile(
    r"(?:app|render|heroku|serverless|template)\.ya?ml|zappa_settings\.(?:json|toml|ya?ml)|vercel\.json"
    r"|railway\.(?:json|toml)|fly\.toml|nixpacks\.toml"
)
MANIFEST = re.compile(r".+\.ya?ml")  # Kubernetes's and Cloud Foundry's, in folders for them or by a word of the name
_MANIFEST_WORDS = frozenset({"cronjob", "deployment", "deployments", "k", "kube", "kubernetes", "manifest", "pod"})
_KINDS = (DOCKERFILE, PROCFILE, COMPOSE, ENVIRONMENT, SCRIPT, UNIT, SUPERVISOR, UWSGI)
_ANY = re.compile("|".join(f"(?:{each.pattern})" for each in _KINDS))

# docker compose reads an override on developers' machines, where nobody names its files (Docker's documentation,
# "Merge Compose files"); examples are nobody's deployment.
_NOT_PRODUCTION = DEVELOPMENT | TESTING | {
    "ci", "devcontainer", "dist", "example", "mock", "mocks", "override", "sample", "template",
}  # fmt: skip


def is_deployment(filename: str) -> bool:
    """Whether a file is, by its name, one that says how the app is deployed."""
    return _ANY.fullmatch(filename.replace("\\", "/").rpartition("/")[2]) is not None


def may_start(path: PurePath) -> bool:
    """Whether a file may, by its path from the project's folder, say what is started; more than `is_deployment`."""
    if is_deployment(path.name) or any(each.fullmatch(path.name) for each in (PLATFORM, APACHE, SETTINGS)):
        return True
    in_folder = len(path.parts) > 1
    return MANIFEST.fullmatch(path.name) is not None and (in_folder or not words(path.stem).isdisjoint(_MANIFEST_WORDS))


def is_for_development(path: PurePath) -> bool:
    """Whether a file's name, or that of its folder, says that production never sees it."""
    named = path.parts[-2:-1] if PLATFORM.fullmatch(path.name) else path.parts[-2:]  # SAM's is always template.yaml
    return any(not words(part).isdisjoint(_NOT_PRODUCTION) for part in named)


def is_private(path: Path) -> bool:
    """Whether an environment file stays on the machine it is on: its folder's .gitignore or .dockerignore names it."""
    return any(path.name in _ignored(path.with_name(name)) for name in (".gitignore", ".dockerignore"))


def _ignored(path: Path) -> frozenset[str]:
    return frozenset(line.strip().lstrip("/") for line in optional_text(path).split("\n"))
