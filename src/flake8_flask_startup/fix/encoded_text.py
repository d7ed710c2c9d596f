"""The text of a Python file with its own ends of lines, and the same bytes again."""

from __future__ import annotations

import io
import tokenize
from dataclasses import dataclass

from .refusal import Refused

BOM = "\ufeff"
_ASCII = "".join(map(chr, range(32, 127)))  # in UTF-7 some of them are others, which no diff could show


@dataclass(frozen=True, slots=True)
class EncodedText:
    """A text and the encoding of its file; the byte order mark is part of the encoding, not of the text."""

    text: str
    encoding: str

    @classmethod
    def of(cls, data: bytes) -> EncodedText:
        """Return the text of a file's bytes (PEP 263).

        Raises:
            Refused: if the bytes are not in the encoding that they declare, or would not come out the same.
        """
        try:
            encoding, _ = tokenize.detect_encoding(io.BytesIO(data).readline)
            found = cls(data.decode(encoding), encoding)
            same = found.data(found.text) == data and _ASCII.encode(encoding.removesuffix("-sig")) == _ASCII.encode()
        except (SyntaxError, LookupError, UnicodeError):
            same = False
        if not same:
            raise Refused("its text is not in the encoding that it declares")
        return found

    def data(self, text: str) -> bytes:
        """Return another text in the encoding of the file.

        Raises:
            UnicodeError: if the encoding lacks a character.
        """
        return text.encode(self.encoding)
