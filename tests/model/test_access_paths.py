"""The arithmetic of access paths: what is put together comes apart again, and what a path starts with is known."""

from __future__ import annotations

import ast
import marshal
import pickle

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flake8_flask_startup.model import access_paths as paths
from flake8_flask_startup.model import path_steps as steps_of
from flake8_flask_startup.model.access_paths import RawPath, Steps
from flake8_flask_startup.syntax.raw_paths import raw_path

NAMES = st.from_regex(r"[a-z_][a-z0-9_]{0,4}", fullmatch=True)
KEYS = st.text(max_size=5)
STEPS = st.one_of(
    st.just(steps_of.CALL_STEP),
    st.just(steps_of.ITEM_STEP),
    NAMES.map(steps_of.attribute_step),
    KEYS.map(steps_of.key_step),
)


@given(NAMES, st.lists(STEPS, max_size=6))
def test_root_and_steps_put_together_again_give_the_path(root: str, steps: list[Steps]) -> None:
    path = steps_of.path_along(root, steps)
    assert (split := paths.split_root(path)) is not None
    assert split[0] == root
    assert list(steps_of.each_step(split[1])) == steps
    assert steps_of.joined(root, split[1]) == path


@given(NAMES, st.lists(STEPS, max_size=6))
def test_a_path_is_that_of_the_expression_that_it_spells(root: str, steps: list[Steps]) -> None:
    path = steps_of.path_along(root, steps)
    node = ast.parse(path.replace("[]", "[0]") if "'" not in path and '"' not in path else root, mode="eval").body
    assert raw_path(node) == (path if "'" not in path and '"' not in path else root)


@given(NAMES, st.lists(STEPS, max_size=4), NAMES, KEYS)
def test_what_is_put_at_the_end_comes_off_again(root: str, steps: list[Steps], name: str, key: str) -> None:
    path = steps_of.path_along(root, steps)
    assert paths.split_last(paths.attribute_of(path, name)) == (path, name)
    assert paths.owner_of(paths.attribute_of(path, name)) == path
    assert paths.owner_by(paths.attribute_of(path, name), name) == path
    assert paths.last_name(paths.attribute_of(path, name)) == name
    assert paths.callee_of(paths.call_of(path)) == path
    assert paths.container_of(paths.item_of(path)) == path
    assert paths.is_call(paths.call_of(path))
    assert paths.is_unnamed_item(paths.item_of(path))
    assert paths.is_item(paths.keyed_item_of(path, key))
    for inner in (paths.attribute_of(path, name), paths.item_of(path), paths.keyed_item_of(path, key)):
        assert paths.is_inside(inner, path)
    assert paths.is_call_inside(paths.call_of(path), path)
    assert not paths.is_inside(path, path)


@given(NAMES, st.lists(STEPS, max_size=6))
def test_a_path_is_dotted_unless_it_has_a_call_or_an_item(root: str, steps: list[Steps]) -> None:
    path = steps_of.path_along(root, steps)
    are_attributes = all(steps_of.attribute_in(step) for step in steps)
    assert paths.is_dotted(path) is are_attributes
    assert path.startswith(paths.dotted_start(path))
    assert paths.root_of(path) == root
    assert (paths.dotted_start(path) == path) is are_attributes


@given(NAMES, st.lists(KEYS, min_size=1, max_size=4))
def test_the_keys_of_a_path_are_read_as_they_are_written(name: str, keys: list[str]) -> None:
    path = paths.as_raw(name)
    for key in keys:
        path = paths.keyed_item_of(path, key)
    written = tuple(repr(key)[1:-1] for key in keys)
    assert paths.split_keys(path) == (name, written)
    assert paths.keys_of(path) == written


@pytest.mark.parametrize(
    ("path", "is_own", "is_unknown", "is_relative", "is_absolute"),
    [
        (paths.own_path("Config.DEBUG"), True, False, False, False),
        (paths.unknown_path("app"), False, True, False, False),
        (paths.as_resolved(".extensions.db"), False, False, True, False),
        (paths.as_resolved("flask.Flask().run"), False, False, False, True),
        (paths.NOWHERE, False, False, False, False),
    ],
)
def test_what_a_resolved_path_starts_with(
    path: str, is_own: bool, is_unknown: bool, is_relative: bool, is_absolute: bool
) -> None:
    assert paths.is_own(path) is is_own
    assert paths.is_unknown(path) is is_unknown
    assert paths.is_relative(path) is is_relative
    assert paths.is_absolute(path) is is_absolute


def test_a_name_in_the_file_comes_back() -> None:
    assert paths.name_in_file(paths.own_path("Config.DEBUG")) == "Config.DEBUG"
    assert paths.without_sign(paths.unknown_path("app")) == "app"
    assert paths.without_dots("..extensions.db") == "extensions.db"


def test_what_a_path_begins_with_is_tried_from_the_whole_down() -> None:
    path = paths.as_resolved("flask.app.Flask().run")
    found = list(paths.starts_of(path))
    assert [start for start, _ in found] == [path, "flask.app.Flask()", "flask.app.Flask", "flask.app", "flask"]
    assert all(steps_of.joined(start, rest) == path for start, rest in found)


def test_a_path_is_a_plain_string_where_it_is_kept() -> None:
    path = paths.attribute_of(RawPath(paths.NO_PATH), "run")
    assert type(path) is str
    assert marshal.dumps(path).endswith(b".run")  # which takes no subclass of str
    assert pickle.dumps(path) == pickle.dumps(".run")


@pytest.mark.parametrize(
    ("path", "found"),
    [
        ("app.config", ("app", "")),
        ("app.config['A'].update", ("app", "['A'].update")),
        ("self.config.app.config()", ("self.config.app", "()")),
        ("app.config['x.config']", ("app", "['x.config']")),
        ("app.configure.update", None),
        ("config.update", None),
    ],
)
def test_a_path_is_split_behind_the_last_attribute_of_a_name(path: str, found: tuple[str, str] | None) -> None:
    assert paths.split_behind(path, "config") == found


def test_an_attribute_has_one_of_the_names() -> None:
    assert paths.is_attribute("app.config.update", "setdefault", "update")
    assert not paths.is_attribute("update", "setdefault", "update")
    assert not paths.is_attribute("app.config.update()", "setdefault", "update")
