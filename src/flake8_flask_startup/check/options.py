"""How to check: what the findings of a file depend on besides the file."""

from __future__ import annotations

from argparse import Namespace
from typing import NamedTuple

from ..config.settings import Settings


class CheckOptions(NamedTuple):
    """How to check: the settings, and what flake8's options say of `# noqa` and of source lines."""

    settings: Settings
    disable_noqa: bool = False
    show_source: bool = False

    @classmethod
    def of(cls, settings: Settings, options: Namespace) -> CheckOptions:
        """The way that options ask for."""
        return cls(settings, bool(options.disable_noqa), bool(options.show_source))
