"""Import statements taken out of a module and put where their names are used; all else stays, byte for byte."""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import TypeVar

import libcst as cst
from libcst.metadata import MetadataWrapper, PositionProvider

from .branches import as_branches, names_in
from .chunks import WRAPPER, Chunk, Chunks
from .import_pieces import ImportPieces, OptionalPieces
from .optional import Optional
from .placement import Placement
from .refusal import Refused
from .statements import Statement, inserted, joined, separated, small_statements, statements_of, with_blank_line
from .type_checking import tests_for_checkers, with_twins

_ENDS = "\r\n"
_Body = TypeVar("_Body", cst.Module, cst.IndentedBlock)


def rewritten(text: str, tree: ast.Module, placements: Sequence[Placement], optional: Mapping[int, Optional]) -> str:
    """Return a module's text, whose tree is given, with import statements placed anew; optional are those in a `try`.

    Raises:
        Refused: if LibCST cannot read the text, or a place cannot be found again in it.
    """
    chunks = Chunks.of(text, tree)
    edit = _Edit(placements, optional)
    concerned = [each for each in chunks.chunks if edit.concerns(each)]
    parsed = {each: _parsed(each, chunks) for each in concerned}
    for chunk, wrapper in parsed.items():
        wrapper.visit(_Finder(edit, chunk, wrapper.module))
    head = chunks.chunks[0]
    twins = edit.twins()
    if twins and isinstance(tree.body[0], (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
        raise Refused("no statement stands above its functions, behind which TYPE_CHECKING could be tested")
    if twins and head not in parsed:
        parsed[head] = _parsed(head, chunks)
    found = {
        chunk: _unwrapped(wrapper.visit(_Rewriter(edit, chunk, wrapper.module, twins if chunk is head else ())), chunk)
        for chunk, wrapper in parsed.items()
    }
    edit.need_everything_placed()
    result = "".join(found.get(each, each.text) for each in chunks.chunks)
    return result if text[:1] in _ENDS else result.lstrip(_ENDS)


def _parsed(chunk: Chunk, chunks: Chunks) -> MetadataWrapper:
    text = f"{WRAPPER}{chunks.newline}{chunk.text}" if chunk.is_inner else chunk.text
    config: cst.PartialParserConfig = cst.PartialParserConfig(
        default_newline=chunks.newline, default_indent=chunks.indent
    )
    try:
        module = cst.parse_module(text, config)
    except (cst.ParserSyntaxError, RecursionError) as error:
        raise Refused("LibCST cannot read it") from error
    if module.code != text:
        raise Refused("LibCST would not leave the rest of it as it is")
    return MetadataWrapper(module, unsafe_skip_copy=True)


def _unwrapped(module: cst.Module, chunk: Chunk) -> str:
    if not chunk.is_inner:
        return module.code
    return module.code.removeprefix(WRAPPER).removeprefix("\r").removeprefix("\n")


class _Edit:
    """What is to be edited, by lines of the file, and what was found of it so far."""

    def __init__(self, placements: Sequence[Placement], optional: Mapping[int, Optional]) -> None:
        self.placements = placements
        self.optional = {each.first: each for line, each in optional.items()}
        self.imports = {each.imported.span.line for each in placements}
        self.functions = {line for each in placements for line in each.functions}
        self.mains = {line for each in placements for line in each.mains}
        self.before = {place.line for each in placements for place in each.before}
        self.checked = {line for each in placements for line in each.checked}
        self.quoted = {(line, each.imported.bound) for each in placements for line in each.quoted}
        self.found: dict[cst.CSTNode, tuple[int, ImportPieces]] = {}
        self._module = cst.Module([])
        self._unplaced = set(self.imports)
        self.unquoted = set(self.quoted)

    def concerns(self, chunk: Chunk) -> bool:
        """Whether anything is to be edited in a chunk."""
        lines = {*self.imports, *self.functions, *self.mains, *self.before, *self.checked}
        lines.update(line for line, _ in self.quoted)
        return any(chunk.first <= line <= chunk.last for line in lines)

    def note(self, node: cst.CSTNode, line: int, pieces: ImportPieces, module: cst.Module) -> None:
        """Keep an import statement that was found."""
        self.found[node] = line, pieces
        self._unplaced.discard(line)
        self._module = module

    def statements(self, chosen: Iterable[Placement]) -> list[Statement]:
        """Return the import statements that bind the names of these placements, in the order of the file."""
        return [pieces.statement(wanted, self._module) for pieces, wanted in self._wanted(chosen)]

    def left(self, node: cst.CSTNode) -> list[Statement]:
        """Return the statements that remain of an import statement when the names that move are taken out."""
        line, pieces = self.found[node]
        going = {each.imported.bound for each in self.placements if each.imported.span.line == line}
        return pieces.left(going, self._module)

    def twins(self) -> list[cst.SimpleStatementLine]:
        """Return the import statements to put under `if TYPE_CHECKING:`."""
        typed = (each for each in self.placements if each.is_typed)
        return [pieces.plain(wanted, self._module) for pieces, wanted in self._wanted(typed)]

    def _wanted(self, chosen: Iterable[Placement]) -> list[tuple[ImportPieces, set[str]]]:
        names: dict[int, set[str]] = {}
        for each in chosen:
            names.setdefault(each.imported.span.line, set()).add(each.imported.bound)
        return [
            (pieces, wanted)
            for line, pieces in self.found.values()
            if (wanted := names.get(line, set()).intersection(each.bound for each in pieces.pieces))
        ]

    def need_everything_placed(self) -> None:
        """Do nothing where every place was found; Refused otherwise."""
        for left, what in (
            (self._unplaced, "the import on line {} stands where no edit can be made"),
            (self.functions, "the function on line {} cannot be found again"),
            (self.mains, "the main guard around line {} cannot be found again"),
            (self.before, "the statement on line {} cannot be found again"),
            (self.checked, "a branch that does not run here uses it on line {}"),
            ({line for line, _ in self.unquoted}, "the annotation on line {} cannot be found again"),
        ):
            if left:
                raise Refused(what.format(min(left)))


class _Finder(cst.CSTVisitor):
    """Finds the import statements on some lines."""

    METADATA_DEPENDENCIES = (PositionProvider,)

    def __init__(self, edit: _Edit, chunk: Chunk, module: cst.Module) -> None:
        super().__init__()
        self._edit = edit
        self._above = chunk.first - 1 - chunk.is_inner
        self._module = module

    def visit_Try(self, node: cst.Try) -> bool:  # noqa: N802  # LibCST's names
        return self._visit_attempt(node)

    def visit_With(self, node: cst.With) -> bool:  # noqa: N802  # likewise
        return self._visit_attempt(node)

    def _visit_attempt(self, node: cst.Try | cst.With) -> bool:
        """Note a statement around an optional import; returns whether to look into it."""
        line: int = self.get_metadata(PositionProvider, node).start.line + self._above
        known = self._edit.optional.get(line)
        if known is None:
            return True
        pieces = OptionalPieces.around_import(node, known.flags, self._module)
        self._edit.note(node, known.line, pieces, self._module)
        return False

    def visit_SimpleStatementLine(self, node: cst.SimpleStatementLine) -> None:  # noqa: N802  # LibCST's names
        for each in node.body:
            if isinstance(each, (cst.Import, cst.ImportFrom)):
                line = self.get_metadata(PositionProvider, each).start.line + self._above
                if line in self._edit.imports:
                    is_alone = len(node.body) == 1
                    end = node.trailing_whitespace if is_alone else cst.TrailingWhitespace()
                    self._edit.note(each, line, ImportPieces.of(each, end, self._module), self._module)


class _Rewriter(cst.CSTTransformer):
    METADATA_DEPENDENCIES = (PositionProvider,)

    def __init__(self, edit: _Edit, chunk: Chunk, module: cst.Module, twins: Sequence[cst.SimpleStatementLine]) -> None:
        super().__init__()
        self._edit = edit
        self._above = chunk.first - 1 - chunk.is_inner
        self._module = module
        self._twins = twins
        self._depth = 0  # of functions around

    # functions and guards

    def visit_FunctionDef_body(self, _: cst.FunctionDef) -> None:  # noqa: N802  # LibCST's names
        self._depth += 1

    def leave_FunctionDef_body(self, _: cst.FunctionDef) -> None:  # noqa: N802  # likewise
        self._depth -= 1

    def leave_FunctionDef(  # noqa: N802  # likewise
        self, original: cst.FunctionDef, updated: cst.FunctionDef
    ) -> cst.FunctionDef:
        line = self.get_metadata(PositionProvider, original.name).start.line + self._above
        if line not in self._edit.functions:
            return updated
        self._edit.functions.discard(line)
        statements = self._edit.statements(each for each in self._edit.placements if line in each.functions)
        return updated.with_changes(body=inserted(updated.body, statements, after_docstring=True))

    def leave_If(self, original: cst.If, updated: cst.If) -> cst.If:  # noqa: N802  # likewise
        first, last = self._lines(original.body)
        if self._depth:
            return updated
        if tests_for_checkers(original.test):
            self._edit.checked -= {line for line in self._edit.checked if first <= line <= last}
        inside = {line for line in self._edit.mains if first <= line <= last}
        if not inside or "__name__" not in self._module.code_for_node(original.test):
            return updated
        self._edit.mains -= inside
        statements = self._edit.statements(each for each in self._edit.placements if inside.intersection(each.mains))
        return updated.with_changes(body=inserted(updated.body, statements, after_docstring=False))

    def _lines(self, node: cst.CSTNode) -> tuple[int, int]:
        """The lines of the file on which a node begins and ends."""
        place = self.get_metadata(PositionProvider, node)
        return place.start.line + self._above, place.end.line + self._above

    # annotations

    def leave_Annotation(  # noqa: N802  # likewise
        self, original: cst.Annotation, updated: cst.Annotation
    ) -> cst.Annotation:
        if self._depth or not self._edit.quoted:
            return updated
        first, last = self._lines(original.annotation)
        code = self._module.code_for_node(updated.annotation)
        inside = {(line, name) for line, name in self._edit.quoted if first <= line <= last and name in names_in(code)}
        if not inside:
            return updated
        self._edit.unquoted -= inside
        return updated.with_changes(annotation=cst.SimpleString(_quoted(code, first)))

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
        if not any(map(self._is_concerned, original.body)):
            return updated
        kept: list[Statement] = []
        keeps_first = False
        pending: Sequence[cst.EmptyLine] = ()
        for before, after in zip(original.body, statements_of(updated), strict=True):
            pending = joined(pending, after.leading_lines)
            left: list[Statement] = self._left(before, after)
            if left:
                keeps_first = keeps_first or before is original.body[0]
                left[0] = left[0].with_changes(leading_lines=pending)
                kept += self._behind_imports(before, left, is_first=not kept)
                pending = ()
        comments = [each for each in pending if each.comment is not None]
        if not kept and isinstance(updated, cst.IndentedBlock):
            kept = [cst.SimpleStatementLine([cst.Pass()], leading_lines=pending)]
        elif comments:
            updated = updated.with_changes(footer=(*pending, *updated.footer))
        if kept and not keeps_first and isinstance(updated, cst.IndentedBlock):
            kept[0] = with_blank_line(kept[0], wanted=False)
        return updated.with_changes(body=kept)

    def _is_concerned(self, statement: cst.BaseStatement) -> bool:
        is_import = any(each in self._edit.found for each in (statement, *small_statements(statement)))
        return is_import or self._lines(statement)[0] in self._edit.before

    def _behind_imports(self, before: cst.BaseStatement, left: list[Statement], *, is_first: bool) -> list[Statement]:
        """What is left of a statement, with the imports that go in front of it."""
        line, _ = self._lines(before)
        if line not in self._edit.before:
            return left
        self._edit.before.discard(line)
        chosen = [(place, each) for each in self._edit.placements for place in each.before if place.line == line]
        plain = self._edit.statements(each for place, each in chosen if not place.is_choice)
        if divided := [each for place, each in chosen if place.is_choice]:
            left = [as_branches(left[0], lambda names: self._imported(divided, names), self._module), *left[1:]]
        return separated(plain, left, is_first=is_first) if plain else left

    def _imported(self, placements: Iterable[Placement], names: Collection[str]) -> list[Statement]:
        return self._edit.statements(each for each in placements if each.imported.bound in names)

    def _left(self, before: cst.BaseStatement, after: Statement) -> list[Statement]:
        """What is left of a statement."""
        if before in self._edit.found:
            return self._edit.left(before)
        if not isinstance(before, cst.SimpleStatementLine) or not isinstance(after, cst.SimpleStatementLine):
            return [after]
        small: list[cst.BaseSmallStatement] = []
        for old, new in zip(before.body, after.body, strict=True):
            left = self._edit.left(old) if old in self._edit.found else []
            small += (
                [new] if old not in self._edit.found else [each for line in left for each in small_statements(line)]
            )
        if not small:
            return []
        small[-1] = small[-1].with_changes(semicolon=cst.MaybeSentinel.DEFAULT)
        return [after.with_changes(body=small)]


def _quoted(code: str, line: int) -> str:
    quote = "'" if '"' in code else '"'
    if quote in code or "\\" in code or "\n" in code or "\r" in code:
        raise Refused(f"the annotation on line {line} cannot be put in quotes")
    return f"{quote}{code}{quote}"
