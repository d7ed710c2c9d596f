"""Import statements: which modules they load, at once or where a lazy one is used."""

from __future__ import annotations

import re

from ...files.paths import shown
from ...files.trees import optional_tree
from ...model import UNKNOWN
from ...model.access_paths import dotted_start, first_of, root_of
from ...project.module_facts import ModuleFacts
from ...project.module_finder import Origin
from ...syntax.annotations import annotations_of, names_read
from ...syntax.import_statements import absolute, named
from ...syntax.places import Doubt, Place
from ...syntax.raw_paths import raw_path
from ...syntax.static_conditions import Phase
from ...syntax.symbol_table import Binding, BindingKind, Implicit, Import
from ...syntax.tree_walk import nodes_of
from ..graph.trace import Loaded, Statement
from ..values.abstract_values import NOTHING, Cls, Ext, Func, Inst, Mod, Text, in_order
from ..values.environment import Env
from ..values.trampoline import Steps
from .calls import Calls
from .recorder import Node

_VARIABLE = re.compile(r"[A-Z][A-Z0-9_]*")


class Loading(Calls):
    """Loads modules, in the order that Python does."""

    def load(
        self, dotted: str, via: Statement | None, importer: Node, *, conditional: int, is_alone: bool = False
    ) -> Steps:
        """Load a module and, before it, the packages it lies in, but for a module that is loaded alone, by its file."""
        if dotted not in self._ways:
            self._ways[dotted] = tuple(map(Mod, self.project.way_to(dotted)))
        for module in self._ways[dotted][-1:] if is_alone else self._ways[dotted]:
            self.seen.link(importer, module, conditional=conditional)
            if module.name not in self.seen.loaded:
                yield self._load_one(module.name, via, importer)

    def _load_one(self, name: str, via: Statement | None, importer: Node) -> Steps:
        file = self.project.find(name)
        origin = file.origin if file is not None else self.project.origin(name)
        path = str(file.path) if file is not None and file.path is not None else ""
        self.seen.loaded[name] = Loaded(name, origin, path, via, importer[0], conditional=False)
        if file is None:
            if origin is Origin.FIRST_PARTY and via is not None:
                del self.seen.loaded[name]
                self.seen.note(via, f"no file for {name}")
            return
        code = self.project.facts(file)
        self.world.visit(code)
        if code.problem:
            self.seen.note(Statement(shown(path), 1), code.problem, (UNKNOWN,))
        self.caught.begin(Mod(name), importer)
        yield self.code.run(code, 0, Mod(name))
        self.caught.end(Mod(name), importer)

    def _import(self, each: Import, code: ModuleFacts, node: Node) -> Steps:
        waits = each.can_wait and self.waiting.takes(each, code)
        if waits is not True:
            yield from self._import_now(each, code, node, conditional=int(waits is None))

    def _named(self, event: Implicit, code: ModuleFacts, node: Node) -> Steps:
        """Reading a name loads what a lazy import has bound it to."""
        module, name = code.file.name, event.value.path
        bindings = code.facts.scopes[0].bindings.get(name, ())
        before = [each for each in bindings if (each.order, each.line) < (event.order, event.span.line)]
        if isinstance(node, Mod) and before and not before[-1].place.branch:  # what was bound last is there
            if before[-1].kind is not BindingKind.IMPORT:
                return
            bindings = before[-1:]
        is_sure = all(each.kind is BindingKind.IMPORT for each in bindings)
        yield from self._awaited(module, name, node, conditional=max(event.place.doubt, int(not is_sure)))

    def _awaited(self, module: str, name: str, node: Node, *, conditional: int) -> Steps:
        """The imports of a module that wait for a name."""
        code = self.world.module(module)
        imports = self.waiting.of(module, name)
        read = (module, name, node, conditional, len(imports))
        if code is not None and imports and read not in self._read_names:
            self._read_names.add(read)
            for each in imports:
                yield from self._import_now(each, code, node, conditional=conditional)

    def read_through(self, path: str, here: Env, line: int, node: Node, *, conditional: int) -> Steps:
        """Reading an attribute of a module loads what a lazy import of that module has bound it to."""
        if not self.waiting or "." not in path or not here.is_own:
            return
        parts = dotted_start(path).split(".")
        for at in range(1, len(parts)):
            for each in in_order(self._path(".".join(parts[:at]), here, line)):
                if isinstance(each, Mod):
                    yield from self._awaited(each.name, parts[at], node, conditional=conditional)
                    if (waiting := self.waiting.below(each.name, parts[at])) is not None:
                        yield from self._import_now(*waiting, node, conditional=conditional)

    def read_annotations(self, owner: Cls | Func, node: Node, *, conditional: int) -> Steps:
        """Evaluating the annotations of a class or function loads what lazy imports have bound the names in them to."""
        code = self.world.module(owner.module)
        tree = optional_tree(code.source.text) if code is not None else None
        if tree is None:
            return
        scope, here = self.world.scope(owner), self._env(owner.module)
        name = scope.name.rpartition(".")[2]
        for each in nodes_of(tree):
            if getattr(each, "name", "") == name and getattr(each, "lineno", 0) == scope.span.line:
                for read in (one for annotation in annotations_of(each) for one in names_read(annotation)):
                    path = raw_path(read)
                    yield from self._awaited(owner.module, root_of(path), node, conditional=conditional)
                    yield from self.read_through(path, here, scope.span.line, node, conditional=conditional)

    def _import_now(self, each: Import, code: ModuleFacts, node: Node, *, conditional: int) -> Steps:
        statement = Statement(self._shown(code), each.span.line)
        # the author expects that an optional one may fail
        conditional = max(conditional, each.place.doubt, int(each.place.optional))
        module = absolute(each.module, each.level, code.file.package)
        if conditional and self.project.lacks(module):
            return
        imported = f"{module}.{each.name}" if each.name not in ("", "*") else module
        if not each.level and code.file.origin is Origin.FIRST_PARTY:
            self._note_elsewhere(first_of(module), code, statement)
        self._tested(each.place)
        self.seen.edge(node, imported, statement, conditional=conditional)
        yield from self.load(module, statement, node, conditional=conditional)
        if each.name == "*":
            yield from self._star(module, statement, node, conditional=conditional)
        elif each.name and self._is_submodule(module, each.name):
            yield from self.load(imported, statement, node, conditional=conditional)
        elif each.name:
            yield from self.module_getattr(module, each.name, node, conditional=conditional, line=each.span.line)
        if not each.place.doubt and code.file.origin is Origin.FIRST_PARTY:
            self.failures.add(node, each, self.failures.of_import(module, each.name))

    def _note_elsewhere(self, top: str, code: ModuleFacts, statement: Statement) -> None:
        """Note an import of what another folder has by the same name, which this trace has taken for it."""
        if self.project.is_elsewhere(top, code.file.path):
            reason = f"the {top} of another entry point is followed in its place: predict this one by itself with --app"
            self.seen.note(statement, reason, (top, f"{top}.{UNKNOWN}"))

    def _tested(self, place: Place) -> None:
        """Note the variables of the environment that decide about a statement."""
        if place.doubt is Doubt.UNUSUAL and place.condition is not None:
            self.seen.variables.update(dict.fromkeys(filter(_VARIABLE.fullmatch, place.condition.names)))

    def _is_submodule(self, module: str, name: str) -> bool:
        """`from package import name` loads a submodule only where the package itself binds no such name."""
        package = self.project.find(module)
        if package is None or not package.folders or self.project.find(f"{module}.{name}") is None:
            return False
        bindings = self.project.facts(package).facts.scopes[0].bindings.get(name, ())
        return all(named(binding.path, package.package) in (name, f"{module}.{name}") for binding in bindings)

    def _star(self, module: str, statement: Statement, node: Node, *, conditional: int) -> Steps:
        """A star import loads the submodules that `__all__` names, be it written out or put together."""
        code = self.world.module(module)
        for waiting in self.waiting.all_of(module):
            yield from self._awaited(module, waiting.bound, node, conditional=conditional)
        made = {each.text for each in self._path("__all__[]", self._env(module), 1) if isinstance(each, Text)}
        for name in sorted(made | code.facts.exports) if code is not None else ():
            if self._is_submodule(module, name):
                yield from self.load(f"{module}.{name}", statement, node, conditional=conditional)

    def module_getattr(self, module: str, name: str, node: Node, *, conditional: int, line: int = 0) -> Steps:
        """PEP 562: a name that a module does not bind is asked of its `__getattr__`, which may import."""
        code = self.world.module(module)
        yield from self._awaited(module, name, node, conditional=conditional)
        bound = code.facts.scopes[0].bindings.get(name, ()) if code is not None else ()
        bound = [each for each in bound if self._binds(each, module)]
        if code is None or any(each.place.phase is not Phase.DEFERRED for each in bound):
            return
        binding = {(module, each.place.scope) for each in bound}
        for cls in in_order(self.world.stored.get((Mod(module), "__class__"), NOTHING)):
            for method in self._readers(Inst(cls), name) if isinstance(cls, Cls) else ():
                asked = method._replace(function=self._asking_for(name, method.function, 1))
                yield from self._invoke(asked, None, node, conditional=conditional)
        if binding and any((each.module, each.scope) in binding for each in self.seen.callers):
            conditional = max(conditional, 1)  # a function that binds it has run before, perhaps
        yield from self._given_getattr(code, name, node, conditional=conditional)
        for number in code.names.scopes_by_name.get("__getattr__", ()):
            function = self._asking_for(name, Func(module, number))
            self.seen.link(node, function, conditional=conditional)
            self.seen.callers.setdefault(function, (node, line))
            yield from self._function(function, node)

    def _given_getattr(self, code: ModuleFacts, name: str, node: Node, *, conditional: int) -> Steps:
        """Do the same for a `__getattr__` that a library made: it loads a submodule, or an unknown module."""
        bindings = code.facts.scopes[0].bindings.get("__getattr__", ())
        if not bindings or code.file.origin is not Origin.FIRST_PARTY or name.startswith("__"):
            return
        if not any(isinstance(each, Ext) for each in self._path("__getattr__", self._env(code.file.name), 1)):
            return
        statement, below = Statement(self._shown(code), bindings[-1].line), f"{code.file.name}.{name}"
        if self.project.find(below) is not None:
            yield from self._import_by_name(below, statement, node, conditional=conditional)
        else:
            reason = f"nothing says what {code.file.name} loads for {name}"
            self.seen.note(statement, reason, (f"{code.file.name}.{UNKNOWN}",))

    def _binds(self, binding: Binding, module: str) -> bool:
        """Whether a binding may be made where the module is loaded: not for type checkers, or a program alone."""
        phase = binding.place.phase
        return phase is not Phase.TYPING and (phase is not Phase.MAIN or module in self.programs)

    def _asking_for(self, name: str, function: Func, place: int = 0) -> Func:
        """A function that is asked for a name."""
        parameter = "".join(self.world.scope(function).parameters[place : place + 1])
        if not parameter:
            return function
        asked = frozenset({Text(name)})
        context = self.world.context({(function.module, function.scope, parameter): asked}, function)
        if context is None:
            self._learn(function, parameter, asked)
            return function
        return function._replace(context=context)
