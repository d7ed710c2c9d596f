"""Compares projects with variants of them, one question a line: the arguments of `compared` in, its answer out.

Every project runs with fresh modules and packages that are not there; one that survives without a package, and one
that has a main block, is compared that way too.
"""

from __future__ import annotations

import io
import json
import sys
from collections.abc import Mapping, Sequence
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass, field

from observing import Observation, Project, observed

NOTHING: frozenset[str] = frozenset()


@dataclass
class Answer:
    """The differences, as pairs of what was seen before and after; loaded is what startup still imports."""

    differences: list[tuple[str, str]] = field(default_factory=list)
    loaded: list[str] = field(default_factory=list)
    raised: str = ""


def compared(
    before: Project, variants: Sequence[Project], hidden: Mapping[str, frozenset[str]], packages: frozenset[str]
) -> Answer:
    """What changes between a project and its variants; packages are those whose import moves.

    The last variant is the one that tells what is still loaded.
    """
    first = observed(before, before.main, NOTHING, hidden)
    without = observed(before, before.main, packages, hidden)
    answer = Answer(raised=first.raised)
    for after in variants:
        second = observed(after, after.main, NOTHING, hidden)
        answer.differences += _differences(first, second)
        answer.loaded = second.loaded
        if not without.raised:
            answer.differences += _differences(without, observed(after, after.main, packages, hidden))
        if "__main__" in before.modules[before.main]:
            answer.differences += _differences(
                *(observed(each, "__main__", NOTHING, hidden) for each in (before, after))
            )
    return answer


def _differences(one: Observation, other: Observation) -> list[tuple[str, str]]:
    longer = max(len(one.seen), len(other.seen))
    pairs = zip(*(each.seen + [""] * (longer - len(each.seen)) for each in (one, other)), strict=True)
    return [(left, right) for left, right in pairs if left != right]


def main() -> None:
    """Answer until nobody asks any more. What projects print is no answer, whenever they do."""
    answers, sys.stdout = sys.stdout, io.StringIO()
    for line in sys.stdin:
        asked = json.loads(line)
        with redirect_stdout(io.StringIO()), redirect_stderr(io.StringIO()):
            hidden = {module: frozenset(names) for module, names in asked["hidden"].items()}
            before, *variants = (
                Project(modules, asked["main"], frozenset(asked["folders"]))
                for modules in (asked["before"], *asked["variants"])
            )
            answer = compared(before, variants, hidden, frozenset(asked["packages"]))
        answers.write(json.dumps(vars(answer)) + "\n")
        answers.flush()


if __name__ == "__main__":
    main()
