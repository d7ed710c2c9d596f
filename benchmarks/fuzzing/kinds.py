"""The kinds of cases, and the cases of a batch: the same for the same seed and number, on the same machine."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from random import Random
from typing import TypeVar

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import seed as seeded
from hypothesis import strategies as st

from . import caches, folders, other_texts, seeds, settings_texts
from .case import ENTRY, ENTRY_TEXT, NOTHING, UNPRICED, Case, Text, project
from .mutants import bytewise, tokenwise
from .tree_mutants import treewise

T = TypeVar("T")
FORMATS = ("text", "text", "tree", "json", "importtime", "html")
# Four mutants to a project, each a module that the entry imports.
SUBJECTS = (
    (b"subject.py", b"subject_b.py", b"subject_c.py", b"subject_d.py"),
    (b"subject/__init__.py", b"subject_b.py", b"subject_c.py", b"subject_d/__init__.py"),
)
IMPORTS = ENTRY_TEXT + b"import subject_b\nimport subject_c\nfrom subject_d import x\n"
HELPFUL = b"""import pandas
from flask import Flask


def create_app():
    return Flask(__name__)


app = create_app()
"""


def _drawn(strategy: st.SearchStrategy[T], seed: int, count: int) -> list[T]:
    """Return what hypothesis draws for a seed."""
    found: list[T] = []

    @seeded(seed)
    @settings(
        max_examples=count, deadline=None, database=None, phases=[Phase.generate], suppress_health_check=[*HealthCheck]
    )
    @given(strategy)
    def draw(value: T) -> None:
        found.append(value)

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        draw()
    return found


def _report(random: Random) -> tuple[str, ...]:
    return ("--format", random.choice(FORMATS))


def _sources(kind: str, mutate: Callable[[bytes, bytes, Random], bytes]) -> Callable[[Random, int], list[Case]]:
    def cases(random: Random, count: int) -> list[Case]:
        found = []
        for _ in range(count):
            names = random.choice(SUBJECTS)
            drawn = [(seeds.text(random), seeds.text(random)) for _ in names]
            mutants = {
                name: Text(mutate(data, other, random))
                for name, ((_, data), (_, other)) in zip(names, drawn, strict=True)
            }
            title = " ".join(origin for (origin, _), _ in drawn)
            report = _report(random) if random.random() < 0.5 else None
            nodes = project({**mutants, ENTRY.encode(): Text(IMPORTS)})
            app = random.random() < 0.8
            found.append(Case(kind, title, nodes, app, report=report, subject=names[0], inputs=len(names)))
        return found

    return cases


def _folders(random: Random, count: int) -> list[Case]:
    made = [folders.deep(random) if random.random() < 0.2 else folders.folder(random) for _ in range(count)]
    return [Case("folders", "", project(each), random.random() < 0.7, report=_report(random)) for each in made]


def _caches(random: Random, count: int) -> list[Case]:
    found = []
    for _ in range(count):
        name, data = seeds.text(random)
        nodes = project({b"subject.py": Text(data), b"other.py": Text(HELPFUL)})
        report = _report(random)
        found.append(Case("caches", name, nodes, random.random() < 0.7, report=report, spoil=caches.spoiler(random)))
    return found


def _settings(random: Random, count: int) -> list[Case]:
    """Settings as hypothesis draws them, some with bytes changed: what those say is anybody's guess."""
    name = random.choice((b"pyproject.toml", b"setup.cfg", b"tox.ini", b".flake8"))
    strategy = settings_texts.pyproject() if name == b"pyproject.toml" else settings_texts.ini()
    found = []
    for text in _drawn(strategy, random.getrandbits(32), count):
        is_whole = random.random() < 0.7
        data = text if is_whole else bytewise(text, b"[" * 3000, random)
        nodes = project({name: Text(data), b"subject.py": Text(HELPFUL)})
        keeps = UNPRICED if is_whole else NOTHING
        found.append(
            Case("settings", name.decode(), nodes, app=False, keeps=keeps, may_refuse=True, report=(), subject=name)
        )
    return found


def _costs(random: Random, count: int) -> list[Case]:
    found = []
    for text in _drawn(settings_texts.costs(), random.getrandbits(32), count):
        data = text if random.random() < 0.8 else bytewise(text, b"[" * 3000, random)
        nodes = project({b"costs.toml": Text(data), b"subject.py": Text(HELPFUL)})
        options, report = ("--fst-costs", "costs.toml"), ("--costs", "costs.toml", *_report(random))
        case = Case("costs", "", nodes, True, options, report, UNPRICED, may_refuse=True, subject=b"costs.toml")
        found.append(case)
    return found


def _deployments(random: Random, count: int) -> list[Case]:
    found = []
    for _ in range(count):
        names = random.sample(sorted(other_texts.FILES), random.choice((1, 1, 2)))
        files = {name: Text(other_texts.lines(other_texts.FILES[name], random)) for name in names}
        app = random.random() < 0.5
        nodes = project({**files, b"subject.py": Text(HELPFUL)})
        title = b" ".join(names).decode()
        found.append(Case("deployments", title, nodes, app, report=None if app else (), subject=names[0]))
    return found


def _logs(random: Random, count: int) -> list[Case]:
    found = []
    for _ in range(count):
        data = other_texts.lines(other_texts.LOG, random)
        nodes = project({b"boot.log": Text(data), b"subject.py": Text(HELPFUL)})
        report = ("--importtime", "boot.log", *_report(random))
        found.append(Case("logs", "", nodes, True, (), report, may_refuse=True, subject=b"boot.log"))
    return found


def _locks(random: Random, count: int) -> list[Case]:
    found = []
    for _ in range(count):
        data = other_texts.lines(other_texts.LOCK, random)
        nodes = project({b"flask-startup.lock": Text(data), b"subject.py": Text(HELPFUL)})
        options = ("--locked",)
        found.append(Case("locks", "", nodes, True, options, None, may_refuse=True, subject=b"flask-startup.lock"))
    return found


# Kinds, and how many of their cases a batch has: sources are what people have most of.
KINDS: dict[str, tuple[int, Callable[[Random, int], list[Case]]]] = {
    "bytes": (7, _sources("bytes", bytewise)),
    "tokens": (7, _sources("tokens", tokenwise)),
    "trees": (14, _sources("trees", treewise)),
    "folders": (14, _folders),
    "caches": (8, _caches),
    "settings": (10, _settings),
    "costs": (6, _costs),
    "deployments": (10, _deployments),
    "logs": (4, _logs),
    "locks": (3, _locks),
}
ENTRY_MODULE = ENTRY.removesuffix(".py")


def batch(seed: int, number: int, share: float = 1.0, every: int = 200) -> list[Case]:
    """Return the cases of a batch, or a share of them; one of `every` goes through the installed doors as well."""
    from dataclasses import replace

    found = []
    for kind, (count, cases) in KINDS.items():
        random = Random(f"{seed}/{number}/{kind}")
        for case in cases(random, max(1, round(count * share))):
            sample = {"jobs"} if random.random() < 0.05 else set()
            sample |= {"doors"} if random.randrange(every) == 0 else set()
            found.append(replace(case, sample=frozenset(sample)))
    return found
