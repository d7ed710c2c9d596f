"""Tasks that Celery runs where they are sent instead of in a worker (Celery's documentation, `task_always_eager`)."""

from __future__ import annotations

from collections.abc import Iterator

from ...model.access_paths import callee_of, first_of, is_attribute, last_name
from ...project.module_facts import ModuleFacts
from ...project.module_finder import Origin
from ...syntax.places import Doubt
from ...syntax.symbol_table import Scope
from ...syntax.text_prefilter import lines_with
from ...syntax.values import Kind, Value
from ..values.abstract_values import Ext
from ..values.environment import Env, Evaluator

RUNNING = "apply"  # a method of tasks that runs them in any case
SENDING = ("apply_async", "delay", RUNNING)
_DECORATORS = ("shared_task", "task")
_SETTING = "task_always_eager"
_NAMES = (_SETTING, f"CELERY_{_SETTING.upper()}", "CELERY_ALWAYS_EAGER")


def is_task(scope: Scope, here: Env) -> bool:
    """Whether a function is a task of a Celery app, or of whatever app there is; here is where it is defined."""
    named = [callee_of(each) for each in scope.decorators]
    return any(
        isinstance(each, Ext) and first_of(each.path) == "celery"
        for path in named
        if last_name(path) in _DECORATORS
        for each in here.path(path)
    )


def is_eager(world: Evaluator) -> Doubt | None:
    """Return how sure it is that tasks run where they are sent; None if nothing in the project turns that on."""
    world.memory.open_read()  # modules loaded later may say it
    mentions = [code for code in world.visited.modules if _mentions(code)]
    if not mentions:
        return None
    settings = [each for code in mentions for each in _settings(code)]
    if all(each is False for each in settings):
        return None
    return Doubt.NONE if settings == [True] else Doubt.CONDITIONAL


def _mentions(code: ModuleFacts) -> bool:
    text = code.source.text
    return code.file.origin is Origin.FIRST_PARTY and any(each in text for each in _NAMES)


def _settings(code: ModuleFacts) -> Iterator[bool | None]:
    """The value that each line with the setting gives it, by an assignment or by `conf.update`; None if not known."""
    lines = list(lines_with(code.source, _NAMES))
    code.facts.read_at(lines)
    sure = {each.span.line: _switch(each.value) for each in code.facts.stores if is_attribute(each.path, _SETTING)}
    for call in code.facts.calls:
        for name, value in call.keywords if is_attribute(call.path, "update") else ():
            if name == _SETTING:
                sure.update(dict.fromkeys(range(call.span.line, call.span.end_line + 1), _switch(value)))
    yield from map(sure.get, lines)


def _switch(value: Value) -> bool | None:
    return value.constant if value.kind is Kind.CONSTANT and isinstance(value.constant, bool) else None
