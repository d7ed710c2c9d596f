"""Reports on boots made by hand, for the tests of what shows them."""

from __future__ import annotations

from flake8_flask_startup.costs.estimator import Model
from flake8_flask_startup.costs.table import CostTable, Recipe
from flake8_flask_startup.project.module_finder import Origin
from flake8_flask_startup.report import Report
from flake8_flask_startup.startup.graph.cost_model import StartupCosts
from flake8_flask_startup.startup.graph.plan import removals
from flake8_flask_startup.startup.graph.trace import Edge, Loaded, Statement, Trace, Unresolved

TABLE = CostTable(
    modules={
        "pandas": {"ms": 300.0, "parts": "pandas 200.0, numpy 80.0, stdlib/csv 20.0"},
        "numpy": {"ms": 90.0, "parts": "numpy 90.0"},
        "numpy.linalg": {"ms": 95.0, "parts": "numpy 95.0"},
        "flask_sqlalchemy": {"ms": 110.0, "parts": "sqlalchemy 100.0, flask_sqlalchemy 10.0"},
        "google.cloud.storage": {"ms": 70.0, "parts": "google.cloud.storage 40.0, google.api_core 30.0"},
    },
    model=Model({"modules": 1.0, "kib": 0.5}, 0.5, 2.0),
    recipe=Recipe(flask_ms=90.0),
)
OWN = ("app", "m")
STDLIB = ("csv", "json")


def origin(name: str) -> Origin:
    if name.startswith(OWN):
        return Origin.FIRST_PARTY
    return Origin.STDLIB if name in STDLIB else Origin.THIRD_PARTY


def boot(*imports: tuple[str, str], conditional: frozenset[str] = frozenset(), folder: str = "") -> Trace:
    """A trace of `importer imports name` pairs from "app"; the n-th import of a module is on its n-th line."""
    loaded = {"app": Loaded("app", Origin.FIRST_PARTY, "app.py", None, "app", False)}
    edges = []
    lines: dict[str, int] = {}
    for importer, imported in imports:
        lines[importer] = lines.get(importer, 0) + 1
        statement = Statement(f"{folder}{importer}.py", lines[importer])
        edges.append(Edge(importer, imported, statement, imported in conditional))
        parts = imported.split(".")
        for name in (".".join(parts[:end]) for end in range(1, len(parts) + 1)):
            path = f"{name}.py" if name.startswith(OWN) else ""
            new = Loaded(name, origin(name), path, statement, importer, imported in conditional)
            loaded.setdefault(name, new)
    return Trace(("app",), "asked", tuple(loaded.values()), tuple(edges), ())


def report(traced: Trace, *, threshold: float = 50.0, unresolved: str = "", **kib: float) -> Report:
    """The report on a trace; kib are sizes of modules, unresolved a reason to name at the entry's first line."""
    if unresolved:
        noted = (Unresolved(Statement("app.py", 1), unresolved),)
        traced = Trace(traced.entries, traced.why, traced.loaded, traced.edges, noted)
    costs = StartupCosts(traced, TABLE, {name: {"modules": 1.0, "kib": size} for name, size in kib.items()})
    return Report(traced, costs, removals(costs, threshold, lambda _: ""), ())
