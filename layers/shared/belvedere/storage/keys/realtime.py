"""Keys of State that realtime keeps: what changed, whom it was told, and who is connected."""

from belvedere.storage.keys import SEPARATOR, Key, escape


def changes_partition(workspace: str) -> str:
    """Partition of what changed lately, one item a change, numbered; and of how far the numbers have come."""
    return f"{workspace}#changes"


def change_key(workspace: str, seq: int) -> Key:
    """One change, by its number."""
    return Key(changes_partition(workspace), f"{seq:015d}")


def head_key(workspace: str) -> Key:
    """The number of the newest change; sorts after all changes."""
    return Key(changes_partition(workspace), "head")


def push_key(workspace: str, name: str) -> Key:
    """What the push notes: who pushes, and how far each channel has been told."""
    return Key(f"{workspace}#push", name)


def alert_key(workspace: str, rule: str, user: str, about: str) -> Key:
    """What an alert rule remembers of a user (and of one thing about them)."""
    return Key(f"{workspace}#alerts#{escape(rule)}", SEPARATOR.join((escape(user), about)))


def connections_partition(workspace: str) -> str:
    """Partition of a workspace's open WebSocket connections."""
    return f"{workspace}#connections"


def connection_key(workspace: str, connection_id: str) -> Key:
    """One open connection."""
    return Key(connections_partition(workspace), connection_id)


def audience_partition(workspace: str, channel: str) -> str:
    """Partition of the connections that have subscribed to a channel."""
    return f"{workspace}#audience#{escape(channel)}"


def audience_key(workspace: str, channel: str, connection_id: str) -> Key:
    """A connection's subscription to a channel."""
    return Key(audience_partition(workspace, channel), connection_id)


def connection_quota_partition(workspace: str, who: str) -> str:
    """Partition of the connections that one caller holds."""
    return f"{workspace}#seats#{who}"


def connection_quota_key(workspace: str, who: str, connection_id: str) -> Key:
    """One connection of a caller."""
    return Key(connection_quota_partition(workspace, who), connection_id)


def waiting_partition(workspace: str) -> str:
    """Partition of the connections that wait for the push: to be greeted, or to be served."""
    return f"{workspace}#waiting"


def waiting_key(workspace: str, what: str, connection_id: str) -> Key:
    """A connection that waits for something: a channel, or its greeting."""
    return Key(waiting_partition(workspace), f"{escape(what)}{SEPARATOR}{connection_id}")


# API Gateway names a connection and no workspace, so these three start with what no workspace may be called


def connection_index_key(connection_id: str) -> Key:
    """Which workspace a connection belongs to."""
    return Key(f"@connection#{connection_id}", "connection")


def active_workspace_key(workspace: str) -> Key:
    """A workspace that has, or lately had, open connections."""
    return Key("@inhabited", workspace)


def pending_auth_key(connection_id: str) -> Key:
    """A connection that is still to say who it is."""
    return Key("@nameless", connection_id)
