"""`flask startup entries`: every process that the project starts, each with its own predicted startup."""

from __future__ import annotations

import json
from pathlib import Path

import click

from ..config.entry_points import READER, find_processes, how_to_name_one
from ..config.entry_target import Entry
from ..config.options import parse
from ..config.settings import read
from ..costs.table import CostTableError
from ..report.processes import as_json, as_text, process_costs
from .flake8_arguments import options_of_settings, passed_on
from .group import CommandError, VersionedCommand, say
from .output import write_lines


@click.command(name="entries", cls=VersionedCommand)
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
@options_of_settings
def command(form: str, **values: object) -> None:
    """List what the project starts, each with its own prediction.

    That is servers, workers, serverless functions and commands. They are read from Dockerfiles, compose files,
    Procfiles, systemd units, scripts, makefiles, Kubernetes manifests, app.yaml, serverless.yml and their like, and
    the scripts of pyproject.toml. Nothing of the project runs.

    \b
    Examples:
      flask-startup entries
      flask-startup entries --app shop:create_app,shop.tasks:celery --format json

    \b
    Exit status: 0 listed, 2 nothing found or options that cannot be used, 130 interrupted, 141 output closed.
    """
    settings = read(parse(passed_on(values)))
    unread: list[str] = []
    found = tuple(Entry(each, "--app") for each in settings.app) or find_processes(Path.cwd(), settings, unread)
    if not found:
        raise CommandError(f"nothing found that starts the app: {how_to_name_one(Path.cwd(), settings)}")
    try:
        costs = process_costs(found, settings)
    except CostTableError as error:
        raise CommandError(str(error)) from error
    if settings.app and all(each.problem for each in costs):
        raise CommandError(costs[0].problem)
    text = as_text(costs) if form == "text" else json.dumps(as_json(costs), indent=1) + "\n"
    write_lines(text, None)
    if unread:
        more = f" and {len(unread) - 1} more" if len(unread) > 1 else ""
        say(f"{unread[0]}{more}: not read: {READER}", err=True)
