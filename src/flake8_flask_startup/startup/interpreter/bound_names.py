"""What names stand for: the bindings that count at a point, star imports, decorators and parameters."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from ...model import UNKNOWN, Span
from ...model.access_paths import NO_PATH, as_raw
from ...project.module_facts import ModuleFacts
from ...project.module_finder import ModuleFile, Origin
from ...syntax.import_statements import absolute
from ...syntax.overwrites import OVERWRITES
from ...syntax.places import Place, Point
from ...syntax.static_conditions import Phase
from ...syntax.symbol_table import Binding, BindingKind, Call, Import, ScopeKind, Store
from ...syntax.values import Kind, Value
from ..values.abstract_values import (
    NO_CONTEXT,
    NOTHING,
    Behind,
    ClosureContext,
    Cls,
    Const,
    Ext,
    Func,
    Gives,
    Inst,
    Items,
    Key,
    Lost,
    Method,
    Mod,
    Object,
    Objects,
    Parts,
    Table,
    Text,
    container,
    has_container,
    leaves,
)
from ..values.environment import Env
from ..values.memo import CHOICE, TAKEN
from ..values.store import overwritten, put_into
from .reaching import FEW, MAX_REACHING
from .star_imports import STAR, Stars

SPEC = "__spec__"  # of a module, whose `parent` is its package
_NOWHERE = Place(0, Phase.IMPORT)


class BoundNames(Stars):
    """Looks up the abstract values of a name, from the scope that reads it outwards."""

    def _root(self, name: str, env: Env) -> Objects:
        code = self.module(env.module)
        if code is None:
            return NOTHING
        home, bindings = code.names.bindings(name, env.scope)
        if not bindings and name == "super":
            return frozenset({Gives(self._behind(code, env))})
        own = env.is_own
        if own and len(bindings) > 1:  # imports for type checkers or other Pythons count only if there are no others
            bindings = [each for each in bindings if each.place.phase is not Phase.TYPING] or bindings
        stars = self._stars_of(name, code) if own and home == 0 and code.stars else ()
        if not bindings and not stars:
            return self._unbound(name, env.module, code)
        items = [each for each, _ in code.overwriting(name, home)] if own and bindings else ()
        found = [*bindings, *stars, *items] if stars or items else bindings
        key: Key = (env.module, home, name)
        if own:
            context = self.within(env.context, env.module, home)
            env = env if context is env.context else env._replace(context=context)
            key = (env.module, home, name, env.context)
            if len(found) > 1:
                found = self._reached(name, found, code, home, env)
                key = (*key, *[each.order for each in found])
        return self.memory.remembered(key, lambda: self._bound_by(found, name, code, home, env, key))

    def _reached(
        self, name: str, bindings: Sequence[Binding], code: ModuleFacts, home: int, env: Env
    ) -> Sequence[Binding]:
        """Of the bindings of a name those that count at a point of the code."""
        found, moves = self.reaching.at(name, bindings, code, home, env)
        if moves:
            self.memory.moment_read(("moment", code.file.name))
        return found

    def _bound_by(
        self, bindings: Sequence[Binding], name: str, code: ModuleFacts, home: int, env: Env, key: Key
    ) -> Objects:
        """What bindings of a name stand for; a later one may make something of the name itself."""
        found = NOTHING
        own = code.file.origin is Origin.FIRST_PARTY
        each_found: list[Objects] = []
        many = own and len(bindings) > FEW
        for each in bindings:
            bound = partial(self._bound, each, name, code, home, env)
            alone: Key = (*key[:4], "alone", each.order)
            each_found.append(self.memory.remembered(alone, bound) if many else bound())
            found = self.union((found, each_found[-1]))
            if each is not bindings[-1] and own:
                known = frozenset(one for one in found if not isinstance(one, Ext))  # paths could grow without end
                self.memory.so_far(key, known)
        if own and len(bindings) > 1:
            ways = zip(bindings, each_found, strict=True)
            self._doubt([one for each, one in ways if one or each.path != STAR])  # what brings nothing is no way
        if own and len(bindings) > MAX_REACHING:
            self.memory.traits |= CHOICE
            found |= {Lost(), Text(UNKNOWN)}
        if own and home == 0:
            return self._with_stored(Mod(code.file.name), name, found)
        if own and any(isinstance(one, (Items, Parts, Table)) for one in found):
            return self._with_stored(Func(code.file.name, home), name, found)
        return found

    def _unbound(self, name: str, module: str, code: ModuleFacts) -> Objects:
        if name == "__name__":
            return frozenset({Text(module)})
        if name == "__package__":
            return frozenset({Text(code.file.package)})
        if name == SPEC:
            return frozenset({Ext(f"{module}.{SPEC}")})
        if name == "__file__" and code.file.path is not None:
            return frozenset({Text(str(code.file.path))})
        if name == "__path__":
            return frozenset({Items(frozenset(Text(str(folder)) for folder in code.file.folders))})
        return self._starred(name, code) or frozenset({Ext(name)})

    def _starred(self, name: str, code: ModuleFacts) -> Objects:
        """What a star import of a library's module binds a name to; the first that has one of the name counts."""
        if not code.stars or self.is_told_apart(code.file.name):
            return NOTHING
        return self.memory.remembered(
            (code.file.name, 0, f"* {name}"), lambda: self._from_stars(code.stars, name, code)
        )

    def _from_stars(self, stars: Sequence[Import], name: str, code: ModuleFacts) -> Objects:
        for each in stars:
            found = self._from_star(each, name, code)
            if found and not any(isinstance(one, Ext) for one in found):
                return found
        return NOTHING

    def _from_star(self, star: Import, name: str, code: ModuleFacts) -> Objects:
        """What a star import binds a name to."""
        starred = absolute(star.module, star.level, code.file.package)
        found = self.world.attribute(Mod(self._source(starred, name)), name)
        if not found or any(isinstance(one, Ext) for one in found):
            return found
        return frozenset({Ext(f"{starred}.{name}")}) if self._is_outside(starred, code.file) else found

    def _bound(self, binding: Binding, name: str, code: ModuleFacts, home: int, env: Env) -> Objects:
        before = Point(binding.order - 1, binding.place.branch)  # what a statement reads it reads before it binds
        where = Env(self.world, code.file.name, binding.place.scope, before, env.context)
        if env.context is not NO_CONTEXT and (code.file.name, home, name) in env.context.known:
            bindings = code.facts.scopes[home].bindings[name]
            beside = [each.order for each in bindings if each.place.branch == binding.place.branch]
            if binding.order == min(beside, default=None):  # an item that is overwritten is no binding of its block
                return env.context.known[code.file.name, home, name]
        match binding.kind:
            case BindingKind.IMPORT:
                if binding.path == STAR:
                    return self._from_star(code.stars[int(binding.value.constant or 0)], name, code)
                return self._imported(binding.path, code.file)
            case BindingKind.DEF | BindingKind.CLASS:
                return self._defined(binding, code, where)
            case BindingKind.ASSIGN if binding.path == OVERWRITES:
                statement = next(each for one, each in code.overwriting(name, home) if one.order == binding.order)
                return overwritten(where, self._root(name, where), statement)
            case BindingKind.ASSIGN:
                found = self._grown(binding, name, where) or self.world.value(binding.value, where)
                if self._is_taken_from(name, code) and len(leaves(found)) > 1:
                    self.memory.traits |= CHOICE | TAKEN
                    found |= {Parts(each.parts[:-1]) for each in found if isinstance(each, Parts)}
                if self._is_reordered(name, code):
                    found = frozenset(
                        container(NOTHING.union(*one.parts)) if isinstance(one, Parts) else one for one in found
                    )
                return self._with_additions(found, name, code, home)
            case BindingKind.PARAM:
                return self._parameter(binding, name, code, home, where)
        return NOTHING

    def _with_additions(self, found: Objects, name: str, code: ModuleFacts, home: int) -> Objects:
        """Containers that a name is bound to, with what code puts into them."""
        if not any(isinstance(one, (Items, Parts, Table)) for one in found):
            return found
        added = put_into(self.world, name, code.file.name, home)
        if any(isinstance(one, Table) for one in found) and any(map(_holds_unknown, added)):
            self.memory.traits |= CHOICE  # what a library gave may have taken the place of any item
        self._doubt_items(found | added)
        return found | added

    def _grown(self, binding: Binding, name: str, env: Env) -> Objects:
        """What a container has to which `+=` adds in the turns of a loop; nothing of any other binding."""
        value, place = binding.value, binding.place
        if value.kind is not Kind.ADDED or len(value.items) != 2 or not env.is_own or not any(
            each < 0 for each in place.branch
        ):  # fmt: skip
            return NOTHING
        head, tail = value.items
        turns = self.in_turns(Store(as_raw(name), tail, Span(binding.line), place, binding.order), env)
        if turns == [env]:
            return NOTHING
        added = [self.world.value(tail, each) for each in turns]
        return self.union([self.world.value(head, env), *added]) if any(map(has_container, added)) else NOTHING

    def _imported(self, path: str, file: ModuleFile) -> Objects:
        level = len(path) - len(path.lstrip("."))
        dotted = absolute(path[level:], level, file.package)
        if self._is_outside(dotted, file):
            return frozenset({Ext(dotted)})
        owner, _, last = dotted.rpartition(".")
        if level == 0 and "." not in dotted:
            return frozenset({Mod(dotted)})
        if owner and (found := self.world.attribute(Mod(owner), last)):
            return found
        return frozenset({Mod(dotted)})

    def _is_outside(self, dotted: str, file: ModuleFile) -> bool:
        """Whether code of a file knows what a dotted name names by that name alone."""
        return file.origin is Origin.FIRST_PARTY and self.project.origin(dotted) is not Origin.FIRST_PARTY

    def _defined(self, binding: Binding, code: ModuleFacts, env: Env) -> Objects:
        """What a `def` or `class` statement binds its name to: what its decorators make of the function or class."""
        on_line = code.facts.defined_on(binding.path, binding.line)
        numbers = on_line or code.names.scopes_by_name.get(binding.path, ())
        made = frozenset(self._scope_object(code.file.name, each, env.context) for each in numbers)
        if len(numbers) != 1 or not env.is_own or not code.facts.scopes[numbers[0]].decorated_by:
            return made
        for value in reversed(code.facts.scopes[numbers[0]].decorated_by):
            made = self._decorated(value, made, env)
        return made

    def _scope_object(self, module: str, number: int, context: ClosureContext) -> Object:
        code = self.module(module)
        assert code is not None, "objects are made from modules that are there"  # noqa: S101  # narrows the type
        scope = code.facts.scopes[number]
        if scope.kind is ScopeKind.CLASS:
            return Cls(module, number)
        context = self.within(context, module, scope.parent)
        if context is not NO_CONTEXT and any(not key[1] for key in context.known):
            context = self.only(context, lambda key: bool(key[1]))  # a turn of a loop in module code
        return Func(module, number, context)

    def _decorated(self, decorator: Value, made: Objects, env: Env) -> Objects:
        """What a decorator gives for a function; the function itself where nobody knows the decorator."""
        given: list[Objects] = []
        for each in self.world.value(decorator, env):
            if isinstance(each, (Func, Method)) and self._is_own(each):
                given.append(self._decorated_by(each, made))
            elif isinstance(each, Cls) and self.is_told_apart(each.module):
                given.append(frozenset({Inst(each)}))
            elif isinstance(each, Inst):
                methods = self.world.class_attribute(each.cls, "__call__")
                given += [self._decorated_by(one, made) for one in methods if isinstance(one, Method)]
        return self.union(each for each in given if each) if any(given) else made

    def _decorated_by(self, callee: Func | Method, made: Objects) -> Objects:
        scope = self.scope(callee.function if isinstance(callee, Method) else callee)
        if scope.yields:
            return made
        found = self.applied(callee, call_with((Value(Kind.DEFINED),)), lambda _: made)
        return frozenset(each for each in found if not isinstance(each, Const)) or made

    def _is_own(self, callee: Func | Method) -> bool:
        return self.is_told_apart(callee.function.module if isinstance(callee, Method) else callee.module)

    def _parameter(self, binding: Binding, name: str, code: ModuleFacts, home: int, env: Env) -> Objects:
        scope = code.facts.scopes[home]
        context = self.within(env.context, code.file.name, scope.parent)
        key = (code.file.name, home, context, name)
        self.memory.parameter_read(key)
        found = self.params.get(key, NOTHING)
        outer = env._replace(scope=scope.place.scope, at=None, context=context)
        if scope.kind is ScopeKind.COMPREHENSION:
            return self.world.value(binding.value, env)
        is_given = name in self.given.get((code.file.name, home, context), ())
        if not is_given and (default := dict(scope.defaults).get(name)) is not None:
            found |= self.world.value(default, outer)
        if not found and scope.parameters[:1] == (name,):
            owner = code.facts.scopes[scope.parent]
            if owner.kind is ScopeKind.CLASS and "staticmethod" not in scope.decorators:
                cls = Cls(code.file.name, scope.parent)
                return frozenset({cls if "classmethod" in scope.decorators else Inst(cls)})
        if binding.value.path and all(isinstance(each, (Const, Ext)) for each in found):
            return self.world.value(binding.value, outer) or found
        return found

    def _behind(self, code: ModuleFacts, env: Env) -> Objects:
        """What `super()` gives, called in a scope: what lies behind the class it is written in."""
        scopes, scope = code.facts.scopes, env.scope
        while scope and scopes[scopes[scope].parent].kind is not ScopeKind.CLASS:
            scope = scopes[scope].parent
        written = Cls(code.file.name, scopes[scope].parent)
        first = env._replace(scope=scope, at=None)
        receivers = self.union(self._root(name, first) for name in scopes[scope].parameters[:1])
        classes = {each.cls if isinstance(each, Inst) else each for each in receivers}
        return frozenset(Behind(each, written) for each in classes if isinstance(each, Cls))

    def _is_reordered(self, name: str, code: ModuleFacts) -> bool:
        """Whether code of the project changes the order of a list, which is not followed."""
        return self.is_told_apart(code.file.name) and name in code.reordered

    def _is_taken_from(self, name: str, code: ModuleFacts) -> bool:
        """Whether code of the project takes something out of a container again, which is not followed."""
        return self.is_told_apart(code.file.name) and name in code.taken_from


def _holds_unknown(added: Object) -> bool:
    return isinstance(added, Items) and any(isinstance(each, Ext) for each in added.items)


def call_with(args: tuple[Value, ...], keywords: tuple[tuple[str, Value], ...] = ()) -> Call:
    """A call with arguments that stands nowhere."""
    return Call(NO_PATH, args, keywords, Span(1), _NOWHERE, 0)
