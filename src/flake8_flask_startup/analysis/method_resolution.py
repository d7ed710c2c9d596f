"""Method resolution: which function of the file an attribute of a class or its instance is (language reference, 3.3.3).

Where the class of an instance is known for sure, the first class in the method resolution order that has the name;
where it may be a class that derives from it, whatever any of the family has.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from typing import NamedTuple

from ..config.flask_objects import APP_CLASSES, called_to_make, is_framework
from ..model import access_paths
from ..model.access_paths import NOWHERE, callee_of, first_of, has_call, is_own, is_unknown, own_path, root_of
from ..syntax.resolver import Names
from ..syntax.symbol_table import BindingKind, Scope, ScopeKind
from ..syntax.values import ANNOTATED, Kind, Value
from .callback_models import SHARED_VIEW
from .class_order import ClassOrder
from .method_index import OF_ENUMS, MethodIndex

MAX_REPLACED = 20  # functions of one name: of more, any may be meant
_CONSTRUCTORS = ("__new__", "__init__", "__post_init__")


class _Found(NamedTuple):
    """What a class has under a name: functions surely meant, and those that may be."""

    sure: tuple[int, ...]
    possible: tuple[int, ...]
    may_be_foreign: bool


class Methods:
    """The methods of the classes of one file. A class is spelled as the resolver does: ":Config"."""

    def __init__(self, names: Names) -> None:
        self._names = names
        self._facts = names.facts
        self._scopes = names.facts.scopes
        self._indexed = MethodIndex(names)
        self._families: dict[str, list[str]] = {}
        self._order = ClassOrder(names)
        self._only_bases: dict[str, str | None] = {}
        self._spans: dict[str, range] = {}
        self._answers: dict[tuple[str, str], _Found] = {}
        self._classes: dict[str, tuple[int, bool]] = {}  # whether a path is one, each with how many stand there
        self._bound = (-1, False)  # of how many scopes
        self._constructed: dict[tuple[str, bool | None], list[int]] = {}
        self._exact: dict[tuple[str, str, int], bool] = {}
        self._of_any: dict[tuple[str, str], Sequence[int]] = {}
        self._remembered = (
            self._families, self._order.known, self._only_bases, self._spans, self._answers, self._constructed,
            self._of_any, self._exact,
        )  # fmt: skip

    def by_name(self, name: str) -> Sequence[int]:
        """The methods of all classes under a name."""
        self._index()
        return self._indexed.by_name.get(name, ())

    def class_of(self, method: int) -> str:
        """The class that a method is written in."""
        return own_path(self._scopes[self._scopes[method].parent].name)

    def class_around(self, scope: int) -> str:
        """The class that a scope stands in; empty where it stands in none."""
        while scope and self._scopes[scope].kind is not ScopeKind.CLASS:
            scope = self._scopes[scope].parent
        return own_path(self._scopes[scope].name) if scope else ""

    def is_class(self, path: str) -> bool:
        """Whether a resolved path is a class of the file."""
        numbers = self._names.defined(path)
        count, known = self._classes.get(path, (0, False))
        if count != len(numbers):  # functions are read as they are needed
            known = known or any(self._scopes[number].kind is ScopeKind.CLASS for number in numbers)
            self._classes[path] = len(numbers), known
        return known

    def is_exact(self, raw: str, resolved: str, scope: int) -> bool:
        """Whether a raw path that leads to a class or its instance surely leads to that one, and to no subclass."""
        self._index()
        key = (raw, resolved, scope)
        if key not in self._exact:
            self._exact[key] = self._is_exact(raw, resolved, scope)
        return self._exact[key]

    def _is_exact(self, raw: str, resolved: str, scope: int) -> bool:
        cls = callee_of(resolved)
        if self._names_class(callee_of(raw) if resolved != cls else raw, cls, scope):
            return True
        _, bindings = self._names.bindings(raw, scope)
        made = [each for each in bindings if each.kind is BindingKind.ASSIGN and each.value.kind is Kind.CALL]
        return bool(made) and all(
            each in made
            and each.value.keys != ANNOTATED
            and self._names_class(callee_of(each.value.path), cls, each.place.scope)
            for each in bindings
        )

    def _names_class(self, raw: str, cls: str, scope: int) -> bool:
        """Whether a raw path is a name of a class."""
        _, bindings = self._names.bindings(first_of(raw), scope)
        is_plain = all(each.kind in (BindingKind.CLASS, BindingKind.ASSIGN) for each in bindings)
        return not has_call(raw) and is_plain and self._names.resolve(raw, scope) == cls

    # where the class is known for sure

    def order(self, owner: str) -> Sequence[str]:
        """A class and its bases, those of other packages among them, in the order in which they are asked."""
        self._index()
        return self._order.of(owner)

    def of(self, owner: str, name: str, after: str = "") -> Sequence[int]:
        """What a class may have under a name: that of the first that has it, of more where the first may have none.

        With after, of the classes behind that one, as `super()` looks for it.
        """
        return self._found(owner, name, after).possible

    def surely_of(self, owner: str, name: str, after: str = "") -> Sequence[int]:
        """What a class surely has under a name; nothing where a base of another package may have it."""
        return self._found(owner, name, after).sure

    def may_be_foreign(self, owner: str, name: str, after: str = "") -> bool:
        """Whether a base of another package may have a name before a class of the file does, or none of them has it."""
        return self._found(owner, name, after).may_be_foreign

    def bases_outside(self, owner: str) -> Sequence[str]:
        """The bases of a class that other packages have, in the order in which they are asked."""
        return [each for each in self.order(owner) if not is_own(each)]

    def _found(self, owner: str, name: str, after: str) -> _Found:
        self._index()
        if not after:
            return self._inherited(owner, name)
        if self._derives_plainly(owner, after):
            base = self._only_base(after)
            return self._inherited(base, name) if base is not None else self._first(self.order(after)[1:], name)
        order = self.order(owner)
        return self._first(order[order.index(after) + 1 :] if after in order else order, name)

    def _inherited(self, owner: str, name: str) -> _Found:
        """What a class has under a name. Classes of one base ask that, so a chain of them is followed only once."""
        line: dict[str, None] = {}
        here = owner
        while (here, name) not in self._answers:
            base = self._only_base(here)
            if self._binds(here, name):
                self._answers[here, name] = self._first([here], name)
            elif base is None or base in line:
                self._answers[here, name] = self._first(self.order(here), name)
            else:
                line[here] = None
                here = base
        found = self._answers[here, name]
        for each in reversed(line):
            own = tuple(self._lasting(self._written(each, name)))
            found = found._replace(sure=own + found.sure, possible=own + found.possible) if own else found
            self._answers[each, name] = found
        return found

    def _first(self, order: Sequence[str], name: str) -> _Found:
        """What the first of some classes that surely binds a name has under it, with what those before it may have."""
        sure: list[int] = []
        possible: list[int] = []
        holders = self._indexed.holders.get(name, set())
        other: str | None = None  # the first base of another package, which may have the name; `object` if that is all
        is_hidden = False
        for each in order:
            if each in holders:
                own = self._lasting(self._written(each, name)) or self._assigned(each, name) or ()
                possible += own
                sure += own if not is_hidden else ()
                if self._binds(each, name):
                    return _Found(tuple(sure), tuple(possible), other not in (None, "object"))
            elif each not in self._indexed.own_classes:
                other = each if other is None else other
                is_hidden = is_hidden or each != "object"
        return _Found(tuple(sure), tuple(possible), other != "object")

    def _only_base(self, owner: str) -> str | None:
        """The one base that a class of the file has; None where it has none or more, or two classes go by its name."""
        if owner not in self._only_bases:
            numbers = self._names.defined(owner)
            bases = self._order.bases_reversed(owner) if len(numbers) == 1 else []
            self._only_bases[owner] = bases[0] if len(bases) == 1 and bases[0] != owner else None
        return self._only_bases[owner]

    def _derives_plainly(self, owner: str, base: str) -> bool:
        """Whether a class comes to a base, or is it, by way of classes that have one base each."""
        if not self._spans:
            self._number_lines()
        here, there = self._spans.get(owner), self._spans.get(base)
        return here is not None and there is not None and here.start in there

    def _number_lines(self) -> None:
        """Number the classes so that those that derive from one by single bases follow it."""
        derived: dict[str, list[str]] = {}
        roots: list[str] = []
        for name in self._names.scopes_by_name:
            base = self._only_base(own_path(name))
            (roots if base is None else derived.setdefault(base, [])).append(own_path(name))
        roots += [each for each in derived if not is_own(each)]
        pending = [(each, False) for each in reversed(roots)]
        first: dict[str, int] = {}
        while pending:
            here, is_done = pending.pop()
            if is_done:
                self._spans[here] = range(first[here], len(first))
                continue
            first[here] = len(first)
            pending.append((here, True))
            pending += [(each, False) for each in derived.get(here, ())]

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
        for number in self._names.defined(owner):
            scope = self._scopes[number]
            for each in scope.bindings.get(name, ()) if scope.kind is ScopeKind.CLASS else ():
                is_plain = each.kind is BindingKind.DEF or self._assigned(owner, name) is not None
                if is_plain and each.place.condition == scope.place.condition and not each.place.optional:
                    return True
        return False

    def _assigned(self, owner: str, name: str) -> list[int] | None:
        """The functions that a class has under a name by an assignment; None where the file does not tell."""
        bound = [
            (number, each)
            for number in self._names.defined(owner)
            for each in self._scopes[number].bindings.get(name, ())
        ]
        if len(bound) != 1 or bound[0][1].kind is not BindingKind.ASSIGN:
            return None
        number, binding = bound[0]
        return self._functions(binding.value, number)

    def _functions(self, value: Value, scope: int) -> list[int] | None:
        """The functions that a value is; None where the file does not tell."""
        if value.kind is Kind.CALL and value.path in ("classmethod()", "staticmethod()") and len(value.items) == 1:
            value = value.items[0]
        if value.kind is Kind.PATH:
            path = self._names.resolve(value.path, scope)
            is_foreign = bool(path) and not is_own(path) and not is_unknown(path) and not path.startswith(".")
            return list(self._names.defined(path)) or ([] if is_foreign else None)
        return [] if value.kind in (Kind.CONSTANT, Kind.MAPPING, Kind.SEQUENCE) else None

    def constructed(self, owner: str, *, is_exact: bool) -> list[int]:
        """What making an instance may run: special methods and properties, which no call names."""
        self._index()
        if (owner, is_exact) not in self._constructed:
            self._constructed[owner, is_exact] = self._run_to_make(owner, is_exact=is_exact)
        return self._constructed[owner, is_exact]

    def _run_to_make(self, owner: str, *, is_exact: bool) -> list[int]:
        if not is_exact:
            family = self._family(owner) if self._put_in_place else ()
            by_bases = {number for each in family for number in self._called_by_bases(each)}
            of_family = [number for number in self.of_family(owner) if number in self._indexed.special]
            return [*of_family, *sorted(by_bases.difference(of_family))]
        names = {name for each in self.order(owner) for name in self._indexed.by_class.get(each, ())}
        found = [number for name in names for number in self.of(owner, name) if number in self._indexed.special]
        calling = self.of_metaclass(owner, "__call__")
        called = self._called_by_bases(owner) if self._put_in_place else ()
        return sorted({*found, *calling, *called}) if self._makes(calling) else calling

    @property
    def _put_in_place(self) -> bool:
        """Whether a class that was read binds a name of what a constructor elsewhere calls of its own class."""
        if self._bound[0] != len(self._scopes):
            found = (scope.bindings.keys() for scope in self._scopes if scope.kind is ScopeKind.CLASS)
            self._bound = len(self._scopes), not all(map(called_to_make(APP_CLASSES).isdisjoint, found))
        return self._bound[1]

    def _called_by_bases(self, owner: str) -> Iterator[int]:
        """What the constructor of a base of another package runs of a class: its methods, and classes that it makes."""
        order = self.order(owner)
        for name in sorted(called_to_make(order)):
            yield from self.of(owner, name)
            scopes = (self._scopes[at] for each in order for at in self._names.defined(each))
            for each in (binding for scope in scopes for binding in scope.bindings.get(name, ())):
                path = self._names.resolve(each.value.path, each.place.scope) if each.value.path else NOWHERE
                path = own_path(each.path) if each.kind is BindingKind.CLASS else path
                if path and self.is_class(path):
                    yield from self.constructed(path, is_exact=False)

    def surely_constructed(self, owner: str) -> list[int]:
        """What making an instance surely runs."""
        self._index()
        if (owner, None) not in self._constructed:
            self._constructed[owner, None] = self._surely_run_to_make(owner)
        return self._constructed[owner, None]

    def _surely_run_to_make(self, owner: str) -> list[int]:
        calling = self.of_metaclass(owner, "__call__")
        found = [number for name in _CONSTRUCTORS for number in self.surely_of(owner, name)]
        return [*calling, *found] if self._makes(calling) else calling

    def of_metaclass(self, owner: str, name: str) -> list[int]:
        """What a metaclass of the file has under a name, for a class of it: calling the class runs `__call__`."""
        self._index()
        if not self._indexed.with_metaclass:  # as in most files
            return []
        classes = [each for each in self.order(owner) if each in self._indexed.with_metaclass]
        scopes = [self._scopes[number] for each in classes for number in self._names.defined(each)]
        named = (self._names.resolve(each.metaclass, each.place.scope) for each in scopes if each.metaclass)
        return [number for path in named if is_own(path) for number in self.surely_of(path, name)]

    def _makes(self, calling: Sequence[int]) -> bool:
        """Whether calling a class may make an object, what its metaclass does then being known."""
        calls = [call for number in calling for call in self._facts.body(number).calls]
        return not calling or any(call.path.startswith("super") or "__" in call.path for call in calls)

    def defined(self, scope: Scope) -> list[int]:
        """What the definition of an enumeration runs of it, to make its members."""
        made = self.constructed(own_path(scope.name), is_exact=False)
        return [number for number in made if not self._scopes[number].name.endswith(f".{OF_ENUMS}")]

    def may_be_shared(self, owner: str) -> bool:
        """Whether a class of views, or a base from elsewhere, may say that one object answers all requests."""
        for each in self.order(owner):
            bound = [self._scopes[number].bindings for number in self._names.defined(each)]
            if any(SHARED_VIEW in names for names in bound) if bound else not is_framework(root_of(each)):
                return True
        return False

    # where it may be a class that derives from it

    def any_of(self, owner: str, name: str) -> Sequence[int]:
        """The methods of a class or its bases under a name; and of its subclasses, which may override."""
        self._index()
        if (owner, name) not in self._of_any:
            own = (self._written(each, name) for each in self._family(owner))
            self._of_any[owner, name] = sorted(number for numbers in own for number in numbers)
        return self._of_any[owner, name]

    def of_family(self, owner: str) -> list[int]:
        """The methods of a class and those related to it, by their names in the order in which the file has these."""
        self._index()
        methods = (self._indexed.by_class.get(each, {}) for each in self._family(owner))
        found = [
            (self._indexed.places[name], number)
            for own in methods
            for name, numbers in own.items()
            for number in numbers
        ]
        return [number for _, number in sorted(found)]

    def of_derived(self, base: str) -> list[int]:
        """The methods of the classes of the file that derive from one whose resolved path begins so."""
        self._index()
        derived = [each for each in self._indexed.children if each.startswith(base)]
        return [number for each in derived for cls in self._family(each) for number in self._methods_of(cls)]

    def _written(self, owner: str, name: str) -> Sequence[int]:
        """The methods that a class itself has under a name."""
        return self._indexed.by_class.get(owner, {}).get(name, ())

    def _methods_of(self, owner: str) -> list[int]:
        return [number for numbers in self._indexed.by_class.get(owner, {}).values() for number in numbers]

    def run_by_mapping(self, bases: Collection[str]) -> list[int]:
        """The methods of some classes that run where a class that derives from them is mapped."""
        self._index()
        return [number for number in self._indexed.mapping if self.class_of(number) in bases]

    def _family(self, owner: str) -> list[str]:
        """A class with its bases and the classes of the file that derive from it."""
        if owner not in self._families:
            numbers = self._names.scopes_by_name.get(access_paths.name_in_file(owner), ())
            bases = [base for number in numbers for base in self._names.bases(self._scopes[number])]
            found = dict.fromkeys([owner, *bases])
            pending = [owner]
            while pending:
                new = [each for each in self._indexed.children.get(pending.pop(), ()) if each not in found]
                found.update(dict.fromkeys(new))
                pending += new
            self._families[owner] = list(found)
        return self._families[owner]

    def _index(self) -> None:
        """Take note of the classes and methods that were read since the last time, and forget what they may change."""
        if self._indexed.grow():
            for known in self._remembered:
                known.clear()
