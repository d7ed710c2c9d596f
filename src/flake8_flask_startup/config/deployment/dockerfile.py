"""Dockerfiles: Docker's "Dockerfile reference" on comments, continuations, here-documents, forms and stages.

The parsers on the package index either need a Go compiler, or read neither here-documents nor stages.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

from ...files.parsing import json_value
from ..purpose import DEVELOPMENT, TESTING, words
from .model import CHANGE_FOLDER, HANDLER, Command, Variable
from .shell import Contents, WordPlaces, command_line, script, split

_ESCAPE = re.compile(r"#\s*escape\s*=\s*(\S)\s*", re.IGNORECASE)
_HEREDOC = re.compile(r"<<-?\s*([\"']?)(\w+)\1")
_LAMBDA = "lambda/python"  # AWS's base images, whose entry point is given the handler (AWS Lambda's "Python images")
_FLAGS = re.compile(r"(?:--\S+\s+)*")


class Instruction(NamedTuple):
    """An instruction with its arguments, on lines first to last."""

    name: str
    arguments: str
    first: int
    last: int
    has_heredoc: bool


def read(lines: Sequence[str]) -> Contents:
    """What a Dockerfile runs and sets, in the stages that are not called development or test."""
    commands: list[Command] = []
    variables: list[Variable] = []
    entrypoint: tuple[str, ...] = ()
    entered: Instruction | None = None
    development = False
    for each in instructions(lines):
        if each.name == "FROM":
            development = not words(_stage(each.arguments)).isdisjoint(DEVELOPMENT | TESTING)
            entrypoint, entered = ((HANDLER,), each) if _LAMBDA in each.arguments else ((), None)
        if development:
            continue
        places = WordPlaces(lines, each.first)
        if each.name in {"ENV", "ARG"}:
            variables += _variables(each, places)
        elif each.name in {"ADD", "COPY", "WORKDIR"}:
            commands += [Command((CHANGE_FOLDER, folder), places.find(folder)) for folder in _folders(each)]
        elif each.name == "RUN":
            contents = _run(each, lines, places)
            commands += contents.commands
            variables += contents.variables
        elif each.name in {"CMD", "ENTRYPOINT"}:
            form = exec_form(each.arguments)
            if each.name == "ENTRYPOINT":
                entrypoint, entered = form or (), each
            elif form is not None and entrypoint and entered is not None:
                commands = [known for known in commands if known.is_build or known.span.line < entered.first]
                form, places = (*entrypoint, *form), WordPlaces(lines, entered.first)
            contents = _started(each, form, places)
            commands += contents.commands
            variables += contents.variables
    return Contents(tuple(commands), tuple(variables))


def instructions(lines: Sequence[str]) -> Iterator[Instruction]:
    """The instructions of a Dockerfile; a here-document belongs to the instruction that begins it."""
    escape = _escape(lines)
    number = 0
    while number < len(lines):
        first = number + 1
        text, number = _joined(lines, number, escape)
        name, _, arguments = text.strip().partition(" ")
        if not name:
            continue
        ends = [match[2] for match in _HEREDOC.finditer(text)] if name.upper() in {"RUN", "COPY", "ADD"} else []
        for end in ends:
            while number < len(lines) and lines[number].strip() != end:
                number += 1
            number += 1
        yield Instruction(name.upper(), arguments.strip(), first, min(number, len(lines)), bool(ends))


def _stage(arguments: str) -> str:
    """The name of the stage that a FROM begins: `image AS name`; "" for one without."""
    parts = arguments.split()
    return next((name for word, name in pairwise(parts[1:]) if word.lower() == "as"), "")


def exec_form(arguments: str) -> tuple[str, ...] | None:
    """The words of an instruction in exec form; None for the shell form."""
    if not arguments.startswith("["):
        return None
    try:
        contents = json_value(arguments)
    except ValueError:
        return None
    return tuple(contents) if isinstance(contents, list) and all(isinstance(each, str) for each in contents) else None


def _folders(each: Instruction) -> Sequence[str]:
    """The folders that an image works in, or has its files from; those of another stage are not there to be read."""
    given = exec_form(each.arguments) or each.arguments.split()
    if each.name == "WORKDIR" or any(word.startswith("--from") for word in given):
        return [each.arguments] if each.name == "WORKDIR" else []
    return [word for word in given if not word.startswith("--")][:-1]


def _escape(lines: Sequence[str]) -> str:
    """The character that continues a line; a parser directive at the top may name another than the backslash."""
    for line in lines:
        if not line.startswith("#"):
            break
        if match := _ESCAPE.fullmatch(line.strip()):
            return match[1]
    return "\\"


def _joined(lines: Sequence[str], number: int, escape: str) -> tuple[str, int]:
    """The text of the instruction that begins at an index, without comments, and the index after it."""
    text = ""
    while number < len(lines):
        line = lines[number].rstrip()
        number += 1
        if line.lstrip().startswith("#") or (text and not line.strip()):  # neither ends a continuation
            if text:
                continue
            return "", number
        if not line.endswith(escape):
            return text + line, number
        text += line[:-1] + " "
    return text, number


def _run(each: Instruction, lines: Sequence[str], places: WordPlaces) -> Contents:
    arguments = each.arguments[_FLAGS.match(each.arguments).end() :]  # type: ignore[union-attr]  # matches always
    form = exec_form(arguments)
    if form is not None:
        return command_line(form, places, is_build=True)
    if each.has_heredoc:
        return script(lines, each.first + 1, each.last - 1, is_build=True)
    contents = [command_line(each, places, is_build=True) for each in split(arguments)]
    commands = tuple(command for each in contents for command in each.commands)
    return Contents(commands, tuple(variable for each in contents for variable in each.variables))


def _started(each: Instruction, form: tuple[str, ...] | None, places: WordPlaces) -> Contents:
    parts = [form] if form is not None else list(split(each.arguments))
    contents = [command_line(part, places) for part in parts]
    return Contents(
        tuple(command for each in contents for command in each.commands),
        tuple(variable for each in contents for variable in each.variables),
    )


def _variables(each: Instruction, places: WordPlaces) -> Iterator[Variable]:
    """Both forms of ENV, `ENV NAME=value ...` and `ENV NAME value`, and ARG, which only the build sees."""
    parts = next(split(each.arguments), ())
    if parts and "=" not in parts[0]:
        if each.name == "ENV" and len(parts) > 1:
            yield Variable(parts[0], " ".join(parts[1:]), places.find(parts[0]))
        return
    for part in parts:
        name, equals, value = part.partition("=")
        if equals:
            yield Variable(name, value, places.find(f"{name}="), each.name == "ARG")
