"""What a program's own main guard uses is needed where startup runs it as a program, and nowhere else."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from conftest import COSTS
from installed_programs import INSTALLED

FILES = {
    "run.py": """\
        import pandas
        from shop import app

        if __name__ == "__main__":
            app.run(port=pandas.PORT)
        """,
    "shop.py": "import numpy\nfrom flask import Flask\n\napp = Flask(__name__)\napp.figures = numpy.zeros(3)\n",
}


@pytest.mark.parametrize(("entry", "is_needed"), [("run:__main__", True), ("run:app", False)])
def test_the_main_guard_of_a_program(
    entry: str, is_needed: bool, write: Callable[[Mapping[str, str]], Path], tmp_path: Path
) -> None:
    write(FILES)
    options = ("--isolated", "--fst-all", "--fst-cache=off", f"--fst-costs={COSTS}", f"--app={entry}")
    found = INSTALLED.run("flask-startup", "check", *options, folder=tmp_path).stdout.splitlines()
    of_program = [line for line in found if line.startswith("./run.py") and ("FST10" in line)]
    assert any("line 5 uses it when the program starts" in line for line in of_program) is is_needed, found
    assert any(" FST101 " in line or " FST107 " in line for line in of_program) is not is_needed, found
