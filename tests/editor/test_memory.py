"""What was inferred about a text is dropped when the text has changed, however long a folder is open."""

from __future__ import annotations

import gc
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from io import BytesIO
from pathlib import Path

import pytest
from astroid import nodes

from flake8_flask_startup.editor.wire import message_of
from flake8_flask_startup.editor.worker import MAX_DROPPED, Worker

Write = Callable[[Mapping[str, str]], Path]

SHOP = {
    "shop/__init__.py": "",
    "shop/web.py": "from flask import Flask\n\n\nclass Shop(Flask):\n    pass\n",
    "run.py": "",
}
TEXT = """\
from shop.web import Shop


class Holder:
    def __init__(self):
        self.site = Shop(__name__)


holder = Holder()
holder.site.run(debug=True)
"""


@pytest.fixture
def thawed() -> Iterator[None]:
    gc.unfreeze()
    yield
    gc.unfreeze()


def trees() -> Counter[str]:
    """How many syntax trees of each module there are in this process, garbage included."""
    gc.unfreeze()
    return Counter(each.name for each in gc.get_objects() if isinstance(each, nodes.Module))


@pytest.mark.usefixtures("thawed")
def test_trees_of_earlier_texts_are_freed(write: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = write(SHOP)
    monkeypatch.chdir(folder)
    out = BytesIO()
    worker = Worker(out)
    worker.answer({"id": 0, "do": "configure", "folder": str(folder), "arguments": ["--fst-cache=off"]})
    gc.collect()
    before = trees()
    edits = 3 * MAX_DROPPED
    for number in range(1, edits + 1):
        text = f"{TEXT}# {number}\n"
        worker.answer({"id": number, "do": "check", "name": "run.py", "text": text, "settled": True})
        answer = message_of(out.getvalue().splitlines()[-1])
        assert [each[0] for each in answer["result"]["found"]] == ["FST203", "FST301"]
    made = trees() - before
    assert made["builtins"] <= 1
    assert 0 < made["run"] <= MAX_DROPPED + 2
