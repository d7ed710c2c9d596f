"""The startup is traced once with all steps; only where they do not save what they say, by halves."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from pathlib import Path

import pytest
from test_fix_pages import repair

from flake8_flask_startup.config.settings import Settings
from flake8_flask_startup.fix.factory.steps import findings
from flake8_flask_startup.fix.optional import optional_imports
from flake8_flask_startup.fix.transaction import Repair
from flake8_flask_startup.lint import engine
from flake8_flask_startup.startup.graph.trace import Statement
from flake8_flask_startup.startup.nearby import Nearby

HANDED_ON = {
    "shop/__init__.py": 'from .reports import Report\n\n__all__ = ["Report"]\n',
    "shop/reports.py": "import pandas as pd\n\n\nclass Report(pd.DataFrame):\n    pass\n",
}
OTHERS = {f"{name}_page.py": f"import {name}\n\n\ndef page():\n    return {name}.NAME\n" for name in ("torch", "numba")}
IMPORTS = "".join(f"import {name.removesuffix('.py')}\n" for name in OTHERS)


@pytest.mark.parametrize(("files", "traces"), [(OTHERS, 1), (OTHERS | HANDED_ON, 4)])
def test_what_does_not_keep_its_promise_is_found_by_halves(
    files: Mapping[str, str], traces: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    counted: list[int] = []
    traced = Repair._traced

    def counting(self: Repair, texts: Mapping[str, str], branched: Collection[Statement]) -> float:
        counted.append(len(texts))
        return traced(self, texts, branched)

    monkeypatch.setattr(Repair, "_traced", counting)
    asks = "from shop import Report\n" if "shop/__init__.py" in files else ""
    app = {"wsgi.py": f"{IMPORTS}from flask import Flask\n\n{asks}\napp = Flask(__name__)\n"}
    outcome = repair({**files, **app}, tmp_path, monkeypatch)
    assert {each.step.package for each in outcome.repair.applied} == {"torch", "numba"}
    assert [reason for _, reason in outcome.skipped] == ["saves 0.0 ms once the steps above are done"] * bool(asks)
    assert len(counted) <= traces
    left = traced(outcome.repair, outcome.repair.texts, ())
    assert outcome.repair.left_ms == pytest.approx(left)


def test_optional_imports_of_a_file_are_looked_for_once_however_many_packages_it_keeps(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    packages = ("torch", "pandas", "numba")
    body = "".join(f"import {name}\n\n\nclass Of{name}({name}.Base):\n    pass\n\n\n" for name in packages)
    files = {f"part{number}.py": body for number in range(20)}
    imports = "".join(f"import {name.removesuffix('.py')}\n" for name in files)
    optional_imports.cache_clear()
    repair({**files, "wsgi.py": f"{imports}from flask import Flask\n\napp = Flask(__name__)\n"}, tmp_path, monkeypatch)
    assert optional_imports.cache_info().misses <= len(files)


def test_for_one_finding_no_other_step_is_tried(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tried: list[str] = []
    apply = Repair.apply
    monkeypatch.setattr(Repair, "apply", lambda self, step: tried.append(step.package) or apply(self, step))
    app = {"wsgi.py": f"{IMPORTS}from flask import Flask\n\napp = Flask(__name__)\n"}
    beside = {"aside.py": "import pandas\n\n\ndef page():\n    return pandas.NAME\n"}
    outcome = repair(OTHERS | app | beside, tmp_path, monkeypatch, only=Statement("torch_page.py", 1))
    assert tried == ["torch"]
    assert list(outcome.repair.texts) == ["torch_page.py"]


def test_for_one_finding_that_saves_nothing_alone_what_goes_with_it_is_done(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = {
        "wsgi.py": "import frames\nimport sums\nfrom flask import Flask\n\napp = Flask(__name__)\n",
        "frames.py": "import pandas\n\n\ndef page():\n    return pandas.NAME\n",
        "sums.py": "import numpy\n\n\ndef page():\n    return numpy.NAME\n",
    }
    outcome = repair(files, tmp_path, monkeypatch, only=Statement("sums.py", 1))
    assert sorted(outcome.repair.texts) == ["frames.py", "sums.py"]
    assert [each.step.name for each in outcome.repair.applied] == ["numpy (frames.py:1, sums.py:1)"]
    outcome = repair(files, tmp_path, monkeypatch, only=Statement("frames.py", 1))
    assert list(outcome.repair.texts) == ["frames.py"]


def test_what_saves_only_behind_other_steps_is_told_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    files = {
        "wsgi.py": "import frames\nfrom shop import name\nfrom flask import Flask\n\napp = Flask(name())\n",
        "frames.py": "import pandas\n\n\ndef page():\n    return pandas.NAME\n",
        "shop/__init__.py": "from .reports import page\n\n\ndef name():\n    return 'shop'\n",
        "shop/reports.py": "import numpy\n\nNAME = numpy.NAME\n\n\ndef page():\n    return NAME\n",
        "aside.py": "from shop import page\n",
    }
    outcome = repair(files, tmp_path, monkeypatch, only=Statement("shop/__init__.py", 1))
    assert outcome.repair.texts == {}
    reason = "alone it saves nothing; flask-startup fix carries it out together with the steps before it"
    assert [(step.package, said) for step, said in outcome.refused] == [("numpy", reason)]


def test_what_the_linter_finds_of_apps_takes_no_judgement_of_imports(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """That follows what runs at startup from each file, and would be most of the time of a large project."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(engine, "verdicts", None)
    Path("shop.py").write_text("import pandas as pd\nfrom flask import Flask\n\napp = Flask(__name__)\nNA = pd.NA\n")
    assert list(findings(["shop.py"], Settings(threshold=1.0))) == [(Statement("shop.py", 4), "FST201")]


def test_what_runs_at_startup_is_not_followed_from_each_edited_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whether the linter finds anything new in a file does not hang on it, and it takes as long as a start."""
    monkeypatch.setattr(Nearby, "started", None)
    app = "import pandas as pd\nfrom flask import Flask\n\napp = Flask(__name__)\n\n\n"
    view = "@app.route('/')\ndef page():\n    return str(pd.NA)\n\n\nshown = page\n"
    outcome = repair({"wsgi.py": app + view}, tmp_path, monkeypatch)
    assert [each.step.package for each in outcome.repair.applied] == ["pandas"], outcome.refused
