"""A page in order of time: the few buckets that hold it are looked at more closely, and only its rows are read."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from itertools import chain, islice

from belvedere.query.listing.counts import ListCounts
from belvedere.query.listing.place import Bucket, ReadSpan, places, stretches
from belvedere.query.listing.rows import ListRow
from belvedere.storage.parallel import side_by_side

Read = Callable[[ReadSpan], Iterable[ListRow]]  # the stored rows of a stretch, in the order of the list


def time_page(
    counted: ListCounts,
    read: Read,
    buckets: Sequence[Bucket],
    offset: int,
    take: int,
    *,
    descending: bool,
    across: bool,
) -> list[ListRow]:
    """The rows from `offset` on, `take` of them, of a list that has these buckets in order of time."""
    ordered = _turned(buckets, descending)
    positions = list(places((bucket.number for bucket in ordered), offset, take))
    if not positions:
        return []
    inside = side_by_side(
        partial(_closer, counted, descending, positions[0].skip, first=ordered[positions[0].position]),
        ordered[positions[0].position : positions[-1].position + 1],
    )
    wanted = stretches(list(chain(*inside)), positions[0].skip, take, across=across)
    return list(chain(*side_by_side(lambda stretch: list(_taken(stretch, read, counted)), wanted)))


def _closer(counted: ListCounts, descending: bool, skip: int, bucket: Bucket, *, first: Bucket) -> list[Bucket]:
    """A bucket taken apart, unless its rows can be read from its beginning."""
    if bucket.number <= 0 or (bucket.plain and (skip == 0 or bucket is not first)):
        return [bucket]
    return _turned(counted.fine(bucket), descending)


def _taken(stretch: ReadSpan, read: Read, counted: ListCounts) -> Iterator[ListRow]:
    matching = filter(counted.filters.match, read(stretch))
    return islice(matching, stretch.skip, stretch.skip + stretch.take)


def _turned(buckets: Sequence[Bucket], descending: bool) -> list[Bucket]:
    return list(reversed(buckets)) if descending else list(buckets)
