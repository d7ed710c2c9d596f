"""What an option may do stands in one list, docs/security.md shows it, and what a project's file may set obeys it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path

import click
import pytest

from flake8_flask_startup.cli import Commands
from flake8_flask_startup.cli.flake8_arguments import FLAGS, LISTS
from flake8_flask_startup.config.effects import COMMANDS, FLAKE8, FST, OptionEffect, refusal
from flake8_flask_startup.config.settings import OPTIONS
from stranger import Run, Stranger

PAGE = Path(__file__).parents[2] / "docs" / "security.md"
COLUMNS = {
    "reads": OptionEffect.READS,
    "writes": OptionEffect.WRITES,
    "runs": OptionEffect.RUNS,
    "nothing else": OptionEffect.NONE,
}
EVIL = "#!/bin/sh\ntouch ../outside/executed\n"
REFUSED = [(command, option) for command, options in COMMANDS.items() for option in options if refusal(command, option)]


def options_of(name: str) -> set[str]:
    """The long names of a command's options, without dashes."""
    group = Commands("startup")
    command = group.get_command(click.Context(group), name)
    assert command is not None
    return {
        option.removeprefix("--")
        for each in command.params
        if isinstance(each, click.Option)
        for option in each.opts
        if option.startswith("--")
    }


def table() -> Iterator[tuple[str, Mapping[str, set[str]]]]:
    """The rows of the page's table: a command, and its options by what they may do."""
    text = PAGE.read_text(encoding="utf-8").rpartition("| command |")[2]
    head, *lines = text.partition("\n\n")[0].splitlines()
    names = [cell.strip() for cell in head.strip("|").split("|")]
    assert set(names) == COLUMNS.keys()
    for line in lines[1:]:
        command, *cells = (re.findall(r"`(?:--)?([\w-]+)`", cell) for cell in line.strip("|").split("|"))
        yield command[0], {name: set(cell) for name, cell in zip(names, cells, strict=True)}


def test_every_option_of_every_command_is_in_the_list() -> None:
    assert Commands.names == tuple(sorted(COMMANDS))
    for name in Commands.names:
        assert options_of(name) == set(COMMANDS[name]), name
    assert {option.name for option in OPTIONS} == set(FST)
    assert {name for name, *_ in (*LISTS, *FLAGS)} == set(FLAKE8)


def test_the_page_has_the_list() -> None:
    said = dict(table())
    wanted = {**COMMANDS, "flake8": {f"fst-{name}": effect for name, effect in FST.items()}}
    assert set(said) == set(wanted)
    for command, options in wanted.items():
        for name, effect in COLUMNS.items():
            expected = {option for option, each in options.items() if (each & effect if effect else not each)}
            assert said[command][name] == expected, (command, name)


def test_what_is_in_no_list_may_do_anything() -> None:
    assert refusal("check", "new-option")
    assert refusal("new-command", "output")


def test_a_table_of_a_project_that_says_what_is_run_or_written(stranger: Stranger, run: Run) -> None:
    clone = stranger.cloned({"evil.sh": EVIL})
    (clone / "evil.sh").chmod(0o755)
    before = stranger.tree()
    for command, option in REFUSED:
        flag = option in {"measured", "calibrate", "update", "write"}
        value = "true" if flag else "'./evil.sh'" if option == "python" else "'../outside/victim.txt'"
        extra = "measured = true\n" if (command, option) == ("report", "python") else ""
        (clone / "pyproject.toml").write_text(f"[tool.flask-startup.{command}]\n{option} = {value}\n{extra}")
        found = run("flask-startup", command, *(["app"] if command == "bench" else []))
        assert found.returncode == 2, (command, option)
        assert f"[tool.flask-startup.{command}] {option}: says what is " in found.stderr
        assert len(found.stderr.splitlines()) == 1
    assert stranger.tree() == before


@pytest.mark.parametrize(
    ("command", "line"),
    [
        ("bench", "targets = ['cmd: sh evil.sh']"),
        ("measure", "modules = ['evil']"),
        ("check", "paths = ['../outside']"),
        ("check", "-j = 4"),
        ("check", "no-such = 1"),
    ],
)
def test_arguments_are_no_options(command: str, line: str, stranger: Stranger, run: Run) -> None:
    text = f"[tool.flask-startup.{command}]\n{line}\n"
    stranger.cloned({"evil.sh": EVIL, "evil.py": "open('../outside/executed', 'w')\n", "pyproject.toml": text})
    before = stranger.tree()
    found = run("flask-startup", command)
    assert found.returncode == 2
    assert "has no option" in found.stderr
    assert stranger.tree() == before


def test_an_environment_in_a_file_is_read_and_its_interpreter_not_run(stranger: Stranger, run: Run) -> None:
    clone = stranger.cloned(
        {
            "venv/bin/python": EVIL,
            "venv/lib/python3.11/site-packages/other.py": "",
            "pyproject.toml": "[tool.flask-startup.report]\nenv = 'venv'\napp = ['app']\n",
        }
    )
    (clone / "venv" / "bin" / "python").chmod(0o755)
    before = stranger.tree()
    assert run("flask-startup", "report").returncode == 0
    found = run("flask-startup", "report", "--measured")
    assert found.returncode == 2
    assert "pass --env or --python" in found.stderr
    assert stranger.tree() == before


@pytest.mark.parametrize("link", ["out.txt", "out"])
@pytest.mark.parametrize(
    "arguments",
    [
        ("check", "--output={}"),
        ("report", "--app=app:create_app", "--output={}"),
        ("measure", "--calibrate", "--output={}"),
        ("bench", "cmd: true", "--json={}", "--runs=8"),
    ],
)
def test_an_output_that_is_a_link_or_lies_behind_one(
    arguments: tuple[str, ...], link: str, stranger: Stranger, run: Run
) -> None:
    target = "../outside/victim.txt" if link == "out.txt" else "../outside"
    stranger.write(stranger.victim, "schema = 1\n")
    stranger.cloned(links={link: target})
    before = stranger.tree()
    output = link if link == "out.txt" else "out/victim.txt"
    found = run("flask-startup", *(each.format(output) for each in arguments))
    assert found.returncode == 2
    assert "is a link" in found.stderr
    assert stranger.tree() == before


def test_files_with_names_of_their_own_are_not_written_through_links(stranger: Stranger, run: Run) -> None:
    journal = "flask-startup-costs.toml.journal"
    clone = stranger.cloned(links={"flask-startup.lock": "../outside/new.lock", journal: "../outside/victim.txt"})
    before = stranger.tree()
    for arguments in (("lock", "--app=app:create_app"), ("lock", "--app=app:create_app", "--update")):
        found = run("flask-startup", *arguments)
        assert found.returncode == 2
        assert "is a link" in found.stderr
    assert run("flask-startup", "measure", "colorsys").returncode == 2
    (clone / journal).unlink()
    (clone / journal).hardlink_to(stranger.victim)
    assert run("flask-startup", "measure", "colorsys").returncode == 2
    assert {name: each[3] for name, each in stranger.tree().items()} == {name: each[3] for name, each in before.items()}


def test_streams_are_written_to(stranger: Stranger, run: Run) -> None:
    stranger.cloned()
    assert "FST101" in run("flask-startup", "check", "--output=/dev/stdout").stdout
