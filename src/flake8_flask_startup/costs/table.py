"""The cost table: load it, look a name up, add costs up. Reads TOML and nothing else; runs nothing.

The cost of several imports is the sum over distinct pieces: pandas and scipy share NumPy, and it is counted once, at
the larger of the two figures.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path

from ..files.parsing import toml
from ..files.source_file import MAX_DATA_BYTES, read_text, reason
from ..files.walking import is_file
from ..model import UNKNOWN_COST, Cost, CostSource
from .estimator import FEATURES, Features, Guess, Interval, Model
from .rows import STDLIB, CallRow, Row, RowError, by_package, guessed, own_piece, parse_row, positive, union

__all__ = ["CallRow", "CostTable", "CostTableError", "Row", "bundled_table_path", "load_table"]

SCHEMA = 1
TABLE_NAME = "heavy_modules.toml"
EXTENSION = "flask_"  # how the name of a Flask extension begins (Flask's "Flask Extension Development")
SECTIONS = frozenset({"schema", "recipe", "model", "scale", "module", "call"})


class CostTableError(Exception):
    """A cost table cannot be used; str() is one line: file, row, reason."""


@dataclass(frozen=True, slots=True)
class Recipe:
    """How a table came about: flask_ms is `import flask` on the reference machine, the yardstick of every row."""

    flask_ms: float = 0.0
    python: str = ""
    flask: str = ""
    machine: str = ""
    date: str = ""
    method: str = ""


@dataclass(frozen=True, slots=True)
class CostTable:
    """Rows by dotted name, as TOML left them, or as text: a row is taken apart, and checked, when it is asked for.

    A name without a row of its own has the row of the nearest package above it. A malformed row of the bundled table
    counts as absent; tables of the user's are checked in full when they are loaded.
    """

    modules: Mapping[str, object] = field(default_factory=dict)
    calls: Mapping[str, object] = field(default_factory=dict)
    model: Model | None = None
    recipe: Recipe = field(default_factory=Recipe)
    scale: float = 1.0
    is_missing: Callable[[str], bool] | None = None  # which packages are not installed, where that is known
    estimated: Callable[[str], Row | None] | None = None  # rows for what none covers, where an environment is known
    # Dotted names already looked up, and calls under "name()": a big project asks for the same few thousands of times.
    _found: dict[str, Row | None] = field(default_factory=dict, repr=False, compare=False)
    _shared: dict[str, bool] = field(default_factory=dict, repr=False, compare=False)  # rows of namespace packages

    def row(self, dotted: str) -> Row | None:
        """Return the row of the longest prefix of a dotted name that has one: google.cloud.storage for its Client.

        The row of a namespace package (PEP 420) stands for nothing below it: what else lies there is another package.
        """
        if dotted not in self._found:
            name = dotted
            while name and name not in self.modules:
                name = name.rpartition(".")[0]
            row = self._parsed(self.modules, name)
            if row is not None and name != dotted and self._is_namespace(row):
                row = None
            self._found[dotted] = self.estimated(dotted) if row is None and self.estimated is not None else row
        return self._found[dotted]

    def names_module(self, dotted: str) -> bool:
        """Return whether a dotted name has a row of its own, so that it is a module, and no name inside one."""
        return dotted in self.modules

    def brought(self, dotted: str) -> Row | None:
        """Return the row that tells of what importing a name brings in: its own, or that of the library it is made for.

        A Flask extension is named for the library that it brings to Flask, and imports that: so do all those measured.
        """
        row, top = self.row(dotted), dotted.partition(".")[0]
        return self.row(top.removeprefix(EXTENSION)) if row is None and top.startswith(EXTENSION) else row

    def namespaces(self) -> set[str]:
        """Return the names above rows that stand for no package: `google` beside `google.auth` holds other packages.

        They have no row, or that of a namespace package.
        """
        above = {".".join(parts[:end]) for parts in (name.split(".") for name in self.modules) for end in _ends(parts)}
        rows = (row for name in above & self.modules.keys() if (row := self._parsed(self.modules, name)) is not None)
        return above.difference(self.modules) | {row.name for row in rows if self._is_namespace(row)}

    def _is_namespace(self, row: Row) -> bool:
        """Whether rows below a name are of other distributions than its own."""
        if row.name not in self._shared:
            below = (self._parsed(self.modules, name) for name in self.modules if name.startswith(f"{row.name}."))
            others = {each.distribution for each in below if each is not None}
            self._shared[row.name] = bool(row.distribution) and not others <= {"", row.distribution}
        return self._shared[row.name]

    def call(self, dotted: str) -> CallRow | None:
        """Return the row of a call by the dotted name of what is called: 'boto3.client'."""
        key = f"{dotted}()"
        if key not in self._found:
            self._found[key] = self._parsed(self.calls, dotted)
        return self._found[key]

    def work(self, dotted: str) -> float:
        """Return what a call does beyond imports (ms), by the dotted name of what is called; 0 without a row."""
        row = self.call(dotted)
        return sum(ms for piece, ms in row.pieces.items() if piece == own_piece(dotted)) if row is not None else 0.0

    def cost(self, names: Iterable[str]) -> Cost:
        """Return what importing all the names costs; names without a row add nothing, none with one is UNKNOWN."""
        return self.beyond(names, ())

    def beyond(self, names: Iterable[str], loaded: Iterable[str]) -> Cost:
        """Return what the names cost where the loaded ones are in already."""
        rows = [row for name in names if (row := self.row(name)) is not None]
        if not rows:
            return UNKNOWN_COST
        paid = union(row for name in loaded if (row := self.brought(name)) is not None)
        rows = [row for row in rows if not row.comes_with(paid)]
        added = {piece: ms - paid.get(piece, 0.0) for piece, ms in union(rows).items() if ms > paid.get(piece, 0.0)}
        return self.sum_of(added, guessed(rows, added))

    def sum_of(self, pieces: Mapping[str, float], guesses: Mapping[str, Guess]) -> Cost:
        """Return what pieces (ms) cost together, where some are estimated."""
        ms, parts = sum(pieces.values()), by_package(pieces)
        if not guesses or self.model is None:
            return Cost(ms, parts)
        measured = by_package({piece: cost for piece, cost in pieces.items() if piece not in guesses})
        return Cost(ms, parts, CostSource.ESTIMATED, self.model.around(measured.values(), guesses.values()))

    def estimate(self, features: Features) -> Cost:
        """Return what the fitted model says of a module with these features; UNKNOWN where there is no model."""
        if self.model is None:
            return UNKNOWN_COST
        ms, low, high = self.model.guess(features, self.scale)
        return Cost(ms, source=CostSource.ESTIMATED, interval=(low, high))

    def with_estimates(self, estimated: Callable[[str], Row | None]) -> CostTable:
        """Return the table with a row for what none covers, where estimated has one for the dotted name."""
        return replace(self, estimated=estimated, _found={})

    def scaled(self, factor: float) -> CostTable:
        """Return the table for a machine that is slower than the reference by the factor."""
        return replace(self, scale=self.scale * factor, _found={})

    def where(self, is_missing: Callable[[str], bool]) -> CostTable:
        """Return the table for an environment that misses packages: rows were measured with all that they may load."""
        return replace(self, is_missing=is_missing, _found={})

    def _parsed(self, rows: Mapping[str, object], name: str) -> Row | None:
        if name not in rows:
            return None
        data = rows[name]
        try:
            row = parse_row(name, toml(data) if isinstance(data, str) else data, self.scale)
        except ValueError:  # RowError, or no TOML
            return None
        return row if self.is_missing is None else _installed(row, self.is_missing)


def _installed(row: Row, is_missing: Callable[[str], bool]) -> Row:
    """A row without what it loads of packages that are missing, unless its own is: then nothing else is known."""
    missing = {piece for piece in row.pieces if (top := _top(piece)) != STDLIB and is_missing(top)}
    if not missing or is_missing(_top(row.name)):
        return row
    pieces = {piece: ms for piece, ms in row.pieces.items() if piece not in missing}
    return replace(row, ms=sum(pieces.values()), pieces=pieces)


def _top(piece: str) -> str:
    return piece.partition("/")[0].partition(".")[0]


def _ends(parts: Sequence[str]) -> range:
    return range(1, len(parts))


def bundled_table_path() -> Path:
    """Return where the bundled table lies: beside this module, or in the repository's data/ (an editable install)."""
    packaged = Path(__file__).with_name(TABLE_NAME)
    return packaged if is_file(packaged) else Path(__file__).parents[3] / "data" / TABLE_NAME


@cache
def priced_packages() -> frozenset[str]:
    """Return the top-level names that the bundled table has rows for."""
    return frozenset(name.partition(".")[0] for name in load_table(bundled_table_path()).modules)


def load_table(*paths: Path) -> CostTable:
    """Return the tables as one, later ones laid over earlier ones row by row; their scales multiply.

    Every table but the bundled one is checked row by row. Raises CostTableError.
    """
    whole = CostTable()
    bundled = bundled_table_path()
    for path in paths:
        layer = _load(path, _cut if path == bundled else toml)
        if path != bundled:
            _check_rows(path, layer)
        whole = CostTable(
            modules={**whole.modules, **layer.modules},
            calls={**whole.calls, **layer.calls},
            model=layer.model or whole.model,
            recipe=layer.recipe if layer.recipe.flask_ms else whole.recipe,
            scale=whole.scale * layer.scale,
        )
    return whole


def _cut(text: str) -> dict[str, object]:
    """Read the bundled table without its rows: they are cut out as text, since a lint asks for a dozen of hundreds."""
    head, *blocks = text.split("\n[")
    rows: dict[str, dict[str, object]] = {"module": {}, "call": {}}
    for block in blocks:
        title, _, body = block.partition("]\n")
        section, _, name = title.partition(".")
        if section in rows:
            rows[section][name.strip("'\"")] = body
        else:
            head += f"\n[{block}"
    return toml(head) | rows


def _load(path: Path, read: Callable[[str], dict[str, object]]) -> CostTable:
    try:
        data = read(read_text(path, MAX_DATA_BYTES))
    except OSError as error:
        raise CostTableError(f"{path}: cannot be read: {reason(error)}") from None
    except UnicodeDecodeError:
        raise CostTableError(f"{path}: is not UTF-8") from None
    except ValueError as error:
        raise CostTableError(f"{path}: is not TOML: {error}") from None
    try:
        return _read(data)
    except RowError as error:
        raise CostTableError(f"{path}: {error}") from None


def _read(data: dict[str, object]) -> CostTable:
    if unknown := sorted(data.keys() - SECTIONS):
        raise RowError(f"unknown key {unknown[0]!r}")
    schema = data.get("schema")
    if isinstance(schema, bool) or not isinstance(schema, int) or schema < 1:
        raise RowError(f"must say 'schema = {SCHEMA}'" + ("" if schema is None else f", not {schema!r}"))
    if schema > SCHEMA:
        raise RowError(f"schema {schema} is newer than {SCHEMA}, the newest this version of the plugin reads")
    scale = positive(data.get("scale", 1.0), "scale")
    if scale == 0:
        raise RowError("scale must not be 0")
    return CostTable(
        modules=_section(data, "module"),
        calls=_section(data, "call"),
        model=_model(_section(data, "model")),
        recipe=_recipe(_section(data, "recipe")),
        scale=scale,
    )


def _section(data: Mapping[str, object], name: str) -> dict[str, object]:
    section = data.get(name, {})
    if not isinstance(section, dict):
        raise RowError(f'{name} must be a table of rows, [{name}."..."], not {type(section).__name__}')
    return section


def _model(data: dict[str, object]) -> Model | None:
    if not data:
        return None
    if missing := [name for name in ("low", "high") if name not in data]:
        raise RowError(f"[model]: missing key {missing[0]!r}")
    if unknown := sorted(data.keys() - {"low", "high", "rows_low", "rows_high", "doubt", *FEATURES}):
        raise RowError(f"[model]: unknown key {unknown[0]!r}")
    low, high = _margins(data, "")
    rows_low, rows_high = _margins({"rows_low": 1.0, "rows_high": 1.0, **data}, "rows_")
    doubt = data.get("doubt", {})
    if not isinstance(doubt, dict):
        raise RowError(f"[model]: doubt must be a table, not {type(doubt).__name__}")
    if unknown := sorted(doubt.keys() - set(FEATURES)):
        raise RowError(f"[model.doubt]: unknown key {unknown[0]!r}")
    return Model(
        ms={name: positive(data[name], f"[model]: {name}") for name in FEATURES if name in data},
        low=low,
        high=high,
        doubt={name: positive(value, f"[model.doubt]: {name}") for name, value in doubt.items()},
        rows_low=rows_low,
        rows_high=rows_high,
    )


def _margins(data: Mapping[str, object], prefix: str) -> Interval:
    """Read between which multiples of a figure the truth lies."""
    low, high = (positive(data[f"{prefix}{name}"], f"[model]: {prefix}{name}") for name in ("low", "high"))
    if not low <= 1 <= high:
        names = f"{prefix}low and {prefix}high"
        raise RowError(f"[model]: {names} must be at most and at least 1, not {low:g} and {high:g}")
    return low, high


def _recipe(data: dict[str, object]) -> Recipe:
    texts = {"python", "flask", "machine", "date", "method"}
    if unknown := sorted(data.keys() - texts - {"flask_ms"}):
        raise RowError(f"[recipe]: unknown key {unknown[0]!r}")
    found: dict[str, str] = {}
    for name in texts & data.keys():
        value = data[name]
        if not isinstance(value, str):
            raise RowError(f"[recipe]: {name} must be a string, not {value!r}")
        found[name] = value
    return Recipe(positive(data.get("flask_ms", 0.0), "[recipe]: flask_ms"), **found)


def _check_rows(path: Path, table: CostTable) -> None:
    for section, rows in (("module", table.modules), ("call", table.calls)):
        for name, data in rows.items():
            try:
                parse_row(name, data)
            except RowError as error:
                raise CostTableError(f'{path}: [{section}."{name}"]: {error}') from None
