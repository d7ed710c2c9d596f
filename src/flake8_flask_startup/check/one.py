"""One file checked: its bytes in, its findings out. It lets no exception out."""

from __future__ import annotations

import io
import tokenize
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from flake8.defaults import NOQA_FILE

from ..config.settings import Settings
from ..costs.table import CostTableError
from ..files.flake8_text import decoded
from ..files.identity import digest
from ..files.notices import NoticeWatch
from ..files.source_file import described, read_bytes
from ..files.trees import tree_of
from ..inference.queries import Answers, Nobody
from ..lint.engine import answering, check
from ..lint.rule import Trait
from ..lint.rules import codes_with
from ..lint.source import Source
from ..model.messages import render
from ..project.snapshot import State, identity_of_all
from ..startup.boot import Boot
from ..startup.cost_tables import cost_table
from .options import CheckOptions
from .results import Found, Result
from .surroundings import Surroundings
from .text_gate import TextGate

_OF_NEIGHBOURS = codes_with(Trait.HEAVY)  # another file may need what they are about


class NotedBoot:
    """Gives the boot, and notes that somebody asked for it: digest is "" as long as nobody has."""

    def __init__(self, boots: Callable[[], tuple[str, Boot | None]]) -> None:
        self._boots = boots
        self.digest = ""

    def __call__(self) -> Boot | None:
        """The boot, None where there is none."""
        self.digest, boot = self._boots()
        return boot


class Noted:
    """Answers whether top-level names are the project's, and keeps the answers."""

    def __init__(self, surroundings: Surroundings, filename: str) -> None:
        self._surroundings = surroundings
        self._filename = filename
        self.answers: dict[str, bool] = {}

    def __call__(self, name: str) -> bool:
        """Whether a name is the project's."""
        if name not in self.answers:
            self.answers.update(self._surroundings.own([name], self._filename))
        return self.answers[name]


class Consulted:
    """Makes the answers of inference for a file, and keeps them to say which modules they depend on."""

    def __init__(self) -> None:
        self._answers: Answers = Nobody()

    def __call__(self, source: Source, settings: Settings, is_first_party: Callable[[str], bool]) -> Answers:
        """Return the answers of inference for a file."""
        self._answers = answering(source, settings, is_first_party)
        return self._answers

    def neighbours(self) -> Mapping[str, State]:
        """Return the state of each module that inference read; empty if it was not needed."""
        return self._answers.looked_at()


@dataclass
class Checker:
    """Checks files, one after the other. boots gives the digest of the boot and the boot, when they matter."""

    options: CheckOptions
    boots: Callable[[], tuple[str, Boot | None]]
    gate: TextGate = field(init=False)
    surroundings: Surroundings = field(default_factory=Surroundings)

    def __post_init__(self) -> None:
        self.gate = TextGate(self.options.settings, lambda: cost_table(self.options.settings))

    def file(self, filename: str) -> Result:
        """The result of a file on disk; that it cannot be read is a result that nobody keeps."""
        try:
            data = read_bytes(filename)
        except OSError as error:
            return Result("", {}, "", (Found("E902", 0, 0, described(error), ""),))
        return self.content(filename, data)

    def content(self, filename: str, data: bytes) -> Result:
        """The result of bytes under a name."""
        return self.text(filename, decoded(data), digest(data))

    def text(self, filename: str, text: str, content: str) -> Result:
        """The result of a text under a name."""
        if not self.options.settings.is_startup(filename):
            return Result(content, {}, "", ())
        asked = NotedBoot(self.boots)
        if not self._boot_has_findings(filename, asked) and not self.gate.lets_in(text):
            return Result(content, {}, asked.digest, ())
        lines = list(io.StringIO(text))
        if not self.options.disable_noqa and "flake8" in text.lower() and any(map(NOQA_FILE.match, lines)):
            return Result(content, {}, asked.digest, ())
        try:
            tree = tree_of(text)
        except SyntaxError as error:
            return Result(content, {}, asked.digest, (_broken(error.__cause__ or error, lines),))
        result = self.source(Source(filename, tree, lines), content)
        return result._replace(found=tuple(self._placed(result.found, text, lines)))

    def source(self, source: Source, content: str) -> Result:
        """The result of a parsed source, without physical lines."""
        asked, consulted = NotedBoot(self.boots), Consulted()
        own = Noted(self.surroundings, source.filename)
        watch = NoticeWatch()
        try:
            findings = check(source, self.options.settings, asked, consulted, own)
        except CostTableError:
            raise
        except Exception as error:  # the other files' findings must survive it, whatever it is
            return Result("", {}, "", (), f"{type(error).__name__}: {error}")
        found = tuple(Found(each.code, each.span.line, each.span.column, render(each), None) for each in findings)
        # FST403 asks what other files say where the boot was found, and may then be silent
        is_others = any(each.code in _OF_NEIGHBOURS for each in found) or (
            asked.digest and not self.options.settings.app
        )
        project = identity_of_all(source.filename) if is_others else ""
        notices = watch.lasting()
        if notices is None:  # that a file cannot be read is reported in each run: such a result is not kept
            content, notices = "", ()
        seen = consulted.neighbours()
        return Result(content, own.answers, asked.digest, found, "", seen, project, tuple(notices))

    def _boot_has_findings(self, filename: str, asked: NotedBoot) -> bool:
        boot = asked() if self.options.settings.asks_boot else None
        return boot is not None and boot.has_findings_in(filename)

    def _placed(self, found: Sequence[Found], text: str, lines: list[str]) -> Iterator[Found]:
        """Findings with the lines in which flake8 looks for `# noqa`: all of a statement with texts of many lines."""
        joined = {}
        if found and (self.options.show_source or "noqa" in text.lower()):
            joined = _logical_lines(lines, max(each.line for each in found))
        for each in found:
            alone = "" if each.line > len(lines) else lines[each.line - 1]
            yield each._replace(physical=joined.get(each.line, alone))


def _logical_lines(lines: list[str], last: int) -> dict[int, str]:
    """From each line up to the last that matters to the text that flake8 looks for `# noqa` in.

    That is the line, or, of texts and continuations over several lines, all of them: as in
    `flake8.processor.FileProcessor.noqa_line_for`, which tokenises the whole file.
    """
    found: dict[int, str] = {}
    first, end = len(lines) + 2, -1
    try:
        for kind, _, (line, _), (end_line, _), _ in tokenize.generate_tokens(iter(lines).__next__):
            if kind in (tokenize.ENDMARKER, tokenize.DEDENT):
                continue
            first, end = min(first, line), max(end, end_line)
            if kind in (tokenize.NL, tokenize.NEWLINE):
                found.update(dict.fromkeys(range(first, end + 1), "".join(lines[first - 1 : end])))
                if end >= last:
                    break
                first, end = len(lines) + 2, -1
    except (tokenize.TokenError, SyntaxError):
        return {}
    return found


def _broken(error: BaseException, lines: list[str]) -> Found:
    """Why a file cannot be parsed, at the place and in the words of flake8's E999."""
    line, column = 1, 0
    if isinstance(error, SyntaxError) and len(error.args) > 1 and error.args[1] and len(error.args[1]) > 2:
        line, column = error.args[1][1], error.args[1][2]
    reason = error.args[0] if error.args else "too deep"
    physical = lines[line - 1] if line and 0 < line <= len(lines) else ""
    return Found("E999", line or 1, column or 0, f"{type(error).__name__}: {reason}", physical)
