"""The cost table as settings have it: the bundled one with the user's laid over it, scaled, with estimates."""

from __future__ import annotations

import os
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path

from ..config.environment import environment_identity
from ..config.settings import Settings
from ..costs.table import CostTable, bundled_table_path, load_table
from ..files.identity import Identity, identity_of
from ..files.ttl import while_fresh


def cost_table(settings: Settings) -> CostTable:
    """The bundled cost table with the user's laid over it, scaled; read again a second after a file changes.

    With an environment in the settings, what no row covers has an estimated one.

    Raises:
        CostTableError: if a cost table cannot be read.
    """
    here = os.getcwd()  # noqa: PTH109  # asked for with every file: text costs a tenth of paths here
    return _table_now(settings.costs, settings.scale, bundled_table_path, here, settings if settings.env else None)


@while_fresh()  # asked for with every file
def _table_now(
    paths: tuple[Path, ...], scale: float, bundled: Callable[[], Path], here: str, estimating: Settings | None
) -> CostTable:
    files = tuple((path, identity_of(path)) for path in (bundled(), *paths))
    if estimating is None:
        return _table(files, scale)
    return _estimating(files, scale, estimating, environment_identity(estimating.env), here)


@lru_cache(maxsize=8)  # an editor keeps the process for hours
def _table(files: tuple[tuple[Path, Identity], ...], scale: float) -> CostTable:
    return load_table(*(path for path, _ in files)).scaled(scale)


@lru_cache(maxsize=2)  # as above; the last two arguments are what estimates rest on besides
def _estimating(
    files: tuple[tuple[Path, Identity], ...], scale: float, settings: Settings, _: object, __: str
) -> CostTable:
    from .estimates import Estimates  # it brings the trace, which a run without an environment may not need

    found = _table(files, scale)
    return found if settings.env is None else found.with_estimates(Estimates(settings.env, settings, found).row)


@while_fresh()  # asked for with every file that flake8 hands over
def tables_now(settings: Settings) -> tuple[object, ...]:
    """What changes when a cost table does, or what is installed in the environment that estimates are made from."""
    tables = tuple((str(path), *identity_of(path)) for path in (bundled_table_path(), *settings.costs))
    return (*tables, environment_identity(settings.env))
