"""Which functions a text makes worth reading: whatever the walk would find there, the search must tell."""

import ast
import re
import unittest
from pathlib import Path

import pytest

from flake8_flask_startup.files.line_index import SourceText
from flake8_flask_startup.project.module_facts import ModuleFacts
from flake8_flask_startup.project.module_finder import ModuleFile, Origin
from flake8_flask_startup.syntax.binder import collect, glance
from flake8_flask_startup.syntax.static_conditions import Target
from flake8_flask_startup.syntax.text_prefilter import ADDED_TO, ADDING_METHODS, ASSIGNED, sets_item, word
from flake8_flask_startup.syntax.values import OTHER

TARGET = Target((3, 11))

ASSIGNMENTS = [
    "a.name = 1",
    "a.name: int = 1",
    "a.name += 1",
    "a.name //= 1",
    "a.name >>= 1",
    "a.name = b.name = 1",
    "a.name, b = 1, 2",
    "(b,\n     a.name) = 1, 2",
    "[b, a.name] = 1, 2",
    "b, *a.name = 1, 2",
    "for a.name in b: pass",
    "for (b, a.name) in b: pass",
    "with b as a.name: pass",
    "with b as (c, a.name): pass",
    "with b as a.name, c: pass",
    "a.name \\\n     = 1",
    "(a\n     .name) = 1",
    "(a.name  # why\n     ) = 1",
    "a.\\\n     name = 1",
    "a['key'].name = 1",
    "b().name = 1",
]

ADDITIONS = [
    "a.name.append(1)",
    "a.name\\\n     .append(1)",
    "(a.name\n     .extend([1]))",
    "(a.name  # why\n     .update(b))",
    "(a.name).add(1)",
    "((a.name)).add(1)",
    "a.name . insert(0, 1)",
    "a.name.setdefault('key', 1)",
    "a.name.appendleft(1)",
    "a.name['key'] = 1",
    "a.name[b]=1",
    "a.name[b['key']] = 1",
    "a.name[b(c=1)] = 1",
    "a.name[\n     b\n     ] = 1",
    "a.name [1] \\\n     = 1",
    "(a.name)[b] = 1",
    "a.name['key']['other'] = 1",
    "a.name[b]['key'].append(1)",
    "a.name['key'].update(b)",
    "a.name.setdefault('key', {})[b] = 1",
]


def module(text: str) -> ModuleFacts:
    source = SourceText(text)
    return ModuleFacts(
        ModuleFile("module", Path("module.py"), (), Origin.FIRST_PARTY),
        glance(ast.parse(text), source, TARGET),
        source,
    )


@pytest.mark.parametrize("statement", ASSIGNMENTS)
def test_an_assignment_is_found_in_a_function_nobody_has_read(statement: str) -> None:
    said = module(f"def other(): pass\ndef work(a, b, c):\n    {statement}\n")
    found = said.stores_to("name")
    assert found
    assert {each.path.rpartition(".")[2] for each in found} == {"name"}


@pytest.mark.parametrize("statement", ADDITIONS)
def test_an_addition_is_found_in_a_function_nobody_has_read(statement: str) -> None:
    assert module(f"def work(a, b):\n    {statement}\n").additions_to("a.name")


@pytest.mark.parametrize("key", ['"key"', "'key'", "r'key'"])
def test_an_item_is_found_however_its_key_is_written(key: str) -> None:
    assert module(f"def work(app):\n    app.config[{key}] = 1\n").stores_to("config['key']")


@pytest.mark.parametrize(
    "statement", ["b = a.name", "a.name()", "a.name == 1", "a.name.other = 1", "a.names = 1", "a.name[b]"]
)
def test_a_function_that_only_reads_is_left_unread(statement: str) -> None:
    said = module(f"def work(a):\n    {statement}\n")
    assert not said.stores_to("name")
    assert said.facts.unread


@pytest.mark.parametrize("file", sorted(Path(unittest.__file__).parent.glob("*.py")), ids=lambda file: file.name)
def test_the_search_tells_all_that_a_walk_finds(file: Path) -> None:
    text = file.read_text(encoding="utf-8")
    facts, source = collect(ast.parse(text), TARGET), SourceText(text)
    for store in facts.stores:
        name = store.path.rpartition(".")[2]
        if "[" not in store.path and "(" not in name:
            lines = set(source.lines_with_next(f".{name}", ASSIGNED))
            assert lines & set(range(store.span.line, store.span.end_line + 1)), store
        container = store.path[: store.path.rfind("[")]
        if sets_item(store.path, container) and not {"(", "["} & set(container) and store.value is not OTHER:
            lines = set(source.lines_with_next(container.rpartition(".")[2], ADDED_TO))
            assert lines & set(range(store.span.line, store.span.end_line + 1)), store
    for call in facts.calls:
        container, _, method = call.path.rpartition(".")
        if method in ADDING_METHODS and container and "[" not in container:
            lines = set(source.lines_with_next(container.rpartition(".")[2], ADDED_TO))
            assert lines & set(range(call.span.line, call.span.end_line + 1)), call


@pytest.mark.parametrize("pattern", [ASSIGNED, ADDED_TO])
@pytest.mark.parametrize("filling", ["[", "[ ", "[]", "] ", "#", "# ", ")", " ", "\\\n", "#\n", ") # \n"])
def test_no_text_makes_the_search_explode(pattern: re.Pattern[str], filling: str) -> None:
    closes = pattern is ASSIGNED and filling[0] in ")]"  # the end of an unpacking, perhaps
    assert (pattern.match(filling * 20_000 + "!") is not None) is closes


@pytest.mark.parametrize("text", ["workers, ", "workers=1, ", "(workers, ", "workers; "])
def test_a_long_line_of_what_might_be_unpacked_does_not_make_the_search_explode(text: str) -> None:
    assert not word("threads =").is_in(text * 50_000)
    assert len(list(word("workers =").places(text * 50_000))) <= 50_000
    assert word("workers =").is_in(f"{text * 50_000}\nworkers, other = 1, 2\n")
