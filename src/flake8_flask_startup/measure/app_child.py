"""What starts an app once. Handed to the chosen interpreter as `-c` text, with or without `-X importtime`.

Its arguments are the file that the result goes to, and the entry points. It imports nothing that is not there already:
a log of imports is of the app alone. The lines of the result are how starting failed, empty if it did not; the figures,
tab-separated: milliseconds of wall and of CPU time, peak resident set size in KiB (0 where the platform does not tell),
number of modules loaded, version of Python, file of the first entry point's module; and for each module in
`sys.modules` its name and, after a tab, the file of its bytecode, if it has one.
"""

import sys  # and nothing else, not even __future__: it would be in the log
import time  # loaded before this program: the interpreter's own zipimport needs it


def start(entry: str) -> None:
    """Import the module of an entry point, and call what it names if that is a factory and no app."""
    module, _, name = entry.partition(":")
    __import__(module)  # as a statement does it: what importlib imports has no line in the log
    found: object = sys.modules[module]
    for part in filter(None, name.split(".")):
        found = getattr(found, part)
    if name and callable(found) and (isinstance(found, type) or hasattr(found, "__code__")):
        found()


def peak_kib() -> int:
    """Return the peak resident set size: Linux's VmHWM, because ru_maxrss is inherited from the parent across exec."""
    try:
        with open("/proc/self/status") as status:  # noqa: PTH123 -- pathlib would be in the log
            return next(int(line.split()[1]) for line in status if line.startswith("VmHWM:"))
    except OSError:
        return 0


def main() -> None:
    """Start every entry point, write the result, and end without exit handlers: no thread of the app stays."""
    out, *entries = sys.argv[1:]
    del sys.argv[1:]
    failure = ""
    before = len(sys.modules)
    sys.stderr.write("\f\n")  # a log begins here: Python 3.13 loads linecache for every `-c`
    wall, cpu = time.perf_counter(), time.process_time()
    try:
        for entry in entries:
            start(entry)
    except BaseException as error:
        message = str(error).strip().splitlines()
        failure = ": ".join([type(error).__name__, *message[:1]])
    wall_ms, cpu_ms = (time.perf_counter() - wall) * 1000, (time.process_time() - cpu) * 1000
    loaded = list(sys.modules.items())
    python = f"{sys.implementation.name} {'.'.join(map(str, sys.version_info[:3]))}"
    origin = getattr(sys.modules.get(entries[0].partition(":")[0]), "__file__", None) or ""
    figures = map(str, (wall_ms, cpu_ms, peak_kib(), len(loaded) - before, python, origin))
    with open(out, "w", encoding="utf-8", errors="replace") as file:  # noqa: PTH123 -- pathlib would be in the log
        # Python 3.15 has no `__cached__` any more
        specs = [(name, getattr(module, "__spec__", None)) for name, module in loaded]
        modules = [f"{name}\t{getattr(spec, 'cached', None) or ''}" for name, spec in specs]
        file.write("\n".join([failure, "\t".join(figures), *modules]))
    sys.stderr.flush()
    sys.modules["os"]._exit(0)


if __name__ == "__main__":
    main()
