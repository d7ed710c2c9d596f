"""The pages of the site are whole: every code, command and price has its place, and every link leads to a page."""

from __future__ import annotations

import posixpath
import re
import tomllib
from pathlib import Path
from runpy import run_path

import pytest

from flake8_flask_startup.cli import Commands
from flake8_flask_startup.costs.table import bundled_table_path, load_table
from flake8_flask_startup.lint.pages import page_files

ROOT = Path(__file__).parents[2]
site_pages = run_path(str(ROOT / "tools" / "site_pages.py"))  # `tools` is a folder of tests here
TABLE, marked, written = site_pages["TABLE"], site_pages["marked"], site_pages["written"]
PAGES: dict[str, str] = dict(site_pages["pages"]())
_LINK = re.compile(r"\]\(([^)#\s]+)(?:#[^)\s]*)?\)")
_FENCE = re.compile(r"^(```|~~~).*?^\1", re.MULTILINE | re.DOTALL)


@pytest.mark.parametrize("name", PAGES)
def test_links_lead_to_pages(name: str) -> None:
    for target in _LINK.findall(_FENCE.sub("", PAGES[name])):
        if "://" not in target:
            assert posixpath.normpath(posixpath.join(posixpath.dirname(name), target)) in PAGES, target


def test_every_code_command_and_price_is_there() -> None:
    for path in page_files():
        code = path.name.partition("_")[0].upper()
        assert f"# noqa: {code}" in PAGES[f"rules/{code}.md"]
        assert f"(rules/{code}.md)" in PAGES["codes.md"]
    for command in Commands.names:
        assert "--help" in PAGES[f"commands/{command}.md"]
        assert f"(commands/{command}.md)" in PAGES["commands.md"]
    rows = {name.strip("`") for name in re.findall(r"^\| [\d,.]+ \| (`\S+`) \|", PAGES[TABLE], re.MULTILINE)}
    assert rows == set(load_table(bundled_table_path()).modules)


def test_the_style_sheets_are_among_the_pages() -> None:
    styles = tomllib.loads((ROOT / "zensical.toml").read_text(encoding="utf-8"))["project"]["extra_css"]
    assert styles
    assert set(styles) <= PAGES.keys()


def test_the_navigation_names_pages() -> None:
    def named(entries: list[dict[str, object]]) -> list[object]:
        values = [value for entry in entries for value in entry.values()]
        return [each for value in values for each in (named(value) if isinstance(value, list) else [value])]

    found = named(tomllib.loads((ROOT / "zensical.toml").read_text(encoding="utf-8"))["project"]["nav"])
    assert found
    assert set(found) <= PAGES.keys()


def test_marks_of_the_tests_become_arrows() -> None:
    text = "import pandas  # FST101 heavy import\nimport os\n"
    assert marked(text) == "import pandas  # <- FST101\nimport os\n"


def test_a_link_to_what_is_no_page() -> None:
    with pytest.raises(ValueError, match=r"tools/site_pages\.py is no page of the site"):
        site_pages["place_of"](ROOT / "tools" / "site_pages.py")


def test_the_folder_is_made_anew(tmp_path: Path) -> None:
    (tmp_path / "pages").mkdir()
    (tmp_path / "pages" / "old.md").touch()
    written(tmp_path / "pages", {"a/b.md": "text"})
    assert [path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*.md")] == ["pages/a/b.md"]
