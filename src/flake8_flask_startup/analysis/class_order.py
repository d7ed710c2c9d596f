"""The order in which a class and its bases are asked for an attribute (language reference, 3.3.3.1)."""

from __future__ import annotations

from collections.abc import Sequence

from ..model.access_paths import ResolvedPath
from ..syntax.method_order import merged
from ..syntax.resolver import Names
from ..syntax.symbol_table import ScopeKind


class ClassOrder:
    """The orders of the classes of one file, each kept until `known` is cleared."""

    def __init__(self, names: Names) -> None:
        self._names = names
        self.known: dict[str, Sequence[str]] = {}

    def of(self, owner: str) -> Sequence[str]:
        """Return a class and its bases, those of other packages among them, as they are asked one after the other.

        Where a class has one base, its order is that of the base behind it: so a chain of classes is walked once.
        """
        chain = {owner: None}
        while owner not in self.known and len(bases := self.bases_reversed(owner)) == 1 and bases[0] not in chain:
            owner = bases[0]
            chain[owner] = None
        found = self._walked(owner)
        for each in [*chain][-2::-1]:
            found = self.known[each] = [each, *found] if each not in found else self._walked(each)
        return found

    def _walked(self, owner: str) -> Sequence[str]:
        """Return the order of a class, from those of its bases. A class that derives from itself is left out."""
        pending, around = [owner] if owner not in self.known else [], set[str]()
        while pending:  # not by recursion: a chain of classes can be longer than Python's stack
            here = pending[-1]
            bases = [*dict.fromkeys(each for each in reversed(self.bases_reversed(here)) if each != here)]
            waiting = [each for each in bases if each not in self.known and each not in around]
            if here not in self.known and here not in around and waiting:
                around.add(here)
                pending += waiting
                continue
            pending.pop()
            if here not in self.known:
                around.discard(here)
                orders = [*(self.known.get(each, [each]) for each in bases), bases]
                self.known[here] = [here, *merged([[each for each in order if each != here] for order in orders])]
        return self.known[owner]

    def bases_reversed(self, owner: str) -> list[ResolvedPath]:
        """Return the bases that a class itself names, the last one first."""
        scopes = [self._names.facts.scopes[number] for number in self._names.defined(owner)]
        classes = [scope for scope in scopes if scope.kind is ScopeKind.CLASS]
        return [base for scope in classes for base in self._names.direct_bases(scope)][::-1]
