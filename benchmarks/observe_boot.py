"""Boot an app and write what it has loaded and set up: `observe_boot.py OUTPUT CODE`.

OUTPUT gets the names in `sys.modules`, and for each Flask app that the boot made its routes, commands, extensions,
handlers, filters and settings, and the tables of all metadata. Runs inside the app's environment, so it uses the
standard library alone.
"""

import gc
import json
import os
import sys
from pathlib import Path

OUTPUT, CODE = sys.argv[1:3]


def instances(module: str, name: str) -> list:
    """Return the live instances of a class, if its module is loaded."""
    kind = getattr(sys.modules.get(module), name, None)
    # not isinstance(): that asks the object, and a proxy outside of a request raises
    return [each for each in gc.get_objects() if issubclass(type(each), kind)] if kind is not None else []


def named(function: object) -> str:
    """Return where a function was defined."""
    return f"{getattr(function, '__module__', '')}.{getattr(function, '__qualname__', type(function).__name__)}"


def commands(group: object, above: str = "") -> list:
    """Return the paths of the commands in a group."""
    found = []
    for name, each in getattr(group, "commands", {}).items():
        found += [f"{above}{name}", *commands(each, f"{above}{name} ")]
    return found


def handlers(registry: object) -> list:
    """Return what a registry of handlers holds, however it is nested."""
    if isinstance(registry, dict):
        return sorted(f"{key}: {each}" for key, value in registry.items() for each in handlers(value))
    if isinstance(registry, list):
        return [each for value in registry for each in handlers(value)]
    return [named(registry)]


def shape_of(app: object) -> dict:
    """Return what an app was set up with."""
    rules = app.url_map.iter_rules()
    groups = [app.cli, *(each.cli for each in app.blueprints.values() if hasattr(each, "cli"))]
    return {
        "rules": sorted(f"{rule.rule} {rule.endpoint} {sorted(rule.methods or ())}" for rule in rules),
        "views": sorted(f"{endpoint}: {named(view)}" for endpoint, view in app.view_functions.items()),
        "commands": sorted(path for group in groups for path in commands(group)),
        "extensions": sorted(app.extensions),
        "blueprints": sorted(app.blueprints),
        "settings": sorted(app.config),
        "filters": sorted({*app.jinja_env.filters, *app.jinja_env.globals, *app.jinja_env.tests}),
        "handlers": {
            kind: handlers(getattr(app, kind))
            for kind in ("before_request_funcs", "after_request_funcs", "teardown_request_funcs", "error_handler_spec")
        },
    }


def tables() -> list:
    """Return the tables of all metadata with their columns."""
    found = [table for metadata in instances("sqlalchemy", "MetaData") for table in metadata.tables.values()]
    return sorted({f"{table.fullname}({', '.join(table.columns.keys())})" for table in found})


sys.argv = ["-c"]
sys.path.pop(0)  # this script's own folder
gc.disable()  # so that an app is found which nobody keeps
exec(compile(CODE, "<boot>", "exec"), {"__name__": "__main__"})  # noqa: S102 # the app's boot, given on the command line
loaded = sorted(sys.modules)
shapes = sorted((shape_of(each) for each in instances("flask", "Flask")), key=json.dumps)
Path(OUTPUT).write_text(json.dumps({"modules": loaded, "apps": shapes, "tables": tables()}), encoding="utf-8")
os._exit(0)  # the app may have started threads
