"""Keys of Events: workspace#type#day#slice / time#id; and of its indexes, where listed events are found by a person, a
group or a number."""

from belvedere.storage.keys import AFTER, Key


def event_partition(workspace: str, event_type: str, day: str, slice_number: int) -> str:
    """Partition of the raw events of one type and UTC day (`2021-01-16`)."""
    return f"{workspace}#{event_type}#{day}#{slice_number}"


def event_key(workspace: str, event_type: str, time: str, event_id: str, slice_number: int) -> Key:
    """Key of one event: made of what a retry repeats (its time and id), so a retry meets its first copy."""
    return Key(event_partition(workspace, event_type, time[:10], slice_number), f"{time}#{event_id}")


def event_range(first: str, last: str) -> tuple[str, str]:
    """First and last sort key of the events from one moment to another (`iso_ms`), both included."""
    return first, f"{last}{AFTER}"


def listed_partition(workspace: str, event_type: str, name: str) -> str:
    """Partition of `ByUser` and of `ByGroup`: the listed events of one type that are one user's, or one group's."""
    return f"{workspace}#{event_type}#{name}"


def order_partition(workspace: str, event_type: str, field: str, bin_name: str) -> str:
    """Partition of the index by a number: the listed events of one type whose number is in one bin."""
    return f"{workspace}#{event_type}#{field}#{bin_name}"


def order_sort(value: str, sk: str = "") -> str:
    """Sort key there: the number (as text of one width), then what the event's own sort key says: its time and id."""
    return f"{value}#{sk}"
