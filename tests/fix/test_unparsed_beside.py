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


@pytest.mark.parametrize(
    ("broken", "reason"),
    [(b"import redis\n)\n", "unmatched ')'"), (b"# caf\xe9\nimport redis\n", "'utf-8' codec can't decode")],
)
def test_a_file_of_the_startup_that_is_left_alone_is_told(
    broken: bytes, reason: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("wsgi.py").write_text("import broken\nfrom flask import Flask\n\napp = Flask(__name__)\n", encoding="utf-8")
    Path("broken.py").write_bytes(broken)
    Path("unread.py").write_bytes(broken)  # which startup does not load
    found = CliRunner().invoke(startup, ["fix", "--app", "wsgi:app"])
    notes = [line for line in found.output.splitlines() if line.startswith("note ")]
    assert len(notes) == 1
    assert notes[0].startswith(f"note    broken.py: left alone: it cannot be read: {reason}")
