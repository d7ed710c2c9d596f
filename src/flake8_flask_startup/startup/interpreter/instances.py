"""What the classes of the project make of their instances: items, members, fields, managers, descriptors, operators."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ...analysis.callback_models import RECORD_DECORATORS
from ...model.access_paths import callee_of, first_of, last_name
from ...syntax.symbol_table import BindingKind
from ...syntax.values import Kind, Value
from ..values.abstract_values import (
    NOTHING,
    Cls,
    Ext,
    Func,
    Inst,
    Member,
    Method,
    Object,
    Objects,
    Parts,
    Record,
    Table,
    Text,
)
from ..values.environment import Env, Evaluator
from ..values.memo import CHOICE
from ..values.mro import resolution_order
from ..values.store import stores_on_self
from .reaching import END

_ENUMERATIONS = frozenset({"Enum", "Flag", "IntEnum", "IntFlag", "ReprEnum", "StrEnum"})
# Decorators and bases that make `__init__` of the fields of a class (dataclasses, typing, attrs, pydantic, msgspec).
_RECORD_DECORATORS = RECORD_DECORATORS | {"pydantic.dataclasses.dataclass"}
_CHECKING = frozenset({"default", "field_validator", "model_validator", "root_validator", "validator"})
_RECORD_BASES = frozenset({"msgspec.Struct", "pydantic.BaseModel", "sqlmodel.SQLModel", "typing.NamedTuple"})


def is_enumeration(world: Evaluator, cls: Cls) -> bool:
    """Whether a class is an enumeration (enum)."""
    order = resolution_order(world, cls)
    return any(
        isinstance(each, Ext) and first_of(each.path) == "enum" and each.path[5:] in _ENUMERATIONS for each in order
    )


def members(world: Evaluator, cls: Cls) -> Sequence[Member]:
    """The members of an enumeration, in the order of their statements."""
    found: dict[str, None] = {}
    for each in resolution_order(world, cls):
        if isinstance(each, Cls):
            for name, bindings in world.scope(each).bindings.items():
                if not name.startswith("_") and bindings[-1].kind is BindingKind.ASSIGN:
                    found[name] = None
    return [Member(cls, name) for name in found]


def of_member(world: Evaluator, member: Member, name: str) -> Objects:
    """An attribute of a member of an enumeration."""
    if name in ("name", "_name_"):
        return frozenset({Text(member.name)})
    if name in ("value", "_value_"):
        return world.class_attribute(member.cls, member.name)
    return of_one(world, member, world.attribute(Inst(member.cls), name))


def of_record(world: Evaluator, owner: Record, name: str) -> Objects:
    """An attribute of a record: a field, or what its class has."""
    if owner.cls is None or any(name == each for each, _ in owner.rows):
        return owner.at(name)
    return of_one(world, owner, world.class_attribute(owner.cls, name))


def of_one(world: Evaluator, owner: Member | Record, found: Objects) -> Objects:
    """What is found on the class of an object that is one of its own: methods know which."""
    return frozenset(
        Method(world.received(each, owner), each.cls) if isinstance(each, Method) else each for each in found
    )


def of_members(world: Evaluator, cls: Cls, name: str) -> Objects | None:
    """An attribute of an enumeration, or of one of its members nobody knows which; None for any other attribute."""
    if name == "__members__":
        rows = tuple((each.name, frozenset[Object]({each})) for each in members(world, cls))
        return frozenset({Table(rows)})
    known = [each for each in members(world, cls) if each.name == name]
    return frozenset(known) if known else None


def any_value(world: Evaluator, cls: Cls, name: str) -> Objects:
    """The value, or name, of a member of an enumeration, nobody knows which."""
    known = members(world, cls)
    if len(known) > 1:
        world.memory.traits |= CHOICE
    return world.union(of_member(world, each, name) for each in known)


def fields(world: Evaluator, cls: Cls) -> Sequence[str]:
    """The fields of a class whose `__init__` is made out of them, those of its bases first; none of any other class."""
    order = resolution_order(world, cls)
    is_record = any(
        each.path in _RECORD_BASES if isinstance(each, Ext) else _is_decorated(world, each) for each in order
    )
    if not is_record:
        return ()
    found: dict[str, None] = {}
    for each in reversed(order):
        if isinstance(each, Cls):
            bound = world.scope(each).bindings.items()
            if "__init__" in world.scope(each).bindings:
                return ()
            found.update((name, None) for name, one in bound if name[:2] != "__" and one[0].kind is BindingKind.ASSIGN)
    return tuple(found)


def _is_decorated(world: Evaluator, cls: Cls) -> bool:
    scope = world.scope(cls)
    env = Env(world, cls.module, scope.place.scope, END)
    paths = [callee_of(raw) for raw in scope.decorators]
    return any(isinstance(each, Ext) and each.path in _RECORD_DECORATORS for raw in paths for each in env.path(raw))


def is_filled_by_environment(world: Evaluator, cls: Cls) -> bool:
    """Return whether environment variables may set the fields of a class (pydantic-settings)."""
    paths = [each.path for each in resolution_order(world, cls) if isinstance(each, Ext)]
    return any(path.startswith("pydantic") and last_name(path) == "BaseSettings" for path in paths)


def default_factories(world: Evaluator, cls: Cls) -> Sequence[tuple[str, Value, Env]]:
    """The fields of a class whose defaults are made, each with what makes them and where that stands."""
    found = []
    for each in resolution_order(world, cls):
        if isinstance(each, Cls):
            for name, bindings in world.scope(each).bindings.items():
                factory = _factory(bindings[-1].value)
                if factory is not None:
                    found.append((name, factory, Env(world, each.module, each.scope, END)))
    return found


def _factory(value: Value) -> Value | None:
    """Return the function that makes the default of a field: given by keyword, or as `Factory(make)` (attrs)."""
    if value.kind is not Kind.CALL:
        return None
    options = dict(value.keywords)
    if last_name(callee_of(value.path)) == "Factory":
        return value.items[0] if value.items else options.get("factory")
    default = options.get("default")
    if default is not None and default.kind is Kind.CALL and last_name(callee_of(default.path)) == "Factory":
        return _factory(default)
    return options.get("default_factory", options.get("factory"))


def field_checks(world: Evaluator, cls: Cls) -> Iterator[tuple[Value, Env]]:
    """The converters and validators of the fields of a class (attrs), each with its location."""
    classes = [each for each in resolution_order(world, cls) if isinstance(each, Cls)]
    for name in ("converter", "validator"):
        for each in classes:
            for value in [bindings[-1].value for bindings in world.scope(each).bindings.values()]:
                check = dict(value.keywords).get(name) if value.kind is Kind.CALL else None
                if check is not None:
                    yield check, Env(world, each.module, each.scope, END)


def checking_methods(world: Evaluator, cls: Cls) -> Iterator[Method]:
    """The methods of a class whose decorators say that making an instance of it may run them (attrs, pydantic)."""
    for each in [one for one in resolution_order(world, cls) if isinstance(one, Cls)]:
        code = world.module(each.module)
        for number, scope in enumerate(code.facts.scopes) if code is not None else ():
            names = {last_name(callee_of(raw)) for raw in scope.decorators} if scope.parent == each.scope else set()
            if not _CHECKING.isdisjoint(names):
                yield Method(Func(each.module, number), cls)


def record(cls: Cls, value: Value, env: Env) -> Record | None:
    """What a call makes whose class has fields that nothing sets again, and plain methods: each is one of its own."""
    world = env.world
    if not _has_plain_fields(world, cls):
        return None
    if any(each.kind is Kind.SPREAD for each in value.items) or any(not name for name, _ in value.keywords):
        return None
    names = fields(world, cls)
    given = {**dict(zip(names, value.items, strict=False)), **dict(value.keywords)}
    return Record(
        tuple((name, env.value(given[name]) if name in given else world.class_attribute(cls, name)) for name in names),
        cls,
    )


def _has_plain_fields(world: Evaluator, cls: Cls) -> bool:
    """Whether a class is a named tuple, or a record of its own, whose methods run for calls alone."""
    scope, code = world.scope(cls), world.module(cls.module)
    is_tuple = any(raw.endswith("NamedTuple") for raw in scope.bases)
    if code is None or not (is_tuple or (not scope.bases and _is_decorated(world, cls))):
        return False
    inside = [each for each in code.facts.scopes if each.parent == cls.scope]
    if any(each.decorators or each.name.rpartition(".")[2].startswith("__") for each in inside):
        return False
    world.memory.open_read()  # modules that are loaded later may set them
    return is_tuple or not any(
        stores_on_self(world, cls, name) or world.visited.stores_to(name) for name in fields(world, cls)
    )


def item(world: Evaluator, owner: Inst, at: object) -> Objects:
    """An item of an instance: what its methods say, or a field at a place."""
    for name in ("__iter__", "__getitem__") if at is None else ("__getitem__", "__missing__"):
        methods = [each for each in world.class_attribute(owner.cls, name) if isinstance(each, Method)]
        found = world.union(map(world.called, methods))
        if name == "__iter__" and found:
            nexts = [each for each in found if isinstance(each, Inst)]
            given = [world.called(one) for each in nexts for one in world.class_attribute(each.cls, "__next__")]
            return world.union([*given, *[world.element(each, None) for each in found if each not in nexts]])
        if found:
            return found
    if isinstance(at, int) or at is None:
        names = _places(world, owner.cls)
        if names and at is None:
            return world.union(world.attribute(owner, name) for name in names)
        if names and isinstance(at, int) and -len(names) <= at < len(names):
            return world.attribute(owner, names[at])
    found = world.union(map(world.called, world.class_attribute(owner.cls, "__getitem__")))
    return found or frozenset({owner})


def _places(world: Evaluator, cls: Cls) -> Sequence[str]:
    """The attributes that the places of an instance stand for, as a pattern or an unpacking counts them."""
    listed = [each.parts for each in world.class_attribute(cls, "__match_args__") if isinstance(each, Parts)]
    if listed:
        return [one.text for held in listed[0] for one in held if isinstance(one, Text)]
    return fields(world, cls)


def entered(world: Evaluator, manager: Object) -> Objects:
    """What a `with` statement binds: what `__enter__` gives, the manager itself where that is not known."""
    if isinstance(manager, Inst) and world.is_told_apart(manager.cls.module):
        methods = world.class_attribute(manager.cls, "__enter__") | world.class_attribute(manager.cls, "__aenter__")
        found = world.union(world.called(each) for each in methods if isinstance(each, Method))
        return found or frozenset({manager})
    return frozenset({manager})


def operated(world: Evaluator, operands: Objects, method: str) -> Objects:
    """What a binary operator gives whose left operand is of a class that says so."""
    own = [each.cls for each in operands if isinstance(each, Inst) and world.is_told_apart(each.cls.module)]
    found = [one for cls in own for one in world.class_attribute(cls, method) if isinstance(one, Method)]
    return world.union(map(world.called, found))


def got(world: Evaluator, found: Objects) -> Objects:
    """What reading an attribute gives of a class that has descriptors (data model, 3.3.2.2)."""
    held: list[Objects] = []
    for each in found:
        methods = world.class_attribute(each.cls, "__get__") if isinstance(each, Inst) else NOTHING
        given = [world.called(one) for one in methods if isinstance(one, Method)]
        held += given or [frozenset({each})]
    return world.union(held)


def metaclasses(world: Evaluator, cls: Cls) -> list[Cls]:
    """The metaclasses of a class that are classes of the project."""
    found: list[Cls] = []
    for each in resolution_order(world, cls):
        raw = world.scope(each).metaclass if isinstance(each, Cls) else ""
        if raw and isinstance(each, Cls):
            env = Env(world, each.module, world.scope(each).place.scope, END)
            found += [one for one in env.path(raw) if isinstance(one, Cls)]
    return found


def of_metaclass(world: Evaluator, cls: Cls, name: str) -> list[Method]:
    """The methods of a name that the metaclass of a class has, bound to the class."""
    if not world.visited.has_metaclasses:
        return []
    found = [one for each in metaclasses(world, cls) for one in world.class_attribute(each, name)]
    return [Method(each.function, cls) for each in found if isinstance(each, Method)]


def is_metaclass(world: Evaluator, cls: Cls) -> bool:
    """Whether the instances of a class are classes."""
    return Ext("type") in resolution_order(world, cls)


def classes_of(world: Evaluator, metaclass: Cls) -> Objects:
    """The classes of modules loaded so far that a metaclass has made; which one nobody knows."""
    world.memory.open_read()
    found = frozenset(
        cls
        for code in world.visited.modules
        for number, scope in enumerate(code.facts.scopes)
        if (scope.metaclass or scope.bases) and world.is_told_apart(code.file.name)
        if metaclass in metaclasses(world, cls := Cls(code.file.name, number))
    )
    if len(found) > 1:
        world.memory.traits |= CHOICE
    return found
