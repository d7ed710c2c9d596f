"""The rules about deployment files, which only the command line can read, in the order of their codes."""

from __future__ import annotations

from . import (
    fst611_command_no_preload,
    fst612_debug_deployed,
    fst613_debug_server_deployed,
    fst614_bytecode_off,
    fst615_installed_uncompiled,
)

DEPLOYMENT_RULES = (
    fst611_command_no_preload.RULE,
    fst612_debug_deployed.RULE,
    fst613_debug_server_deployed.RULE,
    fst614_bytecode_off.RULE,
    fst615_installed_uncompiled.RULE,
)
