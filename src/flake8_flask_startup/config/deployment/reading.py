"""A deployment file's text read by the format that its name tells."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from ...files.notices import say_once
from ...files.source_file import shown_name
from ...files.walking import is_file
from . import compose, dockerfile, documents, shell, text_files
from .files import (
    APACHE,
    COMPOSE,
    DOCKERFILE,
    ENVIRONMENT,
    MAKEFILE,
    MANIFEST,
    PLATFORM,
    PROCFILE,
    SCRIPT,
    SETTINGS,
    SUPERVISOR,
    UNIT,
)
from .model import Deployment

GUNICORN = "gunicorn.conf.py"  # what gunicorn reads by itself (its documentation, "Configuration File")


def read(path: Path, text: str) -> Deployment:
    """What a file says, by the format that its name tells.

    Raises:
        yaml_nodes.NoReaderError: for a file of YAML, without PyYAML.
    """
    try:
        contents = _contents(path.name, text)
    except ValueError as error:  # YAML or JSON that is none
        unread = f"{shown_name(path)}: not read"
        say_once(f"{unread}: {error}", about=unread)
        contents = shell.Contents()
    has_conf = any(is_file(folder / GUNICORN) for folder in (path.parent, Path.cwd()))
    return Deployment(path, contents.commands, contents.variables, has_conf)


@lru_cache(maxsize=100)  # the search for entry points and the rules ask about the same files
def _contents(name: str, text: str) -> shell.Contents:
    lines = text.split("\n")
    if DOCKERFILE.fullmatch(name):
        return dockerfile.read(lines)
    if COMPOSE.fullmatch(name):
        return compose.read(text, lines)
    if PLATFORM.fullmatch(name) or MANIFEST.fullmatch(name):
        return documents.read(name, text, lines)
    for pattern, reader in _OF_LINES.items():
        if pattern.fullmatch(name):
            return reader(lines)
    return shell.Contents()


_OF_LINES = {
    MAKEFILE: text_files.makefile,
    PROCFILE: text_files.procfile,
    ENVIRONMENT: text_files.environment,
    SUPERVISOR: text_files.supervisor,
    UNIT: text_files.unit,
    SCRIPT: shell.script,
    APACHE: text_files.apache,
    SETTINGS: text_files.uwsgi,
}
