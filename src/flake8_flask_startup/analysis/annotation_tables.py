"""Libraries that read annotations while the program runs. A new one is a line here.

Not checked against each package's documentation. What they are given as a decorator, an argument or a base class is
asked for its annotations, in whatever form they were written.
"""

from __future__ import annotations

# How resolved paths begin of what reads the annotations of the functions it is given, and of the methods of classes.
READERS = (
    # dependency injection
    "aioinject.", "antidote.", "bevy.", "dependency_injector.", "di.", "dishka.", "fast_depends.", "flask_injector.",
    "injectable.", "injector.", "inject.", "kink.", "lagom.", "modern_di.", "opyoid.", "pinject.", "punq.", "rodi.",
    "svcs.", "that_depends.", "wireup.",
    # validation, of arguments and of views
    "apischema.", "beartype.", "dispatch.", "fastapi.", "flask_jeroboam.", "flask_jsonrpc.", "flask_openapi3.",
    "flask_parameter_validation.", "flask_pydantic.", "flask_pydantic_api.", "flask_pydantic_spec.", "jaxtyping.",
    "litestar.", "multimethod.", "multipledispatch.", "ninja.", "ovld.", "pandera.", "plum.", "pydantic.validate",
    "pydantic.v1.validate", "quart_schema.", "runtype.", "sanic_ext.", "spectree.", "type_enforced.", "typeguard.",
    # command lines, workflows, agents and tools
    "agents.function_tool", "airflow.decorators.", "airflow.sdk.", "arguably.", "bentoml.", "cappa.", "cyclopts.",
    "dagster.", "defopt.", "fastmcp.", "faststream.", "flytekit.", "hypothesis.", "jsonargparse.", "langchain.",
    "langchain_core.", "llama_index.", "magentic.", "marvin.", "mcp.", "polyfactory.", "prefect.", "pydantic_ai.",
    "pyspark.", "smolagents.", "strawberry.", "taskiq.", "temporalio.", "typer.", "tyro.", "zenml.",
    # compilers
    "functools.singledispatch", "numba.", "torch.jit.", "torch.library.",
)  # fmt: skip
# The same, of what reads the annotations of a class's body and not those of its methods.
FIELD_READERS = (
    "attr.", "attrs.", "beanie.", "cattrs.", "cattr.", "dacite.", "dataclass_wizard.", "dataclasses.dataclass",
    "dataclasses_json.", "desert.", "environ.", "hydra_zen.", "mashumaro.", "marshmallow_dataclass.", "msgspec.",
    "odmantic.", "omegaconf.", "ormar.", "patito.", "pydantic.", "pydantic_settings.", "serde.", "simple_parsing.",
    "sqlmodel.", "typedload.",
)  # fmt: skip
READING_BASES = frozenset(
    {
        "beanie.Document", "flask_openapi3.BaseModel", "flask_sqlalchemy.SQLAlchemy().Model", "mongoengine.Document",
        "msgspec.Struct", "odmantic.Model", "pydantic.BaseModel", "pydantic.BaseSettings", "pydantic.RootModel",
        "pydantic_settings.BaseSettings", "sqlalchemy.orm.DeclarativeBase", "sqlalchemy.orm.MappedAsDataclass",
        "sqlmodel.SQLModel", "typing.NamedTuple", "typing.TypedDict", "typing_extensions.TypedDict",
    }
)  # fmt: skip
# Bases that ask for annotations, and keep those as texts that cannot be evaluated (Python 3.14 and later).
PROTOCOLS = frozenset({"typing.Protocol", "typing_extensions.Protocol"})
# Of the bases before, the ones that leave an annotation that is a text as it is.
TEXT_KEEPING_BASES = frozenset({"typing.NamedTuple", "typing.TypedDict", "typing_extensions.TypedDict"})
# Functions that give the evaluated annotations of what they are given.
HINT_FUNCTIONS = frozenset(
    {
        "annotationlib.call_annotate_function", "annotationlib.get_annotations", "inspect.get_annotations",
        "typing.get_type_hints", "typing_extensions.get_annotations", "typing_extensions.get_type_hints",
    }
)  # fmt: skip
# Named in an annotation, they tell a library that annotations of the class or function are meant for it.
MARKERS = frozenset(
    {
        "dishka.FromDishka", "dishka.integrations.flask.FromDishka", "injector", "injector.Inject", "injector.NoInject",
        "sqlalchemy.orm.DynamicMapped", "sqlalchemy.orm.Mapped", "sqlalchemy.orm.WriteOnlyMapped", "typing.Annotated",
        "typing_extensions.Annotated",
    }
)  # fmt: skip
# Decorators that a registry of functions by type, and one of mapped classes, are used through.
REGISTRIES = (".register", ".register()", ".mapped", ".mapped()", ".mapped_as_dataclass", ".mapped_as_dataclass()")
# What frameworks that read signatures call the decorators of their views. Flask has them too, and does not read.
VIEW_DECORATORS = (".get()", ".post()", ".put()", ".patch()", ".delete()", ".api_route()", ".websocket()")
PLAIN_APPS = frozenset({"flask.Flask", "flask.Blueprint"})
# How resolved paths of bases and metaclasses begin that leave annotations alone. What Python has built in does as well.
PLAIN_BASES = (
    "abc.", "enum.", "collections.", "flask.", "flask_restful.", "flask_restx.", "flask_login.", "flask_wtf.",
    "wtforms.", "argparse.", "ast.", "contextlib.", "html.parser.", "http.", "queue.", "socketserver.", "threading.",
    "typing.Generic", "typing.Protocol", "werkzeug.", "click.", "logging.", "unittest.", "json.",
)  # fmt: skip
# Hooks that make every module of some packages check itself, variables included. Those of a tuple take the packages'
# names first, or check all where they are given none.
HOOK_OF_ITS_PACKAGE = "beartype.claw.beartype_this_package"
HOOKS_OF_ALL = frozenset({"beartype.claw.beartype_all", "beartype.claw.beartyping"})
HOOKS_OF_NAMED = frozenset(
    {
        "beartype.claw.beartype_package", "beartype.claw.beartype_packages", "jaxtyping.install_import_hook",
        "typeguard.importhook.install_import_hook", "typeguard.install_import_hook",
    }
)  # fmt: skip
HOOK_WORDS = ("beartype_this_package", "beartype_package", "beartype_packages", "beartype_all", "beartyping",
              "install_import_hook")  # fmt: skip


def reader_kind(path: str) -> str:
    """Return what a callee at a resolved path reads of what it is given: "fields", "all", or "" for nothing."""
    if path in HINT_FUNCTIONS or path.startswith(READERS):
        return "all"
    return "fields" if path.startswith(FIELD_READERS) else ""
