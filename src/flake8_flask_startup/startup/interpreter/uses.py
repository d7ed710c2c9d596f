"""What code outside the project does with the objects of the project that it is given."""

from __future__ import annotations

from ...analysis.callback_models import (
    RECORDING,
    asks_class,
    calls_perhaps,
    keeps_callbacks,
    may_call,
)
from ...analysis.generic_functions import annotated_type
from ...analysis.library_calls import kept_function
from ...analysis.senders import asks_for_kept, calls_options, is_keeper, is_parsed_option, logs
from ...config.flask_objects import APP
from ...model.access_paths import attribute_of, callee_of, first_of, is_attribute, is_inside, last_name, owner_of
from ...syntax.operators import ASKING_ONE, names_of
from ...syntax.symbol_table import Call, Effect, Implicit
from ...syntax.values import Kind, Value
from ..graph.trace import Statement
from ..models.callers import asked_by_mixin
from ..models.handed import makes_objects_of
from ..models.namespaces import names_of as attributes_of
from ..models.naming import is_third_party
from ..values.abstract_values import (
    NOTHING,
    Cls,
    Ext,
    Func,
    Generator,
    Inst,
    Method,
    Object,
    Objects,
    Text,
    acting,
    in_order,
    leaves,
)
from ..values.environment import Env
from ..values.trampoline import Steps
from .code import Part
from .effects import Effects
from .recorder import Node

# Built-in functions that iterate over what they are given.
CONSUMERS = frozenset(
    {
        "all", "any", "collections.deque", "dict", "enumerate", "filter", "frozenset", "iter", "list", "map", "max",
        "min", "next", "reversed", "set", "sorted", "sum", "tuple", "zip",
    }
)  # fmt: skip

# Built-in functions that ask an object for something, and the method that answers.
ASKERS = {
    **ASKING_ONE, "bytes": "__bytes__", "complex": "__complex__", "copy.copy": "__copy__",
    "copy.deepcopy": "__deepcopy__", "dir": "__dir__", "divmod": "__divmod__", "float": "__float__", "int": "__int__",
    "math.ceil": "__ceil__", "math.floor": "__floor__", "math.trunc": "__trunc__", "operator.index": "__index__",
    "operator.length_hint": "__length_hint__", "os.fspath": "__fspath__", "pickle.dump": "__reduce_ex__",
    "pickle.dumps": "__reduce_ex__", "reversed": "__reversed__", "round": "__round__", "sys.getsizeof": "__sizeof__",
}  # fmt: skip

_NAMED = (Kind.PATH, Kind.CHOICE)  # what may be a function
_CONSUMED = (*_NAMED, Kind.CALL, Kind.SEQUENCE)  # or a generator
_STOPPING = frozenset({"all", "any", "itertools.islice", "itertools.takewhile"})  # that need not ask for every item
_OPTIONS = "the options of a program"  # in unresolved entries: argparse calls their types and actions
_REDUCING = ("__reduce__", "__reduce_ex__")
_ORDERING = frozenset({"max", "min", "sorted"})
_PUSHING = ("push", "push_async_exit")  # methods of an ExitStack for what is to be left, or called at the end
_LOGGING = ("addFilter", "addHandler", "setFormatter")
_LOGGED = ("filter", "format", "emit")  # what is asked of those for a message
_FROM_OBJECT = attribute_of(APP, "config.from_object")
_ENTERING = ("enter_context", "enter_async_context")  # of an ExitStack, which leaves what it enters


class Uses(Effects):
    """Follows built-in functions and those of the standard library into objects of the project."""

    def _made_use_of(self, call: Call, callee: Ext, here: Env, node: Node) -> Steps:
        """Follow a library's call into objects of the project: its arguments, or the object whose method it is."""
        if not here.is_own:
            return
        path = callee.path
        yield from self._made_of_keywords(call, path, here, node)
        if is_inside(path, "argparse") or (is_third_party(here, path) and not is_keeper(path)):
            self._note_kept(call, path, here, node)
        if callee.receiver is not None:
            methods = [one for name in asked_by_mixin(path) for one in self._answers(Inst(callee.receiver), (name,))]
            for method in methods:
                yield from self._invoke(method, None, node, conditional=call.place.doubt)
        if path in ("getattr", "hasattr") and len(call.args) > 1:
            yield from self._read_by_name(call, here, node)
        if path == "setattr" and len(call.args) == 3:
            self._set_attribute(call, here)
        elif path == _FROM_OBJECT and call.args:
            self._read_settings(call, here)
        else:
            yield from self._used_by(call, path, here, node)

    def _used_by(self, call: Call, path: str, here: Env, node: Node) -> Steps:
        """Call the functions among a library call's arguments that it calls."""
        if logs(path):
            yield from self._logged()
        if is_attribute(path, *_ENTERING) and call.args:
            for each in in_order(self._value(call.args[0], here, call.span.line)):
                yield from self._used(each, Effect.ENTER, node, conditional=call.place.doubt)
                yield from self._used(each, Effect.LEAVE, node, conditional=self._doubt_of_leaving(call, here))
        elif is_inside(path, "contextlib") and is_attribute(path, *_PUSHING) and call.args:
            yield from self._pushed(call, here, node)
        elif is_inside(path, "logging") and is_attribute(path, *_LOGGING) and call.args:
            found = acting(self._value(call.args[0], here, call.span.line))
            self._logging += [(each, node) for each in found]
            yield from self._logged() if self._logs else ()
        elif (kept := kept_function(call, path)) is not None:
            for each in in_order(self._value(kept, here, call.span.line)):
                if not isinstance(each, (Ext, Inst)):
                    yield from self._invoke(each, None, node, conditional=True)
        elif path in CONSUMERS or self._is_tested(path) or not (keeps_callbacks(path) or last_name(path) in RECORDING):
            yield from self._taken(call, path, here, node)

    def _is_tested(self, path: str) -> bool:
        """Return whether a call tests for a class, and a class of the project may decide the result."""
        return path in ("isinstance", "issubclass") and self.world.visited.defines(*asks_class(path, ()))

    def _note_kept(self, call: Call, path: str, here: Env, node: Node) -> None:
        """Record the functions that an unknown package is given, and the calls that may call them."""
        package = first_of(path)
        if is_attribute(path, "add_argument") or calls_options(path):
            package = _OPTIONS
        given = frozenset({Func(node[0], call.decorates)}) if call.decorates else NOTHING
        if is_attribute(path, "__init_subclass__") and (made := self._made_by(call, node)) is not None:
            given = frozenset({made})  # a class of the project, which its base may register
        for value in () if call.decorates else (*call.args, *[value for _, value in call.keywords]):
            if value.kind in (*_NAMED, Kind.CALL) or _has_names(value):
                given |= self._value(value, here, call.span.line)
        if given:
            self.open_calls.keep(package, given)
        code = self.world.module(node[0])
        if code is not None and not call.decorates and (asks_for_kept(path) or is_parsed_option(path)):
            self.open_calls.ask(package, Statement(self._shown(code), call.span.line), call.path)

    def _logged(self) -> Steps:
        """Run the methods that a message may be given to of the handlers, filters and formatters so far."""
        self._logs = True
        given, self._logging = self._logging, []
        for each, node in given:
            for method in [one for name in _LOGGED for one in self._answers(each, (name,))]:
                yield from self._invoke(method, None, node, conditional=True)

    def _pushed(self, call: Call, here: Env, node: Node) -> Steps:
        doubt = self._doubt_of_leaving(call, here)
        for each in in_order(self._value(call.args[0], here, call.span.line)):
            if isinstance(each, Inst):
                yield from self._used(each, Effect.LEAVE, node, conditional=doubt)
            else:
                yield from self._invoke(each, None, node, conditional=doubt)

    def _doubt_of_leaving(self, call: Call, here: Env) -> int:
        """Return how sure it is that a stack of contexts is left, as one is that a `with` statement has entered."""
        code, name = self.world.module(here.module), owner_of(call.path)
        bindings = code.names.bindings(name, here.scope)[1] if code is not None and name.isidentifier() else ()
        is_left = any(each.value.kind is Kind.ENTERED for each in bindings)
        return call.place.doubt if is_left else max(call.place.doubt, 1)

    def _made_of_keywords(self, call: Call, path: str, here: Env, node: Node) -> Steps:
        for name, value in call.keywords:
            if makes_objects_of(here, path, name):
                yield from self._made_of(value, here, call.span.line, node)

    def _read_by_name(self, call: Call, here: Env, node: Node) -> Steps:
        """Read the attribute that a call names, with all that reading it runs."""
        owner, name = call.args[:2]
        for text in [each for each in here.texts(name) if each.isidentifier()]:
            read = Value(Kind.PATH, text, owner=(owner,))
            event = Implicit(Effect.READ, read, call.span, call.place, call.order)
            if not self._is_idle(event):
                yield from self._read(event, here, node)

    def _set_attribute(self, call: Call, here: Env) -> None:
        owners, names, objects = [self._value(each, here, call.span.line) for each in call.args]
        for name in [each.text for each in in_order(names) if isinstance(each, Text)]:
            self._put_on(self._own_among(owners), name, objects, call.place)

    def _read_settings(self, call: Call, here: Env) -> None:
        """Read the upper-case names of an object, as a configuration does: its properties run."""
        for owner in in_order(self._value(call.args[0], here, call.span.line)):
            for name in filter(str.isupper, attributes_of(self.world, owner)) if isinstance(owner, Inst) else ():
                self.world.attribute(owner, name)  # this records the property

    def _taken(self, call: Call, path: str, here: Env, node: Node) -> Steps:
        """What a function outside the project does with generators, and built-in ones with objects of the project."""
        conditional = call.place.doubt
        methods = asks_class(path, dict(call.keywords))
        for value in (*call.args, *(value for _, value in call.keywords)):
            may_act = methods or self.world.visited.may_consume
            if value.kind not in (_CONSUMED if may_act else _NAMED) and not _has_names(value):
                continue
            found = self._value(value, here, call.span.line)
            if not call.decorates and path not in CONSUMERS and may_call(path):
                given = leaves(found)
                making = [function for cls in given if isinstance(cls, Cls) for function, _ in self._functions(cls)]
                self.seen.hand([*given, *making], node, call.span.line, call.path)
                if calls_perhaps(path, is_known=not is_third_party(here, path)):
                    yield from self._perhaps_called(given, node)
            for each in acting(found) if self.world.visited.may_consume else ():
                yield from self._asked(each, path, node, conditional=conditional)
            for cls in in_order(found) if methods else ():
                made = Inst(cls) if isinstance(cls, Cls) else cls
                owners = [each for each in dict.fromkeys((made, cls)) if isinstance(each, (Cls, Inst))]
                for method in [one for each in owners for name in methods for one in self._answers(each, (name,))]:
                    yield from self._invoke(method, None, node, conditional=True)
            for each in acting(leaves(found)) if path in _ORDERING else ():
                for method in self._answers(each, ("__lt__",)):
                    yield from self._invoke(method, None, node, conditional=conditional)

    def _perhaps_called(self, given: Objects, node: Node) -> Steps:
        """Outside code may call a function that it is given at once, unless it is known to keep it for later."""
        for each in in_order(given):
            if isinstance(each, (Func, Method)):
                yield from self._invoke(each, None, node, conditional=True)

    def _asked(self, each: Object, path: str, node: Node, *, conditional: int) -> Steps:
        """What a function outside the project does with one object."""
        if isinstance(each, Generator) and path == "iter":
            return  # nothing of a generator runs yet
        if isinstance(each, Generator):
            part = Part.HEAD if path == "next" or path in _STOPPING else Part.ALL
            yield from self._consume(each.function, part, node, conditional=conditional)
            if path in _STOPPING:
                yield from self._consume(each.function, Part.TAIL, node, conditional=max(conditional, 1))
        elif isinstance(each, (Cls, Inst)) and path in CONSUMERS:
            yield from self._used(each, Effect.ITERATE, node, conditional=conditional)
            yield from self._used(each, Effect.ITERATED, node, conditional=conditional)
        if isinstance(each, Inst) and (path in ASKERS or logs(path)):
            for method in self._answers(each, names_of(ASKERS.get(path, "__str__"))):
                yield from self._invoke(method, None, node, conditional=conditional)
                if self.world.scope(method.function).name.endswith(_REDUCING):
                    yield from self._made_again(method, node)

    def _made_again(self, method: Method, node: Node) -> Steps:
        """Call what a copy or a pickled object is made with (`object.__reduce__`), which need not happen."""
        for given in in_order(self.world.called(method)):
            for each in in_order(self.world.element(given, 0)):
                if isinstance(each, (Cls, Func, Method)):
                    yield from self._invoke(each, None, node, conditional=True)

    def _decorates(self, call: Call, callees: Objects, node: Node) -> Steps:
        """What a decorator does that is more than a call: a generic function, or a context manager, keeps the function.

        A context manager is entered whenever the function is called.
        """
        function = Func(node[0], call.decorates)
        if is_attribute(callee_of(call.path), "register"):
            where = self._env(node[0])._replace(scope=call.place.scope)
            for each in self._path(owner_of(callee_of(call.path)), where, call.span.line):
                generic = each.function if isinstance(each, Method) else each
                if isinstance(generic, Func):
                    self._dispatched.setdefault((generic.module, generic.scope), {})[function] = self._type(call, where)
        for each in in_order(callees):
            if isinstance(each, Generator):
                yield from self._consume(each.function, Part.ALL, node, conditional=True)

    def _type(self, call: Call, where: Env) -> str:
        """The name of the built-in type that a decorator registers a function for; empty for any other."""
        values = [each.items for each in self.world.scope(Func(where.module, call.decorates)).decorated_by]
        found = [self._value(each, where, call.span.line) for items in values for each in items]
        names = [each.path if isinstance(each, Ext) else "" for objects in found for each in objects]
        if not call.args and not names and (raw := self._annotated(Func(where.module, call.decorates))):
            names = [each.path for each in self._path(raw, where, call.span.line) if isinstance(each, Ext)]
        return names[0] if len(names) == 1 else ""

    def _annotated(self, function: Func) -> str:
        """The raw path of the type that annotates the first parameter of a registered function or method."""
        scope = self.world.scope(function)
        return annotated_type(scope, int(scope.place.scope > 0))


def _has_names(value: Value) -> bool:
    """Whether a value is a list or tuple that contains names, perhaps of functions."""
    return value.kind is Kind.SEQUENCE and any(each.kind is Kind.PATH for each in value.items)
