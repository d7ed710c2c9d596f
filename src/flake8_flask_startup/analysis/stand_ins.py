"""Calls of something that the file itself has put in the place of what their text names.

A function of a table that is written out (`STEPS["load"]()`) or of a `SimpleNamespace`, what an attribute of an object
was set to before, a class that `type("Point", (), {...})` makes.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cached_property

from ..model.access_paths import as_raw, first_of, has_call, has_item, split_first
from ..syntax.facts import Facts
from ..syntax.places import surely_before
from ..syntax.resolver import Names
from ..syntax.symbol_table import BindingKind, Call, Store
from ..syntax.values import OTHER, Kind, Value

_ITEM = re.compile(r"(\w+)\[(?:'([^'\\]*)'|\"([^\"\\]*)\")\]")
_AT = re.compile(r"(\w+)\[\]")
_GOT = re.compile(r"(\w+)\.get\(\)")
# What may stand behind the name of a table that nobody changes: an item that is read, and methods that only read.
_READ = r"\s*(?:\[[^\[\]\n]*\]\s*(?![\s=.\[]|[-+*/|&^@%]=)|\.(?:get|items|keys|values)\()"
_COUNTED = r"(?:\bin|\blen\(|\bsorted\(|\blist\()\s*$"
_SETTERS = ("__setattr__", "__set__", ".setter", "__slots__")
_NAMESPACE = "types.SimpleNamespace()"
_PLAIN_CLASS = "object"  # making one runs nothing of the file


class StandIns:
    """What calls of one file surely call, where that is not what their text names.

    is_read_elsewhere says of a name of the module whether another file may read it, and so change what it has.
    """

    def __init__(self, facts: Facts, names: Names, text: str, is_read_elsewhere: Callable[[str], bool]) -> None:
        self._facts = facts
        self._names = names
        self._text = text
        self._is_read_elsewhere = is_read_elsewhere
        self._fixed: dict[str, bool] = {}  # tables by name

    def seen_through(self, call: Call) -> Call:
        """Return a call with the path of what it surely calls."""
        if not self._text or call.decorates:
            return call
        path = self._of_table(call) or self._of_attribute(call) or self._of_namespace(call) or self._of_made_class(call)
        return call._replace(path=as_raw(path)) if path else call

    # tables

    def _of_table(self, call: Call) -> str:
        name, key = self._asked(call)
        if not name:
            return ""
        home, bindings = self._names.bindings(name, call.place.scope)
        if home or len(bindings) != 1 or bindings[0].kind is not BindingKind.ASSIGN:
            return ""
        item = _item(bindings[0].value, key)
        if item.kind is not Kind.PATH or not self._is_fixed(name):
            return ""
        return "" if call.place.scope and self._is_read_elsewhere(name) else item.path

    def _asked(self, call: Call) -> tuple[str, str | int]:
        """The table that a call takes a function from, and the key; empty for other calls."""
        if (at := _AT.fullmatch(call.path)) is not None and call.callee.kind is Kind.ELEMENT:
            place = call.callee.constant
            return (at[1], place) if isinstance(place, int) else ("", "")
        if (item := _ITEM.fullmatch(call.path)) is not None:
            return item[1], item[2] if item[2] is not None else item[3]
        if (got := _GOT.fullmatch(call.path)) is not None and call.callee.kind is Kind.CALL and call.callee.items:
            key = call.callee.items[0].constant
            return (got[1], key) if isinstance(key, str) else ("", "")
        return "", ""

    def _is_fixed(self, name: str) -> bool:
        """Whether the file does nothing with a table but read its items."""
        if name not in self._fixed:
            places = list(re.finditer(rf"(?<![\w.]){re.escape(name)}(?!\w)", self._text))
            own = self._facts.scopes[0].bindings[name][0].line
            read = re.compile(_READ)
            self._fixed[name] = "global " not in self._text and all(
                read.match(self._text, each.end())
                or re.search(_COUNTED, self._text[max(each.start() - 10, 0) : each.start()])
                or self._text.count("\n", 0, each.start()) + 1 == own
                for each in places
            )
        return self._fixed[name]

    # attributes of objects

    def _of_attribute(self, call: Call) -> str:
        """What the attribute that is called was set to, by the same code and no other."""
        stores = self._stores.get(call.path, ()) if "." in call.path else ()
        root = first_of(call.path)
        if len(stores) != 1 or self._names.bindings(root, call.place.scope)[0] != call.place.scope:
            return ""
        store = stores[0]
        is_set = store.order < call.order and surely_before(store.place, call.place)
        bound = self._facts.scopes[call.place.scope].bindings.get(root, ())
        is_same = all(each.order < store.order or each.order > call.order for each in bound)
        return store.value.path if is_set and is_same and store.value.kind is Kind.PATH else ""

    def _of_namespace(self, call: Call) -> str:
        """The function that a namespace was made with under the attribute that is called, if nothing sets another."""
        name, attribute = split_first(call.path)
        if not attribute.isidentifier() or self._names.resolve(name, call.place.scope) != _NAMESPACE:
            return ""
        made = self._names.value(Value(Kind.PATH, path=as_raw(name)), call.place.scope)
        given = [value for key, value in made.keywords if key == attribute]
        others = sum(key == "" for key, _ in made.keywords) + len(made.items)
        is_set = re.search(rf"\.{attribute}\s*=(?!=)|setattr|__dict__|\bvars\(", self._text)
        return given[0].path if len(given) == 1 and not others and not is_set and given[0].kind is Kind.PATH else ""

    @cached_property
    def _stores(self) -> dict[str, list[Store]]:
        """The assignments to attributes of names, by path; none where a class may take them otherwise."""
        found: dict[str, list[Store]] = {}
        if not any(each in self._text for each in _SETTERS):
            for each in self._facts.bodies[0].stores:
                if each.path.count(".") == 1 and not has_item(each.path) and not has_call(each.path):
                    found.setdefault(each.path, []).append(each)
        return found

    # classes

    def _of_made_class(self, call: Call) -> str:
        """`object` for a class that `type` made of functions alone, none of which making an object runs."""
        if not call.path.isidentifier() or self._names.resolve(call.path, call.place.scope) != "type()":
            return ""
        made = self._names.value(Value(Kind.PATH, path=call.path), call.place.scope)
        if made.kind is not Kind.CALL or len(made.items) != 3 or made.keywords:
            return ""
        _, bases, body = made.items
        is_plain = bases.kind is Kind.SEQUENCE and not bases.items and body.kind is Kind.MAPPING
        is_known = is_plain and not any(not isinstance(each, str) or each[:2] in ("", "__") for each in body.keys)
        return _PLAIN_CLASS if is_known else ""


def _item(table: Value, key: str | int) -> Value:
    """The item that a table has under a key; OTHER where that is not known."""
    if table.kind is Kind.MAPPING and "" not in table.keys and table.keys.count(key) == 1:
        return table.items[table.keys.index(key)]
    is_plain = table.kind is Kind.SEQUENCE and not any(each.kind is Kind.SPREAD for each in table.items)
    if is_plain and isinstance(key, int) and -len(table.items) <= key < len(table.items):
        return table.items[key]
    return OTHER
