"""Statements that surely end by an exception: what they raise, and which block goes on from there.

In: what startup has come to, and what it knows of values. Out: the exception that an event raises, "" for none that is
sure. An exception is the last part of its name.
"""

from __future__ import annotations

import builtins
import re
from collections.abc import Iterator, Sequence

from ...files.walking import names_in
from ...model.access_paths import call_of, is_call, split_root
from ...model.path_steps import CALL_STEP, after_call, attribute_in, each_step, is_item_step
from ...project.module_facts import Event, ModuleFacts
from ...project.module_finder import Origin
from ...project.modules import Project
from ...syntax.import_statements import named
from ...syntax.symbol_table import Attempt, BindingKind, Effect, Implicit, ScopeKind
from ...syntax.values import Kind, Value
from ..values.abstract_values import Const, Func, Method, Mod, Object, Text
from ..values.environment import Env
from ..values.memo import CHOICE, DOUBT, PARAMETER, UNKNOWN_PART
from .caught import skipped
from .evaluator import World
from .recorder import Node

SOME = "Exception"  # one that is not known any closer
_OPEN = PARAMETER | CHOICE | DOUBT | UNKNOWN_PART  # traits of values that may be others as well
_ALL = frozenset({"BaseException", "Exception"})
_ROOT = re.compile(r"\w+")
_GENERATED = re.compile(r"version|generated|_pb2")  # in the names of modules that a build writes
_READING = (Effect.ENTER, Effect.ITERATE, Effect.READ)
_FAILING = {Effect.ENTER: "TypeError", Effect.ITERATE: "TypeError", Effect.ITEM: "TypeError"}


class Failures:
    """The calls, reads and other events that always raise, each with the name of its exception."""

    def __init__(self, world: World, project: Project) -> None:
        self._world = world
        self._project = project
        self.raising: dict[Node, str] = {}  # modules and functions that always end by an exception
        self._raised: dict[tuple[Node, int, type], str] = {}  # what events of nodes raise
        self._lacking: dict[tuple[str, str], bool] = {}  # modules and names

    def add(self, node: Node, event: Event, exception: str) -> None:
        """Take note of what an event raises, if it does."""
        if exception:
            self._raised[node, event.order, type(event)] = exception

    def of(self, node: Node, event: Event) -> str:
        """Return the name of the exception that an event always raises; empty if it may succeed."""
        return self._raised.get((node, event.order, type(event)), "")

    def left(self, event: Event, exception: str, code: ModuleFacts) -> Iterator[tuple[int, ...]]:
        """The blocks that an exception leaves which an event raises; all of the code where the last of them is ()."""
        branch = event.place.branch
        for at in range(len(branch), 0, -1):
            attempt = code.facts.attempts.get(branch[at - 1])
            if attempt is not None and _catches(attempt, exception):
                yield branch[:at]
                if attempt.otherwise:
                    yield (*branch[: at - 1], attempt.otherwise)
                if not attempt.goes_on and attempt.is_survived:
                    yield skipped(branch, at, attempt)
                if attempt.is_survived:
                    return
        yield ()

    @staticmethod
    def is_survived(event: Event, exception: str, code: ModuleFacts) -> bool:
        """Whether code around an event catches what it raises, and does not raise it again."""
        attempts = [code.facts.attempts.get(each) for each in event.place.branch]
        return any(each is not None and _catches(each, exception) and each.is_survived for each in attempts)

    @staticmethod
    def may_fail(event: Implicit, code: ModuleFacts) -> bool:
        """Whether what an event does to an object could fail; quick, as most can be seen not to."""
        value = event.value
        if event.effect is Effect.ITEM:
            (value,) = value.owner
        elif event.effect not in _READING:
            return False
        root = _ROOT.match(value.path) if not value.owner else None
        return root is not None and root.group() in code.may_be_none

    def of_import(self, module: str, name: str) -> str:
        """What `from module import name` raises, or `import module` where there is no name."""
        if self._is_absent(module):
            return "ImportError"
        for each in (module, f"{module}.{name}") if name else (module,):
            for end in [at for at, letter in enumerate(each) if letter == "."] + [len(each)]:
                if (found := self.raising.get(Mod(each[:end]))) is not None:
                    return found
        return "ImportError" if name and name != "*" and self._lacks(module, name) else ""

    def of_callees(self, path: str, objects: Sequence[Object], traits: int, here: Env) -> str:
        """What a call raises whose callee may be some objects: constants cannot be called, nor have all attributes."""
        if objects:
            is_sure = bool(path) and not traits & _OPEN and all(isinstance(each, Const) for each in objects)
            return "TypeError" if is_sure else ""
        return self.of_path(path, here)

    def of_effect(self, event: Implicit, here: Env) -> str:
        """What reading an attribute or item raises, or entering or iterating over something."""
        value = event.value
        if event.effect is Effect.FAILS:
            return "" if value.path and self._is_put(value.path, here) else str(value.constant)
        if event.effect is Effect.READ:
            return "" if value.owner else self.of_path(value.path, here)
        exception = _FAILING.get(event.effect, "")
        if event.effect is Effect.ITEM:
            (value,) = value.owner
        is_plain = value.kind is Kind.PATH and bool(_ROOT.fullmatch(value.path))
        return exception if exception and is_plain and self._none(value.path, here) else ""

    def _is_put(self, name: str, here: Env) -> bool:
        """Whether other code may have bound a name of a module, or made it a built-in one."""
        visited = self._world.visited.modules
        return (Mod(here.module), name) in self._world.stored or any("builtins" in each.source.text for each in visited)

    def of_path(self, path: str, here: Env) -> str:
        """What reading the attributes along a raw path raises: those of None or another constant, or of a module."""
        split = split_root(path)
        if split is None or not split[1] or not split[0].isidentifier():
            return ""
        start, steps = split
        behind = after_call(steps)
        is_none = self._is_constant(start, here) if behind is None else self._gives_nothing(start, here)
        first = next(iter(each_step(steps if behind is None else behind)), CALL_STEP)
        if not (name := attribute_in(first)):
            return "TypeError" if is_none and is_item_step(first) else ""
        if is_none:
            owner = start if behind is None else call_of(start)
            return "" if name.startswith("__") else self._of_attribute(owner, name, here)
        if behind is None and self._is_module(start, here):
            found = self._world.path(start, here)
            owners = [each for each in found if isinstance(each, Mod)]
            if len(found) == len(owners) == 1 and self._lacks(owners[0].name, name):
                return "AttributeError"
        return ""

    def _of_attribute(self, owner: str, name: str, here: Env) -> str:
        if is_call(owner):
            return "AttributeError"
        found, traits = self._world.memory.observed(lambda: self._world.path(owner, here))
        plain = [each.value if isinstance(each, Const) else "" for each in found if isinstance(each, (Const, Text))]
        is_sure = len(plain) == len(found) == 1 and not traits & _OPEN
        return "AttributeError" if is_sure and not hasattr(type(plain[0]), name) else ""

    def _none(self, name: str, here: Env) -> bool:
        """Whether a name is bound to None."""
        if not self._is_constant(name, here):
            return False
        found, traits = self._world.memory.observed(lambda: self._world.path(name, here))
        return found == {Const(None)} and not traits & _OPEN

    def _is_constant(self, name: str, here: Env) -> bool:
        """Whether a name is bound to constants alone by what binds it in its file; quick, as most are not."""
        code = self._world.module(here.module)
        if code is None:
            return False
        home, bindings = code.names.bindings(name, here.scope)
        if not bindings or code.facts.scopes[home].kind is ScopeKind.CLASS:
            return False
        return any(each.value.kind is Kind.CONSTANT for each in bindings) and not code.binds_unseen

    def _is_module(self, name: str, here: Env) -> bool:
        code = self._world.module(here.module)
        bindings = code.names.bindings(name, here.scope)[1] if code is not None else ()
        return len(bindings) == 1 and self._project.origin(bindings[0].path.lstrip(".")) is Origin.FIRST_PARTY

    def _gives_nothing(self, name: str, here: Env) -> bool:
        """Whether a name is that of a function of the project which returns nothing but None."""
        code = self._world.module(here.module)
        bindings = code.names.bindings(name, here.scope)[1] if code is not None else ()
        if len(bindings) != 1:
            return False
        found = self._world.path(name, here)
        return len(found) == 1 and all(map(self._returns_none, found))

    def _returns_none(self, callee: Object) -> bool:
        function = callee.function if isinstance(callee, Method) else callee
        if not isinstance(function, Func) or not self._world.is_told_apart(function.module):
            return False
        code, scope = self._world.module(function.module), self._world.scope(function)
        if code is None or scope.decorators or scope.kind is not ScopeKind.FUNCTION:
            return False
        returned = code.facts.returns(function.scope)
        return not scope.runs_later and all(each == _NONE for each in returned)

    def _is_absent(self, module: str) -> bool:
        """Whether a package of the project has no such module, and no build is likely to write one."""
        if self._project.find(module) is not None or _GENERATED.search(module.rpartition(".")[2]):
            return False
        package, _, name = module.rpartition(".")
        found = self._project.find(package) if package else None
        if found is None:
            return bool(package) and self._is_absent(package)
        return self._is_own(found.origin, package) and not self._may_be_compiled(found.folders, name)

    @staticmethod
    def _may_be_compiled(folders: Sequence[object], name: str) -> bool:
        return any(each.partition(".")[0] == name for folder in folders for each in names_in(str(folder)))

    def _is_own(self, origin: Origin, package: str) -> bool:
        return origin is Origin.FIRST_PARTY and not self._changes_path(package)

    def _changes_path(self, package: str) -> bool:
        """Whether a package says where else its modules lie."""
        code = self._world.module(package)
        return code is not None and "__path__" in code.source.text

    def _lacks(self, module: str, name: str) -> bool:
        """Whether a module of the project has nothing of a name: neither binds it, nor has it put there."""
        key = (module, name)
        if key not in self._lacking:
            self._lacking[key] = self._has_nothing(module, name)
        return self._lacking[key] and (Mod(module), name) not in self._world.stored

    def _has_nothing(self, module: str, name: str) -> bool:
        code = self._world.module(module)
        if code is None or code.problem or name.startswith("__") or code.file.origin is not Origin.FIRST_PARTY:
            return False
        if code.file.path is None or code.binds_unseen or "__getattr__" in code.source.text:
            return False
        if self._project.find(f"{module}.{name}") is not None or _GENERATED.search(name):
            return False
        bindings = code.facts.scopes[0].bindings.get(name, ())
        package, itself = code.file.package, f"{module}.{name}"  # one that imports the name from itself
        is_bound = any(each.kind is not BindingKind.IMPORT or named(each.path, package) != itself for each in bindings)
        return not is_bound and not self._may_be_compiled(code.file.folders, name)


_NONE = Value(Kind.CONSTANT, None)


def _catches(attempt: Attempt, exception: str) -> bool:
    """Whether a `try` goes on from an exception; one whose kind is not known is caught."""
    return exception == SOME or any(_is_kind_of(exception, each) for each in attempt.names)


def _is_kind_of(exception: str, caught: str) -> bool:
    if caught in _ALL or exception == caught:
        return True
    one, other = getattr(builtins, exception, None), getattr(builtins, caught, None)
    if isinstance(one, type) and isinstance(other, type):
        return issubclass(one, other)
    return True
