"""What is read of the project's ruff."""

from __future__ import annotations

from pathlib import Path

import pytest

from flake8_flask_startup.config.ruff import Ruff, ruff


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        ("pyproject.toml", '[tool.ruff.lint]\nselect = ["PL"]\n', (True, False)),
        ("pyproject.toml", '[tool.ruff]\nselect = ["ALL"]\n', (True, False)),
        ("pyproject.toml", '[tool.ruff]\nselect = ["ALL"]\nignore = ["PLC0415"]\n', (False, False)),
        ("ruff.toml", '[lint]\nextend-select = ["PLC0415"]\nignore = ["PL"]\n', (True, False)),
        (".ruff.toml", '[lint]\nselect = ["TID"]\n[lint.flake8-tidy-imports]\nban-lazy = "all"\n', (False, True)),
        (
            "ruff.toml",
            '[lint]\nselect = ["TID"]\n[lint.flake8-tidy-imports]\nban-lazy = {include = "all", exclude = ["a"]}\n',
            (False, True),
        ),
        ("ruff.toml", '[lint]\nselect = ["E"]\n[lint.flake8-tidy-imports]\nban-lazy = "all"\n', (False, False)),
        ("ruff.toml", '[lint]\nselect = "PL"\n', (False, False)),
        ("ruff.toml", "line-length = 88\n", (False, False)),
    ],
)
def test_rules(
    name: str, text: str, expected: tuple[bool, bool], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / name).write_text(text)
    inside = tmp_path / "inside"
    inside.mkdir()
    (inside / "pyproject.toml").write_text("[tool.other]\n")  # which is none of ruff's
    monkeypatch.chdir(inside)
    assert ruff() == Ruff(name, *expected)


@pytest.mark.parametrize("text", ["[", "\udcff"])
def test_a_file_that_cannot_be_read_says_nothing(text: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "ruff.toml").write_bytes(text.encode("utf-8", "surrogateescape"))
    monkeypatch.chdir(tmp_path)
    assert ruff() == Ruff()
