"""Who calls functions that were kept: signals, requests, commands, registries.

Read off the documentation of the packages named here.
"""

from __future__ import annotations

import re

from ..config.flask_objects import ADDRESS_HOOKS, ADDRESS_MAKERS, is_framework
from ..model.access_paths import (
    callee_of,
    first_of,
    has_sign,
    is_attribute,
    is_call,
    last_name,
    split_first,
    split_last,
)
from .callback_models import keeps_for_requests
from .library_calls import ANSWERING, PACKAGES, When

# Methods by which those who keep callbacks call them: signals, requests and commands of tests.
_SENDING = ADDRESS_MAKERS | frozenset(
    {
        "apply", "dispatch", "dispatch_request", "emit", "fire", "full_dispatch_request", "invoke", "notify",
        "preprocess_request", "publish", "send", "send_async", "send_robust", "trigger", "wsgi_app",
    }
)  # fmt: skip
_CLIENTS = ("test_client()", "test_cli_runner()")
# A function out of a container of a framework's object, not of its settings; of a command, the function itself.
_CALLED_ITSELF = re.compile(r"(?<!\bconfig)\[[^]]*\]$|\bcommands\[[^]]*\]\.\w+$|\bcli\.main$")
# Of one package's objects alone: options with a `type`, functions of commands (of an app of Dash, or of Typer,
# `callback` is a decorator), functions that templates call.
_SENDING_OF = {
    "argparse": frozenset({"parse_args", "parse_intermixed_args", "parse_known_args"}),
    "cattrs": frozenset({"structure", "unstructure"}),
    "cerberus": frozenset({"normalized", "validate", "validated"}),
    "click": frozenset({"callback"}),
    "colander": frozenset({"bind", "deserialize", "serialize"}),
    "flask": frozenset({"callback", "render", "render_template", "render_template_string"}),
    "graphene": frozenset({"execute", "execute_async"}),
    "jinja2": frozenset({"render", "render_async"}),
    "optparse": frozenset({"parse_args"}),
    "schedule": frozenset({"run", "run_all", "run_pending"}),
    "sentry_sdk": frozenset({"capture_event", "capture_exception", "capture_message"}),
}


def calls_kept(path: str) -> bool:
    """Whether the callee at a resolved path may call what it, or a neighbour of it, was given to keep."""
    root, rest = split_first(path)
    method = last_name(rest)
    if method in _SENDING_OF.get(root, ()):
        return True
    if not (has_sign(path) or _keeps(root)):
        return False
    if method in _SENDING or any(client in rest for client in _CLIENTS):
        return True
    return _CALLED_ITSELF.search(rest) is not None and not has_sign(path)


def kept_for(path: str) -> str:
    """Return who keeps what the callee at a resolved path is given: a package, or a part of an app.

    Empty where any of several may call it.
    """
    method = last_name(callee_of(path))
    if method in ADDRESS_HOOKS or method in ADDRESS_MAKERS:
        return "addresses"
    if keeps_for_requests(path) and not calls_kept(path):
        return "requests"
    root = first_of(path)
    return "" if has_sign(path) or is_framework(root) else root


def asked_keeper(path: str) -> str:
    """Return the package that may call what itself was given, and nothing else, when a callee is called; "" for none.

    The callee is at a resolved path; it logs something, or belongs to a package that is not known to keep functions.
    """
    if logs(path):
        return _LOGS if has_sign(path) else first_of(path)
    return first_of(path) if not has_sign(path) and not is_keeper(path) and asks_for_kept(path) else ""


# Methods by which registries and containers are asked for what they were given, or for what is made of it.
_ASKING = frozenset(
    {
        "build", "call", "create", "execute", "get", "get_instance", "instantiate", "load", "make", "provide",
        "resolve", "run", "start",
    }
)  # fmt: skip


_READING = re.compile(r"(?:^|_)loads?(?:_all)?$")  # `safe_load` of a format whose tags have constructors
_RUNNING = frozenset({"call", "dispatch", "execute", "invoke", "resolve", "run"})  # `execute_sync`, `resolve_all`


def calls_options(path: str) -> bool:
    """Return whether a call runs what the options of a command line were given, a `type` or an `action` (argparse)."""
    root, rest = split_first(path)
    return root == "argparse" and last_name(rest) in _SENDING_OF[root]


def asks_for_kept(path: str) -> bool:
    """Return whether a call of a package that answers, or is unknown, may call functions that it was given before.

    A result of the package that is called itself may be what it was given.
    """
    method = last_name(path)
    is_asking = method in _SENDING or method in _ASKING or _READING.search(method) is not None
    is_asking = is_asking or method in _SENDING_OF.get(first_of(path), ())
    return is_call(path) or is_asking or method.partition("_")[0] in _RUNNING


# Attributes under which decorators have the function itself: those of click, functools, Celery, Dramatiq and Huey.
FUNCTION_ITSELF = frozenset({"__call__", "__wrapped__", "apply", "call_local", "callback", "fn", "run"})


def calls_itself(method: str) -> bool:
    """Return whether a method of a function, or of what a decorator made of it, is or calls the function itself."""
    return method == _MAIN or method in FUNCTION_ITSELF


_MAIN = "main"  # of a command


def asks_function(method: str) -> bool:
    """Return whether a method of a decorated function may call the function, if its decorator is unknown."""
    return method == _MAIN or method in (_ASKING | _SENDING) - {"send", "send_async"}


# Of the standard library: what `set_defaults(func=run)` was given comes back as an attribute of the arguments.
_PARSED = re.compile(r"argparse\.ArgumentParser\(\)\.parse_(?:known_)?args\(\)")


def is_parsed_option(path: str) -> bool:
    """Return whether a resolved path is an attribute of the arguments that argparse has parsed."""
    return _PARSED.match(path) is not None


def is_keeper(path: str) -> bool:
    """Return whether a resolved path leads to a package that keeps what it is given, whatever it is asked."""
    return _keeps(first_of(path))


def _keeps(package: str) -> bool:
    is_listed = PACKAGES.get(package) in (When.KEPT, When.RETURNED) and package not in ANSWERING
    return is_listed or is_framework(package)


# Functions of other modules that call what a program may put in the place of some attributes of theirs (`warnings`).
_HOOKED = dict.fromkeys(("warnings.warn", "warnings.warn_explicit"), ("formatwarning", "showwarning"))


def hooks_called(path: str) -> tuple[str, ...]:
    """Return the attributes of a module whose functions the callee at a resolved path calls."""
    return _HOOKED.get(path, ())


_LOGS = "logging"
_LOGGING = frozenset({"critical", "debug", "error", "exception", "info", "log", "warn", "warning"})


def logs(path: str) -> bool:
    """Whether the callee at a resolved path logs something, for which handlers and formatters run."""
    owner, method = split_last(path)
    return method in _LOGGING and (owner.startswith(_LOGS) or is_attribute(owner, "logger") or _makes_logger(owner))


def _makes_logger(path: str) -> bool:
    return is_call(path) and callee_of(path).endswith("get_logger")
