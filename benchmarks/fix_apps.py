"""Real apps repaired by `fix`, and started before and after: `fix_apps.py FOLDER [NAMES]`.

FOLDER has NAME/src and NAME/env of each app, as benchmarks/startup_truth.py takes them. A copy of src is repaired with
`fix --write`, both copies are started three times in the app's own environment, and compared: URL map with methods,
blueprints, extensions, CLI commands, configuration keys, Jinja's filters and globals; modules loaded, and the least CPU
time of the last two starts. This runs the apps. The exit status is 1 if one of them is not the same.
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
    """How an app starts: statements that bind `app`, the entry point for the trace, and the environment it needs."""

    code: str
    entry: str
    environment: dict[str, str]


APPS = {
    "CTFd": App("from CTFd import create_app; app = create_app()", "CTFd:create_app", {}),
    "OpenCRE": App(
        "from application import create_app; app = create_app()", "application:create_app", {"NO_LOGIN": "1"}
    ),
    "ihatemoney": App("from ihatemoney.run import create_app; app = create_app()", "ihatemoney.run:create_app", {}),
    "locust": App(
        "from locust.env import Environment; from locust.web import WebUI\n"
        "app = WebUI(Environment(), '127.0.0.1', 0).app",
        "locust.web:WebUI",
        {},
    ),
    "microblog": App("from app import create_app; app = create_app()", "app:create_app", {}),
    "mlflow": App("from mlflow.server import app", "mlflow.server:app", {"MLFLOW_TRACKING_URI": "sqlite:///m.db"}),
    "octoprint": App("import octoprint.server; app = None", "octoprint.server", {}),
    "searxng": App("import searx.webapp; app = searx.webapp.app", "searx.webapp", {"SEARXNG_SECRET": "abc"}),
}
SHOW = """
import json, os, resource, sys
count, used = len(sys.modules), resource.getrusage(resource.RUSAGE_SELF)
same = {} if app is None else {
    "rules": sorted(f"{each.rule} {each.endpoint} {sorted(each.methods)}" for each in app.url_map.iter_rules()),
    "blueprints": sorted(app.blueprints), "extensions": sorted(app.extensions), "commands": sorted(app.cli.commands),
    "config": sorted(app.config), "jinja": sorted([*app.jinja_env.filters, *app.jinja_env.globals]),
}
print("SHOWN" + json.dumps({"modules": count, "cpu": used.ru_utime + used.ru_stime, "same": same}))
sys.stdout.flush()
os._exit(0)
"""


@click.command()
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.argument("names", nargs=-1)
def main(folder: Path, names: tuple[str, ...]) -> None:
    """Repair the apps, start both versions, and print a table."""
    is_wrong = False
    print("| app | modules | CPU s | steps applied | refused | the same |\n| --- | --- | --- | --- | --- | --- |")
    for name in names or APPS:
        with tempfile.TemporaryDirectory() as work:
            before, after = Path(work) / "before", Path(work) / "after"
            for copy in (before, after):
                shutil.copytree(folder / name / "src", copy, symlinks=True)
            lines = repaired(after, APPS[name].entry)
            old, new = (started(copy, folder / name / "env", APPS[name], Path(work)) for copy in (before, after))
        is_same = bool(old and new) and old["same"] == new["same"]
        is_wrong |= not is_same
        counts = [sum(line.startswith(word) for line in lines) for word in ("applied", "refused")]
        figures = [
            f"{old.get(key, 0):{form}} -> {new.get(key, 0):{form}}" for key, form in (("modules", ""), ("cpu", ".2f"))
        ]
        print(
            f"| {name} | {' | '.join(figures)} | {counts[0]} | {counts[1]} | {'yes' if is_same else 'NO'} |", flush=True
        )
    sys.exit(is_wrong)


def repaired(copy: Path, entry: str) -> list[str]:
    """Repair a copy, and return what `fix` says."""
    command = [sys.executable, "-m", "flake8_flask_startup", "fix", "--write", "--app", entry, "--fst-cache=off"]
    return subprocess.run(command, cwd=copy, capture_output=True, text=True, check=False).stdout.splitlines()


def started(copy: Path, env: Path, app: App, work: Path) -> dict[str, Any]:
    """What starts of a copy show, the last two after one that compiles; nothing where it does not start."""
    shown = []
    for number in range(3):
        here = work / f"{copy.name}{number}"
        here.mkdir()
        environment = {"PATH": os.defpath, "HOME": str(here), "PYTHONPATH": str(copy), **app.environment}
        command = [str(env / "bin" / "python"), "-c", f"{app.code}\n{SHOW}"]
        done = subprocess.run(command, cwd=here, env=environment, capture_output=True, text=True, check=False)
        found = [line.removeprefix("SHOWN") for line in done.stdout.splitlines() if line.startswith("SHOWN")]
        if not found:
            print(done.stderr[-1000:], file=sys.stderr)
            return {}
        shown.append(json.loads(found[0]))
    return min(shown[1:], key=lambda each: each["cpu"])


if __name__ == "__main__":
    main()
