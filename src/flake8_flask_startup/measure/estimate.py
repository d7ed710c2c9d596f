"""From the samples of a subject to its row.

The statistic is the median of the ratios `code / import flask`, each taken within one child, times what `import flask`
takes on the reference machine. A noisy neighbour slows both alike, so the ratio hardly moves:
with other work on the machine, batches of seven runs lay 1.4 % (median) and at most 7.8 % from their middle; minima of
CPU time lay 3.5 % and at most 13 % from it (benchmarks/results/costs_statistic.md).
"""

from __future__ import annotations

import re
import sys
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from statistics import median, quantiles

from ..costs.rows import STDLIB, Row
from ..costs.rows import own_piece as call_piece
from .samples import Sample, SampleKind, Subject

FLOOR = 0.01  # of `import flask`, about 1 ms: below it, a relative spread says nothing
LEAST_PIECE_MS = 0.3
LEAST_PIECE_SHARE = 0.005
COMPILED = "__mypyc"  # the module that holds what mypyc compiled of a package: named by a hash, not by the package
MACHINE_PATH = re.compile(r"(?<![:/\w])(?:[A-Za-z]:)?[\\/][^\s'\":,]*[\\/]")  # not a URL's


def ratios(samples: Sequence[Sample]) -> list[float]:
    """Return what the code cost over what `import flask` cost, of each warm run."""
    return [sample.ms / sample.flask_ms for sample in samples if sample.kind is SampleKind.WARM and sample.flask_ms]


def spread(samples: Sequence[Sample]) -> float:
    """Return the interquartile range of the ratios over their median (or over 1 % of `import flask`, if larger)."""
    found = ratios(samples)
    if len(found) < 2:
        return 0.0
    lower, middle, upper = quantiles(found, n=4, method="inclusive")
    return (upper - lower) / max(middle, FLOOR)


def flask_times(samples: Iterable[Sample]) -> list[float]:
    """Return the milliseconds of `import flask` in every warm run."""
    return [sample.flask_ms for sample in samples if sample.kind is SampleKind.WARM and sample.flask_ms]


def make_row(
    subject: Subject,
    samples: Sequence[Sample],
    *,
    owner: tuple[str, str],
    python: str,
    flask_ms: float,
    target: float,
    dev: bool = False,
    each: bool = False,
) -> Row:
    """Return the row of a subject: owner is its distribution and version, flask_ms `import flask` on the reference
    machine, target the spread above which a row is wide; dev and each are as in the row.
    """
    warm = [sample for sample in samples if sample.kind is SampleKind.WARM]
    ms = median(found) * flask_ms if (found := ratios(samples)) else median(sample.ms for sample in samples)
    uncached = [sample.ms for sample in samples if sample.kind is SampleKind.UNCACHED]
    speed = flask_ms / median(flask_times(samples)) if found else 1.0
    return Row(
        name=subject.name,
        distribution=owner[0],
        version=owner[1],
        ms=ms,
        pieces=split(subject, samples, ms),
        dev=dev,
        fails=next((portable(sample.fails) for sample in warm if sample.fails), ""),
        uncached_ms=median(uncached) * speed if uncached else 0.0,
        rss_mib=max(0.0, median(sample.rss_kib for sample in samples if sample.kind is not SampleKind.UNCACHED) / 1024),
        modules=round(median(sample.modules for sample in samples)),
        runs=len(warm),
        spread=spread(samples),
        python=python,
        wide=spread(samples) > target,
        each=each,
        setup=subject.setup,
        code=subject.code if subject.setup else "",
    )


def split(subject: Subject, samples: Sequence[Sample], ms: float) -> dict[str, float]:
    """Return how ms divides over packages, by the self times of the profiles; what no import explains is the subject's.

    Self times are wall times that tracing inflates: each module's least over the profiles, and shares alone.
    """
    profiles = [sample for sample in samples if sample.kind is SampleKind.PROFILE]
    namespaces = frozenset(profiles[0].namespaces) if profiles else frozenset()
    own = own_piece(subject, namespaces)
    if not profiles:
        return {own: ms}
    shares: defaultdict[str, float] = defaultdict(float)
    for module, microseconds in least_self_times(profiles).items():
        piece = own if module.endswith(COMPILED) else piece_of(module, namespaces)
        shares[piece] += microseconds / 1000
    untraced = min(sample.wall_ms for sample in profiles) - sum(shares.values())
    shares[own] += max(0.0, untraced)
    total = sum(shares.values()) or 1.0
    return without_crumbs({piece: share * ms / total for piece, share in shares.items()}, own, ms)


def least_self_times(profiles: Sequence[Sample]) -> dict[str, int]:
    """Return the least self time (µs) of every module over the profiles."""
    times: dict[str, int] = {}
    for profile in profiles:
        for module, microseconds in profile.self_us.items():
            times[module] = min(microseconds, times.get(module, microseconds))
    return times


def without_crumbs(pieces: Mapping[str, float], own: str, ms: float) -> dict[str, float]:
    """Return the pieces, dearest first, with those too small to matter counted as the subject's own."""
    least = max(LEAST_PIECE_MS, ms * LEAST_PIECE_SHARE)
    kept = {piece: share for piece, share in pieces.items() if share >= least or piece == own}
    kept[own] = kept.get(own, 0.0) + ms - sum(kept.values())
    return dict(sorted(kept.items(), key=lambda item: (-item[1], item[0])))


def own_piece(subject: Subject, namespaces: frozenset[str]) -> str:
    """Return the piece that a subject's own work counts as; a call's is apart from its package's imports."""
    return call_piece(subject.name) if subject.setup else piece_of(subject.name, namespaces)


def piece_of(module: str, namespaces: frozenset[str]) -> str:
    """Return the piece a module counts as: its top-level package, below namespace packages the first real one, and the
    standard library by its modules: two imports seldom share all of it. An accelerator (_json) is its module's (json).
    """
    names = module.split(".")
    if names[0] in sys.stdlib_module_names:
        return f"{STDLIB}/{names[0].lstrip('_') or names[0]}"
    if names[0].startswith("_sysconfigdata"):  # named after the platform, so in no list of the standard library
        return f"{STDLIB}/sysconfig"
    depth = 1
    while depth < len(names) and ".".join(names[:depth]) in namespaces:
        depth += 1
    return ".".join(names[:depth])


def portable(message: str) -> str:
    """Return an error message without the folders of this machine."""
    return MACHINE_PATH.sub("", message)
