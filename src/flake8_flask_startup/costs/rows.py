"""One row of a cost table: what it says, and how its TOML is checked. docs/costs.md describes the schema.

The numbers of a row lie in two strings, `parts` and `evidence`: four lines a person can read, and half the time TOML
tables of numbers take.
"""

from __future__ import annotations

import math
from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from .estimator import Guess, Interval, Model

STDLIB = "stdlib"
KEYS = frozenset({"version", "ms", "parts", "evidence", "fails", "dev", "wide", "each", "setup", "code"})
UNITS = {"uncached": "ms", "rss": "MiB", "modules": "", "runs": "", "spread": "%", "python": ""}


class RowError(ValueError):
    """A row breaks the schema; str() says how, on one line."""


@dataclass(frozen=True, slots=True)
class Row:
    """A measured import, or a measured call beyond the imports of its setup: then setup and code say what was run.

    ms is warm CPU milliseconds on the reference machine, with Flask imported before. pieces split it by package, and a
    package where that pays by `package/submodule`, so that what two rows share is counted once. fails is '' or why it
    ends in an exception; ms is what the attempt costs then. dev marks a development-only package. each says of a call
    that the setup has made such calls before: every further one costs as much, where ms else is what the first costs.

    The evidence: uncached_ms is without cached bytecode, rss_mib the growth of peak resident memory in MiB, modules
    how many are loaded, runs how many ms is the median of, spread their interquartile range over the median (a
    fraction), wide whether it was still over the target when the runs were used up, python the version that ran it.
    """

    name: str
    distribution: str
    version: str
    ms: float
    pieces: Mapping[str, float]
    dev: bool = False
    fails: str = ""
    uncached_ms: float = 0.0
    rss_mib: float = 0.0
    modules: int = 0
    runs: int = 0
    spread: float = 0.0
    python: str = ""
    wide: bool = False
    each: bool = False
    setup: str = ""
    code: str = ""
    guesses: Mapping[str, Guess] = field(default_factory=dict)  # those of the pieces that are estimated
    interval: Interval | None = None  # around ms, where a piece is

    @property
    def parts(self) -> dict[str, float]:
        """The milliseconds of each package, dearest first; the standard library is one package."""
        return by_package(self.pieces)

    def comes_with(self, pieces: Container[str]) -> bool:
        """Whether pieces that are loaded leave nothing of the row to load: one of them is what the row imports.

        The figures of a package and of its part in another row differ by what was loaded before each was measured.
        """
        return self.name in pieces


CallRow: TypeAlias = Row


def estimated_row(name: str, rows: Iterable[Row], guesses: Mapping[str, Guess], model: Model) -> Row:
    """Return the row of a module from what it loads: the rows of that, and estimates of packages without any."""
    measured = union(rows)
    packages = by_package(measured)
    own = {package: guess for package, guess in guesses.items() if package not in packages}
    pieces = measured | {package: guess.ms for package, guess in own.items()}
    interval = model.around(packages.values(), own.values())
    return Row(name, "", "", sum(pieces.values()), pieces, guesses=own, interval=interval)


def union(rows: Iterable[Row]) -> dict[str, float]:
    """Return the distinct pieces of several rows, each at its largest: a package may be loaded in part by one row.

    What a row estimates of a package counts where none has measured it.
    """
    pieces: dict[str, float] = {}
    estimated: dict[str, float] = {}
    for row in rows:
        for piece, ms in row.pieces.items():
            into = estimated if piece in row.guesses else pieces
            if ms > into.get(piece, -1.0):
                into[piece] = ms
    return estimated | pieces if estimated else pieces


def guessed(rows: Iterable[Row], pieces: Mapping[str, float]) -> dict[str, Guess]:
    """Return those of some pieces (ms) that every row that has them only estimates, as far as they are there."""
    found: dict[str, Guess] = {}
    measured = set[str]()
    for row in rows:
        found |= {piece: max(guess, found.get(piece, guess)) for piece, guess in row.guesses.items()}
        measured |= row.pieces.keys() - row.guesses.keys()
    return {
        piece: guess.times(pieces[piece] / guess.ms)
        for piece, guess in found.items()
        if piece in pieces and piece not in measured and guess.ms
    }


def by_package(pieces: Mapping[str, float]) -> dict[str, float]:
    """Return the milliseconds of each package, dearest first, from the finer pieces."""
    totals: dict[str, float] = {}
    for piece, ms in pieces.items():
        package = piece.partition("/")[0]
        totals[package] = totals.get(package, 0.0) + ms
    return dict(sorted(totals.items(), key=lambda item: (-item[1], item[0])))


def own_piece(called: str) -> str:
    """Return the piece that a call's own work counts as, apart from its package's imports: 'boto3/client'."""
    package, _, name = called.rpartition(".")
    return f"{package}/{name}"


def parse_row(name: str, data: object, scale: float = 1.0) -> Row:
    """Return the row that `[module."name"]` or `[call."name"]` holds, its milliseconds times scale.

    Raises RowError where it breaks the schema.
    """
    if not all(part.isidentifier() for part in name.split(".")):
        raise RowError("its name is no dotted name")
    if not isinstance(data, dict):
        raise RowError(f"must be a table, not {data!r}")
    if unknown := sorted(data.keys() - KEYS):
        raise RowError(f"unknown key {unknown[0]!r}")
    if "ms" not in data:
        raise RowError("has no ms")
    distribution, _, version = _text(data, "version").partition(" ")
    ms = positive(data["ms"], "ms")
    evidence = _evidence(_text(data, "evidence"))
    return Row(
        name=name,
        distribution=distribution,
        version=version,
        ms=ms * scale,
        pieces={piece: share * scale for piece, share in _pieces(_text(data, "parts"), name, ms).items()},
        dev=_truth(data, "dev"),
        fails=_text(data, "fails"),
        uncached_ms=_figure(evidence, "uncached") * scale,
        rss_mib=_figure(evidence, "rss"),
        modules=int(_figure(evidence, "modules")),
        runs=int(_figure(evidence, "runs")),
        spread=_figure(evidence, "spread") / 100,
        python=evidence.get("python", ""),
        wide=_truth(data, "wide"),
        each=_truth(data, "each"),
        setup=_text(data, "setup"),
        code=_text(data, "code"),
    )


def positive(value: object, what: str) -> float:
    """Return the value as a number that is finite and not negative; RowError where it is not."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise RowError(f"{what} must be a number, not {value!r}")
    if not math.isfinite(value):
        raise RowError(f"{what} must be finite, not {value}")
    if value < 0:
        raise RowError(f"{what} must not be negative, not {value}")
    return float(value)


def _text(data: Mapping[str, object], key: str) -> str:
    value = data.get(key, "")
    if not isinstance(value, str):
        raise RowError(f"{key} must be a string, not {value!r}")
    return value


def _truth(data: Mapping[str, object], key: str) -> bool:
    value = data.get(key, False)
    if not isinstance(value, bool):
        raise RowError(f"{key} must be true or false, not {value!r}")
    return value


def _decimal(text: str, what: str) -> float:
    try:
        value = float(text)
    except ValueError:
        raise RowError(f"{what} must be a number, not {text!r}") from None
    return positive(value, what)


def _pieces(text: str, name: str, ms: float) -> dict[str, float]:
    """Read 'numpy 80.1, stdlib/asyncio 12.0'; a row without parts is one part, its own package."""
    if not text:
        return {name.partition(".")[0]: ms}
    pieces: dict[str, float] = {}
    for item in text.split(", "):
        piece, _, number = item.partition(" ")
        package, slash, module = piece.partition("/")
        if not package or bool(slash) != bool(module) or "/" in module:
            raise RowError(f"parts: {item!r} is not 'package milliseconds'")
        if piece in pieces:
            raise RowError(f"parts: {piece!r} stands there twice")
        pieces[piece] = _decimal(number, f"parts: {piece}")
    total = sum(pieces.values())
    if abs(total - ms) > max(1.0, ms * 0.02):
        raise RowError(f"parts add up to {total:.1f} ms, not to {ms:.1f} ms")
    return pieces


def _evidence(text: str) -> dict[str, str]:
    """Read 'uncached 1203.1 ms, runs 9, spread 4 %, python 3.11.7' into {'uncached': '1203.1', ...}."""
    found: dict[str, str] = {}
    for item in filter(None, text.split(", ")):
        what, value, *unit = item.split(" ")[:3] if " " in item else (item, "")
        if what not in UNITS or not value or " ".join(unit) != UNITS[what]:
            raise RowError(f"evidence: {item!r} is none of {', '.join(UNITS)} with its unit")
        if what in found:
            raise RowError(f"evidence: {what!r} stands there twice")
        found[what] = value
    return found


def _figure(evidence: Mapping[str, str], what: str) -> float:
    return _decimal(evidence[what], f"evidence: {what}") if what in evidence else 0.0
