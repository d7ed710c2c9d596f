"""The pinned list of what the bundled table measures, and throw-away environments to measure it in."""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from flake8_flask_startup.measure.samples import Subject

REPOSITORY = Path(__file__).resolve().parent.parent
PACKAGES = REPOSITORY / "data" / "measured_packages.toml"
PIN = re.compile(r"[A-Za-z0-9._-]+")


@dataclass(frozen=True, slots=True)
class Environment:
    """One set of distributions that install together, and what is measured in it."""

    name: str
    requirements: tuple[str, ...]
    modules: tuple[Subject, ...]
    calls: tuple[Subject, ...]
    dev: bool
    each: bool

    @property
    def subjects(self) -> tuple[Subject, ...]:
        """Everything to measure."""
        return self.modules + self.calls


def read_packages(path: Path = PACKAGES) -> tuple[list[Environment], dict[str, str]]:
    """Return the environments, popular ones first as in the file, and the exact version of every distribution."""
    data = tomllib.loads(path.read_text(encoding="utf-8"))
    environments = [
        Environment(
            name=entry["name"],
            requirements=tuple(entry["requirements"]),
            modules=tuple(map(imported, entry["modules"])),
            calls=tuple(Subject(call["name"], call["code"], call["setup"]) for call in entry.get("calls", ())),
            dev=entry.get("dev", False),
            each=entry.get("each", False),
        )
        for entry in data["environment"]
    ]
    return environments, data.get("constraints", {})


def imported(name: str) -> Subject:
    """Return the subject that a name of the list stands for: "package:name" is `from package import name`.

    A package that loads what it is asked for (PEP 562) has a price for each of its names.
    """
    package, _, lazy = name.partition(":")
    return Subject(f"{package}.{lazy}", f"from {package} import {lazy}") if lazy else Subject.module(name)


def normal(requirement: str) -> str:
    """Return the distribution name of a requirement, normalised (PEP 503)."""
    found = PIN.match(requirement)
    return re.sub(r"[-_.]+", "-", found.group()).lower() if found else ""


def run(command: Sequence[str | Path], log: Path) -> None:
    """Run a command; CalledProcessError where it fails, what it says goes to the log."""
    with log.open("ab") as out:
        subprocess.run(command, check=True, stdin=subprocess.DEVNULL, stdout=out, stderr=out, timeout=1800)


@contextlib.contextmanager
def installed(requirements: Sequence[str], constraints: Mapping[str, str], work: Path) -> Iterator[Path]:
    """Make a virtual environment with Flask and the requirements, give its interpreter, and remove it.

    Uses uv where it is installed, for its cache and hard links, and venv with pip otherwise. A requirement's own pin
    wins over the constraints.
    """
    own = {normal(requirement) for requirement in requirements}
    uv = shutil.which("uv", path=os.pathsep.join((str(Path(sys.executable).parent), os.environ.get("PATH", ""))))
    with tempfile.TemporaryDirectory(dir=work, prefix="venv-") as folder:
        pins = Path(folder, "constraints.txt")
        lines = [f"{name}=={version}\n" for name, version in constraints.items() if normal(name) not in own]
        pins.write_text("".join(lines), encoding="utf-8")
        venv = Path(folder, "venv")
        python = venv / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
        wanted = ["flask", *requirements, "-c", pins]
        log = work / "install.log"
        if uv:
            run([uv, "venv", "-q", "--python", sys.executable, venv], log)
            run([uv, "pip", "install", "-q", "--python", python, *wanted], log)
        else:
            run([sys.executable, "-m", "venv", venv], log)
            run([python, "-m", "pip", "install", "-q", *wanted], log)
        yield python


def offline(home: Path) -> dict[str, str]:
    """Return what measured code sees of the outside: a search path, a home, a locale, and no way to download."""
    nowhere = "http://127.0.0.1:9"  # the discard port
    return {
        "PATH": os.defpath,
        "HOME": str(home),
        "LANG": "C.UTF-8",
        "http_proxy": nowhere,
        "https_proxy": nowhere,
        "HF_HUB_OFFLINE": "1",
        "AWS_EC2_METADATA_DISABLED": "true",
    }
