"""Functions that use the app: those that run for a request or a command, where `current_app` is the same object."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator

from ...config.flask_objects import APP_DECORATORS, BLUEPRINT_DECORATORS, HTTP_METHODS, ROUTES
from ...syntax.static_conditions import Phase
from ...syntax.symbol_table import Role, ScopeKind, Use
from ..refusal import Refused
from ..splices import Splice
from .layout import Layout
from .module import FUNCTIONS, Function, Module

CURRENT = "current_app"
# What registers a function that Flask, or an extension, calls with an app context: methods of apps and blueprints, and
# of Flask-Login.
_HOOKS = (
    APP_DECORATORS | BLUEPRINT_DECORATORS | {"cli.command", "request_loader", "unauthorized_handler", "user_loader"}
)
_OF_APPS = ROUTES | {"endpoint"}  # other objects have such methods too
_GIVEN = frozenset({"add_url_rule", "register_error_handler", *_HOOKS})
_VIEWS = frozenset({
    "flask.views.MethodView", "flask.views.View", "flask_restful.Resource", "flask_restplus.Resource",
    "flask_restx.Resource",
})  # fmt: skip
_OF_VIEWS = HTTP_METHODS | {"dispatch_request"}


class Requests:
    """The functions of a module that run with an app context, and no other way."""

    def __init__(self, layout: Layout, need: Callable[[str], str]) -> None:
        self.layout = layout
        self.module: Module = layout.module
        self._need = need
        self._nodes = dict(self._defined())
        self._programs: set[int] = set()  # functions that the main guard calls, and nothing else
        self._scopes = {*self._hooked(), *self._given(), *self._views()}

    def edits(self) -> Iterator[Splice]:
        """Return the edits by which functions read the app of the request in the place of the module's.

        Raises:
            Refused: where one may run without a request.
        """
        found = sorted({self._covering(use) for use in self._uses()})
        for function in found:
            if function not in self._programs:
                self._need_requests(function)
                yield from self._edited(function)

    def _need_requests(self, function: int) -> None:
        """Do nothing where functions that run with an app context alone call a function; Refused otherwise."""
        scope = self.module.facts.scopes[function]
        for use in self.module.uses_of(scope.name) if not scope.parent else ():
            around = self._around(use.place.scope)
            is_covered = any(each in self._scopes or self._is_helper(each, frozenset()) for each in around)
            if use.role is Role.BODY and not self.layout.goes(use.line) and not is_covered:
                app = self.layout.part.name
                raise Refused(f"line {use.line}: {scope.name}() uses '{app}', and may run without a request")

    def _uses(self) -> list[Use]:
        """The reads of the app in functions that stay."""
        module, app = self.module, self.layout.part.name
        found = [
            each
            for each in module.later_reads(app)
            if not self.layout.goes(each.line) and each.place.phase is not Phase.MAIN
        ]
        for each in found:
            if each.place.phase is Phase.TYPING:
                raise Refused(f"line {each.line}: a type checker reads '{app}'")
        return found

    def _defined(self) -> Iterator[tuple[int, ast.FunctionDef | ast.AsyncFunctionDef]]:
        for node in ast.walk(self.module.tree):
            if isinstance(node, Function) and (number := self.module.scope_of(node)):
                yield number, node

    def _hooked(self) -> Iterator[int]:
        """The functions with a decorator that registers them."""
        for number, node in self._nodes.items():
            for each in node.decorator_list:
                called = each.func if isinstance(each, ast.Call) else each
                root, _, method = ast.unparse(called).partition(".")
                if method in _HOOKS or (method in _OF_APPS and self._is_flasks(root)):
                    yield number

    def _is_flasks(self, name: str) -> bool:
        path = self.module.names.resolve(name, 0)
        return name == self.layout.part.name or path == "flask.Blueprint()"

    def _given(self) -> Iterator[int]:
        """The functions that statements of the factory give to the app to be registered."""
        for number in self.layout.moved:
            for each in ast.walk(self.module.units[number].node):
                if isinstance(each, ast.Call) and ast.unparse(each.func).partition(".")[2] in _GIVEN:
                    for given in (*each.args, *(keyword.value for keyword in each.keywords)):
                        name = given.id if isinstance(given, ast.Name) else ""
                        yield from self.module.facts.scopes_by_name.get(name, ()) if name else ()

    def _views(self) -> Iterator[int]:
        """The methods of views that Flask calls for a request."""
        scopes = self.module.facts.scopes
        for number, node in self._nodes.items():
            parent = scopes[scopes[number].parent]
            bases = parent.bases if parent.kind is ScopeKind.CLASS and node.name in _OF_VIEWS else ()
            if any(self.module.names.resolve(base, 0) in _VIEWS for base in bases):
                yield number

    def _around(self, scope: int) -> list[int]:
        """The functions around a scope, the outermost last."""
        facts, found = self.module.facts, []
        number = facts.function_of(scope)
        while number:
            found.append(number)
            number = facts.function_of(facts.scopes[number].parent)
        return found

    def _covering(self, use: Use) -> int:
        """The function that a read of the app stands in and that runs with an app context."""
        around = self._around(use.place.scope)
        covering = next((each for each in around if each in self._scopes), None)
        if covering is None and around:
            outermost = around[-1]
            if self._is_helper(outermost, frozenset()):
                covering = outermost
            elif len(around) > 1 and self._decorates_requests(outermost):
                covering = around[-2]
            elif self._is_program(outermost):
                covering = outermost
                self._programs.add(covering)
        if covering is None or covering not in self._nodes:
            name = self.module.facts.scopes[around[-1]].name if around else ""
            what = f"{name}() uses" if name and "<" not in name else "a lambda uses"
            raise Refused(f"line {use.line}: {what} '{use.name}', and may run without a request")
        return covering

    def _is_helper(self, function: int, asked: frozenset[int]) -> bool:
        """Whether only functions that run with an app context call a function, and nobody has it for another use."""
        facts = self.module.facts
        scope = facts.scopes[function]
        if scope.parent or function in asked:
            return function in asked
        uses = self.module.uses_of(scope.name)
        calls = sum(each.path == scope.name and not each.decorates for each in facts.calls)
        if not uses or calls != len(uses) or self._need(scope.name):
            return False
        for use in uses:
            around = self._around(use.place.scope)
            if use.role is not Role.BODY or not around:
                return False
            if around[0] not in self._scopes and not self._is_helper(around[0], asked | {function}):
                return False
        return True

    def _is_program(self, function: int) -> bool:
        """Whether the main guard calls a function once, and nothing else has it or the app."""
        scope = self.module.facts.scopes[function]
        uses = self.module.uses_of(scope.name)
        is_called = len(uses) == 1 and uses[0].place.phase is Phase.MAIN and uses[0].role is Role.BODY
        of_app = [each for each in self.module.later_reads(self.layout.part.name) if each.place.phase is Phase.MAIN]
        is_only = not of_app and self._programs <= {function} and self.layout.part.makes
        return is_called and is_only and not scope.parent and not self._need(scope.name)

    def programs(self, makes: str) -> Iterator[Splice]:
        """Return the edits by which what runs as a program makes the app; `edits` has to be asked before."""
        for function in self._programs:
            at, indent = self._first(function)
            yield Splice(at, at, f"{self.layout.part.name} = {makes}\n{indent}")

    def _first(self, function: int) -> tuple[int, str]:
        """Where the first statement of a function begins behind its docstring, and what it is indented by."""
        node = self._nodes[function]
        first = node.body[int(ast.get_docstring(node, clean=False) is not None and len(node.body) > 1)]
        indent = self.module.at.lines[first.lineno - 1][: first.col_offset]
        if indent.strip():
            raise Refused(f"line {first.lineno}: the body shares its line")
        return self.module.at.start(first), indent

    def _decorates_requests(self, function: int) -> bool:
        """Whether a function is used as a decorator of functions that run with an app context, and in no other way."""
        name = self.module.facts.scopes[function].name
        uses = self.module.uses_of(name)
        return (
            bool(uses)
            and not self._need(name)
            and all(use.role is Role.DECORATOR and use.owner in self._scopes for use in uses)
        )

    def _edited(self, function: int) -> Iterator[Splice]:
        """The edits of one function: `current_app` where it reads an attribute, or a local name for the object."""
        module, app, node = self.module, self.layout.part.name, self._nodes[function]
        scope = module.facts.scopes[function]
        if app in scope.elsewhere:
            raise Refused(f"{scope.name}() on line {scope.span.line} declares '{app}' global")
        names = [name for each in node.body for name in _names(each, app)]
        if any(isinstance(each, ast.Name) and each.id == CURRENT and isinstance(each.ctx, ast.Store)
               for each in ast.walk(node)):  # fmt: skip
            raise Refused(f"{scope.name}() on line {scope.span.line} binds '{CURRENT}'")
        owned = {each.value for part in node.body for each in _inside(part) if isinstance(each, ast.Attribute)}
        if all(each in owned for each in names):
            yield from (Splice(module.at.start(each), module.at.end(each), CURRENT) for each in names)
            return
        if scope.yields:
            raise Refused(f"{scope.name}() on line {scope.span.line} runs when the request may be over")
        at, indent = self._first(function)
        yield Splice(at, at, f"{app} = {CURRENT}._get_current_object()\n\n{indent}")


def _names(node: ast.AST, name: str) -> Iterator[ast.Name]:
    """The reads of a module's name in a statement, but for those in functions that have a name of their own."""
    if isinstance(node, ast.Name) and node.id == name:
        yield node
    for each in ast.iter_child_nodes(node) if not (isinstance(node, FUNCTIONS) and _binds(node, name)) else ():
        yield from _names(each, name)


def _binds(node: ast.AST, name: str) -> bool:
    return any(
        (isinstance(each, ast.arg) and each.arg == name)
        or (isinstance(each, ast.Name) and each.id == name and not isinstance(each.ctx, ast.Load))
        for each in ast.walk(node)
    )


def _inside(node: ast.AST) -> Iterator[ast.AST]:
    """The nodes of a statement that run with it: not those of functions and generators inside."""
    if not isinstance(node, (*FUNCTIONS, ast.GeneratorExp, ast.ClassDef)):
        yield node
        for each in ast.iter_child_nodes(node):
            yield from _inside(each)
