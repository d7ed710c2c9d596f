"""Functions that somebody keeps, until one of those who keep some calls them."""

from __future__ import annotations

from collections.abc import Iterable, MutableMapping

Start = tuple[str, int]  # what module code calls, and on which line


class FunctionsKept:
    """Who keeps which functions, and who was asked to call some; released gathers those that anybody may call then.

    A keeper is a signal, a package, or a part of an app; "" is one of whom nothing is known.
    """

    def __init__(self, released: MutableMapping[int, None]) -> None:
        self._released = released
        self._held: dict[int, str] = {}  # functions, each with its keeper; "" where that is not sure
        self._waiting: dict[str, dict[int, None]] = {}  # those that have not been called yet, by keeper
        self._sent: set[str] = set()  # keepers that somebody was asked to call for; "" for any of them
        self._asked: dict[str, Start] = {}  # packages that call what they keep themselves
        self._answering: dict[int, Start] = {}  # functions that these call

    def keep(self, numbers: Iterable[int], keeper: str = "") -> None:
        """Take note of functions that somebody keeps."""
        for number in numbers:
            by = self._held[number] = keeper if self._held.get(number, keeper) == keeper else ""
            self._waiting.setdefault(by, {})[number] = None
            self._release(by)
            self._answer(by)

    def send(self, keeper: str) -> None:
        """Have the functions called that a keeper has, or may have."""
        self._sent.add(keeper)
        self._release(keeper)

    def ask(self, packages: Iterable[str], start: Start) -> None:
        """Have the functions called that packages surely keep, and no others."""
        for package in filter(None, packages):
            self._asked.setdefault(package, start)
            self._answer(package)

    def answers(self) -> dict[int, Start]:
        """The functions that packages call which were asked, each with what asked them; those given before left out."""
        given, self._answering = self._answering, {}
        return given

    def _release(self, keeper: str) -> None:
        sent = [*self._waiting] if "" in self._sent else ["", keeper] if self._sent else []
        for each in sent:
            if each in self._waiting and (not each or each in self._sent or "" in self._sent):
                self._released.update(self._waiting.pop(each))

    def _answer(self, package: str) -> None:
        if package in self._asked:
            self._answering |= dict.fromkeys(self._waiting.pop(package, ()), self._asked[package])
