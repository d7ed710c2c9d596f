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
    "heapq": """
def heapify(heap):
    heap.sort()

def heappush(heap, value):
    heap.append(value)
    heap.sort()

def heappop(heap):
    return heap.pop(0)
""",
    "itertools": """
class chain:
    def __init__(self, *values):
        self.steps = (each for one in values for each in one)

    def __iter__(self):
        return self.steps

    def __next__(self):
        return next(self.steps)

    @classmethod
    def from_iterable(cls, values):
        return (each for one in values for each in one)

def count(start=0, step=1):
    while True:
        yield start
        start += step

def cycle(values):
    kept = list(values)
    while kept:
        yield from kept

def repeat(value, times=None):
    while times is None or times > 0:
        yield value
        if times is not None:
            times -= 1

def islice(values, first, *more):
    start, stop, step = (first, *more, 1)[:3] if more else (0, first, 1)
    start, step, at = start or 0, step or 1, 0
    if stop is not None and stop <= 0:
        return
    for each in values:
        if at >= start and (at - start) % step == 0:
            yield each
        at += 1
        if stop is not None and at >= stop:
            return

def takewhile(test, values):
    for each in values:
        if not test(each):
            return
        yield each

def dropwhile(test, values):
    steps = iter(values)
    for each in steps:
        if not test(each):
            yield each
            yield from steps

def filterfalse(test, values):
    for each in values:
        if not (test(each) if test is not None else each):
            yield each

def starmap(function, values):
    for each in values:
        yield function(*each)

def compress(values, selectors):
    for each, wanted in zip(values, selectors):
        if wanted:
            yield each

def accumulate(values, function=lambda one, other: one + other, *, initial=None):
    steps = iter(values)
    total = next(steps) if initial is None else initial
    yield total
    for each in steps:
        total = function(total, each)
        yield total

def pairwise(values):
    steps = iter(values)
    before = next(steps)
    for each in steps:
        yield before, each
        before = each

def product(*values, repeat=1):
    rows = [()]
    for one in [list(each) for each in values] * repeat:
        rows = [(*row, each) for row in rows for each in one]
    yield from rows

def zip_longest(*values, fillvalue=None):
    kept = [list(each) for each in values]
    for at in range(max(len(each) for each in kept)):
        yield tuple(each[at] if at < len(each) else fillvalue for each in kept)

def groupby(values, key=None):
    group, last = [], None
    for each in values:
        at = each if key is None else key(each)
        if group and at != last:
            yield last, iter(group)
            group = []
        group.append(each)
        last = at
    if group:
        yield last, iter(group)
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
