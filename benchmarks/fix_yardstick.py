"""What `fix` takes out of a boot beside what lazy imports would: `fix_yardstick.py FOLDER [NAMES]`.

Apps as benchmarks/fix_apps.py has them. Each is booted as it is, after `fix --write`, and with every import of its own
files made lazy by a hook (benchmarks/lazy_hook.py), the most that moving imports can do. The boot with the hook
counts where it sets up the same: routes, views, commands, extensions, blueprints, settings, handlers, tables. Files in
which it fails or makes a difference are left as they are, found one by one. This runs the apps.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from statistics import median
from typing import Any

import click
from fix_apps import APPS, App, repaired

HERE = Path(__file__).parent
MOST_TRIES = 60  # boots of one app with the hook


class BootError(Exception):
    """An app does not boot; str() is the file of the project that it went through last."""


def booted(script: list[str], app: App, python: Path, folder: Path, work: Path) -> dict[str, Any]:
    """Boot an app in a folder and return what it loads and sets up; BootError where it does not boot."""
    output = work / "boot.json"
    output.unlink(missing_ok=True)
    environment = os.environ | app.environment | {"HOME": str(work), "PYTHONPATH": str(folder), "PYTHONHASHSEED": "0"}
    command = [str(python), *script, str(output), app.code]
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    if not output.exists():
        raise BootError((done.stderr.splitlines() or [""])[-1])
    found: dict[str, Any] = json.loads(output.read_text(encoding="utf-8"))
    return found


def with_hook(app: App, python: Path, folder: Path, work: Path, wanted: dict[str, Any]) -> tuple[set[str], int]:
    """Return what a boot with lazy imports loads that sets up the same, and how many files stay as they are."""
    files = [str(path.relative_to(folder)) for path in sorted(folder.rglob("*.py"))]
    tries = 0

    def tried(eager: set[str]) -> dict[str, Any] | None:
        """The boot with some files as they are, and those that it fails in; None where it sets up something else."""
        nonlocal tries
        while tries < MOST_TRIES:
            tries += 1
            try:
                found = booted([str(HERE / "lazy_hook.py"), str(folder), ",".join(eager)], app, python, folder, work)
            except BootError as error:
                if not str(error) or str(error) in eager:
                    return None
                eager.add(str(error))
            else:
                return found if all(found[key] == wanted[key] for key in ("apps", "tables")) else None
        return None

    eager: set[str] = set()
    best = tried(eager)
    lazy = files
    while (
        best is None and len(lazy) > 1
    ):  # the shortest beginning of the files that must stay as they are is halved out
        low, high = 0, len(lazy)
        while high - low > 1:
            middle = (low + high) // 2
            low, high = (low, middle) if tried(eager | set(lazy[:middle])) is not None else (middle, high)
        eager.add(lazy[high - 1])
        lazy = lazy[: high - 1]
        best = tried(eager)
    if best is None:
        best = tried(set(files)) or wanted
    return set(best["modules"]), len(eager)


@click.command()
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.argument("names", nargs=-1)
def main(folder: Path, names: tuple[str, ...]) -> None:
    """Boot the apps in three ways, and print how much of what lazy imports take out `fix` takes out."""
    print("| app | modules | with `fix` | lazy | eager files | of those that lazy takes out, `fix` does |")
    print("| --- | ---: | ---: | ---: | ---: | ---: |")
    shares = []
    for name in names or APPS:
        app, python = APPS[name], (folder / name / "env" / "bin" / "python").absolute()
        with tempfile.TemporaryDirectory() as scratch:
            work = Path(scratch)
            copies = [work / "before", work / "after"]
            for copy in copies:
                shutil.copytree(folder / name / "src", copy, symlinks=True)
            repaired(copies[1], app, folder / name / "env")
            observe = [str(HERE / "observe_boot.py")]
            before, after = (booted(observe, app, python, copy, work) for copy in copies)
            lazy, eager = with_hook(app, python, copies[0], work, before)
        old, new = (set(each["modules"]) for each in (before, after))
        goes = old - lazy
        share = len(goes & (old - new)) / len(goes) if goes else 1.0
        shares.append(share)
        print(f"| {name} | {len(old)} | {len(new)} | {len(lazy)} | {eager} | {share:.0%} |", flush=True)
    print(f"\nThe median: {median(shares):.0%}.")


if __name__ == "__main__":
    sys.exit(main())
