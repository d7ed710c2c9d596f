"""Unpack Pythons that the system lacks: `python -m tools.newer_python build/pythons 3.14 3.15`, on Debian and its like.

They come from the newer suites of the mirror that the machine's own apt uses, with the C library they were built for,
and are only unpacked: nothing is installed. FOLDER/bin then has `python3.15` and the like, which nox finds once the
folder is on the PATH. Elsewhere, `uv python install` does the same from its own builds.

Exit status: 3 where there is no apt, no mirror, or no such version, with the reason in one line.
"""

from __future__ import annotations

import argparse
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

SUITES = ("testing", "unstable", "experimental")
KEYS = Path("/usr/share/keyrings/debian-archive-keyring.gpg")
SOURCES = Path("/etc/apt")
UNAVAILABLE = 3
_MIRROR = re.compile(r"^(?:URIs:\s*|deb\s+(?:\[[^]]*\]\s*)?)(\S+/debian)/?(?:\s|$)", re.MULTILINE)
_APT = """\
Dir::Etc::sourcelist "{folder}/sources.list";
Dir::Etc::sourceparts "-";
Dir::State::lists "{folder}/lists";
Dir::State::status "{folder}/status";
Dir::Cache "{folder}/cache";
APT::Sandbox::User "root";
APT::Install-Recommends "false";
Acquire::Languages "none";
"""
# The interpreter is started by the loader that belongs to its C library, and learns by which path it was called, from
# which it finds the virtual environment that it stands in.
_STARTER = """\
#!/bin/sh
exec "{loader}" --argv0 "$0" --library-path "{libraries}" "{root}/usr/bin/python{version}" "$@"
"""


class UnavailableError(Exception):
    """The machine cannot unpack these versions; the text says why."""


def mirror(sources: Path) -> str:
    """Return the Debian mirror that a folder of apt's sources names first; raise UnavailableError where none is."""
    files = [*sorted(sources.glob("sources.list.d/*.sources")), *sources.glob("sources.list")]
    for path in files:
        if found := _MIRROR.search(path.read_text(encoding="utf-8")):
            return found[1]
    raise UnavailableError(f"no Debian mirror in {sources}")


def configure(folder: Path, url: str) -> Path:
    """Return the configuration of an apt in a folder of its own that knows a mirror's newer suites."""
    for name in ("lists/partial", "cache/archives/partial"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    (folder / "status").touch()
    lines = [f"deb [signed-by={KEYS}] {url} {suite} main\n" for suite in SUITES]
    (folder / "sources.list").write_text("".join(lines), encoding="utf-8")
    path = folder / "apt.conf"
    path.write_text(_APT.format(folder=folder), encoding="utf-8")
    return path


def download(configuration: Path, versions: Sequence[str]) -> Iterator[Path]:
    """Fetch the interpreters and yield the packages that they need; raise UnavailableError where one is missing."""
    apt = ("apt-get", "-qq", "-c", str(configuration))
    run(*apt, "update")
    for version in versions:
        try:
            run("apt-cache", "-c", str(configuration), "show", f"python{version}")
        except UnavailableError:
            raise UnavailableError(f"python{version} is in none of Debian's {', '.join(SUITES)}") from None
    wanted = [f"python{version}{part}" for version in versions for part in ("", "-venv")]
    try:
        run(*apt, "-y", "-t", "unstable", "--download-only", "install", *wanted)
    except UnavailableError:
        run(*apt, "-y", "-t", "experimental", "--download-only", "install", *wanted)
    yield from sorted(configuration.parent.glob("cache/archives/*.deb"))


def start(folder: Path, version: str) -> None:
    """Write the program that starts an unpacked interpreter, and run it once."""
    root = folder / "root"
    libraries = next(root.glob("usr/lib/*-linux-gnu*"))
    loader = next(iter([*root.glob("usr/lib64/ld-linux-*.so.*"), *libraries.glob("ld-linux-*.so.*")]))
    path = folder / "bin" / f"python{version}"
    path.parent.mkdir(exist_ok=True)
    library = folder / "lib"  # beside `bin`, where an interpreter looks for its library first
    if not library.is_symlink():
        library.symlink_to("root/usr/lib")
    path.write_text(_STARTER.format(loader=loader, libraries=libraries, root=root, version=version), encoding="utf-8")
    path.chmod(0o755)
    sys.stdout.write(f"{path}: {run(str(path), '-c', 'import ctypes, sqlite3, ssl, sys; print(sys.version)')}")


def run(*command: str) -> str:
    """Run a command and return what it prints; raise UnavailableError with its last line where it fails."""
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 - a list, no shell
    except FileNotFoundError:
        raise UnavailableError(f"{command[0]}: not found") from None
    if done.returncode:
        raise UnavailableError(f"{command[0]}: {(done.stderr.strip() or 'failed').splitlines()[-1]}")
    return done.stdout


def main() -> None:
    """Unpack the versions, and say where they are."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("folder", type=Path, help="where to unpack; FOLDER/bin has the interpreters")
    parser.add_argument("versions", nargs="+", help="3.15, for instance", metavar="VERSION")
    arguments = parser.parse_args()
    folder = arguments.folder.absolute()
    try:
        for package in download(configure(folder / "apt", mirror(SOURCES)), arguments.versions):
            run("dpkg", "-x", str(package), str(folder / "root"))
        shutil.rmtree(folder / "apt")
        for version in arguments.versions:
            start(folder, version)
    except UnavailableError as error:
        sys.stderr.write(f"newer_python: {error}\n")
        raise SystemExit(UNAVAILABLE) from None


if __name__ == "__main__":
    main()
