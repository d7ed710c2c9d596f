"""Names: raw paths as a file spells them, resolved to what they mean."""

from __future__ import annotations

import ast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flake8_flask_startup.syntax.binder import collect
from flake8_flask_startup.syntax.resolver import Names
from flake8_flask_startup.syntax.static_conditions import Target


def names(source: str) -> Names:
    return Names(collect(ast.parse(source), Target((3, 11))))


@pytest.mark.parametrize(
    ("source", "path", "expected"),
    [
        ("import flask", "flask.Flask()", "flask.Flask()"),
        ("import flask as f", "f.Flask", "flask.Flask"),
        ("from flask import Flask as F", "F().run", "flask.Flask().run"),
        ("import flask.app", "flask.app.Flask", "flask.Flask"),
        ("import a.b", "a.b.c", "a.b.c"),
        ("import a.b as c", "c.d", "a.b.d"),
        ("from . import db", "db.init_app", ".db.init_app"),
        ("from .models import db", "db", ".models.db"),
        ("from .. import db", "db", "..db"),
        ("from flask import *", "Flask", "flask.Flask"),
        ("from unheard import *", "Flask", "Flask"),
        ("from flask import Flask\napp = Flask(__name__)", "app.run", "flask.Flask().run"),
        ("from flask import Flask\nA = Flask\napp = A(__name__)", "app", "flask.Flask()"),
        ("app = None\nfrom flask import Flask\napp = Flask()", "app", "flask.Flask()"),
        ("app = one()\napp = two()", "app", "?app"),
        ("def make(): return thing\nthing = 1", "make()", ":make()"),
        ("from flask import Flask\ndef make():\n    app = Flask('x')\n    return app", "make()", "flask.Flask()"),
        ("class App: pass", "App().run", ":App().run"),
        ("import x\ndel x", "x.y", "x.y"),
        ("x = x.y", "x.z", "?x.y.z"),
        ("from a import b\nb = b(1)", "b", "?b"),
        ("", "print", "print"),
        ("", "", ""),
    ],
)
def test_resolved(source: str, path: str, expected: str) -> None:
    assert names(source).resolve(path, 0) == expected


def test_scopes() -> None:
    found = names(
        "import one as x\ndef f():\n    import two as x\n    def g(): return x\n"
        "class C:\n    import three as x\n    def m(self): return x"
    )
    numbers = {scope.name: number for number, scope in enumerate(found.facts.scopes)}
    assert found.resolve("x", 0) == "one"
    assert found.resolve("x", numbers["f"]) == "two"
    assert found.resolve("x", numbers["f.g"]) == "two"
    assert found.resolve("x", numbers["C"]) == "three"
    assert found.resolve("x", numbers["C.m"]) == "one"


@given(st.lists(st.tuples(st.sampled_from("abcde"), st.sampled_from("abcde")), max_size=12))
def test_assignments_in_a_circle_end(pairs: list[tuple[str, str]]) -> None:
    found = names("\n".join(f"{left} = {right}.x" for left, right in pairs))
    bound = {left for left, _ in pairs}
    for name in "abcde":
        resolved = found.resolve(name, 0)
        assert resolved == found.resolve(name, 0)
        assert resolved.lstrip("?").partition(".")[0] in set("abcde")
        assert resolved == name or name in bound
