"""Walks over folders and patterns of paths come to an end, and what they leave out is an unresolved entry."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from conftest import COSTS, Flake8
from events import SAFETY_NET_S
from flake8_flask_startup.files.walking import names_in, walked
from flake8_flask_startup.model import UNKNOWN
from flake8_flask_startup.project.folders import MAX_FOLDERS, MAX_NAMES, Folders, _matches
from installed_programs import INSTALLED

Write = Callable[[Mapping[str, str]], Path]

BIN = Path(sys.executable).parent
HEAVY = "import pandas\n\n\ndef f():\n    return pandas.x\n"
WALKS = {
    "pkgutil": """\
import importlib
import pkgutil

for _, name, _ in pkgutil.walk_packages(__path__, __name__ + "."):
    importlib.import_module(name)
""",
    "glob": """\
import glob, importlib, os

for path in glob.glob(os.path.join(os.path.dirname(__file__), "**/**/**/*.py"), recursive=True):
    importlib.import_module("shop." + os.path.splitext(os.path.basename(path))[0])
""",
    "rglob": """\
import importlib
from pathlib import Path

for path in Path(__file__).parent.rglob("**/**/*.py"):
    importlib.import_module("shop." + path.stem)
""",
    "os.walk": """\
import importlib, os

for folder, folders, names in os.walk(os.path.dirname(__file__), followlinks=True):
    for name in names:
        importlib.import_module("shop." + os.path.splitext(name)[0])
""",
}


def report(folder: Path) -> dict[str, Any]:
    command = ["report", "--app=shop", f"--costs={COSTS}", "--format=json"]
    done = INSTALLED.run("flask-startup", *command, folder=folder)
    assert (done.returncode, done.stderr) == (0, "")
    found: dict[str, Any] = json.loads(done.stdout)
    return found


@pytest.mark.parametrize("walk", WALKS)
def test_links_of_a_package_to_itself(walk: str, tmp_path: Path, write: Write, flake8: Flake8) -> None:
    write(
        {"shop/__init__.py": WALKS[walk], "shop/views.py": HEAVY, "shop/inner/__init__.py": "", "shop/inner/a.py": ""}
    )
    for name in ("one", "two"):
        (tmp_path / "shop" / name).symlink_to(tmp_path / "shop", target_is_directory=True)
        (tmp_path / "shop" / "inner" / name).symlink_to("..", target_is_directory=True)
    found = report(tmp_path)
    if walk == "pkgutil":
        assert {"shop.views", "shop.one", "shop.two", "shop.inner.a"} <= {each["name"] for each in found["modules"]}
        unresolved = [each["path"] for each in found["unresolved"]]
        assert unresolved == [
            "shop/__init__.py",
            *(f"shop/{name}/__init__.py" for name in ("inner/one", "inner/two", "one", "two")),
        ]
    assert "shop/views.py:1:1: FST101" in flake8("--fst-app=shop", f"--fst-costs={COSTS}", "shop").stdout


def test_packages_that_walk_themselves_and_lead_to_each_other_in_ever_more_ways(tmp_path: Path, write: Write) -> None:
    walk = WALKS["pkgutil"]
    write({f"p{number}/__init__.py": walk for number in range(31)} | {"shop/__init__.py": walk, "shop/views.py": HEAVY})
    for name in ("a", "b"):
        (tmp_path / "shop" / name).symlink_to("../p0", target_is_directory=True)
        for number in range(30):
            (tmp_path / f"p{number}" / name).symlink_to(f"../p{number + 1}", target_is_directory=True)
    found = report(tmp_path)
    assert {"shop.views", "shop.a.a", "shop.b.a"} <= {each["name"] for each in found["modules"]}
    assert len(found["modules"]) < 1_000


def test_packages_that_lead_to_each_other_in_ever_more_ways(tmp_path: Path, write: Write) -> None:
    """Thirty packages with two links to the next: no circle, and 2^30 ways."""
    write({f"p{number}/__init__.py": "" for number in range(30)} | {"p30/__init__.py": ""})
    write({"shop/__init__.py": WALKS["pkgutil"], "shop/views.py": HEAVY})
    (tmp_path / "shop" / "first").symlink_to("../p0", target_is_directory=True)
    for number in range(30):
        for name in ("a", "b"):
            (tmp_path / f"p{number}" / name).symlink_to(f"../p{number + 1}", target_is_directory=True)
    found = report(tmp_path)
    assert "shop/__init__.py" in {each["path"] for each in found["unresolved"]}
    assert "shop.views" in {each["name"] for each in found["modules"]}


def test_more_folders_than_anybody_looks_through(tmp_path: Path) -> None:
    for number in range(MAX_FOLDERS + 5):
        (tmp_path / f"f{number:03}").mkdir()
        (tmp_path / f"f{number:03}" / "__init__.py").touch()
    folders = Folders([tmp_path])
    assert UNKNOWN in list(folders.names_below(tmp_path, deep=True))
    assert UNKNOWN in folders.matching(f"{tmp_path}/**/*.py")
    assert (UNKNOWN, [UNKNOWN], [UNKNOWN]) in list(folders.walked(tmp_path))
    assert UNKNOWN in list(folders.names_below(tmp_path, deep=False))
    (tmp_path / "few").mkdir()
    (tmp_path / "few" / "a.py").touch()
    assert list(folders.names_below(tmp_path / "few", deep=True)) == ["a"]


def test_more_modules_than_anybody_looks_at(tmp_path: Path) -> None:
    for number in range(MAX_NAMES + 5):
        (tmp_path / f"m{number:03}.py").touch()
    folders = Folders([tmp_path])
    looks = [
        folders.listing("os.listdir", str(tmp_path)),
        folders.listing("os.scandir", str(tmp_path)),
        folders.matching(f"{tmp_path}/*.py"),
        next(folders.walked(tmp_path))[2],
    ]
    assert [(len(found), found[-1]) for found in looks if found] == [(MAX_NAMES + 1, UNKNOWN)] * 4


@pytest.mark.parametrize("outside", ["..", "../other", "../..", "/", "//", "inner/../.."])
def test_nothing_is_listed_outside_the_project(outside: str, tmp_path: Path, write: Write) -> None:
    write({"project/inner/a.py": "", "other/inner/b.py": ""})
    folders = Folders([tmp_path / "project"])
    path = f"{tmp_path}/project/{outside}" if outside.strip("/") else outside
    assert folders.listing("os.listdir", path) == [UNKNOWN]
    assert folders.listing("os.scandir", path) == [UNKNOWN]
    assert folders.of_method(path, "iterdir", UNKNOWN) == [UNKNOWN]
    assert folders.of_method(path, "rglob", "*.py") == [UNKNOWN]
    assert folders.matching(f"{path}/*/*.py") == [UNKNOWN]
    assert list(folders.names_below(Path(path), deep=True)) == [UNKNOWN]
    assert list(folders.walked(Path(path))) == [(UNKNOWN, [UNKNOWN], [UNKNOWN])]
    assert list(folders.there([path], ["inner"])) == [UNKNOWN]
    folders.add(Path(path))  # as `sys.path` may have it
    assert folders.searched == set()
    inside = f"{tmp_path}/project/inner/../inner"
    assert folders.listing("os.listdir", inside) == ["a.py"]


def test_folders_of_libraries_are_listed(tmp_path: Path, write: Write) -> None:
    write({"project/main.py": "", "other/a.py": ""})
    folders = Folders([tmp_path / "project"])
    folders.add(tmp_path / "other")
    assert folders.listing("os.listdir", str(tmp_path / "other")) == ["a.py"]
    folders.add(tmp_path)
    assert folders.listing("os.listdir", str(tmp_path)) == [UNKNOWN]


@pytest.mark.parametrize("walk", WALKS)
def test_a_walk_out_of_the_project_is_an_unresolved_entry(walk: str, tmp_path: Path, write: Write) -> None:
    code = WALKS[walk].replace("os.path.dirname(__file__)", "'..'").replace("Path(__file__).parent", "Path('..')")
    write({"project/shop/__init__.py": code.replace("__path__", "['..']"), "views.py": HEAVY, "shop/views.py": HEAVY})
    found = report(tmp_path / "project")
    assert [each["path"] for each in found["unresolved"]] == ["shop/__init__.py"]
    assert not [each["name"] for each in found["modules"] if "views" in each["name"]]


@pytest.mark.parametrize("count", [8, 64, 4_000])
def test_patterns_with_many_wildcards_take_no_longer(count: int) -> None:
    parts = ["a"] * 60
    assert not _matches(parts, ["**", "b"] * count)
    assert not _matches(parts, ["**"] * count + ["b"])
    assert _matches(parts, ["**"] * count)
    assert _matches(parts, ["**", "a"] * min(count, 60))
    assert not _matches(["a" * 250], ["*a" * count + "b"])


def test_patterns_mean_what_they_meant() -> None:
    cases = {
        ("**",): [(), ("a",), ("a", "b")],
        ("**", "x*"): [("x",), ("a", "xy"), ("a", "b", "x")],
        ("a", "**", "b"): [("a", "b"), ("a", "c", "b"), ("a", "c", "d", "b")],
        ("*", "b"): [("a", "b")],
        ("?", "**", "*", "c"): [("a", "b", "c"), ("a", "d", "b", "c")],
    }
    everything = {each for matched in cases.values() for each in matched}
    for pattern, matched in cases.items():
        assert {each for each in everything if _matches(each, pattern)} >= set(matched)
    assert not _matches(("a", "c"), ("a", "**", "b"))
    assert not _matches(("a",), ("*", "b"))
    assert not _matches((), ("*",))


def test_globs_of_options_with_many_wildcards(write: Write, flake8: Flake8) -> None:
    name = "a" * 60 + "/" + "a/" * 60 + "x.py"
    write({name: HEAVY})
    glob = "*a" * 40 + "b," + "**/" * 40 + "b.py," + "[a-z]*" * 40 + "!"
    assert "FST101" in flake8(f"--fst-costs={COSTS}", f"--fst-not-startup={glob}", ".").stdout


@pytest.fixture
def deep(tmp_path: Path) -> Iterator[Path]:
    """A folder a thousand folders down, taken away again one by one: what tidies up after pytest calls itself."""
    folders = [tmp_path]
    for _ in range(1_200):
        folders.append(folders[-1] / "d")
        os.mkdir(folders[-1])  # noqa: PTH102  # likewise
    yield folders[-1]
    for folder in reversed(folders[1:]):
        for name in os.listdir(folder):  # noqa: PTH208
            if name != "d":
                (folder / name).unlink()
        folder.rmdir()


def test_folders_nested_deeper_than_python_may_call(deep: Path, tmp_path: Path, write: Write, flake8: Flake8) -> None:
    write({"app.py": HEAVY})
    (deep / "inner.py").write_text(HEAVY)
    command = [BIN / "flask-startup", "check", f"--fst-costs={COSTS}", "--fst-cache=off"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, check=False, text=True, timeout=SAFETY_NET_S)
    assert done.stderr == ""
    assert done.stdout.count("FST101") == 2
    assert "FST101" in flake8(f"--fst-costs={COSTS}", "--fst-cache=off", "app.py").stdout
    assert sum(1 for _ in walked(tmp_path)) == 1_201


def test_a_name_of_many_parts_in_a_data_file(tmp_path: Path, write: Write) -> None:
    write({
        "shop/__init__.py": "import importlib, os\nimportlib.import_module(os.environ.get('X') or input())\n",
        "shop/views.py": HEAVY,
        "shop/conf.yaml": "shop" + ".a" * 200_000 + "\nshop.views.f" + ".b" * 1000 + "\n",
    })  # fmt: skip
    assert "shop.views" in {each["name"] for each in report(tmp_path)["modules"]}


@pytest.mark.skipif(sys.platform == "win32" or os.geteuid() == 0, reason="root reads every folder")
def test_a_folder_that_cannot_be_read_is_named_once(tmp_path: Path, write: Write, flake8: Flake8) -> None:
    write({"good.py": "import locked.inner\n" + HEAVY, "locked/inner.py": ""})
    (tmp_path / "locked").chmod(0)
    try:
        done = flake8("--fst-app=good", f"--fst-costs={COSTS}", "good.py")
        assert "FST101" in done.stdout
        assert done.stderr == "locked: not read: Permission denied\n"
    finally:
        (tmp_path / "locked").chmod(0o755)


def test_what_is_no_folder_has_no_names(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    for path in (tmp_path / "file", tmp_path / "absent", tmp_path / "a\0b", tmp_path / ("x" * 10_000), "\ud800"):
        assert names_in(path) == []
        assert [found.files for found in walked(path)] == [[]]
