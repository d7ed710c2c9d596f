"""What the editor shows while a boot is traced, where it can show that; whoever cancels ends the trace."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from uuid import uuid4

from lsprotocol import types
from pygls.progress import Progress

LONG_S = 1.0  # a trace that is done sooner is not worth a word, but for the first


class TraceProgress:
    """The progress of one folder's traces. on_cancel is called when the user ends one."""

    def __init__(self, progress: Progress, name: str, on_cancel: Callable[[], None]) -> None:
        self._progress = progress
        self._name = name
        self._on_cancel = on_cancel
        self._traces = 0
        self._showing: asyncio.Task[None] | None = None
        self._is_on = False
        self._token = ""

    def begin(self) -> None:
        """Note that a trace has begun, and show its progress: of the first at once, of later ones if they take long."""
        self.end()
        self._traces += 1
        self._is_on = True
        self._showing = asyncio.create_task(self._show(self._traces, LONG_S if self._traces > 1 else 0.0))

    def end(self) -> None:
        """Stop showing progress: the trace is done."""
        self._is_on = False
        if self._token:
            self._progress.end(self._token, types.WorkDoneProgressEnd())
            self._token = ""

    def cancelled(self, token: types.ProgressToken) -> None:
        """Cancel the trace if the token, which the user has cancelled, is that of its progress."""
        if self._token and token == self._token:
            self._on_cancel()

    async def _show(self, trace: int, after_s: float) -> None:
        """Show a trace, unless it is done before that; what is done when the editor has answered ends at once."""
        await asyncio.sleep(after_s)
        if not self._is_current(trace):
            return
        token = str(uuid4())
        await self._progress.create_async(token)
        message = f"tracing the startup of {self._name}"
        self._progress.begin(token, types.WorkDoneProgressBegin("flask-startup", cancellable=True, message=message))
        if self._is_current(trace):
            self._token = token
        else:
            self._progress.end(token, types.WorkDoneProgressEnd())

    def _is_current(self, trace: int) -> bool:
        return self._is_on and trace == self._traces
