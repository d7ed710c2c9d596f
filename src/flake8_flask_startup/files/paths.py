"""Paths as people see them."""

from __future__ import annotations

import os
from pathlib import Path


def shown_file(filename: str) -> str:
    """A file as people see it, however it was named."""
    return shown(str(Path(filename).absolute()))


def shown(path: str) -> str:
    """A path as people see it: relative to the working directory when inside it."""
    here = os.getcwd()  # noqa: PTH109  # asked for with every file: text costs a tenth of paths here
    return path.removeprefix(os.path.join(here, ""))  # noqa: PTH118  # as above
