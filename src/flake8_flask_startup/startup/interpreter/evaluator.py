"""What names stand for across a project: an abstract evaluation of raw paths, without running anything.

The answer is a set: a name bound in two branches stands for both. An empty set means nothing is known.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from ...config.flask_objects import APP, KNOWN, FlaskObjects
from ...model import UNKNOWN
from ...project.modules import ModuleFacts, ModuleFile, Origin, Project
from ...syntax.symbol_table import OTHER, Binding, BindingKind, Import, Kind, Scope, ScopeKind, Value
from ..models import strings
from ..models.flask_config import settled
from ..models.stdlib import known_call, text_method
from . import literals
from .abstract_values import (
    MAX_CONTAINERS,
    NOTHING,
    Behind,
    Cls,
    Ext,
    Func,
    Gives,
    Inst,
    Items,
    Key,
    Lookup,
    Method,
    Mod,
    Object,
    Objects,
    Parts,
    Table,
    Text,
    TextMethod,
    absolute,
    cut,
    element,
    leaves,
    merged,
    of_container,
    of_text,
    onward,
)
from .memo import Budget, Memory
from .mro import only_base, resolution_order
from .store import Visited, is_app, on_self, outside_attribute, put_into, subclasses

_STEP = re.compile(r"\(\)|\.\w+|\[(?:'((?:[^'\\]|\\.)*)'|\"((?:[^\"\\]|\\.)*)\")?\]")
_ROOT = re.compile(r"<lambda \d+:\d+>|\w+")


class World:
    """Evaluates names in the modules of a project. params holds what calls have passed so far."""

    def __init__(self, project: Project, flask: FlaskObjects = KNOWN) -> None:
        self.project = project
        self.flask = flask
        self.params: dict[tuple[str, int, str], Objects] = {}
        self.touched: dict[Method, None] = {}  # properties read since somebody asked
        self.visited = Visited()
        self._modules: dict[str, ModuleFacts] = {}
        self.memory = Memory()
        self.orders: dict[Cls, list[Cls | Ext]] = {}  # where they rest on nothing that changes
        self.budget = Budget()
        self._paths: dict[Key, Objects] = {}  # what stands for good

    def module(self, name: str) -> ModuleFacts | None:
        """What a module of the project or environment says."""
        known = self._modules.get(name)
        if known is None:
            file = self.project.find(name)
            if file is not None:
                known = self._modules[name] = self.project.facts(file)
        return known

    # values

    def value(self, value: Value, module: str, scope: int) -> Objects:
        """What a value stands for, where it is written."""
        if value is OTHER:
            return NOTHING
        self.budget.spend(1)
        match value.kind:
            case Kind.CONSTANT:
                is_text = isinstance(value.constant, str)
                return frozenset({Text(strings.bounded(str(value.constant)))}) if is_text else NOTHING
            case Kind.PATH:
                return self._owned(value, module, scope) or self.path(value.path, module, scope)
            case Kind.CALL:
                return self._call_value(value, module, scope)
            case Kind.CHOICE:
                return self.union(literals.item(self, item, module, scope) for item in value.items)
            case Kind.ELEMENT | Kind.SPREAD:
                owners = self.value(value.items[0], module, scope)
                return self.union(element(owner, value.constant) for owner in owners)
        read = _LITERALS.get(value.kind)
        return read(self, value, module, scope) if read is not None else NOTHING

    def is_told_apart(self, module: str) -> bool:
        """Whether the places of rows and the keys of mappings are told apart in a module: in the project's own.

        Libraries pass everything through theirs (with an environment, MLflow's boot took 96 s instead of 25).
        """
        return self.project.origin(module) is Origin.FIRST_PARTY

    def _owned(self, value: Value, module: str, scope: int) -> Objects:
        """What a value is, or calls, of an owner that is more than a name: its attribute, or the owner itself."""
        if not value.owner:
            return NOTHING
        owners = self.union(self.value(owner, module, scope) for owner in value.owner)
        if value.constant is None:
            return owners
        return self.union(self.attribute(owner, str(value.constant)) for owner in owners)

    def union(self, sets: Iterable[Objects]) -> Objects:
        """All of the sets together, up to a bound."""
        found = NOTHING.union(*sets)
        self.budget.spend(len(found) + 1)
        return found if len(found) <= MAX_CONTAINERS else cut(merged(found))

    def texts(self, value: Value, module: str, scope: int) -> list[str]:
        """The strings a value may be or hold, unknown parts marked; one wholly unknown string if nothing is known."""
        return self.spelled(self.value(value, module, scope))

    def settled(self, objects: Objects) -> Objects:
        """Objects, reads of the app's configuration replaced by what the project's code puts there."""
        return settled(self, objects) if any(isinstance(each, Ext) for each in objects) else objects

    @staticmethod
    def spelled(objects: Objects) -> list[str]:
        """The strings that objects are or hold, as `texts` gives them."""
        found = sorted(each.text for each in leaves(objects) if isinstance(each, Text))
        if not found:
            found = sorted(
                {
                    strings.SEPARATORS[each.path]
                    for each in objects
                    if isinstance(each, Ext) and each.path in strings.SEPARATORS
                }
            )
        return found or [UNKNOWN]

    def _call_value(self, value: Value, module: str, scope: int) -> Objects:
        callees = self._owned(value, module, scope) or self.path(value.path.removesuffix("()"), module, scope)
        known = {each: known_call(self, each, value, module, scope) for each in callees}
        return self.union(self.called(each) if found is None else found for each, found in known.items())

    # paths

    def path(self, raw: str, module: str, scope: int) -> Objects:
        """What a raw path stands for, where it is written."""
        key = (module, scope, raw)
        known = self._paths.get(key)
        if known is not None:
            return known
        match = _ROOT.match(raw)
        if match is None:
            return NOTHING
        mark = self.memory.mark()
        found = self.along(raw, match.end(), self._root(match.group(), module, scope))
        if self.memory.mark() == mark:
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
        return frozenset({onward(owner, step)}) if isinstance(owner, Ext) else element(owner, step[2:-2])

    def _root(self, name: str, module: str, scope: int) -> Objects:
        said = self.module(module)
        if said is None:
            return NOTHING
        home, bindings = said.names.bindings(name, scope)
        if not bindings and name == "super":
            return frozenset({Gives(self._behind(said, scope))})
        if not bindings:
            return self._unbound(name, module, said)
        return self.memory.remembered((module, home, name), lambda: self._bound_by(bindings, name, said, home))

    def _bound_by(self, bindings: Sequence[Binding], name: str, said: ModuleFacts, home: int) -> Objects:
        """What bindings of a name stand for; a later one may make something of the name itself."""
        found = NOTHING
        for each in bindings:
            found = self.union((found, self._bound(each, name, said, home)))
            if each is not bindings[-1] and said.file.origin is Origin.FIRST_PARTY:
                known = frozenset(one for one in found if not isinstance(one, Ext))  # paths could grow without end
                self.memory.so_far((said.file.name, home, name), known)
        return found

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
        """What a star import of a module binds a name to; the first that has one of the name counts."""
        stars = [each for each in said.facts.bodies[0].imports if each.name == "*"]
        if not stars:
            return NOTHING
        return self.memory.remembered((said.file.name, 0, f"* {name}"), lambda: self._from_stars(stars, name, said))

    def _from_stars(self, stars: Sequence[Import], name: str, said: ModuleFacts) -> Objects:
        for each in stars:
            starred = absolute(each.module, each.level, said.file.package)
            found = self.attribute(Mod(starred), name)
            if found and not any(isinstance(one, Ext) for one in found):
                return frozenset({Ext(f"{starred}.{name}")}) if self._is_outside(starred, said.file) else found
        return NOTHING

    def _bound(self, binding: Binding, name: str, said: ModuleFacts, home: int) -> Objects:
        module = said.file.name
        match binding.kind:
            case BindingKind.IMPORT:
                return self._imported(binding.path, said.file)
            case BindingKind.DEF | BindingKind.CLASS:
                return frozenset(self._defined(binding.path, said))
            case BindingKind.ASSIGN:
                found = self.value(binding.value, module, binding.place.scope)
                return (
                    found | put_into(self, name, module)
                    if any(isinstance(one, (Items, Table)) for one in found)
                    else found
                )
            case BindingKind.PARAM:
                return self._parameter(binding, name, said, home)
        return NOTHING

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

    def _defined(self, name: str, said: ModuleFacts) -> Iterator[Object]:
        for number in said.names.scopes_by_name.get(name, ()):
            kind = Cls if said.facts.scopes[number].kind is ScopeKind.CLASS else Func
            yield kind(said.file.name, number)

    def _parameter(self, binding: Binding, name: str, said: ModuleFacts, home: int) -> Objects:
        key = (said.file.name, home, name)
        self.memory.parameter_read(key)
        found = self.params.get(key, NOTHING)
        scope = said.facts.scopes[home]
        if scope.kind is ScopeKind.COMPREHENSION:
            return self.value(binding.value, said.file.name, binding.place.scope)
        if (default := dict(scope.defaults).get(name)) is not None:
            found |= self.value(default, said.file.name, scope.place.scope)
        if not found and scope.parameters[:1] == (name,):
            owner = said.facts.scopes[scope.parent]
            if owner.kind is ScopeKind.CLASS and "staticmethod" not in scope.decorators:
                cls = Cls(said.file.name, scope.parent)
                return frozenset({cls if "classmethod" in scope.decorators else Inst(cls)})
        if binding.value.path and all(isinstance(each, Ext) for each in found):
            return self.value(binding.value, said.file.name, scope.place.scope) or found
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
            case Mod():
                return self._module_attribute(owner.name, name)
            case Cls() if name == "__subclasses__":
                return frozenset({Gives(frozenset({Items(subclasses(self, owner))}))})
            case Cls():
                return self._class_attribute(owner, name)
            case Behind():
                return self._class_attribute(owner.receiver, name, owner.cls)
            case Inst():
                return self._instance_attribute(owner, name)
            case Ext():
                return outside_attribute(self, owner, name)
            case Text():
                return of_text(owner.text, name)
            case Items() | Table():
                return of_container(owner, name)
            case Parts() if name == "name" and len(owner.parts) > 1:
                return owner.parts[1]
        return NOTHING

    def visit(self, said: ModuleFacts) -> None:
        """Take note of a module that startup loads: it may store something on apps."""
        self.visited.add(said)

    def _module_attribute(self, module: str, name: str) -> Objects:
        said = self.module(module)
        if said is None:
            return frozenset({Ext(f"{module}.{name}")})
        if name == "__path__" or (name in said.facts.scopes[0].bindings and self._root(name, module, 0)):
            return self._root(name, module, 0)
        if self.project.find(f"{module}.{name}") is not None:
            return frozenset({Mod(f"{module}.{name}")})
        found = self._unbound(name, module, said)
        return NOTHING if found == {Ext(name)} else found

    def _class_attribute(self, receiver: Cls, name: str, after: Cls | None = None) -> Objects:
        """What a class has under a name; with after, what the bases that come after that one have."""
        question = f"super({after.module}, {after.scope}).{name}" if after is not None else f"cls.{name}"
        return self.memory.remembered((*receiver, question), lambda: self._inherited(receiver, name, after))

    def _inherited(self, receiver: Cls, name: str, after: Cls | None) -> Objects:
        scope = self.scope(receiver)
        base = only_base(self, receiver) if after is None and name not in scope.bindings else None
        if base is not None:
            return frozenset(_received(each, base, receiver) for each in self._class_attribute(base, name))
        ancestry = resolution_order(self, receiver)
        start = ancestry.index(after) + 1 if after in ancestry else 0
        for each in ancestry[start:]:
            if isinstance(each, Ext):
                if each.path != "object":
                    return frozenset({Ext(f"{each.path}.{name}", receiver)})
                continue
            if name in self.scope(each).bindings:
                found = self._root(name, each.module, each.scope)
                return frozenset(Method(one, receiver) if isinstance(one, Func) else one for one in found)
        return NOTHING

    def _instance_attribute(self, inst: Inst, name: str) -> Objects:
        found = self._class_attribute(inst.cls, name)
        if found and not all(isinstance(each, Ext) for each in found):
            properties = [each for each in found if isinstance(each, Method) and self._is_property(each)]
            self.touched.update(dict.fromkeys(each for each in properties if self.is_told_apart(each.function.module)))
            return self.union(map(self.called, properties)) if properties else found
        if stored := on_self(self, inst.cls, name):
            return stored
        return frozenset(
            Ext(f"{APP if is_app(self, Ext(f'{each.path}()')) else f'{each.path}()'}.{name}", inst.cls)
            for each in resolution_order(self, inst.cls)
            if isinstance(each, Ext) and each.path != "object"
        )

    def _is_property(self, method: Method) -> bool:
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
                return self.union(self.called(each) for each in self._class_attribute(callee.cls, "__call__"))
        return NOTHING

    def _returned(self, function: Func) -> Objects:
        said = self.module(function.module)
        returns = said.facts.returns(function.scope) if said is not None else ()
        return self.memory.remembered(
            (*function, "()"), lambda: self.union(self.value(value, *function) for value in returns)
        )

    def _behind(self, said: ModuleFacts, scope: int) -> Objects:
        """What `super()` gives, called in a scope: what lies behind the class it is written in."""
        scopes = said.facts.scopes
        while scope and scopes[scopes[scope].parent].kind is not ScopeKind.CLASS:
            scope = scopes[scope].parent
        written = Cls(said.file.name, scopes[scope].parent)
        receivers = self.union(self._root(name, said.file.name, scope) for name in scopes[scope].parameters[:1])
        classes = {each.cls if isinstance(each, Inst) else each for each in receivers}
        return frozenset(Behind(each, written) for each in classes if isinstance(each, Cls))


def _received(each: Object, base: Cls, receiver: Cls) -> Object:
    """What is found on a base, as a class finds it that derives from it."""
    if isinstance(each, Method) and each.cls == base:
        return Method(each.function, receiver)
    return Ext(each.path, receiver) if isinstance(each, Ext) and each.receiver == base else each


_LITERALS = {
    Kind.SEQUENCE: literals.sequence,
    Kind.MAPPING: literals.mapping,
    Kind.TEMPLATE: literals.template,
    Kind.GATHERED: literals.gathered,
    Kind.ADDED: literals.added,
}
