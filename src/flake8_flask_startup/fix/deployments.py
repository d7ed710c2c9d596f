"""Bytecode on in the files that say how an app is deployed: edits of their text, each read again before it counts.

No format is written anew here. What a finding is about is looked for on its line, and taken out or added to; then the
reader of the format has to find everything else as it was.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from pathlib import Path

from ..check.deployment.checking import check_file
from ..check.deployment.rules import DEPLOYMENT_RULES
from ..config.deployment.model import Command, Deployment, Variable
from ..config.deployment.reading import read
from ..config.deployment.shell import program
from ..config.deployment.yaml_nodes import NoReaderError
from ..config.settings import Settings
from ..files.paths import shown_file
from ..startup.graph.trace import Statement
from .refusal import Refused
from .steps import Step

OFF, UNCOMPILED = "FST614", "FST615"
CODES = frozenset({OFF, UNCOMPILED})
_VARIABLES = {OFF: "PYTHONDONTWRITEBYTECODE", UNCOMPILED: "PIP_NO_COMPILE"}
_FLAG, _NO_FLAG = "--compile-bytecode", "--no-compile"
_UV = re.compile(r"\buv\b[^\n;&|\"',]*?\s(?:pip[ \t]+install|pip[ \t]+sync|sync|add)(?=\s|$)")
_ABOUT = re.compile(r"pyc\b|byte-?\s?code|PYTHONDONTWRITEBYTECODE", re.IGNORECASE)
_HEAD = r"(?:ENV[ \t]+|export[ \t]+|-[ \t]+|Environment=|env[ \t]*=[ \t]*)?"  # what may stand before it on its line
MAX_LINES = 50  # of a command
MAX_LENGTH = 2_000  # characters of a line: the edits of longer ones take time that grows with the square
MAX_PLACES = 16  # in one file, each of which is read again


def deployment_steps(files: Iterable[str], settings: Settings) -> Iterator[Step]:
    """Return a step for each finding about bytecode in deployment files; nothing of what cannot be read."""
    for name in files:
        try:
            found = {(each.line, each.code) for each in check_file(name, settings).found if each.code in CODES}
        except NoReaderError:
            continue
        for line, code in sorted(found):
            what = "bytecode kept" if code == OFF else "packages compiled when they are installed"
            yield Step(what, 0.0, {Statement(shown_file(name), line): code},
                           is_whole=False, is_priced=False)  # fmt: skip


def with_bytecode(path: Path, text: str, places: Collection[tuple[int, str]]) -> str:
    """Return the text of a deployment file without what findings with these lines and codes are about.

    Raises:
        Refused: where no edit is known for one of them.
    """
    if "\r" in text:
        if not text.count("\r\n") == text.count("\n") == text.count("\r"):
            raise Refused("its lines end in several ways")
        return with_bytecode(path, text.replace("\r\n", "\n"), places).replace("\n", "\r\n")
    if len(places) > MAX_PLACES:
        raise Refused(f"there are more than {MAX_PLACES} of them in one file")
    if any(len(each) > MAX_LENGTH for each in text.split("\n")):
        raise Refused(f"a line has more than {MAX_LENGTH:,} characters")
    counts = Counter(_findings(read(path, text)))
    for line, code in sorted(places, reverse=True):
        for _ in range(counts[line, code]):  # one line may have several
            before = read(path, text)
            made = (each for each in _candidates(text, line, code) if _is_the_rest(before, read(path, each), code))
            found = next(made, None)
            if found is None:
                raise Refused(f"line {line}: {code} is written in a form that no edit is known for")
            text = found
    return text


def _findings(deployment: Deployment) -> Iterator[tuple[int, str]]:
    for rule in DEPLOYMENT_RULES:
        yield from ((each.span.line, each.code) for each in rule.check(deployment) if each.code in CODES)


def _candidates(text: str, line: int, code: str) -> Iterator[str]:
    """The texts that one of the known edits makes."""
    lines = text.split("\n")
    if code == OFF:
        yield from _without_variable(lines, line - 1, _VARIABLES[OFF])
        return
    start = sum(len(each) + 1 for each in lines[: line - 1])
    end = sum(len(each) + 1 for each in lines[: line + MAX_LINES])
    if match := _UV.search(text, start, end):
        yield f"{text[: match.end()]} {_FLAG}{text[match.end() :]}"
    for match in re.finditer(rf"[ \t]+{_NO_FLAG}(?=\s|$)", text[start:end]):
        yield text[: start + match.start()] + text[start + match.end() :]
    for number, each in enumerate(lines):
        if _VARIABLES[UNCOMPILED] in each:
            yield from _without_variable(lines, number, _VARIABLES[UNCOMPILED])


def _without_variable(lines: list[str], at: int, name: str) -> Iterator[str]:
    """The texts without an assignment of a variable on a line: without the line, or the part of it."""
    value = r"(?:\"[^\"]*\"|'[^']*'|[^\s\"',\]}#;]*)"
    token = rf"(?:\"{name}=[^\"]*\"|'{name}=[^']*'|[\"']?{name}[\"']?(?:=|[ \t]*:[ \t]*|[ \t]+){value})"
    if re.fullmatch(rf"\s*{_HEAD}{token}[ \t]*;?[ \t]*\\?(?:[ \t]*#.*)?", lines[at]):
        first = at
        is_continued = at > 0 and lines[at - 1].rstrip().endswith("\\")
        goes_on = lines[at].rstrip().endswith("\\")
        if not is_continued and goes_on:  # the head of the statement stays
            head = re.match(rf"\s*{_HEAD}", lines[at])
            kept = (head[0] if head is not None else "") + "".join(lines[at + 1 : at + 2]).lstrip()
            yield "\n".join([*lines[:at], kept, *lines[at + 2 :]])
        before = lines[:at]
        if is_continued and not goes_on:
            before[-1] = re.sub(r"[ \t]*\\[ \t]*$", "", before[-1])
        elif not is_continued:
            first = _first_comment(lines, at)
            before = lines[:first]
        after = lines[at + 1 :]
        if after and not after[0].strip() and (not before or not before[-1].strip()):
            after = after[1:]  # blank lines do not add up
        if before and re.fullmatch(r"\s*environment:\s*", before[-1]) and not _goes_on(lines[at], after):
            before = before[:-1]  # nothing else is set there
        yield "\n".join([*before, *after])
    for part in (rf"{token},?[ \t]+(?!\\?$)", rf",?[ \t]*{token}"):
        if match := re.search(part, lines[at]):
            changed = lines[at][: match.start()] + lines[at][match.end() :]
            yield "\n".join([*lines[:at], changed, *lines[at + 1 :]])


def _goes_on(line: str, after: list[str]) -> bool:
    """Whether the list or mapping of YAML that a line is of goes on behind it."""
    following = next((each for each in after if each.strip()), "")
    indents = [len(each) - len(each.lstrip()) for each in (line, following)]
    is_item = [each.lstrip().startswith("- ") for each in (line, following)]
    return indents[0] == indents[1] and is_item[0] == is_item[1]


def _first_comment(lines: list[str], at: int) -> int:
    """Where the comment about a line begins that stands right above it; the line itself if there is none."""
    first = at
    while first and lines[first - 1].lstrip().startswith("#"):
        first -= 1
    following = lines[at + 1].strip() if at + 1 < len(lines) else ""
    is_alone = not following or following.startswith("#")  # what follows has a comment of its own
    return first if is_alone and _ABOUT.search("\n".join(lines[first:at])) else at


def _is_the_rest(before: Deployment, after: Deployment, code: str) -> bool:
    """Whether a file says what it did but for one change: a variable less, or a command that compiles."""
    variables, left = (
        [_without_place(each) for each in before.variables],
        [_without_place(each) for each in after.variables],
    )
    commands, run = [_words(each) for each in before.commands], [_words(each) for each in after.commands]
    if variables != left:
        name = _VARIABLES[code]
        return commands == run and _is_one_less(variables, left, name)
    if code == OFF or len(commands) != len(run):
        return False
    changed = [(old, new) for old, new in zip(commands, run, strict=True) if old != new]
    return len(changed) == 1 and _compiles(*changed[0])


def _without_place(variable: Variable) -> tuple[str, str, bool]:
    return variable.name, variable.value, variable.is_build


def _words(command: Command) -> tuple[tuple[str, ...], bool, str]:
    return command.words, command.is_build, command.process


def _is_one_less(before: list[tuple[str, str, bool]], after: list[tuple[str, str, bool]], name: str) -> bool:
    """Whether some assignment of a variable is missing, and nothing else."""
    return any(
        each[0] == name and [*before[:number], *before[number + 1 :]] == after for number, each in enumerate(before)
    )


def _compiles(before: tuple[tuple[str, ...], bool, str], after: tuple[tuple[str, ...], bool, str]) -> bool:
    """Whether a command is the same but that it compiles."""
    old, new = before[0], after[0]
    if before[1:] != after[1:] or program(old)[0] != program(new)[0]:
        return False
    return list(old) == [each for each in new if each != _FLAG] or [each for each in old if each != _NO_FLAG] == list(
        new
    )
