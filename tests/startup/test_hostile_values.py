"""Whatever strings and numbers a program holds, following it raises nothing, and takes a bounded number of steps."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable
from pathlib import Path
from textwrap import indent
from types import FrameType

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from flake8_flask_startup.model import UNKNOWN
from flake8_flask_startup.project.modules import Project
from flake8_flask_startup.startup.boot import Loader
from flake8_flask_startup.startup.graph.trace import Trace
from flake8_flask_startup.startup.interpreter.tracer import trace

ODD = (
    "", ".", "..", "...", "/", "//", "./", "../..", "\0", "a\0b", "\ud800", "a" * 5_000, "./" * 2_000, "." * 3_000,
    "%s", "%s" * 999, "%", "%(a)s", "%1000000000d", "{}", "{0}" * 999, "{", "}", "{:>1000000000}",
    "{" + "9" * 5_000 + "}",
    "{a.b[c]}", "*", "**", "**/" * 30 + "x", "[", "[!", "?", "\n", "\r\n", "\t", " ", ":", "a:b", "a.b", ".a", "a.",
    "a..b", "-", "\N{LATIN SMALL LETTER SHARP S}", "\N{ARABIC-INDIC DIGIT ONE}", "sys", "main", "__main__", "os.path",
    "C:\\",
    "~", "$HOME", "\\", "'", '"', "#", "(", "()", "[]", "<lambda 1:2>", "object", "self",
)  # fmt: skip
TEXTS = st.sampled_from(ODD) | st.text(max_size=20) | st.lists(st.sampled_from(ODD), max_size=4).map("".join)
NUMBERS = st.sampled_from([0, 1, -1, 2, 10**9, -(10**9), 2**64, 10**400]) | st.integers()

# T and U are strings, N is a number. Each line stands by itself.
STATEMENTS = """
importlib.import_module(T)
importlib.import_module(T, U)
__import__(T, level=N)
__import__(T, None, None, [U], N)
__import__(T, level=float("inf"))
importlib.util.spec_from_file_location(T, "/" + U)
importlib.util.spec_from_file_location(T, U)
runpy.run_path("/" + T)
exec(open(T).read())
app.config.from_pyfile(T)
[importlib.import_module(line.strip(U)) for line in open("names.txt")]
importlib.import_module(yaml.safe_load(open("names.yaml"))[N])
importlib.import_module(yaml.safe_load(T))
importlib.import_module(T if int(float(os.getenv(U, T))) > N else U)
if float(int(os.getenv(U, T))) > N or int(float(os.getenv(T, "inf"))): importlib.import_module(U)
[importlib.import_module(each) for each in itertools.chain(*[T, U], *[T])]
importlib.import_module(os.path.splitext(T)[0])
importlib.import_module(f"{T}{U}")
importlib.import_module(f"{T:>1000000000}")
importlib.import_module(f"{T!r:{U}}")
importlib.import_module(T + U, package=T)
importlib.import_module(T * 10**9)
importlib.import_module(T * N + U)
importlib.import_module(T % (U,))
importlib.import_module(T % U)
importlib.import_module("%s.%s" % (T, U))
importlib.import_module("{}.{}".format(T, U))
importlib.import_module(T.format(U, U))
importlib.import_module(T.join([U, T]))
importlib.import_module(",".join([T, U]))
importlib.import_module(",".join((T, U)))
importlib.import_module(T.join(T.split(U)))
importlib.import_module(T.replace("", U))
importlib.import_module(T.replace(U, T, N))
importlib.import_module(T.zfill(N).ljust(N).rjust(N, U).center(N))
importlib.import_module(T.expandtabs(N))
importlib.import_module(T.translate(U).encode(U).decode(T))
importlib.import_module(T.strip(U).lstrip(U).rstrip(U).title().upper().lower().capitalize())
importlib.import_module(T.removeprefix(U).removesuffix(T))
importlib.import_module(T[N])
importlib.import_module(T[len(U):])
importlib.import_module(T[len(U) + 1:])
importlib.import_module(T[::N])
importlib.import_module(int(T) ** N << N)
importlib.import_module(os.path.join(T, U))
importlib.import_module(os.path.join(T, U, T, U, T))
importlib.import_module(os.path.basename(T))
importlib.import_module(os.path.dirname(os.path.dirname(T)))
importlib.import_module(os.path.abspath(os.path.normpath(T)))
importlib.import_module(os.path.relpath(T, U))
importlib.import_module(os.path.relpath(T, U, T, U))
importlib.import_module(os.path.relpath(T))
importlib.import_module(os.path.realpath(os.path.expanduser(T)))
importlib.import_module(pathlib.Path(T, U).stem)
importlib.import_module(pathlib.Path(T).parent.parent.name)
importlib.import_module(pathlib.Path(T).joinpath(U).relative_to(T).as_posix())
importlib.import_module(pathlib.Path(T).relative_to(U))
importlib.import_module(pathlib.Path(T).with_suffix(U).absolute().resolve())
importlib.import_module(pathlib.Path(T).parts[N])
importlib.import_module(pathlib.Path(T).parents[N])
importlib.import_module((pathlib.Path(T) / U).name)
importlib.import_module(os.environ.get(T, U))
importlib.import_module({T: U}[T])
importlib.import_module({T: U}.get(U, T))
importlib.import_module([T, U][N])
importlib.import_module(([T] * N)[0])
importlib.import_module(re.sub(T, U, T))
importlib.import_module(sorted([T, U])[0])
importlib.import_module(str(T))
importlib.import_module(T, *U)
importlib.import_module(name=T)
importlib.import_module()
__import__(T, {}, {}, [U], N)
__import__(T, fromlist=U)
werkzeug.utils.import_string(T)
werkzeug.utils.find_modules(T)
werkzeug.utils.import_string(T + ":" + U)
pkgutil.resolve_name(T)
app.config.from_object(T)
app.config[T] = U
app.config.update({T: U})
app.config.from_mapping(**{T: U})
importlib.import_module(app.config[T])
importlib.import_module(app.config.get(T, U))
getattr(app, T)()
getattr(holder, T)()
getattr(holder, "_set_" + T)(U)
getattr(holder, T + "_set")(U)
getattr(sys.modules[__name__], T)()
getattr(importlib.import_module(T), U)()
setattr(holder, T, U)
holder[T] = U
holder[T].x.append(U)
sys.path.insert(N, T)
sys.path.append(os.path.join(T, U))
site.addsitedir(T)
pkg_resources.resource_string(T, U)
importlib.resources.files(T)
for name in os.listdir(T): importlib.import_module(name)
for name in glob.glob(T): importlib.import_module(name)
for name in glob.glob(os.path.join(T, U)): importlib.import_module(name)
for name in pathlib.Path(T).glob(U): importlib.import_module(name.stem)
for name in pathlib.Path(T).rglob(U): importlib.import_module(name.stem)
for name in pathlib.Path(T).iterdir(): importlib.import_module(name.stem)
for top, folders, files in os.walk(T): importlib.import_module(os.path.join(top, files[0]))
for _, name, _ in pkgutil.iter_modules([T], U): importlib.import_module(name)
for _, name, _ in pkgutil.walk_packages([T], U): importlib.import_module(name)
for name in werkzeug.utils.find_modules(T): werkzeug.utils.import_string(name)
for name in T.split(U): importlib.import_module(name)
for name in T.rsplit(U, N): importlib.import_module(name)
for name in T.partition(U): importlib.import_module(name)
for name in T.rpartition(U): importlib.import_module(name)
for name in range(10**12): importlib.import_module(T + str(name))
for name in itertools.chain([T], [U]): importlib.import_module(name)
for name in itertools.chain.from_iterable([[T], [U]]): importlib.import_module(name)
for name in itertools.product(T, U, repeat=N): importlib.import_module(name[0])
for name in itertools.product(*[[T, U]] * 30): importlib.import_module(name[0])
for name in itertools.product(ab, ab, ab, ab, ab, ab, ab, ab, ab, ab): importlib.import_module(T + name[0])
for name in itertools.permutations(T * N): importlib.import_module(name[0])
for name in itertools.islice([T, U], N): importlib.import_module(name)
for name in itertools.islice([T, U], 0, N, 0): importlib.import_module(name)
for name in itertools.islice([T, U], -1, None, 1000000000000000000000000000000): importlib.import_module(name)
for name in itertools.compress([T, U], [N, T]): importlib.import_module(name)
for name in itertools.takewhile(str, [T, U]): importlib.import_module(name)
for name in itertools.dropwhile(follow, [T, U]): importlib.import_module(name)
for name, rows in itertools.groupby([T, U], len): importlib.import_module(name)
for name, other in itertools.zip_longest([T], [U, T]): importlib.import_module(f"{name}{other}")
for name in sorted([T, U, N], reverse=N): importlib.import_module(name)
for name in sum([[T], [U]], [T]): importlib.import_module(name)
for name in collections.Counter([T, U]): importlib.import_module(name)
for name in dict.fromkeys([T, U], N): importlib.import_module(name)
importlib.import_module(min(T, U, key=len))
importlib.import_module(max([T, U, 1, None, (T,), ((U,),)]))
importlib.import_module(collections.ChainMap({T: U}, {U: T})[T])
importlib.import_module(next(iter([T, U]), U))
importlib.import_module(json.loads(T)[U])
importlib.import_module(json.loads("[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]")[N])
importlib.import_module(json.load(open(T))[U])
importlib.import_module(json.loads(pathlib.Path(T).with_name(U).read_text())[N])
importlib.import_module(json.load(open("deep.json"))[N])
importlib.import_module(tomllib.loads(T)[U])
importlib.import_module(tomllib.loads(T + "=" + U)[T])
app.config.from_pyfile(T); importlib.import_module(app.config[U])
app.config.from_file(T, load=json.load); importlib.import_module(app.config[U])
app.config.from_pyfile("deep.cfg"); importlib.import_module(app.config["A"])
for place, name in enumerate([T, U]): importlib.import_module(name)
for one, other in zip([T], [U]): importlib.import_module(one + other)
for name in map(str, [T, U]): importlib.import_module(name)
for name in filter(None, [T, U]): importlib.import_module(name)
for name in [T + each for each in (T, U)]: importlib.import_module(name)
for name in {each: U for each in T.split()}: importlib.import_module(name)
for name in reversed(list(dict.fromkeys([T, U]))): importlib.import_module(name)
many += [T]; importlib.import_module(many[0])
many.append(U); importlib.import_module(many[N])
grown += T; importlib.import_module(grown)
type(T, (Holder,), {U: T})().x()
functools.partial(importlib.import_module, T)()
exec(T)
runpy.run_module(T)
""".strip().splitlines()  # fmt: skip
HEAD = """\
import collections, functools, glob, importlib, importlib.resources, itertools, json, os, pathlib
import pkg_resources, pkgutil, re, runpy, site, sys, tomllib, werkzeug.utils, yaml
from flask import Flask
app = Flask(__name__)
class Holder:
    x = []
    def __init__(self):
        self.y = {}
        self._set_a = self.y
holder = Holder()
def follow(given):
    return given == T
many = []
ab = ["a", "b", "c", "d", "e", "f", "g", "h"]
grown = ""
"""
MAX_CALLS = 3_000_000  # of Python functions; a whole program of the above takes a fifth


def followed(folder: Path, text: str) -> Trace:
    """The boot of a module with a text; fails if that takes too many calls."""
    left = MAX_CALLS

    def count(_: FrameType, event: str, __: object) -> None:
        nonlocal left
        left -= event == "call"
        assert left > 0, "too many steps"

    project = Project([folder], overlay={folder / "main.py": text})
    before = sys.getprofile()
    sys.setprofile(count)
    try:
        found = trace(project, ["main"])
    finally:
        sys.setprofile(before)
    assert found.loaded[0].name == "main"
    searched = (Path(os.path.abspath(each)) for each in project.folders.searched)  # noqa: PTH100  # no path resolves
    assert [each for each in searched if not each.is_relative_to(folder)] == []
    assert not [each for each in found.unresolved if "cannot be" in each.reason or "too long" in each.reason]
    return found


def written(lines: Iterable[str], one: str, other: str, number: int) -> str:
    """A program of statements, in module code and once more with the values as parameters."""
    body = "\n".join(lines)
    start = f"{HEAD}T, U, N = {one!r}, {other!r}, {number if number.bit_length() < 10_000 else 0}\n"
    call = "f(T, U, N)\nclass K:\n    T, U = T, U\n    def m(self):\n        return f(self.T, self.U, 0)\nK().m()\n"
    return f"{start}{body}\ndef f(T, U, N):\n    global many, grown\n{indent(body, '    ')}\n    return T\n{call}"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small project among more modules than may be looked through."""
    top = tmp_path_factory.mktemp("many")
    for number in range(600):
        (top / f"p{number}").mkdir()
        (top / f"p{number}" / "__init__.py").touch()
        (top / f"m{number}.py").touch()
    found = top / "project"
    found.mkdir()
    (found / "main.py").write_text("")
    (found / "names.txt").write_text("".join(f"{each}\n" for each in ODD).encode(errors="replace").decode())
    (found / "names.yaml").write_text("- a.b\n- '..'\n- {x: [1e999, 0x" + "9" * 900 + "]}\n")
    (found / "deep.json").write_text("[" * 900 + "]" * 900)
    (found / "deep.cfg").write_text(f"A = {'[' * 150}{']' * 150}\n")
    (found / "a").mkdir()
    (found / "a" / "__init__.py").write_text("")
    (found / "a" / "b.py").write_text("")
    return found


@given(lines=st.lists(st.sampled_from(STATEMENTS), max_size=6), one=TEXTS, other=TEXTS, number=NUMBERS)
@settings(max_examples=150, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
def test_no_value_raises_or_hangs(
    folder: Path, monkeypatch: pytest.MonkeyPatch, lines: list[str], one: str, other: str, number: int
) -> None:
    monkeypatch.chdir(folder)
    followed(folder, written(lines, one, other, number))


@pytest.mark.parametrize("at", range(len(ODD)))
def test_every_statement_with_every_odd_value(folder: Path, monkeypatch: pytest.MonkeyPatch, at: int) -> None:
    monkeypatch.chdir(folder)
    followed(folder, written(STATEMENTS, ODD[at], ODD[(at * 7 + 3) % len(ODD)], 10**9))
    followed(folder, written(STATEMENTS, ODD[at], "", -1))


@pytest.mark.parametrize(
    ("name", "module", "expected"),
    [
        (f"shop.{UNKNOWN}", "shop.views", True),
        (f"shop.{UNKNOWN}.views", "shop.views", False),  # the dots are not one
        (f"{UNKNOWN}ab{UNKNOWN}ba", "xaba", False),  # nor is the b
        (f"{UNKNOWN}ab{UNKNOWN}ba", "xabba", True),
        ("shop", "shop.views", False),
        ("a".join([UNKNOWN] * 100) + "!", "a" * 500, False),  # `re` would try all ways to share the letters out
    ],
)
def test_a_name_with_unknown_parts_may_be_a_module(name: str, module: str, expected: bool) -> None:
    assert Loader("shop.py", 1, (name,)).may_reach(module) is expected
