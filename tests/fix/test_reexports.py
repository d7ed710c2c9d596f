"""A module `__getattr__` that `fix` has written, run by Python; and what loading a module changes of what stays."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

from flake8_flask_startup.analysis.load_effects import effect
from flake8_flask_startup.fix.deferral import deferred
from flake8_flask_startup.fix.module_getattr import getattr_of
from flake8_flask_startup.fix.refusal import Refused
from flake8_flask_startup.syntax.static_conditions import Target

ASKS = """
import sys
import shop
assert "shop.reports" not in sys.modules
assert {"A", "C", "reports"} <= set(dir(shop))
assert not hasattr(shop, "missing") and "shop.reports" not in sys.modules
from shop import *
assert (A, C) == (1, 2) and shop.__dict__["A"] == 1
assert shop.reports.A == 1
"""


@pytest.mark.parametrize("ending", ["\n", "\r\n", ""])
def test_names_are_there_when_they_are_asked_for(ending: str, tmp_path: Path) -> None:
    package = tmp_path / "shop"
    package.mkdir()
    text = "from .reports import A, B as C\n__all__ = ['A', 'C']\n".replace("\n", ending or "\n")
    text = deferred(text if ending else text.rstrip("\n"), {}, Target((3, 12)), {1: None})
    (package / "__init__.py").write_text(text, newline="")
    (package / "reports.py").write_text("A = 1\nB = 2\n")
    subprocess.run([sys.executable, "-c", ASKS], cwd=tmp_path, check=True)


ASKS_FOR_MODULES = """
import sys
import shop
assert "shop.reports" not in sys.modules and "shop.names" in sys.modules
from shop import tables
assert "shop.reports" not in sys.modules
assert tables.A == 2 and tables is shop.parts
from shop import reports
assert reports.A == 1 and shop.reports is reports
"""


def test_modules_of_the_package_are_there_when_they_are_asked_for(tmp_path: Path) -> None:
    package = tmp_path / "shop"
    package.mkdir()
    text = "from . import names, parts as tables, reports\n"
    text = deferred(text, {}, Target((3, 12)), {1: frozenset({"tables", "reports"})})
    (package / "__init__.py").write_text(text)
    (package / "names.py").touch()
    (package / "reports.py").write_text("A = 1\n")
    (package / "parts.py").write_text("A = 2\n")
    subprocess.run([sys.executable, "-c", ASKS_FOR_MODULES], cwd=tmp_path, check=True)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("from .a import a\n", "'a' is a module and a name in it"),
        ("from .a import *\n", "only names that are imported from a module"),
        ("import a\n", "only names that are imported from a module"),
        ("from .a import b; from .c import b\n", "'b' is bound twice"),
        ("from .a import b\n\n\ndef __dir__():\n    return []\n", "it has a __dir__ of its own"),
    ],
)
def test_what_cannot_be_handed_on(text: str, reason: str) -> None:
    with pytest.raises(Refused, match=reason):
        getattr_of(text, ast.parse(text), {1: None})


GOES = frozenset({"heavy", "shop.base"})


@pytest.mark.parametrize(
    "text",
    [
        "import heavy.parts as parts\n\n\nclass A(parts.B):\n    x: int = 0\n\n    def f(self):\n        return app\n",
        "from functools import cache\nfrom app import db\n\n\n@property\ndef f():\n    return db.session\n",
        "from .base import Base\nfrom . import base\n\n\nclass A(Base): ...\n\n\nALL = [A, base.B]\n",
        "from flask import Blueprint\nfrom app import db\n\nbp = Blueprint('a', __name__)\n\n\n"
        "@bp.route('/')\ndef f():\n    return db\n",
        "import logging\nlog = logging.getLogger(__name__)\nlog.addHandler(logging.getLogger)\n",
        "import heavy\nheavy.x = 1\n",
        "import random\n\n\ndef f():\n    random.seed(1)\n",
        "from flask import Blueprint\nbp = Blueprint('a', __name__)\nbp.before_request(print_it)\n",
    ],
)
def test_loading_it_changes_nothing(text: str) -> None:
    assert effect(ast.parse(text), "shop", GOES) == ""


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("from app import db\n\n\nclass A(db.Model): ...\n", "'db.Model' on line 4"),
        ("from app import *\n", "star import on line 1"),
        ("import app\n\n\n@app.route('/')\ndef f(): ...\n", "'app.route' on line 4"),
        ("from .other import Base\n\n\nclass A(Base): ...\n", "'Base' on line 4"),
        ("import app\n\n\ndef f():\n    app.x = 1\n\n\nf()\n", "'app.x' on line 5"),
        ("import app\n\n\nclass A:\n    def __init__(self):\n        app.add(self)\n\n\nA()\n", "'app.add' on line 6"),
        ("import app\n\n\ndef g(f):\n    f()\n\n\n@g\ndef f():\n    app.add()\n", "'app.add' on line 10"),
        ("import app\nf = lambda x=app.add(): x\n", "'app.add' on line 2"),
        ("x = globals()\n", r"loading it calls globals\(\) on line 1"),
        ("import logging\nlogging.basicConfig()\n", "'logging.basicConfig' on line 2"),
        ("import logging\nlogging.getLogger('a').setLevel(9)\n", "sets up 'logging.getLogger' on line 2"),
        ("import logging\nlog = logging.getLogger()\nlog.propagate = False\n", "'logging.getLogger' on line 3"),
        ("import random\nif 1:\n    random.seed(1)\n", "sets up 'random.seed' on line 3"),
        ("import json\n\n\ndef f():\n    json.x = 1\n\n\nf()\n", "sets up 'json.x' on line 5"),
        ("from copy import copy as c\ndel c.x\n", "sets up 'copy.copy.x' on line 2"),
    ],
)
def test_loading_it_changes_something(text: str, reason: str) -> None:
    found = effect(ast.parse(text), "shop", GOES)
    assert re.search(reason, found), found
