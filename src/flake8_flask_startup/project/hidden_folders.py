"""Folders of the project that an installed package hides.

A folder without `__init__.py` is a package only where no regular one of its name is installed (Python's language
reference, "Namespace packages"). Migrations lie in such folders: `alembic/env.py` beside the app.
"""

from __future__ import annotations

import re
from pathlib import Path

from ..costs.table import priced_packages
from ..files.printing import encoded
from ..files.walking import is_file, names_in
from .text_index import search


def is_hidden(folder: Path) -> bool:
    """Return whether a folder is none of the project's packages: one of its name with a price is surely installed.

    It is not if an import statement names a module of the folder, which could not be imported then.
    """
    if is_file(folder / "__init__.py") or folder.name not in priced_packages():
        return False
    names = (name.removesuffix(".py") for name in names_in(folder))
    modules = b"|".join(re.escape(encoded(each)) for each in names if each.isidentifier())
    if not modules:
        return True
    word = encoded(folder.name)
    names_own = re.compile(rb"(?<![\w.])%s(?:\.|[ \t]+import[ \t(]+)(?:%s)\b" % (re.escape(word), modules))
    texts = search(str(Path.cwd())).having(word)
    return not any(names_own.search(each) for text in texts for each in text.imports.naming(word))
