"""Trees of texts: parsed once, whoever asks, and not all kept for ever."""

from __future__ import annotations

import ast

import pytest

from flake8_flask_startup.files import trees
from flake8_flask_startup.files.trees import optional_tree, tree_of


@pytest.fixture
def parses(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The texts that are parsed, of which two of the usual length are kept."""
    found: list[str] = []

    def parsed(text: str) -> ast.Module:
        found.append(text)
        return ast.parse(text)

    monkeypatch.setattr(trees, "parsed", parsed)
    monkeypatch.setattr(trees, "_trees", trees._Trees(20))
    return found


def test_a_text_is_parsed_once_be_it_text_or_bytes(parses: list[str]) -> None:
    assert tree_of("x = 1\n") is tree_of(b"x = 1\r\n") is optional_tree(b"\xef\xbb\xbfx = 1\n")
    assert parses == ["x = 1\n"]


def test_why_there_is_no_tree_is_kept_too(parses: list[str]) -> None:
    for _ in range(2):
        with pytest.raises(SyntaxError, match="invalid syntax"):
            tree_of("x =")
        assert optional_tree("x =") is None
    assert len(parses) == 1


def test_what_was_asked_for_longest_ago_goes_first(parses: list[str]) -> None:
    for text in ("a = 1234\n", "b = 1234\n", "a = 1234\n", "c = 1234\n", "a = 1234\n", "b = 1234\n"):
        tree_of(text)
    assert parses == ["a = 1234\n", "b = 1234\n", "c = 1234\n", "b = 1234\n"]


def test_a_text_larger_than_all_that_is_kept_has_a_tree(parses: list[str]) -> None:
    text = "name = 'value'\n" * 10
    assert tree_of(text) is tree_of(text)
    assert len(parses) == 1


@pytest.mark.parametrize("data", [b"x = '\xff'\n", b"# coding: nothing\n", b"# coding: idna\n", b"x\0"])
def test_bytes_that_are_no_text_have_no_tree(data: bytes) -> None:
    with pytest.raises(SyntaxError):
        tree_of(data)
