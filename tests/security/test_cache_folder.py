"""A repository brings a cache folder, links in it or in its place, or options that name one: nothing is overwritten."""

from __future__ import annotations

import os
import resource
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from stranger import Run, Stranger

CACHE = ".flask_startup_cache"
MARKER = "CACHEDIR.TAG"


def kept(folder: Path) -> list[Path]:
    return sorted((folder / CACHE).glob("*.json"))


def is_told(line: str, stderr: str) -> bool:
    """Whether the only line that is said has some words in it."""
    return line in stderr and len(stderr.splitlines()) == 1


@pytest.mark.parametrize("names", [(".gitignore",), (MARKER, ".gitignore", "x.lock", "y.json", "z.tmp")])
def test_links_in_a_committed_folder(names: tuple[str, ...], stranger: Stranger, door: Run) -> None:
    targets = ("../../outside/victim.txt", "../../outside/new.txt", "../app.py")
    clone = stranger.cloned(links={f"{CACHE}/{name}": targets[at % 3] for at, name in enumerate(names)})
    before = stranger.tree(), stranger.tree(clone)
    found = door()
    assert is_told("nothing is kept in the cache folder '.flask_startup_cache': the folder", found.stderr)
    assert (stranger.tree(), stranger.tree(clone)) == before


@pytest.mark.parametrize("target", ["../outside", "../outside/absent", "pkg"])
def test_a_folder_that_is_a_link(target: str, stranger: Stranger, door: Run) -> None:
    clone = stranger.cloned({"pkg/.gitignore": "its own\n"}, links={CACHE: target})
    before = stranger.tree(), stranger.tree(clone)
    found = door()
    assert is_told(".flask_startup_cache is a link", found.stderr)
    assert (stranger.tree(), stranger.tree(clone)) == before


def test_a_folder_around_it_that_is_a_link(stranger: Stranger, run: Run) -> None:
    clone = stranger.cloned({"setup.cfg": "[flake8]\nfst-cache = build/cache\n"}, links={"build": "../outside"})
    before = stranger.tree(), stranger.tree(clone)
    for program in (("flake8", "--select=FST"), ("flask-startup", "check")):
        found = run(*program)
        assert "FST101" in found.stdout
        assert is_told("build is a link", found.stderr)
    assert (stranger.tree(), stranger.tree(clone)) == before


def test_files_of_ours_that_are_links_or_have_other_names_by_now(stranger: Stranger, door: Run) -> None:
    clone = stranger.cloned()
    door()
    before = stranger.tree()
    for name in ("*[!G]", MARKER):
        for path in list((clone / CACHE).glob(name)):
            path.unlink()
            path.symlink_to(stranger.victim)
        door()
    shutil.rmtree(clone / CACHE)
    door()
    for name in ("*[!G]", MARKER):
        for path in list((clone / CACHE).glob(name)):
            path.unlink()
            os.link(stranger.victim, path)
        door()
    assert {name: each[3] for name, each in stranger.tree().items()} == {name: each[3] for name, each in before.items()}


def test_pipes_in_their_place(stranger: Stranger, door: Run) -> None:
    clone = stranger.cloned()
    door()
    for name in ("*[!G]", MARKER):
        for path in list((clone / CACHE).glob(name)):
            path.unlink()
            os.mkfifo(path)
        door()
    shutil.rmtree(clone / CACHE)
    os.mkfifo(clone / CACHE)
    door()


def test_a_file_in_the_place_of_the_folder(stranger: Stranger, door: Run) -> None:
    clone = stranger.cloned({CACHE: "a file\n"})
    assert is_told("it is no folder", door().stderr)
    assert (clone / CACHE).read_text() == "a file\n"


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("setup.cfg", "[flake8]\nfst-cache = ../outside\n"),
        ("setup.cfg", "[flake8]\nfst_cache = pkg/../../outside/new\n"),
        ("tox.ini", "[flake8]\nfst-cache = /absolute\n"),
        (".flake8", "[flake8]\nfst-cache = ../outside/new\n"),
        (".flake8", "[flake8]\nfst-cache = .git/refs/heads/new\n"),
        ("pyproject.toml", "[tool.flask-startup]\ncache = '/absolute'\n"),
    ],
)
def test_a_projects_file_names_a_folder_outside(name: str, text: str, stranger: Stranger, run: Run) -> None:
    stranger.cloned({name: text.replace("/absolute", str(stranger.outside))})
    before = stranger.tree()
    for program in (("flake8", "--select=FST"), ("flask-startup", "check")):
        found = run(*program)
        assert "FST101" in found.stdout
        assert is_told("outside the project", found.stderr)
    assert stranger.tree() == before


def test_a_projects_file_may_name_a_folder_inside(stranger: Stranger, run: Run) -> None:
    clone = stranger.cloned({"setup.cfg": "[flake8]\nfst-cache = build/kept\n"})
    assert run("flake8", "--select=FST").stderr == ""
    assert list((clone / "build" / "kept").glob("flake8-*.json"))


def test_a_table_of_a_command_names_none(stranger: Stranger, run: Run) -> None:
    stranger.cloned({"pyproject.toml": "[tool.flask-startup.check]\nfst-cache = '../outside'\n"})
    before = stranger.tree()
    found = run("flask-startup", "check")
    assert found.returncode == 2
    assert "[tool.flask-startup.check] fst-cache: says what is written" in found.stderr
    assert stranger.tree() == before


def test_the_command_line_names_a_new_folder_outside(stranger: Stranger, run: Run) -> None:
    stranger.cloned()
    for number, program in enumerate((("flake8", "--select=FST"), ("flask-startup", "check"))):
        place = stranger.outside / "deep" / f"kept{number}"
        assert run(*program, f"--fst-cache={place}").stderr == ""
        assert (place / MARKER).is_file()
        assert list(place.glob("*.json"))
    assert not (stranger.clone / CACHE).exists()


def test_so_does_a_configuration_of_the_users_own(stranger: Stranger, run: Run) -> None:
    stranger.cloned({"mine.cfg": f"[flake8]\nfst-cache = {stranger.outside / 'no'}\n"})
    own = stranger.write(stranger.outside / "flake8.cfg", f"[flake8]\nfst-cache = {stranger.outside / 'yes'}\n")
    run("flake8", "--select=FST", f"--append-config={own}")
    assert list((stranger.outside / "yes").glob("*.json"))
    shutil.rmtree(stranger.outside / "yes")
    run("flask-startup", "check", f"--config={own}")
    assert list((stranger.outside / "yes").glob("*.json"))
    for option in ("--config=mine.cfg", "--append-config=mine.cfg"):
        assert is_told("outside the project", run("flake8", "--select=FST", option).stderr)
    assert not (stranger.outside / "no").exists()


@pytest.mark.parametrize("where", [".", "pkg", "../outside"])
def test_a_folder_with_something_else_in_it(where: str, stranger: Stranger, run: Run) -> None:
    clone = stranger.cloned({"pkg/.gitignore": "its own\n", ".gitignore": "its own\n"})
    before = stranger.tree(), stranger.tree(clone)
    for program in (("flake8", "--select=FST"), ("flask-startup", "check")):
        found = run(*program, f"--fst-cache={where}")
        assert "FST101" in found.stdout
        assert is_told("the folder holds something else", found.stderr)
    assert (stranger.tree(), stranger.tree(clone)) == before


def test_an_empty_folder_is_as_good_as_a_new_one(stranger: Stranger, run: Run) -> None:
    clone = stranger.cloned()
    (clone / CACHE).mkdir()
    assert run("flake8", "--select=FST").stderr == ""
    assert kept(clone)


def test_one_that_was_made_elsewhere_and_committed(stranger: Stranger, door: Run) -> None:
    first = stranger.cloned()
    door()
    shutil.copytree(first / CACHE, stranger.origin / CACHE, symlinks=True)
    shutil.rmtree(first)
    clone = stranger.cloned()
    moved = clone.rename(clone.with_name("elsewhere"))
    stranger.clone = moved
    before = stranger.tree(moved)
    found = door()
    assert is_told("was not made here", found.stderr)
    assert stranger.tree(moved) == before


def test_a_read_only_folder_is_read(stranger: Stranger, door: Run) -> None:
    clone = stranger.cloned()
    expected = door().stdout
    for path in [clone / CACHE, *(clone / CACHE).iterdir()]:
        path.chmod(path.stat().st_mode & ~0o222)
    assert door().stdout == expected
    (clone / CACHE).chmod(0o755)


def test_without_a_place_for_the_secret_nothing_is_kept(stranger: Stranger, door: Run) -> None:
    stranger.cloned()
    found = door(XDG_STATE_HOME=str(stranger.victim))
    assert is_told("there is no place for the user's secret", found.stderr)
    assert not (stranger.clone / CACHE).exists()


def test_a_home_that_would_lie_in_the_project(stranger: Stranger, door: Run) -> None:
    clone = stranger.cloned()
    before = stranger.tree(clone)
    found = door(XDG_STATE_HOME="", HOME="home")
    assert is_told("the home folder 'home/.local/state' is no absolute path", found.stderr)
    assert stranger.tree(clone) == before


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes here")
def test_a_pipe_in_the_place_of_the_secret_is_not_waited_for(stranger: Stranger, door: Run, tmp_path: Path) -> None:
    stranger.cloned()
    (tmp_path / "state" / "flake8-flask-startup").mkdir(parents=True)
    os.mkfifo(tmp_path / "state" / "flake8-flask-startup" / "secret")
    found = door(XDG_STATE_HOME=str(tmp_path / "state"))
    assert is_told("not a regular file", found.stderr)
    assert not (stranger.clone / CACHE).exists()


def test_a_full_disk_leaves_nothing_behind(stranger: Stranger) -> None:
    clone = stranger.cloned()
    for number in range(40):
        stranger.write(clone / f"m{number}.py", "import pandas\nX = 1\n" * 10)

    def limited() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (2000, 2000))

    # coverage could not write its own file
    environment = {name: value for name, value in os.environ.items() if not name.startswith("COV")}
    for program in ("flake8", "--select=FST", "-j1"), ("flask-startup", "check", "--app=app"):
        command = [str(Path(sys.executable).with_name(program[0])), *program[1:]]
        found = subprocess.run(
            command, cwd=clone, env=environment, preexec_fn=limited, capture_output=True, check=False
        )
        assert b"FST101" in found.stdout
        assert found.stderr == b""
    assert not [path for path in clone.rglob("*") if "tmp" in path.name]


def test_what_a_killed_run_left_is_no_hindrance(stranger: Stranger, run: Run) -> None:
    clone = stranger.cloned()
    run("flake8", "--select=FST")
    path = kept(clone)[-1]
    path.with_suffix(".tmp").write_text("half")
    (clone / CACHE / MARKER).unlink()
    for each in (clone / CACHE).iterdir():
        if each.suffix != ".tmp":
            each.unlink()
    path.with_suffix(".tmp").unlink()
    assert run("flake8", "--select=FST").stderr == ""
    path.rename(path.with_suffix(".tmp"))
    assert run("flake8", "--select=FST").stderr == ""
    assert path in kept(clone)
    assert not path.with_suffix(".tmp").exists()


def test_many_runs_at_once_some_of_them_killed(stranger: Stranger, run: Run) -> None:
    clone = stranger.cloned()
    program = [str(Path(sys.executable).with_name("flask-startup")), "check", "--app=app:create_app"]
    runs = [
        subprocess.Popen(program, cwd=clone, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        for _ in range(6)
    ]
    for each in runs[::3]:
        each.send_signal(signal.SIGKILL)
    for number, each in enumerate(runs):
        out, err = each.communicate()
        if number % 3:
            assert "FST" in out
            assert err == ""
    assert run("flask-startup", "check", "--app=app:create_app").stderr == ""
