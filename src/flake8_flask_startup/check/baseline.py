"""The baseline: findings that a project had when it began to be checked, so that only what is new is reported.

A finding is identified by its file, its code and what it says, without numbers: lines may shift and prices change.
As many of a kind are known as there were; the file is JSON, a line for each, to be committed.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path

from flake8.violation import Violation

from ..files.own_files import MARK
from ..files.parsing import json_value
from ..files.source_file import read_text, reason
from ..model import messages

NAME = "flask-startup-baseline.json"
SCHEMA = 1

Kind = tuple[str, str, str]  # path, code, what it says


class BaselineError(Exception):
    """There is no baseline that can be used; str() is one line that says why."""


def render(violations: Iterable[Violation]) -> str:
    """Return the text of a baseline, in the order of files and codes."""
    counts = sorted(Counter(map(_kind, violations)).items())
    lines = [
        json.dumps({"path": path, "code": code, "what": what, "count": count}) for (path, code, what), count in counts
    ]
    inner = "\n  " + ",\n  ".join(lines) + "\n" if lines else ""
    head = json.dumps({"schema": SCHEMA, **MARK})[:-1]
    return f'{head}, "findings": [{inner}]}}\n'


def load(path: Path) -> Counter[Kind]:
    """Return how many findings of each kind a baseline knows.

    Raises:
        BaselineError: if it cannot be read, or is none.
    """
    try:
        content = json_value(read_text(path).encode())
        if content["schema"] != SCHEMA:
            raise BaselineError(f"{path.name} is of another version: flask startup baseline writes it anew")
        found: Counter[Kind] = Counter()
        for each in content["findings"]:
            found[str(each["path"]), str(each["code"]), str(each["what"])] += int(each["count"])
    except FileNotFoundError:
        raise BaselineError(f"there is no {path.name} yet: flask startup baseline writes it") from None
    except OSError as error:
        raise BaselineError(f"{path.name} cannot be read: {reason(error)}") from None
    except (ValueError, TypeError, LookupError, AttributeError, ArithmeticError, RecursionError):
        raise BaselineError(f"{path.name} is no baseline") from None
    return found


def news(violations: Iterable[Violation], known: Counter[Kind]) -> Iterator[Violation]:
    """Return the violations that a baseline does not know, in their order; of a kind, those after the known ones."""
    left = known.copy()
    for each in violations:
        kind = _kind(each)
        if left[kind] > 0:
            left[kind] -= 1
        else:
            yield each


def _kind(violation: Violation) -> Kind:
    path = violation.filename.removeprefix("./").replace("\\", "/")
    return path, violation.code, messages.kind(violation.code, violation.text)
