"""Who reads annotations while a module loads: then even an annotation needs its import (PEP 563 does not help).

From the documentation of pydantic, SQLAlchemy 2.0 (`Mapped`), attrs, dataclasses, marshmallow and functools.
"""

from __future__ import annotations

from .facts import Facts, ScopeKind
from .names import Names

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


def reads_annotations(owner: int, facts: Facts, names: Names) -> str:
    """What reads the annotations of a class or function at run time, as in "@dataclass reads"; empty if nothing may.

    An unknown base of a class may be a model, so it counts: `class Report(Base)` with Base from elsewhere.
    """
    for call in facts.calls:
        if call.path.endswith(READING_NAMES) and names.resolve(call.path, call.place.scope) in READING_FUNCTIONS:
            return f"{call.path}() reads"
    scope = facts.scopes[owner]
    at = scope.place.scope
    for raw in scope.decorators:
        path = names.resolve(raw, at)
        if path.startswith(READING_DECORATORS):
            return f"@{raw.removesuffix('()')} reads"
        if path.endswith((".register", ".register()")):
            return f"@{raw.removesuffix('()')} reads"
    if scope.kind is not ScopeKind.CLASS:
        return ""
    for base in names.bases(scope):
        if base.startswith(":"):
            continue
        if base in READING_BASES or not base.startswith(_PLAIN_BASES):
            return f"base class {base.lstrip('.?')} {'reads' if base in READING_BASES else 'may read'}"
    return ""


READING_NAMES = ("get_annotations", "get_type_hints")

# Bases known to leave annotations alone.
_PLAIN_BASES = (
    "object", "abc.", "enum.", "collections.", "flask.", "flask_restful.", "flask_login.", "flask_wtf.", "wtforms.",
    "Exception", "ValueError", "RuntimeError", "KeyError", "TypeError", "dict", "list", "str", "int", "tuple", "set",
    "threading.", "typing.Generic", "typing.Protocol", "werkzeug.", "click.", "logging.", "unittest.", "json.",
)  # fmt: skip
