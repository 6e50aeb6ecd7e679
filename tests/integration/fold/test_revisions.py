"""A day's revision tells whether its rows have only grown since."""

from itertools import pairwise

from belvedere.rollups.revisions import only_added_to
from belvedere.storage.keys import Key
from tests.proof import school
from tests.worlds.fold import FoldWorld
from tests.worlds.lab import Lab


def revision(world: FoldWorld) -> int:
    days = Key("demo#learning.interactions#day#counters", "2030-01-15")
    row = world.table("ROLLUPS_TABLE", "demo").get(days, consistent=True)
    assert row is not None
    return int(row["rev"])


def test_insertions_move_it_a_little_and_whatever_takes_an_event_away_moves_it_far(lab: Lab) -> None:
    with lab.world() as world:
        first, second = school.of_one_day(lab.rng("revisions"), 6), school.of_one_day(lab.rng("more"), 6, name="more")
        seen = []
        for step in (
            lambda: world.send("demo", first),
            lambda: world.send("demo", second),
            lambda: world.overwrite("demo", school.contradicting(lab.rng("other"), first[0])),
            lambda: world.remove("demo", second[1]),
        ):
            step()
            world.process().deliver(world.news())
            seen.append(revision(world))
        pairs = list(pairwise(seen))
        assert all(before < after for before, after in pairs)
        assert [only_added_to(*pair) for pair in pairs] == [True, False, False]
