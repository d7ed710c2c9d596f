"""Access paths and their arithmetic: "flask.Flask().config['A']" is a name, its call, an attribute and an item.

A *raw* path is spelled as in the file: `app.run` is an attribute, `create_app().run` an attribute of what a call
returns, `app.config['DEBUG']` an item, `apps[]` an item that nobody can name. A *resolved* path says what that is: it
starts with a dotted name ("flask.Flask().run"), with ":" for what the file itself defines (":create_app()",
":Config.DEBUG"), with "." for something imported relatively (".extensions.db.init_app"), or with "?" for a name whose
value is unknown ("?app.run"). The empty path is that of an expression which has none.

No other module knows how a path is spelled, but for `path_steps`, which goes along the steps of one: a path that is
known as a whole is compared with, as `"flask.Flask()"`, and everything else is asked here. Paths are plain strings at
run time, as they are keys and are kept in caches by the hundred thousand; the types are there for mypy. What is not a
path any more, such as the name of an attribute, is a str.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NewType, TypeVar, cast

AccessPath = NewType("AccessPath", str)
RawPath = NewType("RawPath", AccessPath)
ResolvedPath = NewType("ResolvedPath", AccessPath)
Steps = NewType("Steps", str)  # what follows a name: attributes, calls and items, one after the other

P = TypeVar("P", bound=str)

NO_PATH = RawPath(AccessPath(""))
NOWHERE = ResolvedPath(AccessPath(""))  # the resolved path of what has none
UNKNOWN_PATH = ResolvedPath(AccessPath("?"))  # nothing is known of what stands there, its name neither

_CALL, _ITEM = "()", "[]"
_OWN, _UNKNOWN, _RELATIVE = ":", "?", "."
_BEGINS = (".", "(", "[")  # of a step
_SIGNS = (_OWN, _UNKNOWN, _RELATIVE)
_ROOT = re.compile(r"<lambda \d+:\d+>|\w+")
_KEYED = re.compile(r"(\w+)((?:\[(?:'(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\")\])+)")
_KEY = re.compile(r"\[(?:'((?:[^'\\]|\\.)*)'|\"((?:[^\"\\]|\\.)*)\")\]")
# An item of a container, by a key that is written there or by one that is not known.
_HOP = re.compile(r"\[(?:'((?:[^'\\]|\\.)*)'|\"((?:[^\"\\]|\\.)*)\")?\]|\.(?:setdefault|get)\(\)")
_HOP_BEGINS = re.compile(r"\[|\.(?:setdefault|get)\(\)")


def as_raw(text: str) -> RawPath:
    """Return a raw path that is spelled out."""
    return cast("RawPath", text)


def as_resolved(text: str) -> ResolvedPath:
    """Return a resolved path that is spelled out, such as a dotted name."""
    return cast("ResolvedPath", text)


def own_path(name: str) -> ResolvedPath:
    """Return the path of what the file itself defines by a qualified name."""
    return cast("ResolvedPath", f":{name}")


def unknown_path(name: str) -> ResolvedPath:
    """Return the path of a name whose value is unknown."""
    return cast("ResolvedPath", f"?{name}")


def is_own(path: str) -> bool:
    """Return whether a resolved path leads to what the file itself defines."""
    return path.startswith(_OWN)


def is_unknown(path: str) -> bool:
    """Return whether a resolved path begins with a name whose value is unknown."""
    return path.startswith(_UNKNOWN)


def is_relative(path: str) -> bool:
    """Return whether a resolved path begins with something imported relatively."""
    return path.startswith(_RELATIVE)


def has_sign(path: str) -> bool:
    """Return whether a resolved path begins with what is the file's own, unknown, or imported relatively."""
    return path.startswith(_SIGNS)


def is_absolute(path: str) -> bool:
    """Return whether a resolved path begins with an absolute dotted name; the empty path does not."""
    return bool(path) and not path.startswith(_SIGNS)


def is_in_file(path: str) -> bool:
    """Return whether a resolved path leads to what the file itself defines, or to what is not known; or is empty."""
    return not path or path.startswith((_OWN, _UNKNOWN))


def name_in_file(path: str) -> str:
    """Return what a path of the file itself, or of an unknown name, says behind its first sign."""
    return path[1:]


def without_sign(path: str) -> str:
    """Return a resolved path without what marks it as the file's own or unknown."""
    return path.lstrip(":?")


def name_if_unknown(path: P) -> P:
    """Return the path of an unknown name as that is spelled; any other path as it is."""
    return cast("P", path.lstrip(_UNKNOWN))


def without_dots(path: str) -> str:
    """Return a resolved path without the dots of a relative import."""
    return path.lstrip(_RELATIVE)


def call_of(path: P) -> P:
    """Return the path of what a call of a path gives."""
    return cast("P", f"{path}()")


def attribute_of(path: P, name: str) -> P:
    """Return the path of an attribute."""
    return cast("P", f"{path}.{name}")


def item_of(path: P) -> P:
    """Return the path of an item that nobody can name."""
    return cast("P", f"{path}[]")


def keyed_item_of(path: P, key: str) -> P:
    """Return the path of the item with a key."""
    return cast("P", f"{path}[{key!r}]")


def is_call(path: str) -> bool:
    """Return whether a path is the result of a call."""
    return path.endswith(_CALL)


def is_item(path: str) -> bool:
    """Return whether a path is an item."""
    return path.endswith("]")


def is_unnamed_item(path: str) -> bool:
    """Return whether a path is an item that nobody can name."""
    return path.endswith(_ITEM)


def callee_of(path: P) -> P:
    """Return what a path calls last; the path itself where that is no call."""
    return cast("P", path.removesuffix(_CALL))


def without_last_calls(path: P) -> P:
    """Return a path without the calls that it ends with."""
    return cast("P", path.rstrip(_CALL))


def container_of(path: P) -> P:
    """Return what a path is an item of that nobody can name; the path itself where it is none."""
    return cast("P", path.removesuffix(_ITEM))


def split_method(path: P) -> tuple[P, str]:
    """Split a path behind its last call: "a.b().c" into "a.b" and "c"; the empty path and all of it without one."""
    callee, _, rest = path.rpartition("().")
    return cast("P", callee), rest


def split_last(path: P) -> tuple[P, str]:
    """Split a path at its last attribute: "a.b.c" into "a.b" and "c"; the empty path and all of it without one."""
    owner, _, last = path.rpartition(".")
    return cast("P", owner), last


def owner_of(path: P) -> P:
    """Return a path without its last attribute: "a.b" of "a.b.c"; the empty path if it has none."""
    return cast("P", path.rpartition(".")[0])


def owner_by(path: P, name: str) -> P:
    """Return a path without an attribute of this name at its end; the path itself if it ends otherwise."""
    return cast("P", path.removesuffix(f".{name}"))


def last_name(path: str) -> str:
    """Return the last attribute of a path, with calls and items behind it; the path itself where there is none."""
    return path.rpartition(".")[2]


def is_keyed(path: str, key: str) -> bool:
    """Return whether a path ends with the item with a key."""
    return path.endswith(f"[{key!r}]")


def mapping_by(path: P, key: str) -> P:
    """Return a path without an item with this key at its end; the path itself if it ends otherwise."""
    return cast("P", path.removesuffix(f"[{key!r}]"))


def mapping_of(path: P) -> P:
    """Return what the last item of a path is of; the empty path where there is none."""
    return cast("P", path.rpartition("[")[0])


def split_target(path: P) -> tuple[P, Steps]:
    """Return what the last attribute or item of a path is of, and that as a step."""
    end = max(path.rfind("."), path.rfind("["))
    return cast("P", path[:end]), cast("Steps", path[end:])


def is_attribute(path: str, *names: str) -> bool:
    """Return whether a path ends with an attribute of one of some names."""
    _, dot, last = path.rpartition(".")
    return dot != "" and last in names


def split_behind(path: P, name: str) -> tuple[P, Steps] | None:
    """Return what the last attribute of a name in a path is of, and the steps behind it; None without one."""
    step = f".{name}"
    end = len(path)
    while (at := path.rfind(step, 0, end)) >= 0:
        behind = path[at + len(step) :]
        if not behind or behind.startswith(_BEGINS):
            return cast("P", path[:at]), cast("Steps", behind)
        end = at + len(step) - 1
    return None


def dotted_start(path: str) -> str:
    """Return a path up to its first call or item."""
    return path.partition("(")[0].partition("[")[0]


def before_call(path: P) -> P:
    """Return a path up to its first call."""
    return cast("P", path.partition("(")[0])


def before_item(path: P) -> P:
    """Return a path up to its first item."""
    return cast("P", path.partition("[")[0])


def is_dotted(path: str) -> bool:
    """Return whether a path is a name or attributes of one, without a call or an item; the empty path is none."""
    return bool(path) and dotted_start(path) == path


def is_spelled_dotted(text: str) -> bool:
    """Return whether a text is a name, or names with dots between them."""
    return text.replace(".", "_").isidentifier()


def root_of(path: str) -> str:
    """Return the name that a path begins with."""
    return dotted_start(path.partition(".")[0])


def split_first(path: P) -> tuple[P, str]:
    """Return a path up to its first attribute, and what follows the dot."""
    first, _, rest = path.partition(".")
    return cast("P", first), rest


def first_of(path: P) -> P:
    """Return a path up to its first attribute."""
    return cast("P", path.partition(".")[0])


def split_root(path: str) -> tuple[str, Steps] | None:
    """Return the name or lambda that a raw path begins with, and the steps behind it; None without one."""
    match = _ROOT.match(path)
    return (match.group(), cast("Steps", path[match.end() :])) if match is not None else None


def split_keys(path: RawPath) -> tuple[str, tuple[str, ...]] | None:
    """Return the name of a mapping and the keys that lead to an item from it; None for any other path."""
    match = _KEYED.fullmatch(path)
    return (match[1], keys_of(match[2])) if match is not None else None


def keys_of(path: str) -> tuple[str, ...]:
    """Return the keys of the items in a path that have one."""
    return tuple(match[1] if match[1] is not None else match[2] for match in _KEY.finditer(path))


def starts_of(path: P) -> Iterator[tuple[P, Steps]]:
    """Return what a path begins with and the steps behind that: first all of it, then up to each attribute or call."""
    end = len(path)
    while end > 0:
        yield cast("P", path[:end]), cast("Steps", path[end:])
        end = max(path.rfind(".", 0, end), path.rfind("(", 0, end))


def container_in(path: P) -> P:
    """Return the path of the container that a path of items leads into, by subscripts or `get`."""
    return cast("P", _HOP_BEGINS.split(path, maxsplit=1)[0])


def items_from(path: str, start: int) -> list[str]:
    """Return the keys of the items that a path leads along from a place on; "" for one that is not known."""
    return [match[1] or match[2] or "" for match in _HOP.finditer(path, start)]


def steps_from(path: str, start: int) -> Steps:
    """Return the steps that a path spells from a place on."""
    return cast("Steps", path[start:])


def is_inside(path: str, above: str) -> bool:
    """Return whether a path goes on from another by an attribute or an item."""
    return path.startswith((f"{above}.", f"{above}["))


def inside_of(path: str) -> tuple[str, str]:
    """Return how the spelling of what goes on from a path by an attribute or an item begins."""
    return f"{path}.", f"{path}["


def is_call_inside(path: str, above: str) -> bool:
    """Return whether a path goes on from another by a call."""
    return path.startswith(f"{above}(")


def has_call(path: str) -> bool:
    """Return whether a path has a call."""
    return "(" in path


def has_item(path: str) -> bool:
    """Return whether a path has an item."""
    return "[" in path


def has_unnamed_item(path: str) -> bool:
    """Return whether a path has an item that nobody can name."""
    return _ITEM in path


def count_calls(path: str) -> int:
    """Return how many calls a path has."""
    return path.count("(")


def count_turns(path: str) -> int:
    """Return how many calls and items a path has."""
    return path.count("(") + path.count("[")


def without_calls(path: str) -> str:
    """Return a path without its calls: the dotted name of a method, as its class has it."""
    return path.replace(_CALL, "")


def names_along(path: str) -> list[str]:
    """Return the names that a path leads along, one by one."""
    return path.replace(_CALL, "").split(".")
