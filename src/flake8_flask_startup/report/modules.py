"""The modules of a boot with what each of them costs, as a list in the order of the boot and as a tree."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from ..model import CostSource
from ..project.folders import INSTALLED
from ..startup.graph.cost_model import Charge, StartupCosts
from ..startup.graph.trace import Loaded, Statement, Trace


@dataclass(frozen=True, slots=True)
class Node:
    """A module of a boot, in the tree of which module's statement loads which.

    depth is 0 for an entry point. ms is what the module adds to those before it, total_ms that and what is below it;
    source is UNKNOWN where no figure is known. size is how many modules that are, end the index of the first one after
    them in the sequence that `tree` returns.
    """

    loaded: Loaded
    depth: int
    ms: float
    total_ms: float
    source: CostSource
    size: int
    end: int


def charges(trace: Trace, costs: StartupCosts) -> dict[str, Charge]:
    """Return what each module adds, by name, in the order of the boot.

    What a statement names inside a module counts with the module.
    """
    ms: dict[str, float] = {}
    source: dict[str, CostSource] = {}
    names = {each.name for each in trace.loaded}
    for charge in (*costs.charges, *costs.unusual):
        name = charge.name
        while name not in names and "." in name:
            name = name.rpartition(".")[0]
        ms[name] = ms.get(name, 0.0) + charge.ms
        if charge.name == name or charge.source is not CostSource.UNKNOWN:
            source[name] = charge.source
    return {each.name: Charge(each.name, ms[each.name], source[each.name]) for each in trace.loaded}


def tree(trace: Trace, costs: StartupCosts) -> tuple[Node, ...]:
    """Return the modules, each before those that its statements load first, which come in the order of the boot.

    A package stands before its modules, beside them: one statement loads both.
    """
    charged = charges(trace, costs)
    ordered = list(_ordered(trace.loaded))
    nodes: list[Node] = []
    for at in range(len(ordered) - 1, -1, -1):  # from the last one back, so that what is below a node is summed up
        each, depth = ordered[at]
        end = at + 1
        total = charged[each.name].ms
        while end < len(ordered) and ordered[end][1] > depth:
            below = nodes[len(ordered) - 1 - end]
            total += below.total_ms
            end = below.end
        charge = charged[each.name]
        nodes.append(Node(each, depth, charge.ms, total, charge.source, end - at, end))
    return tuple(reversed(nodes))


def place(statement: Statement) -> str:
    """Return where a statement stands, "file:line"; a file of an environment counts from its site-packages."""
    parts = Path(statement.path).parts
    installed = max((at for at, part in enumerate(parts) if part in INSTALLED), default=-1)
    path = "/".join(parts[installed + 1 :]) if installed >= 0 else statement.path
    return f"{path}:{statement.line}"


def parents(nodes: Sequence[Node]) -> list[int]:
    """Return the index of each node's parent, -1 for an entry point."""
    found: list[int] = []
    around: list[int] = []
    for at, node in enumerate(nodes):
        del around[node.depth :]
        found.append(around[-1] if around else -1)
        around.append(at)
    return found


def _ordered(loaded: Sequence[Loaded]) -> Iterator[tuple[Loaded, int]]:
    """The modules with their depths, depth first; what no entry point leads to comes as if it were one."""
    below: dict[str, list[Loaded]] = {each.name: [] for each in loaded}
    for each in loaded:
        if each.via is not None and each.importer in below:
            below[each.importer].append(each)
    seen: set[str] = set()
    for root in sorted(loaded, key=lambda each: each.via is not None):
        pending = [(root, 0)] if root.name not in seen else []
        while pending:
            each, depth = pending.pop()
            if each.name not in seen:
                seen.add(each.name)
                yield each, depth
                pending += [(child, depth + 1) for child in reversed(below[each.name])]
