"""What no repair is made of, each with its reason; texts straight to the part that refuses them."""

from __future__ import annotations

import ast

import pytest

from flake8_flask_startup.fix import rewriting
from flake8_flask_startup.fix.deferral import deferred, need_compiled
from flake8_flask_startup.fix.encoded_text import EncodedText
from flake8_flask_startup.fix.late_values import late_values
from flake8_flask_startup.fix.optional import Optional, optional_imports
from flake8_flask_startup.fix.refusal import Refused
from flake8_flask_startup.syntax.static_conditions import Target

PAGE = "\n\ndef page():\n    return pd.NA\n"


def why(text: str, line: int = 1) -> str:
    with pytest.raises(Refused) as refused:
        deferred(text, {line: None}, Target((3, 12)))
    return str(refused.value)


@pytest.mark.parametrize(
    ("text", "line", "reason"),
    [
        ("import os\n", 3, "no import statement stands on its line any more"),
        (f"import pandas as pd\nprint(pd){PAGE}", 1, "module code uses 'pd' on line 2"),
        (f"with open('x'):\n    import pandas as pd\n{PAGE}", 2, "line 2: the block around it decides"),
        (
            "def f():\n    import a\n    def g():\n        return a\n    return g, a\n",
            2,
            "around it uses 'a' on line 5",
        ),
        (
            "def f():\n    import a\n    def g():\n        return g\n    return g\n",
            2,
            "nothing in the function uses 'a'",
        ),
        ("def f():\n    import a\n    return lambda: a\n", 2, "the function around it uses 'a' on line 3"),
        ("import a\n\n\ndef f():\n    global a\n    return a\n", 1, "declares 'a' global"),
        ("import a\n\n\ndef f():\n    return eval('a'), a\n", 1, "f() calls eval() on line 5"),
        (
            "import a\n\nb = a.made()\n\n\ndef f(text):\n    return eval(text), b\n",
            3,
            "it evaluates a string that is not known, which may use what is made here",
        ),
        (
            "import a as __a\n\n\nclass A:\n    def f(self):\n        return __a\n\n\ndef g():\n    return __a\n",
            1,
            "'__a'",
        ),
        ("import a\nTYPE_CHECKING = 1\n\n\ndef f(x: a.X):\n    return a\n", 1, "TYPE_CHECKING is a name of the module"),
        ("def f(x: 'pd.X'):\n    return pd\n\n\nimport pandas as pd\n", 5, "no statement stands above its functions"),
        ('import a\n\n\ndef f(x: a["\'"]):\n    return a\n', 1, "the annotation on line 4 cannot be put in quotes"),
        (
            "import a\n\n\ndef f(x: a.X[\n    1]):\n    return a\n",
            1,
            "the annotation on line 4 cannot be put in quotes",
        ),
    ],
)
def test_reasons(text: str, line: int, reason: str) -> None:
    assert reason in why(text, line)


def test_comments_stay_with_their_names() -> None:
    text = "from a import (b  # one\n    , c)\n\n\ndef f():\n    return b\n\n\ndef g():\n    return c\n"
    done = deferred(text, {1: None}, Target((3, 12)))
    assert done.count("# one") == 1
    odd = "from a import (b as  # odd\n    d, c)\n\n\ndef f():\n    return d\n\n\ndef g():\n    return c\n"
    assert deferred(odd, {1: None}, Target((3, 12))).count("# odd") == 1


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("try:\n    import a\n    import b\nexcept ImportError:\n    a = None\n", "does more than one import"),
        ("try: import a\nexcept ImportError: a = None\n", "does more than one import"),
        ("try:\n    import a\nexcept ImportError:\n    a = None\nfinally:\n    b = 1\n", "catches more than"),
        ("try:\n    import a\nexcept:\n    a = None\n", "catches more than"),
        ("try:\n    import a\nexcept ImportError as error:\n    a = None\n", "catches more than"),
        ("try:\n    import a\n    A = 1\nexcept ImportError:\n    A = False\n", "are not True with the package"),
        ("try:\n    import a\n    A = True\nexcept ImportError:\n    A = None\n", "are not True with the package"),
        ("try:\n    import a\nexcept ImportError:\n    a = None\n    b = 1\n", "does more than to do without it"),
        ("try:\n    import a\nexcept ImportError:\n    a = f()\n", "does more than to do without it"),
        ("try:\n    import a.b\n    A = True\nexcept ImportError:\n    A = False\n", "only loading it tells"),
    ],
)
def test_optional_imports_that_stay(text: str, reason: str) -> None:
    (found,) = set(map(str, optional_imports(ast.parse(text)).values()))
    assert reason in found


def test_an_optional_import_without_a_fallback() -> None:
    (found,) = optional_imports(ast.parse("try:\n    import a\nexcept ImportError:\n    pass\n")).values()
    assert isinstance(found, Optional)
    assert found.line == 2


def test_find_spec_is_a_name_of_the_modules_own() -> None:
    text = "find_spec = 1\ntry:\n    import a\n    A = True\nexcept ImportError:\n    A = False\n\n\n"
    text += "def f():\n    return A and a\n"
    assert why(text, 3) == "find_spec is a name of the module's own"


def test_a_try_whose_names_are_used_apart() -> None:
    text = "try:\n    from a import b, c\nexcept ImportError:\n    b = c = f()\n"
    assert "does more" in why(text, 2)
    text = "try:\n    from a import b, c\nexcept ImportError:\n    b = None\n    c = None\n\n\ndef f():\n    return b\n"
    assert why(text, 2) == "its try binds other names than are used there"


@pytest.mark.parametrize("data", [b"# coding: utf-8\n'\xff'\n", b"# coding: nothing\n", b"# coding: utf-16\n\n"])
def test_bytes_in_another_encoding(data: bytes) -> None:
    with pytest.raises(Refused, match="is not in the encoding that it declares"):
        EncodedText.of(data)


def test_what_does_not_compile() -> None:
    with pytest.raises(Refused, match="it would not compile: "):
        need_compiled("return 1\n")


def test_what_libcst_cannot_read(monkeypatch: pytest.MonkeyPatch) -> None:
    def failing(*_: object) -> None:
        raise RecursionError

    monkeypatch.setattr(rewriting.cst, "parse_module", failing)
    assert why(f"import pandas as pd\n{PAGE}") == "LibCST cannot read it"


def test_what_libcst_would_change(monkeypatch: pytest.MonkeyPatch) -> None:
    parse = rewriting.cst.parse_module
    monkeypatch.setattr(rewriting.cst, "parse_module", lambda text, config: parse(text + "# more\n", config))
    assert why(f"import pandas as pd\n{PAGE}") == "LibCST would not leave the rest of it as it is"


TRY = "try:\n    import a\nexcept OSError:\n    a = None\n"


@pytest.mark.parametrize(
    ("text", "line", "reason"),
    [
        (f"{TRY}cache = 1\n\n\ndef f():\n    return a\n", 2, "cache is a name of the module's own"),
        (f"{TRY}_load_a = 1\n\n\ndef f():\n    return a\n", 2, "_load_a is a name of the module's own"),
        ("import a\nx = a.X()\nx = 1\n\n\ndef f():\n    return x\n", 2, "'x' is bound more than once"),
        (
            "import a\nimport b\nx = a.X(b)\nimport c as b\n\n\ndef f():\n    return x\n",
            3,
            "'b', which line 3 reads, may be another value later",
        ),
    ],
)
def test_values_that_cannot_be_made_later(text: str, line: int, reason: str) -> None:
    assert why(text, line) == reason


@pytest.mark.parametrize(
    "text",
    [
        "try:\n    import a\nexcept OSError as error:\n    a = None\n",
        "try:\n    import a\nexcept OSError:\n    a = None\nfinally:\n    b = 1\n",
        "try: import a\nexcept OSError: a = None\n",
        "try:\n    import a\n    f()\nexcept OSError:\n    a = None\n",
        "try:\n    from a import *\nexcept OSError:\n    a = None\n",
        'import a\nx = a.f("""\n""")\n',
        "import a\nx, y = a.f()\n",
        "import a\nx.y = a.f()\n",
        "x = dict()\n",
        "from . import a\nx = a.f()\n",
        "import a\nx = a.B\n",
    ],
)
def test_what_no_cached_function_takes_over(text: str) -> None:
    assert not late_values(ast.parse(text))


def test_a_name_that_may_stay_unbound_is_no_value_that_a_function_returns() -> None:
    text = "try:\n    import a\nexcept OSError:\n    pass\n\n\ndef f():\n    return a\n"
    done = deferred(text, {2: None}, Target((3, 12)))
    assert "    _load_a()\n\n    return a\n" in done
    assert "    global a\n    try:\n        import a\n    except OSError:\n        pass\n" in done


@pytest.mark.parametrize("ending", ["\n", "\r\n"])
def test_where_the_cache_is_imported(ending: str) -> None:
    text = f'"""A."""\nfrom __future__ import annotations\n\n{TRY}\n\ndef f():\n    return a'.replace("\n", ending)
    done = deferred(text, {5: None}, Target((3, 12)))
    assert done.split(ending)[:6] == [
        '"""A."""',
        "from __future__ import annotations",
        "",
        "from functools import cache",
        "",
        "",
    ]
    assert done.endswith(ending.join(["", "    return a", ""]))
