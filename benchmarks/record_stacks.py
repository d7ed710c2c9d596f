"""Boot an app and write which of its own lines loaded which of its modules: `record_stacks.py SRC OUTPUT CODE`.

Runs inside the app's environment, so it uses the standard library alone. The audit event `exec` is raised for every
module body that starts, however the module was found: https://docs.python.org/3/library/audit_events.html
Where the code raises, what was loaded until then is written all the same, and the exit status is 1.
"""

import json
import os
import sys
import traceback
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
status = 0
try:
    exec(compile(CODE, "<boot>", "exec"), {"__name__": "__main__"})  # noqa: S102 # the boot, given on the command line
except BaseException:  # whatever ends the boot
    traceback.print_exc()
    status = 1
names = {getattr(module, "__file__", None): name for name, module in list(sys.modules.items())}
found = {names.get(path) or os.path.relpath(path, SRC): frames for path, frames in FRAMES.items()}
with open(OUTPUT, "w", encoding="utf-8") as output:  # noqa: PTH123 # starts sooner without pathlib
    json.dump(found, output, indent=0)
sys.stderr.flush()
os._exit(status)  # the app may have started threads
