"""The project: where a dotted name lives, whose it is, and what cannot be read."""

from __future__ import annotations

import ast
import os
import tokenize
from pathlib import Path

import pytest

from flake8_flask_startup.files.source_file import MAX_TEXT_BYTES, read_source
from flake8_flask_startup.project.import_roots import first_party
from flake8_flask_startup.project.module_finder import Origin
from flake8_flask_startup.project.modules import Project
from flake8_flask_startup.syntax.binder import collect
from flake8_flask_startup.syntax.static_conditions import Phase, Target


def write(folder: Path, **files: str) -> None:
    for name, text in files.items():
        path = folder.joinpath(*name.split("__")).with_suffix(".py")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


def test_a_compiled_module_has_a_file_and_nothing_to_say(tmp_path: Path) -> None:
    (tmp_path / "fast.cpython-311-x86_64-linux-gnu.so").write_bytes(b"\x7fELF")
    (tmp_path / "plain.so").write_bytes(b"\x7fELF")
    project = Project([tmp_path])
    for name in ("fast", "plain"):
        file = project.find(name)
        assert file is not None
        assert not project.facts(file).facts.imports
        assert project.facts(file).problem == ""


@pytest.mark.parametrize("name", ["not-a-name", "gone", "one.gone", "a" * 300, "null\0byte"])
def test_no_such_module(name: str, tmp_path: Path) -> None:
    write(tmp_path, one="")
    assert Project([tmp_path]).find(name) is None


def test_an_environment_s_module_stands_behind_the_project_s_but_before_a_bare_folder(tmp_path: Path) -> None:
    site, root = tmp_path / "site", tmp_path / "root"
    write(site, shop="", redis="", company="")
    write(root, shop="", redis__tests="")
    project = Project([root], first_party=["company", "absent"], env=site)
    origins = [project.origin(name) for name in ("shop", "redis", "company", "absent", "json", "other.part")]
    first, third = Origin.FIRST_PARTY, Origin.THIRD_PARTY
    assert origins == [first, third, first, first, Origin.STDLIB, third]


def test_a_root_is_added_once(tmp_path: Path) -> None:
    write(tmp_path, vendor__library="")
    project = Project([tmp_path])
    assert project.find("library") is None
    project.add_root(tmp_path / "gone")
    project.add_root(tmp_path / "vendor")
    project.add_root(tmp_path / "vendor")
    assert project.roots == [tmp_path, tmp_path / "vendor"]
    assert project.find("library") is not None


def test_data_files_name_modules_and_what_lies_in_them(tmp_path: Path) -> None:
    write(tmp_path, shop__one="", shop__two="", shop__three="")
    (tmp_path / "shop" / "plugins.yml").write_bytes(b"use: [shop.one.Plugin, shop.gone.Plugin] # \xff\n")
    (tmp_path / "shop" / "big.json").write_text('"shop.two"' + " " * MAX_TEXT_BYTES)
    (tmp_path / "shop" / "folder.toml").mkdir()
    (tmp_path / "shop" / "notes.txt").write_text("shop.three")
    project = Project([tmp_path])
    assert project.named_in_data("shop") == ["shop.one"]
    assert project.named_in_data("gone") == []


@pytest.mark.parametrize(("name", "expected"), [("shop", True), ("own", True), ("empty", False), ("gone", False)])
def test_first_party_of_a_file(name: str, expected: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path, src__shop____init__="", own="")
    (tmp_path / "empty").mkdir()
    monkeypatch.chdir(tmp_path)
    assert first_party(str(tmp_path / "own.py"))(name) is expected


def test_first_party_counts_from_outside_the_file_s_packages(tmp_path: Path) -> None:
    write(tmp_path, deep__shop__api__views="", deep__other="")
    for folder in ("deep/shop", "deep/shop/api"):
        (tmp_path / folder / "__init__.py").write_text("")
    is_first_party = first_party(str(tmp_path / "deep/shop/api/views.py"))
    assert [is_first_party(name) for name in ("other", "shop", "views", "a" * 300)] == [True, True, False, False]


PHASES = {
    "await": (
        "async def f():\n    async with o() as x:\n        async for y in x:\n            import hit\n",
        "deferred",
    ),
    "except star": ("try:\n    import hit\nexcept* OSError:\n    pass\n", "import"),
    "match": ("match x:\n    case A(b=1) | [*c] | {'k': d, **e} if d:\n        import hit\n", "import"),
    "while": ("while x:\n    import hit\nelse:\n    y\n", "import"),
    "raise": ("def f():\n    import hit\n    assert x, y\n    raise x from y\n", "deferred"),
}


@pytest.mark.parametrize(("source", "phase"), PHASES.values(), ids=PHASES.keys())
def test_phases_of_rare_statements(source: str, phase: str) -> None:
    (found,) = collect(ast.parse(source), Target((3, 11))).imports
    assert found.place.phase is Phase(phase)


def test_among_installed_packages_only_the_file_s_own_is_first_party(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    site = tmp_path / "site-packages"
    for name in ("shop", "pandas"):
        (site / name).mkdir(parents=True)
        (site / name / "__init__.py").touch()
    monkeypatch.chdir(site)
    is_own = first_party("shop/__init__.py")
    assert is_own("shop")
    assert not is_own("pandas")


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="a system without named pipes")
def test_a_pipe_is_not_read(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.py")
    project = Project([tmp_path])
    file = project.find("pipe")
    assert file is not None
    assert "not a regular file" in project.facts(file).problem


@pytest.mark.parametrize(
    "data",
    [
        b"x = 1\r\ny = 2\rz = 3\n",
        "# coding: latin-1\nx = '\u00e4'\n".encode("latin-1"),
        "#!/usr/bin/python\n# vim: set fileencoding=cp1252 :\nx = '\u20ac'\n".encode("cp1252"),
        b"\xef\xbb\xbfx = 1\n",
        "x = 'coding: \u00e4'\n".encode(),
        b"",
    ],
)
def test_a_file_is_read_as_python_reads_it(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "file.py"
    path.write_bytes(data)
    with tokenize.open(path) as stream:
        assert read_source(path) == stream.read()


@pytest.mark.parametrize("data", [b"x = '\xe4'\n", b"# coding: none-such\n", b"\xef\xbb\xbf# coding: latin-1\n"])
def test_a_file_in_another_encoding_than_it_says_is_a_problem(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "file.py").write_bytes(data)
    project = Project([tmp_path])
    file = project.find("file")
    assert file is not None
    assert project.facts(file).problem.startswith("file.py cannot be read: ")


def test_where_a_file_cannot_be_parsed_is_said(tmp_path: Path) -> None:
    (tmp_path / "file.py").write_text("import os\nname = = 1\n", encoding="utf-8")
    project = Project([tmp_path])
    file = project.find("file")
    assert file is not None
    assert project.facts(file).problem == "file.py cannot be read: invalid syntax on line 2"
