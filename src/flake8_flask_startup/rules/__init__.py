"""All rules, listed by hand: nothing registers itself by being imported. One rule, one module, one page beside it."""

from __future__ import annotations

from . import (
    fst101_heavy_import,
    fst102_heavy_import_needed,
    fst103_heavy_import_unused,
    fst104_heavy_import_typing,
    fst105_dev_import,
    fst201_module_level_app,
    fst203_server_at_import,
    fst401_init_app_at_import,
    fst402_extension_bound,
    fst501_blueprint_at_import,
)

RULES = (
    fst101_heavy_import.RULE,
    fst102_heavy_import_needed.RULE,
    fst103_heavy_import_unused.RULE,
    fst104_heavy_import_typing.RULE,
    fst105_dev_import.RULE,
    fst201_module_level_app.RULE,
    fst203_server_at_import.RULE,
    fst401_init_app_at_import.RULE,
    fst402_extension_bound.RULE,
    fst501_blueprint_at_import.RULE,
)
