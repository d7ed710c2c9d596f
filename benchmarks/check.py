"""`flask-startup check` beside flake8 and peers: `python benchmarks/check.py FOLDER --called "pgAdmin 4"`.

Makes an environment with flake8 and the plugin, and one for each peer that the package index has. Every round runs all
of them once over the Python files of FOLDER, in turns: CPU time of the process and its workers, so that other load on
the machine counts little. The unit is a bare `ast.parse` of the same files in the same round. Cold is without kept
results, warm with those of the run before. The findings of check and of flake8 are compared line by line.
"""

from __future__ import annotations

import os
import platform
import resource
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from statistics import median
from typing import NamedTuple

import click

REPOSITORY = Path(__file__).parents[1]
RESULTS = REPOSITORY / "benchmarks" / "results"
FLAKE8 = "flake8==7.5.0"
PARSE = """
import ast, os, sys
for root, _, names in os.walk(sys.argv[1]):
    for name in names:
        if name.endswith(".py"):
            with open(os.path.join(root, name), "rb") as stream:
                try:
                    ast.parse(stream.read())
                except SyntaxError:
                    pass
"""


class Peer(NamedTuple):
    """A peer: its distribution, program, arguments before and after the folder, and whether it needs a newer Python."""

    package: str
    program: str
    before: tuple[str, ...] = ()
    after: tuple[str, ...] = ()
    needs_newer: bool = False


BANNED = 'lint.flake8-tidy-imports.banned-module-level-imports=["numpy", "pandas", "scipy", "sklearn", "torch"]'
PEERS: Mapping[str, Peer] = {
    "ruff, TID253 and S201": Peer(
        "ruff", "ruff", ("check", "--isolated", "--no-cache", "--select=TID253,S201", "--config", BANNED, "-q")
    ),
    "flake8-lazy": Peer("flake8-lazy", "flake8-lazy", ("-j1",)),
    "pep810 check": Peer("pep810", "pep810", ("check",)),
    "lifeguard": Peer("lifeguard-lazy-imports", "lifeguard", ("run-tree",), (os.devnull,), True),
}


def quiet() -> dict[str, str]:
    """Return the variables of this process, less those that slow every start down."""
    return {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}


def environment(folder: Path, *packages: str, python: str = sys.executable) -> Path | None:
    """Return the programs of a new environment with packages, compiled; None where the index has no such package."""
    subprocess.run([python, "-m", "venv", folder], check=True, env=quiet())
    pip = [folder / "bin" / "python", "-m", "pip", "install", "--quiet", "--quiet"]
    made = subprocess.run([*pip, *packages], check=False, env=quiet(), capture_output=True)
    return folder / "bin" if made.returncode == 0 else None


def cpu_seconds(command: Sequence[str | Path], cwd: Path) -> tuple[float, str]:
    """Return the CPU time, user and system, of a command with its workers, and what it printed."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run(command, cwd=cwd, env=quiet(), check=False, capture_output=True, text=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime, done.stdout


def commands(work: Path, target: Path, newer: str) -> tuple[dict[str, list[str | Path]], list[str]]:
    """Return the commands by their names, in the order in which a round runs them, and the peers not to be had."""
    ours = environment(work / "ours", FLAKE8, str(REPOSITORY))
    if ours is None:
        raise click.ClickException("the project itself cannot be installed")
    cache = f"--fst-cache={work / 'cache'}"
    found: dict[str, list[str | Path]] = {
        "ast.parse": [ours / "python", "-c", PARSE, target],
        "flake8 --select=FST -j2": [ours / "flake8", "--isolated", "--select=FST", "-j2", "--fst-cache=off", target],
        "check, cold": [ours / "flask-startup", "check", "--isolated", "--select=FST", cache, target],
        "check, warm": [ours / "flask-startup", "check", "--isolated", "--select=FST", cache, target],
    }
    missing = []
    for name, peer in PEERS.items():
        python = newer if peer.needs_newer else sys.executable
        programs = environment(work / peer.package, peer.package, python=python) if python else None
        if programs is None or not (programs / peer.program).exists():
            missing.append(name)
        else:
            found[name] = [programs / peer.program, *peer.before, target, *peer.after]
    return found, missing


def measured(work: Path, target: Path, rounds: int, newer: str) -> tuple[dict[str, list[float]], list[str], bool]:
    """Return CPU seconds by command, the peers that are missing, and whether check and flake8 said the same."""
    runs, missing = commands(work, target, newer)
    seconds: dict[str, list[float]] = {name: [] for name in runs}
    same = True
    for number in range(rounds + 1):  # the first fills the caches of the file system
        shutil.rmtree(work / "cache", ignore_errors=True)
        said = {}
        for name, command in runs.items():
            taken, said[name] = cpu_seconds(command, work)
            if number:
                seconds[name].append(taken)
        same = same and said["check, cold"] == said["check, warm"] == said["flake8 --select=FST -j2"] != ""
        print(number, {name: f"{each[-1]:.2f}" for name, each in seconds.items() if each}, file=sys.stderr)
    return seconds, missing, same


def table(seconds: Mapping[str, Sequence[float]]) -> list[str]:
    """Return the medians as a Markdown table: seconds, the ratio to a parse and to flake8, round by round."""
    parse, flake8 = seconds["ast.parse"], seconds["flake8 --select=FST -j2"]
    lines = ["| | CPU s | of ast.parse | flake8 takes |", "| --- | ---: | ---: | ---: |"]
    for name, each in seconds.items():
        of_parse = median(taken / unit for taken, unit in zip(each, parse, strict=True))
        of_flake8 = median(whole / taken for taken, whole in zip(each, flake8, strict=True))
        lines.append(f"| {name} | {median(each):.2f} | {of_parse:.2f} | {of_flake8:.1f} times that |")
    return lines


@click.command()
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--rounds", default=5, help="Rounds.")
@click.option("--called", default="a code base", help="What the code base is, for the table.")
@click.option("--newer", default="", help="The interpreter for peers that need a newer Python than this one.")
def main(folder: Path, rounds: int, called: str, newer: str) -> None:
    """Compare check with flake8 and peers over FOLDER."""
    with tempfile.TemporaryDirectory() as temporary:
        work = Path(temporary)
        target = work / "linted"
        shutil.copytree(folder, target, ignore=lambda at, names: [
            name for name in names if not name.endswith(".py") and not (Path(at) / name).is_dir()
        ])  # fmt: skip
        files = sum(1 for _ in target.rglob("*.py"))
        seconds, missing, same = measured(work, target, rounds, newer)
    absent = f" Not to be had: {', '.join(missing)}." if missing else ""
    text = "\n".join([
        f"# {called}, {files:,} files", "",
        f"{rounds} rounds, medians; {FLAKE8}, Python {platform.python_version()}. check and flake8 print "
        f"{'the same lines' if same else '**different lines**'}.{absent}", "",
        *table(seconds), "",
    ])  # fmt: skip
    name = "".join(letter for letter in called.lower() if letter.isalnum())
    (RESULTS / f"check_{name}.md").write_text(text, encoding="utf-8")
    print(text)


if __name__ == "__main__":
    main()
