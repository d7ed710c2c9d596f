"""What a change to a rule shows to real people: `python benchmarks/primer.py --cache FOLDER [--update] [PROJECT ...]`.

`primer/*.toml` hold what flake8 says about published Flask apps, each finding read in the app's source and judged:
right where its claim holds and its advice can be followed without breaking anything, else wrong. This brings the wheels
of those very versions (pip checks their hashes), unpacks them, runs the installed flake8 there and prints what is new,
gone, moved or priced otherwise than in the snapshots, and how many of the judged findings are right. Nothing of an app
is installed or run. It ends with 1 if a snapshot differs. With --update the snapshots are written anew: findings that
stay keep their judgement, new ones are to be judged by whoever reads the difference.

flake8 runs without a configured entry point, as it does for whoever tries it first: which modules startup comes to is
then unknown or guessed, and a heavy import counts where its own module is loaded. What is right and yet saves nothing
alone, because another module needs the package at startup too, has a reason that begins with "alone".

To add an app, write a snapshot with its project, version, file and sha256, and run with --update. Where an app has
hundreds of findings of one code, `share` names the part of its files whose findings of that code are kept; which files
these are depends on their names and the seed alone.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import tomllib
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple

import click

from flake8_flask_startup.model.messages import parse

SNAPSHOTS = Path(__file__).parent / "primer"
RESULTS = Path(__file__).parent / "results" / "primer.md"
TARGET = "3.11"  # fixed, so that the Python that runs flake8 does not matter
SEED = 20261123
NEEDED = "FST102"  # the code of what says that nothing is to be done
RIGHT, WRONG, UNREVIEWED = "right", "wrong", "unreviewed"
_LINE = re.compile(r"(?:\./)?(?P<path>[^:]+):(?P<line>\d+):\d+: (?P<code>FST\d+) (?P<message>.*)")


class Finding(NamedTuple):
    """A finding in a snapshot, with what a reader made of it."""

    code: str
    path: str
    line: int
    message: str
    verdict: str = UNREVIEWED
    reason: str = ""

    @property
    def claim(self) -> tuple[str, str, str, str]:
        """What is claimed, whatever the line, the price and the rank."""
        told = parse(self.code, self.line, 0, self.message)
        return self.code, self.path, told.what, told.advice


@dataclass(frozen=True, slots=True)
class Snapshot:
    """One version of one app, and the findings about it. share is the part of the files that is looked at, by code."""

    project: str
    version: str
    file: str
    sha256: str
    about: str
    share: Mapping[str, float]
    findings: tuple[Finding, ...] = ()

    def samples(self, finding: Finding) -> bool:
        """Whether a finding is of the part of the files that is looked at for its code."""
        drawn = int(sha256(f"{SEED} {finding.path}".encode()).hexdigest()[:8], 16) / 16**8
        return drawn < self.share.get(finding.code, 1.0)

    def to_toml(self) -> str:
        """The snapshot as the text of its file."""
        shares = ", ".join(f"{code} = {share}" for code, share in sorted(self.share.items()))
        head = [
            f"{name} = {_quoted(getattr(self, name))}" for name in ("project", "version", "file", "sha256", "about")
        ]
        lines = [*head, *([f"share = {{ {shares} }}"] if shares else [])]
        for finding in sorted(self.findings, key=lambda each: (each.path, each.line, each.code, each.message)):
            lines += ["", "[[finding]]"]
            lines += [f"{name} = {_quoted(value)}" for name, value in finding._asdict().items()]
        return "\n".join(lines) + "\n"


def _quoted(value: str | int) -> str:
    return json.dumps(value, ensure_ascii=False)  # JSON's strings and integers are TOML's too


def read(path: Path) -> Snapshot:
    """The snapshot in a file; raises what tomllib, or a missing key, does."""
    document = tomllib.loads(path.read_text(encoding="utf-8"))
    findings = tuple(Finding(**each) for each in document.pop("finding", ()))
    return Snapshot(**{"about": "", "share": {}} | document, findings=findings)


class Difference(NamedTuple):
    """Findings now beside those of a snapshot. stayed has all that is there now, judged as before where it was."""

    stayed: tuple[Finding, ...]
    new: tuple[Finding, ...]
    gone: tuple[Finding, ...]
    moved: tuple[tuple[Finding, Finding], ...]  # from, to
    priced: tuple[tuple[Finding, Finding], ...]  # the same claim in the same place, at another price or rank

    def __bool__(self) -> bool:
        return bool(self.new or self.gone or self.moved or self.priced)


def compare(before: Sequence[Finding], now: Sequence[Finding]) -> Difference:
    """Match findings that claim the same: those on the same line first, the rest in the order of lines."""
    claims = defaultdict(list)
    for each in sorted(before):
        claims[each.claim].append(each)
    pairs: list[tuple[Finding, Finding]] = []
    for claim in sorted({each.claim for each in now}):
        pairs += _paired(claims[claim], sorted(each for each in now if each.claim == claim))
    new = tuple((Counter(now) - Counter(each for _, each in pairs)).elements())
    judged = [each._replace(verdict=old.verdict, reason=old.reason) for old, each in pairs]
    return Difference(
        stayed=(*judged, *new),
        new=new,
        gone=tuple((Counter(before) - Counter(old for old, _ in pairs)).elements()),
        moved=tuple((old, each) for old, each in pairs if old.line != each.line),
        priced=tuple((old, each) for old, each in pairs if old.line == each.line and old.message != each.message),
    )


def _paired(before: Sequence[Finding], now: Sequence[Finding]) -> Iterator[tuple[Finding, Finding]]:
    left, elsewhere = list(now), []
    for old in before:
        same = next((each for each in left if each.line == old.line), None)
        if same is None:
            elsewhere.append(old)
        else:
            left.remove(same)
            yield old, same
    yield from zip(elsewhere, left, strict=False)


def precision(findings: Iterable[Finding]) -> Iterator[tuple[str, int, int, int]]:
    """For each code, and "all" at the end: how many are right, wrong, and still to be judged."""
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    for each in findings:
        counts[each.code][each.verdict] += 1
    for code, count in [*sorted(counts.items()), ("all", sum(counts.values(), Counter()))]:
        yield code, count[RIGHT], count[WRONG], count[UNREVIEWED]


def bring(snapshot: Snapshot, cache: Path) -> Path:
    """Return the folder with the app's files; pip downloads them where the cache has none, and checks the hash.

    Raises:
        click.ClickException: if the file is not to be had, or is another one.
    """
    archive, folder = cache / snapshot.file, cache / f"{snapshot.project}-{snapshot.version}"
    if not archive.exists():
        wanted = cache / f"{snapshot.project}.txt"
        wanted.write_text(f"{snapshot.project}=={snapshot.version} --hash=sha256:{snapshot.sha256}\n")
        done = run(
            *("pip", "download", "--quiet", "--no-deps", "--only-binary", ":all:", "--ignore-requires-python"),
            *("--require-hashes", "-r", wanted, "-d", cache),
            cwd=cache,
        )
        if done.returncode or not archive.exists():
            raise click.ClickException(f"{snapshot.file}: {done.stderr.strip() or 'pip brought another file'}")
    if sha256(archive.read_bytes()).hexdigest() != snapshot.sha256:
        raise click.ClickException(f"{archive} is not the file of the snapshot")
    if not folder.exists():
        shutil.unpack_archive(archive, folder, "zip")
    return folder


def run(module: str, *arguments: str | Path, cwd: Path) -> subprocess.CompletedProcess[str]:
    """Run a module of this environment in a folder, without the variables that change how Python starts."""
    quiet = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    command = [sys.executable, "-m", module, *arguments]
    return subprocess.run(command, cwd=cwd, env=quiet, check=False, capture_output=True, text=True)


def lint(snapshot: Snapshot, folder: Path) -> list[Finding]:
    """What the installed flake8 says about the files in a folder."""
    options = ["--isolated", "--select=FST", "--format=default", f"--fst-target-version={TARGET}", "--fst-cache=off"]
    done = run("flake8", *options, cwd=folder)
    if done.returncode not in (0, 1) or "Traceback" in done.stderr:
        raise click.ClickException(f"{snapshot.project}: flake8 failed\n{done.stderr}")
    click.echo(done.stderr, err=True, nl=False)  # files that were not read
    found = []
    for line in done.stdout.splitlines():
        match = _LINE.fullmatch(line)
        if match is None:
            raise click.ClickException(f"{snapshot.project}: flake8 said {line!r}")
        found.append(Finding(match["code"], match["path"], int(match["line"]), match["message"]))
    return found


def count_lines(folder: Path) -> int:
    """The lines of the Python files below a folder."""
    return sum(path.read_bytes().count(b"\n") for path in folder.rglob("*.py"))


def density(findings: Sequence[Finding], lines: int) -> str:
    """Return how many findings there are for each 1,000 lines, and how many name an action."""
    actions = sum(each.code != NEEDED for each in findings)
    return (
        f"Of all files, not of a part: {len(findings):,} findings in {lines:,} lines, "
        f"{len(findings) / lines * 1000:.2f} for each 1,000; {actions / len(findings):.0%} name an action."
    )


def report(snapshot: Snapshot, difference: Difference) -> None:
    """Print what differs from the snapshot of an app."""
    counts = Counter(each.code for each in difference.stayed)
    print(f"{snapshot.project} {snapshot.version}: {len(difference.stayed)} findings", dict(sorted(counts.items())))
    for word, findings in (("new", difference.new), ("gone", difference.gone)):
        for each in findings:
            print(f"  {word:<7} {each.path}:{each.line}: {each.code} {each.message}")
    for old, each in difference.moved:
        print(f"  moved   {each.path}:{old.line} -> {each.line}: {each.code} {each.message}")
    for old, each in difference.priced:
        print(f"  priced  {each.path}:{each.line}: {each.code} {old.message}\n       -> {each.message}")


def table(findings: Sequence[Finding]) -> str:
    """Return how many of the judged findings are right, code by code, as a Markdown table."""
    lines = ["| code | right | wrong | to judge | precision |", "| --- | ---: | ---: | ---: | ---: |"]
    for code, right, wrong, unreviewed in precision(findings):
        judged = right + wrong
        share = f"{right / judged:.1%}" if judged else "-"
        lines.append(f"| {code} | {right} | {wrong} | {unreviewed} | {share} |")
    return "\n".join(lines)


def write_results(text: str, apps: Sequence[str]) -> None:
    """Write the table of all apps among the results."""
    head = (
        "# What flake8 says about published Flask apps\n\n"
        "`python benchmarks/primer.py --cache FOLDER`: each finding was read in the app's source and judged right\n"
        "where its claim holds and its advice can be followed without breaking anything. The reasons are in\n"
        "`benchmarks/primer`. No entry point is configured; where one is found, ranks are over the whole startup.\n\n"
        f"{len(apps)} apps: {', '.join(apps)}.\n\n"
    )
    RESULTS.write_text(f"{head}{text}\n", encoding="utf-8")


@click.command()
@click.argument("projects", nargs=-1)
@click.option("--cache", type=click.Path(path_type=Path, file_okay=False), required=True, help="Where downloads stay.")
@click.option("--update", is_flag=True, help="Write the snapshots anew.")
def main(projects: tuple[str, ...], cache: Path, update: bool) -> None:
    """Compare what flake8 says about published apps with the snapshots of what it said."""
    cache = cache.resolve()
    cache.mkdir(parents=True, exist_ok=True)
    differs = False
    findings: list[Finding] = []
    everything: list[Finding] = []
    lines = 0
    names: list[str] = []
    for path in sorted(SNAPSHOTS.glob("*.toml")):
        if projects and path.stem not in projects:
            continue
        snapshot = read(path)
        folder = bring(snapshot, cache)
        found = lint(snapshot, folder)
        everything += found
        lines += count_lines(folder)
        difference = compare(snapshot.findings, [each for each in found if snapshot.samples(each)])
        report(snapshot, difference)
        names.append(f"{snapshot.project} {snapshot.version}")
        differs |= bool(difference)
        findings += difference.stayed
        if update:
            path.write_text(replace(snapshot, findings=difference.stayed).to_toml(), encoding="utf-8")
    text = f"{table(findings)}\n\n{density(everything, lines)}" if everything else table(findings)
    print(f"\n{text}")
    if not projects:
        write_results(text, names)
    sys.exit(differs and not update)


if __name__ == "__main__":
    main()
