"""Groups of commands: those that make the app first, and the commands that are added to any group.

`FlaskGroup(create_app=load)` calls the function before it runs a command of the app (Flask's documentation, "Custom
Scripts"). Which command of a group runs is up to the command line (click's documentation, "Commands and Groups").
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

from ...config.flask_objects import GROUPS
from ...model.access_paths import call_of, callee_of, first_of, is_attribute, owner_of
from ...syntax.symbol_table import Call
from ...syntax.values import Value
from ..values.abstract_values import Cls, Ext, Func, Inst, Method, Object, Objects, in_order

_RUN = ("main", "invoke")  # what starts a group
_ADDING = ("add_command", "command", "group")  # methods of a group, which functions that are none do not have


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
        self._commands: dict[Object, dict[Object, None]] = {}

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

    def add(self, groups: Objects, commands: Objects) -> None:
        """Take note of commands that are added to what may be groups."""
        for group in groups:
            if isinstance(group, Func) or first_of(_path(group)) == "click":
                functions = [each for each in in_order(commands) if isinstance(each, (Func, Method))]
                known = self._commands.setdefault(group, {})
                self.notes += not known.keys() >= set(functions)
                known.update(dict.fromkeys(functions))

    def commands_below(self, callee: Object) -> Sequence[Object]:
        """The commands of which calling an object, if it is a group, may run one, and those of groups among them."""
        found: dict[Object, None] = {}
        pending = [callee] if self._commands else []
        while pending:
            news = [each for owner in _groups(pending.pop()) for each in self._commands.get(owner, ())]
            pending += [each for each in news if each not in found]
            found.update(dict.fromkeys(news))
        return list(found)

    def made_by(self, callee: Object) -> Sequence[Made]:
        """What calling an object, if it is a group, makes the app with."""
        if not self._made:
            return ()
        return [made for owner in _groups(callee) for made in self._made.get(owner, ())]

    def _is_group(self, each: Object) -> bool:
        if isinstance(each, Cls):
            return any(isinstance(base, Ext) and base.path in GROUPS for base in self._ancestry(each))
        return _path(each) in GROUPS


def adds_command(path: str) -> bool:
    """Whether the callee at a path, or what made it, is a method by which a group of commands is given one."""
    return is_attribute(callee_of(path), *_ADDING)


def _groups(callee: Object) -> Sequence[Object]:
    """What may be the group that a call starts: what is called, or the object whose method is."""
    if isinstance(callee, Ext) and is_attribute(callee.path, *_RUN):
        return (callee, Ext(owner_of(callee.path)))
    return (callee,)


def _path(each: Object) -> str:
    return each.path if isinstance(each, Ext) else ""
