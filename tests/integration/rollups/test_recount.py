"""The recount mends what subtraction cannot, whatever happens meanwhile."""

from belvedere.boards.registry import CATALOG
from belvedere.rollups.cells import without_hours
from belvedere.rollups.rows import ROW_FIELDS, without_slots
from belvedere.storage.attributes import decode_item, encode_item
from tests.proof import school
from tests.proof.fixtures import Proven
from tests.proof.scenarios import erasure
from tests.worlds.fold import FoldWorld
from tests.worlds.lab import Lab


def test_an_erased_user_who_comes_back_during_the_recount_is_counted(lab: Lab, proven: Proven) -> None:
    assert proven(erasure.while_events_arrive(lab)).faults > 15


def test_a_recount_may_die_at_any_call(lab: Lab, proven: Proven) -> None:
    assert proven(erasure.recount_dies(lab)).faults > 30


def test_a_recount_waits_while_an_event_of_its_bucket_is_not_folded(lab: Lab) -> None:
    with lab.world() as world:
        process = world.process()
        erasure.prepared(world, "demo")
        late = school.events(lab.rng("late"), 20, name="late", users=2, span=school.HOUR)
        world.send("demo", late)
        assert world.recount("demo")["waiting"] > 0
        process.deliver(world.news())
        assert world.recount("demo")["waiting"] == 0


def test_rows_from_before_days_had_hours_go_with_their_user(lab: Lab) -> None:
    with lab.world() as world:
        process = world.process()
        world.send("demo", school.events(lab.rng("before"), 40, users=2, span=school.HOUR))
        process.deliver(world.news())
        make_older(world)
        assert any(erasure.USER in key for key in keys(world))
        assert world.erase("demo", erasure.USER) > 5
        process.deliver(world.news())
        world.recount("demo")
        assert [key for key in keys(world) if erasure.USER in key] == []


def make_older(world: FoldWorld) -> None:
    """Take the hours out of all rows of days."""
    for item in world.scan("ROLLUPS_TABLE", ConsistentRead=True):
        row = decode_item(item)
        family = CATALOG.rollup_tables[str(row["pk"]).split("#")[1]]
        if family.entity:
            numbers = {name: value for name, value in row.items() if name not in ROW_FIELDS and isinstance(value, int)}
            beside = {name: value for name, value in row.items() if name not in numbers}
            older = {**beside, **without_hours(family, numbers)}
        else:
            older = without_slots(row) if family.hourly else row
        world.client.put_item(TableName=world.names["ROLLUPS_TABLE"], Item=encode_item(older))


def keys(world: FoldWorld) -> list[str]:
    return [f"{item['pk']['S']} {item['sk']['S']}" for item in world.scan("ROLLUPS_TABLE", ConsistentRead=True)]
