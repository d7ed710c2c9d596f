"""A FIFO, a socket, a device, a huge file: where a file is expected, they are named once and cost nothing else."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from pathlib import Path

import pytest

from conftest import COSTS, Door, Flake8
from events import SAFETY_NET_S
from flake8_flask_startup.files import notices
from flake8_flask_startup.files.source_file import (
    RefusedError,
    optional_bytes,
    optional_head,
    optional_text,
    read_bytes,
    read_source,
    read_text,
)
from installed_programs import INSTALLED

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="has no such files")

Write = Callable[[Mapping[str, str]], Path]
Make = Callable[[Path], None]

HEAVY = "import pandas\n\n\ndef f():\n    return pandas.x\n"


def fifo(path: Path) -> None:
    os.mkfifo(path)


def endless(path: Path) -> None:
    path.symlink_to("/dev/zero")


def terminal(path: Path) -> None:
    path.symlink_to("/dev/tty")


def unix_socket(path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(os.path.relpath(path))


def huge(path: Path) -> None:
    """A terabyte of zeros that takes no place on the disk."""
    with path.open("wb") as file:
        file.truncate(10**12)


REASONS: dict[Make, str] = {
    fifo: "not a regular file",
    endless: "not a regular file",
    terminal: "not a regular file",
    unix_socket: "not a regular file",
    huge: "larger than",
}
ODD = [pytest.param(make, id=make.__name__) for make in REASONS]


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A socket's path may have 108 letters."""
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def door(tmp_path: Path) -> Door:
    """The installed command, run in the test's folder."""
    return partial(INSTALLED.run, "flask-startup", folder=tmp_path)


def named_once(done: subprocess.CompletedProcess[str], name: str, make: Make) -> bool:
    lines = done.stderr.splitlines()
    return len(lines) == 1 and lines[0].startswith(f"{name}: not read: {REASONS[make]}")


@pytest.mark.parametrize("make", ODD)
class TestNeighbours:
    """What stands beside the file under lint."""

    @pytest.mark.parametrize("jobs", ["1", "2"])
    def test_a_module(self, make: Make, jobs: str, tmp_path: Path, write: Write, flake8: Flake8, door: Door) -> None:
        write({"app.py": "import nb\nimport views\n", "views.py": "import nb\n" + HEAVY})
        make(tmp_path / "nb.py")
        done = flake8(f"--fst-costs={COSTS}", f"--jobs={jobs}", "--fst-app=app", "app.py", "views.py")
        assert "views.py:2:1: FST101" in done.stdout
        assert named_once(done, "nb.py", make)
        done = door("check", f"--fst-costs={COSTS}", "--app=app", "app.py", "views.py")
        assert "views.py:2:1: FST101" in done.stdout
        assert named_once(done, "nb.py", make)
        done = door("report", f"--costs={COSTS}", "--app=app")
        assert f"nb.py:1: nb.py cannot be read: {REASONS[make]}" in done.stdout
        assert "pandas" in done.stdout
        assert named_once(done, "nb.py", make)

    def test_a_module_where_no_entry_is_known(self, make: Make, tmp_path: Path, write: Write, flake8: Flake8) -> None:
        write({"views.py": "from nb import Base\n" + HEAVY + "\n\nclass View(Base):\n    pass\n"})
        make(tmp_path / "nb.py")
        done = flake8(f"--fst-costs={COSTS}", "views.py")
        assert "views.py:2:1: FST101" in done.stdout
        assert named_once(done, "nb.py", make)

    def test_data_of_a_package(self, make: Make, tmp_path: Path, write: Write, flake8: Flake8, door: Door) -> None:
        write({
            "shop/__init__.py": "import importlib, os\nimportlib.import_module(input())\n",
            "shop/views.py": HEAVY,
            "shop/other.yaml": "shop.views\n",
        })  # fmt: skip
        make(tmp_path / "shop" / "conf.yaml")
        done = door("report", f"--costs={COSTS}", "--app=shop")
        assert "pandas" in done.stdout
        assert named_once(done, "shop/conf.yaml", make)
        done = flake8(f"--fst-costs={COSTS}", "--fst-app=shop", "shop")
        assert "shop/views.py:1:1: FST101" in done.stdout
        assert named_once(done, "shop/conf.yaml", make)

    @pytest.mark.parametrize("name", [".flaskenv", ".env", "gunicorn.conf.py", "Procfile", "wsgi.py"])
    def test_what_gives_an_entry_point_away(
        self, make: Make, name: str, tmp_path: Path, write: Write, flake8: Flake8, door: Door
    ) -> None:
        write({"app.py": HEAVY})
        make(tmp_path / name)
        done = flake8(f"--fst-costs={COSTS}", "app.py")
        assert "app.py:1:1: FST101" in done.stdout
        assert len(done.stderr.splitlines()) <= 1
        assert "Traceback" not in done.stderr
        for done in (door("check", f"--fst-costs={COSTS}", "app.py"), door("report", f"--costs={COSTS}", "--app=app")):
            assert "pandas" in done.stdout
            assert "Traceback" not in done.stderr

    def test_what_ignores_an_environment_file(self, make: Make, tmp_path: Path, write: Write, door: Door) -> None:
        write({".flaskenv": "FLASK_DEBUG=1\n"})
        make(tmp_path / ".gitignore")
        done = door("check", ".flaskenv")
        assert ".flaskenv:1:1: FST612" in done.stdout
        assert named_once(done, ".gitignore", make)


@pytest.mark.parametrize("make", ODD)
class TestNamed:
    """Files that are asked for by name or found by their name."""

    def test_a_project_file(self, make: Make, tmp_path: Path, write: Write, flake8: Flake8, door: Door) -> None:
        write({"app.py": HEAVY})
        make(tmp_path / "pyproject.toml")
        wanted = f"pyproject.toml: cannot be read: {REASONS[make]}" if make is huge else ""
        for done in (flake8(f"--fst-costs={COSTS}", "app.py"), door("check", f"--fst-costs={COSTS}", "app.py")):
            assert wanted in done.stderr + done.stdout
            assert ("FST101" in done.stdout) is not bool(wanted)
            assert "Traceback" not in done.stderr

    def test_a_cost_table(self, make: Make, tmp_path: Path, write: Write, flake8: Flake8, door: Door) -> None:
        write({"app.py": HEAVY})
        make(tmp_path / "costs.toml")
        for done in (
            flake8("--fst-costs=costs.toml", "app.py"),
            door("check", "--fst-costs=costs.toml"),
            door("report", "--costs=costs.toml", "--app=app"),
            door("lock", "--fst-costs=costs.toml", "--app=app"),
        ):
            assert done.returncode in {1, 2}
            assert len([line for line in (done.stderr + done.stdout).splitlines() if "costs.toml" in line]) == 1
            assert "Traceback" not in done.stderr

    def test_a_lock_file(self, make: Make, tmp_path: Path, write: Write, door: Door) -> None:
        write({"app.py": HEAVY})
        make(tmp_path / "flask-startup.lock")
        for done in (door("lock", "--app=app"), door("check", "--locked", "--app=app")):
            assert done.returncode == 2
            (line,) = done.stderr.splitlines()
            assert f"flask-startup.lock cannot be read: {REASONS[make]}" in line

    def test_an_importtime_log(self, make: Make, tmp_path: Path, write: Write, door: Door) -> None:
        write({"app.py": HEAVY})
        make(tmp_path / "boot.log")
        done = door("report", "--app=app", "--importtime=boot.log")
        assert (done.returncode, done.stdout) == (2, "")
        (line,) = done.stderr.splitlines()
        assert line.startswith(f"flask-startup report: boot.log: cannot be read: {REASONS[make]}")

    @pytest.mark.parametrize("name", ["Dockerfile", "compose.yaml", "Procfile", ".flaskenv", "start.sh", "app.service"])
    def test_a_deployment_file(self, make: Make, name: str, tmp_path: Path, write: Write, door: Door) -> None:
        write({"app.py": HEAVY})
        make(tmp_path / name)
        done = door("check", f"--fst-costs={COSTS}")
        assert "./app.py:1:1: FST101" in done.stdout
        assert f"./{name}:0:1: E902 OSError: {REASONS[make]}" in done.stdout
        assert "Traceback" not in done.stderr

    def test_a_file_under_lint(self, make: Make, tmp_path: Path, write: Write, door: Door) -> None:
        write({"app.py": HEAVY})
        make(tmp_path / "odd.py")
        done = door("check", f"--fst-costs={COSTS}")
        assert "./app.py:1:1: FST101" in done.stdout
        assert f"./odd.py:0:1: E902 OSError: {REASONS[make]}" in done.stdout

    def test_an_entry_point(self, make: Make, tmp_path: Path, door: Door) -> None:
        make(tmp_path / "app.py")
        done = door("report", "--app=app")
        assert done.returncode == 2
        assert f"app.py cannot be read: {REASONS[make]}" in done.stderr
        assert "Traceback" not in done.stderr


@pytest.mark.parametrize("make", ODD)
def test_every_file_of_the_cache(make: Make, tmp_path: Path, write: Write, flake8: Flake8, door: Door) -> None:
    write({"app.py": HEAVY, "wsgi.py": "import app\n"})
    wanted = flake8(f"--fst-costs={COSTS}", "--fst-app=wsgi", "app.py").stdout
    door("check", f"--fst-costs={COSTS}", "--app=wsgi")
    files = [path for path in (tmp_path / ".flask_startup_cache").rglob("*") if path.is_file()]
    assert files
    for path in files:
        path.unlink()
        make(path)
    done = flake8(f"--fst-costs={COSTS}", "--fst-app=wsgi", "app.py")
    assert done.stdout == wanted
    assert "Traceback" not in done.stderr
    done = door("check", f"--fst-costs={COSTS}", "--app=wsgi", "app.py")
    assert (done.stdout, done.returncode) == (wanted, 1)


class TestReading:
    """The reader itself."""

    @pytest.mark.parametrize("make", ODD)
    def test_what_is_refused(self, make: Make, tmp_path: Path) -> None:
        path = tmp_path / "odd"
        make(path)
        for read in (read_bytes, read_source, read_text):
            with pytest.raises(RefusedError, match=f"{REASONS[make]}.*odd"):
                read(path)
        assert optional_bytes(path) == b""
        assert optional_text(path) == ""

    def test_the_head_of_a_huge_file_is_read_all_the_same(self, tmp_path: Path) -> None:
        huge(tmp_path / "odd")
        assert optional_head(tmp_path / "odd", 5) == "\0" * 5

    @pytest.mark.parametrize("size", [0, 1, 99, 100])
    def test_up_to_the_limit(self, size: int, tmp_path: Path) -> None:
        (tmp_path / "a").write_bytes(b"x" * size)
        assert read_bytes(tmp_path / "a", 100) == b"x" * size

    def test_one_more_than_the_limit(self, tmp_path: Path) -> None:
        (tmp_path / "a").write_bytes(b"x" * 101)
        with pytest.raises(RefusedError, match="larger than 100 bytes"):
            read_bytes(tmp_path / "a", 100)

    @pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="a Linux file system")
    def test_a_file_that_tells_no_size(self) -> None:
        assert b"Name:" in read_bytes("/proc/self/status")
        with pytest.raises(RefusedError, match="larger than 10 bytes"):
            read_bytes("/proc/self/status", 10)

    @pytest.mark.parametrize("name", ["a\0b", "\ud800", "x" * 5_000, "absent", "", "file/x"])
    def test_what_is_not_there(self, name: str, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
        (tmp_path / "file").touch()
        for path in (os.path.join(tmp_path, name), name):  # noqa: PTH118  # pathlib refuses some of them
            with pytest.raises(OSError):  # noqa: PT011  # whatever it is
                read_bytes(path)
            assert optional_text(path) == ""
        assert not [line for line in caplog.messages if "Errno" in line]

    @pytest.mark.parametrize(
        ("data", "wanted"),
        [
            (b"a\r\nb\rc\n", "a\nb\nc\n"),
            (b"\xef\xbb\xbfa\n", "a\n"),
            (b"# coding: latin-1\n\xe9\n", "# coding: latin-1\n\u00e9\n"),
            (b"\n# vim: fileencoding=utf-8\n\xc3\xa9\n", "\n# vim: fileencoding=utf-8\n\u00e9\n"),
        ],
    )
    def test_source_is_read_by_its_declared_encoding(self, data: bytes, wanted: str, tmp_path: Path) -> None:
        (tmp_path / "a.py").write_bytes(data)
        assert read_source(tmp_path / "a.py") == wanted

    @pytest.mark.parametrize(
        "coding", ["hex", "rot13", "zlib", "punycode", "idna", "undefined", "klingon", "unicode_internal"]
    )
    def test_encodings_that_no_source_has(self, coding: str, write: Write, flake8: Flake8, door: Door) -> None:
        write({"app.py": "import nb\n" + HEAVY, "nb.py": f"# coding: {coding}\nimport pandas\n" + "x = 1\n" * 3_000})
        done = flake8(f"--fst-costs={COSTS}", "--fst-app=app", "app.py")
        assert ("FST101" in done.stdout, done.stderr) == (True, "")
        done = door("check", f"--fst-costs={COSTS}")
        assert "./app.py:2:1: FST101" in done.stdout
        assert "Traceback" not in done.stderr


class TestSaying:
    """Each line once, whichever process comes to it first."""

    @pytest.fixture(autouse=True)
    def _fresh(self) -> Iterator[None]:
        before = dict(notices._asked)
        yield
        notices._asked.clear()
        notices._asked.update(before)

    def test_once_in_a_process(self, caplog: pytest.LogCaptureFixture) -> None:
        line = f"once {os.getpid()}"
        for _ in range(3):
            notices.say_once(line)
        assert caplog.messages == [line]

    @pytest.mark.skipif(sys.platform != "linux", reason="shares memory with the processes that are split off")
    def test_once_in_all_processes_that_were_split_off(self, tmp_path: Path) -> None:
        program = (
            "import os, sys\nfrom flake8_flask_startup.files.notices import say_once\n"
            "for _ in range(8):\n    if not os.fork():\n        say_once('only once')\n        os._exit(0)\n"
            "for _ in range(8):\n    os.wait()\n"
        )
        done = subprocess.run([sys.executable, "-c", program], cwd=tmp_path, capture_output=True, text=True, check=True)
        assert done.stderr == "only once\n"

    def test_nobody_waits_for_a_file_that_another_thread_opens_for_writing(self, tmp_path: Path) -> None:
        fifo(tmp_path / "pipe")
        found: list[bytes] = []
        reading = threading.Thread(target=lambda: found.append(optional_bytes(tmp_path / "pipe")), daemon=True)
        reading.start()
        reading.join(SAFETY_NET_S)
        assert found == [b""]


def test_sparse_neighbours_do_not_fill_memory(tmp_path: Path, write: Write, flake8: Flake8) -> None:
    """Two hundred files of four megabytes that take no place on the disk, as git stores and checks out links to one."""
    write({"views.py": HEAVY})
    with (tmp_path / "big.py").open("wb") as file:
        file.truncate(4_000_000)
    for number in range(200):
        (tmp_path / f"n{number:03}.py").symlink_to("big.py")
    done = flake8(f"--fst-costs={COSTS}", "views.py")
    assert "views.py:1:1: FST101" in done.stdout
    (line,) = done.stderr.splitlines()
    assert "files are searched for uses of a file's names: there are more" in line


def test_a_file_whose_name_is_dots_and_the_suffix(write: Write, flake8: Flake8) -> None:
    write({"..py": "import pandas\n\nX = pandas.DataFrame()\n", "app.py": "import pandas\n\nX = pandas.DataFrame()\n"})
    found = flake8("..py", "app.py")
    assert found.stderr == ""
    assert "app.py:1:1: FST102" in found.stdout
