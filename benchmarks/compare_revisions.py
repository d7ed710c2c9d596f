"""What two versions say of the same code: `compare_revisions.py OLD NEW --apps FOLDER [--report NAME=ENTRY ...]`.

OLD and NEW are the `bin` folders of environments with a version each. Over every page's cases, the examples, and each
folder below FOLDER it compares, byte by byte, what `flake8 --select=FST` prints, `check --format sarif`, and, where an
entry point is known, `report --format json` and the lock file. Nothing of the code is run. Differences are printed as a
unified diff, each under the name of the project it is of; the exit code is 1 if there are any. What names the version
itself is left out of the comparison.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from difflib import unified_diff
from pathlib import Path

import click

REPOSITORY = Path(__file__).parents[1]
sys.path.insert(0, str(REPOSITORY / "tests"))

from pages import cases  # noqa: E402  # the reader of pages that the tests have

# Asks one version everything in forks of one process, so that nothing one answer leaves in memory reaches another.
CHILD = """
import json, os, sys, tempfile
import flake8.main.cli, flask, click
from flake8_flask_startup.cli import main
def run(folder, words):
    with tempfile.TemporaryFile() as out:
        if not (child := os.fork()):
            os.chdir(folder)
            os.dup2(out.fileno(), 1)
            os.dup2(out.fileno(), 2)
            sys.stdout, sys.stderr, sys.argv = open(1, "w", closefd=False), open(2, "w", closefd=False), words
            code = 1
            try:
                code = flake8.main.cli.main(words[1:]) if words[0] == "flake8" else main()
            except SystemExit as ended:
                code = ended.code
            finally:
                sys.stdout.flush()
                sys.stderr.flush()
                os._exit(code if isinstance(code, int) else 0)
        status = os.waitpid(child, 0)[1]
        out.seek(0)
        text = out.read().decode(errors="replace")
        lock = os.path.join(folder, "flask-startup.lock")
        if "lock" in words and os.path.exists(lock):
            text += open(lock).read()
            os.unlink(lock)
        return f"{text}exit {os.waitstatus_to_exitcode(status)}"
print(json.dumps([run(*job) for job in json.load(sys.stdin)]))
"""
COSTS = REPOSITORY / "tests" / "costs.toml"
_VERSION = re.compile(r'"(?:version|semanticVersion)": "[^"]*"')
ENTRY = {"slow_app": "shop:app", "fast_app": "shop:create_app"}
EXISTING = click.Path(exists=True, file_okay=False, path_type=Path)


@dataclass(frozen=True, slots=True)
class Subject:
    """A folder of code. entries start its startup; costs is a table laid over the bundled one."""

    name: str
    folder: Path
    entries: tuple[str, ...] = ()
    costs: Path | None = None


def page_subjects(folder: Path) -> Iterator[Subject]:
    """Write every case of every page into a folder of its own."""
    pages = [*REPOSITORY.glob("src/**/fst*.md"), *REPOSITORY.glob("tests/**/*.md")]
    for page in sorted(pages):
        for number, case in enumerate(cases(page)):
            root = folder / f"{page.stem}-{number}"
            for name, text in case.files.items():
                path = root / name
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(text, encoding="utf-8")
            yield Subject(f"{page.relative_to(REPOSITORY)}: {case.title}", root, costs=COSTS)


def questions(subject: Subject) -> dict[str, list[str]]:
    """The command lines that a subject is asked about with, by question."""
    costs = [f"--fst-costs={subject.costs}"] if subject.costs else []
    apps = [f"--fst-app={','.join(subject.entries)}"] if subject.entries else []
    options = ["--fst-cache=off", *costs, *apps]
    found = {
        "flake8": ["flake8", "--isolated", "--select=FST", "-j1", *options, "."],
        "sarif": ["flask-startup", "check", "--format", "sarif", *options, "."],
    }
    if subject.entries:
        named = [argument for entry in subject.entries for argument in ("--app", entry)]
        found["report"] = ["flask-startup", "report", "--format", "json", *named]
        found["lock"] = ["flask-startup", "lock", "--update", *options]
    return found


def answers(subjects: Sequence[Subject], binaries: Path) -> list[dict[str, str]]:
    """What one version answers about each subject, by question."""
    jobs = [[str(subject.folder), words] for subject in subjects for words in questions(subject).values()]
    environment = {name: value for name, value in os.environ.items() if not name.startswith("FLASK_")}
    command = [str(binaries / "python"), "-c", CHILD]
    done = subprocess.run(
        command, input=json.dumps(jobs), env=environment, stdout=subprocess.PIPE, text=True, check=True
    )
    texts = iter(json.loads(done.stdout))
    return [{question: _VERSION.sub("", next(texts)) for question in questions(subject)} for subject in subjects]


def difference(before: Mapping[str, str], after: Mapping[str, str]) -> list[str]:
    """The lines of a unified diff between what two versions answer; none where they agree."""
    return [
        line
        for question, text in before.items()
        for line in unified_diff(text.splitlines(), after[question].splitlines(), question, question, lineterm="", n=0)
    ]


@click.command()
@click.argument("old", type=EXISTING)
@click.argument("new", type=EXISTING)
@click.option("--apps", type=EXISTING, help="A folder of folders of code, such as the cache of primer.py.")
@click.option("--report", "reported", multiple=True, metavar="FOLDER=ENTRY", help="A folder and its entry point.")
@click.option("--pages/--no-pages", default=True, help="Every case of every page as well.")
def main(old: Path, new: Path, apps: Path | None, reported: Sequence[str], pages: bool) -> None:
    """Compare what two versions, in the bin folders OLD and NEW, say of the same code."""
    with tempfile.TemporaryDirectory() as folder:
        subjects = list(page_subjects(Path(folder))) if pages else []
        for name, entry in ENTRY.items():
            copy = Path(folder, "examples", name)
            shutil.copytree(REPOSITORY / "examples" / name, copy)
            subjects.append(Subject(f"examples/{name}", copy, (entry,)))
        subjects += [Subject(each.name, each) for each in sorted(apps.iterdir()) if each.is_dir()] if apps else []
        subjects += [Subject(place, Path(place), tuple(entry.split())) for place, _, entry in map(_parted, reported)]
        with ThreadPoolExecutor(2) as pool:
            before, after = pool.map(lambda binaries: answers(subjects, binaries.absolute()), (old, new))
        differences = [difference(*each) for each in zip(before, after, strict=True)]
    for subject, lines in zip(subjects, differences, strict=True):
        for line in ([subject.name] if lines else []) + lines:
            print(line)
    different = sum(map(bool, differences))
    print(f"{len(subjects)} projects, {sum(map(len, before))} answers, {different} projects differ")
    sys.exit(bool(different))


def _parted(text: str) -> tuple[str, str, str]:
    return text.partition("=")


if __name__ == "__main__":
    main()
