"""What starts a version of an app once and writes what it is. Handed to the chosen interpreter as `-c` text.

Its arguments are a JSON object (`out`, the file that the result goes to; `root`, the folder of the version; `gets`, how
many GET requests are made at most; `seconds`, what each may take) and the entry points. The result is a JSON object a
line: the first has `failure`, `origin`, `python`, `modules`, `apps` (how many were found) and `sections`, which map
what is compared to keys and values; each further one has the sections of one request. So what was seen before a request
that ends the process is not lost.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from typing import Any

MAX_BODY = 100_000  # characters of a body that are compared as text; of a longer one the digest is
MAX_BYTES = 2_000_000  # read of a body, which may have no end
RESPONSES, BODIES = "GET responses", "GET bodies"
FACTORIES = ("create_app", "make_app")  # that Flask calls where a module has no app
WRAPPERS = ("server", "app", "flask_app", "wsgi_app")  # attributes that hold the app of Dash, Connexion, middleware


class LateError(BaseException):
    """A request has taken too long; no handler of the app's catches it."""


def start(entry: str) -> Any:
    """Import the module of an entry point, and return what it names, called if that is a factory and no app."""
    module, _, name = entry.partition(":")
    __import__(module)
    found: Any = sys.modules[module]
    for part in filter(None, name.split(".")):
        found = getattr(found, part)
    if name and callable(found) and (isinstance(found, type) or hasattr(found, "__code__")):
        return found()
    return found


def is_app(value: Any) -> bool:
    """Return whether a value is a Flask app; proxies answer for themselves."""
    flask = sys.modules.get("flask")
    return flask is not None and issubclass(type(value), flask.Flask)


def app_of(value: Any) -> Any:
    """Return the Flask app that a value is, wraps, or, as a module, has in it; None without one."""
    seen: list[Any] = []
    while value is not None and not is_app(value) and len(seen) < 10:
        seen.append(value)
        if type(value) is type(sys):
            value = in_module(value)
        elif hasattr(value, "_get_current_object"):
            value = value._get_current_object()
        else:
            held = [getattr(value, name, None) for name in WRAPPERS]
            wrapped = getattr(getattr(value, "wsgi_app", None), "__self__", None)
            inner = [each for each in (*held, wrapped) if each is not None and not any(each is one for one in seen)]
            value = next((each for each in inner if is_app(each)), next(iter(inner), None))
    return value if is_app(value) else None


def in_module(module: Any) -> Any:
    """Return the app of a module as Flask looks for it: by name, the only one, or what a factory makes."""
    names = vars(module)
    for name in ("app", "application"):
        if is_app(names.get(name)):
            return names[name]
    apps = [each for each in names.values() if is_app(each)]
    if len({id(each) for each in apps}) == 1:
        return apps[0]
    factory = next((names[name] for name in FACTORIES if callable(names.get(name))), None)
    if factory is not None:
        return factory()
    return next((each for name in ("app", "application") if (each := names.get(name)) is not None), None)


def name_of(function: Any) -> str:
    """Return the module and the last name of a function: where in the module it is defined may change."""
    function = getattr(function, "func", function)  # functools.partial
    name = getattr(function, "__qualname__", None) or type(function).__qualname__
    return f"{getattr(function, '__module__', None) or '?'}.{name.rpartition('.')[2]}"


def kind_of(value: Any) -> str:
    """Return the class of a value with its module."""
    return f"{type(value).__module__}.{type(value).__qualname__}"


def routes(app: Any) -> dict[str, str]:
    """Return the rules of the URL map by their pattern, those of one pattern in their order."""
    found: dict[str, list[str]] = {}
    for rule in app.url_map.iter_rules():
        converters = {name: type(each).__name__ for name, each in sorted((rule._converters or {}).items())}
        methods = ",".join(sorted(rule.methods or ()))
        extra = [f"{name} {value}" for name, value in sorted(converters.items())]
        extra += [f"{name}={value!r}" for name, value in sorted((rule.defaults or {}).items())]
        extra += [f"at {each}" for each in (rule.subdomain, rule.host) if each]
        line = " ".join([methods, "->", rule.endpoint, *([f"({', '.join(extra)})"] if extra else [])])
        found.setdefault(rule.rule, []).append(line)
    return {rule: "; ".join(lines) for rule, lines in found.items()}


def hooks(app: Any) -> dict[str, str]:
    """Return the functions that run around requests, in their order."""
    found: dict[str, str] = {}
    kinds = (
        "before_request_funcs", "after_request_funcs", "teardown_request_funcs", "url_value_preprocessors",
        "url_default_functions", "template_context_processors",
    )  # fmt: skip
    for kind in kinds:
        for scope, functions in getattr(app, kind, {}).items():
            if functions:
                label = kind.removesuffix("_funcs").replace("_", " ")
                found[f"{label} of {scope or 'the app'}"] = ", ".join(map(name_of, functions))
    for kind in ("teardown_appcontext_funcs", "shell_context_processors"):
        if functions := getattr(app, kind, ()):
            found[kind.removesuffix("_funcs").replace("_", " ")] = ", ".join(map(name_of, functions))
    return found


def error_handlers(app: Any) -> dict[str, str]:
    """Return the handlers of errors by what they are for."""
    return {
        f"{kind.__module__}.{kind.__qualname__} of {scope or 'the app'}": name_of(handler)
        for scope, codes in app.error_handler_spec.items()
        for kinds in codes.values()
        for kind, handler in kinds.items()
    }


def commands(group: Any, prefix: str = "") -> dict[str, str]:
    """Return the commands of a group, and of the groups in it, with their parameters."""
    found: dict[str, str] = {}
    for name, command in getattr(group, "commands", {}).items():
        parameters = [" ".join(each.opts) for each in getattr(command, "params", ())]
        found[f"{prefix}{name}"] = ", ".join(parameters)
        found.update(commands(command, f"{prefix}{name} "))
    return found


def blueprints(app: Any) -> dict[str, str]:
    """Return the blueprints with their prefixes, by name."""
    return {
        name: " ".join(filter(None, [each.url_prefix or "", f"at {each.subdomain}" if each.subdomain else ""]))
        for name, each in app.blueprints.items()
    }


def of_app(app: Any) -> dict[str, dict[str, str]]:
    """Return the sections of an app."""
    jinja = app.jinja_env
    return {
        "routes": routes(app),
        "blueprints": blueprints(app),
        "error handlers": error_handlers(app),
        "hooks": hooks(app),
        "CLI commands": commands(app.cli),
        "extensions": {name: kind_of(each) for name, each in app.extensions.items()},
        "Jinja filters": dict.fromkeys(map(str, jinja.filters), ""),
        "Jinja globals": dict.fromkeys(map(str, jinja.globals), ""),
        "Jinja tests": dict.fromkeys(map(str, jinja.tests), ""),
        "config keys": dict.fromkeys(map(str, app.config), ""),
    }


def of_sqlalchemy() -> dict[str, dict[str, str]]:
    """Return the tables with their columns, and the mapped classes, of all there are in the process."""
    schema = sys.modules.get("sqlalchemy.sql.schema")
    if schema is None:
        return {}
    import gc

    gc.collect()
    tables: dict[str, set[str]] = {}  # one name may stand for tables of several databases
    mappers: dict[str, set[str]] = {}
    mapper = getattr(sys.modules.get("sqlalchemy.orm.mapper"), "Mapper", None)
    for each in gc.get_objects():
        kind = type(each)
        if issubclass(kind, schema.MetaData):
            for name, table in each.tables.items():
                tables.setdefault(name, set()).add(", ".join(sorted(column(one) for one in table.columns)))
        elif mapper is not None and issubclass(kind, mapper):
            name = f"{each.class_.__module__}.{each.class_.__qualname__}"
            mappers.setdefault(name, set()).add(str(each.local_table))
    found = {"SQLAlchemy tables": tables, "SQLAlchemy mappers": mappers}
    return {part: {name: "; ".join(sorted(each)) for name, each in values.items()} for part, values in found.items()}


def column(one: Any) -> str:
    """Return a column with its type and what else tells it from others."""
    targets = sorted(str(key.target_fullname) for key in one.foreign_keys)
    extra = ["primary key"] if one.primary_key else []
    extra += ["not null"] if not one.nullable and not one.primary_key else []
    return " ".join([str(one.name), type(one.type).__name__, *extra, *(f"-> {each}" for each in targets)])


def paths(app: Any) -> list[str]:
    """Return the paths that GET asks for without an argument, in order."""
    found = {
        rule.rule
        for rule in app.url_map.iter_rules()
        if "GET" in (rule.methods or ())
        and not rule.build_only
        and not rule.websocket
        and not (rule.subdomain or rule.host)
        and not rule.arguments - set(rule.defaults or ())
        and "<" not in rule.rule
    }
    return sorted(found)


def asked(app: Any, path: str, root: str, seconds: float) -> dict[str, dict[str, str]]:
    """Return the answer to a GET request in two sections: its status, type and target, and its body."""
    import signal

    def late(*_: object) -> None:
        raise LateError

    raised: list[str] = []
    from flask import got_request_exception

    def note(_: object, exception: BaseException, **__: object) -> None:
        raised.append(type(exception).__name__)

    has_alarm = hasattr(signal, "setitimer")
    try:
        with got_request_exception.connected_to(note, app):
            if has_alarm:
                signal.signal(signal.SIGALRM, late)
                signal.setitimer(signal.ITIMER_REAL, seconds)
            response = app.test_client().get(path, buffered=False)
            data = b""
            for chunk in response.iter_encoded():
                data += chunk
                if len(data) > MAX_BYTES:
                    break
            response.close()
    except LateError:
        return {RESPONSES: {path: f"no answer within {seconds:g} s"}}
    except Exception as error:
        return {RESPONSES: {path: f"raises {type(error).__name__}"}}
    finally:
        if has_alarm:
            signal.setitimer(signal.ITIMER_REAL, 0)
    target = response.headers.get("Location")
    parts = [str(response.status_code), response.mimetype or "", f"-> {target}" if target else "", *raised]
    return {RESPONSES: {path: " ".join(filter(None, parts))}, BODIES: {path: body_of(data, root)}}


def body_of(data: bytes, root: str) -> str:
    """Return a body as text, with the folder of the version left out; the digest of one that is no short text."""
    import hashlib

    data = data.replace(root.encode(), b"<project>")
    try:
        text = data.decode()
    except UnicodeDecodeError:
        text = ""
    if len(text) > MAX_BODY or (data and not text):
        return f"{len(data)} bytes, SHA-256 {hashlib.sha256(data).hexdigest()}"
    return text


def observed(entries: list[str], root: str, found: dict[str, Any]) -> dict[str, Any]:
    """Start the entry points, fill in what is found, and return the apps by their entry points."""
    before = set(sys.modules)
    try:
        values = [start(entry) for entry in entries]
        apps = {entry: app for entry, value in zip(entries, values) if (app := app_of(value)) is not None}  # noqa: B905  # 3.10 has strict
    except BaseException as error:
        message = str(error).strip().splitlines()
        found["failure"] = ": ".join([type(error).__name__, *message[:1]]) + raised_at(error, root)
        return {}
    found["modules"] = sorted(set(sys.modules) - before)
    found["origin"] = getattr(sys.modules.get(entries[0].partition(":")[0]), "__file__", None) or ""
    found["apps"] = len(apps)
    for entry, app in apps.items():
        for section, parts in of_app(app).items():
            put(found["sections"], section, labelled(parts, entry, apps), root)
    for section, parts in of_sqlalchemy().items():
        put(found["sections"], section, parts, root)
    return apps


def raised_at(error: BaseException, root: str) -> str:
    """Return where in the version an exception came from: many say nothing themselves. Empty if from nowhere there."""
    from os.path import abspath, join  # loaded by every interpreter

    place, traceback = "", error.__traceback__
    inside = join(root, "")  # noqa: PTH118 -- nothing is loaded for it
    while traceback is not None:
        name = abspath(traceback.tb_frame.f_code.co_filename)  # noqa: PTH100 -- likewise
        if name.startswith(inside):
            place = f" ({name[len(inside) :]}:{traceback.tb_lineno})"
        traceback = traceback.tb_next
    return place


def labelled(values: Mapping[str, str], entry: str, apps: Mapping[str, Any]) -> Mapping[str, str]:
    """Return keys and values with the entry point in the keys where there are several."""
    return values if len(apps) == 1 else {f"{entry} {key}": value for key, value in values.items()}


def put(sections: dict[str, dict[str, str]], name: str, values: Mapping[str, str], root: str) -> None:
    """Put keys and values into a section, with the folder of the version left out."""
    sections.setdefault(name, {}).update({key: value.replace(root, "<project>") for key, value in values.items()})


def main() -> None:
    """Start, look, ask, write, and end without exit handlers: no thread of the app stays."""
    specification, *entries = sys.argv[1:]
    del sys.argv[1:]
    from json import dumps, loads  # Flask loads them

    spec = loads(specification)
    found: dict[str, Any] = {
        "failure": "",
        "origin": "",
        "python": sys.version.split()[0],
        "modules": [],
        "apps": 0,
        "sections": {},
    }
    try:
        apps = observed(entries, spec["root"], found)
    except Exception as error:  # of an app whose parts are no usual ones
        apps, found["failure"] = {}, f"what it is cannot be seen: {type(error).__name__}: {error}"
    with open(spec["out"], "w", encoding="utf-8", errors="replace") as out:  # noqa: PTH123 -- nothing is loaded for it
        out.write(dumps(found) + "\n")
        out.flush()
        for entry, app in apps.items():
            app.debug = False  # which changes how JSON is laid out, and what comes of an error
            app.config["PROPAGATE_EXCEPTIONS"] = False
            for path in paths(app)[: spec["gets"]]:
                sections: dict[str, dict[str, str]] = {}
                for section, values in asked(app, path, spec["root"], spec["seconds"]).items():
                    put(sections, section, labelled(values, entry, apps), spec["root"])
                out.write(dumps({"sections": sections}) + "\n")
                out.flush()
    sys.modules["os"]._exit(0)


if __name__ == "__main__":
    main()
