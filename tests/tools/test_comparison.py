"""The ten planted causes: all are found by our own command, and what a peer prints is read for what it says."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2] / "benchmarks"))
from comparison import found_causes, peers, plant

from installed_programs import INSTALLED

PEERS = {each.name: each for each in peers()}
PLACES = {("shop/graph.py", 1): 3, ("shop/__init__.py", 26): 5}


def test_our_command_finds_the_ten_causes(tmp_path: Path) -> None:
    causes = plant(tmp_path)
    assert sorted(causes.values()) == list(range(1, 11))
    done = INSTALLED.run("flask-startup", "check", "--fst-cache=off", ".", folder=tmp_path)
    found, others = found_causes(PEERS["flask-startup check"], done.stdout, causes)
    assert found == dict.fromkeys(range(1, 11), "yes")
    assert others == 1  # the import that cause 2 leads to


def test_what_configuration_names_is_found_by_hand_unless_another_rule_finds_it() -> None:
    ruff = PEERS["ruff"]
    banned = "shop/graph.py:1:8: TID253 `networkx` is banned at the module level\n"
    unused = "shop/graph.py:1:8: F401 [*] `networkx` imported but unused\n"
    assert found_causes(ruff, banned, PLACES) == ({3: "by hand"}, 0)
    assert found_causes(ruff, banned + unused, PLACES) == ({3: "yes"}, 0)
    assert found_causes(ruff, unused + banned, PLACES) == ({3: "yes"}, 0)
    assert found_causes(ruff, "shop/graph.py:1:8: ICN001 `networkx` should be `nx`\n", PLACES) == ({}, 0)


def test_modules_headers_and_packages_are_places_too() -> None:
    contract = "shop is not allowed to import torch:\n\n-   shop -> torch (l.26)\n    shop.other -> torch (l.1)\n"
    assert found_causes(PEERS["import-linter"], contract, PLACES) == ({5: "by hand"}, 1)
    blocks = "shop/graph.py\n      1  safe     import networkx\nshop/other.py\n      1  unsafe   import x\n"
    assert found_causes(PEERS["pep810"], blocks, PLACES) == ({3: "yes"}, 0)
    log = "import time:       823 |    5189162 | torch\nimport time:       823 |    5189162 |   torch.nn\n"
    assert found_causes(PEERS["python -X importtime"], log, PLACES) == ({5: "package"}, 0)
