"""`flask-startup bench`: its statistics on fixed samples, and the installed command, with what can go wrong."""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise
from pathlib import Path

import pytest
from click.testing import CliRunner

from events import HANGING, Event
from flake8_flask_startup.cli import bench, startup
from flake8_flask_startup.measure.bench.compare import LEAST_RUNS, Interval, SpeedVerdict, difference, figures, interval
from flake8_flask_startup.measure.bench.rounds import orders
from flake8_flask_startup.measure.bench.targets import CommandTarget, EntryTarget, Revision, TargetError, target_of
from flake8_flask_startup.measure.started import StartOutcome
from installed_programs import MEASURED

Write = Callable[[Mapping[str, str]], Path]
DOOR = Path(sys.executable).with_name("flask-startup")
FEW = ("--runs", str(LEAST_RUNS))
APP = {"shop/__init__.py": "def create_app():\n    open('runs', 'a').write('x')\n"}
linux = pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="tells its peak memory in /proc")


def run(folder: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return MEASURED.run(
        "flask-startup", "bench", *arguments, folder=folder, **{"TMPDIR": str(scratch(folder)), **environment}
    )


def scratch(folder: Path) -> Path:
    """Where the command puts what it needs for a while."""
    found = folder.with_name(f"{folder.name}-scratch")
    found.mkdir(exist_ok=True)
    return found


def starts(times: Sequence[float]) -> list[StartOutcome]:
    return [StartOutcome("", ms, ms, 1024, 10, "", "", {}) for ms in times]


def verdict(first: Sequence[float], other: Sequence[float]) -> SpeedVerdict:
    return difference(starts(first), starts(other)).verdict


def noisy(seed: int, ms: float = 100.0) -> list[float]:
    """Fifteen starts with a long tail, the same for the same seed."""
    lot = random.Random(seed)  # noqa: S311 -- no secret
    return [ms * (1 + lot.expovariate(20)) for _ in range(15)]


def test_the_interval_is_that_of_the_binomial_distribution() -> None:
    assert interval([float(n) for n in range(1, 16)], 0.05) == Interval(8, 4, 12)
    assert interval([float(n) for n in range(1, 16)], 0.01) == Interval(8, 3, 13)
    assert interval([float(n) for n in range(1, LEAST_RUNS + 1)], 0.01) == Interval(4.5, 1, 8)


def test_fewer_runs_than_the_least_have_no_interval() -> None:
    assert interval([1.0] * (LEAST_RUNS - 1), 0.01).low == float("-inf")


def test_the_same_times_are_no_real_difference() -> None:
    assert verdict(noisy(1), noisy(1)) is SpeedVerdict.SAME
    assert verdict(noisy(1), noisy(2)) is SpeedVerdict.SAME


def test_the_same_code_is_hardly_ever_called_different() -> None:
    wrong = sum(verdict(noisy(2 * n), noisy(2 * n + 1)) is not SpeedVerdict.SAME for n in range(1000))
    assert wrong <= 10


def test_a_tenth_is_seen_through_the_noise() -> None:
    assert verdict(noisy(1), noisy(2, 110)) is SpeedVerdict.SLOWER
    assert verdict(noisy(1, 110), noisy(2)) is SpeedVerdict.FASTER


def test_a_slow_round_slows_both_and_hides_nothing() -> None:
    slow = [1 + n % 5 for n in range(15)]
    first = [ms * factor for ms, factor in zip(noisy(1), slow, strict=True)]
    other = [ms * factor for ms, factor in zip(noisy(2, 110), slow, strict=True)]
    assert verdict(first, other) is SpeedVerdict.SLOWER


def test_single_slow_starts_make_no_difference() -> None:
    assert verdict([100.0] * 15, [100.0] * 13 + [900.0] * 2) is SpeedVerdict.SAME


def test_figures_are_medians() -> None:
    found = figures(starts([3.0, 1.0, 2.0, 2.0, 2.0, 2.0, 2.0, 99.0]))
    assert (found.ms.median, found.peak_kib, found.modules) == (2.0, 1024, 10)


def test_every_round_has_all_and_no_target_always_follows_the_same() -> None:
    rounds = list(orders(3, 30))
    assert all(sorted(order) == [0, 1, 2] for order in rounds)
    assert len({pair for order in rounds for pair in pairwise(order)}) == 6
    assert rounds == list(orders(3, 30))


@pytest.mark.parametrize(
    ("text", "target"),
    [
        ("shop", EntryTarget("shop", "shop")),
        ("src/app.py:create_app()", EntryTarget("src/app.py:create_app()", "src.app:create_app")),
        ("cmd: flask --version", CommandTarget("cmd: flask --version", "flask --version")),
        ("git:HEAD~1", Revision("git:HEAD~1", "HEAD~1", "")),
        ("git:a/b:shop:create_app", Revision("git:a/b:shop:create_app", "a/b", "shop:create_app")),
    ],
)
def test_targets(text: str, target: object) -> None:
    assert target_of(text) == target


@pytest.mark.parametrize("text", ["", "cmd: ", "git:", "git::shop", "git:HEAD:not an app", "not an app"])
def test_what_is_no_target_is_one_line(text: str, write: Write) -> None:
    with pytest.raises(TargetError) as error:
        target_of(text)
    result = run(write(APP), text)
    assert (result.returncode, result.stdout) == (2, "")
    assert result.stderr == f"flask-startup bench: {error.value}\n"


def test_a_table_and_all_figures_of_everything_that_was_run(write: Write) -> None:
    folder = write(APP)
    result = run(folder, "shop:create_app", "shop:create_app", "cmd: echo", "--json", "out.json", *FEW)
    assert result.returncode == 0, result.stderr
    assert result.stderr == "runs shop:create_app, shop:create_app, cmd: echo: 9 times each\n"
    assert (folder / "runs").read_text(encoding="utf-8") == "x" * 2 * (LEAST_RUNS + 1)
    lines = result.stdout.splitlines()
    assert lines[0].endswith(": 8 starts of each, in turn, bytecode cached")
    assert [line.split("  ")[0] for line in lines[3:6]] == ["shop:create_app", "shop:create_app", "cmd: echo"]
    assert "Commands count from the start of their process" in result.stdout
    found = json.loads((folder / "out.json").read_text(encoding="utf-8"))
    assert (found["schema"], found["runs"], found["bytecode"]) == (1, LEAST_RUNS, "cached")
    first, again, command = found["targets"]
    assert first["python"] == f"{sys.implementation.name} {'.'.join(map(str, sys.version_info[:3]))}"
    assert first["of_first"] is None
    assert first["modules"] == again["modules"] >= 1
    assert (command["python"], command["modules"]) == (None, None)
    for target in (again, command):
        assert target["of_first"]["verdict"] in set(SpeedVerdict)
        assert target["of_first"]["ratio"]["low"] <= target["of_first"]["ratio"]["median"]
        assert len(target["starts"]) == LEAST_RUNS
        assert f": {target['of_first']['verdict']}" in result.stdout
    assert not list(scratch(folder).iterdir())


@linux
def test_peak_memory_is_that_of_the_app_or_command(write: Write) -> None:
    folder = write({"little.py": "", "much.py": "kept = b'x' * (64 << 20)\n"})
    commands = [f"cmd: {sys.executable} -c 'import {name}'" for name in ("little", "much")]
    result = run(folder, "little", "much", *commands, "--json", "out", *FEW)
    assert result.returncode == 0, result.stderr
    peaks = [each["peak_kib"] / 1024 for each in json.loads((folder / "out").read_text(encoding="utf-8"))["targets"]]
    assert peaks[1] - peaks[0] == pytest.approx(64, abs=4)
    assert peaks[3] - peaks[2] == pytest.approx(64, abs=4)


@pytest.mark.parametrize(("arguments", "writes"), [((), True), (("--uncached",), False)])
def test_bytecode_is_cached_or_not_whatever_the_shell_says(
    arguments: tuple[str, ...], writes: bool, write: Write
) -> None:
    text = (
        "import sys\nopen('said', 'a').write(f'{sys.dont_write_bytecode} {sys.pycache_prefix} {__spec__.cached}\\n')\n"
    )
    folder = write({"shop.py": text})
    result = run(folder, "shop", *FEW, *arguments, PYTHONDONTWRITEBYTECODE="1", PYTHONPYCACHEPREFIX=str(folder / "x"))
    assert result.returncode == 0, result.stderr
    said = [line.split() for line in (folder / "said").read_text(encoding="utf-8").splitlines()]
    assert {dont_write for dont_write, _, _ in said} == {str(not writes)}
    assert all(cached.startswith(prefix) and prefix.startswith(str(scratch(folder))) for _, prefix, cached in said)
    assert (len({prefix for _, prefix, _ in said}) == 1) is writes
    assert {path.name for path in folder.iterdir()} == {"shop.py", "said"}


def git(folder: Path, *arguments: str) -> str:
    command = ["git", "-c", "user.name=x", "-c", "user.email=x@example.org", *arguments]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=True).stdout


@pytest.fixture
def repository(write: Write, tmp_path: Path) -> Path:
    """A project below the top of a repository whose app says how old it is; return the project's folder."""
    out = tmp_path / "said"
    for age in ("old", "new"):
        app = f"def create_app():\n    open({str(out)!r}, 'a').write('{age} ')\n"
        write({"top/web/shop.py": app, "top/.gitattributes": "web export-ignore\n"})
        if age == "old":
            git(tmp_path / "top", "init", "--quiet")
        git(tmp_path / "top", "add", ".")
        git(tmp_path / "top", "commit", "--quiet", "-m", age)
    write({"top/web/shop.py": app.replace("new", "now")})
    return tmp_path / "top/web"


def test_revisions_beside_the_working_directory(repository: Path) -> None:
    before = git(repository, "status", "--porcelain=v2", "--branch")
    result = run(repository, "git:HEAD~1", "git:HEAD:shop:create_app", "shop:create_app", "--app", "shop", *FEW)
    assert result.returncode == 0, result.stderr
    said = (repository / "../../said").read_text(encoding="utf-8").split()
    assert {age: said.count(age) for age in said} == {"new": 9, "now": 9}  # --app imports the module and calls nothing
    assert run(repository, "git:HEAD~1", *FEW).returncode == 0  # shop:create_app, the only factory
    said = (repository / "../../said").read_text(encoding="utf-8").split()
    assert said.count("old") == 9
    assert git(repository, "status", "--porcelain=v2", "--branch") == before
    assert git(repository, "worktree", "list").count("\n") == 1
    assert not list(scratch(repository).iterdir())


def test_revisions_that_cannot_be_had_are_one_line(repository: Path, tmp_path: Path) -> None:
    for target, reason in (
        ("git:nonsense", "this repository has no revision 'nonsense'"),
        ("git:--all", "this repository has no revision '--all'"),
    ):
        result = run(repository, target)
        assert (result.returncode, result.stderr) == (2, f"flask-startup bench: {reason}\n")
    (repository / "young").mkdir()
    result = run(repository / "young", "git:HEAD:shop")
    assert result.stderr == "flask-startup bench: HEAD has no folder web/young\n"
    (tmp_path / "none").mkdir()
    result = run(tmp_path / "none", "git:HEAD:shop", GIT_CEILING_DIRECTORIES=str(tmp_path))
    assert (result.returncode, result.stderr.startswith("flask-startup bench: fatal: not a git repo")) == (2, True)
    bash = shutil.which("bash")  # a Python that is started by a script needs it
    if bash is not None:
        (tmp_path / "none" / "bash").symlink_to(bash)
    result = run(repository, "git:HEAD:shop", PATH=str(tmp_path / "none"))
    assert result.stderr == "flask-startup bench: git does not run: No such file or directory\n"


def test_a_revision_without_an_entry_point_is_one_line(write: Write, tmp_path: Path) -> None:
    write({"nothing.txt": ""})
    git(tmp_path, "init", "--quiet")
    git(tmp_path, "add", ".")
    git(tmp_path, "commit", "--quiet", "-m", "nothing")
    result = run(tmp_path, "git:HEAD")
    reason = "git:HEAD: no entry point found: name it, such as git:HEAD:shop:create_app"
    assert (result.returncode, result.stderr) == (2, f"flask-startup bench: {reason}\n")


def test_a_module_from_elsewhere_is_not_taken_for_the_revisions(repository: Path) -> None:
    result = run(repository, "git:HEAD:colorsys", *FEW)
    assert result.returncode == 1
    assert result.stderr.splitlines()[1].startswith("git:HEAD:colorsys: what is imported is ")


@pytest.mark.parametrize(
    ("target", "reason"),
    [
        ("shop:make_app", "AttributeError: module 'shop' has no attribute 'make_app'"),
        ("broken", "SyntaxError: invalid syntax (broken.py, line 2)"),
        ("gone", "last words"),
        ("cmd: echo first >&2; echo last >&2; exit 3", "last"),
        ("cmd: exit 3", "ended with status 3"),
    ],
)
def test_what_does_not_start_is_one_line_and_ends_the_benchmark(target: str, reason: str, write: Write) -> None:
    gone = "import os, sys\nprint('last words', file=sys.stderr, flush=True)\nos._exit(3)\n"
    broken = "import os\ndef create_app(:\n"
    folder = write({**APP, "broken.py": broken, "gone.py": gone})
    (folder / "out.json").write_text("as it was", encoding="utf-8")
    result = run(folder, "shop:create_app", target, "--json", "out.json", *FEW)
    assert (result.returncode, result.stdout) == (1, "")
    assert result.stderr.splitlines()[1:] == [f"{target}: {reason}"]
    assert (folder / "out.json").read_text(encoding="utf-8") == "as it was"
    assert (folder / "runs").read_text(encoding="utf-8") == "x"
    assert not list(scratch(folder).iterdir())


@pytest.mark.parametrize("entry", ["absent:create_app", "shop.absent:app", "absent.inner", "flask.absent_too:app"])
def test_a_target_without_a_module_is_none_and_nothing_runs(entry: str, write: Write) -> None:
    folder = write(APP)
    result = run(folder, "shop:create_app", entry, *FEW)
    if entry.startswith("flask."):  # only loading Flask would tell
        assert result.returncode == 1
        return
    module = entry.partition(":")[0]
    assert (result.returncode, result.stdout) == (2, "")
    assert result.stderr == f"flask-startup bench: {entry}: no module named {module!r}\n"
    assert not (folder / "runs").exists()


@pytest.mark.skipif(os.name != "posix", reason="named pipes")
def test_what_does_not_end_is_ended_with_all_its_processes(write: Write) -> None:
    folder = write(APP)
    with Event(folder) as hanging:
        write({"hanging.py": HANGING.format(str(hanging.path))})
        result = run(folder, "hanging", "--timeout", "1", "--json", "out.json", *FEW)
        hanging.wait_for_end()
    assert (result.returncode, result.stdout) == (1, "")
    assert result.stderr.splitlines()[1:] == ["hanging: no end after 1 s"]
    assert not (folder / "out.json").exists()


def test_what_cannot_be_written_is_told_before_anything_runs(write: Write) -> None:
    folder = write({**APP, "file": "as it was"})
    for output, reason in (("absent/out", "No such file or directory"), ("file/out", "Not a directory")):
        result = run(folder, "shop:create_app", "--json", output)
        said = f"flask-startup bench: {output}: {reason}\n"
        assert (result.returncode, result.stdout, result.stderr) == (2, "", said)
    assert not (folder / "runs").exists()
    assert {path.name for path in folder.iterdir()} == {"shop", "file"}


def test_the_table_is_not_lost_with_the_file(write: Write) -> None:
    folder = write({"shop.py": "import shutil\nshutil.rmtree('out', ignore_errors=True)\n", "out/file": ""})
    result = run(folder, "shop", "--json", "out/json", *FEW)
    assert result.returncode == 2
    assert result.stderr.splitlines()[-1] == "flask-startup bench: out/json: No such file or directory"
    assert "shop " in result.stdout


def test_a_pipe_will_do_for_the_file(write: Write) -> None:
    result = run(write(APP), "shop", "--json", "/dev/stderr", "--quiet", *FEW)
    assert result.returncode == 0
    assert json.loads(result.stderr)["targets"][0]["target"] == "shop"


def test_an_interpreter_that_is_none_is_one_line(write: Write) -> None:
    result = run(write(APP), "shop", "--python", "./absent", "--quiet")
    reason = "./absent does not run: No such file or directory"
    assert (result.returncode, result.stderr) == (2, f"flask-startup bench: {reason}\n")


def test_the_extra_is_named_where_it_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bench, "find_spec", lambda _: None)
    result = CliRunner().invoke(startup, ["bench", "shop"])
    assert result.exit_code == 2
    assert result.output.endswith("bench: the statistics need pip install 'flake8-flask-startup[bench]'\n")


def test_a_closed_pipe_is_no_traceback(write: Write) -> None:
    folder = write(APP)
    command = [DOOR, "bench", "shop", "--quiet", *FEW]
    with subprocess.Popen(command, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        said = process.stderr.read()
    assert process.returncode == 141
    assert said == "flask-startup bench: nobody reads the output any more\n"


@pytest.mark.skipif(os.name != "posix", reason="signals")
@pytest.mark.parametrize("target", ["git:HEAD:shop", "cmd: exec 3> ../event; echo here >&3; cat ../never"])
def test_interrupted_it_leaves_no_process_no_file_and_no_checkout(target: str, write: Write) -> None:
    folder = write({"project/here": ""}) / "project"
    os.mkfifo(folder.parent / "never")
    with Event(folder.parent) as started:
        write({"project/shop.py": HANGING.format(str(started.path))})
        git(folder, "init", "--quiet")
        git(folder, "add", ".")
        git(folder, "commit", "--quiet", "-m", "app")
        command = [DOOR, "bench", target, "--json", "out"]
        environment = {**os.environ, "TMPDIR": str(scratch(folder))}
        with subprocess.Popen(command, cwd=folder, stderr=subprocess.PIPE, text=True, env=environment) as process:
            started.wait()
            process.send_signal(signal.SIGINT)
            assert process.stderr is not None
            said = process.stderr.read()
        started.wait_for_end()
    assert process.returncode == 130
    assert said.splitlines()[1:] == ["flask-startup bench: interrupted"]
    assert {path.name for path in folder.iterdir()} == {".git", "here", "shop.py"}
    assert not list(scratch(folder).iterdir())
