"""The steps of access paths, one by one: ".config['A'].get()" is an attribute, an item, an attribute and a call."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import cast

from .access_paths import P, RawPath, Steps

CALL_STEP, ITEM_STEP = Steps("()"), Steps("[]")  # the latter of an item that nobody can name
_STEP = re.compile(r"\(\)|\.\w+|\[(?:'(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\")?\]")


def attribute_step(name: str) -> Steps:
    """Return the step to an attribute."""
    return cast("Steps", f".{name}")


def key_step(key: str | int) -> Steps:
    """Return the step to the item with a key."""
    return cast("Steps", f"[{key!r}]")


def path_along(root: str, steps: Iterable[Steps]) -> RawPath:
    """Return where steps lead one after the other from a name."""
    return cast("RawPath", root + "".join(steps))


def joined(owner: P, steps: str) -> P:
    """Return where steps lead from a path."""
    return cast("P", f"{owner}{steps}")


def after_call(steps: Steps) -> Steps | None:
    """Return the steps behind a call that comes first; None where no call does."""
    return cast("Steps", steps[len(CALL_STEP) :]) if steps.startswith(CALL_STEP) else None


def after_unnamed_item(steps: Steps) -> Steps | None:
    """Return the steps behind an item that comes first and that nobody can name; None where there is none."""
    return cast("Steps", steps[len(ITEM_STEP) :]) if steps.startswith(ITEM_STEP) else None


def each_step(steps: Steps) -> list[Steps]:
    """Return the steps one by one."""
    return _STEP.findall(steps)


def is_call_step(step: Steps) -> bool:
    """Return whether a step is a call."""
    return step == CALL_STEP


def is_item_step(step: Steps) -> bool:
    """Return whether a step is an item."""
    return step.startswith("[")


def is_keyed_step(step: Steps) -> bool:
    """Return whether a step that is an item has a key."""
    return len(step) > len(ITEM_STEP)


def attribute_in(step: Steps) -> str:
    """Return the attribute that a step reads; empty where it is another step."""
    return step[1:] if step.startswith(".") else ""


def key_in(step: Steps) -> str:
    """Return the key of a step that is an item, as it is written between its quotes; empty without one."""
    return step[2:-2]
