"""Names: from the raw paths of a file to *resolved* paths (see `access_paths`)."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from itertools import islice

from ..model.access_paths import (
    NOWHERE,
    UNKNOWN_PATH,
    ResolvedPath,
    Steps,
    as_raw,
    as_resolved,
    attribute_of,
    call_of,
    callee_of,
    is_call,
    is_call_inside,
    is_own,
    is_unknown,
    name_in_file,
    own_path,
    split_root,
    unknown_path,
)
from ..model.path_steps import after_call, after_unnamed_item, joined
from .canonical_names import STARS, canonical
from .facts import Facts
from .nesting import Nesting
from .symbol_table import Binding, BindingKind, Scope, ScopeKind, binding_scopes
from .values import OTHER, Kind, Value

MAX_STEPS = 20  # of a chain of assignments
MAX_BASES = 500  # of a class, with those of its bases
MAX_MEANINGS = 100  # of a name: one that is bound to more is not known
NONE = Value(Kind.CONSTANT, None)
FUNCTIONS = (ScopeKind.FUNCTION, ScopeKind.LAMBDA)
PARTIAL = as_resolved("functools.partial()")
_RESULT = -1  # instead of a scope: the question is what a function returns


class Names:
    """Resolves the names of one file's facts."""

    def __init__(self, facts: Facts) -> None:
        self.facts = facts
        self._resolved: dict[tuple[str, int], ResolvedPath] = {}  # every rule asks for the same paths
        self._roots: dict[tuple[str, int], ResolvedPath] = {}  # what a name of a scope is
        self._root_meanings: dict[tuple[str, int], list[ResolvedPath]] = {}  # what it may be
        self._values: dict[tuple[str, int], Value | None] = {}  # the one value that a name of a scope is bound to
        self._results: dict[ResolvedPath, ResolvedPath] = {}  # what a call of a local function gives
        self._bases: dict[int, list[ResolvedPath]] = {}
        # By path, each with how many classes and functions.
        self._bases_of: dict[str, tuple[int, frozenset[ResolvedPath]]] = {}
        self._questions = Nesting[tuple[str, int]]()

    @property
    def scopes_by_name(self) -> Mapping[str, Sequence[int]]:
        """Scope numbers by qualified name; several where a name is defined more than once."""
        return self.facts.scopes_by_name

    @cached_property
    def _starred(self) -> dict[str, ResolvedPath]:
        return {
            name: attribute_of(as_resolved(each.module), name)
            for each in self.facts.bodies[0].imports
            if each.name == "*" and not each.level
            for name in STARS.get(each.module, ())
        }

    def defined(self, path: str) -> Sequence[int]:
        """Return the numbers of the functions and classes of the file at a resolved path; none for what they make."""
        return self.scopes_by_name.get(name_in_file(path), ()) if is_own(path) else ()

    def resolve(self, path: str, scope: int) -> ResolvedPath:
        """The resolved path of a raw path read in a scope; the empty one of an empty one."""
        key = (path, scope)
        if key not in self._resolved:
            self._resolved[key] = self._resolve(path, scope)
        return self._resolved[key]

    def _resolve(self, path: str, scope: int) -> ResolvedPath:
        if (split := split_root(path)) is None:
            return NOWHERE
        root, rest = split
        home, bindings = self.bindings(root, scope)
        if not bindings:
            return canonical(joined(self._starred.get(root) or as_resolved(root), rest))
        if rest and (imported := _before_rebinding(bindings, path)):
            return canonical(joined(imported, rest))
        meaning = self._root(root, home, bindings)
        if (behind := after_unnamed_item(rest)) is not None and (element := self._element(bindings, home)):
            return canonical(joined(element, behind))
        return canonical(self._applied(meaning, rest))

    def called(self, raw: str, scope: int) -> ResolvedPath:
        """The resolved path of a callee; of a partial function that of the function it is made of."""
        path = self.resolve(raw, scope)
        name = callee_of(raw)  # `@checked()` calls what the partial function is made of, as `@checked` does
        if path.startswith(PARTIAL) and name.isidentifier():
            value = self.value(Value(Kind.PATH, path=as_raw(name)), scope)
            path = self.resolve(value.items[0].path, scope) if value.items else path
        return path

    def meanings(self, path: str, scope: int) -> list[ResolvedPath]:
        """The resolved paths that a raw path may stand for, where its first name is bound more than once."""
        found = self.resolve(path, scope)
        split = split_root(path)
        if split is None or not is_unknown(found):
            return [found]
        root, rest = split
        each = self._root_meanings_in(root, scope)
        return [canonical(self._applied(meaning, rest)) for meaning in each] or [found]

    def _root_meanings_in(self, name: str, scope: int) -> Sequence[ResolvedPath]:
        """What a name read in a scope may be; nothing where its bindings are less than two, or mean too much."""
        home, bindings = self.bindings(name, scope)
        if len(bindings) < 2:
            return ()
        key = (name, home)
        if key not in self._root_meanings:
            found = {self._meaning(name, binding) for binding in _telling(bindings)}
            self._root_meanings[key] = sorted(found) if len(found) <= MAX_MEANINGS else []
        return self._root_meanings[key]

    def _root(self, name: str, home: int, bindings: Sequence[Binding]) -> ResolvedPath:
        """What a name of a scope is; "?" before one that is not known, or is defined by itself: `node = node.next`."""
        key = (name, home)
        if key in self._roots:
            return self._roots[key]
        if key in self._questions.busy:
            return unknown_path(name)
        return self._questions.ask(key, lambda: self._meant(name, home, bindings))

    def _meant(self, name: str, home: int, bindings: Sequence[Binding]) -> ResolvedPath:
        telling = _telling(bindings)
        own = [each for each in telling if each.value.path != name] or telling  # `name = name` in a class tells nothing
        meanings = {self._meaning(name, each) for each in own}
        self._roots[name, home] = found = meanings.pop() if len(meanings) == 1 else unknown_path(name)
        return found

    def bindings(self, name: str, scope: int) -> tuple[int, Sequence[Binding]]:
        """The scope that binds a name read in a scope, and its bindings; the module's too where either may count."""
        scopes = self.facts.scopes
        homes = binding_scopes(scopes, name, scope)
        if len(homes) == 1:
            return homes[0], scopes[homes[0]].bindings[name]
        return (homes or (0,))[0], [each for home in homes for each in scopes[home].bindings[name]]

    def value(self, value: Value, scope: int) -> Value:
        """A value with its names looked up: a name bound once to a constant is that constant."""
        for _ in range(MAX_STEPS):
            if value.kind is not Kind.PATH or not value.path.isidentifier():
                break
            home, bindings = self.bindings(value.path, scope)
            key = (value.path, home)
            if key not in self._values:
                self._values[key] = _only_value(bindings)
            only = self._values[key]
            if only is None:
                break
            value, scope = only, bindings[0].place.scope
        return value

    def truth(self, value: Value, scope: int) -> bool | None:
        """Whether a value is true; None when that is unknown."""
        is_negated = False
        for _ in range(MAX_STEPS):
            value = self.value(value, scope)
            match value.kind:
                case Kind.CONSTANT:
                    return bool(value.constant) is not is_negated
                case Kind.SEQUENCE | Kind.MAPPING:
                    return bool(value.items) is not is_negated
                case Kind.NOT:
                    is_negated = not is_negated
                    value = value.items[0]
                case Kind.CALL if value.path == "bool()" and len(value.items) == 1:
                    value = value.items[0]
                case _:
                    break
        return None

    def _meaning(self, root: str, binding: Binding) -> ResolvedPath:
        if binding.kind is BindingKind.IMPORT:
            return as_resolved(binding.path)
        if binding.kind in (BindingKind.DEF, BindingKind.CLASS):
            return own_path(binding.path)
        return self.resolve(binding.value.path, binding.place.scope) or unknown_path(root)

    def _element(self, bindings: Sequence[Binding], home: int) -> ResolvedPath:
        """What every element of a literal sequence is; empty when they differ or it is no literal."""
        if len(bindings) != 1 or bindings[0].value.kind is not Kind.SEQUENCE:
            return NOWHERE
        found = {self.resolve(item.path, home) for item in bindings[0].value.items}
        return found.pop() if len(found) == 1 else NOWHERE

    def _applied(self, owner: ResolvedPath, rest: Steps) -> ResolvedPath:
        """An owner with the rest of a path: a call of a local function is what its returns agree on."""
        if (behind := after_call(rest)) is None or not is_own(owner):
            return joined(owner, rest)
        return joined(self._result(owner) or call_of(owner), behind)

    def _result(self, function: ResolvedPath) -> ResolvedPath:
        """What the returns of a local function agree on; empty if they do not, or it calls itself."""
        key = (function, _RESULT)
        if function in self._results or key in self._questions.busy:
            return self._results.get(function, NOWHERE)
        return self._questions.ask(key, lambda: self._returned(function))

    def _returned(self, function: ResolvedPath) -> ResolvedPath:
        made = {
            self.resolve(value.path, number)
            for number in self.scopes_by_name.get(name_in_file(function), ())
            if self.facts.scopes[number].kind in FUNCTIONS
            for value in self.facts.returns(number)
            if value != NONE
        }
        only = made.pop() if len(made) == 1 else NOWHERE
        self._results[function] = found = NOWHERE if is_unknown(only) else only
        return found

    def bases(self, scope: Scope) -> list[ResolvedPath]:
        """The resolved bases of a class, its local ancestors' included; past MAX_BASES, an unknown one for the rest."""
        key = id(scope)  # scopes live as long as the facts
        if key not in self._bases:
            line = self._line(scope)
            found = list(self._ancestry(line[-1])) if id(line[-1]) not in self._bases else self._bases[id(line[-1])]
            self._bases[id(line[-1])] = found
            for each in reversed(line[:-1]):
                found = [*self.direct_bases(each), *found]
                if len(found) > MAX_BASES:
                    found[MAX_BASES:] = [UNKNOWN_PATH]
                self._bases[id(each)] = found
        return self._bases[key]

    def _line(self, scope: Scope) -> list[Scope]:
        """A class and those that it derives from, as far as each has one base of the file and that is not known yet."""
        line = [scope]
        met = {id(scope)}
        while id(line[-1]) not in self._bases:
            direct = self.direct_bases(line[-1])
            numbers = self.defined(direct[0]) if len(direct) == 1 else ()
            if len(numbers) != 1 or id(self.facts.scopes[numbers[0]]) in met:
                break
            line.append(self.facts.scopes[numbers[0]])
            met.add(id(line[-1]))
        return line

    def _ancestry(self, scope: Scope) -> Iterator[ResolvedPath]:
        found: set[ResolvedPath] = set()
        pending = deque(self.direct_bases(scope))
        while pending:
            base = pending.popleft()
            if base in found:
                continue
            if len(found) == MAX_BASES:
                yield UNKNOWN_PATH
                return
            found.add(base)
            yield base
            for number in self.defined(base):
                pending += self.direct_bases(self.facts.scopes[number])

    def direct_bases(self, scope: Scope) -> list[ResolvedPath]:
        """The resolved bases that a class itself names."""
        return [base for raw in scope.bases if (base := self.resolve(raw, scope.place.scope))]

    def instance(self, path: str, classes: frozenset[str]) -> bool:
        """Whether a resolved path is an instance of one of the classes (dotted), or of a local subclass of one."""
        return is_call(path) and self.is_class(callee_of(path), classes)

    def is_class(self, path: str, classes: frozenset[str]) -> bool:
        """Whether a resolved path is one of the classes (dotted), or a subclass of one defined in this file."""
        if path in classes:
            return True
        return not classes.isdisjoint(self.bases_at(path))

    def bases_at(self, path: str) -> frozenset[ResolvedPath]:
        """The resolved bases of all classes of this file at a resolved path."""
        numbers = self.defined(path)
        count, known = self._bases_of.get(path, (0, frozenset()))
        if count != len(numbers):  # functions are read as they are needed
            known = frozenset(base for number in numbers for base in self.bases(self.facts.scopes[number]))
            self._bases_of[path] = len(numbers), known
        return known


def _telling(bindings: Sequence[Binding]) -> tuple[Binding, ...]:
    """The bindings that say what a name is: neither `del` nor an `app = None` before the real one does."""
    return tuple(each for each in bindings if each.kind is not BindingKind.DELETE and each.value != NONE)


def _only_value(bindings: Sequence[Binding]) -> Value | None:
    """The value that every one of the bindings assigns; None where they differ, or one is unknown or no assignment."""
    values = {each.value if each.kind is BindingKind.ASSIGN else OTHER for each in bindings}
    return values.pop() if len(values) == 1 and OTHER not in values else None


def _before_rebinding(bindings: Sequence[Binding], path: str) -> ResolvedPath:
    """What an imported name still is on the right of `admin = admin.Admin(app)`, read as admin.Admin; else empty."""
    before = list(islice((each for each in bindings if not is_call_inside(each.value.path, path)), 2))
    is_one = len(before) == 1 < len(bindings) and before[0].kind is BindingKind.IMPORT
    return as_resolved(before[0].path) if is_one else NOWHERE
