"""What each option may do besides changing what is printed: read, write or run something. The only such list.

A project's files come from whoever wrote the project. What an option in them may at most do is read: what runs
something, or names what is run or written, is taken from the command line alone. An option that is not in the list may
do anything.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import Flag, auto


class OptionEffect(Flag):
    """What an option may do, or makes a command do."""

    NONE = 0
    READS = auto()
    WRITES = auto()
    RUNS = auto()


ANYTHING = OptionEffect.READS | OptionEffect.WRITES | OptionEffect.RUNS
_NONE, _READS, _WRITES, _RUNS = OptionEffect.NONE, OptionEffect.READS, OptionEffect.WRITES, OptionEffect.RUNS

# `--fst-NAME` of flake8 and of the commands. A cache folder inside the project may be named in its files.
FST: Mapping[str, OptionEffect] = {
    "all": _NONE,
    "app": _READS,
    "app-classes": _NONE,
    "budget": _NONE,
    "budgets": _NONE,
    "cache": _READS | _WRITES,
    "costs": _READS,
    "dev-packages": _NONE,
    "env": _READS,
    "estimated-threshold": _NONE,
    "factories": _NONE,
    "first-party": _NONE,
    "forbid": _NONE,
    "lazy-imports": _NONE,
    "not-startup": _NONE,
    "roots": _READS,
    "scale": _NONE,
    "startup-modules": _READS,
    "target-version": _NONE,
    "threshold": _NONE,
}

# Options of flake8 that `check` has too. A configuration file that is named may in turn name the cache folder.
FLAKE8: Mapping[str, OptionEffect] = {
    "append-config": _READS | _WRITES,
    "config": _READS | _WRITES,
    "disable-noqa": _NONE,
    "exclude": _NONE,
    "extend-exclude": _NONE,
    "extend-ignore": _NONE,
    "extend-select": _NONE,
    "filename": _NONE,
    "ignore": _NONE,
    "isolated": _NONE,
    "per-file-ignores": _NONE,
    "select": _NONE,
    "show-source": _NONE,
    "stdin-display-name": _NONE,
}

# The commands know them without "fst-" as well, and one of them by a third name.
ALIASES: Mapping[str, str] = {"root": "roots"}
_OF_SETTINGS: Mapping[str, OptionEffect] = {
    **FST,
    **{f"fst-{name}": effect for name, effect in FST.items()},
    **{alias: FST[name] for alias, name in ALIASES.items()},
}

COMMANDS: Mapping[str, Mapping[str, OptionEffect]] = {
    "baseline": {
        **_OF_SETTINGS,
        **FLAKE8,
        "quiet": _NONE,
    },
    "bench": {
        "app": _RUNS,
        "json": _WRITES,
        "python": _RUNS,
        "quiet": _NONE,
        "runs": _NONE,
        "timeout": _NONE,
        "uncached": _NONE,
    },
    "check": {
        **_OF_SETTINGS,
        **FLAKE8,
        "baseline": _READS,
        "exit-zero": _NONE,
        "format": _NONE,
        "jobs": _NONE,
        "locked": _READS,
        "output": _WRITES,
        "quiet": _NONE,
        "statistics": _NONE,
    },
    "diff": {"exit-zero": _NONE, "format": _NONE, "output": _WRITES},
    "entries": {
        **_OF_SETTINGS,
        "format": _NONE,
    },
    "explain": {"all": _NONE},
    "fix": {
        **_OF_SETTINGS,
        **FLAKE8,
        "get": _RUNS,
        "interactive": _NONE,
        "min-saving": _NONE,
        "python": _RUNS,
        "quiet": _NONE,
        "style": _NONE,
        "unsafe": _WRITES,  # what may change how the app behaves is for the command line alone
        "verify": _RUNS,
        "write": _WRITES,
    },
    "lock": {
        **_OF_SETTINGS,
        "quiet": _NONE,
        "update": _WRITES,
    },
    "lsp": {
        **_OF_SETTINGS,
        **FLAKE8,
        "stdio": _NONE,
    },
    "measure": {
        "calibrate": _RUNS | _WRITES,
        "jobs": _NONE,
        "output": _WRITES,
        "python": _RUNS,
        "timeout": _NONE,
    },
    "ready": {
        "app": _RUNS,
        "cold-under": _NONE,
        "env": _RUNS,
        "profile-under": _NONE,
        "python": _RUNS,
        "quiet": _NONE,
        "runs": _NONE,
        "server": _RUNS,
        "skip": _NONE,
        "timeout": _NONE,
        "uncached": _NONE,
    },
    "report": {
        **_OF_SETTINGS,
        "depth": _NONE,
        "format": _NONE,
        "importtime": _READS,
        "least": _NONE,
        "link": _NONE,
        "measured": _RUNS,
        "output": _WRITES,
        "python": _RUNS,
        "timeout": _NONE,
        "tree": _NONE,
    },
    "verify": {
        "app": _RUNS,
        "env": _RUNS,
        "get": _RUNS,
        "json": _WRITES,
        "python": _RUNS,
        "quiet": _NONE,
        "runs": _NONE,
        "timeout": _NONE,
        "uncached": _NONE,
    },
}


def refusal(command: str, option: str) -> str:
    """Return why an option of a command cannot stand in a project's file; "" where it can."""
    effect = COMMANDS.get(command, {}).get(option, ANYTHING)
    if effect & OptionEffect.RUNS:
        return "says what is run, which only the command line may"
    if effect & OptionEffect.WRITES:
        return "says what is written, which only the command line may"
    return ""
