"""YAML as nodes with their lines: nothing in a text is made into an object, and aliases are not copied."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from ...files.parsing import TOO_DEEP

MAX_DATA = 5_000  # characters of a file of data: more is no list of modules, and takes long
MAX_LENGTH = 200_000  # characters of a file: PyYAML takes seconds for it


class NoReaderError(Exception):
    """PyYAML is not installed: it comes with an extra."""


def roots(text: str) -> list[object]:
    """Return the root node of each document of a text.

    Raises:
        NoReaderError: without PyYAML.
        ValueError: for a text that is no YAML; str() is one line.
    """
    try:
        import yaml  # of an extra
    except ImportError:
        raise NoReaderError from None
    if len(text) > MAX_LENGTH:
        raise ValueError(f"larger than {MAX_LENGTH:,} characters")
    try:
        return list(yaml.compose_all(text, Loader=yaml.SafeLoader))
    except RecursionError:
        raise ValueError(TOO_DEEP) from None
    except yaml.MarkedYAMLError as error:
        line = f" on line {error.problem_mark.line + 1}" if error.problem_mark is not None else ""
        raise ValueError(f"no YAML: {error.problem}{line}") from None
    except (yaml.YAMLError, ValueError) as error:
        raise ValueError(f"no YAML: {' '.join(str(error).split())}") from None


def data(text: str) -> object:
    """Return the first document of a text as plain data, with numbers and truth values.

    Raises:
        ValueError: for a text that is no YAML, or a long one, or without PyYAML; str() is one line.
    """
    if len(text) > MAX_DATA:
        raise ValueError(f"larger than {MAX_DATA:,} characters")
    try:
        found = roots(text)
    except NoReaderError:
        raise ValueError("YAML without PyYAML") from None
    return _plain(found[0], {}, _scalar) if found else None


def _scalar(node: object) -> object:
    """What a scalar node stands for: its text, a truth value, a number or nothing."""
    value = value_of(node)
    match str(getattr(node, "tag", "")).rpartition(":")[2]:
        case "bool":
            return str(value).lower() in ("true", "yes", "on")
        case "int" if str(value).isdecimal():
            return int(str(value))
        case "null":
            return None
    return value


def child(node: object, name: str) -> object:
    """Return the value of a key of a mapping node; None where there is none."""
    return next((value for key, value in items(node) if key == name), None)


def items(node: object) -> Iterator[tuple[str, object]]:
    """Yield the pairs of a mapping node; nothing for another."""
    pairs = value_of(node)
    for pair in pairs if isinstance(pairs, list) else ():
        if isinstance(pair, tuple):
            yield str(getattr(pair[0], "value", "")), pair[1]


def members(node: object) -> Iterator[object]:
    """Yield the nodes of a sequence node; nothing for another."""
    value = value_of(node)
    yield from (each for each in value if not isinstance(each, tuple)) if isinstance(value, list) else ()


def texts(node: object) -> Iterator[str]:
    """Yield the text of a scalar node, or the texts of a sequence of them."""
    value = value_of(node)
    if isinstance(value, str):
        yield value
    else:
        yield from (text for each in members(node) if isinstance(text := value_of(each), str))


def plain(node: object) -> object:
    """Return a node as texts, lists and mappings; what aliases share is shared, and may contain itself."""
    return _plain(node, {}, value_of)


def _plain(node: object, known: dict[int, object], scalar: Callable[[object], object]) -> object:
    if id(node) in known:
        return known[id(node)]
    value = value_of(node)
    if not isinstance(value, list):
        return scalar(node)
    if value and isinstance(value[0], tuple):
        mapping: dict[str, object] = {}
        known[id(node)] = mapping
        for key, each in items(node):
            mapping[key] = _plain(each, known, scalar)
        return mapping
    sequence: list[object] = []
    known[id(node)] = sequence
    sequence += [_plain(each, known, scalar) for each in members(node)]
    return sequence


def value_of(node: object) -> object:
    """Return what a node holds: a text, a list of nodes or a list of pairs of them; None for what is no node."""
    return getattr(node, "value", None)


def line_of(node: object) -> int:
    """Return the line of a node, from 1."""
    mark = getattr(node, "start_mark", None)
    return int(mark.line) + 1 if mark is not None else 1
