"""The imports that startup has come to, and that wait until a name that they bind is used (PEP 810)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from ...model import UNKNOWN
from ...project.module_facts import ModuleFacts
from ...syntax.import_statements import absolute
from ...syntax.lazy_imports import NAME, waits
from ...syntax.places import Point
from ...syntax.static_conditions import ALL, NORMAL, Target
from ...syntax.symbol_table import Import
from ..values.abstract_values import Text, leaves
from ..values.environment import Env, Evaluator


class Waiting:
    """Imports by module and name. target is the Python that the app runs on."""

    def __init__(self, world: Evaluator, target: Target) -> None:
        self._world = world
        self._target = target
        self._found: dict[str, dict[str, list[Import]]] = {}
        self._names: dict[str, frozenset[str]] = {}
        self._below: dict[tuple[str, str], tuple[Import, ModuleFacts]] = {}  # by a package and what lies in it

    def __bool__(self) -> bool:
        """Whether any import waits."""
        return bool(self._found)

    def set_mode(self, mode: str) -> None:
        """Take note of `sys.set_lazy_imports`: it holds for the imports that startup comes to from here on."""
        if mode in (ALL, NORMAL) and mode != self._target.lazy_imports:
            self._target = replace(self._target, lazy_imports=mode)
            self._names.clear()

    def takes(self, each: Import, code: ModuleFacts) -> bool | None:
        """Whether an import waits that startup comes to; None where that is not known."""
        module = absolute(each.module, each.level, code.file.package)
        found = waits(each, self._target, module)
        if found is None:
            found = self._is_listed(each, module, code)
        if found is not False:
            imports = self._found.setdefault(code.file.name, {}).setdefault(each.bound, [])
            waiting = each
            if not each.name and not each.explicit:  # `import a.b` binds `a`, which alone is loaded where it is read
                waiting = each._replace(module=each.bound)
                self._wait_below(each, code)
            if waiting not in imports:
                imports.append(waiting)
        return found

    def _wait_below(self, each: Import, code: ModuleFacts) -> None:
        """The modules below the first package of a dotted name wait until they are read as attributes."""
        package = each.bound
        for name in each.module.split(".")[1:]:
            self._below.setdefault((package, name), (each._replace(module=f"{package}.{name}"), code))
            package = f"{package}.{name}"

    def below(self, package: str, name: str) -> tuple[Import, ModuleFacts] | None:
        """The import that waits until a module is read as an attribute of its package; None where none does."""
        return self._below.get((package, name))

    def _is_listed(self, each: Import, module: str, code: ModuleFacts) -> bool | None:
        """Whether a list that is not written out has a module; None where that is not known."""
        here = Env(self._world, code.file.name, 0, Point(each.order, each.place.branch))
        held = leaves(here.path(NAME))
        if not held or not all(isinstance(one, Text) and UNKNOWN not in one.text for one in held):
            return None
        return Text(module) in held

    def names(self, code: ModuleFacts) -> frozenset[str]:
        """The names of a module that an import binds which may wait."""
        name = code.file.name
        if name not in self._names:
            imports = [each for each in code.facts.bodies[0].imports if each.can_wait]
            self._names[name] = frozenset(
                each.bound
                for each in imports
                if waits(each, self._target, absolute(each.module, each.level, code.file.package)) is not False
            ) | frozenset(self._found.get(name, ()))
        return self._names[name]

    def of(self, module: str, name: str) -> Sequence[Import]:
        """The imports of a module that wait for a name."""
        return self._found.get(module, {}).get(name, ())

    def all_of(self, module: str) -> Sequence[Import]:
        """The imports of a module that wait."""
        return [each for imports in self._found.get(module, {}).values() for each in imports]
