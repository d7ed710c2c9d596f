"""The static startup trace: what a boot loads, in order, through imports and the calls that startup makes.

Nothing runs. From the entry point it walks the statements that loading a module executes, and the bodies of the
functions that those statements call, and so on. What cannot be known is an unresolved entry with its place and reason,
never a guess.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import accumulate
from typing import NamedTuple

from ...analysis.callback_models import calls_back
from ...config.entry_target import MAIN
from ...config.flask_objects import KNOWN, FlaskObjects
from ...files.gc_control import made_to_stay
from ...files.paths import shown
from ...model import UNKNOWN, Span
from ...project.modules import ModuleFacts, Origin, Project
from ...syntax.lowering import element_of
from ...syntax.static_conditions import Phase
from ...syntax.symbol_table import Call, Import, Kind, Place, Value
from ..graph.trace import Loaded, Run, Statement, Trace
from ..models.command_groups import CommandGroups
from ..models.imports import Wanted, wanted
from ..models.installed import inside
from .abstract_values import (
    MAX_OBJECTS,
    NOTHING,
    Cls,
    Ext,
    Func,
    Inst,
    Method,
    Mod,
    Object,
    Objects,
    Text,
    absolute,
    in_order,
)
from .arguments import passed
from .callables import runs_later, wrappers
from .evaluator import World
from .memo import ExhaustedError
from .mro import overridden, resolution_order
from .recorder import Node, Recording
from .trampoline import Steps, drive

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


class _Spot(NamedTuple):
    """Where an expression stands."""

    module: str
    scope: int
    line: int


class _Boot:
    def __init__(self, project: Project, flask: FlaskObjects) -> None:
        self.project = project
        self.world = World(project, flask)
        self.groups = CommandGroups(lambda cls: resolution_order(self.world, cls))
        self.program = ""  # the module that Python runs as a program
        self.seen = Recording()
        self.ran: set[Func] = set()
        self._files: dict[str, str] = {}
        self._ways: dict[str, tuple[Mod, ...]] = {}  # a module with the packages it lies in, outermost first
        self._told: set[tuple[Node, int]] = set()  # calls that rest on nothing that may change: once is enough
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
            for each in in_order(self._path(name, _Spot(module, 0, 1))):
                drive(self._make_app(each, root))
                if not self._is_served(each):
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
                drive(self._body(function))

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

    def _run(self, said: ModuleFacts, function: int, node: Node) -> Steps:
        """The imports and calls of a module body or function, in order."""
        for event in said.events_in(function):
            if event.place.phase is Phase.TYPING or (function == 0 and not self._is_run(event, said)):
                continue
            if (node, event.order) in self._told:
                continue
            mark = self.world.memory.mark()
            try:
                if isinstance(event, Import):
                    yield from self._import(event, said, node)
                    continue
                yield from self._call(event, said, node)
            except ExhaustedError:
                self._given_up(_Spot(said.file.name, event.place.scope, event.span.line))
            except Exception as error:  # a fault of ours, which costs this statement and no file
                reason = f"cannot be followed: {type(error).__name__}: {error}"
                self.seen.note(Statement(self._shown(said), event.span.line), reason)
            if self.world.memory.mark() == mark:
                self._told.add((node, event.order))

    def _is_run(self, event: Import | Call, said: ModuleFacts) -> bool:
        """Whether loading a module runs a statement of its body."""
        phase = event.place.phase
        return phase is Phase.IMPORT or (phase is Phase.MAIN and said.file.name == self.program)

    def _import(self, each: Import, said: ModuleFacts, node: Node) -> Steps:
        if each.lazy:
            return
        statement = Statement(self._shown(said), each.span.line)
        conditional = each.place.is_conditional or each.place.optional  # the author expects that it may fail
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
        made = {each.text for each in self._path("__all__[]", _Spot(module, 0, 1)) if isinstance(each, Text)}
        for name in sorted(made | said.facts.exports) if said is not None else ():
            if self._is_submodule(module, name):
                yield from self._load(f"{module}.{name}", statement, node, conditional=conditional)

    def _module_getattr(self, module: str, name: str, node: Node, *, conditional: bool) -> Steps:
        """PEP 562: a name that a module does not bind is asked of its `__getattr__`, which may import."""
        said = self.world.module(module)
        if said is None or name in said.facts.scopes[0].bindings:
            return
        for number in said.names.scopes_by_name.get("__getattr__", ()):
            function = Func(module, number)
            self.seen.link(node, function, conditional=conditional)
            self._pass(function, _asking_for(name), _Spot(module, 0, 1))
            yield from self._function(function)

    # calls

    def _call(self, call: Call, said: ModuleFacts, node: Node) -> Steps:
        here = _spot(call, said.file.name)
        callees = self._value(call.callee, here) or self._path(call.path, here)
        own = said.file.origin is Origin.FIRST_PARTY
        if own and (call.decorates or call.keywords):
            cls = dict(call.keywords).get("cls")
            self.groups.note(call, callees, NOTHING if cls is None else self._value(cls, here), said.file.name)
        if not callees and own and self._is_missing(call.path, here):
            self.seen.note(Statement(self._shown(said), call.span.line), f"nothing says what {call.path}() is")
        if own and call.path.endswith(".__init_subclass__"):
            # the base makes the class too, whoever is told of it
            callees |= {base for each in callees if (base := overridden(self.world, each)) is not None}
        for callee in in_order(frozenset(each for each in callees if isinstance(each, _RUNNING))):
            if isinstance(callee, Ext):
                if own:
                    name, conditional = callee.path.replace("()", ""), call.place.is_conditional
                    self.seen.outside(node, call.span.line, call.span.column, name, conditional=conditional)
                yield from self._outside(call, callee, said, node)
            else:
                yield from self._invoke(callee, call, node)
        if self.world.touched:  # perhaps by code that is not run here
            touched, self.world.touched = self.world.touched, {}
            for method in touched:
                yield from self._invoke(method, None, node, conditional=True)

    def _is_missing(self, path: str, here: _Spot) -> bool:
        """Whether a path is an attribute of a class of the project, or its instance, that nothing is known to set."""
        owner, _, name = path.rpartition(".")
        if not owner or name.startswith("__") or name == "mro":  # every class has them
            return False
        return any(isinstance(each, (Cls, Inst)) for each in self._path(owner, here))

    def _outside(self, call: Call, callee: Ext, said: ModuleFacts, node: Node) -> Steps:
        """A call that leaves the project: it may import by name, or call back at once; else it runs what it runs."""
        module, path = said.file.name, callee.path
        asked = self._wanted(call, path, module)
        if asked is not None:
            yield from self._bring_in(asked, call, said, node)
            if asked.is_all:
                return
        if path.endswith(".register_blueprint") and call.args:
            yield from self._register_blueprint(call, said, node)
        elif call.decorates and path.endswith(RECORDERS):
            yield from self._invoke(Func(module, call.decorates), None, node, conditional=call.place.is_conditional)
        elif calls_back(path) or path.endswith(RECORDERS):
            yield from self._call_back(call, said, node)
        else:
            yield from self._invoke(callee, call, node)

    def _call_back(self, call: Call, said: ModuleFacts, node: Node) -> Steps:
        """A function that is given callables calls them; `map` with what comes out of its other arguments."""
        for value in (*call.args, *(value for _, value in call.keywords)):
            if call.path == "map" and value is call.args[0] and len(call.args) > 1:
                given = tuple([element_of(each) for each in call.args[1:]])
                yield from self._call(call._replace(path="", callee=value, args=given), said, node)
                continue
            for each in in_order(self._value(value, _spot(call, said.file.name))):
                if not isinstance(each, (Cls, Ext, Inst)):
                    yield from self._invoke(each, None, node, conditional=call.place.is_conditional)

    def _bring_in(self, asked: Wanted, call: Call, said: ModuleFacts, node: Node) -> Steps:
        statement = Statement(self._shown(said), call.span.line)
        for folder in asked.folders:
            self.project.add_root(folder)
        if asked.reason:
            self.seen.note(statement, asked.reason, asked.may_load)
        for name in asked.modules:
            yield from self._import_by_name(name, statement, node, conditional=call.place.is_conditional)
        for name in asked.perhaps:
            yield from self._import_by_name(name, statement, node, conditional=True)

    def _register_blueprint(self, call: Call, said: ModuleFacts, node: Node) -> Steps:
        """`app.register_blueprint(bp)` calls `bp.register(app, options)`, which a subclass may override (Flask API)."""
        app = Value(Kind.PATH, path=call.path.removesuffix(".register_blueprint"))
        for blueprint in in_order(self._value(call.args[0], _spot(call, said.file.name))):
            for method in in_order(self.world.attribute(blueprint, "register")):
                if isinstance(method, Method):
                    yield from self._invoke(method, call._replace(args=(app,), keywords=()), node)

    def _wanted(self, call: Call, path: str, module: str) -> Wanted | None:
        self.world.budget.renew()
        try:
            return wanted(call, path, module, self.world)
        except ExhaustedError:
            self._given_up(_spot(call, module))
            return None

    def _import_by_name(self, name: str, statement: Statement, node: Node, *, conditional: bool) -> Steps:
        """`import_string` takes an object's path too: load as much of it as is a module."""
        while name and not self.project.may_have(name):
            name = name.rpartition(".")[0]
        if name:
            self.seen.edge(node, name, statement, conditional=conditional)
            yield from self._load(name, statement, node, conditional=conditional)

    def _invoke(self, callee: Object, call: Call | None, node: Node, *, conditional: bool = False) -> Steps:
        """Run what a call runs. call is None for an entry point or a callback, whose arguments are not known."""
        conditional = conditional or (call is not None and call.place.is_conditional)
        if call is not None:
            yield from self._make_app(callee, node, conditional=conditional)
        self.world.budget.renew()
        for function, receiver in self._functions(callee):
            if call is not None and runs_later(self.world, function, call):
                continue
            if call is not None:
                self._pass(function, call, _spot(call, node[0]), int(receiver is not None))
            if receiver is not None:
                self._receive(function, self._made_by(call, node) or receiver)
            self.seen.link(node, function, conditional=conditional)
            self.seen.callers.setdefault(function, (node, 0 if call is None else call.span.line))
            yield from self._function(function)

    def _make_app(self, callee: Object, node: Node, *, conditional: bool = False) -> Steps:
        """Run what a group of commands makes its app with."""
        for made in self.groups.made_by(callee):
            for each in in_order(self._value(made.value, _Spot(made.module, made.scope, made.line))):
                if not isinstance(each, Inst):
                    yield from self._invoke(each, None, node, conditional=conditional)

    def _functions(self, callee: Object) -> Iterator[tuple[Func, Cls | None]]:
        """The functions that calling an object runs, each with the class of its first argument."""
        match callee:
            case Func():
                yield callee, None
                yield from ((each, None) for each in wrappers(self.world, callee))
            case Method(function=function, cls=cls):
                static = "staticmethod" in self.world.scope(function).decorators
                yield function, None if static else cls
                yield from ((each, None) for each in wrappers(self.world, function))
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

    def _pass(self, function: Func, call: Call, here: _Spot, bound: int = 0) -> None:
        """Tell a function what a call passes it."""
        for name, objects in passed(self.world.scope(function), call, bound, lambda value: self._value(value, here)):
            self._learn(function, name, objects)

    def _learn(self, function: Func, parameter: str, objects: Objects) -> None:
        key = (*function, parameter)
        known = self.world.params.get(key, NOTHING)
        limit = MAX_OBJECTS if self.project.origin(function.module) is Origin.FIRST_PARTY else MAX_THIRD_PARTY
        if not objects <= known and len(known) < limit:
            self.world.params[key] = known | objects
            self.world.memory.forget(key)
            if function in self.ran:
                self.grown[function] = None

    def _function(self, function: Func) -> Steps:
        """Run a function's body the first time it is called; `_settle` runs it again when that can show more."""
        if function not in self.ran:
            self.ran.add(function)
            yield self._body(function)

    def _body(self, function: Func) -> Steps:
        said = self.world.module(function.module)
        if said is not None:
            yield self._run(said, function.scope, function)

    # results

    def runs(self) -> Iterator[Run]:
        """The functions of the project that the boot runs, each with its first caller."""
        for function, (node, line) in self.seen.callers.items():
            said = self.world.module(function.module)
            by = self.world.module(node[0])
            if said is None or by is None or said.file.origin is not Origin.FIRST_PARTY:
                continue
            scope = said.facts.scopes[function.scope]
            caller = by.facts.scopes[node.scope].name if isinstance(node, Func) else ""
            yield Run(self._shown(said), scope.span.line, scope.name, self._shown(by), caller, line)

    # helpers

    def _path(self, path: str, here: _Spot) -> Objects:
        self.world.budget.renew()
        try:
            return self.world.path(path, here.module, here.scope)
        except ExhaustedError:
            return self._given_up(here)

    def _value(self, value: Value, here: _Spot) -> Objects:
        self.world.budget.renew()
        try:
            return self.world.value(value, here.module, here.scope)
        except ExhaustedError:
            return self._given_up(here)

    def _given_up(self, here: _Spot) -> Objects:
        """Say of a place that what is called there takes too many steps to tell."""
        self.world.memory.open_read()
        said = self.world.module(here.module)
        if said is not None and said.file.origin is Origin.FIRST_PARTY:
            reason = "what is called here takes too long to tell"
            self.seen.note(Statement(self._shown(said), here.line), reason, (UNKNOWN,))
        return NOTHING

    def _shown(self, said: ModuleFacts) -> str:
        """A module's file as people see it, worked out once: paths are slow."""
        name = said.file.name
        if name not in self._files:
            self._files[name] = shown(str(said.file.path))
        return self._files[name]


def _asking_for(name: str) -> Call:
    """The call that asks `__getattr__` for a name."""
    return Call("", (Value(Kind.CONSTANT, name),), (), Span(1), Place(0, Phase.IMPORT), 0)


def _spot(call: Call, module: str) -> _Spot:
    return _Spot(module, call.place.scope, call.span.line)
