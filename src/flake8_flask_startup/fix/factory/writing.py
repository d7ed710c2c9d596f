"""The text of a module whose app is built in a factory."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator

from ...files.parsing import parsed
from ...syntax.import_statements import imported
from ...syntax.static_conditions import Target
from ..app_part import AppPart
from ..chunks import Chunks
from ..refusal import Refused
from ..splices import Splice, spliced, without_marks
from .around import Around
from .early import need_late
from .imports import added, without_name
from .layout import Layout, is_command, layout_of
from .module import Module, Unit
from .requests import CURRENT, Requests

FACTORY, REGISTRAR, GETATTR = "create_app", "init_app", "__getattr__"
_HERE = "# flask-startup: the factory stands here"
FOUND, CALLED = ("app", "application"), (f"{FACTORY}()", "make_app()")  # where Flask looks that is given no name
NEW = frozenset({FACTORY, REGISTRAR, GETATTR, CURRENT, "click", "with_appcontext"})


def extracted(text: str, part: AppPart, target: Target, around: Around) -> str:
    """Return the source of a file whose app a factory makes.

    Raises:
        Refused: where something is not mechanical.
    """
    if "\r" in text:
        if text.count("\r\n") != text.count("\n") or text.count("\r") != text.count("\n"):
            raise Refused("its lines end in several ways")
        return extracted(text.replace("\r\n", "\n"), part, target, around).replace("\n", "\r\n")
    module = Module(text, target)
    layout = layout_of(module, part, around)
    found = _Writer(layout, around.need).text()
    after = Module(found, target)
    _need_same_names(module, after, part)
    _need_whole(layout, after)
    return found


def _need_whole(layout: Layout, after: Module) -> None:
    """Do nothing where the factory has all that was to go into it, in its order; Refused otherwise."""
    made = [each.node for each in after.units if getattr(each.node, "name", "") in (FACTORY, REGISTRAR)]
    there = [ast.dump(each) for node in made for each in getattr(node, "body", [])]
    wanted = [ast.dump(layout.module.units[number].node) for number in sorted(layout.moved)]
    if [each for each in there if each in wanted] != wanted:
        raise Refused("its factory would not have all of it")


def _need_same_names(before: Module, after: Module, part: AppPart) -> None:
    """Do nothing where the names of a module that are read stand for what they did; Refused otherwise."""
    known: dict[str, set[str]] = {name: {before.names.resolve(name, 0)} for name in before.facts.scopes[0].bindings}
    known |= {name: {name, f"flask.{name}"} for name in (CURRENT, part.name)}
    for use in before.facts.uses:
        known.setdefault(use.name, set()).add(before.names.resolve(use.name, use.place.scope))
    for use in after.facts.uses:
        path = after.names.resolve(use.name, use.place.scope)
        if use.name not in NEW and path not in known.get(use.name, ()):
            raise Refused(f"'{use.name}' on line {use.line} would not stand for what it does")


class _Writer:
    def __init__(self, layout: Layout, need: Callable[[str], str]) -> None:
        self.layout = layout
        self.module = layout.module
        self.part = layout.part
        self.indent = Chunks.of(self.module.text, self.module.tree).indent
        self._need = need
        self._imported: set[int] = set()  # imports that stand in the factory already

    def text(self) -> str:
        """Return the text of the file with the factory in it."""
        need_late(self.layout)
        found = Requests(self.layout, self._need)
        requests = list(found.edits())
        body = self._body()
        functions = self._functions(body)
        wanted = [("flask", CURRENT)] if requests else []
        commands = list(self._commands())
        wanted += [("", "click"), ("flask.cli", "with_appcontext")] if commands else []
        self._need_free([name for name, _ in functions], wanted)
        splices = [
            *requests,
            *found.programs(self._makes()),
            *commands,
            *self._leaving(),
            *self._guarded(),
            *self._place(),
        ]
        splices += self._import_edits(wanted)
        text = without_marks(spliced(self.module.text, splices))
        head, _, tail = text.partition(f"{_HERE}\n")
        code = "\n\n\n".join(lines for _, lines in functions)
        if not code:
            return head + tail
        return head.rstrip("\n") + f"\n\n\n{code}\n" + (f"\n\n{tail.lstrip(chr(10))}" if tail.strip() else "")

    # the functions

    def _functions(self, body: list[str]) -> list[tuple[str, str]]:
        """The functions that come to the module, by their names."""
        inside = "\n".join(_indented(body, self.indent))
        app, indent = self.part.name, self.indent
        if not self.part.makes:
            return [(REGISTRAR, f"def {REGISTRAR}({app}):\n{inside}")] if body else []
        makes = self._makes()
        found = []
        is_own = self._own_call() is not None
        if is_own and self.layout.registers:
            raise Refused(f"line {self.layout.made.first}: more is done to what the factory makes")
        if is_own and app not in FOUND and makes not in CALLED:
            raise Refused(f"Flask, given the module alone, would find neither '{app}' nor a factory that it knows")
        if not is_own:
            found.append((FACTORY, f"def {FACTORY}():\n{inside}\n{indent}return {app}"))
        brings = [
            f"def {GETATTR}(name):",
            f'{indent}if name == "{app}":  # for servers and scripts: made when it is first asked for',
            f'{indent * 2}globals()["{app}"] = {makes}',
            f'{indent * 2}return globals()["{app}"]',
            f'{indent}raise AttributeError(f"module {{__name__!r}} has no attribute {{name!r}}")',
        ]
        return [*found, (GETATTR, "\n".join(brings))]

    def _makes(self) -> str:
        """What makes the app: a call of the factory, be it that of the module."""
        call = self._own_call()
        return self.module.at.source(call) if call is not None else f"{FACTORY}()"

    def _own_call(self) -> ast.Call | None:
        """The call of a function of the module that makes the app; None where its class is called."""
        made = self.layout.made.node
        call = made.value if isinstance(made, (ast.Assign, ast.AnnAssign)) else None
        if not isinstance(call, ast.Call):
            return None
        return call if self.module.is_function(self.module.names.resolve(ast.unparse(call.func), 0)) else None

    def _body(self) -> list[str]:
        """The statements of the factory, or of the function that registers, each as it would stand in module code."""
        layout, module = self.layout, self.module
        before: Unit | None = None
        found: list[str] = []
        for number, unit in enumerate(module.units):
            is_made = unit is layout.made and self.part.makes
            if number in layout.moved or is_made:
                lines = [*self._imported_for(unit), *self._lines(unit)]
                is_apart = len(lines) > 1 or (before is not None and _is_blank(module, self._first(unit) - 1))
            elif number in layout.splits:
                lines, is_apart = [layout.splits[number].bound], False
            elif layout.registered.get(number):
                lines = self._registrations(number)
                is_apart = before is not None and not isinstance(before.node, (ast.FunctionDef, ast.AsyncFunctionDef))
            elif self._brought(unit):
                lines, is_apart = self._brought(unit), before is not None
            else:
                continue
            found += ["", *lines] if is_apart and found else lines
            before = unit
        return found

    def _imported_for(self, unit: Unit) -> Iterator[str]:
        """The imports of blueprints that a statement is the first to use."""
        reads = {each.name for each in self.module.reads(unit)}
        for number in sorted(self.layout.imported - self._imported):
            imported = self.module.units[number]
            if reads & self.module.binds(imported):
                self._imported.add(number)
                yield from self._lines(imported)

    def _registrations(self, number: int) -> list[str]:
        node = self.module.units[number].node
        name = getattr(node, "name", "")
        if any(map(is_command, self.layout.registered[number])):
            return [f"{self.part.name}.cli.add_command({name})"]
        return [
            f"{self.module.at.source(each)}({name}){self._comment(each)}" for each in self.layout.registered[number]
        ]

    def _comment(self, node: ast.expr) -> str:
        """The comment at the end of a line that a node ends on, with the blanks before it."""
        end = self.module.at.end(node)
        rest = self.module.text[end:].partition("\n")[0]
        return rest if rest.lstrip().startswith("#") else ""

    def _brought(self, unit: Unit) -> list[str]:
        """What brings in the modules that register, of those that a statement imports."""
        if not isinstance(unit.node, (ast.Import, ast.ImportFrom)):
            return []
        found = [each for each in self.module.facts.imports_at(unit.node.lineno) if each.bound in self.part.registering]
        bound = {each.bound for each in found} - {""}  # that of a star
        both = zip(unit.node.names, imported(unit.node), strict=True)
        aliases = [alias for alias, each in both if each.bound in bound]
        if not aliases:
            return []
        kept = (
            ast.ImportFrom(unit.node.module, aliases, unit.node.level)
            if isinstance(unit.node, ast.ImportFrom)
            else ast.Import(aliases)
        )
        return [ast.unparse(kept), *(f"{each.bound}.{REGISTRAR}({self.part.name})" for each in found)]

    def _lines(self, unit: Unit) -> list[str]:
        """The lines of a statement with the comments right above it."""
        return ["".join(self.module.at.lines[self._first(unit) - 1 : unit.last]).rstrip("\n")]

    def _first(self, unit: Unit) -> int:
        """The line that a statement, or the comments right above it, begin on."""
        first = unit.first
        while first > 1 and self.module.at.lines[first - 2].startswith("#") and not self._is_head(first - 1):
            first -= 1
        return first

    def _is_head(self, line: int) -> bool:
        """Whether comments that begin a file say what it is, not what its first statement does."""
        return not any(each.last < line for each in self.module.units)

    # the edits

    def _leaving(self) -> Iterator[Splice]:
        """The lines of module code that go."""
        layout, module = self.layout, self.module
        for number in layout.moved | layout.imported:
            yield from module.at.whole_lines(self._first(module.units[number]), module.units[number].last)
        if self.part.makes:
            yield from module.at.whole_lines(self._first(layout.made), layout.made.last)
        for each in layout.splits.values():
            yield from each.made
        for decorators in layout.registered.values():
            for decorator in decorators:
                if not is_command(decorator):
                    yield from module.at.whole_lines(decorator.lineno, decorator.end_lineno or decorator.lineno)

    def _commands(self) -> Iterator[Splice]:
        """Commands of the app as commands of click, in the context that Flask would give them."""
        at = self.module.at
        for decorators in self.layout.registered.values():
            for each in decorators:
                if is_command(each) and isinstance(each, ast.Call):
                    yield Splice(at.start(each.func), at.end(each.func), "click.command")
                    yield Splice(at.end(each), at.end(each), "\n@with_appcontext")

    def _guarded(self) -> Iterator[Splice]:
        """What makes the app where the file is the program."""
        at, app = self.module.at, self.part.name
        for number in self.layout.guards:
            node = self.module.units[number].node
            assert isinstance(node, ast.If)  # noqa: S101  # a guard is one
            used = [each for each in self.module.later_reads(app) if self.module.units[number].has(each.line)]
            if not used:
                continue
            if not self.part.makes:
                raise Refused(f"line {used[0].line}: what runs as a program uses '{app}'")
            first = node.body[0]
            indent = at.lines[first.lineno - 1][: first.col_offset]
            start = at.start(first)
            yield Splice(start, start, f"{app} = {self._makes()}" + ("; " if indent.strip() else f"\n{indent}"))

    def _place(self) -> Iterator[Splice]:
        """Where the functions come to stand: above the main guard, or at the end."""
        at = self.module.at
        if self.layout.guards:
            start = at.begin(self._first(self.module.units[self.layout.guards[0]]))
            yield Splice(start, start, f"{_HERE}\n")
        else:
            end = len(self.module.text)
            yield Splice(end, end, ("" if self.module.text.endswith("\n") else "\n") + f"{_HERE}\n")

    def _import_edits(self, wanted: list[tuple[str, str]]) -> Iterator[Splice]:
        module = self.module
        going: dict[int, set[str]] = {}
        if not self.part.makes:
            going[self.layout.made.first] = {self.part.name}
        for unit in module.units:
            found = {each.bound for each in module.facts.imports_at(unit.node.lineno)} & self.part.registering
            if found and isinstance(unit.node, (ast.Import, ast.ImportFrom)):
                alone = {name for name in found if not module.uses_of(name) and name not in module.facts.exports}
                going[unit.first] = {name for name in alone if not self._need(name)}
        for unit in module.units:
            if names := going.get(unit.first):
                yield from without_name(module, unit, names)
        yield from added(module, [each for each in wanted if not module.bindings(each[1])], going)

    def _need_free(self, functions: list[str], wanted: list[tuple[str, str]]) -> None:
        """Do nothing where the names of new functions and imports are free; Refused otherwise."""
        for name in functions:
            if self.module.bindings(name):
                raise Refused(f"it has a {name} of its own")
        for origin, name in wanted:
            path = f"{origin}.{name}".strip(".")
            if self.module.bindings(name) and self.module.names.resolve(name, 0) != path:
                raise Refused(f"{name} is a name of the module's own")
        if not self.part.makes and (reason := self._need(self.part.name)):
            raise Refused(f"another file needs '{self.part.name}' of it: {reason}")


def _indented(body: list[str], indent: str) -> Iterator[str]:
    """The lines of statements for a block; those inside of a text stay as they are."""
    for statement in body:
        within = {
            number
            for node in ast.walk(parsed(statement))
            if isinstance(node, (ast.Constant, ast.JoinedStr)) and node.end_lineno is not None
            for number in range(node.lineno + 1, node.end_lineno + 1)
        }
        for number, line in enumerate(statement.split("\n"), 1):
            yield line if number in within or not line else f"{indent}{line}"


def _is_blank(module: Module, line: int) -> bool:
    return line > 0 and not module.at.line(line)
