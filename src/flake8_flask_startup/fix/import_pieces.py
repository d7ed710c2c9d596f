"""An import statement in pieces, so that each place it goes to gets the names it needs, with their comments."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import libcst as cst
from libcst import matchers
from libcst.matchers import findall

from .branches import HELD_COMMENT
from .refusal import Refused
from .statements import Statement, small_statements, with_blank_line

_NONE: tuple[str, tuple[str, ...]] = ("", ())


@dataclass(frozen=True, slots=True)
class _Piece:
    """One name of the statement, the comments on lines of their own above it, and the one at the end of its line."""

    bound: str
    code: str
    above: tuple[str, ...]
    beside: str


@dataclass(frozen=True, slots=True)
class ImportPieces:
    """One import statement. node is the statement, line the comment at its end with the blanks before it."""

    node: cst.Import | cst.ImportFrom
    line: cst.TrailingWhitespace
    head: str
    pieces: tuple[_Piece, ...]
    opening: str  # the comment behind the parenthesis that opens
    closing: tuple[str, ...]  # comments on lines of their own before the one that closes

    @classmethod
    def of(cls, node: cst.Import | cst.ImportFrom, line: cst.TrailingWhitespace, module: cst.Module) -> ImportPieces:
        """Take a statement of a module apart."""
        if isinstance(node, cst.Import):
            pieces = tuple(_Piece(_bound(each), _code(each, module), (), "") for each in node.names)
            return cls(node, line, "import", pieces, "", ())
        if isinstance(node.names, cst.ImportStar):
            raise Refused("a star import binds names that nobody can list")
        origin = module.code_for_node(node.module) if node.module is not None else ""
        head = f"from {'.' * len(node.relative)}{origin} import"
        opening, above = _comments(node.lpar.whitespace_after) if node.lpar is not None else _NONE
        found: list[_Piece] = []
        for each in node.names:
            beside, following = _NONE
            if isinstance(each.comma, cst.Comma):
                before, own = _comments(each.comma.whitespace_before)
                beside, following = _comments(each.comma.whitespace_after)
                beside, following = "  ".join(filter(None, (before, beside))), (*own, *following)
            found.append(_Piece(_bound(each), _code(each, module), (*above, *_around_as(each)), beside))
            above = following
        closing = above
        if node.rpar is not None:
            beside, own = _comments(node.rpar.whitespace_before)
            closing = (*above, *own)
            if beside:
                found[-1] = _Piece(found[-1].bound, found[-1].code, found[-1].above, beside)
        return cls(node, line, head, tuple(found), opening, closing)

    def left(self, going: Collection[str], module: cst.Module) -> list[Statement]:
        """Return what stays in the place of the statement when some names go; Refused as `plain`."""
        staying = {each.bound for each in self.pieces}.difference(going)
        return [self.plain(staying, module)] if staying else []

    def statement(self, names: Collection[str], module: cst.Module) -> Statement:
        """Return what binds the given names alone where they are used; Refused as `plain`."""
        return self.plain(names, module)

    def plain(self, names: Collection[str], module: cst.Module) -> cst.SimpleStatementLine:
        """Return a statement of its own that binds the given names alone.

        Raises:
            Refused: if a comment would be lost.
        """
        kept = [each for each in self.pieces if each.bound in names]
        if len(kept) == len(self.pieces):
            node = self.node.deep_clone().with_changes(semicolon=cst.MaybeSentinel.DEFAULT)
            return cst.SimpleStatementLine([node], trailing_whitespace=self.line.deep_clone())
        comments = [*(text for each in self.pieces for text in (*each.above, each.beside)), self.opening, *self.closing]
        if len(list(filter(None, comments))) != module.code_for_node(self.node).count("#"):
            raise Refused("it has comments in places where they cannot stay with their names")
        if not any(comments):
            code = f"{self.head} {', '.join(each.code for each in kept)}"
        else:
            code = "\n".join(self._lines(kept, module.default_indent))
        made = cst.parse_statement(code, config=module.config_for_parsing)
        assert isinstance(made, cst.SimpleStatementLine)  # noqa: S101  # an import statement is one
        return made.with_changes(trailing_whitespace=self.line.deep_clone())

    def _lines(self, kept: Collection[_Piece], indent: str) -> list[str]:
        lines = [f"{self.head} (" + (f"  {self.opening}" if self.opening else "")]
        for each in kept:
            lines += [f"{indent}{comment}" for comment in each.above]
            lines.append(f"{indent}{each.code}," + (f"  {each.beside}" if each.beside else ""))
        return [*lines, *(f"{indent}{comment}" for comment in self.closing), ")"]


def _bound(alias: cst.ImportAlias) -> str:
    return alias.evaluated_alias or alias.evaluated_name.partition(".")[0]


def _code(alias: cst.ImportAlias, module: cst.Module) -> str:
    bare = alias.with_changes(comma=cst.MaybeSentinel.DEFAULT)
    if any(_around_as(alias)):
        bare = bare.with_changes(asname=cst.AsName(cst.Name(_bound(alias))))
    return module.code_for_node(bare).strip()


def _around_as(alias: cst.ImportAlias) -> Sequence[str]:
    """The comments beside the word `as`."""
    if alias.asname is None:
        return ()
    around = (alias.asname.whitespace_before_as, alias.asname.whitespace_after_as)
    return [comment for each in around for first, own in [_comments(each)] for comment in (first, *own) if comment]


def _comments(space: cst.BaseParenthesizableWhitespace) -> tuple[str, tuple[str, ...]]:
    """The comment at the end of the line that a space begins on, and those on lines of their own."""
    if not isinstance(space, cst.ParenthesizedWhitespace):
        return _NONE
    first = space.first_line.comment.value if space.first_line.comment is not None else ""
    return first, tuple(each.comment.value for each in space.empty_lines if each.comment is not None)


@dataclass(frozen=True, slots=True)
class OptionalPieces(ImportPieces):
    """An import in its own `try` or `with`; flags are the names that say whether the module is installed."""

    around: cst.Try | cst.With
    flags: tuple[str, ...]

    @classmethod
    def around_import(cls, node: cst.Try | cst.With, flags: tuple[str, ...], module: cst.Module) -> OptionalPieces:
        """Split a statement whose body begins with the import."""
        line = node.body.body[0]
        assert isinstance(line, cst.SimpleStatementLine)  # noqa: S101  # as `optional` has found
        imported = line.body[0]
        assert isinstance(imported, (cst.Import, cst.ImportFrom))  # noqa: S101  # likewise
        of = ImportPieces.of(imported, line.trailing_whitespace, module)
        return cls(of.node, of.line, of.head, of.pieces, of.opening, of.closing, node, flags)

    def left(self, _: Collection[str], __: cst.Module) -> list[Statement]:
        """Return the flags, asked for without loading the package."""
        if not self.flags:
            return []
        name = self.pieces[0].code.partition(" ")[0]
        flags = [cst.parse_statement(f'{flag} = find_spec("{name}") is not None') for flag in self.flags]
        first = with_blank_line(flags[0].with_changes(leading_lines=self._comments_beside()))
        return [cst.parse_statement("from importlib.util import find_spec"), first, *flags[1:]]

    def _comments_beside(self) -> list[cst.EmptyLine]:
        """The comments of the statement as lines: without those of the import, and those about a line that goes."""
        gone = [*findall(self.node, matchers.Comment()), *findall(self.line, matchers.Comment())]
        inside = findall(self.around.with_changes(leading_lines=()), matchers.Comment())
        found = (each for each in inside if not any(each is one for one in gone))
        texts = (cst.ensure_type(each, cst.Comment).value for each in found)
        return [cst.EmptyLine(comment=cst.Comment(text)) for text in texts if not HELD_COMMENT.search(text)]

    def statement(self, names: Collection[str], module: cst.Module) -> Statement:
        """Return the `try`, or where a flag tells whether the package is there, what asks it.

        Raises:
            Refused: if not all of its names are wanted.
        """
        if not {each.bound for each in self.pieces} <= set(names):
            raise Refused("its try binds other names than are used there")
        if not self.flags:
            return self.around.deep_clone().with_changes(leading_lines=())
        handlers = self.around.handlers[:1] if isinstance(self.around, cst.Try) else ()
        fallback = [
            each
            for handler in handlers
            for line in handler.body.body
            for each in small_statements(line)
            if isinstance(each, cst.Assign) and module.code_for_node(each.targets[0].target) not in self.flags
        ]
        other = cst.Else(cst.IndentedBlock([cst.SimpleStatementLine([each.deep_clone()]) for each in fallback]))
        body = cst.IndentedBlock([self.plain(names, module)])
        return cst.If(cst.Name(self.flags[0]), body, orelse=other if fallback else None)
