"""Objects that a module makes and nobody uses yet: of their special methods those run at once that make the object.

An object is idle where a name of the module alone has it, or a framework is given it to keep, and where the constructor
does nothing with it but set attributes. Whatever reads the name may do anything with the object.
"""

from __future__ import annotations

import builtins
import re
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from functools import cached_property, partial
from operator import methodcaller

from ..model.access_paths import before_item, call_of, callee_of, is_own, name_in_file, own_path
from ..syntax.facts import Facts
from ..syntax.resolver import Names
from ..syntax.symbol_table import Binding, BindingKind, Call, Scope, ScopeKind
from ..syntax.values import Kind, Value
from .asked_to_make import is_left_out
from .built_in_types import calls_nothing
from .callback_models import CLASS_KEEPERS, hands_over, keeps_for_requests
from .glances import OF_CONTAINER, Glances
from .method_resolution import Methods

# Methods that run with the making of an object or a class, or with the setting of an attribute (data model, 3.3).
_AT_ONCE = frozenset(
    {
        "__attrs_init__", "__attrs_post_init__", "__attrs_pre_init__", "__class_getitem__", "__del__",
        "__getattribute__", "__init__", "__init_subclass__", "__new__", "__post_init__", "__prepare__", "__set_name__",
        "__setattr__", "_generate_next_value_", "_missing_",
    }
)  # fmt: skip
# Bases of other packages whose constructors ask nothing of the object.
INERT_BASES = frozenset(
    {
        "object", "abc.ABC", "bytes", "contextlib.ContextDecorator", "dict", "enum.Enum", "enum.IntEnum",
        "enum.StrEnum", "float", "frozenset", "int", "list", "set", "str", "threading.local", "tuple",
        "typing.Generic", "typing.Protocol",
    }
)  # fmt: skip
_SETTING = re.compile(r"^[ \t]*self\.(\w+)[ \t]*(?::[^=\n]*)?=(?!=)", re.MULTILINE)
# What a method may do with its object and ask it for nothing that runs code of its class.
_HARMLESS = re.compile(
    r"\.(?P<hook>\w+)\(self\.\w+\)"
    r"|\.extensions\[[^\]\n]*\][ \t]*=[ \t]*self\b(?![.\[(])"
    r"|\bself\.(?P<asked>\w+)\b(?![(\[])"
)
_LIKENED = re.compile(r"\bupdate_wrapper\(\s*self\b")  # to what it decorates: its attributes are set
_SELF = re.compile(r"\bself\b")
_INSIDE = frozenset({Kind.MAPPING, Kind.SEQUENCE, Kind.SPREAD})
# What may ask an exception for its text: a handler that names it, and what comes to the one that is handled.
_ASKING = re.compile(r"\bexcept\b[^\n]*\bas\b|\btraceback\b|\bexc_info\b|\bsys\.exception\b|\.exception\(")
_RAISED = re.compile(r"\s*(?:else\s*:\s*|if\b[^\n]*:\s*)?raise\s+")
_EXCEPTIONS = frozenset(
    name for name, each in vars(builtins).items() if isinstance(each, type) and issubclass(each, BaseException)
)
_KEEPING_MESSAGE = "super().__init__("  # of an exception that the interpreter has
_IS_OF_ENUM = methodcaller("startswith", "enum.")
_SIGNATURE = re.compile(r"\(\s*self\b")


class MadeObjects:
    """The idle objects of one file.

    is_read_elsewhere says of a name of the module whether another file may read it.
    """

    def __init__(
        self,
        names: Names,
        methods: Methods,
        text: str,
        is_read_elsewhere: Callable[[str], bool],
        called_elsewhere: Callable[[str], Collection[str] | None],
    ) -> None:
        self._names = names
        self._facts: Facts = names.facts
        self._methods = methods
        self._lines = text.splitlines()
        self._glances = Glances(names.facts, text)
        self._is_read_elsewhere = is_read_elsewhere
        self._called_elsewhere = called_elsewhere
        self._by_line: dict[int, dict[int, list[Call]]] = {}  # the calls of a body
        self._reads: dict[str, Counter[int]] = {}  # how often module code reads a name, by line
        self._free: dict[str, bool] = {}  # names of the module that no other file reads

    def at_once(self, call: Call, path: str, made: Sequence[int]) -> list[int]:
        """Return what a call of a class runs of the methods that its object may have run, all but of an idle object."""
        named = {each: self._facts.scopes[each].name.rpartition(".")[2] for each in made}
        made = [each for each in made if not is_left_out(named[each], call, path, self._names, self._methods)]
        later = set(self._later(made))
        if not later or not self._makes_plainly(path, [each for each in made if each not in later]):
            return list(made)
        if self._is_named(call):
            return [each for each in made if each not in later]
        waiting = set(self.kept(call, made))
        return [each for each in made if each not in waiting]

    def at_definition(self, scope: Scope) -> list[int]:
        """Return what the definition of an enumeration runs of it; who reads it may ask its members for more."""
        run = self._methods.defined(scope)
        later = set(self._later(run))
        if not later or scope.parent or scope.name in self._facts.exports:
            return run
        at_once = [each for each in run if each not in later]
        if not self._makes_plainly(own_path(scope.name), at_once) or self._is_read_elsewhere(scope.name):
            return run
        return at_once

    def _later(self, made: Iterable[int]) -> Iterator[int]:
        return (each for each in made if self._facts.scopes[each].name.rpartition(".")[2] not in _AT_ONCE)

    def _is_named(self, call: Call) -> bool:
        """Whether a name of the module is all that has what a call makes, or nothing has it."""
        if self._is_raised_unasked(call):
            return True
        name = self._keeper(call)
        if name and call.place.scope:
            name = self._class_around(call)
        if name is None or (call.place.scope and not name):
            return False
        if name not in self._free:
            is_open = name in self._facts.exports or not self._is_left_alone(name, call)
            self._free[name] = not name or not is_open
        return self._free[name]

    def _is_left_alone(self, name: str, call: Call) -> bool:
        """Return whether other files, until startup is done, only ask for what does nothing with the object.

        That is, call such methods, and read plain attributes.
        """
        if not self._is_read_elsewhere(name):
            return True
        called = self._called_elsewhere(name)
        path = callee_of(self._names.resolve(call.path, call.place.scope))
        return called is not None and all(
            self._is_plain(each[1:]) if each.startswith(".") else self._is_harmless(path, each) for each in called
        )

    def _is_harmless(self, path: str, method: str) -> bool:
        """Return whether a method that is called on an object of a class runs nothing else of the class."""
        found = self._methods.of(path, method)
        if not found:
            is_special = method.startswith("__") and method not in OF_CONTAINER
            return not is_special and calls_nothing(self._methods.bases_outside(path), method)
        return method not in OF_CONTAINER and all(map(self._asks_nothing_of_self, found))

    def _is_raised_unasked(self, call: Call) -> bool:
        """Whether a call makes an exception to raise it, and nothing in the file asks one for its text."""
        line = self._lines[call.span.line - 1]
        return (
            (match := _RAISED.match(line)) is not None and line.startswith(call.path, match.end()) and self._no_asking
        )

    @cached_property
    def _no_asking(self) -> bool:
        return not any(map(_ASKING.search, self._lines))

    def _class_around(self, call: Call) -> str:
        """The class of the module that alone has what a call in its body makes; empty if something else may ask it."""
        scope = self._facts.scopes[call.place.scope]
        if scope.kind is not ScopeKind.CLASS or scope.parent or scope.decorators or scope.metaclass:
            return ""
        bases = self._names.bases(scope)
        numbers = [number for base in bases for number in self._names.defined(base)]
        is_plain = all(is_own(base) or before_item(base) in INERT_BASES for base in bases)
        is_plain = is_plain and not any(self._facts.scopes[each].metaclass for each in numbers)
        is_plain = is_plain and not is_enumeration(self._names, scope)
        return scope.name if is_plain and not self._methods.by_name("__init_subclass__") else ""

    def _keeper(self, call: Call) -> str | None:
        """The only name that has what a call makes; an object that decorates something has the name of that."""
        if not call.decorates:
            return call.keeper
        scope = self._facts.scopes[call.decorates]
        return scope.name if len(scope.decorators) == 1 else None

    def kept(self, call: Call, made: Sequence[int]) -> list[int]:
        """Return what a framework is given of the methods of an object, to call it later: the object may be called."""
        own = [each for each in made if self._facts.scopes[each].name.endswith(".__call__")]
        return own if own and self._is_given(call) else []

    def _is_given(self, call: Call) -> bool:
        """Whether a framework is given what a call makes, to keep it."""
        made = call_of(call.path)
        for other in self._on_line(call.span.line, call.place.scope):
            if other is not call and not other.decorates:
                lines = range(other.span.line, other.span.end_line + 1)
                values = [*other.args, *(value for _, value in other.keywords)]
                given = sum(_count(value, made) for value in values)
                if given and hands_over(self._names.resolve(other.path, other.place.scope)):
                    beside = (each for line in lines for each in self._on_line(line, call.place.scope, begins=True))
                    return given == sum(each.path == call.path for each in beside)
        return False

    def _on_line(self, line: int, scope: int, *, begins: bool = False) -> Iterator[Call]:
        """The calls on a line of the function that a scope is in; of those that begin there, if that is asked."""
        body = self._facts.scopes[scope].body
        if body not in self._by_line:
            found = self._by_line[body] = {}
            for call in self._facts.body(body).calls:
                for each in range(call.span.line, call.span.end_line + 1):
                    found.setdefault(each, []).append(call)
        function = self._facts.function_of(scope)
        for call in self._by_line[body].get(line, ()):
            if self._facts.function_of(call.place.scope) == function and (not begins or call.span.line == line):
                yield call

    def released(self, name: str, asked: Collection[str] | None) -> Iterator[int]:
        """Return the methods of an idle object that may run once its name is read; asked are their names, if known.

        The name of a setter has a "=" behind it.
        """
        for number in self._named.get(name, ()):
            method = self._facts.scopes[number].name.rpartition(".")[2]
            if asked is None or (f"{method}=" if self._is_setter(number) else method) in asked:
                yield number

    def asked(self, name: str, line: int) -> frozenset[str] | None:
        """Return the special methods and setters that a line may run on the object of a name; None for any."""
        found = self._glances.asks(name, line, partial(self._is_left_to_built_in, name))
        set_to = self._glances.sets(name, line) if found is None else None
        if not set_to or not all(map(self._has_plain_setter, set_to)):
            return found
        return frozenset(f"{each}=" for each in set_to)

    def _is_left_to_built_in(self, name: str, method: str) -> bool:
        """Return whether a method of all objects of a name is one of a built-in class."""
        return (
            name in self._classes
            and not method.startswith("__")
            and all(
                calls_nothing(self._methods.bases_outside(path), method) and not self._methods.of(path, method)
                for path in self._classes[name]
            )
        )

    @cached_property
    def _classes(self) -> Mapping[str, Collection[str]]:
        """The classes of the file that a name of the module alone has the objects of."""
        found: dict[str, dict[str, None]] = {}
        for name, bindings in self._facts.scopes[0].bindings.items():
            for each in bindings:
                made = each.kind is BindingKind.ASSIGN and each.value.kind is Kind.CALL
                path = callee_of(self._names.resolve(each.value.path, each.place.scope)) if made else ""
                found.setdefault(name, {})[path] = None
        return {name: paths for name, paths in found.items() if all(map(self._methods.is_class, paths))}

    @property
    def names(self) -> Collection[str]:
        """The names that have idle objects."""
        return self._named.keys()

    @cached_property
    def _named(self) -> Mapping[str, Sequence[int]]:
        found: dict[str, list[int]] = {}
        for call in sorted(self._calls, key=lambda each: not each.place.scope):  # what classes have comes first
            keeper = self._keeper(call)
            keeper = self._class_around(call) if keeper and call.place.scope else keeper
            path = callee_of(self._names.resolve(call.path, call.place.scope)) if keeper else ""
            if keeper and self._methods.is_class(path):
                of_class = found.get(name_in_file(path), ()) if not call.place.scope else ()
                of_object = self._later(self._methods.constructed(path, is_exact=False))
                found.setdefault(keeper, []).extend((*of_object, *of_class))
        for scope in self._facts.scopes:
            if scope.kind is ScopeKind.CLASS and not scope.parent and is_enumeration(self._names, scope):
                made = self._methods.constructed(own_path(scope.name), is_exact=False)
                found.setdefault(scope.name, []).extend(self._later(made))
        return {name: numbers for name, numbers in found.items() if numbers}

    def asks_nothing(self, name: str, line: int) -> bool:
        """Whether a line asks an object for nothing; of a class, whether module code makes an idle object there."""
        if not self._methods.is_class(own_path(name)):
            return self._glances.looks(name, line, self._answers)
        made = [each for each in self._on_line(line, 0, begins=True) if each.path == name]
        if name not in self._reads:
            self._reads[name] = Counter(each.line for each in self._facts.uses_in(0, name))
        return 0 < len(made) == self._reads[name][line] and all(map(self._is_named, made))

    def _answers(self, name: str, is_set: bool) -> bool:
        """Return whether setting or reading an attribute may run code of a class of the file."""
        return bool(self._of_classes(name)) if is_set else not self._is_plain(name)

    def _is_plain(self, name: str) -> bool:
        """Return whether reading an attribute runs no code of a class of the file: none has it but as a constant."""
        bound = self._of_classes(name)
        answering = ("__getattribute__",) if bound else ("__getattr__", "__getattribute__")
        is_constant = all(each.kind is BindingKind.ASSIGN and each.value.kind is Kind.CONSTANT for each in bound)
        return is_constant and not any(map(self._methods.by_name, answering))

    def _of_classes(self, name: str) -> Sequence[Binding]:
        """What binds a name in the classes of the file."""
        return self._in_classes.get(name, ())

    @cached_property
    def _in_classes(self) -> Mapping[str, Sequence[Binding]]:
        found: dict[str, list[Binding]] = {}
        for scope in self._facts.scopes:
            for name, bindings in scope.bindings.items() if scope.kind is ScopeKind.CLASS else ():
                found.setdefault(name, []).extend(bindings)
        return found

    def _has_plain_setter(self, name: str) -> bool:
        """Return whether setting an attribute runs only setters that set other attributes."""
        methods = self._methods.by_name(name)
        return len(methods) == len(self._of_classes(name)) and all(map(self._is_of_property, methods))

    def _is_of_property(self, number: int) -> bool:
        decorators = self._facts.scopes[number].decorators
        is_setter = self._is_setter(number)
        return len(decorators) == 1 and (self._only_sets(number) if is_setter else decorators[0] == "property")

    def _is_setter(self, number: int) -> bool:
        return any(each.endswith(".setter") for each in self._facts.scopes[number].decorators)

    @cached_property
    def _calls(self) -> Sequence[Call]:
        return self._facts.bodies[0].calls

    # what the constructor does

    def _makes_plainly(self, path: str, run: Iterable[int]) -> bool:
        """Whether making an object of a class does nothing with it but set attributes."""
        scopes = [self._facts.scopes[number] for number in self._names.defined(path)]
        classes = [each for each in scopes if each.kind is ScopeKind.CLASS]
        bases = [base for scope in classes for base in self._names.bases(scope)]
        of_bases = [self._facts.scopes[number] for base in bases for number in self._names.defined(base)]
        return (
            all(is_own(base) or before_item(base) in INERT_BASES | _EXCEPTIONS for base in bases)
            and not any(each.metaclass for each in (*classes, *of_bases))
            and all(map(self._is_plainly_decorated, (*classes, *of_bases)))
            and all(map(self._only_sets, run))
        )

    def _is_plainly_decorated(self, scope: Scope) -> bool:
        paths = (self._names.resolve(raw, scope.place.scope) for raw in scope.decorators)
        return all(callee_of(path) in CLASS_KEEPERS for path in paths)

    def _asks_nothing_of_self(self, number: int) -> bool:
        """Return whether a method only stores its object, and sets and reads plain attributes of it.

        What it gives away of the object's methods are hooks for requests: `app.before_request(self._load)`.
        """
        body = self._body_of(number)
        harmless = list(_HARMLESS.finditer(body))
        hooks = [each["hook"] for each in harmless if each["hook"]]
        asked = [each["asked"] for each in harmless if each["asked"]]
        is_all = bool(body) and len(harmless) == len(_SELF.findall(body))
        is_set = bool(asked) and bool(self._methods.by_name("__setattr__"))
        return is_all and not is_set and all(map(self._is_plain, asked)) and all(map(keeps_for_requests, hooks))

    def _body_of(self, number: int) -> str:
        """The text of a method behind its `self`; empty where that, or what it calls, may be something else."""
        span = self._facts.scopes[number].span
        text = "\n".join(self._lines[span.line - 1 : span.end_line])
        signature = _SIGNATURE.search(text)
        if signature is None or "super" in text.replace(_KEEPING_MESSAGE, "") or "locals()" in text or "vars()" in text:
            return ""
        return text[signature.end() :]

    def _only_sets(self, number: int) -> bool:
        """Whether a method names the object to set attributes of it, and for nothing else."""
        body = self._body_of(number)
        if not body:
            return False
        set_to = [match[1] for match in _SETTING.finditer(body)]
        is_method = any(self._methods.by_name(name) for name in set_to)
        return not is_method and len(_SELF.findall(body)) == len(set_to) + len(_LIKENED.findall(body))


def is_enumeration(names: Names, scope: Scope) -> bool:
    """Whether a class is an enumeration, whose members are made with it."""
    return any(map(_IS_OF_ENUM, names.bases(scope)))


def _count(value: Value, made: str) -> int:
    """How often a value, or what it is a display of, is what a call of a path gives."""
    if value.kind in _INSIDE:
        return sum(_count(each, made) for each in value.items)
    return value.kind is Kind.CALL and value.path == made
