"""Method resolution: which function of the file an attribute of a class or its instance is (language reference, 3.3.3).

Where the class of an instance is known for sure, the first class in the method resolution order that has the name;
where it may be a class that derives from it, whatever any of the family has.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ..syntax.resolver import NONE, Names
from ..syntax.symbol_table import BindingKind, Scope, ScopeKind

_OF_ENUMS = "_missing_"  # called with a value that is none of the enumeration's (enum's documentation)
MAX_REPLACED = 20  # functions of one name: of more, any may be meant
_CONSTRUCTORS = ("__new__", "__init__", "__post_init__")


class Methods:
    """The methods of the classes of one file. A class is spelled as the resolver does: ":Config"."""

    def __init__(self, names: Names) -> None:
        self._names = names
        self._facts = names.facts
        self._scopes = names.facts.scopes
        self._by_name: dict[str, list[int]] = {}
        self._by_class: dict[str, dict[str, list[int]]] = {}
        self._places: dict[str, int] = {}  # of the names of methods, in the order of the file
        self._special: set[int] = set()  # methods that no call names
        self._children: dict[str, dict[str, None]] = {}  # local classes by what they name as a base
        self._families: dict[str, list[str]] = {}
        self._orders: dict[str, Sequence[str]] = {}
        self._indexed = 0  # scopes that those have

    def by_name(self, name: str) -> Sequence[int]:
        """The methods of all classes under a name."""
        self._index()
        return self._by_name.get(name, ())

    def class_of(self, method: int) -> str:
        """The class that a method is written in."""
        return f":{self._scopes[self._scopes[method].parent].name}"

    def is_class(self, path: str) -> bool:
        """Whether a resolved path is a class of the file."""
        numbers = self._names.scopes_by_name.get(path[1:], ()) if path.startswith(":") else ()
        return any(self._scopes[number].kind is ScopeKind.CLASS for number in numbers)

    # where the class is known for sure

    def order(self, owner: str) -> Sequence[str]:
        """A class and its bases, those of other packages among them, in the order in which they are asked."""
        self._index()
        if owner not in self._orders:
            found: list[str] = []
            met = {owner}
            pending = [(owner, iter(self._bases_reversed(owner)))]
            while pending:  # not by recursion: a chain of classes can be longer than Python's stack
                here, bases = pending[-1]
                base = next((each for each in bases if each not in met), None)
                if base is None:
                    found.append(here)
                    pending.pop()
                else:
                    met.add(base)
                    pending.append((base, iter(self._bases_reversed(base))))
            self._orders[owner] = found[::-1]
        return self._orders[owner]

    def _bases_reversed(self, owner: str) -> list[str]:
        numbers = self._names.scopes_by_name.get(owner[1:], ()) if owner.startswith(":") else ()
        classes = [self._scopes[number] for number in numbers if self._scopes[number].kind is ScopeKind.CLASS]
        return [base for scope in classes for base in self._names.direct_bases(scope)][::-1]

    def of(self, owner: str, name: str, after: str = "") -> list[int]:
        """What a class may have under a name: that of the first that has it, of more where the first may have none.

        With after, of the classes behind that one, as `super()` looks for it.
        """
        return list(self._candidates(owner, name, after, surely=False))

    def surely_of(self, owner: str, name: str, after: str = "") -> list[int]:
        """What a class surely has under a name; nothing where a base of another package may have it."""
        return list(self._candidates(owner, name, after, surely=True))

    def may_be_foreign(self, owner: str, name: str, after: str = "") -> bool:
        """Whether a base of another package may have a name before a class of the file does, or none of them has it."""
        order = self.order(owner)
        for each in order[order.index(after) + 1 if after in order else 0 :]:
            if not self.is_class(each):
                return each != "object"
            if self._binds(each, name):
                return False
        return True

    def _candidates(self, owner: str, name: str, after: str, *, surely: bool) -> Iterator[int]:
        self._index()
        if name not in self._by_name:  # as `__init_subclass__`, which every class is asked for
            return
        order = self.order(owner)
        start = order.index(after) + 1 if after in order else 0
        for each in order[start:]:
            if not self.is_class(each):
                if surely and each != "object":
                    return
                continue
            yield from self._lasting(self._by_class.get(each, {}).get(name, ()))
            if self._binds(each, name):
                return

    def _lasting(self, numbers: Sequence[int]) -> Sequence[int]:
        """Methods of one name and class, without those that a later one replaces before anything reads them."""
        if not 1 < len(numbers) <= MAX_REPLACED:
            return numbers
        scopes = [self._scopes[number] for number in numbers]
        last = scopes[-1]
        name = last.name.rpartition(".")[2]
        is_read = any(use.name == name and use.place.scope == last.parent for use in self._facts.body(last.parent).uses)
        is_plain = not last.decorators and all(
            (each.parent, each.place) == (last.parent, last.place) for each in scopes
        )
        return numbers[-1:] if is_plain and not is_read else numbers

    def _binds(self, owner: str, name: str) -> bool:
        """Whether a class surely has a name of its own, be it a method or nothing."""
        for number in self._names.scopes_by_name[owner[1:]]:
            scope = self._scopes[number]
            for each in scope.bindings.get(name, ()) if scope.kind is ScopeKind.CLASS else ():
                is_plain = each.kind is BindingKind.DEF or each.value == NONE
                if is_plain and each.place.condition == scope.place.condition and not each.place.optional:
                    return True
        return False

    def constructed(self, owner: str, *, is_exact: bool) -> list[int]:
        """What making an instance may run: special methods and properties, which no call names."""
        if not is_exact:
            return [number for number in self.of_family(owner) if number in self._special]
        self._index()
        names = {name for each in self.order(owner) for name in self._by_class.get(each, ())}
        found = [number for name in names for number in self.of(owner, name) if number in self._special]
        return sorted(found)

    def surely_constructed(self, owner: str) -> list[int]:
        """What making an instance surely runs."""
        return [number for name in _CONSTRUCTORS for number in self.surely_of(owner, name)]

    def defined(self, scope: Scope) -> list[int]:
        """What the definition of an enumeration runs of it, to make its members."""
        made = self.constructed(f":{scope.name}", is_exact=False)
        return [number for number in made if not self._scopes[number].name.endswith(f".{_OF_ENUMS}")]

    # where it may be a class that derives from it

    def any_of(self, owner: str, name: str) -> list[int]:
        """The methods of a class or its bases under a name; and of its subclasses, which may override."""
        self._index()
        return sorted(number for each in self._family(owner) for number in self._by_class.get(each, {}).get(name, ()))

    def of_family(self, owner: str) -> list[int]:
        """The methods of a class and those related to it, by their names in the order in which the file has these."""
        self._index()
        methods = (self._by_class.get(each, {}) for each in self._family(owner))
        found = [(self._places[name], number) for own in methods for name, numbers in own.items() for number in numbers]
        return [number for _, number in sorted(found)]

    def _family(self, owner: str) -> list[str]:
        """A class with its bases and the classes of the file that derive from it."""
        if owner not in self._families:
            numbers = self._names.scopes_by_name.get(owner[1:], ())
            bases = [base for number in numbers for base in self._names.bases(self._scopes[number])]
            found = dict.fromkeys([owner, *bases])
            pending = [owner]
            while pending:
                new = [each for each in self._children.get(pending.pop(), ()) if each not in found]
                found.update(dict.fromkeys(new))
                pending += new
            self._families[owner] = list(found)
        return self._families[owner]

    def _index(self) -> None:
        """Take note of the classes and methods that were read since the last time, those in functions among them."""
        if self._indexed < len(self._scopes):
            self._families.clear()
            self._orders.clear()
        for number in range(self._indexed, len(self._scopes)):
            scope = self._scopes[number]
            if scope.kind is ScopeKind.CLASS:
                for base in self._names.direct_bases(scope):
                    self._children.setdefault(base, {})[f":{scope.name}"] = None
            elif scope.kind is ScopeKind.FUNCTION and self._scopes[scope.parent].kind is ScopeKind.CLASS:
                name = scope.name.rpartition(".")[2]
                self._places.setdefault(name, len(self._places))
                self._by_name.setdefault(name, []).append(number)
                self._by_class.setdefault(self.class_of(number), {}).setdefault(name, []).append(number)
                is_property = any("property" in each for each in scope.decorators)
                if is_property or _is_special(name) or name == _OF_ENUMS:
                    self._special.add(number)
        self._indexed = len(self._scopes)


def _is_special(method: str) -> bool:
    """Whether Python calls a method itself (data model, 3.3); two underscores in front alone make a name private."""
    return method.startswith("__") and method.endswith("__")
