"""The libraries as inference sees them: a few lines in place of each, so that no installed package is ever read.

A class that is not listed is unknown, which is no harm: the rules then go by what one file says. To teach the linter a
new extension, add its class to EXTENSIONS (class names, home pages and documentation of the packages, November 2026).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from ..syntax.canonical_names import ALIASES

# Classes that bind to an app, by the module they are imported from.
EXTENSIONS: Mapping[str, tuple[str, ...]] = {
    "authlib.integrations.flask_client": ("OAuth",),
    "authlib.integrations.flask_oauth2": ("AuthorizationServer",),
    "dynaconf": ("FlaskDynaconf",),
    "elasticapm.contrib.flask": ("ElasticAPM",),
    "flasgger": ("Swagger",),
    "flask_admin": ("Admin",),
    "flask_alembic": ("Alembic",),
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

_DETAILS: Mapping[str, str] = {
    "flask": """
from werkzeug.local import LocalProxy
class Config(dict):
    pass
class Flask:
    def __init__(self, import_name):
        self.config = Config()
class Blueprint:
    pass
current_app = LocalProxy()
g = LocalProxy()
request = LocalProxy()
session = LocalProxy()
""",
    "gunicorn.app.wsgiapp": """
from gunicorn.app.base import BaseApplication
class WSGIApplication(BaseApplication):
    pass
""",
    "connexion": """
from flask import Flask
class FlaskApp:
    def __init__(self, import_name):
        self.app = Flask(import_name)
class App(FlaskApp):
    pass
""",
    "dash": """
from flask import Flask
class Dash:
    def __init__(self, name):
        self.server = Flask(name)
""",
}


def stubs(app_classes: Iterable[str]) -> dict[str, str]:
    """The text of every stub, by module; app_classes are the dotted names of the classes that make apps."""
    texts = dict(_DETAILS)
    for module, names in EXTENSIONS.items():
        lines = [f"class {name}:\n    def init_app(self, app):\n        pass\n" for name in names]
        texts[module] = texts.get(module, "") + "".join(lines)
    for module, names in OTHERS.items():
        texts[module] = texts.get(module, "") + "".join(f"class {name}:\n    pass\n" for name in names)
    for dotted in sorted(app_classes):
        module, _, name = dotted.rpartition(".")
        if f"class {name}" not in texts.get(module, "") and module:
            head = texts.get(module, "")
            texts[module] = f"{head}from flask import Flask\nclass {name}(Flask):\n    pass\n"
    for private, public in sorted(ALIASES.items()):
        for module, line in _alias(private, public):
            texts[module] = f"{texts.get(module, '')}{line}\n"
    parents = {prefix for module in texts for prefix in _parents(module)}
    return {**dict.fromkeys(sorted(parents), ""), **texts}


def _alias(private: str, public: str) -> Iterator[tuple[str, str]]:
    """The line that makes a name of one module out of that of another."""
    module, _, name = private.rpartition(".")
    source, _, original = public.rpartition(".")
    if source != module:
        yield module, f"from {source} import {original} as {name}"
    elif name != original:
        yield module, f"{name} = {original}"


def _parents(module: str) -> Iterator[str]:
    while "." in module:
        module = module.rpartition(".")[0]
        yield module
