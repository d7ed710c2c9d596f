"""Apps before and after they are made in a factory, run by Python: routes, handlers, hooks, commands and answers."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest
from test_fix_pages import CASES, Case, repair

RUN = {
    "A module for a server that reads the namespace": "wsgi:app",
    "Routes, handlers, settings": "app:app",
    "Blueprints": "shop:app",
    "Modules that register with the app": "shop:app",
    "Decorators, generators, threads, commands": "app:app",
    "Blocks and texts": "server:server",
    "A factory that the module calls": "shop:app",
    "An extension of the project's own": "server:app",
}
ASKS = """
import importlib, sys
module, name = sys.argv[1].split(":")
if module == "wsgi":  # which a server may look into that does not ask
    assert name in vars(importlib.import_module(module))
app = getattr(importlib.import_module(module), name)
assert getattr(sys.modules[module], name) is app
app.config.setdefault("KEY", "k")

def shown(app):
    yield [(str(each), each.endpoint, sorted(each.methods)) for each in app.url_map.iter_rules()]
    yield sorted((code, kind.__name__) for codes in app.error_handler_spec.values()
                 for code, kinds in codes.items() for kind in kinds)
    yield [[each.__name__ for each in found] for found in app.before_request_funcs.values()]
    yield sorted(app.blueprints), sorted(app.cli.commands), sorted(app.jinja_env.globals), sorted(app.config)

told = list(shown(app))
for rule in sorted(each.rule for each in app.url_map.iter_rules() if not each.arguments):
    if rule != "/" or module != "shop":  # which asks for a template
        got = app.test_client().get(rule, query_string={"key": "k"})
        told.append((rule, got.status_code, got.text))
told += [app.test_client().get("/missing").text]
for command in app.cli.commands:
    told.append((command, app.test_cli_runner().invoke(args=[command]).exit_code))
print(told)
if "create_app" in dir(sys.modules[module]):
    again = sys.modules[module].create_app()
    assert again is not app
    assert list(shown(again))[0] == told[0]
"""


def told(files: Mapping[str, str], folder: Path, entry: str) -> str:
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    done = subprocess.run([sys.executable, "-c", ASKS, entry], cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


EACH_CASE = pytest.mark.parametrize(
    "case", [each for each in CASES if each.page == "factory" and each.title in RUN], ids=lambda case: case.title
)


@EACH_CASE
def test_the_app_is_the_same(case: Case, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    outcome = repair(case.files, tmp_path / "before", monkeypatch, unsafe=True)
    assert outcome.repair.texts
    for folder in ("one", "two"):  # of the same length, which an answer may have
        (tmp_path / folder).mkdir()
    before = told(case.files, tmp_path / "one", RUN[case.title])
    after = told({**case.files, **outcome.repair.texts}, tmp_path / "two", RUN[case.title])
    assert after.replace("two", "one") == before


@EACH_CASE
def test_servers_find_it_where_it_was(case: Case, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    entry = RUN[case.title]
    outcome = repair(case.files, tmp_path, monkeypatch, unsafe=True)
    shown = []
    for files in (case.files, outcome.repair.texts):
        for name, text in files.items():
            (tmp_path / name).write_text(text)
        checks = ["gunicorn", "--check-config", entry], ["flask", "--app", entry, "routes"]
        by_module = ["flask", "--app", entry.partition(":")[0], "routes"]
        shown.append([started(each, tmp_path) for each in (*checks, by_module)])
    assert shown[0] == shown[1]
    assert "static" in shown[0][2]


def started(command: Sequence[str], folder: Path) -> str:
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', '')}"
    env = {**os.environ, "PATH": path, "PYTHONPATH": str(folder), "PYTHONDONTWRITEBYTECODE": "1"}
    done = subprocess.run(command, cwd=folder, env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_all_of_them_are_run() -> None:
    assert RUN.keys() <= {each.title for each in CASES if each.page == "factory" and each.diff}
