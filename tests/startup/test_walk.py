"""Startup followed step by step: each case is run by Python as well, which has to load the same."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from types import ModuleType

import pytest

from flake8_flask_startup.check import lockfile
from flake8_flask_startup.fix import steps
from flake8_flask_startup.fix.factory import steps as factory_steps
from flake8_flask_startup.project.modules import Project
from flake8_flask_startup.report import processes
from flake8_flask_startup.startup import trace_cache, traced_boot
from flake8_flask_startup.startup.exact import operators
from flake8_flask_startup.startup.exact.worlds import walked
from flake8_flask_startup.startup.followed import trace
from flake8_flask_startup.startup.graph.trace import Trace
from pages import Case, cases

PAGES = sorted((Path(__file__).parents[1] / "steps").glob("*.md"))
CASES = [case for page in PAGES for case in cases(page)]
EMPTY = ("hit.py", "plugins/one.py", "plugins/two.py", "plugins/three.py")
RUN = """
import json, os, sys
sys.dont_write_bytecode = True
sys.path.insert(0, os.getcwd())
asked = []
class Spy:
    def find_spec(self, name, path=None, target=None):
        asked.append(name)
sys.meta_path.insert(0, Spy())
module, _, name = sys.argv[1].partition(":")
loaded = __import__(module)
if name:
    getattr(loaded, name)()
root = os.getcwd() + os.sep
modules = {name: sys.modules.get(name) for name in asked}
def places(each):
    return [getattr(each, "__file__", None) or "", *getattr(each, "__path__", ())]
places = {name: places(each) for name, each in modules.items()}
print(json.dumps([name for name, found in places.items() if any(str(each).startswith(root) for each in found)]))
"""


def written(folder: Path, files: dict[str, str]) -> None:
    for name, text in {**dict.fromkeys(EMPTY, ""), **files}.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


def own(found: Trace) -> Sequence[str]:
    """The modules of the project that a boot loads, those marked that need not be."""
    return [f"{each.name} ?" if each.conditional else each.name for each in found.loaded if each.origin.value == FIRST]


FIRST = "first-party"


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.page}: {case.title}")
def test_case(case: Case, tmp_path: Path) -> None:
    folder = tmp_path.resolve()
    files = dict(case.files)
    loaded = files.pop("loaded").splitlines()
    entry = files.pop("entry", loaded[0]).strip()
    written(folder, files)
    done = subprocess.run(
        [sys.executable, "-c", RUN, entry], cwd=folder, capture_output=True, text=True, check=True, timeout=60
    )
    assert json.loads(done.stdout.splitlines()[-1]) == loaded, "Python does something else"
    found = trace(Project([folder]), (entry,))
    assert own(found) == loaded
    assert not found.unresolved


@pytest.mark.parametrize(
    "source",
    [
        "import os\nfor name in os.environ:\n    import hit\n",
        "from elsewhere import wanted\nif wanted():\n    import hit\n",
        "import sys\nif len(sys.argv) > 1:\n    import hit\n",
        "import sys\nsys.path.insert(0, 'more')\nimport hit\n",
        "TEXT = 'a' * 10 ** 9\nimport hit\n",
        "TEXT = 'a' * 10_000\nTEXT = TEXT.replace('a', TEXT)\nimport hit\n",
        "NUMBER = 9 ** 9 ** 9\nimport hit\n",
        "TEXT = '{:99999999}'.format(1)\nimport hit\n",
        "TEXT = f'{1:99999999}'\nimport hit\n",
        "TEXT = '%099999999d' % 1\nimport hit\n",
        "while True:\n    pass\nimport hit\n",
        "def again():\n    again()\nagain()\nimport hit\n",
        "ALL = list(iter(int, 1))\nimport hit\n",
        "exec(open('more.txt').read())\nimport hit\n",
        "from elsewhere import do\ndef step():\n    import hit\ndo(step)\n",
        "from elsewhere import do\n@do\ndef step():\n    import hit\nstep()\n",
    ],
)
def test_the_walk_ends_where_something_is_not_known(source: str, tmp_path: Path) -> None:
    written(tmp_path, {"main.py": source})
    found = walked(Project([tmp_path]), ("main",))
    assert not found.is_whole
    assert "hit" not in [each.name for each, doubts in found.steps.items() if not doubts.conditional]


@pytest.mark.parametrize(
    ("source", "loaded"),
    [
        (
            "import os\nif os.getenv('MODE'):\n    import hit\nNAMES = map(__import__, ['plugins.one'])\n",
            ["hit ?"],
        ),
        ("import os\nif not os.environ.get('MODE'):\n    import hit\n", ["hit"]),
        (
            "from elsewhere import wanted\nif wanted():\n    import hit\nelse:\n    import plugins\n",
            ["hit ?", "plugins ?"],
        ),
        ("try:\n    import elsewhere\nexcept ImportError:\n    import hit\n", ["hit ?"]),
        ("import sys\nif sys.stdin.isatty():\n    sys.exit('no')\nimport hit\n", ["hit"]),
        ("import sys\nif sys.version_info < (3, 8):\n    import hit\n", []),
    ],
)
def test_what_nobody_knows_is_taken_either_way(source: str, loaded: list[str], tmp_path: Path) -> None:
    written(tmp_path, {"main.py": source})
    found = walked(Project([tmp_path]), ("main",))
    assert found.is_whole or "elsewhere" in source
    assert own(trace(Project([tmp_path]), ("main",)))[1:] == loaded


def test_what_the_walk_went_through_is_sure(tmp_path: Path) -> None:
    source = "NAMES = ['plugins.one', 'plugins.two']\nfor name in NAMES[:int('1')]:\n    __import__(name)\n"
    written(tmp_path, {"main.py": f"{source}from elsewhere import wanted\nif wanted():\n    import hit\n"})
    assert own(trace(Project([tmp_path]), ("main",)))[:3] == ["main", "plugins", "plugins.one"]
    assert "hit ?" in own(trace(Project([tmp_path]), ("main",)))


def test_a_library_that_is_called_may_load_more(tmp_path: Path) -> None:
    source = "from elsewhere import make\nmake('plugins.one:run')\n"
    written(tmp_path, {"main.py": source})
    found = trace(Project([tmp_path]), ("main",))
    assert found.unresolved


def test_functions_that_run_have_their_callers(tmp_path: Path) -> None:
    source = "def inner():\n    pass\n\n\ndef outer():\n    inner()\n\n\nTABLE = {1: outer}\nTABLE[int('1')]()\n"
    written(tmp_path, {"main.py": source})
    runs = trace(Project([tmp_path]), ("main",)).runs
    assert [(each.name, each.begins, each.caller, each.line) for each in runs] == [
        ("outer", 5, "", 10),
        ("inner", 1, "outer", 6),
    ]


GROWING = {
    "texts of texts": "s = 'ab'\n" + "s = '%s%s' % (s, s)\n" * 60,
    "texts by name": "s = 'ab'\n" + "s = '%(a)s%(a)s' % {'a': s}\n" * 60,
    "templates": "from string import Template\ns = 'ab'\n" + "s = Template('$a$a').substitute(a=s)\n" * 60,
    "hashes of tuples": "s = (1,)\n" + "s = (s, s)\n" * 60 + "d = {s: 1}\n",
    "tuples that are equal": "s = t = (1,)\n" + "s = (s, s)\nt = (t, t)\n" * 60 + "b = s == t\n",
    "texts of lists": "s = [0] * 900\nt = [s] * 900\nx = str([t] * 900)\n",
    "keys of comprehensions": "s = (1,)\n" + "s = (s, s)\n" * 60 + "d = {each: 1 for each in [s]}\n",
    "keys of fromkeys": "s = (1,)\n" + "s = (s, s)\n" * 60 + "d = dict.fromkeys([s])\n",
    "lists in themselves": "a, b = [], []\na.append(a)\nb.append(b)\nx = a == b\n",
    "queues": "from collections import deque\nd = deque([1]) * 10**9\n",
    "places": "x = round(5, -10**9)\n",
    "floats in ranges": "x = 0.5 in range(10**15)\n",
    "places in ranges": "x = range(10**15).index(0.5)\n",
    "code": "s = 'x = 1;' * 250\n" + "exec(s)\n" * 3000,
    "identities": "import importlib\nx = id(x) if (x := 1) else hash('a')\n",
    "which of a set": "x = {'a', 'b'}.pop()\n",
    "copies": "s = [0] * 9000\nkept = []\nfor _ in range(3000):\n    kept.append(s.copy())\n",
    "slices": "s = [0] * 9000\nkept = []\nfor _ in range(3000):\n    kept.append(s[1:])\n",
    "products": "s = [0] * 9000\nkept = []\nfor _ in range(3000):\n    kept.append(s * 2)\n",
    "parts of texts": "s = 'a ' * 6000\nkept = []\nfor _ in range(3000):\n    kept.append(s.split())\n",
    "mappings": "s = {each: 1 for each in range(3000)}\nkept = []\nfor _ in range(3000):\n    kept.append({**s})\n",
    "loops without end": "while True:\n    pass\n",
    "generators without end": "def g():\n    while True:\n        yield 1\nx = list(g())\n",
    "calls without end": "x = list(iter(int, 1))\n",
    "orderings": "import functools\nclass C:\n    def __le__(self, other):\n        return True\n"
    "try:\n    functools.total_ordering(C)\nexcept NotImplementedError:\n    pass\n",
    "names that are none": "x = getattr(1, ..., 2)\n",
}


@pytest.mark.parametrize("kind", GROWING)
def test_what_would_grow_or_differ_from_run_to_run_ends_the_walk(kind: str, tmp_path: Path) -> None:
    written(tmp_path, {"entry.py": f"{GROWING[kind]}import hit\n"})
    found = walked(Project([tmp_path]), ["entry"])
    assert [each.name for each in found.steps if each.name == "hit"] == []


def test_a_set_is_gone_through_in_one_order(tmp_path: Path) -> None:
    names = [f"m{at}" for at in range(9)]
    text = (
        f"import importlib\nfor each in {{{', '.join(map(repr, names[::-1]))}}}:\n    importlib.import_module(each)\n"
    )
    written(tmp_path, {"entry.py": text, **dict.fromkeys([f"{name}.py" for name in names], "")})
    found = walked(Project([tmp_path]), ["entry"])
    assert [each.name for each in found.steps if each.name in names] == names


def test_a_fault_of_the_walk_costs_no_more_than_the_walk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> object:
        raise AttributeError("a fault")

    written(tmp_path, {"entry.py": "import hit\nprint('x' in 'xy')\n"})
    monkeypatch.setattr(operators, "contains", broken)
    assert own(trace(Project([tmp_path]), ["entry"])) == ["entry", "hit"]


@pytest.mark.parametrize("module", [factory_steps, lockfile, processes, steps, trace_cache, traced_boot])
def test_all_commands_use_one_trace(module: ModuleType) -> None:
    assert vars(module)["trace"] is trace
