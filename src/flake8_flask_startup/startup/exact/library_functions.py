"""Modules of the standard library that work on functions and iterators, as code for the walk to follow."""

from __future__ import annotations

TEXTS: dict[str, str] = {
    "functools": """
WRAPPER_ASSIGNMENTS = ("__module__", "__name__", "__qualname__")

class partial:
    def __init__(self, func, /, *args, **keywords):
        if isinstance(func, partial):
            args, keywords, func = (*func.args, *args), {**func.keywords, **keywords}, func.func
        self.func, self.args, self.keywords = func, args, keywords

    def __call__(self, /, *args, **keywords):
        return self.func(*self.args, *args, **{**self.keywords, **keywords})

class partialmethod:
    def __init__(self, func, /, *args, **keywords):
        self.func, self.args, self.keywords = func, args, keywords

    def __get__(self, owner, cls=None):
        return partial(self.func, owner, *self.args, **self.keywords)

def update_wrapper(wrapper, wrapped, *more, **options):
    for name in WRAPPER_ASSIGNMENTS:
        if hasattr(wrapped, name):
            setattr(wrapper, name, getattr(wrapped, name))
    for name, value in getattr(wrapped, "__dict__", {}).items():
        setattr(wrapper, name, value)
    wrapper.__wrapped__ = wrapped
    return wrapper

def wraps(wrapped, *more, **options):
    return lambda wrapper: update_wrapper(wrapper, wrapped)

class _CacheInfo:
    def __init__(self, hits, misses, maxsize):
        self.hits, self.misses, self.maxsize, self.currsize = hits, misses, maxsize, misses

class _Cached:
    def __init__(self, function, maxsize=None):
        self.known = {}
        self.asked = self.made = 0
        self.maxsize = maxsize
        update_wrapper(self, function)

    def __call__(self, *args, **options):
        key = (args, tuple(options.items()))
        self.asked += 1
        if key not in self.known:
            self.made += 1
            if self.maxsize is not None and self.made > self.maxsize:
                _not_known()
            self.known[key] = self.__wrapped__(*args, **options)
        return self.known[key]

    def __get__(self, owner, cls=None):
        return self if owner is None else partial(self, owner)

    def cache_clear(self):
        self.known.clear()
        self.asked = self.made = 0

    def cache_info(self):
        return _CacheInfo(self.asked - self.made, self.made, self.maxsize)

def lru_cache(maxsize=128, typed=False):
    if callable(maxsize):
        return _Cached(maxsize, 128)
    return lambda function: _Cached(function, maxsize)

cache = _Cached

class cached_property:
    def __init__(self, function):
        self.function = function

    def __set_name__(self, owner, name):
        self.name = name

    def __get__(self, owner, cls=None):
        if owner is None:
            return self
        value = self.function(owner)
        owner.__dict__[self.name] = value
        return value

def reduce(function, values, *start):
    steps = iter(values)
    result = start[0] if start else next(steps)
    for each in steps:
        result = function(result, each)
    return result

def singledispatch(function):
    known = {}

    def register(kind, made=None):
        if made is None and not isinstance(kind, type):
            kind, made = _annotated(kind), kind
        if made is None:
            return lambda made: register(kind, made)
        known[kind] = made
        return made

    def inner(*args, **options):
        for each in type(args[0]).__mro__:
            if each in known:
                return known[each](*args, **options)
        return function(*args, **options)

    inner.register, inner.registry = register, known
    return inner

class singledispatchmethod:
    def __init__(self, func):
        self.func, self.known = func, {}

    def register(self, kind, method=None):
        if method is None and isinstance(kind, type):
            return lambda method: self.register(kind, method)
        if method is None:
            kind, method = _annotated(kind, 1), kind
        self.known[kind] = method
        return method

    def __get__(self, owner, cls=None):
        def inner(*args, **options):
            found = [self.known[each] for each in type(args[0]).__mro__ if each in self.known]
            return _held(found[0] if found else self.func, owner, cls)(*args, **options)
        return inner

def total_ordering(cls):
    if "__lt__" in vars(cls):
        cls.__gt__ = lambda self, other: not (self < other or self == other)
        cls.__le__ = lambda self, other: self < other or self == other
        cls.__ge__ = lambda self, other: not self < other
        return cls
    return _not_known()
""",
    "pkgutil": """
class ModuleInfo:
    def __init__(self, module_finder, name, ispkg):
        self.module_finder, self.name, self.ispkg = module_finder, name, ispkg

    def __iter__(self):
        return iter((self.module_finder, self.name, self.ispkg))

    def __getitem__(self, at):
        return (self.module_finder, self.name, self.ispkg)[at]

def iter_modules(path=None, prefix=""):
    if path is None or isinstance(path, str):
        return _not_known()
    found = []
    for folder in path:
        for name, ispkg in _modules_in(folder):
            if name not in found:
                found.append(name)
                yield ModuleInfo(_finder, prefix + name, ispkg)

def resolve_name(name):
    return _object_named(name)

def walk_packages(path=None, prefix="", onerror=None):
    for info in iter_modules(path, prefix):
        yield info
        if info.ispkg:
            try:
                _import_own(info.name)
            except ImportError:
                if onerror is not None:
                    onerror(info.name)
            else:
                yield from walk_packages(_loaded[info.name].__path__, info.name + ".", onerror)
""",
    "pydoc": """
def locate(path, forceload=0):
    return _object_named(path)
""",
    "werkzeug.utils": """
def import_string(import_name, silent=False):
    return _object_named(import_name)

def find_modules(import_path, include_packages=False, recursive=False):
    for info in _iter_modules(_object_named(import_path).__path__):
        name = f"{import_path}.{info.name}"
        if include_packages or not info.ispkg:
            yield name
        if info.ispkg and recursive:
            yield from find_modules(name, include_packages, True)
""",
    "operator": """
def itemgetter(*keys):
    if len(keys) == 1:
        return lambda owner: owner[keys[0]]
    return lambda owner: tuple(owner[each] for each in keys)

def attrgetter(*names):
    def one(owner, name):
        for each in name.split("."):
            owner = getattr(owner, each)
        return owner
    if len(names) == 1:
        return lambda owner: one(owner, names[0])
    return lambda owner: tuple(one(owner, each) for each in names)

def methodcaller(name, /, *args, **options):
    return lambda owner: getattr(owner, name)(*args, **options)

add = concat = lambda one, other: one + other
sub = lambda one, other: one - other
mul = lambda one, other: one * other
eq = lambda one, other: one == other
ne = lambda one, other: one != other
lt = lambda one, other: one < other
gt = lambda one, other: one > other
le = lambda one, other: one <= other
ge = lambda one, other: one >= other
not_ = lambda value: not value
truth = lambda value: bool(value)
contains = lambda owner, value: value in owner
getitem = lambda owner, key: owner[key]
is_ = lambda one, other: one is other
is_not = lambda one, other: one is not other
call = lambda function, /, *args, **options: function(*args, **options)
""",
}
