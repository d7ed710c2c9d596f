"""Boot an app and write which of its own lines loaded which of its modules: `record_stacks.py SRC OUTPUT CODE`.

Runs inside the app's environment, so it uses the standard library alone. The audit event `exec` is raised for every
module body that starts, however the module was found: https://docs.python.org/3/library/audit_events.html
"""

import json
import os
import sys
from pathlib import Path
from types import CodeType, FrameType

SRC, OUTPUT, CODE = sys.argv[1:4]
FRAMES: dict[str, list[tuple[str, int]]] = {}


def record(event: str, args: tuple[object, ...]) -> None:
    """Keep the stack of own frames, innermost first, at the first execution of a module below SRC."""
    if event != "exec" or not args or not isinstance(args[0], CodeType):
        return
    path = args[0].co_filename
    if not path.startswith(SRC) or args[0].co_name != "<module>" or path in FRAMES:
        return
    frames = FRAMES[path] = []
    frame: FrameType | None = sys._getframe(1)
    while frame is not None:
        if frame.f_code.co_filename.startswith(SRC):
            frames.append((os.path.relpath(frame.f_code.co_filename, SRC), frame.f_lineno))
        frame = frame.f_back


sys.argv = ["-c"]
sys.path.pop(0)  # this script's own folder
sys.addaudithook(record)
exec(compile(CODE, "<boot>", "exec"), {"__name__": "__main__"})  # noqa: S102 # the app's boot, given on the command line
names = {getattr(module, "__file__", None): name for name, module in list(sys.modules.items())}
found = {names.get(path) or os.path.relpath(path, SRC): frames for path, frames in FRAMES.items()}
Path(OUTPUT).write_text(json.dumps(found, indent=0), encoding="utf-8")
os._exit(0)  # the app may have started threads
