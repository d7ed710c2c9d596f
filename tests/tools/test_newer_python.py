"""Newer Pythons are unpacked from the mirror that the machine uses, or refused in one line."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from runpy import run_path

import pytest

ROOT = Path(__file__).parents[2]
newer_python = run_path(str(ROOT / "tools" / "newer_python.py"))  # `tools` is a folder of tests here
DEB822 = "Types: deb\nURIs: http://mirror.example/debian/\nSuites: stable\n"


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("sources.list.d/debian.sources", DEB822),
        ("sources.list.d/debian.sources", DEB822.replace("debian/", "debian")),
        ("sources.list", "# the mirror\ndeb http://mirror.example/debian stable main\n"),
        ("sources.list", "deb [arch=amd64 signed-by=/k.gpg] http://mirror.example/debian/ stable main\n"),
    ],
)
def test_the_mirror_of_the_machine(name: str, text: str, tmp_path: Path) -> None:
    path = tmp_path / name
    path.parent.mkdir(exist_ok=True)
    path.write_text(text, encoding="utf-8")
    assert newer_python["mirror"](tmp_path) == "http://mirror.example/debian"


@pytest.mark.parametrize("text", ["", "deb http://mirror.example/debian-security stable main\n", "# deb none\n"])
def test_no_mirror(text: str, tmp_path: Path) -> None:
    (tmp_path / "sources.list").write_text(text, encoding="utf-8")
    with pytest.raises(newer_python["UnavailableError"], match="no Debian mirror in"):
        newer_python["mirror"](tmp_path)


def test_apt_keeps_to_its_own_folder(tmp_path: Path) -> None:
    path = newer_python["configure"](tmp_path, "http://mirror.example/debian")
    folders = [line for line in path.read_text(encoding="utf-8").splitlines() if line.startswith("Dir::")]
    named = [line.split('"')[1] for line in folders]
    assert len(named) == 5
    assert [name for name in named if not name.startswith(str(tmp_path))] == ["-"]  # and no other sources


def test_a_machine_without_apt_gets_one_line(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "tools.newer_python", str(tmp_path / "pythons"), "3.15"],
        cwd=ROOT,
        env={"PATH": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == newer_python["UNAVAILABLE"]
    (line,) = done.stderr.splitlines()
    assert line.startswith("newer_python: ")
    assert not (tmp_path / "pythons" / "bin").exists()
