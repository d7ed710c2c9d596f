"""What other files need of a module: files that cannot be read, files that change, folders that are no part."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from flake8_flask_startup.files import ttl
from flake8_flask_startup.project.references import Neighbourhood, neighbourhood

Write = Callable[[Mapping[str, str]], Path]


@pytest.fixture
def reports(write: Write, monkeypatch: pytest.MonkeyPatch) -> Neighbourhood:
    monkeypatch.setattr(ttl, "EDITOR_S", 0.0)  # every look is at the disk
    monkeypatch.setattr(ttl, "EDITOR_LONGEST_S", 0.0)
    monkeypatch.setattr(ttl, "EDITOR_LEAST_TIMES", 0)
    monkeypatch.chdir(write({"app/__init__.py": "", "app/reports.py": "import pandas as pd\n"}))
    return Neighbourhood("app/reports.py")


def test_a_file_that_cannot_be_parsed_is_searched(reports: Neighbourhood, write: Write) -> None:
    write({"old.py": "from app import reports\nprint reports.pd\n"})
    assert reports.need("pd") == "'old.py' cannot be parsed, and may use it"
    assert reports.need("np") == ""


def test_a_file_that_cannot_be_parsed_and_says_nothing_of_it(reports: Neighbourhood, write: Write) -> None:
    write({"old.py": "print 'reports and pd'\n"})
    assert reports.need("pd") == ""


def test_what_cannot_be_read_says_nothing(reports: Neighbourhood, write: Write, tmp_path: Path) -> None:
    (tmp_path / "gone.py").symlink_to(tmp_path / "nowhere.py")
    (tmp_path / "folder.py").mkdir()
    (tmp_path / "binary.py").write_bytes(b"reports pd \x00\xff")
    write({"views.py": "from app.reports import pd\n"})
    assert reports.need("pd") == "'views.py' imports 'pd' from it on line 1"


@pytest.mark.usefixtures("reports")
def test_what_is_found_out_about_a_module_is_kept_until_a_file_changes(write: Write, tmp_path: Path) -> None:
    write({"views.py": "from app import reports\nkept = [reports]\n"})
    known = neighbourhood("app/reports.py")
    assert known.handed_on == "'views.py'"
    assert neighbourhood(str(tmp_path / "app" / "reports.py")) is known
    write({"views.py": "from app import reports\n"})
    assert neighbourhood("app/reports.py").handed_on == ""


def test_a_file_that_changes_is_read_again(reports: Neighbourhood, write: Write, tmp_path: Path) -> None:
    write({"views.py": "from app.reports import pd\n"})
    assert reports.need("pd")
    write({"views.py": "from app.reports import np\n"})
    os.utime(tmp_path / "views.py", (1, 1))
    assert reports.need("pd") == ""


def test_a_file_that_appears_is_found(reports: Neighbourhood, write: Write, tmp_path: Path) -> None:
    assert reports.need("pd") == ""
    write({"views.py": "from app.reports import pd\n"})
    os.utime(tmp_path, (1, 1))
    assert reports.need("pd")


@pytest.mark.parametrize("folder", ["node_modules", ".hidden", "site-packages", "__pycache__", "environment"])
def test_folders_that_are_no_part_of_the_project(folder: str, reports: Neighbourhood, write: Write) -> None:
    write({f"{folder}/views.py": "from app.reports import pd\n", "environment/pyvenv.cfg": ""})
    assert reports.need("pd") == ""


def test_further_import_roots(write: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(write({"code/inner/reports.py": "", "views.py": "from inner.reports import pd\n"}))
    assert Neighbourhood("code/inner/reports.py").need("pd") == ""
    assert Neighbourhood("code/inner/reports.py", ("code",)).need("pd")


def test_a_file_outside_the_working_directory(write: Write, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write({"elsewhere/app/__init__.py": "", "elsewhere/app/reports.py": "", "here/x.py": ""})
    write({"elsewhere/views.py": "from app.reports import pd\n"})
    monkeypatch.chdir(tmp_path / "here")
    found = Neighbourhood(str(tmp_path / "elsewhere" / "app" / "reports.py")).need("pd")
    assert found == "'views.py' imports 'pd' from it on line 1"


def test_names_that_are_part_of_longer_ones(reports: Neighbourhood, write: Write) -> None:
    write({"views.py": "from app.reports import pdf\nx = 'app.reports.pdf', 'my.app.reports.pd', '.pdf'\n"})
    assert reports.need("pd") == ""


@pytest.mark.parametrize(
    ("line", "receives"),
    [
        ("def use(module): return getattr(module, 'pd')", True),
        ("async  def  use(module): return getattr(module, 'pd')", True),
        ("from lib import use", True),
        ("from lib import (a,use)", True),
        ("import use", True),
        ("x = lib.use; getattr(x, 'pd')", False),
        (f"from lib import a; x = {'import_ + ' * 3}lib.use; getattr(x, 'pd')", False),
        # with every `import` of the line tried for every name, this would not end
        (f"from lib import a  # {'import ' * 2000}{'.use' * 10_000}", False),
    ],
)
def test_where_what_the_module_is_given_to_is_received(
    line: str, receives: bool, reports: Neighbourhood, write: Write
) -> None:
    ask = "\n\n\ndef ask(what):\n    return getattr(what, 'pd')\n"
    write({"giving.py": "from app import reports\nimport lib\nlib.use(reports)\n", "other.py": line + ask})
    assert [Path(text.path).name for text in reports._receiving if text.path.endswith("other.py")] == (
        ["other.py"] if receives else []
    )
