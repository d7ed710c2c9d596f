"""Kept traces through an environment: the same as the trace, with no source read, and never trusted further."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from counted_traces import traces as traces  # a fixture

from flake8_flask_startup.config.settings import Settings
from flake8_flask_startup.costs.estimator import Features
from flake8_flask_startup.model import UNKNOWN
from flake8_flask_startup.project.module_finder import Origin
from flake8_flask_startup.project.modules import Project
from flake8_flask_startup.startup import trace_cache
from flake8_flask_startup.startup.graph.trace import Edge, Loaded, Performed, Run, Statement, Trace, Unresolved
from flake8_flask_startup.startup.interpreter.tracer import trace
from flake8_flask_startup.startup.module_features import features_of
from flake8_flask_startup.startup.trace_cache import Traced, traced
from flake8_flask_startup.startup.trace_json import frozen, thawed

Write = Callable[[Mapping[str, str]], Path]

FILES: Mapping[str, str] = {
    "app.py": "import lib\nimport os\nif os.environ.get('X'):\n    import lib.more\nlib.load()\n",
    "env/lib/__init__.py": "import lib.inner\nimport native\ndef load():\n    import lib.late\n",
    "env/lib/inner.py": "class A:\n    x = 1\n",
    "env/lib/late.py": "",
    "env/lib/more.py": "",
    "env/native.cpython-311-x86_64-linux-gnu.so": "",
}
SETTINGS = Settings()


@pytest.fixture(autouse=True)
def project(write: Write, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = write(FILES)
    monkeypatch.chdir(folder)
    return folder


def asked(settings: Settings = SETTINGS, env: Path | None = Path("env"), entry: str = "app") -> Traced:
    return traced(Project([Path.cwd()], env=env), [entry], "as asked", settings)


def test_all_of_a_trace_comes_back() -> None:
    here = Statement("app.py", 3)
    whole = Trace(
        ("app",),
        "as asked",
        (
            Loaded("app", Origin.FIRST_PARTY, "app.py", None, "app", conditional=False),
            Loaded("re", Origin.STDLIB, "", here, "app", conditional=True, unusual=True),
        ),
        (Edge("app", "re", here, conditional=True, unusual=True),),
        (Unresolved(here, "a name", (f"x.{UNKNOWN}",)), Unresolved(here, "\udcff")),
        (Performed("app", 3, ("a.b", "c"), conditional=False),),
        (Run("app.py", 1, "f", "b.py", "g", 2, by="x"),),
        ("X",),
    )
    features: dict[str, Features] = {"app": {"kib": 0.5, "calls": 2.0}}
    assert thawed(json.loads(json.dumps(frozen(whole, features)))) == (whole, features)


def test_it_is_the_trace_and_is_traced_once(traces: list[str]) -> None:
    first = asked()
    project = Project([Path.cwd()], env=Path("env"))
    plain = trace(project, ["app"], "as asked")
    assert first == (plain, features_of(plain, project))
    assert {"lib.inner", "lib.late", "native"} <= {each.name for each in plain.loaded}
    assert asked() == first
    assert traces == ["trace"]


def test_reports_are_the_same(project: Path) -> None:
    (project / "env" / "lib.egg-info").touch()
    command = [sys.executable, "-m", "flake8_flask_startup", "report", "--app=app", "--env=env", "--format=json"]
    first, second = (subprocess.run(command, capture_output=True, text=True, check=True) for _ in range(2))
    assert first.stdout == second.stdout
    assert list((project / ".flask_startup_cache").glob("trace-*.json"))


@pytest.mark.parametrize(
    "more",
    [
        {"env/lib/inner.py": "import lib.more\n"},
        {"env/lib/json.py": ""},
        {"env/other.py": ""},
        {"env/other.cpython-311-x86_64-linux-gnu.so": ""},
        {"app.py": "import lib.more\n"},
        {"lib.py": ""},
    ],
)
def test_a_change_is_traced(more: Mapping[str, str], traces: list[str], write: Write) -> None:
    asked()
    write(more)
    assert asked()[0] == trace(Project([Path.cwd()], env=Path("env")), ["app"], "as asked")
    assert traces == ["trace"] * 2


def test_other_questions_are_traced(traces: list[str], write: Write) -> None:
    write({f"env2/{name.removeprefix('env/')}": text for name, text in FILES.items() if name.startswith("env/")})
    asked()
    asked(entry="lib")
    asked(env=Path("env2"))
    asked(Settings(app_classes=("lib.A",)))
    assert traces == ["trace"] * 4


def test_without_an_environment_or_a_cache_nothing_is_kept(traces: list[str], project: Path) -> None:
    for _ in range(2):
        asked(env=None)
        asked(Settings(cache=None))
    assert traces == ["trace"] * 4
    assert not (project / ".flask_startup_cache").exists()


@pytest.mark.parametrize("content", [b"", b"{}", b"[]", b'{"seen": {}}', b"\xff", b'{"seen": 1}', b"[" * 100_000])
def test_what_is_no_trace_is_as_good_as_none(
    content: bytes, traces: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patched:
        store = trace_cache.Cache.store
        patched.setattr(
            trace_cache.Cache, "store", lambda self, kind, question, _: store(self, kind, question, content)
        )
        first = asked()
    assert asked() == first
    assert traces == ["trace"] * 2


def test_what_somebody_else_wrote_is_as_good_as_none(traces: list[str], project: Path) -> None:
    asked()
    (file,) = (project / ".flask_startup_cache").glob("trace-*.json")
    seal, _, content = file.read_bytes().partition(b"\n")
    forged = content.replace(b"lib.late", b"lib.evil")
    file.write_bytes(seal + b"\n" + forged)
    assert "lib.evil" not in {each.name for each in asked()[0].loaded}
    assert traces == ["trace"] * 2


def test_processes_that_ask_at_once_trace_once() -> None:
    script = (
        "from pathlib import Path\n"
        "from flake8_flask_startup.startup import trace_cache\n"
        "from flake8_flask_startup.project.modules import Project\n"
        "from flake8_flask_startup.config.settings import Settings\n"
        "trace = trace_cache.trace\n"
        "def counted(*arguments):\n"
        "    print('traced')\n"
        "    return trace(*arguments)\n"
        "trace_cache.trace = counted\n"
        "trace_cache.traced(Project([Path.cwd()], env=Path('env')), ['app'], 'as asked', Settings())\n"
    )
    several = [subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True) for _ in range(4)]
    assert sorted(each.communicate()[0] for each in several) == ["", "", "", "traced\n"]
    assert all(each.returncode == 0 for each in several)
