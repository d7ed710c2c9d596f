"""The startup trace against what Flask apps load that it was not made with: `unknown_apps.py --apps DIR [NAME...]`.

The apps stand in unknown_apps.toml, the versions of all that they need in unknown_apps/NAME.txt. Each is installed into
DIR/NAME/env, its own code copied to DIR/NAME/src; it is booted for real there, in a child process and an empty folder,
and its own modules that were loaded are held against the trace of DIR/NAME/src. Recall and precision are those of
startup_truth.py, as is what explains a miss: an unresolved entry at a statement that was running when the module was
loaded. `--env` traces on through the installed packages as well.
"""

from __future__ import annotations

import sys
import time
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate
from pathlib import Path
from statistics import median

import click
from startup_apps import App, install, stacks
from startup_truth import explained, own_unresolved, top

from flake8_flask_startup.project.module_finder import Origin
from flake8_flask_startup.project.modules import Project
from flake8_flask_startup.startup.followed import trace

APPS = Path(__file__).with_suffix(".toml")
PINS = Path(__file__).with_suffix("")


@dataclass(frozen=True, slots=True)
class Result:
    """A trace of one app. misses maps a module to what explains it, '' for nothing."""

    app: App
    expected: int
    found: int
    misses: Mapping[str, str]
    false: Sequence[str]
    conditional: int
    unresolved: int
    seconds: float

    @property
    def recall(self) -> float:
        """The share of the loaded modules that were predicted."""
        return self.found / self.expected

    @property
    def precision(self) -> float:
        """The share of the predicted modules that were loaded, conditional ones that were not aside."""
        return self.found / (self.found + len(self.false) or 1)

    @property
    def unexplained(self) -> list[str]:
        """The misses that no unresolved entry stands for."""
        return [module for module, reason in self.misses.items() if not reason]


def known_apps() -> dict[str, App]:
    """Return the apps of the table, by name; those that were chosen last have the source "fresh"."""
    return {
        name: App(
            name,
            tuple(each["entries"]),
            tuple(each["packages"]),
            each["code"],
            copied=tuple(each["packages"]),
            source="fresh" if each.get("fresh") else "",
            variables=each.get("variables", {}),
        )
        for name, each in tomllib.loads(APPS.read_text(encoding="utf-8")).items()
    }


def compare(app: App, apps: Path, *, with_env: bool) -> Result:
    """Boot an app that is installed, trace it, and hold one against the other.

    Raises subprocess.CalledProcessError where it does not boot.
    """
    loaded = [each for each in stacks(app, apps) if top(each) in app.own and "/" not in each]
    expected = {way for each in loaded for way in accumulate(each.split("."), "{}.{}".format)}  # namespace packages too
    started = time.process_time()
    static = trace(Project([app.src(apps)], env=app.site_packages(apps) if with_env else None), app.entries)
    seconds = time.process_time() - started
    own = {each.name: each for each in static.loaded if each.origin is Origin.FIRST_PARTY}
    return Result(
        app=app,
        expected=len(expected),
        found=len(expected & own.keys()),
        misses=explained(sorted(expected - own.keys()), static, app, apps),
        false=sorted(name for name, each in own.items() if name not in expected and not each.conditional),
        conditional=sum(each.conditional for name, each in own.items() if name not in expected),
        unresolved=len(own_unresolved(static, app.src(apps).absolute())),
        seconds=seconds,
    )


def table_of(results: Sequence[Result]) -> str:
    """Return the results as a Markdown table, with medians, and the misses and false modules below."""
    rows = [
        "| app | own modules loaded | recall | precision | misses | explained | conditional | unresolved | CPU s |",
        "| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |",
    ]
    for each in results:
        explained_misses = len(each.misses) - len(each.unexplained)
        rows.append(
            f"| {each.app.name} | {each.expected} | {each.recall:.3f} | {each.precision:.3f} | {len(each.misses)} "
            f"| {explained_misses} | {each.conditional} | {each.unresolved} | {each.seconds:.1f} |"
        )
    recall, precision = median(each.recall for each in results), median(each.precision for each in results)
    rows.append(f"| median | | {recall:.3f} | {precision:.3f} | | | | | |")
    for each in results:
        if each.misses or each.false:
            rows += ["", f"### {each.app.name}", ""]
            rows += [f"- missed {module}: {why or '**not explained**'}" for module, why in each.misses.items()]
            rows += [f"- predicted and not loaded: {module}" for module in each.false]
    return "\n".join(rows) + "\n"


@click.command()
@click.option("--apps", required=True, type=click.Path(file_okay=False, path_type=Path), help="Where the apps lie.")
@click.option("--env", "with_env", is_flag=True, help="Trace on through the installed packages.")
@click.argument("names", nargs=-1)
def main(apps: Path, names: tuple[str, ...], *, with_env: bool) -> None:
    """Print the tables: of the apps that were there while the trace was worked on, and of the fresh ones."""
    results = []
    for name, app in known_apps().items():
        if names and name not in names:
            continue
        install(app, apps, (PINS / f"{name}.txt").read_text(encoding="utf-8"))
        print(f"{name} ...", file=sys.stderr)
        results.append(compare(app, apps, with_env=with_env))
    for title, chosen in (
        ("Known while the trace was worked on", [each for each in results if not each.app.source]),
        ("Chosen afterwards", [each for each in results if each.app.source]),
    ):
        if chosen:
            print(f"## {title}\n\n{table_of(chosen)}")


if __name__ == "__main__":
    main()
