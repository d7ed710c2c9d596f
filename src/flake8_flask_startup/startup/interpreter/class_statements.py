"""What a class statement runs: methods of its bases, its metaclass and its members, as Python makes the class."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ...analysis.annotation_tables import PROTOCOLS, READING_BASES
from ...analysis.callback_models import runs_with_classes
from ...model.access_paths import NO_PATH, callee_of
from ...project.module_facts import ModuleFacts
from ...syntax.operators import ORDERING
from ...syntax.symbol_table import Call, Implicit
from ...syntax.values import CLASS_BODY, Kind, Value
from ..values.abstract_values import Cls, Ext, Func, Inst, Method, Object, acting, in_order
from ..values.environment import Env
from ..values.mro import resolution_order
from ..values.trampoline import Steps
from .functions import Functions
from .instances import metaclasses, of_metaclass
from .reaching import END
from .recorder import Node


class ClassStatements(Functions):
    """Follows what making a class runs, and finds the methods that answer for special ones."""

    def _answers(self, owner: Object, names: Sequence[str]) -> list[Method]:
        """The methods of an object that answer for one of some special methods, the first that there is."""
        world = self.world
        if isinstance(owner, Cls) and world.is_told_apart(owner.module):
            named: list[Object] = [each for name in names for each in of_metaclass(world, owner, name)]
            if "__getitem__" in names:
                named += world.class_attribute(owner, "__class_getitem__")
            return [each for each in named if isinstance(each, Method)][:1]
        if not isinstance(owner, Inst) or not world.is_told_apart(owner.cls.module):
            return []
        if names[0] == "__getitem__":
            names = (*names, "__missing__")
        for name in names:
            found = [each for each in in_order(world.class_attribute(owner.cls, name)) if isinstance(each, Method)]
            if found:
                return found
        if names[0] in ORDERING and any("total_ordering" in each for each in world.scope(owner.cls).decorators):
            ordering = [each for name in ORDERING for each in in_order(world.class_attribute(owner.cls, name))]
            return [each for each in ordering if isinstance(each, Method)]
        return []

    def _class_made(self, event: Implicit, code: ModuleFacts, here: Env, node: Node) -> Steps:
        """Follow what making a class runs: of its bases, its metaclass, and the objects in its body."""
        number = int(event.value.constant or 0)
        made = Cls(code.file.name, number)
        if self.world.visited.defines("__mro_entries__"):
            yield from self._stands_for_bases(code.facts.scopes[number].bases, event, here, node)
        if not code.facts.scopes[number].metaclass and self.world.visited.has_metaclasses:
            title = Value(Kind.CONSTANT, code.facts.scopes[number].name)
            call = Call(NO_PATH, (title, *CLASS_BODY), (), event.span, event.place, event.order)
            for metaclass in metaclasses(self.world, made)[:1]:
                for maker in ("__new__", "__init__"):
                    for each in self.world.class_attribute(metaclass, maker):
                        if isinstance(each, Method):
                            bound = metaclass if maker == "__new__" else made
                            yield from self._invoke(Method(each.function, bound), call, node, here=here)
        if self.waiting and self._bases_read(code.facts.scopes[number].bases, here, event.span.line):
            yield from self.code.read_annotations(made, node, conditional=event.place.doubt)
        yield from self._set_names(made, event, code, here, node)

    def _set_names(self, made: Cls, event: Implicit, code: ModuleFacts, here: Env, node: Node) -> Steps:
        """Call `__set_name__` of the objects in the body of a class (PEP 487)."""
        number = made.scope
        inside = here._replace(scope=number, at=END)
        for name, bindings in code.facts.scopes[number].bindings.items():
            if bindings[-1].value.kind is not Kind.CALL:
                continue
            args = (Value(Kind.DEFINED, number), Value(Kind.CONSTANT, name))
            call = Call(NO_PATH, args, (), event.span, event.place, event.order)
            for each in in_order(self._path(name, inside, event.span.line)):
                for method in in_order(self.world.attribute(each, "__set_name__")) if isinstance(each, Inst) else ():
                    if isinstance(method, Method):
                        yield from self._invoke(method, call, node, here=here)

    def _bases_read(self, bases: Sequence[str], here: Env, line: int) -> bool:
        """Whether a base of a class evaluates the annotations in its body when the class is made."""
        found = [each for raw in bases for each in self._path(raw, here, line) if isinstance(each, Ext)]
        return any(each.path in READING_BASES or each.path in PROTOCOLS for each in found)

    def _stands_for_bases(self, bases: Sequence[str], event: Implicit, here: Env, node: Node) -> Steps:
        """Ask objects that a class statement has among its bases which classes they stand for (PEP 560)."""
        for base in [one for raw in bases for one in acting(self._path(raw, here, event.span.line))]:
            for method in self._answers(base, ("__mro_entries__",)) if isinstance(base, Inst) else ():
                yield from self._invoke(method, None, node, conditional=event.place.doubt)

    def _mapped(self, made: Cls, node: Node, *, conditional: int) -> Steps:
        """Mapping a class runs methods of its bases (SQLAlchemy, "Mixins")."""
        bases = resolution_order(self.world, made)[1:] if self.world.visited.has_mixins else ()
        for base in (each for each in bases if isinstance(each, Cls)):
            if base not in self._mixed_in:
                self._mixed_in[base] = list(self._run_by_mapping(base))
            for function in self._mixed_in[base]:
                yield from self._invoke(Method(function, made), None, node, conditional=conditional)

    def _run_by_mapping(self, base: Cls) -> Iterator[Func]:
        """The methods of a class that mapping a class which derives from it runs."""
        code = self.world.module(base.module)
        for number, scope in enumerate(code.facts.scopes) if code is not None else ():
            if scope.parent == base.scope:
                found = [
                    self._path(callee_of(raw), self._env(base.module), scope.span.line) for raw in scope.decorators
                ]
                paths = [each.path for objects in found for each in objects if isinstance(each, Ext)]
                if any(map(runs_with_classes, paths)):
                    yield Func(base.module, number)
