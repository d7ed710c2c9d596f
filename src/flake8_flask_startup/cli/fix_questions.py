"""The questions of `fix --interactive`: one for each step, with the answers that `git add --patch` knows."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from typing import TYPE_CHECKING

import click

from ..files.printing import printable_lines
from ..model.messages import milliseconds
from .group import say

if TYPE_CHECKING:  # which loads LibCST
    from ..fix.files import Files
    from ..fix.steps import Step

HELP = """y  write it, as Enter does
n  leave it
a  write it, and all that follow
q  leave it, and all that follow: write what was agreed to
d  show what it changes
Ctrl-C or no more input ends the run, and writes nothing"""
_WORDS = {"y": "y", "yes": "y", "n": "n", "no": "n", "a": "a", "all": "a", "q": "q", "quit": "q", "d": "d", "diff": "d"}


class Questions:
    """Asks somebody at the terminal about each step, until one answer holds for all that follow."""

    def __init__(self, files: Files) -> None:
        self._files = files
        self._texts: dict[str, str] = {}  # of the files, with the steps that are agreed to
        self._rest: bool | None = None

    def agree(self, step: Step, texts: Mapping[str, str]) -> bool:
        """Return whether a step is wanted, which changes files to some texts.

        Raises:
            KeyboardInterrupt: where somebody ends the run: with Ctrl-C, or as there is no more input.
        """
        is_wanted = self._answered(step, texts) if self._rest is None else self._rest
        if is_wanted:
            self._texts |= texts
        return is_wanted

    def _answered(self, step: Step, texts: Mapping[str, str]) -> bool:
        saves = f" saves {milliseconds(step.saving_ms)} ms" if step.is_priced else ""
        say(f"{step.name}:{saves} in {', '.join(sorted(texts))}")
        while True:
            answer = _WORDS.get(self._read().strip().lower(), "")
            if answer == "d":
                self._show(texts)
            elif not answer:
                say(HELP)
            else:
                self._rest = {"a": True, "q": False}.get(answer)
                return answer in "ya"

    def _read(self) -> str:
        try:
            found = click.prompt("Write it? [Y/n/a/q/d/?]", default="y", show_default=False, prompt_suffix=" ")
        except click.Abort as error:  # an end of the run, and no fault of the step
            click.echo()  # the question has no end of its line yet
            say("nothing is written", err=True)
            raise KeyboardInterrupt from error
        return str(found)

    def _show(self, texts: Mapping[str, str]) -> None:
        sys.stdout.flush()
        for path, text in sorted(texts.items()):
            found = self._files.diff(path, text, self._texts.get(path))
            sys.stdout.write(printable_lines(found.decode("utf-8", "surrogateescape").replace("\r\n", "\n")))
