"""The entry points that a project declares for installing it: in pyproject.toml, setup.cfg and setup.py.

Sources: the entry points specification of packaging.python.org; Poetry (`tool.poetry.scripts`, `tool.poetry.plugins`);
pbr (`[entry_points]` in setup.cfg).
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple

from ..files.parsing import ini_sections, toml
from ..files.trees import optional_tree

SCRIPTS = "console_scripts"  # the group of commands
FILES = ("pyproject.toml", "setup.cfg", "setup.py")


class Point(NamedTuple):
    """An entry point: its group and name, what it leads to, and where it is declared."""

    group: str
    name: str
    target: str
    place: str


@lru_cache(maxsize=8)  # by content: asked for with every call that looks for entry points
def declared_points(pyproject: str, setup_cfg: str, setup_py: str) -> Sequence[Point]:
    """Return the entry points that the texts of the three files declare, in their order.

    Raises:
        ValueError: if pyproject.toml or setup.cfg are not what they should be.
    """
    sections = ini_sections(setup_cfg)
    setup = {**sections.get("options.entry_points", {}), **sections.get("entry_points", {})}
    return (
        *_of_pyproject(toml(pyproject)),
        *_of_lines(setup, "setup.cfg"),
        *_of_lines(_given_to_setup(setup_py), "setup.py"),
    )


def _of_pyproject(project: Mapping[str, object]) -> Iterator[Point]:
    for keys, group in ((("project", "scripts"), SCRIPTS), (("tool", "poetry", "scripts"), SCRIPTS)):
        yield from _of_table(_inside(project, keys), group, keys)
    for keys in (("project", "entry-points"), ("tool", "poetry", "plugins")):
        groups = _inside(project, keys)
        for group in groups:
            yield from _of_table(_inside(groups, (group,)), group, (*keys, group))


def _inside(table: Mapping[str, object], keys: Sequence[str]) -> Mapping[str, object]:
    for key in keys:
        found = table.get(key)
        table = found if isinstance(found, dict) else {}
    return table


def _of_table(table: Mapping[str, object], group: str, keys: Sequence[str]) -> Iterator[Point]:
    for name, target in table.items():
        if isinstance(target, str):
            yield Point(group, name, _without_extras(target), f"[{'.'.join(keys)}] in pyproject.toml")


def _of_lines(groups: Mapping[str, str], file: str) -> Iterator[Point]:
    for group, lines in groups.items():
        for line in lines.splitlines():
            name, _, target = line.partition("=")
            if target.strip():
                yield Point(group, name.strip(), _without_extras(target), f"{group} in {file}")


def _without_extras(target: str) -> str:
    return target.partition("[")[0].strip()


def _given_to_setup(text: str) -> Mapping[str, str]:
    """The groups of entry points, a line each, that a setup.py gives to setup() as they are written."""
    tree = optional_tree(text) if "entry_points" in text else None
    for node in ast.walk(tree) if tree is not None else ():
        if not isinstance(node, ast.keyword) or node.arg != "entry_points":
            continue
        try:
            given = ast.literal_eval(node.value)
            given = ini_sections(given) if isinstance(given, str) else given
        except (ValueError, TypeError):  # worked out when it runs
            continue
        if isinstance(given, Mapping):
            return {str(group): _as_lines(each) for group, each in given.items()}
    return {}


def _as_lines(given: object) -> str:
    if isinstance(given, Mapping):  # of an INI text: each name a key
        return "\n".join(f"{name} = {target}" for name, target in given.items())
    return "\n".join(map(str, given)) if isinstance(given, (list, tuple)) else str(given)
