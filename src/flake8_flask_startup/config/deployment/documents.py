"""Documents that say what a platform starts, such as manifests of Kubernetes and Cloud Foundry, `app.yaml`, `fly.toml`.

Sources, November 2026: Kubernetes's API reference ("Container v1 core"), Cloud Foundry's "App manifest attribute
reference", Google's "app.yaml reference", Render's "Blueprint YAML reference", Fly's "fly.toml", Heroku's "heroku.yml",
Railway's "Config as code", Nixpacks's "Configuration", Vercel's "Project configuration", AWS SAM's
`AWS::Serverless::Function`, the READMEs of Zappa and serverless-wsgi.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from ...files.parsing import json_value, toml
from . import yaml_nodes
from .model import HANDLER, Command, Variable
from .shell import Contents, WordPlaces, command_line, split

_OF_SERVERLESS_WSGI = frozenset({"wsgi.handler", "wsgi_handler.handler"})  # modules that its plugin adds
# Text that every manifest contains: first Kubernetes, then Cloud Foundry.
_MANIFESTS = (("containers:", "kind:"), ("applications:", "command:"))
_TEMPLATE = "{{"  # of Helm or Jinja: the text is a document once it is filled in


class _Started(NamedTuple):
    """A command as a text or as words, the name of its process, and what its environment holds."""

    command: object
    process: str = ""
    environment: tuple[tuple[str, str], ...] = ()


def read(name: str, text: str, lines: Sequence[str]) -> Contents:
    """Return what a document starts, by its name; nothing for a template, and for YAML of another purpose.

    Raises:
        yaml_nodes.NoReaderError: for YAML without PyYAML.
        ValueError: for a text that cannot be read; str() is one line.
    """
    stem, _, ending = name.rpartition(".")
    is_manifest = stem not in _READERS
    if is_manifest and not any(all(word in text for word in words) for words in _MANIFESTS):
        return Contents()
    if ending in ("yaml", "yml"):
        if _TEMPLATE in text:
            return Contents()
        documents = [yaml_nodes.plain(each) for each in yaml_nodes.roots(text)]
    else:
        documents = [toml(text) if ending == "toml" else json_value(text)]
    reader = _manifest if is_manifest else _READERS[stem]
    commands: list[Command] = []
    variables: list[Variable] = []
    for each in (each for document in documents for each in reader(document)):
        places = WordPlaces(lines, 1)
        for words in _words(each.command):
            contents = command_line(words, places)
            commands += [command._replace(process=each.process) for command in contents.commands]
            variables += contents.variables
        variables += [Variable(key, value, places.find(key)) for key, value in each.environment]
    return Contents(tuple(commands), tuple(variables))


def _words(command: object) -> list[tuple[str, ...]]:
    """The commands of a text as a shell has them, or the one that a list spells out."""
    if isinstance(command, str):
        return [each for each in split(command) if each]
    words = tuple(each for each in command if isinstance(each, str)) if isinstance(command, list) else ()
    return [words] if words else []


def _get(value: object, *keys: str) -> object:
    """What mappings in mappings hold under some keys; None where they hold nothing."""
    for key in keys:
        value = value.get(key) if isinstance(value, dict) else None
    return value


def _items(value: object) -> Iterator[tuple[str, object]]:
    """The pairs of a mapping with texts for keys; nothing of anything else."""
    if isinstance(value, dict):
        yield from ((str(key), each) for key, each in value.items())


def _mappings(value: object) -> Iterator[dict[object, object]]:
    """Every mapping inside a value, each once."""
    pending, seen = [value], set()
    while pending:
        each = pending.pop()
        if id(each) in seen or not isinstance(each, (dict, list)):
            continue
        seen.add(id(each))
        if isinstance(each, dict):
            yield each
        pending += reversed(list(each.values() if isinstance(each, dict) else each))


def _environment(value: object) -> tuple[tuple[str, str], ...]:
    return tuple((name, each) for name, each in _items(value) if isinstance(each, str))


def _manifest(root: object) -> Iterator[_Started]:
    """The containers or applications of a manifest, without `initContainers`: they end before the app starts."""
    yield from _applications(root)
    for mapping in _mappings(root):
        containers = mapping.get("containers")
        for each in containers if isinstance(containers, list) else ():
            command, arguments = _get(each, "command"), _get(each, "args")
            listed = [
                *(command if isinstance(command, list) else ()),
                *(arguments if isinstance(arguments, list) else ()),
            ]
            variables = _get(each, "env")
            pairs = (
                [(_get(one, "name"), _get(one, "value")) for one in variables] if isinstance(variables, list) else []
            )
            yield _Started(
                listed,
                environment=tuple(
                    (name, value) for name, value in pairs if isinstance(name, str) and isinstance(value, str)
                ),
            )


def _applications(root: object) -> Iterator[_Started]:
    """The applications of Cloud Foundry, and their processes where they have several."""
    listed = _get(root, "applications")
    for each in listed if isinstance(listed, list) else ():
        environment, processes = _environment(_get(each, "env")), _get(each, "processes")
        for one in (each, *(processes if isinstance(processes, list) else ())):
            named = _get(one, "type")
            yield _Started(_get(one, "command"), named if isinstance(named, str) else "", environment)


def _app_engine(root: object) -> Iterator[_Started]:
    """The entry point; without one, App Engine starts gunicorn with `main:app`."""
    runtime = _get(root, "runtime")
    if isinstance(runtime, str) and runtime.startswith("python"):
        yield _Started(_get(root, "entrypoint") or "gunicorn main:app", "", _environment(_get(root, "env_variables")))


def _start_commands(root: object) -> Iterator[_Started]:
    """Every `startCommand` (Render, Railway)."""
    for mapping in _mappings(root):
        if "startCommand" in mapping:
            yield _Started(mapping["startCommand"])


def _processes(root: object) -> Iterator[_Started]:
    """What stands under `run` (Heroku) or `processes` (Fly), by the names of the processes."""
    for process, command in (*_items(_get(root, "run")), *_items(_get(root, "processes"))):
        text = _get(command, "command") or command
        yield _Started(text if not isinstance(text, list) else " && ".join(map(str, text)), process)
    if isinstance(release := _get(root, "deploy", "release_command"), str):
        yield _Started(release, "release")


def _nixpacks(root: object) -> Iterator[_Started]:
    yield _Started(_get(root, "start", "cmd"))


def _zappa(root: object) -> Iterator[_Started]:
    """The app of each stage."""
    for _, stage in _items(root):
        yield _Started([HANDLER, _get(stage, "app_function")], "", _environment(_get(stage, "environment_variables")))


def _serverless(root: object) -> Iterator[_Started]:
    """The app of serverless-wsgi, and the handlers of the project's own."""
    wsgi = _get(root, "custom", "wsgi", "app")
    if wsgi:
        yield _Started([HANDLER, wsgi], "", _environment(_get(root, "provider", "environment")))
    for _, function in _items(_get(root, "functions")):
        handler = _get(function, "handler")
        if not (wsgi and handler in _OF_SERVERLESS_WSGI):
            yield _Started([HANDLER, handler], "", _environment(_get(function, "environment")))


def _sam(root: object) -> Iterator[_Started]:
    """The handlers of a SAM or CloudFormation template, below the folders of their code."""
    for mapping in _mappings(root):
        handler, folder = mapping.get("Handler"), mapping.get("CodeUri")
        if isinstance(handler, str):
            below = folder.strip("./") if isinstance(folder, str) else ""
            yield _Started([HANDLER, handler])
            if below:
                yield _Started([HANDLER, f"{below}/{handler}"])


def _vercel(root: object) -> Iterator[_Started]:
    """The Python files that are built to functions; Vercel calls their `app`."""
    builds = _get(root, "builds")
    sources = [_get(each, "src") for each in builds] if isinstance(builds, list) else []
    for source in (*sources, *(name for name, _ in _items(_get(root, "functions")))):
        if isinstance(source, str) and source.endswith(".py"):
            yield _Started([HANDLER, f"{source.removesuffix('.py')}.app", "vercel"])


_READERS: dict[str, Callable[[object], Iterator[_Started]]] = {
    "app": _app_engine,
    "fly": _processes,
    "heroku": _processes,
    "nixpacks": _nixpacks,
    "railway": _start_commands,
    "render": _start_commands,
    "serverless": _serverless,
    "template": _sam,
    "vercel": _vercel,
    "zappa_settings": _zappa,
}
