"""Methods that no instance gives: the constructor puts something else on the attribute (descriptors, data model 3.3.2).

A function of a class is no data descriptor, so what an instance has itself comes before it.
"""

from __future__ import annotations

import re

from ..model.access_paths import as_raw, callee_of
from ..syntax.facts import Facts
from ..syntax.symbol_table import Scope, Store
from ..syntax.values import mentions
from .method_resolution import Methods

_ASKED = (
    r"\.{0}\b(?![ \t]*(?:\(|=(?!=)))|\b[gs]etattr\b|\bdelattr\b"  # the method may be had from the class, or deleted
)
_ANSWERING = ("__getattribute__", "__setattr__")


class HiddenMethods:
    """The hidden methods of the classes of one file, whose text may be empty if it is unknown."""

    def __init__(self, facts: Facts, methods: Methods, text: str) -> None:
        self._facts = facts
        self._methods = methods
        self._text = text
        self._known: dict[tuple[str, str], tuple[int, bool]] = {}  # each with how many scopes were read then

    def is_hidden(self, owner: str, member: str) -> bool:
        """Whether an object of exactly a class has something of its own before the method of that name.

        owner is the path of the object, a call of the class; the class itself has the method.
        """
        cls = callee_of(owner)
        if cls == owner:
            return False
        count, known = self._known.get((cls, member), (0, False))
        if count != len(self._facts.scopes):
            known = self._is_hidden(cls, member)
            self._known[cls, member] = len(self._facts.scopes), known
        return known

    def _is_hidden(self, cls: str, member: str) -> bool:
        functions = [self._facts.scopes[number] for number in self._methods.of(cls, member)]
        if not functions or any(each.decorators for each in functions) or not self._is_plain(cls):
            return False
        makers = [each for each in self._methods.surely_of(cls, "__init__") if not self._facts.scopes[each].returns]
        if re.search(_ASKED.format(re.escape(member)), self._text):
            return False
        return any(_sets(store, self._facts.scopes[each], each, member) for each in makers for store in self._in(each))

    def _in(self, function: int) -> list[Store]:
        return [each for each in self._facts.body(function).stores if each.place.scope == function]

    def _is_plain(self, cls: str) -> bool:
        """Whether instances of a class keep what is put on them as usual."""
        answers = any(map(self._methods.by_name, _ANSWERING))
        return (
            bool(self._text)
            and not answers
            and {*self._methods.bases_outside(cls)} <= {"object"}
            and "__slots__" not in self._text
        )


def _sets(store: Store, scope: Scope, number: int, member: str) -> bool:
    """Whether a constructor surely puts something on an attribute that is not made of the method."""
    attribute = as_raw(f"{scope.parameters[0]}.{member}" if scope.parameters else "")
    place = store.place
    is_sure = place.scope == number and not (place.condition or place.optional or place.branch)
    return is_sure and store.path == attribute and not mentions(store.value, attribute)
