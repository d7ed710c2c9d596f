"""The linter and its peers on the same trees: `comparison.py PEERS [--tree FOLDER]... [--page docs/comparison.md]`.

PEERS is a folder that gets an environment for each peer of comparison.toml, with the version that is pinned there.
Each is asked about the app of planted_causes.md: a cause is found where a peer reports its line for what it is. Then
each that reads any tree is run on every tree, in turns, without what it keeps between two runs and with it; the CPU
time is that of its process and all that these started, the median of the rounds. --app-python is an interpreter with
the planted app's packages, for peers that run the app; without it they are left out. --page writes the tables into a
page, between its two marks.
"""

from __future__ import annotations

import os
import platform
import re
import resource
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path
from statistics import median

import click
import tomli

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))
from pages import cases

HERE = Path(__file__).parent
PLANTED = "planted"
MARKS = ("<!-- what follows is written by benchmarks/comparison.py -->\n", "<!-- until here -->\n")
START = "import shop\n\nshop.create_app()\n"
OURS = 2  # the first two of the list are ours
_CAUSE = re.compile(r"# cause (\d+)")
_BYTECODE = "ENV PYTHONDONTWRITEBYTECODE=1"  # a comment behind it would be another value


@dataclass
class Peer:
    """A tool as comparison.toml has it; bin is where its commands are, release what runs there."""

    name: str
    command: Sequence[str]
    found: re.Pattern[str]
    header: re.Pattern[str] | None
    requires: Sequence[str] = ()
    python: str = ""
    by_hand: str = ""
    cache: str = ""
    only: str = ""
    files: Mapping[str, str] = field(default_factory=dict)
    bin: Path = Path(sys.executable).parent
    release: str = ""

    @property
    def runs_app(self) -> bool:
        """Whether the app is run."""
        return "{python}" in self.command


def peers() -> list[Peer]:
    """Return the peers, ours first."""
    found = []
    for each in tomli.loads(HERE.joinpath("comparison.toml").read_text(encoding="utf-8"))["peer"]:
        header = re.compile(each.pop("header")) if "header" in each else None
        found.append(Peer(found=re.compile(each.pop("found")), header=header, **each))
    return found


def install(peer: Peer, folder: Path) -> None:
    """Make a peer's environment, unless it is there."""
    if not peer.requires:
        peer.release = version("flake8-flask-startup") if peer.name.startswith("fl") else platform.python_version()
        return
    home = folder / peer.name
    python = shutil.which(f"python{peer.python}") if peer.python else sys.executable
    peer.bin = home / "bin"
    peer.release = peer.requires[0].partition("==")[2]
    if python is not None and not (peer.bin / peer.command[0]).exists():
        subprocess.run([python, "-m", "venv", home], check=True)
        subprocess.run([peer.bin / "python", "-m", "pip", "install", "-q", *peer.requires], check=True)


def run(peer: Peer, tree: Path, python: str) -> tuple[str, float]:
    """Run a peer in a tree; return what it printed and the CPU time, s."""
    command = [each.format(python=python) if "{python}" in each else each for each in peer.command]
    if not command[0].startswith("/"):
        command[0] = str(peer.bin / command[0])
    environment = {**os.environ, "PYTHONPATH": str(tree)} if peer.only else dict(os.environ)
    before = _children_s()
    done = subprocess.run(command, cwd=tree, env=environment, capture_output=True, text=True, check=False)
    spent = _children_s() - before
    if done.returncode not in {0, 1}:
        raise click.ClickException(f"{peer.name}: {done.stderr.strip().splitlines()[-1:]}")
    return done.stdout + (done.stderr if peer.runs_app else ""), spent


def _children_s() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def plant(folder: Path) -> dict[tuple[str, int], int]:
    """Write the planted app; return the cause that each line is."""
    (case,) = cases(HERE / "planted_causes.md")
    causes = {}
    for name, text in {**case.files, "start.py": START}.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        for number, line in enumerate(text.splitlines(), 1):
            match = _CAUSE.search(line)
            if match is not None or line == _BYTECODE:
                causes[name, number] = int(match[1]) if match is not None else 10
    return causes


def found_causes(peer: Peer, output: str, causes: Mapping[tuple[str, int], int]) -> tuple[dict[int, str], int]:
    """Return how each cause was found, and how many other lines a peer reports."""
    packages: dict[str, int] = tomli.loads(HERE.joinpath("comparison.toml").read_text(encoding="utf-8"))["packages"]
    found: dict[int, str] = {}
    others: set[tuple[str, int]] = set()
    path = ""
    for line in output.splitlines():
        if peer.header is not None and (head := peer.header.search(line)) is not None:
            path = _path(head)
        match = peer.found.search(line)
        if match is None:
            continue
        named = match.groupdict()
        if "package" in named:
            if named["package"] in packages:
                found.setdefault(packages[named["package"]], "package")
            continue
        place = (_path(match) or path, int(named["line"]))
        if place in causes:
            if not peer.by_hand or peer.by_hand not in line:
                found[causes[place]] = "yes"
            found.setdefault(causes[place], "by hand")
        else:
            others.add(place)
    return found, len(others)


def _path(match: re.Match[str]) -> str:
    named = match.groupdict()
    if "module" in named:
        return "shop/__init__.py" if named["module"] == "shop" else f"{named['module'].replace('.', '/')}.py"
    return named.get("path", "")


def measured(
    found: Sequence[Peer], trees: Mapping[str, Path], rounds: int, python: str
) -> dict[tuple[str, str], list[float]]:
    """Return the CPU times (s) of each peer on each tree, cold and warm, the rounds in turns."""
    times: dict[tuple[str, str], tuple[list[float], list[float]]] = {}
    for _ in range(rounds):
        for tree, folder in trees.items():
            for peer in found:
                if peer.only and peer.only != tree:
                    continue
                for kind in (0, 1):
                    if not kind and peer.cache:
                        shutil.rmtree(folder / peer.cache, ignore_errors=True)
                    spent = run(peer, folder, python)[1]
                    times.setdefault((peer.name, tree), ([], []))[kind].append(spent)
    return {key: [median(each) for each in both] for key, both in times.items()}


def tables(found: Sequence[Peer], causes: Mapping[str, str], said: Mapping[str, tuple[dict[int, str], int]],
           times: Mapping[tuple[str, str], list[float]], trees: Sequence[str]) -> Iterator[str]:  # fmt: skip
    """Give the lines of the two tables."""
    yield f"| tool | version | runs the app | {' | '.join(causes)} | found | other lines |"
    yield f"| --- | --- | --- | {' | '.join(':-:' for _ in causes)} | ---: | ---: |"
    for peer in found:
        cells, others = said[peer.name]
        marks = [cells.get(int(each), "") for each in causes]
        count = sum(each == "yes" for each in marks)
        ran = "yes" if peer.runs_app else "no"
        yield f"| {peer.name} | {peer.release} | {ran} | {' | '.join(marks)} | {count} | {others} |"
    yield ""
    for number, what in causes.items():
        yield f"{number}. {what}"
    yield ""
    yield "| tree | tool | cold ms | warm ms | flake8 with FST, cold | warm | check, cold | warm |"
    yield "| --- | --- | ---: | ---: | ---: | ---: | ---: | ---: |"
    for tree in trees:
        ours = [times[peer.name, tree] for peer in found[:OURS]]
        for peer in found:
            if (peer.name, tree) in times:
                cold, warm = times[peer.name, tree]
                ratios = [f"{door[kind] / own:.2f}" for door in ours for kind, own in ((0, cold), (1, warm))]
                yield f"| {tree} | {peer.name} | {cold * 1000:.0f} | {warm * 1000:.0f} | {' | '.join(ratios)} |"


def _copied(tree: Path, folder: Path) -> Path:
    copy = folder / tree.name
    shutil.copytree(tree, copy, symlinks=True, ignore=shutil.ignore_patterns(".git", "__pycache__"))
    return copy


@click.command()
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False))
@click.option("--tree", "more", multiple=True, type=click.Path(path_type=Path, exists=True, file_okay=False))
@click.option("--app-python", default="", help="An interpreter with the planted app's packages.")
@click.option("--rounds", default=3, show_default=True)
@click.option("--page", type=click.Path(path_type=Path, exists=True, dir_okay=False))
def main(folder: Path, more: Sequence[Path], app_python: str, rounds: int, page: Path | None) -> None:
    """Ask and time everybody."""
    found = []
    for peer in peers():
        install(peer, folder.absolute())
        if app_python if peer.runs_app else (peer.bin / peer.command[0]).exists():
            found.append(peer)
        else:
            print(f"left out: {peer.name}", file=sys.stderr)
    texts = tomli.loads(HERE.joinpath("comparison.toml").read_text(encoding="utf-8"))["causes"]
    with tempfile.TemporaryDirectory() as scratch:
        planted = Path(scratch, PLANTED)
        causes = plant(planted)
        for name, text in (pair for peer in found for pair in peer.files.items()):
            (planted / name).write_text(text, encoding="utf-8")
        said = {peer.name: found_causes(peer, run(peer, planted, app_python)[0], causes) for peer in found}
        trees = {PLANTED: planted, **{each.name: _copied(each, Path(scratch)) for each in more}}
        times = measured(found, trees, rounds, app_python)
        sizes = {name: sum(1 for _ in tree.rglob("*.py")) for name, tree in trees.items()}
    about = f"CPython {platform.python_version()}, {platform.system()}, {rounds} rounds; Python files: " + ", ".join(
        f"{name} {count}" for name, count in sizes.items()
    )
    text = "\n".join([about, "", *tables(found, texts, said, times, list(trees))]) + "\n"
    print(text)
    if page is not None:
        before, _, rest = page.read_text(encoding="utf-8").partition(MARKS[0])
        page.write_text(f"{before}{MARKS[0]}\n{text}\n{MARKS[1]}{rest.partition(MARKS[1])[2]}", encoding="utf-8")


if __name__ == "__main__":
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    main()
