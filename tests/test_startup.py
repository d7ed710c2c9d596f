"""The static startup trace over small projects: what is loaded, under what condition, and what cannot be known."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from textwrap import dedent

import pytest

from flake8_flask_startup.project import Origin, Project
from flake8_flask_startup.startup import Trace, trace


class Boot:
    """A project written to a folder and traced from one entry."""

    def __init__(self, folder: Path, files: Mapping[str, str], *entries: str, env: Path | None = None) -> None:
        for name, text in files.items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(dedent(text), encoding="utf-8")
        self.trace: Trace = trace(Project([folder], env=env), entries)

    @property
    def names(self) -> list[str]:
        return [each.name for each in self.trace.loaded if each.origin is Origin.FIRST_PARTY]

    @property
    def conditional(self) -> list[str]:
        return [each.name for each in self.trace.loaded if each.conditional and each.origin is Origin.FIRST_PARTY]

    @property
    def outside(self) -> list[str]:
        return [each.name for each in self.trace.loaded if each.origin is Origin.THIRD_PARTY]

    @property
    def reasons(self) -> list[str]:
        return [each.reason for each in self.trace.unresolved]


def modules(*names: str) -> dict[str, str]:
    """Empty modules, and the packages they lie in."""
    files = {}
    for name in names:
        *packages, last = name.split(".")
        for end in range(1, len(packages) + 1):
            files["/".join(packages[:end]) + "/__init__.py"] = ""
        files["/".join([*packages, last]) + ".py"] = ""
    return files


def test_imports_in_the_order_they_happen(tmp_path: Path) -> None:
    boot = Boot(tmp_path, {"a.py": "import b.c\nimport d\n", **modules("b.c", "d", "never")}, "a")
    assert boot.names == ["a", "b", "b.c", "d"]


def test_a_function_counts_when_startup_calls_it(tmp_path: Path) -> None:
    app = """
        def create_app():
            from . import called
            helper()

        def helper():
            from . import deep

        def view():
            from . import never
    """
    boot = Boot(
        tmp_path,
        {"app/__init__.py": app, **modules("app.called", "app.deep", "app.never")} | {"app/__init__.py": app},
        "app:create_app",
    )
    assert boot.names == ["app", "app.called", "app.deep"]


FUNCTION_CASES = {
    "method of an instance": "class A:\n    def go(self):\n        import hit\nA().go()\n",
    "constructor": "class A:\n    def __init__(self):\n        import hit\nA()\n",
    "inherited constructor": "class B:\n    def __init__(self):\n        import hit\nclass A(B): ...\nA()\n",
    "super": "class B:\n    def go(self):\n        import hit\nclass A(B):\n    def go(self):\n        super().go()\nA().go()\n",
    "overridden hook": "class B:\n    def run(self):\n        self.hook()\nclass A(B):\n    def hook(self):\n        import hit\nA().run()\n",
    "class method": "class A:\n    @classmethod\n    def make(cls):\n        cls.load()\n    @staticmethod\n    def load():\n        import hit\nA.make()\n",
    "call of an instance": "class A:\n    def __call__(self):\n        import hit\na = A()\na()\n",
    "instance attribute": "class L:\n    def go(self):\n        import hit\nclass A:\n    def __init__(self):\n        self.loader = L()\n        self.loader.go()\nA()\n",
    "with target": "class A:\n    def __enter__(self):\n        import hit\n    def __exit__(self, *_): ...\nwith A():\n    pass\n",
    "decorator of its own": "def deco(f):\n    import hit\n    return f\n@deco\ndef view(): ...\n",
    "callable passed on": "def run(f):\n    f()\ndef load():\n    import hit\nrun(load)\n",
    "callable in a list": "def load():\n    import hit\nfor f in [load]:\n    f()\n",
    "callable in a mapping": "def load():\n    import hit\nT = {'a': load}\nT['a']()\n",
    "map": "def load(x):\n    import hit\nlist(map(load, [1]))\n",
    "partial": "from functools import partial\ndef load(x):\n    import hit\nf = partial(load, 1)\nf()\n",
    "lambda": "def load():\n    import hit\nf = lambda: load()\nf()\n",
    "returned function": "def outer():\n    def inner():\n        import hit\n    return inner\nouter()()\n",
    "default argument": "def load():\n    import hit\ndef run(f=load):\n    f()\nrun()\n",
    "keyword argument": "def load():\n    import hit\ndef run(*, f):\n    f()\nrun(f=load)\n",
    "parameter with an annotation": "class A:\n    def go(self):\n        import hit\ndef run(a: A):\n    a.go()\nrun(make())\n",
    "argument of a later call": "def run(f):\n    f()\ndef one(): ...\ndef two():\n    import hit\nrun(one)\nrun(two)\n",
    "property": "class L:\n    def go(self):\n        import hit\nclass A:\n    @property\n    def l(self):\n        return L()\nA().l.go()\n",
    "import_module": "import importlib\nimportlib.import_module('hit')\n",
    "__import__": "__import__('hit')\n",
    "a list of names": "from importlib import import_module\nfor name in ['hit']:\n    import_module(name)\n",
    "a template": "from importlib import import_module\nfor name in ('i', 'x'):\n    import_module(f'h{name}t')\n",
    "a concatenation": "from importlib import import_module\nimport_module('h' + 'it')\n",
    "percent": "from importlib import import_module\nimport_module('h%st' % 'i')\n",
    "import_string": "from werkzeug.utils import import_string\nimport_string('hit:name')\n",
    "an object's path": "from werkzeug.utils import import_string\nimport_string('hit.name')\n",
    "from_object": "from flask import Flask\napp = Flask(__name__)\napp.config.from_object('hit.Config')\n",
    "container filled later": "FS = []\ndef register(f):\n    FS.append(f)\n    return f\n@register\ndef load():\n    import hit\nfor f in FS:\n    f()\n",
    "unpacked pairs": "def load():\n    import hit\nfor name, f in [('a', load)]:\n    f()\n",
    "a blueprint's own register": "from flask import Blueprint, Flask\nclass B(Blueprint):\n    def register(self, app, options):\n        import hit\napp = Flask(__name__)\napp.register_blueprint(B('b', __name__))\n",
    "record_once": "from flask import Blueprint\nbp = Blueprint('b', __name__)\n@bp.record_once\ndef setup(state):\n    import hit\n",
    "stored on the app": "from flask import Flask, current_app\napp = Flask(__name__)\ndef load():\n    import hit\napp.loader = load\ncurrent_app.loader()\n",
}  # fmt: skip


@pytest.mark.parametrize("source", FUNCTION_CASES.values(), ids=FUNCTION_CASES.keys())
def test_reaches(source: str, tmp_path: Path) -> None:
    boot = Boot(tmp_path, {"main.py": source, "hit.py": ""}, "main")
    assert boot.names == ["main", "hit"]


SILENT_CASES = {
    "a function nobody calls": "def load():\n    import hit\n",
    "a registered view": "from flask import Flask\napp = Flask(__name__)\n@app.route('/')\ndef view():\n    import hit\n",
    "a method nobody calls": "class A:\n    def go(self):\n        import hit\nA()\n",
    "TYPE_CHECKING": "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import hit\n",
    "the main block": "if __name__ == '__main__':\n    import hit\n",
    "lazy modules": "__lazy_modules__ = ['hit']\nimport hit\n",
    "a string that names no module": "from importlib import import_module\nimport_module('nowhere.at_all')\n",
    "a function that is kept": "import atexit\ndef load():\n    import hit\natexit.register(load)\n",
}


@pytest.mark.parametrize("source", SILENT_CASES.values(), ids=SILENT_CASES.keys())
def test_does_not_reach(source: str, tmp_path: Path) -> None:
    assert Boot(tmp_path, {"main.py": source, "hit.py": ""}, "main").names == ["main"]


WALKS = {
    "iter_modules": "import pkgutil\nfrom importlib import import_module\nfor _, name, _ in pkgutil.iter_modules(__path__):\n    import_module(f'{__name__}.{name}')\n",
    "iter_modules by attribute": "import pkgutil\nfrom importlib import import_module\nfor info in pkgutil.iter_modules(__path__):\n    import_module('.' + info.name, __name__)\n",
    "listdir": "import os\nfrom importlib import import_module\nfor name in os.listdir(os.path.dirname(__file__)):\n    if name.endswith('.py'):\n        import_module('plugins.' + name[:-3])\n",
    "glob": "import glob, os\nfrom importlib import import_module\nfor path in glob.glob(os.path.join(os.path.dirname(__file__), '*.py')):\n    import_module('.' + os.path.basename(path)[:-3], package='plugins')\n",
    "pathlib": "from pathlib import Path\nfrom importlib import import_module\nfor path in Path(__file__).parent.glob('*.py'):\n    import_module(f'plugins.{path.stem}')\n",
    "find_modules": "from werkzeug.utils import find_modules, import_string\nfor name in find_modules('plugins'):\n    import_string(name)\n",
    "through a function": "import os\nfrom importlib import import_module\ndef names():\n    found = []\n    for name in os.listdir(os.path.dirname(__file__)):\n        found.append(name.replace('.py', ''))\n    return found\nfor each in names():\n    import_module('plugins.{}'.format(each) if 0 else f'plugins.{each}')\n",
}  # fmt: skip


@pytest.mark.parametrize("source", WALKS.values(), ids=WALKS.keys())
def test_walks_over_a_package(source: str, tmp_path: Path) -> None:
    boot = Boot(tmp_path, {**modules("plugins.one", "plugins.two"), "plugins/__init__.py": source}, "plugins")
    assert boot.names == ["plugins", "plugins.one", "plugins.two"]


def test_conditions(tmp_path: Path) -> None:
    source = """
        import os
        import certain
        if os.environ.get("COVERAGE"):
            import unusual
        if not os.getenv("SKIP_PATCH"):
            import usual
        if certain.x:
            import either
        try:
            import optional
        except ImportError:
            import instead
    """
    names = ("certain", "unusual", "usual", "either", "optional", "instead")
    boot = Boot(tmp_path, {"main.py": source, **modules(*names), "either.py": "import behind", "behind.py": ""}, "main")
    assert boot.names == ["main", "certain", "unusual", "usual", "either", "behind", "optional", "instead"]
    assert boot.conditional == ["unusual", "either", "behind", "optional", "instead"]


def test_what_is_certain_by_another_way_is_certain(tmp_path: Path) -> None:
    boot = Boot(tmp_path, {"main.py": "import x\nif x.y:\n    import z\nimport z\n", **modules("x", "z")}, "main")
    assert boot.conditional == []


UNRESOLVED = {
    "configuration": ("import importlib\nimportlib.import_module(settings.PLUGIN)\n", "data or configuration name"),
    "entry points": ("from importlib.metadata import entry_points\nentry_points(group='x')\n", "installed packages"),
    "migrations": ("from flask_migrate import upgrade\nupgrade()\n", "alembic"),
    "a loader": ("import x\nspec = x.spec()\nspec.loader.exec_module(1)\n", "from a file"),
    "a module that is not there": ("from .gone import name\n", "no file for main.gone"),
}


@pytest.mark.parametrize(("source", "reason"), UNRESOLVED.values(), ids=UNRESOLVED.keys())
def test_unresolved_says_where_and_why(source: str, reason: str, tmp_path: Path) -> None:
    boot = Boot(tmp_path, {"main/__init__.py": source}, "main")
    assert len(boot.reasons) == 1
    assert reason in boot.reasons[0]
    assert boot.trace.unresolved[0].statement.line == len(source.splitlines())


def test_relative_imports_and_submodules(tmp_path: Path) -> None:
    files = {
        "app/__init__.py": "from . import views\nfrom .models import user as account, NAME\nNAME = 1\n",
        "app/views.py": "from .. import app\nfrom . import NAME\n",
        "app/models/__init__.py": "NAME = 1\n",
        "app/models/user.py": "from ...app.models import extra\n",
        "app/models/extra.py": "",
    }
    boot = Boot(tmp_path, files, "app")
    assert boot.names == ["app", "app.views", "app.models", "app.models.user", "app.models.extra"]


def test_star_imports_load_what_all_names(tmp_path: Path) -> None:
    files = {
        **modules("app.one", "app.two"),
        "app/__init__.py": "__all__ = ['one']\n",
        "main.py": "from app import *\n",
    }
    assert Boot(tmp_path, files, "main").names == ["main", "app", "app.one"]


def test_module_getattr_loads_when_asked(tmp_path: Path) -> None:
    lazy = (
        "from importlib import import_module\ndef __getattr__(name):\n    return import_module('.' + name, __name__)\n"
    )
    files = {**modules("app.one", "app.two"), "app/__init__.py": lazy, "main.py": "import app\nfrom app import gone\n"}
    assert Boot(tmp_path, {**files, "main.py": "import app\n"}, "main").names == ["main", "app"]


def test_folders_put_on_the_path(tmp_path: Path) -> None:
    source = (
        "import os, sys\nroot = os.path.dirname(os.path.abspath(__file__))\nsys.path.insert(0, root)\nimport inner\n"
    )
    boot = Boot(tmp_path, {"app/__init__.py": "", "app/run.py": source, "app/inner.py": ""}, "app.run")
    assert boot.names == ["app", "app.run", "inner"]


def test_names_of_other_packages(tmp_path: Path) -> None:
    boot = Boot(tmp_path, {"main.py": "import json\nimport pandas as pd\nfrom google.cloud import storage\n"}, "main")
    assert boot.outside == ["pandas", "google", "google.cloud"]
    assert [each.imported for each in boot.trace.edges] == ["json", "pandas", "google.cloud.storage"]


def test_an_environment_is_followed_when_asked_for(tmp_path: Path) -> None:
    site = tmp_path / "site"
    (site / "library").mkdir(parents=True)
    (site / "library" / "__init__.py").write_text("from . import inside\n")
    (site / "library" / "inside.py").write_text("import json\n")
    boot = Boot(tmp_path / "src", {"main.py": "import library\n"}, "main", env=site)
    assert boot.outside == ["library", "library.inside"]
    assert Boot(tmp_path / "src", {}, "main").outside == ["library"]


def test_cycles_recursion_and_broken_neighbours(tmp_path: Path) -> None:
    files = {
        "a.py": "import b\nimport broken\nimport binary\ndef f():\n    g()\ndef g():\n    f()\nf()\nx = x.y\n",
        "b.py": "import a\nimport c\n",
        "c.py": "",
        "broken.py": "def (:\n",
    }
    (tmp_path / "binary.py").write_bytes(b"\x00\xff\xfe")
    boot = Boot(tmp_path, files, "a")
    assert boot.names == ["a", "b", "c", "broken", "binary"]
    assert [reason.partition(" cannot")[0] for reason in boot.reasons] == ["broken.py", "binary.py"]


def test_long_chains_of_calls_and_imports(tmp_path: Path) -> None:
    chain = "".join(f"def f{n}():\n    f{n + 1}()\n" for n in range(3000)) + "def f3000():\n    import m0\nf0()\n"
    files = {"main.py": chain} | {f"m{n}.py": f"import m{n + 1}\n" for n in range(1200)} | {"m1200.py": ""}
    boot = Boot(tmp_path, files, "main")
    assert len(boot.names) == 1202
    assert boot.names[-1] == "m1200"


def test_an_entry_that_is_not_there(tmp_path: Path) -> None:
    boot = Boot(tmp_path, {"main.py": ""}, "nowhere:create_app", "main:nothing")
    assert boot.names == ["main"]


def test_the_editor_s_text_stands_before_the_file(tmp_path: Path) -> None:
    (tmp_path / "main.py").write_text("import a\n")
    (tmp_path / "a.py").write_text("")
    (tmp_path / "b.py").write_text("")
    found = trace(Project([tmp_path], overlay={tmp_path / "main.py": "import b\n"}), ["main"])
    assert [each.name for each in found.loaded] == ["main", "b"]


def test_the_same_boot_twice_is_the_same(tmp_path: Path) -> None:
    files = {"main.py": FUNCTION_CASES["argument of a later call"], "hit.py": ""}
    assert Boot(tmp_path, files, "main").trace == Boot(tmp_path, {}, "main").trace
