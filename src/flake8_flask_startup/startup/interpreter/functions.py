"""Which functions calling an object runs, with what arguments, and running them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from ...analysis.callback_models import SHARED_VIEW, VIEW_OF_CLASS
from ...analysis.generic_functions import may_dispatch
from ...config.flask_objects import FOR_TEMPLATES, FlaskObjects, called_to_make
from ...model.access_paths import is_attribute, is_dotted
from ...project.module_facts import Event, ModuleFacts
from ...project.module_finder import Origin
from ...project.modules import Project
from ...syntax.places import Condition, Doubt, Place, Point
from ...syntax.symbol_table import Call
from ...syntax.values import CLASS_BODY, Kind
from ..graph.trace import Run, Statement
from ..models.callers import asked_by_mixin
from ..models.command_groups import CommandGroups
from ..models.installed import inside
from ..values.abstract_values import (
    NO_CONTEXT,
    NOTHING,
    ClosureContext,
    Cls,
    Const,
    Ext,
    Func,
    Inst,
    Method,
    Mod,
    Object,
    Objects,
    Text,
    in_order,
)
from ..values.arguments import given, passed
from ..values.environment import Env
from ..values.memo import ExhaustedError
from ..values.mro import resolution_order
from ..values.trampoline import Steps
from .caught import Caught
from .code import Code, Part
from .conditions import Truths
from .failures import Failures
from .homes import Home
from .instances import checking_methods, default_factories, field_checks, fields, of_metaclass
from .open_calls import OpenCalls
from .parameters import Parameters
from .reaching import END
from .recorder import Node
from .waiting import Waiting

# Methods that are called before and after the fields of a record are filled (attrs, dataclasses, pydantic).
_AROUND_FIELDS = ("__attrs_pre_init__", "__post_init__", "__attrs_post_init__", "model_post_init")
MAX_AGAIN = 50  # runs of one function because a call passes more


class Functions(Parameters):
    """Runs the bodies of functions, each once, and again when that can show more."""

    def __init__(self, project: Project, flask: FlaskObjects, code: Code) -> None:
        super().__init__(project, flask)
        self.code = code
        self.groups = CommandGroups(lambda cls: resolution_order(self.world, cls))
        self.waiting = Waiting(self.world, project.target)
        self._read_names: set[tuple[str, str, Node, int, int]] = set()  # that wait, by module, name and reader
        self.programs: set[str] = set()  # the modules that Python runs as programs
        self._sites: dict[Cls, set[tuple[Node, int]]] = {}  # where instances of a class are made
        self._ways: dict[str, tuple[Mod, ...]] = {}  # a module with the packages it lies in, outermost first
        self._steady: dict[Node, set[tuple[int, ClosureContext]]] = {}  # events that rest on nothing that may change
        self._done: dict[Node, dict[int, int]] = {}  # when each event was followed last
        self._truths = Truths(self.world.memory)
        self._spread = 0  # objects that calls were followed to which may be of many
        self._closures: dict[tuple[str, int], dict[Func, None]] = {}  # of a function those that have run, maybe stale
        self._checks: dict[Cls, list[Method]] = {}  # the methods that making instances of a record may run
        self._mixed_in: dict[Cls, list[Func]] = {}  # what mapping classes that derive from a class runs of it
        self._listening: list[str] = []  # kinds of events that decorators were made for which are not applied yet
        self._receivers: dict[str, dict[Object, None]] = {}  # functions that are connected to signals
        self._sent: dict[tuple[str, Node], int] = {}  # how many of those each signal has called, by whose code sent it
        self._replaced: dict[str, dict[Object, None]] = {}  # what code puts in the place of a library's functions
        self._dispatched: dict[tuple[str, int], dict[Func, str]] = {}  # what generic functions have for which types
        self._logging: list[tuple[Object, Node]] = []  # handlers and their like that no message was given to so far
        self._logs = False
        self._recorded: dict[Home, dict[tuple[Node, int], Callable[[], Steps]]] = {}  # what registering blueprints runs
        self._registered: frozenset[Home] = frozenset()  # blueprints
        self.open_calls = OpenCalls()
        self.tails: dict[Func, int] = {}  # the least doubt about what generators do behind their first `yield`
        self.failures = Failures(self.world, project)
        self.caught = Caught()
        self._walked: dict[
            Node, list[tuple[str, Statement, int]]
        ] = {}  # packages that a loop loads, or its end at most
        self._adding: set[Node] = set()  # those that add to what other code reads, or call such a one
        self._again: dict[Func, int] = {}  # how often calls have run functions again

    # functions

    def _invoke(
        self, callee: Object, call: Call | None, node: Node, *, conditional: int = False, here: Env | None = None
    ) -> Steps:
        """Run what a call runs. call is None for an entry point or a callback, whose arguments are not known.

        The body of a generator function runs when something iterates over what its call gives.
        """
        conditional = max(conditional, 0 if call is None else int(call.place.doubt))
        if call is not None:
            yield from self._make_app(callee, node, conditional=conditional)
        self.world.budget.renew()
        if isinstance(callee, Cls) and call is not None:
            self._sites.setdefault(callee, set()).add((node, call.order))
            self._note_made(callee, call, node)
            yield from self._fill(callee, call, node, here or Env(self.world, node[0], call.place.scope))
            yield from self._set_up(callee, call, node)
        for each, receiver in self._functions(callee):
            function = each
            if call is not None and here is not None and here.context is not context_of(node):
                function = self._in_turn(each, call, here, int(receiver is not None))
            base = self._unbound_from(each)
            if call is not None and function is each:
                where = here or Env(self.world, node[0], call.place.scope)
                self._pass(base, call, where, int(receiver is not None))
            if call is None:
                self._give(base, set())
            elif function is each:
                where = here or Env(self.world, node[0], call.place.scope)
                function = self.as_called(each, call, where, int(receiver is not None))
            if receiver is not None:
                is_maker = self.world.scope(function).name.endswith("__new__")  # of a metaclass, which it is passed
                self._receive(each, receiver if is_maker else self._made_by(call, node) or receiver)
            others = self._implementations(function, call, here)
            for other in others:
                self.seen.link(node, other, conditional=True)
                self.seen.callers.setdefault(other, (node, 0 if call is None else call.span.line))
                yield from self._function(other, node)
            is_kept = self._is_kept(function, call)
            if not self._is_generator(function) and not (is_kept and call is not None and not call.keeper):
                self.seen.link(node, function, conditional=max(conditional, int(bool(others) or is_kept)))
                self.seen.callers.setdefault(function, (node, 0 if call is None else call.span.line))
                yield from self._function(function, node)
                if function in self._adding:
                    self._adding.add(node)

    def _implementations(self, function: Func, call: Call | None, here: Env | None) -> Sequence[Func]:
        """What a call of a generic function may run besides, by the type of its first argument."""
        registered = self._dispatched.get((function.module, function.scope))
        if not registered:
            return ()
        first = NOTHING
        if call is not None and here is not None and call.args:
            first = self._value(call.args[0], here, call.span.line)
        types = [
            str if isinstance(each, Text) else type(each.value) for each in first if isinstance(each, (Const, Text))
        ]
        known = types if len(types) == len(first) else ()
        return [each for each, kind in registered.items() if may_dispatch(kind, known)]

    def _note_made(self, cls: Cls, call: Call, node: Node) -> None:
        """Take note of where an instance is made, some of whose methods may run whenever Python asks for them."""
        code = self.world.module(node[0]) if self.world.visited.has_unseen else None
        for each in resolution_order(self.world, cls) if code is not None else ():
            if isinstance(each, Cls) and code is not None:
                self.open_calls.made(each, Statement(self._shown(code), call.span.line))

    def _fill(self, cls: Cls, call: Call, node: Node, here: Env) -> Steps:
        """Give the fields of a record what a call passes for them, and make the defaults of the others."""
        if not self.world.is_told_apart(cls.module) or not (names := fields(self.world, cls)):
            return
        line = call.span.line
        signature = replace(self.world.scope(cls), parameters=tuple(names))
        for name, objects in passed(signature, call, 0, lambda value: self._value(value, here, line)):
            if name in names:
                self.world.fill(Inst(cls), name, objects)
        left_out = set(names) - given(signature, call, 0)
        for name in left_out:
            if default := self.world.class_attribute(cls, name):
                self.world.fill(Inst(cls), name, default)
        is_open = any(value.kind is Kind.SPREAD for value in call.args) or any(not name for name, _ in call.keywords)
        for name, value, where in default_factories(self.world, cls):
            for each in in_order(self._value(value, where, line)) if name in left_out else ():
                if not isinstance(each, (Ext, Inst)):
                    yield from self._invoke(each, None, node, conditional=max(call.place.doubt, int(is_open)))
        yield from self._check(cls, call, node)

    def _check(self, cls: Cls, call: Call, node: Node) -> Steps:
        """Run what converts and checks the fields of a record."""
        for value, where in field_checks(self.world, cls):
            for each in in_order(self._value(value, where, call.span.line)):
                if not isinstance(each, (Ext, Inst)):
                    yield from self._invoke(each, None, node, conditional=call.place.doubt)
        if cls not in self._checks:
            self._checks[cls] = list(checking_methods(self.world, cls))
        for method in self._checks[cls]:
            yield from self._invoke(method, None, node, conditional=True)

    def _set_up(self, cls: Cls, call: Call, node: Node) -> Steps:
        """Run what a constructor from elsewhere calls: that of an extension, given the app, and that of an app.

        See "Flask Extension Development".
        """
        is_given = bool(call.args or call.keywords)
        makers = [each for each in self.world.attribute(cls, "__init__") if isinstance(each, Ext)] if is_given else []
        asked = [*(("init_app",) if makers else ()), *[name for each in makers for name in asked_by_mixin(each.path)]]
        for each in [one for name in asked for one in self.world.attribute(cls, name)]:
            if isinstance(each, Method):
                yield from self._invoke(each, None, node, conditional=True)
        bases = (each.path for each in resolution_order(self.world, cls) if isinstance(each, Ext))
        for name in sorted(called_to_make(bases), key=lambda name: (name == "add_url_rule", name)):  # which comes last
            is_unsure = max(call.place.doubt, int(name in FOR_TEMPLATES))
            for each in in_order(self.world.class_attribute(cls, name)):
                if isinstance(each, (Cls, Func, Method)):
                    yield from self._invoke(each, None, node, conditional=is_unsure)

    def _stood_in_for(self, callee: Ext, call: Call, node: Node, here: Env) -> Steps:
        """Run the functions that code has assigned over a library's function, and the class that is made a view.

        `View.as_view(name)` makes an object at once where the class says that one answers all requests (Flask).
        """
        for each in list(self._replaced.get(callee.path, ())):
            yield from self._invoke(each, call, node, conditional=True, here=here)
        cls = callee.receiver if callee.path.endswith(f".{VIEW_OF_CLASS}") else None
        shared = self.world.class_attribute(cls, SHARED_VIEW) if cls is not None else NOTHING
        if cls is not None and any(not isinstance(each, Ext) and each != Const(value=True) for each in shared):
            yield from self._invoke(cls, call._replace(args=call.args[1:]), node, here=here)

    def _put_in_place(self, owners: Objects, name: str, objects: Objects) -> None:
        """Record functions of the project that are assigned over those of a library: `json.dumps = dumps`."""
        functions = [each for each in in_order(objects) if isinstance(each, (Func, Method))]
        for owner in owners if functions else ():
            if isinstance(owner, Ext) and is_dotted(owner.path):
                self._replaced.setdefault(f"{owner.path}.{name}", {}).update(dict.fromkeys(functions))

    def as_called(self, function: Func, call: Call, here: Env, bound: int = 0) -> Func:
        """A function as it is for one call, where that decides a test in it."""
        return self.variants.of(function, call, bound, lambda value: self._value(value, here, call.span.line))

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

    def _is_kept(self, function: Func, call: Call | None) -> bool:
        """Whether a call makes a coroutine that nothing runs at once."""
        if call is None or call.keeper is None or not self.world.is_told_apart(function.module):
            return False
        scope = self.world.scope(function)
        return scope.runs_later and not scope.decorators

    def _make_app(self, callee: Object, node: Node, *, conditional: int = False) -> Steps:
        """Run what a group of commands makes its app with."""
        for made in self.groups.made_by(callee):
            here = Env(self.world, made.module, made.scope)
            for each in in_order(self._value(made.value, here, made.line)):
                if not isinstance(each, Inst):
                    yield from self._invoke(each, None, node, conditional=conditional)

    def _run_commands(self, callee: Object, node: Node) -> Steps:
        """Run the commands of what may be a group: the command line names one of them."""
        for each in self.groups.commands_below(callee):
            yield from self._invoke(each, None, node, conditional=True)

    def _functions(self, callee: Object) -> Iterator[tuple[Func, Cls | None]]:
        """The functions that calling an object runs, each with the class of its first argument."""
        match callee:
            case Func():
                yield callee, None
            case Method(function=function, cls=cls):
                static = "staticmethod" in self.world.scope(function).decorators
                yield function, None if static else cls
            case Cls():
                for method in of_metaclass(self.world, callee, "__call__"):
                    yield from self._functions(method)
                yield from self._methods(callee, "__new__", *_AROUND_FIELDS[:1], "__init__", *_AROUND_FIELDS[1:])
            case Inst():
                yield from self._methods(callee, "__call__")
            case Ext():
                for each in self._inside(callee):
                    yield from self._functions(each)

    def _methods(self, owner: Object, *names: str) -> Iterator[tuple[Func, Cls | None]]:
        for name in names:
            for each in self.world.attribute(owner, name):
                if isinstance(each, (Ext, Method)):
                    yield from self._functions(each)

    def _inside(self, callee: Ext) -> Objects:
        """What stands for a path in installed sources; nothing where that takes too long to tell."""
        self.world.budget.renew()
        try:
            return inside(self.world, callee)
        except ExhaustedError:
            self._troubles += 1
            self.world.memory.open_read()
            return NOTHING

    def _made_by(self, call: Call | None, node: Node) -> Cls | None:
        """The class whose statement calls `__init_subclass__` of its base, or its metaclass."""
        code = self.world.module(node[0])
        if call is None or code is None:
            return None
        if call.args[1:] != CLASS_BODY and not is_attribute(call.path, "__init_subclass__"):
            return None
        scopes = enumerate(code.facts.scopes)
        made = [at for at, each in scopes if (each.bases or each.metaclass) and each.span == call.span]
        return Cls(node[0], made[0]) if made else None

    def _function(self, function: Func, by: Node, part: Part = Part.ALL) -> Steps:
        """Run a function's body the first time it is called, and when a call passes more; `_settle` runs the rest."""
        ran = self.ran.setdefault(function, set())
        self._closures.setdefault((function.module, function.scope), {})[function] = None
        if part not in ran and Part.ALL not in ran:
            if not ran:
                self.caught.begin(function, by)
            ran.add(part)
            yield self._body(function, part)
        elif function in self.grown and function in self._adding and self._may_run_again(function):
            del self.grown[function]
            for each in sorted(ran, key=list(Part).index):
                yield self._body(function, each)
        self.caught.end(function, by)

    def _may_run_again(self, function: Func) -> bool:
        """Whether a call that passes more runs a function's body at once: what it adds to is read before the end."""
        again = self._again[function] = self._again.get(function, 0) + 1
        return again <= MAX_AGAIN

    def _body(self, function: Func, part: Part = Part.ALL) -> Steps:
        code = self.world.module(function.module)
        if code is not None:
            yield self.code.run(code, function.scope, function, part)

    def _is_generator(self, function: Func) -> bool:
        code = self.world.module(function.module)
        if code is None or not self.world.is_told_apart(function.module):
            return False
        code.facts.read(function.scope)
        return bool(code.facts.scopes[function.scope].yields)

    def runs(self) -> Iterator[Run]:
        """The functions of the project that run where the environment is unset, each with its first caller."""
        usual = self.seen.running_within(Doubt.CONDITIONAL)
        handed = [(function, *where) for function, where in self.seen.handed.items()]
        by_others = {(function, node) for function, node, *_ in handed}  # no line of the project calls these
        called = [
            (function, node, line, "")
            for function, (node, line) in self.seen.callers.items()
            if line or (function, node) not in by_others
        ]
        known: set[tuple[str, int]] = set()
        for function, node, line, by_name in (*called, *handed):
            if (node if by_name else function) not in usual:
                continue
            code = self.world.module(function.module)
            by = self.world.module(node[0])
            if code is None or by is None or code.file.origin is not Origin.FIRST_PARTY:
                continue
            scope = code.facts.scopes[function.scope]
            caller = by.facts.scopes[node.scope].name if isinstance(node, Func) else ""
            if (function.module, function.scope) in known:
                continue
            known.add((function.module, function.scope))
            yield Run(self._shown(code), scope.span.line, scope.name, self._shown(by), caller, line, by_name)

    # helpers

    def _now(self) -> int:
        """A number that grows with all that events may rest on and that the memory does not watch."""
        return self.world.now() + self.groups.notes + len(self.failures.raising) + self._troubles

    def _here(self, event: Event, code: ModuleFacts, node: Node) -> Env:
        """The environment of something that code does."""
        point = Point(event.order, event.place.branch)
        return Env(self.world, code.file.name, event.place.scope, point, context_of(node))

    def _env(self, module: str) -> Env:
        """The environment of a module that has run."""
        return Env(self.world, module, 0, END)


def unsure(place: Place, line: int) -> Place:
    """The place of something that need not happen."""
    return place._replace(condition=Condition(line, ()))


def context_of(node: Node) -> ClosureContext:
    """What is known around the code of a node."""
    return node.context if isinstance(node, Func) else NO_CONTEXT
