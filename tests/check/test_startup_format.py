"""The ranked report, with the flags that flake8 gives every formatter."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest
from flake8.formatting.default import COLORS_OFF

from conftest import COSTS, Flake8
from flake8_flask_startup.check.startup_format import FindingRow, report
from flake8_flask_startup.costs.table import CostTable
from flake8_flask_startup.model import CostSource, Finding, Span
from installed_programs import MEASURED

Write = Callable[[Mapping[str, str]], Path]


@pytest.fixture
def flake8(tmp_path: Path) -> Flake8:
    """The installed flake8, which prints in processes of its own that coverage follows."""
    return partial(MEASURED.run, "-m", "flake8", "--select=FST,E9", folder=tmp_path)


FILES: Mapping[str, str] = {
    "a.py": "import numpy\n\n\ndef f():\n    return numpy.x\n",
    "b.py": "import pandas\n\n\ndef f():\n    return pandas.x\n",
    "c.py": "import pandas\nfrom flask import Flask\n\na = b = Flask(__name__)\n\n\ndef f():\n    return pandas.x\n",
    ".flake8": f"[flake8]\nfst-costs = {COSTS}\n",
}
REPORT = """\
Startup costs, dearest first

  rank          ms  code    where       what
     1      431 ms  FST101  ./b.py:1:1  heavy import 'pandas': import it in the functions that use it
           counted  FST101  ./c.py:1:1  heavy import 'pandas': import it in the functions that use it
     2       84 ms  FST101  ./a.py:1:1  heavy import 'numpy': import it in the functions that use it
                 -  FST201  ./c.py:4:9  Flask app built at import time: build it in a factory such as create_app(), \
so that importing this module builds nothing

By package
      431 ms  pandas, 2 findings in 2 files
       84 ms  numpy, 1 finding in 1 file
      431 ms  all together, what packages share counted once

By code
      431 ms  FST101, 3 findings in 3 files
           -  FST201, 1 finding in 1 file
  4 findings in 3 files
"""


@pytest.mark.parametrize("jobs", ["-j1", "-j2"])
def test_the_report(jobs: str, write: Write, flake8: Flake8) -> None:
    write(FILES)
    result = flake8("--format=startup", jobs)
    assert result.stdout == REPORT
    assert result.returncode == 1


def test_estimates_leave_ranks_open() -> None:
    estimate = Finding("FST101", Span(1), "x", "y", 90.0, CostSource.ESTIMATED, (60.0, 140.0), package="datasets")
    findings = [estimate, replace(estimate, package="numpy", ms=84.0, source=CostSource.MEASURED, interval=None)]
    rows = [FindingRow("a.py", each, "") for each in (*findings, replace(findings[0], span=Span(9)))]
    lines = list(report(rows, CostTable(), COLORS_OFF))[2:6]
    assert [line.split("FST")[0].split() for line in lines] == [
        ["rank", "ms", "code", "where", "what"], ["1-2", "~90", "ms"], ["counted"], ["1-2", "84", "ms"],
    ]  # fmt: skip


def test_nothing_found_is_nothing_said(write: Write, flake8: Flake8) -> None:
    write({"a.py": "x = 1\n"})
    assert flake8("--format=startup").stdout == ""


def test_output_file_and_tee(write: Write, flake8: Flake8, tmp_path: Path) -> None:
    write(FILES)
    assert flake8("--format=startup", "--output-file=out.txt").stdout == ""
    assert (tmp_path / "out.txt").read_text(encoding="utf-8") == REPORT
    assert flake8("--format=startup", "--output-file=two.txt", "--tee").stdout == REPORT
    assert (tmp_path / "two.txt").read_text(encoding="utf-8") == REPORT


def test_show_source(write: Write, flake8: Flake8) -> None:
    write(FILES)
    assert "use it\nimport pandas\n^\n" in flake8("--format=startup", "--show-source").stdout


def test_color(write: Write, flake8: Flake8) -> None:
    write(FILES)
    assert "\033[31mFST101\033[m" in flake8("--format=startup", "--color=always").stdout
    assert "\033" not in flake8("--format=startup", "--color=never").stdout


def test_exit_zero_and_count(write: Write, flake8: Flake8) -> None:
    write(FILES)
    result = flake8("--format=startup", "--exit-zero", "--count")
    assert result.returncode == 0
    assert result.stdout.splitlines()[-1] == "4"


def test_other_plugins_are_printed_as_flake8_prints_them(write: Write, flake8: Flake8) -> None:
    write({**FILES, "d.py": "import os\n"})
    assert flake8("--format=startup", "--extend-select=F401").stdout.startswith("./d.py:1:1: F401 'os' imported")


def test_a_chain_is_counted_with_the_package_at_its_end(write: Write, flake8: Flake8) -> None:
    write(
        {
            "model.py": "import pandas\n\nTABLE = pandas.read_csv('x')\n\n\ndef f():\n    return TABLE\n",
            "views.py": "import model\n\n\ndef f():\n    return model.f()\n",
            ".flake8": f"[flake8]\nfst-costs = {COSTS}\nfst-app = views\n",
        }
    )
    lines = flake8("--format=startup").stdout.splitlines()
    assert any("counted  FST107  ./views.py:1:1" in line for line in lines)
    assert "      431 ms  pandas, 2 findings in 2 files" in lines
    assert "      431 ms  FST107, 1 finding in 1 file" in lines


def test_what_startup_is_not_seen_to_load_comes_behind(write: Write, flake8: Flake8) -> None:
    write(
        {
            "app.py": "import numpy\nfrom flask import Flask\n\napp = Flask('a')\n\n\ndef f():\n    return numpy\n",
            "tool/serve.py": "import pandas\nimport requests\n\nrequests.get('x')\n\n\ndef f():\n    return pandas.x\n",
            ".flake8": f"[flake8]\nfst-costs = {COSTS}\n",
        }
    )
    lines = flake8("--format=startup").stdout.splitlines()
    behind = lines.index("In files that startup is not seen to load")
    assert [" ".join(line.split()[:3]) for line in lines[3:behind] if "FST101" in line] == ["1 84 ms"]
    (outside,) = (line for line in lines if "'pandas'" in line)
    assert outside.split()[:3] == ["1", "431", "ms"]
    assert lines.index(outside) > behind
    assert any("FST403" in line for line in lines[behind:])
    assert "       84 ms  all together, what packages share counted once" in lines
    assert lines[-1].endswith(" findings in 2 files")
