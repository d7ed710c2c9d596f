"""What the server and the process of a folder send each other: a line of JSON for each request, answer and event."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from ..files.parsing import json_value

MAX_LINE_BYTES = 200_000_000  # a text of the greatest size that is read, with each character escaped

Message = Mapping[str, Any]  # what JSON holds has no type before it is read


def line_of(message: Message) -> bytes:
    """Return a message as a line; ASCII, so that halves of surrogate pairs pass as well."""
    return json.dumps(message, separators=(",", ":")).encode("ascii") + b"\n"


def message_of(line: bytes) -> Message:
    """Return the message that a line holds."""
    message: Message = json_value(line)
    return message
