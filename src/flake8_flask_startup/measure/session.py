"""Which child comes next, until every figure is stable; each report goes into a journal before the next child starts.

The state of a session is its samples and nothing else: started again over the same journal, it goes on where it ended.
"""

from __future__ import annotations

import errno
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from ..files.atomic_write import write
from ..files.directory import opened
from ..files.source_file import MAX_DATA_BYTES, read_text
from .estimate import spread
from .process import Runner
from .samples import Sample, SampleKind, Subject


@dataclass(frozen=True, slots=True)
class Plan:
    """How many children a subject gets: warm runs from least to most, until the spread is down to the target."""

    least: int = 7
    most: int = 21
    target: float = 0.10
    profiles: int = 3
    uncached: int = 3

    def next_kind(self, samples: Sequence[Sample]) -> SampleKind | None:
        """Return what to run next for a subject with these samples, None where it is done."""
        kinds = [sample.kind for sample in samples]
        if any(sample.flask_ms == 0.0 for sample in samples):  # it hung or crashed: once is enough
            return None
        for kind, wanted in (
            (SampleKind.WARM, self.least),
            (SampleKind.PROFILE, self.profiles),
            (SampleKind.UNCACHED, self.uncached),
        ):
            if kinds.count(kind) < wanted:
                return kind
        stable = spread(samples) <= self.target or kinds.count(SampleKind.WARM) >= self.most
        return None if stable else SampleKind.WARM

    def remaining(self, samples: Sequence[Sample]) -> int:
        """Return how many more children a subject with these samples needs at least."""
        return max(0, self.least + self.profiles + self.uncached - len(samples))


class Journal:
    """The samples of a session, appended to a file line by line. A torn last line, left by a kill, is passed over.

    A file of the name that is no journal is left alone: OSError, as for one that is a link or has another name too.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._samples: dict[tuple[str, str], list[Sample]] = {}
        text = ""
        with suppress(FileNotFoundError):
            text = read_text(path, MAX_DATA_BYTES, "replace")
        for line in text.split("\n"):
            try:
                sample = Sample.from_line(line)
            except (ValueError, KeyError, TypeError):
                continue
            self._keep(sample)
        if text and not self._samples and "\n" in text:
            raise OSError(errno.EEXIST, "is no journal of measurements, and is left alone", str(path))
        if text and not text.endswith("\n"):
            self._append("")

    def samples(self, subject: Subject) -> Sequence[Sample]:
        """Return the samples of the subject so far, oldest first."""
        return self._samples.get((subject.name, subject.version), ())

    def add(self, sample: Sample) -> None:
        """Keep the sample; when this returns it is on disk."""
        self._append(sample.to_line())
        self._keep(sample)

    def _keep(self, sample: Sample) -> None:
        self._samples.setdefault((sample.subject, sample.version), []).append(sample)

    def forget(self, subjects: Iterable[Subject]) -> None:
        """Drop the samples of the subjects: they have become rows. The file goes when it has no others."""
        for subject in subjects:
            self._samples.pop((subject.name, subject.version), None)
        if self._samples:
            lines = "".join(sample.to_line() + "\n" for kept in self._samples.values() for sample in kept)
            write(self._path, lines.encode())
        else:
            with opened(self._path.parent) as folder, suppress(FileNotFoundError):
                folder.remove(self._path.name)

    def _append(self, line: str) -> None:
        with opened(self._path.parent) as folder:
            folder.append(self._path.name, (line + "\n").encode())


def measure(
    subjects: Sequence[Subject], runner: Runner, journal: Journal, plan: Plan, jobs: int = 1
) -> Iterator[Sample]:
    """Run children round by round, one for each unfinished subject a round; yield each report once it is kept.

    A subject is done when `plan.next_kind` of its samples is None. Before a subject's first child counts, one is run
    and dropped: it writes the bytecode. jobs children run at a time; more than one disturb each other's figures.
    """
    warmed: set[str] = set()

    def step(task: tuple[Subject, SampleKind]) -> Sample:
        subject, kind = task
        if subject.name not in warmed:
            warmed.add(subject.name)
            first = runner.sample(subject, SampleKind.WARM)
            if not first.flask_ms:  # it hung or crashed: once is enough
                return first
        return runner.sample(subject, kind)

    with ThreadPoolExecutor(max_workers=jobs) as pool:
        try:
            while tasks := [
                (subject, kind)
                for subject in subjects
                if (kind := plan.next_kind(journal.samples(subject))) is not None
            ]:
                for sample in pool.map(step, tasks):
                    journal.add(sample)
                    yield sample
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            runner.stop()
            raise
