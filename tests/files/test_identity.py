"""What tells one state of a file from another."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from flake8_flask_startup.files import identity
from flake8_flask_startup.files.identity import MISSING, TICK_NS, identity_of, is_same


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "file"
    path.write_text("one")
    return path


@pytest.fixture
def later(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is a minute later, so that no file has changed just now."""
    monkeypatch.setattr(identity, "time", type("Later", (), {"time_ns": lambda: time.time_ns() + 60_000_000_000}))


def keeping_times(path: Path, text: str) -> None:
    before = path.stat()
    path.write_text(text)
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))


def test_a_file_that_has_just_changed_is_known_by_its_content(file: Path) -> None:
    assert TICK_NS > 0
    now = identity_of(file)
    if not now.content:  # the machine took a tenth of a second to come here
        pytest.skip("too slow to tell")
    assert is_same(now, file)
    keeping_times(file, "two")
    assert not is_same(now, file)


@pytest.mark.usefixtures("later")
def test_an_older_one_by_its_inode(file: Path) -> None:
    before = identity_of(file)
    assert before.content == ""
    assert is_same(before, file)
    keeping_times(file, "two")
    assert not is_same(before, file)
    os.utime(file, ns=(0, before.modified))
    assert identity_of(file).modified == before.modified
    other = file.with_name("other")
    other.write_text("one")
    other.replace(file)
    assert not is_same(before, file)


@pytest.mark.usefixtures("later")
def test_by_its_content_again_where_nothing_else_tells(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(identity.sys, "platform", "win32")
    before = identity_of(file)
    assert before.content
    file.touch()
    assert is_same(before, file)  # the same content at another time
    keeping_times(file, "two")
    assert not is_same(before, file)


def test_what_is_not_there(tmp_path: Path) -> None:
    assert identity_of(tmp_path / "absent") == identity_of("\0") == MISSING
    assert is_same(MISSING, tmp_path / "absent")
    assert not is_same(MISSING, tmp_path)
    assert identity_of(tmp_path) != MISSING
