"""What may become of a heavy import: deferred, deleted, moved under TYPE_CHECKING, or needed, and by what.

When unsure it says needed: a false "safe to defer" breaks an app, a false "needed" costs a developer one look.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable, Iterator, Sequence, Set
from enum import Enum
from functools import cache, cached_property, partial

from ..config.settings import Settings
from ..syntax.facts import Facts
from ..syntax.static_conditions import Phase
from ..syntax.symbol_table import Import, Role, ScopeKind, Use
from .bound_perhaps import decided_by
from .callers_names import CallersNames
from .exports import exports, looked_for, open_to_stars
from .factories import factories
from .importless import Importless
from .loaded_by_calls import loading_call
from .loading_effects import LoadingEffects
from .module import Module
from .moment import Moments
from .moment_elsewhere import changed_around
from .outside_calls import comes_to
from .project_reach import ProjectReach
from .rebinding import Rebinding
from .reflection import Reflection
from .runtime_annotations import AnnotationReaders
from .submodule_reads import read_through_parent
from .text_names import TextNames

# Imported for what they do while loading, so their place among the other statements matters.
ORDER_MATTERS = ("gevent.monkey", "eventlet", "matplotlib.use", "readline", "sitecustomize", "torch_xla")


class Fate(Enum):
    """What can be done about a heavy import."""

    DEFER = "defer"
    NEEDED = "needed"
    UNUSED = "unused"
    TYPING = "typing"
    DEVELOPMENT = "development"
    FACTORY = "factory"


class Judge:
    """Judges the import statements of one module."""

    def __init__(self, module: Module, settings: Settings) -> None:
        self.module = module
        self.settings = settings
        self.reach = ProjectReach(module)
        self.loading = self.reach.loading()
        self.factories = self.reach.run_by(factories(module.facts, module.names, module.settled, settings))
        # By Flask's convention a factory calls the module's own `init_app` with its app.
        self.hooks = self.reach.run_by(
            number
            for number, scope in enumerate(module.facts.scopes)
            if scope.kind is ScopeKind.FUNCTION and scope.name == "init_app"
        )
        self.rebinding = Rebinding(module.facts)
        self._importless = Importless(module, self.reach)
        self._annotations = AnnotationReaders(module)
        self._texts = TextNames(module)
        self._callers_names = CallersNames(module)
        self._own_reasons: dict[Import, str] = {}
        # Whether a comment on a statement says that it stays: asked for with each of its names.
        self._is_kept = cache(lambda span: any(map(module.is_kept, range(span.line, span.end_line + 1))))
        self._known_uses: dict[Import, Sequence[Use]] = {}  # of imports that the file itself does not need

    def run_while_loading(self) -> Iterator[Import]:
        """The imports in functions that may run while the module loads."""
        for each in self.module.facts.imports:
            unconditional = each.place.condition is None and not each.level
            if unconditional and self.module.facts.function_of(each.place.scope) in self.loading:
                yield each

    def is_paid(self, each: Import) -> bool:
        """Whether every start pays for an import: in module code, or surely run by a function that startup calls.

        Where a condition decides, the start is one with nothing in the environment and nothing to except.
        """
        if each.place.phase is Phase.IMPORT:
            return each.place.condition is None or each.place.condition.usual is not False
        return each.place.phase is Phase.DEFERRED and bool(self._runner(each))

    def _runner(self, each: Import) -> str:
        """What runs an import that stands in a function, while the app starts; empty if nothing surely does."""
        if each.place.is_conditional or each.place.optional:
            return ""
        function = self.module.facts.function_of(each.place.scope)
        trail = self.factories.get(function)
        if trail is not None:
            return f"the factory {trail.name}()"
        return "startup" if self.module.runs(each.span.line) else ""

    def used_at_once(self, imports: tuple[Import, ...]) -> int:
        """The first line on which the function of the imports uses one of them itself; 0 if none does."""
        facts = self.module.facts
        lines = [
            use.line
            for each in imports
            for use in self._uses(each)
            if use.role is not Role.ANNOTATION and use.place.phase is Phase.DEFERRED
            if facts.function_of(use.place.scope) == facts.function_of(each.place.scope)
        ]
        return min(lines, default=0)

    def early_use(self, imports: tuple[Import, ...]) -> str:
        """What loads a lazy import while the app starts: the use of a name of it; empty if nothing surely does."""
        for each in imports:
            uses = list(filter(self._is_sure, self._uses(each)))
            if reason := next(filter(None, map(self._use_reason, uses)), "") or self._annotation_reason(
                uses, self._annotations.reason
            ):
                return reason
            if reason := self._started_reason(each):
                return reason
        return "startup uses it" if self.module.runs(imports[0].span.line) else ""

    def _is_sure(self, use: Use) -> bool:
        """Whether a use asks for what the name stands for, whenever the code around it runs."""
        function = self.module.facts.function_of(use.place.scope)
        maybe = function in self.loading and function not in self.reach.surely_loading()
        return use.role is not Role.DELETE and not use.place.is_conditional and not maybe

    def at(self, line: int, *, by_own_file: bool = False) -> tuple[Fate, str] | None:
        """The fate of the statement on a line, priced or not, with what needs it; None if no import runs there.

        By its own file alone, nothing but NEEDED is the last word. In a function the reason is what uses the import
        before it returns.
        """
        imports = self.module.imports_judged_at(line)
        if not imports or any(each.place.phase not in (Phase.IMPORT, Phase.DEFERRED) for each in imports):
            return None
        fate, reason = self.own_fate(imports) if by_own_file else self.fate(imports)
        return fate, self._used_by(imports) if fate is Fate.FACTORY else reason

    def _used_by(self, imports: tuple[Import, ...]) -> str:
        """What uses an import in a function that startup calls, before that function returns; empty if nothing does."""
        facts = self.module.facts
        home = imports[0].place.scope
        function = facts.function_of(home)
        running = self.reach.running(function)
        names = {each.bound for each in imports}
        lines = [
            use.line
            for name in names
            for body in self._bodies_reading(name, home)
            for use in facts.uses_in(body, name)
            if use.home == home and use.role is not Role.ANNOTATION
            if facts.function_of(use.place.scope) in running
        ]
        return f"{facts.scopes[function].name}() uses it on line {min(lines)}" if lines else ""

    def fate(self, imports: tuple[Import, ...]) -> tuple[Fate, str]:
        """The fate of a statement: the most binding of its names' fates."""
        own = self.own_fate(imports)
        if own[0] in (Fate.FACTORY, Fate.NEEDED):
            return own
        found = [self._fate(each) for each in imports]
        return min(found, key=lambda fate: _BINDING_ORDER.index(fate[0]))

    def own_fate(self, imports: tuple[Import, ...]) -> tuple[Fate, str]:
        """The fate of a statement by its own file alone: nothing but NEEDED is the last word."""
        if imports[0].place.phase is Phase.DEFERRED:
            return Fate.FACTORY, self._runner(imports[0])
        found = [self._own_fate(each) for each in imports]
        return min(found, key=lambda fate: _BINDING_ORDER.index(fate[0]))

    def _own_fate(self, each: Import) -> tuple[Fate, str]:
        if reason := self._own_reason(each):
            return Fate.NEEDED, reason
        uses = self._known_uses[each]
        if not uses:
            return Fate.UNUSED, ""
        return (Fate.TYPING if all(use.role is Role.ANNOTATION for use in uses) else Fate.DEFER), ""

    def _own_reason(self, each: Import) -> str:
        """Why the file itself needs an import; empty if it does not."""
        if each not in self._own_reasons:
            self._own_reasons[each] = self._found_own_reason(each)
        return self._own_reasons[each]

    def _found_own_reason(self, each: Import) -> str:
        for reason in (self._bound_reason(each), self._exported_reason(each)):
            if reason:
                return reason
        uses: list[Use] = []
        self._importless.read()
        for use in self._uses(each):
            if reason := self._use_reason(use) or self._importless_reason(use, each):
                return reason
            uses.append(use)
        self._known_uses[each] = uses
        if reason := self._annotation_reason(uses, self._annotations.own_reason):
            return reason
        if not uses and self._is_kept(each.span):
            return "its noqa comment keeps it for what loading it does"
        if (found := next((other for other in self._reflections if other.may_be(each.bound)), None)) is not None:
            return f"line {found.line} may find it with {found.by}"
        return self._texts.reason(each.bound)

    def _fate(self, each: Import) -> tuple[Fate, str]:
        if reason := self._own_reason(each):
            return Fate.NEEDED, reason
        uses = self._known_uses[each]
        is_starred = self._open_to_stars and not each.bound.startswith("_")
        needed = self.module.needed_elsewhere(each.bound, is_starred=is_starred) or self.module.missed_elsewhere()
        if reason := needed or self._callers_names.reason(each.bound):
            return Fate.NEEDED, reason
        if reason := self._effect_reason(each, is_used=bool(uses)):
            return Fate.NEEDED, reason
        if reason := self._annotation_reason(uses, self._annotations.reason):
            return Fate.NEEDED, reason
        if uses:
            return self._fate_of_uses(each, uses)
        reason = self._first_reason(each)
        return (Fate.NEEDED, reason) if reason else (Fate.UNUSED, "")

    def _first_reason(self, each: Import) -> str:
        """Why an import that nothing uses decides how its package is loaded for another; empty if it does not."""
        line = each.span.line
        again = self.module.facts.line_importing(each.dotted.partition(".")[0], line)
        if not again or self._moments is None or not (reason := self._moments.reason(line)):
            return ""
        return f"{reason}, and line {again} imports the package again"

    def _fate_of_uses(self, each: Import, uses: Sequence[Use]) -> tuple[Fate, str]:
        if reason := self._started_reason(each):  # which reads every function that the name stands in
            return Fate.NEEDED, reason
        reasons = (self._importless_reason(use, each) for use in self._uses(each))
        if reason := next(filter(None, reasons), ""):
            return Fate.NEEDED, reason
        if all(use.role is Role.ANNOTATION for use in uses):
            return Fate.TYPING, ""
        if self._moments is not None and (reason := self._moments.reason(each.span.line)):
            return Fate.NEEDED, reason
        if reason := loading_call(each, self.reach, self.factories):
            return Fate.NEEDED, reason
        if self.module.place is not None and (reason := changed_around(self.module.place, self.settings)):
            return Fate.NEEDED, reason
        return Fate.DEFER, ""

    def _uses(self, each: Import) -> Iterator[Use]:
        """The uses of an imported name: all in what runs while loading or starting, of the rest up to the first.

        Functions that nothing has read run later; one of them that does more than annotate is as good as all.
        """
        facts, home = self.module.facts, each.place.scope
        known = [use for body in self._bodies_reading(each.bound, home) for use in facts.uses_in(body, each.bound)]
        yield from sorted((use for use in known if use.home == home), key=lambda use: use.line)
        for number in () if facts.scopes[home].body else self.module.read_mentions([each.bound]):
            found = [use for use in facts.uses_in(number, each.bound) if use.home == each.place.scope]
            yield from found
            if any(use.role is not Role.ANNOTATION for use in found):
                return

    def _bodies_reading(self, name: str, home: int) -> Iterable[int]:
        """The bodies, of those that were read, that may read a name that a scope binds: its own, or any."""
        body = self.module.facts.scopes[home].body
        return (body,) if body and body in self.module.facts.bodies else self.module.facts.bodies_reading(name)

    @cached_property
    def _reflections(self) -> Sequence[Reflection]:
        """Where the file may come to names of its module without writing them."""
        if self.module.reflections is None:
            return ()
        for _ in self.module.read_mentions(self.module.reflections.words):
            pass
        return list(self.module.reflections.all())

    def _effect_reason(self, each: Import, *, is_used: bool) -> str:
        """What loading the import does that something needs without naming it; empty if nothing is seen to."""
        if self._tree is None or self._effects is None:
            return ""
        found = self._effects.reason(each, is_used=is_used)
        return found or read_through_parent(
            each, self._tree, self.module.place, self.module.prices.names_module, is_used=is_used
        )

    @cached_property
    def _effects(self) -> LoadingEffects | None:
        return None if self._tree is None else LoadingEffects(self._tree, self.module.place)

    @cached_property
    def _tree(self) -> ast.Module | None:
        return None if self.module.reflections is None else self.module.reflections.tree()

    @cached_property
    def _moments(self) -> Moments | None:
        return None if self._tree is None else Moments(self._tree, self.module.names)

    @cached_property
    def _open_to_stars(self) -> bool:
        return open_to_stars(self.module.facts)

    def _started_reason(self, each: Import) -> str:
        """Which call, wherever in the project, makes startup run a function that uses a name; empty if none does."""
        facts = self.module.facts
        facts.read_all()
        uses = [
            use for use in self._uses(each) if use.role is not Role.ANNOTATION and use.place.phase is Phase.DEFERRED
        ]
        functions = {use: facts.function_of(use.place.scope) for use in uses}
        wanted = frozenset(functions.values())
        started = self.module.started(cache(partial(comes_to, self.reach, wanted))) if wanted else {}
        for use, number in functions.items():
            scope = facts.scopes[number]
            if calls := started.get((scope.span.line, scope.name)):
                return f"{calls} uses it on line {use.line}"
        return ""

    def _bound_reason(self, each: Import) -> str:
        """Why the statement itself cannot move, whatever uses its names."""
        if each.name == "*":
            return "a star import binds names that nobody can list"
        if each.dotted.startswith(ORDER_MATTERS):
            return "its place among the other statements matters"
        if reason := decided_by(each, self._tree):
            return reason
        if self.module.facts.scopes[each.place.scope].kind is ScopeKind.CLASS:
            return "it is an attribute of a class"
        return self.rebinding.reason(each)

    @cached_property
    def _exports(self) -> Set[str]:
        return exports(self.module)

    def _exported_reason(self, each: Import) -> str:
        if each.bound in self._exports:
            return f"'{each.bound}' is in __all__"
        if each.reexports:
            return f"'as {each.bound}' re-exports it"
        if self.module.is_package and each.name:
            return "" if any(True for _ in self._uses(each)) else "a package's __init__ re-exports it"
        return looked_for(each, self.module)

    def _use_reason(self, use: Use) -> str:
        """Why a use needs the name while the module loads or the app starts; empty when it does not."""
        facts = self.module.facts
        if use.role is Role.ANNOTATION or use.place.phase is Phase.TYPING:
            return ""
        if use.place.phase is Phase.MAIN:
            return f"line {use.line} uses it when the program starts" if self.module.is_program() else ""
        function = facts.function_of(use.place.scope)
        if function == 0:
            if self.reach.is_idle(use.place.scope):
                return ""
            return f"the {_part(use, facts)} on line {use.line} uses it while loading"
        trail = self.loading.get(function)
        if trail is not None:
            uses = "uses" if function in self.reach.surely_loading() else "may use"
            return f"line {trail.line} runs {trail.name} while loading, which {uses} it on line {use.line}"
        trail = self.factories.get(function)
        if trail is not None:
            return f"the factory {trail.name}() uses it on line {use.line}"
        trail = self.hooks.get(function)
        return f"{trail.name}(), which a factory calls, uses it on line {use.line}" if trail is not None else ""

    @staticmethod
    def _annotation_reason(uses: Iterable[Use], reads: Callable[[Use], str]) -> str:
        """Who reads, while the program runs, an annotation that is among the uses; empty if nobody does."""
        for use in uses:
            if use.role is Role.ANNOTATION and (reading := reads(use)):
                return f"{reading} its annotation on line {use.line} while loading"
        return ""

    def _importless_reason(self, use: Use, each: Import) -> str:
        """Why the function that uses an import cannot hold it; empty if it can."""
        if use.role is Role.TYPE:
            return f"line {use.line} has it in a type, which is evaluated when somebody asks for it"
        if use.role is not Role.ANNOTATION and use.place.phase is Phase.DEFERRED:
            scope = self.module.facts.scopes[use.place.scope]
            is_early = use.name in scope.early and use.name in scope.bindings
            if is_early:  # looked up in the class and then in the module, not in the function between
                return f"the body of class {scope.name} binds it too, and reads the module's on line {use.line}"
            where = self._importless.reason(self.module.facts.function_of(use.place.scope), each)
            return f"{where} uses it on line {use.line}" if where else ""
        return ""


_BINDING_ORDER = (Fate.NEEDED, Fate.DEFER, Fate.TYPING, Fate.UNUSED)


def _part(use: Use, facts: Facts) -> str:
    if use.role is not Role.BODY:
        return str(use.role.value)
    scope = use.place.scope
    while facts.scopes[scope].kind is ScopeKind.COMPREHENSION:
        scope = facts.scopes[scope].parent
    return "class body" if facts.scopes[scope].kind is ScopeKind.CLASS else "module code"
