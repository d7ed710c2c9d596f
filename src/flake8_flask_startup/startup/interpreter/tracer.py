"""The static startup trace: what a boot loads, in order, through imports and the calls that startup makes.

Nothing runs. From the entry point it walks the statements that loading a module executes, and the bodies of the
functions that those statements call, and so on. What cannot be known is an unresolved entry with its place and reason,
never a guess.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from enum import Enum
from itertools import accumulate

from ...analysis.callback_models import calls_back, keeps_callbacks
from ...config.entry_target import MAIN
from ...config.flask_objects import KNOWN, FlaskObjects
from ...files.gc_control import made_to_stay
from ...files.paths import shown
from ...model import UNKNOWN
from ...project.modules import Event, ModuleFacts, Origin, Project
from ...syntax.import_statements import absolute, named
from ...syntax.lowering import element_of
from ...syntax.static_conditions import Phase
from ...syntax.symbol_table import (
    BindingKind,
    Call,
    Condition,
    Effect,
    Implicit,
    Import,
    Kind,
    Place,
    Point,
    ScopeKind,
    Store,
    Value,
)
from ...syntax.text_prefilter import ADDING_METHODS
from ..graph.trace import Loaded, Run, Statement, Trace
from ..models.command_groups import CommandGroups
from ..models.imports import wanted
from ..models.installed import inside
from ..models.stdlib import object_of
from ..models.wanted import Wanted
from ..values.abstract_values import (
    MAX_OBJECTS,
    NO_CONTEXT,
    NOTHING,
    Cls,
    Const,
    Context,
    Ext,
    Func,
    Generator,
    Inst,
    Lost,
    Method,
    Mod,
    Object,
    Objects,
    Text,
    in_order,
)
from ..values.arguments import passed
from ..values.environment import Env
from ..values.memo import CHOICE, DOUBT, ExhaustedError
from ..values.mro import overridden, resolution_order
from ..values.store import put_by
from ..values.trampoline import Steps, drive
from .conditions import Known, Truth, held
from .evaluator import MAX_TURNS, World
from .reaching import END
from .recorder import Node, Recording
from .waiting import Waiting

# What effects call, the first that there is.
_METHODS: Mapping[Effect, tuple[str, ...]] = {
    Effect.ENTER: ("__enter__", "__aenter__"),
    Effect.LEAVE: ("__exit__", "__aexit__"),
    Effect.ITERATE: ("__iter__", "__aiter__", "__getitem__"),
    Effect.ITERATED: ("__iter__", "__aiter__"),
    Effect.ITEM: ("__getitem__",),
}
# Built-in functions that iterate over what they are given.
CONSUMERS = frozenset(
    {
        "all", "any", "collections.deque", "dict", "enumerate", "filter", "frozenset", "iter", "list", "map", "max",
        "min", "next", "reversed", "set", "sorted", "sum", "tuple", "zip",
    }
)  # fmt: skip
# Built-in functions that ask an object for something, and the method that answers.
ASKERS = {
    "abs": "__abs__", "bool": "__bool__", "dir": "__dir__", "float": "__float__", "format": "__format__",
    "hash": "__hash__", "int": "__int__", "len": "__len__", "os.fspath": "__fspath__", "repr": "__repr__",
    "str": "__str__",
}  # fmt: skip
_ENTERING = (".enter_context", ".enter_async_context")  # of an ExitStack, which leaves what it enters
_RUNNING = (Cls, Ext, Func, Inst, Method)  # objects whose call may run code, which methods of texts do not
RECORDERS = (".record", ".record_once")  # of a blueprint: called when it is registered
MAX_THIRD_PARTY = 16  # objects that a parameter of third-party code may stand for: libraries are called with everything
MAX_RUNS = 50  # of one function: each needs a parameter that has turned out to stand for more


def trace(project: Project, entries: Sequence[str], why: str = "as asked", flask: FlaskObjects = KNOWN) -> Trace:
    """The boot from entry points such as "app:create_app", "wsgi:app" or "pkg.module".

    flask says which classes make apps; without it, the known ones do.
    """
    boot = _Boot(project, flask)
    with made_to_stay():
        for entry in entries:
            boot.enter(entry)
        return boot.seen.trace(tuple(entries), why, project.lacks, tuple(boot.runs()))


class Part(Enum):
    """Which part of a function's body runs: that of a generator before its first `yield`, and that behind it."""

    ALL = "all"
    HEAD = "head"
    TAIL = "tail"


class _Boot:
    def __init__(self, project: Project, flask: FlaskObjects) -> None:
        self.project = project
        self.world = World(project, flask)
        self.groups = CommandGroups(lambda cls: resolution_order(self.world, cls))
        self.waiting = Waiting(self.world, project.target)
        self._read_names: set[tuple[str, str, Node, bool, int]] = set()  # that wait, by module, name and reader
        self.program = ""  # the module that Python runs as a program
        self.seen = Recording()
        self.ran: dict[Func, set[Part]] = {}
        self._sites: dict[Cls, set[tuple[Node, int]]] = {}  # where instances of a class are made
        self._files: dict[str, str] = {}
        self._ways: dict[str, tuple[Mod, ...]] = {}  # a module with the packages it lies in, outermost first
        self._told: set[tuple[Node, int, Context]] = set()  # calls that rest on nothing that may change: once is enough
        self.grown: dict[Func, None] = {}  # functions that have run with less than their parameters stand for now

    def enter(self, entry: str) -> None:
        """Load an entry's module, then call what it names, if that can be called."""
        module, _, name = entry.partition(":")
        root = Mod(module)
        self.seen.entries.append(root)
        name = name.removesuffix("()")
        if name == MAIN:
            module = f"{module}.{MAIN}" if self.project.find(f"{module}.{MAIN}") is not None else module
            self.program = module
        drive(self._load(module, None, root, conditional=False))
        if name and name != MAIN and self.world.module(module) is not None:
            drive(self._module_getattr(module, name.partition(".")[0], root, conditional=False))
            bound = self.project.facts(file).facts.scopes[0].bindings if (file := self.project.find(module)) else {}
            is_function = any(each.kind is BindingKind.DEF for each in bound.get(name, ()))
            for each in in_order(self._path(name, self._env(module), 1)):
                drive(self._make_app(each, root))
                if not self._is_served(each) or (is_function and isinstance(each, Inst)):
                    drive(self._invoke(each, None, root))
        self._settle()

    def _is_served(self, each: Object) -> bool:
        """Whether an object is an app, or a function as PEP 3333 has it: a server calls it for each request."""
        if not isinstance(each, Func):
            return isinstance(each, Inst)
        parameters = self.world.scope(each).parameters
        return len(parameters) == 2 and parameters[0] in ("environ", "env")

    def _settle(self) -> None:
        """Run functions again whose parameters have turned out to stand for more, until nothing new comes of it."""
        runs: dict[Func, int] = {}
        while self.grown:
            function = next(iter(self.grown))
            del self.grown[function]
            runs[function] = runs.get(function, 0) + 1
            if runs[function] <= MAX_RUNS:
                for part in sorted(self.ran.get(function, ()), key=list(Part).index):
                    drive(self._body(function, part))

    # modules

    def _load(self, dotted: str, via: Statement | None, importer: Node, *, conditional: bool) -> Steps:
        """Load a module and, before it, the packages it lies in."""
        if dotted not in self._ways:
            self._ways[dotted] = tuple(map(Mod, accumulate(dotted.split("."), "{}.{}".format)))
        for module in self._ways[dotted]:
            self.seen.link(importer, module, conditional=conditional)
            if module.name not in self.seen.loaded:
                yield self._load_one(module.name, via, importer)

    def _load_one(self, name: str, via: Statement | None, importer: Node) -> Steps:
        file = self.project.find(name)
        origin = file.origin if file is not None else self.project.origin(name)
        path = str(file.path) if file is not None and file.path is not None else ""
        self.seen.loaded[name] = Loaded(name, origin, path, via, importer[0], conditional=False)
        if file is None:
            if origin is Origin.FIRST_PARTY and via is not None:
                del self.seen.loaded[name]
                self.seen.note(via, f"no file for {name}")
            return
        said = self.project.facts(file)
        self.world.visit(said)
        if said.problem:
            self.seen.note(Statement(shown(path), 1), said.problem, (UNKNOWN,))
        yield self._run(said, 0, Mod(name))

    def _run(self, said: ModuleFacts, function: int, node: Node, part: Part = Part.ALL) -> Steps:
        """What a module body or function does, in order."""
        own = said.file.origin is Origin.FIRST_PARTY
        middle = said.facts.scopes[function].yields
        known: Known = {}
        for each in self._events(said, function):
            event = each
            if event.place.phase is Phase.TYPING or (function == 0 and not self._is_run(event, said)):
                continue
            if part is not Part.ALL and (event.order < middle) is not (part is Part.HEAD):
                continue
            if own and function == 0:
                self._advance(said, Point(event.order, event.place.branch))
            for here in self._turns(event, said, node) if own else (self._here(event, said, node),):
                weighed = self._weighed(event, here, known) if own and event.place.tests else event
                if weighed is not None:
                    yield from self._happen(weighed, said, node, here)
        if own and function == 0:
            self._advance(said, END)

    def _events(self, said: ModuleFacts, function: int) -> Sequence[Event]:
        """What a function does, reads of names that lazy imports bind among it."""
        events = said.events_in(function)
        names = self.waiting.names(said)
        return sorted([*events, *said.reads_in(function, names)], key=lambda each: each.order) if names else events

    def _is_run(self, event: Event, said: ModuleFacts) -> bool:
        """Whether loading a module runs a statement of its body."""
        phase = event.place.phase
        return phase is Phase.IMPORT or (phase is Phase.MAIN and said.file.name == self.program)

    def _turns(self, event: Event, said: ModuleFacts, node: Node) -> Sequence[Env]:
        """The environments that something happens in: one for each turn of the loop around it, where they are known."""
        here = self._here(event, said, node)
        if not isinstance(event, (Call, Import)):
            return (here,)
        contexts = [here.context]
        loops = [said.facts.loops[each] for each in event.place.branch if each in said.facts.loops]
        if not any(said.rests_on_turns(event, each) for each in event.place.branch if each in said.facts.loops):
            return (here,)
        self.world.budget.renew()
        try:
            for loop in loops:
                inside = here._replace(scope=loop.place.scope, at=Point(loop.order, loop.place.branch))
                more = [self.world.turns(loop, inside._replace(context=each)) for each in contexts]
                if sum(map(len, more)) > MAX_TURNS:
                    break
                contexts = [context for turns in more for context in turns]
        except ExhaustedError:
            self.world.memory.open_read()
        return [here._replace(context=context) for context in contexts]

    def _happen(self, event: Event, said: ModuleFacts, node: Node, here: Env) -> Steps:
        """One thing that code does; once is enough for what rests on nothing that may change."""
        if isinstance(event, Import):
            yield from self._import(event, said, node)
        elif isinstance(event, Implicit) and event.effect is Effect.NAME:
            yield from self._named(event, said, node)
        elif (node, event.order, here.context) not in self._told:
            mark = self.world.memory.mark()
            try:
                if isinstance(event, Call):
                    yield from self._call(event, said, node, here)
                elif isinstance(event, Implicit):
                    yield from self._effect(event, said, node, here)
                else:
                    yield from self._store(event, node, here)
            except ExhaustedError:
                self._given_up(said, event.span.line)
            except Exception as error:  # a fault of ours, which costs this statement and no file
                reason = f"cannot be followed: {type(error).__name__}: {error}"
                self.seen.note(Statement(self._shown(said), event.span.line), reason)
            if self.world.memory.mark() == mark:
                self._told.add((node, event.order, here.context))

    def _advance(self, said: ModuleFacts, point: Point) -> None:
        """The code of a module has come to a point: functions that read what is bound again there run anew."""
        name = said.file.name
        before = self.world.reaching.moment(name)
        self.world.reaching.move(name, point)
        since = before.order if before is not None else 0
        if since >= point.order:
            return
        again = {each for order, each in said.bound_again if since < order <= point.order}
        if again:
            self.world.memory.forget(("moment", name))
            self._run_anew({each for each in self.ran if each.module == name and said.reads(each.scope, again)})

    def _run_anew(self, functions: set[Func]) -> None:
        """Functions, and what has called them, run again when they are called again."""
        if functions:
            stale = self.seen.running(functions)
            for each in stale:
                if isinstance(each, Func):
                    self.ran.pop(each, None)
            self._told = {told for told in self._told if told[0] not in stale}

    def _weighed(self, event: Event, here: Env, known: Known) -> Event | None:
        """An event with what its tests turn out to be; None for one that does not happen."""
        self.world.budget.renew()
        try:
            truth = held(event.place.tests, here, known)
        except Exception:  # as above: what a test is about takes too long to tell, or cannot be followed
            self.world.memory.open_read()
            truth = Truth.UNKNOWN
        if truth is Truth.NO:
            return None
        is_sure = truth in (Truth.YES, Truth.USUALLY)
        condition = None if is_sure else event.place.condition or Condition(event.span.line, ())
        if condition is not None and condition.usual is True:
            condition = condition._replace(usual=None)
        return event._replace(place=event.place._replace(condition=condition, tests=()))

    def _import(self, each: Import, said: ModuleFacts, node: Node) -> Steps:
        waits = each.can_wait and self.waiting.takes(each, said)
        if waits is not True:
            yield from self._import_now(each, said, node, conditional=waits is None)

    def _named(self, event: Implicit, said: ModuleFacts, node: Node) -> Steps:
        """Reading a name loads what a lazy import has bound it to."""
        module, name = said.file.name, event.value.path
        is_sure = all(each.kind is BindingKind.IMPORT for each in said.facts.scopes[0].bindings.get(name, ()))
        yield from self._awaited(module, name, node, conditional=event.place.is_conditional or not is_sure)

    def _awaited(self, module: str, name: str, node: Node, *, conditional: bool) -> Steps:
        """The imports of a module that wait for a name."""
        said = self.world.module(module)
        imports = self.waiting.of(module, name)
        read = (module, name, node, conditional, len(imports))
        if said is not None and imports and read not in self._read_names:
            self._read_names.add(read)
            for each in imports:
                yield from self._import_now(each, said, node, conditional=conditional)

    def _read_through(self, path: str, here: Env, line: int, node: Node, *, conditional: bool) -> Steps:
        """Reading an attribute of a module loads what a lazy import of that module has bound it to."""
        if not self.waiting or "." not in path or not here.is_own:
            return
        parts = path.partition("(")[0].partition("[")[0].split(".")
        for at in range(1, len(parts)):
            for each in in_order(self._path(".".join(parts[:at]), here, line)):
                if isinstance(each, Mod):
                    yield from self._awaited(each.name, parts[at], node, conditional=conditional)

    def _import_now(self, each: Import, said: ModuleFacts, node: Node, *, conditional: bool) -> Steps:
        statement = Statement(self._shown(said), each.span.line)
        # the author expects that an optional one may fail
        conditional = conditional or each.place.is_conditional or each.place.optional
        module = absolute(each.module, each.level, said.file.package)
        if conditional and self.project.lacks(module):
            return
        imported = f"{module}.{each.name}" if each.name not in ("", "*") else module
        self.seen.edge(node, imported, statement, conditional=conditional)
        yield from self._load(module, statement, node, conditional=conditional)
        if each.name == "*":
            yield from self._star(module, statement, node, conditional=conditional)
        elif each.name and self._is_submodule(module, each.name):
            yield from self._load(imported, statement, node, conditional=conditional)
        elif each.name:
            yield from self._module_getattr(module, each.name, node, conditional=conditional)

    def _is_submodule(self, module: str, name: str) -> bool:
        """`from package import name` loads a submodule only where the package itself binds no such name."""
        package = self.project.find(module)
        if package is None or not package.folders or self.project.find(f"{module}.{name}") is None:
            return False
        bindings = self.project.facts(package).facts.scopes[0].bindings.get(name, ())
        return all(binding.path.lstrip(".") in (name, f"{module}.{name}") for binding in bindings)

    def _star(self, module: str, statement: Statement, node: Node, *, conditional: bool) -> Steps:
        """A star import loads the submodules that `__all__` names, be it written out or put together."""
        said = self.world.module(module)
        for waiting in self.waiting.all_of(module):
            yield from self._awaited(module, waiting.bound, node, conditional=conditional)
        made = {each.text for each in self._path("__all__[]", self._env(module), 1) if isinstance(each, Text)}
        for name in sorted(made | said.facts.exports) if said is not None else ():
            if self._is_submodule(module, name):
                yield from self._load(f"{module}.{name}", statement, node, conditional=conditional)

    def _module_getattr(self, module: str, name: str, node: Node, *, conditional: bool) -> Steps:
        """PEP 562: a name that a module does not bind is asked of its `__getattr__`, which may import."""
        said = self.world.module(module)
        yield from self._awaited(module, name, node, conditional=conditional)
        if said is None or name in said.facts.scopes[0].bindings:
            return
        for number in said.names.scopes_by_name.get("__getattr__", ()):
            function = self._asking_for(name, Func(module, number))
            self.seen.link(node, function, conditional=conditional)
            yield from self._function(function)

    def _asking_for(self, name: str, function: Func) -> Func:
        """A function that is asked for a name."""
        parameter = "".join(self.world.scope(function).parameters[:1])
        asked = frozenset({Text(name)})
        context = self.world.context({(function.module, function.scope, parameter): asked}, function)
        if context is None:
            self._learn(function, parameter, asked)
            return function
        return function._replace(context=context)

    # calls

    def _call(self, call: Call, said: ModuleFacts, node: Node, here: Env) -> Steps:
        line = call.span.line
        for raw in (call.path, *[each.path for each in call.args], *[each.path for _, each in call.keywords]):
            yield from self._read_through(raw, here, line, node, conditional=call.place.is_conditional)
        callees, traits = self.world.memory.observed(
            lambda: self._value(call.callee, here, line) or self._path(call.path, here, line)
        )
        own = said.file.origin is Origin.FIRST_PARTY
        callees = frozenset(each for each in callees if not isinstance(each, Const))
        if own:
            self._note(call, callees, said, here)
            if call.decorates:
                call = call._replace(args=(Value(Kind.DEFINED, call.decorates),))
            if call.path.endswith(".__init_subclass__"):
                # the base makes the class too, whoever is told of it
                callees |= {base for each in callees if (base := overridden(self.world, each)) is not None}
        running = in_order(frozenset(each for each in callees if isinstance(each, _RUNNING)))
        is_choice = own and len(running) > 1
        for callee in running:
            unsure = is_choice and (traits & CHOICE or (traits & DOUBT and callee in self.world.doubtful))
            perhaps = _conditionally(call) if unsure else call
            if isinstance(callee, Ext):
                if own:
                    name, conditional = callee.path.replace("()", ""), call.place.is_conditional
                    self.seen.outside(node, line, call.span.column, name, conditional=conditional)
                yield from self._outside(perhaps, callee, said, node, here)
            else:
                yield from self._invoke(callee, perhaps, node, here=here)
        if own:
            self._adds(call, here)
        if self.world.touched:  # perhaps by code that is not run here
            touched, self.world.touched = self.world.touched, {}
            for method in touched:
                yield from self._invoke(method, None, node, conditional=True)

    def _note(self, call: Call, callees: Objects, said: ModuleFacts, here: Env) -> None:
        """Take note of what a call of the project makes or leaves open."""
        line = call.span.line
        if call.decorates or call.keywords:
            cls = dict(call.keywords).get("cls")
            self.groups.note(call, callees, NOTHING if cls is None else self._value(cls, here, line), said.file.name)
        if not callees and self._is_missing(call.path, here, line):
            self.seen.note(Statement(self._shown(said), line), f"nothing says what {call.path}() is")
        if any(isinstance(each, Lost) for each in callees):
            self.seen.note(Statement(self._shown(said), line), "what is called here is named at run time")

    # what statements make objects do without a call

    def _effect(self, event: Implicit, said: ModuleFacts, node: Node, here: Env) -> Steps:
        if event.effect is Effect.READ:
            yield from self._read(event, here, node)
        elif event.effect is Effect.CLASS:
            yield from self._class_made(event, said, here, node)
        elif event.effect is not Effect.ITEM or self.world.visited.defines("__getitem__"):
            conditional = event.place.is_conditional
            for each in in_order(self._value(event.value, here, event.span.line)):
                yield from self._used(each, event.effect, node, conditional=conditional)

    def _used(self, used: Object, effect: Effect, node: Node, *, conditional: bool) -> Steps:
        """What entering, leaving, iterating over or taking an item of an object runs."""
        part = Part.TAIL if effect in (Effect.LEAVE, Effect.ITERATED) else Part.HEAD
        if isinstance(used, Generator):
            if effect is not Effect.ITEM:
                yield from self._consume(used.function, part, node, conditional=conditional)
        elif isinstance(used, Inst) and self.world.is_told_apart(used.cls.module):
            for name in _METHODS[effect]:
                methods = [each for each in self.world.attribute(used, name) if isinstance(each, Method)]
                for method in methods:
                    if effect in (Effect.ITERATE, Effect.ITERATED):
                        yield from self._iterated(method, effect, node, conditional=conditional)
                    else:
                        yield from self._invoke(method, None, node, conditional=conditional)
                if methods:
                    break

    def _iterated(self, method: Method, effect: Effect, node: Node, *, conditional: bool) -> Steps:
        """What iterating over what `__iter__` gives runs."""
        function = method.function
        if self._is_generator(function):
            self._receive(function, method.cls)
            part = Part.TAIL if effect is Effect.ITERATED else Part.HEAD
            yield from self._consume(function, part, node, conditional=conditional)
            return
        if effect is Effect.ITERATE:
            yield from self._invoke(method, None, node, conditional=conditional)
        for each in in_order(self.world.called(method)):
            if isinstance(each, Generator):
                yield from self._used(each, effect, node, conditional=conditional)
            elif isinstance(each, Inst) and effect is Effect.ITERATE:
                for step in in_order(self.world.attribute(each, "__next__") | self.world.attribute(each, "__anext__")):
                    if isinstance(step, Method):
                        yield from self._invoke(step, None, node, conditional=conditional)

    def _consume(self, function: Func, part: Part, node: Node, *, conditional: bool) -> Steps:
        """Run the body of a generator function, or a part of it."""
        self.seen.link(node, function, conditional=conditional)
        yield from self._function(function, part)

    def _is_generator(self, function: Func) -> bool:
        said = self.world.module(function.module)
        if said is None or not self.world.is_told_apart(function.module):
            return False
        said.facts.read(function.scope)
        return bool(said.facts.scopes[function.scope].yields)

    def _read(self, event: Implicit, here: Env, node: Node) -> Steps:
        """Reading an attribute runs a property."""
        value = event.value
        conditional = event.place.is_conditional
        yield from self._read_through(value.path, here, event.span.line, node, conditional=conditional)
        name = str(value.constant) if value.owner else value.path.rpartition(".")[2]
        if name not in self.world.visited.properties:
            return
        owner = value.owner[0] if value.owner else Value(Kind.PATH, path=value.path.rpartition(".")[0])
        for each in in_order(self._value(owner, here, event.span.line)):
            if isinstance(each, Inst):
                for method in in_order(self.world.class_attribute(each.cls, name)):
                    if isinstance(method, Method) and self.world.is_property(method):
                        yield from self._invoke(method, None, node, conditional=event.place.is_conditional)

    def _class_made(self, event: Implicit, said: ModuleFacts, here: Env, node: Node) -> Steps:
        """Making a class tells the objects in it their names (PEP 487)."""
        if not self.world.visited.defines("__set_name__"):
            return
        number = int(event.value.constant or 0)
        inside = here._replace(scope=number, at=END)
        for name, bindings in said.facts.scopes[number].bindings.items():
            if bindings[-1].value.kind is not Kind.CALL:
                continue
            args = (Value(Kind.DEFINED, number), Value(Kind.CONSTANT, name))
            call = Call("", args, (), event.span, event.place, event.order)
            for each in in_order(self._path(name, inside, event.span.line)):
                for method in in_order(self.world.attribute(each, "__set_name__")) if isinstance(each, Inst) else ():
                    if isinstance(method, Method):
                        yield from self._invoke(method, call, node, here=here)

    # what code puts where

    def _store(self, event: Store, node: Node, here: Env) -> Steps:
        """An assignment to an attribute or item of something that other code reads."""
        if event.path.endswith("]"):
            yield from self._item_set(event, here, node)
            return
        owner, _, name = event.path.rpartition(".")
        if not self._is_self(owner, here):
            line = event.span.line
            self._put_on(self._path(owner, here, line), name, self._value(event.value, here, line), event.place)

    def _put_on(self, owners: Objects, name: str, objects: Objects, place: Place) -> None:
        """Take note of what code puts on an attribute; it takes the place of what was there where that is certain."""
        found = [each for each in owners if isinstance(each, (Cls, Inst, Mod))]
        own = [each for each in found if self.world.is_told_apart(each.name if isinstance(each, Mod) else _home(each))]
        alone = len(own) == 1 and not place.is_conditional
        for each in own:
            is_one = not isinstance(each, Inst) or len(self._sites.get(each.cls, ())) == 1
            self.world.put(each, name, objects, replaces=alone and is_one)

    def _item_set(self, event: Store, here: Env, node: Node) -> Steps:
        base = _base(event.path)
        self._put_elsewhere(base, event, here)
        if self.world.visited.defines("__setitem__"):
            for each in in_order(self._path(event.path.rpartition("[")[0], here, event.span.line)):
                if isinstance(each, Inst):
                    for method in in_order(self.world.attribute(each, "__setitem__")):
                        if isinstance(method, Method):
                            yield from self._invoke(method, None, node, conditional=event.place.is_conditional)

    def _adds(self, call: Call, here: Env) -> None:
        """A call that adds to a container of another file, or to an attribute."""
        owner, _, method = call.path.rpartition(".")
        if method in ADDING_METHODS and owner:
            self._put_elsewhere(_base(owner), call, here)

    def _put_elsewhere(self, base: str, event: Call | Store, here: Env) -> None:
        """Take note of what is added to a container that this file does not bind by a name or an attribute of self."""
        owner, _, name = base.rpartition(".")
        if owner:
            if self._is_self(owner, here):
                return
            owners = self._path(owner, here, event.span.line)
        else:
            owners, name = self._imported_from(base, here)
        for each in owners:
            if isinstance(each, (Cls, Inst, Mod)) and self.world.is_told_apart(
                each.name if isinstance(each, Mod) else _home(each)
            ):
                self.world.put(each, name, put_by(here, event, base), replaces=False)

    def _imported_from(self, name: str, here: Env) -> tuple[Objects, str]:
        """The module that a name is imported from, and its name there."""
        said = self.world.module(here.module)
        bindings = said.names.bindings(name, here.scope)[1] if said is not None else ()
        if said is None or not bindings or bindings[-1].kind is not BindingKind.IMPORT:
            return NOTHING, ""
        module, _, last = named(bindings[-1].path, said.file.package).rpartition(".")
        return frozenset({Mod(module)}) if module else NOTHING, last

    def _is_self(self, owner: str, here: Env) -> bool:
        """Whether a path is the first parameter of a method, whose attributes are found by its class."""
        said = self.world.module(here.module)
        if said is None or not owner.isidentifier():
            return False
        home, _ = said.names.bindings(owner, here.scope)
        scope = said.facts.scopes[home]
        return scope.parameters[:1] == (owner,) and said.facts.scopes[scope.parent].kind is ScopeKind.CLASS

    def _is_missing(self, path: str, here: Env, line: int) -> bool:
        """Whether a path is an attribute of a class of the project, or its instance, that nothing is known to set."""
        owner, _, name = path.rpartition(".")
        if not owner or name.startswith("__") or name == "mro":  # every class has them
            return False
        return any(isinstance(each, (Cls, Inst)) for each in self._path(owner, here, line))

    def _outside(self, call: Call, callee: Ext, said: ModuleFacts, node: Node, here: Env) -> Steps:
        """A call that leaves the project: it may import by name, or call back at once; else it runs what it runs."""
        module, path = said.file.name, callee.path
        if path == "sys.set_lazy_imports" and call.args and not call.place.is_conditional:
            for mode in here.texts(call.args[0])[:1]:
                self.waiting.set_mode(mode)
        asked = self._wanted(call, path, here)
        if asked is not None:
            yield from self._bring_in(asked, call, said, node)
            if asked.is_all:
                return
        if path.endswith(".register_blueprint") and call.args:
            yield from self._register_blueprint(call, here, node)
        elif call.decorates and path.endswith(RECORDERS):
            yield from self._invoke(Func(module, call.decorates), None, node, conditional=call.place.is_conditional)
        elif calls_back(path) or path.endswith(RECORDERS):
            yield from self._call_back(call, said, node, here)
        else:
            yield from self._invoke(callee, call, node, here=here)
        if here.is_own:
            yield from self._made_use_of(call, path, here, node)

    def _made_use_of(self, call: Call, path: str, here: Env, node: Node) -> Steps:
        """What a call outside the project does with the project's own objects that it is given."""
        if path == "setattr" and len(call.args) == 3:
            owners, names, objects = [self._value(each, here, call.span.line) for each in call.args]
            for name in [each.text for each in in_order(names) if isinstance(each, Text)]:
                self._put_on(owners, name, objects, call.place)
        elif path.endswith(_ENTERING) and call.args:
            for each in in_order(self._value(call.args[0], here, call.span.line)):
                yield from self._used(each, Effect.ENTER, node, conditional=call.place.is_conditional)
                yield from self._used(each, Effect.LEAVE, node, conditional=call.place.is_conditional)
        elif path in CONSUMERS or not keeps_callbacks(path):
            yield from self._taken(call, path, here, node)

    def _taken(self, call: Call, path: str, here: Env, node: Node) -> Steps:
        """What a function outside the project does with generators, and built-in ones with objects of the project."""
        if not self.world.visited.may_consume:
            return
        conditional = call.place.is_conditional
        for value in (*call.args, *(value for _, value in call.keywords)):
            if value.kind not in (Kind.CALL, Kind.PATH, Kind.CHOICE):
                continue
            for each in in_order(self._value(value, here, call.span.line)):
                if isinstance(each, Generator):
                    part = Part.HEAD if path == "next" else Part.ALL
                    yield from self._consume(each.function, part, node, conditional=conditional)
                elif isinstance(each, Inst) and path in CONSUMERS:
                    yield from self._used(each, Effect.ITERATE, node, conditional=conditional)
                    yield from self._used(each, Effect.ITERATED, node, conditional=conditional)
                elif isinstance(each, Inst) and path in ASKERS:
                    for method in in_order(self.world.attribute(each, ASKERS[path])):
                        if isinstance(method, Method):
                            yield from self._invoke(method, None, node, conditional=conditional)

    def _call_back(self, call: Call, said: ModuleFacts, node: Node, here: Env) -> Steps:
        """A function that is given callables calls them; `map` with what comes out of its other arguments."""
        for value in (*call.args, *(value for _, value in call.keywords)):
            if call.path == "map" and value is call.args[0] and len(call.args) > 1:
                given = tuple([element_of(each) for each in call.args[1:]])
                yield from self._call(call._replace(path="", callee=value, args=given), said, node, here)
                continue
            for each in in_order(self._value(value, here, call.span.line)):
                if not isinstance(each, (Cls, Ext, Inst)):
                    yield from self._invoke(each, None, node, conditional=call.place.is_conditional)

    def _bring_in(self, asked: Wanted, call: Call, said: ModuleFacts, node: Node) -> Steps:
        statement = Statement(self._shown(said), call.span.line)
        for folder in asked.folders if said.file.origin is Origin.FIRST_PARTY else ():
            self.project.add_root(folder)
        if asked.reason:
            self.seen.note(statement, asked.reason, asked.may_load, is_known=asked.is_known)
        for name in asked.modules:
            yield from self._import_by_name(name, statement, node, conditional=call.place.is_conditional)
        for name in asked.perhaps:
            yield from self._import_by_name(name, statement, node, conditional=True)
        for path in asked.called:
            for each in in_order(object_of(self.world, path)):
                if isinstance(each, (Cls, Func)):
                    yield from self._invoke(each, None, node, conditional=call.place.is_conditional)

    def _register_blueprint(self, call: Call, here: Env, node: Node) -> Steps:
        """`app.register_blueprint(bp)` calls `bp.register(app, options)`, which a subclass may override (Flask API)."""
        app = Value(Kind.PATH, path=call.path.removesuffix(".register_blueprint"))
        for blueprint in in_order(self._value(call.args[0], here, call.span.line)):
            for method in in_order(self.world.attribute(blueprint, "register")):
                if isinstance(method, Method):
                    yield from self._invoke(method, call._replace(args=(app,), keywords=()), node, here=here)

    def _wanted(self, call: Call, path: str, here: Env) -> Wanted | None:
        self.world.budget.renew()
        try:
            return wanted(call, path, here)
        except ExhaustedError:
            said = self.world.module(here.module)
            if said is not None:
                self._given_up(said, call.span.line)
            return None

    def _import_by_name(self, name: str, statement: Statement, node: Node, *, conditional: bool) -> Steps:
        """`import_string` takes an object's path too: load as much of it as is a module."""
        while name and not self.project.may_have(name):
            name = name.rpartition(".")[0]
        if name:
            self.seen.edge(node, name, statement, conditional=conditional)
            yield from self._load(name, statement, node, conditional=conditional)

    def _invoke(
        self, callee: Object, call: Call | None, node: Node, *, conditional: bool = False, here: Env | None = None
    ) -> Steps:
        """Run what a call runs. call is None for an entry point or a callback, whose arguments are not known.

        The body of a generator function runs when something iterates over what its call gives.
        """
        conditional = conditional or (call is not None and call.place.is_conditional)
        if call is not None:
            yield from self._make_app(callee, node, conditional=conditional)
        self.world.budget.renew()
        if isinstance(callee, Cls) and call is not None:
            self._sites.setdefault(callee, set()).add((node, call.order))
        for each, receiver in self._functions(callee):
            function = each
            if call is not None and here is not None and here.context is not _context(node):
                function = self._in_turn(each, call, here, int(receiver is not None))
            if call is not None and function is each:
                where = here or Env(self.world, node[0], call.place.scope)
                self._pass(function, call, where, int(receiver is not None))
            if receiver is not None:
                self._receive(function, self._made_by(call, node) or receiver)
            if not self._is_generator(function) and not self._is_forgotten(function, call):
                self.seen.link(node, function, conditional=conditional)
                self.seen.callers.setdefault(function, (node, 0 if call is None else call.span.line))
                yield from self._function(function)

    def _in_turn(self, function: Func, call: Call, here: Env, bound: int) -> Func:
        """A function that a turn of a loop calls, as it is for what it is passed, if that is names and constants."""
        if not here.is_own or not self.world.is_told_apart(function.module):
            return function
        known = dict(function.context.known)
        scope = self.world.scope(function)
        for name, objects in passed(scope, call, bound, lambda value: self._value(value, here, call.span.line)):
            if not all(isinstance(each, (Const, Text)) for each in objects):
                return function
            known[function.module, function.scope, name] = objects
        context = self.world.context(known, function)
        return function if context is None else function._replace(context=context)

    def _is_forgotten(self, function: Func, call: Call | None) -> bool:
        """Whether a call makes a coroutine that nothing ever asks to run."""
        if call is None or call.keeper != "" or not self.world.is_told_apart(function.module):
            return False
        scope = self.world.scope(function)
        return scope.runs_later and not scope.decorators

    def _make_app(self, callee: Object, node: Node, *, conditional: bool = False) -> Steps:
        """Run what a group of commands makes its app with."""
        for made in self.groups.made_by(callee):
            here = Env(self.world, made.module, made.scope)
            for each in in_order(self._value(made.value, here, made.line)):
                if not isinstance(each, Inst):
                    yield from self._invoke(each, None, node, conditional=conditional)

    def _functions(self, callee: Object) -> Iterator[tuple[Func, Cls | None]]:
        """The functions that calling an object runs, each with the class of its first argument."""
        match callee:
            case Func():
                yield callee, None
            case Method(function=function, cls=cls):
                static = "staticmethod" in self.world.scope(function).decorators
                yield function, None if static else cls
            case Cls():
                for name in ("__new__", "__init__", "__post_init__"):
                    for each in self.world.attribute(callee, name):
                        if isinstance(each, (Ext, Method)):
                            yield from self._functions(each)
            case Inst():
                for each in self.world.attribute(callee, "__call__"):
                    if isinstance(each, (Ext, Method)):
                        yield from self._functions(each)
            case Ext():
                for each in self._inside(callee):
                    yield from self._functions(each)

    def _inside(self, callee: Ext) -> Objects:
        """What stands for a path in installed sources; nothing where that takes too long to tell."""
        self.world.budget.renew()
        try:
            return inside(self.world, callee)
        except ExhaustedError:
            self.world.memory.open_read()
            return NOTHING

    def _made_by(self, call: Call | None, node: Node) -> Cls | None:
        """The class whose statement calls `__init_subclass__` of its base."""
        said = self.world.module(node[0])
        if call is None or said is None or not call.path.endswith(".__init_subclass__"):
            return None
        made = [at for at, scope in enumerate(said.facts.scopes) if scope.bases and scope.span == call.span]
        return Cls(node[0], made[0]) if made else None

    def _receive(self, function: Func, cls: Cls) -> None:
        """Tell a method what `self`, or `cls`, is of."""
        scope = self.world.scope(function)
        if scope.parameters:
            of_class = "classmethod" in scope.decorators or scope.name.endswith(("__new__", "__init_subclass__"))
            self._learn(function, scope.parameters[0], frozenset({cls if of_class else Inst(cls)}))

    def _pass(self, function: Func, call: Call, here: Env, bound: int = 0) -> None:
        """Tell a function what a call passes it."""
        line = call.span.line
        for name, objects in passed(
            self.world.scope(function), call, bound, lambda value: self._value(value, here, line)
        ):
            self._learn(function, name, objects)

    def _learn(self, function: Func, parameter: str, objects: Objects) -> None:
        key = (*function, parameter)
        known = self.world.params.get(key, NOTHING)
        objects = frozenset(each for each in objects if not isinstance(each, Const))
        limit = MAX_OBJECTS
        if self.project.origin(function.module) is not Origin.FIRST_PARTY:
            limit = MAX_THIRD_PARTY
            objects = frozenset(each for each in objects if not isinstance(each, Generator))
        if not objects <= known and len(known) < limit:
            self.world.params[key] = known | objects
            self.world.memory.forget(key)
            if function in self.ran:
                self.grown[function] = None

    def _function(self, function: Func, part: Part = Part.ALL) -> Steps:
        """Run a function's body the first time it is called; `_settle` runs it again when that can show more."""
        ran = self.ran.setdefault(function, set())
        if part not in ran and Part.ALL not in ran:
            ran.add(part)
            yield self._body(function, part)

    def _body(self, function: Func, part: Part = Part.ALL) -> Steps:
        said = self.world.module(function.module)
        if said is not None:
            yield self._run(said, function.scope, function, part)

    # results

    def runs(self) -> Iterator[Run]:
        """The functions of the project that the boot runs, each with its first caller."""
        known: set[tuple[str, int]] = set()
        for function, (node, line) in self.seen.callers.items():
            said = self.world.module(function.module)
            by = self.world.module(node[0])
            if said is None or by is None or said.file.origin is not Origin.FIRST_PARTY:
                continue
            scope = said.facts.scopes[function.scope]
            caller = by.facts.scopes[node.scope].name if isinstance(node, Func) else ""
            if (function.module, function.scope) in known:
                continue
            known.add((function.module, function.scope))
            yield Run(self._shown(said), scope.span.line, scope.name, self._shown(by), caller, line)

    # helpers

    def _here(self, event: Event, said: ModuleFacts, node: Node) -> Env:
        """The environment of something that code does."""
        point = Point(event.order, event.place.branch)
        return Env(self.world, said.file.name, event.place.scope, point, _context(node))

    def _env(self, module: str) -> Env:
        """The environment of a module that has run."""
        return Env(self.world, module, 0, END)

    def _path(self, path: str, here: Env, line: int) -> Objects:
        self.world.budget.renew()
        try:
            return self.world.path(path, here)
        except ExhaustedError:
            return self._exhausted(here, line)

    def _value(self, value: Value, here: Env, line: int) -> Objects:
        self.world.budget.renew()
        try:
            return self.world.value(value, here)
        except ExhaustedError:
            return self._exhausted(here, line)

    def _exhausted(self, here: Env, line: int) -> Objects:
        said = self.world.module(here.module)
        if said is not None:
            self._given_up(said, line)
        return NOTHING

    def _given_up(self, said: ModuleFacts, line: int) -> None:
        """Say of a place that what is called there takes too many steps to tell."""
        self.world.memory.open_read()
        if said.file.origin is Origin.FIRST_PARTY:
            reason = "what is called here takes too long to tell"
            self.seen.note(Statement(self._shown(said), line), reason, (UNKNOWN,))

    def _shown(self, said: ModuleFacts) -> str:
        """A module's file as people see it, worked out once: paths are slow."""
        name = said.file.name
        if name not in self._files:
            self._files[name] = shown(str(said.file.path))
        return self._files[name]


def _context(node: Node) -> Context:
    """What is known around the code of a node."""
    return node.context if isinstance(node, Func) else NO_CONTEXT


def _conditionally(call: Call) -> Call:
    """A call as one that need not happen."""
    return call._replace(place=call.place._replace(condition=Condition(call.span.line, ())))


def _home(each: Cls | Inst) -> str:
    """The module of a class, or of an instance's."""
    return each.cls.module if isinstance(each, Inst) else each.module


def _base(path: str) -> str:
    """The raw path of the container that a raw path of items leads into."""
    return re.split(r"\[|\.(?:setdefault|get)\(\)", path, maxsplit=1)[0]
