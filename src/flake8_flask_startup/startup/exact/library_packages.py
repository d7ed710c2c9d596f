"""Packages that Flask brings along, as code for the walk to follow."""

from __future__ import annotations

TEXTS: dict[str, str] = {
    "blinker": """
class Signal:
    def __init__(self, doc=None):
        self._kept = []

    def connect(self, receiver, sender=None, weak=True):
        self._kept.append((receiver, sender))
        return receiver

    def connect_via(self, sender, weak=False):
        return lambda receiver: self.connect(receiver, sender)

    def disconnect(self, receiver, sender=None):
        self._kept = [each for each in self._kept if each[0] is not receiver]

    def receivers_for(self, sender):
        for receiver, wanted in list(self._kept):
            if wanted is None or wanted == sender:
                yield receiver

    def has_receivers_for(self, sender):
        return any(True for _ in self.receivers_for(sender))

    def send(self, sender=None, /, **given):
        return [(each, each(sender, **given)) for each in self.receivers_for(sender)]

    def __bool__(self):
        return True

class NamedSignal(Signal):
    def __init__(self, name, doc=None):
        Signal.__init__(self, doc)
        self.name = name

class Namespace:
    def __init__(self):
        self._signals = {}

    def signal(self, name, doc=None):
        if name not in self._signals:
            self._signals[name] = NamedSignal(name, doc)
        return self._signals[name]

signal = Namespace().signal
""",
    "werkzeug.local": """
class LocalProxy:
    def __init__(self, local, name=None, *, unbound_message=None):
        if name is not None or not callable(local):
            _not_known()
        object.__setattr__(self, "_found", local)

    def __getattr__(self, name):
        return getattr(self._found(), name)

    def __setattr__(self, name, value):
        setattr(self._found(), name, value)

    def __getitem__(self, key):
        return self._found()[key]

    def __setitem__(self, key, value):
        self._found()[key] = value

    def __call__(self, *args, **options):
        return self._found()(*args, **options)

    def __bool__(self):
        return bool(self._found())

    def __iter__(self):
        return iter(self._found())

    def __len__(self):
        return len(self._found())

    def __contains__(self, item):
        return item in self._found()

    def __delattr__(self, name):
        delattr(self._found(), name)

    def __delitem__(self, key):
        del self._found()[key]

    def __enter__(self):
        return self._found().__enter__()

    def __exit__(self, *error):
        return self._found().__exit__(*error)

    def __str__(self):
        return str(self._found())

    def __repr__(self):
        return repr(self._found())

    def __hash__(self):
        return hash(self._found())

    def __int__(self):
        return int(self._found())

    def __float__(self):
        return float(self._found())

    def __next__(self):
        return next(self._found())

    def __reversed__(self):
        return reversed(self._found())

    def __eq__(self, other):
        return self._found() == other

    def __ne__(self, other):
        return self._found() != other

    def __lt__(self, other):
        return self._found() < other

    def __le__(self, other):
        return self._found() <= other

    def __gt__(self, other):
        return self._found() > other

    def __ge__(self, other):
        return self._found() >= other

    def __add__(self, other):
        return self._found() + other

    def __sub__(self, other):
        return self._found() - other

    def __mul__(self, other):
        return self._found() * other

    def __truediv__(self, other):
        return self._found() / other

    def __floordiv__(self, other):
        return self._found() // other

    def __mod__(self, other):
        return self._found() % other

    def __or__(self, other):
        return self._found() | other

    def __and__(self, other):
        return self._found() & other

    def __radd__(self, other):
        return other + self._found()

    def __rmul__(self, other):
        return other * self._found()
""",
}
