"""Draws small projects out of the idioms of a page: two to four files that load modules in the ways of startup code."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from random import Random

PAGE = Path(__file__).with_name("idioms.md")
MODULES = (
    "asyncio", "atexit", "collections", "concurrent.futures", "contextlib", "dataclasses", "enum", "functools",
    "importlib", "importlib.resources", "itertools", "operator", "os", "pathlib", "queue", "sys", "threading", "types",
    "typing", "weakref",
)  # fmt: skip
HEAD = "".join(f"import {name}\n" for name in MODULES)
ENTRY = "main"
CREATE = "create"

_SECTION = re.compile(r"^## (.+?)$\n(.*?)(?=^## |\Z)", re.DOTALL | re.MULTILINE)
_FENCE = re.compile(r'```python title="(\w+)"\n(.*?)```', re.DOTALL)
_NAME = re.compile(r"\$([a-z])\b")
_BODY = re.compile(r"^( *)\$body$")
_BOUND = re.compile(r"^(?:(?:async )?def |class )?(\$[a-z])(?= =|\(|:)", re.MULTILINE)

MAX_DEPTH = 2  # of idioms in idioms
MAX_IDIOMS = 6  # in a project
MAX_LOADED = 20  # modules that a project may load


@dataclass(frozen=True, slots=True)
class Idiom:
    """Blocks of code that define something, in order, and the code that uses it."""

    title: str
    definitions: tuple[str, ...]
    use: str


@dataclass(frozen=True, slots=True)
class Program:
    """A project: its files by name, its entry point as the trace wants it, code that does the same, and its idioms."""

    files: Mapping[str, str]
    entry: str
    code: str
    idioms: Sequence[str]


@cache
def idioms() -> tuple[Idiom, ...]:
    """Return the idioms of the page."""
    found = []
    for title, text in _SECTION.findall(PAGE.read_text(encoding="utf-8")):
        fences = _FENCE.findall(text)
        definitions = tuple(block for kind, block in fences if kind == "define")
        found.append(Idiom(title, definitions, next(block for kind, block in fences if kind == "use")))
    return tuple(found)


@dataclass(slots=True)
class _Draft:
    """A project that is being drawn. A module uses itself and those after it, and so no import goes round."""

    random: Random
    modules: list[str]
    only: Sequence[Idiom]
    lines: dict[str, list[str]] = field(default_factory=dict)
    used: list[str] = field(default_factory=list)
    names: int = 0
    loaded: int = 0

    def block(self, module: int, depth: int) -> list[str]:
        """Return code that loads something, for a module with a number."""
        if depth < MAX_DEPTH and len(self.used) < MAX_IDIOMS and self.random.random() < 0.35:
            return self.idiom(module, depth + 1)
        return [self._leaf()]

    def _leaf(self) -> str:
        name = self._marker()
        forms = (f"import {name}",) * 4 + (f"from {name} import value", f"importlib.import_module({name!r})")
        return self.random.choice(forms)

    def _marker(self) -> str:
        self.loaded += 1
        return f"mark_{self.loaded:02}"

    def idiom(self, module: int, depth: int) -> list[str]:
        """Put the definitions of an idiom into modules; return the code that uses it."""
        chosen = self.random.choice(self.only)
        self.used.append(chosen.title)
        names: dict[str, str] = {}
        homes: dict[str, int] = {}
        home = module
        places = [home := self.random.randrange(home, len(self.modules)) for _ in chosen.definitions]
        for number, text in zip(reversed(places), chosen.definitions, strict=True):
            lines = self._imported(text, homes, number, names, stars=True)
            self.lines[self.modules[number]] += [*lines, *self._filled(text, names, number, depth)]
            homes |= dict.fromkeys(_BOUND.findall(text), number)
        imports = self._imported(chosen.use, homes, module, names)
        return [*imports, *self._filled(chosen.use, names, module, depth)]

    def _imported(
        self, text: str, homes: Mapping[str, int], module: int, names: dict[str, str], *, stars: bool = False
    ) -> list[str]:
        """Return the imports that a text needs of names that other modules bind, by a star where those may stand."""
        lines = []
        for key in sorted({f"${name}" for name in _NAME.findall(text)}):
            number = homes.get(key, module)
            if number != module:
                home = self.modules[number]
                name = self._name(key[1:], names)
                forms = [f"from {home} import {name}", f"import {home}; {name} = {home}.{name}"]
                lines.append(self.random.choice([*forms, f"from {home} import *"] if stars else forms))
        return lines

    def _name(self, key: str, names: dict[str, str]) -> str:
        if key not in names:
            self.names += 1
            names[key] = f"{key}{self.names}"
        return names[key]

    def _filled(self, text: str, names: dict[str, str], module: int, depth: int) -> list[str]:
        """Return the lines of a block, its names and bodies filled in."""
        lines: list[str] = []
        for line in text.splitlines():
            if body := _BODY.match(line):
                lines += [body[1] + each for each in self.block(module, depth)]
                continue
            if "$text" in line:
                line = re.sub(r"\$text", lambda _: self._marker(), line)
            if "$prefix" in line and "$digits" not in names:
                marker = self._marker()
                names["prefix"], names["digits"] = marker[:-1], marker[-1]
            line = line.replace("$prefix", names.get("prefix", "")).replace("$digits", names.get("digits", ""))
            lines.append(_NAME.sub(lambda match: self._name(match[1], names), line))
        return lines


def program(seed: int, only: Sequence[Idiom] = ()) -> Program:
    """Return the project of a seed, out of some idioms or all."""
    random = Random(seed)
    modules = [ENTRY, *random.sample(["alpha", "beta", "gamma"], random.randint(1, 3))]
    draft = _Draft(random, modules, only or idioms(), {name: [] for name in modules})
    uses = [draft.idiom(0, 0) for _ in range(random.randint(1, 3))]
    body = [line for use in uses for line in use]
    is_called = random.random() < 0.5
    if is_called:
        draft.lines[ENTRY] += [f"def {CREATE}():", *(f"    {line}" for line in body)]
    else:
        draft.lines[ENTRY] += body
    files = {f"{name}.py": HEAD + "\n".join(lines) + "\n" for name, lines in draft.lines.items()}
    files |= {f"mark_{number:02}.py": "value = 1\n" for number in range(1, draft.loaded + 1)}
    entry = f"{ENTRY}:{CREATE}" if is_called else ENTRY
    code = f"import {ENTRY}" + (f"; {ENTRY}.{CREATE}()" if is_called else "")
    return Program(files, entry, code, draft.used)
