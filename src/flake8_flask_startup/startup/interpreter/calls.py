"""What a call does: of the project's own code, and of what lies outside it."""

from __future__ import annotations

from ...analysis.callback_models import calls_back, keeps_callbacks
from ...project.module_facts import ModuleFacts, Origin
from ...syntax.lowering import element_of
from ...syntax.places import Condition, Place
from ...syntax.symbol_table import Call, Effect
from ...syntax.values import Kind, Value
from ..graph.trace import Statement
from ..models.imports import wanted
from ..models.signals import connects, sends
from ..models.stdlib import object_of
from ..models.wanted import Wanted
from ..values.abstract_values import (
    NOTHING,
    Cls,
    Const,
    Ext,
    Func,
    Generator,
    Inst,
    Lost,
    Method,
    Object,
    Objects,
    Text,
    in_order,
)
from ..values.environment import Env
from ..values.memo import CHOICE, DOUBT, ExhaustedError
from ..values.mro import overridden
from ..values.trampoline import Steps
from .effects import Effects
from .functions import Part
from .recorder import Node

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


class Calls(Effects):
    """Follows calls."""

    def _load(self, dotted: str, via: Statement | None, importer: Node, *, conditional: int) -> Steps:
        """Load a module and, before it, the packages it lies in."""
        raise NotImplementedError

    def _call(self, call: Call, code: ModuleFacts, node: Node, here: Env) -> Steps:
        line = call.span.line
        read = (call.path, *[each.path for each in call.args], *[each.path for _, each in call.keywords])
        for raw in read if self.waiting else ():
            yield from self._read_through(raw, here, line, node, conditional=call.place.doubt)
        callees, traits = self.world.memory.observed(
            lambda: self._value(call.callee, here, line) or self._path(call.path, here, line)
        )
        own = code.file.origin is Origin.FIRST_PARTY
        callees = frozenset(each for each in callees if not isinstance(each, Const))
        if own:
            self._note(call, callees, code, here)
            if call.decorates:
                call = call._replace(args=(Value(Kind.DEFINED, call.decorates),))
            if call.path.endswith(".__init_subclass__"):
                # a library's base that this overrides makes the class as well
                callees |= {base for each in callees if (base := overridden(self.world, each)) is not None}
        running = in_order(frozenset(each for each in callees if isinstance(each, _RUNNING)))
        is_choice = own and len(running) > 1
        for callee in running:
            is_unsure = is_choice and (traits & CHOICE or (traits & DOUBT and callee in self.world.doubtful))
            perhaps = call._replace(place=unsure(call.place, line)) if is_unsure else call
            if isinstance(callee, Ext):
                if own:
                    name, conditional = callee.path.replace("()", ""), call.place.doubt
                    self.seen.outside(node, line, call.span.column, name, conditional=conditional)
                yield from self._outside(perhaps, callee, code, node, here)
            else:
                yield from self._invoke(callee, perhaps, node, here=here)
        if own:
            self._adds(call, here)
            if len(running) == 1 and not call.place.doubt and self._raises(running[0]):
                self.raised.add((node, call.order))
        if self.world.touched:  # perhaps by code that is not run here
            touched, self.world.touched = self.world.touched, {}
            for method in in_order(frozenset(touched)):
                yield from self._invoke(method, None, node, conditional=True)

    def _raises(self, callee: Object) -> bool:
        """Whether each call of a function ends by an exception."""
        function = callee.function if isinstance(callee, Method) else callee
        if not isinstance(function, Func) or not self.world.is_told_apart(function.module):
            return False
        scope = self.world.scope(function)
        return not scope.runs_later and (scope.raises or function in self.raising)

    def _note(self, call: Call, callees: Objects, code: ModuleFacts, here: Env) -> None:
        """Take note of what a call of the project makes or leaves open."""
        line = call.span.line
        if call.decorates or call.keywords:
            cls = dict(call.keywords).get("cls")
            self.groups.note(call, callees, NOTHING if cls is None else self._value(cls, here, line), code.file.name)
        if not callees and self._is_missing(call.path, here, line):
            self.seen.note(Statement(self._shown(code), line), f"nothing says what {call.path}() is")
        if any(isinstance(each, Lost) for each in callees):
            self.seen.note(Statement(self._shown(code), line), "what is called here is named at run time")

    def _is_missing(self, path: str, here: Env, line: int) -> bool:
        """Whether a path is an attribute of a class of the project, or its instance, that nothing is known to set."""
        owner, _, name = path.rpartition(".")
        if not owner or name.startswith("__") or name == "mro":  # every class has them
            return False
        return any(isinstance(each, (Cls, Inst)) for each in self._path(owner, here, line))

    def _outside(self, call: Call, callee: Ext, code: ModuleFacts, node: Node, here: Env) -> Steps:
        """A call that leaves the project: it may import by name, or call back at once; else it runs what it runs."""
        module, path = code.file.name, callee.path
        if path == "sys.set_lazy_imports" and call.args and not call.place.doubt:
            for mode in here.texts(call.args[0])[:1]:
                self.waiting.set_mode(mode)
        asked = self._wanted(call, path, here)
        if asked is not None:
            yield from self._bring_in(asked, call, code, node)
            if asked.is_all:
                return
        if path.endswith(".register_blueprint") and call.args:
            yield from self._register_blueprint(call, here, node)
        elif call.decorates and path.endswith(RECORDERS):
            yield from self._invoke(Func(module, call.decorates), None, node, conditional=call.place.doubt)
        elif (kind := connects(path)) and here.is_own:
            self._connect(kind, call, module, here)
        elif (kind := sends(path)) and here.is_own:
            yield from self._send(kind, call, code, node)
        elif calls_back(path) or path.endswith(RECORDERS):
            yield from self._call_back(call, code, node, here)
        elif self.project.env is not None or self.groups.notes:  # else nothing is known to run
            yield from self._invoke(callee, call, node, here=here)
        if here.is_own:
            yield from self._made_use_of(call, path, here, node)

    def _connect(self, kind: str, call: Call, module: str, here: Env) -> None:
        """Take note of a function that is connected to a signal, by a call or as a decorator."""
        found: Objects = frozenset({Func(module, call.decorates)}) if call.decorates else NOTHING
        if call.args and not call.decorates:
            found = self._value(call.args[0], here, call.span.line)
        self._receivers.setdefault(kind, {}).update(dict.fromkeys(in_order(found)))

    def _send(self, kind: str, call: Call, code: ModuleFacts, node: Node) -> Steps:
        """A signal that is sent calls what is connected to it."""
        if self.seen.is_open:  # what is not followed may connect more
            reason = "the functions that are connected to the signal may be more than those that are known"
            self.seen.note(Statement(self._shown(code), call.span.line), reason)
        for each in list(self._receivers.get(kind, ())):
            if not isinstance(each, (Cls, Ext, Inst)):
                yield from self._invoke(each, None, node, conditional=True)

    def _made_use_of(self, call: Call, path: str, here: Env, node: Node) -> Steps:
        """What a call outside the project does with the project's own objects that it is given."""
        if path == "setattr" and len(call.args) == 3:
            owners, names, objects = [self._value(each, here, call.span.line) for each in call.args]
            for name in [each.text for each in in_order(names) if isinstance(each, Text)]:
                self._put_on(self._own_among(owners), name, objects, call.place)
        elif path.endswith(_ENTERING) and call.args:
            for each in in_order(self._value(call.args[0], here, call.span.line)):
                yield from self._used(each, Effect.ENTER, node, conditional=call.place.doubt)
                yield from self._used(each, Effect.LEAVE, node, conditional=call.place.doubt)
        elif path in CONSUMERS or not keeps_callbacks(path):
            yield from self._taken(call, path, here, node)

    def _taken(self, call: Call, path: str, here: Env, node: Node) -> Steps:
        """What a function outside the project does with generators, and built-in ones with objects of the project."""
        if not self.world.visited.may_consume:
            return
        conditional = call.place.doubt
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

    def _call_back(self, call: Call, code: ModuleFacts, node: Node, here: Env) -> Steps:
        """A function that is given callables calls them; `map` with what comes out of its other arguments."""
        for value in (*call.args, *(value for _, value in call.keywords)):
            if call.path == "map" and value is call.args[0] and len(call.args) > 1:
                given = tuple([element_of(each) for each in call.args[1:]])
                yield from self._call(call._replace(path="", callee=value, args=given), code, node, here)
                continue
            for each in in_order(self._value(value, here, call.span.line)):
                if not isinstance(each, (Cls, Ext, Inst)):
                    yield from self._invoke(each, None, node, conditional=call.place.doubt)

    def _bring_in(self, asked: Wanted, call: Call, code: ModuleFacts, node: Node) -> Steps:
        statement = Statement(self._shown(code), call.span.line)
        for folder in asked.folders if code.file.origin is Origin.FIRST_PARTY else ():
            self.project.add_root(folder)
        if asked.reason:
            self.seen.note(statement, asked.reason, asked.may_load, is_known=asked.is_known)
        for name in asked.modules:
            yield from self._import_by_name(name, statement, node, conditional=call.place.doubt)
        for name in asked.perhaps:
            yield from self._import_by_name(name, statement, node, conditional=True)
        for path in asked.called:
            for each in in_order(object_of(self.world, path)):
                if isinstance(each, (Cls, Func)):
                    yield from self._invoke(each, None, node, conditional=call.place.doubt)

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
            code = self.world.module(here.module)
            if code is not None:
                self._given_up(code, call.span.line)
            return None

    def _import_by_name(self, name: str, statement: Statement, node: Node, *, conditional: int) -> Steps:
        """`import_string` takes an object's path too: load as much of it as is a module."""
        while name and not self.project.may_have(name):
            name = name.rpartition(".")[0]
        if name:
            self.seen.edge(node, name, statement, conditional=conditional)
            yield from self._load(name, statement, node, conditional=conditional)


def unsure(place: Place, line: int) -> Place:
    """The place of something that need not happen."""
    return place._replace(condition=Condition(line, ()))
