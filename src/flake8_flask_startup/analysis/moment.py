"""What stands around an import, and is meant for it: a change that is undone behind it, a `with`, a `try` with an end.

An import in a function would find the state as it is left behind, and not as it was made for it.
"""

from __future__ import annotations

import ast
import sys
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from ..model.access_paths import (
    callee_of,
    is_absolute,
    is_attribute,
    is_call,
    is_inside,
    owner_of,
    root_of,
    split_last,
    without_calls,
)
from ..syntax.lowering import value_of
from ..syntax.parameters import defaults_of
from ..syntax.raw_paths import raw_path
from ..syntax.resolver import Names
from ..syntax.values import Kind
from .bound_perhaps import passes

# Context managers that what is imported within them cannot see.
_PLAIN_MANAGERS = (
    "contextlib.nullcontext", "open", "builtins.open", "io.open", "pathlib.Path().open", "tempfile.", "threading.Lock",
    "threading.RLock",
)  # fmt: skip

# Functions of the standard library that change a state of the process, each with the name of that state.
_SETTERS = {
    "os.chdir": "the working directory", "os.fchdir": "the working directory", "os.umask": "the umask",
    "os.putenv": "os.environ", "os.dup2": "a file descriptor", "signal.signal": "a signal's handler",
    "signal.alarm": "the alarm", "signal.setitimer": "the timer", "signal.pthread_sigmask": "the signal mask",
    "locale.setlocale": "the locale", "decimal.setcontext": "the decimal context", "logging.disable": "the log level",
    "logging.captureWarnings": "where warnings go", "threading.stack_size": "the size of new stacks",
    "os.nice": "the priority", "csv.field_size_limit": "the limit of fields",
}  # fmt: skip
_ADDERS = {
    "site.addsitedir": "sys.path", "warnings.filterwarnings": "warnings.filters",
    "warnings.simplefilter": "warnings.filters",
}  # fmt: skip
_REMOVERS = {"warnings.resetwarnings": "warnings.filters", "os.unsetenv": "os.environ"}
_KEYED = frozenset({"os.putenv", "os.unsetenv", "signal.signal", "locale.setlocale"})  # by their first argument
_ADDING = frozenset({"add", "append", "appendleft", "extend", "insert", "setdefault", "update"})
_REMOVING = frozenset({"clear", "discard", "pop", "popitem", "popleft", "remove"})
_OPPOSITES = {
    "__enter__": "__exit__", "acquire": "release", "activate": "deactivate", "begin": "end", "disable": "enable",
    "enable": "disable", "enter": "exit", "enter_context": "close", "freeze": "unfreeze", "install": "uninstall",
    "mute": "unmute", "patch": "unpatch", "pause": "resume", "push": "pop", "start": "stop", "suspend": "resume",
}  # fmt: skip
_RESTORING = frozenset({"reset", "restore", "revert", "rollback", "undo"})
# Calls that make the libraries that are imported behind them behave in another manner.
PREPARING = ("eventlet.monkey_patch", "gevent.monkey.patch_", "matplotlib.use", "matplotlib.pyplot.switch_backend")
_STARTING = ("multiprocessing.set_start_method", "torch.multiprocessing.set_start_method")

MAX_CALLED = 2  # functions in functions that change something
_Function = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)
_BLOCKS = ("body", "orelse", "finalbody")


class _Change(NamedTuple):
    """A change of some state; key is the part of it that is changed, "" where that is not known."""

    state: str
    key: str
    verb: str  # "add", "remove", "set", "restore", "keep" or "give back", or a method's name that has an opposite
    line: int


class Moments:
    """Tells of the import statements of a module's own code what they stand between."""

    def __init__(self, tree: ast.Module, names: Names) -> None:
        self._tree = tree
        self._names = names
        self._functions = {node.name: node for node in tree.body if isinstance(node, ast.FunctionDef)}
        self._known: dict[int, Sequence[_Change]] = {}  # of statements, by their ids: the tree keeps them
        self._calls: dict[int, Sequence[tuple[str, ast.Call]]] = {}  # the same
        self._looks: dict[int, tuple[Sequence[int], Sequence[int]]] = {}  # of blocks, by their first statements

    def reason(self, line: int) -> str:
        """Return why the import on a line has to run where it stands; empty if no state around it says so."""
        before: list[ast.stmt] = []
        after: list[ast.stmt] = []
        block: Sequence[ast.stmt] = self._tree.body
        while block:
            ends, changing = self._look(block)
            at = bisect_left(ends, line)
            if at == len(block) or block[at].lineno > line:
                return ""
            node = block[at]
            before += [block[each] for each in changing[: bisect_left(changing, at)]]
            after = [*(block[each] for each in changing[bisect_right(changing, at) :]), *after]
            if isinstance(node, (ast.Import, ast.ImportFrom)):
                return self._prepared(before, node) or self._between(before, after)
            if isinstance(node, _Function):
                return ""
            if reason := self._around(node, line):
                return reason
            block = next((each for each in _blocks(node) if _holds(each, line)), ())
        return ""

    @property
    def undoes_changes(self) -> bool:
        """Whether module code changes Python's own state in one statement, and some state in a later one."""
        _, changing = self._look(self._tree.body) if self._tree.body else ((), ())
        made = list(filter(None, (self._changes(self._tree.body[each]) for each in changing)))
        states = (change.state for changes in made for change in changes)
        return len(made) > 1 and any(root_of(each) in sys.stdlib_module_names for each in states)

    def between(self, node: ast.stmt) -> str:
        """Return the change of Python's own state in front of a statement of module code that is undone behind it.

        Empty where there is none, or a value is only replaced by another one.
        """
        at = self._tree.body.index(node)
        _, changing = self._look(self._tree.body)
        made = [change for each in changing if each < at for change in self._changes(self._tree.body[each])]
        active = [each for each in _active(made) if root_of(each.state) in sys.stdlib_module_names]
        for each in changing if active else ():
            for undone in self._changes(self._tree.body[each]) if each > at else ():
                change = next((other for other in active if undone.verb != "set" and _undoes(undone, other)), None)
                if change is not None:
                    return f"line {change.line} changes {change.state} for it, and line {undone.line} changes it back"
        return ""

    # blocks

    def _look(self, block: Sequence[ast.stmt]) -> tuple[Sequence[int], Sequence[int]]:
        """The last lines of the statements of a block, and the places of those that change or prepare something."""
        if id(block[0]) not in self._looks:
            changing = [at for at, each in enumerate(block) if self._changes(each) or self._preparing(each)]
            self._looks[id(block[0])] = [each.end_lineno or 0 for each in block], changing
        return self._looks[id(block[0])]

    def _around(self, node: ast.stmt, line: int) -> str:
        """What a block around the import does where it ends."""
        if passes(node):
            return ""
        if isinstance(node, (ast.With, ast.AsyncWith)):
            if all(map(self._is_plain, node.items)):
                return ""
            return f"the with block on line {node.lineno} is meant for it"
        if not isinstance(node, (ast.Try, ast.TryStar)) or not _holds(node.body, line):
            return ""
        if any(not isinstance(each, (ast.Import, ast.ImportFrom, ast.Pass)) for each in node.finalbody):
            return f"the finally clause on line {node.finalbody[0].lineno} ends what it is imported in"
        handler = next((each for each in node.handlers if not _raises_again(each)), None)
        return f"the except clause on line {handler.lineno} is meant for it" if handler is not None else ""

    def _is_plain(self, item: ast.withitem) -> bool:
        path = self._names.resolve(raw_path(item.context_expr), 0)
        return path.startswith(_PLAIN_MANAGERS) or (is_call(path) and is_attribute(callee_of(path), "open"))

    # changes

    def _prepared(self, before: Sequence[ast.stmt], node: ast.Import | ast.ImportFrom) -> str:
        """The call in front of the import that prepares what it is to find."""
        for path, call in (found for each in before for found in self._preparing(each)):
            if not is_inside(path, "matplotlib") or _is_of(node, ("matplotlib", "seaborn")):
                return f"{raw_path(call.func)}() on line {call.lineno} prepares it"
        return ""

    def _preparing(self, statement: ast.stmt) -> Sequence[tuple[str, ast.Call]]:
        """The calls in a statement that prepare something, each with the dotted name that it calls."""
        if id(statement) not in self._calls:
            calls = [part for part in _parts(statement) if isinstance(part, ast.Call)]
            named = [(self._names.resolve(raw_path(call.func), 0), call) for call in calls]
            self._calls[id(statement)] = [each for each in named if each[0].startswith((*PREPARING, *_STARTING))]
        return self._calls[id(statement)]

    def _between(self, before: Sequence[ast.stmt], after: Sequence[ast.stmt]) -> str:
        """The change in front of the import that is undone behind it."""
        active = _active([change for each in before for change in self._changes(each)])
        if not active:
            return ""
        added: dict[str, int] = {}  # what is added and removed behind it, by state
        for each in after:
            for undone in self._changes(each):
                if undone.verb == "add":
                    added[undone.state] = added.get(undone.state, 0) + 1
                elif undone.verb == "remove" and added.get(undone.state):
                    added[undone.state] -= 1
                    continue
                if (change := next((other for other in active if _undoes(undone, other)), None)) is not None:
                    if change.verb == "keep":
                        return (
                            f"line {change.line} saves a state, and {change.state}() on line {undone.line} restores it"
                        )
                    return f"line {change.line} changes {change.state} for it, and line {undone.line} changes it back"
        return ""

    def _changes(self, statement: ast.stmt, depth: int = 0) -> Sequence[_Change]:
        """The changes of some state that a statement makes, those of the file's functions that it calls included."""
        if id(statement) not in self._known:
            self._known[id(statement)] = []  # of a function that calls itself
            self._known[id(statement)] = [
                change for node in _parts(statement) for change in self._changes_of(node, depth)
            ]
        return self._known[id(statement)]

    def _changes_of(self, node: ast.AST, depth: int) -> Iterator[_Change]:
        if isinstance(node, ast.Delete):
            yield from (change for each in node.targets for change in self._assigned(each, "remove"))
        elif isinstance(node, (ast.Assign, ast.AugAssign, ast.AnnAssign)):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            verb = "restore" if isinstance(node.value, ast.Name) else "set"
            for target in targets:
                elements = target.elts if isinstance(target, (ast.Tuple, ast.List)) else [target]
                yield from (change for each in elements for change in self._assigned(each, verb))
                yield from self._kept(target, node.value)
        elif isinstance(node, ast.Call):
            function = self._functions.get(raw_path(node.func))
            if function is not None and depth < MAX_CALLED:
                for each in _run_by(function.body, _constants_given(function, node)):
                    yield from (change._replace(line=node.lineno) for change in self._changes(each, depth + 1))
            elif raw_path(node.func) in ("delattr", "setattr") and len(node.args) > 1:
                is_kept = len(node.args) > 2 and isinstance(node.args[2], ast.Name)
                verb = "restore" if is_kept else raw_path(node.func).removesuffix("attr").replace("del", "remove")
                name = node.args[1].value if isinstance(node.args[1], ast.Constant) else ""
                target = ast.copy_location(ast.Attribute(node.args[0], str(name), ast.Store()), node)
                yield from self._assigned(target, verb)
            else:
                yield from self._called(node)

    def _kept(self, target: ast.expr, value: ast.expr | None) -> Iterator[_Change]:
        """Yield a state that is saved in a name, `state = random.getstate()`, for a later `random.setstate(state)`."""
        if isinstance(target, ast.Name) and isinstance(value, ast.Call):
            owner, method = split_last(self._names.resolve(raw_path(value.func), 0))
            if is_absolute(owner) and method.startswith("get"):
                yield _Change(f"{owner}.set{method.removeprefix('get')}", target.id, "keep", target.lineno)

    def _assigned(self, target: ast.expr, verb: str) -> Iterator[_Change]:
        """An assignment to an attribute or item of another package's, or its deletion."""
        if not isinstance(target, (ast.Attribute, ast.Subscript)):
            return
        owner: ast.expr = target
        key = ""
        while isinstance(owner, ast.Subscript):
            key = self._key(owner.slice)
            owner = owner.value
        path = self._names.resolve(raw_path(owner), 0)
        if path and path[0] not in "?:." and "." in path:
            yield _Change(path, key, verb, target.lineno)

    def _called(self, call: ast.Call) -> Iterator[_Change]:
        raw = raw_path(call.func)
        path = self._names.resolve(raw, 0)
        owner, method = split_last(path)
        key = next(map(self._key, call.args), "")
        line = call.lineno
        if is_absolute(owner) and method.startswith("set"):
            names = (each.id for each in call.args if isinstance(each, ast.Name))
            yield from (_Change(path, name, "give back", line) for name in names)
        if path in _SETTERS:
            yield _Change(_SETTERS[path], key if path in _KEYED else "", "set", line)
        elif path in _ADDERS:
            yield _Change(_ADDERS[path], "", "add", line)
            if key and path.startswith("warnings."):  # the action
                yield _Change(path, "", "mute" if key == "'ignore'" else "unmute", line)
        elif path in _REMOVERS:
            yield _Change(_REMOVERS[path], key if path in _KEYED else "", "remove", line)
        elif is_absolute(owner) and method in _ADDING | _REMOVING:
            is_item = method in ("pop", "setdefault")
            yield _Change(owner, key if is_item else "", "add" if method in _ADDING else "remove", line)
        elif is_absolute(owner) and method == "set" and is_call(owner):  # of an object: `token = var.set(True)`
            yield _Change(owner_of(raw), "", "set", line)
        elif is_absolute(owner) and (method.startswith("set") or self._is_switch(call)):
            yield _Change(raw if path != without_calls(path) else path, "", "set", line)
        elif _first_word(method) in _VERBS:
            yield _Change(owner_of(raw) or owner or raw, "", method, line)

    def _is_switch(self, call: ast.Call) -> bool:
        """Whether all that a function is given is one truth value: `use_deterministic_algorithms(True)`."""
        return len(call.args) == 1 and self._key(call.args[0]) in ("True", "False") and not call.keywords

    def _key(self, node: ast.expr) -> str:
        """What tells one key from another: a constant, or a name of another module; empty for the rest."""
        value = self._names.value(value_of(node), 0)
        if value.kind is Kind.CONSTANT:
            return repr(value.constant)
        return value.path if value.kind is Kind.PATH and "." in value.path else ""


_VERBS = {*_OPPOSITES, *_OPPOSITES.values(), *_RESTORING}


def _active(changes: Sequence[_Change]) -> list[_Change]:
    """The changes that nothing has undone so far."""
    found: list[_Change] = []
    for change in changes:
        undone = next((other for other in reversed(found) if _takes_back(change, other)), None)
        if undone is not None:
            found.remove(undone)
        else:
            found.append(change)
    return found


def _takes_back(change: _Change, other: _Change) -> bool:
    """Whether a change takes back one before it: it removes what was added, or puts back what was kept in a name."""
    if change.verb in ("remove", "restore"):
        return other.verb in ("add", "set", "restore") and _is_same(change, other)
    return change.verb not in ("add", "set") and _undoes(change, other)


def _undoes(undone: _Change, change: _Change) -> bool:
    """Whether a change behind an import undoes one in front of it."""
    if "keep" in (undone.verb, change.verb):
        return undone.verb == "give back" and _is_same(undone, change)
    if undone.verb in ("add", "remove", "set", "restore"):
        is_added_again = undone.verb == "add" and change.verb != "remove"
        is_removed_again = undone.verb == change.verb == "remove"
        return _is_same(undone, change) and not is_added_again and not is_removed_again
    first, second = _first_word(change.verb), _first_word(undone.verb)
    is_opposite = _OPPOSITES.get(first) == second and change.verb[len(first) :] == undone.verb[len(second) :]
    return undone.state == change.state and (is_opposite or second in _RESTORING)


def _is_same(one: _Change, other: _Change) -> bool:
    return one.state == other.state and (one.key == other.key or not (one.key and other.key))


def _first_word(name: str) -> str:
    return name if name in _OPPOSITES or name in _OPPOSITES.values() else name.partition("_")[0]


def _parts(statement: ast.AST) -> Iterator[ast.AST]:
    """A statement and what it runs, in the order of the file; what functions in it hold is left out."""
    pending = [statement]
    while pending:
        node = pending.pop()
        yield node
        if not isinstance(node, _Function):
            pending += reversed(list(ast.iter_child_nodes(node)))


def _run_by(block: Sequence[ast.stmt], known: Mapping[str, object]) -> Iterator[ast.stmt]:
    """The statements of a function that run, as far as tests of parameters tell that are known."""
    for each in block:
        match each:
            case ast.If(test=ast.Name(id=name)) if name in known:
                yield from _run_by(each.body if known[name] else each.orelse, known)
            case ast.If(test=ast.UnaryOp(op=ast.Not(), operand=ast.Name(id=name))) if name in known:
                yield from _run_by(each.orelse if known[name] else each.body, known)
            case _:
                yield each


def _constants_given(function: ast.FunctionDef, call: ast.Call) -> Mapping[str, object]:
    """The parameters of a function that a call gives constants, or leaves at such."""
    names = [each.arg for each in (*function.args.posonlyargs, *function.args.args)]
    given = dict(zip(names, call.args, strict=False)) | {each.arg or "": each.value for each in call.keywords}
    if "" in given or any(isinstance(each, ast.Starred) for each in call.args):
        return {}
    values = dict(defaults_of(function.args)) | given
    return {name: value.value for name, value in values.items() if isinstance(value, ast.Constant)}


def _blocks(node: ast.stmt) -> Iterator[Sequence[ast.stmt]]:
    for name in _BLOCKS:
        yield getattr(node, name, ())
    for each in (*getattr(node, "handlers", ()), *getattr(node, "cases", ())):
        yield each.body


def _holds(block: Sequence[ast.stmt], line: int) -> bool:
    return bool(block) and block[0].lineno <= line <= (block[-1].end_lineno or 0)


def _raises_again(handler: ast.ExceptHandler) -> bool:
    return isinstance(handler.body[-1], ast.Raise) and handler.body[-1].exc is None


def _is_of(node: ast.Import | ast.ImportFrom, packages: tuple[str, ...]) -> bool:
    names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else [node.module or ""]
    return any(name.partition(".")[0] in packages for name in names)
