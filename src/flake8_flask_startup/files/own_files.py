"""The mark of what this program writes for people to keep, by which it knows such files again.

A saved report names modules, objects and files of the project, as settings do. It must not count as a text that needs
them: else a report that lies in the project changes the next one.
"""

from __future__ import annotations

WRITER = "flake8-flask-startup"
MARK = {"written_by": WRITER}  # a key of every JSON document, at its head
GENERATOR = f'<meta name="generator" content="{WRITER}">'  # of every page: report/page/head.html
HEAD = 1_000  # bytes: the mark is in these
_MARKS = (f'"written_by": "{WRITER}"'.encode(), GENERATOR.encode())


def is_own(data: bytes) -> bool:
    """Return whether a file is a JSON document or a page that this program wrote."""
    head = data[:HEAD]
    return any(each in head for each in _MARKS)
