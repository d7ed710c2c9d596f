"""Which app a command starts: the target that a server, `flask` or Python itself is given.

Sources, November 2026: the documentation of gunicorn ("Settings"), uWSGI ("Options"), waitress ("waitress-serve"),
Uvicorn, Hypercorn, Granian, Daphne and mod_wsgi-express (their command lines), Flask ("Command Line Interface"),
Celery ("Using the Celery command-line"), Twisted ("Twisted Web in 60 seconds": WSGI), Dramatiq and Huey ("Running the
consumer").
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from pathlib import PurePosixPath
from typing import NamedTuple

from ..entry_target import MAIN, Process, entry_of
from .model import HANDLER, Command, Deployment
from .shell import program

# Options without a value, by server; every other one takes the next word.
_FLAGS = {
    "gunicorn": """--capture-output --check-config --daemon -D --disable-redirect-access-to-syslog
        --do-handshake-on-connect --enable-stdio-inheritance -R --initgroups --log-syslog --no-sendfile --preload
        --print-config --proxy-protocol --reload --reuse-port --spew --suppress-ragged-eofs --version -v""",
    "uvicorn": """--access-log --date-header --factory --no-access-log --no-date-header --no-proxy-headers
        --no-server-header --no-use-colors --proxy-headers --reload --server-header --use-colors --version""",
    "hypercorn": "--daemon -D --debug --reload",
    "daphne": "--no-server-name --proxy-headers",
    "granian": """--access-log --factory --no-access-log --no-reload --no-ws --reload --respawn-failed-workers
        --static-path-no-index --ws""",
    "waitress-serve": """--call --expose-tracebacks --ipv4 --ipv6 --log-socket-errors --log-untrusted-proxy-headers
        --no-clear-untrusted-proxy-headers --no-expose-tracebacks --no-ipv4 --no-ipv6 --no-log-socket-errors""",
    "cheroot": "",
    "mod_wsgi-express": "--debug-mode --log-to-terminal --reload-on-changes",
    "twist": "",
    "twistd": "",
}
# Options of servers and workers that name a folder to work in or to search for modules.
_FOLDERS = frozenset({"--app-dir", "--chdir", "--pp", "--python-path", "--pythonpath", "--working-dir", "--workdir"})
_UWSGI_MODULES = frozenset({"-w", "--module", "--wsgi"})
_UWSGI_FILES = frozenset({"--file", "--wsgi-file"})
_UWSGI_MOUNTS = frozenset({"--mount"})
_ALIASES = {
    "flask3": "flask", "gunicorn3": "gunicorn", "pyuwsgi": "uwsgi", "uwsgi-core": "uwsgi", "waitress": "waitress-serve",
}  # fmt: skip
_SERVERS = frozenset({*_FLAGS, "flask", "uwsgi"})
_CELERY_PROCESSES = frozenset({"beat", "flower", "multi", "worker"})
_WORKERS = frozenset({"celery", "dramatiq", "huey_consumer", "huey_consumer.py"})
_LAZY = frozenset({"--lazy", "--lazy-apps"})  # of uWSGI, which loads the app before it forks unless they are given
_PYTHON = re.compile(r"python[\d.]*")
_BUILDS = "setup.py"  # installs the project
_PYTHON_VALUES = frozenset({"-W", "-X"})
_WEB = frozenset({"", "app", "server", "web"})  # processes of a Procfile that serve


class Started(NamedTuple):
    """What a command starts, as an entry point, in which kind of process.

    asks_flask says that Flask looks for the app in the module, where the target names none; is_dotted that the last
    part of the target may be a name in the module before it. server is the program that serves it, if one is named.
    folders are those that the module may be in, in this order: what its options say, the project's own, where it runs.
    names_file says that it is a file (`python bot.py`), and no package of that name.
    """

    target: str
    process: Process
    asks_flask: bool = False
    is_dotted: bool = False
    server: str = ""
    folders: tuple[str, ...] = ()
    names_file: bool = False

    @property
    def is_variable(self) -> bool:
        """Whether FLASK_APP names it, and no command does."""
        return self.asks_flask and not self.server


def started(deployment: Deployment, scripts: Mapping[str, str]) -> Iterator[Started]:
    """What the commands of a deployment start, and what its FLASK_APP names.

    scripts are the commands that installing the project makes, with what each calls.
    """
    around = tuple(deployment.folders())
    for variable in deployment.variables:
        target, inside = _placed(variable.value) if variable.name == "FLASK_APP" else (None, ())
        if target is not None and not variable.is_build:
            yield Started(target, _of_variable(deployment), asks_flask=True, folders=(*inside, "", *around))
    for each in deployment.running():
        given = tuple(_values([deployment.expanded(word) for word in each.words], _FOLDERS))
        for found in _of_command(each, deployment, scripts):
            yield found._replace(folders=(*given, *found.folders, "", *around))


def _of_command(command: Command, deployment: Deployment, scripts: Mapping[str, str]) -> Iterator[Started]:
    words = tuple(deployment.expanded(each) for each in command.words)
    name, arguments = program(words)
    name, arguments = _known(name, arguments) or (name, arguments)
    if name in _SERVERS:
        target = _OF_SERVER.get(name, _positional)(arguments, name)
        entry, folders = _placed(target)
        if entry is not None:
            given = deployment.value("GUNICORN_CMD_ARGS").split() if name == "gunicorn" else ()
            kind = _process(name, (*arguments, *given))
            is_dotted = _OF_SERVER.get(name) is _of_twisted
            yield Started(entry, kind, name == "flask", is_dotted=is_dotted, server=name, folders=folders)
    elif name in _WORKERS:
        target = _of_celery(arguments) if name == "celery" else _first(arguments)
        if entry := entry_of(target):
            yield Started(entry, Process.WORKER, is_dotted=True)
    elif name == HANDLER:
        if entry := entry_of("".join(arguments[:1])):
            yield Started(entry, Process.SERVERLESS, is_dotted=True, server="".join(arguments[1:2]))
    elif name in scripts and (entry := entry_of(scripts[name])):
        yield Started(entry, _of_program(command))
    else:
        path = _program_of(words, name, arguments)
        entry, folders = _placed(path)
        if entry is not None:
            kind, is_file = _of_program(command), path.endswith(".py")
            yield Started(f"{entry}:{MAIN}", kind, folders=folders, names_file=is_file)


def _of_program(command: Command) -> Process:
    """Return the kind of a process of unknown purpose: it may serve, unless its name in a Procfile rules that out."""
    return Process.PROGRAM if command.process in _WEB else Process.COMMAND


def _placed(target: str) -> tuple[str | None, tuple[str, ...]]:
    """Return the entry point that a target names, and the folder of its module if the target is an absolute path.

    "/srv/app/web/run.py:app" is "run:app" in "/srv/app/web": a path on the machine that the app is deployed to.
    """
    path, colon, name = target.partition(":")
    if not path.startswith("/"):
        return (entry_of(target) if target else None), ()
    file = PurePosixPath(path)
    return entry_of(f"{file.name}{colon}{name}"), (str(file.parent),)


def _of_variable(deployment: Deployment) -> Process:
    """What FLASK_APP is set for: a server, unless all that the file does with `flask` are other commands."""
    given = [program(each.words) for each in deployment.running()]
    commands = [_process(name, arguments) for name, arguments in given if name == "flask"]
    return Process.FLASK if commands and Process.WEB not in commands else Process.WEB


def _process(name: str, arguments: Sequence[str]) -> Process:
    """The kind of process that a server is; `flask` is one for `flask run` alone."""
    if name == "flask" and "run" not in arguments:
        return Process.FLASK
    if name == "uwsgi":
        return Process.WEB if not _LAZY.isdisjoint(arguments) else Process.PRELOADING
    return Process.PRELOADING if name == "gunicorn" and "--preload" in arguments else Process.WEB


def _known(name: str, arguments: Sequence[str]) -> tuple[str, tuple[str, ...]] | None:
    """The server or worker that a command starts, be it by way of a program that starts what it is given."""
    words = [name, *arguments]
    for number, word in enumerate(words):
        base = word.rpartition("/")[2]
        base = _ALIASES.get(base, base)
        if base in _SERVERS or base in _WORKERS:
            return base, tuple(words[number + 1 :])
    return None


def _of_celery(arguments: Sequence[str]) -> str:
    """The app of a worker and its like; Celery also takes the short option joined to its value."""
    if _CELERY_PROCESSES.isdisjoint(arguments):
        return ""
    joined = next((word[2:] for word in arguments if word.startswith("-A") and len(word) > 2), "")
    return _app_option(arguments) or joined


def _first(arguments: Sequence[str]) -> str:
    """The first word that is no option."""
    return next((word for word in arguments if not word.startswith("-")), "")


def _positional(arguments: Sequence[str], server: str) -> str:
    """The first word that is no option and belongs to none; waitress and mod_wsgi name the app last."""
    flags = frozenset(_FLAGS[server].split())
    found: list[str] = []
    takes_value = False
    for word in arguments:
        if takes_value:
            takes_value = False
        elif word.startswith("-") and word != "-":
            takes_value = "=" not in word and word not in flags and (word.startswith("--") or len(word) == 2)
        elif entry_of(word) is not None and word != "start-server":
            found.append(word)
    if not found:
        return ""
    return found[-1] if server == "waitress-serve" else found[0]


def _of_flask(arguments: Sequence[str], _: str) -> str:
    """The value of `--app`, wherever it stands."""
    return _app_option(arguments)


def _app_option(arguments: Sequence[str]) -> str:
    """Return the value of `--app` or `-A`; if it is given several times, click uses the last one."""
    return "".join([*_values(arguments, frozenset({"--app", "-A"}))][-1:])


def _of_uwsgi(arguments: Sequence[str], _: str) -> str:
    """A module, a file or a mounted one, with the name of the callable in it."""
    mounted = _value(arguments, _UWSGI_MOUNTS).rpartition("=")[2]
    module = _value(arguments, _UWSGI_MODULES) or _value(arguments, _UWSGI_FILES) or mounted
    called = _value(arguments, frozenset({"--callable"}))
    return f"{module}:{called}" if module and called and ":" not in module else module


def _of_hypercorn(arguments: Sequence[str], server: str) -> str:
    """The first word that is no option, less the protocol that may stand before the module."""
    return _positional([each.removeprefix("wsgi:").removeprefix("asgi:") for each in arguments], server)


def _of_waitress(arguments: Sequence[str], server: str) -> str:
    """The value of `--app`, or without one the last word that is no option."""
    return _value(arguments, frozenset({"--app"})) or _positional(arguments, server)


def _of_twisted(arguments: Sequence[str], _: str) -> str:
    """The value of `--wsgi`, with dots alone."""
    return _value(arguments, frozenset({"--wsgi"}))


_OF_SERVER = {
    "flask": _of_flask, "hypercorn": _of_hypercorn, "twist": _of_twisted, "twistd": _of_twisted, "uwsgi": _of_uwsgi,
    "waitress-serve": _of_waitress,
}  # fmt: skip


def _value(arguments: Sequence[str], options: frozenset[str]) -> str:
    """The value that one of the options is given first; "" where none is."""
    return next(_values(arguments, options), "")


def _values(arguments: Sequence[str], options: frozenset[str]) -> Iterator[str]:
    """The values that some options are given, as `--app shop` or `--app=shop`."""
    for number, word in enumerate(arguments):
        name, equals, value = word.partition("=")
        if name in options:
            yield value if equals else "".join(arguments[number + 1 : number + 2])


def _program_of(words: Sequence[str], name: str, arguments: Sequence[str]) -> str:
    """The file or module that Python runs as a program; empty for any other command."""
    if any(one == "-m" and other == name for one, other in pairwise(words)):
        return name
    if _PYTHON.fullmatch(name):
        rest = list(arguments)
        while rest and rest[0].startswith("-"):
            del rest[: 2 if rest[0] in _PYTHON_VALUES else 1]
        path = "".join(rest[:1])
    else:  # the first line of a file may say that Python runs it
        path = next((each for each in words if "/" in each and each.rpartition("/")[2] == name), "")
    file = PurePosixPath(path)
    return path if file.suffix in ("", ".py") and file.name != _BUILDS else ""
