"""What the evaluator knows, and the contexts of closures."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from ...config.flask_objects import KNOWN, FlaskObjects
from ...project.module_facts import ANSWERING, ModuleFacts
from ...project.module_finder import Origin
from ...project.modules import Project
from ...syntax.places import Test
from ...syntax.symbol_table import Call, Scope
from ...syntax.values import OTHER, Kind, Value
from ..values import literals
from ..values.abstract_values import (
    MAX_CONTAINERS,
    NO_CONTEXT,
    NOTHING,
    ClosureContext,
    Cls,
    Const,
    Ext,
    Func,
    Generator,
    Inst,
    Items,
    Key,
    Known,
    Method,
    Object,
    Objects,
    Parts,
    Table,
    Text,
    cut,
    has_container,
    leaves,
    merged,
)
from ..values.arguments import given, goes_on, passed
from ..values.environment import Env, Evaluator
from ..values.memo import CHOICE, DOUBT, ENVIRONMENT, Budget, Memory
from ..values.visited import Visited
from .conditions import Truth, judged, least
from .reaching import Reaching
from .star_circles import StarCircles

MAX_CONTEXTS = 24  # of one function: one that makes closures of closures would have no end of them
MAX_CALLS = 400  # contexts of a function that makes none, and only gives what it is passed: one for each setting
MAX_NESTED_CONTEXTS = 4


class Closures:
    """Tells the functions apart that one `def` makes, by what is known around each."""

    def __init__(self, world: Evaluator, project: Project, flask: FlaskObjects = KNOWN) -> None:
        self.world = world  # whoever asks asks this, for the layers above answer for more
        self.project = project
        self.flask = flask
        self.params: dict[tuple[str, int, ClosureContext, str], Objects] = {}
        self.learned: dict[tuple[str, int], dict[ClosureContext, None]] = {}  # the contexts of those, by function
        self.given: dict[
            tuple[str, int, ClosureContext], set[str]
        ] = {}  # parameters that every call of a function gives
        self.touched: dict[Func | Method, None] = {}  # properties read since somebody asked, and what proxies call
        self.stored: dict[tuple[Object, str], Objects] = {}  # what code has put on attributes from outside
        self.outdated: set[Key] = set()  # events that have read what code has added to since
        self.surprises = 0  # times that code put something where nothing was expected
        self.missed: set[tuple[Object, str]] = set()  # asked for before code had put anything there
        self.doubtful: set[Object] = set()  # what only some of the answers have that a name may stand for
        self.replaced: set[tuple[Object, str]] = set()  # those among them that what was there before is gone for
        self.filled: set[tuple[Object, str]] = set()  # fields that calls have given something
        self.several: set[tuple[Object, str]] = set()  # fields that not all instances have the same in
        self.visited = Visited()
        self._own: dict[str, bool] = {}  # modules, for as long as no root is added
        self._roots = 0
        self._circles = StarCircles(self.module)
        self._star_index: dict[str, tuple[Mapping[str, Sequence[int]], Sequence[tuple[int, str]]]] = {}  # by module
        self._modules: dict[str, ModuleFacts] = {}
        self.memory = Memory()
        self.orders: dict[Cls, list[Cls | Ext]] = {}  # where they rest on nothing that changes
        self.budget = Budget()
        self.reaching = Reaching()
        self._paths: dict[Key, Objects] = {}  # what stands for good, of libraries
        self._contexts: dict[frozenset[tuple[Known, Objects]], ClosureContext] = {}
        self._within: dict[tuple[ClosureContext, str, int], ClosureContext] = {}  # what is cut to a scope
        self._made: dict[tuple[str, int], set[ClosureContext]] = {}  # by function
        self._merged: dict[Objects, Objects] = {}  # unions of many, by what is in them
        self.held: list[tuple[Value, Env]] = []  # what is evaluated where it stands, by number
        self._holding: dict[Key, Value] = {}
        self._is_asked = False  # for a value or path, by code that is followed

    def hold(self, value: Value, env: Env) -> Value:
        """A value that stands for the same wherever it is evaluated; one for each value and environment."""
        key = (id(value), *env[1:])
        if key not in self._holding:
            self.held.append((value, env))
            self._holding[key] = Value(Kind.HELD, len(self.held) - 1)
        return self._holding[key]

    def module(self, name: str) -> ModuleFacts | None:
        """What a module of the project or environment says."""
        known = self._modules.get(name)
        if known is None:
            file = self.project.find(name)
            if file is not None:
                known = self._modules[name] = self.project.facts(file)
        return known

    def is_told_apart(self, module: str) -> bool:
        """Return whether a module's rows and mappings are tracked item by item: those of the project are.
        Libraries pass everything through theirs (with an environment, MLflow's boot took 96 s instead of 25).
        """
        if len(self.project.roots) != self._roots:
            self._roots = len(self.project.roots)
            self._own.clear()
        own = self._own.get(module)
        if own is None:
            own = self._own[module] = self.project.origin(module) is Origin.FIRST_PARTY
        return own

    def answers(self, module: str, scope: int) -> bool:
        """Return whether code is of a module that answers for names: its own, with the tables, or that function's."""
        code = self.module(module) if module in self.visited.answering else None
        return code is not None and (not scope or scope in code.names.scopes_by_name[ANSWERING])

    def union(self, sets: Iterable[Objects]) -> Objects:
        """All of the sets together, up to a bound."""
        found = NOTHING.union(*sets)
        self.budget.spend(len(found) + 1)
        if len(found) <= MAX_CONTAINERS:
            return found
        if found not in self._merged:
            self._merged[found] = cut(merged(found))
        return self._merged[found]

    def now(self) -> int:
        """A number that grows with all that answers may rest on and that the memory does not watch."""
        return len(self.visited.modules) + self.reaching.moves + len(self.project.roots)

    def scope(self, where: Func | Cls) -> Scope:
        """The scope of a function or class."""
        code = self.module(where.module)
        assert code is not None, "objects are made from modules that are there"  # noqa: S101  # narrows the type
        return code.facts.scopes[where.scope]

    def visit(self, code: ModuleFacts) -> None:
        """Take note of a module that startup loads: it may store something on apps."""
        self.visited.add(code)

    def put(self, owner: Object, name: str, objects: Objects, *, replaces: bool) -> None:
        """Code puts something on an attribute from outside; replaces says that what was there before is gone."""
        key = (owner, name)
        before = self.stored.get(key, NOTHING)
        if replaces:
            self.replaced.add(key)
        self.stored[key] = objects if replaces else before | objects
        if self.stored[key] != before:
            self.outdated.update(each for each in self.memory.forget(("stored", owner, name)) if each[0] == "event")
            if key in self.missed:
                self.missed.clear()
                self.memory.forget_all()
                self.surprises += 1

    def fill(self, owner: Inst, name: str, objects: Objects) -> None:
        """A call makes an instance with something in a field, which is all that the instance has there."""
        key = (owner, name)
        if self.stored.get(key, objects) != objects:
            self.several.add(key)
        self.replaced.add(key)
        self.filled.add(key)
        self.put(owner, name, objects, replaces=False)

    def _with_stored(self, owner: Object, name: str, found: Objects) -> Objects:
        """What an attribute stands for, with what code has put there from outside."""
        stored = self.stored.get((owner, name))
        if stored is None:
            self.missed.add((owner, name))
            return found
        self.memory.moment_read(("stored", owner, name))
        if (owner, name) in self.replaced:
            if (owner, name) in self.several:
                self.memory.traits |= CHOICE
            return stored
        if found and not any(isinstance(each, (Items, Parts, Table)) for each in stored):
            self.memory.traits |= CHOICE
        whole = self.union((found, stored))
        self._doubt_items(whole)
        return whole

    def _doubt(self, alternatives: Sequence[Objects]) -> None:
        """Take note that one of several answers holds: what all of them have is sure, the rest is not."""
        if len(alternatives) < 2:
            return
        held = [frozenset(each for each in leaves(one) if not isinstance(each, Const)) for one in alternatives]
        common = held[0].intersection(*held[1:])
        if not common:
            self.memory.traits |= CHOICE
        elif any(each != common for each in held):
            self.memory.traits |= DOUBT
            self.doubtful.update(NOTHING.union(*held) - common)

    def _doubt_items(self, found: Objects) -> None:
        """Take note that one of several items holds that a mapping may have at a key."""
        mappings = [each for each in found if isinstance(each, Table)]
        if len(mappings) > 1:
            keys = [key for each in mappings for key, _ in each.rows]
            for key in {each for each in keys if keys.count(each) > 1 or "" in keys}:
                self._doubt([found for each in mappings if (found := each.at(key))])

    def _makes_closures(self, callee: Func | Method) -> bool:
        """Whether a function of the project's own has functions inside that it may give, or gives what it is passed."""
        function = callee.function if isinstance(callee, Method) else callee
        code = self.module(function.module)
        if code is None or not self.is_told_apart(function.module):
            return False
        return code.makes_functions(function.scope) or code.gives_parameters(function.scope)

    def applied(
        self, callee: Func | Method, call: Call, evaluate: Callable[[Value], Objects], here: Env | None = None
    ) -> Objects:
        """What a call gives of a function that may give others: those know what it was passed. here is where it stands.

        A function that calls itself with what lies on from its argument is passed that argument: else each such call
        would be another one.
        """
        function = callee.function if isinstance(callee, Method) else callee
        scope = self.scope(function)
        bound = int(isinstance(callee, Method) and "staticmethod" not in scope.decorators)
        known = dict((self._inherited_by(callee) if isinstance(callee, Method) else callee).context.known)
        is_own_call = here is not None and self._is_inside(here, function)
        for name, objects in (*self._left_out(function, call, bound), *passed(scope, call, bound, evaluate)):
            key = (function.module, function.scope, name)
            known[key] = objects
            if here is not None and is_own_call and any(isinstance(each, (Ext, Text)) for each in objects):
                outer = self.world.path(name, here._replace(scope=function.scope, at=None))
                known[key] = outer if all(each in outer or goes_on(each, outer) for each in objects) else objects
        code = self.module(function.module)
        is_maker = code is None or code.makes_functions(function.scope)
        context = self.context(known, function, MAX_CONTEXTS if is_maker else MAX_CALLS)
        if context is None:
            self.memory.traits |= CHOICE
            return self._returned(function)
        question = (function.module, function.scope, context, "()")
        return self.memory.remembered(question, lambda: self._gives(function, context))

    def _is_inside(self, here: Env, function: Func) -> bool:
        """Whether code stands in a function itself, and in no other inside it."""
        code = self.module(function.module)
        return (
            code is not None and here.module == function.module and code.facts.function_of(here.scope) == function.scope
        )

    def _left_out(self, function: Func, call: Call, bound: int) -> Iterator[tuple[str, Objects]]:
        """The parameters that a call leaves at their defaults, with those: what other calls pass is not theirs."""
        if any(each.kind is Kind.SPREAD for each in call.args) or any(not name for name, _ in call.keywords):
            return
        scope = self.scope(function)
        outer = Env(self.world, function.module, scope.place.scope, None, function.context)
        for name, value in scope.defaults:
            if name not in given(scope, call, bound):
                objects = self.world.value(value, outer)
                if objects and not has_container(objects):
                    yield name, objects

    def contexts_of(self, module: str, scope: int) -> Sequence[ClosureContext]:
        """What was known around a function in the calls of it that have passed something."""
        self.memory.parameter_read((module, scope, "contexts"))
        return list(self.learned.get((module, scope), ()))

    def context(
        self, known: Mapping[Known, Objects], function: Func, limit: int = MAX_CONTEXTS
    ) -> ClosureContext | None:
        """The one context of its content; None where a function has too many."""
        content = frozenset(known.items())
        found = self._contexts.get(content)
        if found is None:
            found = ClosureContext(known)
            made = self._made.setdefault((function.module, function.scope), set())
            if found.depth > MAX_NESTED_CONTEXTS or len(made) >= limit:
                return None
            made.add(found)
            self._contexts[content] = found
        return found

    def within(self, context: ClosureContext, module: str, scope: int) -> ClosureContext:
        """What a context says of names around a scope, its own among them."""
        if context is NO_CONTEXT:
            return context
        key = (context, module, scope)
        if key not in self._within:
            self._within[key] = self._cut_to(context, module, scope)
        return self._within[key]

    def _cut_to(self, context: ClosureContext, module: str, scope: int) -> ClosureContext:
        code = self.module(module)
        if code is None:
            return NO_CONTEXT
        around, number = {scope}, scope
        while number:
            number = code.facts.scopes[number].parent
            around.add(number)
        return self.only(context, lambda key: key[0] == module and key[1] in around)

    def only(self, context: ClosureContext, keeps: Callable[[Known], bool]) -> ClosureContext:
        """The part of a context that is about some names."""
        known = {key: objects for key, objects in context.known.items() if keeps(key)}
        if len(known) == len(context.known):
            return context
        return self.made(known) if known else NO_CONTEXT

    def made(self, known: Mapping[Known, Objects]) -> ClosureContext:
        """The one context of its content."""
        content = frozenset(known.items())
        if content not in self._contexts:
            self._contexts[content] = ClosureContext(known)
        return self._contexts[content]

    def _inherited_by(self, method: Method) -> Func:
        """The function of a method as it is for the class that inherits it: what it gives may be of that class."""
        function, cls = method
        if cls == Cls(function.module, self.scope(function).parent) or not self.is_told_apart(function.module):
            return function
        scope = self.scope(function)
        if not scope.parameters or "staticmethod" in scope.decorators:
            return function
        return self.received(method, cls if "classmethod" in scope.decorators else Inst(cls))

    def received(self, method: Method, owner: Object) -> Func:
        """Return a method's function with its first parameter bound to one owner."""
        function = method.function
        parameters = self.scope(function).parameters
        key = (function.module, function.scope, parameters[0] if parameters else "")
        if not parameters or key in function.context.known:
            return function
        context = self.context({**function.context.known, key: frozenset({owner})}, function)
        return function if context is None else function._replace(context=context)

    def _returned(self, function: Func) -> Objects:
        return self.memory.remembered((*function, "()"), lambda: self._gives(function, function.context))

    def _gives(self, function: Func, context: ClosureContext) -> Objects:
        """What a function's `return` and `yield` statements give."""
        code = self.module(function.module)
        if code is None:
            return NOTHING
        env = Env(self.world, function.module, function.scope, None, context)
        returns = code.facts.returns(function.scope)
        if not env.is_own:
            return self.union(map(env.value, returns))
        scope = code.facts.scopes[function.scope]
        ways = zip(returns, scope.return_points, scope.return_tests, strict=True)
        found = self._of_ways([(each, env._replace(at=at), tests) for each, at, tests in ways], bool(scope.yields))
        return found | {Generator(function)} if scope.yields else found

    def _of_ways(self, ways: Iterable[tuple[Value, Env, Sequence[Test]]], are_together: bool = False) -> Objects:
        """Values of which code gives one, or all together, each with its environment and what has to hold for it.

        A constant that only a variable of the environment leads to counts as none.
        """
        found: list[Objects] = []
        for value, env, tests in ways:
            truth = least(judged(each.value, env) for each in tests if each.value is not OTHER)
            if truth is Truth.NO:
                continue
            before = self.memory.traits
            held = literals.item(env, value)
            if truth is Truth.RARELY and all(isinstance(each, Const) for each in held):
                self.memory.traits = before | ENVIRONMENT
                continue
            found.append(held)
        if len(found) > 1 and not are_together:
            self.memory.traits |= CHOICE
        return self.union(found)
