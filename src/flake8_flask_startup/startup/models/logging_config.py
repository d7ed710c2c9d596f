"""The classes and functions that a configuration of logging names. Source: Python's documentation of logging.config."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ...model import UNKNOWN
from ...syntax.symbol_table import Call
from ...syntax.values import Kind
from ..values.abstract_values import NOTHING, Ext, Table, Text, in_order, leaves
from ..values.environment import Env
from ..values.memo import CHOICE
from .naming import ANY, NAME, argument
from .wanted import Wanted

CONFIGURING = ("logging.config.dictConfig", "logging.config.DictConfigurator")
KINDS = ("formatters", "filters", "handlers")  # in the order in which they are made
MAKING = ("class", "()")  # the keys of what an entry is made with


def _configured(call: Call, _: str, env: Env) -> Wanted:
    """The handlers, formatters and filters of a configuration: a class, or what `()` names, which is called."""
    value = argument(call, 0, "config")
    memory = env.world.memory
    given, traits = memory.observed(lambda: NOTHING if value is None else env.world.settled(env.value(value)))
    tables = [each for each in in_order(given) if isinstance(each, Table)]
    is_open = not tables or any(isinstance(each, Ext) for each in given)
    found: list[str] = []
    for each in _sections(tables):
        for key in MAKING:
            objects = frozenset().union(*(held for known, held in each.rows if known == key))
            texts = [one.text for one in objects if isinstance(one, Text)]
            found += [text.removeprefix("ext://") for text in texts if UNKNOWN not in text]
            is_open = is_open or any(isinstance(one, Ext) for one in objects) or any(UNKNOWN in text for text in texts)
    found += _external(tables)
    names = [each for each in dict.fromkeys(found) if NAME.fullmatch(each)]
    reason = "logging imports the classes that its configuration names" if is_open else ""
    made = Wanted(tuple(names), reason=reason, is_all=False, may_load=ANY if is_open else (), called=tuple(names))
    # of one configuration or another, or of a file that another one may lie in the place of
    is_choice = traits & CHOICE and (is_open or (value is not None and value.kind is Kind.CHOICE))
    return made._replace(modules=(), perhaps=made.modules) if is_choice else made


def _sections(tables: Iterable[Table]) -> Iterator[Table]:
    """The entries of the sections that name what is made."""
    for name in (*KINDS, ""):
        for each in tables:
            for section in (one for key, held in each.rows if key == name for one in in_order(held)):
                if isinstance(section, Table):
                    yield from (
                        entry for _, held in section.rows for entry in in_order(held) if isinstance(entry, Table)
                    )


def _external(tables: Iterable[Table]) -> list[str]:
    """What `ext://` names anywhere in a configuration."""
    held = leaves(frozenset(tables))
    texts = sorted(each.text for each in held if isinstance(each, Text))
    return [text.removeprefix("ext://") for text in texts if text.startswith("ext://") and UNKNOWN not in text]


# By the paths of what is called.
RULES = dict.fromkeys(CONFIGURING, _configured)
