"""Compose files (the Compose specification: services with command, entrypoint and environment)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ...model import Span
from ..purpose import DEVELOPMENT, TESTING, words
from .model import CHANGE_FOLDER, Command, Variable
from .shell import Contents, WordPlaces, command_line, split
from .yaml_nodes import child, items, line_of, members, roots, texts, value_of


def read(text: str, lines: Sequence[str]) -> Contents:
    """What the services run and set that are not for development, by their names, profiles and build targets.

    A node that several services share by an alias counts once: it stands in one place.

    Raises:
        NoReaderError: without PyYAML.
        ValueError: for a text that is no YAML; str() is one line.
    """
    root = next(iter(roots(text)), None)
    seen: set[tuple[int, ...]] = set()

    def is_new(*nodes: object) -> bool:
        count = len(seen)
        seen.add(tuple(map(id, nodes)))
        return len(seen) > count

    commands: list[Command] = []
    variables: list[Variable] = []
    for name, service in items(child(root, "services")):
        named = [name, *texts(child(service, "profiles")), *texts(child(child(service, "build"), "target"))]
        if any(not words(each).isdisjoint(DEVELOPMENT | TESTING) for each in named):
            continue
        entrypoint, command, environment = (child(service, each) for each in ("entrypoint", "command", "environment"))
        if is_new(entrypoint, command):
            contents = _started(entrypoint, command, lines)
            commands += contents.commands
            variables += contents.variables
        build = child(service, "build")
        folders = [*texts(child(service, "working_dir")), *texts(build), *texts(child(build, "context"))]
        folders += _mounted(child(service, "volumes"))
        commands += [Command((CHANGE_FOLDER, each), Span(line_of(service), 0)) for each in folders]
        if is_new(environment):
            variables += _environment(environment, lines)
    return Contents(tuple(commands), tuple(variables))


def _mounted(volumes: object) -> Iterator[str]:
    """The folders of the project that a service sees: `./app:/srv`, or a mapping with a source."""
    short = (text.partition(":")[0] for text in texts(volumes) if text.startswith("."))
    long = (text for each in members(volumes) for text in texts(child(each, "source")) if text.startswith("."))
    yield from (*short, *long)


def _started(entrypoint: object, command: object, lines: Sequence[str]) -> Contents:
    """What a service runs: its entry point, which is given its command."""
    before, after = _commands(entrypoint), _commands(command)
    if len(before) == 1 and after:
        places = WordPlaces(lines, line_of(entrypoint))
        return command_line((*before[0], *after[0]), places)
    contents = [
        command_line(words, places)
        for node, parts in ((entrypoint, before), (command, after))
        for places in (WordPlaces(lines, line_of(node)),)
        for words in parts
    ]
    return Contents(
        tuple(command for each in contents for command in each.commands),
        tuple(variable for each in contents for variable in each.variables),
    )


def _commands(node: object) -> list[tuple[str, ...]]:
    """The commands of a text as a shell has them, or the one that a list spells out."""
    words = tuple(texts(node))
    return [each for each in split(words[0]) if each] if isinstance(value_of(node), str) else [words] if words else []


def _environment(node: object, lines: Sequence[str]) -> Iterator[Variable]:
    """Both forms: a mapping, and a list of `NAME=value`."""
    places = WordPlaces(lines, line_of(node))
    for name, value in items(node):
        yield Variable(name, next(texts(value), ""), places.find(name))
    if not list(items(node)):
        for text in texts(node):
            name, equals, value = text.partition("=")
            if equals:
                yield Variable(name, value, places.find(f"{name}="))
