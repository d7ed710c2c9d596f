"""What names say of their purpose: development, tests, or neither."""

from __future__ import annotations

import re

_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+")
DEVELOPMENT = frozenset(
    {"debug", "dev", "devel", "develop", "developer", "development", "devserver", "local", "localhost"}
)
TESTING = frozenset({"test", "testing", "tests", "unittest"})


def words(name: str) -> frozenset[str]:
    """The words of a name in lower case, be it in snake_case, CamelCase or CAPITALS."""
    return frozenset(word.lower() for word in _WORD.findall(name))
