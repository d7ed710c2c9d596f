"""The table of the user's own: rows are added one by one, each time the whole file is replaced in one step."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from ..costs.rows import Row
from ..costs.table import CostTable, load_table
from ..files.atomic_write import write
from .rows import Document

COMMENT = """What imports cost when a Flask app starts. Written by `flask startup measure`; read by flake8 with
--fst-costs. Milliseconds are those of the bundled table's reference machine: ratios to `import flask`."""


@dataclass(frozen=True, slots=True)
class TableFile:
    """A table at a path, which need not exist yet. Every method raises CostTableError where it is no table."""

    path: Path

    def load(self) -> CostTable:
        """Return what the file holds."""
        return load_table(self.path) if self.path.exists() else CostTable()

    def add(self, row: Row) -> None:
        """Put the row in, in place of an older one of its name."""
        self._write({row.name: row}, self.load().scale)

    def calibrate(self, scale: float) -> None:
        """Put in how much slower than the reference this machine is."""
        self._write({}, scale)

    def _write(self, rows: dict[str, Row], scale: float) -> None:
        table = self.load()
        unscaled = table.scaled(1 / table.scale)
        modules = {name: row for name in table.modules if (row := unscaled.row(name)) is not None}
        calls = [row for name in table.calls if (row := unscaled.call(name)) is not None]
        document = Document(COMMENT, (modules | rows).values(), calls, table.recipe, table.model, scale)
        write(self.path, document.to_toml().encode())
