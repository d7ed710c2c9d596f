"""Configuration as hypothesis draws it: options of the right and of the wrong type, and cost tables."""

from __future__ import annotations

import json

from hypothesis import strategies as st

# What may hide the neighbour's findings by right is left out, so that they can be asked for.
OPTIONS = (
    "factories",
    "app-classes",
    "dev-packages",
    "target-version",
    "app",
    "roots",
    "first-party",
    "startup-modules",
    "budget",
    "cache",
)
COMMANDS = ("check", "report", "lock", "bench", "measure", "explain", "tool", "nosuch")
OF_COMMANDS = (
    "format",
    "output",
    "jobs",
    "quiet",
    "statistics",
    "exit_zero",
    "exit-zero",
    "locked",
    "measured",
    "python",
    "timeout",
    "env",
    "tree",
    "depth",
    "least",
    "importtime",
    "app",
    "root",
    "update",
    "select",
    "paths",
    "nosuch",
    "",
    "help",
)

words = st.one_of(
    st.sampled_from(
        [
            "",
            ".",
            "..",
            "/",
            "../outside",
            "off",
            "startup_entry",
            "startup_entry:app",
            ":",
            "a:b:c",
            "3.12",
            "3.99",
            "-1",
            "NaN",
            "inf",
        ]
    ),
    st.sampled_from(
        [
            "sarif",
            "text",
            "json",
            "\x1b[31m",
            "a" * 5000,
            "a." * 900,
            "~",
            "~nobody",
            "$HOME",
            "*",
            "**/" * 30,
            "[",
            "\u202e",
        ]
    ),
    st.text(max_size=12).filter(lambda each: each.isprintable()),
)
scalars = st.one_of(words, st.integers(), st.floats(), st.booleans(), st.integers(min_value=10**30))
values = st.recursive(
    scalars, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(words, inner, max_size=3), max_leaves=8
)
likely = st.one_of(words, st.lists(words, max_size=4), values)
tables = st.dictionaries(st.sampled_from(OPTIONS), likely, max_size=4)
commands = st.dictionaries(
    st.sampled_from(COMMANDS), st.dictionaries(st.sampled_from(OF_COMMANDS), likely, max_size=4), max_size=3
)


def toml(value: object) -> str:
    """Return a value as TOML writes it."""
    match value:
        case bool():
            return str(value).lower()
        case str():
            return json.dumps(value).replace("\x7f", "\\u007f")
        case int() | float():
            return repr(value).removesuffix("L")
        case list():
            return "[" + ", ".join(map(toml, value)) + "]"
        case dict():
            return "{" + ", ".join(f"{json.dumps(str(name))} = {toml(each)}" for name, each in value.items()) + "}"
    return '""'


@st.composite
def pyproject(draw: st.DrawFn) -> bytes:
    """Draw a pyproject.toml."""
    own, of_commands = draw(tables), draw(commands)
    text = "[tool.flask-startup]\n" + "".join(f"{name} = {toml(each)}\n" for name, each in own.items())
    for name, table in of_commands.items():
        text += f"\n[tool.flask-startup.{name}]\n"
        text += "".join(f"{json.dumps(key)} = {toml(each)}\n" for key, each in table.items())
    return text.encode("utf-8", "surrogatepass")


@st.composite
def ini(draw: st.DrawFn) -> bytes:
    """Draw a flake8 section as setup.cfg, tox.ini and .flake8 have one."""
    lines = ["[flake8]"]
    for name, value in draw(tables).items():
        key = draw(st.sampled_from((f"fst-{name}", f"fst_{name.replace('-', '_')}", name)))
        spelled = ", ".join(map(str, value)) if isinstance(value, list) else str(value)
        lines.append(f"{key} = " + spelled.replace("\n", "\n  "))
    return "\n".join(lines).encode("utf-8", "surrogatepass") + b"\n"


modules = st.sampled_from(
    (
        "pandas",
        "numpy",
        "subject",
        "nosuch.module",
        "flask",
        "",
        ".",
        "a" * 3000,
        "a." * 500,
        "\x1b[31m",
        "pandas.read_csv",
    )
)
good = {
    "ms": st.floats(min_value=0, max_value=1e6),
    "version": st.sampled_from(("pandas 2.0", "")),
    "evidence": st.sampled_from(
        ("", "uncached 1.0 ms, runs 7", "runs x", "runs 1, runs 2", "spread 5 %", "uncached NaN ms")
    ),
    "parts": st.sampled_from(
        ("", "pandas 1.0", "pandas", "pandas 1.0, pandas 1.0", "a/b/c 1e999", ", ,", "stdlib/csv 20.0")
    ),
    "dev": st.booleans(),
    "fails": words,
    "setup": words,
}
rows = st.one_of(
    st.fixed_dictionaries({"ms": good["ms"]}, optional={name: each for name, each in good.items() if name != "ms"}),
    st.dictionaries(st.sampled_from((*good, "wide", "each", "code", "nosuch")), values, max_size=4),
    values,
)


@st.composite
def costs(draw: st.DrawFn) -> bytes:
    """Draw a cost table of the user's own: rows for other modules than the neighbour's."""
    text = f"schema = {toml(draw(st.one_of(st.just(1), st.just(1), st.just(1), values)))}\n"
    if draw(st.booleans()):
        text += f"scale = {toml(draw(st.one_of(st.floats(min_value=0.01, max_value=50), values)))}\n"
    for section in draw(
        st.lists(st.sampled_from(("module", "call", "model", "recipe", "nosuch")), max_size=3, unique=True)
    ):
        content = draw(
            st.one_of(st.dictionaries(modules, rows, max_size=4), st.dictionaries(modules, rows, max_size=4), values)
        )
        if isinstance(content, dict):
            text += f"[{section}]\n" + "".join(f"{json.dumps(name)} = {toml(row)}\n" for name, row in content.items())
        else:
            text = f"{section} = {toml(content)}\n" + text
    return text.encode("utf-8", "surrogatepass")
