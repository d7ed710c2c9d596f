"""What runs a command of the shell once. Handed to our own interpreter as `-c` text.

Its arguments are the file that the result goes to, and the command. The result has the form of app_child.py's, with the
command's time from its start to its end, and the peak resident set size of the largest process in it: no less than this
program's own, because ru_maxrss is inherited across exec, which is why a program this small is in between.
"""

import subprocess
import sys
import time


def peak_kib(maxrss: int) -> int:
    """Return ru_maxrss, which is bytes on macOS, in KiB."""
    return maxrss // 1024 if sys.platform == "darwin" else maxrss


def last_line(path: str) -> str:
    """Return the last line of what a command wrote, '' where it wrote nothing."""
    with open(path, encoding="utf-8", errors="replace") as message:  # noqa: PTH123 -- pathlib would make this program larger
        lines = message.read().strip().splitlines()
    return lines[-1] if lines else ""


def main() -> None:
    """Run the command and write the result."""
    out, command = sys.argv[1:]
    message = out + ".err"
    with open(message, "wb") as stderr:  # noqa: PTH123 -- as above
        started = time.perf_counter()
        status = subprocess.call(command, shell=True, stderr=stderr)  # noqa: S602 -- the command that the user named
        wall_ms = (time.perf_counter() - started) * 1000
    failure = (last_line(message) or f"ended with status {status}") if status else ""
    cpu_ms, peak = 0.0, 0
    if sys.platform != "win32":
        import resource

        usage = resource.getrusage(resource.RUSAGE_CHILDREN)
        cpu_ms, peak = (usage.ru_utime + usage.ru_stime) * 1000, peak_kib(usage.ru_maxrss)
    with open(out, "w", encoding="utf-8", errors="replace") as file:  # noqa: PTH123 -- as above
        file.write(f"{failure}\n{wall_ms}\t{cpu_ms}\t{peak}\t0\t\t")


if __name__ == "__main__":
    main()
