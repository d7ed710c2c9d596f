"""Modules of the standard library that make classes and objects, as code for the walk to follow."""

from __future__ import annotations

TEXTS: dict[str, str] = {
    "abc": """
class ABCMeta(type):
    pass

class ABC(metaclass=ABCMeta):
    pass

def abstractmethod(function):
    return function
""",
    "collections": """
class _Row:
    def __init__(self, *values, **named):
        known = dict(zip(self._fields, values))
        known.update(named)
        for name in self._fields:
            if name not in known:
                if name not in self._field_defaults:
                    raise TypeError(name)
                known[name] = self._field_defaults[name]
            setattr(self, name, known[name])
        if len(values) > len(self._fields) or len(known) > len(self._fields):
            raise TypeError(values)

    def __iter__(self):
        return iter([getattr(self, name) for name in self._fields])

    def __len__(self):
        return len(self._fields)

    def __getitem__(self, at):
        return [getattr(self, name) for name in self._fields][at]

    def _asdict(self):
        return {name: getattr(self, name) for name in self._fields}

    def _replace(self, **named):
        return type(self)(**{**self._asdict(), **named})

def namedtuple(name, fields, *, defaults=()):
    names = tuple(fields.replace(",", " ").split()) if isinstance(fields, str) else tuple(fields)
    filled = dict(zip(names[len(names) - len(defaults):], defaults))
    return type(name, (_Row,), {"_fields": names, "_field_defaults": filled})
""",
    "contextlib": """
class AbstractContextManager:
    def __enter__(self):
        return self

    def __exit__(self, kind, value, trace):
        return None

class ContextDecorator:
    def _recreate_cm(self):
        return self

    def __call__(self, function):
        def inner(*args, **options):
            with self._recreate_cm():
                return function(*args, **options)
        inner.__wrapped__ = function
        return inner

class _Managed(ContextDecorator):
    def __init__(self, function, args, options):
        self.made_of = (function, args, options)
        self.steps = function(*args, **options)

    def _recreate_cm(self):
        return _Managed(*self.made_of)

    def __enter__(self):
        return next(self.steps)

    def __exit__(self, kind, value, trace):
        if kind is None:
            next(self.steps, None)
            return False
        try:
            self.steps.throw(value)
        except StopIteration:
            return True
        except BaseException as error:
            if error is value:
                return False
            raise

def contextmanager(function):
    def helper(*args, **options):
        return _Managed(function, args, options)
    helper.__wrapped__ = function
    return helper

class closing(AbstractContextManager):
    def __init__(self, thing):
        self.thing = thing

    def __enter__(self):
        return self.thing

    def __exit__(self, kind, value, trace):
        self.thing.close()

class nullcontext(AbstractContextManager):
    def __init__(self, enter_result=None):
        self.enter_result = enter_result

    def __enter__(self):
        return self.enter_result

class suppress(AbstractContextManager):
    def __init__(self, *kinds):
        self.kinds = kinds

    def __exit__(self, kind, value, trace):
        return kind is not None and isinstance(value, self.kinds)

class ExitStack(AbstractContextManager):
    def __init__(self):
        self.kept = []

    def enter_context(self, manager):
        value = manager.__enter__()
        self.kept.append(manager.__exit__)
        return value

    def push(self, thing):
        self.kept.append(thing.__exit__ if hasattr(thing, "__exit__") else thing)
        return thing

    def callback(self, function, *args, **options):
        self.kept.append(lambda kind, value, trace: function(*args, **options) and None)
        return function

    def pop_all(self):
        other = type(self)()
        other.kept, self.kept = self.kept, []
        return other

    def close(self):
        self.__exit__(None, None, None)

    def __exit__(self, kind, value, trace):
        pending = value
        while self.kept:
            leave = self.kept.pop()
            try:
                if leave(type(pending) if pending is not None else None, pending, None):
                    pending = None
            except BaseException as error:
                pending = error
        if pending is not None and pending is not value:
            raise pending
        return value is not None and pending is None
""",
    "dataclasses": """
MISSING = object()

class _Field:
    def __init__(self, default=MISSING, default_factory=MISSING, init=True):
        self.default = default
        self.default_factory = default_factory
        self.init = init

def field(*, default=MISSING, default_factory=MISSING, init=True, repr=True, compare=True, metadata=None):
    return _Field(default, default_factory, init)

def _fields_of(cls):
    found = {}
    for each in reversed(cls.__mro__):
        names = vars(each).get("__annotations__", {}) if each is not object else {}
        for name, annotation in names.items():
            if "InitVar" in annotation or "KW_ONLY" in annotation:
                _not_known()
            if "ClassVar" not in annotation:
                kept = vars(each).get("__dataclass_defaults__", {})
                found[name] = kept.get(name, vars(each).get(name, MISSING))
    return found

def dataclass(cls=None, *, init=True, repr=True, eq=True, order=False, frozen=False, slots=False, kw_only=False):
    def make(cls):
        cls.__dataclass_defaults__ = {}
        for name in vars(cls).get("__annotations__", {}):
            if isinstance(vars(cls).get(name), _Field):
                cls.__dataclass_defaults__[name] = vars(cls)[name]
                if vars(cls)[name].default is not MISSING:
                    setattr(cls, name, vars(cls)[name].default)
                else:
                    delattr(cls, name)
        known = _fields_of(cls)
        cls.__dataclass_fields__ = known

        def __init__(self, *args, **given):
            names = [name for name in known if not isinstance(known[name], _Field) or known[name].init]
            if len(args) > (0 if kw_only else len(names)) or not set(given) <= set(names[len(args):]):
                raise TypeError(names)
            given.update(zip(names, args))
            for name, default in known.items():
                if name in given:
                    setattr(self, name, given[name])
                elif isinstance(default, _Field):
                    if default.default_factory is not MISSING:
                        setattr(self, name, default.default_factory())
                    elif default.default is MISSING:
                        raise TypeError(name)
                    else:
                        setattr(self, name, default.default)
                elif default is MISSING:
                    raise TypeError(name)
                else:
                    setattr(self, name, default)
            if hasattr(self, "__post_init__"):
                self.__post_init__()

        if init and "__init__" not in vars(cls):
            cls.__init__ = __init__
        if eq and "__eq__" not in vars(cls):
            cls.__eq__ = lambda self, other: (
                type(self) is type(other) and all(getattr(self, name) == getattr(other, name) for name in known)
            )
        return cls

    return make if cls is None else make(cls)

def asdict(thing):
    return {name: getattr(thing, name) for name in thing.__dataclass_fields__}
""",
    "enum": """
class auto:
    pass

class EnumMeta(type):
    def __new__(cls, name, bases, names, **options):
        made = super().__new__(cls, name, bases, dict(names))
        made._member_map_ = {}
        for key, value in names.items():
            if not key.startswith("_") and bases and _is_member(value):
                if isinstance(value, auto):
                    value = made._next(key, len(made._member_map_))
                known = [each for each in made._member_map_.values() if each.value == value]
                member = known[0] if known else object.__new__(made)
                if not known:
                    member._name_ = member.name = key
                    member._value_ = member.value = value
                    if hasattr(made, "__init__") and "__init__" in names:
                        member.__init__(*(value if isinstance(value, tuple) else (value,)))
                made._member_map_[key] = member
                setattr(made, key, member)
        return made

    def _next(cls, key, count):
        return count + 1

    def __call__(cls, value):
        for each in cls._member_map_.values():
            if each is value or each.value == value:
                return each
        if hasattr(cls, "_missing_"):
            return cls._missing_(value)
        raise ValueError(value)

    def __iter__(cls):
        return iter([each for name, each in cls._member_map_.items() if name == each.name])

    def __len__(cls):
        return len(list(iter(cls)))

    def __getitem__(cls, name):
        return cls._member_map_[name]

    def __contains__(cls, value):
        return any(each is value or each.value == value for each in cls._member_map_.values())

    @property
    def __members__(cls):
        return cls._member_map_

EnumType = EnumMeta

class Enum(metaclass=EnumMeta):
    pass

def unique(cls):
    return cls
""",
    "os": """
class _Environ:
    def __init__(self):
        self.known = {}
        self.unset = []

    def __setitem__(self, name, value):
        self.known[name] = value

    def __contains__(self, name):
        if name not in self.known and name not in self.unset:
            if _is_set():
                self.known[name] = _variable
            else:
                self.unset.append(name)
        return name in self.known

    def __getitem__(self, name):
        if name in self:
            return self.known[name]
        raise KeyError(name)

    def __delitem__(self, name):
        if name not in self:
            raise KeyError(name)
        del self.known[name]
        self.unset.append(name)

    def __iter__(self):
        return iter(_variable)

    def get(self, name, default=None):
        return self.known[name] if name in self else default

    def setdefault(self, name, value):
        if name not in self:
            self.known[name] = value
        return self.known[name]

    def pop(self, name, *default):
        value = self.get(name, *default)
        self.known.pop(name, None)
        self.unset.append(name)
        return value

    def update(self, *given, **named):
        self.known.update(*given, **named)

environ = _Environ()

def getenv(name, default=None):
    return environ.get(name, default)
""",
    "string": """
class Template:
    def __init__(self, template):
        self.template = template

    def substitute(self, mapping={}, **named):
        return _substituted(self.template, {**mapping, **named})
""",
    "types": """
class SimpleNamespace:
    def __init__(self, **named):
        for name, value in named.items():
            setattr(self, name, value)

def MappingProxyType(mapping):
    return mapping
""",
    "typing": """
TYPE_CHECKING = False

class Generic:
    def __class_getitem__(cls, key):
        return cls

class Protocol(Generic):
    pass

def cast(kind, value):
    return value

def overload(function):
    return function

def final(thing):
    return thing

def runtime_checkable(cls):
    return cls

def TypeVar(name, *bounds, **options):
    return name
""",
}
