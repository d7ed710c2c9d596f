"""What can be done about findings, as the protocol's code actions, and repairs as its edits."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping, Sequence
from importlib.util import find_spec

from lsprotocol import types

from .diagnostics import SOURCE
from .options import SECTION

REPAIR = f"{SECTION}.repair"
EXPLAIN = f"{SECTION}.explain"
FIX_ALL = f"{types.CodeActionKind.SourceFixAll.value}.{SOURCE}"
_OURS = "FST"
_NEEDED = "FST102"
_MISSING = "edits are made with LibCST: pip install 'flake8-flask-startup[fix]'"


def actions_of(params: types.CodeActionParams) -> list[types.CodeAction]:
    """Return what can be done about the findings at a place; what it comes to is worked out when it is chosen."""
    uri = params.text_document.uri
    found = [each for each in params.context.diagnostics if each.source == SOURCE and str(each.code).startswith(_OURS)]
    actions = [action for each in found for action in _about(uri, each)]
    if found or params.context.only:
        actions.append(_action("Repair all in this file", FIX_ALL, REPAIR, uri, 0, ()))
    wanted = params.context.only
    return [each for each in actions if wanted is None or any(_is_of(str(each.kind), kind) for kind in wanted)]


def _about(uri: str, found: types.Diagnostic) -> Iterator[types.CodeAction]:
    line = found.range.start.line + 1
    kind = types.CodeActionKind.QuickFix.value
    if found.code != _NEEDED:
        yield _action(f"Repair {found.code}", kind, REPAIR, uri, line, (found,))
    yield _action(f"Explain what can be done about {found.code}", kind, EXPLAIN, uri, line, (found,))


def _action(
    title: str, kind: str, command: str, uri: str, line: int, found: Sequence[types.Diagnostic]
) -> types.CodeAction:
    return types.CodeAction(
        title=title,
        kind=kind,
        diagnostics=list(found) or None,
        command=types.Command(title, command, arguments=[uri, line]),
        disabled=None if find_spec("libcst") is not None else types.CodeActionDisabled(_MISSING),
    )


def _is_of(kind: str, wanted: str | types.CodeActionKind) -> bool:
    """Whether a kind is one that is wanted, or of it: kinds are hierarchical."""
    name = wanted.value if isinstance(wanted, types.CodeActionKind) else wanted
    return not name or f"{kind}.".startswith(f"{name}.")


def edit_of(texts: Mapping[str, tuple[int | None, str, str]], *, has_versions: bool) -> types.WorkspaceEdit:
    """Return the edit of documents, given by URI as the open version, its text and the text to replace it.

    has_versions says that the editor takes edits of versions of documents.
    """
    edits = {uri: list(_edits(before, after)) for uri, (_, before, after) in texts.items()}
    if not has_versions:
        return types.WorkspaceEdit(changes=edits)
    return types.WorkspaceEdit(
        document_changes=[
            types.TextDocumentEdit(types.OptionalVersionedTextDocumentIdentifier(uri, texts[uri][0]), each)
            for uri, each in edits.items()
        ]
    )


def _edits(before: str, after: str) -> Iterator[types.TextEdit]:
    """The lines that differ. Ends of lines are the editor's matter."""
    old, new = _lines(before), _lines(after)
    for tag, start, end, new_start, new_end in difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag != "equal":
            place = types.Range(_start(old, start), _start(old, end))
            yield types.TextEdit(place, "".join(new[new_start:new_end]))


def _lines(text: str) -> list[str]:
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return [*(f"{line}\n" for line in lines[:-1]), *filter(None, lines[-1:])]


def _start(lines: Sequence[str], at: int) -> types.Position:
    """The start of a line; behind the last one, the end of the text, which may have no end of line."""
    if at < len(lines) or not lines or lines[-1].endswith("\n"):
        return types.Position(at, 0)
    return types.Position(at - 1, 2**31 - 1)  # the protocol takes what is beyond the end of a line for its end
