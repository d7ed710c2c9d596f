"""Write cost tables: TOML a person can read, replaced in one step so that a reader never sees half a table."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from ..costs.estimator import Model
from ..costs.rows import Row
from ..costs.table import SCHEMA, Recipe


@dataclass(frozen=True, slots=True)
class Document:
    """What a table file holds; comment is its head, a scale of 1 is left out."""

    comment: str
    modules: Iterable[Row]
    calls: Iterable[Row] = ()
    recipe: Recipe = field(default_factory=Recipe)
    model: Model | None = None
    scale: float = 1.0

    def to_toml(self) -> str:
        """Return the file's text, rows in the order of their names."""
        head = "".join(f"# {line}".rstrip() + "\n" for line in self.comment.splitlines())
        blocks = [head + f"schema = {SCHEMA}\n" + (f"scale = {self.scale:.3f}\n" if self.scale != 1.0 else "")]
        if self.recipe.flask_ms:
            blocks.append("[recipe]\n" + pairs(recipe_values(self.recipe)))
        if self.model is not None:
            blocks.append(model_block(self.model))
        for section, rows in (("module", self.modules), ("call", self.calls)):
            blocks += [row_block(section, row) for row in sorted(rows, key=lambda row: row.name)]
        return "\n".join(blocks)


def model_block(model: Model) -> str:
    """Return the model's tables."""
    margins = {name: getattr(model, name) for name in ("low", "high", "rows_low", "rows_high")}
    doubt = {name: f"{value:.4g}" for name, value in model.doubt.items()}
    figures = {name: f"{value:.4g}" for name, value in {**margins, **model.ms}.items()}
    return "[model]\n" + pairs(figures) + ("\n[model.doubt]\n" + pairs(doubt) if doubt else "")


def recipe_values(recipe: Recipe) -> dict[str, str]:
    """Return the recipe's keys and their TOML values."""
    texts = {name: quoted(getattr(recipe, name)) for name in ("python", "flask", "machine", "date", "method")}
    return {"flask_ms": f"{recipe.flask_ms:.1f}"} | texts


def row_block(section: str, row: Row) -> str:
    """Return a row's table."""
    name = row.name if "." not in row.name else quoted(row.name)
    values = {"version": quoted(f"{row.distribution} {row.version}".strip())}
    if row.setup:
        values |= {"setup": quoted(row.setup), "code": quoted(row.code)}
    values |= {"ms": f"{row.ms:.1f}", "parts": quoted(parts_text(row)), "evidence": quoted(evidence_text(row))}
    if row.fails:
        values["fails"] = quoted(row.fails)
    values |= {key: "true" for key in ("dev", "wide", "each") if getattr(row, key)}
    return f"[{section}.{name}]\n" + pairs(values)


def pairs(values: Mapping[str, str]) -> str:
    """Return TOML lines of keys and values."""
    return "".join(f"{key} = {value}\n" for key, value in values.items())


def parts_text(row: Row) -> str:
    """Return the pieces as `package ms`, rounded."""
    return ", ".join(f"{piece} {ms:.1f}" for piece, ms in row.pieces.items())


def evidence_text(row: Row) -> str:
    """Return how the figure came about."""
    figures = (
        f"uncached {row.uncached_ms:.1f} ms, rss {row.rss_mib:.1f} MiB, modules {row.modules}, runs {row.runs}, "
        f"spread {row.spread * 100:.0f} %"
    )
    return f"{figures}, python {row.python}" if row.python else figures


def quoted(text: str) -> str:
    """Return the text as a TOML string: a literal one where it can be, which loads in half the time."""
    if "'" not in text and text.isprintable():
        return f"'{text}'"
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return '"' + "".join(char if char >= " " and char != "\x7f" else f"\\u{ord(char):04x}" for char in escaped) + '"'
