"""A deployment file's text read by the format that its name tells."""

from __future__ import annotations

from pathlib import Path

from ...files.notices import say_once
from ...files.source_file import shown_name
from ...files.walking import is_file
from . import compose, dockerfile, documents, shell, text_files
from .files import (
    COMPOSE,
    DOCKERFILE,
    ENVIRONMENT,
    MAKEFILE,
    MANIFEST,
    PLATFORM,
    PROCFILE,
    SCRIPT,
    SUPERVISOR,
    UNIT,
    UWSGI,
)
from .model import Deployment

GUNICORN = "gunicorn.conf.py"  # what gunicorn reads by itself (its documentation, "Configuration File")


def read(path: Path, text: str) -> Deployment:
    """What a file says, by the format that its name tells.

    Raises:
        yaml_nodes.NoReaderError: for a file of YAML, without PyYAML.
    """
    lines = text.split("\n")
    name = path.name
    if DOCKERFILE.fullmatch(name):
        contents = dockerfile.read(lines)
    elif COMPOSE.fullmatch(name) or PLATFORM.fullmatch(name) or MANIFEST.fullmatch(name):
        try:
            contents = compose.read(text, lines) if COMPOSE.fullmatch(name) else documents.read(name, text, lines)
        except ValueError as error:
            unread = f"{shown_name(path)}: not read"
            say_once(f"{unread}: {error}", about=unread)
            contents = shell.Contents()
    elif MAKEFILE.fullmatch(name):
        contents = text_files.makefile(lines)
    elif PROCFILE.fullmatch(name):
        contents = text_files.procfile(lines)
    elif ENVIRONMENT.fullmatch(name):
        contents = text_files.environment(lines)
    elif SUPERVISOR.fullmatch(name):
        contents = text_files.supervisor(lines)
    elif UWSGI.fullmatch(name):
        contents = text_files.uwsgi(lines)
    elif UNIT.fullmatch(name):
        contents = text_files.unit(lines)
    else:
        contents = shell.script(lines) if SCRIPT.fullmatch(name) else shell.Contents()
    has_conf = any(is_file(folder / GUNICORN) for folder in (path.parent, Path.cwd()))
    return Deployment(path, contents.commands, contents.variables, has_conf)
