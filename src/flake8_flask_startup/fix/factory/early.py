"""What stays in module code, and now runs before the app is there."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator

from ..refusal import Refused
from .extensions import early_use
from .layout import Layout
from .module import Unit, loaded_nodes


def need_late(layout: Layout) -> None:
    """Do nothing where nothing that stays needs an extension to have its app already; Refused otherwise."""
    late = dict(_initialised(layout))
    if not late:
        return
    inside = _in_functions(layout, late)
    for unit in layout.staying():
        decorators = getattr(unit.node, "decorator_list", [])
        plain = {each.func if isinstance(each, ast.Call) else each for each in decorators}
        for node in loaded_nodes(unit.node):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in inside:
                raise Refused(f"line {node.lineno} calls {node.func.id}(), which uses '{inside[node.func.id]}'")
            if not isinstance(node, ast.Attribute) or not isinstance(node.value, ast.Name) or node in plain:
                continue
            name = node.value.id
            is_late = name in late and unit.first > late[name] and isinstance(node.ctx, ast.Load)
            if is_late and (used := early_use(layout.module, node, name)):
                raise Refused(f"line {node.lineno} uses '{used}', which may need the app")
        _need_free(layout, unit)


def _need_free(layout: Layout, unit: Unit) -> None:
    """Raise Refused if a statement uses one of the project's own extensions in a way that may need the app."""
    for each, used in _asked(layout, loaded_nodes(unit.node)):
        raise Refused(f"line {each.lineno} uses '{used}', which may need the app")


def _asked(layout: Layout, nodes: Iterable[ast.AST]) -> Iterator[tuple[ast.Name, str]]:
    """Where the project's own extensions are used in a way that may need the app, or are passed on."""
    free = {each.name: each.free for each in layout.splits.values() if each.free is not None}
    found = list(nodes) if free else []
    owners = {each.value: each.attr for each in found if isinstance(each, ast.Attribute)}
    for each in found:
        if isinstance(each, ast.Name) and each.id in free and not isinstance(each.ctx, ast.Store):
            attribute = owners.get(each, "")
            if attribute not in free[each.id]:
                yield each, f"{each.id}.{attribute}".rstrip(".")


def _initialised(layout: Layout) -> Iterator[tuple[str, int]]:
    """The extensions that get the app in the factory, with the lines on which they had it."""
    for number, each in layout.splits.items():
        yield each.name, layout.module.units[number].first
    for number in layout.moved:
        unit = layout.module.units[number]
        for node in ast.walk(unit.node):
            if isinstance(node, ast.Attribute) and node.attr == "init_app" and isinstance(node.value, ast.Name):
                yield node.value.id, unit.first


def _in_functions(layout: Layout, late: dict[str, int]) -> dict[str, str]:
    """The functions of the module that use such extensions in a way that needs the app, with what they use."""
    found: dict[str, str] = {}
    for unit in layout.module.units:
        if isinstance(unit.node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            for node in ast.walk(unit.node):
                name = node.value.id if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) else ""
                if name in late and isinstance(node, ast.Attribute) and (used := early_use(layout.module, node, name)):
                    found[unit.node.name] = used
            for _, used in _asked(layout, ast.walk(unit.node)):
                found[unit.node.name] = used
    return found
