"""What the project's ruff would say of imports in functions (PLC0415) and of lazy ones (TID254).

The nearest of ruff.toml, .ruff.toml and pyproject.toml with `[tool.ruff]` is read, as ruff looks for them; a file that
it extends is not, nor is `per-file-ignores`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from ..files.parsing import toml
from ..files.source_file import read_text

FILES = (".ruff.toml", "ruff.toml", "pyproject.toml")
DEFAULT = ("E4", "E7", "E9", "F")
IN_FUNCTIONS, LAZY = "PLC0415", "TID254"


@dataclass(frozen=True, slots=True)
class Ruff:
    """The configuration of ruff. path is its file, empty without one."""

    path: str = ""
    forbids_in_functions: bool = False
    forbids_lazy: bool = False


def ruff() -> Ruff:
    """Return what the configuration nearest to the working directory says; one that cannot be read says nothing."""
    here = Path.cwd()
    for folder in (here, *here.parents):
        for name in FILES:
            found = _table(folder / name)
            if found is not None:
                lint = found.get("lint")
                table = {**found, **(lint if isinstance(lint, dict) else {})}  # the options were outside once
                tidy = table.get("flake8-tidy-imports")
                banned = tidy.get("ban-lazy") if isinstance(tidy, dict) else None
                is_banned = (banned.get("include") if isinstance(banned, dict) else banned) == "all"
                return Ruff(name, _selects(table, IN_FUNCTIONS), is_banned and _selects(table, LAZY))
    return Ruff()


def _table(path: Path) -> Mapping[str, object] | None:
    try:
        whole: object = toml(read_text(path))
    except (OSError, ValueError):  # UnicodeDecodeError is one
        return None
    for key in ("tool", "ruff") if path.name == "pyproject.toml" else ():
        whole = whole.get(key) if isinstance(whole, dict) else None
    return whole if isinstance(whole, dict) else None


def _selects(table: Mapping[str, object], code: str) -> bool:
    """Whether a rule is on: the longest prefix of its code that is named decides, as ruff has it."""
    on = [*_names(table, "select", DEFAULT), *_names(table, "extend-select")]
    off = [*_names(table, "ignore"), *_names(table, "extend-ignore")]
    longest = [max((_length(code, each) for each in names), default=-1) for names in (on, off)]
    return longest[0] > longest[1]


def _length(code: str, prefix: str) -> int:
    if prefix == "ALL":
        return 0
    return len(prefix) if code.startswith(prefix) else -1


def _names(table: Mapping[str, object], key: str, default: Sequence[str] = ()) -> list[str]:
    found = table.get(key, default)
    return [each for each in found if isinstance(each, str)] if isinstance(found, (list, tuple)) else []
