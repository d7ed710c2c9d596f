"""The price beside each import, what is shown about it, and the progress while it is found out."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import Callable, Mapping
from contextlib import suppress
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import pytest
from editing import edit, editor, safe
from lsprotocol import types
from processes import children, server_of

from conftest import COSTS
from flake8_flask_startup.editor.progress import TraceProgress
from flake8_flask_startup.editor.wire import message_of
from flake8_flask_startup.editor.worker import Worker

if TYPE_CHECKING:
    from pygls.progress import Progress

Write = Callable[[Mapping[str, str]], Path]

OPTIONS = (f"--fst-costs={COSTS}", "--fst-cache=off")
SHOP = {
    "shop/__init__.py": """\
        from flask import Flask


        def create_app():
            from . import views
            return Flask(__name__)
        """,
    "shop/views.py": """\
        import json
        import pandas
        import numpy
        from shop import (
            models,
        )


        def index():
            import torch
            return torch, pandas.DataFrame()
        """,
    "shop/models.py": "import numpy\nimport cheap_package\n\nzeros = numpy.zeros(3)\n",
    "tasks.py": "import pandas\n\n\ndef run():\n    import shop\n    return pandas\n",
}


def test_each_import_has_its_price_and_the_factory_what_startup_costs(write: Write) -> None:
    folder = write(SHOP)

    async def scenario() -> None:
        async with editor(folder, *OPTIONS, "--app=shop:create_app") as one:
            one.open("shop/views.py")
            assert await one.hints("shop/views.py") == [
                (2, "347 ms"), (3, "shared (84 ms)"), (6, "~3.1 ms"), (10, "not loaded at startup"),
            ]  # fmt: skip
            one.open("shop/__init__.py")
            hints = dict(await one.hints("shop/__init__.py"))
            assert hints[4].startswith("startup: ")
            assert hints[5] == "~434 ms"
            one.open("tasks.py")
            assert await one.hints("tasks.py") == [(1, "not loaded at startup"), (5, "not loaded at startup")]

    edit(scenario)


def test_prices_move_with_their_lines_and_are_found_out_anew(write: Write) -> None:
    folder = write(SHOP)
    text = (folder / "shop/views.py").read_text()

    async def scenario() -> None:
        async with editor(folder, *OPTIONS, "--app=shop:create_app") as one:
            one.open("shop/views.py")
            before = await one.hints("shop/views.py")
            one.change("shop/views.py", f"# one\n# two\n{text}")
            assert await one.hints("shop/views.py") == [(line + 2, label) for line, label in before]
            one.change("shop/views.py", f"import torch\n{text}\ntorch.load()\n")
            await one.diagnostics("shop/views.py")
            assert await one.hints("shop/views.py") == [
                (1, "816 ms"), (3, "347 ms"), (4, "shared (84 ms)"), (7, "~3.1 ms"), (11, "not loaded at startup"),
            ]  # fmt: skip
            one.change("shop/views.py", "import (\n")
            assert await one.hints("shop/views.py") == []

    edit(scenario)


def test_without_a_startup_prices_are_those_of_the_table(write: Write) -> None:
    folder = write(
        {"tools.py": "import pandas\nimport os\n\ndef f():\n    import numpy, torch\n", "notes.md": "import pandas\n"}
    )

    async def scenario() -> None:
        async with editor(folder, *OPTIONS) as one:
            one.open("tools.py")
            assert await one.hints("tools.py") == [(1, "431 ms"), (5, "900 ms")]
            assert "What importing it costs" in await one.hover("tools.py", 1)
            assert await one.hover("tools.py", 2) == ""
            one.open("notes.md", language="markdown")
            assert await one.hints("notes.md") == []
            assert await one.hover("notes.md", 1) == ""

    edit(scenario)


def test_what_is_shown_about_an_import(write: Write) -> None:
    folder = write(SHOP)

    async def scenario() -> None:
        async with editor(folder, *OPTIONS, "--app=shop:create_app") as one:
            one.open("shop/views.py")
            found = await one.hover("shop/views.py", 2)
            assert "**347 ms**: What startup costs less without this statement" in found
            assert "`pandas` costs 431 ms at startup (1st of 2)." in found
            assert "Without `shop/views.py:2` startup costs 347 ms less." in found
            assert "Reached: `shop:create_app` → `shop.views` → `pandas`" in found
            assert await one.hover("shop/views.py", 11) == ""
            one.open("shop/models.py")
            found = await one.hover("shop/models.py", 1)
            assert "It stays: `shop/models.py:1` is needed at startup, the module code on line 4" in found
            one.open("shop/__init__.py")
            found = await one.hover("shop/__init__.py", 4)
            assert found.startswith("**startup: ")
            assert "- `pandas`: 431 ms" in found

    edit(scenario)


def test_configuration_that_cannot_be_used_has_no_prices(write: Write) -> None:
    folder = write({"app.py": "import pandas\n", "pyproject.toml": "[tool.flask-startup]\nthreshold = {}\n"})

    async def scenario() -> None:
        async with editor(folder, *OPTIONS) as one:
            one.open("app.py")
            assert await one.hints("app.py") == []
            assert await one.hover("app.py", 1) == ""

    edit(scenario)


def test_the_first_trace_has_progress(write: Write) -> None:
    folder = write(SHOP)

    async def scenario() -> None:
        async with editor(folder, *OPTIONS, "--app=shop:create_app") as one:
            one.open("shop/views.py")
            begin = await safe(one.progress.get())
            assert (begin.value["title"], begin.value["cancellable"]) == ("flask-startup", True)
            assert begin.value["message"] == f"tracing the startup of {folder.name}"
            assert (await safe(one.progress.get())).value["kind"] == "end"

    edit(scenario)


def test_findings_and_prices_of_a_file_that_is_opened_take_one_trace(
    write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = write(SHOP)
    monkeypatch.chdir(folder)

    def messages(*asked: str) -> list[Any]:
        out = BytesIO()
        worker = Worker(out)
        arguments = [f"--fst-costs={COSTS}", f"--fst-cache={folder / 'kept'}", "--fst-app=shop:create_app"]
        worker.answer({"id": 0, "do": "configure", "folder": str(folder), "arguments": arguments})
        text = (folder / "shop/views.py").read_text(encoding="utf-8")
        for each in asked:
            worker.answer({"id": 1, "do": each, "name": "shop/views.py", "text": text, "settled": False})
        lines = [message_of(line) for line in out.getvalue().splitlines()]
        return [each["event"] if "event" in each else len(str(each["result"])) > 2 for each in lines[1:]]

    first = messages("check", "hints")
    assert first == ["tracing", "traced", True, True]
    assert messages("check") == [True]  # the first has kept the boot on the disk
    assert messages("check", "hints") == [True, "tracing", "traced", True]  # but not the prices


def test_a_trace_that_is_done_before_the_editor_answers_ends_at_once() -> None:
    sent: list[str] = []

    async def scenario() -> None:
        over = asyncio.Event()

        class Slow:
            """An editor that answers when the trace is done."""

            async def create_async(self, _: str) -> None:
                shown.end()

            def begin(self, *_: object) -> None:
                sent.append("begin")

            def end(self, *_: object) -> None:
                sent.append("end")
                over.set()

        shown = TraceProgress(cast("Progress", Slow()), "shop", lambda: None)
        shown.begin()
        await over.wait()

    edit(scenario)
    assert sent == ["begin", "end"]


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="looks at processes as Linux shows them")
def test_a_trace_that_is_cancelled_is_over_and_the_next_change_begins_anew(write: Write) -> None:
    many = {
        f"many/m{each}.py": f"from . import m{each + 1}\n" + "def f(x):\n    return x.f()\n" * 200
        for each in range(200)
    }
    folder = write({"many/__init__.py": "from . import m0\n", "app.py": "import many\n", **many})

    async def scenario() -> None:
        async with editor(folder, *OPTIONS, "--app=app") as one:
            one.open("app.py", "import many, pandas\n")
            begin = await safe(one.progress.get())
            (worker,) = children(server_of(one))
            os.kill(worker, signal.SIGSTOP)  # it is not done before it is cancelled
            one.client.window_work_done_progress_cancel(types.WorkDoneProgressCancelParams(begin.token))
            assert (await safe(one.progress.get())).value["kind"] == "end"
            with suppress(ProcessLookupError):  # it was done already
                os.kill(worker, signal.SIGCONT)
            one.change("app.py", "import many, pandas\n\nframe = pandas.DataFrame()\n")
            assert await one.codes("app.py") == ["FST102"]

    edit(scenario)
