"""What the HTML page computes with: the boot's graph and costs, and its modules as a tree, as plain JSON values.

`page/costs.js` does with them what `StartupCosts` does. Names and statements are numbered; milliseconds are
rounded to thousandths.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ..model import CostSource
from ..project.module_finder import Origin
from ..startup.graph.cost_model import FLASK, WITH_FLASK, StartupCosts
from ..startup.graph.plan import Removal
from ..startup.graph.trace import Statement
from . import Report
from .modules import Node, place, tree

KINDS = tuple(Origin)
SOURCES = tuple(CostSource)

Json = dict[str, object]


class Numbered:
    """Names and statements in the order of their first use, each with its number."""

    def __init__(self, items: Iterable[str | Statement] = ()) -> None:
        self.numbers: dict[str | Statement, int] = {}
        for item in items:
            self.number(item)

    def number(self, item: str | Statement) -> int:
        """Return the number of an item, the next one if it is new."""
        return self.numbers.setdefault(item, len(self.numbers))


def page_data(report: Report) -> Json:
    """Return the values; docstrings of the functions below say what each part is."""
    nodes = tree(report.costs.trace, report.costs)
    names = Numbered([*(node.loaded.name for node in nodes), *_priced_apart(report.costs)])
    statements = Numbered()
    modules = [_module(each, statements) for each in nodes]
    places = [place(each) for each in statements.numbers if isinstance(each, Statement)]
    return {
        "modules": modules,  # the first names are theirs
        "places": places,  # of the statements that load them, which have the first numbers
        "kinds": [each.value for each in KINDS],
        "sources": [each.value for each in SOURCES],
        "plan": [_step(each, statements) for each in report.plan],
        **_graph(report.costs, names, statements),
        **_costs(report.costs, names),
        "names": list(names.numbers),
        "statements": [f"{each.path}:{each.line}" for each in statements.numbers if isinstance(each, Statement)],
    }


def _module(node: Node, statements: Numbered) -> list[float]:
    """Depth, ms, source, kind, whether it is conditional, statement (-1 for an entry point)."""
    return [
        node.depth,
        _rounded(node.ms),
        SOURCES.index(node.source),
        KINDS.index(node.loaded.origin),
        int(node.loaded.conditional),
        -1 if node.loaded.via is None else statements.number(node.loaded.via),
    ]


def _step(removal: Removal, statements: Numbered) -> list[int]:
    """The statements of a step of the plan."""
    return [statements.number(each) for each in removal.statements]


def _priced_apart(costs: StartupCosts) -> Iterator[str]:
    """What is no module by the trace and still counts: names inside a module that have another row than it has."""
    for name in costs.graph.names:
        if name not in costs.graph.origins and costs.graph.origin(name) is not Origin.FIRST_PARTY:
            module = name
            while module and module not in costs.graph.origins:
                module = module.rpartition(".")[0]
            if not module or costs.table.row(name) != costs.table.row(module):
                yield name


def _graph(costs: StartupCosts, names: Numbered, statements: Numbered) -> Json:
    """The entry points, and the edges: importer, statement, what is loaded; a statement's edges go together."""
    links: dict[tuple[int, int], dict[int, None]] = {}
    for edge, targets in costs.graph.targets.items():
        key = (names.number(edge.importer), statements.number(edge.statement))
        known = (names.numbers[target] for target in targets if target in names.numbers)
        links.setdefault(key, {}).update(dict.fromkeys(known))
    return {
        "roots": [names.number(root) for root in costs.graph.roots],
        "links": [[*key, *targets] for key, targets in links.items()],
    }


def _costs(costs: StartupCosts, names: Numbered) -> Json:
    """What names cost, each a list in their order; packages are numbered too.

    Rows are piece, ms, piece, ms, ...; row is the number of a name's row, -1 without, and with that of the piece of
    other rows that leaves nothing of it to load. own says which names are
    estimated whatever else is loaded: those of the project. An estimate of another name holds only where no piece that
    is loaded is of a package around it. weight is what a third-party module counts among those of its package, and
    partly says that its row is that of a package around it: what the package costs then stays with the module.
    namespaces are no packages.
    """
    every = [str(name) for name in names.numbers]
    rows = {name: row for name in every if not _is_own(costs, name) and (row := costs.table.row(name)) is not None}
    row_numbers = Numbered(row.name for row in rows.values())
    pieces, packages = Numbered(), Numbered()
    distinct = {row.name: row for row in rows.values()}
    contents = [
        [part for piece, ms in distinct[str(name)].pieces.items() for part in (pieces.number(piece), _rounded(ms))]
        for name in row_numbers.numbers
    ]
    is_module = costs.graph.origins
    data: Json = {
        "rows": contents,
        "row": [row_numbers.number(rows[name].name) if name in rows else -1 for name in every],
        "with": [pieces.numbers.get(rows[name].name, -1) if name in rows else -1 for name in every],
        "piece": [packages.number(str(piece).partition("/")[0]) for piece in pieces.numbers],
        "package": [packages.number(costs.package(name)) for name in every],
        "own": [int(_is_own(costs, name)) for name in every],
        "estimate": [0.0 if name in rows or _is_with_flask(costs, name) else _estimate(costs, name) for name in every],
        "weight": [0.0 if _is_own(costs, name) else _estimate(costs, name) for name in every],
        "partly": [int(name in is_module and name in rows and rows[name].name != name) for name in every],
        "flask": _rounded(costs.table.recipe.flask_ms * costs.table.scale),
        "flaskPackage": packages.number(FLASK),
        "namespaces": sorted(costs.namespaces),
    }
    return data | {
        "packages": list(packages.numbers),
        "total": [_rounded(costs.total.parts.get(str(package), 0.0)) for package in packages.numbers],
    }


def _is_own(costs: StartupCosts, name: str) -> bool:
    return costs.graph.origin(name) is Origin.FIRST_PARTY


def _is_with_flask(costs: StartupCosts, name: str) -> bool:
    return not _is_own(costs, name) and any(package in WITH_FLASK for package in costs.packages_around(name))


def _estimate(costs: StartupCosts, name: str) -> float:
    """What a module's size, and what it calls, say it costs; 0 where no file of it is known."""
    return 0.0 if costs.graph.origin(name) is Origin.STDLIB else _rounded(costs.estimate(name).ms)


def _rounded(ms: float) -> float:
    return round(ms, 3)
