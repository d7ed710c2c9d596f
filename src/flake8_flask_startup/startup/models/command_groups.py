"""Groups of commands that make the app: `FlaskGroup(create_app=load)` (Flask's documentation, "Custom Scripts").

The group calls the function before it runs a command of the app.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

from ...config.flask_objects import GROUPS
from ...model.access_paths import call_of, is_attribute, owner_of
from ...syntax.symbol_table import Call
from ...syntax.values import Value
from ..values.abstract_values import Cls, Ext, Func, Inst, Object, Objects

_RUN = ("main", "invoke")  # what starts a group


class Made(NamedTuple):
    """What a group is given to make its app with, and where that is written."""

    value: Value
    module: str
    scope: int
    line: int


class CommandGroups:
    """The groups that startup has made so far. ancestry gives the classes that a class comes from."""

    def __init__(self, ancestry: Callable[[Cls], Sequence[Cls | Ext]]) -> None:
        self._ancestry = ancestry
        self.notes = 0  # of what makes an app
        self._made: dict[Object, list[Made]] = {}
        self._decorators: dict[tuple[str, int, int], Made] = {}  # by the place where they stand

    def note(self, call: Call, callees: Objects, classes: Objects, module: str) -> None:
        """Take note of a call that makes a group; classes are what it is given as `cls`."""
        place = (module, call.span.line, call.span.column)
        if call.decorates and place in self._decorators:
            self._note(Func(module, call.decorates), self._decorators[place])
        value = dict(call.keywords).get("create_app")
        if value is None:
            return
        made = Made(value, module, call.place.scope, call.span.line)
        if any(map(self._is_group, classes)):
            self._decorators[place] = made
        for each in callees:
            if self._is_group(each):
                instance = Inst(each) if isinstance(each, Cls) else Ext(call_of(_path(each)))
                self._note(instance, made)

    def _note(self, group: Object, made: Made) -> None:
        known = self._made.setdefault(group, [])
        if made not in known:
            known.append(made)
            self.notes += 1

    def made_by(self, callee: Object) -> Sequence[Made]:
        """What calling an object, if it is a group, makes the app with."""
        if not self._made:
            return ()
        if isinstance(callee, Ext):
            owners = [callee.path, *([owner_of(callee.path)] if is_attribute(callee.path, *_RUN) else ())]
            return [made for owner in owners for made in self._made.get(Ext(owner), ())]
        return self._made.get(callee, ())

    def _is_group(self, each: Object) -> bool:
        if isinstance(each, Cls):
            return any(isinstance(base, Ext) and base.path in GROUPS for base in self._ancestry(each))
        return _path(each) in GROUPS


def _path(each: Object) -> str:
    return each.path if isinstance(each, Ext) else ""
