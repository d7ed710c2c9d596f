"""`fix --write --verify`: a repair is tried, and the steps that make a difference are found and taken back."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from events import Event
from flake8_flask_startup.cli.fix_verify import Asked, estimating
from flake8_flask_startup.config.settings import Settings
from flake8_flask_startup.fix.verified import ChangedMeanwhileError, Written, verified
from installed_programs import MEASURED

Write = Callable[[Mapping[str, str]], Path]
COSTS = Path(__file__).parents[1] / "costs.toml"
PAGE = "import {0}\n\n\ndef page():\n    return {0}.NAME\n"
APP = """\
import sys

from flask import Flask

import one
import two
import three


def create_app():
    app = Flask(__name__)
    app.add_url_rule("/one", "one", one.page)
    app.add_url_rule("/two", "two", two.page)
    app.add_url_rule("/three", "three", three.page)
    return app
"""
FILES = {
    "app/shop.py": APP,
    "app/one.py": PAGE.format("pandas"),
    "app/two.py": PAGE.format("torch"),
    "app/three.py": PAGE.format("matplotlib"),
    "site/pandas.py": "NAME = 'p'\n",
    "site/torch.py": "NAME = 't'\n",
    "site/matplotlib.py": "NAME = 'm'\n",
}
SEES_TORCH = APP.replace(
    "    return app", "    if 'torch' in {*sys.modules}:\n        app.config['SEEN'] = 1\n    return app"
)
ARGUMENTS = ("--write", "--fst-cache=off", f"--fst-costs={COSTS}", "--app=shop:create_app")


def fix(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return MEASURED.run(
        "flask-startup", "fix", *ARGUMENTS, *arguments, folder=folder / "app", PYTHONPATH=str(folder / "site")
    )


def texts(folder: Path) -> dict[str, str]:
    return {path.stem: path.read_text(encoding="utf-8") for path in sorted((folder / "app").glob("*.py"))}


def test_a_repair_that_changes_nothing_stays(write: Write) -> None:
    folder = write(FILES)
    result = fix(folder, "--get", "--verify")
    assert result.returncode == 0, result.stdout + result.stderr
    assert result.stderr == "runs shop:create_app\n"
    lines = result.stdout.splitlines()
    assert [line.split()[3] for line in lines if line.startswith("applied")] == ["torch", "pandas", "matplotlib"]
    assert lines[-3] == "verified: it is the same app as before"
    assert lines[-2].startswith("startup measured: ")
    assert lines[-1].startswith("startup predicted: ")
    assert all(not texts(folder)[name].startswith("import") for name in ("one", "two", "three"))


def test_what_is_loaded_all_the_same_is_named(write: Write) -> None:
    """A package that has no figure brings one in whose import has gone: the saving is not there, and a line says so."""
    unknown = APP.replace("import one\n", "import brings_torch\nimport one\n")
    folder = write({**FILES, "app/shop.py": unknown, "site/brings_torch.py": "import torch\n"})
    result = fix(folder, "--verify")
    assert result.returncode == 0, result.stdout + result.stderr
    said = [line for line in result.stdout.splitlines() if line.startswith("loaded all the same")]
    assert said == ["loaded all the same, by something that has no figure or is not seen: torch (two.py:1)"]
    assert "no figure for brings_torch" in result.stdout


def test_what_has_no_figure_is_estimated_from_the_environment_of_the_app(tmp_path: Path) -> None:
    interpreter = tmp_path / "env" / "bin" / "python"
    asked = Asked("", str(interpreter), has_pages=False)
    assert estimating(Settings(), asked).env is None
    interpreter.parent.mkdir(parents=True)
    (tmp_path / "env" / "pyvenv.cfg").touch()
    assert estimating(Settings(), asked).env == tmp_path / "env"
    named = Settings(env=tmp_path / "other")
    assert estimating(named, asked) is named
    assert estimating(Settings(), None).env is None


def test_the_step_that_makes_a_difference_is_taken_back(write: Write) -> None:
    folder = write({**FILES, "app/shop.py": SEES_TORCH})
    (folder / "app/two.py").write_bytes(FILES["app/two.py"].replace("\n", "\r\n").encode())
    before = (folder / "app/two.py").read_bytes()
    result = fix(folder, "--verify")
    assert result.returncode == 1, result.stdout + result.stderr
    refused = [line for line in result.stdout.splitlines() if line.startswith("refused")]
    assert [line.partition("  torch ")[2] for line in refused] == [
        "(two.py:1): taken back, it makes a difference: config keys: - SEEN"
    ]
    assert "verified: the rest is the same app as before\n" in result.stdout
    assert (folder / "app/two.py").read_bytes() == before
    assert all(not texts(folder)[name].startswith("import") for name in ("one", "three"))


def test_a_command_has_to_work(write: Write) -> None:
    folder = write(FILES)
    result = fix(folder, "--verify", "grep -q ^import one.py")
    assert result.returncode == 1, result.stdout + result.stderr
    assert result.stderr == "runs shop:create_app and grep -q ^import one.py\n"
    reason = "(one.py:1): taken back, it makes a difference: grep -q ^import one.py: ended with status 1\n"
    assert reason in result.stdout
    assert texts(folder)["one"] == FILES["app/one.py"]
    assert not texts(folder)["two"].startswith("import")


def test_a_command_that_never_worked_does_not_count(write: Write) -> None:
    folder = write(FILES)
    result = fix(folder, "--verify", "echo broken >&2; exit 3")
    assert result.returncode == 0, result.stdout + result.stderr
    said = "echo broken >&2; exit 3: broken, without the repair as well: it is not counted\n"
    assert said in result.stdout
    assert not texts(folder)["one"].startswith("import")


def test_an_app_that_does_not_start_is_not_repaired(write: Write) -> None:
    folder = write({**FILES, "app/shop.py": f"{APP}\nimport absent\n"})
    before = texts(folder)
    result = fix(folder, "--verify")
    assert (result.returncode, result.stdout) == (2, "")
    assert result.stderr.splitlines()[1:] == [
        "flask-startup fix: nothing is written: the app does not start: "
        "ModuleNotFoundError: No module named 'absent' (shop.py:LINE)".replace("LINE", str(APP.count("\n") + 2))
    ]
    assert texts(folder) == before


def test_an_app_that_does_not_start_is_said_before_anything_is_planned(write: Write) -> None:
    app = f"{APP}\nclass Silent(Exception): ...\n\nraise Silent\n"
    folder = write({**FILES, "app/shop.py": app, "app/no.toml": "?"})
    reason = fix(folder, "--fst-costs=no.toml", "--verify").stderr.splitlines()[-1]
    assert reason.startswith("flask-startup fix: nothing is written: the app does not start: Silent (shop.py:")


def test_where_nothing_is_written_nothing_runs(write: Write) -> None:
    folder = write({**FILES, "app/shop.py": "open('ran', 'w')\n" + APP})
    arguments = [each for each in ARGUMENTS if each != "--write"]
    result = MEASURED.run("flask-startup", "fix", *arguments, "--verify", folder=folder / "app")
    assert result.stderr == "flask-startup fix: --verify tries what is written: give --write as well\n"
    result = fix(folder, "--verify", "one.py")
    assert result.stderr == "flask-startup fix: --verify one.py would run it: put paths before --verify\n"
    assert not (folder / "app/ran").exists()
    assert "nothing to repair\n" in fix(folder, "--min-saving=99999", "--verify").stdout


@pytest.mark.skipif(os.name != "posix", reason="signals")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_interrupted_the_files_are_as_they_were(number: int, write: Write) -> None:
    folder = write(FILES)
    before = texts(folder)
    os.mkfifo(folder / "never")
    door = Path(sys.executable).with_name("flask-startup")
    with Event(folder) as started:
        hanging = "exec 3> ../event; echo here >&3; cat ../never"
        command = [door, "fix", *ARGUMENTS, "--verify", hanging]
        environment = {**os.environ, "PYTHONPATH": str(folder / "site")}
        with subprocess.Popen(
            command, cwd=folder / "app", stderr=subprocess.PIPE, text=True, env=environment
        ) as process:
            started.wait()
            assert texts(folder) != before
            process.send_signal(number)
            assert process.stderr is not None
            said = process.stderr.read()
        started.wait_for_end()
    assert process.returncode == 130
    assert said.splitlines()[1:] == ["flask-startup fix: interrupted"]
    assert texts(folder) == before


class Steps:
    """A repair that adds the names of its steps to a file."""

    def __init__(self, path: Path, names: Sequence[str], needs: Mapping[str, str] | None = None) -> None:
        self._path, self._needs = path, needs or {}
        self.names = [name for name in names if self._needs.get(name, name) in names]
        self.applied = [SimpleNamespace(step=SimpleNamespace(name=name), wanted=name) for name in self.names]
        for each, name in zip(self.applied, self.names, strict=True):
            each.step = STEPS.setdefault(name, each.step)
        self.texts = {str(path): " ".join(["old", *self.names])} if self.names else {}
        self.files = SimpleNamespace(data=lambda _, text: text.encode())

    def only(self, applied: Sequence[Any]) -> Steps:
        return Steps(self._path, [each.wanted for each in applied], self._needs)

    def keeps_its_promise(self) -> bool:
        return True


STEPS: dict[str, Any] = {}


class Looking:
    """A trial that finds a difference where a file names one of some steps."""

    def __init__(self, path: Path, *bad: str, unstable: bool = False) -> None:
        self.path, self.bad, self.unstable, self.looks = path, bad, unstable, 0

    def look_again(self) -> None:
        assert self.path.read_text(encoding="utf-8") == "old"
        if self.unstable:
            self.bad = ()

    def difference(self) -> str:
        self.looks += 1
        return next((each for each in self.path.read_text(encoding="utf-8").split() if each in self.bad), "")


@pytest.mark.parametrize("bad", [(), ("a",), ("h",), ("c", "d"), ("a", "e", "h"), tuple("abcdefgh")])
def test_every_step_that_makes_a_difference_is_found(bad: tuple[str, ...], tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_text("old", encoding="utf-8")
    repair: Any = Steps(path, "abcdefgh")
    trial = Looking(path, *bad)
    left, taken = verified(repair, Written(repair), trial)
    assert [(step.name, reason) for step, reason in taken] == [(each, each) for each in bad]
    kept = [each for each in "abcdefgh" if each not in bad]
    assert path.read_text(encoding="utf-8") == " ".join(["old", *kept])
    assert left.names == kept  # type: ignore[attr-defined]  # of the one above
    assert trial.looks <= 2 + 4 * len(bad)


def test_what_differs_from_itself_takes_nothing_back(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_text("old", encoding="utf-8")
    repair: Any = Steps(path, "ab")
    assert verified(repair, Written(repair), Looking(path, "a", unstable=True))[1] == []
    assert path.read_text(encoding="utf-8") == "old a b"


def test_a_step_that_rests_on_one_that_is_taken_back_goes_too(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_text("old", encoding="utf-8")
    repair: Any = Steps(path, "abc", {"c": "b"})
    _, taken = verified(repair, Written(repair), Looking(path, "b"))
    assert [(step.name, reason) for step, reason in taken] == [("b", "b"), ("c", "rests on b")]
    assert path.read_text(encoding="utf-8") == "old a"


def test_a_file_that_somebody_else_writes_is_left_alone(tmp_path: Path) -> None:
    path, other = tmp_path / "file", tmp_path / "other"
    for each in (path, other):
        each.write_text("old", encoding="utf-8")
    repair: Any = Steps(path, "ab")
    repair.texts[str(other)] = "new"

    class Meddling(Looking):
        def difference(self) -> str:
            path.write_text("mine", encoding="utf-8")
            return "a"

    with pytest.raises(ChangedMeanwhileError, match="file"):
        verified(repair, Written(repair), Meddling(path))
    assert path.read_text(encoding="utf-8") == "mine"
    assert other.read_text(encoding="utf-8") == "old"


def test_a_new_file_goes_where_the_repair_does(tmp_path: Path) -> None:
    repair: Any = Steps(tmp_path / "new", "a")
    files = Written(repair)
    files.put(repair.texts)
    assert (tmp_path / "new").read_text(encoding="utf-8") == "old a"
    files.put({})
    assert not (tmp_path / "new").exists()
