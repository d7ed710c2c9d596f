"""The objects that startup makes on its way, and what the parts of the walk ask of each other."""

from __future__ import annotations

import ast
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from typing import Any, NamedTuple, NoReturn, Protocol

from ...syntax.static_conditions import Target
from .plain_values import CONTAINERS, is_small


class UnknownError(Exception):
    """The next step rests on something that is not known: the walk ends here."""


class RaisedError(Exception):
    """An exception of the project's own code; value is what was raised."""

    def __init__(self, value: object) -> None:
        super().__init__()
        self.value = value


class Module:
    """A module, whole or on its way."""

    def __init__(self, name: str, package: str) -> None:
        self.name = name
        self.package = package
        self.names: dict[str, object] = {"__name__": name, "__package__": package, "__doc__": None}


class Library(Module):
    """A module of the standard library; what is not known of it is something outside."""


class Waiting:
    """The value of a lazily imported name until the name is used (PEP 810). load imports and returns the object."""

    def __init__(self, load: Callable[[], object]) -> None:
        self.load = load


def settled(names: dict[str, object], name: str) -> object:
    """Return the value of a name of a module, performing a lazy import if the name is bound to one."""
    value = names[name]
    if not isinstance(value, Waiting):
        return value
    found = value.load()
    if names.get(name) is value:
        names[name] = found
    return found


class Frame:
    """The names of a module, class body, function or comprehension while it runs."""

    def __init__(self, module: Module, names: dict[str, object], parent: Frame | None, bound: frozenset[str]) -> None:
        self.module = module
        self.names = names
        self.parent = parent  # the scope around it; None for a module
        self.bound = bound  # the names that are a function's own
        self.elsewhere: Mapping[str, str] = {}  # names that are declared "global" or "nonlocal"
        self.is_class = False
        self.cls: Class | None = None  # what a class body has become
        self.function: Function | None = None
        self.caught: list[object] = []  # exceptions that are being handled
        self.tries = 0  # bodies of `try` statements that run
        self.tried: Any = None  # what the innermost of them attempts
        self.annotations: list[ast.expr] = []  # of the variables of a class

    @property
    def caller(self) -> Function | None:
        """The function that the code here is of."""
        frame: Frame | None = self
        while frame is not None and frame.function is None:
            frame = frame.parent
        return frame.function if frame is not None else None


class Function:
    """A function or lambda."""

    def __init__(
        self,
        node: ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda,
        frame: Frame,
        defaults: Sequence[object],
        keyword_defaults: Mapping[str, object],
    ) -> None:
        self.node = node
        self.frame = frame
        self.defaults = defaults
        self.keyword_defaults = keyword_defaults
        self.name = "<lambda>" if isinstance(node, ast.Lambda) else node.name
        self.names: dict[str, object] = {}


class Class:
    """A class of the project's own, or of a library that is written down here."""

    def __init__(self, name: str, bases: Sequence[object], names: dict[str, object], metaclass: object) -> None:
        self.name = name
        self.bases = tuple(bases)
        self.names = names
        self.metaclass = metaclass  # `type`, or a class
        self.order: tuple[object, ...] = ()  # in which attributes are looked for
        self.subclasses: list[Class] = []
        self.body: Frame | None = None

    def find(self, name: str, after: object = None) -> object:
        """What the class or a base has under a name; MISSING if none has."""
        start = self.order.index(after) + 1 if after is not None else 0
        for each in self.order[start:]:
            if isinstance(each, Class) and name in each.names:
                return each.names[name]
        return MISSING

    def has(self, name: str) -> bool:
        """Whether the class or a base of the project's has a name."""
        return self.find(name) is not MISSING

    def is_derived_from(self, other: object) -> bool:
        """Whether a class, or a built-in one, is among the bases."""
        return other is object or other in self.order


class Instance:
    """An instance of a class. Its own methods of comparison are not asked by Python's containers."""

    def __init__(self, cls: Class) -> None:
        self.cls = cls
        self.names: dict[str, object] = {}
        self.args: tuple[object, ...] = ()  # of an exception

    def __eq__(self, other: object) -> bool:
        if self is not other and self.cls.has("__eq__"):
            raise UnknownError
        return self is other

    def __hash__(self) -> int:
        if self.cls.has("__hash__") or self.cls.has("__eq__"):
            raise UnknownError
        return id(self)


class Bound:
    """A function with its first argument."""

    def __init__(self, function: object, receiver: object) -> None:
        self.function = function
        self.receiver = receiver

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Bound) and (self.function, self.receiver) == (other.function, other.receiver)

    def __hash__(self) -> int:
        return hash((id(self.function), id(self.receiver)))


class Wrapped:
    """What `property`, `classmethod` or `staticmethod` makes of functions."""

    def __init__(self, kind: str, functions: Sequence[object]) -> None:
        self.kind = kind
        self.functions = list(functions)


class Super:
    """The object that `super()` returns: looks attributes up behind a class, for a receiver."""

    def __init__(self, cls: Class, receiver: object) -> None:
        self.cls = cls
        self.receiver = receiver


class Native:
    """A function of Python's own, as far as it is done here."""

    def __init__(self, name: str, function: Callable[..., object], *, takes_walk: bool = True) -> None:
        self.name = name
        self.function = function
        self.takes_walk = takes_walk


class Coroutine:
    """What calling an asynchronous function gives: its body runs when something waits for it."""

    def __init__(self, run: Callable[[], object]) -> None:
        self.run = run


class Outside:
    """Something of a library, or that a library has made. One that hides code of the project is never called here."""

    def __init__(self, path: str, *, hides: bool = False) -> None:
        self.path = path
        self.hides = hides
        self.truth: bool | None = None  # once it was decided

    def __eq__(self, other: object) -> bool:
        if self is other:
            return True
        raise UnknownError

    def __hash__(self) -> int:
        return id(self)


class _Missing:
    """The type of MISSING, which stands for no value where None is one."""


MISSING = _Missing()
Arguments = Sequence[object]
Keywords = Mapping[str, object]
Steps = Generator[object, object, Any]  # what a body yields, is sent, and returns
CODE = (
    Bound,
    Class,
    Coroutine,
    Function,
    Instance,
    Module,
    Native,
    Super,
    Wrapped,
)  # what may lead to code of the project
# Libraries whose functions neither load modules of the project nor call anything of it, and those of them that leave
# what they are given as it is.
QUIET = frozenset(
    {
        "base64", "datetime", "decimal", "hashlib", "io", "json", "locale", "logging", "math", "os", "pathlib",
        "platform", "pprint", "random", "re", "secrets", "shutil", "socket", "string", "sys", "tempfile", "textwrap",
        "time", "typing", "uuid", "warnings",
    }
)  # fmt: skip
READING = frozenset({"json", "logging", "pprint", "re", "textwrap", "warnings"})
ABSTRACT = "collections.abc"  # the module of kinds that classes need not derive from
ITEMS_A_STEP = 10


class Position(NamedTuple):
    """Where the call stands that was made last by code of the project."""

    module: str = ""
    line: int = 0
    function: Function | None = None  # None in module code


class Walk(Protocol):
    """What the parts ask of the whole."""

    builtins: dict[str, object]
    libraries: dict[str, Module]  # those that the walk has come to and knows
    environment: dict[str, object]
    position: Position
    target: Target
    left: int  # steps that the walk may still take
    closing: int  # explicit `close()` calls in progress

    def spend(self, steps: int = 1) -> None:
        """Take some steps; raises UnknownError where there are none left."""

    def decide(self, *, is_variable: bool = False) -> bool:
        """Whether something is so that nobody knows; each walk takes it to be one or the other."""

    def call(self, callee: object, args: Arguments = (), keywords: Keywords | None = None) -> object:
        """Return what an object returns for these arguments."""

    def get(self, owner: object, name: str) -> object:
        """Return the value of an attribute of an object."""

    def set(self, owner: object, name: str, value: object) -> None:
        """Assign a value to an attribute of an object."""

    def truth(self, value: object) -> bool:
        """Whether an object is true."""

    def iterate(self, value: object) -> Iterator[object]:
        """Return an iterator over the items of an object."""

    def equal(self, one: object, other: object) -> bool:
        """Whether two objects are equal."""

    def evaluate(self, node: ast.expr, frame: Frame) -> object:
        """The value of an expression."""

    def execute(self, body: Sequence[ast.stmt], frame: Frame) -> Steps:
        """Run statements in a frame, step by step."""

    def load(self, name: str) -> object:
        """Import a module by its absolute name for the call that was made last, and give it."""

    def load_object(self, text: str) -> tuple[object, Sequence[str]]:
        """Import the module of the project that a text names or begins with, and give it with the names behind it."""

    def is_own(self, name: str) -> bool:
        """Whether the project has a module of that name."""

    def is_found(self, name: str) -> bool:
        """Whether there is a module of that name; one of a library's each walk takes to be there or not."""

    def imports(self, statement: ast.Import | ast.ImportFrom, frame: Frame) -> None:
        """Do what an import statement does."""

    def loaded(self) -> dict[object, object]:
        """The modules that are loaded, by name."""

    def modules_in(self, folder: object) -> list[tuple[str, bool]]:
        """The modules right in a folder, in the order of their names, each with whether it is a package."""

    def entries(self, folder: str) -> list[tuple[str, bool]]:
        """The names right in a folder of the project, in order, each with whether it is a folder."""

    def data_text(self, path: str) -> object:
        """The text of a data file of the project, by its whole path."""

    def read_variables(self, path: object) -> None:
        """Set the variables that a file for the environment says, unless they are set."""

    def note_outside(self) -> None:
        """Say that code of a library runs, of which nothing is known."""

    def note_kept(self, path: str) -> None:
        """Say that something of a library, at a path, keeps code of the project."""

    def note_asked(self, path: str) -> None:
        """Say that something of a library, at a path, runs: it may call what its library keeps."""


def fail(kind: type[BaseException], *args: object) -> NoReturn:
    """Raise a built-in exception in the project's code."""
    raise RaisedError(kind(*args))


_NATIVE_ERRORS = (ArithmeticError, AssertionError, AttributeError, LookupError, NameError, StopIteration, TypeError,
                  ValueError)  # fmt: skip


def native(function: Callable[..., object], *args: object, **keywords: object) -> object:
    """What an operation of Python's own gives for plain values; what it raises, the project's code raises.

    What it is given may be compared, hashed and shown whole, and so has to be small.
    """
    if not all(map(is_small, args)):
        raise UnknownError
    return on_owner(function, *args, **keywords)


def not_known(_: Walk, *_given: object) -> object:
    """Raise UnknownError, which ends the walk: the model of a function whose result is not known."""
    raise UnknownError


def on_owner(function: Callable[..., object], *args: object, **keywords: object) -> object:
    """The same of an operation that looks at no more than the outside of what it is given, such as a length."""
    try:
        return function(*args, **keywords)
    except _NATIVE_ERRORS as error:
        raise RaisedError(error) from None


def pay(walk: Walk, made: object) -> object:
    """Take steps for what a container that was made at once holds, so that copies do not fill the memory; gives it."""
    if isinstance(made, CONTAINERS):
        walk.spend(len(made) // ITEMS_A_STEP)
    return made
