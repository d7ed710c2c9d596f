"""Entry points: how they are written, and how a project gives them away."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from flake8_flask_startup.config.entry_points import find_entries, find_processes, how_to_name_one
from flake8_flask_startup.config.entry_target import Entry, entry_of
from flake8_flask_startup.config.settings import Settings


@pytest.mark.parametrize(
    ("text", "entry"),
    [
        ("app", "app"),
        ("app:create_app", "app:create_app"),
        ("app:create_app()", "app:create_app"),
        ("app:create_app('dev')", "app:create_app"),
        ("wsgi.py", "wsgi"),
        ("./src/shop/app.py:app", "src.shop.app:app"),
        ("shop/__init__.py:make_app", "shop:make_app"),
        ("two words", None),
        ("9lives", None),
        ("web-app/wsgi.py", "web-app.wsgi"),
        ("-m shop", None),
    ],
)
def test_the_ways_to_write_one(text: str, entry: str | None) -> None:
    assert entry_of(text) == entry


FLASKENV = "export FLASK_APP='shop:create_app()'\n"
LOOKS = "where `flask run` looks"
ONLY = "the only factory in the project"
ONLY_APP = "the only app in the project"
APP = "from flask import Flask\napp = Flask(__name__)\n"
FACTORY = "def create_app(): ...\n"
SHOP = {"shop.py": "app = object()\n"}
PROJECTS = {
    "a name that the module does not have": (
        {"Procfile": "web: gunicorn shop:site\n", **SHOP},
        "shop",
        "a command in Procfile",
    ),
    "flaskenv": (
        {".flaskenv": FLASKENV, "wsgi.py": "", "shop.py": FACTORY},
        "shop:create_app",
        "FLASK_APP in .flaskenv",
    ),
    "env": ({".env": "# x\nFLASK_APP=shop.py\n", **SHOP}, "shop", "FLASK_APP in .env"),
    "env of a factory": ({".env": "FLASK_APP=shop\n", "shop.py": FACTORY}, "shop:create_app", "FLASK_APP in .env"),
    "gunicorn": ({"gunicorn.conf.py": "wsgi_app = 'shop:app'\n", **SHOP}, "shop:app", "wsgi_app in gunicorn.conf.py"),
    "no such module": ({"Procfile": "web: gunicorn gone:app\n", "app.py": ""}, "app", f"app.py, {LOOKS}"),
    "wsgi": ({"wsgi.py": "from shop import app\n", "app.py": ""}, "wsgi", f"wsgi.py, {LOOKS}"),
    "app": ({"app.py": "def create_app():\n    ...\n"}, "app:create_app", f"app.py, {LOOKS}"),
    "a factory that is imported": (
        {"app.py": "from shop import create_app\n\nif __name__ == '__main__':\n    create_app().run()\n"},
        "app:create_app",
        f"app.py, {LOOKS}",
    ),
    "an app of a factory that is imported": (
        {"app.py": "from shop import create_app\n\napp = create_app()\n"},
        "app",
        f"app.py, {LOOKS}",
    ),
    "a factory of a package": (
        {"app/__init__.py": FACTORY, "run.py": "def create_application(): ...\n", "shop.py": FACTORY},
        "app:create_app",
        f"app, a package {LOOKS}",
    ),
    "an app of a package": ({"wsgi/__init__.py": f"{APP}{FACTORY}", "app.py": ""}, "wsgi", f"wsgi, a package {LOOKS}"),
    "a package without an app": ({"app/__init__.py": "", "app/web.py": FACTORY}, "app.web:create_app", ONLY),
    "factory": ({"shop/__init__.py": "def make_app():\n    ...\n"}, "shop:make_app", ONLY),
    "factory in src": ({"src/shop/web.py": FACTORY}, "shop.web:create_app", ONLY),
    "another factory": ({"shop/web.py": "def app_factory(): ...\n"}, "shop.web:app_factory", ONLY),
    "an app": ({"main.py": APP, "views.py": "import main\n"}, "main:app", ONLY_APP),
    "an app that is annotated": (
        {"shop/web.py": "import flask\nx: object = flask.Flask('x')\n"},
        "shop.web:x",
        ONLY_APP,
    ),
    "an app behind a mark of its encoding": ({"main.py": f"\ufeff{APP}"}, "main:app", ONLY_APP),
    "an app that is made in one of two ways": (
        {"testimonials.py": "import flask\ntry:\n    app = flask.Flask('a')\nexcept OSError:\n    app = None\n"},
        "testimonials:app",
        ONLY_APP,
    ),
    "an app of a folder": ({"backend/site.py": APP}, "backend.site:app", ONLY_APP),
    "a folder with a server's module": (
        {"backend/wsgi.py": "from shop import app\n", "backend/shop/__init__.py": APP, "tools/run.py": APP},
        "backend.wsgi",
        "backend/wsgi.py, the only wsgi.py",
    ),
    "a package in a folder": ({"backend/shop/__init__.py": FACTORY}, "backend.shop:create_app", ONLY),
    "a folder that no statement can name": ({"web-app/shop/__init__.py": FACTORY}, "web-app.shop:create_app", ONLY),
    "a factory before those further down": (
        {"shop/web.py": FACTORY, "tools/shop/web.py": FACTORY},
        "shop.web:create_app",
        ONLY,
    ),
    "an app beside those of test tools": (
        {
            "main.py": APP,
            "shop/testing.py": f"import unittest\n{APP}",
            "shop/plugin.py": f"{APP}def pytest_configure(): ...\n",
        },
        "main:app",
        ONLY_APP,
    ),
    **{
        f"a module that runs it: {case}": ({**files, "run.py": text}, f"run:{name}", "run.py, which runs the app")
        for case, files, text, name in (
            ("an app", {"shop/web.py": APP}, "from shop.web import app\nimport pages\napp.run()\n", "app"),
            ("one handed on", {"shop/__init__.py": "", "shop/web.py": APP}, "from shop import app\napp.run()\n", "app"),
            ("a factory's", {"shop.py": FACTORY}, "from shop import create_app\nx = create_app()\nx.run()\n", "x"),
            ("a package's", {"app/__init__.py": FACTORY}, "from app import create_app as c\nx = c()\nx.run()\n", "x"),
            (
                "under a guard",
                {"shop.py": FACTORY},
                "from shop import create_app\nif __name__ == '__main__':\n    create_app().run(port=80)\n",
                "__main__",
            ),
            (
                "a server",
                {"shop.py": APP},
                "from waitress import serve\nfrom shop import app as site\ndef main():\n    serve(site)\n",
                "site",
            ),
        )
    },
    "a module that runs the app of a folder that is no package": (
        {"web/main.py": "from api.app import create_app\napp = create_app()\napp.run()\n", "web/api/app.py": FACTORY},
        "web.main:app",
        "web/main.py, which runs the app",
    ),
    "two modules that run it": (
        {
            "shop.py": FACTORY,
            **dict.fromkeys(("run.py", "main.py"), "from shop import create_app\ncreate_app().run()\n"),
        },
        "shop:create_app",
        ONLY,
    ),
    "a module that runs something else": (
        {"shop.py": FACTORY, "run.py": "from shop import create_app, jobs\napp = create_app()\njobs.run()\n"},
        "shop:create_app",
        ONLY,
    ),
    "a module that runs it beside what servers load": (
        {"shop.py": APP, "wsgi.py": "from shop import app\n", "run.py": "from shop import app\napp.run()\n"},
        "wsgi",
        f"wsgi.py, {LOOKS}",
    ),
    "a factory in a package of a package": (
        {"shop/__init__.py": "", "shop/web/__init__.py": "", "shop/web/app_config.py": FACTORY},
        "shop.web.app_config:create_app",
        "the only one in the project's packages",
    ),
    "an app beside those of tests": ({"main.py": APP, "tests/app.py": APP, "test_main.py": APP}, "main:app", ONLY_APP),
}


def project(files: dict[str, str], folder: Path) -> Path:
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    return folder


@pytest.mark.parametrize(("files", "target", "why"), PROJECTS.values(), ids=PROJECTS.keys())
def test_what_a_project_gives_away(files: dict[str, str], target: str, why: str, tmp_path: Path) -> None:
    assert find_entries(project(files, tmp_path)) == (Entry(target, why),)


@pytest.mark.parametrize(
    "bound", ["(app) = create_app()", "x = 1; app = create_app()", "from web import app", "app: Flask = create_app()"]
)
def test_a_module_with_an_app_is_asked_for_no_factory(bound: str, tmp_path: Path) -> None:
    found = find_entries(
        project({"Procfile": "web: flask --app shop run\n", "shop.py": f"{FACTORY}{bound}\n"}, tmp_path)
    )
    assert [each.target for each in found] == ["shop"]


def test_what_two_files_start_is_one_entry_point(tmp_path: Path) -> None:
    project({"Procfile": "web: gunicorn shop:app\n", "start.sh": "exec gunicorn shop:app\n", **SHOP}, tmp_path)
    assert find_entries(tmp_path) == (Entry("shop:app", "a command in Procfile"),)


@pytest.mark.parametrize("folder", ["docker/dev/build", "shop/scripts/test", "venv/bin", "docs/examples"])
def test_folders_that_deploy_nothing(folder: str, tmp_path: Path) -> None:
    project({f"{folder}/start.sh": "exec gunicorn shop:app\n", "venv/pyvenv.cfg": "", **SHOP}, tmp_path)
    assert find_entries(tmp_path) == ()


def test_a_setup_that_works_its_commands_out(tmp_path: Path) -> None:
    project({"setup.py": "setup(entry_points={'console_scripts': [f'{NAME}=shop:main']})\n", **SHOP}, tmp_path)
    assert find_processes(tmp_path) == ()


def test_how_to_name_one_tells_what_the_project_may_mean(tmp_path: Path) -> None:
    assert how_to_name_one(tmp_path) == f"there are no Python files in {tmp_path}"
    project({"shop/__init__.py": ""}, tmp_path)
    assert how_to_name_one(tmp_path) == "name it with --app, such as --app shop:create_app"
    project({"shop/web.py": FACTORY, "admin.py": FACTORY}, tmp_path)
    expected = "name it with --app, such as --app admin:create_app or shop.web:create_app"
    assert how_to_name_one(tmp_path) == expected


def test_how_to_name_one_tells_what_is_not_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "yaml", None)
    project({"compose.yml": "services: {web: {command: gunicorn shop:app}}\n", **SHOP}, tmp_path)
    reason = "; compose.yml is not read: pip install 'flake8-flask-startup[compose]'"
    assert how_to_name_one(tmp_path).endswith(reason)


def test_factories_of_other_names_are_an_option(tmp_path: Path) -> None:
    project({"shop.py": "def assemble(): ...\n"}, tmp_path)
    assert find_entries(tmp_path) == ()
    assert find_entries(tmp_path, Settings(factories=("assemble",))) == (Entry("shop:assemble", ONLY),)
    assert find_entries(tmp_path, Settings(factories=())) == ()


@pytest.mark.parametrize(
    ("imports", "call", "is_one"),
    [
        ("from flask import Flask", "Flask", True),
        ("from flask import Flask as Web", "Web", True),
        ("import flask", "flask.Flask", True),
        ("import flask as web", "web.Flask", True),
        ("from .flask import Flask", "Flask", False),
        ("from shop.model import Flask", "Flask", False),
        ("import flask\nclass Flask: ...", "Flask", False),
    ],
)
def test_what_makes_an_app_is_a_factory_of_any_name(imports: str, call: str, is_one: bool, tmp_path: Path) -> None:
    project({"shop.py": f"{imports}\n\ndef assemble():\n    return {call}(__name__)\n"}, tmp_path)
    assert [each.target for each in find_entries(tmp_path)] == (["shop:assemble"] if is_one else [])


def test_a_script_that_starts_tests_starts_no_app(tmp_path: Path) -> None:
    script = "python -m tests.seed && pytest\n"
    project({"run.sh": script, "tests/seed.py": "import flask\n", "wsgi.py": "app = 1\n"}, tmp_path)
    assert [each.target for each in find_entries(tmp_path)] == ["wsgi"]
    assert [each.target for each in find_processes(tmp_path)] == ["wsgi"]
    assert [each.target for each in find_entries(tmp_path, Settings(not_startup=()))] == ["tests.seed:__main__"]


# Deployment files and what each starts, in a project with the packages shop and api, and the modules run, manage, main.
DEPLOYED = {
    "a target, then options": ("Procfile", "web: gunicorn shop:app --workers 3", "shop:app"),
    "options, then a target": ("Procfile", "web: gunicorn -w 4 -b 0.0.0.0:$PORT --log-file - shop:app", "shop:app"),
    "joined options": ("Procfile", "web: gunicorn -w4 --bind=unix:shop.sock --preload shop:app", "shop:app"),
    "no name": ("Procfile", "web: gunicorn shop.wsgi --log-file=-", "shop.wsgi"),
    "a call": ("Procfile", "web: gunicorn 'shop:make()' --workers 3", "shop:make"),
    "a call with arguments": ("Procfile", "web: gunicorn \"shop:make(config='prod')\"", "shop:make"),
    "of several processes": ("Procfile", "release: flask db upgrade\nweb: gunicorn shop:app\nworker: rq w", "shop:app"),
    "uvicorn": ("Procfile", "web: uvicorn --factory --host 0.0.0.0 --port 80 shop:make", "shop:make"),
    "hypercorn": ("Procfile", "web: hypercorn -b 0.0.0.0:80 --workers 2 shop:app", "shop:app"),
    "granian": ("Procfile", "web: granian --interface wsgi shop:app --host 0.0.0.0", "shop:app"),
    "waitress": ("Procfile", "web: waitress-serve --port=$PORT --call shop:create_app", "shop:create_app"),
    "waitress, listening": ("Procfile", "web: waitress-serve --listen '*:80' shop:app", "shop:app"),
    "mod_wsgi": ("Procfile", "web: mod_wsgi-express start-server --port 80 main.py", "main"),
    "uwsgi's module": ("Procfile", "web: uwsgi --http :80 --module shop:app --processes 4", "shop:app"),
    "uwsgi's short option": ("Procfile", "web: uwsgi --master -w shop:app", "shop:app"),
    "uwsgi's file": ("Procfile", "web: uwsgi --wsgi-file main.py --callable site", "main:site"),
    "uwsgi's mount": ("Procfile", "web: uwsgi --mount /=shop:app --manage-script-name", "shop:app"),
    "flask": ("Procfile", "web: flask --app shop run --port 80", "shop"),
    "flask, joined": ("Procfile", "web: flask run --app=shop:make", "shop:make"),
    "flask by Python": ("Procfile", "web: python -m flask --app 'shop:make()' run", "shop:make"),
    "flask by a variable": ("Procfile", "web: FLASK_APP=shop.wsgi flask run", "shop.wsgi"),
    "a script": ("Procfile", "web: python -u run.py --port 80", "run:__main__"),
    "a module": ("Procfile", "web: python3.12 -X dev -m shop", "shop:__main__"),
    "a package that runs": ("Procfile", "web: python -m api.server", "api.server:__main__"),
    "changes of folder": ("Procfile", "web: cd /srv && exec gunicorn shop:app", "shop:app"),
    "a shell": ("Procfile", "web: sh -c 'flask db upgrade && exec gunicorn shop:app -w 2'", "shop:app"),
    "env": ("Procfile", "web: env WORKERS=2 PYTHONUNBUFFERED=1 gunicorn shop:app", "shop:app"),
    "a launcher": ("Procfile", "web: newrelic-admin run-program gunicorn shop:app", "shop:app"),
    "an unknown launcher": ("Procfile", "web: doppler run -- /venv/bin/gunicorn shop:app", "shop:app"),
    "conda": ("Dockerfile_web", "FROM x\nCMD conda run --no-capture-output -n web python run.py", "run:__main__"),
    "uv with options": ("DockerfileWeb", "FROM x\nCMD uv run --no-dev --extra web python run.py", "run:__main__"),
    "poetry": ("Procfile", "web: poetry run gunicorn shop:app", "shop:app"),
    "exec form": ("Dockerfile", 'FROM x\nCMD ["gunicorn", "-b", "0.0.0.0:80", "shop:app"]', "shop:app"),
    "shell form": ("Dockerfile", "FROM x\nCMD exec gunicorn --bind :$PORT --threads 8 shop:app", "shop:app"),
    "an entry point with its arguments": (
        "Dockerfile",
        'FROM x\nENTRYPOINT ["gunicorn"]\nCMD ["-w", "4", "shop:make()"]',
        "shop:make",
    ),
    "an entry point that runs what it is given": (
        "Dockerfile",
        'FROM x\nENTRYPOINT ["/docker-entrypoint.sh"]\nCMD ["gunicorn", "shop:app"]',
        "shop:app",
    ),
    "a shell in exec form": ("Dockerfile", 'FROM x\nCMD ["bash", "-lc", "gunicorn shop:app"]', "shop:app"),
    "another user": ("Dockerfile", "FROM x\nCMD su app -c 'gunicorn shop:app'", "shop:app"),
    "a variable of the image": ("Dockerfile", "FROM x\nENV APP=shop:app\nCMD gunicorn $APP", "shop:app"),
    "flask's variable": ("Dockerfile", 'FROM x\nENV FLASK_APP=shop.wsgi\nCMD ["flask", "run"]', "shop.wsgi"),
    "what installs a server": ("Dockerfile", "FROM x\nRUN pip install gunicorn\nCMD python run.py", "run:__main__"),
    "continued lines": ("Dockerfile", "FROM x\nCMD gunicorn \\\n  --workers 2 \\\n  shop:app", "shop:app"),
    "a service": ("compose.yaml", "services:\n  web:\n    command: gunicorn shop:app -w 2\n", "shop:app"),
    "a service's list": (
        "docker-compose.yml",
        "services:\n  web:\n    command: [gunicorn, 'shop:make()', --preload]\n",
        "shop:make",
    ),
    "a service's two parts": (
        "compose.yml",
        "services:\n  web:\n    entrypoint: gunicorn\n    command: -w 2 shop:app\n",
        "shop:app",
    ),
    "a service's script": (
        "compose.yml",
        "services:\n  web:\n    command: |\n      sh -c 'flask db upgrade\n      gunicorn shop:app'\n",
        "shop:app",
    ),
    "a service's variable": (
        "compose.yml",
        "services:\n  web:\n    command: flask run\n    environment:\n      FLASK_APP: shop:make\n",
        "shop:make",
    ),
    "a script that starts": ("boot.sh", "#!/bin/sh\n. venv/bin/activate\nexec gunicorn -b :80 shop:app\n", "shop:app"),
    "a script's loop": ("start.sh", "while true; do\n  flask db upgrade && break\ndone\ngunicorn shop:app", "shop:app"),
    "a script's variable": ("start.sh", "export FLASK_APP=shop.wsgi\nflask run --host 0.0.0.0", "shop.wsgi"),
    "a unit": ("shop.service", "[Service]\nExecStart=/srv/venv/bin/gunicorn -w 3 shop:app\n", "shop:app"),
    "a unit of uwsgi": ("web.service", "[Service]\nExecStart=/usr/bin/uwsgi --module shop:app\n", "shop:app"),
    "supervisor": ("supervisord.conf", "[program:shop]\ncommand=/srv/bin/gunicorn -w 2 shop:app ; web\n", "shop:app"),
    "supervisor's variable": (
        "shop-supervisor.conf",
        '[program:shop]\nenvironment=FLASK_APP="shop.wsgi",A="1"\ncommand=flask run\n',
        "shop.wsgi",
    ),
    "uwsgi's configuration": ("uwsgi.ini", "[uwsgi]\n# module = gone\nmodule = shop:app\nmaster = true\n", "shop:app"),
    "uwsgi's file and callable": ("uwsgi.ini", "[uwsgi]\nwsgi-file=main.py\ncallable = site\n", "main:site"),
    "mod_wsgi's script": ("shop.wsgi", "import sys\nfrom shop import app as application\n", "shop:app"),
    "mod_wsgi's call": ("shop.wsgi", "from shop import make\napplication = make('x')\n", "shop:make"),
    "a folder for it": ("deploy/Dockerfile", 'FROM x\nCMD ["gunicorn", "shop:app"]', "shop:app"),
    "a folder of scripts": ("scripts/start.sh", "gunicorn shop:app", "shop:app"),
}
MODULES = ("shop/__init__.py", "shop/wsgi.py", "api/server.py", "run.py", "manage.py", "main.py")


@pytest.mark.parametrize(("name", "text", "target"), DEPLOYED.values(), ids=DEPLOYED.keys())
def test_what_a_deployment_starts(name: str, text: str, target: str, tmp_path: Path) -> None:
    project(dict.fromkeys(MODULES, "") | {name: text}, tmp_path)
    found = find_entries(tmp_path)
    assert {each.target for each in found} == {target}
    assert {each.why.split()[-1] for each in found} == {name}


NOT_DEPLOYED = {
    "for development": ("Procfile.dev", "web: gunicorn shop:app"),
    "an override": ("docker-compose.override.yml", "services:\n  web:\n    command: gunicorn shop:app\n"),
    "addresses": ("Procfile", "web: gunicorn -b localhost:8000 --bind unix:shop.sock $APP"),
    "another program": ("Procfile", "worker: python manage.py work\nclock: celery -A shop beat"),
    "a stage of tests": ("Dockerfile", "FROM x AS test\nCMD gunicorn shop:app"),
    "a script of mod_wsgi that cannot be parsed": ("shop.wsgi", "from shop import (\n"),
    "a script of mod_wsgi with an app of its own": ("shop.wsgi", "application = object()\n"),
    "half a quotation": ("Procfile", "web: gunicorn 'shop:app"),
    "no yaml": ("compose.yml", "services: [\n"),
}


@pytest.mark.parametrize(("name", "text"), NOT_DEPLOYED.values(), ids=NOT_DEPLOYED.keys())
def test_what_starts_nothing_known(name: str, text: str, tmp_path: Path) -> None:
    project(dict.fromkeys(MODULES, "") | {name: text}, tmp_path)
    assert find_entries(tmp_path) == ()


def test_a_server_comes_before_a_script(tmp_path: Path) -> None:
    files = {"Procfile": "web: gunicorn shop:app\n", "Dockerfile": "FROM x\nCMD python run.py\n"}
    project(dict.fromkeys(MODULES, "") | files, tmp_path)
    assert [each.target for each in find_entries(tmp_path)] == ["shop:app"]


UNIT = "[Service]\nExecStart=/srv/venv/bin/gunicorn run:app\n"
WORKER = {"jobs/Dockerfile": "FROM x\nCMD python worker.py\n", "jobs/worker.py": "import redis\n"}
PROGRAM = {"Dockerfile": "FROM x\nCMD python main.py\n", "app.py": APP}


@pytest.mark.parametrize(
    ("files", "target"),
    [
        ({"deploy.sh": "python seed.py\n", "seed.py": "import flask\n", "deploy/web.service": UNIT}, "run:app"),
        ({**WORKER, "web/main.py": APP}, "web.main:app"),
        (WORKER, "jobs.worker:__main__"),
        ({**PROGRAM, "main.py": "from flask import Flask\n"}, "main:__main__"),
        ({**PROGRAM, "main.py": "def main():\n    from web.server import start\n    start()\n"}, "main:__main__"),
        ({**PROGRAM, "main.py": "import web\n", "web/__init__.py": "from . import server\n"}, "main:__main__"),
        ({**PROGRAM, "main.py": "import json\n"}, "app"),
        ({**PROGRAM, "main.py": "import json, jobs, main\n", "jobs.py": "import main\n"}, "app"),
        ({**PROGRAM, "main.py": "import importlib\nimportlib.import_module(name())\n"}, "main:__main__"),
        (
            {"Procfile": "web: python -m shop\n", "shop/__init__.py": "", "shop/__main__.py": APP, "app.py": APP},
            "shop:__main__",
        ),
    ],
)
def test_a_program_that_serves_nothing_comes_last(files: dict[str, str], target: str, tmp_path: Path) -> None:
    project({"run.py": "", "web/server.py": "from flask import Flask\n", **files}, tmp_path)
    assert [each.target for each in find_entries(tmp_path)] == [target]


MAKEFILE = "run:\n\tflask --app api.server run\ndocs:\n\tpython manage.py docs\n"


@pytest.mark.parametrize(
    ("files", "targets"),
    [
        ({"Makefile": MAKEFILE}, ["api.server"]),
        ({"Makefile": MAKEFILE, "Dockerfile": "FROM x\nCMD gunicorn shop:app\n"}, ["shop:app"]),
        ({"Makefile": MAKEFILE, "deploy/start.sh": "gunicorn shop:app\n"}, ["shop:app"]),
        ({"Makefile": "docs:\n\tpython manage.py docs\n", "wsgi.py": ""}, ["wsgi"]),
    ],
)
def test_a_makefile_comes_last_and_its_programs_are_tools(
    files: dict[str, str], targets: list[str], tmp_path: Path
) -> None:
    project(dict.fromkeys(MODULES, "") | files, tmp_path)
    assert [each.target for each in find_entries(tmp_path)] == targets


@pytest.mark.parametrize("files", [[], ["def create_app(): ...\n", "def make_app(): ...\n"]])
def test_nothing_certain_is_nothing(files: list[str], tmp_path: Path) -> None:
    for number, text in enumerate(files):
        (tmp_path / f"m{number}.py").write_text(text)
    assert find_entries(tmp_path) == ()


def test_what_cannot_be_read_gives_nothing_away(tmp_path: Path) -> None:
    (tmp_path / ".flaskenv").mkdir()
    assert find_entries(tmp_path) == ()
    assert find_entries(tmp_path / "gone") == ()


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="a system without named pipes")
def test_a_named_pipe_is_not_waited_for(tmp_path: Path) -> None:
    for name in (".flaskenv", "app.py", "Procfile"):
        os.mkfifo(tmp_path / name)
    assert find_entries(tmp_path) == ()


def test_a_factory_in_a_string_is_none(tmp_path: Path) -> None:
    project({"tool/scaffold.py": f"PAGE = '''\n{FACTORY}'''\n", "shop/web.py": FACTORY}, tmp_path)
    assert [each.target for each in find_entries(tmp_path)] == ["shop.web:create_app"]
    (tmp_path / "shop/web.py").write_text("")
    assert find_entries(tmp_path) == ()
