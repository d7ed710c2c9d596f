"""A small load for a server: a few clients that ask for one page, each request over a connection of its own."""

from __future__ import annotations

import http.client
import threading
import time
from contextlib import suppress

HOST = "127.0.0.1"
PATH = "/"
CLIENTS = 4
MOST_S = 3.0  # after which no further request is made
PATIENCE_S = 10.0  # for one answer


class _Load:
    """The requests that are still to be made, and how many were answered."""

    def __init__(self, port: int, requests: int) -> None:
        self._port = port
        self._left = requests
        self._lock = threading.Lock()
        self._end = time.monotonic() + MOST_S
        self.answered = 0

    def _next(self) -> bool:
        with self._lock:
            self._left -= 1
            return self._left >= 0 and time.monotonic() < self._end

    def run(self) -> None:
        """Make requests until there are none left."""
        while self._next():
            with suppress(OSError, http.client.HTTPException):
                connection = http.client.HTTPConnection(HOST, self._port, timeout=PATIENCE_S)
                try:
                    connection.request("GET", PATH, headers={"Connection": "close"})
                    response = connection.getresponse()
                    response.read()
                finally:
                    connection.close()
                if response.status < 500:
                    with self._lock:
                        self.answered += 1


def requests_per_second(port: int, requests: int) -> float:
    """Return how many of some requests a server answers in a second; what is not answered does not count."""
    load = _Load(port, requests)
    clients = [threading.Thread(target=load.run, daemon=True) for _ in range(CLIENTS)]
    started = time.perf_counter()
    for each in clients:
        each.start()
    for each in clients:
        each.join()
    return load.answered / (time.perf_counter() - started)
