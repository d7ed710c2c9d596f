"""A case that fails, made smaller while it fails in the same way."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from pathlib import Path

from .case import ENTRY, NEIGHBOUR, Case, Text
from .running import WAITING, judged

SECONDS = 60.0  # for one case


def smaller(case: Case, symptom: str, folder: Path) -> Case:
    """Return the case with as few files, and as little in its subject, as still show the symptom."""
    if symptom.endswith(WAITING):
        return case
    until = time.monotonic() + SECONDS

    def fails(tried: Case) -> bool:
        if time.monotonic() > until:
            return False
        results = list(judged([tried], folder))
        return any(kind_of(each) == symptom for result in results for each in result.problems)

    for name in sorted(case.nodes):
        if name not in {NEIGHBOUR.encode(), ENTRY.encode(), case.subject}:
            from dataclasses import replace

            tried = replace(case, nodes={each: node for each, node in case.nodes.items() if each != name})
            case = tried if fails(tried) else case
    node = case.nodes.get(case.subject)
    if isinstance(node, Text):
        lines = _reduced(node.data.splitlines(keepends=True), lambda each: fails(case.with_subject(b"".join(each))))
        data = b"".join(lines)
        if len(data) < 400:
            pieces = [bytes([each]) for each in data]
            data = b"".join(_reduced(pieces, lambda each: fails(case.with_subject(b"".join(each)))))
        case = case.with_subject(data)
    return case


def kind_of(problem: str) -> str:
    """Return a problem without what differs from case to case: numbers, names and places."""
    text = re.sub(r"--format \w+|--app \S+|-j2|--fst-cache off| -q", "", problem)
    text = re.sub(r"/\S+|0x[0-9a-f]+|\d+|'[^']*'|b'[^']*'", "_", text)
    return " ".join(text.split()).replace(" :", ":")[:110]


def _reduced(items: list[bytes], fails: Callable[[list[bytes]], bool]) -> list[bytes]:
    """Return as few of the items as still fail: halves first, then ever smaller runs."""
    size = max(1, len(items) // 2)
    while items:
        start = 0
        while start < len(items):
            rest = items[:start] + items[start + size :]
            if fails(rest):
                items = rest
            else:
                start += size
        if size == 1:
            break
        size //= 2
    return items
