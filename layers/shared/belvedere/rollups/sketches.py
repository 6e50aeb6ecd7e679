"""The sketches of a distinct row: of its whole bucket, and of the slots of an hour that is taken apart. Pure."""

from collections.abc import Iterable, Iterator, Mapping

from belvedere.rollups.rows import SKETCH
from belvedere.rollups.slots import SLOT
from belvedere.sketches.distinct import Distinct
from belvedere.storage.attributes import Item

Sketches = dict[str, Distinct]  # by the names of their attributes: `sketch`, `sketch@2`


def named_sketches(members: Iterable[int], slots: Mapping[str, Iterable[int]]) -> Sketches:
    """The sketches that a row of these members has, of which some are in a slot of its hour as well."""
    return {SKETCH: Distinct(members)} | {f"{SKETCH}{SLOT}{slot}": Distinct(some) for slot, some in slots.items()}


def sketches_of(row: Item | None) -> Sketches:
    """The sketches of a row; an empty whole one where there is none."""
    return {SKETCH: Distinct()} | {name: Distinct.from_bytes(data) for name, data in sketch_attributes(row or {})}


def sketch_attributes(row: Mapping[str, object]) -> Iterator[tuple[str, bytes]]:
    """The attributes of a row that are sketches."""
    for name, value in row.items():
        if name.partition(SLOT)[0] == SKETCH and isinstance(value, bytes):
            yield name, value
