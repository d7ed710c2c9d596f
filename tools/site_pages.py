"""Make the pages of the site from what the repository has: docs, rule pages, help texts, prices, results.

    python -m tools.site_pages build/site-pages && zensical build --strict

zensical (zensical.org) turns them into HTML; zensical.toml configures it. It comes from the people of Material for
MkDocs, who maintain that for its present users alone; it reads the same Markdown, and is one package. Run in the root
of a clone.
"""

from __future__ import annotations

import argparse
import html
import re
import shutil
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

import click

from flake8_flask_startup.cli import Commands
from flake8_flask_startup.costs.table import bundled_table_path, load_table
from flake8_flask_startup.lint.pages import page_files

ROOT = Path(__file__).parents[1]
RESULTS = "benchmarks/results"
TABLE = "prices.md"
CODES = "codes.md"
STYLES = "site.css"
_LINK = re.compile(r"(\]\()([^)#\s]+)((?:#[^)\s]*)?\))")
_CODE = re.compile(r"^\| (FST\d{3}) \|", re.MULTILINE)
_MARK = re.compile(r"^(.*?)  # (FST\d+)(?: .*)?$", re.MULTILINE)
_FILTER = """\
<input id="filter" type="search" placeholder="pandas" aria-label="Show rows that have this text">
<script>
document.getElementById("filter").addEventListener("input", (event) => {
  const wanted = event.target.value.toLowerCase();
  for (const row of document.querySelectorAll("table tbody tr"))
    row.hidden = !row.textContent.toLowerCase().includes(wanted);
});
</script>
"""
_SILENCE = """\

## How to silence it

`# noqa: {code}` on the line; in flake8's configuration `extend-ignore = {code}` for all files, `per-file-ignores` for
some.
"""


def pages() -> Iterator[tuple[str, str]]:
    """Give each page of the site with its text: its path is where it lies below the pages' folder."""
    yield "index.md", text_of(ROOT / "README.md")
    yield "changelog.md", text_of(ROOT / "CHANGELOG.md")
    yield "contributing.md", text_of(ROOT / "CONTRIBUTING.md")
    for path in sorted((ROOT / "docs").glob("*.md")):
        yield path.name, linking_codes(text_of(path)) if path.name == CODES else text_of(path)
    for path in sorted((ROOT / "docs" / "pictures").glob("*.svg")):
        yield f"pictures/{path.name}", path.read_text(encoding="utf-8")
    yield STYLES, (ROOT / "docs" / STYLES).read_text(encoding="utf-8")
    for path in sorted((ROOT / RESULTS).glob("*.md")):
        yield f"results/{path.name}", text_of(path)
    yield from rules()
    yield from commands()
    yield TABLE, prices()


def text_of(path: Path) -> str:
    """Return a file of the repository with its links as they lead on the site."""
    here = path.parent

    def linked(match: re.Match[str]) -> str:
        if "://" in match[2] or match[2].startswith("mailto:"):
            return match[0]
        target = (here / match[2]).resolve()
        return f"{match[1]}{_relative(path, place_of(target))}{match[3]}"

    return _LINK.sub(linked, path.read_text(encoding="utf-8"))


def place_of(path: Path) -> str:
    """Return where a file of the repository lies on the site.

    Raises:
        ValueError: if it is not there.
    """
    name = path.relative_to(ROOT).as_posix()
    special = {"README.md": "index.md", "CHANGELOG.md": "changelog.md", "CONTRIBUTING.md": "contributing.md"}
    if name in special:
        return special[name]
    if name == RESULTS:
        return "results/article.md"
    for start, there in (("docs/", ""), (f"{RESULTS}/", "results/")):
        if name.startswith(start) and path.is_file():
            return f"{there}{name.removeprefix(start)}"
    raise ValueError(f"{name} is no page of the site")


def _relative(path: Path, place: str) -> str:
    depth = place_of(path).count("/")
    return "../" * depth + place


def rules() -> Iterator[tuple[str, str]]:
    """Give the page of each code."""
    for path in page_files():
        text = path.read_text(encoding="utf-8")
        title, _, rest = text.partition("\n")
        code, name = title.removeprefix("# ").split(maxsplit=1)
        yield f"rules/{code}.md", f"# {code} {name}\n{marked(rest)}{_SILENCE.format(code=code)}"


def linking_codes(text: str) -> str:
    """Return the table of codes with a link to the page of each."""
    return _CODE.sub(r"| [\1](rules/\1.md) |", text)


def marked(text: str) -> str:
    """Return the cases of a page with an arrow where something is found, in place of the marks of the tests."""
    return _MARK.sub(r"\1  # <- \2", text)


def commands() -> Iterator[tuple[str, str]]:
    """Give a page for each command with its help text, and one that lists them."""
    group = Commands("startup")
    context = click.Context(group, info_name="flask-startup")
    listed = []
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        if command is None:
            continue
        help_text = command.get_help(click.Context(command, info_name=name, parent=context))
        listed.append(f"- [`{name}`](commands/{name}.md): {command.get_short_help_str(200)}")
        yield f"commands/{name}.md", f"# flask startup {name}\n\n```text\n{help_text}\n```\n"
    yield (
        "commands.md",
        "\n".join(["# Commands", "", "`flask startup ...` and `flask-startup ...` are the same.", "", *listed, ""]),
    )


def prices() -> str:
    """Return the page of all measured prices, dearest first."""
    table = load_table(bundled_table_path())
    found = (table.row(name) for name in table.modules)
    rows = sorted((row for row in found if row is not None), key=lambda row: (-row.ms, row.name))
    lines = [
        *("---", "hide: [toc]", "---"),  # it has no sections: the room is the table's
        "# Prices",
        "",
        f"What {len(rows)} imports cost: warm CPU milliseconds on the reference machine, with Flask imported before,",
        "medians of several runs. [Costs](costs.md) says how they are measured and how well they carry over.",
        "",
        _FILTER,
        "",
        "| ms | import | KiB of memory | modules | distribution |",
        "| ---: | --- | ---: | ---: | --- |",
    ]
    lines += [
        f"| {row.ms:,.1f} | `{row.name}` | {row.rss_mib * 1024:,.0f} | {row.modules:,} | "
        f"{html.escape(row.distribution)} {html.escape(row.version)} |"
        for row in rows
    ]
    return "\n".join(lines) + "\n"


def written(folder: Path, texts: Mapping[str, str]) -> None:
    """Write the pages into a folder of their own, which is made anew."""
    shutil.rmtree(folder, ignore_errors=True)
    for name, text in texts.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


def main() -> None:
    """Write the pages."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("folder", type=Path, help="the folder to make; what is in it goes")
    folder = parser.parse_args().folder
    texts = dict(pages())
    written(folder, texts)
    sys.stdout.write(f"{len(texts)} pages in {folder}\n")


if __name__ == "__main__":
    main()
