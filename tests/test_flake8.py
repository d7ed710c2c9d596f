"""The plugin through the real door: the installed flake8, by path and by stdin, with its options and files."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from conftest import COSTS, Flake8
from flake8_flask_startup.config.settings import OPTIONS

Write = Callable[[Mapping[str, str]], Path]

APP = """\
import pandas as pd
from flask import Flask

app = Flask(__name__)


@app.route("/")
def index():
    return pd.DataFrame().to_html()


if __name__ == "__main__":
    app.run(debug=True)
"""
CODES = ["FST101", "FST201", "FST301"]


def codes(output: str) -> list[str]:
    return [line.split()[1] for line in output.splitlines()]


def test_by_path(write: Write, flake8: Flake8) -> None:
    write({"app.py": APP})
    result = flake8("app.py")
    assert codes(result.stdout) == CODES
    assert result.stderr == ""
    assert result.returncode == 1


def test_startup_does_not_load_what_python_cannot_decode(write: Write, flake8: Flake8, tmp_path: Path) -> None:
    write({"wsgi.py": "import latin\nfrom flask import Flask\napp = Flask(__name__)\n"})
    (tmp_path / "latin.py").write_bytes(b"import pandas  # caf\xe9\n\nframe = pandas.DataFrame()\n")
    found = flake8("--fst-app=wsgi", "--select=FST1").stdout
    assert found.startswith("./latin.py:1:1: FST102 ")
    assert "reached from" not in found


def test_by_stdin(write: Write, flake8: Flake8) -> None:
    write({"app.py": APP})
    by_path = flake8("app.py").stdout
    assert flake8("--stdin-display-name=app.py", "-", stdin=APP).stdout == by_path


@pytest.mark.parametrize("arguments", [("-j1",), ("-j2",)])
@pytest.mark.parametrize("seed", ["0", "1"])
def test_the_same_whatever_the_jobs_and_the_hash_seed(
    arguments: tuple[str, ...], seed: str, write: Write, flake8: Flake8
) -> None:
    write({f"m{number}.py": APP for number in range(6)})
    expected = [f"./m{number}.py" for number in range(6) for _ in CODES]
    result = flake8(*arguments, PYTHONHASHSEED=seed)
    assert [line.partition(":")[0] for line in result.stdout.splitlines()] == expected
    assert codes(result.stdout) == CODES * 6


def test_flask_absent_changes_nothing(write: Write, flake8: Flake8) -> None:
    write({"app.py": APP, "blocked/flask.py": "raise ImportError('no flask here')\n"})
    expected = flake8("app.py").stdout
    assert flake8("app.py", PYTHONPATH="blocked").stdout == expected


def test_help_lists_every_option(flake8: Flake8) -> None:
    shown = flake8("--help").stdout
    assert [option.name for option in OPTIONS if f"--fst-{option.name}" not in shown] == []


@pytest.mark.parametrize(
    ("argument", "words"),
    [
        ("--fst-threshold=many", "--fst-threshold: 'many' is not a number of milliseconds"),
        ("--fst-threshold=nan", "--fst-threshold: 'nan' is not a number of milliseconds"),
        ("--fst-scale=0", "--fst-scale: '0' is not a positive number"),
        ("--fst-costs=gone.toml", "gone.toml is not a file"),
        ("--fst-factories=9lives", "--fst-factories: '9lives' is not a Python name"),
        ("--fst-app-classes=App", "--fst-app-classes: 'App' is not a class such as package.module.App"),
        ("--fst-target-version=3", "--fst-target-version: '3' is not a version such as 3.12"),
        ("--fst-app=9:x", "--fst-app: '9:x' is not an entry point"),
        ("--fst-roots=nowhere", "--fst-roots: nowhere is not a folder"),
    ],
)
def test_a_bad_value_is_one_line_and_exit_1(argument: str, words: str, write: Write, flake8: Flake8) -> None:
    write({"app.py": APP})
    result = flake8(argument, "app.py")
    assert result.returncode == 1
    assert words in result.stdout + result.stderr
    assert "Traceback" not in result.stderr


@pytest.mark.parametrize(
    ("entry", "words"), [("typo:app", "no module 'typo' in "), ("app:typo", "no 'typo' in app.py")]
)
def test_an_entry_point_that_is_not_there_is_one_line_and_exit_2(
    entry: str, words: str, write: Write, flake8: Flake8
) -> None:
    write({"app.py": APP})
    result = flake8(f"--fst-app={entry}", "app.py")
    assert result.returncode == 2
    assert result.stderr.startswith(f"flake8: error: --fst-app: {words}")
    assert (result.stderr.count("\n"), result.stdout) == (1, "")


def test_a_malformed_table_is_one_line(write: Write, flake8: Flake8) -> None:
    write({"app.py": APP, "costs.toml": "schema = 1\n[module.pandas]\nms = -1\n"})
    result = flake8("--fst-costs=costs.toml", "app.py")
    assert result.returncode == 1
    assert "costs.toml" in result.stdout + result.stderr
    assert "pandas" in result.stdout + result.stderr


@pytest.mark.parametrize("name", ["setup.cfg", "tox.ini", ".flake8"])
def test_options_from_every_config_file(name: str, write: Write, flake8: Flake8) -> None:
    write({"app.py": APP, name: "[flake8]\nfst-threshold = 100000\n"})
    assert codes(flake8("app.py").stdout) == ["FST201", "FST301"]


def test_costs_of_the_user_s_own(write: Write, flake8: Flake8) -> None:
    write({"app.py": APP})
    assert "costs 431 ms" in flake8(f"--fst-costs={COSTS}", "app.py").stdout
    assert "costs 862 ms" in flake8(f"--fst-costs={COSTS}", "--fst-scale=2", "app.py").stdout


def test_noqa(write: Write, flake8: Flake8) -> None:
    write({"app.py": APP.replace("as pd", "as pd  # noqa: FST101")})
    assert codes(flake8("app.py").stdout) == ["FST201", "FST301"]


class TestStartup:
    """With an entry point."""

    FILES: Mapping[str, str] = {
        "shop/__init__.py": """
            from flask import Flask


            def create_app():
                from . import reports

                return Flask(__name__)
            """,
        "shop/reports.py": """
            import pandas as pd


            def report():
                return pd.DataFrame()
            """,
        "shop/unused.py": """
            import pandas as pd


            def report():
                return pd.DataFrame()
            """,
        ".flake8": f"[flake8]\nfst-costs = {COSTS}\n",
    }

    def test_configured_it_ranks_routes_and_silences(self, write: Write, flake8: Flake8) -> None:
        write(self.FILES)
        output = flake8("--fst-app=shop:create_app").stdout
        assert codes(output) == ["FST101"]
        assert "saves 431 ms; reached from shop:create_app via shop.reports" in output

    def test_found_it_silences_nothing(self, write: Write, flake8: Flake8) -> None:
        write({**self.FILES, ".flaskenv": "FLASK_APP=shop:create_app\n"})
        output = flake8().stdout
        assert codes(output) == ["FST101", "FST101"]
        assert "startup from shop:create_app does not seem to reach it" in output

    def test_without_one_all_is_as_it_is_for_a_file(self, write: Write, flake8: Flake8) -> None:
        write({name: text for name, text in self.FILES.items() if name != "shop/__init__.py"})
        output = flake8().stdout
        assert codes(output) == ["FST101", "FST101"]
        assert "reached" not in output

    def test_a_change_is_seen_by_the_next_run(self, write: Write, flake8: Flake8, tmp_path: Path) -> None:
        write(self.FILES)
        assert codes(flake8("--fst-app=shop:create_app").stdout) == ["FST101"]
        assert list((tmp_path / ".flask_startup_cache").glob("*.json"))
        write({"shop/__init__.py": "def create_app():\n    pass\n"})
        assert flake8("--fst-app=shop:create_app").stdout == ""

    def test_the_editor_s_text_stands_before_the_file(self, write: Write, flake8: Flake8) -> None:
        write(self.FILES)
        ahead = "import numpy\nimport pandas as pd\n\n\ndef report():\n    return pd.DataFrame(), numpy.x\n"
        arguments = ("--fst-app=shop:create_app", "--stdin-display-name=shop/reports.py", "-")
        lines = flake8(*arguments, stdin=ahead).stdout.splitlines()
        assert [line.split(":")[1] for line in lines] == ["1", "2"]
        assert "(2nd of 2)" in lines[0]  # NumPy, which pandas brings in as well
        assert "(1st of 2)" in lines[1]

    def test_several_statements_go_together(self, write: Write, flake8: Flake8) -> None:
        both = "def create_app():\n    from . import reports, unused\n"
        write({**self.FILES, "shop/__init__.py": both})
        output = flake8("--fst-app=shop:create_app").stdout
        assert "saves 431 ms together with shop/unused.py:2;" in output
        assert "saves 431 ms together with shop/reports.py:2;" in output

    def test_beside_one_that_cannot_go_deferring_saves_nothing(self, write: Write, flake8: Flake8) -> None:
        both = "from . import reports\nimport pandas\nX = pandas.DataFrame()\n"
        write({**self.FILES, "shop/__init__.py": both})
        output = flake8("--fst-app=shop", "--fst-all").stdout
        assert codes(output) == ["FST102", "FST102"]
        assert "deferring it saves nothing while shop/__init__.py:2 needs it at startup" in output

    def test_jobs_and_a_cache_turned_off(self, write: Write, flake8: Flake8, tmp_path: Path) -> None:
        write({**self.FILES, **{f"shop/m{n}.py": self.FILES["shop/unused.py"] for n in range(5)}})
        arguments = ("--fst-app=shop:create_app", "--fst-cache=off")
        assert flake8("-j2", *arguments).stdout == flake8("-j1", *arguments).stdout
        assert not (tmp_path / ".flask_startup_cache").exists()
