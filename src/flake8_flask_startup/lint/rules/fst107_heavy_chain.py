"""FST107 heavy-chain: an import of your own that can wait, above a heavy one that cannot."""

from __future__ import annotations

from collections.abc import Iterator

from ...model import Finding, Span
from ..rule import Context, Trait, rule


@rule(traits=Trait.IMPORT)
def RULE(context: Context) -> Iterator[Finding]:  # noqa: N802  # the decorator makes a constant of it
    """The links that the boot has in this file, each with what its cut saves."""
    if context.boot is None:
        return
    for link in context.boot.links_in(str(context.path)):
        together = f"; {_waiting(link.together)} to wait as well" if link.together else ""
        yield Finding(
            RULE.code,
            next((each.span for each in context.facts.imports_at(link.line)), Span(link.line)),
            f"import of '{link.chain[0]}' with '{link.package}' behind it",
            f"import it in the functions that use it, for {_listed((link.package, *link.others))} cannot wait where "
            f"{'they are' if link.others else 'it is'} imported ({' imports '.join(link.chain)}){together}",
            ms=link.saving_ms,
        )


def _waiting(others: tuple[tuple[str, int], ...]) -> str:
    """The other statements that have to be deferred for the saving to come, as the subject of "to wait"."""
    (path, line), *more = others
    return f"{path}:{line} and {len(more)} more have" if more else f"{path}:{line} has"


def _listed(packages: tuple[str, ...]) -> str:
    return packages[0] if len(packages) == 1 else f"{', '.join(packages[:-1])} and {packages[-1]}"
