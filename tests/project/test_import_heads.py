"""Heads of files as they come: broken, with other ends of lines, in a circle."""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from flake8_flask_startup.config.settings import Settings
from flake8_flask_startup.lint.engine import check
from flake8_flask_startup.lint.source import Source
from flake8_flask_startup.project.import_heads import ImportedName, ImportHeads, head
from flake8_flask_startup.project.text_index import FileText, texts

Write = Callable[[Mapping[str, str]], Path]


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"import a, b.c\r\nfrom d import (e,\r\n  f)\r\n", [(1, "a"), (1, "b.c"), (2, "d.e"), (2, "d.f")]),
        (b"from a import *\nfrom __future__ import annotations\n", [(1, "a")]),
        (b"import a\nasync def f():\n    import b\nimport c\n", [(1, "a")]),
        (b"import a\n@d\ndef f(): pass\n", [(1, "a")]),
        (b"import a; import b\nif x:\n    import c\n", [(1, "a"), (1, "b")]),
        (b'"""A text\ndef of its own."""\nimport a\n', []),  # cut in the middle
        (b"import a\nimport\n", []),
        (b"\x00\xff", []),
        (b"# coding: no-such-thing\nimport a\n", []),
        (b"__lazy_modules__ = ['a']\nimport a\n", []),
    ],
)
def test_a_head(data: bytes, expected: list[tuple[int, str]]) -> None:
    assert [(each.line, each.dotted) for each in head(FileText("a.py", data))] == expected


def test_all_that_is_loaded_but_the_file_itself_is_reached(write: Write) -> None:
    top = write({
        "shop/__init__.py": "from . import views\n",
        "shop/views.py": "from . import tables\nimport other.deep.far\n",
        "shop/tables.py": "import shop.views\nfrom .plain import NAME\n",
        "shop/plain.py": "",
        "other/deep/far.py": "import shop.plain\n",
    })  # fmt: skip
    heads = ImportHeads(texts(str(top)), (str(top), str(top / "absent")))
    path = str(top / "shop" / "views.py")
    found = heads.reached(path, [ImportedName(1, "tables", 1), ImportedName(2, "other.deep.far")])
    names = {Path(each.text.path).relative_to(top).as_posix(): each.by for each in found}
    assert names == {"shop/__init__.py": 0, "shop/tables.py": 1, "shop/plain.py": 1, "other/deep/far.py": 2}


def test_a_module_that_is_broken_beyond_its_head_needs_nothing(write: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    views = "import pandas as pd\nimport tables\n\n\ndef view():\n    return pd.DataFrame()\n"
    top = write({"views.py": views, "tables.py": "import pandas\n\n\ndef table(:\n"})
    monkeypatch.chdir(top)
    source = Source("views.py", ast.parse(views), views.splitlines(keepends=True))
    (found,) = check(source, Settings(cache=None))
    assert found.code == "FST101"
    assert found.advice.endswith("saves nothing alone, tables.py:1 brings it in too")
