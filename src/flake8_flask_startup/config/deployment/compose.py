"""Compose files (the Compose specification: services with command, entrypoint and environment)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ..purpose import DEVELOPMENT, TESTING, words
from .model import Command, Variable
from .shell import Lines, Said, command_line, split


class NoReaderError(Exception):
    """PyYAML is not installed: it comes with an extra."""


def read(text: str, lines: Sequence[str]) -> Said:
    """What the services run and set that are not for development, by their names, profiles and build targets.

    Raises:
        NoReaderError: without PyYAML.
    """
    try:
        import yaml  # of an extra
    except ImportError:
        raise NoReaderError from None
    try:
        root = yaml.compose(text, Loader=yaml.SafeLoader)
    except (yaml.YAMLError, RecursionError, ValueError):
        return Said()  # what a compose file says wrong, compose will say
    commands: list[Command] = []
    variables: list[Variable] = []
    for name, service in _items(_child(root, "services")):
        told = [name, *_texts(_child(service, "profiles")), *_texts(_child(_child(service, "build"), "target"))]
        if any(not words(each).isdisjoint(DEVELOPMENT | TESTING) for each in told):
            continue
        said = _started(_child(service, "entrypoint"), _child(service, "command"), lines)
        commands += said.commands
        variables += said.variables
        variables += _environment(_child(service, "environment"), lines)
    return Said(tuple(commands), tuple(variables))


def _started(entrypoint: object, command: object, lines: Sequence[str]) -> Said:
    """What a service runs: its entry point, which is given its command."""
    before, after = _commands(entrypoint), _commands(command)
    if len(before) == 1 and after:
        places = Lines(lines, _line(entrypoint))
        return command_line((*before[0], *after[0]), places)
    said = [
        command_line(words, places)
        for node, parts in ((entrypoint, before), (command, after))
        for places in (Lines(lines, _line(node)),)
        for words in parts
    ]
    return Said(
        tuple(command for each in said for command in each.commands),
        tuple(variable for each in said for variable in each.variables),
    )


def _commands(node: object) -> list[tuple[str, ...]]:
    """The commands of a text as a shell has them, or the one that a list spells out."""
    texts = tuple(_texts(node))
    return [each for each in split(texts[0]) if each] if isinstance(_value(node), str) else [texts] if texts else []


def _environment(node: object, lines: Sequence[str]) -> Iterator[Variable]:
    """Both forms: a mapping, and a list of `NAME=value`."""
    places = Lines(lines, _line(node))
    for name, value in _items(node):
        yield Variable(name, next(_texts(value), ""), places.find(name))
    if not list(_items(node)):
        for text in _texts(node):
            name, equals, value = text.partition("=")
            if equals:
                yield Variable(name, value, places.find(f"{name}="))


def _child(node: object, name: str) -> object:
    return next((value for key, value in _items(node) if key == name), None)


def _items(node: object) -> Iterator[tuple[str, object]]:
    """The pairs of a mapping node; nothing for another."""
    pairs = _value(node)
    for pair in pairs if isinstance(pairs, list) else ():
        if isinstance(pair, tuple):
            yield str(getattr(pair[0], "value", "")), pair[1]


def _texts(node: object) -> Iterator[str]:
    """The text of a scalar node, or the texts of a sequence of them."""
    value = _value(node)
    if isinstance(value, str):
        yield value
    elif isinstance(value, list):
        yield from (each.value for each in value if isinstance(getattr(each, "value", None), str))


def _value(node: object) -> object:
    return getattr(node, "value", None)


def _line(node: object) -> int:
    mark = getattr(node, "start_mark", None)
    return int(mark.line) + 1 if mark is not None else 1
