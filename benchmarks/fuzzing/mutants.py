"""Mutants of source texts, by bytes and by tokens."""

from __future__ import annotations

import io
import tokenize
from collections.abc import Callable
from random import Random

WORDS = (
    "lazy import",
    "lazy from",
    "import",
    "from . import *",
    "match",
    "case _:",
    "type X[T] =",
    "async",
    "await",
    "yield",
    "lambda:",
    "nonlocal x",
    "global pandas",
    "except*",
    "finally:",
    "with",
    "del",
    ":=",
    "**",
    "*",
    "->",
    "@",
    "...",
    "if TYPE_CHECKING:",
    "__all__",
    "__getattr__",
    "__lazy_modules__",
    "t'{x!r:{y}}'",
    "f'{pandas:{'x'}}'",
    "0x" + "f" * 500,
    "9" * 5000,
    "1e999",
    "pandas",
    "flask.Flask(__name__)",
    "app.run(debug=True)",
    "import_module",
    "globals()",
    "# noqa",
    "# noqa: FST101",
    "# flake8: noqa",
    "# type: ignore",
    "\\\n",
    "\f",
    "\t",
    "(" * 150,
    ")" * 150,
    "[" * 90,
    "{" * 90,
    "not " * 300,
    "-" * 800 + "1",
    "x." * 900 + "y",
    "a+" * 900 + "a",
    "'''",
    '"""',
    "rb'\\'",
    "''",
    "'\\ud800'",
    "'\\N{DASH}'",
)
CHUNKS = (
    b"\0",
    b"\xff",
    b"\xef\xbb\xbf",
    b"\xfe\xff",
    b"\r",
    b"\r\n",
    b"\x0c",
    b"\x1b[31m",
    b"\x85",
    b"\xe2\x80\xa8",
    b"\xc2\xa0",
    b"\xed\xa0\x80",
    b"\xe2\x80\xae",
    b"# -*- coding: utf-16 -*-\n",
    b"# coding: latin-1\n",
    b"# coding: rot13\n",
    b"# coding: idna\n",
    b"# vim: set fileencoding=cp1252 :\n",
    b"\x1a",
    b"\\",
    b"'",
    b'"',
    b"(" * 250,
    b"\t",
    b"        ",
    "\u212b = \u00b5 = \u0130 = 1\n".encode(),
    b"import \xf0\x9d\x95\xa1\xf0\x9d\x95\x92ndas\n",
    b"#" * 5000,
)


def bytewise(data: bytes, other: bytes, random: Random) -> bytes:
    """Return a text with a few bytes changed, moved, taken out or put in; some of them from another text."""
    made = bytearray(data)
    for _ in range(random.choice((1, 1, 2, 4, 16))):
        random.choice(_BYTEWISE)(made, other, random)
    return bytes(made)


def _place(made: bytearray, random: Random) -> tuple[int, int]:
    start = random.randint(0, len(made))
    return start, min(len(made), start + random.choice((1, 1, 2, 8, 64, 500)))


def _flip(made: bytearray, _: bytes, random: Random) -> None:
    if made:
        made[random.randrange(len(made))] ^= 1 << random.randrange(8)


def _cut(made: bytearray, _: bytes, random: Random) -> None:
    start, end = _place(made, random)
    del made[start:end]


def _put(made: bytearray, _: bytes, random: Random) -> None:
    start, _end = _place(made, random)
    made[start:start] = random.choice(CHUNKS)


def _double(made: bytearray, _: bytes, random: Random) -> None:
    start, end = _place(made, random)
    made[start:start] = made[start:end] * random.choice((1, 2, 30))


def _splice(made: bytearray, other: bytes, random: Random) -> None:
    start, _end = _place(made, random)
    begin = random.randint(0, len(other))
    made[start:start] = other[begin : begin + random.choice((10, 200, 4000))]


def _end(made: bytearray, _: bytes, random: Random) -> None:
    del made[random.randint(0, len(made)) :]


def _noise(made: bytearray, _: bytes, random: Random) -> None:
    start, end = _place(made, random)
    made[start:end] = random.randbytes(end - start)


_BYTEWISE: tuple[Callable[[bytearray, bytes, Random], None], ...] = (
    _flip,
    _flip,
    _cut,
    _put,
    _put,
    _double,
    _splice,
    _end,
    _noise,
)


def tokenwise(data: bytes, other: bytes, random: Random) -> bytes:
    """Return a text with a few tokens changed, moved, taken out or put in; some of them from another text."""
    pieces, more = _pieces(data), _pieces(other) or ["pass"]
    for _ in range(random.choice((1, 1, 2, 3, 8))):
        at = random.randint(0, max(0, len(pieces) - 1))
        match random.randrange(6):
            case 0:
                pieces[at : at + random.choice((1, 2, 10))] = []
            case 1:
                pieces[at:at] = [f" {random.choice(WORDS)} "]
            case 2:
                pieces[at : at + 1] = [random.choice(more)]
            case 3:
                pieces[at:at] = pieces[at : at + random.choice((1, 5, 60))] * random.choice((1, 1, 20))
            case 4 if pieces:
                to = random.randrange(len(pieces))
                pieces[at], pieces[to] = pieces[to], pieces[at]
            case _:
                begin = random.randrange(len(more))
                pieces[at:at] = more[begin : begin + random.choice((3, 30, 300))]
    return "".join(pieces).encode("utf-8", "surrogatepass")


def _pieces(data: bytes) -> list[str]:
    """Return tokens and what stands between them; texts that are none are cut into words."""
    text = data.decode("utf-8", "replace")
    lines = text.splitlines(keepends=True)
    found, row, column = [], 1, 0
    try:
        for token in tokenize.generate_tokens(io.StringIO(text).readline):
            if token.string and token.start >= (row, column):
                found.append(_between(lines, row, column, *token.start))
                found.append(token.string)
                row, column = token.end
    except (tokenize.TokenError, SyntaxError, IndexError):
        found.append(_between(lines, row, column, len(lines) + 1, 0))
    return found


def _between(lines: list[str], row: int, column: int, to_row: int, to_column: int) -> str:
    if row == to_row:
        return lines[row - 1][column:to_column] if row <= len(lines) else ""
    first = lines[row - 1][column:] if row <= len(lines) else ""
    last = lines[to_row - 1][:to_column] if to_row <= len(lines) else ""
    return first + "".join(lines[row : to_row - 1]) + last
