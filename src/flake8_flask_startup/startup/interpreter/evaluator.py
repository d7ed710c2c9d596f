"""What names stand for across a project: an abstract evaluation of raw paths, without running anything.

The answer is a set: a name bound in two branches stands for both. An empty set means nothing is known.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from ...config.flask_objects import APP, KNOWN, FlaskObjects
from ...model import UNKNOWN, Span
from ...project.modules import ModuleFacts, ModuleFile, Origin, Project
from ...syntax.import_statements import absolute
from ...syntax.static_conditions import Phase
from ...syntax.symbol_table import (
    OTHER,
    Binding,
    BindingKind,
    Call,
    Import,
    Kind,
    Loop,
    Place,
    Point,
    Scope,
    ScopeKind,
    Value,
)
from ..models.flask_config import settled
from ..models.stdlib import known_call, text_method
from ..values import literals, strings
from ..values.abstract_values import (
    MAX_CONTAINERS,
    NO_CONTEXT,
    NOTHING,
    Behind,
    Cls,
    Const,
    Context,
    Ext,
    Func,
    Generator,
    Gives,
    Inst,
    Items,
    Key,
    Known,
    Lookup,
    Lost,
    Method,
    Mod,
    Object,
    Objects,
    Parts,
    Table,
    Text,
    TextMethod,
    cut,
    element,
    in_order,
    leaves,
    merged,
    of_container,
    of_text,
    onward,
    sliced,
)
from ..values.arguments import passed
from ..values.environment import Env
from ..values.memo import CHOICE, DOUBT, TAKEN, UNKNOWN_PART, Budget, Memory
from ..values.mro import only_base, resolution_order
from ..values.store import is_app, on_self, outside_attribute, put_into, subclasses
from ..values.visited import Visited
from .reaching import END, Reaching

_STEP = re.compile(r"\(\)|\.\w+|\[(?:'((?:[^'\\]|\\.)*)'|\"((?:[^\"\\]|\\.)*)\")?\]")
_ROOT = re.compile(r"<lambda \d+:\d+>|\w+")
MAX_CONTEXTS = 24  # of one function: one that makes closures of closures would have no end of them
MAX_NESTED_CONTEXTS = 4
MAX_TURNS = 64  # of one loop, which are gone through one by one
_SAME = frozenset({"classmethod", "property", "staticmethod"})  # decorators that methods are found through


class World:
    """Evaluates names in the modules of a project. params holds what calls have passed so far."""

    def __init__(self, project: Project, flask: FlaskObjects = KNOWN) -> None:
        self.project = project
        self.flask = flask
        self.params: dict[tuple[str, int, Context, str], Objects] = {}
        self.touched: dict[Method, None] = {}  # properties read since somebody asked
        self.stored: dict[tuple[Object, str], Objects] = {}  # what code has put on attributes from outside
        self.missed: set[tuple[Object, str]] = set()  # asked for before code had put anything there
        self.doubtful: set[Object] = set()  # what only some of the answers have that a name may stand for
        self.replaced: set[tuple[Object, str]] = set()  # those among them that what was there before is gone for
        self.visited = Visited()
        self._own: dict[str, bool] = {}  # modules, for as long as no root is added
        self._roots = 0
        self._modules: dict[str, ModuleFacts] = {}
        self.memory = Memory()
        self.orders: dict[Cls, list[Cls | Ext]] = {}  # where they rest on nothing that changes
        self.budget = Budget()
        self.reaching = Reaching()
        self._paths: dict[Key, Objects] = {}  # what stands for good, of libraries
        self._contexts: dict[frozenset[tuple[Known, Objects]], Context] = {}
        self._made: dict[tuple[str, int], set[Context]] = {}  # by function

    def module(self, name: str) -> ModuleFacts | None:
        """What a module of the project or environment says."""
        known = self._modules.get(name)
        if known is None:
            file = self.project.find(name)
            if file is not None:
                known = self._modules[name] = self.project.facts(file)
        return known

    # values

    def value(self, value: Value, env: Env) -> Objects:
        """What a value stands for in an environment."""
        if value is OTHER:
            self.memory.traits |= UNKNOWN_PART
            return NOTHING
        self.budget.spend(1)
        found = self._valued(value, env)
        if not found:
            self.memory.traits |= UNKNOWN_PART
        return found

    def _valued(self, value: Value, env: Env) -> Objects:
        match value.kind:
            case Kind.CONSTANT:
                return self._constant(value, env)
            case Kind.PATH:
                if value.items:
                    return self._item(value, env)
                return self._owned(value, env) or self.path(value.path, env)
            case Kind.CALL:
                return self._call_value(value, env)
            case Kind.CHOICE:
                return self._chosen(value, env)
            case Kind.ELEMENT | Kind.SPREAD:
                owners = self.value(value.items[0], env)
                return self.union(self.element(owner, value.constant) for owner in owners)
            case Kind.SLICE:
                lower, upper = [int(each) if each else None for each in value.keys]
                return self.union(frozenset({sliced(each, lower, upper)}) for each in self.value(value.items[0], env))
            case Kind.DEFINED:
                return frozenset({self._scope_object(env.module, int(value.constant or 0), env.context)})
        read = _LITERALS.get(value.kind)
        return read(env, value) if read is not None else NOTHING

    def _chosen(self, value: Value, env: Env) -> Objects:
        """One of several values, or all of them; of `environ.get(name) or otherwise` the latter: it is unset."""
        items = [literals.item(env, item) for item in value.items]
        if value.constant == "or" and env.is_own:
            items = [each for each in items[:-1] if not each or not all(map(_is_unset, each))] + items[-1:]
        if value.constant != "|" and len(items) > 1:
            self.memory.traits |= CHOICE
        return self.union(items)

    @staticmethod
    def _constant(value: Value, env: Env) -> Objects:
        if isinstance(value.constant, str):
            return frozenset({Text(strings.bounded(value.constant))})
        return frozenset({Const(value.constant)}) if env.is_own else NOTHING

    def is_told_apart(self, module: str) -> bool:
        """Whether the places of rows and the keys of mappings are told apart in a module: in the project's own.

        Libraries pass everything through theirs (with an environment, MLflow's boot took 96 s instead of 25).
        """
        if len(self.project.roots) != self._roots:
            self._roots = len(self.project.roots)
            self._own.clear()
        own = self._own.get(module)
        if own is None:
            own = self._own[module] = self.project.origin(module) is Origin.FIRST_PARTY
        return own

    def _owned(self, value: Value, env: Env) -> Objects:
        """What a value is, or calls, of an owner that is more than a name: its attribute, or the owner itself."""
        if not value.owner:
            return NOTHING
        owners = self.union(self.value(owner, env) for owner in value.owner)
        if value.constant is None:
            return owners
        return self.union(self.attribute(owner, str(value.constant)) for owner in owners)

    def _item(self, value: Value, env: Env) -> Objects:
        """An item of a container under a key that is not written there: `TABLE[name]`."""
        owner, key = value.items
        owners = self.value(owner, env)
        keys = [each.text for each in self.value(key, env) if isinstance(each, Text)]
        if not keys or any(UNKNOWN in each for each in keys):
            self.memory.traits |= CHOICE
            return self.union(self.element(each, "") for each in owners)
        return self.union(
            self._outside_item(each, f"[{at!r}]") if isinstance(each, Ext) else self.element(each, at)
            for each in owners
            for at in keys
        )

    def union(self, sets: Iterable[Objects]) -> Objects:
        """All of the sets together, up to a bound."""
        found = NOTHING.union(*sets)
        self.budget.spend(len(found) + 1)
        return found if len(found) <= MAX_CONTAINERS else cut(merged(found))

    def settled(self, objects: Objects) -> Objects:
        """Objects, reads of the app's configuration replaced by what the project's code puts there."""
        return settled(self, objects) if any(isinstance(each, Ext) for each in objects) else objects

    def put(self, owner: Object, name: str, objects: Objects, *, replaces: bool) -> None:
        """Code puts something on an attribute from outside; replaces says that what was there before is gone."""
        key = (owner, name)
        before = self.stored.get(key, NOTHING)
        if replaces:
            self.replaced.add(key)
        self.stored[key] = objects if replaces else before | objects
        if self.stored[key] != before:
            self.memory.forget(("stored", owner, name))
            if key in self.missed:
                self.missed.clear()
                self.memory.forget_all()

    def _call_value(self, value: Value, env: Env) -> Objects:
        callees = self._owned(value, env) or self.path(value.path.removesuffix("()"), env)
        return self.union(self._call_of(each, value, env) for each in callees)

    def _call_of(self, callee: Object, value: Value, env: Env) -> Objects:
        known = known_call(env, callee, value)
        if known is not None:
            return known
        if isinstance(callee, (Func, Method)) and value.items and self._makes_closures(callee):
            return self.applied(callee, _call_with(value.items), env.value)
        found = self.called(callee)
        if isinstance(callee, Ext) and env.is_own:
            return self.union([found, *self._passed_through(value, env)])
        return found

    def _passed_through(self, value: Value, env: Env) -> Iterator[Objects]:
        """What a function that nobody knows may give of the containers of names that it is given."""
        for each in value.items:
            held = self.value(each, env)
            rows = frozenset(one for one in held if isinstance(one, (Items, Parts, Table)) and _names(one))
            if rows:
                self.memory.traits |= CHOICE
                yield rows

    # closures

    def _makes_closures(self, callee: Func | Method) -> bool:
        """Whether a function of the project's own has functions inside that it may give."""
        function = callee.function if isinstance(callee, Method) else callee
        said = self.module(function.module)
        if said is None or not self.is_told_apart(function.module):
            return False
        return said.makes_functions(function.scope)

    def applied(self, callee: Func | Method, call: Call, evaluate: Callable[[Value], Objects]) -> Objects:
        """What a call gives of a function that may give others: those know what it was passed."""
        function = callee.function if isinstance(callee, Method) else callee
        scope = self.scope(function)
        bound = int(isinstance(callee, Method) and "staticmethod" not in scope.decorators)
        known = dict(function.context.known)
        for name, objects in passed(scope, call, bound, evaluate):
            known[function.module, function.scope, name] = objects
        context = self.context(known, function)
        if context is None:
            return self._returned(function)
        key = (function.module, function.scope, context, "()")
        return self.memory.remembered(key, lambda: self._gives(function, context))

    def context(self, known: Mapping[Known, Objects], function: Func) -> Context | None:
        """The one context of its content; None where a function has too many."""
        content = frozenset(known.items())
        found = self._contexts.get(content)
        if found is None:
            found = Context(known)
            made = self._made.setdefault((function.module, function.scope), set())
            if found.depth > MAX_NESTED_CONTEXTS or len(made) >= MAX_CONTEXTS:
                return None
            made.add(found)
            self._contexts[content] = found
        return found

    def within(self, context: Context, module: str, scope: int) -> Context:
        """What a context says of names around a scope, its own among them."""
        if context is NO_CONTEXT:
            return context
        said = self.module(module)
        if said is None:
            return NO_CONTEXT
        around, number = {scope}, scope
        while number:
            number = said.facts.scopes[number].parent
            around.add(number)
        return self.only(context, lambda key: key[0] == module and key[1] in around)

    def only(self, context: Context, keeps: Callable[[Known], bool]) -> Context:
        """The part of a context that is about some names."""
        known = {key: objects for key, objects in context.known.items() if keeps(key)}
        if len(known) == len(context.known):
            return context
        return self.made(known) if known else NO_CONTEXT

    def made(self, known: Mapping[Known, Objects]) -> Context:
        """The one context of its content."""
        content = frozenset(known.items())
        if content not in self._contexts:
            self._contexts[content] = Context(known)
        return self._contexts[content]

    def turns(self, loop: Loop, env: Env) -> list[Context]:
        """What each turn of a loop knows of the names that it binds; one for all where that is not known."""
        if loop.element.kind is Kind.CHOICE:
            objects = [each for item in loop.element.items for each in in_order(literals.item(env, item))]
        else:
            elements, traits = self.memory.observed(lambda: self.value(loop.element, env))
            if traits & TAKEN:
                return [env.context]
            objects = in_order(elements)
        if not objects and env.context is not NO_CONTEXT and self._is_empty(loop.element, env):
            return []
        if not 1 < len(objects) <= MAX_TURNS or not all(map(_is_plain, leaves(frozenset(objects)))):
            return [env.context]
        said = self.module(env.module)
        found = []
        for each in objects:
            known = dict(env.context.known)
            for name, places in loop.names:
                held: Objects = frozenset({each})
                for at in places:
                    held = self.union(self.element(one, at) for one in held)
                home = said.names.bindings(name, env.scope)[0] if said is not None else 0
                known[env.module, home, name] = held
            found.append(self.made(known))
        return found

    def _is_empty(self, element: Value, env: Env) -> bool:
        """Whether what a loop goes over is known to be empty, as a row of a walk may be."""
        owners = self.value(element.items[0], env) if element.kind is Kind.ELEMENT else NOTHING
        return bool(owners) and all(isinstance(each, Items) and not each.items for each in owners)

    # paths

    def path(self, raw: str, env: Env) -> Objects:
        """What a raw path stands for in an environment."""
        key = (env.module, env.scope, raw)
        known = self._paths.get(key)
        if known is not None:
            return known
        match = _ROOT.match(raw)
        if match is None:
            return NOTHING
        mark = self.memory.mark()
        found = self.along(raw, match.end(), self._root(match.group(), env))
        if not env.is_own and self.memory.mark() == mark:
            self._paths[key] = found
        return found

    def along(self, raw: str, start: int, objects: Objects) -> Objects:
        """What the attributes, calls and items that a raw path spells from a place on make of objects."""
        for step in _STEP.finditer(raw, start):
            if not objects:
                break
            objects = self.union([self._step(each, step.group()) for each in objects])
        return objects

    def _step(self, owner: Object, step: str) -> Objects:
        if step == "()":
            return self.called(owner)
        if step.startswith("."):
            return self.attribute(owner, step[1:])
        if isinstance(owner, Ext):
            return self._outside_item(owner, step)
        return self.element(owner, step[2:-2])

    @staticmethod
    def _outside_item(owner: Ext, step: str) -> Objects:
        if owner.path == "sys.modules" and len(step) > 2:
            return frozenset({Mod(step[2:-2])})
        return frozenset({onward(owner, step)})

    def _is_home(self, owner: Cls | Mod) -> bool:
        """Whether a class or module is the project's own."""
        return self.is_told_apart(owner.name if isinstance(owner, Mod) else owner.module)

    def element(self, owner: Object, at: object) -> Objects:
        """What an item of an object is, or what iterating over it gives where at is None."""
        if isinstance(owner, Inst) and self.is_told_apart(owner.cls.module):
            return self._of_instance(owner, at)
        if isinstance(owner, Generator):
            return NOTHING
        if isinstance(owner, (Cls, Mod)) and isinstance(at, str) and self._is_home(owner):
            return self.attribute(owner, at) if at else frozenset({Lost()})
        if isinstance(owner, Table) and at == "" and len(owner.rows) > 1:
            self.memory.traits |= CHOICE
        return element(owner, at)

    def _of_instance(self, owner: Inst, at: object) -> Objects:
        """An item of an instance: what its methods say."""
        for name in ("__iter__", "__getitem__") if at is None else ("__getitem__",):
            found = self.union(self.called(each) for each in self.class_attribute(owner.cls, name))
            if name == "__iter__" and found:
                nexts = [each for each in found if isinstance(each, Inst)]
                given = [self.called(one) for each in nexts for one in self.class_attribute(each.cls, "__next__")]
                return self.union([*given, *[self.element(each, None) for each in found if each not in nexts]])
            if found:
                return found
        return frozenset({owner})

    def _root(self, name: str, env: Env) -> Objects:
        said = self.module(env.module)
        if said is None:
            return NOTHING
        home, bindings = said.names.bindings(name, env.scope)
        if not bindings and name == "super":
            return frozenset({Gives(self._behind(said, env))})
        own = env.is_own
        stars = self._stars_of(name, said) if own and home == 0 and said.stars else ()
        if not bindings and not stars:
            return self._unbound(name, env.module, said)
        found = [*bindings, *stars] if stars else bindings
        key: Key = (env.module, home, name)
        if own:
            env = env._replace(context=self.within(env.context, env.module, home))
            key = (env.module, home, name, env.context)
            if len(found) > 1:
                found = self._reached(name, found, said, home, env)
                key = (*key, *[each.order for each in found])
        return self.memory.remembered(key, lambda: self._bound_by(found, name, said, home, env, key))

    def _reached(
        self, name: str, bindings: Sequence[Binding], said: ModuleFacts, home: int, env: Env
    ) -> Sequence[Binding]:
        """Of the bindings of a name those that count at a point of the code."""
        found, moves = self.reaching.at(name, bindings, said, home, env)
        if moves:
            self.memory.moment_read(("moment", said.file.name))
        return found

    def _bound_by(
        self, bindings: Sequence[Binding], name: str, said: ModuleFacts, home: int, env: Env, key: Key
    ) -> Objects:
        """What bindings of a name stand for; a later one may make something of the name itself."""
        found = NOTHING
        own = said.file.origin is Origin.FIRST_PARTY
        each_found: list[Objects] = []
        for each in bindings:
            each_found.append(self._bound(each, name, said, home, env))
            found = self.union((found, each_found[-1]))
            if each is not bindings[-1] and own:
                known = frozenset(one for one in found if not isinstance(one, Ext))  # paths could grow without end
                self.memory.so_far(key, known)
        if own and len(bindings) > 1:
            self._doubt(each_found)
        return self._with_stored(Mod(said.file.name), name, found) if own and home == 0 else found

    def _doubt(self, alternatives: Sequence[Objects]) -> None:
        """Take note that one of several answers holds: what all of them have is sure, the rest is not."""
        held = [frozenset(each for each in leaves(one) if not isinstance(each, Const)) for one in alternatives]
        common = held[0].intersection(*held[1:])
        if not common:
            self.memory.traits |= CHOICE
        elif any(each != common for each in held):
            self.memory.traits |= DOUBT
            self.doubtful.update(NOTHING.union(*held) - common)

    def _unbound(self, name: str, module: str, said: ModuleFacts) -> Objects:
        if name == "__name__":
            return frozenset({Text(module)})
        if name == "__package__":
            return frozenset({Text(said.file.package)})
        if name == "__file__" and said.file.path is not None:
            return frozenset({Text(str(said.file.path))})
        if name == "__path__":
            return frozenset({Items(frozenset(Text(str(folder)) for folder in said.file.folders))})
        return self._starred(name, said) or frozenset({Ext(name)})

    def _starred(self, name: str, said: ModuleFacts) -> Objects:
        """What a star import of a library's module binds a name to; the first that has one of the name counts."""
        if not said.stars or self.is_told_apart(said.file.name):
            return NOTHING
        return self.memory.remembered(
            (said.file.name, 0, f"* {name}"), lambda: self._from_stars(said.stars, name, said)
        )

    def _from_stars(self, stars: Sequence[Import], name: str, said: ModuleFacts) -> Objects:
        for each in stars:
            found = self._from_star(each, name, said)
            if found and not any(isinstance(one, Ext) for one in found):
                return found
        return NOTHING

    def _from_star(self, star: Import, name: str, said: ModuleFacts) -> Objects:
        """What a star import binds a name to."""
        starred = absolute(star.module, star.level, said.file.package)
        found = self.attribute(Mod(starred), name)
        if not found or any(isinstance(one, Ext) for one in found):
            return found
        return frozenset({Ext(f"{starred}.{name}")}) if self._is_outside(starred, said.file) else found

    def _stars_of(self, name: str, said: ModuleFacts) -> list[Binding]:
        """The star imports of a module that bring a name, as what binds it."""
        return [
            Binding(BindingKind.IMPORT, STAR, Value(Kind.OTHER, at), each.span.line, each.place, each.order)
            for at, each in enumerate(said.stars)
            if self._brings(absolute(each.module, each.level, said.file.package), name)
        ]

    def _brings(self, starred: str, name: str) -> bool:
        """Whether a star import of a module brings a name: one of `__all__`, or all but what begins with a line."""
        said = self.module(starred)
        if said is None:
            return False
        if "__all__" not in said.facts.scopes[0].bindings:
            return not name.startswith("_") and (
                name in said.facts.scopes[0].bindings or bool(self._handed_on(name, said))
            )
        if name in said.facts.exports:
            return True
        listed = leaves(self.path("__all__", Env(self, starred, 0)))
        return any(isinstance(each, Ext) or (isinstance(each, Text) and each.text == name) for each in listed)

    def _handed_on(self, name: str, said: ModuleFacts) -> Objects:
        """What the stars of a module that is itself starred bring; in a circle nothing."""
        key = (said.file.name, 0, f"* {name}")
        return self.memory.remembered(
            key, lambda: frozenset({Mod(said.file.name)}) if self._stars_of(name, said) else NOTHING
        )

    def _bound(self, binding: Binding, name: str, said: ModuleFacts, home: int, env: Env) -> Objects:
        before = Point(binding.order - 1, binding.place.branch)  # what a statement reads it reads before it binds
        where = Env(self, said.file.name, binding.place.scope, before, env.context)
        if env.context is not NO_CONTEXT and (said.file.name, home, name) in env.context.known:
            bindings = said.facts.scopes[home].bindings[name]
            if binding.order == min(each.order for each in bindings if each.place.branch == binding.place.branch):
                return env.context.known[said.file.name, home, name]
        match binding.kind:
            case BindingKind.IMPORT:
                if binding.path == STAR:
                    return self._from_star(said.stars[int(binding.value.constant or 0)], name, said)
                return self._imported(binding.path, said.file)
            case BindingKind.DEF | BindingKind.CLASS:
                return self._defined(binding, said, where)
            case BindingKind.ASSIGN:
                found = self.value(binding.value, where)
                if self._is_taken_from(name, said) and len(leaves(found)) > 1:
                    self.memory.traits |= CHOICE | TAKEN
                    found |= {Parts(each.parts[:-1]) for each in found if isinstance(each, Parts)}
                return (
                    found | put_into(self, name, said.file.name, home)
                    if any(isinstance(one, (Items, Parts, Table)) for one in found)
                    else found
                )
            case BindingKind.PARAM:
                return self._parameter(binding, name, said, home, where)
        return NOTHING

    def _is_taken_from(self, name: str, said: ModuleFacts) -> bool:
        """Whether code of the project takes something out of a container again, which is not followed."""
        text = said.source.text
        if not self.is_told_apart(said.file.name):
            return False
        return any(f"{name}.{method}(" in text for method in ("clear", "difference_update", "discard", "pop", "remove"))

    def _imported(self, path: str, file: ModuleFile) -> Objects:
        level = len(path) - len(path.lstrip("."))
        dotted = absolute(path[level:], level, file.package)
        if self._is_outside(dotted, file):
            return frozenset({Ext(dotted)})
        owner, _, last = dotted.rpartition(".")
        if level == 0 and "." not in dotted:
            return frozenset({Mod(dotted)})
        if owner and (found := self.attribute(Mod(owner), last)):
            return found
        return frozenset({Mod(dotted)})

    def _is_outside(self, dotted: str, file: ModuleFile) -> bool:
        """Whether code of a file knows what a dotted name names by that name alone."""
        return file.origin is Origin.FIRST_PARTY and self.project.origin(dotted) is not Origin.FIRST_PARTY

    # functions and classes

    def _defined(self, binding: Binding, said: ModuleFacts, env: Env) -> Objects:
        """What a `def` or `class` statement binds its name to: what its decorators make of the function or class."""
        numbers = said.names.scopes_by_name.get(binding.path, ())
        numbers = [each for each in numbers if said.facts.scopes[each].span.line == binding.line] or numbers
        made = frozenset(self._scope_object(said.file.name, each, env.context) for each in numbers)
        if len(numbers) != 1 or not env.is_own or not said.facts.scopes[numbers[0]].decorated_by:
            return made
        for value in reversed(said.facts.scopes[numbers[0]].decorated_by):
            made = self._decorated(value, made, env)
        return made

    def _scope_object(self, module: str, number: int, context: Context) -> Object:
        said = self.module(module)
        assert said is not None, "objects are made from modules that are there"  # noqa: S101  # narrows the type
        scope = said.facts.scopes[number]
        if scope.kind is ScopeKind.CLASS:
            return Cls(module, number)
        context = self.within(context, module, scope.parent)
        if context is not NO_CONTEXT and any(not key[1] for key in context.known):
            context = self.only(context, lambda key: bool(key[1]))  # a turn of a loop in module code
        return Func(module, number, context)

    def _decorated(self, decorator: Value, made: Objects, env: Env) -> Objects:
        """What a decorator gives for a function; the function itself where nobody knows the decorator."""
        given: list[Objects] = []
        for each in self.value(decorator, env):
            if isinstance(each, (Func, Method)) and self._is_own(each):
                given.append(self._decorated_by(each, made))
            elif isinstance(each, Cls) and self.is_told_apart(each.module):
                given.append(frozenset({Inst(each)}))
            elif isinstance(each, Inst):
                methods = self.class_attribute(each.cls, "__call__")
                given += [self._decorated_by(one, made) for one in methods if isinstance(one, Method)]
        return self.union(each for each in given if each) if any(given) else made

    def _decorated_by(self, callee: Func | Method, made: Objects) -> Objects:
        scope = self.scope(callee.function if isinstance(callee, Method) else callee)
        if scope.yields:
            return made
        found = self.applied(callee, _call_with((Value(Kind.DEFINED),)), lambda _: made)
        return frozenset(each for each in found if not isinstance(each, Const)) or made

    def _is_own(self, callee: Func | Method) -> bool:
        return self.is_told_apart(callee.function.module if isinstance(callee, Method) else callee.module)

    def _parameter(self, binding: Binding, name: str, said: ModuleFacts, home: int, env: Env) -> Objects:
        scope = said.facts.scopes[home]
        context = self.within(env.context, said.file.name, scope.parent)
        key = (said.file.name, home, context, name)
        self.memory.parameter_read(key)
        found = self.params.get(key, NOTHING)
        outer = env._replace(scope=scope.place.scope, at=None, context=context)
        if scope.kind is ScopeKind.COMPREHENSION:
            return self.value(binding.value, env)
        if (default := dict(scope.defaults).get(name)) is not None:
            found |= self.value(default, outer)
        if not found and scope.parameters[:1] == (name,):
            owner = said.facts.scopes[scope.parent]
            if owner.kind is ScopeKind.CLASS and "staticmethod" not in scope.decorators:
                cls = Cls(said.file.name, scope.parent)
                return frozenset({cls if "classmethod" in scope.decorators else Inst(cls)})
        if binding.value.path and all(isinstance(each, (Const, Ext)) for each in found):
            return self.value(binding.value, outer) or found
        return found

    def scope(self, where: Func | Cls) -> Scope:
        """The scope of a function or class."""
        said = self.module(where.module)
        assert said is not None, "objects are made from modules that are there"  # noqa: S101  # narrows the type
        return said.facts.scopes[where.scope]

    # attributes and calls

    def attribute(self, owner: Object, name: str) -> Objects:
        """What an attribute of an object stands for."""
        match owner:
            case Mod() | Cls() if name == "__dict__" and self._is_home(owner):
                return frozenset({owner})
            case Mod():
                return self._module_attribute(owner.name, name)
            case Cls() if name == "__subclasses__":
                return frozenset({Gives(frozenset({Items(subclasses(self, owner))}))})
            case Cls():
                return self.class_attribute(owner, name)
            case Behind():
                return self.class_attribute(owner.receiver, name, owner.cls)
            case Inst():
                return self._instance_attribute(owner, name)
            case Ext():
                return outside_attribute(self, owner, name)
            case Text():
                return of_text(owner.text, name)
            case Items() | Table():
                return of_container(owner, name)
            case Lost():
                return frozenset({owner})
            case Parts() if name == "name" and len(owner.parts) > 1:
                return owner.parts[1]
        return NOTHING

    def _with_stored(self, owner: Object, name: str, found: Objects) -> Objects:
        """What an attribute stands for, with what code has put there from outside."""
        stored = self.stored.get((owner, name))
        if stored is None:
            self.missed.add((owner, name))
            return found
        self.memory.moment_read(("stored", owner, name))
        if (owner, name) in self.replaced:
            return stored
        if found and not any(isinstance(each, (Items, Parts, Table)) for each in stored):
            self.memory.traits |= CHOICE
        return self.union((found, stored))

    def visit(self, said: ModuleFacts) -> None:
        """Take note of a module that startup loads: it may store something on apps."""
        self.visited.add(said)

    def _module_attribute(self, module: str, name: str) -> Objects:
        said = self.module(module)
        if said is None:
            return frozenset({Ext(f"{module}.{name}")})
        env = Env(self, module, 0, self.reaching.moment(module))
        own = env.is_own
        bound = name in said.facts.scopes[0].bindings or (own and bool(said.stars) and bool(self._stars_of(name, said)))
        if name == "__path__" or (bound and (found := self._root(name, env))):
            return self._root(name, env) if name == "__path__" else found
        if own and (stored := self._with_stored(Mod(module), name, NOTHING)):
            return stored
        if self.project.find(f"{module}.{name}") is not None:
            return frozenset({Mod(f"{module}.{name}")})
        found = self._unbound(name, module, said)
        return NOTHING if found == {Ext(name)} else found

    def class_attribute(self, receiver: Cls, name: str, after: Cls | None = None) -> Objects:
        """What a class has under a name; with after, what the bases that come after that one have."""
        question = f"super({after.module}, {after.scope}).{name}" if after is not None else f"cls.{name}"
        return self.memory.remembered((*receiver, question), lambda: self._inherited(receiver, name, after))

    def _inherited(self, receiver: Cls, name: str, after: Cls | None) -> Objects:
        scope = self.scope(receiver)
        self.missed.add((receiver, name))
        own = name in scope.bindings or (receiver, name) in self.stored
        base = only_base(self, receiver) if after is None and not own else None
        if base is not None:
            return frozenset(_received(each, base, receiver) for each in self.class_attribute(base, name))
        ancestry = resolution_order(self, receiver)
        start = ancestry.index(after) + 1 if after in ancestry else 0
        for each in ancestry[start:]:
            if isinstance(each, Ext):
                if each.path != "object":
                    return frozenset({Ext(f"{each.path}.{name}", receiver)})
                continue
            if name in self.scope(each).bindings or (each, name) in self.stored:
                bound = name in self.scope(each).bindings
                found = self._root(name, Env(self, each.module, each.scope, END)) if bound else NOTHING
                found = self._with_stored(each, name, found)
                return frozenset(Method(one, receiver) if isinstance(one, Func) else one for one in found)
        return NOTHING

    def _instance_attribute(self, inst: Inst, name: str) -> Objects:
        return self._with_stored(inst, name, self._of_class_or_self(inst, name))

    def _of_class_or_self(self, inst: Inst, name: str) -> Objects:
        found = self.class_attribute(inst.cls, name)
        if found and not all(isinstance(each, Ext) for each in found):
            properties = [each for each in found if isinstance(each, Method) and self.is_property(each)]
            self.touched.update(dict.fromkeys(each for each in properties if self.is_told_apart(each.function.module)))
            return self.union(map(self.called, properties)) if properties else found
        if stored := on_self(self, inst.cls, name):
            return stored
        return frozenset(
            Ext(f"{APP if is_app(self, Ext(f'{each.path}()')) else f'{each.path}()'}.{name}", inst.cls)
            for each in resolution_order(self, inst.cls)
            if isinstance(each, Ext) and each.path != "object"
        )

    def is_property(self, method: Method) -> bool:
        """Whether a method runs when an attribute is read."""
        return any("property" in each for each in self.scope(method.function).decorators)

    def called(self, callee: Object) -> Objects:
        """What a call gives."""
        match callee:
            case Cls():
                return frozenset({Inst(callee)})
            case Func() | Method():
                return self._returned(callee.function if isinstance(callee, Method) else callee)
            case Ext():
                return frozenset({onward(callee, "()")})
            case Gives():
                return callee.objects
            case Lookup():
                return callee.table.values
            case TextMethod():
                return text_method(self, callee, [UNKNOWN])
            case Inst():
                return self.union(self.called(each) for each in self.class_attribute(callee.cls, "__call__"))
            case Lost():
                return frozenset({callee})
        return NOTHING

    def _returned(self, function: Func) -> Objects:
        return self.memory.remembered((*function, "()"), lambda: self._gives(function, function.context))

    def _gives(self, function: Func, context: Context) -> Objects:
        """What a function's `return` and `yield` statements give."""
        said = self.module(function.module)
        if said is None:
            return NOTHING
        env = Env(self, function.module, function.scope, None, context)
        returns = said.facts.returns(function.scope)
        if not env.is_own:
            return self.union(map(env.value, returns))
        scope = said.facts.scopes[function.scope]
        found = [env._replace(at=at).value(each) for each, at in zip(returns, scope.return_points, strict=True)]
        if len(found) > 1:
            self.memory.traits |= 0 if scope.yields else CHOICE
        return self.union([*found, frozenset({Generator(function)})] if scope.yields else found)

    def _behind(self, said: ModuleFacts, env: Env) -> Objects:
        """What `super()` gives, called in a scope: what lies behind the class it is written in."""
        scopes, scope = said.facts.scopes, env.scope
        while scope and scopes[scopes[scope].parent].kind is not ScopeKind.CLASS:
            scope = scopes[scope].parent
        written = Cls(said.file.name, scopes[scope].parent)
        first = env._replace(scope=scope, at=None)
        receivers = self.union(self._root(name, first) for name in scopes[scope].parameters[:1])
        classes = {each.cls if isinstance(each, Inst) else each for each in receivers}
        return frozenset(Behind(each, written) for each in classes if isinstance(each, Cls))


def _received(each: Object, base: Cls, receiver: Cls) -> Object:
    """What is found on a base, as a class finds it that derives from it."""
    if isinstance(each, Method) and each.cls == base:
        return Method(each.function, receiver)
    return Ext(each.path, receiver) if isinstance(each, Ext) and each.receiver == base else each


STAR = "*"  # the path of what a star import binds
_NOWHERE = Place(0, Phase.IMPORT)
_LITERALS = {
    Kind.SEQUENCE: literals.sequence,
    Kind.MAPPING: literals.mapping,
    Kind.TEMPLATE: literals.template,
    Kind.GATHERED: literals.gathered,
    Kind.ADDED: literals.added,
}


def _call_with(args: tuple[Value, ...]) -> Call:
    return Call("", args, (), Span(1), _NOWHERE, 0)


def _is_unset(each: Object) -> bool:
    """Whether an object is a variable of the environment that is asked for."""
    return isinstance(each, Ext) and each.path in ("os.environ.get()", "os.getenv()")


def _is_plain(each: Object) -> bool:
    """Whether an object is a constant, or code of the project."""
    return isinstance(each, (Cls, Const, Func, Method, Mod)) or (isinstance(each, Text) and UNKNOWN not in each.text)


def _names(container: Object) -> bool:
    """Whether a container holds strings that may be names of modules, and nothing else."""
    held = leaves(frozenset({container}))
    return bool(held) and all(isinstance(each, Text) for each in held)
