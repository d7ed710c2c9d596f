"""How extensions are made without an app, and what of one can be used before it has one.

By their documentation and source, November 2026. `init_app` of those that keep their arguments takes the app alone; the
others hand what follows the app on to it.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from ...model.access_paths import callee_of, is_own, name_in_file
from ..refusal import Refused
from ..splices import Splice
from .around import class_in
from .module import Module, Unit
from .own_extensions import OwnExtension, own_extension

# The parameters behind the app of those whose constructor keeps them.
KEEPING: Mapping[str, tuple[str, ...]] = {
    "flasgger.Swagger": ("config", "template"),
    "flask_admin.Admin": ("name",),
    "flask_caching.Cache": ("with_jinja2_ext", "config"),
    "flask_cors.CORS": (),
    "flask_executor.Executor": ("name",),
    "flask_limiter.Limiter": (),
    "flask_marshmallow.Marshmallow": (),
    "flask_migrate.Migrate": ("db", "directory"),
    "flask_principal.Principal": ("use_sessions",),
    "flask_redis.FlaskRedis": ("strict", "config_prefix"),
    "flask_restful.Api": ("prefix",),
    "flask_restplus.Api": ("version", "title", "description"),
    "flask_restx.Api": ("version", "title", "description"),
    "flask_security.Security": ("datastore",),
    "flask_sqlalchemy.SQLAlchemy": (),
}
PASSING = frozenset({
    "flask_babel.Babel", "flask_bcrypt.Bcrypt", "flask_bootstrap.Bootstrap", "flask_bootstrap.Bootstrap4",
    "flask_bootstrap.Bootstrap5", "flask_ckeditor.CKEditor", "flask_compress.Compress",
    "flask_debugtoolbar.DebugToolbarExtension", "flask_jwt_extended.JWTManager", "flask_login.LoginManager",
    "flask_mail.Mail", "flask_mailman.Mail", "flask_moment.Moment", "flask_mongoengine.MongoEngine",
    "flask_pagedown.PageDown", "flask_pymongo.PyMongo", "flask_seasurf.SeaSurf", "flask_session.Session",
    "flask_socketio.SocketIO", "flask_talisman.Talisman", "flask_wtf.CSRFProtect", "flask_wtf.csrf.CSRFProtect",
})  # fmt: skip
# What module code may read of one that has no app yet: nothing but decorators, if it is not here.
_FREE: Mapping[str, frozenset[str]] = {
    "flask_admin.Admin": frozenset({"add_category", "add_link", "add_links", "add_view", "add_views"}),
    "flask_caching.Cache": frozenset({"cached", "memoize"}),
    "flask_limiter.Limiter": frozenset({"exempt", "limit", "shared_limit"}),
    "flask_restful.Api": frozenset({"add_resource"}),
    "flask_restplus.Api": frozenset({"add_namespace", "add_resource", "model", "namespace", "parser"}),
    "flask_restx.Api": frozenset({"add_namespace", "add_resource", "model", "namespace", "parser"}),
    "flask_socketio.SocketIO": frozenset({"on_event", "on_namespace"}),
    "flask_wtf.CSRFProtect": frozenset({"exempt"}),
    "flask_wtf.csrf.CSRFProtect": frozenset({"exempt"}),
}
# What of these works with an app alone; all else is free.
_BOUND: Mapping[str, frozenset[str]] = {
    "flask_marshmallow.Marshmallow": frozenset(),
    "flask_mongoengine.MongoEngine": frozenset({"connection"}),
    "flask_sqlalchemy.SQLAlchemy": frozenset(
        {"create_all", "drop_all", "engine", "engines", "get_app", "get_binds", "get_engine", "reflect"}
    ),
}
_BOUND_SOMEWHERE = frozenset().union(*_BOUND.values(), ("app", "db", "init_app", "run", "start"))


@dataclass(frozen=True, slots=True)
class Split:
    """A statement `Extension(app)` as two: the edits that drop the app from it, and the arguments of `init_app`.

    free are the attributes of one of the project's own that can be used before; None where it is one of a library.
    """

    name: str
    made: tuple[Splice, ...]
    arguments: str
    free: frozenset[str] | None = None

    @property
    def bound(self) -> str:
        """The statement that gives the extension the app: `name.init_app(...)`."""
        return f"{self.name}.init_app({self.arguments})"


def split(module: Module, unit: Unit, app: str, class_at: Callable[[str], ast.ClassDef | None]) -> Split | None:
    """Return the two statements that make an extension and give it the app; None if they are not known.

    class_at gives the classes of the project's other files.

    Raises:
        Refused: where its arguments cannot be taken apart.
    """
    node = unit.node
    if not isinstance(node, ast.Assign) or len(node.targets) != 1 or not isinstance(node.value, ast.Call):
        return None
    (target,), call = node.targets, node.value
    path = module.names.resolve(ast.unparse(call.func), 0)
    if not isinstance(target, ast.Name) or len(module.bindings(target.id)) != 1:
        return None
    given: list[ast.expr | ast.keyword] = sorted([*call.args, *call.keywords], key=module.at.start)
    at = next((number for number, each in enumerate(given) if _is_app(each, app, number)), None)
    if at is None or any(isinstance(each, ast.Starred) for each in given):
        return None
    others = [each for number, each in enumerate(given) if number != at]
    if path in PASSING:
        end = module.at.end(call.func)
        written = [module.at.source(each) for each in others]
        if "#" in module.text[end : module.at.end(call)]:
            raise Refused(f"line {unit.first}: comments stand among its arguments")
        return Split(target.id, (Splice(end, module.at.end(call), "()"),), ", ".join([app, *written]))
    own = _own(module, path, class_at) if path not in KEEPING else None
    names = own.parameters if own is not None else KEEPING.get(path)
    if names is None or any(_reads(each, app) for each in others):
        return None
    positional = [each for each in others if isinstance(each, ast.expr)]
    if at == 0 and len(positional) > len(names):
        return None
    named = zip(names, positional, strict=False) if at == 0 else ()
    splices = [Splice(start, start, f"{name}=") for name, each in named for start in [module.at.start(each)]]
    made = (*module.at.without_arguments(given, [at]), *splices)
    return Split(target.id, made, app, own.free if own is not None else None)


def _own(module: Module, path: str, class_at: Callable[[str], ast.ClassDef | None]) -> OwnExtension | None:
    """The description of an extension whose class the project defines; None for any other."""
    found = class_in(module.tree, name_in_file(path)) if is_own(path) else class_at(path)
    return own_extension(found) if found is not None else None


def early_use(module: Module, node: ast.Attribute, name: str) -> str:
    """Return what module code reads of an extension that works with an app alone; empty if it works without.

    node is read off the extension, which has the app later than before.
    """
    path = callee_of(module.names.resolve(name, 0))
    if path in _BOUND:
        return f"{name}.{node.attr}" if node.attr in _BOUND[path] else ""
    if path in KEEPING or path in PASSING:
        return "" if node.attr in _FREE.get(path, ()) else f"{name}.{node.attr}"
    return f"{name}.{node.attr}" if node.attr in _BOUND_SOMEWHERE else ""


def _is_app(argument: ast.expr | ast.keyword, app: str, position: int) -> bool:
    if isinstance(argument, ast.keyword):
        return argument.arg == "app" and _is_name(argument.value, app)
    return position == 0 and _is_name(argument, app)


def _is_name(node: ast.expr, name: str) -> bool:
    return isinstance(node, ast.Name) and node.id == name


def _reads(node: ast.AST, name: str) -> bool:
    return any(isinstance(each, ast.Name) and each.id == name for each in ast.walk(node))
