"""`flask startup report`: what startup loads, what that costs, and what to do about it.

Runs nothing of the project, but for --measured.
"""

from __future__ import annotations

import shlex
import shutil
import sys
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

import click
from click.core import ParameterSource

from ..config.entry_points import find_entries, how_to_name_one
from ..config.entry_target import ending, why_of
from ..config.options import parse
from ..config.settings import Settings, read
from ..costs.table import CostTableError
from ..files.source_file import MAX_DATA_BYTES, read_text, reason
from ..model.messages import milliseconds
from ..project.here import project_here
from ..project.modules import Project
from ..report import Report, ReportError, as_importtime, as_json, as_tree, measured, report, text
from ..report.importtime_log import Log, LogError, read_log
from ..startup.chains import further
from ..startup.contained import contained
from ..startup.graph.plan import LEAST_SAVING, advances
from .flake8_arguments import options_of_settings, passed_on
from .group import FOUND, CommandError, VersionedCommand, say
from .output import OUTPUT, write_lines

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
FORMATS = ("text", "tree", "importtime", "html", "json")
COMPARISONS = {"text": measured.as_text, "json": measured.as_json}
NARROW, USUAL, WIDE = 80, 100, 120  # columns of a tree
EPILOG = """\b
Examples:
  flask-startup report --app shop:create_app
  flask-startup report --app wsgi --root src --format json
  flask-startup report --app shop:create_app --env .venv --tree --depth 4
  flask-startup report --format html --output startup.html
  flask-startup report --format importtime --output startup.log && tuna startup.log
  python -X importtime -c "import wsgi" 2> boot.log; flask-startup report --importtime boot.log

\b
Exit status: 0 reported, 1 the app that --measured ran ended in an exception or not in time, 2 no boot to report or
nowhere to write it, 130 interrupted, 141 output closed.
"""


def link_template(_: click.Context, option: click.Parameter, value: str | None) -> str:
    """Return a template of links; BadParameter for what is none."""
    if value is None:
        return ""
    from ..report.as_html import problem_of  # the template engine is for the page alone

    if problem := problem_of(value):
        raise click.BadParameter(f"{value!r} {problem}", param=option)
    return value


@click.command(name="report", cls=VersionedCommand, epilog=EPILOG)
@click.option("--format", "form", type=click.Choice(FORMATS), default="text", show_default=True)
@click.option("--tree", "is_tree", is_flag=True, help="The same as --format tree: which statement loads which module.")
@click.option("--depth", type=click.IntRange(min=1), help="Levels of the tree to show.  [all]")
@click.option(
    "--least",
    type=click.FloatRange(min=0),
    default=1.0,
    show_default=True,
    help="Milliseconds that a module must cost, with what it loads, to be shown in the tree.",
)
@OUTPUT
@click.option(
    "--link",
    metavar="TEMPLATE",
    callback=link_template,
    help="Where the page's lines lead: vscode://file/{file}:{line}, or https://host/repo/blob/main/{path}#L{line}.",
)
@click.option("--measured", "is_measured", is_flag=True, help="Run the app once and compare. This runs its code.")
@click.option("--importtime", "log", type=FILE, help="Compare with a saved log of python -X importtime; runs nothing.")
@click.option("--python", metavar="PATH", help="The interpreter for --measured.  [that of --env, or this one]")
@click.option(
    "--timeout", type=click.FloatRange(min=1), default=120.0, show_default=True, help="Seconds for --measured."
)
@options_of_settings
@click.pass_context
def command(
    ctx: click.Context,
    /,
    form: str,
    is_tree: bool,
    depth: int | None,
    least: float,
    output: Path | None,
    link: str,
    is_measured: bool,
    log: Path | None,
    python: str | None,
    timeout: float,
    **values: object,
) -> None:
    """Tell what startup loads, what that costs, and what can go.

    Each package comes with the statements that bring it in. Nothing of the project runs, unless you ask for it with
    --measured: figures come from the cost table, and what is estimated is called an estimate.
    """
    form = "tree" if is_tree else form
    if (is_measured or log is not None) and form not in COMPARISONS:
        raise CommandError(f"a comparison is shown as {' or '.join(COMPARISONS)}, not as {form}")
    if is_measured and log is not None:
        raise CommandError("--measured runs the app and --importtime reads a log: one of them")
    settings = read(parse(passed_on(values)))
    env = settings.env
    project = project_here(settings, with_environment=True)
    content = reported(project, settings)
    failure = ""
    if log is not None:
        write_lines(COMPARISONS[form](measured.compare(content, saved_log(log))), output)
    elif is_measured:
        is_typed = ctx.get_parameter_source("fst_env") is ParameterSource.COMMANDLINE
        if python is None and env is not None and not is_typed:
            raise CommandError("--measured runs no interpreter that a file names: pass --env or --python")
        from ..measure.process import interpreter_of  # with what runs foreign code

        interpreter = python or interpreter_of(env)
        found, failure = run(interpreter, content.trace.entries, project.roots, timeout)
        write_lines(COMPARISONS[form](measured.compare(content, found)), output)
    else:
        view = as_tree.View(depth, least, USUAL if output is not None else columns())
        shown = rendered(content, form, view, link)
        write_lines(shown + _at_best(content, settings) if form == "text" and env is None else shown, output)
    if failure:
        say(f"the app did not start: {failure}", err=True)
        ctx.exit(FOUND)


def reported(project: Project, settings: Settings) -> Report:
    """Return the report; CommandError where there is no boot to report."""
    found = () if settings.app else find_entries(Path.cwd(), settings)
    entries = settings.app or tuple(each.target for each in found)
    if not entries:
        raise CommandError(f"no entry point found: {how_to_name_one(Path.cwd(), settings)}")
    try:
        return report(project, entries, "--app" if settings.app else why_of(found), settings)
    except (ReportError, CostTableError) as error:
        raise CommandError(" ".join(str(error).split())) from error


def rendered(content: Report, form: str, view: as_tree.View, link: str) -> str:
    """Return a report in one of the forms."""
    if form == "tree":
        return as_tree.render(content, view)
    if form == "html":
        from ..report import as_html  # the template engine is for this form alone

        return as_html.render(content, as_html.PageOrigin(given_command(), date.today().isoformat(), link))
    return {"text": text.render, "json": as_json.render, "importtime": as_importtime.render}[form](content)


def _at_best(content: Report, settings: Settings) -> str:
    """The end of a report, or nothing where working it out fails, which one line says."""
    return contained("what the report ends with", lambda: at_best(content, settings), lambda _: "")


def at_best(content: Report, settings: Settings) -> str:
    """Return the end of a report: what stays when all that can go has gone, and what would go beyond that."""
    from ..fix.ceiling import Done, ceiling  # judges the project again where more could go
    from ..fix.made_later import later
    from ..fix.switches import CALLS

    asked = replace(settings, app=content.trace.entries)
    planned = later(content.plan, content.fates, asked, unsafe=False) or content
    steps = advances(planned.costs, planned.plan)
    steps += further(planned.costs, content.links, [place for each in steps for place in each.statements])
    gone = frozenset(place for each in steps for place in each.statements)
    left = steps[-1].left_ms if steps else planned.costs.total.ms
    small = [
        (each.package, each.statements)
        for each in planned.plan
        if not each.blocked_by and not gone.issuperset(each.statements)
    ]
    reloads = any(each.finding.code in CALLS for each in content.findings)
    lines = ceiling(planned, asked, Done(gone, left, small, (reloads, reloads)), content)
    least = milliseconds(settings.least_threshold)
    head = f"At best {milliseconds(left)} ms, without" if gone else "Nothing can go by itself of"
    head += f" what costs {least} ms or more; `flask-startup fix` looks from {milliseconds(LEAST_SAVING)} ms on"
    return "\n".join(["", head, *lines, ""])


def given_command() -> str:
    """Return the command line, without where its output goes: the same report is the same file anywhere."""
    arguments = sys.argv[sys.argv.index("report") + 1 :] if "report" in sys.argv else []
    kept = [
        each
        for number, each in enumerate(arguments)
        if not each.startswith("--output=") and "--output" not in arguments[max(0, number - 1) : number + 1]
    ]
    return shlex.join(["flask-startup", "report", *kept])


def saved_log(path: Path) -> Log:
    """Return what a log says; CommandError where it is none."""
    try:
        return read_log(read_text(path, MAX_DATA_BYTES, "replace"), None)
    except OSError as error:
        raise CommandError(f"{path}: cannot be read: {reason(error)}") from error
    except LogError as error:
        raise CommandError(f"{path}: {error}") from error


def run(python: str, entries: Sequence[str], folders: Sequence[Path], timeout: float) -> tuple[Log, str]:
    """Run the app once; return its log, and how it ended if not well. CommandError where there is no log."""
    from ..measure.app_run import run_app  # the only part here that runs foreign code
    from ..measure.process import MeasureError

    say(f"runs the app: {python} imports {', '.join(entries)}", err=True)
    try:
        done = run_app(python, [ending(each) for each in entries], folders, timeout)
        found = read_log(done.log, done.loaded)
    except MeasureError as error:
        raise CommandError(str(error)) from error
    except LogError as error:
        raise CommandError(f"{python}: {done.failure or error}") from error
    if done.compiled:
        say(f"{done.compiled:,} modules had no cached bytecode, and compiling them is in the figures", err=True)
    return found, done.failure


def columns() -> int:
    """Return how wide a tree may be: as the terminal is, within reason."""
    if not sys.stdout.isatty():
        return USUAL
    return min(max(shutil.get_terminal_size((USUAL, 24)).columns, NARROW), WIDE)
