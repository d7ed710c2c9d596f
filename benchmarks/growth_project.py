"""What a made-up project is: the name of each module, with slashes, and its text. `m0` is where each starts."""

from __future__ import annotations

from collections.abc import Iterator

Files = Iterator[tuple[str, str]]
APP = "from flask import Flask\napp = Flask(__name__)\n"
