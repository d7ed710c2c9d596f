"""Names in a text that is searched: as the parser reads them, whatever strings are written as."""

import ast

import pytest

from flake8_flask_startup.files.spelling import is_plain, plain

SPELLINGS = [
    "'DE' 'BUG'",
    "'DE''BUG'",
    "'DE'\"BUG\"",
    "'DEB' 'U' 'G'",
    "u'DE' r\"BUG\"",
    "'DE'u'BUG'",
    "'DE' '' \"\" u'' 'BUG'",
    "'''DE''' \"\"\"BUG\"\"\"",
    "'DE' '''''' '''BUG'''",
    "('DE'  # it's half\n # 'a' \n\n 'BUG')",
    "'DE' \\\n 'BUG'",
    "'DE\\\nBUG'",
    "'DE\\\r\nBUG'",
    "'DE\\\n\\\nBUG'",
    "'DE\\\n' '\\\nBUG'",
    "'''DE\\\n''' '\\\n' 'BUG'",
    r"'\x44\x45\x42\x55\x47'",
    r"'\104E\102UG'",
    r"'\u0044EBUG'",
    r"'DEBU\U00000047'",
    r"'DE\N{latin capital letter b}UG'",
    r"'DE\x42' '\125G'",
    "'D' '\\x45\\\nBUG'",
]


@pytest.mark.parametrize("written", SPELLINGS)
def test_a_string_is_found_whatever_it_is_written_as(written: str) -> None:
    assert ast.literal_eval(written) == "DEBUG"
    assert "DEBUG" not in written
    assert not is_plain(written)
    assert "DEBUG" in plain(written)


@pytest.mark.parametrize(
    "text",
    [
        "['DE', 'BUG']",
        "'a debug ' 'mode'",
        "'a debug'  # isn't\n' mode'",
        "# it's, or isn't, the app's",
        "'DE' + 'BUG'",
        "x = a and \\\n    b",
        r"'caf\xe9 \u2019 \033[0m \n \t \d+ \0 \1 \12'",
        "x = ''\ny = \"\"\n",
        "f'{names['DEBUG']}'",
        "def f():\n    '''Text.'''\n    return 'a'if b else'c'\n",
    ],
)
def test_what_puts_no_name_together_stays_as_it_is(text: str) -> None:
    assert is_plain(text)
    assert plain(text) is text


def test_no_name_is_lost_where_strings_only_seem_to_meet() -> None:
    text = "x = 'a'\n'DEBUG' in app.config\n"
    assert plain(text).startswith(text)


def test_a_character_of_no_name_is_left() -> None:
    assert plain(r"'\N{no such character} \x44'").endswith(r"'\N{no such character} D'")
