"""Ten real Flask apps: what they are, and how they come to lie in a folder for `benchmarks/startup_truth.py`.

APPS/NAME/src holds the app's own code and nothing else; APPS/NAME/env is a virtual environment with exactly the
versions that were installed when the truth was taken. Apps from PyPI are installed here, and their code copied out of
site-packages; of the others a checkout must be put into APPS/NAME/src first: nothing here fetches a repository.
"""

from __future__ import annotations

import gzip
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

RECORDER = Path(__file__).with_name("record_stacks.py")
RUN_SECONDS = 300


@dataclass(frozen=True, slots=True)
class App:
    """One app. entries start the trace; code does the same for real, with the environment variables beside it.

    own are the top-level packages that count as first party, roots the folders of APPS/NAME/src that go on the path.
    copied are the packages taken out of site-packages; for an app without, source says where its checkout comes from.
    """

    name: str
    entries: tuple[str, ...]
    own: tuple[str, ...]
    code: str
    copied: tuple[str, ...] = ()
    source: str = ""
    roots: tuple[str, ...] = ("",)
    variables: Mapping[str, str] = field(default_factory=dict)

    def src(self, apps: Path) -> Path:
        """Return the folder that the app's own code lies in."""
        return apps / self.name / "src"

    def env(self, apps: Path) -> Path:
        """Return the app's virtual environment."""
        return apps / self.name / "env"

    def site_packages(self, apps: Path) -> Path:
        """Return where the app's dependencies lie."""
        return next(self.env(apps).glob("lib/python*/site-packages"))


APPS = (
    App(
        "ihatemoney",
        ("ihatemoney.run:create_app",),
        ("ihatemoney",),
        "from ihatemoney.run import create_app; create_app()",
        copied=("ihatemoney",),
    ),
    App(
        "locust",
        ("locust.env:Environment", "locust.web:WebUI"),
        ("locust",),
        'from locust.env import Environment; from locust.web import WebUI; WebUI(Environment(), "127.0.0.1", 0)',
        copied=("locust",),
    ),
    App(
        "mlflow",
        ("mlflow.server:app",),
        ("mlflow",),
        "from mlflow.server import app",
        copied=("mlflow",),
        variables={"MLFLOW_TRACKING_URI": "sqlite:///m.db"},
    ),
    App(
        "calibreweb",
        ("calibreweb", "cps:create_app", "cps.web"),
        ("calibreweb", "cps"),
        'import sys, calibreweb; sys.argv=["cps","-p","app.db"]; from cps import create_app; create_app(); '
        "from cps import web",
        copied=("calibreweb",),
        roots=("", "calibreweb"),
    ),
    App("octoprint", ("octoprint.server",), ("octoprint",), "import octoprint.server", copied=("octoprint",)),
    App(
        "pgadmin4",
        ("pgadmin4.pgAdmin4",),
        ("pgadmin4", "pgadmin", "config", "config_distro", "branding", "version", "setup", "pgacloud"),
        "import pgadmin4.pgAdmin4",
        copied=("pgadmin4",),
        variables={"PGADMIN_SERVER_MODE": "OFF"},
    ),
    App(
        "microblog",
        ("app:create_app",),
        ("app", "config"),
        "from app import create_app; create_app()",
        source="miguelgrinberg/microblog at a975ef6486",
    ),
    App(
        "CTFd",
        ("CTFd:create_app",),
        ("CTFd",),
        "from CTFd import create_app; create_app()",
        source="CTFd/CTFd at 91ced62d44",
    ),
    App(
        "OpenCRE",
        ("application:create_app",),
        ("application",),
        "from application import create_app; create_app()",
        source="OWASP/OpenCRE at ed999c5347",
        variables={"NO_LOGIN": "1"},
    ),
    App(
        "searxng",
        ("searx.webapp",),
        ("searx",),
        "import searx.webapp",
        source="searxng/searxng at 9fea41204f",
        variables={"SEARXNG_SECRET": "abc"},
    ),
)


def installed(app: App, apps: Path, truth: Path) -> bool:
    """Bring the app's environment and code into place where they are missing; False if a checkout is wanted.

    Raises subprocess.CalledProcessError where a frozen version does not install.
    """
    if not app.copied and not app.src(apps).is_dir():
        return False
    install(app, apps, gzip.decompress((truth / f"{app.name}.freeze.txt.gz").read_bytes()).decode())
    return True


def install(app: App, apps: Path, frozen: str) -> None:
    """Bring the app's environment and code into place where they are missing, its frozen versions installed.

    Raises subprocess.CalledProcessError where one does not install.
    """
    if not app.env(apps).is_dir():
        _install(app.env(apps), frozen)
    if not app.src(apps).is_dir():
        for package in app.copied:
            unwanted = shutil.ignore_patterns("__pycache__")
            shutil.copytree(app.site_packages(apps) / package, app.src(apps) / package, ignore=unwanted)


def _install(env: Path, frozen: str) -> None:
    """Make the virtual environment and install the frozen versions, without dependencies of their own choosing."""
    uv = shutil.which("uv", path=os.pathsep.join((str(Path(sys.executable).parent), os.environ.get("PATH", ""))))
    with tempfile.TemporaryDirectory() as folder:
        requirements = Path(folder, "requirements.txt")
        requirements.write_text(frozen, encoding="utf-8")
        wanted = ["--no-deps", "-r", str(requirements)]
        if uv:
            subprocess.run([uv, "venv", "-q", "--python", sys.executable, env], check=True)
            subprocess.run([uv, "pip", "install", "-q", "--python", env / "bin" / "python", *wanted], check=True)
        else:
            subprocess.run([sys.executable, "-m", "venv", env], check=True)
            subprocess.run([env / "bin" / "python", "-m", "pip", "install", "-q", *wanted], check=True)


def stacks(app: App, apps: Path) -> dict[str, list[tuple[str, int]]]:
    """Return for each first-party module which of the app's own lines were running when it was loaded.

    Each line is a path below APPS/NAME/src and a number, the innermost first. The app is booted once, in its own
    environment and an empty folder, and the answer kept in APPS/NAME/stacks.json.

    Raises subprocess.CalledProcessError where the app does not boot.
    """
    kept = apps / app.name / "stacks.json"
    if not kept.is_file():
        src = app.src(apps).absolute()
        with tempfile.TemporaryDirectory() as folder:
            clean = {"PATH": os.environ.get("PATH", ""), "HOME": folder, "PYTHONPYCACHEPREFIX": folder}
            output = Path(folder, "stacks.json")
            subprocess.run(
                [app.env(apps).absolute() / "bin" / "python", RECORDER, src, output, app.code],
                check=True,
                cwd=folder,
                env={**clean, "PYTHONPATH": str(src), **app.variables},
                stdout=subprocess.DEVNULL,
                stderr=subprocess.PIPE,
                timeout=RUN_SECONDS,
            )
            shutil.copyfile(output, kept)
    found: dict[str, list[list[str | int]]] = json.loads(kept.read_text(encoding="utf-8"))
    return {module: [(str(path), int(line)) for path, line in frames] for module, frames in found.items()}
