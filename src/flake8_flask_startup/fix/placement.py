"""Where the names of import statements go: into functions, `__main__` blocks, under TYPE_CHECKING, or nowhere.

The verdict says that the statements may go; what uses each of their names says where to.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from ..syntax.facts import Facts
from ..syntax.static_conditions import Phase
from ..syntax.symbol_table import BindingKind, Import, Role, ScopeKind, Use
from ..syntax.values import Kind
from .branch_places import BranchPlace
from .refusal import Refused

_NAMESPACE_READERS = frozenset({"locals", "eval", "exec"})  # without arguments, they read their caller's
_WITHOUT_ARGUMENT = frozenset({"vars", "dir"})  # likewise
_DOCTEST = re.compile(r"^[ \t]*(?:>>>|\.\.\.) .*", re.MULTILINE)  # its names are those of the module
_TYPE_COMMENT = re.compile(r"#\s*type:\s*(?!ignore)(.*)")


@dataclass(frozen=True, slots=True)
class Placement:
    """Where the names of one import go. functions and mains are lines: of a `def`, of a use under a `__main__` guard.

    before are statements that it goes in front of, instead of to where a function begins; using are the lines of all
    functions that use it, those inside others as well, loading those on which module code uses it under a condition.

    is_typed says that annotations need a twin under TYPE_CHECKING, quoted are the lines of annotations that are
    evaluated where they stand, checked those of other uses that have to stand under TYPE_CHECKING.
    """

    imported: Import
    functions: frozenset[int]
    mains: frozenset[int]
    is_typed: bool
    quoted: frozenset[int]
    checked: frozenset[int]
    using: frozenset[int]
    loading: frozenset[int] = frozenset()
    before: frozenset[BranchPlace] = frozenset()


@dataclass(slots=True)
class _Found:
    functions: set[int] = field(default_factory=set)  # numbers of scopes
    mains: set[int] = field(default_factory=set)
    annotations: list[Use] = field(default_factory=list)
    loading: set[int] = field(default_factory=set)
    checked: set[int] = field(default_factory=set)


def placements(
    facts: Facts, lines: Mapping[int, Collection[str] | None], text: str, branched: Collection[int] = ()
) -> list[Placement]:
    """Return where the names go that the import statements on some lines bind, or those of them that are given.

    facts are of all bodies of the file. branched are lines whose imports module code may use under conditions.

    Raises:
        Refused: where a use leaves no place for the import.
    """
    imports = [
        each
        for each in facts.imports
        if each.span.line in lines and ((names := lines[each.span.line]) is None or each.bound in names)
    ]
    for each in imports:
        _need_movable(facts, each, text)
    found = [_placement(facts, each, text, is_branched=each.span.line in branched) for each in imports]
    if {each.imported.span.line for each in found} != set(lines):
        raise Refused("no import statement stands on its line any more")
    return found


def _need_movable(facts: Facts, each: Import, text: str) -> None:
    """Do nothing where nothing but uses of its name says where an import stands; Refused otherwise."""
    line = each.span.line
    if each.place.scope:
        function = facts.scopes[each.place.scope]
        if each.place.is_conditional or each.place.optional or function.kind is not ScopeKind.FUNCTION:
            raise Refused(f"line {line}: the block around it decides whether it is imported")
        if any(other.kind is not BindingKind.IMPORT for other in function.bindings.get(each.bound, ())):
            raise Refused(f"line {line}: its function binds '{each.bound}' again")
    for match in _DOCTEST.finditer(text):
        if _mentions(match[0], each.bound):
            raise Refused(f"a doctest on line {1 + text.count(chr(10), 0, match.start())} uses '{each.bound}'")


def _placement(facts: Facts, each: Import, text: str, *, is_branched: bool) -> Placement:
    uses = [use for use in facts.uses if use.home == each.place.scope and use.name == each.bound]
    found = _Found()
    for use in uses:
        if is_branched and use.place.is_conditional and _is_of_module_code(facts, use):
            found.loading.add(use.line)
        else:
            _sort(facts, each, use, found)
    if each.place.scope and not found.functions:
        raise Refused(f"line {each.span.line}: nothing in the function uses '{each.bound}'")
    _need_room(facts, each, found.functions)
    holders = _outermost(facts, found.functions)
    typed = [use for use in found.annotations if not holders.intersection(_around(facts, use.place.scope))]
    has_twin = any(
        other.bound == each.bound and other.dotted == each.dotted and other.place.phase is Phase.TYPING
        for other in facts.imports
    )
    is_typed = bool(typed or found.checked) or any(
        _mentions(comment, each.bound) for comment in _TYPE_COMMENT.findall(text)
    )
    return Placement(
        imported=each,
        functions=frozenset(facts.scopes[number].span.line for number in holders),
        mains=frozenset(found.mains),
        is_typed=is_typed and not has_twin,
        quoted=frozenset(use.line for use in typed if use.place.phase is not Phase.TYPING),
        checked=frozenset(found.checked),
        loading=frozenset(found.loading),
        using=frozenset(facts.scopes[number].span.line for number in found.functions),
    )


def _is_of_module_code(facts: Facts, use: Use) -> bool:
    return (
        use.place.phase is Phase.IMPORT and not facts.function_of(use.place.scope) and use.role is not Role.ANNOTATION
    )


def _sort(facts: Facts, each: Import, use: Use, found: _Found) -> None:
    """Note what one use asks for."""
    home, function = each.place.scope, facts.function_of(use.place.scope)
    if use.role is Role.ANNOTATION and (use.place.phase is Phase.TYPING or function == home):
        found.annotations.append(use)
    elif function == 0 and use.place.phase is Phase.MAIN:
        found.mains.add(use.line)
    elif function == 0 and use.place.phase is Phase.TYPING:
        found.checked.add(use.line)
    elif function == 0:
        raise Refused(f"module code uses '{use.name}' on line {use.line}")
    else:
        found.functions.add(_holder(facts, function, home, use))


def _holder(facts: Facts, function: int, home: int, use: Use) -> int:
    """The function that can hold the import for a use: the nearest that is no lambda."""
    while facts.scopes[function].kind is ScopeKind.LAMBDA and function not in (0, home):
        function = facts.function_of(facts.scopes[function].parent)
    if function == 0:
        raise Refused(f"a lambda outside of functions uses '{use.name}' on line {use.line}")
    if function == home:
        raise Refused(f"the function around it uses '{use.name}' on line {use.line}")
    return function


def _need_room(facts: Facts, each: Import, functions: Iterable[int]) -> None:
    """Do nothing where each of the functions can bind the name; Refused where one cannot."""
    if functions and each.bound.startswith("__") and not each.bound.endswith("__"):
        raise Refused(f"'{each.bound}' is another name in the methods of a class")
    for number in functions:
        scope = facts.scopes[number]
        if each.bound in scope.elsewhere:
            raise Refused(f"{scope.name}() on line {scope.span.line} declares '{each.bound}' global")
    readers = [
        call
        for call in facts.calls
        if (call.path in _NAMESPACE_READERS and not any(each.kind is Kind.MAPPING for each in call.args[1:2]))
        or (call.path in _WITHOUT_ARGUMENT and not call.args)
    ]
    for call in readers:
        if (number := facts.function_of(call.place.scope)) in functions:
            raise Refused(f"{facts.scopes[number].name}() calls {call.path}() on line {call.span.line}")


def _outermost(facts: Facts, functions: Collection[int]) -> set[int]:
    """Functions without those inside another one of them, which see its names."""
    return {each for each in functions if not any(other in functions for other in _around(facts, each, first=1))}


def _around(facts: Facts, scope: int, first: int = 0) -> Sequence[int]:
    """The functions around a scope, from the innermost; first is how many to leave out."""
    return list(_functions_around(facts, scope))[first:]


def _functions_around(facts: Facts, scope: int) -> Iterator[int]:
    number = facts.function_of(scope)
    while number:
        yield number
        number = facts.function_of(facts.scopes[number].parent)


def _mentions(comment: str, name: str) -> bool:
    return re.search(rf"\b{re.escape(name)}\b", comment) is not None
