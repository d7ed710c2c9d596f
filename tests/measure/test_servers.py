"""`bench "serve: ..."`: real servers are started, asked, counted, and ended with all that they start."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping
from importlib.util import find_spec
from multiprocessing import get_all_start_methods
from pathlib import Path

import pytest

from events import HANGING, Event
from flake8_flask_startup.config.settings import Settings
from flake8_flask_startup.measure import processes
from flake8_flask_startup.measure.bench import serve
from flake8_flask_startup.measure.bench.compare import LEAST_RUNS
from flake8_flask_startup.measure.bench.launch import launch
from flake8_flask_startup.measure.bench.rounds import Bytecode, RunConditions, StartError, start
from flake8_flask_startup.measure.bench.targets import ServerTarget, target_of
from flake8_flask_startup.measure.started import StartOutcome
from installed_programs import MEASURED

Write = Callable[[Mapping[str, str]], Path]
Serve = Callable[..., StartOutcome]
# What the debugger shares with the reloader is kept track of in a process of its own, unless multiprocessing forks.
WITH_TRACKERS = 1 if get_all_start_methods()[0] == "fork" else 2
PYTHON = sys.executable
# Every process of the server holds the pipe open: when it ends, all of them have.
APP = """\
from flask import Flask

held = open({!r}, "w")
app = Flask(__name__)


@app.route("/")
def index():
    return "open"
"""
pytestmark = pytest.mark.skipif(not Path("/proc/self/smaps_rollup").exists(), reason="told by /proc")
gunicorn = pytest.mark.skipif(find_spec("gunicorn") is None, reason="of the test extra")


@pytest.fixture
def serve_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Serve:
    """Start a server once in the test's folder."""

    def started(command: str, timeout_s: float = 600) -> StartOutcome:
        monkeypatch.chdir(tmp_path)
        scratch = tmp_path / "scratch"
        scratch.mkdir(exist_ok=True)
        conditions = RunConditions(1, timeout_s, Bytecode.CACHED, scratch)
        return start(launch(target_of(f"serve: {command}"), PYTHON, Settings(), scratch), conditions)

    return started


@pytest.mark.parametrize(
    ("command", "count"),
    [
        pytest.param(f"{PYTHON} -m gunicorn -w 2 shop:app", 3, marks=gunicorn),
        pytest.param(f"{PYTHON} -m gunicorn -w 2 --preload shop:app", 3, marks=gunicorn),
        pytest.param(f"{PYTHON} -m gunicorn -w 1 -k gthread --threads 4 shop:app", 2, marks=gunicorn),
        (f"{PYTHON} -m flask --app shop run", 1),
        (f"{PYTHON} -m flask --app shop run --debug", 2 * WITH_TRACKERS),  # the reloader and the app
        (f"{PYTHON} -m flask --app shop run --port {{port}}", 1),
    ],
)
def test_servers(command: str, count: int, write: Write, serve_once: Serve, tmp_path: Path) -> None:
    with Event(tmp_path) as alive:
        write({"shop.py": APP.format(str(alive.path))})
        found = serve_once(command)
        alive.wait_for_end()
    assert found.failure == ""
    assert found.processes == count
    assert found.requests_per_s > 0
    assert found.wall_ms > 0
    assert found.peak_kib > 1024 * count


# gunicorn's configuration, which it loads before it forks: a worker serves when each of them has loaded the app.
TOGETHER = """\
import multiprocessing
import os
parent = os.getpid()
loaded = multiprocessing.get_context("fork").Barrier(3)
"""
MUCH = """
import os
import together
much = bytearray(b"x") * (64 << 20)
if os.getpid() != together.parent:
    together.loaded.wait()
"""


@gunicorn
def test_memory_that_workers_share_counts_once(write: Write, serve_once: Serve) -> None:
    write({"shop.py": APP.format("/dev/null") + MUCH, "together.py": TOGETHER})
    once = serve_once(f"{PYTHON} -m gunicorn -c python:together -w 3 --preload shop:app").peak_kib / 1024
    thrice = serve_once(f"{PYTHON} -m gunicorn -c python:together -w 3 shop:app").peak_kib / 1024
    assert 64 <= once < 160
    assert thrice >= 192


def test_a_server_that_listens_where_it_wants_to_is_found(write: Write, serve_once: Serve) -> None:
    write({"shop.py": APP.format("/dev/null"), "run.py": f"from shop import app\napp.run(port={serve.free_port()})\n"})
    assert serve_once(f"{PYTHON} run.py").requests_per_s > 0


def test_what_leaves_the_session_ends_too(write: Write, serve_once: Serve, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "never")
    with Event(tmp_path) as alive:
        leaving = "subprocess.Popen(['cat', 'never'], start_new_session=True, pass_fds=[held.fileno()])"
        write({"shop.py": f"import subprocess\n{APP.format(str(alive.path))}\n{leaving}\n"})
        assert serve_once(f"{PYTHON} -m flask --app shop run").processes == 2
        alive.wait_for_end()


@pytest.mark.parametrize(
    ("command", "reason"),
    [
        ("echo gone >&2; exit 3", "ended before it answered: gone"),
        (f"{PYTHON} -m flask --app broken run", "answers / with status 500"),
    ],
)
def test_a_server_that_does_not_serve(command: str, reason: str, write: Write, serve_once: Serve) -> None:
    write({"broken.py": "from flask import Flask\napp = Flask('x')\napp.route('/')(lambda: 1 / 0)\n"})
    with pytest.raises(StartError) as error:
        serve_once(command)
    assert str(error.value) == f"serve: {command}: {reason}"


def test_a_server_that_is_silent(write: Write, serve_once: Serve, tmp_path: Path) -> None:
    with Event(tmp_path) as alive:
        write({"silent.py": HANGING.format(str(alive.path))})
        with pytest.raises(StartError, match="no answer within 1 s"):
            serve_once(f"{PYTHON} silent.py", 1)
        alive.wait_for_end()


def test_the_command_and_its_table(write: Write) -> None:
    folder = write({"shop.py": APP.format("/dev/null")})
    target = f"serve: {PYTHON} -m flask --app shop run"
    result = MEASURED.run(
        "flask-startup", "bench", target, "shop", "--json", "out", "--runs", str(LEAST_RUNS), folder=folder
    )
    assert result.returncode == 0, result.stderr
    found = json.loads((folder / "out").read_text(encoding="utf-8"))["targets"]
    assert found[0]["processes"] == 1
    assert found[0]["requests_per_s"] > 0
    assert (found[1]["processes"], found[1]["requests_per_s"]) == (None, None)
    assert f"\n{target}: 1 process, " in result.stdout
    assert "the first answer; their memory is the proportional set\n" in result.stdout


def test_interrupted_it_leaves_no_server(write: Write, tmp_path: Path) -> None:
    with Event(tmp_path) as alive:
        write({"silent.py": HANGING.format(str(alive.path))})
        door = Path(PYTHON).with_name("flask-startup")
        command = [door, "bench", f"serve: {PYTHON} silent.py"]
        with subprocess.Popen(command, cwd=tmp_path, stderr=subprocess.PIPE, text=True) as process:
            alive.wait()
            process.send_signal(signal.SIGTERM)
            assert process.stderr is not None
            said = process.stderr.read()
        alive.wait_for_end()
    assert process.returncode == 130
    assert said.splitlines()[1:] == ["flask-startup bench: interrupted"]


def test_targets() -> None:
    assert target_of("serve: gunicorn shop:app") == ServerTarget("serve: gunicorn shop:app", "gunicorn shop:app")


def test_where_to_listen_is_added_to_what_is_there() -> None:
    found = serve.listening_at({"GUNICORN_CMD_ARGS": "--threads 4", "HOME": "/"}, 5)
    assert found["GUNICORN_CMD_ARGS"] == "--threads 4 --bind 127.0.0.1:5"
    assert (found["HOME"], found["PORT"], found["FLASK_RUN_PORT"]) == ("/", "5", "5")


def test_processes_that_are_gone_or_of_others() -> None:
    gone = 2**22 + 1  # more than a kernel gives out
    assert processes.cpu_ms([gone]) == processes.pss_kib(gone) == 0
    assert processes.ports([gone]) == []
    assert not processes.is_shell(gone)
    assert processes.ours(gone, "nobody's") == []
    assert os.getpid() in processes.ours(os.getsid(0), "nobody's")
