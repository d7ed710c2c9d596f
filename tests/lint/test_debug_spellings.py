"""The sixteen ways to switch debug mode on, and the ways that only look like it, through the installed flake8."""

from __future__ import annotations

from pathlib import Path

import pytest

from installed_programs import INSTALLED

OWN_APP = "from flask import Flask\n\n\ndef main():\n    app = Flask(__name__)\n"

ON_CALLS = {
    "True": ("FST301", OWN_APP + "    app.run(debug=True)\n"),
    "one": ("FST301", OWN_APP + "    app.run(debug=1)\n"),
    "third positional argument": ("FST301", OWN_APP + "    app.run(None, None, True)\n"),
    "unpacked mapping": ("FST301", OWN_APP + '    app.run(**{"debug": True})\n'),
    "constant name": ("FST301", "DEBUG = True\n" + OWN_APP + "    app.run(debug=DEBUG)\n"),
    "not False": ("FST301", OWN_APP + "    app.run(debug=not False)\n"),
    "socketio.run": (
        "FST301",
        "from flask_socketio import SocketIO\ndef main(app):\n    SocketIO().run(app, debug=True)\n",
    ),
    "debugger of run_simple": (
        "FST301",
        'from werkzeug.serving import run_simple\ndef main(app):\n    run_simple("", 80, app, use_debugger=True)\n',
    ),
    "reloader of run_simple": (
        "FST305",
        'from werkzeug.serving import run_simple\ndef main(app):\n    run_simple("", 80, app, use_reloader=True)\n',
    ),
    "imported app": ("FST301", "from shop import app\ndef main():\n    app.run(debug=True)\n"),
}
IN_CONFIGURATION = {
    "attribute": ("FST302", OWN_APP + "    app.debug = True\n"),
    "item": ("FST302", OWN_APP + '    app.config["DEBUG"] = True\n'),
    "update": ("FST302", OWN_APP + "    app.config.update(DEBUG=True)\n"),
    "from_mapping": ("FST302", OWN_APP + "    app.config.from_mapping(DEBUG=True)\n"),
    "environment": ("FST304", 'import os\nos.environ["FLASK_DEBUG"] = "1"\n'),
    "from_object": (
        "FST303",
        OWN_APP + "    app.config.from_object(Defaults)\n\n\nclass Defaults:\n    DEBUG = True\n",
    ),
}
SILENT = {
    "False": OWN_APP + '    app.run(debug=False)\n    app.debug = False\n    app.config["DEBUG"] = False\n',
    "enum members": "from enum import Enum\nclass Level(Enum):\n    DEBUG = True\n    INFO = 2\n",
    "log levels": 'import logging\nlogging.basicConfig(level=logging.DEBUG)\nDEBUG = 10\nLEVELS = {"DEBUG": True}\n',
    "a blueprint's run": 'from flask import Blueprint\nbp = Blueprint("a", __name__)\nbp.run(debug=True)\n',
    "a blueprint called app": 'from flask import Blueprint\napp = Blueprint("a", __name__)\napp.run(debug=True)\n',
}


def codes(source: str, folder: Path) -> list[str]:
    path = folder / "web.py"
    path.write_text(source, encoding="utf-8")
    done = INSTALLED.run("-m", "flake8", "--isolated", "--select=FST", "--format=%(code)s", path.name, folder=folder)
    assert done.stderr == ""
    return done.stdout.split()


def test_there_are_sixteen() -> None:
    assert (len(ON_CALLS), len(IN_CONFIGURATION)) == (10, 6)


SPELLINGS = ON_CALLS | IN_CONFIGURATION


@pytest.mark.parametrize(("code", "source"), SPELLINGS.values(), ids=SPELLINGS)
def test_found(code: str, source: str, tmp_path: Path) -> None:
    assert codes(source, tmp_path) == [code]


@pytest.mark.parametrize("source", SILENT.values(), ids=SILENT)
def test_not_found(source: str, tmp_path: Path) -> None:
    assert codes(source, tmp_path) == []
