"""What the peers' own tests say, and what we say of the same sources: `peers.py FOLDER`.

FOLDER holds what can be had of the peers; a peer that is not there is left out:

- flake8-lazy: the sdist, `pip download --no-binary flake8-lazy --no-deps flake8-lazy==0.10.1`, unpacked.
- flake8-type-checking: a checkout of github.com/snok/flake8-type-checking (the sdist brings no tests).
- ruff: a checkout of github.com/astral-sh/ruff, or its sdist unpacked; only crates/ruff_linter is read.
- semgrep-rules: a checkout of github.com/semgrep/semgrep-rules; only python/flask is read.

Nothing of theirs is imported or run; what is for Python 3.12 and newer is left out by an older one. Every import that
is asked about gets a cost row of its own, so that it is heavy. peers_explained.toml says why answers differ; the run
fails where one differs without a reason, and where a reason is left over.
"""

from __future__ import annotations

import ast
import os
import sys
import tempfile
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from fnmatch import fnmatchcase
from pathlib import Path
from typing import TypeAlias

import click
import tomli
from peer_cases import Case, Question, flake8_lazy, ruff, semgrep, type_checking

from flake8_flask_startup.config.settings import Settings
from flake8_flask_startup.lint.engine import check
from flake8_flask_startup.lint.source import Source

EXPLAINED = Path(__file__).with_name("peers_explained.toml")
PEERS: dict[str, tuple[str, Callable[[Path], Iterator[Case]]]] = {
    "flake8-lazy": ("flake8_lazy-*/tests", flake8_lazy.cases),
    "ruff": ("ruff*/crates/ruff_linter", ruff.cases),
    "semgrep-rules": ("semgrep-rules*/python/flask", semgrep.cases),
    "flake8-type-checking": ("flake8-type-checking*/tests", type_checking.cases),
}

WORDS = {
    Question.NEEDED: "is the import needed while loading?",
    Question.MAY_WAIT: "may the import wait, or go?",
    Question.TYPING: "do annotations alone need the import?",
    Question.PAID: "does every start pay for the import?",
    Question.DEBUG: "is debug mode turned on here?",
    Question.SERVER: "is the server started while loading?",
}
Reasons: TypeAlias = dict[str, dict[str, str]]
Groups: TypeAlias = "defaultdict[tuple[str, str], list[str]]"


@click.command()
@click.argument("folder", type=click.Path(path_type=Path, exists=True, file_okay=False))
def main(folder: Path) -> None:
    """Ask about every case, and print a table and the differences with their reasons."""
    reasons: Reasons = tomli.loads(EXPLAINED.read_text(encoding="utf-8"))
    start = Path.cwd()
    cases = list(_cases(folder))
    here = {case.peer for case in cases}
    differing: list[tuple[Case, list[str]]] = []
    with tempfile.TemporaryDirectory() as scratch:
        os.chdir(scratch)  # an empty project: nothing lies beside a case
        for case in cases:
            said = _said(case, Path(scratch))
            yes = any(each[:6] in case.question.value for each in said)
            if yes is not case.expected:
                differing.append((case, said))
        os.chdir(start)
    _print_table(cases, [case for case, _ in differing])
    groups, left = _explained(differing, reasons)
    _print_groups(groups, reasons)
    for case, said in left:
        print(f"\nWithout a reason: {case.peer} {case.name} ({case.question.name}: {_word(case.expected)})")
        print(f"line {case.line}, ours: {said}\n{case.text}")
    spoken = [(peer, pattern) for peer, found in reasons.items() if peer in here for pattern in found]
    stale = [f"{peer}: {pattern}" for peer, pattern in spoken if not groups[peer, pattern]]
    print(*(f"Left over: {each}" for each in stale), sep="\n")
    sys.exit(bool(left or stale))


def _cases(folder: Path) -> Iterator[Case]:
    for pattern, read in PEERS.values():
        for found in sorted(folder.glob(pattern)):
            yield from read(found)


def _said(case: Case, folder: Path) -> list[str]:
    """Our findings at the place of a case: each one's code and advice."""
    costs = folder / f"{'-'.join(case.heavy) or 'nothing'}.toml"  # a file for each, since tables are kept for a second
    rows = [f"[module.'{name}']\nms = 1000.0\n" for name in dict.fromkeys(case.heavy)]
    costs.write_text("\n".join(["schema = 1", *rows]), encoding="utf-8")
    settings = Settings(
        costs=(costs,), dev_packages=(), not_startup=(), target_version=case.target, cache=None, threshold=999
    )
    source = Source("example.py", ast.parse(case.text), case.text.splitlines(keepends=True))
    findings = check(source, settings, own=lambda _: False)
    at = (case.line, case.column)
    return [f"{each.code} {each.advice}" for each in findings if (each.span.line, each.span.column) == at]


def _explained(
    differing: list[tuple[Case, list[str]]], reasons: Reasons
) -> tuple[Groups, list[tuple[Case, list[str]]]]:
    """The differing cases by the reason that speaks of them, and those that none speaks of."""
    groups: Groups = defaultdict(list)
    left = []
    for case, said in differing:
        found = [pattern for pattern in reasons.get(case.peer, ()) if fnmatchcase(case.name, pattern)]
        if found:
            groups[case.peer, found[0]].append(case.name)
        else:
            left.append((case, said))
    return groups, left


def _print_table(cases: list[Case], differing: list[Case]) -> None:
    print("| peer | asked | cases | of which yes | agree | differ |\n| --- | --- | ---: | ---: | ---: | ---: |")
    asked = Counter((case.peer, case.question) for case in cases)
    yes = Counter((case.peer, case.question) for case in cases if case.expected)
    other = Counter((case.peer, case.question) for case in differing)
    for each, count in asked.items():
        print(f"| {each[0]} | {WORDS[each[1]]} | {count} | {yes[each]} | {count - other[each]} | {other[each]} |")
    agree = len(cases) - len(differing)
    print(f"| all | | {len(cases)} | {yes.total()} | {agree} | {len(differing)} |\n")


def _print_groups(groups: Groups, reasons: Reasons) -> None:
    for (peer, pattern), found in groups.items():
        print(f"- {peer}, {len(found)} times `{pattern}`: {reasons[peer][pattern]}")


def _word(answer: bool) -> str:
    return "yes" if answer else "no"


if __name__ == "__main__":
    main()
