"""The protocol's end of the server: each request is answered, one that nobody can read with an error.

pygls logs such a request, and lets the editor wait for ever.
"""

from __future__ import annotations

import os
from typing import Any

from pygls.exceptions import JsonRpcException
from pygls.protocol import LanguageServerProtocol
from pygls.uris import to_fs_path


class AnsweringProtocol(LanguageServerProtocol):
    """pygls's, but that what cannot be read is answered or dropped."""

    def structure_message(self, data: dict[str, Any]) -> Any:  # pygls's signature
        """Return the message that an object holds; None for one that was answered with an error."""
        try:
            return super().structure_message(data)
        except JsonRpcException as error:
            if "method" in data and isinstance(data.get("id"), (int, str)):
                self._send_response(data["id"], error=error.to_response_error())
            return None

    def handle_message(self, message: Any) -> None:  # as above
        """Handle a message, if it is one."""
        if hasattr(message, "jsonrpc"):
            super().handle_message(message)


def path_of(uri: str) -> str | None:
    """Return the path that a URI names, without `..`; None for a document that is no file."""
    path = to_fs_path(uri)
    return os.path.normpath(path) if path else None
