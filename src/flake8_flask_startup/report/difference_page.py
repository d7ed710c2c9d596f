"""Two saved reports side by side, as one HTML page that loads nothing from anywhere."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from .. import __version__
from .as_html import environment
from .difference import LEAST, Saved, compare


class Row(NamedTuple):
    """A package in two reports: ms, None where no figure is known, whether each has it, and shares of the dearest."""

    name: str
    before: float | None
    after: float | None
    is_before: bool
    is_after: bool
    widths: tuple[float, float]  # percent

    @property
    def change(self) -> float:
        """How much more the package costs than before (ms); 0 if the difference rounds to nothing."""
        ms = (self.after or 0.0) - (self.before or 0.0)
        return ms if abs(ms) >= LEAST else 0.0


def side_by_side(before: Saved, after: Saved, names: tuple[str, str]) -> str:
    """Return the page. What comes out of the reports is escaped."""
    return (
        environment()
        .get_template("difference.html")
        .render(
            names=names,
            before=before,
            after=after,
            found=compare(before, after),
            rows=sorted(_rows(before.packages, after.packages), key=lambda row: (-abs(row.change), row.name)),
            least=LEAST,
            version=__version__,
        )
    )


def _rows(before: Mapping[str, float | None], after: Mapping[str, float | None]) -> Iterator[Row]:
    dearest = max([LEAST, *(ms for each in (before, after) for ms in each.values() if ms is not None)])
    for name in dict.fromkeys((*before, *after)):
        old, new = before.get(name), after.get(name)
        widths = (100 * (old or 0.0) / dearest, 100 * (new or 0.0) / dearest)
        yield Row(name, old, new, name in before, name in after, widths)
