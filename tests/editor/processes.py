"""The processes that a server has started, as Linux shows them."""

from __future__ import annotations

from pathlib import Path

from editing import Editor


def children(of: int) -> list[int]:
    """Return the processes that a process has started."""
    found = []
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = path.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if int(fields[1]) == of:
            found.append(int(path.parent.name))
    return found


def server_of(one: Editor) -> int:
    """Return the process of an editor's server."""
    server = one.client._server
    assert server is not None
    return int(server.pid)
