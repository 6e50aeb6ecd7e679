"""Keys of State: how far the engine has come, and what it remembers of a workspace besides its events."""

from hashlib import blake2b

from belvedere.storage.keys import Key, escape

HEALTH = Key("health", "health")  # no workspace's: when the fold last failed, or put something aside


def checkpoint_key(partition: str) -> Key:
    """Where the fold notes the last sequence number it folded of one Events partition."""
    return Key(f"{partition}#checkpoint", "fold")


def watermark_key(workspace: str) -> Key:
    """Where the fold notes how fresh a workspace's rollups are."""
    return Key(f"{workspace}#watermark", "fold")


def version_partition(workspace: str) -> str:
    """Partition of all that tells whether a cached answer still holds: the watermark, and what stands beside it."""
    return watermark_key(workspace).pk


def version_key(workspace: str) -> Key:
    """Where the fold notes that it changed a workspace's rollups, whether or not that moved the watermark."""
    return Key(version_partition(workspace), "version")


def invalidation_key(workspace: str, at: int, name: str) -> Key:
    """One invalidation of cached answers; later ones sort after earlier ones."""
    return Key(version_partition(workspace), f"invalidated#{at:015d}#{name}")


def recount_partition(workspace: str) -> str:
    """Partition of the distinct rows of a workspace that wait for a recount."""
    return f"{workspace}#recount"


def seal_request_key(workspace: str) -> Key:
    """Where the fold counts its changes of old days, until these are sealed."""
    return Key(f"{workspace}#seal", "request")


def quarantine_partition(workspace: str) -> str:
    """Partition of what a workspace sent and could not be kept as an event."""
    return f"{workspace}#quarantine"


def aside_partition(workspace: str) -> str:
    """Partition of what tells which events of a workspace were put aside and count nowhere."""
    return f"{workspace}#aside"


def aside_key(workspace: str, event: Key) -> Key:
    """Where it is noted that the event at a key was put aside: a digest, as its own key may be too long for that."""
    name = blake2b(f"{event.pk} {event.sk}".encode(), digest_size=16).hexdigest()
    return Key(aside_partition(workspace), name)


def key_use_partition(workspace: str) -> str:
    """Partition of when the API keys of a workspace were last used."""
    return f"{workspace}#key-use"


def key_use_key(workspace: str, key_id: str) -> Key:
    """When an API key was last used."""
    return Key(key_use_partition(workspace), key_id)


def usage_partition(workspace: str) -> str:
    """Partition of what a workspace has used."""
    return f"{workspace}#usage"


def usage_key(workspace: str, day: str, route: str) -> Key:
    """What a workspace used of one route on one UTC day."""
    return Key(usage_partition(workspace), f"{day}#{route}")


def totals_key(workspace: str) -> Key:
    """What a workspace has used on all days that are over and were added up."""
    return Key(f"{workspace}#totals", "carried")


def model_key(workspace: str, name: str) -> Key:
    """What was learnt of a workspace's events."""
    return Key(f"{workspace}#models", name)


def dismissals_partition(workspace: str, user: str) -> str:
    """Partition of what somebody does not want to see again; everybody of the workspace where `user` is empty."""
    return f"{workspace}#dismissed#{escape(user)}"


def dismissal_key(workspace: str, user: str, name: str) -> Key:
    """That somebody does not want to see something again."""
    return Key(dismissals_partition(workspace, user), name)


def session_key(workspace: str, session: str) -> Key:
    """Which refresh token of a signed-in session is the next one to be taken."""
    return Key(f"{workspace}#sessions", session)


def closing_key(workspace: str, thing: str) -> Key:
    """When something that can be opened again was last closed."""
    return Key(f"{workspace}#closings", thing)


def export_jobs_partition(workspace: str) -> str:
    """Partition of a workspace's export jobs."""
    return f"{workspace}#exports"


def export_job_key(workspace: str, job_id: str) -> Key:
    """An export job: what was wanted, how far it has come, what came of it."""
    return Key(export_jobs_partition(workspace), job_id)
