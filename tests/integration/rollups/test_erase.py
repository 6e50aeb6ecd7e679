"""Erasing one user."""

from belvedere.boards.registry import CATALOG
from belvedere.rollups.erase import Erase
from tests.proof import school
from tests.proof.fixtures import Proven
from tests.proof.scenarios import erasure
from tests.worlds.lab import Lab


def test_an_erased_user_leaves_totals_distinct_rows_and_listings(lab: Lab, proven: Proven) -> None:
    proven(erasure.of_some_users(lab))


def test_erasing_may_die_at_any_call_and_be_asked_for_again(lab: Lab, proven: Proven) -> None:
    assert proven(erasure.erasing_dies(lab)).faults > 5


def test_erasing_finds_a_users_events_of_every_type_and_day(lab: Lab) -> None:
    with lab.world() as world:
        days = [school.events(lab.rng("days"), 10, name=f"d{n}", users=1, until=n * 40 * school.DAY) for n in (1, 2, 3)]
        for events in days:
            world.send("demo", events)
        world.process().deliver(world.news())
        mine = sum(event.user == "user-0" for event in world.truth.values())
        assert world.erase("demo", "user-0") == mine > 20
        assert world.erase("demo", "user-0") == 0


def test_erasing_finds_events_of_a_type_that_nobody_counts_by_user(lab: Lab) -> None:
    with lab.world() as world:
        world.send("demo", school.events(lab.rng("by nobody"), 30, users=2, span=3 * school.DAY))
        world.process().deliver(world.news())
        mine = sum(event.user == "user-0" for event in world.truth.values())
        tables = [world.table(f"{name}_TABLE", "demo") for name in ("EVENTS", "ROLLUPS", "STATE")]
        by_nobody = tuple(family for family in CATALOG.rollup_tables.values() if family.entity is None)
        assert Erase(*tables, by_nobody, world.slices).run("user-0") == mine > 5
