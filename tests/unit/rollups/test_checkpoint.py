"""A checkpoint as it is stored: as ever while its lanes are together, lane by lane while they are apart."""

import pytest

from belvedere.rollups.checkpoint import LanesChanged, hold, move, read
from belvedere.rollups.lanes import BOARD, ENTITIES, LANES, MINUTES, START, Checkpoint
from belvedere.storage.attributes import decode_item
from belvedere.storage.keys import Key
from belvedere.storage.table import WorkspaceTable

PARTITION = "demo#learning.interaction#2025-01-15#0"
TOGETHER = Checkpoint(("07",) * len(LANES))
APART = START.on(ENTITIES[0], "09").on(MINUTES, "08")


class OneItem:
    """A table with one item in it."""

    def __init__(self, item: dict[str, object] | None) -> None:
        self.item = item

    def get(self, key: Key, *, consistent: bool) -> dict[str, object] | None:
        assert consistent, "what others have just folded has to be seen"
        return self.item


def stored(to: Checkpoint) -> dict[str, object]:
    table = WorkspaceTable(None, "State", "demo")
    return dict(decode_item(move(table, PARTITION, START, to, now=0)["Put"]["Item"]))


def back(item: dict[str, object] | None) -> Checkpoint:
    return read(OneItem(item), PARTITION)  # type: ignore[arg-type]


@pytest.mark.parametrize("checkpoint", [TOGETHER, APART, TOGETHER.on(BOARD, "11")])
def test_it_comes_back_as_it_was(checkpoint: Checkpoint) -> None:
    assert back(stored(checkpoint)) == checkpoint


def test_between_batches_it_is_one_sequence_number_as_before_there_were_lanes() -> None:
    assert stored(TOGETHER) == {"pk": f"{PARTITION}#checkpoint", "sk": "fold", "sequence": "07", "expires": 604_800}
    assert "sequence" not in stored(APART)


def test_nothing_stored_is_the_start() -> None:
    assert back(None) == START


def test_lanes_of_another_version_are_refused() -> None:
    with pytest.raises(LanesChanged, match="entities2of5"):
        back({"pk": "p", "sk": "fold", "expires": 1, "entities2of5": "07"})


def test_it_is_held_where_it_was_read_in_every_lane() -> None:
    held = hold(WorkspaceTable(None, "State", "demo"), PARTITION, APART)["ConditionCheck"]
    names = held["ExpressionAttributeNames"]
    said = dict(part.split(" = ") for part in held["ConditionExpression"].split(" AND ") if " = " in part)
    values = {names[name]: held["ExpressionAttributeValues"][value]["S"] for name, value in said.items()}
    assert values == {ENTITIES[0]: "09", MINUTES: "08"}
    absent = held["ConditionExpression"].count("attribute_not_exists")
    assert absent == 1 + len(LANES) - len(values)
