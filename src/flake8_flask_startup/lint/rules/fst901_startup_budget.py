"""FST901 startup-budget: predicted startup over the configured budget."""

from __future__ import annotations

from collections.abc import Iterator

from ...model import Finding, Span
from ...model.messages import milliseconds, more_where
from ...startup.boot import Boot
from ..rule import Context, Trait, rule

NAMED = 3  # packages that the message names: enough to begin with


@rule(traits=Trait.PRICED)
def RULE(context: Context) -> Iterator[Finding]:  # noqa: N802  # the decorator makes a constant of it
    """One finding, on the entry point, when the boot's predicted cost is over the budget."""
    boot, budget = context.boot, context.settings.budget
    if boot is None or not budget or boot.total_ms <= budget or not boot.is_entry(str(context.path)):
        return
    free = sorted((each for each in boot.causes if not each.blocked), key=lambda each: -each.saving_ms)
    dearest = ", ".join(f"{each.package} {milliseconds(each.saving_ms)} ms" for each in free[:NAMED])
    yield Finding(
        RULE.code,
        _place(context, boot.entries),
        f"predicted startup of {', '.join(boot.entries)} takes {milliseconds(boot.total_ms)} ms, "
        f"over the budget of {milliseconds(budget)} ms{_beside(boot)}",
        f"removable are {dearest}" if dearest else "no package can simply go, see flask startup report",
    )


def _place(context: Context, entries: tuple[str, ...]) -> Span:
    """Where the entry's function is defined, or the first line."""
    names = {entry.partition(":")[2] for entry in entries}
    return next((scope.span for scope in context.facts.scopes[1:] if scope.name in names), Span(1))


def _beside(boot: Boot) -> str:
    more = more_where(boot.more_ms, boot.variables)
    return f" ({more})" if more else ""
