"""What checking many files rests on: files and texts as flake8 has them, a gate that stops nothing that matters."""

from __future__ import annotations

import ast
import os
import string
import tokenize
from argparse import Namespace
from pathlib import Path

import pytest
from flake8.discover_files import expand_paths
from hypothesis import given
from hypothesis import strategies as st

from flake8_flask_startup.check.files import find
from flake8_flask_startup.check.text_gate import TextGate
from flake8_flask_startup.config.settings import Settings
from flake8_flask_startup.files.flake8_text import decoded
from flake8_flask_startup.lint.engine import check
from flake8_flask_startup.lint.pages import page_files
from flake8_flask_startup.lint.source import Source
from flake8_flask_startup.startup.cost_tables import cost_table
from pages import cases

ROOT = Path(__file__).parents[2]
PAGES = [*page_files(), *(ROOT / "tests" / "corners").glob("*.md")]
TREE = ("a.py", "b/c.py", "b/c.pyw", "b/.hidden/d.py", "b/x.egg/e.py", "build/f.py", "docs/build/g.py", "b/Procfile")


@pytest.mark.parametrize(
    "patterns",
    [[".git", "*.egg"], ["build"], ["*/build"], ["b/*"], ["[a-b].py"], ["?.py"], [".hidden", "docs/build"], []],
)
@pytest.mark.parametrize("paths", [(), (".",), ("b", "a.py"), ("b/c.pyw", "build/f.py"), ("../" + "x",), ("b/../b",)])
def test_files_are_those_of_flake8(
    patterns: list[str], paths: tuple[str, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = tmp_path / "x"
    for name in TREE:
        (here / name).parent.mkdir(parents=True, exist_ok=True)
        (here / name).write_text("", encoding="utf-8")
    monkeypatch.chdir(here)
    exclude = [os.path.abspath(each) if "/" in each else each for each in patterns]  # noqa: PTH100  # as flake8 does
    options = Namespace(exclude=exclude, extend_exclude=[], filename=["*.py"], stdin_display_name="stdin")
    expected = expand_paths(paths=paths, stdin_display_name="stdin", filename_patterns=["*.py"], exclude=exclude)
    assert list(find(paths, options, lambda _: False).python) == sorted(expected)


def test_what_is_installed_is_left_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    installed = "env/lib/python3.11/site-packages/click/core.py"
    unmarked = ".venv/lib/python3.11/site-packages/click/core.py"  # committed without what marks an environment
    for name in ("a.py", "env/pyvenv.cfg", "env/x.py", installed, unmarked):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    options = Namespace(exclude=[], extend_exclude=[], filename=["*.py"], stdin_display_name="stdin")
    for paths, expected in (((), ["./a.py"]), (("env",), [installed, "env/x.py"]), ((installed,), [installed])):
        assert list(find(paths, options, lambda _: False).python) == expected


@given(st.text(alphabet=string.printable + "é\x0c\x1c\u2028", max_size=60), st.sampled_from(["", "\ufeff"]))
def test_text_is_that_of_tokenize(text: str, mark: str) -> None:
    data = (mark + "#\n" + text).encode()
    path = Path(os.environ.get("TMPDIR", "/tmp")) / f"text-{os.getpid()}.py"  # noqa: S108  # a file of this process
    path.write_bytes(data)
    try:
        with tokenize.open(path) as stream:
            expected = stream.read()
    finally:
        path.unlink()
    assert decoded(data) == expected


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_a_text_that_does_not_pass_breaks_no_rule(page: Path) -> None:
    settings = Settings(threshold=25.0)
    gate = TextGate(settings, lambda: cost_table(settings))
    texts = [text for case in cases(page) for name, text in case.files.items() if name.endswith(".py")]
    stopped = [text for text in texts if not gate.lets_in(text)]
    for text in stopped:
        source = Source("shop.py", ast.parse(text), text.splitlines(keepends=True))
        assert check(source, settings, lambda: None) == []


def test_what_options_name_passes() -> None:
    settings = Settings(factories=("assembled",))
    assert TextGate(settings, lambda: cost_table(settings)).lets_in(
        "from shop import assembled\n\nsite = assembled()\n"
    )
    assert not TextGate(Settings(), lambda: cost_table(Settings())).lets_in("from shop import assembled\n")


def test_a_name_is_read_as_the_parser_reads_it() -> None:
    gate = TextGate(Settings(), lambda: cost_table(Settings()))
    for text in ("import pan\uff44as\n", "from \uff50andas import x\n", "import os, flask\uff3fsqlalchemy\n"):
        ast.parse(text)
        assert gate.lets_in(text)


def test_a_string_is_read_as_the_parser_reads_it() -> None:
    gate = TextGate(Settings(), lambda: cost_table(Settings()))
    for written in ("'DE' 'BUG'", "'DE\\\nBUG'", r"'\x44EBUG'"):
        assert ast.literal_eval(written) == "DEBUG"
        assert gate.lets_in(f"app.config[{written}] = True\n")
    assert not gate.lets_in("app.config['DE', 'BUG'] = True\n")


def test_texts_do_not_pass_without_a_reason() -> None:
    settings = Settings()
    gate = TextGate(settings, lambda: cost_table(settings))
    assert not gate.lets_in("import json\nfrom . import pandas_like\n\n\ndef f():\n    return json\n")
    assert gate.lets_in("import json, \\\n    pandas\n")
    assert gate.lets_in("from pandas import x\n")
    assert gate.lets_in("app.run(debug=True)\n")
