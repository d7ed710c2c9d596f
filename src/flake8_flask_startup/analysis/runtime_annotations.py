"""Who reads annotations while a module loads: then even an annotation needs its import (PEP 563 does not help).

From the documentation of pydantic, SQLAlchemy 2.0 (`Mapped`), attrs, dataclasses, marshmallow and functools.
"""

from __future__ import annotations

from ..inference.queries import Settled
from ..syntax.resolver import Names
from ..syntax.symbol_table import Role, Scope

READING_BASES = frozenset(
    {
        "beanie.Document", "flask_openapi3.BaseModel", "flask_sqlalchemy.SQLAlchemy().Model", "mongoengine.Document",
        "msgspec.Struct", "odmantic.Model", "pydantic.BaseModel", "pydantic.BaseSettings", "pydantic.RootModel",
        "pydantic_settings.BaseSettings", "sqlalchemy.orm.DeclarativeBase", "sqlalchemy.orm.MappedAsDataclass",
        "sqlmodel.SQLModel", "typing.NamedTuple", "typing.TypedDict", "typing_extensions.TypedDict",
    }
)  # fmt: skip
READING_DECORATORS = (
    "attr.", "attrs.", "dataclasses.dataclass", "functools.singledispatch", "flask_pydantic.", "injector.",
    "fastapi.", "fastmcp.", "flask_injector.", "flask_openapi3.", "marshmallow_dataclass.", "mcp.", "pydantic.",
    "typer.", "numba.", "beartype.", "typeguard.", "strawberry.",
)  # fmt: skip
# Called anywhere in a file, they may be about any of its annotations.
READING_FUNCTIONS = frozenset(
    {
        "annotationlib.get_annotations", "inspect.get_annotations", "typing.get_type_hints",
        "typing_extensions.get_type_hints",
    }
)  # fmt: skip
# Named in an annotation, they tell a library that annotations of the class or function are meant for it.
MARKERS = frozenset(
    {
        "injector", "injector.Inject", "injector.NoInject", "sqlalchemy.orm.DynamicMapped", "sqlalchemy.orm.Mapped",
        "sqlalchemy.orm.WriteOnlyMapped", "typing.Annotated", "typing_extensions.Annotated",
    }
)  # fmt: skip
# Decorators that a registry of functions by type, and one of mapped classes, are used through.
_REGISTRIES = (".register", ".register()", ".mapped", ".mapped()", ".mapped_as_dataclass", ".mapped_as_dataclass()")
# What frameworks that read signatures call the decorators of their views. Flask has them too, and does not read.
VIEW_DECORATORS = (".get()", ".post()", ".put()", ".patch()", ".delete()", ".api_route()", ".websocket()")
PLAIN_APPS = frozenset({"flask.Flask", "flask.Blueprint"})


def reads_annotations(owner: int, names: Names, settled: Settled) -> str:
    """What reads the annotations of a class or function at run time, as in "@dataclass reads"; empty if nothing may.

    An unknown base of a class may be a model, so it counts: `class Report(Base)` with Base from elsewhere.
    """
    scope = names.facts.scopes[owner]
    return (
        _call_that_reads(names)
        or _decorator_that_reads(scope, names, settled)
        or _base_that_reads(scope, names)
        or _marker_in(owner, names)
    )


def _call_that_reads(names: Names) -> str:
    for call in names.facts.calls:
        if call.path.endswith(READING_NAMES) and names.resolve(call.path, call.place.scope) in READING_FUNCTIONS:
            return f"{call.path}() reads"
    return ""


def _decorator_that_reads(scope: Scope, names: Names, settled: Settled) -> str:
    at = scope.place.scope
    for raw in scope.decorators:
        path = names.resolve(raw, at)
        if path.startswith(READING_DECORATORS) or path.endswith(_REGISTRIES):
            return f"@{raw.removesuffix('()')} reads"
        if path.endswith(VIEW_DECORATORS) and not _reads_nothing(raw.rpartition(".")[0], at, names, settled):
            return f"@{raw.removesuffix('()')} may read"
    return ""


def _base_that_reads(scope: Scope, names: Names) -> str:
    for base in names.bases(scope):
        if base.startswith(":"):
            continue
        if base in READING_BASES or not base.startswith(_PLAIN_BASES):
            return f"base class {base.lstrip('.?')} {'reads' if base in READING_BASES else 'may read'}"
    return ""


def _marker_in(owner: int, names: Names) -> str:
    for use in names.facts.uses:
        is_ours = use.owner == owner and use.role is Role.ANNOTATION
        if is_ours and names.resolve(use.name, use.place.scope) in MARKERS:
            return f"what {use.name} is meant for reads"
    return ""


def _reads_nothing(path: str, scope: int, names: Names, settled: Settled) -> bool:
    """Whether a path is an app or blueprint of Flask's own, or of a class that is not known to read annotations."""
    resolved = names.resolve(path, scope)
    if resolved.endswith("()") and not resolved.startswith((":", ".", "?")):
        return True
    if names.instance(resolved, PLAIN_APPS):
        return True
    thing = settled.thing(path, scope)
    return thing.is_instance(PLAIN_APPS) and not any(name.startswith(READING_DECORATORS) for name in thing.classes)


READING_NAMES = ("get_annotations", "get_type_hints")

# Bases known to leave annotations alone.
_PLAIN_BASES = (
    "object", "abc.", "enum.", "collections.", "flask.", "flask_restful.", "flask_login.", "flask_wtf.", "wtforms.",
    "Exception", "ValueError", "RuntimeError", "KeyError", "TypeError", "dict", "list", "str", "int", "tuple", "set",
    "argparse.", "ast.", "contextlib.", "html.parser.", "http.", "queue.", "socketserver.",
    "threading.", "typing.Generic", "typing.Protocol", "werkzeug.", "click.", "logging.", "unittest.", "json.",
)  # fmt: skip
