"""Lazy imports of Python 3.15 written by `fix`, and run: `lazy_python.py PYTHON [--runs N]`.

PYTHON is a Python 3.15 that has this program with its extra `fix`, Flask, Flask-SQLAlchemy, hypothesis, jsonschema and
pytest. An app with those at the top of its files is repaired in three ways: imports into functions, `__lazy_modules__`
(by the Python that runs this) and `lazy import` (by PYTHON). Each copy is started in turn. The table has the modules
loaded until `/` answers, the least CPU time, whether the pages answer the same, and what the linter finds of imports.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import click

FILES = {
    "shop/__init__.py": (
        "import jsonschema\nfrom flask import Flask\n\nfrom . import checks, reports\n\n\ndef create_app():\n"
        "    app = Flask(__name__)\n    app.add_url_rule('/', view_func=reports.index)\n"
        "    app.add_url_rule('/run', view_func=checks.run)\n    app.add_url_rule('/valid', view_func=valid)\n"
        "    return app\n\n\ndef valid():\n    jsonschema.validate(1, {'type': 'integer'})\n    return 'valid'\n"
    ),
    "shop/checks.py": (
        "import pytest\n\nfloor = lambda: pytest.approx(1.0) == 1.0\n\n\ndef run():\n    return str(floor())\n"
    ),
    "shop/reports.py": (
        "from sqlalchemy import text\nfrom hypothesis import strategies\n\n\ndef index():\n    return 'x'\n\n\n"
        "def numbers():\n    return strategies.integers(), text('select 1')\n"
    ),
}
STARTS = """
import json, sys, time
from shop import create_app
client = create_app().test_client()
first = client.get("/").text
found = {"modules": len(sys.modules), "cpu": time.process_time()}
print(json.dumps({**found, "pages": [first, client.get("/run").text, client.get("/valid").text]}))
"""
ARGUMENTS = ("--app=shop:create_app", "--fst-cache=off", "--fst-target-version=3.15", "--quiet", "--write")


@click.command()
@click.argument("python", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--runs", default=8, show_default=True, help="Starts of each.")
def main(python: Path, runs: int) -> None:
    """Repair copies of the app, start them, and print the table."""
    new = str(python.absolute())
    repairs = {
        "as it was": None,
        "imports in functions": [sys.executable, "--style=defer"],
        "`__lazy_modules__`": [sys.executable, "--style=lazy"],
        "`lazy import`": [new, "--style=lazy"],
    }
    with tempfile.TemporaryDirectory() as work:
        folders = {name: Path(work) / str(number) for number, name in enumerate(repairs)}
        for name, repair in repairs.items():
            for path, text in FILES.items():
                (folders[name] / path).parent.mkdir(parents=True, exist_ok=True)
                (folders[name] / path).write_text(text, encoding="utf-8")
            if repair is not None:
                run([repair[0], "-m", "flake8_flask_startup", "fix", *ARGUMENTS, repair[1]], folders[name])
        starts: dict[str, list[dict[str, Any]]] = {name: [] for name in repairs}
        for _ in range(runs + 1):
            for name, folder in folders.items():
                starts[name].append(json.loads(run([new, "-c", STARTS], folder)))
        found = {
            name: run([new, "-m", "flake8", "--select=FST1", "--fst-app=shop:create_app", "."], folder).splitlines()
            for name, folder in folders.items()
        }
    print("| | modules | CPU ms, least | pages the same | the linter |\n| --- | ---: | ---: | --- | --- |")
    for name, each in starts.items():
        warm = each[1:]  # the first writes bytecode
        is_same = all(one["pages"] == starts["as it was"][0]["pages"] for one in each)
        counted = f"{len(found[name])} findings" if found[name] else "silent"
        cpu = min(one["cpu"] for one in warm) * 1000
        print(f"| {name} | {warm[0]['modules']} | {cpu:.0f} | {'yes' if is_same else 'NO'} | {counted} |")
    for name, lines in found.items():
        print(*(f"\n{name}: {line}" for line in lines), sep="")


def run(command: list[str], folder: Path) -> str:
    """Run a command in a folder, and return what it prints."""
    environment = os.environ | {"PYTHONHASHSEED": "0"}
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    if done.stderr:
        print(done.stderr, file=sys.stderr)
    return done.stdout


if __name__ == "__main__":
    main()
