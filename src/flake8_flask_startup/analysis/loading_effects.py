"""Imports that work by being loaded: what loading a package puts elsewhere, for code that does not name the package.

Not checked against each package's documentation. A row says how code asks for what a package brings: by an attribute of
another package's objects, or by a text. Where nothing in the project asks, the import may go.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from ..files.printing import encoded
from ..files.trees import optional_tree
from ..model import UNREADABLE
from ..model.access_paths import root_of
from ..project.references import Neighbourhood
from ..project.text_index import FileText, search
from ..syntax.import_statements import imported
from ..syntax.raw_paths import raw_path
from ..syntax.symbol_table import Import
from ..syntax.tree_walk import nodes_of, with_functions


class _Effect(NamedTuple):
    """What loading a package does; what asks for it: attributes, how texts begin or what they are, nothing or all."""

    does: str
    attributes: tuple[str, ...] = ()
    texts: tuple[str, ...] = ()

    @property
    def is_always_meant(self) -> bool:
        """Whether no code can be seen to ask for it."""
        return not (self.attributes or self.texts)


def _accessor(*names: str) -> _Effect:
    return _Effect("registers an accessor", names)


def _dialect(*names: str) -> _Effect:
    return _Effect("registers a dialect", texts=(*names, *(f"{each}{end}*" for each in names for end in "+:")))


_SWITCH = _Effect("switches something on")
_PLUGIN = _Effect("registers a plugin")
_OPERATORS = _Effect("registers operators")

# By dotted name, which stands for what is below it as well. A text that ends in "*" is how texts begin.
EFFECTS = {
    # switches, and what registers itself with a library that no text of the project asks
    "sklearn.experimental": _SWITCH, "pyarrow_hotfix": _SWITCH, "cudf.pandas": _SWITCH, "readline": _SWITCH,
    "rlcompleter": _SWITCH, "intel_extension_for_pytorch": _SWITCH,
    "ddtrace.auto": _SWITCH, "opentelemetry.instrumentation.auto_instrumentation": _SWITCH, "cuml.accel": _SWITCH,
    "torchvision": _Effect("registers operators", ("jit", "ops")), "tensorflow_addons": _OPERATORS,
    "tensorflow_text": _OPERATORS, "tensorflow_io": _OPERATORS, "torch_npu": _OPERATORS, "torch_xla": _OPERATORS,
    "torch_directml": _OPERATORS, "torch_tensorrt": _OPERATORS, "habana_frameworks": _OPERATORS,
    "hdf5plugin": _PLUGIN, "pillow_avif": _PLUGIN, "pillow_jxl": _PLUGIN, "imagecodecs.numcodecs": _PLUGIN,
    "ale_py": _PLUGIN, "minigrid": _PLUGIN, "gymnasium_robotics": _PLUGIN, "highway_env": _PLUGIN,
    "pybullet_envs": _PLUGIN, "spacy_transformers": _PLUGIN, "ml_dtypes": _PLUGIN, "quaternion": _PLUGIN,
    # colour maps, styles and projections of Matplotlib
    "seaborn": _Effect("brings colour maps", texts=("rocket", "mako", "icefire", "vlag", "flare", "crest")),
    "cmocean": _Effect("brings colour maps", texts=("cmo.*",)),
    "cmasher": _Effect("brings colour maps", texts=("cmr.*",)),
    "cmcrameri": _Effect("brings colour maps", texts=("cmc.*",)),
    "colorcet": _Effect("brings colour maps", texts=("cet_*",)),
    "sunpy.visualization.colormaps": _Effect("brings colour maps", texts=("sdoaia*", "soho*", "hmi*", "goes-*")),
    "scienceplots": _Effect("brings styles", texts=("science", "ieee", "nature", "notebook", "no-latex")),
    "mplcyberpunk": _Effect("brings styles", texts=("cyberpunk",)),
    "mplhep": _Effect("brings styles", texts=("CMS", "ATLAS", "LHCb*")),
    "mpl_toolkits.mplot3d": _Effect("registers a projection", texts=("3d",)),
    "mpl_scatter_density": _Effect("registers a projection", texts=("scatter_density",)),
    # accessors of pandas and xarray
    "swifter": _accessor("swifter"), "hvplot": _accessor("hvplot"), "janitor": _accessor("clean_names"),
    "pandas_ta": _accessor("ta"), "pint_pandas": _Effect("registers types", ("pint",), ("pint[*",)),
    "pint_xarray": _accessor("pint"), "rioxarray": _accessor("rio"), "cf_xarray": _accessor("cf"),
    "cufflinks": _accessor("iplot", "figure"), "pandas_profiling": _accessor("profile_report"),
    "ydata_profiling": _accessor("profile_report"), "woodwork": _accessor("ww"), "metpy": _accessor("metpy"),
    "salem": _accessor("salem"), "cupy_xarray": _accessor("cupy", "as_cupy"), "pandas_bokeh": _accessor("plot_bokeh"),
    "xskillscore": _accessor("xs"), "awkward_pandas": _accessor("ak"), "nested_pandas": _accessor("nest"),
    "pandas_path": _accessor("path"),
    "odc.geo.xr": _accessor("odc"), "cyberpandas": _Effect("registers types", ("ip",), ("ip",)),
    # dialects and codecs; filesystems are not here, as fsspec imports the package of a scheme by itself
    "duckdb_engine": _dialect("duckdb"), "sqlalchemy_bigquery": _dialect("bigquery"),
    "snowflake.sqlalchemy": _dialect("snowflake"), "sqlalchemy_redshift": _dialect("redshift"),
    "sqlalchemy_cockroachdb": _dialect("cockroachdb"), "clickhouse_sqlalchemy": _dialect("clickhouse"),
    "clickhouse_connect": _dialect("clickhousedb"), "databricks.sqlalchemy": _dialect("databricks"),
    "trino": _dialect("trino"), "pyhive": _dialect("hive", "presto"), "pyathena": _dialect("awsathena"),
    "ibm_db_sa": _dialect("db2", "ibm_db_sa"), "sqlalchemy_hana": _dialect("hana"), "crate": _dialect("crate"),
    "geoalchemy2": _Effect("registers types of columns"), "pgvector": _Effect("registers types of columns"),
    "idna.codec": _Effect("registers a codec", texts=("idna2008",)), "ftfy.bad_codecs": _Effect("registers codecs"),
    "ebcdic": _Effect("registers codecs", texts=("cp*",)), "gsm0338": _Effect("registers codecs", texts=("gsm*",)),
}  # fmt: skip

_SELVES = frozenset({"cls", "self"})  # whose attributes the file sets itself
_ATTRIBUTE = rb"\.[ \t]*%s\b"
_REGISTERING = ("codec", "codecs", "dialect", "dialects", "plugin", "plugins", "register", "registry", "accessor")


def _effect_of(dotted: str) -> tuple[str, _Effect] | None:
    """The row of the nearest package around a dotted name."""
    while dotted:
        if dotted in EFFECTS:
            return dotted, EFFECTS[dotted]
        dotted = dotted.rpartition(".")[0]
    return None


def _likely_effect(dotted: str) -> tuple[str, _Effect]:
    """What a package without a row may do: register something, or an accessor that is mostly called like it."""
    top, _, rest = dotted.partition(".")
    if rest.rpartition(".")[2].lower() in _REGISTERING:
        return dotted, _Effect("may register something")
    return top, _Effect("may register an accessor", (top,))


class LoadingEffects:
    """What loading the packages that one file imports does, as far as the file or another one of the project asks."""

    def __init__(self, tree: ast.Module, place: Neighbourhood | None) -> None:
        self._tree = tree
        self._place = place
        self._known: dict[str, str] = {}  # by package, as many imports may be of one

    def reason(self, each: Import, *, is_used: bool) -> str:
        """Return what loading an import's package does that something asks for by other means; empty if nothing does.

        is_used says whether the file uses the name that the import binds.
        """
        package, effect = _effect_of(each.dotted) or _likely_effect(each.dotted)
        if is_used and package not in EFFECTS:
            return ""
        if effect.is_always_meant:
            return "" if is_used else f"loading it {effect.does}"
        if package not in self._known:
            self._known[package] = self._asked_for(package, effect)
        return self._known[package]

    def _asked_for(self, package: str, effect: _Effect) -> str:
        """What loading a package does, and where the file or another asks for that; empty if none does."""
        for line, asked in _askings(self._tree, effect, set(_names_of(self._tree, package))):
            return f"loading it {effect.does}, and line {line} asks for {asked}"
        place = self._place
        for text in _others(effect, place) if place is not None else ():
            shown = place.shown(text) if place is not None else ""
            other = optional_tree(text.data)
            if other is None:
                return f"loading it {effect.does}, and {shown} {UNREADABLE}, and may ask for it"
            if any(True for _ in _names_of(other, package)):  # it brings in what it asks for
                continue
            for line, asked in _askings(other, effect, set()):
                return f"loading it {effect.does}, and {shown} asks for {asked} on line {line}"
        return ""


def _others(effect: _Effect, place: Neighbourhood) -> Sequence[FileText]:
    """The other files of the project in whose text something is asked for."""
    own, files = str(place.path), search(str(place.top))
    found = files.texts
    if not effect.texts:  # names are whole words, which the index knows
        having = {text.path for each in effect.attributes for text in files.having(encoded(each))}
        found = [each for each in found if each.path in having]
    words = [re.compile(_ATTRIBUTE % re.escape(encoded(each))) for each in effect.attributes]
    words += [re.compile(rb"[\"']%s" % re.escape(encoded(each.rstrip("*")))) for each in effect.texts]
    return [each for each in found if each.path != own and any(word.search(each.data) for word in words)]


def _askings(tree: ast.Module, effect: _Effect, own: set[str]) -> Iterator[tuple[int, str]]:
    """Where a file asks for what a package brings, other than of the package itself: by its names in the file."""
    for node, around, _ in with_functions(tree):
        if isinstance(node, ast.Attribute):
            is_asked = node.attr in effect.attributes and root_of(raw_path(node)) not in own | _SELVES
            name = node.attr
        elif isinstance(node, ast.ImportFrom):
            name = next((part for part in (node.module or "").split(".")[1:] if part in effect.attributes), "")
            is_asked = bool(name)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            is_asked = _asks(node.value, effect)
            name = node.value
        else:
            continue
        if is_asked and not _is_named(around, own):
            yield node.lineno, f"'{name}'"


def _asks(text: str, effect: _Effect) -> bool:
    """Whether a text is, or begins with, one of those that ask for what a package brings; `rocket_r` is `rocket`."""
    exact = text.removesuffix("_r")
    return any(exact == each or (each.endswith("*") and text.startswith(each[:-1])) for each in effect.texts)


def _is_named(function: ast.AST | None, own: set[str]) -> bool:
    """Whether a function uses one of the names itself, so that it loads the package first."""
    nodes = nodes_of(function) if function is not None and own else ()
    return any(isinstance(node, ast.Name) and node.id in own for node in nodes)


def _names_of(tree: ast.Module, package: str) -> Iterator[str]:
    """The names that a file's import statements bind to a package or what is in it."""
    for node in nodes_of(tree):
        for each in imported(node):
            if not each.level and f"{each.dotted}.".startswith(f"{package}."):
                yield each.bound
