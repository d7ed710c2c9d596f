"""Submodules that a package imports itself, so that reading them off the package needs no import of their own.

Or brings when it is asked for one (PEP 562), as SciPy and NumPy do. Tried: `import package` alone in an interpreter,
and then the name, with the releases of November 2026 on CPython 3.11. A submodule that is missing here counts as one
that somebody has to import.
"""

LOADED_BY_PARENT = {
    "alembic": frozenset({"autogenerate", "context", "ddl", "op", "operations", "runtime", "script", "util"}),
    "boto3": frozenset({"compat", "exceptions", "resources", "session", "utils"}),
    "botocore": frozenset({"compat", "exceptions"}),
    "dash": frozenset(
        {
            "backends", "dash_table", "dcc", "dependencies", "development", "exceptions", "html", "resources", "types",
            "version",
        }
    ),
    "docker": frozenset({"api", "auth", "client", "constants", "errors", "models", "tls", "transport", "types"}),
    "elasticsearch": frozenset({"compat", "exceptions", "serializer"}),
    "eve": frozenset(
        {
            "auth", "default_settings", "endpoints", "exceptions", "flaskapp", "io", "logging", "methods", "render",
            "utils", "validation", "versioning",
        }
    ),
    "jinja2": frozenset(
        {
            "bccache", "compiler", "defaults", "environment", "exceptions", "filters", "lexer", "loaders", "nodes",
            "parser", "runtime", "tests", "utils",
        }
    ),
    "marshmallow": frozenset({"class_registry", "decorators", "exceptions", "fields", "schema", "utils", "validate"}),
    "matplotlib": frozenset({"cbook", "cm", "colors", "path", "rcsetup", "scale", "ticker", "transforms"}),
    "networkx": frozenset(
        {
            "algorithms", "classes", "convert", "convert_matrix", "drawing", "exception", "generators", "linalg",
            "readwrite", "relabel", "utils",
        }
    ),
    "numpy": frozenset(
        {
            "char", "ctypeslib", "dtypes", "exceptions", "fft", "lib", "linalg", "ma", "polynomial", "random", "rec",
            "testing", "typing", "version",
        }
    ),
    "openai": frozenset({"lib", "resources", "types", "version"}),
    "pandas": frozenset({"api", "arrays", "compat", "core", "errors", "io", "plotting", "testing", "tseries", "util"}),
    "polars": frozenset(
        {
            "api", "catalog", "config", "convert", "dataframe", "datatypes", "exceptions", "expr", "functions", "io",
            "lazyframe", "meta", "plugins", "schema", "selectors", "series", "string_cache",
        }
    ),
    "pymongo": frozenset(
        {
            "asynchronous", "client_options", "client_session", "collation", "collection", "command_cursor", "common",
            "cursor", "database", "driver_info", "errors", "message", "monitoring", "operations", "read_concern",
            "read_preferences", "response", "results", "server_api", "server_type", "synchronous", "typings",
            "uri_parser", "write_concern",
        }
    ),
    "redis": frozenset({"backoff", "client", "cluster", "connection", "credentials", "exceptions", "sentinel"}),
    "requests": frozenset(
        {
            "adapters", "api", "auth", "certs", "compat", "cookies", "exceptions", "hooks", "models", "sessions",
            "status_codes", "structures", "utils",
        }
    ),
    "scipy": frozenset(
        {
            "cluster", "constants", "datasets", "fft", "fftpack", "integrate", "interpolate", "io", "linalg", "ndimage",
            "odr", "optimize", "signal", "sparse", "spatial", "special", "stats", "version",
        }
    ),
    "scipy.cluster": frozenset({"hierarchy", "vq"}),
    "scipy.io": frozenset({"arff", "wavfile"}),
    "scipy.linalg": frozenset({"blas", "lapack"}),
    "scipy.signal": frozenset({"windows"}),
    "scipy.sparse": frozenset({"csgraph", "linalg"}),
    "scipy.spatial": frozenset({"distance", "transform"}),
    "scipy.stats": frozenset({"contingency", "distributions", "mstats", "qmc"}),
    "seaborn": frozenset(
        {
            "algorithms", "axisgrid", "categorical", "cm", "colors", "distributions", "external", "matrix", "miscplot",
            "palettes", "rcmod", "regression", "relational", "utils", "widgets",
        }
    ),
    "shapely": frozenset(
        {
            "affinity", "algorithms", "constructive", "coordinates", "coords", "creation", "decorators", "errors",
            "geometry", "io", "lib", "linear", "measurement", "predicates", "set_operations", "strtree",
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
    "xarray": frozenset(
        {
            "backends", "coders", "coding", "compat", "computation", "conventions", "core", "groupers", "indexes",
            "namedarray", "plot", "structure", "testing", "tutorial", "ufuncs", "util",
        }
    ),
}  # fmt: skip
