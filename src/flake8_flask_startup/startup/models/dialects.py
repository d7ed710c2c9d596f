"""SQLAlchemy's dialects, which options of tables, columns and indices load by their names ("Dialect-Specific Options").

Source: `sqlalchemy.sql.base.DialectKWArgs` and `sqlalchemy.dialects`, read in SQLAlchemy 2.0.
"""

from __future__ import annotations

from ...syntax.symbol_table import Call
from ..values.environment import Env
from .wanted import Wanted

_DIALECTS = ("mariadb", "mssql", "mysql", "oracle", "postgresql", "sqlite")
_MODULES = {"mariadb": "mysql"}  # those whose names are other ones
_ITEMS = (
    "CheckConstraint", "Column", "ForeignKey", "ForeignKeyConstraint", "Index", "PrimaryKeyConstraint", "Table",
    "UniqueConstraint",
)  # fmt: skip
_OWNERS = ("flask_sqlalchemy.SQLAlchemy()", "sqlalchemy", "sqlalchemy.schema", "sqlalchemy.sql.schema")


def _of_options(call: Call, _: str, __: Env) -> Wanted | None:
    """The dialects of options such as `postgresql_using`."""
    names = dict.fromkeys(name.partition("_")[0] for name, _ in call.keywords if "_" in name)
    found = [f"sqlalchemy.dialects.{_MODULES.get(name, name)}" for name in names if name in _DIALECTS]
    return Wanted(tuple(found), is_all=False) if found else None


# By the paths of what is called.
RULES = {f"{owner}.{item}": _of_options for owner in _OWNERS for item in _ITEMS}
