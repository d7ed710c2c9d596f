"""Chains of every kind, longer than Python's stack is deep: each is followed, and costs no other file its findings."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from conftest import COSTS, Flake8
from installed_programs import INSTALLED

LONG = 400
SCRIPT = str(Path(sys.executable).parent / "flask-startup")
Write = Callable[[Mapping[str, str]], Path]


def line(start: str, each: str, end: str = "") -> str:
    """A program in which each of LONG statements goes on from the one before; `{one}` and `{before}` are numbers."""
    return start + "".join(each.format(one=n, before=n - 1) for n in range(1, LONG)) + end.format(last=LONG - 1)


GO = "def f0():\n    import hit_{name}\n    return f0\n"
# Modules that load "hit_" and their own name at the end of a chain.
CHAINS = {
    "helpers": line(GO, "def f{one}():\n    return f{before}()\n", "f{last}()\n"),
    "aliases": line(GO, "f{one} = f{before}\n", "f{last}()\n"),
    "attempts": line(GO, "try:\n    import f{one}\nexcept ImportError:\n    f{one} = f{before}\n", "f{last}()\n"),
    "conditions": line(GO, "f{one} = f{before} if f0 else None\n", "f{last}()\n"),
    "choices": line(GO, "f{one} = None or f{before}\n", "f{last}()\n"),
    "unpacked": line(GO, "f{one}, g{one} = f{before}, 1\n", "f{last}()\n"),
    "lists": line(GO, "f{one} = [f{before}][0]\n", "f{last}()\n"),
    "comprehensions": line(f"{GO}x0 = [f0]\n", "x{one} = [x for x in x{before}]\n", "for f in x{last}:\n    f()\n"),
    "partials": line(f"from functools import partial\n{GO}", "f{one} = partial(f{before})\n", "f{last}()\n"),
    "lambdas": line(GO, "f{one} = lambda: f{before}()\n", "f{last}()\n"),
    "parameters": line(
        "def f0(x):\n    __import__(x)\n", "def f{one}(x):\n    f{before}(x)\n", "f{last}('hit_parameters')\n"
    ),
    "bases": line(
        "class C0:\n    def go(self):\n        import hit_{name}\n", "class C{one}(C{before}):\n    x = 1\n",
        "C{last}().go()\n",
    ),
    "decorators": line(
        "def d0(f):\n    return f\n", "def d{one}(f):\n    return d{before}(f)\n",
        "@d{last}\ndef view():\n    import hit_{{name}}\nview()\n",
    ),
    "properties": line(
        "class C:\n    @property\n    def p0(self):\n        import hit_{name}\n        return self\n",
        "    @property\n    def p{one}(self):\n        return self.p{before}\n", "C().p{last}.x()\n",
    ),
    "attributes": line(
        f"{GO}class C:\n    def __init__(self):\n        self.p0 = f0\n", "        self.p{one} = self.p{before}\n",
        "C().p{last}()\n",
    ),
    "strings": line("x0 = 'hit_strings'\n", "x{one} = '' + x{before}\n", "__import__(x{last})\n"),
}  # fmt: skip
# Statements that are nested deep themselves; what they are is not known, but they are read to their end.
NESTED = {
    "sum": f"x = {' + '.join(['app'] * 900)}\n",
    "power": f"x = {' ** '.join(['1'] * 900)}\n",
    "path": f"x = app{'.a' * 900}\nx()\napp{'.a' * 900}()\n",
    "called": f"x = app{'()' * 900}\nx.y()\n",
    "items_of_items": f"x = app{'[0]' * 900}\nx.y()\n",
    "methods": f"x = app{'.a()' * 900}\nx.y()\n",
    "negated": f"if {'not ' * 900}app:\n    import hit_negated\n",
    "conditional": f"x = {'1 if app else ' * 900}2\n",
    "awaited": f"async def f():\n    {'await (' * 90}app{')' * 90}\n",
    "annotated": f"def f(x: {'None | ' * 900}None, y: {'Optional[' * 90}int{']' * 90}):\n    pass\nf()\n",
    "lambda_in_lambda": f"x = {'lambda: ' * 300}app\nx{'()' * 300}\n",
    "call_in_call": f"x = {'str(' * 90}app{')' * 90}\n",
    "list_in_list": f"x = {'[' * 90}app{']' * 90}\nfor {'(' * 90}y,{')' * 90} in x:\n    y()\n",
    "class_in_class": "".join(f"{' ' * at}class C{at}:\n" for at in range(90)) + f"{' ' * 90}x = app\n",
    "if_in_if": "".join(f"{' ' * at}if app:\n" for at in range(90)) + f"{' ' * 90}import hit_if_in_if\n",
    "elifs": "if app:\n    pass\n" + "".join(f"elif app.x{n}:\n    pass\n" for n in range(900)),
}
CIRCLES = {
    "items": line("d = {{'k0': app}}\n", "d['k{one}'] = d['k{before}']\n", "d['k{last}']()\n"),
    "names_in_a_circle": "".join(f"x{n} = x{(n + 1) % LONG}\n" for n in range(LONG)) + "x0.y()\n",
    "calls_in_a_circle": "".join(f"def f{n}():\n    return f{(n + 1) % LONG}()\n" for n in range(LONG)) + "f0()\n",
    "bases_in_a_circle": "".join(f"class C{n}(C{(n + 1) % LONG}):\n    pass\n" for n in range(LONG)) + "C0().y()\n",
}


def modules(start: str, each: str, end: str) -> dict[str, str]:
    """The files of a chain of modules."""
    files = {f"{start}{n}.py": each.format(following=f"{start}{n + 1}") for n in range(LONG)}
    return files | {f"{start}{LONG}.py": end}


@pytest.fixture
def project(write: Write) -> Path:
    ends = "def go():\n    import hit_{name}\n"
    between = (
        modules("taken", "from {following} import go\n", ends.format(name="taken"))
        | modules("starred", "from {following} import *\n", ends.format(name="starred"))
        | modules("derived", "from {following} import C as B\nclass C(B):\n    pass\n", "class C:\n    def go(self):\n"
                  "        import hit_derived\n")
    )  # fmt: skip
    own = {**CHAINS, **NESTED, **CIRCLES}
    imports = "".join(f"import {name}\n" for name in own)
    calls = "import taken0, starred0, derived0\ntaken0.go()\nstarred0.go()\nderived0.C().go()\n"
    files = {f"{name}.py": text.replace("{name}", name) for name, text in own.items()}
    files |= {name.replace("/", ""): text for name, text in between.items()}
    hits = [*CHAINS, "taken", "starred", "derived"]
    files |= {f"hit_{name}.py": "" for name in [*hits, "negated", "if_in_if"]}
    heavy = "import pandas\nimport flask\napp = flask.Flask(__name__)\n"
    main = f"{heavy}{imports}{calls}app.run(debug=True)\n"
    return write({**files, "main.py": main, "beside.py": "import pandas\ndef f():\n    return pandas\n"})


def codes(output: str, file: str) -> list[str]:
    return [line.split()[1] for line in output.splitlines() if line.startswith(f"./{file}:")]


def test_the_report_follows_every_chain(project: Path) -> None:
    done = INSTALLED.run(
        "flask-startup", "report", "--app", "main", "--costs", str(COSTS), "--format", "json", folder=project
    )
    assert (done.returncode, done.stderr) == (0, "")
    loaded = {each["name"] for each in json.loads(done.stdout)["modules"]}
    assert [name for name in [*CHAINS, "taken", "starred", "derived"] if f"hit_{name}" not in loaded] == []
    assert {*CHAINS, *NESTED, *CIRCLES} <= loaded
    assert "cannot be followed" not in done.stdout


@pytest.mark.parametrize("entry", [(), ("--fst-app=main",)])
def test_no_file_loses_its_findings(entry: tuple[str, ...], project: Path, flake8: Flake8) -> None:
    options = (*entry, f"--fst-costs={COSTS}", "--fst-cache=off")
    checked = INSTALLED.run("flask-startup", "check", *options, ".", folder=project)
    assert "not checked" not in checked.stderr
    assert {"FST201", "FST301"} <= set(codes(checked.stdout, "main.py"))
    assert codes(checked.stdout, "beside.py") == ([] if entry else ["FST101"])
    linted = flake8("-j1", *options, "main.py", "beside.py", *(f"{name}.py" for name in (*CHAINS, *CIRCLES)))
    assert linted.stderr == ""
    for file in ("main.py", "beside.py"):
        assert codes(f"./{linted.stdout}".replace("\n", "\n./"), file) == codes(checked.stdout, file)
