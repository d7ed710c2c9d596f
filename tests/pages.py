"""Reads cases out of Markdown pages: every `##` section is one case, every titled fence one file of its project."""

from __future__ import annotations

import configparser
import re
from argparse import Namespace
from dataclasses import dataclass, field
from pathlib import Path

from markdown_it import MarkdownIt

_TITLE = re.compile(r'title="([^"]+)"')
_EXPECTED = re.compile(r"#\s*(FST\d{3})\b([^#]*)")


@dataclass(frozen=True)
class Case:
    """One section: its files by name, and what must be found, as (file, line, code, words)."""

    page: str
    title: str
    files: dict[str, str] = field(default_factory=dict)

    @property
    def expected(self) -> list[tuple[str, int, str, str]]:
        return [
            (name, number, match[1], match[2].strip())
            for name, text in self.files.items()
            for number, line in enumerate(text.splitlines(), 1)
            for match in _EXPECTED.finditer(line)
        ]

    @property
    def options(self) -> Namespace:
        """The `[flake8]` section of the case's own `.flake8`."""
        parser = configparser.ConfigParser()
        parser.read_string(self.files.get(".flake8", "[flake8]\n"))
        return Namespace(**{name.replace("-", "_"): value for name, value in parser["flake8"].items()})


def cases(page: Path) -> list[Case]:
    """The cases of a page."""
    found: list[Case] = []
    title = ""
    tokens = MarkdownIt().parse(page.read_text(encoding="utf-8"))
    for position, token in enumerate(tokens):
        if token.type == "heading_open" and token.tag == "h2":
            title = tokens[position + 1].content
            found.append(Case(page.stem, title))
        elif token.type == "fence" and found and (name := _TITLE.search(token.info)):
            found[-1].files[name[1]] = token.content
    return [case for case in found if case.files]
