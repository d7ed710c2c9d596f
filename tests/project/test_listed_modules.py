"""Whether a file asks modules that it finds for all their names."""

from __future__ import annotations

import pytest

from flake8_flask_startup.project.listed_modules import asks_what_it_finds

HEAD = "import os, pkgutil\nfrom importlib import import_module\n\n"


@pytest.mark.parametrize(
    "code",
    [
        "for each in os.listdir('.'):\n    globals().update(vars(import_module(each)))\n",
        "def load():\n    return [dir(import_module(each)) for each in os.listdir('.')]\n",
        "def found():\n    return os.scandir('.')\ndef load():\n"
        "    return [import_module(each).__dict__ for each in found()]\n",
        "def ask(one):\n    return dir(one)\ndef load(name):\n    return ask(import_module(name))\n"
        "for _, name, _ in pkgutil.iter_modules():\n    load(name)\n",
        "class Loader:\n    def found(self):\n        return os.walk('.')\n    def load(self, name):\n"
        "        return vars(import_module(name))\n",
        "from os import listdir as there\nfrom inspect import getmembers as all_of\n"
        "def load():\n    return [all_of(import_module(each)) for each in there('.')]\n",
        "def broken(:\n",
    ],
)
def test_what_is_found_may_be_asked(code: str) -> None:
    assert asks_what_it_finds((HEAD + code).encode())


@pytest.mark.parametrize(
    "code",
    [
        "def load(name):\n    return import_module(name)\n\ndef copied(one):\n    return dict(vars(one))\n\n"
        "def files():\n    return os.listdir('.')\n",
        "def load(name):\n    return [import_module(each) for each in os.listdir(name)]\n\n"
        "def shown(one):\n    return dir(one)\n",
        "def load(name):\n    'asks dir() and vars()'\n    return [import_module(each) for each in os.listdir(name)]\n",
        "def ask():\n    return dir(import_module('json'))\n\ndef files():\n    return os.listdir('.')\n",
    ],
)
def test_functions_that_have_nothing_to_do_with_each_other(code: str) -> None:
    assert not asks_what_it_finds((HEAD + code).encode())
