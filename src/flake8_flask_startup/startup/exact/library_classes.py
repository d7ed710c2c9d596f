"""Modules of the standard library that make classes and objects, as code for the walk to follow."""

from __future__ import annotations

from .library_paths import FOLDERS

TEXTS: dict[str, str] = {
    "abc": """
class ABCMeta(type):
    pass

class ABC(metaclass=ABCMeta):
    pass

def abstractmethod(function):
    return function
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

class _ManagedLater:
    def __init__(self, steps):
        self.steps = steps

    async def __aenter__(self):
        return next(self.steps)

    async def __aexit__(self, kind, value, trace):
        return _Managed.__exit__(self, kind, value, trace)

def asynccontextmanager(function):
    def helper(*args, **options):
        return _ManagedLater(function(*args, **options))
    helper.__wrapped__ = function
    return helper

class AsyncExitStack:
    def __init__(self):
        self.kept = []

    async def __aenter__(self):
        return self

    async def enter_async_context(self, manager):
        value = await manager.__aenter__()
        self.kept.append((manager.__aexit__, True))
        return value

    def enter_context(self, manager):
        value = manager.__enter__()
        self.kept.append((manager.__exit__, False))
        return value

    def callback(self, function, *args, **options):
        self.kept.append((lambda kind, value, trace: function(*args, **options) and None, False))
        return function

    def push_async_callback(self, function, *args, **options):
        async def leave(kind, value, trace):
            await function(*args, **options)

        self.kept.append((leave, True))
        return function

    async def aclose(self):
        await self.__aexit__(None, None, None)

    async def __aexit__(self, kind, value, trace):
        is_swallowed = False
        while self.kept:
            leave, is_later = self.kept.pop()
            found = leave(kind, value, trace)
            if (await found if is_later else found) and value is not None:
                is_swallowed, kind, value = True, None, None
        return is_swallowed

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
    "contextvars": """
class Token:
    def __init__(self, var, old):
        self.var, self.old_value = var, old

class ContextVar:
    def __init__(self, name, **options):
        self.name, self._default, self._held = name, options, []

    def get(self, *default):
        if self._held:
            return self._held[-1]
        if default:
            return default[0]
        if "default" not in self._default:
            raise LookupError(self.name)
        return self._default["default"]

    def set(self, value):
        self._held.append(value)
        return Token(self, len(self._held) - 1)

    def reset(self, token):
        del self._held[token.old_value:]
""",
    "graphlib": """
class CycleError(ValueError):
    pass

class TopologicalSorter:
    def __init__(self, graph=None):
        self._before = {}
        for node, before in (graph or {}).items():
            self.add(node, *before)

    def add(self, node, *before):
        for each in (node, *before):
            self._before.setdefault(each, [])
        self._before[node] += before

    def static_order(self):
        waiting = dict(self._before)
        while waiting:
            ready = [node for node, before in waiting.items() if not any(each in waiting for each in before)]
            if not ready:
                raise CycleError("nodes are in a cycle")
            for node in ready:
                del waiting[node]
            yield from ready
""",
    "os": """
class _Environ:
    def __init__(self):
        self.known = _known
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
"""
    + FOLDERS,
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

def new_class(name, bases=(), kwds=None, exec_body=None):
    options = dict(kwds or {})
    metaclass = options.pop("metaclass", type)
    if not all(isinstance(each, type) and type(each) is type for each in bases):
        _not_known()
    if metaclass is not type and hasattr(metaclass, "__prepare__"):
        _not_known()
    names = {}
    if exec_body is not None:
        exec_body(names)
    return metaclass(name, tuple(bases), names, **options)
""",
    "timeit": """
def timeit(stmt="pass", setup="pass", timer=None, number=1000000, globals=None):
    if timer is not None or number > 100:
        _not_known()
    for each, times in ((setup, 1), (stmt, number)):
        if callable(each):
            for _ in range(times):
                each()
        elif each != "pass":
            _not_known()
    return _seconds

def repeat(stmt="pass", setup="pass", timer=None, repeat=5, number=1000000, globals=None):
    return [timeit(stmt, setup, timer, number) for _ in range(repeat)]
""",
    "typing": """
TYPE_CHECKING = False

class Generic:
    def __class_getitem__(cls, key):
        return cls

class Protocol(Generic):
    def __init_subclass__(cls, **options):
        _evaluate(cls)

class _Naming(type):
    def __new__(cls, name, bases, names):
        if not bases:
            return super().__new__(cls, name, bases, names)
        fields = tuple(names.get("__annotations__", {}))
        made = _rows(name, fields, {each: names[each] for each in fields if each in names}, names)
        _evaluate(made)
        return made

    def __call__(cls, name, fields=()):
        return _rows(name, tuple([each for each, _ in fields]), {}, {})

class NamedTuple(metaclass=_Naming):
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
