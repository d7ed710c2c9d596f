"""What starts an app once, under `-X importtime`. Handed to the chosen interpreter as `-c` text.

Its arguments are the file that the result goes to, and the entry points. It imports nothing: the log is of the app
alone. The result is a line that says how starting failed, empty if it did not, and for each module in `sys.modules` a
line with its name and, after a tab, the file of its bytecode, if it has one.
"""

import sys  # and nothing else, not even __future__: it would be in the log


def start(entry: str) -> None:
    """Import the module of an entry point, and call what it names if that is a factory and no app."""
    module, _, name = entry.partition(":")
    __import__(module)  # as a statement does it: what importlib imports has no line in the log
    found: object = sys.modules[module]
    for part in filter(None, name.split(".")):
        found = getattr(found, part)
    if name and callable(found) and (isinstance(found, type) or hasattr(found, "__code__")):
        found()


def main() -> None:
    """Start every entry point, write the result, and end without exit handlers: no thread of the app stays."""
    out, *entries = sys.argv[1:]
    del sys.argv[1:]
    failure = ""
    try:
        for entry in entries:
            start(entry)
    except BaseException as error:
        said = str(error).strip().splitlines()
        failure = ": ".join([type(error).__name__, *said[:1]])
    with open(out, "w", encoding="utf-8", errors="replace") as file:  # noqa: PTH123 -- pathlib would be in the log
        modules = [f"{name}\t{getattr(module, '__cached__', None) or ''}" for name, module in list(sys.modules.items())]
        file.write("\n".join([failure, *modules]))
    sys.stderr.flush()
    sys.modules["os"]._exit(0)


if __name__ == "__main__":
    main()
