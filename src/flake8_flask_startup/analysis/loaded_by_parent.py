"""Submodules that a package imports itself, so that reading them off the package needs no import of their own.

Tried: `import package` alone in an interpreter, with the releases of November 2026 on CPython 3.11. A submodule that is
missing here counts as one that somebody has to import.
"""

LOADED_BY_PARENT = {
    "alembic": frozenset({"autogenerate", "context", "ddl", "op", "operations", "runtime", "script", "util"}),
    "boto3": frozenset({"compat", "exceptions", "resources", "session", "utils"}),
    "botocore": frozenset({"compat", "exceptions"}),
    "docker": frozenset({"api", "auth", "client", "constants", "errors", "models", "tls", "transport", "types"}),
    "elasticsearch": frozenset({"compat", "exceptions", "serializer"}),
    "jinja2": frozenset(
        {
            "bccache", "compiler", "defaults", "environment", "exceptions", "filters", "lexer", "loaders", "nodes",
            "parser", "runtime", "tests", "utils",
        }
    ),
    "marshmallow": frozenset({"class_registry", "decorators", "exceptions", "fields", "schema", "utils", "validate"}),
    "matplotlib": frozenset({"cbook", "cm", "colors", "path", "rcsetup", "scale", "ticker", "transforms"}),
    "numpy": frozenset({"dtypes", "exceptions", "lib", "linalg", "ma", "random", "typing", "version"}),
    "pandas": frozenset({"api", "arrays", "compat", "core", "errors", "io", "plotting", "testing", "tseries", "util"}),
    "redis": frozenset({"backoff", "client", "cluster", "connection", "credentials", "exceptions", "sentinel"}),
    "requests": frozenset(
        {
            "adapters", "api", "auth", "certs", "compat", "cookies", "exceptions", "hooks", "models", "sessions",
            "status_codes", "structures", "utils",
        }
    ),
    "sklearn": frozenset({"base", "exceptions", "utils"}),
    "sqlalchemy": frozenset(
        {"dialects", "engine", "event", "exc", "inspection", "log", "pool", "schema", "sql", "types", "util"}
    ),
    "sqlalchemy_utils": frozenset(
        {
            "aggregates", "asserts", "compat", "exceptions", "expressions", "functions", "generic", "i18n", "listeners",
            "models", "observer", "operators", "path", "primitives", "relationships", "types", "utils", "view",
        }
    ),
}  # fmt: skip
