"""The libraries as inference sees them: a few lines in place of each, so that no installed package is ever read.

A class that is not listed is unknown, which is no harm: the rules then go by what one file says. Which there are
is `config.flask_objects`' matter.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from ..config.flask_objects import BLUEPRINTS, EXTENSIONS, OTHERS
from ..syntax.canonical_names import ALIASES

_DETAILS: Mapping[str, str] = {
    "flask": """
from werkzeug.local import LocalProxy
class Config(dict):
    pass
class Flask:
    def __init__(self, import_name):
        self.config = Config()
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
    "jupyter_dash": """
from dash import Dash
class JupyterDash(Dash):
    pass
""",
}


def stubs(app_classes: Iterable[str]) -> dict[str, str]:
    """The text of every stub, by module; app_classes are the dotted names of the classes that make apps."""
    texts = dict(_DETAILS)
    for module, names in EXTENSIONS.items():
        lines = [f"class {name}:\n    def init_app(self, app):\n        pass\n" for name in names]
        texts[module] = texts.get(module, "") + "".join(lines)
    for module, names in (*BLUEPRINTS.items(), *OTHERS.items()):
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
