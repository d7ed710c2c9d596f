"""Formats of one command or variable a line, such as Procfiles, environment files, units of systemd and makefiles."""

from __future__ import annotations

import re
from collections.abc import Sequence

from ..purpose import DEVELOPMENT, TESTING
from ..purpose import words as words_of
from .model import CHANGE_FOLDER, Command, Variable
from .shell import Contents, WordPlaces, command_line, split

_PROCESS = re.compile(r"([\w-]+):\s*(.+)")
_VARIABLE = re.compile(r"\s*(?:export\s+)?([A-Za-z_]\w*)\s*=\s*(.*)")
_UWSGI = "[uwsgi]"
_SETTING = re.compile(r"\s*([\w-]+)\s*=\s*(.*)")
_RULE = re.compile(r"([^\t#:=][^:=]*):(?!=)[^=]*")
_MAKE_VARIABLE = re.compile(r"([A-Za-z_]\w*)\s*[:?]?=\s*(.*)")
_REFERENCE = re.compile(r"\$[({](\w+)[)}]")
_ALIAS = re.compile(r"\s*WSGIScriptAlias(?:Match)?\s+(.*)", re.IGNORECASE)
_UNIT = re.compile(r"\s*(Exec\w+|Environment|WorkingDirectory)\s*=\s*[-@:+!]*(.*)")


def procfile(lines: Sequence[str]) -> Contents:
    """A Procfile: `name: command` (Heroku's documentation, "The Procfile")."""
    commands: list[Command] = []
    variables: list[Variable] = []
    for number, line in enumerate(lines, 1):
        if match := _PROCESS.fullmatch(line.strip()):
            places = WordPlaces(lines, number)
            for words in split(match[2]):
                contents = command_line(words, places)
                commands += [each._replace(process=match[1]) for each in contents.commands]
                variables += contents.variables
    return Contents(tuple(commands), tuple(variables))


def environment(lines: Sequence[str]) -> Contents:
    """An environment file as python-dotenv reads it, which Flask uses: `NAME=value`, quotes, `export`, comments."""
    variables = []
    for number, line in enumerate(lines, 1):
        if match := _VARIABLE.fullmatch(line.rstrip()):
            words = next(split(match[2]), ())
            variables.append(Variable(match[1], words[0] if words else "", WordPlaces(lines, number).find(match[1])))
    return Contents(variables=tuple(variables))


def unit(lines: Sequence[str]) -> Contents:
    """A systemd unit: `ExecStart=` with its prefixes, `Environment=`, `WorkingDirectory=`.

    Sources: systemd.service(5), systemd.exec(5).
    """
    commands: list[Command] = []
    variables: list[Variable] = []
    number = 0
    while number < len(lines):
        first = number + 1
        text = ""
        while number < len(lines):
            line = lines[number].rstrip()
            number += 1
            text += line.removesuffix("\\")
            if not line.endswith("\\"):
                break
        match = None if text.lstrip().startswith(("#", ";")) else _UNIT.fullmatch(text)
        if match is None:
            continue
        places = WordPlaces(lines, first)
        for words in split(match[2]):
            if match[1] == "Environment":
                pairs = (word.partition("=") for word in words)
                variables += [Variable(name, value, places.find(name)) for name, _, value in pairs]
            else:
                given = (CHANGE_FOLDER, *words) if match[1] == "WorkingDirectory" else words
                commands += command_line(given, places).commands
    return Contents(tuple(commands), tuple(variables))


def supervisor(lines: Sequence[str]) -> Contents:
    """The programs of supervisord: `command=`, `directory=`, `environment=A="1",B="2"` (its "Configuration File")."""
    commands: list[Command] = []
    variables: list[Variable] = []
    for number, line in enumerate(lines, 1):
        match = _SETTING.fullmatch(line.partition(" ;")[0].rstrip())
        if match is None or match[1] not in ("command", "directory", "environment"):
            continue
        places = WordPlaces(lines, number)
        for words in split(match[2].replace(",", " ") if match[1] == "environment" else match[2]):
            if match[1] != "environment":
                given = (CHANGE_FOLDER, *words) if match[1] == "directory" else words
                commands += command_line(given, places).commands
            else:
                pairs = (word.partition("=") for word in words)
                variables += [Variable(name, value, places.find(name)) for name, _, value in pairs]
    return Contents(tuple(commands), tuple(variables))


def uwsgi(lines: Sequence[str]) -> Contents:
    """A configuration of uWSGI: its settings are its options, without their dashes (its documentation, "Options")."""
    words = ["uwsgi"]
    is_inside = False
    for line in lines:
        is_inside = line.strip() == _UWSGI if line.lstrip().startswith("[") else is_inside
        match = _SETTING.fullmatch(line.rstrip()) if is_inside else None
        if match is not None and not line.lstrip().startswith(("#", ";")):
            words += [f"--{match[1]}", match[2]]
    return Contents((Command(tuple(words), WordPlaces(lines, 1).find(_UWSGI)),) if words[1:] else ())


def apache(lines: Sequence[str]) -> Contents:
    """The scripts that a configuration of Apache gives mod_wsgi, by its documentation of `WSGIScriptAlias`.

    The scripts called `.wsgi` are found where they lie: their names are none that a module has.
    """
    commands = []
    for number, line in enumerate(lines, 1):
        match = _ALIAS.match(line)
        for words in split(match[1]) if match is not None else ():
            if len(words) > 1 and not words[1].endswith(".wsgi"):
                given = ("mod_wsgi-express", "start-server", words[1])
                commands.append(Command(given, WordPlaces(lines, number).find(words[1])))
    return Contents(tuple(commands))


def makefile(lines: Sequence[str]) -> Contents:
    """The recipes of a makefile whose targets are not called development or test (GNU make's manual, "Recipes")."""
    commands: list[Command] = []
    variables: list[Variable] = []
    values: dict[str, str] = {}
    is_left_out = False
    for number, line in enumerate(lines, 1):
        if not line.startswith("\t"):
            if match := _MAKE_VARIABLE.fullmatch(line.rstrip()):
                values[match[1]] = match[2]
            elif match := _RULE.fullmatch(line):
                is_left_out = not words_of(match[1]).isdisjoint(DEVELOPMENT | TESTING)
        elif not is_left_out:
            text = _REFERENCE.sub(lambda each: values.get(each[1], ""), line.strip().lstrip("@-+"))
            for each in split(text.removesuffix("\\").replace("$$", "$")):
                if each:
                    contents = command_line(each, WordPlaces(lines, number))
                    commands += contents.commands
                    variables += contents.variables
    return Contents(tuple(commands), tuple(variables))
