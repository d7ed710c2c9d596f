"""A stand-in for names of imports that a benchmark has taken out: `from stand_in import ANYTHING as pandas`.

It answers whatever loading an app does with such names: attributes, calls, base classes, decorators, arithmetic,
`isinstance`, iteration, `with`. Runs inside an app's environment, so it imports nothing.
"""

TEXTS = ("__name__", "__qualname__", "__module__", "__doc__", "__version__", "__file__")


class AbsentError(Exception):
    """What `except` clauses get for the exceptions of a package that is not there; nobody raises it."""


class Anything:
    """Answers anything with itself, or with the empty value of the type that is asked for."""

    def __getattr__(self, name: str) -> object:
        """Return an exception class where the name is one's, a text for what describes a module, itself otherwise."""
        if name.endswith(("Error", "Exception", "Warning", "NotFound")):
            return AbsentError
        if name in TEXTS:
            return "stand_in"
        if name.startswith("__") and name.endswith("__"):
            raise AttributeError(name)  # a protocol that it does not keep
        return self

    def __call__(self, *args: object, **options: object) -> object:
        """Return a decorated function or class as it is, and itself to all other calls."""
        decorates = len(args) == 1 and not options and (isinstance(args[0], type) or hasattr(args[0], "__code__"))
        return args[0] if decorates else self

    def __mro_entries__(self, bases: tuple[object, ...]) -> tuple[type, ...]:
        """Add nothing to the classes that are derived from it."""
        return ()

    def __iter__(self) -> object:
        """Return an iterator over nothing."""
        return iter(())

    def __instancecheck__(self, instance: object) -> bool:
        """Return False: nothing is of a class that is not there."""
        return False

    def __subclasscheck__(self, cls: type) -> bool:
        """Return False, as for instances."""
        return False

    def __exit__(self, *error: object) -> None:
        """Let exceptions out of a `with`."""

    def __hash__(self) -> int:
        """Return a number: it may be a key."""
        return id(self)

    def __eq__(self, other: object) -> bool:
        """Return whether the other is the same object."""
        return self is other

    def __answer(self, *_: object) -> object:
        return self

    def __number(self) -> int:
        return 0

    def __yes(self, *_: object) -> bool:
        return True

    def __text(self) -> str:
        return "stand_in"

    __getitem__ = __enter__ = __answer
    __or__ = __ror__ = __and__ = __rand__ = __xor__ = __rxor__ = __lshift__ = __rshift__ = __answer
    __add__ = __radd__ = __sub__ = __rsub__ = __mul__ = __rmul__ = __truediv__ = __rtruediv__ = __mod__ = __answer
    __floordiv__ = __rfloordiv__ = __pow__ = __neg__ = __invert__ = __answer
    __int__ = __index__ = __len__ = __number
    __lt__ = __le__ = __gt__ = __ge__ = __yes
    __str__ = __fspath__ = __text

    def __bool__(self) -> bool:
        """Return True, although it is empty."""
        return True

    def __float__(self) -> float:
        """Return 0.0."""
        return 0.0

    def __setitem__(self, key: object, value: object) -> None:
        """Forget the value."""


ANYTHING = Anything()
