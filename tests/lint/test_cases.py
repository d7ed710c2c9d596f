"""The table of cases: every one is shown by a section or a test that there is."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from flake8_flask_startup.config.entry_points import find_entries
from flake8_flask_startup.lint.pages import page_files
from pages import cases

ROOT = Path(__file__).parents[2]
TEXT = (ROOT / "docs" / "cases.md").read_text(encoding="utf-8")
ROWS = re.findall(r"^\| (.+?) \| ((?:found|silent|undecidable)\b.*?) \| (\S+): (.+?) \|$", TEXT, re.MULTILINE)


def page(name: str) -> Path:
    """The page or test module that the table calls so."""
    if name.startswith("FST"):
        return next(path for path in page_files() if path.name.startswith(f"{name.lower()}_"))
    folder, _, stem = name.partition("/")
    return ROOT / "tests" / f"{stem}.py" if folder == "tests" else ROOT / "tests" / folder / f"{stem}.md"


def test_every_row_is_read() -> None:
    rows = [line for line in TEXT.splitlines() if line.startswith("| ")]
    assert len(ROWS) == len(rows) - 2  # the head, and the line below it


@pytest.mark.parametrize(("case", "answer", "where", "section"), ROWS, ids=[row[0] for row in ROWS])
def test_the_section_is_there(case: str, answer: str, where: str, section: str) -> None:
    path = page(where)
    if path.suffix == ".py":
        assert f"def {section}(" in path.read_text(encoding="utf-8")
        return
    found = [each for each in cases(path) if each.title == section]
    assert len(found) == 1, f"{case}: {path.name} has no section {section!r}"
    if path.stem.startswith("fst") or path.parent.name == "corners":
        assert found[0].expected or answer != "found"


def test_what_is_undecidable_has_a_reason() -> None:
    numbers = [int(each) for _, answer, _, _ in ROWS for each in re.findall(r"undecidable \((\d)\)", answer)]
    reasons = re.findall(r"^(\d)\. ", TEXT, re.MULTILINE)
    assert sorted(numbers) == [int(each) for each in reasons]
    assert len(numbers) <= 5


def test_other_files_called_like_gunicorn_s_configuration(tmp_path: Path) -> None:
    (tmp_path / "shop.py").touch()
    (tmp_path / "gunicorn.conf").write_text("[program:web]\nwsgi_app = 'shop:app'\n", encoding="utf-8")
    (tmp_path / "gunicorn.conf.py.j2").write_text("wsgi_app = '{{ app }}'\n", encoding="utf-8")
    assert list(find_entries(tmp_path)) == []
    (tmp_path / "gunicorn.conf.py").write_text("wsgi_app = 'shop:app'\n", encoding="utf-8")
    assert [each.target for each in find_entries(tmp_path)] == ["shop:app"]
