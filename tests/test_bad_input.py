"""Files that cannot be read or parsed cost themselves at most."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from conftest import NULS_END_FLAKE8, Flake8

Write = Callable[[Mapping[str, str]], Path]

GOOD = "import pandas\n\n\ndef f():\n    return pandas.x\n"
DEEP = "x = " + "(" * 80 + "1" + ")" * 80 + "\n"
BROKEN: dict[str, bytes] = {
    "binary": bytes(range(256)) * 20,
    "null bytes": b"import pandas\n\0\n",
    "syntax error": b"def f(:\n",
    "python 2": b"print 'hello'\nimport pandas\n",
    "a byte order mark": b"\xef\xbb\xbfimport pandas\n\n\ndef f():\n    return pandas.x\n",
    "latin 1": b"# -*- coding: latin-1 -*-\nimport pandas  # \xe9\n",
    "an unknown coding": b"# -*- coding: klingon -*-\nimport pandas\n",
    "wrong utf-8": b"x = '\xff\xfe'\n",
    "newer syntax": b"type X[T: (int, str) = int] = list[T]\nx = t'{1}'\n",
    "deep parentheses": DEEP.encode(),
    "a long sum": ("x = " + "+".join(["1"] * 300) + "\n").encode(),
    "a long chain": ("import torch\nx = torch" + ".a" * 200 + "\n").encode(),
    # over lines: the tokenizer of Python 3.12.1, which flake8 uses, keeps a copy of the line with each token
    "a huge literal": b"X = [\n" + b"".join(b"    %d,\n" % number for number in range(60_000)) + b"]\n",
    "empty": b"",
    "a template": b"import pandas\n{% if x %}\ny = 1\n{% endif %}\n",
}


@pytest.mark.parametrize("text", BROKEN.values(), ids=BROKEN.keys())
def test_the_neighbours_are_still_reported(text: bytes, write: Write, flake8: Flake8, tmp_path: Path) -> None:
    if b"\0" in text and NULS_END_FLAKE8:
        pytest.skip("flake8 itself ends at NUL bytes on this Python")
    write({"good.py": GOOD, "entry.py": "import bad\nimport good\n"})
    (tmp_path / "bad.py").write_bytes(text)
    for entry in ((), ("--fst-app=entry",)):
        result = flake8("--jobs=1", *entry)
        assert "./good.py:1:1: FST10" in result.stdout
        assert "Traceback" not in result.stderr
        assert "not checked" not in result.stderr


def test_links_in_a_circle_and_links_to_nowhere(write: Write, flake8: Flake8, tmp_path: Path) -> None:
    write({"shop/__init__.py": "from . import good, gone, loop\n", "shop/good.py": GOOD})
    (tmp_path / "shop" / "gone.py").symlink_to(tmp_path / "nowhere.py")
    (tmp_path / "shop" / "loop.py").symlink_to(tmp_path / "shop" / "loop.py")
    (tmp_path / "shop" / "round").symlink_to(tmp_path / "shop", target_is_directory=True)
    result = flake8("--fst-app=shop", "shop/good.py", "shop/__init__.py")
    assert "shop/good.py:1:1: FST101" in result.stdout
    assert "Traceback" not in result.stderr


@pytest.mark.skipif(sys.platform == "win32" or os.geteuid() == 0, reason="root reads every folder")
def test_a_folder_that_cannot_be_read(write: Write, flake8: Flake8, tmp_path: Path) -> None:
    write({"good.py": "import locked.inner\n" + GOOD, "locked/inner.py": ""})
    (tmp_path / "locked").chmod(0)
    try:
        assert "FST101" in flake8("--fst-app=good", "good.py").stdout
    finally:
        (tmp_path / "locked").chmod(0o755)


def test_an_error_of_our_own_costs_one_file(
    write: Write, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    import ast

    from flake8_flask_startup import plugin

    def broken(*_: object) -> None:
        raise RuntimeError("oh no")

    monkeypatch.setattr(plugin, "found_in", broken)
    write({"good.py": GOOD})
    checker = plugin.StartupChecker(ast.parse(GOOD), "good.py", GOOD.splitlines(keepends=True))
    assert list(checker.run()) == []
    assert "good.py: not checked for FST: RuntimeError: oh no" in caplog.text


def test_a_cost_table_that_is_gone_is_told_once(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    import ast

    from flake8_flask_startup import plugin
    from flake8_flask_startup.costs.table import CostTableError

    def gone(*_: object) -> None:
        raise CostTableError("costs.toml: cannot be read")

    monkeypatch.setattr(plugin, "found_in", gone)
    for name in ("one.py", "two.py"):
        assert list(plugin.StartupChecker(ast.parse(GOOD), name, []).run()) == []
    assert caplog.messages == ["costs.toml: cannot be read"]
