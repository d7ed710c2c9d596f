"""Annotations that stay strings: those of classes whose decorator keeps them so, where no project code evaluates them.

With postponed annotations (PEP 563) a dataclass has texts for the types of its fields, and looks a name up in its
module only to see whether it is ClassVar, InitVar or KW_ONLY (`dataclasses._is_type`); attrs compares the text alone.
The linter calls such an import needed on purpose: whoever adds dacite later would be surprised. A repair looks at the
project as it is.
"""

from __future__ import annotations

import re

from ..files.printing import encoded
from ..project.text_index import FileText, Search
from .annotation_tables import FIELD_READERS, HINT_FUNCTIONS, READERS
from .callback_models import RECORD_DECORATORS

# By their documentation and source. The names are those that each looks for in the module of the class.
TEXT_KEEPING_DECORATORS = RECORD_DECORATORS
LOOKED_FOR = frozenset({"ClassVar", "InitVar", "KW_ONLY"})
_PLAIN = frozenset({"attr", "attrs", "dataclasses", "functools", "torch"})  # their readers are listed by full name
_WORDS = sorted({
    *(each.rpartition(".")[2] for each in HINT_FUNCTIONS), "ForwardRef", "__annotate__", "__annotations__",
    "_eval_type", "eval_str", "evaluate_forward_ref", "resolve_types",
})  # fmt: skip
_PACKAGES = sorted({each.partition(".")[0] for each in (*READERS, *FIELD_READERS)} - _PLAIN)
_EVALUATING = (b"eval", b"exec")  # applied to strings read from fields
_FIELDS = (b"__dataclass_fields__", b"__attrs_attrs__", b"fields", b"fields_dict")
_QUESTION = "what evaluates annotations"


def evaluates_annotations(found: Search) -> str:
    """Return the path of a project file that may evaluate annotations that are strings; empty if none does."""
    if _QUESTION not in found.answers:
        found.answers[_QUESTION] = next(filter(None, map(_evaluating, _asked(found))), "")
    return found.answers[_QUESTION]


def _asked(found: Search) -> list[tuple[FileText, bytes]]:
    """The files that contain one of the words, each with the package it may import; empty if the word is enough."""
    named = [(text, b"") for word in _WORDS for text in found.having(encoded(word))]
    of_fields = {text for word in _FIELDS for text in found.having(word)}
    named += [(text, b"") for word in _EVALUATING for text in found.narrowed(list(of_fields), word)]
    return named + [(text, encoded(top)) for top in _PACKAGES for text in found.having(encoded(top))]


def _evaluating(asked: tuple[FileText, bytes]) -> str:
    text, top = asked
    imports = rb"(?m)^[ \t]*(?:from[ \t]+|import[ \t]+(?:[^\n#]*,[ \t]*)?)%s\b|[\"']%s\b" % (top, top)
    return text.path if not top or re.search(imports, text.data) else ""
