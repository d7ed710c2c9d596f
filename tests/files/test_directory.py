"""Folders reached and files written without following links, where folders can be held open and where they cannot."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from flake8_flask_startup.files import directory
from flake8_flask_startup.files.directory import opened


@pytest.fixture(params=[True, False], ids=["held", "by path"], autouse=True)
def project(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    if not request.param:
        monkeypatch.setattr(directory, "_HELD", False)
    folder = tmp_path / "project"
    (folder / "inner").mkdir(parents=True)
    (tmp_path / "outside").mkdir()
    (tmp_path / "outside" / "file").write_text("theirs")
    (folder / "link").symlink_to(tmp_path / "outside")
    (folder / "file").symlink_to(tmp_path / "outside" / "file")
    (folder / "plain").write_text("ours")
    monkeypatch.chdir(folder)
    return folder


def test_folders_are_made_and_reached(project: Path) -> None:
    with opened("inner/a/b", make=True) as folder:
        folder.create("file", b"one")
        assert folder.names() == ["file"]
        assert folder.read("file") == b"one"
        folder.replace("file", b"two", ".aside")
        folder.append("log", b"1\n")
        folder.append("log", b"2\n")
    assert (project / "inner/a/b/file").read_bytes() == b"two"
    assert (project / "inner/a/b/log").read_bytes() == b"1\n2\n"
    with opened(project.parent / "new" / "deep", make=True) as folder:
        folder.create("file", b"")
        folder.remove("file")
        assert folder.names() == []


@pytest.mark.parametrize("path", ["link", "link/new", "inner/../link"])
def test_links_among_folders(path: str) -> None:
    with pytest.raises(OSError, match="is a link"), opened(path, make=True):
        pass


@pytest.mark.parametrize(("path", "kind"), [("plain", NotADirectoryError), ("absent/x", FileNotFoundError)])
def test_what_is_no_folder(path: str, kind: type[OSError]) -> None:
    with pytest.raises(kind), opened(path):
        pass


def test_links_in_the_place_of_files(project: Path) -> None:
    with opened(".") as folder:
        with pytest.raises(OSError, match="is a link"):
            folder.replace("file", b"", ".aside")
        with pytest.raises(OSError, match="is a link"):
            folder.read("file")
        with pytest.raises(OSError, match="is a link"):
            folder.append("file", b"")
        with pytest.raises(OSError, match=r"."):
            folder.create("file", b"")
        with folder.locked("file"), folder.alone():
            pass
    assert (project.parent / "outside" / "file").read_text() == "theirs"
    assert sorted(path.name for path in project.iterdir()) == ["file", "inner", "link", "plain"]


def test_a_file_with_two_names_is_not_added_to(project: Path) -> None:
    (project / "other").hardlink_to(project / "plain")
    with opened(".") as folder:
        with pytest.raises(OSError, match="one name"):
            folder.append("other", b"more")
        folder.replace("other", b"new", ".aside")
    assert (project / "plain").read_text() == "ours"


def test_what_fails_leaves_nothing(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError("no space")

    monkeypatch.setattr(os, "replace", full)
    with opened("inner") as folder, pytest.raises(OSError, match="no space"):
        folder.replace("file", b"x", ".aside")
    assert not list((project / "inner").iterdir())


def test_permissions_are_kept(project: Path) -> None:
    (project / "plain").chmod(0o640)
    with opened(".") as folder:
        folder.replace("plain", b"new", ".aside")
    assert (project / "plain").stat().st_mode & 0o777 == 0o640


@pytest.mark.skipif(not hasattr(os, "chown"), reason="files have owners on POSIX")
def test_the_owner_is_kept(project: Path) -> None:
    path = project / "plain"
    mine = path.stat()
    others = {1234} if os.geteuid() == 0 else set(os.getgroups()) - {mine.st_gid}
    if not others:
        pytest.skip("this user is in no other group")
    group = max(others)
    owner = group if os.geteuid() == 0 else mine.st_uid
    os.chown(path, owner, group)
    path.chmod(0o2750)
    with opened(".") as folder:
        folder.replace("plain", b"new", ".aside")
    assert (path.stat().st_uid, path.stat().st_gid, path.stat().st_mode & 0o7777) == (owner, group, 0o2750)


@pytest.mark.skipif(not hasattr(os, "chown"), reason="files have owners on POSIX")
def test_where_an_owner_cannot_be_kept_no_bit_stands_for_another(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def not_ours(*_: object, **__: object) -> None:
        raise PermissionError

    (project / "plain").chmod(0o4750)
    monkeypatch.setattr(os, "chown", not_ours)
    with opened(".") as folder:
        folder.replace("plain", b"new", ".aside")
    assert (project / "plain").stat().st_mode & 0o7777 == 0o750
