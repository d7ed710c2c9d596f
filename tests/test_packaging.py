"""The wheel built from the sdist holds what the linter needs, and finds the same as the checkout."""

from __future__ import annotations

import subprocess
import sys
import venv
import zipfile
from pathlib import Path

import pytest

from flake8_flask_startup.lint.pages import all_pages
from installed_programs import unmeasured

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built from the sdist as an index's users get it, without the network."""
    out = tmp_path_factory.mktemp("dist")
    command = [sys.executable, "-m", "build", "--no-isolation", "--outdir", str(out), str(ROOT)]
    built = subprocess.run(command, capture_output=True, text=True, check=False)
    assert built.returncode == 0, built.stdout + built.stderr
    return next(out.glob("*.whl"))


def test_what_it_holds(wheel: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())
    assert "flake8_flask_startup/costs/heavy_modules.toml" in names
    source = ROOT / "src"
    package = source / "flake8_flask_startup"
    files = {path.relative_to(source).as_posix() for path in package.rglob("*") if path.is_file()}
    files = {name for name in files if "/__pycache__/" not in name}
    assert "flake8_flask_startup/py.typed" in files <= names
    pages = {name for name in names if name.endswith(".md") and Path(name).name.startswith("fst")}
    assert len(pages) == len(list(all_pages()))


def test_it_finds_the_same(wheel: Path, tmp_path: Path) -> None:
    environment = tmp_path / "venv"
    venv.create(environment, with_pip=False, symlinks=True)
    bin_folder = environment / ("Scripts" if sys.platform == "win32" else "bin")
    site = next(environment.glob("lib*/python*/site-packages"), environment / "Lib" / "site-packages")
    zipfile.ZipFile(wheel).extractall(site)
    # flake8 and the rest come from the environment that runs the tests, the plugin from the wheel alone
    for path in (Path(entry) for entry in sys.path if entry.endswith("site-packages")):
        for each in path.iterdir():
            if "flask_startup" not in each.name and not (site / each.name).exists():
                (site / each.name).symlink_to(each)
    source = "import pandas\n\n\ndef f():\n    return pandas.x\n"
    arguments = ["-m", "flake8", "--isolated", "--select=FST", "-"]
    outputs = [
        subprocess.run(
            [program, *arguments],
            input=source,
            capture_output=True,
            text=True,
            check=False,
            cwd=tmp_path,
            env=unmeasured(),
        ).stdout
        for program in (str(bin_folder / "python"), sys.executable)
    ]
    assert "FST101" in outputs[0]
    assert outputs[0] == outputs[1]
