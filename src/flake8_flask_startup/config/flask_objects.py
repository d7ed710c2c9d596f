"""What the objects of Flask are, by the dotted names of their classes: apps, extensions, blueprints, servers.

The one place that says so: the linter, inference (which makes its stubs of these names) and the startup trace ask here.
Names were read off the packages and their documentation (November 2026). To teach the project an extension, add its
class to EXTENSIONS.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache

from ..model.access_paths import attribute_of, call_of, callee_of, is_call, owner_of

APP = "flask.Flask()"

# Application discovery (Flask documentation, "Command Line Interface"): the modules that Flask tries when no app is
# named, in this order, the names of apps that it looks for in a module, and the factories that it calls without one.
DISCOVERED_MODULES = ("wsgi", "app")
DISCOVERED_APPS = ("app", "application")
DISCOVERED_FACTORIES = ("create_app", "make_app")

# Flask itself, and the wrapper frameworks whose app class subclasses or builds it.
APP_CLASSES = frozenset(
    {
        "apiflask.APIFlask",
        "connexion.App",
        "connexion.FlaskApp",
        "eve.Eve",
        "flask.Flask",
        "flask_api.FlaskAPI",
        "flask_openapi3.OpenAPI",
        "quart.Quart",
    }
)

# What the constructor of an app calls of its own class, by Flask's sources (3.1): methods, and classes that it makes.
_MAKING = frozenset(
    {
        "aborter_class", "add_url_rule", "auto_find_instance_path", "config_class", "create_global_jinja_loader",
        "create_jinja_environment", "jinja_environment", "json_provider_class", "make_aborter", "make_config",
        "url_map_class",
    }
)  # fmt: skip
# Attributes of an app that are objects of one of these classes, by the class.
MADE_BY = {"config": "config_class", "json": "json_provider_class"}
# Those of them that `jinja_env` calls, which is asked for by extensions and filters of templates as well.
FOR_TEMPLATES = frozenset({"create_global_jinja_loader", "create_jinja_environment", "jinja_environment"})


def called_to_make(classes: Iterable[str]) -> frozenset[str]:
    """What making an object calls of its own class, for bases of other packages: what it may put in their place."""
    return _MAKING if not APP_CLASSES.isdisjoint(classes) else frozenset()


# What stands for the app that is running, whoever made it.
_PROXIES = frozenset(
    f"{package}.current_app{then}" for package in ("flask", "quart") for then in ("", "._get_current_object()")
)

# Dash, and the packages whose class of apps extends its (dash-extensions, JupyterDash).
_DASHES = ("dash.Dash", "dash_extensions.enrich.Dash", "dash_extensions.enrich.DashProxy", "jupyter_dash.JupyterDash")

# Attributes in which objects that are not apps themselves, or wrap one, hold the Flask app.
_HELD = frozenset(
    {
        "connexion.App().app",
        "connexion.FlaskApp().app",
        *(attribute_of(call_of(each), "server") for each in _DASHES),
        "flask_appbuilder.AppBuilder().app",
        "flask_appbuilder.AppBuilder().get_app",
        "flask_script.Manager().app",
    }
)

# Decorators of an app and of a blueprint that keep a function for requests and templates, and give it back (API of
# Flask). ROUTES are methods of other objects as well.
ROUTES = frozenset({"delete", "get", "patch", "post", "put"})
APP_DECORATORS = frozenset(
    {
        "after_request", "before_request", "context_processor", "errorhandler", "route", "shell_context_processor",
        "teardown_appcontext", "teardown_request", "template_filter", "template_global", "template_test",
        "url_defaults", "url_value_preprocessor",
    }
)  # fmt: skip
BLUEPRINT_DECORATORS = frozenset(
    {
        "after_app_request", "app_context_processor", "app_errorhandler", "app_template_filter", "app_template_global",
        "app_template_test", "app_url_defaults", "app_url_value_preprocessor", "before_app_request",
        "teardown_app_request",
    }
)  # fmt: skip
# Decorators whose functions are run where somebody makes the address of a view, and what makes one.
ADDRESS_HOOKS = frozenset({"app_url_defaults", "url_defaults"})
ADDRESS_MAKERS = frozenset({"inject_url_defaults", "url_for"})
# Methods of HTTP, for which a view and a test client have methods of the same names (Werkzeug, `flask.views`).
HTTP_METHODS = ROUTES | {"head", "options", "trace"}

BLUEPRINTS: Mapping[str, tuple[str, ...]] = {
    "apiflask": ("APIBlueprint",),
    "flask": ("Blueprint",),
    "flask_openapi3": ("APIBlueprint",),
    "flask_smorest": ("Blueprint",),
    "quart": ("Blueprint",),
}

# Classes that bind to an app, by the module they are imported from.
EXTENSIONS: Mapping[str, tuple[str, ...]] = {
    "authlib.integrations.flask_client": ("OAuth",),
    "authlib.integrations.flask_oauth2": ("AuthorizationServer",),
    "dynaconf": ("FlaskDynaconf",),
    "elasticapm.contrib.flask": ("ElasticAPM",),
    "flasgger": ("Swagger",),
    "flask_admin": ("Admin",),
    "flask_alembic": ("Alembic",),
    "flask_appbuilder": ("AppBuilder",),
    "flask_apscheduler": ("APScheduler",),
    "flask_assets": ("Environment",),
    "flask_babel": ("Babel",),
    "flask_bcrypt": ("Bcrypt",),
    "flask_bootstrap": ("Bootstrap", "Bootstrap4", "Bootstrap5"),
    "flask_caching": ("Cache",),
    "flask_ckeditor": ("CKEditor",),
    "flask_compress": ("Compress",),
    "flask_cors": ("CORS",),
    "flask_debugtoolbar": ("DebugToolbarExtension",),
    "flask_executor": ("Executor",),
    "flask_httpauth": ("HTTPBasicAuth", "HTTPTokenAuth"),
    "flask_jwt_extended": ("JWTManager",),
    "flask_limiter": ("Limiter",),
    "flask_login": ("LoginManager",),
    "flask_mail": ("Mail",),
    "flask_mailman": ("Mail",),
    "flask_marshmallow": ("Marshmallow",),
    "flask_migrate": ("Migrate",),
    "flask_moment": ("Moment",),
    "flask_mongoengine": ("MongoEngine",),
    "flask_oidc": ("OpenIDConnect",),
    "flask_openid": ("OpenID",),
    "flask_pagedown": ("PageDown",),
    "flask_principal": ("Principal",),
    "flask_pymongo": ("PyMongo",),
    "flask_redis": ("FlaskRedis",),
    "flask_rest_api": ("Api",),
    "flask_restful": ("Api",),
    "flask_restplus": ("Api",),
    "flask_restx": ("Api",),
    "flask_script": ("Manager",),
    "flask_seasurf": ("SeaSurf",),
    "flask_security": ("Security",),
    "flask_session": ("Session",),
    "flask_smorest": ("Api",),
    "flask_socketio": ("SocketIO",),
    "flask_sock": ("Sock",),
    "flask_sqlalchemy": ("SQLAlchemy",),
    "flask_talisman": ("Talisman",),
    "flask_wtf": ("CSRFProtect",),
    "flask_wtf.csrf": ("CSRFProtect",),
    "playhouse.flask_utils": ("FlaskDB",),
    "prometheus_flask_exporter": ("PrometheusMetrics",),
    "turbo_flask": ("Turbo",),
}

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

# Classes whose instances are called an app, or run like one, and are none of Flask's.
OTHERS: Mapping[str, tuple[str, ...]] = {
    "aiohttp.web": ("Application",),
    "bottle": ("Bottle",),
    "celery": ("Celery",),
    "fastapi": ("APIRouter", "FastAPI"),
    "flask.cli": ("AppGroup", "FlaskGroup"),
    "flask.views": ("MethodView", "View"),
    "flask_restful": ("Resource",),
    "flask_restx": ("Namespace", "Resource"),
    "flask_wtf": ("FlaskForm",),
    "gunicorn.app.base": ("BaseApplication",),
    "sanic": ("Sanic",),
    "slack_bolt": ("App",),
    "starlette.applications": ("Starlette",),
    "tornado.web": ("Application",),
    "typer": ("Typer",),
    "werkzeug.local": ("LocalProxy",),
}

# Groups of commands that make the app with the function that they are given as `create_app`.
GROUPS = frozenset({"flask.cli.FlaskGroup"})

# What starts Flask's or Werkzeug's development server, with its positional parameters up to the last that is a flag of
# that server (documentation of Flask 3.1, Werkzeug 3.1, Flask-SocketIO 5.5, Flask-Script 2.0, Dash 3.0).
_DASH_RUN = ("host", "port", "proxy", "debug")
APP_RUN = ("host", "port", "debug")
SOCKETIO = "flask_socketio.SocketIO"
SOCKETIO_RUN = attribute_of(call_of(SOCKETIO), "run")
RUNNERS: Mapping[str, tuple[str, ...]] = {
    **{attribute_of(call_of(each), method): _DASH_RUN for each in _DASHES for method in ("run", "run_server")},
    "flask_script.Server": ("host", "port", "use_debugger", "use_reloader"),
    SOCKETIO_RUN: ("app", "host", "port"),
    "jupyter_dash.JupyterDash().run_server": ("mode", "width", "height", "inline_exceptions"),
    "werkzeug.serving.run_simple": ("hostname", "port", "application", "use_reloader", "use_debugger"),
}

# Servers that neither start the app twice nor show a debugger, whatever its debug mode: the module that code imports,
# and what starts one there and does not return (the documentation of each).
OTHER_SERVERS: Mapping[str, tuple[str, ...]] = {
    "bjoern": ("run",),
    "cheroot.wsgi": ("Server().start",),
    "cherrypy": ("engine.block", "quickstart"),
    "eventlet.wsgi": ("server",),
    "gevent.pywsgi": ("WSGIServer().serve_forever",),
    "gevent.wsgi": ("WSGIServer().serve_forever",),
    "hypercorn": ("run.run",),
    "meinheld": ("server.run",),
    "paste.httpserver": ("serve",),
    "uvicorn": ("run",),
    "waitress": ("create_server().run", "serve", "serve_paste"),
}
# The same of servers for development, besides Flask's.
DEVELOPMENT_SERVERS: Mapping[str, tuple[str, ...]] = {
    "livereload": ("Server().serve",),
    "werkzeug.serving": ("make_server().serve_forever", "run_simple"),
    "wsgiref.simple_server": ("make_server().serve_forever",),
}

_FRAMEWORKS = frozenset({each.partition(".")[0] for each in (*APP_CLASSES, *_HELD, *_PROXIES)})


def _dotted(table: Mapping[str, Iterable[str]]) -> frozenset[str]:
    return frozenset(f"{module}.{name}" for module, names in table.items() for name in names)


# All that starts a server and does not return, by resolved path; the methods are those of Dash and Flask-SocketIO.
SERVERS = _dotted(OTHER_SERVERS) | _dotted(DEVELOPMENT_SERVERS) | {each for each in RUNNERS if is_call(owner_of(each))}
_NO_EXTENSIONS = _dotted(OTHERS) | _dotted(BLUEPRINTS)


@dataclass(frozen=True, slots=True)
class FlaskObjects:
    """What objects are, for a project that has app classes of its own besides the known ones.

    A path is a dotted name with "()" for a call: "flask.Flask().config" is an attribute of an instance of Flask.
    """

    app_classes: frozenset[str] = APP_CLASSES

    def is_app(self, path: str) -> bool:
        """Whether a path is an app: an instance of an app class, where an object holds one, or the proxy of one."""
        return self.is_own_app(path) or path in _PROXIES

    def is_own_app(self, path: str) -> bool:
        """Whether a path is an app that the code at hand makes or holds: no proxy."""
        return path in _HELD or (is_call(path) and callee_of(path) in self.app_classes)

    def is_extension_class(self, dotted: str, is_first_party: Callable[[str], bool]) -> bool:
        """Whether a dotted name is the class of an extension: listed, or of a package called like one."""
        module, _, name = dotted.rpartition(".")
        if not name[:1].isupper() or not name.isidentifier() or dotted in self.app_classes or dotted in _NO_EXTENSIONS:
            return False
        if any(module == each or module.startswith(f"{each}.") for each in EXTENSION_MODULES):
            return True
        return is_extension_package(module, is_first_party)


KNOWN = FlaskObjects()


def is_extension_package(module: str, is_first_party: Callable[[str], bool]) -> bool:
    """Whether a dotted name lies in a package that is an extension by its name, and not the project's own.

    Packages called `flask_*` are extensions by convention (Flask's documentation, "Flask Extension Development");
    Quart's do the same.
    """
    root = module.partition(".")[0]
    return root.startswith(("flask_", "quart_")) and not is_first_party(root)


def is_framework(package: str) -> bool:
    """Whether a top-level package is Flask, builds on it, or extends it: it keeps the functions it is given."""
    return package in _FRAMEWORKS or package.startswith(("flask_", "quart_"))


@lru_cache(maxsize=8)  # a pure function of its argument; asked for with every file
def flask_objects(app_classes: tuple[str, ...]) -> FlaskObjects:
    """The model for these app classes."""
    return FlaskObjects(frozenset(app_classes))
