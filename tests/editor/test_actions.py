"""Code actions carry out what `fix` does, and tell why not."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping
from pathlib import Path

from editing import edit, editor
from lsprotocol import types

from conftest import COSTS
from installed_programs import INSTALLED

Write = Callable[[Mapping[str, str]], Path]

APP = "--app=shop:create_app"
OPTIONS = (f"--fst-costs={COSTS}", "--fst-cache=off", APP)
SHOP = {
    "shop/__init__.py": """\
        from flask import Flask


        def create_app():
            from . import views, models
            return Flask(__name__)
        """,
    "shop/views.py": """\
        import pandas
        import torch


        def index():
            return pandas.DataFrame()


        def other():
            return torch.load()""",  # without an end of its last line
    "shop/models.py": "import pandas\nimport numba\n\nnumba.jit()\n\n\ndef all():\n    return pandas.DataFrame()\n",
}


def as_fixed(folder: Path, *paths: str) -> dict[str, str]:
    """What the files of a copy of a project hold after `fix --write`."""
    copy = folder.with_name("copy")
    shutil.copytree(folder, copy)
    done = INSTALLED.run("flask-startup", "fix", "--write", *OPTIONS, *paths, folder=copy)
    assert done.returncode in {0, 1}, done.stderr
    return contents(copy)


def contents(folder: Path) -> dict[str, str]:
    return {str(path.relative_to(folder)): path.read_text() for path in sorted(folder.rglob("*.py"))}


def test_one_finding_is_repaired_in_all_files_that_it_takes(write: Write) -> None:
    folder = write({f"project/{name}": text for name, text in SHOP.items()}) / "project"

    async def scenario() -> None:
        async with editor(folder, *OPTIONS) as one:
            one.open("shop/views.py")
            pandas, torch = await one.diagnostics("shop/views.py")
            actions = await one.actions("shop/views.py", [pandas])
            assert list(actions) == [
                "Repair FST101", "Explain what can be done about FST101", "Repair all in this file"
            ]  # fmt: skip
            action = actions["Repair FST101"]
            assert (action.kind, action.disabled) == ("quickfix", None)
            told = await one.do(actions["Explain what can be done about FST101"])
            assert told.startswith("flask-startup: pandas (shop/models.py:1, shop/views.py:1): startup saves 3")
            assert one.edits == []
            told = await one.do(action)
            assert "pandas (shop/models.py:1, shop/views.py:1)" in told
            (made,) = one.edits
            assert made.document_changes is not None
            changed = {each.text_document.uri: each.text_document.version for each in made.document_changes}  # type: ignore[union-attr]
            assert changed == {one.uri("shop/views.py"): 1, one.uri("shop/models.py"): None}
            assert "import torch\n" in (folder / "shop/views.py").read_text()
            one.change("shop/views.py", (folder / "shop/views.py").read_text())
            (torch,) = await one.diagnostics("shop/views.py")
            await one.do((await one.actions("shop/views.py", [torch]))["Repair FST101"])

    expected = as_fixed(folder)
    edit(scenario)
    assert contents(folder) == expected


def test_all_that_can_be_within_a_file_is_repaired(write: Write) -> None:
    folder = write({f"project/{name}": text for name, text in SHOP.items()}) / "project"

    def without_versions(capabilities: types.ClientCapabilities) -> None:
        assert capabilities.workspace is not None
        capabilities.workspace.workspace_edit = None

    async def scenario() -> None:
        async with editor(folder, *OPTIONS, change=without_versions) as one:
            one.open("shop/views.py")
            await one.diagnostics("shop/views.py")
            actions = await one.actions("shop/views.py", [], ["source.fixAll"])
            assert [(each.title, each.kind) for each in actions.values()] == [
                ("Repair all in this file", "source.fixAll.flask-startup")
            ]
            told = await one.do(actions["Repair all in this file"])
            assert "torch (shop/views.py:2): startup saves 8" in told
            (made,) = one.edits
            assert list(made.changes or {}) == [one.uri("shop/views.py")]
            assert await one.actions("shop/views.py", [], ["refactor"]) == {}

    expected = as_fixed(folder, "shop/views.py")
    edit(scenario)
    assert contents(folder) == expected


def test_what_cannot_be_done_is_told(write: Write) -> None:
    folder = write(SHOP)

    async def scenario() -> None:
        async with editor(folder, *OPTIONS) as one:
            one.open("shop/models.py")
            pandas, numba = await one.diagnostics("shop/models.py")
            assert (pandas.code, numba.code) == ("FST101", "FST102")
            actions = await one.actions("shop/models.py", [numba])
            assert "Repair FST102" not in actions
            told = await one.do(actions["Explain what can be done about FST102"])
            assert "stays: 216 ms numba (shop/models.py:2: the module code on line 4 uses it while loading)" in told
            repair = (await one.actions("shop/models.py", [pandas]))["Repair FST101"]
            text = (folder / "shop/models.py").read_text()
            one.change("shop/models.py", f"{text}\n")
            assert "save the file first" in await one.do(repair)
            one.change("shop/models.py", text)
            one.open("shop/views.py", "# not saved\n")
            assert "shop/views.py is open, and differs from what is on disk" in await one.do(repair)
            assert one.edits == []

    edit(scenario)


def test_an_entry_point_that_is_not_there_is_told(write: Write) -> None:
    folder = write(SHOP)

    async def scenario() -> None:
        async with editor(folder, f"--fst-costs={COSTS}", "--fst-cache=off", "--app=nowhere:app") as one:
            one.open("shop/models.py")
            await one.diagnostics("shop/models.py")
            action = (await one.actions("shop/models.py", [], ["source"]))["Repair all in this file"]
            assert "nowhere" in await one.do(action)
            assert one.edits == []

    edit(scenario)
