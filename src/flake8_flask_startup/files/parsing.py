"""Text of a project as a value: Python, TOML, JSON, INI. Whatever is wrong with it is one error with a line of text.

A text may be nested so deeply that its parser ends with RecursionError or MemoryError; that is one more way of not
being what it should be.
"""

from __future__ import annotations

import ast
import json
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from .fresh_stack import on_fresh_stack

TOO_DEEP = "nested too deeply"


def parsed(text: str | bytes) -> ast.Module:
    """Return the tree of a Python text.

    Raises:
        SyntaxError: if there is none.
    """
    with _one_kind_of_error():
        try:
            return ast.parse(text)
        except RecursionError:  # whoever asks may stand deep in the stack
            return on_fresh_stack(lambda: ast.parse(text))


def checked(text: str) -> ast.Module:
    """Return the tree of a Python text that compiles, which says more than that it can be parsed; nothing of it runs.

    Raises:
        SyntaxError: if it does not.
    """
    tree = parsed(text)
    with _one_kind_of_error():
        compile(tree, "<text>", "exec", dont_inherit=True)
    return tree


def parsed_expression(text: str) -> ast.expr:
    """Return the tree of a Python expression.

    Raises:
        SyntaxError: if there is none.
    """
    with _one_kind_of_error():
        return ast.parse(text, mode="eval").body


@contextmanager
def _one_kind_of_error() -> Iterator[None]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # invalid escapes in somebody's strings
        try:
            yield
        except (RecursionError, MemoryError) as error:
            raise SyntaxError(TOO_DEEP) from error
        except (ValueError, LookupError) as error:  # NUL bytes, half a surrogate pair; a codec that is not of text
            raise SyntaxError(_one_line(error)) from error


def toml(text: str) -> dict[str, object]:
    """Return what a TOML text says.

    Raises:
        ValueError: if it is none; str() is one line.
    """
    import tomli  # not above: most runs read no TOML, and it takes a while to load

    try:
        return tomli.loads(text)
    except RecursionError as error:
        raise ValueError(TOO_DEEP) from error
    except ValueError as error:
        raise ValueError(_one_line(error)) from error


def json_value(text: str | bytes) -> Any:  # what JSON holds has no type before it is read
    """Return what a JSON text says.

    Raises:
        ValueError: if it is none; str() is one line.
    """
    try:
        return json.loads(text)
    except RecursionError as error:
        raise ValueError(TOO_DEEP) from error
    except ValueError as error:
        raise ValueError(_one_line(error)) from error


def ini_sections(text: str) -> dict[str, dict[str, str]]:
    """Return the sections of an INI text, each with its keys, `[DEFAULT]` laid under them.

    Raises:
        ValueError: if it is none; str() is one line.
    """
    import configparser  # as above

    parser = configparser.ConfigParser(interpolation=None, strict=False)
    try:
        parser.read_string(text)
    except configparser.Error as error:
        raise ValueError(_one_line(error)) from error
    return {name: dict(parser.items(name)) for name in parser.sections()}


def _one_line(error: Exception) -> str:
    return " ".join(str(error).split())
