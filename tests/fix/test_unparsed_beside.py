"""Files beside a repair that nobody can parse or decode: they refuse what they may take, and end nothing."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from flake8_flask_startup.cli import startup

APP = """from flask import Flask
import redis

app = Flask(__name__)
client = redis.Redis()


@app.route("/")
def index():
    return str(client.get("x"))
"""


@pytest.mark.parametrize("broken", [b"from wsgi import app, client\n)\n", b"# caf\xe9\nfrom wsgi import app, client\n"])
@pytest.mark.parametrize("command", [["report"], ["fix", "--unsafe"]])
def test_a_file_that_cannot_be_parsed_refuses_and_ends_nothing(
    command: list[str], broken: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("wsgi.py").write_text(APP, encoding="utf-8")
    Path("broken.py").write_bytes(broken)
    found = CliRunner().invoke(startup, [*command, "--app", "wsgi:app"])
    assert found.exception is None or isinstance(found.exception, SystemExit), found.output
    if command[0] == "fix":
        assert "'broken.py' mentions it, and cannot be parsed" in found.output
    else:
        assert "Nothing can go by itself" in found.output
