"""semgrep's Flask rules: files in which `# ruleid: name` and `# ok: name` say what comes on the next line."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from . import Case, Question

PEER = "semgrep-rules"
RULES = {
    "debug-enabled": Question.DEBUG,
    "avoid_hardcoded_config_DEBUG": Question.DEBUG,
    "avoid_using_app_run_directly": Question.SERVER,
}
_MARK = re.compile(r"^(?P<indent>\s*)#\s*(?P<mark>ruleid|ok):\s*(?P<rule>[\w-]+)", re.MULTILINE)


def cases(folder: Path) -> Iterator[Case]:
    """The marked lines of the rules that ask what we ask; folder is `python/flask`."""
    for path in sorted(folder.rglob("*.py")):
        text = path.read_text(encoding="utf-8")
        for mark in _MARK.finditer(text):
            question = RULES.get(mark["rule"])
            if question is not None:
                line = text.count("\n", 0, mark.start("mark")) + 2
                code = text.splitlines()[line - 1].strip()
                name = f"{path.name}:{line} {code}"
                yield Case(PEER, name, text, line, len(mark["indent"].lstrip("\n")), question, mark["mark"] == "ruleid")
