"""Which classes are Flask extensions: constructed with an app, they bind to it.

Packages called `flask_*` are extensions by convention (Flask's documentation, "Flask Extension Development"; Quart's do
the same); the other modules are listed here, read off the packages themselves (November 2026).
"""

from __future__ import annotations

from collections.abc import Callable

from ...config.app_classes import APP_CLASSES
from ...inference.answers import Form, Thing
from ...inference.stubs import OTHERS
from ...syntax.resolver import Names
from ...syntax.symbol_table import Scope, ScopeKind
from ..rule import Context

# Modules whose classes take a Flask app, of packages not called `flask_*`.
EXTENSION_MODULES = (
    "applicationinsights.flask",
    "authlib.integrations.flask_client",
    "authlib.integrations.flask_oauth2",
    "aws_xray_sdk.ext.flask",
    "dynaconf",
    "elasticapm.contrib.flask",
    "flasgger",
    "flask.ext",
    "flaskext",
    "opencensus.ext.flask",
    "playhouse.flask_utils",
    "pony.flask",
    "prometheus_flask_exporter",
    "raven.contrib.flask",
    "scout_apm.flask",
    "turbo_flask",
)

_NO_EXTENSIONS = frozenset(f"{module}.{name}" for module, names in OTHERS.items() for name in names)


def called_extension(path: str, scope: int, context: Context) -> str:
    """The name of the extension class that a raw path read in a scope is, be it another file's; else empty."""
    name = extension_class(context.names.resolve(path, scope), context.names, context.is_first_party)
    if name or not path.rpartition(".")[2][:1].isupper():  # asking takes a while, and a class is called like one
        return name
    thing = context.settled.thing(path, scope)
    is_one = thing.form is Form.CLASS and (thing.takes_apps or is_extension(thing, context.is_first_party))
    return thing.name if is_one and context.settings.app_types.isdisjoint(thing.classes) else ""


def is_extension(thing: Thing, is_first_party: Callable[[str], bool]) -> bool:
    """Whether the class of something, or one that it comes from, is an extension's."""
    return any(_is_extension(each, is_first_party) for each in thing.classes)


def extension_class(path: str, names: Names, is_first_party: Callable[[str], bool]) -> str:
    """The name of the extension class at a resolved path, or of a local class that extends or is one; else empty."""
    if not path.startswith(":"):
        return path.rpartition(".")[2] if _is_extension(path, is_first_party) else ""
    for number in names.scopes_by_name.get(path[1:], ()):
        scope = names.facts.scopes[number]
        if scope.kind is ScopeKind.CLASS and (
            any(_is_extension(base, is_first_party) for base in names.bases(scope)) or _takes_apps(scope, names)
        ):
            return scope.name
    return ""


def _is_extension(path: str, is_first_party: Callable[[str], bool]) -> bool:
    module, _, name = path.rpartition(".")
    if not name[:1].isupper() or not name.isidentifier() or path in APP_CLASSES or path in _NO_EXTENSIONS:
        return False
    if any(module == each or module.startswith(f"{each}.") for each in EXTENSION_MODULES):
        return True
    return is_extension_package(module, is_first_party)


def is_extension_package(module: str, is_first_party: Callable[[str], bool]) -> bool:
    """Whether a dotted name lies in a package that is an extension by its name, and not the project's own."""
    root = module.partition(".")[0]
    return root.startswith(("flask_", "quart_")) and not is_first_party(root)


def _takes_apps(scope: Scope, names: Names) -> bool:
    """Whether a local class has the method that makes an extension: `init_app(self, app)`."""
    methods = names.scopes_by_name.get(f"{scope.name}.init_app", ())
    return any(len(names.facts.scopes[number].parameters) > 1 for number in methods)
