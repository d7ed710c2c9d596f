"""The pages of the rules, as documentation: without the marks by which they are tests as well."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from ..files.source_file import read_text

HERE = Path(__file__).parent
FOLDERS = (HERE / "rules", HERE.parent / "check" / "deployment")
_MARK = re.compile(r"(?<=\S)[ \t]+# FST\d{3}\b.*$", re.MULTILINE)
_CODE = re.compile(r"# (FST\d{3})")
_FENCE = re.compile(r"^```(\w+)? ?title=\"([^\"]+)\"$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Page:
    """A rule's page: Markdown. summary is its first sentence."""

    code: str
    name: str
    summary: str
    text: str


def page_of(code: str) -> Page | None:
    """Return the page of a code, in upper or lower case; None if no rule has the code."""
    found = (path for folder in FOLDERS for path in folder.glob(f"{code.lower()}_*.md"))
    return next(map(_read, found), None) if code.isalnum() else None


def all_pages() -> Iterator[Page]:
    """All pages, in the order of their codes."""
    return map(_read, page_files())


def page_files() -> list[Path]:
    """The Markdown files of all pages, in the order of their codes."""
    return sorted((path for folder in FOLDERS for path in folder.glob("fst*.md")), key=lambda path: path.name)


def _read(path: Path) -> Page:
    text = read_text(path)
    title, _, body = text.partition("\n")
    code, name = title.removeprefix("# ").split(" ", 1)
    paragraph = " ".join(body.strip().partition("\n\n")[0].split())
    sentence = re.match(r".*?[.:](?= |$)", paragraph)
    summary = (sentence[0] if sentence else paragraph).rstrip(":").rstrip(".") + "."
    return Page(code, name, summary, _shown(text))


def _shown(text: str) -> str:
    """A page for people: a mark says which code finds something on its line, and files have their names above them."""
    marked = _MARK.sub(lambda match: f"  # <- {', '.join(_CODE.findall(match[0]))}", text)
    return _FENCE.sub(lambda match: f"`{match[2]}`:\n\n```{match[1] or ''}", marked)
