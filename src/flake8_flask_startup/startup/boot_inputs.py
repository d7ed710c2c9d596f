"""What a boot is traced from: light to load, so that a boot that was kept needs no tracer."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from ..config.settings import Settings


class BootInputs(NamedTuple):
    """The entry points with how they were found (why), what else the boot rests on (key), and an editor's texts."""

    entries: tuple[str, ...]
    why: str
    settings: Settings
    key: str
    overlay: Mapping[Path, str]

    @property
    def question(self) -> object:
        """What tells this boot from others in a session."""
        return self.key, self.entries, self.why, dict(self.overlay)
