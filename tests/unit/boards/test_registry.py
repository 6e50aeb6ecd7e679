"""What boards declare holds together, and the engine knows none of them."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from belvedere.boards.registry import BOARDS, CATALOG

LAYER = Path(__file__).parents[3] / "layers" / "shared" / "belvedere"
ENGINE = (
    "auth", "cache", "directory", "export", "health", "ingest", "limits", "query", "realtime", "rollups", "schema",
    "sketches",
    "storage", "usage",
)  # fmt: skip
PEOPLE_AND_THINGS = ("student", "instructor", "concept", "enrol", "school", "class_id", "prodlens", "tutor")


def test_names_are_unique_across_boards() -> None:
    assert len(CATALOG.rollup_tables) == sum(len(board.rollup_tables) for board in BOARDS)
    assert len(CATALOG.event_types) == sum(len(board.event_types) for board in BOARDS)
    assert all(len(CATALOG.metrics[board.name]) == len(board.metrics) for board in BOARDS)


def test_every_family_rolls_up_a_declared_event_type_of_its_own_board() -> None:
    for board in BOARDS:
        mine = {kind.name for kind in board.event_types}
        assert {family.event_type for family in board.rollup_tables} <= mine
        assert all(name.startswith(f"{board.name}.") for name in mine)


def test_every_metric_reads_what_a_family_counts() -> None:
    for board in BOARDS:
        for metric in board.metrics:
            able = [family for family in board.rollup_tables if family.event_type == metric.event_type]
            counted = {"count"} | {n for f in able for s in f.measures for n in (s.name, f"{s.name}_n")}
            assert set(metric.counters) <= counted, metric.name
            assert metric.histogram is None or any(metric.histogram in family.histograms for family in able)
            assert metric.distinct is None or any(metric.distinct in family.distincts for family in able)


def test_an_entitys_hours_keep_every_counter_and_no_two_counters_share_a_code() -> None:
    for family in (family for board in BOARDS for family in board.rollup_tables):
        assert len(family.coded) == len(family.codes), family.name
        hours = [breakdown for breakdown in family.breakdowns if "hour" in breakdown.fields]
        assert bool(hours) == bool(family.entity), family.name
        assert all(breakdown.measures is None for breakdown in hours), family.name


@pytest.mark.parametrize("package", ENGINE)
def test_the_engine_names_no_board_and_nobody_of_one(package: str) -> None:
    words = "|".join([*CATALOG.boards, *PEOPLE_AND_THINGS])
    for module in [*(LAYER / package).rglob("*.py"), *LAYER.glob(f"{package}.py")]:
        found = re.search(rf"\b({words})", module.read_text())
        assert not found, f"{module.relative_to(LAYER)} says {found[0]!r}"


def test_the_core_imports_no_aws() -> None:
    core = (
        "rollups.contribution rollups.chunks rollups.audit query.planner.plan query.reader.merge time_ranges "
        "ingest.parse ingest.receive"
    )
    script = "import sys\n" + "".join(f"import belvedere.{name}\n" for name in core.split())
    script += "print([name for name in sys.modules if name.startswith(('boto', 'aws', 'pynamodb'))])"
    done = subprocess.run([sys.executable, "-c", script], env={"PYTHONPATH": str(LAYER.parent)}, capture_output=True)
    assert done.stdout.decode().strip() == "[]", done.stderr.decode()
