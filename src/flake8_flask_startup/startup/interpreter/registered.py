"""Functions that libraries keep and call later, or ask: for blueprints, signals, queues of work, and annotations."""

from __future__ import annotations

from collections.abc import Callable
from itertools import islice

from ...analysis.callback_models import RECORDING
from ...model import UNKNOWN
from ...model.access_paths import is_attribute, last_name, owner_by, owner_of
from ...project.module_facts import ModuleFacts
from ...project.module_finder import Origin
from ...syntax.import_statements import named
from ...syntax.places import Doubt
from ...syntax.symbol_table import BindingKind, Call
from ...syntax.values import OTHER, Kind, Value
from ..graph.trace import Statement
from ..models.callers import REGISTERING
from ..models.command_groups import adds_command
from ..models.signals import LISTEN, LISTENS_FOR, connects, is_own_signal, kind_of_event, listens
from ..models.task_queues import RUNNING, is_eager, is_task
from ..values.abstract_values import NOTHING, Cls, Ext, Func, Inst, Method, Mod, Object, Objects, in_order, leaves
from ..values.environment import Env
from ..values.trampoline import Steps
from .homes import MAX_ALIASES, Home
from .recorder import Node
from .uses import Uses

MAX_ALTERNATIVES = 16  # objects that one call may be of, before they count as many
MAX_SPREAD = 20_000  # objects that calls of many are followed to, all together

_Run = Callable[[], Steps]


class Registered(Uses):
    """Registers blueprints, sends signals and tasks, and evaluates annotations for whoever reads them."""

    def _of_blueprint(self, call: Call, path: str, run: _Run, node: Node, here: Env) -> Steps:
        """Follow a call that registers a blueprint, or that records a function to run when one is registered."""
        if is_attribute(path, *RECORDING):
            yield from self._record(call, here, node, run)
        elif is_attribute(path, REGISTERING) and call.args:
            yield from self._register_blueprint(call, here, node)
        else:
            yield from self._registers(self._homes_of(owner_of(call.path), here))

    def _record(self, call: Call, here: Env, node: Node, run: _Run) -> Steps:
        """Record a function that runs when its blueprint is registered; run it now if that may have happened."""
        homes = self._homes_of(owner_of(call.path), here)
        if not homes or not homes.isdisjoint(self._registered):
            yield from run()
            return
        for home in homes:
            self._recorded.setdefault(home, {})[node, call.order] = run

    def _register_blueprint(self, call: Call, here: Env, node: Node) -> Steps:
        """`app.register_blueprint(bp)` calls `bp.register(app, options)`, which a subclass may override (Flask API)."""
        app = Value(Kind.PATH, path=owner_by(call.path, last_name(call.path)))
        for blueprint in in_order(self._value(call.args[0], here, call.span.line)):
            for method in in_order(self.world.attribute(blueprint, "register")):
                if isinstance(method, Method):
                    yield from self._invoke(method, call._replace(args=(app,), keywords=()), node, here=here)
        yield from self._registers(self._homes_of(call.args[0].path, here))

    def _registers(self, homes: frozenset[Home]) -> Steps:
        """Run the functions recorded for these blueprints; for all blueprints if none are given."""
        self._registered |= homes
        for home in [each for each in self._recorded if each in homes or not homes]:
            for run in self._recorded.pop(home).values():
                yield from run()

    def _homes_of(self, path: str, here: Env) -> frozenset[Home]:
        """Return the names to which the blueprint at a raw path was assigned; none if they are unknown."""
        found = [self._first(each) for each in self.homes.of(path, here, is_renamed=True)] if path else []
        return frozenset(found)

    def _first(self, home: Home) -> Home:
        """Return the name that a name was imported from, through all modules that import it in turn."""
        for _ in range(MAX_ALIASES):
            code = self.world.module(home.owner.name) if isinstance(home.owner, Mod) else None
            if code is None or code.file.origin is not Origin.FIRST_PARTY:
                break
            bindings = code.facts.scopes[0].bindings.get(home.name, ())
            if len(bindings) != 1 or bindings[0].kind is not BindingKind.IMPORT:
                break
            module, _, name = named(bindings[0].path, code.file.package).rpartition(".")
            home = Home(Mod(module), name, home.keys)
        return home

    def _connect(self, path: str, call: Call, module: str, here: Env) -> None:
        """Take note of a function that is connected to a signal, or listens to an event."""
        kind, function = connects(path), 0
        if path in (LISTEN, LISTENS_FOR):
            names = here.texts(call.args[1]) if len(call.args) > 1 else []
            kind, function = next(filter(None, map(kind_of_event, names)), ""), 2
        elif listens(path):  # the decorator that was made last is applied
            kind = self._listening.pop() if self._listening else ""
        if path == LISTENS_FOR:
            self._listening.append(kind)
            return
        found: Objects = NOTHING
        if call.decorates:
            found = frozenset({Func(module, call.decorates)})
        elif function:
            found = self._value(call.args[function], here, call.span.line) if len(call.args) > function else NOTHING
        else:
            given = (*call.args, *(value for _, value in call.keywords))
            found = self.world.union(self._value(each, here, call.span.line) for each in given)
        self._note_receivers(kind, found)

    def _note_receivers(self, kind: str, found: Objects) -> None:
        """Take note of the functions among objects that a signal of a kind calls."""
        functions = frozenset(each for each in leaves(found) if isinstance(each, (Func, Method)))
        if kind and functions:
            self._receivers.setdefault(kind, {}).update(dict.fromkeys(in_order(functions)))

    def _note_group(self, call: Call, callees: Objects, module: str, here: Env) -> None:
        """Take note of a group of commands that a call makes, and of commands that it adds to one."""
        if call.decorates or call.keywords:
            cls = dict(call.keywords).get("cls")
            classes = NOTHING if cls is None else self._value(cls, here, call.span.line)
            self.groups.note(call, callees, classes, module)
        if adds_command(call.path) and all(isinstance(each, Ext) for each in callees):
            added = self.world.union(self._value(each, here, call.span.line) for each in call.args)
            if call.decorates:
                added = frozenset({Func(module, call.decorates)})
            self.groups.add(self._owners(call, here), added)

    def _send(self, kind: str, call: Call, code: ModuleFacts, node: Node) -> Steps:
        """A signal that is sent calls what is connected to it."""
        if self.seen.is_open and is_own_signal(kind):  # what is not followed may connect more
            reason = "the functions that are connected to the signal may be more than those that are known"
            self.seen.note(Statement(self._shown(code), call.span.line), reason)
        receivers = self._receivers.get(kind, {})
        called = self._sent.get((kind, node), 0)  # by the same code, with as little known
        self._sent[kind, node] = len(receivers)
        new = list(islice(receivers, called, None))
        if self._are_too_many(len(new), code, call.span.line):
            new = [each for each in new if not self._has_run(each)]
        for each in new:
            if not isinstance(each, (Cls, Ext, Inst)):
                yield from self._invoke(each, None, node, conditional=True)

    def _are_too_many(self, count: int, code: ModuleFacts, line: int) -> bool:
        """Whether a place calls so many objects that only those are followed which have not run yet.

        Many calls of as many objects each are more than can be gone through.
        """
        if count <= MAX_ALTERNATIVES or code.file.origin is not Origin.FIRST_PARTY:
            return False
        self._spread += count
        if self._spread <= MAX_SPREAD:
            return False
        self.seen.note(Statement(self._shown(code), line), "this calls too many functions", (UNKNOWN,))
        return True

    def _has_run(self, callee: Object) -> bool:
        function = callee.function if isinstance(callee, Method) else callee
        if isinstance(function, Func):
            return (function.module, function.scope) in self._closures
        return isinstance(function, Cls) and function in self._sites

    def _send_task(self, call: Call, node: Node, here: Env) -> Steps:
        """Run the tasks that a call sends to a queue, where that runs them at once."""
        doubt = Doubt.NONE if is_attribute(call.path, RUNNING) else is_eager(self.world)
        for each in in_order(self._owners(call, here)):
            if doubt is not None and isinstance(each, Func) and is_task(self.world.scope(each), self._env(each.module)):
                given = call if is_attribute(call.path, "delay") else None
                yield from self._invoke(each, given, node, here=here, conditional=max(call.place.doubt, doubt))

    def _asks_annotations(self, call: Call, kind: str, node: Node, here: Env) -> Steps:
        """Evaluate the annotations of what a library is given that reads them."""
        given = frozenset[Object]().union(*(self._value(each, here, call.span.line) for each in call.args))
        for each in in_order(given):
            if isinstance(each, Cls) or (isinstance(each, Func) and kind == "all"):
                yield from self.code.read_annotations(each, node, conditional=call.place.doubt)

    def _owners(self, call: Call, here: Env) -> Objects:
        """The objects that a method is asked of: those that have no such method of the project's have it built in."""
        owner = owner_of(call.path)
        if call.callee is not OTHER and call.callee.owner:
            return self._value(call.callee.owner[0], here, call.span.line)
        return self._path(owner, here, call.span.line) if owner else NOTHING
