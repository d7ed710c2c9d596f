"""Facts in the making: what the walk hands in, and the end of the walk, where names find the scope that binds them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from .facts import OTHER, Binding, BindingKind, Call, Facts, Import, Place, Role, Scope, ScopeKind, Store, Use, Value
from .model import Span
from .scope import Phase


@dataclass(slots=True)
class ScopeDraft:
    """A scope while its body is walked."""

    kind: ScopeKind
    name: str
    parent: int
    span: Span
    place: Place
    parameters: tuple[str, ...] = ()
    gathering: tuple[str, str] = ("", "")
    defaults: tuple[tuple[str, Value], ...] = ()
    decorators: tuple[str, ...] = ()
    bases: tuple[str, ...] = ()
    bindings: dict[str, list[Binding]] = field(default_factory=dict)
    returns: list[Value] = field(default_factory=list)
    elsewhere: dict[str, int] = field(default_factory=dict)  # names declared global or nonlocal, and where they live
    pending: list[Use] = field(default_factory=list)  # uses whose binding is not known before the scope ends


class Draft:
    """Collects facts; `facts()` freezes them."""

    def __init__(self) -> None:
        module = ScopeDraft(ScopeKind.MODULE, "", 0, Span(1), Place(0, Phase.IMPORT))
        self.scopes = [module]
        self.imports: list[Import] = []
        self.calls: list[Call] = []
        self.stores: list[Store] = []
        self.exports: set[str] = set()
        self._uses: list[Use] = []
        self._order = 0

    def tick(self) -> int:
        """The next number in source order."""
        self._order += 1
        return self._order

    def open(self, kind: ScopeKind, name: str, span: Span, place: Place) -> int:
        """Begin a scope inside the place's; returns its number."""
        outer = self.scopes[place.scope].name
        self.scopes.append(ScopeDraft(kind, f"{outer}.{name}" if outer else name, place.scope, span, place))
        return len(self.scopes) - 1

    def bind(self, name: str, kind: BindingKind, place: Place, line: int, path: str = "", value: Value = OTHER) -> None:
        """Bind a name where the place's scope binds names: not in a comprehension, and elsewhere when declared so."""
        number = place.scope
        if kind is not BindingKind.PARAM:
            while self.scopes[number].kind is ScopeKind.COMPREHENSION:
                number = self.scopes[number].parent
        number = self.scopes[number].elsewhere.get(name, number)
        binding = Binding(kind, path, value, line, place)
        self.scopes[number].bindings.setdefault(name, []).append(binding)

    def declare(self, names: Iterable[str], place: Place, home: int) -> None:
        """`global` or `nonlocal`: names that the scope at place binds in home instead."""
        self.scopes[place.scope].elsewhere.update(dict.fromkeys(names, home))

    def use(self, name: str, line: int, place: Place, role: Role, owner: int) -> None:
        """A name that is read."""
        self.scopes[place.scope].pending.append(Use(name, line, place, role, owner or place.scope))

    def close(self, number: int) -> None:
        """End a scope: what it binds itself is settled, the rest is asked of the scope around it.

        A class body's names are invisible to the functions in it (language reference, 4.2.2).
        """
        scope = self.scopes[number]
        parent = scope.parent
        if scope.kind is not ScopeKind.CLASS:
            while self.scopes[parent].kind is ScopeKind.CLASS:
                parent = self.scopes[parent].parent
        for use in scope.pending:
            if use.name in scope.bindings:
                if any(each.kind is BindingKind.IMPORT for each in scope.bindings[use.name]):
                    self._uses.append(use._replace(home=number))
            else:
                home = scope.elsewhere.get(use.name)
                (self.scopes[parent] if home is None else self.scopes[home]).pending.append(use)
        scope.pending.clear()

    def facts(self) -> Facts:
        """Everything, frozen. Names that no scope binds are builtins, or come with a star: dropped."""
        module = self.scopes[0]
        self._uses += [use for use in module.pending if use.name in module.bindings]
        self._uses.sort(key=lambda use: use.line)
        return Facts(
            imports=tuple(self.imports),
            uses=tuple(self._uses),
            calls=tuple(self.calls),
            stores=tuple(self.stores),
            scopes=tuple(_frozen(scope) for scope in self.scopes),
            exports=frozenset(self.exports),
        )


def _frozen(draft: ScopeDraft) -> Scope:
    return Scope(
        kind=draft.kind,
        name=draft.name,
        parent=draft.parent,
        span=draft.span,
        place=draft.place,
        bindings={name: tuple(bindings) for name, bindings in draft.bindings.items()},
        parameters=draft.parameters,
        gathering=draft.gathering,
        defaults=draft.defaults,
        decorators=draft.decorators,
        bases=draft.bases,
        returns=tuple(draft.returns),
    )
