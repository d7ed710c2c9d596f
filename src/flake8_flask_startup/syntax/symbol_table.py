"""What one file says, as plain frozen values: the walk makes them, everything after reads them.

Names in here are *raw paths*, spelled as in the file: `app.run` is an attribute, `create_app().run` an attribute of
what a call returns, `app.config['DEBUG']` an item, `apps[]` an item nobody can name. `names.py` turns a raw path into
a resolved one. Named tuples rather than dataclasses: a file yields thousands, and they are made three times as fast.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field
from enum import Enum, IntEnum
from functools import cached_property
from itertools import accumulate, islice
from typing import NamedTuple, TypeVar

from ..files.fresh_stack import on_fresh_stack
from ..model import Span
from .static_conditions import Phase


class Kind(Enum):
    """What a value is, as far as its own expression tells."""

    CONSTANT = "constant"
    PATH = "path"  # a name, attribute, item, or lambda; the items of an item with a key are its owner and that key
    CALL = "call"  # path ends in "()", items are the positional arguments
    NOT = "not"  # items holds the one operand
    CHOICE = "choice"  # one of the items: `a or b` and `a and b`, constant being the operator, and `a if c else b`;
    #                    with the constant "|" each of them: of a loop, or of containers that are joined
    COMPARED = "compared"  # a comparison of the two items; constant is the operator
    SEQUENCE = "sequence"
    MAPPING = "mapping"  # keys and items side by side; an unknown or `**` key is ""
    TEMPLATE = "template"  # an f-string or concatenation: the items side by side
    GATHERED = "gathered"  # what a comprehension makes; path is the name of its scope
    ELEMENT = "element"  # what iterating over the one item yields; constant is its place when it is unpacked
    SLICE = "slice"  # of the one item; keys are where it begins and ends, "" for either end of the whole
    SPREAD = "spread"  # `*value` among arguments or items, `**value` in a mapping
    ENTERED = "entered"  # what a `with` statement binds of the one item, path being the item's
    ADDED = "added"  # what `+=` puts to what was there; that comes first where it is a name's
    DEFINED = "defined"  # a function or class before its decorators; constant is the number of its scope
    OTHER = "other"


# A named tuple of all its fields, as its own `__new__` makes it but in half the time: for the few that there is one of
# for each name, constant or statement.
made = tuple.__new__

Literal = str | int | float | bool | None


class Value(NamedTuple):
    """An expression, reduced to what rules ask about."""

    kind: Kind
    constant: Literal = None
    path: str = ""
    items: tuple[Value, ...] = ()
    keys: tuple[str | int, ...] = ()
    owner: tuple[Value, ...] = ()  # of an attribute, or a call of one, that does not start at a plain name; its name
    #                                is then the constant


OTHER = Value(Kind.OTHER)
ANNOTATED = ("annotation",)  # the keys of an instance that an annotation speaks of: its class may be a subclass


def mentions(value: Value, path: str) -> bool:
    """Whether a value is made of what stands at a raw path: `self.items = list(self.items)` says nothing new of it."""
    return value.path == path or any(mentions(each, path) for each in (*value.items, *value.owner))


_FIRST_NAME = re.compile(r"\w*")


def mentions_name(value: Value, names: Collection[str]) -> bool:
    """Whether a value is made of what one of some names stands for."""
    match = _FIRST_NAME.match(value.path)
    if match is not None and match.group() in names:
        return True
    return any(mentions_name(each, names) for each in (*value.items, *value.owner))


MAX_NAMES = 100  # of one condition: a chain of a thousand `elif` would name as many for each


class Condition(NamedTuple):
    """The innermost `if`, `except` or the like that nothing can decide here, around a statement.

    names are the raw paths and strings that it and the tests around it mention; usual says whether the statement runs
    where the environment is unset, None if that cannot be told either.
    """

    line: int
    names: tuple[str, ...]
    usual: bool | None = None

    def within(self, outer: Condition | None) -> Condition:
        """The same test nested in another, or in none."""
        if outer is None:
            return self
        both = (outer.usual, self.usual)
        usual = False if False in both else None if None in both else True
        return self._replace(names=(*outer.names, *self.names)[-MAX_NAMES:], usual=usual)


class Test(NamedTuple):
    """What has to hold for a statement to run; usual says whether it does where the environment is unset, if known."""

    value: Value
    usual: bool | None = None


OTHER_TEST = Test(OTHER)
MAX_TESTS = 30  # of one statement


class Doubt(IntEnum):
    """Whether a statement runs; false where it surely does."""

    NONE = 0
    CONDITIONAL = 1
    UNUSUAL = 2  # not where the environment is unset


class Place(NamedTuple):
    """Where and when a statement stands."""

    scope: int
    phase: Phase
    condition: Condition | None = None
    optional: bool = False  # in a `try` that survives ImportError
    tests: tuple[Test, ...] = ()  # those that the trace weighs: of the blocks around it and the guards before it
    branch: tuple[int, ...] = ()  # the blocks around it that need not run, or not once; loops have negative numbers

    def under(self, test: Test) -> Place:
        """The same place where a test has to hold besides; past a bound the tests become one that nothing decides."""
        if len(self.tests) < MAX_TESTS:
            return self._replace(tests=(*self.tests, test))
        last = self.tests[-1]
        both = (last.usual, test.usual)
        usual = False if False in both else None if None in both else True
        return self._replace(tests=(*self.tests[:-1], Test(OTHER, usual)))

    @property
    def doubt(self) -> Doubt:
        """How sure it is that the statement runs whenever what it stands in does."""
        if not self.is_conditional:
            return Doubt.NONE
        return Doubt.UNUSUAL if self.condition is not None and self.condition.usual is False else Doubt.CONDITIONAL

    @property
    def is_conditional(self) -> bool:
        """Whether a condition is around it that need not hold where the environment is unset."""
        return self.condition is not None and self.condition.usual is not True


class Point(NamedTuple):
    """A moment in the code of a function or module: what stands before it has run, as far as its blocks do."""

    order: int
    branch: tuple[int, ...]


class Import(NamedTuple):
    """One alias of an import statement. module is as written, level the number of leading dots."""

    module: str
    name: str  # of `from module import name`; "*" for a star; "" for `import module`
    bound: str  # the name it binds; "" for a star
    explicit: bool  # spelled with `as`
    level: int
    span: Span
    place: Place
    lazy: bool  # a `lazy` statement
    listed: frozenset[str]  # of `__lazy_modules__`, as it is there; UNKNOWN in it for what is not written out
    can_wait: bool  # module code outside a `try` body or handler, and no star (PEP 810)
    order: int

    @property
    def dotted(self) -> str:
        """The dotted name that is imported, relative ones without their dots."""
        if not self.name or self.name == "*":
            return self.module
        return f"{self.module}.{self.name}" if self.module else self.name

    @property
    def reexports(self) -> bool:
        """Spelled `import x as x` or `from m import x as x`: the typing specification's mark of a re-export."""
        return self.explicit and self.bound == (self.name or self.module)


class Role(Enum):
    """What part of a statement a name is used in; the value is how messages say it."""

    BODY = "code"
    BASE = "base class"
    DECORATOR = "decorator"
    DEFAULT = "default argument"
    ANNOTATION = "annotation"
    EXCEPT = "except clause"
    DELETE = "del statement"


class Use(NamedTuple):
    """A name read in one scope and bound in another (or read at module or class level)."""

    name: str
    line: int
    place: Place
    role: Role
    owner: int  # the class or function that an annotation, base or decorator belongs to; else the place's scope
    home: int = 0  # the scope that binds the name
    order: int = 0


class Call(NamedTuple):
    """One call, or the application of a decorator (then decorates is the scope it is applied to)."""

    path: str
    args: tuple[Value, ...]
    keywords: tuple[tuple[str, Value], ...]  # "" names `**value`
    span: Span
    place: Place
    order: int
    decorates: int = 0
    callee: Value = OTHER  # where the path alone does not tell: `import_module(name).setup()`
    keeper: str | None = None  # the only name that has the result, "" where nothing does; None where it is used at once


class Store(NamedTuple):
    """An assignment to an attribute or item."""

    path: str
    value: Value
    span: Span
    place: Place
    order: int = 0


class Effect(Enum):
    """What a statement makes an object do that no call in its text names."""

    ENTER = "enter"  # the context manager of a `with`
    LEAVE = "leave"
    ITERATE = "iterate"  # over what a loop, a comprehension or `yield from` is given
    ITERATED = "iterated"  # to its end
    ITEM = "item"  # read from what a subscript is of
    RAISE = "raise"
    OPERATE = "operate"  # by an operator; the value is the method
    READ = "read"  # an attribute, which may be a property
    CLASS = "class"  # made; the constant of the value is the number of its scope
    NAME = "name"  # read; a lazy import may have bound it


class Loop(NamedTuple):
    """What a loop goes over: what each turn takes, and the names it binds, each with the places that lead to it."""

    element: Value
    names: tuple[tuple[str, tuple[int, ...]], ...]
    place: Place
    order: int


class Implicit(NamedTuple):
    """Something that a statement makes an object do without a call in its text; value is the object."""

    effect: Effect
    value: Value
    span: Span
    place: Place
    order: int


class BindingKind(Enum):
    """How a name comes to be bound."""

    IMPORT = "import"
    ASSIGN = "assignment"
    DEF = "def"
    CLASS = "class"
    PARAM = "parameter"
    DELETE = "del"


class Binding(NamedTuple):
    """One way a name is bound. path is dotted for an import, the scope's own for a def or class, raw for the rest."""

    kind: BindingKind
    path: str
    value: Value
    line: int
    place: Place  # of the statement that binds, which `global` makes another than the scope that is bound in
    order: int = 0


class ScopeKind(Enum):
    """The kinds of namespace."""

    MODULE = "module"
    CLASS = "class"
    FUNCTION = "function"
    LAMBDA = "lambda"
    COMPREHENSION = "comprehension"


@dataclass(slots=True)
class Scope:
    """A namespace. Its number is its index in `Facts.scopes`; the module is 0 and its own parent.

    Only the walk writes to it.
    """

    kind: ScopeKind
    name: str  # qualified: "Config.init_app", "create_app.<lambda 3:4>"; "" for the module
    parent: int
    span: Span
    place: Place  # where its statement stands
    body: int  # the outermost function that it is read with, itself for one; 0 for what is read with the module's code
    bindings: dict[str, list[Binding]] = field(default_factory=dict)
    parameters: tuple[str, ...] = ()
    gathering: tuple[str, str] = ("", "")  # the parameters that take what is left over: `*args`, `**kwargs`
    defaults: tuple[tuple[str, Value], ...] = ()  # of parameters, by name; evaluated where the statement stands, but
    #                                               known, like what binds the parameters, when the body is read
    decorators: tuple[str, ...] = ()  # raw paths
    decorated_by: tuple[Value, ...] = ()  # the same decorators
    bases: tuple[str, ...] = ()  # raw paths
    returns: list[Value] = field(default_factory=list)
    return_points: list[Point] = field(default_factory=list)  # of the values beside them
    yields: int = 0  # the order of the first `yield`; 0 for what is no generator
    elsewhere: dict[str, int] = field(default_factory=dict)  # names declared global or nonlocal, and where to look
    raises: bool = False  # each call ends by an exception
    runs_later: bool = False  # a generator or coroutine: calling it runs nothing of its body
    early: set[str] = field(default_factory=set)  # names that a class body reads where it may not have bound them yet


def binding_scopes(scopes: Sequence[Scope], name: str, scope: int) -> tuple[int, ...]:
    """The scopes that may bind a name read in a scope, innermost first; none for a builtin or what a star brings.

    The scope itself, then the functions around it, then the module; `global` and `nonlocal` lead elsewhere, and only a
    class's own body sees its names. What it reads before it binds it is the module's (language reference, 4.2.2).
    """
    number = scope
    while True:
        each = scopes[number]
        if name in each.elsewhere:
            number = each.elsewhere[name]
        elif name in each.bindings:
            return (number, 0) if name in each.early and name in scopes[0].bindings else (number,)
        elif number == 0:
            return ()
        else:
            number = each.parent
        while scopes[number].kind is ScopeKind.CLASS:
            number = scopes[number].parent


@dataclass(slots=True)
class Body:
    """What a stretch of code says, in the order it runs: the module's own, or an outermost function's."""

    imports: list[Import] = field(default_factory=list)
    calls: list[Call] = field(default_factory=list)
    unnamed: list[Call] = field(default_factory=list)  # whose callee no path leads to: `(one or other)()`
    stores: list[Store] = field(default_factory=list)
    implicit: list[Implicit] = field(default_factory=list)
    uses: list[Use] = field(default_factory=list)


_Fact = TypeVar("_Fact")


_All = tuple[Sequence["Import"], Sequence["Call"], Sequence["Store"], Set[str], Mapping[int, Sequence["Import"]]]


def _joined(lists: Sequence[Sequence[_Fact]]) -> Sequence[_Fact]:
    return lists[0] if len(lists) == 1 else [each for one in lists for each in one]


def _by_line(imports: Iterable[Import]) -> Mapping[int, Sequence[Import]]:
    found: dict[int, list[Import]] = {}
    for each in imports:
        found.setdefault(each.span.line, []).append(each)
    return found


class Facts:
    """What a walk found in a file: the module's own code, and the bodies of those outermost functions that were read.

    A walk reads them all (`collect`), or leaves each until it is asked for (`glance`): most files are judged by what
    their module code says. Reading one adds facts and changes none, as a walk that leaves bodies meets no `global`.
    """

    def __init__(self) -> None:
        self.scopes = [Scope(ScopeKind.MODULE, "", 0, Span(1), Place(0, Phase.IMPORT), 0)]
        self.scopes_by_name: dict[str, list[int]] = {"": [0]}
        self.exports: set[str] = set()  # of `__all__`
        self.loops: dict[int, Loop] = {}  # by the negative number of their blocks
        self.exhaustive: dict[int, frozenset[int]] = {}  # by block, those beside it of which one runs
        self.bodies = {0: Body()}
        self.unread: dict[int, Callable[[], None]] = {}  # by the function's scope
        self._homed: dict[tuple[int, str], Sequence[Use]] = {}  # the uses in a body, of a name or of all: ""
        self._by_name: dict[int, dict[str, list[Use]]] = {}  # the uses in a body
        self._readers: dict[str, list[int]] = {}  # the bodies that read a name
        self._listed = 0  # bodies that those have
        self._sorted: tuple[int, Sequence[Use]] = 0, ()  # the uses of how many bodies
        self._joined: tuple[int, _All] = 0, ((), (), (), frozenset(), {})  # of how many bodies
        self._by_line: dict[int, dict[int, list[tuple[str, Binding]]]] = {}  # the bindings of a scope

    @property
    def imports(self) -> Sequence[Import]:
        """The import statements, those of module code first."""
        return self._all[0]

    @property
    def calls(self) -> Sequence[Call]:
        """The calls, those of module code first."""
        return self._all[1]

    @property
    def stores(self) -> Sequence[Store]:
        """The assignments to attributes and items, those of module code first."""
        return self._all[2]

    @property
    def imported_modules(self) -> Set[str]:
        """The dotted names that `import a.b` statements make known to be modules, parents included."""
        return self._all[3]

    def imports_at(self, line: int) -> Sequence[Import]:
        """The imports of the statement that begins on a line."""
        return self._all[4].get(line, ())

    @property
    def _all(self) -> _All:
        """What the bodies have, joined anew when another one was read."""
        if self._joined[0] != len(self.bodies):
            bodies = [self.bodies[number] for number in sorted(self.bodies)]
            imports = _joined([body.imports for body in bodies])
            names = {each.module for each in imports if not each.name}
            modules = {prefix for name in names for prefix in accumulate(name.split("."), "{}.{}".format)}
            found = (
                imports,
                _joined([body.calls for body in bodies]),
                _joined([body.stores for body in bodies]),
                modules,
                _by_line(imports),
            )
            self._joined = len(self.bodies), found
        return self._joined[1]

    @property
    def uses(self) -> Sequence[Use]:
        """The reads of names that the module, or an import, binds; by line."""
        if self._sorted[0] != len(self.bodies):
            found = (each for number in self.bodies for each in self.uses_in(number))
            self._sorted = len(self.bodies), sorted(found, key=lambda use: use.line)
        return self._sorted[1]

    def body(self, scope: int) -> Body:
        """What the code says that a scope is read with: of the outermost function around it, or of the module."""
        number = self.scopes[scope].body
        self.read(number)
        return self.bodies[number]

    def read(self, scope: int) -> None:
        """Read the body that a scope belongs to, if nobody did."""
        number = self.scopes[scope].body
        if number in self.unread:
            try:
                self.unread[number]()
            except RecursionError:  # whoever asks may stand deep in the stack; nothing has changed
                on_fresh_stack(self.unread[number])
            del self.unread[number]

    def functions_at(self, lines: Iterable[int]) -> Iterator[int]:
        """The outermost function that each of the lines stands in, decorators aside; 0 for one that stands in none."""
        for line in lines:
            outermost, starts = self._outermost
            at = bisect_right(starts, line) - 1
            yield outermost[at] if at >= 0 and line <= self.scopes[outermost[at]].span.end_line else 0

    @cached_property
    def _outermost(self) -> tuple[list[int], list[int]]:
        """The outermost functions, and the lines they begin on; once module code is walked there are no more."""
        found = [number for number, scope in enumerate(self.scopes) if number and scope.body == number]
        return found, [self.scopes[number].span.line for number in found]

    def returns(self, function: int) -> Sequence[Value]:
        """The values that a function returns."""
        self.read(function)
        return self.scopes[function].returns

    def read_at(self, lines: Iterable[int]) -> None:
        """Read the functions that lines stand in."""
        for number in self.functions_at(lines) if self.unread else ():
            self.read(number)

    def read_all(self) -> None:
        """Read every body, in source order."""
        for number in sorted(self.unread):
            self.read(number)

    def uses_in(self, body: int, name: str = "") -> Sequence[Use]:
        """The reads of names, or of one name, in a body that was read, each with the scope that binds the name.

        A name that no scope binds is a builtin, or comes with a star: left out, as are what functions bind themselves.
        """
        if (body, name) not in self._homed:
            uses = self._named_in(body).get(name, ()) if name else self.bodies[body].uses
            homes = [(use, self._home(use)) for use in uses]
            self._homed[body, name] = [
                use._replace(home=home) if home else use for use, home in homes if home is not None
            ]
        return self._homed[body, name]

    def _named_in(self, body: int) -> Mapping[str, Sequence[Use]]:
        """The reads in a body by the name that is read."""
        if body not in self._by_name:
            found: dict[str, list[Use]] = {}
            for use in self.bodies[body].uses:
                found.setdefault(use.name, []).append(use)
            self._by_name[body] = found
        return self._by_name[body]

    def bodies_reading(self, name: str) -> Sequence[int]:
        """The bodies, of those that were read, that read a name, in the order of their reading."""
        for body in list(islice(self.bodies, self._listed, None)):
            self._listed += 1
            for each in self._named_in(body):
                self._readers.setdefault(each, []).append(body)
        return tuple(self._readers.get(name, ()))

    def bound_on(self, scope: int, line: int) -> Sequence[tuple[str, Binding]]:
        """What a line binds in a scope that was read, by name."""
        if scope not in self._by_line:
            found: dict[int, list[tuple[str, Binding]]] = {}
            for name, bindings in self.scopes[scope].bindings.items():
                for each in bindings:
                    found.setdefault(each.line, []).append((name, each))
            self._by_line[scope] = found
        return self._by_line[scope].get(line, ())

    def _home(self, use: Use) -> int | None:
        """The scope that binds a name read, the module where that may be; None for what a function binds itself."""
        homes = binding_scopes(self.scopes, use.name, use.place.scope)
        if not homes or homes[-1] == 0:
            return 0 if homes else None
        imported = any(each.kind is BindingKind.IMPORT for each in self.scopes[homes[0]].bindings[use.name])
        return homes[0] if imported else None

    def function_of(self, scope: int) -> int:
        """The nearest function or lambda around a scope, itself included; 0 when only module and classes are."""
        while self.scopes[scope].kind not in (ScopeKind.MODULE, ScopeKind.FUNCTION, ScopeKind.LAMBDA):
            scope = self.scopes[scope].parent
        return scope
