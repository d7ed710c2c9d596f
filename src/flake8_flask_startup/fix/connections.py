"""Steps for clients, models and connections of module code (FST403): made when a function first asks for one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ..config.settings import Settings
from ..files.paths import shown_file
from ..startup.graph.trace import Statement
from .late_values import late_values
from .refusal import Refused
from .sharing import readers
from .steps import Step, found_in, source_of

CODE = "FST403"
_DEFERRED = "FST101"  # what the import statements of other files come to


def connections(files: Iterable[str], settings: Settings) -> Iterator[tuple[Step, str]]:
    """Return a step for each object whose making a finding is about, with why it cannot be made later."""
    for name in files:
        source = source_of(name)
        values = late_values(source.tree) if source is not None else {}
        if not any(each.is_made for each in values.values()):
            continue
        for each in found_in(name, settings):
            value = values.get(each.span.line)
            if each.code != CODE or value is None or not value.is_made:
                continue
            places = {Statement(shown_file(name), each.span.line): CODE}
            names: dict[Statement, frozenset[str]] = {}
            reason = ""
            try:
                for place, bound in readers(name, value.names[0], settings):
                    places[place] = _DEFERRED
                    names[place] = names.get(place, frozenset()) | {bound}
            except Refused as refused:
                reason = f"{shown_file(name)}: {refused}"
            yield Step(each.what, each.ms or 0.0, places, names, is_whole=False, is_priced=bool(each.ms)), reason
