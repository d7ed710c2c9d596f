"""What the tests through flake8's real door share."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from textwrap import dedent

import pytest
from hypothesis import settings

from installed_programs import INSTALLED, MEASURED

# A shell starts background jobs deaf to Ctrl-C, and what they start inherits that; a handler of ours it does not.
signal.signal(signal.SIGINT, signal.default_int_handler)

# A slow machine is no fault.
settings.register_profile("suite", deadline=None, derandomize=True)  # the same examples each time
settings.load_profile("suite")


def _nuls_end_flake8() -> bool:
    """Whether Python's parser raises at a NUL what flake8 does not expect: Python 3.11.2 does."""
    try:
        compile("\0", "", "exec")
    except SyntaxError:
        return False
    except ValueError:
        return True
    return False


NULS_END_FLAKE8 = _nuls_end_flake8()
COSTS = Path(__file__).parent / "costs.toml"
pytest_plugins = ["stranger"]


def pytest_addoption(parser: pytest.Parser, pluginmanager: pytest.PytestPluginManager) -> None:
    """Take the options that share the tests among the cores where nothing is there to do so, too."""
    if not pluginmanager.hasplugin("xdist"):
        parser.addoption("--numprocesses")
        parser.addoption("--dist")


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers(config: pytest.Config) -> int | None:
    """Share the whole suite; a part that is asked for by name is sooner run than shared."""
    return None if config.args_source is pytest.Config.ArgsSource.TESTPATHS else 0


def pytest_configure() -> None:
    """Give the tests, and what they start, a user's secret of their own."""
    os.environ["XDG_STATE_HOME"] = tempfile.mkdtemp(prefix="flask-startup-tests-")


def pytest_unconfigure() -> None:
    """Remove it, and end what the tests started."""
    INSTALLED.end()
    MEASURED.end()
    shutil.rmtree(os.environ.pop("XDG_STATE_HOME"), ignore_errors=True)


Flake8 = Callable[..., subprocess.CompletedProcess[str]]
Door = Flake8


@pytest.fixture
def write(tmp_path: Path) -> Callable[[Mapping[str, str]], Path]:
    """Write files into the test's folder."""

    def written(files: Mapping[str, str]) -> Path:
        for name, text in files.items():
            path = tmp_path / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(dedent(text), encoding="utf-8")
        return tmp_path

    return written


@pytest.fixture
def flake8(tmp_path: Path) -> Flake8:
    """The installed flake8, run in the test's folder for FST alone."""
    return partial(INSTALLED.run, "-m", "flake8", "--select=FST,E9", folder=tmp_path)
