"""All rules, listed by hand: nothing registers itself by being imported. One rule, one module, one page beside it."""

from __future__ import annotations

from . import (
    fst101_heavy_import,
    fst102_heavy_import_needed,
    fst103_heavy_import_unused,
    fst104_heavy_import_typing,
    fst105_dev_import,
)

RULES = (
    fst101_heavy_import.RULE,
    fst102_heavy_import_needed.RULE,
    fst103_heavy_import_unused.RULE,
    fst104_heavy_import_typing.RULE,
    fst105_dev_import.RULE,
)
