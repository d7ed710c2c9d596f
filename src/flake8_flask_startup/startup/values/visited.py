"""The modules that startup has loaded so far, and what they store where."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from typing import NamedTuple

from ...model.access_paths import before_item, is_attribute, owner_by, owner_of, split_behind
from ...model.path_steps import is_item_step
from ...project.module_facts import ModuleFacts
from ...project.module_finder import Origin
from ...syntax.operators import is_seen
from ...syntax.symbol_table import Call, Store
from ...syntax.text_prefilter import lines_with

# Methods of a configuration that take many settings at once (Flask API, Config).
_CONFIGURING = (
    "from_mapping",
    "from_object",
    "update",
    "from_envvar",
    "from_file",
    "from_json",
    "from_prefixed_env",
    "from_pyfile",
    "setdefault",
)
FILLING_ENVIRONMENT = ("load_dotenv", "read_env")  # functions that read a file into it (python-dotenv, environs)
_CHANGING_ENVIRONMENT = ("environ", *FILLING_ENVIRONMENT)  # names in code that changes it
INDEXED_AFTER = 25  # attributes: until then, a search through the texts is quicker
_WORD = re.compile(r"\w+")


_METHOD = re.compile(r"^[ \t]*(?:async[ \t]+)?def[ \t]+(__\w+__)", re.MULTILINE)


class _OnName(NamedTuple):
    """An assignment to an attribute of what a name stands for."""

    code: ModuleFacts
    store: Store
    owner: str


class Visited:
    """The modules that startup has loaded so far, and what they assign to attributes of names."""

    def __init__(self) -> None:
        self.modules: list[ModuleFacts] = []
        self._names: set[str] = set()
        self.answering: set[str] = set()  # modules with a `__getattr__` (PEP 562), of libraries too
        self.properties: set[str] = set()  # methods of the project's classes that run when they are read
        self.may_consume = False  # whether there are generators, or methods that built-in functions call
        self.has_metaclasses = False  # of the project's own
        self.has_settings = False  # classes whose fields variables of the environment fill
        self.has_enumerations = False
        self.has_stand_ins = False  # objects that code puts in the place of modules, in `sys.modules`
        self.has_proxies = False  # that call a function whenever they are asked for something (Werkzeug)
        self.has_unseen = False  # special methods that run at moments which are not seen
        self.has_mixins = False  # with methods that mapping a class runs (SQLAlchemy, "Mixins")
        self._defined: set[str] = set()  # special methods that its classes have, and a module's `__getattr__`
        self._configured = 0  # modules that were searched for what they put into a configuration
        self._configuring: list[tuple[ModuleFacts, Call | Store]] = []
        self._putting: dict[str, list[int]] = {}  # the places of those by the path behind ".config"; of calls under ""
        self._changing: list[tuple[ModuleFacts, Call | Store]] = []  # what may change the environment
        self._changed = 0  # modules that were searched for that
        self._found: dict[str, tuple[int, list[_OnName]]] = {}  # by attribute, with how many modules were searched
        self._words: dict[str, list[int]] = {}  # the modules that have a word
        self._indexed = 0  # modules whose words are in there

    def add(self, code: ModuleFacts) -> None:
        """Take note of a module that is loaded."""
        self.modules.append(code)
        self._names.add(code.file.name)
        if code.gives_names:
            self.answering.add(code.file.name)
        if code.file.origin is Origin.FIRST_PARTY:
            text = code.source.text
            self.may_consume = self.may_consume or "yield" in text or "def __" in text
            if "def __" in text:
                found = _METHOD.findall(text)
                self._defined.update(found)
                self.has_unseen = self.has_unseen or not all(map(is_seen, found))
            if "__getattr__," in text or "__getattr__ =" in text:  # what a function of a library gives (PEP 562)
                self._defined.add("__getattr__")
            self.has_metaclasses = self.has_metaclasses or "metaclass" in text
            self.has_mixins = self.has_mixins or "declared_attr" in text
            self.has_settings = self.has_settings or "BaseSettings" in text
            self.has_stand_ins = self.has_stand_ins or "modules[" in text
            self.has_proxies = self.has_proxies or "LocalProxy" in text
            self.has_enumerations = self.has_enumerations or "enum" in text
            if "property" in text:
                scopes = (each for each in code.facts.scopes if any("property" in path for path in each.decorators))
                self.properties.update(each.name.rpartition(".")[2] for each in scopes)

    def has(self, module: str) -> bool:
        """Whether a module is loaded."""
        return module in self._names

    def defines(self, *methods: str) -> bool:
        """Whether a class, or module, of the project has one of some special methods."""
        return not self._defined.isdisjoint(methods)

    def stores_to(self, name: str) -> Sequence[_OnName]:
        """Assignments to an attribute of a name other than `self` and `cls`."""
        searched, found = self._found.get(name, (0, []))
        for code in self._mentioning(name, searched):
            for store in code.stores_to(name):
                owner = owner_by(store.path, name)
                if owner.isidentifier() and owner not in ("self", "cls"):
                    found.append(_OnName(code, store, owner))
        self._found[name] = (len(self.modules), found)
        return found

    def _mentioning(self, name: str, start: int) -> Sequence[ModuleFacts]:
        """The modules from the one with a number on that may assign to an attribute.

        The first few attributes are searched for, those after them looked up among the words of all modules.
        """
        attribute = before_item(name)
        if len(self._found) < INDEXED_AFTER or not attribute.isidentifier():
            return self.modules[start:]
        for number in range(self._indexed, len(self.modules)):
            for word in set(_WORD.findall(self.modules[number].source.text)):
                self._words.setdefault(word, []).append(number)
        self._indexed = len(self.modules)
        numbers = self._words.get(attribute, [])
        return [self.modules[number] for number in numbers[bisect_left(numbers, start) :]]

    def configuring(self, item: str) -> Sequence[tuple[ModuleFacts, Call | Store]]:
        """What the project's own modules put under an item, such as "['KEY']", of a configuration, or many at once."""
        self._configure()
        places = sorted([*self._putting.get("", ()), *self._putting.get(item, ())])
        return [self._configuring[at] for at in places]

    def configuring_at_all(self) -> Sequence[tuple[ModuleFacts, Call | Store]]:
        """All that the project's own modules put into a configuration."""
        self._configure()
        return self._configuring

    def changing_environment(self) -> Sequence[tuple[ModuleFacts, Call | Store]]:
        """Return assignments to environment variables in the project's modules, and calls that may set some."""
        for code in self.modules[self._changed :]:
            text = code.source.text
            words = [each for each in _CHANGING_ENVIRONMENT if each in text]
            if code.file.origin is Origin.FIRST_PARTY and words:
                code.facts.read_at(lines_with(code.source, words))
                self._changing += [(code, each) for each in code.facts.stores if "environ[" in each.path]
                calls = (each for each in code.facts.calls if any(word in each.path for word in words))
                self._changing += [(code, each) for each in calls]
        self._changed = len(self.modules)
        return self._changing

    def _configure(self) -> None:
        for code in self.modules[self._configured :]:
            if code.file.origin is Origin.FIRST_PARTY and "config" in code.source.text:
                code.facts.read_at(lines_with(code.source, (*_CONFIGURING, ".config[")))
                for call in code.facts.calls:
                    if is_attribute(call.path, *_CONFIGURING) and is_attribute(owner_of(call.path), "config"):
                        self._put("", code, call)
                for store in code.facts.stores:
                    split = split_behind(store.path, "config")
                    if split is not None and is_item_step(split[1]):
                        self._put(split[1], code, store)
        self._configured = len(self.modules)

    def _put(self, item: str, code: ModuleFacts, fact: Call | Store) -> None:
        self._putting.setdefault(item, []).append(len(self._configuring))
        self._configuring.append((code, fact))
