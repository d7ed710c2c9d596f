"""What one file says, as plain frozen values: the walk makes them, everything after reads them.

Names in here are raw paths (see `access_paths`), which `resolver.py` turns into resolved ones. Named tuples rather
than dataclasses: a file yields thousands, made three times as fast.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import NamedTuple

from ..model import Span
from ..model.access_paths import NO_PATH, AccessPath, RawPath
from .places import Place, Point, Test
from .values import OTHER, Value


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
    TYPE = "type"  # of a `type` statement or type parameter: evaluated when somebody asks for it (PEP 695, PEP 696)
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

    path: RawPath
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

    path: RawPath
    value: Value
    span: Span
    place: Place
    order: int = 0
    key: Value = OTHER  # of an item; for an attribute, that of the item that has it: `modules[name].attribute = 1`


class Effect(Enum):
    """What a statement makes an object do that no call in its text names."""

    ENTER = "enter"  # the context manager of a `with`
    LEAVE = "leave"
    ITERATE = "iterate"  # over what a loop, a comprehension or `yield from` is given
    ITERATED = "iterated"  # to its end
    ITEM = "item"  # read from what a subscript is of; the value is the call of the method
    RAISE = "raise"
    OPERATE = "operate"  # by an operator; the value is the call of the special method
    READ = "read"  # an attribute, which may be a property
    CLASS = "class"  # made; the constant of the value is the number of its scope
    NAME = "name"  # read; a lazy import may have bound it
    FAILS = "fails"  # by the exception that the constant of the value names; its path is the name that is unbound


class Loop(NamedTuple):
    """What a loop goes over: what each turn takes, and the names it binds, each with the places that lead to it."""

    element: Value
    names: tuple[tuple[str, tuple[int, ...]], ...]
    place: Place
    order: int
    breaks: Test | None = None  # what has to hold for a turn to be the last one


class Attempt(NamedTuple):
    """The body of a `try` with handlers, or of a `with` that suppresses exceptions: it may be left in the middle.

    names are the last parts of what is caught; otherwise is the block that runs where nothing is raised, 0 for none;
    goes_on says whether code behind the statement may run once something was caught; exits are the ways in which the
    handlers are left early: "returns", "breaks", "continues", "raises", "exits".
    """

    names: frozenset[str]
    otherwise: int
    goes_on: bool
    exits: frozenset[str] = frozenset()

    @property
    def is_survived(self) -> bool:
        """Whether startup may go on once something was caught."""
        return self.goes_on or not self.exits <= {"raises", "exits"}


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
    path: AccessPath
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
    decorators: tuple[RawPath, ...] = ()
    decorated_by: tuple[Value, ...] = ()  # the same decorators
    bases: tuple[RawPath, ...] = ()
    metaclass: RawPath = NO_PATH  # where the statement names one
    returns: list[Value] = field(default_factory=list)
    return_points: list[Point] = field(default_factory=list)  # of the values beside them
    return_tests: list[tuple[Test, ...]] = field(default_factory=list)  # that have to hold for each
    yields: int = 0  # the order of the first `yield`; 0 for what is no generator
    elsewhere: dict[str, int] = field(default_factory=dict)  # names declared global or nonlocal, and where to look
    raises: bool = False  # each call ends by an exception
    runs_later: bool = False  # a generator or coroutine: calling it runs nothing of its body
    loop: int = 0  # of a comprehension, the number of its block
    tests: tuple[Test, ...] = ()  # of a comprehension, what an item has to pass
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
