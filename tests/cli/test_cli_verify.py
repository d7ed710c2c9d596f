"""`flask-startup verify`: what is compared, on fixed answers and with apps that are started."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping
from importlib.util import find_spec
from pathlib import Path

import pytest
from flask import Flask

from events import HANGING, Event
from flake8_flask_startup.cli import verify as command
from flake8_flask_startup.measure.verify import observe_child
from flake8_flask_startup.measure.verify.compare import Change, Section, sections
from flake8_flask_startup.measure.verify.observed import Observed
from flake8_flask_startup.measure.verify.rounds import Verified
from installed_programs import MEASURED
from stranger import git

Write = Callable[[Mapping[str, str]], Path]
DOOR = Path(sys.executable).with_name("flask-startup")
APP = """\
import os
from flask import Flask, jsonify


class Thing:
    def init_app(self, app):
        app.extensions["thing"] = self


def before():
    pass


def early():
    pass


def missing(error):
    return "missing", 404


def create_app():
    app = Flask(__name__)
    app.config["SHOP"] = "one"
    Thing().init_app(app)
    app.before_request(early)
    app.before_request(before)
    app.register_error_handler(404, missing)
    app.add_template_filter(str.upper, "loud")

    @app.cli.command("sync")
    def sync():
        pass

    @app.route("/")
    def index():
        return jsonify(shop="open", folder=app.root_path)

    @app.route("/item/<int:number>")
    def item(number):
        return str(number)

    @app.route("/random")
    def random():
        return os.urandom(8).hex()

    @app.route("/broken")
    def broken():
        raise KeyError("broken")

    @app.route("/moved")
    def moved():
        return "", 302, {"Location": "/"}

    return app
"""
MODELS = """\
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import Column, ForeignKey, Integer, String

db = SQLAlchemy()


class User(db.Model):
    id = Column(Integer, primary_key=True)
    name = Column(String(20), nullable=False)
    boss = Column(ForeignKey("user.id"))
"""


def run(folder: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    scratch = folder.with_name(f"{folder.name}-scratch")
    scratch.mkdir(exist_ok=True)
    found = MEASURED.run(
        "flask-startup", "verify", *arguments, folder=folder, **{"TMPDIR": str(scratch), **environment}
    )
    assert not list(scratch.iterdir())
    return found


def seen(**kinds: Mapping[str, str]) -> Observed:
    return Observed("", "", 1, frozenset(), kinds)


def test_what_is_gone_new_and_changed() -> None:
    before = seen(routes={"/": "GET -> index", "/old": "GET -> old", "/same": "GET -> same"})
    after = seen(routes={"/": "GET,POST -> index", "/new": "GET -> new", "/same": "GET -> same"})
    changes = (
        Change("/", "GET -> index", "GET,POST -> index"),
        Change("/new", None, "GET -> new"),
        Change("/old", "GET -> old", None),
    )
    assert sections([before], [after]) == [Section("routes", 3, 3, changes, ())]


def test_what_differs_between_starts_of_one_version_is_unstable() -> None:
    starts = [seen(pages={"/": str(number), "/calm": "x", **({"/rare": ""} if number else {})}) for number in (0, 1)]
    (found,) = sections(starts, [seen(pages={"/": "2", "/calm": "x"})] * 2)
    assert found == Section("pages", 3, 2, (), ("/", "/rare"))
    (found,) = sections([seen(pages={"/": "2", "/calm": "x"})] * 2, starts)
    assert (found.changes, found.unstable) == ((), ("/", "/rare"))


def test_the_stable_lines_of_an_unstable_page_are_compared() -> None:
    before = [seen(pages={"/": f"<form>\n{number}\n<p>old"}) for number in (1, 2)]
    after = [seen(pages={"/": f"<form>\n{number}\n<p>new"}) for number in (3, 4)]
    (found,) = sections(before, after)
    assert (found.changes, found.unstable) == ((Change("/ line 3", "<p>old", "<p>new"),), ("/",))
    longer = [seen(pages={"/": f"<form>\n\n{number}\n<p>new"}) for number in (3, 4)]
    assert sections(before, longer)[0].changes == ()


def test_a_section_that_one_version_lacks() -> None:
    assert sections([seen(tables={"user": "id"})], [seen()])[0].changes == (Change("user", "id", None),)


def test_the_same_app_is_the_same_and_what_is_random_is_said(write: Write) -> None:
    folder = write({"old/shop.py": APP, "new/shop.py": APP})
    result = run(folder, "old", "new", "--get", "--runs", "0", "--json", "out.json")
    assert result.returncode == 0, result.stdout + result.stderr
    assert result.stderr == (
        "runs shop:create_app of old and shop:create_app of new: 2 times each or one more, "
        "and asks each for up to 500 pages\n"
    )
    lines = result.stdout.splitlines()
    assert lines[0] == "old (shop:create_app) and new (shop:create_app)"
    assert lines[-1] == "The same in all that was compared"
    assert next(line for line in lines if line.startswith("GET bodies")).endswith("not compared: /random")
    found = json.loads((folder / "out.json").read_text(encoding="utf-8"))
    assert (found["schema"], found["same"], found["failure"], found["ms"], found["notes"]) == (1, True, None, None, [])
    assert all(each["before"] == each["after"] and not each["changes"] for each in found["sections"])
    assert found["modules"]["gone"] == found["modules"]["new"] == []


def test_a_program_is_started_without_its_main_block_and_from_its_own_folder(write: Write) -> None:
    program = "from shop import create_app\n\n\nif __name__ == '__main__':\n    create_app().run()\n"
    files = {f"{side}/back/{name}": text for side in ("old", "new") for name, text in
             {"run.py": program, "shop.py": APP}.items()}  # fmt: skip
    folder = write(files)
    result = run(folder, "old", "new", "--runs", "0")
    assert result.returncode == 0, result.stdout + result.stderr
    lines = result.stdout.splitlines()
    assert lines[0] == "old (back.run) and new (back.run)"
    assert lines[-1] == "The same in all that was compared"


def test_each_part_that_differs_is_shown(write: Write) -> None:
    new = (
        APP.replace('app.config["SHOP"]', 'app.config["STORE"]')
        .replace("    app.before_request(early)\n    app.before_request(before)\n", "")
        .replace(
            "    app.add_template",
            "    app.before_request(before)\n    app.before_request(early)\n    app.add_template",
        )
        .replace('"loud"', '"louder"')
        .replace('"sync"', '"resync"')
        .replace('["thing"] = self', '["thing"] = 1')
        .replace("<int:", "<")
        .replace('shop="open"', 'shop="closed"')
        .replace("register_error_handler(404, missing)", "register_error_handler(410, missing)")
        .replace('raise KeyError("broken")', "raise ValueError")
        .replace('"/moved"', '"/moved", methods=["GET", "PUT"]')
    )
    folder = write({"old/shop.py": APP, "new/shop.py": new})
    result = run(folder, "old", "new", "--get", "--runs", "0")
    assert result.returncode == 1, result.stdout + result.stderr
    changes = [line for line in result.stdout.splitlines() if line.startswith("  ")]
    assert changes == [
        "  - /item/<int:number>: GET,HEAD,OPTIONS -> item (number IntegerConverter)",
        "  + /item/<number>: GET,HEAD,OPTIONS -> item (number UnicodeConverter)",
        "  - /moved: GET,HEAD,OPTIONS -> moved",
        "  + /moved: GET,HEAD,OPTIONS,PUT -> moved",
        "  + werkzeug.exceptions.Gone of the app: shop.missing",
        "  - werkzeug.exceptions.NotFound of the app: shop.missing",
        "  - before request of the app: shop.early, shop.before",
        "  + before request of the app: shop.before, shop.early",
        "  + resync",
        "  - sync",
        "  - thing: shop.Thing",
        "  + thing: builtins.int",
        "  - loud",
        "  + louder",
        "  - SHOP",
        "  + STORE",
        "  - /broken: 500 text/html KeyError",
        "  + /broken: 500 text/html ValueError",
        '  - /: {"folder":"<project>","shop":"open"}\\n',
        '  + /: {"folder":"<project>","shop":"closed"}\\n',
    ], result.stdout
    assert result.stdout.splitlines()[-1] == "Different"


@pytest.mark.skipif(find_spec("flask_sqlalchemy") is None, reason="of the test extra")
def test_tables_and_mapped_classes(write: Write) -> None:
    app = "from flask import Flask\n\ndef create_app():\n    from models import db\n    return Flask(__name__)\n"
    changed = (
        MODELS.replace("String(20), nullable=False", "Integer").replace("User", "Person").replace("user.", "person.")
    )
    folder = write({"old/shop.py": app, "old/models.py": MODELS, "new/shop.py": app, "new/models.py": changed})
    result = run(folder, "old", "new", "--runs", "0", "--app", "shop:create_app")
    changes = [line for line in result.stdout.splitlines() if line.startswith("  ")]
    assert changes == [
        "  + person: boss Integer -> person.id, id Integer primary key, name Integer",
        "  - user: boss Integer -> user.id, id Integer primary key, name String not null",
        "  + models.Person: person",
        "  - models.User: user",
    ], result.stdout + result.stderr


def test_modules_and_times_are_shown_and_make_no_difference(write: Write) -> None:
    folder = write({"old/shop.py": f"import colorsys\n{APP}", "new/shop.py": APP})
    result = run(folder, "old", "new", "--json", "out.json")
    assert result.returncode == 0, result.stdout + result.stderr
    assert result.stderr.endswith(": 11 times each or one more\n")
    found = json.loads((folder / "out.json").read_text(encoding="utf-8"))
    assert (found["modules"]["gone"], found["modules"]["new"]) == (["colorsys"], [])
    assert found["ms"]["before"]["low"] <= found["ms"]["before"]["median"] <= found["ms"]["before"]["high"]
    line = next(line for line in result.stdout.splitlines() if line.startswith("startup ms"))
    assert line.endswith(found["ms"]["verdict"])


def test_the_last_commit_against_what_lies_here(write: Write, tmp_path: Path) -> None:
    settings = "\nopen('.env').read()\nopen('instance/db').read()\n"
    folder = write({"top/web/shop.py": APP + settings, "top/.gitignore": ".env\ninstance/\n__pycache__/\n"}) / "top/web"
    write({"top/web/.env": "KEY=1\n", "top/web/instance/db": "", "top/web/__pycache__/x.pyc": ""})
    git(tmp_path / "top", "init", "--quiet")
    git(tmp_path / "top", "add", ".")
    git(tmp_path / "top", "commit", "--quiet", "-m", "app")
    result = run(folder, "--runs", "0")
    assert result.returncode == 0, result.stdout + result.stderr
    assert result.stdout.startswith("git:HEAD (shop:create_app) and . (shop:create_app)\n")
    write({"top/web/shop.py": APP.replace('"/moved"', '"/gone"') + settings})
    result = run(folder, "--runs", "0", "--quiet")
    assert (result.returncode, result.stderr) == (1, "")
    assert "  - /moved: GET,HEAD,OPTIONS -> moved\n" in result.stdout
    write({"top/web/shop.py": "import absent\n" + APP})
    result = run(folder, "--runs", "0")
    assert result.returncode == 1
    assert ". does not start: ModuleNotFoundError: No module named 'absent' (shop.py:1)\n" in result.stdout


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (("absent", "old"), "'absent' is neither a folder nor a revision such as git:HEAD"),
        (("git:", "old"), "'git:' is no revision such as git:HEAD"),
        (("git:HEAD:shop", "old"), "'git:HEAD:shop' is no revision such as git:HEAD"),
        (("empty", "old"), "empty: no entry point found: there are no Python files in "),
        (("old", "old", "--app", "absent"), "old: no module named 'absent'"),
        (("old", "old", "--app", "noapp"), "old: no Flask app behind noapp: name one, such as --app shop:create_app"),
        (("old", "old", "--app", "broken"), "old: ZeroDivisionError: division by zero"),
        (("old", "old", "--app", "gone"), "old: last words"),
        (("old", "old", "--app", "colorsys"), "old: what is imported is "),
        (("old", "old", "--runs", "3"), "--runs: 3 starts cannot tell a difference from chance: at least 8, or 0"),
        (("old", "old", "--env", "old"), "old: no virtual environment: there is no interpreter in it"),
        (("old", "old", "--json", "old/shop.py/x"), "old/shop.py/x: Not a directory"),
    ],
)
def test_what_cannot_be_compared_is_one_line(arguments: tuple[str, ...], reason: str, write: Write) -> None:
    gone = "import os, sys\nprint('last words', file=sys.stderr, flush=True)\nos._exit(3)\n"
    folder = write(
        {"old/shop.py": APP, "old/noapp.py": "", "old/broken.py": "1 / 0\n", "old/gone.py": gone, "empty/x": ""}
    )
    result = run(folder, "--runs", "0", "--quiet", *arguments)
    assert (result.returncode, result.stdout) == (2, "")
    assert result.stderr.startswith(f"flask-startup verify: {reason}")
    assert len(result.stderr.splitlines()) == 1


def test_the_extra_is_named_where_it_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    from click.testing import CliRunner

    from flake8_flask_startup.cli import startup

    monkeypatch.setattr(command, "find_spec", lambda _: None)
    result = CliRunner().invoke(startup, ["verify"])
    assert result.exit_code == 2
    assert "times need pip install 'flake8-flask-startup[bench]'; --runs 0 does without" in result.output


@pytest.mark.skipif(os.name != "posix", reason="signals")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_interrupted_or_ended_it_leaves_no_process_and_no_file(number: int, write: Write) -> None:
    folder = write({"new/shop.py": APP})
    (folder / "scratch").mkdir()
    with Event(folder) as started:
        write({"old/shop.py": HANGING.format(str(started.path))})
        arguments = [DOOR, "verify", "old", "new", "--app", "shop", "--json", "out"]
        environment = {**os.environ, "TMPDIR": str(folder / "scratch")}
        with subprocess.Popen(arguments, cwd=folder, stderr=subprocess.PIPE, text=True, env=environment) as process:
            started.wait()
            process.send_signal(number)
            assert process.stderr is not None
            said = process.stderr.read()
        started.wait_for_end()
    assert process.returncode == 130
    assert said.splitlines()[1:] == ["flask-startup verify: interrupted"]
    assert not list((folder / "scratch").iterdir())
    assert not (folder / "out").exists()


@pytest.mark.skipif(not Path("/proc/self/environ").exists(), reason="told by /proc")
def test_what_has_left_the_session_of_a_start_ends_with_it(write: Write) -> None:
    folder = write({"new/shop.py": APP})
    os.mkfifo(folder / "never")
    with Event(folder) as alive:
        leaving = f"""\
import subprocess

held = open({str(alive.path)!r}, "w")
subprocess.Popen(["cat", {str(folder / "never")!r}], start_new_session=True, pass_fds=[held.fileno()])
"""
        write({"old/shop.py": APP + leaving})
        assert run(folder, "old", "new", "--runs", "0").returncode == 0
        alive.wait_for_end()


def test_a_start_that_ends_while_it_answers_is_noted(write: Write) -> None:
    app = "import os\nfrom flask import Flask\napp = Flask(__name__)\napp.route('/')(lambda: os.abort())\n"
    folder = write({"old/app.py": app, "new/app.py": app})
    result = run(folder, "old", "new", "--get", "--runs", "0")
    assert result.returncode == 0, result.stdout + result.stderr
    assert "old: the interpreter ended by signal 6\n" in result.stdout


@pytest.mark.skipif(not hasattr(signal, "setitimer"), reason="timers")
def test_a_page_that_takes_too_long_or_has_no_end() -> None:
    app = Flask("shop")
    app.add_url_rule("/slow", "slow", lambda: signal.pause())
    app.add_url_rule("/endless", "endless", lambda: iter(lambda: "x" * 100_000, ""))
    before = signal.getsignal(signal.SIGALRM)
    try:
        assert observe_child.asked(app, "/slow", "/r", 0.05) == {"GET responses": {"/slow": "no answer within 0.05 s"}}
        found = observe_child.asked(app, "/endless", "/r", 60)
        assert found["GET bodies"]["/endless"].startswith("2100000 bytes, SHA-256 ")
    finally:
        signal.signal(signal.SIGALRM, before)


def test_pages_that_are_asked_for() -> None:
    app = Flask("shop")
    for rule, options in (
        ("/b", {}),
        ("/a/", {}),
        ("/post", {"methods": ["POST"]}),
        ("/item/<int:number>", {"defaults": None}),
        ("/sub", {"subdomain": "x"}),
    ):
        app.add_url_rule(rule, rule, str, **options)  # type: ignore[arg-type]  # as Flask takes them
    assert observe_child.paths(app) == ["/a/", "/b"]


def test_an_app_is_found_behind_what_wraps_it() -> None:
    app = Flask("shop")

    class Dash:
        server = app

    class Proxy:
        def _get_current_object(self) -> Flask:
            return app

    class Middleware:
        wsgi_app = Dash()

    class Round:
        pass

    Round.app = Round()  # type: ignore[attr-defined]
    module = type(sys)("module")
    module.site, module.same = app, app  # type: ignore[attr-defined]
    factory = type(sys)("factory")
    factory.create_app = Dash  # type: ignore[attr-defined]
    for each in (app, Dash(), Proxy(), Middleware(), module, factory):
        assert observe_child.app_of(each) is app
    for each in (None, 1, Round(), type(sys)("empty")):
        assert observe_child.app_of(each) is None


def test_too_many_changes_are_counted() -> None:
    from flake8_flask_startup.measure.verify.as_text import _section

    changes = tuple(Change(str(number), None, "x" * 300) for number in range(30))
    lines = list(_section(Section("routes", 0, 30, changes, ("a", "b", "c", "d")), 10))
    assert lines[0] == "routes         0 and 30  30 different, 4 unstable, not compared: a, b, c and 1 more"
    assert lines[1] == f"  + 0: {'x' * 100}..."
    assert lines[-1] == "    10 more, which --json has"


def test_a_failure_is_different() -> None:
    assert not Verified((None, None), "ValueError").is_same  # type: ignore[arg-type]  # launches are not looked at
