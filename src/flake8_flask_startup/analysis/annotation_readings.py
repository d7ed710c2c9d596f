"""The places of one file where annotations are read, and what is given to whoever reads them there."""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import NamedTuple

from ..model.access_paths import call_of, callee_of, is_call, is_dotted, is_own, is_unknown, item_of, own_path, root_of
from ..syntax.raw_paths import raw_path
from ..syntax.resolver import Names
from ..syntax.symbol_table import Call, Scope, ScopeKind
from ..syntax.tree_walk import nodes_of
from ..syntax.values import Kind, Value
from .annotation_tables import HINT_FUNCTIONS, reader_kind
from .unread_texts import TEXT_KEEPING_DECORATORS

_RAW = frozenset({"__annotations__", "__annotate__", "__annotate_func__"})  # attributes: annotations as they are
_OF_PARAMETERS = frozenset({"annotation", "annotations", "return_annotation"})
_EVALUATING = frozenset({"eval", "typing.ForwardRef", "typing._eval_type", "typing.evaluate_forward_ref"})
_SIGNATURES = frozenset({"inspect.Signature.from_callable", "inspect.getfullargspec", "inspect.signature"})

_WRAPS = "functools.wraps()"


class Reading(NamedTuple):
    """Something that reads annotations. paths are resolved ones of what it is given; is_open says that it may be more.

    kind is "all", or "fields" where methods of a class are not read, and functions only if they are given by name;
    is_raw says that annotations that are texts stay texts.
    """

    by: str
    verb: str
    line: int
    kind: str
    paths: frozenset[str]
    is_open: bool
    is_raw: bool = False

    @property
    def perhaps(self) -> str:
        """The verb for a reader that may or may not be given the annotation in question."""
        return f"may {self.verb.removesuffix('s')}"


class Readings:
    """The places of one file where annotations are read. tree gives its syntax tree, which is not kept.

    beyond gives for a resolved path what it is in another package, by way of the project's other files; else the path.
    functions gives the scopes of the project that a resolved path leads to, in whatever file.
    """

    def __init__(
        self,
        names: Names,
        tree: Callable[[], ast.Module],
        beyond: Callable[[str], str],
        functions: Callable[[str], Sequence[Scope]],
    ) -> None:
        self.names = names
        self._tree = tree
        self._beyond = beyond
        self._functions = functions

    @cached_property
    def calls(self) -> Sequence[Call]:
        """All calls of the file: what names of it lead to is asked of many that are not wholly read."""
        self.names.facts.read_all()
        return list(self.names.facts.calls)

    @cached_property
    def found(self) -> Sequence[Reading]:
        """The places in the file where annotations are read."""
        return [*self._by_calls(), *self._by_attributes()]

    def _by_calls(self) -> Iterator[Reading]:
        """Calls of functions and libraries that read."""
        validated = {
            call.span[:2]
            for call in self.calls
            if any(name == "pydantic" and value.constant is not False for name, value in call.keywords)
        }
        for call in self.calls:
            path = self.meaning(call.path, call.place.scope)
            kind = reader_kind(callee_of(path) if callee_of(path) in HINT_FUNCTIONS else path)
            is_evaluating = any(name == "eval_str" and value.constant is not False for name, value in call.keywords)
            is_validated = call.decorates and call.span[:2] in validated
            if is_evaluating and path == "functools.partial":  # what it makes is given something elsewhere
                yield Reading(call_of(call.path), "reads", call.span.line, "all", frozenset(), is_open=True)
                continue
            if is_evaluating or is_validated:
                kind = "all"
            if kind:
                is_hint = is_evaluating or path in HINT_FUNCTIONS
                decorator = self.names.resolve(callee_of(call.path), call.place.scope) if call.decorates else ""
                is_raw = decorator in TEXT_KEEPING_DECORATORS  # these read the decorated class first
                yield self.reading(call, kind, is_open=is_hint, reads="reads", is_raw=is_raw)

    def _by_attributes(self) -> Iterator[Reading]:
        """Annotations that are read off functions, classes and the parameters of signatures, as they are."""
        signatures = [call for call in self.calls if self.names.resolve(call.path, call.place.scope) in _SIGNATURES]
        is_raw = all(self.names.resolve(call.path, call.place.scope) not in _EVALUATING for call in self.calls)
        for node in nodes_of(self._tree()):
            if isinstance(node, ast.Attribute) and node.attr in _RAW:
                path = self.names.resolve(raw_path(node.value), 0)
                is_known = bool(self.names.defined(path))
                paths = frozenset([path]) if is_known else frozenset[str]()
                yield Reading(node.attr, "gives", node.lineno, "all", paths, not is_known, is_raw=is_raw)
            elif isinstance(node, ast.Subscript) and (asked := self._subscripted(node)) is not None:
                yield asked
            elif isinstance(node, ast.Constant) and node.value in _RAW:
                yield Reading(f"{node.value}", "gives", node.lineno, "all", frozenset(), is_open=True, is_raw=is_raw)
            elif isinstance(node, ast.Attribute) and node.attr in _OF_PARAMETERS:
                for call in signatures:
                    yield self.reading(call, "all", is_open=True, reads="gives", is_raw=is_raw)

    def _subscripted(self, node: ast.Subscript) -> Reading | None:
        """`container[Service]`: a library's object that makes what it is given; None for other subscriptions."""
        path = self.meaning(raw_path(node.value), 0)
        if not is_call(path) or not (kind := reader_kind(path)):
            return None
        named = (each for each in ast.walk(node.slice) if isinstance(each, (ast.Name, ast.Attribute)))
        paths = frozenset(self.names.resolve(raw_path(each), 0) for each in named)
        return Reading(item_of(raw_path(node.value)), "reads", node.lineno, kind, paths, is_open=False)

    def reading(self, call: Call, kind: str, *, is_open: bool, reads: str, is_raw: bool = False) -> Reading:
        """Return that a call reads what it is given; is_open says that what nobody can tell may be among it."""
        by = f"@{callee_of(call.path)}" if call.decorates else call_of(call.path)
        paths, is_unknown = self._given(call)
        return Reading(by, reads, call.span.line, kind, paths, is_open and is_unknown, is_raw)

    def may_be_instance(self, call: Call) -> bool:
        """Whether a call is given, first of all, what nobody can tell: perhaps an instance of any class of the file."""
        is_given = bool(call.args or call.keywords) and not call.decorates
        return is_given and self._given(call)[1]

    def _given(self, call: Call) -> tuple[frozenset[str], bool]:
        """What a call is given: resolved paths, and whether something of it is not known."""
        if call.decorates:
            return frozenset([own_path(self.names.facts.scopes[call.decorates].name)]), False
        facts = self.names.facts
        values = [*call.args, *(value for _, value in call.keywords)]
        found = {path for value in values for path in self._paths(value, call.place.scope)}
        around = facts.scopes[call.place.scope]
        if around.kind is ScopeKind.CLASS:  # `__set_name__` is passed the class (PEP 487)
            found.add(own_path(around.name))
        lines = range(call.span.line, call.span.end_line + 1)
        bodies = {facts.scopes[call.place.scope].body, 0}
        uses = [use for body in bodies for use in facts.uses_in(body) if use.line in lines and use.home == 0]
        names = Counter(use.name for use in uses)
        for line in lines:
            names.subtract(self._called_on.get(line, ()))  # what is called is not given by that
        given = [use for use in uses if names[use.name] > 0]
        found |= {path for use in given for path in self.names.meanings(use.name, use.place.scope)}
        first = call.args[:1] or tuple(value for name, value in call.keywords if name != "eval_str")
        is_unknown = any(self._is_unknown(value, call.place.scope) for value in first)
        return frozenset(found), is_unknown

    @cached_property
    def _called_on(self) -> Mapping[int, Sequence[str]]:
        """The names by which functions of the file are called on each line, each as often as it is.

        A class is not among them: whoever is given an instance may read its class. One that a method is called on is,
        unless the method is given the class.
        """
        found: dict[int, list[str]] = {}
        for call in self.calls:
            path = "" if call.decorates else self.names.resolve(call.path, call.place.scope)
            functions = self._functions(path) if path else ()
            if functions and all(map(_is_given_no_class, functions)):
                found.setdefault(call.span.line, []).append(root_of(call.path))
        return found

    def _paths(self, value: Value, scope: int) -> Iterator[str]:
        if value.path:
            yield self.names.resolve(value.path, scope)
        for each in value.items:
            yield from self._paths(each, scope)

    def _is_unknown(self, value: Value, scope: int) -> bool:
        """Whether nothing tells what a value is: a parameter, what a loop goes over, the result of a call."""
        if value.kind is Kind.CONSTANT:
            return False
        path = self.names.resolve(value.path, scope)
        defined = self.names.defined(path)
        is_defined = bool(defined) and not any(map(self._is_wrapper, defined))
        return not (is_defined or (is_dotted(path) and not is_own(path) and not is_unknown(path)))

    def _is_wrapper(self, number: int) -> bool:
        """Whether a function has the annotations of another one (`functools.wraps`)."""
        scope = self.names.facts.scopes[number]
        return any(self.names.resolve(raw, scope.place.scope) == _WRAPS for raw in scope.decorators)

    def meaning(self, raw: str, scope: int) -> str:
        """The resolved path of a callee, by way of the project's other files, and of `functools.partial`."""
        return self._beyond(self.names.called(raw, scope))

    @property
    def open_lines(self) -> Sequence[int]:
        """The lines on which annotations are read of what nobody can tell, libraries that are given such included."""
        return [*self.evaluating_lines, *(each.line for each in self.found if each.is_open and each.is_raw)]

    @cached_property
    def evaluating_lines(self) -> Sequence[int]:
        """Those of them on which annotations that are texts are evaluated."""
        found = [each.line for each in self.found if each.is_open and not each.is_raw]
        for call in self.calls:
            if reader_kind(self.meaning(call.path, call.place.scope)) and not call.decorates:
                values = [*call.args, *(value for _, value in call.keywords)]
                if any(self._is_unknown(value, call.place.scope) for value in values):
                    found.append(call.span.line)
        return found


def _is_given_no_class(function: Scope) -> bool:
    """Whether a scope is a function that is not handed the class which it is called on."""
    return function.kind is ScopeKind.FUNCTION and "classmethod" not in function.decorators
