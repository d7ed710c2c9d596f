"""What an editor's settings may say, as a command line: they may stand in a project's file, and obey the same rules."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from ..config.effects import ALIASES, COMMANDS, FLAKE8, FST, refusal
from ..config.settings import OPTIONS

COMMAND = "lsp"
SECTION = "flaskStartup"
_OF_EDITORS = frozenset({"command", "trace"})  # what editors keep in the same place for themselves
_FLAGS = frozenset({option.name for option in OPTIONS if option.is_flag} | {"disable-noqa", "isolated", "show-source"})


class Read(NamedTuple):
    """What settings come to: arguments of flake8's parser, and a line for each setting that cannot be used."""

    arguments: tuple[str, ...]
    refused: tuple[str, ...]


def arguments_of(settings: object) -> Read:
    """Return an editor's settings as arguments; their names are those of `[tool.flask-startup]` and of flake8."""
    if settings is None:
        return Read((), ())
    if not isinstance(settings, Mapping):
        return Read((), (f"{SECTION}: settings are an object of names and values",))
    arguments, refused = [], []
    for name, value in settings.items():
        if name in _OF_EDITORS:
            continue
        try:
            arguments += _argument(str(name), value)
        except ValueError as error:
            refused.append(f"{SECTION}.{name}: {error}")
    return Read(tuple(arguments), tuple(refused))


def _argument(name: str, value: object) -> list[str]:
    """Return the arguments that a setting comes to; ValueError, with the reason, for one that cannot be used."""
    plain = name.removeprefix("fst-")
    plain = ALIASES.get(plain, plain)
    if name not in COMMANDS[COMMAND] or plain not in {*FST, *FLAKE8}:  # what else the command takes is no setting
        raise ValueError("there is no such setting")
    option = f"fst-{plain}" if plain in FST else plain
    if reason := refusal(COMMAND, option):
        raise ValueError(reason)
    if value is None or value == "":
        return []
    if plain in _FLAGS:
        if not isinstance(value, bool):
            raise ValueError("must be true or false")
        return [f"--{option}"] if value else []
    if isinstance(value, list) and all(isinstance(each, str) for each in value):
        return [f"--{option}={','.join(value)}"] if value else []
    if isinstance(value, bool) or not isinstance(value, (str, int, float)):
        raise ValueError("must be text, a number or a list of texts")
    return [f"--{option}={value}"]
