"""FST303 debug-config-class: debug mode in a configuration that production inherits or loads."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ...config.purpose import words
from ...model import Finding, Span
from ...model.access_paths import callee_of, is_attribute, name_in_file, own_path
from ...syntax.symbol_table import Binding, Scope, ScopeKind
from ...syntax.values import Kind
from ..flask.debug_flags import (
    CONFIGURED,
    Switch,
    explained,
    guarded,
    is_development,
    is_development_file,
    switched,
)
from ..rule import Context, Extent, rule

_CONFIG = frozenset({"cfg", "conf", "config", "configs", "configuration", "configurations", "setting", "settings"})
_PRODUCTION = frozenset({"live", "prod", "production"})  # of a class in a file of configurations
_DJANGO = frozenset({"INSTALLED_APPS", "MIDDLEWARE", "ROOT_URLCONF"})  # settings that only Django has


@rule(words=("DEBUG",), extent=Extent.NEARBY)
def RULE(context: Context) -> Iterator[Finding]:  # noqa: N802  # the decorator makes a constant of it
    """The `DEBUG` that production reads: of config modules, and of config classes with what they inherit."""
    module = context.facts.scopes[0]
    owners = {scope.name: scope for each in _production(context) if (scope := _owner(each, context)) is not None}
    if _is_config_module(context) or "__name__" in _loaded(context):
        owners[""] = module
    for scope in owners.values():
        binding = _debug(scope)
        switch = None if binding is None else switched(binding.value, binding.place.scope, context.names)
        if binding is None or switch is None or _is_level(binding, switch):
            continue
        kind = f"in config class {scope.name}" if scope is not module else "in a config module"
        what, advice = explained(switch, kind, CONFIGURED)
        yield Finding(RULE.code, Span(binding.line), what, advice)


def _debug(scope: Scope) -> Binding | None:
    """The last binding of `DEBUG` that no test decides about."""
    found = [each for each in scope.bindings.get("DEBUG", ()) if each.place.condition is None]
    return found[-1] if found else None


def _is_level(binding: Binding, switch: Switch) -> bool:
    """Whether the value is none that config files switch debug mode on with: a log level such as 10 or "DEBUG"."""
    constant = binding.value.constant
    return switch is Switch.ON and binding.value.kind is Kind.CONSTANT and constant not in (True, "1", "True", "true")


def _is_config_module(context: Context) -> bool:
    if not _DJANGO.isdisjoint(context.facts.scopes[0].bindings) or is_development_file(context.path):
        return False
    return not words(context.path.stem).isdisjoint(_CONFIG) or context.path.parent.name in _CONFIG


def _production(context: Context) -> Iterator[Scope]:
    """The config classes that production may load: those loaded here, and those none of the others refines."""
    names = context.names
    loaded = _loaded(context)
    classes = [each for each in context.facts.scopes if each.kind is ScopeKind.CLASS]
    configs = [each for each in classes if _is_config_class(each, context)]
    refined = {base for each in configs for base in names.bases(each)}
    for each in classes:
        if own_path(each.name) in loaded or (each in configs and own_path(each.name) not in refined):
            yield each


def _is_config_class(scope: Scope, context: Context) -> bool:
    """Whether a class is one of production's config classes, by its name or its bases'."""
    bases = context.names.bases(scope)
    if is_development(scope.name) or is_development_file(context.path):
        return False
    if any(each.startswith("enum.") for each in bases):
        return False
    meant = _CONFIG | _PRODUCTION if _is_config_module(context) else _CONFIG
    called = (scope.name, *(each.rpartition(".")[2] for each in bases))
    return any(not words(name).isdisjoint(meant) for name in called)


def _owner(scope: Scope, context: Context) -> Scope | None:
    """The class that `DEBUG` of a class comes from: itself, else its nearest local base that has one."""
    bases = (own_path(scope.name), *context.names.bases(scope))
    found = (
        context.facts.scopes[number]
        for base in bases
        for number in context.names.scopes_by_name.get(name_in_file(base), ())
    )
    return next((each for each in found if "DEBUG" in each.bindings), None)


def _loaded(context: Context) -> Sequence[str]:
    """What the file gives to `config.from_object` under no test, as resolved paths."""
    return [
        callee_of(context.names.resolve(value.path, call.place.scope))
        for call in context.facts.calls
        if is_attribute(call.path, "from_object") and call.place.condition is None and not guarded(call.place, context)
        for value in call.args[:1]
    ]
