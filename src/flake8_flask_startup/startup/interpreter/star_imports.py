"""Which star imports of a module bring a name, and which module they have it from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ...model.access_paths import as_raw
from ...project.module_facts import ModuleFacts
from ...syntax.import_statements import absolute, named
from ...syntax.places import Place
from ...syntax.symbol_table import Binding, BindingKind, Import
from ...syntax.values import Kind, Value
from ..values.abstract_values import NOTHING, Ext, Mod, Objects, Text, leaves
from ..values.environment import Env
from .star_circles import Circle
from .turns import Turns

MAX_STARRED = 3  # modules that hand names on by stars, one to the next, and are read at once
STAR = as_raw("*")  # the path of what a star import binds
_IN_CIRCLE = 2**62  # behind the numbers of all blocks


class Stars(Turns):
    """Knows what star imports bring."""

    def _stars_of(self, name: str, code: ModuleFacts) -> list[Binding]:
        """The star imports of a module that bring a name, as what binds it."""
        if code.file.name not in self._star_index:
            self._star_index[code.file.name] = self._indexed(code)
        fixed, others = self._star_index[code.file.name]
        bringing = [*fixed.get(name, ()), *[at for at, starred in others if self._brings(starred, name)]]
        return [
            Binding(BindingKind.IMPORT, STAR, Value(Kind.OTHER, at), each.span.line, self._place(at, code), each.order)
            for at, each in ((at, code.stars[at]) for at in sorted(bringing))
            if not self._is_given_back(each, name, code)
        ]

    def _place(self, at: int, code: ModuleFacts) -> Place:
        """The place of a star import; as if it need not run in a circle, where it brings what is bound by then."""
        star, circle = code.stars[at], self._circles.of(code.file.name)
        if circle is None or self._circles.of(absolute(star.module, star.level, code.file.package)) is not circle:
            return star.place
        return star.place._replace(branch=(*star.place.branch, _IN_CIRCLE + at))

    def _is_given_back(self, star: Import, name: str, code: ModuleFacts) -> bool:
        """Whether a star import brings a name that the module which is imported has from the one that imports."""
        other = self.module(absolute(star.module, star.level, code.file.package))
        if other is None:
            return False
        bound = other.facts.scopes[0].bindings.get(name, ())
        itself, package = f"{code.file.name}.{name}", other.file.package
        return bool(bound) and all(
            each.kind is BindingKind.IMPORT and named(each.path, package) == itself for each in bound
        )

    def _indexed(self, code: ModuleFacts) -> tuple[Mapping[str, Sequence[int]], Sequence[tuple[int, str]]]:
        """The star imports of a module, by place: by the names that each brings, and those that depend on more."""
        fixed: dict[str, list[int]] = {}
        others: list[tuple[int, str]] = []
        for at, each in enumerate(code.stars):
            starred = absolute(each.module, each.level, code.file.package)
            public = self._public_names(starred, MAX_STARRED)
            if public is None:
                others.append((at, starred))
            for name in public or ():
                fixed.setdefault(name, []).append(at)
        return fixed, others

    def _public_names(self, module: str, depth: int) -> frozenset[str] | None:
        """The names that a star import of a module brings; None where code that runs may have a say in it."""
        code = self.module(module)
        if code is None:
            return frozenset()
        bound = code.facts.scopes[0].bindings
        if "__all__" in bound:
            listed = bound["__all__"][0].value
            is_plain = listed.kind is Kind.SEQUENCE and len(listed.items) == len(code.facts.exports)
            return frozenset(code.facts.exports) if is_plain and code.source.text.count("__all__") == 1 else None
        if not depth or "global" in code.source.text:
            return None
        found = {name for name in bound if not name.startswith("_")}
        for each in code.stars:
            names = self._public_names(absolute(each.module, each.level, code.file.package), depth - 1)
            if names is None:
                return None
            found.update(name for name in names if not name.startswith("_"))
        return frozenset(found)

    def _brings(self, starred: str, name: str) -> bool:
        """Whether a star import of a module brings a name: one of `__all__`, or all but what begins with a line."""
        code = self.module(starred)
        if code is None:
            return False
        if "__all__" not in code.facts.scopes[0].bindings:
            return not name.startswith("_") and (
                name in code.facts.scopes[0].bindings or bool(self._handed_on(name, code))
            )
        if name in code.facts.exports or name == "__all__":  # which lists itself in writing, or not at all
            return name in code.facts.exports
        listed = leaves(self.world.path("__all__", Env(self.world, starred, 0)))
        return any(isinstance(each, Ext) or (isinstance(each, Text) and each.text == name) for each in listed)

    def _handed_on(self, name: str, code: ModuleFacts) -> Objects:
        """What the stars of a module that is itself starred bring, which those of a circle bring together."""
        circle = self._circles.of(code.file.name)
        asked = code.file.name if circle is None else circle.first

        def found() -> Objects:
            if circle is None:
                is_brought = bool(self._stars_of(name, code))
            else:
                is_brought = name in circle.owners or self._is_brought(circle, name)
            return frozenset({Mod(asked)}) if is_brought else NOTHING

        return self.memory.remembered((asked, 0, f"* {name}"), found)

    def _is_brought(self, circle: Circle, name: str) -> bool:
        """Whether a star import brings a name into a circle."""
        return any(
            self._brings(starred, name) and not self._is_given_back(star, name, code)
            for starred, (star, code) in circle.leaving.items()
        )

    def _source(self, starred: str, name: str) -> str:
        """The module that a star import has a name from: the only one of a circle that binds it, or what it names."""
        circle = self._circles.of(starred)
        owners = circle.owners.get(name, ()) if circle is not None else ()
        is_only = circle is not None and len(owners) == 1 and not self._is_brought(circle, name)
        return owners[0] if is_only else starred
