"""What a measured child process runs. Handed to the chosen interpreter as `-c` text: it can import nothing of ours.

Its one argument is a JSON object: `setup` and `code` are Python source, `out` the file the result goes to (standard
output belongs to the measured code), `inspect` whether to look at what was loaded, which takes long and comes after
the clock has stopped. What is imported here before Flask is what Flask loads anyway, so that nothing measured later
looks cheaper than it is.
"""

from __future__ import annotations

import sys
import time


def peak_rss_kib() -> int:
    """Return the peak resident set size in KiB, 0 where the platform does not tell.

    Linux: VmHWM, because ru_maxrss is inherited from the parent across exec.
    """
    try:
        with open("/proc/self/status") as status:  # noqa: PTH123 -- pathlib would be loaded before the clock starts
            return next(int(line.split()[1]) for line in status if line.startswith("VmHWM:"))
    except OSError:
        return 0


def mark() -> None:
    """Write the line that parts `-X importtime` output into before, during and after the measured code."""
    sys.stderr.write("flask-startup: mark\n")
    sys.stderr.flush()


def first_line(error: BaseException) -> str:
    """Return the exception on one line: its type and the first line of its message."""
    lines = str(error).strip().splitlines()
    return f"{type(error).__name__}: {lines[0]}" if lines else type(error).__name__


def namespace_packages() -> list[str]:
    """Return the loaded packages without a file of their own, such as google and google.cloud (PEP 420)."""
    return [
        name
        for name, module in list(sys.modules.items())
        if getattr(module, "__path__", None) is not None and getattr(module, "__file__", None) is None
    ]


def source_kib(names: set[str]) -> float:
    """Return how much Python source the modules have, in KiB."""
    import os

    files = {str(getattr(sys.modules.get(name), "__file__", None)) for name in names}
    return sum(os.path.getsize(file) for file in files if file.endswith(".py") and os.path.exists(file)) / 1024  # noqa: PTH110, PTH202 -- see above


def main() -> None:
    """Import Flask, run the setup, time the code, and write the result as JSON."""
    from json import loads

    spec = loads(sys.argv.pop(1))
    clock = time.process_time
    started = clock()
    import flask

    flask_ms = (clock() - started) * 1000
    space: dict[str, object] = {"__name__": "__main__", "flask": flask}
    code = compile(spec["code"], "<measured>", "exec")
    fails = ""
    try:
        exec(spec["setup"], space)  # noqa: S102 -- running it is the job of this process
    except BaseException as error:
        fails = "setup: " + first_line(error)
    loaded = set(sys.modules)
    rss = peak_rss_kib()
    mark()
    started, wall = clock(), time.perf_counter()
    try:
        if not fails:
            exec(code, space)  # noqa: S102 -- running it is the job of this process
    except BaseException as error:
        fails = first_line(error)
    ms, wall_ms = (clock() - started) * 1000, (time.perf_counter() - wall) * 1000
    mark()
    new = set(sys.modules) - loaded
    result: dict[str, object] = {
        "flask_ms": flask_ms,
        "ms": ms,
        "wall_ms": wall_ms,
        "rss_kib": peak_rss_kib() - rss,
        "modules": len(new),
        "fails": fails,
    }
    if spec["inspect"]:
        result |= {"namespaces": namespace_packages(), "source_kib": source_kib(new)}
    import json
    import os

    with open(spec["out"], "w", encoding="utf-8") as out:  # noqa: PTH123 -- see above
        json.dump(result, out)
    os._exit(0)  # threads and exit handlers of the measured code must not keep the child alive


if __name__ == "__main__":
    main()
