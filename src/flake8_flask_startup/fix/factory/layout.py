"""Which statements of a module go into its factory: what reads the app, and what reads what those have made of it."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from ...config.flask_objects import APP_DECORATORS, ROUTES
from ...syntax.static_conditions import Phase
from ...syntax.symbol_table import BindingKind
from ..app_part import AppPart
from ..refusal import Refused
from .around import Around
from .extensions import Split, split
from .module import Function, Module, Unit, is_decorator, is_main_guard

APP_CLASS = "flask.Flask"
# Methods of an app that give back the function that they register. `cli.command` makes a command of it.
_REGISTERING = APP_DECORATORS | ROUTES | {"endpoint"}
COMMAND = "cli.command"


@dataclass
class Layout:
    """What becomes of the statements of a module, by their positions; every other one stays."""

    module: Module
    part: AppPart
    made: Unit  # the statement that makes the app, or imports it
    moved: set[int] = field(default_factory=set)
    splits: dict[int, Split] = field(default_factory=dict)
    registered: dict[int, list[ast.expr]] = field(default_factory=dict)  # decorators that go, the innermost first
    imported: set[int] = field(default_factory=set)  # imports for blueprints alone
    guards: list[int] = field(default_factory=list)
    made_with: dict[str, int] = field(default_factory=dict)  # names that hang on the app, with a line that binds them

    @property
    def registers(self) -> bool:
        """Whether anything is done to the app while the module is loaded."""
        return bool(self.moved or self.splits or self.registered)

    def goes(self, line: int) -> bool:
        """Whether a line is one of a statement that goes into the factory."""
        return any(self.module.units[each].has(line) for each in self.moved | self.imported)

    def staying(self) -> Iterator[Unit]:
        """Return the statements that stay in module code, those that makes extensions without their app among them."""
        gone = self.moved | self.imported | set(self.guards)
        yield from (each for number, each in enumerate(self.module.units) if number not in gone)


def layout_of(module: Module, part: AppPart, around: Around) -> Layout:
    """Return what happens to each statement of a module.

    Raises:
        Refused: where something is not mechanical.
    """
    layout = Layout(module, part, _made(module, part))
    layout.made_with[part.name] = layout.made.first
    layout.guards = [number for number, each in enumerate(module.units) if is_main_guard(each.node)]
    while _grown(layout, around):
        pass
    _need_names_apart(layout, around.need)
    if part.makes:
        layout.imported = set(_blueprints(layout, around.is_own, around.need))
    for number in {*layout.moved, *layout.splits, *layout.registered, *layout.imported}:
        module.need_alone(module.units[number])
        if layout.guards and number > layout.guards[0]:
            raise Refused(f"line {module.units[number].first} stands behind the main guard")
    return layout


def _made(module: Module, part: AppPart) -> Unit:
    """The statement that makes the app, or imports it."""
    bindings = module.bindings(part.name)
    if len(bindings) != 1 or bindings[0].place.scope:
        raise Refused(f"'{part.name}' is bound more than once")
    unit = module.unit_at(bindings[0].line)
    if unit is None or bindings[0].place.is_conditional or bindings[0].place.phase is not Phase.IMPORT:
        raise Refused(f"a block around line {bindings[0].line} decides about '{part.name}'")
    module.need_alone(unit)
    if part.makes:
        value = unit.node.value if isinstance(unit.node, (ast.Assign, ast.AnnAssign)) else None
        if not isinstance(value, ast.Call) or (isinstance(unit.node, ast.Assign) and len(unit.node.targets) != 1):
            raise Refused(f"line {unit.first}: '{part.name}' is not made by a call alone")
    elif not isinstance(unit.node, ast.ImportFrom) or bindings[0].kind is not BindingKind.IMPORT:
        raise Refused(f"line {unit.first}: '{part.name}' is no name that an import statement of module code binds")
    return unit


def _grown(layout: Layout, around: Around) -> bool:
    """Whether another statement was found that hangs on the app."""
    module = layout.module
    known = layout.moved | layout.splits.keys() | layout.registered.keys()
    for number, unit in enumerate(module.units):
        if number in known or unit is layout.made:
            continue
        read = [each for each in module.reads(unit) if each.name in layout.made_with]
        if not read:
            continue
        if isinstance(unit.node, Function):
            layout.registered[number] = _registering(layout, unit.node)
        elif isinstance(unit.node, ast.ClassDef):
            raise Refused(f"line {read[0].line}: the class {unit.node.name} is made with '{read[0].name}'")
        elif number in layout.guards:
            raise Refused(f"line {read[0].line}: a branch of the main guard uses '{read[0].name}' where it is imported")
        elif found := split(module, unit, layout.part.name, around.class_at):
            layout.splits[number] = found
        else:
            _move(layout, number, unit)
        return True
    return False


def _move(layout: Layout, number: int, unit: Unit) -> None:
    for each in ast.walk(unit.node):
        if isinstance(each, ast.ImportFrom) and each.names[0].name == "*":
            raise Refused(f"line {each.lineno}: no function may have a star import")
        if isinstance(each, (ast.Global, ast.Await, ast.Delete)):
            raise Refused(f"line {each.lineno}: that cannot stand in a factory as it is")
        if isinstance(each, ast.Attribute) and each.attr == "push":
            raise Refused(f"line {each.lineno}: a context that is pushed is there for what follows")
    layout.moved.add(number)
    for name in layout.module.binds(unit):
        layout.made_with.setdefault(name, unit.first)


def _registering(layout: Layout, node: ast.FunctionDef | ast.AsyncFunctionDef) -> list[ast.expr]:
    """The decorators that register a function with the app, the one that is applied first before the others."""
    module, app = layout.module, layout.part.name
    found: list[ast.expr] = []
    for each in node.decorator_list:
        path = _registering_path(each)
        root, _, method = path.partition(".")
        if root != app or (method not in _REGISTERING and method != COMMAND) or not path:
            break
        found.append(each)
    if len(found) > 1 and any(map(is_command, found)):
        raise Refused(f"line {found[0].lineno}: {node.name}() is a command and more")
    left = {each.lineno: each for each in node.decorator_list[len(found) :]}
    unit = Unit(node, min(each.lineno for each in node.decorator_list) if node.decorator_list else 0, node.lineno)
    for use in module.reads(unit):
        if use.name not in layout.made_with:
            continue
        if not is_decorator(use):
            raise Refused(f"line {use.line}: {node.name}() has '{use.name}' in its defaults")
        if any(line <= use.line <= (each.end_lineno or line) for line, each in left.items()):
            raise Refused(f"line {use.line}: what the decorator gives back is not known, or another one uses it")
    if len(module.bindings(node.name)) != 1:
        raise Refused(f"line {node.lineno}: '{node.name}' is bound more than once")
    return found[::-1]


def is_command(decorator: ast.expr) -> bool:
    """Return whether a decorator makes a command of Flask's command line."""
    return _registering_path(decorator).endswith(f".{COMMAND}") and isinstance(decorator, ast.Call)


def _registering_path(decorator: ast.expr) -> str:
    """The dotted name that a decorator calls or is."""
    node = decorator.func if isinstance(decorator, ast.Call) else decorator
    return ast.unparse(node) if isinstance(node, (ast.Attribute, ast.Name)) else ""


def _need_names_apart(layout: Layout, need: Callable[[str], str]) -> None:
    """Do nothing where what goes into the factory and what stays have no name in common; Refused otherwise."""
    module, app = layout.module, layout.part.name
    for name, line in layout.made_with.items():
        if name == app:
            continue
        if any(not layout.goes(each.line) for each in module.bindings(name)):
            raise Refused(f"'{name}' is bound on line {line}, with the app, and without it")
        if later := [each for each in module.uses_of(name) if not layout.goes(each.line)]:
            raise Refused(f"line {later[0].line} reads '{name}', which line {line} makes with the app")
        if name in module.facts.exports or (reason := need(name)):
            why = "__all__ names it" if name in module.facts.exports else reason
            raise Refused(f"line {line} makes '{name}' with the app, and {why}")
    for number in layout.moved | layout.registered.keys():
        unit = module.units[number]
        read = {each.name: each for each in module.reads(unit) if each.name not in layout.made_with}
        for name, use in read.items():
            _need_settled(layout, unit, name, use.line)


def _need_settled(layout: Layout, unit: Unit, name: str, line: int) -> None:
    """Do nothing where a name that a statement reads has its value for good; Refused otherwise."""
    module = layout.module
    bindings = [each for each in module.bindings(name) if each.place.phase is Phase.IMPORT]
    if any(each.line > unit.last for each in bindings) and any(each.line < unit.first for each in bindings):
        raise Refused(f"'{name}', which line {line} reads, is another value later")
    if any(each.kind is not BindingKind.ASSIGN for each in bindings):
        return
    for other in layout.staying():
        is_changed = other.first > unit.last and isinstance(other.node, (ast.Expr, ast.AugAssign, ast.Assign))
        if is_changed and any(each.name == name for each in module.reads(other)) and _may_change(other.node, name):
            raise Refused(f"line {other.first} may change '{name}', which line {line} has read")


def _may_change(node: ast.stmt, name: str) -> bool:
    """Whether a statement assigns a part of a name, or is a call of it for its effect."""
    targets = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", getattr(node, "value", node))]
    return any(isinstance(each, ast.Name) and each.id == name for target in targets for each in ast.walk(target))


def _blueprints(layout: Layout, is_own: Callable[[str], bool], need: Callable[[str], str]) -> Iterator[int]:
    """The imports of the project's own whose names are those of blueprints that the factory registers, and no more."""
    module = layout.module
    registering = {
        each.line
        for number in layout.moved
        for each in module.reads(module.units[number])
        if ".register_blueprint("
        in "".join(module.at.lines[module.units[number].first - 1 : module.units[number].last])
    }
    for number, unit in enumerate(module.units):
        node = unit.node
        if not isinstance(node, (ast.Import, ast.ImportFrom)) or unit is layout.made:
            continue
        imports = module.facts.imports_at(node.lineno)
        if not imports or not all(each.level or is_own(each.module.partition(".")[0]) for each in imports):
            continue
        if all(
            (uses := module.uses_of(each.bound)) and all(use.line in registering for use in uses)
            for each in imports
        ) and not any(each.bound in module.facts.exports or need(each.bound) for each in imports):  # fmt: skip
            yield number
