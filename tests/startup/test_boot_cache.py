"""Kept boots: read again while nothing they rest on has changed, and never trusted further than that."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from counted_traces import traces as traces  # a fixture

from flake8_flask_startup.config.settings import Settings
from flake8_flask_startup.files import ttl
from flake8_flask_startup.startup import boot_cache, cost_tables
from flake8_flask_startup.startup.boot import Boot
from flake8_flask_startup.startup.boot_json import frozen
from flake8_flask_startup.startup.current_boot import project_boot

Write = Callable[[Mapping[str, str]], Path]

FILES: Mapping[str, str] = {
    "shop/__init__.py": "from . import model\n",
    "shop/model.py": "import torch\n\n\nclass Net(torch.nn.Module):\n    pass\n",
}
COSTS = Path(__file__).parents[1] / "costs.toml"


@pytest.fixture(autouse=True)
def project(write: Write, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = write(FILES)
    monkeypatch.chdir(folder)
    monkeypatch.setattr(ttl, "EDITOR_S", 0.0)
    monkeypatch.setattr(ttl, "EDITOR_LONGEST_S", 0.0)
    monkeypatch.setattr(ttl, "EDITOR_LEAST_TIMES", 0)
    monkeypatch.setattr(cost_tables, "bundled_table_path", lambda: COSTS)  # the bundled figures will move
    return folder


def drawn(settings: Settings) -> Boot:
    boot = project_boot(settings)
    assert boot is not None
    return boot


SETTINGS = Settings(app=("shop",))


def test_it_is_read_again(traces: list[str]) -> None:
    assert drawn(SETTINGS) == drawn(SETTINGS)
    assert traces == ["trace"]


@pytest.mark.parametrize(
    "change",
    [
        {"shop/model.py": "import numpy\n\n\nX = numpy.array([1])\n"},
        {"shop/torch.py": ""},
        {"torch.py": ""},
        {"shop/model/__init__.py": ""},
    ],
)
def test_a_change_of_a_file_or_a_new_one_draws_it_up_again(
    change: Mapping[str, str], traces: list[str], write: Write
) -> None:
    drawn(SETTINGS)
    write(change)
    drawn(SETTINGS)
    assert traces == ["trace", "trace"]


def test_a_file_that_a_search_would_find_draws_it_up_again(traces: list[str], write: Write) -> None:
    searching = "import glob, os\nfrom importlib import import_module\nhere = os.path.dirname(__file__)\n"
    searching += "for path in glob.glob(here + '/*/views.py'):\n"
    searching += "    import_module('found.' + os.path.relpath(path[:-3], here).replace('/', '.'))\n"
    write({"found/__init__.py": searching, "found/user/models.py": ""})
    settings = Settings(app=("found",))
    assert not drawn(settings).reaches("found/user/views.py")
    write({"found/user/views.py": ""})
    assert drawn(settings).reaches("found/user/views.py")
    assert traces == ["trace", "trace"]


def test_a_change_of_data_that_names_modules_draws_it_up_again(traces: list[str], write: Write) -> None:
    loading = "from importlib import import_module\nfor name in read():\n    import_module(name)\n"
    write({"data/__init__.py": loading, "data/one.py": "", "data/two.py": "", "data/names.yaml": "- data.one\n"})
    settings = Settings(app=("data",))
    assert drawn(settings).reaches("data/one.py")
    write({"data/names.yaml": "- data.two  # changed\n"})
    assert drawn(settings).reaches("data/two.py")
    assert traces == ["trace", "trace"]


def test_other_options_and_costs_draw_it_up_again(
    traces: list[str], monkeypatch: pytest.MonkeyPatch, write: Write
) -> None:
    drawn(SETTINGS)
    drawn(Settings(app=("shop",), threshold=10))
    other = write({"costs.toml": COSTS.read_text() + "# changed\n"}) / "costs.toml"
    monkeypatch.setattr(cost_tables, "bundled_table_path", lambda: other)
    drawn(SETTINGS)
    assert len(traces) == 3


@pytest.mark.parametrize("text", ["", "{", "[]", '{"key": 1}', "null", '{"seen": {}, "boot": {}}'])
def test_a_damaged_file_is_as_good_as_none(text: str, traces: list[str], project: Path) -> None:
    good = drawn(SETTINGS)
    (path,) = (project / ".flask_startup_cache").glob("*.json")
    path.write_text(text)
    assert drawn(SETTINGS) == good
    assert len(traces) == 2


def test_a_boot_of_the_wrong_shape_is_as_good_as_none(traces: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patched:
        patched.setattr(boot_cache, "frozen", lambda boot: {**frozen(boot), "causes": [["torch", "dear"]]})
        good = drawn(SETTINGS)
    assert drawn(SETTINGS) == good == drawn(SETTINGS)
    assert traces == ["trace", "trace"]


def test_one_that_somebody_else_wrote_is_as_good_as_none(traces: list[str], project: Path) -> None:
    good = drawn(SETTINGS)
    (path,) = (project / ".flask_startup_cache").glob("*.json")
    seal, _, content = path.read_bytes().partition(b"\n")
    kept = json.loads(content)
    kept["boot"]["causes"] = []
    path.write_bytes(seal + b"\n" + json.dumps(kept).encode())
    assert drawn(SETTINGS) == good
    assert len(traces) == 2


def test_a_folder_that_cannot_be_written_is_no_error(traces: list[str], project: Path) -> None:
    (project / "file").write_text("")
    settings = Settings(app=("shop",), cache=Path("file"))
    assert drawn(settings) == drawn(settings)
    assert len(traces) == 2


def test_turned_off_it_writes_nothing(project: Path) -> None:
    drawn(Settings(app=("shop",), cache=None))
    assert not list(project.rglob("*.json"))


def test_within_a_run_it_is_not_even_read_again(traces: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ttl, "EDITOR_S", 60.0)
    settings = Settings(app=("shop",), cache=None)
    assert drawn(settings) is drawn(settings)
    assert len(traces) == 1


def test_no_entry_point_is_no_boot() -> None:
    assert project_boot(Settings()) is None


def test_what_it_says(project: Path) -> None:
    boot = drawn(SETTINGS)
    assert boot.configured
    assert boot.reaches("shop/model.py")
    assert boot.reaches(str(project / "shop" / "__init__.py"))
    assert not boot.reaches("shop/other.py")
    assert boot.runs("shop/model.py", 1)
    assert not boot.runs("shop/model.py", 2)
    assert boot.is_entry("shop/__init__.py")
    assert not boot.is_imported("shop/nothing.py")
    assert boot.is_imported("shop/model.py")
    found = boot.cause("torch.nn")
    assert found is not None
    assert found[0] == (1, 1)
    assert found[1].blocked == (("shop/model.py", 1),)
    assert boot.cause("pandas") is None


def test_processes_that_ask_at_once_draw_it_up_once() -> None:
    script = (
        "import sys\n"
        "from pathlib import Path\n"
        "from flake8_flask_startup.startup import traced_boot\n"
        "from flake8_flask_startup.startup.current_boot import project_boot\n"
        "from flake8_flask_startup.config.settings import Settings\n"
        "summarize = traced_boot.summarize\n"
        "def counted(*arguments, **options):\n"
        "    print('drawn up')\n"
        "    return summarize(*arguments, **options)\n"
        "traced_boot.summarize = counted\n"
        "project_boot(Settings(app=('shop',)))\n"
    )
    several = [subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True) for _ in range(4)]
    assert sorted(each.communicate()[0] for each in several) == ["", "", "", "drawn up\n"]
    assert all(each.returncode == 0 for each in several)
