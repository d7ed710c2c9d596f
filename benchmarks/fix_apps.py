"""Real apps repaired by `fix`, and started before and after: `fix_apps.py FOLDER [NAMES] [--runs N]`.

FOLDER has NAME/src and NAME/env of each app, as benchmarks/startup_truth.py takes them; what is in the environments of
those that it does not have is in fix_apps/NAME.txt, and their src is a copy of the package. A copy of src is repaired
with `fix --write`, and compared with another by `verify --get` in the app's own environment: what the app is, the pages
that need no argument, modules loaded, and the median CPU time of starts in turn. This runs the apps. The exit status is
1 if one of them is not the same.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any, NamedTuple

import click


class App(NamedTuple):
    """How an app starts: statements that bind `app`, the entry points for the trace, and the environment it needs."""

    code: str
    entry: str
    environment: dict[str, str]


BOOT = "boot_of_benchmark"  # the module that has the statements

APPS = {
    "CTFd": App("from CTFd import create_app; app = create_app()", "CTFd:create_app", {}),
    "OpenCRE": App(
        "from application import create_app; app = create_app()", "application:create_app", {"NO_LOGIN": "1"}
    ),
    "cellxgene": App(
        "from server.app.app import Server; from server.common.config.app_config import AppConfig\n"
        "app = Server(AppConfig()).app",
        "server.app.app:Server,server.common.config.app_config:AppConfig",
        {},
    ),
    "gradio": App("from gradio.networking import app", "gradio.networking", {}),
    "ihatemoney": App("from ihatemoney.run import create_app; app = create_app()", "ihatemoney.run:create_app", {}),
    "interpret": App(
        "from interpret.visual.dashboard import DispatcherApp; app = DispatcherApp().default_app",
        "interpret.visual.dashboard:DispatcherApp",
        {},
    ),
    "locust": App(
        "from locust.env import Environment; from locust.web import WebUI\n"
        "app = WebUI(Environment(), '127.0.0.1', 0).app",
        "locust.env:Environment,locust.web:WebUI",
        {},
    ),
    "microblog": App("from app import create_app; app = create_app()", "app:create_app", {}),
    "mlflow": App("from mlflow.server import app", "mlflow.server:app", {"MLFLOW_TRACKING_URI": "sqlite:///m.db"}),
    "octoprint": App("from octoprint.server import app", "octoprint.server", {}),
    "searxng": App("import searx.webapp; app = searx.webapp.app", "searx.webapp", {"SEARXNG_SECRET": "abc"}),
    "visualdl": App(
        "from visualdl.server.app import create_app; from visualdl.server.args import ParseArgs\n"
        "app = create_app(ParseArgs(logdir='logs'))",
        "visualdl.server.app:create_app",
        {},
    ),
}


@click.command()
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.argument("names", nargs=-1)
@click.option("--runs", default=8, show_default=True, help="Timed starts of each version.")
def main(folder: Path, names: tuple[str, ...], runs: int) -> None:
    """Repair the apps, start both versions, and print a table."""
    is_wrong = False
    print(
        "| app | modules | CPU ms | steps applied | refused | `verify --get` |\n| --- | --- | --- | --- | --- | --- |"
    )
    for name in names or APPS:
        with tempfile.TemporaryDirectory() as work:
            copies = [Path(work) / "before", Path(work) / "after"]
            for copy in copies:
                shutil.copytree(folder / name / "src", copy, symlinks=True)
            lines = repaired(copies[1], APPS[name], folder / name / "env").splitlines()
            for copy in copies:
                (copy / f"{BOOT}.py").write_text(f"{APPS[name].code}\n", encoding="utf-8")
            verdict, found = verified(copies, folder / name / "env", APPS[name], runs, Path(work))
        is_wrong |= verdict != "the same"
        counts = [sum(line.startswith(word) for line in lines) for word in ("applied", "refused")]
        modules, cpu = (found.get(key) or {"before": 0, "after": 0} for key in ("modules", "cpu_ms"))
        figures = [f"{each['before']:,.0f} -> {each['after']:,.0f}" for each in (modules, cpu)]
        print(f"| {name} | {' | '.join(figures)} | {counts[0]} | {counts[1]} | {verdict} |", flush=True)
    sys.exit(is_wrong)


def repaired(folder: Path, app: App, env: Path) -> str:
    """Repair an app in a folder, what no row covers estimated from its environment; return what `fix` says."""
    return tool("fix", "--write", f"--app={app.entry}", f"--env={env.absolute()}", "--fst-cache=off", folder=folder)


def verified(copies: list[Path], env: Path, app: App, runs: int, work: Path) -> tuple[str, dict[str, Any]]:
    """What `verify` says of two versions, in a few words and as JSON; the reason where it cannot compare them."""
    out = work / "verified.json"
    home = work / "home"
    home.mkdir()
    arguments = ("--get", "--quiet", f"--runs={runs}", f"--app={BOOT}", f"--env={env.absolute()}", f"--json={out}")
    environment = {"HOME": str(home), **app.environment}
    text = tool("verify", *map(str, copies), *arguments, folder=work, environment=environment)
    if not out.exists():
        return text.strip(), {}
    found: dict[str, Any] = json.loads(out.read_text(encoding="utf-8"))
    if found["same"]:
        return "the same", found
    print(text, file=sys.stderr)
    return found["failure"] or "DIFFERENT", found


def tool(command: str, *arguments: str, folder: Path, environment: dict[str, str] | None = None) -> str:
    """Run a command of ours in a folder, and return what it prints, or why it does not."""
    program = [sys.executable, "-m", "flake8_flask_startup", command, *arguments]
    env = os.environ | (environment or {})
    done = subprocess.run(program, cwd=folder, capture_output=True, text=True, check=False, env=env)
    return done.stdout or done.stderr


if __name__ == "__main__":
    main()
