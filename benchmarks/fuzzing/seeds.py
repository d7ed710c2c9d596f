"""Real texts to begin from: the standard library, installed packages, the examples, and the cases of the pages."""

from __future__ import annotations

import re
import sysconfig
from functools import cache
from pathlib import Path
from random import Random

REPOSITORY = Path(__file__).resolve().parent.parent.parent
LARGEST = 20_000  # bytes of a file of normal size

_FENCE = re.compile(r"^```py(?:thon)?\b[^\n]*\n(.*?)^```", re.MULTILINE | re.DOTALL)


@cache
def files() -> dict[str, tuple[Path, ...]]:
    """Return the Python files to begin from, by where they come from."""
    paths = sysconfig.get_paths()
    found = {
        "stdlib": _below(Path(paths["stdlib"])),
        "installed": _below(Path(paths["purelib"])),
        "examples": _below(REPOSITORY / "examples"),
    }
    return {name: each for name, each in found.items() if each}


def _below(folder: Path) -> tuple[Path, ...]:
    """Return the Python files of normal size below a folder, in a fixed order."""
    return tuple(
        path
        for path in sorted(folder.rglob("*.py"))
        if path.is_file() and path.stat().st_size <= LARGEST and "site-packages" not in path.relative_to(folder).parts
    )


@cache
def cases() -> tuple[bytes, ...]:
    """Return the Python files of the cases in the repository's pages: each shows what a rule or the trace looks at."""
    pages = sorted([*REPOSITORY.glob("src/**/*.md"), *REPOSITORY.glob("tests/**/*.md"), *REPOSITORY.glob("docs/*.md")])
    texts = (page.read_text(encoding="utf-8", errors="replace") for page in pages)
    return tuple(fence[1].encode() for text in texts for fence in _FENCE.finditer(text))


def text(random: Random) -> tuple[str, bytes]:
    """Return where a text comes from, and the text."""
    source = random.choice([*files(), "cases", "cases"])
    if source == "cases":
        number = random.randrange(len(cases()))
        return f"cases/{number}", cases()[number]
    path = random.choice(files()[source])
    return f"{source}/{path.name}", path.read_bytes()
