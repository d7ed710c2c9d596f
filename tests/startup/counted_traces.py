"""How often a boot is traced, for tests of kept boots and kept traces."""

from __future__ import annotations

import pytest

from flake8_flask_startup.startup import trace_cache, traced_boot
from flake8_flask_startup.startup.interpreter.tracer import trace


@pytest.fixture
def traces(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Grow by one with each trace, whichever cache asks for it."""
    seen: list[str] = []

    def counted(*arguments: object) -> object:
        seen.append("trace")
        return trace(*arguments)  # type: ignore[arg-type]  # passed on as they came

    for cache in (traced_boot, trace_cache):
        monkeypatch.setattr(cache, "trace", counted)
    return seen
