"""Which classes are Flask extensions, those of the project among them: constructed with an app, they bind to it."""

from __future__ import annotations

from ...inference.answers import Form, KnownObject
from ...model.access_paths import is_own, last_name, name_in_file
from ...syntax.resolver import Names
from ...syntax.symbol_table import Scope, ScopeKind
from ..rule import Context


def called_extension(path: str, scope: int, context: Context) -> str:
    """The name of the extension class that a raw path read in a scope is, be it another file's; else empty."""
    name = extension_class(context.names.resolve(path, scope), context)
    if name or not last_name(path)[:1].isupper():  # asking takes a while, and a class is called like one
        return name
    known = context.settled.known(path, scope)
    is_one = known.form is Form.CLASS and (known.takes_apps or is_extension(known, context))
    return known.name if is_one and context.settings.app_types.isdisjoint(known.classes) else ""


def is_extension(known: KnownObject, context: Context) -> bool:
    """Whether the class of something, or one that it comes from, is an extension's."""
    return any(_is_listed(each, context) for each in known.classes)


def extension_class(path: str, context: Context) -> str:
    """The name of the extension class at a resolved path, or of a local class that extends or is one; else empty."""
    names = context.names
    if not is_own(path):
        return last_name(path) if _is_listed(path, context) else ""
    for number in names.scopes_by_name.get(name_in_file(path), ()):
        scope = names.facts.scopes[number]
        if scope.kind is ScopeKind.CLASS and (
            any(_is_listed(base, context) for base in names.bases(scope)) or _takes_apps(scope, names)
        ):
            return scope.name
    return ""


def _is_listed(dotted: str, context: Context) -> bool:
    return context.settings.flask.is_extension_class(dotted, context.is_first_party)


def _takes_apps(scope: Scope, names: Names) -> bool:
    """Whether a local class has the method that makes an extension: `init_app(self, app)`."""
    methods = names.scopes_by_name.get(f"{scope.name}.init_app", ())
    return any(len(names.facts.scopes[number].parameters) > 1 for number in methods)
