"""What is kept of earlier runs must never be seen: through flake8 and through `flask-startup check`."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import pytest

from conftest import COSTS, Flake8
from installed_programs import INSTALLED, MEASURED

Write = Callable[[Mapping[str, str]], Path]
Asked = Callable[..., str]

APP = """\
import pandas as pd
from flask import Flask

app = Flask(__name__)


@app.route("/")
def index():
    return pd.DataFrame().to_html()
"""
NAMED_BY_DATA = """

import importlib
import json

with open("names.json") as file:
    for name in json.load(file):
        importlib.import_module(name)
"""
FACTORY = "from flask import Flask\n\ndef create_app():\n    from . import views\n    return Flask(__name__)\n"
REPORTS = "import pandas as pd\n\n\ndef table():\n    return pd.DataFrame()\n"
# Lines that let runs take files that were just written for old: those are told from others by what they hold.
SETTLED = "import flake8_flask_startup.files.identity as identity\nidentity.TICK_NS = 0\n"
BROKEN = "import flake8_flask_startup.lint.engine as engine\nengine.Names = None\n"  # no rule can be asked
DOORS = {
    "check": ("flask-startup", "check", "--quiet"),
    "flake8": ("flake8", "--select=FST,E9", "-j1"),
    "flake8 with two workers": ("flake8", "--select=FST,E9", "-j2"),
}


@pytest.fixture(params=DOORS.values(), ids=DOORS)
def asked(request: pytest.FixtureRequest, tmp_path: Path) -> Asked:
    """What a door says of the test's folder."""

    program, *options = request.param

    def run(*arguments: str, **environment: str) -> str:
        found = MEASURED.run(program, *options, f"--fst-costs={COSTS}", *arguments, folder=tmp_path, **environment)
        assert found.stderr == ""
        return found.stdout

    return run


def kept(folder: Path) -> Path:
    """The file of kept results."""
    (found,) = (path for path in (folder / ".flask_startup_cache").glob("*.json") if not path.name.startswith("boot-"))
    return found


def test_a_change_of_anything_is_seen(write: Write, asked: Asked) -> None:
    write({"app.py": APP, "other.py": APP})
    assert asked().count("costs 431 ms") == 2
    write({"app.py": APP.replace("pandas", "numpy ")})
    assert "app.py:1:1: FST101 heavy import 'pandas'" not in asked().replace("other.py", "")
    write({"app.py": APP})
    assert "costs 862 ms" in asked("--fst-scale=2")
    assert "FST101" in asked()
    write({"pandas.py": ""})  # now it is the project's own
    assert "FST101" not in asked()


def test_a_change_of_a_cost_table_is_seen(tmp_path: Path, write: Write, asked: Asked) -> None:
    table = COSTS.read_text(encoding="utf-8")
    write({"app.py": APP, "costs.toml": table})
    own = f"--fst-costs={tmp_path / 'costs.toml'}"
    assert "costs 431 ms" in asked(own)
    write({"costs.toml": table.replace("431.0", "441.0").replace("347.0", "357.0")})
    assert "costs 441 ms" in asked(own)


def test_a_change_of_what_other_files_need_is_seen(write: Write, asked: Asked) -> None:
    write({"reports.py": REPORTS, "empty.py": ""})
    assert "FST101" in asked()
    write({"test_reports.py": "def test(mocker):\n    mocker.patch('reports.pd')\n"})
    found = asked()
    assert "FST102" in found
    assert "patches 'reports.pd' on line 2" in found


def test_a_change_of_what_inference_looked_at_is_seen(write: Write, asked: Asked) -> None:
    write(
        {
            "made.py": "class Site:\n    pass\n",
            "wsgi.py": "from made import Site\n\nsite = Site()\nsite.run(debug=True)\n",
        }
    )
    assert "FST301" not in asked()
    write({"made.py": "from flask import Flask\n\n\nclass Site(Flask):\n    pass\n"})
    assert "wsgi.py:4:1: FST301" in asked()


def test_a_change_of_the_boot_is_seen(write: Write, asked: Asked) -> None:
    write({
        "shop/__init__.py": FACTORY,
        "shop/views.py": "import pandas\nX = pandas.DataFrame()\n",
        "shop/unused.py": "import pandas\nX = pandas.DataFrame()\n",
        ".flake8": "[flake8]\nfst-app = shop:create_app\n",
    })  # fmt: skip
    assert "shop/unused.py" not in asked()
    write({"shop/views.py": "from . import unused\n"})
    assert "shop/unused.py" in asked()


def test_what_is_known_is_not_worked_out_again(
    tmp_path: Path,
    write: Write,
    asked: Asked,
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    write({f"m{number}.py": APP for number in range(9)})
    added = tmp_path_factory.mktemp("added")
    (added / "sitecustomize.py").write_text(SETTLED)
    expected = asked(PYTHONPATH=str(added))
    _, _, content = kept(tmp_path).read_bytes().partition(b"\n")
    assert len(json.loads(content)["results"]) == 9  # of both workers
    (added / "sitecustomize.py").write_text(SETTLED + BROKEN)
    assert asked(PYTHONPATH=str(added)) == expected
    write({"m0.py": APP + "\n"})
    with pytest.raises(AssertionError):  # it shows where one is
        asked(PYTHONPATH=str(added))


@pytest.mark.parametrize("text", ["", "{", "[]", '{"schema": 1}', '{"schema": 1, "key": 1, "results": 3}', "\xff"])
def test_a_damaged_one_is_none(text: str, tmp_path: Path, write: Write, asked: Asked) -> None:
    write({"app.py": APP})
    expected = asked()
    path = kept(tmp_path)
    path.write_text(text, encoding="latin-1")
    assert asked() == expected
    seal, _, content = path.read_bytes().partition(b"\n")
    path.write_bytes(seal + b"\n" + json.dumps({**json.loads(content), "results": {"./app.py": [1]}}).encode())
    assert asked() == expected


def test_none_is_left_where_it_is_off(tmp_path: Path, write: Write, asked: Asked) -> None:
    write({"app.py": APP})
    asked("--fst-cache=off")
    assert not (tmp_path / ".flask_startup_cache").exists()


def test_a_folder_that_cannot_be_written_is_no_error(write: Write, asked: Asked) -> None:
    write({"app.py": APP, "file": ""})
    assert asked("--fst-cache=file/cache") == asked() != ""


def test_what_an_editor_holds_is_not_kept(tmp_path: Path, write: Write, flake8: Flake8) -> None:
    write({"app.py": APP})
    by_path = flake8("app.py").stdout
    before = kept(tmp_path).read_bytes()
    buffer = "import numpy\n" + APP
    held = flake8("--stdin-display-name=app.py", "-", stdin=buffer).stdout
    assert "app.py:2:1: FST101 heavy import 'pandas'" in held
    assert kept(tmp_path).read_bytes() == before
    assert flake8("app.py").stdout == by_path


def test_a_crash_is_not_kept(tmp_path: Path, write: Write, flake8: Flake8) -> None:
    write({"app.py": APP, "sitecustomize.py": (
        "import flake8_flask_startup.lint.engine as engine\n\n\n"
        "def names(facts):\n    raise RuntimeError('no names')\n\n\nengine.Names = names\n"
    )})  # fmt: skip
    found = flake8("app.py", PYTHONPATH=str(tmp_path))
    assert "app.py: not checked for FST: RuntimeError: no names" in found.stderr
    assert found.stdout == ""
    assert "FST101" in flake8("app.py").stdout


@pytest.mark.parametrize("door", DOORS.values(), ids=DOORS)
def test_that_a_file_is_too_large_is_said_in_each_run_though_all_is_kept(
    door: Sequence[str],
    tmp_path: Path,
    write: Write,
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    write({"app.py": APP + NAMED_BY_DATA, "names.json": "x" * 1_000_001})
    program, *options = door

    def run(**environment: str) -> tuple[str, str]:
        done = INSTALLED.run(program, *options, f"--fst-costs={COSTS}", folder=tmp_path, **environment)
        return done.stdout, done.stderr

    added = tmp_path_factory.mktemp("added")
    (added / "sitecustomize.py").write_text(SETTLED)
    expected = run(PYTHONPATH=str(added))
    assert "FST101" in expected[0]
    assert expected[1] == "names.json: not read: larger than 1,000,000 bytes\n"
    (added / "sitecustomize.py").write_text(  # nor can anything be traced
        f"{SETTLED}{BROKEN}import flake8_flask_startup.startup.traced_boot as boots\nboots.trace = None\n"
    )
    assert run(PYTHONPATH=str(added)) == expected


@pytest.mark.parametrize("door", DOORS.values(), ids=DOORS)
def test_where_all_is_as_it_was_neither_rules_nor_the_tracer_are_loaded(
    door: Sequence[str], tmp_path: Path, write: Write, tmp_path_factory: pytest.TempPathFactory
) -> None:
    write({"app.py": APP, "Procfile": "web: gunicorn app:app\n"})
    added = tmp_path_factory.mktemp("added")
    (added / "sitecustomize.py").write_text(SETTLED)
    program, *options = door

    def loaded() -> frozenset[str]:
        done = INSTALLED.run(program, *options, folder=tmp_path, PYTHONPATH=str(added), PYTHONPROFILEIMPORTTIME="1")
        assert "FST101" in done.stdout
        return frozenset(line.rpartition("|")[2].strip() for line in done.stderr.splitlines())

    package = "flake8_flask_startup"
    wings = {f"{package}.{wing}" for wing in ("analysis", "inference", "lint.rules", "startup.interpreter")}
    of_news = {*wings, f"{package}.lint.engine", f"{package}.syntax.binder"}
    assert of_news - loaded() <= {f"{package}.inference"}  # the wing that few files need
    assert of_news.isdisjoint(loaded())
