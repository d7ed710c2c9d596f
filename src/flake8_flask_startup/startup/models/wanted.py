"""What a call brings in, as the models of libraries say it."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple


class Wanted(NamedTuple):
    """What a call brings in: modules by name, folders for `sys.path`; reason says why the rest cannot be known.

    may_load are the names that modules of that rest may have, with UNKNOWN for what may be any text in them.
    is_all says that the function does nothing else that matters; called are objects that it calls, by their paths.
    """

    modules: tuple[str, ...] = ()
    folders: tuple[Path, ...] = ()
    reason: str = ""
    perhaps: tuple[str, ...] = ()  # modules that the package's data files name
    is_all: bool = True
    may_load: tuple[str, ...] = ()
    called: tuple[str, ...] = ()
    is_known: bool = False  # nothing but what may_load names can be missing
    programs: tuple[str, ...] = ()  # of the modules those that run as a program does, with `__main__` for a name
    walked: tuple[str, ...] = ()  # packages that are loaded as code goes through what the call gives
    is_alone: bool = False  # without the packages that the modules lie in
    is_first: bool = False  # the folders are searched before those that are there
