"""All rules, listed by hand: nothing registers itself by being imported. One rule, one module, one page beside it.

In: the `Context` of a file. Out: its findings. Asks `lint`, `lint.flask`, `startup`, `analysis`, `inference`, `syntax`,
`files`, `config` and `model`.
"""

from __future__ import annotations

from ..rule import Trait
from . import (
    fst101_heavy_import,
    fst102_heavy_import_needed,
    fst103_heavy_import_unused,
    fst104_heavy_import_typing,
    fst105_dev_import,
    fst106_heavy_import_in_factory,
    fst107_heavy_chain,
    fst201_module_level_app,
    fst202_factory_at_import,
    fst203_server_at_import,
    fst301_debug_run,
    fst302_debug_config,
    fst303_debug_config_class,
    fst304_debug_environment,
    fst305_reloader,
    fst401_init_app_at_import,
    fst402_extension_bound,
    fst403_io_at_startup,
    fst501_blueprint_at_import,
    fst601_gunicorn_no_preload,
    fst602_gunicorn_reload,
    fst603_no_bytecode,
    fst901_startup_budget,
)

RULES = (
    fst101_heavy_import.RULE,
    fst102_heavy_import_needed.RULE,
    fst103_heavy_import_unused.RULE,
    fst104_heavy_import_typing.RULE,
    fst105_dev_import.RULE,
    fst106_heavy_import_in_factory.RULE,
    fst107_heavy_chain.RULE,
    fst201_module_level_app.RULE,
    fst202_factory_at_import.RULE,
    fst203_server_at_import.RULE,
    fst301_debug_run.RULE,
    fst302_debug_config.RULE,
    fst303_debug_config_class.RULE,
    fst304_debug_environment.RULE,
    fst305_reloader.RULE,
    fst401_init_app_at_import.RULE,
    fst402_extension_bound.RULE,
    fst403_io_at_startup.RULE,
    fst501_blueprint_at_import.RULE,
    fst601_gunicorn_no_preload.RULE,
    fst602_gunicorn_reload.RULE,
    fst603_no_bytecode.RULE,
    fst901_startup_budget.RULE,
)


def codes_with(trait: Trait) -> frozenset[str]:
    """The codes of the rules that have a trait."""
    return frozenset(each.code for each in RULES if trait in each.traits)
