"""Generated projects repaired by `fix`, and run before and after: `fix_oracle.py [--projects N] [--seed N]`.

Modules, and projects of two and three files, are drawn from the grammars of tests/oracle; what `fix` makes of each is
run against packages that are not there (see tests/oracle), and has to do the same: the same events in order, the
same names in every module but those that moved. An import of the project's own (FST107) is left out: what such a module
does while it loads happens later by design. Differences are printed with the files; the exit status is 1 then.
"""

from __future__ import annotations

import ast
import sys
import tempfile
from collections import Counter
from collections.abc import Mapping
from contextlib import chdir
from pathlib import Path

import click
from hypothesis import HealthCheck, Phase, given, seed, settings

from flake8_flask_startup.config.options import parse
from flake8_flask_startup.config.settings import Settings
from flake8_flask_startup.fix.run import Outcome, Wanted, repaired

sys.path.insert(0, str(Path(__file__).parent.parent / "tests" / "oracle"))

from grammar import modules  # lies with the tests that use it
from judging import Oracle  # as above
from projects import Project, dotted, projects  # as above

BATCH = 100
FIRST_SEED = 20261128
SELECTED = "--select=FST101,FST102,FST103,FST104,FST106"


@click.command()
@click.option("--projects", "wanted", default=1000, show_default=True, help="How many different projects to draw.")
@click.option("--seed", "first", default=FIRST_SEED, show_default=True, help="The seed of the first batch.")
def main(wanted: int, first: int) -> None:
    """Draw projects until there are as many, and print what was found."""
    total: Counter[str] = Counter()
    number = first
    with Oracle() as oracle:
        while total["projects"] < wanted:
            total += batch(oracle, number)
            number += 1
    for name in ("projects", "applied", "refused", "different"):
        print(f"{name:>10} {total[name]:>7,}")
    sys.exit(bool(total["different"]))


def batch(oracle: Oracle, number: int) -> Counter[str]:
    """Draw the projects of one seed, and count what became of them."""
    found: Counter[str] = Counter()
    seen: set[str] = set()

    @seed(number)
    @settings(
        max_examples=BATCH, deadline=None, database=None, phases=[Phase.generate], suppress_health_check=[*HealthCheck]
    )
    @given(modules() if number % 2 else projects())
    def draw(drawn: str | Project) -> None:
        project = Project({"case.py": drawn}, "case.py", False) if isinstance(drawn, str) else drawn
        if (text := repr(project)) not in seen:
            seen.add(text)
            found.update(compared(oracle, project))

    draw()
    return found


def compared(oracle: Oracle, project: Project) -> Counter[str]:
    """Repair one project, run both, and count."""
    outcome = fixed(project)
    repair = outcome.repair
    found = Counter(projects=1, applied=len(repair.applied), refused=len(outcome.refused))
    if not repair.texts:
        return found
    after = {**project.files, **repair.texts}
    hidden, packages = moved(project.files, outcome)
    answer = oracle._ask(
        {
            "before": by_name(project.files),
            "variants": [by_name(after), by_name(after)],
            "main": dotted(project.main),
            "folders": [dotted(each) for each in project.files if each.endswith("__init__.py")],
            "hidden": hidden,
            "packages": packages,
        }
    )
    if answer["differences"]:
        found["different"] = 1
        print(answer["differences"][:1])
        for name, text in project.files.items():
            print(f"--- {name}\n{text}" + (f">>>\n{after[name]}" if after[name] != text else ""), flush=True)
    return found


def fixed(project: Project) -> Outcome:
    """What `fix` makes of a project; its files stand in a new folder."""
    entry = f"{dotted(project.main)}:create_app" if "def create_app" in project.files[project.main] else ""
    app = (entry or dotted(project.main),) if project.is_configured else ()
    asked = Settings(threshold=20, target_version=(3, 11), cache=None, app=app)
    options = parse(["--isolated", SELECTED, "--fst-cache=off"])
    with tempfile.TemporaryDirectory() as folder, chdir(folder):
        for name, text in project.files.items():
            path = Path(name)
            path.parent.mkdir(exist_ok=True)
            path.write_text(text, encoding="utf-8")
        return repaired(Wanted(tuple(sorted(project.files)), options, asked, 1.0))


def moved(files: Mapping[str, str], outcome: Outcome) -> tuple[dict[str, list[str]], list[str]]:
    """The names that a repair takes from each module, and the packages that they are of."""
    hidden = {dotted(path): ["TYPE_CHECKING"] for path in outcome.repair.texts}
    packages: set[str] = set()
    for place in (place for each in outcome.repair.applied for place in each.step.places):
        for node in ast.walk(ast.parse(files[place.path])):
            if isinstance(node, (ast.Import, ast.ImportFrom)) and node.lineno == place.line:
                hidden[dotted(place.path)] += [each.asname or each.name.partition(".")[0] for each in node.names]
                top = [each.name for each in node.names] if isinstance(node, ast.Import) else [node.module or ""]
                packages |= {each.partition(".")[0] for each in top}
    return hidden, sorted(packages)


def by_name(files: Mapping[str, str]) -> dict[str, str]:
    """Files by the names of their modules."""
    return {dotted(name): text for name, text in files.items()}


if __name__ == "__main__":
    main()
