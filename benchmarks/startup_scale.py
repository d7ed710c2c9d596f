"""Does the trace grow with the project and no faster? `python benchmarks/startup_scale.py`

Draws up the boots of made-up projects of 500 to 5,000 modules in the shapes that hurt a recursive or quadratic walk,
and holds the CPU time against the number of modules. Every module must be found.
"""

from __future__ import annotations

import platform
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import click

from flake8_flask_startup.project.modules import Project
from flake8_flask_startup.startup.interpreter.tracer import trace

SIZES = (500, 1_000, 2_000, 5_000)
RUNS = 3  # the quickest counts
RESULT = Path(__file__).parent / "results" / "startup_scale.md"

Files = Iterator[tuple[str, str]]


def chain(size: int) -> Files:
    """Each module imports the next."""
    for number in range(size):
        yield f"m{number}", f"import m{number + 1}\n" if number + 1 < size else ""


def fan(size: int) -> Files:
    """One module imports all others."""
    yield "m0", "".join(f"import m{number}\n" for number in range(1, size))
    for number in range(1, size):
        yield f"m{number}", ""


def cycle(size: int) -> Files:
    """A ring of modules that take a name from the next and from the first."""
    for number in range(size):
        following = (number + 1) % size
        yield f"m{number}", f"from m{following} import x as y\nfrom m0 import x as z\nx = {number}\n"


def call_chain(size: int) -> Files:
    """Each module's function imports the next and calls it, as deep as there are modules."""
    for number in range(size):
        inner = (
            f"    from m{number + 1} import go\n\n    return go(given)\n" if number + 1 < size else "    return given\n"
        )
        start = "\n\ngo('x')\n" if not number else ""
        yield f"m{number}", f"def go(given):\n{inner}{start}"


def classes(size: int) -> Files:
    """Each module's class derives from that of the next, ten deep, and is instantiated."""
    for number in range(size):
        following = number + 1
        imported = f"import m{following}\n" if following < size else ""
        base = f"m{following}.C{following}" if following % 10 and following < size else ""
        body = f"    def __init__(self):\n        self.x = {number}\n"
        yield f"m{number}", f"{imported}class C{number}({base}):\n{body}C{number}()\n"


def registry(size: int) -> Files:
    """An app that is passed to a function of every other module, which stores something on it."""
    imports = "".join(f"import m{number}\nm{number}.init(app)\n" for number in range(1, size))
    yield "m0", f"from flask import Flask\napp = Flask(__name__)\n{imports}"
    for number in range(1, size):
        yield f"m{number}", f"def init(app):\n    app.part{number} = {number}\n    app.part{number}.start()\n"


SHAPES: dict[str, Callable[[int], Files]] = {
    "chain": chain,
    "fan": fan,
    "cycle": cycle,
    "call chain": call_chain,
    "classes": classes,
    "registry": registry,
}


def seconds(shape: str, size: int) -> float:
    """Return the CPU time of a trace over a project of a shape and size; fails unless it finds every module."""
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        for name, text in SHAPES[shape](size):
            (folder / f"{name}.py").write_text(text, encoding="utf-8")
        times = []
        for _ in range(RUNS):
            begun = time.process_time()
            found = trace(Project([folder]), ["m0"])
            times.append(time.process_time() - begun)
    own = sum(each.name.startswith("m") for each in found.loaded)
    if own != size or found.unresolved:
        raise click.ClickException(f"{shape}, {size}: {own} modules found, unresolved {found.unresolved[:3]}")
    return min(times)


@click.command()
def main() -> None:
    """Time every shape at every size and write the table."""
    heads = "".join(f" {size:,} modules |" for size in SIZES)
    lines = [f"| shape |{heads} ms per module, 5,000 to 500 |", "| --- |" + " ---: |" * (len(SIZES) + 1)]
    for shape in SHAPES:
        times = [seconds(shape, size) for size in SIZES]
        growth = (times[-1] / SIZES[-1]) / (times[0] / SIZES[0])
        cells = "".join(f" {each:.2f} s |" for each in times)
        lines.append(f"| {shape} |{cells} {growth:.2f} times |")
        click.echo(lines[-1])
    text = "\n".join([
        "# The trace over made-up projects", "",
        f"`python benchmarks/startup_scale.py`: CPU seconds, the quickest of {RUNS} runs, Python"
        f" {platform.python_version()}; every module is found.",
        "Linear growth would be 1.00 times in the last column.", "", *lines, "",
    ])  # fmt: skip
    RESULT.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
