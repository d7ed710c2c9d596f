"""Types that Python evaluates when somebody asks for them (PEP 695, PEP 696) keep what they name."""

from __future__ import annotations

import ast
import sys
from argparse import Namespace
from pathlib import Path

import pytest

from flake8_flask_startup.config.settings import read
from flake8_flask_startup.lint.engine import check
from flake8_flask_startup.lint.source import Source
from flake8_flask_startup.startup import cost_tables

COSTS = Path(__file__).parents[1] / "costs.toml"


@pytest.mark.skipif(sys.version_info < (3, 13), reason="the syntax of Python 3.13")
@pytest.mark.parametrize(
    "text",
    [
        "type Frame = list[pd.DataFrame]\n",
        "class Box[T: pd.DataFrame]: ...\n",
        "class Box[T: (pd.DataFrame, int)]: ...\n",
        "class Box[T = pd.DataFrame]: ...\n",
        "def f[T: pd.DataFrame](x: T): return x\n",
    ],
)
def test_a_type_that_is_evaluated_later_needs_its_names(
    text: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(cost_tables, "bundled_table_path", lambda: COSTS)
    text = f"import pandas as pd\n\n\n{text}\n\ndef page():\n    return pd.NA\n"
    (found,) = check(
        Source("shop.py", ast.parse(text), text.splitlines(keepends=True)), read(Namespace(fst_all="true"))
    )
    assert found.code == "FST102"
    assert "line 4 has it in a type, which is evaluated when somebody asks for it" in found.advice
