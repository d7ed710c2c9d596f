"""Modules of the project that a call of a library names in an argument, for calls whose loading is known."""

from __future__ import annotations

from collections.abc import Iterator

from ...model.access_paths import last_name
from ...model.path_steps import attribute_step
from ..models.loaders import OBJECT_ARGUMENTS
from ..models.logging_config import CONFIGURING, KINDS, MAKING
from ..models.naming import NAME
from .objects import Arguments, Keywords, Walk

_EXTERNAL = "ext://"


def load_named(walk: Walk, path: str, args: Arguments, keywords: Keywords) -> None:
    """Load the modules of the project that an argument of a library's function names."""
    if path in CONFIGURING:
        names = list(_of_logging([*args, *keywords.values()][:1]))
    else:
        where = OBJECT_ARGUMENTS.get(path) or OBJECT_ARGUMENTS.get(attribute_step(last_name(path)))
        names = [] if where is None else [args[where[0]] if len(args) > where[0] else keywords.get(where[1])]
    for each in names:
        if isinstance(each, str) and NAME.fullmatch(each) and walk.is_own(each.partition(":")[0].partition(".")[0]):
            walk.load_object(each)


def _of_logging(given: Arguments) -> Iterator[object]:
    """What a configuration of logging names, in the order in which it is made."""
    for config in given:
        for section in map(config.get, KINDS) if isinstance(config, dict) else ():
            for entry in section.values() if isinstance(section, dict) else ():
                for key, value in entry.items() if isinstance(entry, dict) else ():
                    if key in MAKING:
                        yield value
                    elif isinstance(value, str) and value.startswith(_EXTERNAL):
                        yield value.removeprefix(_EXTERNAL)
