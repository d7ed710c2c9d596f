"""What the files of installed distributions say, kept for each distribution and shared by all projects of the user.

A trace through an environment reads the sources of hundreds of modules, which are the same wherever a distribution is
installed. So facts are kept under the digest of its RECORD, and in there under the digest of each file's text: a file
that was changed since it was installed, or is another one of that name, has facts of its own. What belongs to no
RECORD, as what is installed editable, is walked each time.

Kept is what was asked for: the head of each module that a trace came to, and the bodies of the functions that it read.
Whoever asks for another body has the source walked, and it is kept from then on.
"""

from __future__ import annotations

import json
import sys
import zlib
from collections.abc import Iterator, Mapping
from functools import cached_property, lru_cache, partial
from pathlib import Path, PurePath
from weakref import ReferenceType, ref

from .. import __version__, syntax
from ..files.cache import Cache
from ..files.identity import digest
from ..files.line_index import SourceText
from ..files.parsing import json_value
from ..files.source_file import MAX_DATA_BYTES, optional_bytes, read_bytes
from ..files.trees import tree_of
from ..files.user_secret import NoSecretError, secret_path
from ..files.walking import names_in
from ..syntax.binder import glance
from ..syntax.facts import Facts
from ..syntax.facts_json import frozen_bodies, frozen_head
from ..syntax.facts_of_json import thawed
from ..syntax.static_conditions import Target

KIND = "distribution"
SCHEMA = 1
FOLDER = "environments"
MAX_KEPT = 150_000_000  # bytes of one distribution, before they are packed
MAX_ALL = 500_000_000  # bytes of all: what was stored first goes


def index_of(environment: Path, target: Target, cache: Path | None) -> EnvironmentIndex | None:
    """Return the user's index for an environment; None for one who keeps no cache, or has no place for a secret.

    The index lies beside the secret.
    """
    try:
        return None if cache is None else EnvironmentIndex(environment, target, secret_path().parent / FOLDER)
    except NoSecretError:
        return None


class EnvironmentIndex:
    """The facts of an environment's installed files, as they were kept in a folder or are walked now."""

    def __init__(self, environment: Path, target: Target, folder: Path) -> None:
        self._environment = environment.absolute()
        self._target = target
        self._cache = Cache(folder, is_shared=True)
        self._distributions: dict[str, _Distribution] = {}  # by the digest of the RECORD

    def facts(self, path: Path, text: str) -> Facts:
        """Return the facts of an installed file with a text, function bodies left to be read.

        Raises:
            SyntaxError: if it cannot be parsed.
            RecursionError: if the stack is too short for it.
        """
        record = self._records.get(path.as_posix())
        if record is None:
            return _walked(text, self._target)
        if record not in self._distributions:
            question = repr((__version__, SCHEMA, _program(), sys.version_info[:2], self._target, record))
            self._distributions[record] = _Distribution(self._cache, question)
        return self._distributions[record].facts(text, self._target)

    def keep(self) -> None:
        """Write the facts of newly walked modules to the cache."""
        if any([each.keep() for each in self._distributions.values()]):  # noqa: C419  # each of them, so a list
            self._cache.trim(KIND, MAX_ALL)

    @cached_property
    def _records(self) -> Mapping[str, str]:
        """The digest of the RECORD that a file belongs to, by its path."""
        found = {}
        for name in names_in(self._environment):
            if name.endswith(".dist-info"):
                content = optional_bytes(self._environment / name / "RECORD", MAX_DATA_BYTES)
                found.update(dict.fromkeys(self._recorded(content), digest(content)))
        return found

    def _recorded(self, content: bytes) -> Iterator[str]:
        """The paths of the Python files that a RECORD names inside the environment; none whose name has a comma."""
        root = self._environment.as_posix()
        for line in content.decode("utf-8", "replace").splitlines():
            path, _, _ = line.partition(",")
            if path.endswith(".py") and ".." not in PurePath(path).parts:
                yield f"{root}/{path}"


class _Distribution:
    """The facts of a distribution's files, by the digests of their texts."""

    def __init__(self, cache: Cache, question: str) -> None:
        self._cache = cache
        self._question = question
        self._modules = cache.load(KIND, question, _read) or {}

    def facts(self, text: str, target: Target) -> Facts:
        """Return the facts of a file with a text."""
        name = digest(text.encode("utf-8", "surrogatepass"))
        module = self._modules.get(name)
        if module is None:
            module = self._modules[name] = _Module("", {})
        return module.facts(text, target)

    def keep(self) -> bool:
        """Keep what was walked since, beside what others have kept meanwhile; return whether there was anything."""
        grown = [each for each in self._modules.values() if each.note_read()]
        if grown:
            with self._cache.alone(KIND, self._question):
                for name, module in (self._cache.load(KIND, self._question, _read) or {}).items():
                    self._modules.setdefault(name, module).add(module)
                content = _written(self._modules)
                if content:
                    self._cache.store(KIND, self._question, content)
        return bool(grown)


class _Module:
    """What is kept of a file: its head, "" if there is none, and those bodies that were read, by their numbers."""

    def __init__(self, head: str, bodies: dict[int, str]) -> None:
        self.head = head
        self.bodies = bodies
        self._has_more = False  # than was kept before
        self._facts: ReferenceType[Facts] | None = None  # of a file that was walked now
        self._walked: Facts | None = None  # for a body that was not kept

    def facts(self, text: str, target: Target) -> Facts:
        """Return the facts of the file."""
        if self.head:
            return thawed(self.head, partial(self._body, text, target))
        found = _walked(text, target)
        self.head = frozen_head(found)
        self._facts = ref(found)
        self._has_more = True
        return found

    def add(self, other: _Module) -> None:
        """Take over what somebody else has kept of the same text."""
        self.head = self.head or other.head
        self.bodies.update(other.bodies)

    def _body(self, text: str, target: Target, number: int) -> str:
        if number not in self.bodies:
            if self._walked is None:
                self._walked = _walked(text, target)
            self._walked.read(number)
            self.bodies[number] = frozen_bodies(self._walked, (number,))[number]
            self._has_more = True
        return self.bodies[number]

    def note_read(self) -> bool:
        """Take over the bodies that were read of a file that was walked; return whether there is more than was kept."""
        facts = self._facts() if self._facts is not None else None
        if facts is not None:
            numbers = [number for number in facts.bodies if number in facts.postponed and number not in self.bodies]
            self.bodies.update(frozen_bodies(facts, numbers))
            self._has_more = self._has_more or bool(numbers)
        has_more, self._has_more, self._walked = self._has_more, False, None
        return has_more


def _walked(text: str, target: Target) -> Facts:
    return glance(tree_of(text), SourceText(text), target)


@lru_cache(maxsize=1)  # it does not change while it runs
def _program() -> str:
    """What changes when a source is walked in another way."""
    folder = Path(syntax.__file__).parent
    return digest(b"".join(map(read_bytes, sorted(folder.glob("*.py")))))


def _written(modules: Mapping[str, _Module]) -> bytes:
    """The facts of a distribution's files: a line that says where each text begins and ends, and the texts."""
    texts: list[str] = []
    places: dict[str, tuple[tuple[int, int], dict[int, tuple[int, int]]]] = {}
    end = 0

    def placed(text: str) -> tuple[int, int]:
        nonlocal end
        texts.append(text)
        end += len(text)
        return end - len(text), end

    for name, module in modules.items():
        if module.head:
            places[name] = placed(module.head), {number: placed(body) for number, body in module.bodies.items()}
    return zlib.compress("\n".join([json.dumps(places), "".join(texts)]).encode("ascii"), 1) if end <= MAX_KEPT else b""


def _read(content: bytes) -> dict[str, _Module]:
    """The same as it was written.

    Raises:
        ValueError, KeyError, TypeError, zlib.error: if it is nothing of the kind.
    """
    unpacked = zlib.decompressobj()
    line, _, texts = unpacked.decompress(content, 2 * MAX_KEPT).decode("ascii").partition("\n")
    return {
        name: _Module(texts[slice(*head)], {int(number): texts[slice(*place)] for number, place in bodies.items()})
        for name, (head, bodies) in json_value(line).items()
    }
