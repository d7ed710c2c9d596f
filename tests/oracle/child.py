"""Compares modules with variants of them, one question a line: the arguments of `compared` in, its answer out.

Every module runs with fresh modules and packages that are not there; a module that survives without a package, and one
that has a main block, is compared that way too.
"""

from __future__ import annotations

import io
import json
import sys
from collections.abc import Sequence
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass, field

from observing import MODULE, Observation, observed

NOTHING: frozenset[str] = frozenset()


@dataclass
class Answer:
    """The differences, as pairs of what was seen before and after; loaded is what startup still imports."""

    differences: list[tuple[str, str]] = field(default_factory=list)
    loaded: list[str] = field(default_factory=list)
    raised: str = ""


def compared(before: str, variants: Sequence[str], hidden: frozenset[str], packages: frozenset[str]) -> Answer:
    """What changes between a source and its variants; packages are those whose import moves.

    The last variant is the one that tells what is still loaded.
    """
    first = observed(before, MODULE, NOTHING, hidden)
    without = observed(before, MODULE, packages, hidden)
    answer = Answer(raised=first.raised)
    for after in variants:
        second = observed(after, MODULE, NOTHING, hidden)
        answer.differences += _differences(first, second)
        answer.loaded = second.loaded
        if not without.raised:
            answer.differences += _differences(without, observed(after, MODULE, packages, hidden))
        if "__main__" in before:
            answer.differences += _differences(
                *(observed(text, "__main__", NOTHING, hidden) for text in (before, after))
            )
    return answer


def _differences(one: Observation, other: Observation) -> list[tuple[str, str]]:
    longer = max(len(one.seen), len(other.seen))
    pairs = zip(*(each.seen + [""] * (longer - len(each.seen)) for each in (one, other)), strict=True)
    return [(left, right) for left, right in pairs if left != right]


def main() -> None:
    """Answer until nobody asks any more."""
    for line in sys.stdin:
        asked = json.loads(line)
        with redirect_stdout(io.StringIO()), redirect_stderr(io.StringIO()):
            hidden, packages = frozenset(asked["hidden"]), frozenset(asked["packages"])
            answer = compared(asked["before"], asked["variants"], hidden, packages)
        sys.stdout.write(json.dumps(vars(answer)) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
