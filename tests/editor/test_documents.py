"""Which documents are checked, where, and with which settings; and what is not done to the machine."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path

import pytest
from editing import edit, editor, safe
from flake8.exceptions import ExecutionError
from lsprotocol import types
from processes import children, server_of
from pygls.exceptions import JsonRpcException

from conftest import COSTS
from events import SAFETY_NET_S
from flake8_flask_startup.config.effects import COMMANDS
from flake8_flask_startup.config.option_values import SettingsError
from flake8_flask_startup.config.options import parse
from flake8_flask_startup.editor.options import arguments_of

Write = Callable[[Mapping[str, str]], Path]

OPTIONS = (f"--fst-costs={COSTS}", "--fst-cache=off")
UNUSED = "import pandas\n"
TRAP = "from pathlib import Path\nPath(__file__).with_name('EXECUTED').touch()\n"


@pytest.mark.parametrize(
    "name", ["a b/c+d (1).py", "\N{LATIN SMALL LETTER A WITH DIAERESIS}.py", "x%25.py", "x\x1b#\n.py"]
)
def test_names_whose_uris_have_escapes(name: str, write: Write) -> None:
    around = write({name: UNUSED, "beside.py": UNUSED})

    async def scenario() -> None:
        async with editor(around, *OPTIONS) as each:
            for opened in (name, "beside.py"):
                each.open(opened)
                assert await each.codes(opened) == ["FST103"]
            each.save("beside.py")
            assert await each.codes(name) == ["FST103"]
            each.change(name, "import pandas\nx = '\ud800'\n")
            assert await each.codes(name) == ["FST103"]

    edit(scenario)


def test_each_folder_has_its_own_configuration(write: Write) -> None:
    around = write(
        {
            "one/app.py": UNUSED,
            "two/app.py": UNUSED,
            "two/setup.cfg": "[flake8]\nignore = FST103\n",
            "two/three/app.py": UNUSED,
            "four/app.py": UNUSED,
        }
    )

    async def scenario() -> None:
        folders = [around / "one", around / "two", around / "two/three"]
        async with editor(around, *OPTIONS, folders=folders) as each:
            for name, codes in (("one/app.py", ["FST103"]), ("two/app.py", []), ("two/three/app.py", [])):
                each.open(name)
                assert await each.codes(name) == codes
            each.open("four/app.py")  # in no open folder, as a library that the editor goes to
            each.change("one/app.py", "x = 1\n")
            assert (await each.published()).uri == each.uri("one/app.py")
            event = types.WorkspaceFoldersChangeEvent(
                added=[types.WorkspaceFolder((around / "four").as_uri(), "four")],
                removed=[types.WorkspaceFolder((around / "one").as_uri(), "one")],
            )
            each.client.workspace_did_change_workspace_folders(types.DidChangeWorkspaceFoldersParams(event))
            assert await each.codes("four/app.py") == ["FST103"]

    edit(scenario)


def test_without_a_folder_a_file_is_checked_where_it_lies(write: Write) -> None:
    around = write({"lone/app.py": UNUSED, "lone/setup.cfg": "[flake8]\nignore = FST101\n"})

    async def scenario() -> None:
        async with editor(around, *OPTIONS, folders=[]) as one:
            one.open("lone/app.py")
            assert await one.codes("lone/app.py") == ["FST103"]
            one.open("gone/new.py", UNUSED)  # in a folder that is not there
            one.open("untitled:Untitled-1", UNUSED)
            one.change("lone/app.py", "")
            assert await one.codes("lone/app.py") == []

    edit(scenario)


def test_what_is_not_python_is_left_alone(write: Write) -> None:
    folder = write({"notes.md": UNUSED, "script": UNUSED, "typed.pyi": UNUSED})

    async def scenario() -> None:
        async with editor(folder, *OPTIONS) as one:
            one.open("notes.md", language="markdown")
            one.open("notes.txt", UNUSED, language="")
            one.open("script")
            assert await one.codes("script") == ["FST103"]
            one.open("untitled:Untitled-1", UNUSED)
            assert await one.codes("untitled:Untitled-1") == ["FST103"]
            one.open("no/such/folder/new.py", UNUSED)
            assert await one.codes("no/such/folder/new.py") == ["FST103"]
            one.open("typed.pyi", language="")
            assert (await one.published()).uri == one.uri("typed.pyi")

    edit(scenario)


def test_a_name_that_leads_out_of_the_folder_is_not_inside(write: Write) -> None:
    around = write({"one/app.py": UNUSED, "outside.py": UNUSED})

    async def scenario() -> None:
        async with editor(around / "one", *OPTIONS) as one:
            for name in ("../outside.py", "new/../../outside.py"):
                one.open(f"{one.uri('')}/{name}", UNUSED)
            one.open("app.py")
            assert await one.codes("app.py") == ["FST103"]
            one.save("app.py")
            assert (await one.published()).uri == one.uri("app.py")

    edit(scenario)


@pytest.mark.parametrize("line", [-5, 10**10, "one", None])
def test_a_request_that_cannot_be_read_is_answered_with_an_error(line: object, write: Write) -> None:
    folder = write({"app.py": UNUSED})

    async def scenario() -> None:
        async with editor(folder, *OPTIONS) as one:
            one.open("app.py")
            place = types.Position(0, 0)
            object.__setattr__(place, "line", line)  # which lsprotocol's own validator would refuse
            asked = types.HoverParams(types.TextDocumentIdentifier(one.uri("app.py")), place)
            with pytest.raises(JsonRpcException):
                await safe(one.client.text_document_hover_async(asked))
            for odd in ([], None, {}, {"jsonrpc": "2.0"}):
                one.client.protocol._send_data(odd or [odd])
            assert "pandas" in await one.hover("app.py", 1)

    edit(scenario)


CONFIGURE = b'{"id": 1, "do": "configure", "folder": ".", "arguments": []}\n'


def test_a_process_ends_quietly_when_nobody_hears_it() -> None:
    read, write = os.pipe()
    os.close(read)
    command = [sys.executable, "-P", "-m", "flake8_flask_startup.editor.worker"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=write, stderr=subprocess.PIPE) as worker:
        os.close(write)
        assert worker.stdin is not None
        worker.stdin.write(CONFIGURE)
        worker.stdin.flush()
        assert worker.wait(SAFETY_NET_S) == 0
        assert worker.stderr is not None
        assert worker.stderr.read() == b""


AT_WORK = """
import signal
from flake8_flask_startup.editor import worker

def answer(self, request):
    self.send({})
    signal.pause()

worker.Worker.answer = answer
worker.main()
"""


def test_a_process_at_work_ends_with_the_server_that_asked_it() -> None:
    command = [sys.executable, "-P", "-c", AT_WORK]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as worker:
        assert worker.stdin is not None
        assert worker.stdout is not None
        worker.stdin.write(CONFIGURE)
        worker.stdin.flush()
        assert worker.stdout.readline() == b"{}\n"  # it works
        worker.stdin.close()
        assert worker.wait(SAFETY_NET_S) == 0


def test_a_file_that_is_closed_has_no_findings_and_is_anew_under_another_name(write: Write) -> None:
    folder = write({"app.py": UNUSED})

    async def scenario() -> None:
        async with editor(folder, *OPTIONS) as one:
            one.open("app.py")
            assert await one.codes("app.py") == ["FST103"]
            (folder / "app.py").rename(folder / "web.py")
            one.close("app.py")
            closed = await one.published()
            assert (closed.uri, list(closed.diagnostics)) == (one.uri("app.py"), [])
            one.open("web.py")
            assert await one.codes("web.py") == ["FST103"]
            (folder / "web.py").unlink()
            one.change("web.py", "\n" + UNUSED)
            assert await one.codes("web.py") == ["FST103"]

    edit(scenario)


def test_files_beside_a_document_are_seen_when_they_change(write: Write) -> None:
    folder = write({"views.py": "import pandas\n", "app.py": "x = 1\n"})
    using = "from views import pandas\n\nframe = pandas.DataFrame()\n"

    async def scenario() -> None:
        async with editor(folder, *OPTIONS) as one:
            one.open("views.py")
            assert await one.codes("views.py") == ["FST103"]
            one.open("app.py")
            assert await one.codes("app.py") == []
            one.change("app.py", using)
            await one.diagnostics("app.py")
            (folder / "app.py").write_text(using)
            one.save("app.py")
            assert await one.codes("views.py") == ["FST102"]
            (folder / "app.py").write_text("x = 1\n")
            event = types.FileEvent(one.uri("app.py"), types.FileChangeType.Changed)
            one.client.workspace_did_change_watched_files(types.DidChangeWatchedFilesParams([event]))
            assert await one.codes("views.py") == ["FST103"]

    edit(scenario)


def test_a_huge_text_is_a_line_in_the_log(write: Write) -> None:
    folder = write({"app.py": UNUSED})

    async def scenario() -> None:
        async with editor(folder, *OPTIONS) as one:
            one.open("app.py", UNUSED + "#" * 5_000_000)
            assert "larger than 5,000,000 bytes" in await one.logged()
            assert await one.codes("app.py") == []
            one.change("app.py", "(" * 100_000)
            assert await one.codes("app.py") == []
            one.change("app.py", "import pandas\n" + "(" * 100_000)
            assert await one.codes("app.py") == ["E999"]

    edit(scenario)


@pytest.mark.parametrize(
    ("settings", "line"),
    [
        ({"cache": "/"}, "flaskStartup.cache: says what is written, which only the command line may"),
        ({"config": "other.cfg"}, "flaskStartup.config: says what is written, which only the command line may"),
        ({"colour": "red"}, "flaskStartup.colour: there is no such setting"),
        ({"all": "yes"}, "flaskStartup.all: must be true or false"),
        ({"fst-all": "yes"}, "flaskStartup.fst-all: must be true or false"),
        ({"stdio": "x"}, "flaskStartup.stdio: there is no such setting"),
        ({"root": "nowhere"}, "--fst-roots: nowhere is not a folder: the default holds"),
        ({"threshold": {"ms": 1}}, "flaskStartup.threshold: must be text, a number or a list of texts"),
        (["threshold"], "flaskStartup: settings are an object of names and values"),
    ],
)
def test_a_setting_that_cannot_be_used_is_told_and_the_others_hold(settings: object, line: str, write: Write) -> None:
    folder = write({"app.py": UNUSED})
    given = (
        {**settings, "ignore": ["FST103"], "app": "", "trace": {"server": "off"}}
        if isinstance(settings, dict)
        else settings
    )

    async def scenario() -> None:
        async with editor(folder, *OPTIONS, settings=given) as one:
            one.open("app.py")
            assert await one.shown() == f"flask-startup: {line}"
            assert await one.codes("app.py") == ([] if isinstance(settings, dict) else ["FST103"])

    edit(scenario)


@pytest.mark.parametrize("value", ["x", True, 5, ["x"]])
def test_no_setting_ends_the_process_of_a_folder(value: object) -> None:
    for name in (*COMMANDS["lsp"], "root", "fst-roots", "colour"):
        with suppress(SettingsError, ExecutionError):
            parse(arguments_of({name: value}).arguments)  # which would end with SystemExit


def test_a_folder_that_is_made_anew_is_read_anew(write: Write) -> None:
    folder = write({"project/app.py": UNUSED})

    async def scenario() -> None:
        async with editor(folder / "project", *OPTIONS) as one:
            one.open("app.py")
            assert await one.codes("app.py") == ["FST103"]
            (folder / "project").rename(folder / "old")
            write({"project/app.py": UNUSED, "project/setup.cfg": "[flake8]\nextend-ignore = FST103\n"})
            one.change("app.py", UNUSED + "x = 1\n")
            assert await one.codes("app.py") == []

    edit(scenario)


def test_an_interrupt_ends_the_server_at_once(write: Write) -> None:
    folder = write({"app.py": UNUSED})
    command = (Path(sys.executable).with_name("flask-startup"), "lsp")
    body = (
        b'{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"processId":null,"rootUri":null,"capabilities":{}}}'
    )
    with subprocess.Popen(
        command, cwd=folder, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as server:
        assert server.stdin is not None
        assert server.stdout is not None
        server.stdin.write(b"Content-Length: %d\r\n\r\n%s" % (len(body), body))
        server.stdin.flush()
        assert server.stdout.readline().startswith(b"Content-Length")  # it serves
        server.send_signal(signal.SIGINT)
        assert server.wait(SAFETY_NET_S) == 130
        assert server.stderr is not None
        assert server.stderr.read() == b"flask-startup: interrupted\n"


def test_settings_of_a_folder_and_new_ones(write: Write) -> None:
    folder = write({"app.py": "import numpy\n"})

    async def scenario() -> None:
        async with editor(folder, *OPTIONS, settings={"threshold": 500}) as one:
            one.open("app.py")
            assert await one.codes("app.py") == []
            one.client.set_configuration({"threshold": 60}, section="flaskStartup")
            one.client.workspace_did_change_configuration(types.DidChangeConfigurationParams(None))
            assert await one.codes("app.py") == ["FST103"]
            one.client.set_configuration({}, section="flaskStartup")
            one.client.workspace_did_change_configuration(
                types.DidChangeConfigurationParams({"flaskStartup": {"threshold": 90}})
            )
            assert await one.codes("app.py") == []

    edit(scenario)


def test_configuration_that_cannot_be_read_is_told_until_it_is_mended(write: Write) -> None:
    folder = write({"app.py": UNUSED, "pyproject.toml": "[tool.flask-startup]\nthreshold = {}\n"})

    async def scenario() -> None:
        async with editor(folder, *OPTIONS) as one:
            one.open("app.py")
            assert "pyproject.toml" in await one.shown()
            assert await one.codes("app.py") == []
            (folder / "pyproject.toml").write_text("[tool.flask-startup]\nthreshold = 5000\n")
            one.save("pyproject.toml")
            assert await one.codes("app.py") == []
            (folder / "pyproject.toml").write_text("")
            one.save("pyproject.toml")
            assert await one.codes("app.py") == ["FST103"]
            (folder / "pyproject.toml").write_text("[tool.flask-startup]\nthreshold = {}\n")
            one.save("pyproject.toml")
            assert "the configuration from before holds" in await one.shown()
            assert await one.codes("app.py") == ["FST103"]

    edit(scenario)


@pytest.mark.parametrize(
    ("wrong", "line"),
    [
        ({"threshold": "NaN"}, "--fst-threshold: 'NaN' is not a number of milliseconds, 0 or more: the default holds"),
        ({"app": "[[["}, "--fst-app: '[[[' is not an entry point such as package.module:create_app"),
        ({"app": "typo:app"}, "startup does not begin at typo:app"),
        ({"costs": ["none.toml"]}, "--fst-costs: none.toml is not a file: the default holds"),
        ({"costs": ["app.py"]}, "the bundled cost table alone holds"),
        ({"target-version": "four"}, "--fst-target-version: 'four' is not a version such as 3.12"),
        ({"per-file-ignores": "nothing"}, "no codes are ignored by file"),
    ],
)
def test_a_value_that_cannot_be_used_silences_nothing(wrong: Mapping[str, object], line: str, write: Write) -> None:
    folder = write({"app.py": UNUSED})

    async def scenario() -> None:
        async with editor(folder, "--fst-cache=off", settings=wrong) as one:
            one.open("app.py")
            assert line in await one.shown()
            assert await one.codes("app.py") == ["FST103"]

    edit(scenario)


def test_nothing_of_a_folder_takes_the_place_of_a_module(write: Write) -> None:
    names = (
        "json",
        "asyncio",
        "pygls",
        "lsprotocol",
        "logging",
        "flake8",
        "pandas",
        "sitecustomize",
        "astroid",
        "tomli",
    )
    folder = write({"app.py": "import pandas, json\n", **{f"{name}.py": TRAP for name in names}})

    async def scenario() -> None:
        async with editor(folder, *OPTIONS) as one:
            one.open("app.py")
            await one.diagnostics("app.py")

    before = sorted(folder.rglob("*"))
    edit(scenario)
    assert sorted(folder.rglob("*")) == before


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="looks at processes as Linux shows them")
def test_a_process_that_is_gone_is_started_again(write: Write) -> None:
    folder = write({"app.py": UNUSED})

    async def scenario() -> None:
        async with editor(folder, *OPTIONS) as one:
            one.open("app.py")
            assert await one.codes("app.py") == ["FST103"]
            (worker,) = children(server_of(one))
            os.kill(worker, signal.SIGKILL)
            one.change("app.py", UNUSED + "x = 1\n")
            assert await one.codes("app.py") in ([], ["FST103"])  # ended before it was asked, or meanwhile
            one.change("app.py", UNUSED)
            assert await one.codes("app.py") == ["FST103"]
            server = one.client._server
            assert server is not None
            (worker,) = children(server.pid)
            server.kill()
            await safe(server.wait())
            await one.client.stop()
            one.client.error = RuntimeError("it was killed")

    edit(scenario)


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="looks at processes as Linux shows them")
@pytest.mark.parametrize("is_stopped", [False, True])
def test_an_editor_that_vanishes_leaves_no_process(is_stopped: bool, write: Write) -> None:
    folder = write({"app.py": UNUSED})

    async def scenario() -> None:
        async with editor(folder, *OPTIONS) as one:
            one.open("app.py")
            assert await one.codes("app.py") == ["FST103"]
            server = one.client._server
            assert server is not None
            assert server.stdin is not None
            (worker,) = children(server.pid)
            if is_stopped:
                os.kill(worker, signal.SIGSTOP)  # so that what it is asked now is never answered
                one.change("app.py", UNUSED + "x = 1\n")
            server.stdin.close()
            assert await safe(server.wait()) == 0
            assert not Path(f"/proc/{worker}").exists()
            await one.client.stop()
            one.client.error = RuntimeError("it has ended")

    edit(scenario)
