"""What a real Python 3.15 loads of the cases of lazy imports, where there is one: PYTHON315, or python3.15."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest

from pages import Case, cases

PYTHON = os.environ.get("PYTHON315") or shutil.which("python3.15")
FOLDER = Path(__file__).parents[1] / "reported"
SPECIAL = {"entry", "loaded", "options", "unresolved"}
TOPS = ("hit", "kit", "main", "names", "other", "plugins")
CHILD = """
import json, sys
from importlib import import_module
sys.path.insert(0, "")
module, _, name = sys.argv[1].partition(":")
made = import_module(module)
if name:
    getattr(made, name)()
print(json.dumps([each for each in sys.modules if each.partition(".")[0] in sys.argv[2:]]))
"""
RUNNABLE = [
    case
    for page in ("lazy_imports.md", "lazy_statement.md")
    for case in cases(FOLDER / page)
    if "loaded" in case.files and "3.14" not in case.files.get("options", "")
    if case.title not in ("A list that nobody knows", "Two modules that wait for each other")  # no file; an error
    if not any("from flask import" in text for text in case.files.values())  # which that Python need not have
]


@pytest.mark.skipif(PYTHON is None, reason="no Python 3.15: name one in PYTHON315")
@pytest.mark.parametrize("case", RUNNABLE, ids=lambda case: case.title)
def test_a_real_python_loads_the_same(case: Case, tmp_path: Path) -> None:
    given = {name: text for name, text in case.files.items() if name not in SPECIAL}
    for name, text in ({"hit.py": "", "plugins/one.py": "", "plugins/two.py": ""} | given).items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    mode = ["-X", "lazy_imports=all"] if "all" in case.files.get("options", "") else []
    tops = {name.partition("/")[0].removesuffix(".py") for name in given if name.endswith(".py")}.union(TOPS)
    command = [str(PYTHON), *mode, "-c", CHILD, case.files.get("entry", "main").strip(), *sorted(tops)]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=True)
    lines = case.files["loaded"].splitlines()
    assert sorted(json.loads(done.stdout)) == sorted(line for line in lines if not line.endswith(" ?"))
