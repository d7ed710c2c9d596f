"""The index of environments: the same answers as without it, no source walked twice, and nothing trusted further."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from flake8_flask_startup.files import identity
from flake8_flask_startup.files.directory import Directory
from flake8_flask_startup.files.user_secret import NoSecretError
from flake8_flask_startup.project import environment_index
from flake8_flask_startup.project.environment_index import EnvironmentIndex, index_of
from flake8_flask_startup.project.modules import Project
from flake8_flask_startup.startup.graph.trace import Trace
from flake8_flask_startup.startup.interpreter.tracer import trace
from flake8_flask_startup.syntax.static_conditions import Target

Write = Callable[[Mapping[str, str]], Path]

LIBRARY: Mapping[str, str] = {
    "lib/__init__.py": "import lib.inner\nfrom lib.inner import run\ndef load():\n    import lib.late\n    run()\n",
    "lib/inner.py": "def run():\n    return [each for each in (used, unused)]\ndef used():\n    import lib.more\n"
    "def unused():\n    import lib.odd\n",
    "lib/late.py": "",
    "lib/more.py": "",
    "lib/odd.py": "",
    "own.py": "def helped(): pass\n",
    "lib-1.0.dist-info/RECORD": "lib/__init__.py,sha256=x,9\nlib/inner.py,,\nlib/late.py,,\nlib/more.py,,\n"
    'lib/odd.py,,\n../../bin/lib.py,,\n"with, comma.py",,\nlib-1.0.dist-info/RECORD,,\n',
}
FILES = {f"env/{name}": text for name, text in LIBRARY.items()} | {
    "app.py": "import lib\nimport own\nlib.load()\n",
    "other.py": "from lib.inner import unused\nunused()\n",
}
TARGET = Target((3, 11))


@pytest.fixture(autouse=True)
def folder(write: Write, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    here = write(FILES)
    monkeypatch.chdir(here)
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    monkeypatch.setattr(identity, "TICK_NS", 0)  # as if these files were old, however fast the machine is
    return here


@pytest.fixture
def walked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The texts that were walked through an index."""
    seen: list[str] = []
    walk = environment_index._walked

    def noted(text: str, target: Target) -> object:
        seen.append(text)
        return walk(text, target)

    monkeypatch.setattr(environment_index, "_walked", noted)
    return seen


def traced(entry: str = "app", env: str = "env") -> Trace:
    """The trace through the index, which is the one without it."""
    index = index_of(Path(env), TARGET, Path("on"))
    assert index is not None
    project = Project([Path.cwd()], env=Path(env), target=TARGET, index=index)  # has the facts that the index keeps
    found = trace(project, [entry])
    index.keep()
    assert found == trace(Project([Path.cwd()], env=Path(env), target=TARGET), [entry])
    return found


def kept() -> list[Path]:
    return sorted(Path(os.environ["XDG_STATE_HOME"]).glob("*/environments/distribution-*.json"))


def names(found: Trace) -> set[str]:
    return {each.name for each in found.loaded}


def test_what_was_walked_is_not_walked_again(walked: list[str]) -> None:
    assert {"lib.late", "own"} <= names(traced())
    assert len(walked) == len(set(walked))  # empty files have one text
    walked.clear()
    traced()
    assert walked == [LIBRARY["own.py"]]  # which no RECORD names
    assert len(kept()) == 1


def test_projects_and_environments_share_it(walked: list[str], write: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    traced()
    write({f"second/{name}": text for name, text in FILES.items()})
    monkeypatch.chdir("second")
    walked.clear()
    assert "lib.late" in names(traced())
    assert walked == [LIBRARY["own.py"]]


def test_a_body_that_nobody_had_read_is_walked_and_kept(walked: list[str]) -> None:
    traced()
    walked.clear()
    assert "lib.odd" in names(traced("other"))
    assert LIBRARY["lib/inner.py"] in walked
    walked.clear()
    traced("other")
    traced()
    assert set(walked) == {LIBRARY["own.py"]}


def test_a_file_that_changed_although_its_record_did_not() -> None:
    traced()
    path = Path("env/lib/late.py")
    status = path.stat()
    path.write_text("import lib.odd\n", encoding="utf-8")
    os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))
    assert "lib.odd" in names(traced())
    path.write_text("import lib.xxx\n", encoding="utf-8")
    os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))
    assert "lib.odd" not in names(traced())


def test_another_record_target_or_program_is_another_distribution(
    walked: list[str], write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    traced()
    write({"env/lib-1.0.dist-info/RECORD": LIBRARY["lib-1.0.dist-info/RECORD"] + "lib/new.py,,\n"})
    walked.clear()
    traced()
    assert LIBRARY["lib/inner.py"] in walked
    for name, other in (("TARGET", Target((3, 12))), ("TARGET", Target((3, 11), "win32"))):
        monkeypatch.setitem(globals(), name, other)
        walked.clear()
        traced()
        assert LIBRARY["lib/inner.py"] in walked
    monkeypatch.setattr(environment_index, "_program", lambda: "another")
    walked.clear()
    traced()
    assert LIBRARY["lib/inner.py"] in walked


@pytest.mark.parametrize(
    "change",
    [
        lambda _: b"",
        lambda content: content[: len(content) // 2],
        lambda content: content.replace(b"\n", b"\n\0", 1),
        lambda content: content.partition(b"\n")[0] + b"\n" + environment_index._written({}),
        lambda _: environment_index._written({}),
        lambda _: b"[" * 100_000,
    ],
)
def test_damaged_or_forged_it_is_as_good_as_none(change: Callable[[bytes], bytes], walked: list[str]) -> None:
    traced()
    (file,) = kept()
    file.write_bytes(change(file.read_bytes()))
    walked.clear()
    traced()
    assert LIBRARY["lib/inner.py"] in walked
    walked.clear()
    traced()
    assert walked == [LIBRARY["own.py"]]


def test_what_was_written_with_the_seal_of_another_file_is_as_good_as_none(write: Write) -> None:
    traced()
    (file,) = kept()
    sealed = file.read_bytes()
    write({"env/lib-1.0.dist-info/RECORD": LIBRARY["lib-1.0.dist-info/RECORD"] + "lib/new.py,,\n"})
    write({"env/lib/late.py": "import lib.odd\n"})
    traced()
    (other,) = [path for path in kept() if path != file]
    other.write_bytes(sealed)
    assert "lib.odd" in names(traced())


@pytest.mark.skipif(sys.platform == "win32", reason="links need a privilege there")
def test_no_link_and_no_folder_of_somebody_else_is_taken(tmp_path: Path) -> None:
    state = Path(os.environ["XDG_STATE_HOME"]) / "flake8-flask-startup"
    traced()
    (state / "environments").rename(tmp_path / "elsewhere")
    (state / "environments").symlink_to(tmp_path / "elsewhere")
    before = sorted(path.read_bytes() for path in (tmp_path / "elsewhere").iterdir())
    traced("other")
    assert sorted(path.read_bytes() for path in (tmp_path / "elsewhere").iterdir()) == before
    (state / "environments").unlink()
    (state / "environments").mkdir()
    (state / "environments" / "theirs").write_text("x", encoding="utf-8")
    traced("other")
    assert [path.name for path in (state / "environments").iterdir()] == ["theirs"]


def test_a_full_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with monkeypatch.context() as patched:
        patched.setattr(Directory, "replace", full)
        traced()
    assert not kept()


def test_processes_that_write_at_once_lose_nothing(walked: list[str]) -> None:
    script = (
        "import sys\n"
        "from pathlib import Path\n"
        "from flake8_flask_startup.project.environment_index import index_of\n"
        "from flake8_flask_startup.project.modules import Project\n"
        "from flake8_flask_startup.startup.interpreter.tracer import trace\n"
        "from flake8_flask_startup.syntax.static_conditions import Target\n"
        "index = index_of(Path('env'), Target((3, 11)), Path('on'))\n"
        "project = Project([Path.cwd()], env=Path('env'), target=Target((3, 11)), index=index)\n"
        "found = trace(project, [sys.argv[1]])\n"
        "index.keep()\n"
        "print(sorted(each.name for each in found.loaded))\n"
    )
    several = [
        subprocess.Popen([sys.executable, "-c", script, entry], stdout=subprocess.PIPE, text=True)
        for entry in ("app", "other", "app", "other")
    ]
    printed = [each.communicate()[0] for each in several]
    assert all(each.returncode == 0 for each in several)
    for entry, text in zip(("app", "other"), printed, strict=False):
        assert text == f"{sorted(names(traced(entry)))}\n"
    assert set(walked) == {LIBRARY["own.py"]}


def test_without_a_cache_or_a_place_for_the_secret_there_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    assert index_of(Path("env"), TARGET, None) is None

    def nowhere() -> Path:
        raise NoSecretError("no home")

    monkeypatch.setattr(environment_index, "secret_path", nowhere)
    assert index_of(Path("env"), TARGET, Path("on")) is None


def test_what_is_too_large_is_not_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(environment_index, "MAX_KEPT", 10)
    traced()
    assert not kept()


def test_what_was_stored_first_goes_when_it_is_too_much(write: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    traced()
    (first,) = kept()
    os.utime(first, (0, 0))
    write({"env/lib-1.0.dist-info/RECORD": LIBRARY["lib-1.0.dist-info/RECORD"] + "lib/new.py,,\n"})
    traced()
    (second,) = [path for path in kept() if path != first]
    other = first.with_name("boot-0.json")
    other.write_text("x" * 10_000, encoding="utf-8")
    write({"env/lib/late.py": "import lib.odd\n"})
    monkeypatch.setattr(environment_index, "MAX_ALL", 2 * second.stat().st_size)
    traced()
    assert kept() == [second]
    assert other.exists()


def test_a_file_that_cannot_be_parsed(write: Write) -> None:
    write({"env/lib/late.py": "import (\n"})
    for _ in range(2):
        assert any("late.py" in each.reason for each in traced().unresolved)


def test_a_report_keeps_it_unless_there_is_no_cache() -> None:
    command = [sys.executable, "-m", "flake8_flask_startup", "report", "--app=app", "--env=env", "--format=json"]
    Path("pyproject.toml").write_text('[tool.flask-startup]\ncache = "off"\n', encoding="utf-8")
    first = subprocess.run(command, capture_output=True, text=True, check=True)
    assert not kept()
    Path("pyproject.toml").unlink()
    second = subprocess.run(command, capture_output=True, text=True, check=True)
    assert len(kept()) == 1
    for path in Path(".flask_startup_cache").glob("*.json"):
        path.unlink()
    third = subprocess.run(command, capture_output=True, text=True, check=True)
    assert first.stdout == second.stdout == third.stdout


def test_the_index_is_no_index_of_what_lies_elsewhere(walked: list[str]) -> None:
    index = EnvironmentIndex(Path("env"), TARGET, Path("index"))
    for _ in range(2):
        index.facts(Path("lib/inner.py").absolute(), LIBRARY["lib/inner.py"])
    assert len(walked) == 2
