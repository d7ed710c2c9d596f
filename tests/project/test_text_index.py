"""A project's files as bytes: the index answers as a search does."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flake8_flask_startup.project import text_index
from flake8_flask_startup.project.text_index import FileText, Search

WORD = st.sampled_from([b"utils", b"pd", b"_x", "größe".encode(), b"my-app", b"a.b"])
DATA = st.lists(WORD | st.sampled_from([b"_", b".", b" ", b"\n", b'"', b"\xff", b"1"])).map(b"".join)


def naming(texts: list[FileText], word: bytes) -> list[FileText]:
    """What a regular expression says."""
    alone = re.compile(rb"(?<![\w\x80-\xff])%s(?![\w\x80-\xff])" % re.escape(word))
    return [each for each in texts if alone.search(each.data)]


@given(st.lists(DATA), WORD)
def test_a_search_and_the_index_find_whole_words(datas: list[bytes], word: bytes) -> None:
    texts = [FileText(str(number), data) for number, data in enumerate(datas)]
    search = Search(texts)
    expected = naming(texts, word)
    few = texts[::2]
    for _ in range(text_index.INDEXED_AFTER + 2):
        assert list(search.having(word)) == expected
        assert search.narrowed(few, word) == set(naming(few, word))


def test_a_word_with_dots_may_begin_within_another() -> None:
    assert Search([FileText("a.py", b"xa.a.a")]).having(b"a.a")


def test_later_searches_go_through_no_text(monkeypatch: pytest.MonkeyPatch) -> None:
    search = Search([FileText("a.py", b"import utils")])
    for _ in range(text_index.INDEXED_AFTER):
        search.having(b"utils")
    monkeypatch.setattr(text_index, "has_word", None)
    assert [each.path for each in search.having(b"utils")] == ["a.py"]
    assert search.having(b"util") == ()


@pytest.mark.parametrize(
    ("data", "has"),
    [
        (b"from a import *\n", True),
        (b"from a import\t*", True),
        (b"from a import \\\r\n  *\n", True),
        (b"def f(*names): pass\n", False),
        (b"from a import b\nc = 2 * 3\n", False),
    ],
)
def test_a_star_is_an_import_of_all_names(data: bytes, has: bool) -> None:
    assert FileText("a.py", data).has_star is has
