"""`flask startup report`: what startup loads, what that costs, and what to do about it. Runs nothing of the project."""

from __future__ import annotations

from pathlib import Path

import click

from ..costs import CostTableError
from ..entries import entry_of, find_entries
from ..project import SOURCE_FOLDERS, Project
from ..report import ReportError, as_json, report, text
from ..scope import Target
from ..settings import DEFAULT_THRESHOLD, Settings

FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)
FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
RENDERERS = {"text": text.render, "json": as_json.render}


def entry_points(_: click.Context, option: click.Parameter, values: tuple[str, ...]) -> tuple[str, ...]:
    """Return entry points in our form; BadParameter for what is none."""
    found = []
    for value in values:
        entry = entry_of(value)
        if entry is None:
            raise click.BadParameter(f"{value!r} is no entry point such as shop:create_app", param=option)
        found.append(entry)
    return tuple(found)


@click.command(name="report")
@click.option(
    "--app",
    "apps",
    multiple=True,
    metavar="ENTRY",
    callback=entry_points,
    help="Where startup begins, such as shop:create_app or wsgi; may be repeated.  [what the project gives away]",
)
@click.option("--root", "roots", multiple=True, type=FOLDER, help="A folder on the import path.  [., src, lib]")
@click.option("--first-party", multiple=True, metavar="NAME", help="A top-level name that counts as the project's own.")
@click.option("--env", type=FOLDER, help="An environment or its site-packages: go on through what is installed there.")
@click.option("--format", "form", type=click.Choice(sorted(RENDERERS)), default="text", show_default=True)
@click.option(
    "--threshold",
    type=click.FloatRange(min=0),
    default=DEFAULT_THRESHOLD,
    show_default=True,
    help="Plan for packages whose import costs at least this many milliseconds.",
)
@click.option("--costs", multiple=True, type=FILE, help="A cost table of your own, laid over the bundled one.")
@click.option(
    "--scale",
    type=click.FloatRange(min=0, min_open=True),
    default=1.0,
    show_default=True,
    help="Multiply every cost, for a machine slower or faster than the reference.",
)
def command(
    apps: tuple[str, ...],
    roots: tuple[Path, ...],
    first_party: tuple[str, ...],
    env: Path | None,
    form: str,
    threshold: float,
    costs: tuple[Path, ...],
    scale: float,
) -> None:
    """Tell what startup loads, what each package costs, which statements bring it in, and what must go to save it.

    Nothing of the project runs: figures come from the cost table, and what is estimated is called an estimate.

    \b
    Examples:
      flask-startup report --app shop:create_app
      flask-startup report --app wsgi --root src --format json
      flask-startup report --app shop:create_app --env .venv

    Exit status: 0, or 2 where there is no boot to report.
    """
    settings = Settings(
        threshold=threshold,
        costs=costs,
        scale=scale,
        app=apps,
        roots=tuple(map(str, roots)),
        first_party=first_party,
    )
    here = [folder for name in SOURCE_FOLDERS if (folder := Path.cwd() / name).is_dir()]
    found = () if apps else find_entries(Path.cwd())
    entries = apps or tuple(each.target for each in found)
    if not entries:
        raise click.UsageError("no entry point found: name it with --app, such as --app shop:create_app")
    site_packages = None if env is None else installed_in(env)
    project = Project(roots or here, first_party, env=site_packages, target=Target(settings.target_version))
    try:
        content = report(project, entries, "--app" if apps else found[0].why, settings)
    except (ReportError, CostTableError) as error:
        raise click.UsageError(str(error)) from None
    click.echo(RENDERERS[form](content), nl=False)


def installed_in(folder: Path) -> Path:
    """Return the site-packages of a virtual environment, or the folder itself if it is none."""
    found = sorted([*folder.glob("lib/python*/site-packages"), *folder.glob("Lib/site-packages")])
    return found[0] if found else folder
