"""How the module of a rule tells its code and its name."""

from __future__ import annotations


def code_and_name(module: str) -> tuple[str, str]:
    """The code and name of the rule that stands in a module: "fst404_sleep_at_import" has FST404 sleep-at-import."""
    code, _, name = module.rpartition(".")[2].partition("_")
    return code.upper(), name.replace("_", "-")
