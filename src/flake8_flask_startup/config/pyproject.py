"""What pyproject.toml says: `[tool.flask-startup]`, with the options of every door, and a table for each command.

[tool.flask-startup]
app = ["shop:create_app"]
threshold = 25

[tool.flask-startup.check]
format = "github"
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

from ..files.parsing import toml
from ..files.source_file import read_text, reason
from ..files.walking import is_file
from .effects import COMMANDS, refusal
from .option_values import READERS, OptionError, SettingsError
from .settings import OPTIONS

NAME = "pyproject.toml"
TABLE = "flask-startup"
_MEANT = (TABLE, "flask_startup", "flaskstartup", "flake8-flask-startup", "flake8_flask_startup")
_NEAR = 0.9  # how alike the name of a table is that was meant to be this one
_SPELLED = "start"  # in most misspelt names as well


def option_defaults() -> dict[str, str]:
    """The options that pyproject.toml sets, by their names without "fst-", as a command line would spell them.

    Raises:
        SettingsError: for a file that is no TOML, an option that there is not, or a value that cannot be used.
    """
    known = {option.name: option for option in OPTIONS}
    found = {}
    for name, value in project_table().items():
        if name in COMMANDS:
            if not isinstance(value, dict):
                raise SettingsError(f"{NAME}: tool.{TABLE}.{name} is no table")
            continue
        if isinstance(value, dict):
            raise SettingsError(f"{NAME}: there is no [tool.{TABLE}.{name}]{_hint(name, COMMANDS)}")
        if name not in known:
            raise SettingsError(f"{NAME}: [tool.{TABLE}] has no option {name!r}{_hint(name, known)}")
        found[name] = _spelled(name, value, is_flag=known[name].is_flag)
        _need_usable(name, found[name])
    return found


def _need_usable(name: str, value: str) -> None:
    field = name.replace("-", "_")
    try:
        if value:
            READERS[field](field, value)
    except OptionError as error:
        raise SettingsError(f"{NAME}: [tool.{TABLE}] {name}: {error.reason}") from None


def command_defaults(name: str) -> dict[str, object]:
    """The options that pyproject.toml sets for a command, by their names.

    Raises:
        SettingsError: for a file that is no TOML, an option that there is not or that only the command line may set.
    """
    table = project_table().get(name, {})
    if not isinstance(table, dict):
        raise SettingsError(f"{NAME}: tool.{TABLE}.{name} is no table")
    for option in table:
        if option not in COMMANDS.get(name, {}):
            hint = _hint(option, COMMANDS.get(name, {}))
            raise SettingsError(f"{NAME}: [tool.{TABLE}.{name}] has no option {option!r}{hint}")
        if reason := refusal(name, option):
            raise SettingsError(f"{NAME}: [tool.{TABLE}.{name}] {option}: {reason}")
    return dict(table)


def project_table() -> Mapping[str, object]:
    """The `[tool.flask-startup]` of the nearest pyproject.toml from the working directory up; empty without one.

    Raises:
        SettingsError: for a file that cannot be read or is no TOML.
    """
    here = Path.cwd()
    path = next((path for folder in (here, *here.parents) if is_file(path := folder / NAME)), None)
    if path is None:
        return {}
    try:
        text = read_text(path)
    except OSError as error:
        raise SettingsError(f"{NAME}: cannot be read: {reason(error)}") from None
    except UnicodeDecodeError:
        raise SettingsError(f"{NAME}: cannot be read: it is not UTF-8") from None
    if _SPELLED not in text.lower():  # most say nothing of it, and the reader takes a while to load
        return {}
    try:
        whole = toml(text)
    except ValueError as error:
        raise SettingsError(f"{NAME}: {error}") from None
    tool = whole.get("tool", {})
    names = [*whole, *(f"tool.{name}" for name in (tool if isinstance(tool, dict) else ()) if name != TABLE)]
    if meant := next((name for name in names if _nearest(name.removeprefix("tool.").lower(), _MEANT, _NEAR)), ""):
        raise SettingsError(f"{NAME}: there is no [{meant}], did you mean [tool.{TABLE}]?")
    table = tool.get(TABLE, {}) if isinstance(tool, dict) else None
    if not isinstance(table, dict):
        raise SettingsError(f"{NAME}: tool.{TABLE} is no table")
    return table


def _hint(name: str, known: Iterable[str]) -> str:
    """The end of a message about a misspelt name: what was meant, if something is called nearly so."""
    found = _nearest(name, known)
    return f", did you mean {found!r}?" if found else ""


def _nearest(name: str, known: Iterable[str], likeness: float = 0.6) -> str:
    """The known name that is most like another; empty where none is so alike."""
    from difflib import get_close_matches  # most projects misspell nothing

    return next(iter(get_close_matches(name, known, 1, likeness)), "")


def _spelled(name: str, value: object, *, is_flag: bool) -> str:
    if is_flag:
        if isinstance(value, bool):
            return str(value).lower()
        raise SettingsError(f"{NAME}: [tool.{TABLE}] {name}: must be true or false")
    if isinstance(value, list) and all(isinstance(each, str) for each in value):
        return ",".join(value)
    if isinstance(value, (str, int, float)) and not isinstance(value, bool):
        return str(value)
    raise SettingsError(f"{NAME}: [tool.{TABLE}] {name}: must be text, a number or a list of texts")
