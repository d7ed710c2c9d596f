"""The findings about a module's heavy imports, each tried out: what changes when somebody follows it."""

from __future__ import annotations

import ast
import json
import os
import select
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import chdir
from dataclasses import dataclass, replace
from pathlib import Path
from types import TracebackType
from typing import Any  # an answer's fields

from deferring import Way, followed
from projects import Project, dotted

from flake8_flask_startup.config.settings import Settings
from flake8_flask_startup.lint.engine import check
from flake8_flask_startup.lint.source import Source
from flake8_flask_startup.model import Finding

HERE = Path(__file__).parent
_ALONE = "/nowhere/case.py"  # a file without neighbours
PATIENCE = 20  # seconds that one comparison may take
NEEDED = "FST102"
_WAYS = {"FST101": Way.MOVED, NEEDED: Way.MOVED, "FST103": Way.REMOVED, "FST104": Way.REMOVED}
# `all`: the verdict on each statement, where the linter says one word about several of a package
_SETTINGS = Settings(threshold=20, target_version=(3, 11), cache=None, all=True)


@dataclass(frozen=True, slots=True)
class Trial:
    """A finding, its file as it says to write it, and the differences: (before, after) of what was seen.

    saves says whether startup loads the package no more once all that may go has gone; raised is what loading the
    module raises anyway.
    """

    finding: Finding
    after: str
    differences: Sequence[tuple[str, str]]
    saves: bool
    raised: str

    @property
    def is_unsafe(self) -> bool:
        """Whether the finding says that the import may go, and then something changes."""
        return self.finding.code != NEEDED and bool(self.differences)

    @property
    def is_useless(self) -> bool:
        """Whether the finding says that the import may wait, and then startup loads the package all the same."""
        return self.finding.code not in (NEEDED, "FST103") and not self.saves  # an unused one may go in any case

    @property
    def is_overcautious(self) -> bool:
        """Whether the finding says that the import is needed, and it could go, and that would save something."""
        return self.finding.code == NEEDED and not self.differences and self.saves


class Oracle:
    """Runs modules in a child process, and starts another when one does not answer."""

    def __init__(self) -> None:
        self._child: subprocess.Popen[str] | None = None

    def __enter__(self) -> Oracle:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, where: TracebackType | None
    ) -> None:
        self._stop()

    def trials(self, source: str) -> Iterator[Trial]:
        """Every finding about a heavy import of a module alone, tried out."""
        tree = ast.parse(source)
        found = check(Source(_ALONE, tree, source.splitlines(keepends=True)), _SETTINGS, lambda: None)
        yield from self._tried({"case.py": source}, "case.py", {"case.py": found})

    def project_trials(self, project: Project) -> Iterator[Trial]:
        """Every finding about a heavy import of a project, tried out; the files stand in a new folder."""
        entry = f"{dotted(project.main)}:create_app" if "def create_app" in project.files[project.main] else ""
        configured = (entry or dotted(project.main),) if project.is_configured else ()
        settings = replace(_SETTINGS, app=configured)
        with tempfile.TemporaryDirectory() as folder, chdir(folder):
            for name, text in project.files.items():
                path = Path(name)
                path.parent.mkdir(exist_ok=True)
                path.write_text(text, encoding="utf-8")
            found = {
                name: check(Source(name, ast.parse(text), text.splitlines(keepends=True)), settings)
                for name, text in project.files.items()
            }
        yield from self._tried(project.files, project.main, found)

    def _tried(self, files: Mapping[str, str], main: str, found: Mapping[str, Sequence[Finding]]) -> Iterator[Trial]:
        statements = {
            (name, node.lineno): node
            for name, text in files.items()
            for node in ast.walk(ast.parse(text))
            if isinstance(node, ast.Import | ast.ImportFrom)
        }
        findings = [(name, each) for name, judged in found.items() for each in judged if each.code in _WAYS]
        advised = {(name, each.span.line): _WAYS[each.code] for name, each in findings if each.code != NEEDED}
        for name, finding in findings:
            place = name, finding.span.line
            ways = [{place: _WAYS[finding.code]}, advised | {place: _WAYS[finding.code]}]
            variants = [_followed(files, each) for each in ways]
            packages = _packages(statements[place])
            hidden: dict[str, list[str]] = {}
            for at in ways[1]:
                hidden.setdefault(dotted(at[0]), []).extend(_bound(statements[at]))
            question: dict[str, object] = {
                "before": _modules(files),
                "variants": [_modules(each) for each in variants],
                "main": dotted(main),
                "folders": [dotted(each) for each in files if each.endswith("__init__.py")],
                "hidden": hidden,
                "packages": packages,
            }
            answer = self._ask(question)
            if answer is None:
                if self._ask(question | {"variants": []}) is None:
                    return  # it waits for itself as it is: a thread that imports the module which waits for it
                raise RuntimeError(f"no answer for\n{question['before']}")
            loaded = {each.partition(".")[0] for each in answer["loaded"]}
            differences = [(left, right) for left, right in answer["differences"]]
            saves = not loaded.issuperset(packages)
            yield Trial(finding, variants[0][name], differences, saves, answer["raised"])

    def _ask(self, question: dict[str, object]) -> dict[str, Any] | None:
        """What a child answers; None where it does not."""
        child = self._child or self._start()
        assert child.stdin is not None
        assert child.stdout is not None
        child.stdin.write(json.dumps(question) + "\n")
        child.stdin.flush()
        ready, _, _ = select.select([child.stdout], [], [], PATIENCE)
        line = child.stdout.readline() if ready else ""
        if not line:
            self._stop()
            return None
        answer: dict[str, Any] = json.loads(line)
        return answer

    def _start(self) -> subprocess.Popen[str]:
        environment = {**os.environ, "PYTHONPATH": str(HERE), "PYTHONHASHSEED": "0"}
        self._child = subprocess.Popen(
            [sys.executable, "-S", str(HERE / "child.py")],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env=environment,
        )
        return self._child

    def _stop(self) -> None:
        if self._child is not None:
            self._child.kill()
            self._child.communicate()
            self._child = None


def _followed(files: Mapping[str, str], ways: Mapping[tuple[str, int], Way]) -> dict[str, str]:
    """The files with the import statements at some places moved or removed."""
    lines: dict[str, dict[int, Way]] = {}
    for (name, line), each in ways.items():
        lines.setdefault(name, {})[line] = each
    return {name: followed(text, lines[name]) if name in lines else text for name, text in files.items()}


def _modules(files: Mapping[str, str]) -> dict[str, str]:
    return {dotted(name): text for name, text in files.items()}


def _bound(statement: ast.Import | ast.ImportFrom) -> list[str]:
    return [alias.asname or alias.name.partition(".")[0] for alias in statement.names]


def _packages(statement: ast.Import | ast.ImportFrom) -> list[str]:
    if isinstance(statement, ast.ImportFrom):
        return [(statement.module or "").partition(".")[0]]
    return sorted({alias.name.partition(".")[0] for alias in statement.names})
