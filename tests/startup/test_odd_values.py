"""Programs with odd values through the installed commands: all end, and no file loses its findings."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from conftest import COSTS, Flake8
from flake8_flask_startup.model import Finding
from flake8_flask_startup.startup import summarize
from flake8_flask_startup.startup.fates import Fates
from installed_programs import INSTALLED

SCRIPT = str(Path(sys.executable).parent / "flask-startup")
Write = Callable[[Mapping[str, str]], Path]

ODD = {
    "setter.py": (
        "DATA = ['.', '', 'a.b', '..', '\\0', 'x' * 5000, '/', '%s', '{}']\n\n\n"
        "class Loader:\n"
        "    def __init__(self):\n"
        "        for m in DATA:\n"
        "            getattr(self, '_set_' + m)()\n"
        "            setattr(self, m, getattr(self, m + '.', None))\n\n"
        "    def _set_(self):\n        pass\n\n\n"
        "Loader()\n"
    ),
    "modules.py": (
        "import importlib\nimport os\nimport pathlib\nimport pkgutil\n\n"
        "importlib.import_module(os.path.splitext('')[0])\n"
        "importlib.import_module('.', '')\n"
        "importlib.import_module('..', '..')\n"
        "importlib.import_module('\\0')\n"
        "importlib.import_module('a/b')\n"
        "importlib.import_module('.' * 5000 + 'x')\n"
        "importlib.import_module(''.join(''.split('.')))\n"
        "importlib.import_module(pathlib.Path('').stem)\n"
        "importlib.import_module('x' * 10**9)\n"
        "importlib.import_module('%1000000000d' % 1)\n"
        "importlib.import_module('{:>1000000000}'.format(''))\n"
        "__import__('')\n"
        "for each in pkgutil.iter_modules(['']):\n    importlib.import_module('.' + each.name, '')\n"
        "for at in ''.partition('-'):\n    importlib.import_module(at.replace('', '.'))\n"
    ),
}  # fmt: skip
MAIN = "import pandas\nimport flask\nimport setter, modules\napp = flask.Flask(__name__)\napp.run(debug=True)\n"


@pytest.fixture
def project(write: Write) -> Path:
    return write({**ODD, "main.py": MAIN, "beside.py": "import pandas\ndef f():\n    return pandas\n"})


def test_the_report_ends(project: Path) -> None:
    done = INSTALLED.run(
        "flask-startup", "report", "--app", "main", "--costs", str(COSTS), "--format", "json", folder=project
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert {"main", "setter", "modules", "pandas"} <= {each["name"] for each in json.loads(done.stdout)["modules"]}
    assert "cannot be followed" not in done.stdout


@pytest.mark.parametrize("entry", [(), ("--fst-app=main",)])
def test_no_file_loses_its_findings(entry: tuple[str, ...], project: Path, flake8: Flake8) -> None:
    options = (*entry, f"--fst-costs={COSTS}", "--fst-cache=off")
    checked = INSTALLED.run("flask-startup", "check", *options, ".", folder=project)
    linted = flake8("-j1", *options, ".", folder=project)
    for output in (checked, linted):
        assert output.stderr == ""
        found = {
            tuple(line.removeprefix("./").split(":")[:1] + line.split()[1:2]) for line in output.stdout.splitlines()
        }
        assert {("main.py", "FST201"), ("main.py", "FST301")} <= found
        assert ("beside.py", "FST101") in found  # what an odd name may load is anything


def faulty(*_: object) -> Finding:
    raise TypeError("odd")


@pytest.mark.parametrize(("owner", "name"), [(summarize, "removals"), (Fates, "_judged")])
def test_a_fault_in_the_plan_costs_the_plan(
    owner: object,
    name: str,
    project: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    caplog: pytest.LogCaptureFixture,
) -> None:
    from flake8_flask_startup.cli.report import command

    monkeypatch.chdir(project)
    monkeypatch.setattr(owner, name, faulty)
    command(["--app", "main", "--costs", str(COSTS), "--format", "json"], standalone_mode=False)
    found = json.loads(capsys.readouterr().out)
    assert "pandas" in {each["name"] for each in found["modules"]}
    faults = [each for each in caplog.messages if each.endswith("cannot be worked out: TypeError: odd")]
    assert len(faults) == len(set(faults)) >= 1
