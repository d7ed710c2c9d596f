"""What a call does: of the project's own code, and of what lies outside it."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TypeVar

from ...analysis.annotation_tables import reader_kind
from ...analysis.library_calls import calls_given, calls_of
from ...analysis.senders import asks_function
from ...model import UNKNOWN
from ...model.access_paths import (
    NO_PATH,
    call_of,
    is_attribute,
    is_dotted,
    last_name,
    owner_of,
    split_last,
    split_target,
    without_calls,
)
from ...model.path_steps import joined
from ...project.module_facts import ModuleFacts
from ...project.module_finder import Origin
from ...syntax.import_statements import importable
from ...syntax.symbol_table import Call, Effect, Implicit, Store
from ...syntax.values import OTHER, Kind, Value
from ..graph.trace import Statement
from ..models.callers import is_about_blueprints
from ..models.handed import handed_to_base
from ..models.imports import IMPORT_FUNCTIONS, wanted
from ..models.loaders import by_assignment
from ..models.named_objects import object_of
from ..models.signals import connects, listens, sends
from ..models.task_queues import SENDING
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
    PartialCall,
    in_order,
)
from ..values.environment import Env
from ..values.memo import CHOICE, DOUBT, PARAMETER, SIFTED, ExhaustedError
from ..values.mro import overridden
from ..values.trampoline import Steps
from .code import Part
from .failures import SOME
from .functions import unsure
from .recorder import Node
from .registered import Registered

_TAKEN = ("__getitem__()", "__next__()", "get()", "pop()", "popitem()")
_IMPORTED = tuple(call_of(each) for each in sorted(IMPORT_FUNCTIONS))
_RESUMING = ("asend", "athrow", "send", "throw")  # methods of a generator that go on with its body
MAX_APPLIED = 20  # arguments of one call

# Objects whose call may run code, which methods of texts do not.
_RUNNING = (PartialCall, Cls, Ext, Func, Inst, Method)

_Event = TypeVar("_Event", Call, Store)
_Asked = Callable[[_Event, str, Env], Wanted | None]


class Calls(Registered):
    """Follows the calls of code that runs: into functions of the project, and into the models of libraries."""

    def _call(self, call: Call, code: ModuleFacts, node: Node, here: Env) -> Steps:
        line = call.span.line
        read = (call.path, *[each.path for each in call.args], *[each.path for _, each in call.keywords])
        for raw in read if self.waiting else ():
            yield from self.code.read_through(raw, here, line, node, conditional=call.place.doubt)
        callees, traits = self.world.memory.observed(
            lambda: self.world.settled(
                (self._value(call.callee, here, line) if call.callee is not OTHER else NOTHING)
                or self._path(call.path, here, line)
            )
        )
        own = code.file.origin is Origin.FIRST_PARTY
        if own and "." in call.path:
            yield from self._read_callee(call, here, node)
        if own and not call.place.doubt and not call.decorates:
            self.failures.add(node, call, self._failing(call, callees, traits, here))
        callees = frozenset(each for each in callees if not isinstance(each, Const))
        if own:
            self._note(call, callees, code, here)
            if call.decorates:
                call = call._replace(args=(Value(Kind.DEFINED, call.decorates),))
            if is_attribute(call.path, "__init_subclass__"):
                # a library's base that this overrides makes the class as well
                callees |= {base for each in callees if (base := overridden(self.world, each)) is not None}
        running = self._followed(frozenset(each for each in callees if isinstance(each, _RUNNING)), code, line)
        is_refused = own and len(running) == 1 and not traits & PARAMETER and self._is_refused(running[0], call)
        for callee in running:
            is_choice = own and len(running) > 1
            is_unsure = is_choice and (traits & CHOICE or (traits & DOUBT and callee in self.world.doubtful))
            is_unsure = is_unsure or is_refused or (own and bool(traits & SIFTED))
            if own and isinstance(callee, Ext):
                name, conditional = without_calls(callee.path), call.place.doubt
                self.seen.outside(node, line, call.span.column, name, conditional=conditional)
            perhaps = call._replace(place=unsure(call.place, line)) if is_unsure else call
            yield from self._call_one(callee, perhaps, code, node, here)
        if own:
            yield from self._besides(call, callees, node, here)
            if len(running) == 1 and not call.place.doubt:
                self.failures.add(node, call, "TypeError" if is_refused else self._raises(running[0]))

    def _read_callee(self, call: Call, here: Env, node: Node) -> Steps:
        """Run what reading what is called runs: properties, proxies, and modules that answer for names."""
        yield from self._read_along(call.path, call, here, node)
        if self.world.visited.has_proxies:
            asked = self._path(owner_of(call.path), here, call.span.line)
            yield from self._ask_proxies(asked, node, conditional=call.place.doubt)
        if self.world.visited.answering and is_dotted(call.path) and not call.decorates:
            value = Value(Kind.PATH, path=call.path)
            yield from self._read(Implicit(Effect.READ, value, call.span, call.place, call.order), here, node)

    def _followed(self, running: Objects, code: ModuleFacts, line: int) -> list[Object]:
        """Those of the objects that a call may be of which are followed from there, in order."""
        if self._are_too_many(len(running), code, line):
            running = frozenset(each for each in running if not self._has_run(each))
        return in_order(running)

    def _call_one(self, callee: Object, call: Call, code: ModuleFacts, node: Node, here: Env) -> Steps:
        """What a call does that may be one of several."""
        if isinstance(callee, Ext):
            yield from self._outside(call, callee, code, node, here)
        elif isinstance(callee, PartialCall):
            yield from self._apply(callee, call, code, node, here)
        else:
            if isinstance(callee, Cls) and here.is_own:
                yield from self._given_to_base(callee, call, code, node, here)
            yield from self._invoke(callee, call, node, here=here)
        yield from self._run_commands(callee, node)

    def _given_to_base(self, cls: Cls, call: Call, code: ModuleFacts, node: Node, here: Env) -> Steps:
        """Load what the constructor that a class inherits from a library may load by the names that it is given."""
        for base in self.world.class_attribute(cls, "__init__"):
            if isinstance(base, Ext):
                asked = self._within_bounds(partial(handed_to_base, base), call, base.path, here)
                if asked is not None:
                    yield from self._bring_in(asked, call, code, node)

    def _besides(self, call: Call, callees: Objects, node: Node, here: Env) -> Steps:
        """What a call does that nothing it runs is seen to do."""
        self._adds(call, here, callees, node)
        for each in in_order(callees) if self.waiting else ():
            if isinstance(each, Ext) and (kind := reader_kind(each.path)):
                yield from self._asks_annotations(call, kind, node, here)
        if call.decorates:
            yield from self._decorates(call, callees, node)
        code = self.world.module(here.module)
        if owner_of(call.path) == "__path__" and code is not None:
            reason = "modules of the package may lie in the folder that is added to its path"
            self.seen.note(Statement(self._shown(code), call.span.line), reason, (f"{here.module}.{UNKNOWN}",))
        if not callees and is_attribute(call.path, "sort") and call.keywords and code is not None:
            yield from self._call_back(call, code, node, here)
        if not callees and is_attribute(call.path, *_RESUMING):
            for each in in_order(self._owners(call, here)):
                if isinstance(each, Generator):
                    yield from self._consume(each.function, Part.ALL, node, conditional=True)
        if not callees and is_attribute(call.path, *SENDING):
            yield from self._send_task(call, node, here)
        if self.world.touched:  # perhaps by code that is not run here
            touched, self.world.touched = self.world.touched, {}
            for method in in_order(frozenset(touched)):
                yield from self._invoke(method, None, node, conditional=True)

    def _apply(self, callee: PartialCall, call: Call, code: ModuleFacts, node: Node, here: Env) -> Steps:
        """Call what a function of functools or operator was given, with what it was given besides."""
        first, *rest = callee.items
        keywords = (*callee.keywords, *call.keywords)
        if len(keywords) + len(call.args) > MAX_APPLIED:
            return  # one that is applied to itself
        match callee.function.rpartition(".")[2]:
            case "partial" | "partialmethod" as kind:
                before = (OTHER,) if kind == "partialmethod" else ()  # the instance
                given = (*before, *rest, *call.args)
                inner = call._replace(path=NO_PATH, callee=first, args=given, keywords=keywords)
                yield from self._call(inner, code, node, here)
            case "LocalProxy":
                for each in in_order(self.world.stood_for(callee)):
                    yield from self._call_one(each, call, code, node, here)
            case "methodcaller" if call.args:
                for name in here.texts(first):
                    method = Value(Kind.PATH, name, owner=(call.args[0],))
                    inner = call._replace(path=NO_PATH, callee=method, args=tuple(rest), keywords=keywords)
                    yield from self._call(inner, code, node, here)

    def _failing(self, call: Call, callees: Objects, traits: int, here: Env) -> str:
        """What a call raises because its callee cannot be called, or is not there."""
        self.world.budget.renew()
        try:
            return self.failures.of_callees(call.path, tuple(callees), traits, here)
        except ExhaustedError:
            return ""

    def _raises(self, callee: Object) -> str:
        """What each call of a function raises; "" where it may come to an end."""
        function = callee.function if isinstance(callee, Method) else callee
        if not isinstance(function, Func) or not self.world.is_told_apart(function.module):
            return ""
        scope = self.world.scope(function)
        if scope.runs_later:
            return ""
        return self.failures.raising.get(function, SOME if scope.raises else "")

    def _is_refused(self, callee: Object, call: Call) -> bool:
        """Whether a call lacks an argument that a function of the project must have, which is a TypeError."""
        function = callee.function if isinstance(callee, Method) else callee
        if not isinstance(function, Func) or not self.world.is_told_apart(function.module):
            return False
        if any(value.kind is Kind.SPREAD for value in call.args) or any(not name for name, _ in call.keywords):
            return False
        code = self.world.module(function.module)
        scope = self.world.scope(function)
        if code is None or not scope.parameters:
            return False
        code.facts.read(function.scope)
        bound = int(isinstance(callee, Method) and "staticmethod" not in scope.decorators)
        optional = {*scope.gathering, *[name for name, _ in scope.defaults], *[name for name, _ in call.keywords]}
        return not optional.issuperset(scope.parameters[bound + len(call.args) :])

    def _note(self, call: Call, callees: Objects, code: ModuleFacts, here: Env) -> None:
        """Take note of what a call of the project makes or leaves open."""
        line = call.span.line
        self._note_group(call, callees, code.file.name, here)
        if not callees:
            if self._is_missing(call.path, here, line):
                self.seen.note(Statement(self._shown(code), line), f"nothing says what {call.path}() is")
            elif not (owners := self._owners(call, here)):
                self.open_calls.call(Statement(self._shown(code), line), call.path)
                self._hand_out(call, here)
            elif any(isinstance(each, Generator) for each in owners):
                self._hand_out(call, here)
            elif asks_function(last_name(call.path)):
                self.open_calls.ask_function(Statement(self._shown(code), line), call.path, owners)
        if any(isinstance(each, Lost) for each in callees):
            self.seen.note(Statement(self._shown(code), line), "what is called here is named at run time")

    def _hand_out(self, call: Call, here: Env) -> None:
        """Take note that something unknown is given what a call passes."""
        for value in (*call.args, *[value for _, value in call.keywords]):
            if value.kind in (Kind.CALL, Kind.PATH, Kind.CHOICE):
                self.open_calls.escape(self._value(value, here, call.span.line))

    def _is_missing(self, path: str, here: Env, line: int) -> bool:
        """Whether a path is an attribute of a class of the project, or its instance, that nothing is known to set."""
        owner, name = split_last(path)
        if not owner or name.startswith("__") or name == "mro":  # every class has them
            return False
        return any(isinstance(each, (Cls, Inst)) for each in self._path(owner, here, line))

    def _outside(self, call: Call, callee: Ext, code: ModuleFacts, node: Node, here: Env) -> Steps:
        """A call that leaves the project: it may import by name, or call back at once; else it runs what it runs."""
        path = callee.path
        if here.is_own:
            self.caught.hand(node, path, here)
            self._note_outside(call, callee, Statement(self._shown(code), call.span.line))
        asked = self._within_bounds(wanted, call, path, here)
        if asked is not None:
            yield from self._bring_in(asked, call, code, node)
        if asked is not None and asked.is_all:
            return
        if path == "sys.set_lazy_imports" and call.args and not call.place.doubt:
            self.waiting.set_mode(here.texts(call.args[0])[0])
        elif is_about_blueprints(path):
            yield from self._of_blueprint(call, path, lambda: self._recorded_by(call, code, node, here), node, here)
        elif here.is_own and (connects(path) or listens(path)):
            self._connect(path, call, code.file.name, here)
        elif made := list(calls_of(call, path)):
            for each in made:
                yield from self._call(each, code, node, here)
        elif calls_given(call, path):
            yield from self._call_back(call, code, node, here)
        elif self.project.env is not None or self.groups.notes:  # else nothing is known to run
            yield from self._invoke(callee, call, node, here=here)
        for kind in sends(path) if here.is_own else ():
            yield from self._send(kind, call, code, node)
        yield from self._stood_in_for(callee, call, node, here)
        yield from self._made_use_of(call, callee, here, node)

    def _recorded_by(self, call: Call, code: ModuleFacts, node: Node, here: Env) -> Steps:
        """Run the function that a call records for a blueprint."""
        if call.decorates:
            yield from self._invoke(Func(code.file.name, call.decorates), None, node, conditional=call.place.doubt)
        else:
            yield from self._call_back(call, code, node, here)

    def _note_outside(self, call: Call, callee: Ext, statement: Statement) -> None:
        """Take note of a call that leaves the project and may come back to it."""
        if is_attribute(callee.path, *_TAKEN):  # out of a container that a class of the project inherits from
            self.open_calls.call(statement, call.path if "." not in call.path else "")
        if callee.path.startswith(_IMPORTED):  # of a module that nobody knows, which may be the project's
            self.open_calls.call(statement, call.path)
        if callee.receiver is not None:
            self.open_calls.inherited(statement, callee.path, callee.receiver)

    def _call_back(self, call: Call, code: ModuleFacts, node: Node, here: Env) -> Steps:
        """A function that is given callables calls them, with what nobody knows."""
        for value in (*call.args, *(value for _, value in call.keywords)):
            for each in in_order(self._value(value, here, call.span.line)):
                if isinstance(each, PartialCall):
                    yield from self._apply(each, call._replace(args=(), keywords=()), code, node, here)
                elif not isinstance(each, (Cls, Ext, Inst)):
                    yield from self._invoke(each, None, node, conditional=call.place.doubt)

    def _assigned_outside(self, store: Store, code: ModuleFacts, node: Node, here: Env) -> Steps:
        """Bring in what a library loads for what is assigned to an attribute or item of an object of its own."""
        if not here.is_own:
            return
        owner, step = split_target(store.path)
        objects = self._path(owner, here, store.span.line)
        paths = sorted({each.path for each in objects if isinstance(each, Ext)})  # containers take long to put in order
        for path in paths:
            if kind := connects(joined(path, step)):
                self._note_receivers(kind, self._value(store.value, here, store.span.line))
            asked = self._within_bounds(by_assignment, store, joined(path, step), here)
            if asked is not None:
                yield from self._bring_in(asked, store, code, node)

    def _bring_in(self, asked: Wanted, call: Call | Store, code: ModuleFacts, node: Node) -> Steps:
        statement = Statement(self._shown(code), call.span.line)
        for folder in asked.folders if code.file.origin is Origin.FIRST_PARTY else ():
            # most of the standard library is loaded by then
            self.project.add_root(folder, is_last=True, is_first=asked.is_first)
        if asked.reason:
            self.seen.note(statement, asked.reason, asked.may_load, is_known=asked.is_known)
        self.programs.update(asked.programs)
        doubt = max(call.place.doubt, int(not asked.modules))
        for name in asked.modules:
            yield from self._import_by_name(
                name, statement, node, conditional=call.place.doubt, is_alone=asked.is_alone
            )
            if name in asked.called:
                yield from self._call_named(name, node, doubt)
        if asked.walked:
            found = [(name, statement, int(call.place.doubt)) for name in asked.walked]
            self._walked.setdefault(node, []).extend(found)
        for name in asked.perhaps:
            yield from self._import_by_name(name, statement, node, conditional=True)
        for path in asked.called:
            if path not in asked.modules:
                yield from self._call_named(path, node, doubt)

    def _call_named(self, path: str, node: Node, doubt: int) -> Steps:
        """Call the function or class of the project that a library was given the path of."""
        for each in in_order(object_of(self.world, path)):
            if isinstance(each, (Cls, Func)):
                yield from self._invoke(each, None, node, conditional=doubt)

    def _within_bounds(self, ask: _Asked[_Event], event: _Event, path: str, here: Env) -> Wanted | None:
        """What an event brings in, unless finding that out takes too much."""
        self.world.budget.renew()
        try:
            return ask(event, path, here)
        except ExhaustedError:
            code = self.world.module(here.module)
            if code is not None:
                self._given_up(code, event.span.line)
            return None

    def _import_by_name(
        self, name: str, statement: Statement, node: Node, *, conditional: int, is_alone: bool = False
    ) -> Steps:
        """`import_string` takes an object's path too: load as much of it as is a module."""
        name = importable(name)
        while name and not self.project.may_have(name):
            name = name.rpartition(".")[0]
        if name:
            self.seen.edge(node, name, statement, conditional=conditional)
            yield from self.code.load(name, statement, node, conditional=conditional, is_alone=is_alone)
