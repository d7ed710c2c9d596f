"""Command lines and scripts of a POSIX shell, as far as starting an app goes: simple commands and assignments.

What a shell would have to run to know (expansions, functions, loops) stays as it is written.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Collection, Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

from ...model import Span
from ..purpose import DEVELOPMENT, TESTING
from .model import Command, Variable

_DEFAULT = re.compile(r"\$\{\w+:?-([^}]*)\}")
_ASSIGNMENT = re.compile(r"([A-Za-z_]\w*)=(.*)", re.DOTALL)
_HEREDOC = re.compile(r"<<(-?)\s*([\"']?)(\w+)\2")
MAX_LINES = 100  # that are looked through for a word, comments and blank lines among them
MAX_MISSES = 100  # words that are not found as they are: with more, a text is quoted all over
_JOINED_BEFORE, _JOINED_AFTER = "_./-", "_.-"
_SEPARATORS = ";&|()\n"
_WORD = re.compile(r"[a-z]+")
# Words of the grammar that stand before a command.
_KEYWORDS = frozenset({"!", "do", "elif", "else", "if", "then", "until", "while", "{", "}"})
# Programs that run what follows them, with the number of their own arguments before it.
_LAUNCHERS = {
    "command": 0, "ddtrace-run": 0, "dumb-init": 0, "env": 0, "exec": 0, "gosu": 1, "nohup": 0,
    "opentelemetry-instrument": 0, "su-exec": 1, "sudo": 0, "tini": 0, "time": 0,
}  # fmt: skip
_RUNNERS = {
    "conda": "run", "hatch": "run", "mamba": "run", "micromamba": "run", "newrelic-admin": "run-program", "pdm": "run",
    "pipenv": "run", "poetry": "run", "rye": "run", "uv": "run",
}  # fmt: skip
# Options of those, in front of the program, that take the next word.
_TAKING = frozenset(
    {
        "-n", "-p", "--cwd", "--directory", "--env-file", "--extra", "--group", "--name", "--package", "--prefix",
        "--project", "--python", "--with",
    }
)  # fmt: skip
_SHELLS = frozenset({"ash", "bash", "dash", "runuser", "sh", "su", "zsh"})
_SCRIPT_OPTION = re.compile(r"-[a-z]*c|--command")
_PYTHON = re.compile(r"python[\d.]*")


class Contents(NamedTuple):
    """Commands and variables, in order."""

    commands: tuple[Command, ...] = ()
    variables: tuple[Variable, ...] = ()


class WordPlaces:
    """Finds the places of words, in the order in which they are asked for."""

    def __init__(self, lines: Sequence[str], first: int) -> None:
        self._lines = lines
        self._line = first
        self._column = 0
        self._misses = 0

    def find(self, word: str) -> Span:
        """The next place of a word; where nothing is found, as in quoted text, the place found last."""
        start = self._column
        last = min(len(self._lines), self._line + MAX_LINES) if self._misses < MAX_MISSES else 0
        for number in range(self._line, last + 1):
            at = _found(self._lines[number - 1], word, start)
            if at >= 0:
                self._line, self._column = number, at + len(word)
                return Span(number, at)
            start = 0
        self._misses += 1
        return Span(self._line, 0)


def _found(line: str, word: str, start: int) -> int:
    """Where a line has a word by itself, from a column on; -1 where it has not."""
    at = line.find(word, start) if word else -1
    while at >= 0:
        before, after = line[at - 1 : at] if at else "", line[at + len(word) : at + len(word) + 1]
        is_part = (before.isalnum() or before in _JOINED_BEFORE) if before else False
        goes_on = (after.isalnum() or after in _JOINED_AFTER) if after and word[-1].isalnum() else False
        if not is_part and not goes_on:
            return at
        at = line.find(word, at + len(word))
    return -1


def program(words: Sequence[str]) -> tuple[str, tuple[str, ...]]:
    """The name of the program that a command runs in the end, and its arguments."""
    at = 0
    while at < len(words):
        name = words[at]
        at += 1
        base = name.rpartition("/")[2]
        if base in _LAUNCHERS:
            at = _behind_options(words, at + _LAUNCHERS[base])
        elif base in _RUNNERS and _RUNNERS[base] in words[at : at + 2]:
            at = _behind_options(words, words.index(_RUNNERS[base], at) + 1, _TAKING)
        elif _PYTHON.fullmatch(base) and "-m" in words[at : at + 3] and words[-1] != "-m":
            at = words.index("-m", at) + 1
            return words[at], tuple(words[at + 1 :])
        elif _ASSIGNMENT.fullmatch(name) is None:
            return base, tuple(words[at:])
    return "", ()


def _behind_options(words: Sequence[str], at: int, taking: Collection[str] = ()) -> int:
    while at < len(words) and words[at].startswith("-"):
        at += 2 if words[at] in taking else 1
    return at


def script(lines: Sequence[str], first: int = 1, last: int | None = None, *, is_build: bool = False) -> Contents:
    """What lines first to last (from 1) of a file say as a shell script.

    What stands under a test that asks for development is left out: it is a choice between development and production.
    """
    places = WordPlaces(lines, first)
    commands: list[Command] = []
    variables: list[Variable] = []
    tests: list[bool] = []  # of each block that a command is in: whether it, or one around it, asks for development
    for text in _logical_lines(lines[first - 1 : last]):
        for words in split(text):
            _note_block(words, tests)
            bare = _without_keywords(words)
            if not bare:
                continue
            contents = command_line(bare, places, is_build=is_build)
            if not tests or not tests[-1]:
                commands += contents.commands
                variables += contents.variables
    return Contents(tuple(commands), tuple(variables))


def command_line(words: Sequence[str], places: WordPlaces, *, is_build: bool = False) -> Contents:
    """What one command says; that of `sh -c` and `su -c` is read as a script."""
    name, arguments = program(words)
    given = _script_given(name, arguments)
    if not given:
        return _command(words, places, is_build) if words else Contents()
    parts = [
        command_line(bare, places, is_build=is_build) for each in split(given) if (bare := _without_keywords(each))
    ]
    return Contents(
        tuple(command for each in parts for command in each.commands),
        tuple(variable for each in parts for variable in each.variables),
    )


def _script_given(name: str, arguments: Sequence[str]) -> str:
    """The script that a shell is given as an argument; empty for any other command."""
    if name not in _SHELLS:
        return ""
    return next((text for option, text in pairwise(arguments) if _SCRIPT_OPTION.fullmatch(option)), "")


def split(text: str) -> Iterator[tuple[str, ...]]:
    """The simple commands of a line, as words; nothing for a line that ends in the middle of a quotation."""
    closed, end, rest = text.rpartition("}")  # what is not closed would be searched to its end again and again
    joined = (_DEFAULT.sub(r"\1", closed + end) + rest).replace("\\\n", " ")
    lexer = shlex.shlex(joined, posix=True, punctuation_chars=_SEPARATORS)
    lexer.whitespace = " \t\r"
    lexer.whitespace_split = True
    lexer.commenters = ""
    words: list[str] = []
    is_comment = False
    try:
        for word in lexer:
            is_comment = (is_comment or word.startswith("#")) and "\n" not in word
            if word and not word.strip(_SEPARATORS):
                yield tuple(words)
                words = []
            elif not is_comment:
                words.append(word)
    except ValueError:
        return
    yield tuple(words)


def _logical_lines(lines: Sequence[str]) -> Iterator[str]:
    """Lines with their continuations, without comments and without the texts of here-documents."""
    pending = iter(lines)
    parts: list[str] = []
    for line in pending:
        if line.lstrip().startswith("#"):
            continue
        part = line.rstrip("\r\n")
        if part.endswith("\\"):
            parts.append(part[:-1] + " ")
            continue
        text = "".join((*parts, part))
        parts = []
        yield text
        if heredoc := _HEREDOC.search(text):
            for inner in pending:
                if inner.strip() == heredoc[3]:
                    break
    if parts:
        yield "".join(parts)


def _note_block(words: Sequence[str], tests: list[bool]) -> None:
    """Keep count of the tests around what follows."""
    if not words:
        return
    asks = not {part for word in words for part in _WORD.findall(word.lower())}.isdisjoint(DEVELOPMENT | TESTING)
    if words[0] in {"if", "case"}:
        tests.append(asks or (bool(tests) and tests[-1]))
    elif words[0] in {"fi", "esac"} and tests:
        tests.pop()
    elif tests and (words[0] == "elif" or len(words) == 1):  # a pattern of a case
        tests[-1] = tests[-1] or asks


def _without_keywords(words: Sequence[str]) -> tuple[str, ...]:
    start = 0
    while start < len(words) and words[start] in _KEYWORDS:
        start += 1
    return tuple(words[start:])


def _command(words: Sequence[str], places: WordPlaces, is_build: bool) -> Contents:
    """A simple command with the assignments before it, or those that `export` makes."""
    variables = []
    rest = list(words)
    exports = rest[0] in {"export", "env"}
    for word in rest[1:] if exports else rest:
        match = _ASSIGNMENT.fullmatch(word)
        if match is None:
            break
        variables.append(Variable(match[1], match[2], places.find(f"{match[1]}="), is_build))
    rest = rest[len(variables) + exports :] if variables or rest[0] == "export" else rest
    if not rest:
        return Contents(variables=tuple(variables))
    name, _ = program(rest)
    named = next((word for word in rest if word.rpartition("/")[2] == name), rest[0])
    return Contents((Command(tuple(rest), places.find(named), is_build),), tuple(variables))
