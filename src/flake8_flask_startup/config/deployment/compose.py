"""Compose files (the Compose specification: services with command, entrypoint and environment)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ...files.parsing import TOO_DEEP
from ..purpose import DEVELOPMENT, TESTING, words
from .model import Command, Variable
from .shell import Contents, Lines, command_line, split

MAX_LENGTH = 200_000  # of a compose file: PyYAML takes seconds for it


class NoReaderError(Exception):
    """PyYAML is not installed: it comes with an extra."""


def read(text: str, lines: Sequence[str]) -> Contents:
    """What the services run and set that are not for development, by their names, profiles and build targets.

    A node that several services share by an alias counts once: it stands in one place.

    Raises:
        NoReaderError: without PyYAML.
        ValueError: for a text that is no YAML; str() is one line.
    """
    root = _root(text)
    seen: set[tuple[int, ...]] = set()

    def is_new(*nodes: object) -> bool:
        count = len(seen)
        seen.add(tuple(map(id, nodes)))
        return len(seen) > count

    commands: list[Command] = []
    variables: list[Variable] = []
    for name, service in _items(_child(root, "services")):
        told = [name, *_texts(_child(service, "profiles")), *_texts(_child(_child(service, "build"), "target"))]
        if any(not words(each).isdisjoint(DEVELOPMENT | TESTING) for each in told):
            continue
        entrypoint, command, environment = (_child(service, each) for each in ("entrypoint", "command", "environment"))
        if is_new(entrypoint, command):
            contents = _started(entrypoint, command, lines)
            commands += contents.commands
            variables += contents.variables
        if is_new(environment):
            variables += _environment(environment, lines)
    return Contents(tuple(commands), tuple(variables))


def _root(text: str) -> object:
    """The node of a whole YAML text; nothing in it is made into an object, and aliases are not copied."""
    try:
        import yaml  # of an extra
    except ImportError:
        raise NoReaderError from None
    if len(text) > MAX_LENGTH:
        raise ValueError(f"larger than {MAX_LENGTH:,} characters")
    try:
        return yaml.compose(text, Loader=yaml.SafeLoader)
    except RecursionError:
        raise ValueError(TOO_DEEP) from None
    except yaml.MarkedYAMLError as error:
        line = f" on line {error.problem_mark.line + 1}" if error.problem_mark is not None else ""
        raise ValueError(f"no YAML: {error.problem}{line}") from None
    except (yaml.YAMLError, ValueError) as error:
        raise ValueError(f"no YAML: {' '.join(str(error).split())}") from None


def _started(entrypoint: object, command: object, lines: Sequence[str]) -> Contents:
    """What a service runs: its entry point, which is given its command."""
    before, after = _commands(entrypoint), _commands(command)
    if len(before) == 1 and after:
        places = Lines(lines, _line(entrypoint))
        return command_line((*before[0], *after[0]), places)
    contents = [
        command_line(words, places)
        for node, parts in ((entrypoint, before), (command, after))
        for places in (Lines(lines, _line(node)),)
        for words in parts
    ]
    return Contents(
        tuple(command for each in contents for command in each.commands),
        tuple(variable for each in contents for variable in each.variables),
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
