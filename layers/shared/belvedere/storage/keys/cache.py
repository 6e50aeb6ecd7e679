"""Keys of Cache: kept answers and who refreshes them, what was asked, and how much of a limit is used."""

from belvedere.storage.keys import Key, escape

DEPLOYMENT = "_deployment"  # stands where a workspace does, and can be the name of none


def answer_key(workspace: str, name: str) -> Key:
    """Where a finished answer is kept, by the name of its request."""
    return Key(f"{workspace}#answers", name)


def lease_key(workspace: str, name: str) -> Key:
    """Who is refreshing an answer."""
    return Key(f"{workspace}#leases", name)


def asked_partition(workspace: str) -> str:
    """Partition of what was asked, and how often."""
    return f"{workspace}#asked"


def bucket_key(workspace: str, kind: str, who: str) -> Key:
    """How much a caller has used of a limit."""
    return Key(f"{workspace}#limits", f"{escape(kind)}#{who}")
