"""What the probing child runs: which Python this is, and which distribution has each name, importing none of them.

Handed to the chosen interpreter as `-c` text; its argument is a JSON list of dotted names. Prints a JSON object:
`python` (version), `flask` (version or ''), `owners` {name: [distribution, version]}, where the standard library's
distribution is `python` and a name that no installed distribution has is left out, `missing` (the names whose
top-level package is nowhere on the path).
"""

from __future__ import annotations

import json
import platform
import sys
from importlib import metadata
from importlib.util import find_spec


def shared_files(distribution: str, name: str) -> int:
    """Return how many leading parts of the dotted name lead to a file of the distribution."""
    files = {str(file).replace("\\", "/") for file in metadata.files(distribution) or ()}
    folders = {file.rpartition("/")[0] for file in files}
    folders |= {folder[:cut] for folder in folders for cut, char in enumerate(folder) if char == "/"}
    parts = name.split(".")
    return max(
        (
            count
            for count in range(len(parts) + 1)
            if (path := "/".join(parts[:count])) in folders
            or path + ".py" in files
            or any(file.startswith(path + ".") and file.endswith((".so", ".pyd")) for file in files)
        ),
        default=0,
    )


def owner(name: str, tops: dict[str, list[str]]) -> tuple[str, str] | None:
    """Return the distribution that has the dotted name, and its version."""
    top = name.partition(".")[0]
    if top in sys.stdlib_module_names:
        return "python", platform.python_version()
    candidates = sorted(set(tops.get(top, ())))
    if not candidates:
        return None
    if len(candidates) == 1:
        best = candidates[0]
    else:  # a namespace package: google, azure
        best = max(candidates, key=lambda candidate: shared_files(candidate, name))
    return best, metadata.version(best)


def main() -> None:
    """Print the answer as one line of JSON."""
    tops = {name: list(found) for name, found in metadata.packages_distributions().items()}
    names = json.loads(sys.argv[1])
    owners = {name: found for name in names if (found := owner(name, tops)) is not None}
    try:
        flask = metadata.version("flask")
    except metadata.PackageNotFoundError:
        flask = ""
    answer = {
        "python": platform.python_version(),
        "flask": flask,
        "owners": owners,
        "missing": [name for name in names if find_spec(name.partition(".")[0]) is None],
    }
    sys.stdout.write(json.dumps(answer))


if __name__ == "__main__":
    main()
