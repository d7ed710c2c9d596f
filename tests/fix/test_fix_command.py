"""`flask-startup fix` through its real door, and what may happen to the files meanwhile."""

from __future__ import annotations

import errno
import os
import shutil
import signal
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
import pytest

from flake8_flask_startup.cli.fix import dearest, written
from flake8_flask_startup.config.options import parse
from flake8_flask_startup.config.settings import read
from flake8_flask_startup.files import directory
from flake8_flask_startup.fix import transaction
from flake8_flask_startup.fix.run import Wanted, changed_meanwhile, repaired
from flake8_flask_startup.fix.steps import Step
from flake8_flask_startup.startup import cost_tables
from flake8_flask_startup.startup.graph.trace import Statement

SCRIPT = str(Path(sys.executable).with_name("flask-startup"))
GIT = shutil.which("git") or "git"
COSTS = Path(__file__).parents[1] / "costs.toml"
SOURCE = "import pandas as pd\n\n\ndef page():\n    return pd.NA\n"
FIXED = "def page():\n    import pandas as pd\n\n    return pd.NA\n"


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def fix(folder: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[bytes]:
    command = (SCRIPT, "fix", f"--fst-costs={COSTS}", "--fst-cache=off", *arguments)
    return subprocess.run(command, cwd=folder, capture_output=True, env=os.environ | environment, check=False)


def test_a_diff_and_nothing_written(tmp_path: Path) -> None:
    (tmp_path / "page.py").write_text(SOURCE)
    done = fix(tmp_path)
    assert done.returncode == 1
    assert done.stdout.startswith(b"--- a/page.py\n+++ b/page.py\n@@ -1,5 +1,4 @@\n-import pandas as pd\n")
    assert done.stderr == b"applied     431 ms  pandas (page.py:1)\n"
    assert (tmp_path / "page.py").read_text() == SOURCE
    subprocess.run([GIT, "apply", "-"], cwd=tmp_path, input=done.stdout, check=True)
    assert (tmp_path / "page.py").read_text() == FIXED


@pytest.mark.skipif(os.name != "posix" or sys.platform == "darwin", reason="names of any bytes")
def test_names_in_a_diff_steer_no_terminal(tmp_path: Path) -> None:
    for name in (b"a\x1b[2J.py", b"\xff\xfe.py"):
        Path(os.fsdecode(bytes(tmp_path) + b"/" + name)).write_text(SOURCE)
    done = fix(tmp_path)
    assert done.returncode == 1
    heads = [line for line in done.stdout.splitlines() if line.startswith(b"---")]
    assert heads == [rb'--- "a/a\033[2J.py"', rb'--- "a/\377\376.py"']
    assert b"\x1b" not in done.stdout + done.stderr
    subprocess.run([GIT, "apply", "-"], cwd=tmp_path, input=done.stdout, check=True)
    assert {path.read_text() for path in tmp_path.iterdir()} == {FIXED}


@pytest.mark.parametrize("head", [b"\xef\xbb\xbf", b"# coding: latin-1\n# caf\xe9\n"])
def test_a_diff_can_be_applied_whatever_the_encoding(head: bytes, tmp_path: Path) -> None:
    path = tmp_path / "page.py"
    path.write_bytes(head + SOURCE.encode())
    done = fix(tmp_path)
    subprocess.run([GIT, "apply", "-"], cwd=tmp_path, input=done.stdout, check=True)
    assert path.read_bytes().startswith(head)
    assert path.read_bytes().removeprefix(head).strip() == FIXED.encode().strip()


def test_an_encoding_that_no_diff_can_show(tmp_path: Path) -> None:
    (tmp_path / "page.py").write_text(f"# coding: utf-7\n{SOURCE}")
    done = fix(tmp_path)
    assert (done.returncode, done.stdout) == (0, b"")
    assert b"refused" in done.stderr


def test_written_and_a_second_run_changes_nothing(tmp_path: Path) -> None:
    path = tmp_path / "page.py"
    path.write_text(SOURCE)
    path.chmod(0o750)
    done = fix(tmp_path, "--write")
    assert (done.returncode, done.stderr) == (0, b"")
    assert done.stdout == b"applied     431 ms  pandas (page.py:1)\n"
    assert path.read_text() == FIXED
    assert stat.S_IMODE(path.stat().st_mode) == 0o750
    again = fix(tmp_path, "--write")
    assert (again.returncode, again.stdout) == (0, b"nothing to repair\n")
    assert names(tmp_path) == ["page.py"]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (SOURCE.replace("\n", "\r\n").encode(), FIXED.replace("\n", "\r\n").encode()),
        (b"\xef\xbb\xbf" + SOURCE.encode(), b"\xef\xbb\xbf" + FIXED.encode()),
        (
            b"# -*- coding: latin-1 -*-\nimport pandas as pd\nNAME = 'caf\xe9'\n\n\ndef page():\n    return pd.NA\n",
            b"# -*- coding: latin-1 -*-\nNAME = 'caf\xe9'\n\n\n"
            b"def page():\n    import pandas as pd\n\n    return pd.NA\n",
        ),
        (SOURCE.rstrip("\n").encode(), FIXED.rstrip("\n").encode()),
        (SOURCE.replace("    ", "\t").encode(), FIXED.replace("    ", "\t").encode()),
        (
            b"import pandas as pd\nA = '''\r\n\x0c'''\n\x0c\ndef page():\n    return pd.NA  \n",
            b"A = '''\r\n\x0c'''\n\x0c\ndef page():\n    import pandas as pd\n\n    return pd.NA  \n",
        ),
    ],
    ids=["CRLF", "BOM", "latin-1", "no final newline", "tabs", "mixed ends and form feeds"],
)
def test_bytes_survive(before: bytes, after: bytes, tmp_path: Path) -> None:
    (tmp_path / "page.py").write_bytes(before)
    assert fix(tmp_path, "--write").returncode == 0
    assert (tmp_path / "page.py").read_bytes() == after


def test_what_cannot_be_written_is_one_line_and_the_rest_is_done(tmp_path: Path) -> None:
    outside = tmp_path / "outside.py"
    outside.write_text(SOURCE)
    project = tmp_path / "project"
    project.mkdir()
    for name in ("good.py", "locked.py"):
        (project / name).write_text(SOURCE)
    (project / "locked.py").chmod(0o444)
    (project / "link.py").symlink_to(outside)
    (project / "broken.py").write_text("import pandas as pd\ndef page(:\n")
    done = fix(project, "--write")
    assert (project / "good.py").read_text() == FIXED
    assert outside.read_text() == SOURCE
    lines = done.stdout.decode().splitlines()
    assert "refused     431 ms  pandas (link.py:1): link.py is a link, and links are not followed" in lines
    assert "refused     431 ms  pandas (locked.py:1): locked.py is read-only" in lines
    assert (project / "locked.py").read_text() == SOURCE
    assert done.returncode == 1
    assert b"Traceback" not in done.stderr


def test_a_project_cannot_ask_for_it(tmp_path: Path) -> None:
    (tmp_path / "page.py").write_text(SOURCE)
    (tmp_path / "pyproject.toml").write_text("[tool.flask-startup.fix]\nwrite = true\n")
    done = fix(tmp_path)
    assert done.returncode == 2
    assert b"says what is written, which only the command line may" in done.stderr
    assert (tmp_path / "page.py").read_text() == SOURCE


def test_without_libcst_one_line_says_what_to_install(tmp_path: Path) -> None:
    (tmp_path / "sitecustomize.py").write_text("import sys\nsys.modules['libcst'] = None\n")
    (tmp_path / "page.py").write_text(SOURCE)
    done = fix(tmp_path, PYTHONPATH=str(tmp_path))
    assert (done.returncode, done.stdout) == (2, b"")
    assert done.stderr == (b"flask-startup fix: edits are made with LibCST: pip install 'flake8-flask-startup[fix]'\n")


def test_selection_savings_and_budget(tmp_path: Path) -> None:
    (tmp_path / "page.py").write_text(SOURCE)
    assert fix(tmp_path, "--select", "FST104").returncode == 0
    assert fix(tmp_path, "--ignore", "FST101").returncode == 0
    assert fix(tmp_path, "--min-saving", "500").stderr == b"nothing to repair\n"
    (tmp_path / "app.py").write_text("from flask import Flask\n\nimport page\n\napp = Flask(__name__)\n")
    met = fix(tmp_path, "--app", "app:app", "--budget", "5000")
    assert met.returncode == 0
    assert b"skipped     431 ms  pandas (page.py:1): the budget of 5,000 ms is met\n" in met.stderr
    done = fix(tmp_path, "--app", "app:app", "--budget", "100")
    assert done.returncode == 1
    assert b"is not met" not in done.stderr
    assert b"\nthe budget of 1.0 ms is not met\n" in fix(tmp_path, "--app", "app:app", "--budget", "1").stderr
    beside = fix(tmp_path, "--app", "app:app", "app.py")
    assert b"page.py is not among the files that may change\n" in beside.stderr


def test_each_step_is_asked_about(tmp_path: Path) -> None:
    (tmp_path / "page.py").write_text(SOURCE)
    assert fix(tmp_path, "--interactive").returncode == 2
    command = (SCRIPT, "fix", f"--fst-costs={COSTS}", "--fst-cache=off", "--write", "--interactive")
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, input=b"n\n", check=False)
    assert (done.returncode, (tmp_path / "page.py").read_text()) == (0, SOURCE)
    assert b"skipped     431 ms  pandas (page.py:1): not wanted\n" in done.stdout
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, input=b"y\n", check=False)
    assert (done.returncode, (tmp_path / "page.py").read_text()) == (0, FIXED)


@pytest.mark.parametrize(
    ("answers", "repaired"),
    [
        ("y n", "one"),
        ("n y", "two"),
        ("a", "one two"),
        ("q", ""),
        ("yes QUIT", "one"),
        ("n all", "two"),
        ("? maybe d n y", "two"),
    ],
)
def test_answers_as_git_has_them(tmp_path: Path, answers: str, repaired: str) -> None:
    for name in ("one.py", "two.py"):
        (tmp_path / name).write_text(SOURCE)
    command = (SCRIPT, "fix", f"--fst-costs={COSTS}", "--fst-cache=off", "--write", "--interactive")
    given = "\n".join([*answers.split(), ""]).encode()
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, input=given, check=False)
    assert done.returncode == 0, done
    now = [each for each in ("one", "two") if (tmp_path / f"{each}.py").read_text() == FIXED]
    assert now == repaired.split()
    assert (b"a  write it, and all that follow" in done.stdout) == ("?" in answers)
    assert (b"+    import pandas" in done.stdout) == ("d" in answers)


def test_a_question_without_an_answer_ends_the_run(tmp_path: Path) -> None:
    (tmp_path / "page.py").write_text(SOURCE)
    command = (SCRIPT, "fix", f"--fst-costs={COSTS}", "--fst-cache=off", "--write", "--interactive")
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, input=b"", check=False)
    assert (done.returncode, (tmp_path / "page.py").read_text()) == (130, SOURCE)
    assert b"fault" not in done.stdout + done.stderr
    assert b"nothing is written" in done.stderr


def wanted(folder: Path, monkeypatch: pytest.MonkeyPatch, *arguments: str) -> Wanted:
    monkeypatch.chdir(folder)
    monkeypatch.setattr(cost_tables, "bundled_table_path", lambda: COSTS)
    options = parse(["--select=FST", "--fst-cache=off", *arguments])
    return Wanted(tuple(names(folder)), options, read(options), 1.0, writes=True)


def test_a_file_that_changes_meanwhile_takes_its_steps_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("one.py", "two.py"):
        (tmp_path / name).write_text(SOURCE)
    repair = repaired(wanted(tmp_path, monkeypatch)).repair
    assert sorted(repair.texts) == ["one.py", "two.py"]
    (tmp_path / "one.py").write_text("")
    assert changed_meanwhile(repair) == ["one.py"]
    assert repair.without({"one.py"}).texts == {"two.py": FIXED}


def shop(folder: Path) -> dict[str, str]:
    """A project where one step edits three files, and another one a fourth."""
    (folder / "alone.py").write_text("import numpy as np\n\n\ndef page():\n    return np.nan\n")
    for name in ("one.py", "three.py", "two.py"):
        (folder / name).write_text(SOURCE)
    lines = ["from flask import Flask", "import alone, one, two, three", "", "app = Flask(__name__)", ""]
    (folder / "wsgi.py").write_text("\n".join(lines))
    return texts(folder)


def texts(folder: Path) -> dict[str, str]:
    return {path.name: path.read_text() for path in folder.iterdir()}


@pytest.fixture
def heard() -> Iterator[None]:
    """Signals have their effect, whoever started the tests: nohup, for one, lets SIGHUP be ignored."""
    numbers = (signal.SIGTERM, signal.SIGHUP)
    before = [signal.signal(each, signal.SIG_DFL) for each in numbers]
    yield
    for each, handler in zip(numbers, before, strict=True):
        signal.signal(each, handler)


@pytest.mark.skipif(os.name != "posix", reason="signals")
@pytest.mark.usefixtures("heard")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
@pytest.mark.parametrize("moment", [1, 3, 4])
def test_an_interrupted_write_leaves_the_files_as_they_were(
    number: int, moment: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = shop(tmp_path)
    outcome = repaired(wanted(tmp_path, monkeypatch, "--fst-app=wsgi:app"))
    assert len(outcome.repair.texts) == 4
    replace, left = os.replace, iter(range(1, 100))

    def interrupted(*arguments: Any, **options: Any) -> None:
        replace(*arguments, **options)
        if next(left) >= moment:  # somebody who is impatient
            signal.raise_signal(number)

    monkeypatch.setattr(directory.os, "replace", interrupted)
    with pytest.raises(KeyboardInterrupt):
        written(click.Context(click.Command("fix")), outcome)
    assert texts(tmp_path) == before


def test_a_step_that_cannot_be_written_whole_is_not_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    before = shop(tmp_path)
    outcome = repaired(wanted(tmp_path, monkeypatch, "--fst-app=wsgi:app"))
    replace = os.replace

    def full(source: str, target: str, **options: Any) -> None:
        if target == "two.py":
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        replace(source, target, **options)

    monkeypatch.setattr(directory.os, "replace", full)
    with pytest.raises(click.exceptions.Exit) as end:
        written(click.Context(click.Command("fix")), outcome)
    assert end.value.exit_code == 2
    assert capsys.readouterr().err == "two.py: not written: No space left on device\n"
    after = texts(tmp_path)
    assert {name for name, text in after.items() if text != before[name]} == {"alone.py"}
    assert [each.step.name for each in outcome.repair.applied] == ["numpy (alone.py:1)"]


def test_a_fault_of_one_step_costs_that_step(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("one.py", "two.py"):
        (tmp_path / name).write_text(SOURCE)
    deferred = transaction.deferred
    calls = iter(["first"])

    def failing(*arguments: Any) -> str:
        if next(calls, ""):
            raise ZeroDivisionError("no reason")
        return deferred(*arguments)

    monkeypatch.setattr(transaction, "deferred", failing)
    outcome = repaired(wanted(tmp_path, monkeypatch))
    assert [reason for _, reason in outcome.refused] == ["a fault of fix: ZeroDivisionError: no reason"]
    assert outcome.repair.texts == {"two.py": FIXED}


def test_a_cost_table_that_cannot_be_read(tmp_path: Path) -> None:
    (tmp_path / "page.py").write_text(SOURCE)
    (tmp_path / "costs.toml").write_text("schema = ")
    done = fix(tmp_path, "--fst-costs=costs.toml")
    assert (done.returncode, done.stdout) == (2, b"")
    assert len(done.stderr.splitlines()) == 1


def test_an_entry_point_that_is_not_there(tmp_path: Path) -> None:
    (tmp_path / "page.py").write_text(SOURCE)
    done = fix(tmp_path, "--app", "nowhere:app")
    assert (done.returncode, done.stdout) == (2, b"")
    assert b"no module 'nowhere'" in done.stderr


def test_files_that_change_before_they_are_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("one.py", "two.py"):
        (tmp_path / name).write_text(SOURCE)
    outcome = repaired(wanted(tmp_path, monkeypatch))
    (tmp_path / "one.py").write_text("# changed\n")
    with pytest.raises(click.exceptions.Exit) as end:
        written(click.Context(click.Command("fix")), outcome)
    assert end.value.exit_code == 2
    assert (tmp_path / "one.py").read_text() == "# changed\n"
    assert (tmp_path / "two.py").read_text() == FIXED


def test_a_full_disk_is_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "one.py").write_text(SOURCE)
    outcome = repaired(wanted(tmp_path, monkeypatch))

    def full(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(directory.os, "replace", full)
    with pytest.raises(click.exceptions.Exit) as end:
        written(click.Context(click.Command("fix")), outcome)
    assert end.value.exit_code == 2
    assert capsys.readouterr().err == "one.py: not written: No space left on device\n"
    assert (tmp_path / "one.py").read_text() == SOURCE
    assert names(tmp_path) == ["one.py"]


LATER = "import pandas as pd\nfrom flask import Flask\n\napp = Flask(__name__)\nlater = lambda: pd.NA\n"


def test_what_stays_and_what_would_go_otherwise(tmp_path: Path) -> None:
    (tmp_path / "wsgi.py").write_text(LATER)
    lines = fix(tmp_path, "--app=wsgi:app").stderr.decode().splitlines()
    assert lines[0].startswith("refused     431 ms  pandas (wsgi.py:1): wsgi.py: a lambda outside of functions")
    assert lines[-2].endswith(" ms  flask itself")
    assert lines[-1] == "with --style lazy, on Python 3.15: 431 ms less (pandas)"


def test_what_goes_with_another_package_does_not_stay_by_itself(tmp_path: Path) -> None:
    """NumPy comes with pandas, which stays, and with torch, which goes: without pandas there is no more of it."""
    text = "import pandas\nimport torch\nfrom flask import Flask\n\napp = Flask(__name__)\nNONE = pandas.NA\n"
    (tmp_path / "wsgi.py").write_text(f"{text}\n\ndef page():\n    return torch\n")
    lines = fix(tmp_path, "--app=wsgi:app").stderr.decode().splitlines()
    assert [line.split()[3] for line in lines if line.startswith("stays") and " ms " in line] == ["pandas", "flask"]


def test_what_a_condition_adds_again(tmp_path: Path) -> None:
    """A saving that conditions decide about is one of a startup where they do not hold, and that is said."""
    (tmp_path / "app.py").write_text(
        "import pandas as pd\nfrom flask import Flask\n\n\ndef create_app():\n    app = Flask(__name__)\n"
        "    app.frame = pd.NA if app.config['FRAME'] else None\n    return app\n"
    )
    lines = fix(tmp_path, "--app=app:create_app").stderr.decode().splitlines()
    assert lines[0] == "applied     431 ms  pandas (app.py:1)"
    more = "where the conditions hold that it is used under: 431 ms more (what was imported at app.py:1)"
    assert more in lines


def test_what_would_go_with_unsafe(tmp_path: Path) -> None:
    text = "import pandas as pd\nfrom flask import Flask\n\napp = Flask(__name__)\nSALES = pd.DataFrame()\n\n\n"
    (tmp_path / "wsgi.py").write_text(f"{text}@app.route('/')\ndef index():\n    return len(SALES)\n")
    done = fix(tmp_path, "--app=wsgi:app")
    assert (done.returncode, done.stdout) == (0, b"")
    assert done.stderr.decode().splitlines()[-1] == "with --unsafe: 431 ms less (pandas)"
    done = fix(tmp_path, "--app=wsgi:app", "--unsafe")
    assert b"+@cache\n+def _load_sales():\n" in done.stdout


def test_what_the_linter_goes_on_to_find(tmp_path: Path) -> None:
    """A repair that is not unsafe leaves an app in module code, and says so; a noqa comment is heeded."""
    text = "import pandas\nfrom flask import Flask\n\napp = Flask(__name__){}\n\n\ndef page():\n    return pandas\n"
    (tmp_path / "wsgi.py").write_text(text.format(""))
    line = "stays   what the linter finds of apps in module code, for --unsafe (1 of FST201)"
    assert line in fix(tmp_path).stderr.decode().splitlines()
    (tmp_path / "wsgi.py").write_text(text.format("  # noqa: FST201"))
    assert line not in fix(tmp_path).stderr.decode().splitlines()


def test_the_reloader_starts_it_twice(tmp_path: Path) -> None:
    (tmp_path / "wsgi.py").write_text(
        "from flask import Flask\n\napp = Flask(__name__)\nif __name__ == '__main__':\n    app.run(debug=True)\n"
    )
    lines = fix(tmp_path, "--app=wsgi:app").stderr.decode().splitlines()
    assert lines[-1].startswith("with the reloader, which starts it a second time: ")
    lines = fix(tmp_path, "--app=wsgi:app", "--ignore=FST301").stderr.decode().splitlines()
    assert lines[-1].startswith("the reloader starts it a second time: ")


def test_the_reloader_of_another_app_starts_that(tmp_path: Path) -> None:
    (tmp_path / "wsgi.py").write_text("from flask import Flask\n\napp = Flask(__name__)\n")
    text = "from flask import Flask\n\nfake = Flask('fake')\nif __name__ == '__main__':\n    fake.run(debug=True)\n"
    (tmp_path / "fake.py").write_text(text)
    lines = fix(tmp_path, "--app=wsgi:app").stderr.decode().splitlines()
    assert lines[0] == f"applied{' ' * 13}debug mode switched on in fake.run() (fake.py:5)"
    assert not [line for line in lines if "reloader" in line]
    (tmp_path / "fake.py").write_text(f"import wsgi\n{text}")
    lines = fix(tmp_path, "--app=wsgi:app").stderr.decode().splitlines()
    assert lines[-1].startswith("with the reloader, which starts it a second time: ")


def test_a_style_is_chosen(tmp_path: Path) -> None:
    (tmp_path / "page.py").write_text(SOURCE)
    (tmp_path / "ruff.toml").write_text('[lint]\nselect = ["PLC0415"]\n')
    done = fix(tmp_path, "--style=auto", "--fst-target-version=3.14")
    assert b"+    import pandas as pd\n" in done.stdout
    assert b"note    ruff's PLC0415, on in ruff.toml, reports imports in functions" in done.stderr
    done = fix(tmp_path, "--style=auto", "--fst-target-version=3.15")
    assert b"lazy" in done.stdout
    assert b"note" not in done.stderr
    (tmp_path / "ruff.toml").write_text('[lint]\nselect = ["TID"]\nflake8-tidy-imports.ban-lazy = "all"\n')
    done = fix(tmp_path, "--style=auto", "--fst-target-version=3.15")
    assert b"+    import pandas as pd\n" in done.stdout


def test_a_report_ends_with_what_a_repair_would_leave(tmp_path: Path) -> None:
    (tmp_path / "wsgi.py").write_text(
        "try:\n    import torch\nexcept ImportError:\n    torch = None\nimport pandas as pd\n"
        "from flask import Flask\n\napp = Flask(__name__)  # noqa: FST201\nMEAN = pd.NA\n\n\n"
        "@app.route('/')\ndef index():\n    return torch.NAME\n"
    )
    report = (SCRIPT, "report", "--app", "wsgi:app", f"--costs={COSTS}")
    done = subprocess.run(report, cwd=tmp_path, capture_output=True, check=True)
    at, *left = done.stdout.decode().partition("At best ")[2].splitlines()
    fixed = fix(tmp_path, "--app", "wsgi:app").stderr.decode().splitlines()
    assert fixed[1].endswith(f" ms now, {at.split()[0]} ms then")
    assert left == fixed[2:]
    assert left[0].startswith("stays ")
    assert left[0].endswith(" (wsgi.py:5: the module code on line 9 uses it while loading)")


def test_what_must_stay_eager(tmp_path: Path) -> None:
    (tmp_path / "wsgi.py").write_text(
        "import numpy\nimport pandas as pd\nfrom flask import Flask\n\napp = Flask(__name__)\nMEAN = pd.NA\n\n\n"
        "@app.route('/')\ndef index():\n    return numpy.array([])\n"
    )
    done = fix(tmp_path, "--app", "wsgi:app", "--style", "lazy", "--fst-target-version", "3.15")
    lines = [each for each in done.stderr.decode().splitlines() if each.startswith("eager")]
    assert lines[0] == "eager   pandas (wsgi.py:2: the module code on line 6 uses it while loading)"
    assert not any("numpy" in each for each in lines)


def test_without_paths_what_startup_does_not_load_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "app.py").write_text(
        f"import flask\n\n{SOURCE}\n\ndef create_app():\n    return flask.Flask(__name__)\n"
    )
    (tmp_path / "script.py").write_text(SOURCE)
    assert names_in(fix(tmp_path).stdout) == {"app.py"}
    assert names_in(fix(tmp_path, "script.py").stdout) == {"script.py"}
    assert names_in(fix(tmp_path, ".").stdout) == {"app.py", "script.py"}
    (tmp_path / "app.py").unlink()
    assert names_in(fix(tmp_path).stdout) == {"script.py"}


def names_in(diff: bytes) -> set[str]:
    return {line.removeprefix(b"+++ b/").decode() for line in diff.splitlines() if line.startswith(b"+++ b/")}


def test_parts_of_one_statement_that_are_refused_alike_are_one_line() -> None:
    place = Statement("shop/__init__.py", 3)
    small, whole = (Step("pandas", ms, {place: "FST107"}) for ms in (7.0, 30.0))
    assert list(dearest([(small, "why"), (whole, "why"), (small, "another reason")])) == [
        (whole, "why"),
        (small, "another reason"),
    ]


def test_parts_of_a_step_that_is_refused_whole_are_not_told_besides() -> None:
    first, second, other = (Statement("shop/__init__.py", line) for line in (3, 4, 9))
    parts = [Step("pandas", 7.0, {place: "FST107"}) for place in (first, second)]
    whole = Step("pandas", 30.0, {first: "FST107", second: "FST107"})
    alone = Step("pandas", 5.0, {other: "FST107"})
    of_others = Step("numpy", 5.0, {first: "FST107"})
    refused = [*((each, f"why {each.name}") for each in parts), (whole, "why"), (alone, "why"), (of_others, "why")]
    assert list(dearest(refused)) == [(whole, "why"), (alone, "why"), (of_others, "why")]
