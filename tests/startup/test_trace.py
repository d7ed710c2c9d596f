"""The static startup trace over small projects: what is loaded, under what condition, and what cannot be known."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from textwrap import dedent

import pytest

from flake8_flask_startup.project.module_finder import Origin
from flake8_flask_startup.project.modules import Project
from flake8_flask_startup.startup.graph.trace import Trace
from flake8_flask_startup.startup.interpreter.evaluator import World
from flake8_flask_startup.startup.interpreter.reaching import MAX_REACHING
from flake8_flask_startup.startup.interpreter.tracer import FAILED, trace
from flake8_flask_startup.startup.values.abstract_values import (
    MAX_HELD,
    MAX_WAY,
    Items,
    Mod,
    Parts,
    Text,
    in_order,
)
from pages import Case, cases


class Boot:
    """A project written to a folder and traced from one entry."""

    def __init__(self, folder: Path, files: Mapping[str, str], *entries: str, env: Path | None = None) -> None:
        self.folder = folder
        for name, text in files.items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(dedent(text), encoding="utf-8")
        self.trace: Trace = trace(Project([folder], env=env), entries)
        assert not [each for each in self.reasons if each.startswith(FAILED)], "the trace has a fault"

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

    @property
    def places(self) -> list[str]:
        statements = [each.statement for each in self.trace.unresolved]
        return [f"{Path(each.path).relative_to(self.folder)} {each.line}" for each in statements]


PAGES = sorted((Path(__file__).parents[1] / "boots").glob("*.md"))
CASES = [case for page in PAGES for case in cases(page)]


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.page}: {case.title}")
def test_case(case: Case, tmp_path: Path) -> None:
    files = dict(case.files)
    loaded = files.pop("loaded").splitlines()
    entry = files.pop("entry", loaded[0]).strip()
    unresolved = files.pop("unresolved", "").splitlines()
    files = {f"{name}.py": "" for name in ("hit", "plugins/one", "plugins/two")} | files
    env = tmp_path / "site-packages" if any(name.startswith("site-packages/") for name in files) else None
    boot = Boot(tmp_path, files, entry, env=env)
    assert [f"{each} ?" if each in boot.conditional else each for each in boot.names] == loaded
    assert boot.places == unresolved


def modules(*names: str) -> dict[str, str]:
    """Empty modules, and the packages they lie in."""
    files = {}
    for name in names:
        *packages, last = name.split(".")
        for end in range(1, len(packages) + 1):
            files["/".join(packages[:end]) + "/__init__.py"] = ""
        files["/".join([*packages, last]) + ".py"] = ""
    return files


def test_services_with_a_package_of_one_name(tmp_path: Path) -> None:
    """One trace has one module of each name: what the second service loads is not known."""
    service = {"wsgi.py": "import app\n", "app/__init__.py": "from . import views\n", "app/views.py": ""}
    files = {f"{name}/{path}": text for name in ("orders", "users") for path, text in service.items()}
    boot = Boot(tmp_path, files, "orders.wsgi", "users.wsgi")
    assert boot.places == ["users/wsgi.py 1"]
    assert boot.reasons == [
        "the app of another entry point is followed in its place: predict this one by itself with --app"
    ]
    assert Boot(tmp_path, files, "users.wsgi").reasons == []


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


def test_conditions(tmp_path: Path) -> None:
    source = """
        import os
        import certain
        from elsewhere import prepare, settings
        if os.environ.get("COVERAGE"):
            import unusual
        if not os.getenv("SKIP_PATCH"):
            import usual
        if settings.x:
            import either
        try:
            import optional
        except ImportError:
            import instead
        else:
            import extra
        try:
            prepare()
        except ImportError:
            pass
        else:
            import plain
    """
    names = ("certain", "unusual", "usual", "either", "optional", "instead", "extra", "plain")
    boot = Boot(tmp_path, {"main.py": source, **modules(*names), "either.py": "import behind", "behind.py": ""}, "main")
    found = ["certain", "unusual", "usual", "either", "behind", "optional", "instead", "extra", "plain"]
    assert boot.names == ["main", *found]
    assert boot.conditional == ["unusual", "either", "behind", "optional", "instead", "extra"]


def test_what_is_certain_by_another_way_is_certain(tmp_path: Path) -> None:
    boot = Boot(
        tmp_path,
        {"main.py": "import x\nif x.y:\n    import z\nimport z\n", "x.py": "from o import y\n", "z.py": ""},
        "main",
    )
    assert boot.conditional == []


UNRESOLVED = {
    "configuration": ("import importlib\nimportlib.import_module(settings.PLUGIN)\n", "data or configuration name"),
    "a text that is no name": (
        "import importlib\ndef read():\n    return 'main', 'read the file {}'.format(1)\n"
        "for each in read():\n    importlib.import_module(each)\n",
        "data or configuration name",
    ),
    "a relative name of an unknown package": (
        "from importlib import import_module\nimport_module(f'.{x()}', x())\n",
        "data",
    ),
    "a celery app": ("from celery import Celery\nCelery().autodiscover_tasks()\n", "task modules"),
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


def test_what_data_files_name_may_be_loaded(tmp_path: Path) -> None:
    source = "import importlib\nfor name in settings():\n    importlib.import_module(name)\n"
    files = {
        **modules("app.one", "app.two"),
        "app/__init__.py": source,
        "app/conf/settings.yml": "plugins: [app.one.Plugin]\n",
    }
    boot = Boot(tmp_path, files, "app")
    assert boot.names == ["app", "app.one"]
    assert boot.conditional == ["app.one"]
    assert len(boot.reasons) == 1


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


def test_star_imports_of_a_module_that_is_being_loaded_hide_nothing(tmp_path: Path) -> None:
    files = {
        **modules("heavy"),
        "main.py": "app = 1\nfrom views import *\n",
        "helpers.py": "def helper():\n    import heavy\n",
        "views.py": "from helpers import *\nfrom main import *\nhelper()\n",
    }
    assert Boot(tmp_path, files, "main").names == ["main", "views", "helpers", "heavy"]


def test_star_imports_in_a_circle_of_modules_that_put_their_lists_together_are_followed(tmp_path: Path) -> None:
    files = {
        **modules("heavy"),
        "app/__init__.py": "__all__ = ['name']\n__all__ += ['name']\nname = 1\nfrom app.views import *\n",
        "app/views.py": "__all__ = ['helper']\n__all__ += []\nfrom app import *\ndef helper():\n    import heavy\n",
        "main.py": "from app.views import *\nhelper()\n",
    }
    boot = Boot(tmp_path, files, "main")
    assert boot.names == ["main", "app", "app.views", "heavy"]
    assert not boot.trace.unresolved


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


def test_what_an_environment_lacks_is_loaded_where_no_condition_asks_for_it(tmp_path: Path) -> None:
    (tmp_path / "site").mkdir()
    (tmp_path / "site" / "there.py").write_text(
        "import needed\ntry:\n    import inside\nexcept ImportError:\n    pass\n"
    )
    (tmp_path / "site" / "inside.py").write_text("import speedups.fast\n")
    source = "import there\ntry:\n    import absent\nexcept ImportError:\n    absent = None\nimport linked\n"
    boot = Boot(tmp_path / "src", {"main.py": source}, "main", env=tmp_path / "site")
    assert boot.outside == ["there", "needed", "inside", "linked"]
    assert [each.imported for each in boot.trace.edges] == ["there", "needed", "inside", "linked"]
    assert Boot(tmp_path / "src", {}, "main").outside == ["there", "absent", "linked"]


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


def test_a_chain_of_names_is_followed_however_long_it_is(tmp_path: Path) -> None:
    chain = "def go():\n    import hit\na0 = go\n" + "".join(f"a{n + 1} = a{n}\n" for n in range(1000))
    boot = Boot(tmp_path, {"main.py": f"{chain}a1000()\n", "hit.py": ""}, "main")
    assert boot.names == ["main", "hit"]
    assert boot.reasons == []


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
    files = {
        "main.py": "import hit\nfor f in [hit.a, hit.b]:\n    f()\n",
        "hit.py": "def a():\n    import x\nb = a\n",
        "x.py": "",
    }
    assert Boot(tmp_path, files, "main").trace == Boot(tmp_path, {}, "main").trace


def test_calls_of_code_outside_the_project_by_what_they_may_be(tmp_path: Path) -> None:
    files = {
        "app.py": """
            from enum import Enum
            from flask import Blueprint, Flask
            from models import Base, Own, wanted
            try:
                from fast import make
            except ImportError:
                from slow import make
            blueprint = Blueprint("b", __name__)

            @blueprint.route("/")
            def index():
                return make()

            class Colour(Enum):
                RED = 1

            class User(Base):
                pass

            def create_app():
                make()
                Own()
                if wanted:
                    make(wanted)
                return Flask(__name__)
            """,
        "models.py": """
            from sqlalchemy import wanted
            from sqlalchemy.orm import declarative_base
            Base = declarative_base()
            class Own:
                pass
            """,
    }
    performed = Boot(tmp_path, files, "app:create_app").trace.performed
    assert [(each.module, *sorted(each.names)) for each in performed] == [
        ("models", "sqlalchemy.orm.declarative_base"),
        ("app", "flask.Blueprint"),
        ("app", "flask.Blueprint.route"),
        ("app", "enum.Enum.__init_subclass__"),
        ("app", "sqlalchemy.orm.declarative_base.__init_subclass__"),
        ("app", "fast.make", "slow.make"),
        ("app", "fast.make", "slow.make"),
        ("app", "flask.Flask"),
    ]
    assert [each.conditional for each in performed] == [False] * 6 + [True, False]
    assert [each.line for each in performed if each.module == "app"][:2] == [9, 11]


def test_an_item_of_what_a_closure_was_passed_is_overwritten_in_a_block(tmp_path: Path) -> None:
    source = """
        import os
        from importlib import import_module

        def maker(options):
            if os.sep == "/":
                options["name"] = "json"
                options["name"] = "csv"
            def load():
                import_module(options["name"])
            return load

        maker({"name": "csv"})()
    """
    boot = Boot(tmp_path, {"app.py": source}, "app")
    assert {"csv", "json"} <= {each.name for each in boot.trace.loaded}


def test_what_is_put_on_the_app_may_be_made_of_what_was_there(tmp_path: Path) -> None:
    source = """
        import flask
        from middleware import wrapped

        app = flask.Flask(__name__)
        app.wsgi_app = wrapped(app.wsgi_app)
        app.wsgi_app.start(app.wsgi_app)
    """
    boot = Boot(tmp_path, {"app.py": source}, "app")
    assert boot.trace.unresolved == ()
    assert "middleware.wrapped.start" in {name for each in boot.trace.performed for name in each.names}


@pytest.mark.parametrize(
    ("called", "longest"), [("fill", len(("yaml", "safe_load", "keys"))), ("again", 2 + (MAX_WAY - 1))]
)
def test_what_functions_make_of_their_own_argument_and_call_themselves_with_comes_to_an_end(
    tmp_path: Path, called: str, longest: int
) -> None:
    source = f"""
        import yaml

        def fill(settings, names):
            for name in settings.keys():
                {called}(settings.setdefault(name, {{}}), f"{{names}}.{{name}}")

        def again(settings, names):
            fill(settings, names)

        fill(yaml.safe_load(), "")
    """
    boot = Boot(tmp_path, {"app.py": source}, "app")
    assert max(len(name.split(".")) for each in boot.trace.performed for name in each.names) == longest


def test_more_objects_than_one_name_may_stand_for_are_the_same_in_whatever_order(tmp_path: Path) -> None:
    world = World(Project([tmp_path]))
    sets = [frozenset({Text(str(number)), Text(f"-{number}")}) for number in range(MAX_HELD)]
    found = world.union(sets)
    assert len(found) == MAX_HELD
    assert world.union(reversed(sets)) == found


def test_the_order_of_objects_does_not_rest_on_that_of_sets() -> None:
    # sets of the same members, put in in another order, may go through them in another order
    held = [Text(name) for name in "abcdefgh"]
    there = [Items(frozenset(held[:end])) for end in range(1, 9)]
    back = [Items(frozenset(reversed(held[:end]))) for end in range(1, 9)]
    assert in_order(frozenset([*there, Text("z")])) == in_order(frozenset([Text("z"), *reversed(back)]))
    parts = [Parts((frozenset(held), frozenset({Mod(name)}))) for name in "cab"]
    assert in_order(frozenset(parts)) == [parts[1], parts[2], parts[0]]


def test_a_property_that_is_read_may_run(tmp_path: Path) -> None:
    """What reads it does so whenever it runs itself."""
    files = {
        "main.py": "class Store:\n    @property\n    def client(self):\n        import client\n        return client\n"
        "    def __init__(self):\n        self.client.connect()\nStore()\n",
        "client.py": "",
    }
    boot = Boot(tmp_path, files, "main")
    assert boot.names == ["main", "client"]
    assert boot.conditional == []


def test_a_hook_that_overrides_another_makes_the_class_all_the_same(tmp_path: Path) -> None:
    files = {
        "main.py": "from library import Model\nclass Base(Model):\n    def __init_subclass__(cls):\n        pass\n"
        "class User(Base):\n    pass\n"
    }
    boot = Boot(tmp_path, files, "main")
    made = [(each.line, each.names) for each in boot.trace.performed]
    assert made == [(2, ("library.Model.__init_subclass__",)), (5, ("library.Model.__init_subclass__",))]


def test_unresolved_entries_of_the_project_come_first(tmp_path: Path) -> None:
    library = "from importlib import import_module\nimport sys\nimport_module(sys.argv[1])\n"
    files = {"main.py": "import far\nfrom importlib import import_module\nimport_module(far.NAME)\n"}
    boot = Boot(tmp_path, {**files, "site-packages/far.py": library}, "main", env=tmp_path / "site-packages")
    assert boot.places == ["main.py 3", "site-packages/far.py 3"]


@pytest.mark.parametrize(
    ("choices", "reasons"), [(5, []), (MAX_REACHING + 5, ["what is called here is named at run time"])]
)
def test_a_name_bound_in_many_places_is_open(choices: int, reasons: list[str], tmp_path: Path) -> None:
    bound = "".join(f"def f{at}():\n    import m{at}\nif third.x{at}:\n    chosen = f{at}\n" for at in range(choices))
    modules = {f"m{at}.py": "" for at in range(choices)}
    boot = Boot(tmp_path, {"main.py": f"import third\n{bound}chosen()\n", **modules}, "main")
    assert boot.reasons == reasons
    assert f"m{choices - 1}" in boot.conditional


def test_a_fault_costs_the_statement_that_it_comes_of(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*_: object) -> list[object]:
        raise ValueError("no such turn")

    monkeypatch.setattr(World, "turns", fails)
    for name in ("one", "two", "three"):
        (tmp_path / f"{name}.py").write_text("", encoding="utf-8")
    text = "import one\nfor name in ['two', 'three']:\n    __import__(name)\nimport three\n"
    (tmp_path / "main.py").write_text(text, encoding="utf-8")
    found = trace(Project([tmp_path]), ("main",))
    assert [each.name for each in found.loaded] == ["main", "one", "three"]
    assert [(each.statement.line, each.reason) for each in found.unresolved] == [
        (3, f"{FAILED}: ValueError: no such turn")
    ]
