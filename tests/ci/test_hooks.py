"""The hooks for pre-commit: which files they are given, and what they find in a scratch repository."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest
import yaml

from flake8_flask_startup.config.deployment.files import is_deployment
from installed_programs import unmeasured

ROOT = Path(__file__).parents[2]
GIT = shutil.which("git") or "git"
HOOKS = {each["id"]: each for each in yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))}
NAMES = (
    "app.py", "shop/app.py", "app.pyi", "Dockerfile", "dockerfile", "deploy/Dockerfile.web", "Containerfile",
    "web.dockerfile", "DockerfileX", "Dockerfile_web", "dockerfiles", "Procfile", "Procfile.web", "aProcfile",
    "compose.yml", "docker-compose.prod.yaml",
    "compose.json", "mycompose.yml", ".env", ".env.prod", ".flaskenv", "a.env", "start.sh", "bin/start.sh", "sh",
    "web.service", ".service", "supervisord.conf", "shop-supervisor.conf", "supervisord.ini", "uwsgi.ini",
    "my_uwsgi_app.ini", "uwsgi.conf", "setup.cfg", "README.md", "k8s/web.yaml",
)  # fmt: skip

BAD = {
    "shop/__init__.py": "import flask\n\n\ndef create_app():\n    from . import views\n    return flask.Flask('x')\n",
    "shop/views.py": "import pandas\n\n\ndef table():\n    return pandas.DataFrame()\n",
    "Dockerfile": "FROM python:3.13\nCMD gunicorn --workers 4 'shop:create_app()'\n",
    "pyproject.toml": "[tool.flask-startup]\napp = ['shop:create_app']\n",
}
needs_pre_commit = pytest.mark.skipif(
    find_spec("pre_commit") is None or shutil.which("git") is None, reason="pre-commit and git"
)


def git(folder: Path, *arguments: str) -> None:
    author = ("-c", "user.name=a", "-c", "user.email=a@example.org", "-c", "init.defaultBranch=main")
    subprocess.run([GIT, *author, *arguments], cwd=folder, check=True, capture_output=True)


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """A scratch repository whose configuration takes the hooks of this one; they run as they are installed here."""
    hooks = tmp_path / "hooks"
    hooks.mkdir()
    shutil.copy(ROOT / ".pre-commit-hooks.yaml", hooks)
    project = tmp_path / "project"
    for name, text in BAD.items():
        (project / name).parent.mkdir(parents=True, exist_ok=True)
        (project / name).write_text(text, encoding="utf-8")
    used = [{"id": name, "language": "system", "additional_dependencies": []} for name in HOOKS]
    for folder in (hooks, project):
        git(folder, "init")
        git(folder, "add", "-A")
        git(folder, "commit", "-m", "first")
    head = subprocess.run([GIT, "rev-parse", "HEAD"], cwd=hooks, check=True, capture_output=True, text=True)
    config = {"repos": [{"repo": str(hooks), "rev": head.stdout.strip(), "hooks": used}]}
    (project / ".pre-commit-config.yaml").write_text(yaml.safe_dump(config), encoding="utf-8")
    git(project, "add", "-A")
    return project


def run(repository: Path, hook: str) -> subprocess.CompletedProcess[str]:
    """Run a hook on all files."""
    env = {
        **unmeasured(),
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
        "PRE_COMMIT_HOME": str(repository.parent / "home"),
    }
    command = [sys.executable, "-m", "pre_commit", "run", "--all-files", hook]
    return subprocess.run(command, cwd=repository, env=env, capture_output=True, text=True, check=False)


def flask_startup(repository: Path, *arguments: str) -> None:
    program = str(Path(sys.executable).with_name("flask-startup"))
    subprocess.run([program, *arguments], cwd=repository, env=unmeasured(), capture_output=True, check=True)


@pytest.mark.parametrize("name", NAMES)
def test_the_check_is_given_what_it_can_read(name: str) -> None:
    is_given = re.search(HOOKS["flask-startup"]["files"], name) is not None
    assert is_given == (name.endswith(".py") or is_deployment(name))


@needs_pre_commit
def test_check(repository: Path) -> None:
    done = run(repository, "flask-startup")
    assert done.returncode == 1
    assert "shop/views.py:1:1: FST101" in done.stdout
    assert "Dockerfile:2:5: FST611" in done.stdout
    (repository / "shop/views.py").write_text("", encoding="utf-8")
    (repository / "Dockerfile").write_text(BAD["Dockerfile"].replace("--workers 4", "--preload"), encoding="utf-8")
    git(repository, "add", "-A")
    assert run(repository, "flask-startup").returncode == 0


@needs_pre_commit
def test_locked(repository: Path) -> None:
    assert "there is no flask-startup.lock yet" in run(repository, "flask-startup-locked").stdout
    flask_startup(repository, "lock")
    git(repository, "add", "-A")
    assert run(repository, "flask-startup-locked").returncode == 0
    (repository / "shop/views.py").write_text("import scipy\n", encoding="utf-8")
    git(repository, "add", "-A")
    done = run(repository, "flask-startup-locked")
    assert done.returncode == 1
    assert "FST902 package 'scipy'" in done.stdout
    assert "FST10" not in done.stdout


@needs_pre_commit
@pytest.mark.skipif(find_spec("libcst") is None, reason="LibCST")
def test_fix(repository: Path) -> None:
    done = run(repository, "flask-startup-fix")
    assert done.returncode == 1
    assert "files were modified by this hook" in done.stdout
    assert (repository / "shop/views.py").read_text(encoding="utf-8").startswith("def table():\n    import pandas\n")
    git(repository, "add", "-A")
    assert run(repository, "flask-startup-fix").returncode == 0
