"""The site as it is built: without a warning, and every link of it leads to a page and to a place on that page."""

from __future__ import annotations

import posixpath
import re
import shutil
import subprocess
import sys
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest

ROOT = Path(__file__).parents[2]
_LINK = re.compile(r'\b(?:href|src)="([^"]*)"')
_PLACE = re.compile(r'\b(?:id|name)="([^"]+)"')
_LOADED = re.compile(r'<(?:link|script|img)\b[^>]*\b(?:href|src)="(https?:)?//[^"]*"')
CANONICAL = 'rel="canonical"'


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the built site, which warnings would not have left."""
    folder = tmp_path_factory.mktemp("site")
    shutil.copy(ROOT / "zensical.toml", folder)
    subprocess.run([sys.executable, "-m", "tools.site_pages", folder / "build/site-pages"], cwd=ROOT, check=True)
    built = subprocess.run(
        [str(Path(sys.executable).with_name("zensical")), "build", "--strict"],
        cwd=folder, capture_output=True, text=True, encoding="utf-8", check=False,
    )  # fmt: skip
    assert (built.returncode, "No issues found" in built.stdout + built.stderr) == (0, True), built
    return folder / "build/site"


def test_every_link_leads_somewhere(site: Path) -> None:
    pages = {each: each.read_text(encoding="utf-8") for each in site.rglob("*.html") if each.name != "404.html"}
    assert pages
    dead = []
    for path, text in pages.items():
        for link in _LINK.findall(text):
            parts = urlsplit(link.replace("&amp;", "&"))
            if parts.scheme or parts.netloc:
                continue
            target = Path(posixpath.normpath(path.parent / unquote(parts.path))) if parts.path else path
            target = target / "index.html" if target.is_dir() else target
            places = _PLACE.findall(pages[target]) if target in pages else ()
            if not target.is_file() or (parts.fragment and unquote(parts.fragment) not in places):
                dead.append(f"{path.relative_to(site)}: {link}")
    assert dead == []


def test_the_pages_load_nothing_from_anywhere(site: Path) -> None:
    for path in site.rglob("*.html"):
        found = [each for each in _LOADED.finditer(path.read_text(encoding="utf-8")) if CANONICAL not in each[0]]
        assert found == []
