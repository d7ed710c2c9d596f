"""The process of a folder, asked by somebody who goes while it is being started."""

from __future__ import annotations

import asyncio
import signal
from asyncio.subprocess import Process
from contextlib import suppress
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest

from flake8_flask_startup.editor.process import FolderProcess
from flake8_flask_startup.editor.server import EditorInput


def test_a_process_that_nobody_wants_any_more_is_ended_as_soon_as_it_is_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def scenario() -> None:
        begun = asyncio.Event()
        original = asyncio.create_subprocess_exec

        async def start(*command: str, **named: Any) -> Process:
            begun.set()
            return await original(*command, **named)

        monkeypatch.setattr(asyncio, "create_subprocess_exec", start)
        process = FolderProcess(str(tmp_path), (), lambda _: None)
        asking = asyncio.create_task(process.ask("hints", name="app.py", text=""))
        await begun.wait()
        asking.cancel()
        with suppress(asyncio.CancelledError):
            await asking
        await process.started()
        assert process._starting is not None
        assert await process._starting.result().wait() == -signal.SIGKILL

    asyncio.run(scenario())


def test_the_end_of_the_input_is_noticed_before_it_is_passed_on() -> None:
    told: list[str] = []

    given = EditorInput(BytesIO(b"a\nbc"), lambda: told.append("end"))
    assert (given.readline(), given.read(2), told) == (b"a\n", b"bc", [])
    assert (given.readline(), told) == (b"", ["end"])
    assert (given.read(5), told) == (b"", ["end", "end"])
