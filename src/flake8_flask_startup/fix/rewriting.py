"""Import statements taken out of a module and put where their names are used; all else stays, byte for byte."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Sequence
from typing import TypeVar

import libcst as cst
from libcst.metadata import MetadataWrapper, PositionProvider

from ..files.parsing import parsed_expression
from .import_pieces import ImportPieces
from .placement import Placement
from .refusal import Refused
from .statements import Statement, inserted, joined, small_statements, statements_of, with_blank_line
from .type_checking import tests_for_checkers, with_twins

_Body = TypeVar("_Body", cst.Module, cst.IndentedBlock)


def rewritten(text: str, placements: Sequence[Placement]) -> str:
    """Return a module's text with import statements placed anew.

    Raises:
        Refused: if LibCST cannot read the text, or a place cannot be found again in it.
    """
    try:
        module = cst.parse_module(text)
    except (cst.ParserSyntaxError, RecursionError) as error:
        raise Refused("LibCST cannot read it") from error
    if module.code != text:
        raise Refused("LibCST would not leave the rest of it as it is")
    wrapper = MetadataWrapper(module, unsafe_skip_copy=True)
    finder = _Finder({each.imported.span.line for each in placements}, module)
    wrapper.visit(finder)
    rewriter = _Rewriter(module, placements, finder.found)
    result = wrapper.visit(rewriter)
    rewriter.need_everything_placed()
    return result.code


class _Finder(cst.CSTVisitor):
    """Finds the import statements on some lines."""

    METADATA_DEPENDENCIES = (PositionProvider,)

    def __init__(self, lines: set[int], module: cst.Module) -> None:
        super().__init__()
        self._lines = lines
        self._module = module
        self.found: dict[cst.CSTNode, tuple[int, ImportPieces]] = {}

    def visit_SimpleStatementLine(self, node: cst.SimpleStatementLine) -> None:  # noqa: N802  # LibCST's names
        for each in node.body:
            if isinstance(each, (cst.Import, cst.ImportFrom)):
                line = self.get_metadata(PositionProvider, each).start.line
                if line in self._lines:
                    is_alone = len(node.body) == 1
                    end = node.trailing_whitespace if is_alone else cst.TrailingWhitespace()
                    self.found[each] = line, ImportPieces.of(each, end, self._module)


class _Rewriter(cst.CSTTransformer):
    METADATA_DEPENDENCIES = (PositionProvider,)

    def __init__(
        self, module: cst.Module, placements: Sequence[Placement], found: dict[cst.CSTNode, tuple[int, ImportPieces]]
    ) -> None:
        super().__init__()
        self._module = module
        self._placements = placements
        self._found = found
        self._wanted = {each.imported.span.line for each in placements}
        self._functions = {line for each in placements for line in each.functions}
        self._mains = {line for each in placements for line in each.mains}
        self._checked = {line for each in placements for line in each.checked}
        self._twins = self._statements(each for each in placements if each.is_typed)
        self._quoted = {(line, each.imported.bound) for each in placements for line in each.quoted}
        self._unquoted = set(self._quoted)
        self._depth = 0  # of functions around

    def need_everything_placed(self) -> None:
        """Do nothing where every place was found; Refused otherwise."""
        for line, _ in self._found.values():
            self._wanted.discard(line)
        for left, what in (
            (self._wanted, "the import on line {} stands where no edit can be made"),
            (self._functions, "the function on line {} cannot be found again"),
            (self._mains, "the main guard around line {} cannot be found again"),
            (self._checked, "a branch that does not run here uses it on line {}"),
            ({line for line, _ in self._unquoted}, "the annotation on line {} cannot be found again"),
        ):
            if left:
                raise Refused(what.format(min(left)))

    def _statements(self, chosen: Iterable[Placement]) -> list[cst.SimpleStatementLine]:
        """The statements that bind the names of some placements, in the order in which they stood."""
        names: dict[int, set[str]] = {}
        for each in chosen:
            names.setdefault(each.imported.span.line, set()).add(each.imported.bound)
        return [
            pieces.statement(wanted, self._module)
            for line, pieces in self._found.values()
            if (wanted := names.get(line, set()).intersection(each.bound for each in pieces.pieces))
        ]

    # functions and guards

    def visit_FunctionDef_body(self, _: cst.FunctionDef) -> None:  # noqa: N802  # LibCST's names
        self._depth += 1

    def leave_FunctionDef_body(self, _: cst.FunctionDef) -> None:  # noqa: N802  # likewise
        self._depth -= 1

    def leave_FunctionDef(self, original: cst.FunctionDef, updated: cst.FunctionDef) -> cst.FunctionDef:  # noqa: N802
        line = self.get_metadata(PositionProvider, original.name).start.line
        if line not in self._functions:
            return updated
        self._functions.discard(line)
        statements = self._statements(each for each in self._placements if line in each.functions)
        return updated.with_changes(body=inserted(updated.body, statements, after_docstring=True))

    def leave_If(self, original: cst.If, updated: cst.If) -> cst.If:  # noqa: N802  # likewise
        body = self.get_metadata(PositionProvider, original.body)
        if tests_for_checkers(original.test) and not self._depth:
            self._checked -= {line for line in self._checked if body.start.line <= line <= body.end.line}
        inside = {line for line in self._mains if body.start.line <= line <= body.end.line}
        if not inside or self._depth or "__name__" not in self._module.code_for_node(original.test):
            return updated
        self._mains -= inside
        statements = self._statements(each for each in self._placements if inside.intersection(each.mains))
        return updated.with_changes(body=inserted(updated.body, statements, after_docstring=False))

    # annotations

    def leave_Annotation(self, original: cst.Annotation, updated: cst.Annotation) -> cst.Annotation:  # noqa: N802
        if self._depth or not self._quoted:
            return updated
        place = self.get_metadata(PositionProvider, original.annotation)
        code = self._module.code_for_node(updated.annotation)
        inside = {
            (line, name)
            for line, name in self._quoted
            if place.start.line <= line <= place.end.line and name in _names(code)
        }
        if not inside:
            return updated
        self._unquoted -= inside
        return updated.with_changes(annotation=cst.SimpleString(_quoted(code, place.start.line)))

    # bodies

    def leave_IndentedBlock(  # noqa: N802  # likewise
        self, original: cst.IndentedBlock, updated: cst.IndentedBlock
    ) -> cst.IndentedBlock:
        return self._without(original, updated)

    def leave_Module(self, original: cst.Module, updated: cst.Module) -> cst.Module:  # noqa: N802  # likewise
        left = self._without(original, updated)
        return with_twins(left, self._twins) if self._twins else left

    def _without(self, original: _Body, updated: _Body) -> _Body:
        """A body without the statements that go; the comments above them stay."""
        if not any(each in self._found for line in original.body for each in small_statements(line)):
            return updated
        kept: list[Statement] = []
        keeps_first = False
        pending: Sequence[cst.EmptyLine] = ()
        for before, after in zip(original.body, statements_of(updated), strict=True):
            left = self._left(before, after)
            if left is None:
                pending = joined(pending, after.leading_lines)
            else:
                keeps_first = keeps_first or before is original.body[0]
                kept.append(left.with_changes(leading_lines=joined(pending, left.leading_lines)))
                pending = ()
        comments = [each for each in pending if each.comment is not None]
        if not kept and isinstance(updated, cst.IndentedBlock):
            kept = [cst.SimpleStatementLine([cst.Pass()], leading_lines=pending)]
        elif comments:
            updated = updated.with_changes(footer=(*pending, *updated.footer))
        follows = isinstance(updated, cst.Module) and (updated.header or self._twins)
        if kept and not keeps_first and not follows:
            kept[0] = with_blank_line(kept[0], wanted=False)
        return updated.with_changes(body=kept)

    def _left(self, before: cst.BaseStatement, after: Statement) -> Statement | None:
        """A statement without what goes of it; None if nothing is left."""
        if not isinstance(before, cst.SimpleStatementLine) or not isinstance(after, cst.SimpleStatementLine):
            return after
        small = [new for old, new in zip(before.body, after.body, strict=True) if old not in self._found]
        if len(small) == len(after.body):
            return after
        if not small:
            return None
        small[-1] = small[-1].with_changes(semicolon=cst.MaybeSentinel.DEFAULT)
        return after.with_changes(body=small)


def _names(code: str) -> set[str]:
    try:
        return {each.id for each in ast.walk(parsed_expression(code)) if isinstance(each, ast.Name)}
    except SyntaxError:  # `*Ts`, over several lines
        return set()


def _quoted(code: str, line: int) -> str:
    quote = "'" if '"' in code else '"'
    if quote in code or "\\" in code or "\n" in code or "\r" in code:
        raise Refused(f"the annotation on line {line} cannot be put in quotes")
    return f"{quote}{code}{quote}"
