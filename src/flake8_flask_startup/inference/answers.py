"""The answers of inference: what a name turns out to be when other files are read. No astroid object is in them."""

from __future__ import annotations

from collections.abc import Iterable, Set
from enum import Enum
from typing import NamedTuple


class Form(Enum):
    """What kind of object something is."""

    INSTANCE = "instance"
    CLASS = "class"
    FUNCTION = "function"
    MODULE = "module"
    UNKNOWN = "unknown"


class KnownObject(NamedTuple):
    """An object, as far as it is known without running anything.

    classes holds the canonical dotted names of its class, or of the class that it is, and of all known ancestors;
    is_whole says that these are all there are. takes_apps says that the class has a method `init_app(self, app)`.
    """

    form: Form
    name: str = ""  # of the class
    classes: frozenset[str] = frozenset()
    is_whole: bool = False
    takes_apps: bool = False

    def is_instance(self, classes: Set[str]) -> bool:
        """Whether it surely is an instance of one of the classes."""
        return self.form is Form.INSTANCE and not classes.isdisjoint(self.classes)

    def is_no_instance(self, classes: Set[str]) -> bool:
        """Whether it surely is something else than an instance of one of the classes."""
        if self.form is Form.UNKNOWN:
            return False
        return self.form is not Form.INSTANCE or (self.is_whole and classes.isdisjoint(self.classes))


UNKNOWN = KnownObject(Form.UNKNOWN)


def agreed(objects: Iterable[KnownObject]) -> KnownObject:
    """What several answers to one question have in common; UNKNOWN when that is not even their form."""
    found = set(objects)
    if len(found) == 1:
        return found.pop()
    forms = {each.form for each in found}
    if len(forms) != 1:
        return UNKNOWN
    return KnownObject(
        forms.pop(),
        min(each.name for each in found),
        frozenset.intersection(*(each.classes for each in found)),
        is_whole=False,
        takes_apps=all(each.takes_apps for each in found),
    )
