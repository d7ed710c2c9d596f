"""Costs over a boot: totals, savings, chains and the smallest cuts, on traces made by hand."""

from __future__ import annotations

from collections.abc import Mapping, Set
from dataclasses import replace
from itertools import combinations, pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flake8_flask_startup.costs.estimator import Features, Model
from flake8_flask_startup.costs.table import CostTable, Recipe
from flake8_flask_startup.model import CostSource
from flake8_flask_startup.project.module_finder import Origin
from flake8_flask_startup.startup.graph.boot_graph import BootGraph
from flake8_flask_startup.startup.graph.cost_model import StartupCosts
from flake8_flask_startup.startup.graph.min_cut import MAX_CUT, Cuts
from flake8_flask_startup.startup.graph.plan import Blocker, advances, removals
from flake8_flask_startup.startup.graph.trace import Edge, Loaded, Performed, Statement, Trace

TABLE = CostTable(
    modules={
        "pandas": {"ms": 300.0, "parts": "pandas 200.0, numpy 80.0, stdlib/csv 20.0"},
        "numpy": {"ms": 90.0, "parts": "numpy 90.0"},
        "flask_sqlalchemy": {"ms": 110.0, "parts": "sqlalchemy 100.0, flask_sqlalchemy 10.0"},
        "sqlalchemy": {"ms": 100.0, "parts": "sqlalchemy 100.0"},
        "google.cloud.storage": {"ms": 70.0, "parts": "google.cloud.storage 40.0, google.api_core 30.0"},
    },
    model=Model({"modules": 1.0, "kib": 0.5}, 0.5, 2.0),
    recipe=Recipe(flask_ms=90.0),
)
OWN = ("app", "m")


def boot(*imports: tuple[str, str], entry: str = "app") -> Trace:
    """A trace of `importer imports name` pairs; the n-th import of a module is on its n-th line."""
    loaded = {entry: Loaded(entry, Origin.FIRST_PARTY, f"{entry}.py", None, entry, False)}
    edges = []
    lines: dict[str, int] = {}
    for importer, imported in imports:
        lines[importer] = lines.get(importer, 0) + 1
        statement = Statement(f"{importer}.py", lines[importer])
        edges.append(Edge(importer, imported, statement, False))
        parts = imported.split(".")
        for name in (".".join(parts[:end]) for end in range(1, len(parts) + 1)):
            own = name.startswith(OWN)
            origin = Origin.FIRST_PARTY if own else Origin.THIRD_PARTY
            path = f"{name}.py" if own else ""
            loaded.setdefault(name, Loaded(name, origin, path, statement, importer, False))
    return Trace((entry,), "asked", tuple(loaded.values()), tuple(edges), ())


def costs(*imports: tuple[str, str], **kib: float) -> StartupCosts:
    return StartupCosts(boot(*imports), TABLE, sized(kib))


def sized(kib: Mapping[str, float]) -> dict[str, Features]:
    return {name: {"modules": 1.0, "kib": size} for name, size in kib.items()}


def at(importer: str, line: int) -> Statement:
    return Statement(f"{importer}.py", line)


def test_a_shared_package_is_paid_once_at_its_dearest() -> None:
    found = costs(("app", "flask"), ("app", "pandas"), ("app", "numpy"))
    assert found.total.ms == pytest.approx(90 + 200 + 90 + 20)
    assert found.total.parts == pytest.approx({"pandas": 200.0, "flask": 90.0, "numpy": 90.0, "stdlib": 20.0})
    assert found.total.source is CostSource.MEASURED


def test_flask_costs_nothing_where_it_is_not_loaded() -> None:
    found = costs(("app", "numpy"))
    assert (found.flask_ms, found.total.ms) == (0.0, 90.0)


def test_what_comes_with_flask_is_neither_charged_nor_unmeasured() -> None:
    found = costs(("app", "flask"), ("app", "werkzeug.middleware.proxy_fix"))
    assert found.total.ms == 90.0
    assert found.unmeasured() == ()


def test_modules_of_the_project_are_estimated_from_their_size() -> None:
    found = costs(("app", "m1"), app=2.0, m1=4.0)
    assert found.total.ms == pytest.approx(1 + 2 * 0.5 + 1 + 4 * 0.5)
    assert found.total.source is CostSource.ESTIMATED


def test_a_package_without_a_row_is_unmeasured_unless_its_size_is_known() -> None:
    assert costs(("app", "obscure.part")).unmeasured() == ("obscure",)
    known = costs(("app", "obscure"), obscure=10.0)
    assert known.unmeasured() == ()
    assert known.total.parts["obscure"] == pytest.approx(6.0)


def test_a_total_lies_between_what_its_packages_may_cost() -> None:
    table = replace(TABLE, model=Model({"modules": 1.0, "kib": 0.5}, 0.5, 2.0, rows_low=0.8, rows_high=1.5))
    features: dict[str, Features] = {"app": {"modules": 1.0}, "obscure": {"modules": 1.0, "kib": 18.0}}
    found = StartupCosts(boot(("app", "flask"), ("app", "numpy"), ("app", "obscure")), table, features).total
    low, high = (0.5**2 + 5**2 + 18**2) ** 0.5, (1 + 10**2 + 45**2) ** 0.5  # Flask itself is what figures count from
    assert found.ms == pytest.approx(191.0)
    assert found.interval == pytest.approx((191 - low, 191 + high))


def test_a_price_of_an_estimate_has_an_interval() -> None:
    found = costs(("app", "obscure"), ("app", "numpy"), obscure=18.0)
    assert found.price("obscure") == (pytest.approx(10.0), pytest.approx((5.0, 20.0)))
    assert found.price("numpy") == (90.0, None)


def test_what_a_row_covers_is_not_estimated_again() -> None:
    found = costs(("app", "google.cloud.storage"), ("app", "google.api_core"), **{"google.api_core": 100.0})
    assert found.total.ms == pytest.approx(70.0)


def test_the_charges_add_up_to_the_total_in_the_order_of_the_boot() -> None:
    found = costs(("app", "flask"), ("app", "numpy"), ("app", "m1"), ("m1", "pandas"), m1=8.0)
    charged = {each.name: each.ms for each in found.charges}
    assert list(charged) == ["app", "flask", "numpy", "m1", "pandas"]
    assert charged["pandas"] == pytest.approx(220.0)
    assert sum(charged.values()) == pytest.approx(found.total.ms)


def test_one_of_two_statements_saves_nothing_and_both_save_all() -> None:
    found = costs(("app", "pandas"), ("app", "m1"), ("m1", "pandas"))
    assert found.saving(found.graph.edges_at({at("app", 1)})) == 0.0
    assert found.saving(found.graph.edges_at({at("app", 1), at("m1", 1)})) == pytest.approx(300.0)


def test_one_name_of_a_statement_can_go_alone() -> None:
    traced = boot(("app", "pandas"), ("app", "numpy"))
    one_line = tuple(Edge(each.importer, each.imported, at("app", 1), False) for each in traced.edges)
    found = StartupCosts(Trace(traced.entries, "", traced.loaded, one_line, ()), TABLE, {})
    assert found.saving({one_line[0]}) == pytest.approx(300.0 - 80.0)


def test_numpy_alone_saves_nothing_where_pandas_brings_it() -> None:
    """Its own row says 10 ms more of it than that of pandas does, for all of NumPy in both."""
    found = costs(("app", "pandas"), ("app", "numpy"))
    assert found.saving(found.graph.edges_at({at("app", 2)})) == pytest.approx(0.0)
    assert found.saving(found.graph.edges_at({at("app", 1)})) == pytest.approx(220.0)


def test_the_plan_names_every_statement_that_brings_a_package_in() -> None:
    found = costs(("app", "m1"), ("app", "m2"), ("m1", "pandas"), ("m2", "pandas.io.excel"))
    (removal,) = removals(found, 50.0, lambda _: "")
    assert removal.package == "pandas"
    assert removal.statements == (at("m1", 1), at("m2", 1))
    assert removal.saving_ms == pytest.approx(300.0)
    assert removal.blocked_by == ()
    assert [step.statement for step in removal.chain] == [at("app", 1), at("m1", 1)]


def test_the_plan_knows_what_another_package_brings() -> None:
    found = costs(("app", "pandas"), ("app", "numpy"))
    plan = {each.package: each for each in removals(found, 50.0, lambda _: "")}
    assert plan["numpy"].statements == (at("app", 1), at("app", 2))
    assert plan["pandas"].statements == (at("app", 1),)
    assert plan["pandas"].stays == ("numpy",)
    assert plan["pandas"].saving_ms == pytest.approx(220.0)


def test_a_dear_package_that_no_statement_names_is_planned_for_too() -> None:
    rows = {**TABLE.modules, "charts": {"ms": 95.0, "parts": "numpy 85.0, charts 10.0"}}
    traced = boot(("app", "m1"), ("app", "m2"), ("m1", "pandas"), ("m2", "charts"))
    plan = {
        each.package: each for each in removals(StartupCosts(traced, CostTable(modules=rows), {}), 50.0, lambda _: "")
    }
    assert plan["numpy"].statements == (at("m1", 1), at("m2", 1))
    assert plan["numpy"].saving_ms == pytest.approx(200.0 + 85.0 + 20.0 + 10.0)
    assert plan["pandas"].stays == plan["charts"].stays == ("numpy",)
    alone = removals(costs(("app", "flask_sqlalchemy")), 50.0, lambda _: "")
    assert [each.package for each in alone] == ["flask_sqlalchemy"]


def test_a_needed_statement_blocks_and_says_why() -> None:
    found = costs(("app", "flask_sqlalchemy"), ("app", "m1"), ("m1", "sqlalchemy"))
    plan = {each.package: each for each in removals(found, 50.0, {at("app", 1): "line 9 uses it while loading"}.get)}
    assert plan["sqlalchemy"].blocked_by == (Blocker(at("app", 1), "line 9 uses it while loading"),)
    assert plan["sqlalchemy"].statements == (at("app", 1), at("m1", 1))


def test_who_else_needs_a_statement_is_asked_only_where_the_package_could_go() -> None:
    found = costs(("app", "flask_sqlalchemy"), ("app", "m1"), ("m1", "sqlalchemy"), ("app", "pandas"))
    asked: list[Statement] = []

    def need(statement: Statement) -> str:
        asked.append(statement)
        return "'tests.py' patches it"

    plan = {each.package: each for each in removals(found, 50.0, need, {at("app", 1): "line 9 uses it"}.get)}
    assert plan["sqlalchemy"].blocked_by == (Blocker(at("app", 1), "line 9 uses it"),)
    assert plan["sqlalchemy"].statements == (at("app", 1), at("m1", 1))
    assert plan["pandas"].blocked_by == (Blocker(at("app", 3), "'tests.py' patches it"),)
    assert asked == [at("app", 3)]


def test_the_plan_leaves_flask_and_light_packages_alone() -> None:
    found = costs(("app", "flask"), ("app", "numpy"))
    assert removals(found, 91.0, lambda _: "") == ()
    assert [each.package for each in removals(found, 90.0, lambda _: "")] == ["numpy"]


def test_parts_of_a_namespace_package_are_packages() -> None:
    assert (
        costs(("app", "google.cloud.storage.Client")).package("google.cloud.storage.Client") == "google.cloud.storage"
    )


def test_the_chain_is_the_shortest() -> None:
    graph = BootGraph(boot(("app", "m1"), ("m1", "m2"), ("m2", "numpy"), ("app", "m3"), ("m3", "numpy")))
    assert [(step.statement, step.module) for step in graph.chain({"numpy"})] == [
        (at("app", 2), "m3"),
        (at("m3", 1), "numpy"),
    ]
    assert graph.chain({"absent"}) == ()


def test_a_package_above_a_module_is_loaded_with_it() -> None:
    graph = BootGraph(boot(("app", "m1.deep.leaf")))
    assert graph.reachable() == {"app", "m1", "m1.deep", "m1.deep.leaf"}
    assert graph.reachable(graph.edges_at({at("app", 1)})) == {"app"}


def test_what_a_star_import_loads_goes_with_its_statement() -> None:
    traced = boot(("app", "m1"))
    inside = Loaded("m1.views", Origin.FIRST_PARTY, "m1/views.py", at("app", 1), "app", False)
    graph = BootGraph(Trace(traced.entries, "", (*traced.loaded, inside), traced.edges, ()))
    assert "m1.views" in graph.reachable()
    assert graph.reachable(traced.edges) == {"app"}


def test_a_module_nobody_names_hangs_on_the_statement_that_loads_it() -> None:
    traced = boot(("app", "m1"))
    plugin = Loaded("m2", Origin.FIRST_PARTY, "m2.py", at("app", 7), "app", False)
    graph = BootGraph(Trace(traced.entries, "", (*traced.loaded, plugin), traced.edges, ()))
    assert graph.reachable(graph.edges_at({at("app", 7)})) == {"app", "m1"}


def test_what_third_party_code_imports_cannot_go() -> None:
    graph = BootGraph(boot(("app", "vendor"), ("vendor", "numpy")))
    movable = {at("app", 1), at("vendor", 1)}
    assert Cuts(graph, movable).of({"numpy"}) == (at("app", 1),)
    assert Cuts(graph, {at("vendor", 1)}).of({"numpy"}) is None


def test_of_equal_cuts_the_one_nearest_to_the_package() -> None:
    graph = BootGraph(boot(("app", "m1"), ("m1", "m2"), ("m2", "numpy")))
    assert Cuts(graph, {each.statement for each in graph.targets}).of({"numpy"}) == (at("m2", 1),)


def test_the_entry_itself_cannot_be_cut_off() -> None:
    graph = BootGraph(boot(("app", "numpy")))
    assert Cuts(graph, {at("app", 1)}).of({"app"}) is None


def test_cuts_have_a_bound() -> None:
    pairs = [pair for n in range(MAX_CUT + 1) for pair in (("app", f"m{n}"), (f"m{n}", "numpy"))]
    few, many = BootGraph(boot(*pairs[:-2])), BootGraph(boot(*pairs))
    direct = {at(f"m{n}", 1) for n in range(MAX_CUT + 1)}
    assert len(Cuts(few, direct).of({"numpy"}) or ()) == MAX_CUT
    assert Cuts(many, direct).of({"numpy"}) is None


def test_five_thousand_modules_in_a_row_and_in_a_circle() -> None:
    names = ["app", *(f"m{n}" for n in range(5000))]
    found = costs(*pairwise(names), ("m4999", "app"), ("m4999", "pandas"))
    (removal,) = removals(found, 50.0, lambda _: "")
    assert removal.statements == (at("m4999", 2),)
    assert len(removal.chain) == 5001


PAIRS = st.lists(st.tuples(st.integers(0, 5), st.integers(1, 6)), min_size=1, max_size=9, unique=True)


@given(PAIRS)
def test_a_cut_is_as_small_as_trying_all_sets_finds(pairs: list[tuple[int, int]]) -> None:
    names = ["app", *(f"m{n}" for n in range(1, 6)), "numpy"]
    graph = BootGraph(boot(*((names[source], names[target]) for source, target in pairs)))
    movable = sorted({each.statement for each in graph.targets}, key=lambda each: (each.path, each.line))
    found = Cuts(graph, movable).of({"numpy"})
    assert found is not None
    assert "numpy" not in graph.reachable(graph.edges_at(found))
    smaller = combinations(movable, len(found) - 1) if found else ()
    assert all("numpy" in graph.reachable(graph.edges_at(each)) for each in smaller)


@given(PAIRS, st.sets(st.integers(0, 8)))
def test_what_stays_is_what_can_still_be_reached(pairs: list[tuple[int, int]], gone: set[int]) -> None:
    names = ["app", *(f"m{n}" for n in range(1, 7))]
    graph = BootGraph(boot(*((names[source], names[target]) for source, target in pairs)))
    edges = [edge for number, edge in enumerate(graph.targets) if number not in gone]
    reached = {"app"}
    for _ in names:
        reached.update(edge.imported for edge in edges if edge.importer in reached)
    assert graph.reachable(graph.targets.keys() - set(edges)) == reached


def test_of_a_package_that_stays_in_part_as_much_stays_as_its_modules_tell() -> None:
    rows = {"vendor": {"ms": 40.0, "parts": "vendor 10.0, core 30.0"}, "core": {"ms": 1.0, "parts": "core 1.0"}}
    imports = ("app", "vendor"), ("app", "core.client"), ("vendor", "core.session")
    sizes = {"core": 8.0, "core.client": 16.0, "core.session": 8.0}  # 5, 9 and 5 ms by the model
    found = StartupCosts(boot(*imports), CostTable(modules=rows, model=TABLE.model), sized(sizes))
    assert found.total.ms == pytest.approx(40.0)
    assert found.saving(found.graph.edges_at({at("app", 1)})) == pytest.approx(10.0 + 30.0 * 5 / 19)
    assert found.saving(found.graph.edges_at({at("app", 2)})) == 0.0
    assert found.saving(found.graph.targets) == pytest.approx(40.0)


def test_a_module_below_its_row_may_be_all_that_its_package_costs() -> None:
    traced = boot(("app", "flask_sqlalchemy"), ("app", "sqlalchemy.orm"))
    dear = {**TABLE.modules, "sqlalchemy": {"ms": 10.0, "parts": "sqlalchemy 10.0"}}
    found = StartupCosts(traced, CostTable(modules=dear, recipe=TABLE.recipe), {})
    assert found.saving(found.graph.edges_at({at("app", 1)})) == pytest.approx(10.0)
    assert found.saving(found.graph.edges_at({at("app", 1), at("app", 2)})) == pytest.approx(110.0)


class Asked(set[str]):
    """The nodes that a row stands for; counts how often they are compared with those that are lost."""

    times = 0

    def __le__(self, other: Set[object]) -> bool:
        Asked.times += 1
        return super().__le__(other)


@pytest.mark.parametrize("size", [10, 1000])
def test_what_a_row_stands_for_is_asked_once_for_all_names_that_have_it(
    size: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = costs(*(("app", f"pandas.n{number}") for number in range(size)), ("app", "numpy"))
    monkeypatch.setattr(Asked, "times", 0)
    monkeypatch.setattr(found, "_standing", {row: Asked(nodes) for row, nodes in found._standing.items()})
    assert found.saving(found.graph.targets.keys() - found.graph.edges_at({at("app", size + 1)})) == pytest.approx(220)
    assert Asked.times == 2  # the row of pandas, and the names below the package


def test_a_module_of_the_project_costs_what_its_calls_do_beside_their_imports() -> None:
    row = {"ms": 80.0, "setup": "s", "code": "c", "parts": "botocore 10.0, boto3/client 70.0", "each": True}
    calls = {"boto3.client": row}
    traced = boot(("app", "m"))
    names = (("boto3.client",), ("boto3.client", "flask.jsonify"), ("flask.jsonify",))
    performed = (
        *(Performed("m", line, each, conditional=False) for line, each in enumerate(names, start=1)),
        Performed("m", 4, names[0], conditional=True),
    )
    found = StartupCosts(
        replace(traced, performed=performed),
        replace(TABLE, calls=calls, _found={}),
        sized({"app": 2.0, "m": 4.0}),
    )
    assert found.total.parts == pytest.approx({"m": 1.0 + 4 * 0.5 + 2 * 70.0, "app": 1.0 + 2 * 0.5})
    assert found.total.source is CostSource.ESTIMATED
    assert found.saving(found.graph.edges_at({at("app", 1)})) == pytest.approx(143.0)


def test_of_calls_whose_first_alone_has_a_price_the_first_counts() -> None:
    calls = {"celery.Celery": {"ms": 30.0, "parts": "kombu 5.0, celery/Celery 25.0"}}
    performed = tuple(Performed(module, 1, ("celery.Celery",), conditional=False) for module in ("m", "app"))
    traced = replace(boot(("app", "m")), performed=performed)
    found = StartupCosts(traced, replace(TABLE, calls=calls, _found={}), sized({"app": 2.0, "m": 4.0}))
    assert found.work == {"m": 25.0}


def test_a_call_whose_row_is_all_imports_does_no_work() -> None:
    found = CostTable(calls={"thing.make": {"ms": 5.0, "parts": "thing 5.0"}})
    assert found.work("thing.make") == 0.0
    assert found.work("thing.unknown") == 0.0


def test_a_step_for_what_no_statement_names_is_called_by_what_they_name() -> None:
    rows = {name: {"ms": 10.5, "parts": f"{name} 0.5, shared 10.0"} for name in ("one", "two")}
    costs = StartupCosts(boot(("app", "one"), ("app", "two")), replace(TABLE, modules=rows), {})
    (step,) = advances(costs, removals(costs, 5.0, lambda _: ""))
    assert (step.package, step.called) == ("shared", "one and two, which bring shared")
