"""Modules of the standard library that make classes of records, as code for the walk to follow."""

from __future__ import annotations

TEXTS: dict[str, str] = {
    "collections": """
class Counter(dict):
    def __init__(self, values=(), /, **named):
        self.update(values, **named)

    def __missing__(self, key):
        return 0

    def update(self, values=(), /, **named):
        pairs = values.items() if isinstance(values, dict) else [(each, 1) for each in values]
        for key, count in [*pairs, *named.items()]:
            self[key] = self.get(key, 0) + count

    def most_common(self, n=None):
        return sorted(self.items(), key=lambda pair: pair[1], reverse=True)[:n]

    def elements(self):
        return iter([key for key, count in self.items() for _ in range(count)])

    def total(self):
        return sum(self.values())

class OrderedDict(dict):
    def move_to_end(self, key, last=True):
        value = self.pop(key)
        rows = list(self.items())
        self.clear()
        self.update([*rows, (key, value)] if last else [(key, value), *rows])

    def popitem(self, last=True):
        if not self:
            raise KeyError("dictionary is empty")
        key = list(self)[-1 if last else 0]
        return key, self.pop(key)

    def copy(self):
        return type(self)(self)

    def __reversed__(self):
        return iter(list(self)[::-1])

class _Iterator:
    def __iter__(self):
        return self

class _Mapping:
    def __contains__(self, key):
        try:
            self[key]
        except KeyError:
            return False
        return True

    def get(self, key, default=None):
        return self[key] if key in self else default

    def keys(self):
        return list(iter(self))

    def values(self):
        return [self[key] for key in self]

    def items(self):
        return [(key, self[key]) for key in self]

class _MutableMapping(_Mapping):
    def setdefault(self, key, default=None):
        try:
            return self[key]
        except KeyError:
            self[key] = default
        return default

    def pop(self, key, *default):
        try:
            value = self[key]
        except KeyError:
            if default:
                return default[0]
            raise
        del self[key]
        return value

    def popitem(self):
        key = next(iter(self))
        value = self[key]
        del self[key]
        return key, value

    def clear(self):
        while len(self):
            self.popitem()

    def update(self, other=(), /, **named):
        pairs = [(key, other[key]) for key in other.keys()] if hasattr(other, "keys") else other
        for key, value in [*pairs, *named.items()]:
            self[key] = value

class ChainMap(_Mapping):
    def __init__(self, *maps):
        self.maps = list(maps) or [{}]

    def __getitem__(self, key):
        for each in self.maps:
            if key in each:
                return each[key]
        raise KeyError(key)

    def __setitem__(self, key, value):
        self.maps[0][key] = value

    def __delitem__(self, key):
        del self.maps[0][key]

    def __contains__(self, key):
        return any(key in each for each in self.maps)

    def __iter__(self):
        found = {}
        for each in reversed(self.maps):
            found.update(dict.fromkeys(each))
        return iter(found)

    def __len__(self):
        return len(list(iter(self)))

    def __bool__(self):
        return any(self.maps)

    def new_child(self, m=None):
        return type(self)({} if m is None else m, *self.maps)

    @property
    def parents(self):
        return type(self)(*self.maps[1:])

class UserDict(_MutableMapping):
    def __init__(self, dict=None, /, **kwargs):
        self.data = {}
        if dict is not None:
            self.update(dict)
        if kwargs:
            self.update(kwargs)

    def __getitem__(self, key):
        if key in self.data:
            return self.data[key]
        if hasattr(type(self), "__missing__"):
            return self.__missing__(key)
        raise KeyError(key)

    def __setitem__(self, key, value):
        self.data[key] = value

    def __delitem__(self, key):
        del self.data[key]

    def __contains__(self, key):
        return key in self.data

    def __iter__(self):
        return iter(self.data)

    def __len__(self):
        return len(self.data)

    def __or__(self, other):
        return _not_known()

    __ror__ = __ior__ = copy = __or__

class _Row(tuple):
    def __new__(cls, *values, **named):
        known = {**cls._field_defaults, **dict(zip(cls._fields, values)), **named}
        is_twice = any(name in named for name in cls._fields[:len(values)])
        if is_twice or len(values) > len(cls._fields) or set(known) != set(cls._fields):
            raise TypeError(values)
        return tuple.__new__(cls, [known[name] for name in cls._fields])

    @classmethod
    def _make(cls, values):
        made = tuple.__new__(cls, values)
        if len(made) != len(cls._fields):
            raise TypeError(values)
        return made

    def _asdict(self):
        return dict(zip(self._fields, self))

    def _replace(self, **named):
        return type(self)(**{**self._asdict(), **named})

def _item(at):
    return property(lambda self: self[at])

def _rows(name, fields, defaults, body):
    items = {field: _item(at) for at, field in enumerate(fields)}
    own = {"_fields": fields, "_field_defaults": defaults, "__match_args__": fields}
    return type(name, (_Row,), {**body, **items, **own})

def namedtuple(name, fields, *, defaults=(), module=None):
    names = tuple(fields.replace(",", " ").split()) if isinstance(fields, str) else tuple(fields)
    return _rows(name, names, dict(zip(names[len(names) - len(defaults):], defaults)), {})
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

def dataclass(
    cls=None, *, init=True, repr=True, eq=True, order=False, frozen=False, slots=False, kw_only=False, match_args=True
):
    def make(cls):
        _evaluate(cls)
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
        if match_args and "__match_args__" not in vars(cls):
            cls.__match_args__ = () if kw_only else tuple(
                name for name in known if not isinstance(known[name], _Field) or known[name].init
            )

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

class _Known:
    def __init__(self, name, field):
        self.name, self._field = name, field

    def __getattr__(self, name):
        return _not_known()

    @property
    def default(self):
        return self._field.default if isinstance(self._field, _Field) else self._field

def fields(thing):
    return tuple([_Known(name, field) for name, field in thing.__dataclass_fields__.items()])

def replace(thing, /, **changes):
    return type(thing)(**{**asdict(thing), **changes})

def is_dataclass(thing):
    return hasattr(thing, "__dataclass_fields__")
""",
}
