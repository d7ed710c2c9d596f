"""Make a rule: its module, its page, its place in the list of rules and its row in docs/codes.md.

    python -m tools.new_rule FST404 sleep-at-import "A call that waits while a module is imported."

What it makes is a whole rule that finds `webbrowser.open_new_tab()` at import time, with a page whose cases pass:
change the case, then the rule. Run it in the root of a clone.
"""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path

RULES = Path("src/flake8_flask_startup/lint/rules")
LIST = RULES / "__init__.py"
CODES = Path("docs/codes.md")

MODULE = '''"""{code} {name}: {row}."""

from __future__ import annotations

from collections.abc import Iterator

from ...model import Finding
from ..rule import Context, rule
from .at_import import doubt_of, is_script, runs_by_default, startup_calls

CALLS = frozenset({{"webbrowser.open_new_tab"}})  # by their dotted names; say where what they do is documented


@rule(words=("open_new_tab",))  # one of these is in every file that breaks the rule: others are not even walked
def RULE(context: Context) -> Iterator[Finding]:  # noqa: N802  # the decorator makes a constant of it
    """Calls of these while the module loads or a factory of the file runs."""
    doubt = doubt_of(context)
    if is_script(context) or doubt is None:  # no start loads it
        return
    for call, where in startup_calls(context):
        path = context.names.resolve(call.path, call.place.scope)
        if path in CALLS and runs_by_default(call, context):
            yield Finding(
                RULE.code,
                call.span,
                f"what is wrong {{where}}",
                f"what to do instead{{doubt}}",
            )
'''

PAGE = """# {code} {name}

{summary}

## What to do

Say what to do instead, and why.

```python title="shop/rates.py"
import webbrowser

webbrowser.open_new_tab("http://localhost")  # {code} what is wrong
```

## In a factory

```python title="shop/__init__.py"
from webbrowser import open_new_tab

from flask import Flask


def create_app():
    app = Flask(__name__)
    open_new_tab("http://localhost")  # {code} what is wrong when the factory create_app() runs
    return app
```

## What stays silent

A request waits, and not the start.

```python title="shop/views.py"
import webbrowser


def view():
    webbrowser.open_new_tab("http://localhost")
```
"""


class RuleError(Exception):
    """A rule cannot be made; str() is one line that says why."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Make the rule that the command line asks for, and say what comes next."""
    parser = argparse.ArgumentParser(prog="python -m tools.new_rule", description="Make a rule, its page and its rows.")
    parser.add_argument("code", help="such as FST404: the hundreds are its family, and codes are never used again")
    parser.add_argument("name", help="such as sleep-at-import")
    parser.add_argument("summary", nargs="?", default="", help="one sentence: what it finds")
    given = parser.parse_args(arguments)
    try:
        made = make(
            Path.cwd(), given.code, given.name, given.summary or f"{given.name.replace('-', ' ').capitalize()}."
        )
    except RuleError as error:
        parser.exit(2, f"{parser.prog}: {error}\n")
    sys.stdout.writelines(f"{path}\n" for path in made)
    sys.stdout.write(f"next: change the cases on the page, then the rule: pytest tests/lint -k {given.code}\n")
    return 0


def make(root: Path, code: str, name: str, summary: str) -> list[Path]:
    """Write the files of a rule below a root, and return them, relative to it.

    Raises:
        RuleError: for a code or name that cannot be one, or that there is already.
    """
    if not re.fullmatch(r"FST\d{3}", code):
        raise RuleError(f"{code!r} is no code such as FST404")
    if not re.fullmatch(r"[a-z]+(?:-[a-z]+)*", name):
        raise RuleError(f"{name!r} is no name such as sleep-at-import")
    if not (root / LIST).is_file():
        raise RuleError(f"there is no {LIST} here: run it in the root of a clone")
    module = f"{code.lower()}_{name.replace('-', '_')}"
    taken = sorted((root / "src").rglob(f"{code.lower()}_*.md")) + sorted((root / "src").rglob(f"fst*_{module[7:]}.md"))
    if taken:
        what = code if taken[0].name.startswith(f"{code.lower()}_") else repr(name)
        raise RuleError(f"{what} is taken by {taken[0].name}")
    words = {"code": code, "name": name, "summary": summary.strip(), "row": _row(summary)}
    texts = {
        RULES / f"{module}.py": MODULE.format(**words),
        RULES / f"{module}.md": PAGE.format(**words),
        LIST: _listed((root / LIST).read_text(encoding="utf-8"), module),
        CODES: _in_table((root / CODES).read_text(encoding="utf-8"), f"| {code} | {name} | {_row(summary)} |"),
    }
    for path, text in texts.items():
        (root / path).write_text(text, encoding="utf-8")
    return list(texts)


def _row(summary: str) -> str:
    text = summary.strip().rstrip(".")
    return f"{text[:1].lower()}{text[1:]}"


def _listed(text: str, module: str) -> str:
    """The list of rules with one more, in the order of their codes."""
    lines = text.splitlines()
    lines = _inserted(lines, f"    {module},", r"    fst\d{3}_\w+,")
    return "\n".join(_inserted(lines, f"    {module}.RULE,", r"    fst\d{3}_\w+\.RULE,")) + "\n"


def _in_table(text: str, row: str) -> str:
    """The table of codes with one more row."""
    return "\n".join(_inserted(text.splitlines(), row, r"\| FST\d{3} \|.*")) + "\n"


def _inserted(lines: Iterable[str], line: str, pattern: str) -> list[str]:
    """Lines with one more among those that match a pattern, which are in order."""
    found = list(lines)
    rows = [number for number, each in enumerate(found) if re.fullmatch(pattern, each)]
    if not rows:
        raise RuleError(f"there is no place for {line.strip()!r}")
    after = [number for number in rows if found[number] < line]
    found.insert(after[-1] + 1 if after else rows[0], line)
    return found


if __name__ == "__main__":
    sys.exit(main())
