"""A stranger's repository: made, committed and cloned, with links as git stores them, beside files outside it."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from installed_programs import INSTALLED

APP = """\
import pandas as pd
from flask import Flask


def create_app():
    return Flask(__name__)


def table():
    return pd.DataFrame()
"""
DOORS: Mapping[str, tuple[str, ...]] = {
    "flake8": ("flake8", "--select=FST,E9", "-j1"),
    "flake8 with two workers": ("flake8", "--select=FST,E9", "-j2"),
    "check": ("flask-startup", "check", "--app=app:create_app"),
}
Run = Callable[..., subprocess.CompletedProcess[str]]


def git(folder: Path, *arguments: str) -> None:
    """Run git in a folder, as somebody."""
    settings = ("user.name=A", "user.email=a@example.org", "commit.gpgsign=false", "init.defaultBranch=main")
    options = [part for setting in settings for part in ("-c", setting)]
    program = shutil.which("git") or "git"
    subprocess.run([program, *options, *arguments], cwd=folder, check=True, capture_output=True)


class Stranger:
    """A repository with files and links of a stranger's, beside a folder whose files nobody may touch."""

    def __init__(self, around: Path) -> None:
        self.origin = around / "origin"
        self.clone = around / "clone"
        self.outside = around / "outside"
        self.origin.mkdir()
        self.outside.mkdir()
        git(self.origin, "init", "-q")
        self.victim = self.write(self.outside / "victim.txt", "what the user cannot do without\n")
        self.write(self.origin / "app.py", APP)

    @staticmethod
    def write(path: Path, text: str) -> Path:
        """Write a file, and return its path."""
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8", newline="")
        return path

    def cloned(self, files: Mapping[str, str] | None = None, links: Mapping[str, str] | None = None) -> Path:
        """Commit files, and links by where they lead to, and clone the repository."""
        for name, text in (files or {}).items():
            self.write(self.origin / name, text)
        for name, target in (links or {}).items():
            path = self.origin / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.symlink_to(target)
        git(self.origin, "add", "-A", "-f")
        git(self.origin, "commit", "-q", "-m", "all")
        git(self.origin.parent, "clone", "-q", str(self.origin), str(self.clone))
        return self.clone

    def tree(self, folder: Path | None = None) -> dict[str, tuple[object, ...]]:
        """Return what lies in a folder, the one outside by default, byte for byte."""
        found: dict[str, tuple[object, ...]] = {}
        for path in sorted((folder or self.outside).rglob("*")):
            status = path.lstat()
            content = str(path.readlink()) if path.is_symlink() else path.read_bytes() if path.is_file() else None
            found[str(path)] = (status.st_mode, status.st_ino, status.st_mtime_ns, content)
        return found


@pytest.fixture
def stranger(tmp_path: Path) -> Stranger:
    return Stranger(tmp_path)


@pytest.fixture
def run(stranger: Stranger) -> Run:
    """Run an installed command in the clone."""

    def started(program: str, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
        return INSTALLED.run(program, *arguments, folder=stranger.clone, **environment)

    return started


@pytest.fixture(params=DOORS.values(), ids=DOORS)
def door(request: pytest.FixtureRequest, run: Run) -> Run:
    """Run each of the doors that read the cache, which find the heavy import whatever becomes of the cache."""

    def started(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
        found = run(*request.param, *arguments, **environment)
        assert "pandas" in found.stdout, found.stderr
        assert "Traceback" not in found.stderr
        return found

    return started
