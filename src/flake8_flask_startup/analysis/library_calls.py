"""What libraries do with functions that they are given: one row a library function says when it calls which, with what.

The linter asks when, as this decides whether the imports of the function that is given can move. The startup trace and
the rules about servers also ask for the call that the library makes (`calls_of`), and go on into that. Sources: the
standard library's documentation (functools, itertools, contextlib, threading, concurrent.futures, asyncio, built-in
functions), and that of the packages named here. A whole package that keeps what it is given stands in PACKAGES.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from enum import Enum
from functools import lru_cache
from typing import NamedTuple

from ..model.access_paths import NO_PATH, first_of, last_name
from ..syntax.lowering import element_of
from ..syntax.symbol_table import Call
from ..syntax.values import OTHER, Kind, Value


class When(Enum):
    """When a library's function calls a function that it is given."""

    CALLED = "before it returns, or soon after in a thread"
    ASKED = "when what it returns is asked for an item, or started"
    READ = "when what it returns is asked for anything"
    PERHAPS = "before it returns, for some of what it works on"
    RETURNED = "when what it returns is called: the function that it is given, in another form"
    KEPT = "later, if at all"
    NEVER = "never: it asks the function for its name and attributes"


class Which(Enum):
    """Which argument a library's function calls, and with what."""

    ANY = "each function that it is given, with what nobody knows"
    TAKEN = "each function that what it goes through runs, and none that it takes over from there"
    FIRST = "the argument at a place, with those behind it"
    ALONE = "the argument at a place or with a name, with nothing, or with what only the library knows"
    ITEMS = "the argument at a place, with an item of each of those behind it"
    SPREAD = "the argument at a place, with an item of the next spread out"
    FOLDED = "the argument at a place, with what it returned last and an item of the next"
    FOLDED_INTO = "the argument behind a place, with what it returned last and an item of that at the place"
    KEYED = "the argument `key`, with an item of the argument at a place"
    TARGET = "an argument with a name, with those that `args` and `kwargs` hold"
    SCHEDULED = "the argument at a place, with those that `argument` holds"
    LATER = "the argument at a place, with nothing, for a missing key or at the end"


class Row(NamedTuple):
    """What a library's function does with a function that it is given: when and which it calls."""

    when: When
    which: Which | None = None  # None where that is not known, or does not matter
    place: int = 0
    name: str = ""  # of the argument, where it may be given by keyword
    held: int = 0  # the place of the argument that holds those of the function


_FIRST = Row(When.CALLED, Which.FIRST)
_ON_ITEMS = Row(When.ASKED, Which.ITEMS)
_POOLED = Row(When.CALLED, Which.ITEMS)
_KEYED = Row(When.CALLED, Which.KEYED)
_ANY, _PERHAPS = Row(When.CALLED, Which.ANY), Row(When.PERHAPS, Which.ANY)
_RETURNED, _NEVER = Row(When.RETURNED), Row(When.NEVER)


def _each(row: Row, names: str) -> dict[str, Row]:
    return dict.fromkeys(names.split(), row)


# By resolved path.
FUNCTIONS: Mapping[str, Row] = {
    **_each(_ANY, "all any asyncio.run flask.render_template flask.render_template_string next sum tortoise.run_async"),
    **_each(
        Row(When.CALLED, Which.TAKEN),
        """collections.OrderedDict collections.UserDict collections.deque dict enumerate frozenset iter list set tuple
        zip""",
    ),
    **_each(
        _FIRST,
        """asyncio.to_thread click.get_current_context().invoke click.testing.CliRunner().invoke
        contextlib.AsyncExitStack().callback contextlib.AsyncExitStack().push_async_callback
        contextlib.ExitStack().callback contextvars.Context().run contextvars.copy_context().run gevent.spawn
        tenacity.AsyncRetrying() tenacity.Retrying()""",
    ),
    **_each(_ON_ITEMS, "filter itertools.dropwhile itertools.filterfalse itertools.takewhile map"),
    **_each(Row(When.CALLED, Which.ALONE, name="stmt"), "timeit.repeat timeit.timeit"),
    "types.new_class": Row(When.CALLED, Which.ALONE, 3, "exec_body"),
    "itertools.starmap": Row(When.ASKED, Which.SPREAD),
    "itertools.accumulate": Row(When.ASKED, Which.FOLDED_INTO, name="func"),
    "functools.reduce": Row(When.CALLED, Which.FOLDED),
    **_each(_KEYED, "max min sorted"),
    **_each(_KEYED._replace(place=1), "heapq.nlargest heapq.nsmallest"),
    "itertools.groupby": Row(When.ASKED, Which.KEYED),
    **_each(Row(When.ASKED, Which.TARGET, 1, "target", held=3), "multiprocessing.Process threading.Thread"),
    "threading.Timer": Row(When.ASKED, Which.TARGET, 1, "function", held=2),
    **_each(Row(When.CALLED, Which.SCHEDULED, 2, held=3), "sched.scheduler().enter sched.scheduler().enterabs"),
    "collections.defaultdict": Row(When.ASKED, Which.LATER),
    "weakref.finalize": Row(When.KEPT, Which.LATER, place=1),
    "werkzeug.local.LocalProxy": Row(When.READ),
    **_each(  # executors begin no thread or process, and call no initialiser, before there is work
        Row(When.ASKED),
        """concurrent.futures.ProcessPoolExecutor concurrent.futures.ThreadPoolExecutor json.JSONDecoder
        json.JSONEncoder timeit.Timer""",
    ),
    **_each(
        _PERHAPS,
        """bisect.bisect bisect.bisect_left bisect.bisect_right bisect.insort bisect.insort_left bisect.insort_right
        heapq.merge json.dump json.dumps json.load json.loads os.fwalk os.walk
        re.compile().sub re.compile().subn re.sub re.subn shutil.copytree shutil.move shutil.rmtree sys.addaudithook
        sys.setprofile sys.settrace threading.setprofile threading.settrace""",
    ),
    **_each(
        _RETURNED,
        """callable classmethod contextlib.asynccontextmanager contextlib.contextmanager functools.cache
        functools.cached_property functools.lru_cache functools.partial functools.partialmethod
        functools.singledispatch functools.singledispatchmethod
        functools.update_wrapper functools.wraps id isinstance issubclass property staticmethod super
        type typing.get_type_hints""",
    ),
    **_each(  # routes of other frameworks, whose views are for requests
        Row(When.KEPT),
        """aiohttp.web.delete aiohttp.web.get aiohttp.web.head aiohttp.web.options aiohttp.web.patch aiohttp.web.post
        aiohttp.web.put aiohttp.web.route aiohttp.web.view django.conf.urls.url django.urls.path django.urls.re_path
        starlette.routing.Mount starlette.routing.Route starlette.routing.WebSocketRoute""",
    ),
    **_each(  # options of commands and fields, fields of types, and what a decorated function asks when it is called
        Row(When.KEPT),
        """backoff.on_exception backoff.on_predicate cachetools.cached cachetools.cachedmethod contextvars.ContextVar
        cyclopts.Parameter dramatiq.actor mashumaro.field_options msgspec.field
        strawberry.field strawberry.mutation strawberry.subscription tenacity.retry
        tenacity.retry_if_exception tenacity.retry_if_result typer.Argument typer.Option""",
    ),
    **_each(_NEVER, "delattr dir getattr hasattr hash inspect.signature print repr setattr str vars"),
}

# Methods by their name, of objects that are made in many ways: executors, event loops, servers of websockets.
METHODS: Mapping[str, Row] = {
    **_each(_FIRST, "call_soon call_soon_threadsafe start_background_task submit"),
    "add_done_callback": Row(When.CALLED, Which.ALONE, name="fn"),
    "from_file": Row(When.CALLED, Which.ALONE, 1, "load"),  # of Flask's configuration
    "render": _ANY,  # of a template, which may call what it is given
    "run_in_executor": _FIRST._replace(place=1),
}

# Methods of whatever a package makes.
_IN_PACKAGES: Mapping[tuple[str, str], Row] = {
    (package, method): _POOLED
    for package in ("billiard", "concurrent", "gevent", "multiprocessing")
    for method in ("imap", "imap_unordered", "map", "map_async")
}

# Packages that keep what they are given, and call it when they are asked: to check a value, fill a field, run a query.
ANSWERING = frozenset(
    {
        "cerberus", "colander", "graphene", "neomodel", "odmantic", "playhouse", "schedule", "sentry_sdk", "sqlmodel",
        "tortoise", "umongo", "voluptuous", "webargs",
    }
)  # fmt: skip

# What the functions and classes of a package do that have no row. Those that return a function in another form give it
# back to whoever called them; the others have it out of the project's hands.
PACKAGES: Mapping[str, When] = {
    **dict.fromkeys(("attr", "attrs", "dataclasses", "enum", "types", "typing"), When.RETURNED),
    **dict.fromkeys(
        (
            "apscheduler", "atexit", "blinker", "celery", "click", "fastapi", "marshmallow", "mongoengine", "peewee",
            "pony", "pydantic", "rq", "signal", "sqlalchemy", "starlette", "weakref", "werkzeug", "wtforms",
            "wtforms_sqlalchemy",
        ),
        When.KEPT,
    ),
    **dict.fromkeys(ANSWERING, When.KEPT),
    "itertools": When.ASKED,
}  # fmt: skip


@lru_cache(maxsize=4096)  # a pure function of its argument; asked for each call of a library
def row_of(path: str) -> Row | None:
    """Return the row of the callee at a resolved path; None where no row is about it."""
    if (row := FUNCTIONS.get(path)) is not None or "." not in path:
        return row
    method = last_name(path)
    return METHODS.get(method) or _IN_PACKAGES.get((first_of(path), method))


def is_left(call: Call, row: Row) -> bool:
    """Return whether a call makes a thread or process that nothing could start."""
    return row.which is Which.TARGET and call.keeper == ""


_CALLING_NO_ARGUMENT = (None, Which.LATER, Which.TAKEN)


def calls_given(call: Call, path: str) -> bool:
    """Return whether a call of a function outside the project calls functions that it is given, whichever they are."""
    row = row_of(path)
    is_known = row is not None and row.when in (When.CALLED, When.ASKED) and row.which not in _CALLING_NO_ARGUMENT
    return is_known and row is not None and not is_left(call, row)


def kept_function(call: Call, path: str) -> Value | None:
    """Return the argument that a function outside the project keeps, to call it for a missing key or at the end."""
    row = row_of(path)
    is_kept = row is not None and row.which is Which.LATER and len(call.args) > row.place
    return call.args[row.place] if is_kept and row is not None else None


def calls_of(call: Call, path: str) -> Iterator[Call]:
    """Yield the calls that a function outside the project makes of what a call gives it, as far as they are known."""
    row = row_of(path)
    make = _CALLS.get(row.which) if row is not None and row.which is not None else None
    return make(call, row) if row is not None and make is not None else iter(())


def _first(call: Call, row: Row) -> Iterator[Call]:
    if len(call.args) > row.place:
        yield _call(call, call.args[row.place], call.args[row.place + 1 :], call.keywords)


def _alone(call: Call, row: Row) -> Iterator[Call]:
    function = _argument(call, row.place, row.name)
    if function is not None:
        yield _call(call, function, _spread_out(OTHER))


def _items(call: Call, row: Row) -> Iterator[Call]:
    function, *rest = call.args[row.place :] or (OTHER,)
    if rest:
        yield _call(call, function, tuple(map(element_of, rest)))


def _spread(call: Call, row: Row) -> Iterator[Call]:
    if len(call.args) > row.place + 1:
        yield _call(call, call.args[row.place], _spread_out(element_of(call.args[row.place + 1])))


def _folded(call: Call, row: Row) -> Iterator[Call]:
    if len(call.args) > row.place + 1:
        yield _call(call, call.args[row.place], (OTHER, element_of(call.args[row.place + 1])))


def _folded_into(call: Call, row: Row) -> Iterator[Call]:
    function = _argument(call, row.place + 1, row.name)
    if function is not None and call.args:
        yield _call(call, function, (OTHER, element_of(call.args[row.place])))


def _keyed(call: Call, row: Row) -> Iterator[Call]:
    function = dict(call.keywords).get("key")
    if function is not None and len(call.args) > row.place:
        yield _call(call, function, (element_of(call.args[row.place]),))


def _target(call: Call, row: Row) -> Iterator[Call]:
    function = _argument(call, row.place, row.name)
    positional, named = _argument(call, row.held, "args"), _argument(call, row.held + 1, "kwargs")
    if function is not None and not is_left(call, row):
        yield _call(call, function, _spread_out(positional), () if named is None else (("", named),))


def _scheduled(call: Call, row: Row) -> Iterator[Call]:
    if len(call.args) > row.place:
        given = _argument(call, row.held, "argument")
        yield _call(call, call.args[row.place], _spread_out(given))


_CALLS: Mapping[Which, Callable[[Call, Row], Iterator[Call]]] = {
    Which.FIRST: _first,
    Which.ALONE: _alone,
    Which.ITEMS: _items,
    Which.SPREAD: _spread,
    Which.FOLDED: _folded,
    Which.FOLDED_INTO: _folded_into,
    Which.KEYED: _keyed,
    Which.TARGET: _target,
    Which.SCHEDULED: _scheduled,
}


def _argument(call: Call, place: int, name: str) -> Value | None:
    return dict(call.keywords).get(name, call.args[place] if len(call.args) > place else None)


def _spread_out(value: Value | None) -> tuple[Value, ...]:
    return () if value is None else (Value(Kind.SPREAD, items=(value,)),)


def _call(call: Call, callee: Value, args: tuple[Value, ...], keywords: tuple[tuple[str, Value], ...] = ()) -> Call:
    return call._replace(path=NO_PATH, callee=callee, args=args, keywords=keywords)
