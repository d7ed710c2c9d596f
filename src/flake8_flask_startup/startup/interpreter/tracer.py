"""The static startup trace: what a boot loads, in order, through imports and the calls that startup makes.

Nothing runs. From the entry point it walks the statements that loading a module executes, and the bodies of the
functions that those statements call, and so on. What cannot be known is an unresolved entry with its place and reason,
never a guess.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from contextlib import suppress
from operator import itemgetter

from ...config.entry_target import MAIN
from ...config.flask_objects import DISCOVERED_APPS, KNOWN, FlaskObjects
from ...files.gc_control import made_to_stay
from ...model import UNKNOWN
from ...model.access_paths import callee_of, names_along
from ...project.entries import search_beside
from ...project.module_facts import Event, ModuleFacts
from ...project.module_finder import Origin
from ...project.modules import Project
from ...syntax.places import Condition, Point
from ...syntax.static_conditions import Phase
from ...syntax.symbol_table import Call, Effect, Implicit, Import, Loop
from ..graph.trace import Run, Statement, Trace
from ..models.loaders import is_followed
from ..values.abstract_values import Ext, Func, Mod, Object, PartialCall, in_order
from ..values.environment import Env
from ..values.memo import ExhaustedError
from ..values.trampoline import Steps, drive
from .bound_names import call_with
from .code import Part
from .conditions import Known, Truth
from .functions import unsure
from .loading import Loading
from .reaching import END
from .recorder import Node
from .served import is_served
from .turns import MAX_TURNS

_VARIABLE = re.compile(r"[A-Z][A-Z0-9_]*")
FAILED = "cannot be followed"  # what an unresolved entry says first where the trace has a fault
MAX_ADDED = 8  # turns of a loop that add to what the loop goes through
MAX_RUNS = 50  # of one function: each needs a parameter that has turned out to stand for more


def trace(project: Project, entries: Sequence[str], why: str = "as asked", flask: FlaskObjects = KNOWN) -> Trace:
    """The boot from entry points such as "app:create_app", "wsgi:app" or "pkg.module".

    flask says which classes make apps; without it, the known ones do.
    """
    with made_to_stay():
        boot = _entered(project, entries, flask)
        boot.note_open_calls()
        return boot.seen.trace(tuple(entries), why, project.lacks, tuple(boot.runs()))


def runs(project: Project, entries: Sequence[str], flask: FlaskObjects = KNOWN) -> Sequence[Run]:
    """Return the functions of the project that a boot runs; what else may run is left out, for it takes a while."""
    return tuple(_entered(project, entries, flask).runs())


def _entered(project: Project, entries: Sequence[str], flask: FlaskObjects) -> _Boot:
    boot = _Boot(project, flask)
    with made_to_stay():
        for entry in entries:
            boot.enter(entry)
    return boot


class _Rests:
    """Code that a run may skip: the body of a loop that may not iterate, and what an exception skips."""

    def __init__(self, boot: _Boot, code: ModuleFacts, node: Node) -> None:
        self._boot = boot
        self._code = code
        self._node = node
        self._unsure: dict[int, bool] = {}  # loops
        self._left: list[tuple[int, ...]] = []  # blocks
        self.known: Known = {}

    def leave(self, event: Event, exception: str) -> None:
        """An event ends by an exception: the rest of what it stands in does not run, as far as nothing catches it."""
        self._left += self._boot.failures.left(event, exception, self._code)
        if not self._left[-1] and not self._boot.failures.is_survived(event, exception, self._code):
            self._boot.failures.raising.setdefault(self._node, exception)

    def weighed(self, event: Event, here: Env) -> Event:
        """An event as one that need not happen, where it is one."""
        branch = event.place.branch
        is_left = any(branch[: len(block)] == block for block in self._left)
        is_left = is_left or self._boot.caught.may_be_left_out(self._node, event)
        if not is_left and not any(self._is_unsure(each, here) for each in branch if each < 0):
            return event
        return event if event.place.is_conditional else event._replace(place=unsure(event.place, event.span.line))

    def _is_unsure(self, block: int, here: Env) -> bool:
        loop = self._code.facts.loops.get(block)
        if loop is None:
            return False
        found = self._unsure.get(block)
        if found is None:
            inside = here._replace(scope=loop.place.scope, at=Point(loop.order, loop.place.branch))
            found = self._boot.is_unsure(loop, inside)
            if isinstance(self._node, Mod):  # of a function each event has to show what it rests on
                self._unsure[block] = found
        return found


class _Boot(Loading):
    """Loads modules, in the order that Python does."""

    def __init__(self, project: Project, flask: FlaskObjects) -> None:
        super().__init__(project, flask, self)

    def enter(self, entry: str) -> None:
        """Load an entry's module, then call what it names, if that can be called."""
        module, _, name = entry.partition(":")
        root = Mod(module)
        search_beside(self.project, module, is_first=not self.seen.entries)
        self.seen.entries.append(root)
        name = callee_of(name)
        if name == MAIN:
            module = f"{module}.{MAIN}" if self.project.find(f"{module}.{MAIN}") is not None else module
            self.programs = {module}
        drive(self.load(module, None, root, conditional=False))
        if name and name != MAIN and self.world.module(module) is not None:
            drive(self.module_getattr(module, name.partition(".")[0], root, conditional=False))
            is_function = self.project.defines_function(module, name)
            for each in in_order(self._path(name, self._env(module), 1)):
                drive(self._make_app(each, root))
                code = self.world.module(module)
                if isinstance(each, PartialCall) and code is not None:
                    drive(self._apply(each, call_with(()), code, root, self._env(module)))
                elif not is_served(self.world, each, by_def=is_function):
                    drive(self._invoke(self._served(each, module), None, root))
                drive(self._run_commands(each, root))
        for app in () if name == MAIN else (name.partition(".")[0],) if name else DISCOVERED_APPS:
            self._note_unseen(module, app)
        self._settle()

    def _note_unseen(self, module: str, name: str) -> None:
        """Note an app that comes from a function or module outside the project whose source nobody has."""
        code = self.world.module(module)
        if code is None:
            return
        lines = [each.line for each in code.facts.scopes[0].bindings.get(name, ())]
        for each in in_order(self._path(name, self._env(module), 1)) if lines else ():
            outside = each.path if isinstance(each, Ext) else ""
            root, *inside = names_along(outside)
            is_class = any(part[:1].isupper() for part in inside) or is_followed(callee_of(outside))
            is_unseen = self.project.find(root) is None and self.project.origin(root) is Origin.THIRD_PARTY
            for statement in (Statement(self._shown(code), line) for line in lines):
                if inside and is_unseen and not is_class and not self._is_followed(statement):
                    reason = f"{outside} is an app of a package whose source is not known"
                    self.seen.note(statement, reason, (UNKNOWN,))

    def _is_followed(self, statement: Statement) -> bool:
        """Whether a statement brings in modules of the project, or has an entry that says what it may bring in."""
        imported = self.seen.imported_by(statement)
        return self.seen.is_noted(statement) or any(
            self.project.origin(each) is Origin.FIRST_PARTY for each in imported
        )

    def _served(self, each: Object, module: str) -> Object:
        """What a server calls to have the app: a factory that it hands nothing, so that the defaults count."""
        if not isinstance(each, Func):
            return each
        self._give(each, set())
        return self.as_called(each, call_with(()), self._env(module))

    def _settle(self) -> None:
        """Run functions again whose parameters have turned out to stand for more, until nothing new comes of it."""
        runs: dict[Func, int] = {}
        while self.grown:
            function = next(iter(self.grown))
            del self.grown[function]
            runs[function] = runs.get(function, 0) + 1
            if runs[function] <= MAX_RUNS:
                for part in sorted(self.ran.get(function, ()), key=list(Part).index):
                    drive(self._body(function, part))

    def note_open_calls(self) -> None:
        """Note the calls that may run what has not run, once everything else has."""
        ran = {(each.module, each.scope) for each in self.seen.callers}
        for statement, reason in self.open_calls.missing(self.world.visited.modules, lambda *each: each in ran):
            self.seen.note(statement, reason)

    def run(self, code: ModuleFacts, function: int, node: Node, part: Part = Part.ALL) -> Steps:
        """What a module body or function does, in order."""
        own = code.file.origin is Origin.FIRST_PARTY
        middle = code.facts.scopes[function].yields
        rests = _Rests(self, code, node)
        for event in self._events(code, function):
            if event.place.phase is Phase.TYPING or (function == 0 and not self._is_run(event, code)):
                continue
            if part is not Part.ALL and (event.order < middle) is not (part is Part.HEAD):
                continue
            try:
                if own and function == 0:
                    self._advance(code, Point(event.order, event.place.branch))
                may_fail = own and isinstance(event, Implicit) and self.failures.may_fail(event, code)
                if isinstance(event, Implicit) and not may_fail and self._is_idle(event):
                    continue
                if middle and event.order >= middle and isinstance(node, Func) and self.tails.get(node):
                    event = event._replace(place=unsure(event.place, event.span.line))  # the same event
                follow = self._follow_again if function or event.place.branch else self._follow
                surprises = self.world.surprises
                yield from follow(event, code, node, rests)
                if own and event.place.branch and isinstance(event, Call):
                    yield from self._follow_added(event, code, node, rests, surprises)
                if own and (exception := self.failures.of(node, event)):
                    rests.leave(event, exception)
            except Exception as error:  # a fault of ours, which costs this statement and no file
                self._failed(code, event, error)
        for name, statement, doubt in self._walked.pop(node, ()):
            yield from self._import_by_name(name, statement, node, conditional=doubt)
        if own and function == 0:
            self._advance(code, END)

    def _follow_again(self, event: Event, code: ModuleFacts, node: Node, rests: _Rests) -> Steps:
        """What one event of a function does, unless all that it rests on is as it was when it was followed last."""
        memory = self.world.memory
        now = self._now()
        done = self._done.setdefault(node, {})
        key = ("event", node, id(event))
        when = done.get(id(event))
        if when == memory.standing or (when == now and not self.waiting and memory.holds(key)):
            return
        mark = memory.mark()
        memory.begin(key)
        try:
            for steps in self._follow(event, code, node, rests):
                memory.resume(None)
                yield steps
                memory.resume(key)
        finally:
            memory.resume(None)
        done[id(event)] = memory.standing if memory.mark() == mark else now

    def _follow_added(self, event: Call, code: ModuleFacts, node: Node, rests: _Rests, surprises: int) -> Steps:
        """Follow a call of a loop again as long as what it runs adds to what the loop goes through.

        surprises counts those before the call was followed first.
        """
        world = self.world
        key = ("event", node, id(event))
        for _ in range(MAX_ADDED):
            if key not in world.outdated and world.surprises == surprises:
                break
            world.outdated.discard(key)
            surprises = world.surprises
            yield from self._follow_again(event, code, node, rests)

    def _follow(self, event: Event, code: ModuleFacts, node: Node, rests: _Rests) -> Steps:
        """What one event does, in each turn of the loops around it."""
        own = code.file.origin is Origin.FIRST_PARTY
        self.caught.follow(node, event, code)
        for here in self._turns(event, code, node) if own else (self._here(event, code, node),):
            weighed = self._weighed(event, here, node, rests.known) if own and event.place.tests else event
            if weighed is not None:
                self.caught.happen(node, event)
                yield from self._happen(rests.weighed(weighed, here) if own else weighed, code, node, here)

    def _events(self, code: ModuleFacts, function: int) -> Sequence[Event]:
        """What a function does, reads of names that lazy imports bind among it."""
        events = code.events_in(function)
        names = self.waiting.names(code)
        more = [*(code.reads_in(function, names) if names else ()), *code.unbound_in(function)]
        if function and (moment := self.world.reaching.moment(code.file.name)) is not None and moment is not END:
            more += code.unbound_before(function, moment)
        return sorted([*events, *more], key=lambda each: each.order) if more else events

    def _is_run(self, event: Event, code: ModuleFacts) -> bool:
        """Whether loading a module runs a statement of its body."""
        phase = event.place.phase
        return phase is Phase.IMPORT or (phase is Phase.MAIN and code.file.name in self.programs)

    def _turns(self, event: Event, code: ModuleFacts, node: Node) -> Sequence[Env]:
        """The environments that something happens in: one for each turn of the loop around it, where they are known."""
        here = self._here(event, code, node)
        if not event.place.branch or not isinstance(event, (Call, Import)):
            return (here,)
        contexts = [here.context]
        loops = [each for each in event.place.branch if each in code.facts.loops]
        if not any(code.rests_on_turns(event, each) for each in loops):
            return (here,)
        self.world.budget.renew()
        try:
            for loop in map(code.facts.loops.__getitem__, loops):
                inside = here._replace(scope=loop.place.scope, at=Point(loop.order, loop.place.branch))
                more = [self.world.turns(loop, inside._replace(context=each)) for each in contexts]
                if sum(map(len, more)) > MAX_TURNS:
                    break
                contexts = [context for turns in more for context in turns]
        except ExhaustedError:
            self._troubles += 1
            self.world.memory.open_read()
        return [here._replace(context=context) for context in contexts]

    def _happen(self, event: Event, code: ModuleFacts, node: Node, here: Env) -> Steps:
        """An action of code; once is enough for what rests on nothing that may change."""
        if isinstance(event, Import):
            yield from self._import(event, code, node)
        elif isinstance(event, Implicit) and event.effect is Effect.NAME:
            yield from self._named(event, code, node)
        elif isinstance(event, Implicit) and event.effect is Effect.FAILS:
            if not event.place.doubt:
                self._note_failure(event, node, here)
        elif (event.order, here.context) not in (steady := self._steady.setdefault(node, set())):
            mark = self.world.memory.mark()
            try:
                if isinstance(event, Call):
                    yield from self._call(event, code, node, here)
                elif isinstance(event, Implicit):
                    if not event.place.doubt and self.failures.may_fail(event, code):
                        self._note_failure(event, node, here)
                    if not self._is_idle(event):
                        yield from self._effect(event, code, node, here)
                else:
                    yield from self._assigned_outside(event, code, node, here)
                    yield from self._store(event, node, here)
            except ExhaustedError:
                self._given_up(code, event.span.line)
            if self.world.memory.mark() == mark:
                steady.add((event.order, here.context))

    def _note_failure(self, event: Implicit, node: Node, here: Env) -> None:
        """Take note of what an event raises that no call in its text does."""
        self.world.budget.renew()
        with suppress(ExhaustedError):
            self.failures.add(node, event, self.failures.of_effect(event, here))

    def _failed(self, code: ModuleFacts, event: Event, error: Exception) -> None:
        """Say of a statement that following it has failed; the tests see to it that none does that is known."""
        self._troubles += 1
        self.world.memory.open_read()
        reason = f"{FAILED}: {type(error).__name__}: {error}"
        self.seen.note(Statement(self._shown(code), event.span.line), reason, (UNKNOWN,))

    def is_unsure(self, loop: Loop, here: Env) -> bool:
        """Whether the iterable of a loop may be empty at this point of startup."""
        self.world.budget.renew()
        try:
            return self.world.is_unsure(loop.element, here)
        except ExhaustedError:
            self._troubles += 1
            self.world.memory.open_read()
            return False

    def _advance(self, code: ModuleFacts, point: Point) -> None:
        """The code of a module has come to a point: functions that read what is bound again there run anew."""
        name = code.file.name
        before = self.world.reaching.moment(name)
        self.world.reaching.move(name, point)
        since = before.order if before is not None else 0
        if since >= point.order or not code.bound_again:
            return
        first, end = (bisect_right(code.bound_again, order, key=itemgetter(0)) for order in (since, point.order))
        again = {name for _, name in code.bound_again[first:end]}
        if again:
            self.world.memory.forget(("moment", name))
            closures = (each for number in code.reading(again) for each in self._closures.get((name, number), ()))
            self._run_anew({each for each in closures if each in self.ran})

    def _run_anew(self, functions: set[Func]) -> None:
        """Functions, and what has called them, run again when they are called again."""
        if functions:
            stale = self.seen.running(functions)
            for each in stale:
                self._steady.pop(each, None)
                self._done.pop(each, None)
                if isinstance(each, Func):
                    self.ran.pop(each, None)

    def _weighed(self, event: Event, here: Env, node: Node, known: Known) -> Event | None:
        """An event with what its tests turn out to be; None for one that does not happen."""
        self.world.budget.renew()
        try:
            is_caught = node in self.caught
            truth = self._truths.all_hold(event.place.tests, here, known, self._now(), is_caught=is_caught)
        except ExhaustedError:
            self._troubles += 1
            self.world.memory.open_read()
            truth = Truth.UNKNOWN
        if truth is Truth.NO:
            return None
        is_sure = truth in (Truth.YES, Truth.USUALLY)
        condition = None if is_sure else event.place.condition or Condition(event.span.line, ())
        if condition is not None and condition.usual is True:
            condition = condition._replace(usual=None)
        return event._replace(place=event.place._replace(condition=condition, tests=()))
