"""Deployment files with lines of the greatest length that is read: time that grows with the square would be minutes."""

from __future__ import annotations

from pathlib import Path

import pytest

from flake8_flask_startup.config.deployment.reading import read
from flake8_flask_startup.fix.deployments import with_bytecode
from flake8_flask_startup.fix.refusal import Refused

SPACES = " " * 190_000
UNCLOSED = "${A:-" * 37_000


@pytest.mark.parametrize(
    ("name", "text", "words"),
    [
        ("uwsgi.ini", f"[uwsgi]\nmodule = y{SPACES}x\n", ("uwsgi", "--module", f"y{SPACES}x")),
        ("supervisord.conf", f"[program:x]\ncommand = y{SPACES}x\n", ("y", "x")),
        ("Makefile", f"A = y{SPACES}x\nrun:\n\tflask run\n", ("flask", "run")),
        ("start.sh", f"#!/bin/sh\nflask run {UNCLOSED}", ("flask", "run", UNCLOSED)),
        ("Dockerfile", f"FROM x\nCMD flask run {UNCLOSED}", ("flask", "run", UNCLOSED)),
        ("start.sh", "#!/bin/sh\nflask --app ${APP:-shop} run ${MORE:-}\n", ("flask", "--app", "shop", "run")),
    ],
)
def test_a_long_line_is_read_once(name: str, text: str, words: tuple[str, ...]) -> None:
    assert words in [each.words for each in read(Path(name), text).commands]


@pytest.mark.parametrize("line", [f"ENV PYTHONDONTWRITEBYTECODE=1{SPACES}x=1", f"RUN {'uv x ' * 36_000}"])
def test_a_long_line_is_not_edited(line: str) -> None:
    with pytest.raises(Refused, match="more than 2,000 characters"):
        with_bytecode(Path("Dockerfile"), f"FROM python\n{line}\n", [(2, "FST614")])


def test_so_many_places_are_not_edited() -> None:
    text = "FROM python\n" + "ENV PYTHONDONTWRITEBYTECODE=1\n" * 20
    with pytest.raises(Refused, match="more than 16 of them"):
        with_bytecode(Path("Dockerfile"), text, [(line, "FST614") for line in range(2, 22)])
