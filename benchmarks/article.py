"""The table of an article on Flask startup, made again on the example: `article.py ENV [--runs N] [--json FILE]`.

The article: the development server took 8.2 s, without debug mode and with lazy imports 2.1 s, with a factory and
preloading 0.82 s, and answered twice the requests. ENV is an environment with what examples/requirements.txt names,
and torch. Copies of examples/slow_app are repaired by `fix --write` (debug mode and reloader alone, or all of it), and
examples/fast_app is the twin that was repaired by hand. `bench` starts them as servers, in turn, until `/` answers;
then each claim is set beside what was measured. In the end the article's checklist, `ready`, is run on the first and
the last. CPU is that of all processes of the server until its first answer; its least is the figure that a busy
machine disturbs least. This runs the example.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import click

EXAMPLES = Path(__file__).parents[1] / "examples"
DEBUG = "FST301,FST302,FST304,FST305"
APP, FACTORY = "shop:app", "'shop:create_app()'"
# What is started: a name, the copy, and a command in it.
STAGES: Mapping[str, tuple[str, str]] = {
    "development server: debug, reloader": ("slow", "{python} run.py"),
    "no debug": ("calm", "{python} run.py"),
    "no debug, lazy: all of `fix --write`": ("fixed", "{python} run.py"),
    "no debug, lazy, factory: by hand": ("hand", "{python} run.py"),
    "as it was, gunicorn": ("slow", f"{{python}} -m gunicorn -c /dev/null -w 4 {APP}"),
    "as it was, gunicorn --preload": ("slow", f"{{python}} -m gunicorn -c /dev/null -w 4 --preload {APP}"),
    "factory, gunicorn": ("hand", f"{{python}} -m gunicorn -c /dev/null -w 4 {FACTORY}"),
    "factory, gunicorn --preload": ("hand", f"{{python}} -m gunicorn -c /dev/null -w 4 --preload {FACTORY}"),
}
SERVER, _, LAZY, HAND, _, _, _, PRELOADED = STAGES


@click.command()
@click.argument("env", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--runs", default=8, show_default=True, help="Starts of each.")
@click.option("--json", "output", type=click.Path(path_type=Path), help="A file for all figures of bench.")
def main(env: Path, runs: int, output: Path | None) -> None:
    """Make the copies, start them, and print the tables."""
    env = env.absolute()
    python = env / "bin" / "python"
    with tempfile.TemporaryDirectory() as work:
        folders = {name: Path(work) / name for name in ("slow", "calm", "fixed", "hand")}
        for name, folder in folders.items():
            shutil.copytree(EXAMPLES / ("fast_app" if name == "hand" else "slow_app"), folder)
            shutil.copy(EXAMPLES / "requirements.txt", folder)
        tool("fix", "--write", "--app", "shop", "--select", DEBUG, folder=folders["calm"])
        said = tool("fix", "--write", "--app", "shop", folder=folders["fixed"])
        again = tool("fix", "--app", "shop", folder=folders["fixed"])
        same = tool(
            "verify", folders["slow"], folders["fixed"], "--get", "--runs=0", "--app=shop", f"--env={env}", folder=work
        )
        targets = [
            f"serve: cd {folders[copy]} && exec {command.format(python=python)}" for copy, command in STAGES.values()
        ]
        figures = Path(work) / "figures.json"
        tool("bench", *targets, "--runs", runs, "--json", figures, "--quiet", folder=work)
        found = json.loads(figures.read_text(encoding="utf-8"))
        stages = dict(zip(STAGES, found["targets"], strict=True))
        if output is not None:
            output.write_text(json.dumps(found, indent=1).replace(work, ""), encoding="utf-8")
        print(*table(stages), sep="\n", end="\n\n")
        print(*claims(stages), sep="\n", end="\n\n")
        print("`fix --write`:", *said.splitlines(), sep="\n    ", end="\n\n")
        print(f"A second `fix` {'changes nothing' if '--- a/' not in again else 'CHANGES MORE'}.")
        print(f"`verify --get` of before and after: {same.splitlines()[-1]}.\n")
        for name in ("slow", "hand"):
            entry = "shop:create_app" if name == "hand" else "shop"
            listed = tool("ready", f"--env={env}", "--app", entry, folder=folders[name])
            print(f"`ready` of {name}:", *listed.splitlines(), sep="\n    ")


def tool(command: str, *arguments: object, folder: Path | str) -> str:
    """Run a command of ours in a folder, and return what it prints."""
    program = [sys.executable, "-m", "flake8_flask_startup", command, *map(str, arguments)]
    done = subprocess.run(program, cwd=folder, capture_output=True, text=True, check=False)
    if done.returncode not in {0, 1} or "Traceback" in done.stderr:
        sys.exit(f"{command}: {done.stderr}")
    if done.returncode and command == "bench":
        sys.exit(done.stderr)
    return done.stdout


def cpu(target: Mapping[str, Any]) -> float:
    """Return the least CPU time of the starts, in seconds."""
    least: float = min(each["cpu_ms"] for each in target["starts"])
    return least / 1000


def table(found: Mapping[str, Mapping[str, Any]]) -> Iterator[str]:
    """Yield the table of what was measured."""
    yield "| | first answer, wall s (95 %) | CPU s, least | processes | PSS MiB | requests/s |"
    yield "| --- | --- | --- | --- | --- | --- |"
    for name, each in found.items():
        ms = each["ms"]
        wall = f"{ms['median'] / 1000:.2f} ({ms['low'] / 1000:.2f} - {ms['high'] / 1000:.2f})"
        yield (
            f"| {name} | {wall} | {cpu(each):.2f} | {each['processes']} | {each['peak_kib'] / 1024:,.0f} | "
            f"{each['requests_per_s']:,.0f} |"
        )


def claims(found: Mapping[str, Mapping[str, Any]]) -> Iterator[str]:
    """Yield the article's claims beside what was measured: as times (wall), and as factors (CPU, and requests)."""
    yield "| claim | article | measured | holds |"
    yield "| --- | --- | --- | --- |"
    seconds = {name: each["ms"]["median"] / 1000 for name, each in found.items()}
    used = {name: cpu(each) for name, each in found.items()}
    yield from (
        f"| {name} takes | {claimed} s | {seconds[name]:.2f} s | {_holds(seconds[name] <= claimed)} |"
        for name, claimed in ((SERVER, 8.2), (LAZY, 2.1), (PRELOADED, 0.82))
    )
    for first, then, claimed in ((SERVER, LAZY, 3.9), (LAZY, PRELOADED, 2.6), (SERVER, PRELOADED, 10.0)):
        factor = used[first] / used[then]
        yield f"| {first} -> {then} | {claimed} times | {factor:.1f} times | {_holds(factor >= claimed)} |"
    factor, more = used[SERVER] / used[LAZY], used[LAZY] / used[HAND] - 1
    yield f"| `fix --write` alone, against {SERVER} | 10 times (our aim) | {factor:.1f} | {_holds(factor >= 10)} |"
    yield f"| the same, against {HAND} | within 10 % (our aim) | {more:+.0%} | {_holds(abs(more) <= 0.1)} |"
    for first in (SERVER, "factory, gunicorn", "as it was, gunicorn"):
        factor = found[PRELOADED]["requests_per_s"] / found[first]["requests_per_s"]
        yield f"| requests, {PRELOADED} against {first} | 2 times | {factor:.1f} times | {_holds(factor >= 2)} |"


def _holds(found: bool) -> str:
    return "yes" if found else "no"


if __name__ == "__main__":
    main()
