"""`bench git:REV` writes the files of a revision, and runs nothing that the repository has to say about that."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from flake8_flask_startup.measure.bench.checkout import check_out, link_ignored
from flake8_flask_startup.measure.bench.targets import TargetError
from stranger import Run, Stranger, git

HOOKS = (
    "post-checkout",
    "post-index-change",
    "reference-transaction",
    "post-merge",
    "pre-auto-gc",
    "fsmonitor-watchman",
)


def trap(stranger: Stranger, name: str) -> str:
    """A program that leaves a file outside when it is run."""
    text = f"#!/bin/sh\ntouch '{stranger.outside / name}'\ncat\n"
    path = stranger.write(stranger.clone / ".git" / "traps" / name, text)
    path.chmod(0o755)
    return str(path)


def test_no_hook_filter_or_monitor_is_run(stranger: Stranger, run: Run) -> None:
    clone = stranger.cloned({".gitattributes": "*.py filter=evil diff=evil text eol=crlf\n"})
    for hook in HOOKS:
        (clone / ".git" / "hooks" / hook).symlink_to(trap(stranger, hook))
    git(clone, "config", "core.fsmonitor", trap(stranger, "monitor"))
    for key in ("filter.evil.smudge", "filter.evil.clean", "filter.evil.process", "diff.evil.textconv", "core.pager"):
        git(clone, "config", key, trap(stranger, key))
    git(clone, "config", "filter.evil.required", "true")
    git(clone, "config", "core.hooksPath", str(clone / ".git" / "hooks"))
    before = stranger.tree(), stranger.tree(clone / ".git")
    found = run("flask-startup", "bench", "git:HEAD:colorsys", "--runs=8")
    assert "is not of that revision" in found.stderr or found.returncode == 0, found.stderr
    assert (stranger.tree(), stranger.tree(clone / ".git")) == before


def test_files_are_as_they_are_stored(stranger: Stranger, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("shop/run.sh", "shop/ä ö.txt", "shop/sub/x.py"):
        stranger.write(stranger.origin / name, f"{name}\r\n\n")
    (stranger.origin / "shop" / "run.sh").chmod(0o755)
    clone = stranger.cloned({"empty": ""}, links={"shop/link": "../app.py"})
    monkeypatch.chdir(clone / "shop")
    here = check_out("HEAD", stranger.outside / "revision")
    assert here == stranger.outside / "revision" / "shop"
    files = {str(path.relative_to(here.parent)) for path in here.parent.rglob("*") if not path.is_dir()}
    assert files == {"app.py", "empty", "shop/run.sh", "shop/ä ö.txt", "shop/sub/x.py", "shop/link"}
    assert (here / "run.sh").read_bytes() == b"shop/run.sh\r\n\n"
    assert (here / "run.sh").stat().st_mode & stat.S_IXUSR
    assert not (here / "sub" / "x.py").stat().st_mode & stat.S_IXUSR
    assert str((here / "link").readlink()) == "../app.py"


@pytest.mark.parametrize("name", ["../outside.txt", ".git/hooks/x", "a/../../b"])
def test_a_tree_that_leads_out_of_its_folder(name: str, stranger: Stranger, monkeypatch: pytest.MonkeyPatch) -> None:
    from flake8_flask_startup.measure.bench import checkout

    clone = stranger.cloned()
    monkeypatch.chdir(clone)
    asked = checkout._git

    def forged(*arguments: str, folder: Path, asked_for: bytes = b"") -> bytes:
        if arguments[0] == "ls-tree":
            return f"100644 blob {'0' * 40}\t{name}\0".encode()
        return asked(*arguments, folder=folder, asked=asked_for)

    monkeypatch.setattr(checkout, "_git", forged)
    before = stranger.tree()
    with pytest.raises(TargetError, match="cannot be written"):
        check_out("HEAD", stranger.outside / "revision")
    assert stranger.tree() == before


def test_what_git_ignores_is_linked_and_never_through_a_link(
    stranger: Stranger, monkeypatch: pytest.MonkeyPatch
) -> None:
    clone = stranger.cloned({".gitignore": "*.db\n__pycache__/\n", "shop/here": ""}, links={"data": "../outside"})
    (clone / "data").unlink()
    for name in ("data/x.db", "shop/y.db", "shop/__pycache__/z.pyc", "absent/w.db"):
        stranger.write(clone / name, "")
    monkeypatch.chdir(clone)
    before = stranger.tree()
    revision = stranger.clone.parent / "revision"
    check_out("HEAD", revision)
    link_ignored(revision)
    assert stranger.tree() == before
    assert (revision / "shop" / "y.db").readlink() == clone / "shop" / "y.db"
    assert {path.name for path in (revision / "shop").iterdir()} == {"here", "y.db"}
    assert (revision / "data").is_symlink()
    assert (revision / "absent").readlink() == clone / "absent"


def test_a_work_tree_elsewhere_is_one_line(stranger: Stranger, run: Run) -> None:
    clone = stranger.cloned()
    git(clone, "config", "core.worktree", str(stranger.outside))
    found = run("flask-startup", "bench", "git:HEAD:app", "--runs=8")
    assert found.returncode == 2
    assert len(found.stderr.splitlines()) == 1
