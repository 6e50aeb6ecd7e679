"""Keys of Rollups: workspace#family#grain#kind[#entity] / bucket[#dims]."""

from belvedere.storage.keys import SEPARATOR, escape, unescape


def rollup_partition(workspace: str, family: str, grain: str, kind: str, entity: str | None = None) -> str:
    """Partition of a family's rows of one grain and kind (`counters`, `histogram.x`, `distinct.x`)."""
    partition = f"{workspace}#{family}#{grain}#{kind}"
    return partition if entity is None else f"{partition}#{entity}"


def rollup_sort(bucket: str, dims: tuple[str, ...]) -> str:
    """Sort key of one row: its bucket, then one part a dimension."""
    return SEPARATOR.join((bucket, *map(escape, dims)))


def rollup_listing(workspace: str, family: str, grain: str, bucket: str) -> str:
    """Partition of the `ByBucket` index: which entities have a row in this bucket."""
    return f"{workspace}#{family}#{grain}#{bucket}"


def split_rollup_sort(sk: str) -> tuple[str, tuple[str, ...]]:
    """(bucket, dimension values) of a rollup row's sort key."""
    bucket, *dims = sk.split(SEPARATOR)
    return bucket, tuple(map(unescape, dims))
