"""Phases: which branch a test takes, checked against Python itself where Python can tell."""

from __future__ import annotations

import ast
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flake8_flask_startup.syntax.binder import collect
from flake8_flask_startup.syntax.conditions import Conditions
from flake8_flask_startup.syntax.facts import Facts
from flake8_flask_startup.syntax.static_conditions import Branch, Phase, Target, narrowed

HERE = Target((sys.version_info.major, sys.version_info.minor), sys.platform)
ATOMS = st.sampled_from(
    [
        "True", "False", "0", "1", "sys.version_info >= (3, 8)", "sys.version_info < (3, 8)",
        "sys.version_info[0] == 3",
        "sys.version_info[:2] > (3, 99)", "sys.version_info.major != 3", "sys.platform == 'nowhere'",
        "sys.platform.startswith('nowhere')", "(3, 0) < sys.version_info < (3, 9)", "TYPE_CHECKING",
        "TYPE_CHECKING is False", "sys.platform in ('nowhere', 'elsewhere')",
    ]
)  # fmt: skip
TESTS = st.recursive(
    ATOMS,
    lambda inner: st.one_of(
        inner.map("not ({})".format),
        st.tuples(inner, inner).map(lambda pair: f"({pair[0]}) and ({pair[1]})"),
        st.tuples(inner, inner).map(lambda pair: f"({pair[0]}) or ({pair[1]})"),
        inner.map("bool({})".format),
    ),
    max_leaves=8,
)


def branch(test: str, target: Target = HERE) -> Branch:
    return Conditions(target, Facts().scopes).judge(ast.parse(test, mode="eval").body, 0)


@given(TESTS)
def test_what_can_be_told_is_what_python_says(test: str) -> None:
    truth = bool(eval(test, {"sys": sys, "TYPE_CHECKING": False}))  # noqa: S307  # of the atoms above
    assert branch(test) is (Branch.ALWAYS if truth else Branch.NEVER)


@given(TESTS, st.sampled_from(["unknown", "unknown()", "__name__ == '__main__'", "os.environ"]))
def test_a_negation_turns_the_branch_round(test: str, other: str) -> None:
    for whole in (test, f"({test}) and {other}", f"({test}) or {other}"):
        assert branch(f"not ({whole})") is branch(whole).negated()
        assert branch(f"not (not ({whole}))") is branch(whole)


@pytest.mark.parametrize(
    ("test", "expected"),
    [
        ("__name__ == '__main__'", Branch.MAIN),
        ("__name__ != '__main__'", Branch.NOT_MAIN),
        ("__name__ in ('__main__',)", Branch.MAIN),
        ("__name__ in ('__main__', 'app')", Branch.UNKNOWN),
        ("__name__ == 'app'", Branch.UNKNOWN),
        ("__name__ == '__main__' and unknown", Branch.MAIN),
        ("__name__ == '__main__' or unknown", Branch.UNKNOWN),
        ("__name__ == '__main__' and __name__ != '__main__'", Branch.NEVER),
        ("TYPE_CHECKING and unknown", Branch.NEVER),
        ("TYPE_CHECKING or unknown", Branch.UNKNOWN),
        ("sys.version_info[2] > 3", Branch.UNKNOWN),
        ("sys.version_info > unknown", Branch.UNKNOWN),
        ("sys.version_info < 'x'", Branch.UNKNOWN),
        ("one < two < three", Branch.UNKNOWN),
    ],
)
def test_branches(test: str, expected: Branch) -> None:
    assert branch(test) is expected


@pytest.mark.parametrize("made", ["int(float(read))", "float(int(read))", "int(read)", "float(read)", "str(int(read))"])
@pytest.mark.parametrize("default", ["inf", "nan", "9" * 400, "9" * 5_000, "1e400", "", "x"])
def test_a_default_that_makes_no_number_decides_nothing(made: str, default: str) -> None:
    test = made.replace("read", f"os.environ.get('SIZE', '{default}')")
    facts = collect(ast.parse(f"import os\nif {test} == 3:\n    import shop\n"), HERE)
    assert [each.dotted for each in facts.imports] == ["os", "shop"]


def test_the_target_decides_and_not_the_python_that_lints() -> None:
    assert branch("sys.version_info >= (3, 14)", Target((3, 14))) is Branch.ALWAYS
    assert branch("sys.version_info >= (3, 14)", Target((3, 11))) is Branch.NEVER
    assert branch("os.name == 'nt'", Target((3, 11), "win32")) is Branch.ALWAYS


def test_nothing_under_typing_runs() -> None:
    for each in Branch:
        assert narrowed(Phase.TYPING, each) is Phase.TYPING
