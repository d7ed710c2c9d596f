from __future__ import annotations

import ast

import pytest

from flake8_flask_startup.analysis.class_order import ClassOrder
from flake8_flask_startup.analysis.method_resolution import Methods
from flake8_flask_startup.syntax.binder import collect
from flake8_flask_startup.syntax.resolver import Names
from flake8_flask_startup.syntax.static_conditions import Target


def names(text: str) -> Names:
    return Names(collect(ast.parse(text), Target((3, 12))))


def test_an_order_that_is_known_asks_no_class_for_its_bases(monkeypatch: pytest.MonkeyPatch) -> None:
    order = ClassOrder(names("class A: pass\nclass B: pass\nclass C(A, B): pass\n"))
    assert order.of(":C") == [":C", ":A", ":B"]
    asked: list[str] = []
    monkeypatch.setattr(ClassOrder, "bases_reversed", lambda _, owner: asked.append(owner) or [])
    assert order.of(":C") == [":C", ":A", ":B"]
    assert not asked


@pytest.mark.parametrize(
    ("metaclass", "orders"), [("", 0), ("(metaclass=Meta)", 1)], ids=["no metaclass", "a metaclass"]
)
def test_bases_are_asked_for_metaclasses_where_the_file_has_one(
    metaclass: str, orders: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    methods = Methods(
        names(f"class Meta(type):\n    def __call__(cls): pass\nclass A{metaclass}: pass\nclass B(A): pass\n")
    )
    asked: list[str] = []
    of = ClassOrder.of
    monkeypatch.setattr(ClassOrder, "of", lambda self, owner: asked.append(owner) or of(self, owner))
    assert bool(methods.of_metaclass(":B", "__call__")) is bool(metaclass)
    assert asked.count(":B") == orders
