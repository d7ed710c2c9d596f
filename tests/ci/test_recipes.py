"""The recipes of docs/ci.md, the action and the workflow, run as far as they go without installing anything."""

from __future__ import annotations

import ast
import configparser
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from markdown_it import MarkdownIt

from installed_programs import unmeasured

ROOT = Path(__file__).parents[2]
BASH = shutil.which("bash") or "bash"
PROGRAM = Path(sys.executable).with_name("flask-startup")
TITLE = re.compile(r'title="([^"]+)"')
GOOD = {
    "shop/__init__.py": "import flask\n\n\ndef create_app():\n    from . import views\n    return flask.Flask('x')\n",
    "shop/views.py": "def table():\n    import pandas\n    return pandas.DataFrame()\n",
}
BAD = GOOD | {"shop/views.py": "import pandas\n\n\ndef table():\n    return pandas.DataFrame()\n"}
ACTION: dict[str, Any] = yaml.safe_load((ROOT / "action.yml").read_text(encoding="utf-8"))
WORKFLOWS = [*(ROOT / ".github" / "workflows").glob("*.yml")]
needs_bash = pytest.mark.skipif(shutil.which("bash") is None, reason="bash")


def recipes() -> dict[str, str]:
    """The titled fences of the page."""
    tokens = MarkdownIt().parse((ROOT / "docs" / "ci.md").read_text(encoding="utf-8"))
    return {match[1]: each.content for each in tokens if each.type == "fence" and (match := TITLE.search(each.info))}


def commands(name: str, text: str) -> Iterator[str]:
    """The command lines of a recipe."""
    if name == ".gitlab-ci.yml":
        yield from yaml.safe_load(text)["startup"]["script"]
    elif name == "tox.ini":
        parser = configparser.ConfigParser()
        parser.read_string(text)
        yield parser["testenv:startup"]["commands"]
    elif name == "noxfile.py":
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.Call) and ast.unparse(node.func) == "session.run":
                yield shlex.join(ast.literal_eval(each) for each in node.args)
    elif name == "Dockerfile":
        yield from (line.removeprefix("RUN ") for line in text.splitlines() if line.startswith("RUN "))
    elif name.endswith(".sh"):
        yield from text.splitlines()


def checks(name: str, text: str) -> list[list[str]]:
    """The commands of a recipe that check, as words from `flask-startup` on, whatever starts it."""
    found = [shlex.split(each) for each in commands(name, text)]
    return [words[words.index("flask-startup") :] for words in found if "flask-startup" in words]


COMMANDS = {name: found for name, text in recipes().items() if (found := checks(name, text))}


def written(files: dict[str, str], folder: Path) -> Path:
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    return folder


def test_every_recipe_checks() -> None:
    assert set(COMMANDS) == {".gitlab-ci.yml", "tox.ini", "noxfile.py", "uv.sh", "poetry.sh", "Dockerfile"}


@pytest.mark.parametrize("name", COMMANDS)
def test_recipe(name: str, tmp_path: Path) -> None:
    for files, status in ((GOOD, 0), (BAD, 1)):
        written(files, tmp_path)
        for _, *arguments in COMMANDS[name]:
            done = subprocess.run(
                [str(PROGRAM), *arguments], cwd=tmp_path, env=unmeasured(), capture_output=True, text=True, check=False
            )
            assert done.returncode == status, done.stdout + done.stderr


@needs_bash
@pytest.mark.parametrize(("files", "status"), [(GOOD, 0), (BAD, 1)], ids=["good", "bad"])
def test_the_steps_of_the_action(files: dict[str, str], status: int, tmp_path: Path) -> None:
    """All steps but the one that installs, as GitHub runs them: bash with -e and pipefail, inputs as variables."""
    project = written(files, tmp_path / "a project")
    outside = tmp_path / "executed"
    summary = tmp_path / "summary.md"
    env = {
        **unmeasured(),
        "FLASK_STARTUP": str(PROGRAM),
        "GITHUB_STEP_SUMMARY": str(summary),
        "ARGUMENTS": f"--app=shop:create_app\n--extend-exclude=$(touch {outside}),a b\n\nshop\n",
    }
    install, *steps = ACTION["runs"]["steps"]
    assert "pip install" in install["run"]
    done = [
        subprocess.run(
            [BASH, "--noprofile", "--norc", "-eo", "pipefail", "-c", each["run"]],
            cwd=project, env=env, capture_output=True, text=True, check=False,
        )
        for each in steps
    ]  # fmt: skip
    assert [each.returncode for each in done] == [0, status], done[-1].stdout + done[-1].stderr
    assert ("::warning file=shop/views.py,line=1,col=1,title=FST101::" in done[-1].stdout) == bool(status)
    assert "shop:create_app" in summary.read_text(encoding="utf-8")
    assert not outside.exists()


@needs_bash
def test_what_a_branch_adds_is_in_the_summary(tmp_path: Path) -> None:
    workflow = yaml.safe_load(recipes()[".github/workflows/startup-diff.yml"])
    (job,) = workflow["jobs"].values()
    *_, install, last = job["steps"]
    assert "pip install" in install["run"]
    written(GOOD, tmp_path / "old")
    written(BAD, tmp_path / "new")
    summary = tmp_path / "summary.md"
    path = os.pathsep.join([str(PROGRAM.parent), os.environ["PATH"]])
    done = subprocess.run(
        [BASH, "--noprofile", "--norc", "-e", "-c", last["run"]],
        cwd=tmp_path, env={**unmeasured(), "GITHUB_STEP_SUMMARY": str(summary), "PATH": path},
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    text = summary.read_text(encoding="utf-8")
    assert text.startswith("**Startup costs ")
    assert "| + | <code>pandas</code> |" in text


def scripts() -> Iterator[tuple[str, str]]:
    """The scripts of the action and of all workflows, those of the page among them."""
    yield from (("action.yml", each.get("run", "")) for each in ACTION["runs"]["steps"])
    texts = [(path.name, path.read_text(encoding="utf-8")) for path in WORKFLOWS]
    shown = [("docs", text) for name, text in recipes().items() if name.startswith(".github/workflows/")]
    for name, text in (*texts, *shown):
        for job in yaml.safe_load(text)["jobs"].values():
            yield from ((name, each.get("run", "")) for each in job["steps"])


def test_no_expression_stands_in_a_script() -> None:
    """What an expression holds would be part of the script, whoever wrote it."""
    found = list(scripts())
    assert len(found) > 10
    assert [(name, text) for name, text in found if "${{" in text] == []


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_actions_are_pinned_and_rights_are_least(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    workflow = yaml.safe_load(text)
    assert workflow["permissions"] == {}
    used = re.findall(r"uses: (\S+)( # v[\d.]+)?", text)
    assert used
    for action, version in used:
        assert action == "./" or (re.search(r"@[0-9a-f]{40}$", action) and version), action
    for name, job in workflow["jobs"].items():
        publishes = path.name == "release.yml" and name == "publish"
        assert job["permissions"] == ({"id-token": "write"} if publishes else {"contents": "read"})
        assert job.get("environment", "") == ("pypi" if publishes else "")
        for step in job["steps"]:
            if step.get("uses", "").startswith("actions/checkout@"):
                assert step["with"]["persist-credentials"] is False


def release() -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load((ROOT / ".github" / "workflows" / "release.yml").read_text(encoding="utf-8"))
    return found


def test_a_release_is_tried_on_every_python() -> None:
    steps = release()["jobs"]["build"]["steps"]
    (versions,) = (each["with"]["python-version"] for each in steps if "python-version" in each.get("with", {}))
    classifiers = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["classifiers"]
    named = [each.rpartition(" :: ")[2] for each in classifiers if re.search(r"Python :: 3\.\d", each)]
    assert sorted(versions.split()) == named


@needs_bash
@pytest.mark.parametrize(
    ("tag", "heading", "status"),
    [("v1.2.0", "## 1.2.0 (2026-12-01)", 0), ("v1.2.1", "## 1.2.1 (2026-12-01)", 1), ("v1.2.0", "## Unreleased", 1)],
)
def test_a_tag_is_the_version_and_in_the_changelog(tag: str, heading: str, status: int, tmp_path: Path) -> None:
    step = next(each for each in release()["jobs"]["build"]["steps"] if each.get("id") == "version")
    package = tmp_path / "src" / "flake8_flask_startup"
    package.mkdir(parents=True)
    (package / "__init__.py").write_text('"""Startup."""\n\n__version__ = "1.2.0"\n', encoding="utf-8")
    (tmp_path / "CHANGELOG.md").write_text(f"# Changelog\n\n{heading}\n", encoding="utf-8")
    done = subprocess.run(
        [BASH, "-e", "-c", step["run"]], cwd=tmp_path, env={**unmeasured(), "GITHUB_REF_NAME": tag}, check=False
    )
    assert done.returncode == status


@needs_bash
def test_the_matrix_comes_from_the_classifiers() -> None:
    workflow = yaml.safe_load((ROOT / ".github" / "workflows" / "tests.yml").read_text(encoding="utf-8"))
    step = next(each for each in workflow["jobs"]["versions"]["steps"] if each.get("id") == "classifiers")
    folder = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    with_output = {**unmeasured(), "PATH": folder, "GITHUB_OUTPUT": "/dev/stdout"}
    done = subprocess.run(
        [BASH, "-c", step["run"]], cwd=ROOT, env=with_output, capture_output=True, text=True, check=True
    )
    classifiers = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["classifiers"]
    pythons = json.loads(done.stdout.partition("=")[2])
    assert pythons == [each.rpartition(" :: ")[2] for each in classifiers if re.search(r"Python :: 3\.\d", each)]
    assert len(pythons) >= 5
