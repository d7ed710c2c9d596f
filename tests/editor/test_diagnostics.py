"""Diagnostics are what `check` reports of the text that the editor holds."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from editing import as_checked, checked, edit, editor, told
from lsprotocol import types

from conftest import COSTS

Write = Callable[[Mapping[str, str]], Path]

OPTIONS = (f"--fst-costs={COSTS}", "--fst-cache=off")
SHOP = {
    "shop/__init__.py": """\
        from flask import Flask

        def create_app():
            from . import views
            return Flask(__name__)
        """,
    "shop/views.py": "import pandas\n\n\ndef index():\n    return pandas.DataFrame()\n",
    "pyproject.toml": "[tool.flask-startup]\napp = ['shop:create_app']\n",
}
STEPS = (
    "import pandas\n",
    "import pandas\nimport\n",
    "import pandas\nimport torch\n\n\nclass Model(torch.Module):\n    frame = pandas.DataFrame\n",
    "",
    "# a comment\n\n\nimport numpy, pandas\n\n\ndef index():\n    return pandas.DataFrame(numpy.zeros(3))\n",
    "import pandas  # noqa: FST103\n",
    "def f(:\n",
    "x = '\f'\nimport pandas\n\x0c\ndef f():\n    return pandas\n",
    "import pandas\r\n\r\ndef f():\r\n    return pandas\r\n",
    "\ufeffimport pandas\n\ndef f():\n    return pandas\n",
    "x = 1\x00\n",
    "# flake8: noqa\nimport pandas\n",
)


def test_every_step_is_what_check_reports(write: Write) -> None:
    folder = write(SHOP)

    async def scenario() -> None:
        async with editor(folder, *OPTIONS) as one:
            one.open("shop/views.py")
            held = SHOP["shop/views.py"]
            for text in (*STEPS, held):
                assert as_checked(await one.diagnostics("shop/views.py")) == told(
                    checked(folder, "shop/views.py", held, *OPTIONS)
                ), held
                held = text
                one.change("shop/views.py", text)
            assert "FST101" in await one.codes("shop/views.py")

    edit(scenario)


def test_a_finding_has_its_page_its_place_and_a_tag_where_nothing_uses_it(write: Write) -> None:
    folder = write({"app.py": "import pandas\n"})

    async def scenario() -> None:
        async with editor(folder, *OPTIONS) as one:
            one.open("app.py")
            (first,) = await one.diagnostics("app.py")
            assert (first.code, first.source, first.severity) == (
                "FST103", "flask-startup", types.DiagnosticSeverity.Warning
            )  # fmt: skip
            assert list(first.tags or ()) == [types.DiagnosticTag.Unnecessary]
            assert first.code_description is not None
            assert first.code_description.href.startswith("file:///")
            assert first.code_description.href.endswith("fst103_heavy_import_unused.md")
            assert first.range == types.Range(types.Position(0, 0), types.Position(0, 13))
            one.change("app.py", "if True:\n    import pandas  # all of it\n")
            (inside,) = await one.diagnostics("app.py")
            assert inside.range == types.Range(types.Position(1, 4), types.Position(1, 30))
            one.change("app.py", "import pandas\ndef f(:\n")
            (broken,) = await one.diagnostics("app.py")
            assert (broken.code, broken.severity) == ("E999", types.DiagnosticSeverity.Error)
            assert broken.code_description is None

    edit(scenario)


@pytest.mark.parametrize(
    ("encodings", "column"), [(None, 7), (["utf-8"], 10), (["utf-32", "utf-8"], 6), (["utf-16"], 7), (["utf-9"], 7)]
)
def test_columns_are_in_the_units_that_the_client_counts_in(
    encodings: list[str] | None, column: int, write: Write
) -> None:
    folder = write({"app.py": "x = 1\n"})

    def wanted(capabilities: types.ClientCapabilities) -> None:
        capabilities.general = types.GeneralClientCapabilities(position_encodings=encodings)

    async def scenario() -> None:
        async with editor(folder, *OPTIONS, change=wanted) as one:
            one.open("app.py", "'\N{GRINNING FACE}é'; import pandas\n")
            (found,) = await one.diagnostics("app.py")
            assert (found.range.start.character, found.range.end.character) == (column, column + len("import pandas"))

    edit(scenario)
