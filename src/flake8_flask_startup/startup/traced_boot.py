"""A boot with its prices, traced now: everything here loads the tracer."""

from __future__ import annotations

from ..files.gc_control import made_to_stay
from ..project.here import project_here
from . import resting
from .boot_inputs import BootInputs
from .cost_tables import cost_table
from .followed import trace
from .module_features import features_of
from .session import Session
from .summarize import Summary, summarize


def summary_from(inputs: BootInputs, session: Session) -> Summary:
    """Return the boot with its prices, as the session has it from before or traced now.

    Raises:
        CostTableError: if a cost table cannot be read.
    """
    return session.get(inputs.question, resting.is_as_it_was) or traced_boot(inputs, session)


def traced_boot(inputs: BootInputs, session: Session) -> Summary:
    """Trace the boot, and keep it in the session; CostTableError as above."""
    settings = inputs.settings
    table = cost_table(settings)
    with session.tracing(), made_to_stay():
        session.facts.begin()
        project = project_here(settings, overlay=inputs.overlay, known=session.facts)
        traced = trace(project, (*inputs.entries, *settings.startup_modules), inputs.why, settings.flask)
        features = features_of(traced, project)
        found = summarize(traced, features, project, settings, table, configured=bool(settings.app))
        session.keep(inputs.question, project.rests_on(), found, inputs.overlay)
    return found
