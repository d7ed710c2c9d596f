"""Boot an app and write which of its own lines were running when a package was first looked for.

`record_importer.py SRC PACKAGE OUTPUT CODE` writes (path below SRC, line) pairs, the innermost first. Runs inside the
app's environment, so it uses the standard library alone.
"""

import json
import os
import sys
from pathlib import Path
from types import FrameType

SRC, PACKAGE, OUTPUT, CODE = sys.argv[1:5]
FRAMES: list[tuple[str, int]] = []


class Recorder:
    """A finder that finds nothing and keeps the stack of own frames when it is first asked for the package."""

    @staticmethod
    def find_spec(name: str, path: object = None, target: object = None) -> None:  # noqa: ARG004 # importlib's signature
        """Look at who asks; see importlib.abc.MetaPathFinder."""
        if FRAMES or name != PACKAGE:
            return
        frame: FrameType | None = sys._getframe(1)
        while frame is not None:
            if frame.f_code.co_filename.startswith(SRC):
                FRAMES.append((os.path.relpath(frame.f_code.co_filename, SRC), frame.f_lineno))
            frame = frame.f_back


sys.argv = ["-c"]
sys.path.pop(0)  # this script's own folder
sys.meta_path.insert(0, Recorder)
exec(compile(CODE, "<boot>", "exec"), {"__name__": "__main__"})  # noqa: S102 # the app's boot, given on the command line
Path(OUTPUT).write_text(json.dumps(FRAMES), encoding="utf-8")
os._exit(0)  # the app may have started threads
