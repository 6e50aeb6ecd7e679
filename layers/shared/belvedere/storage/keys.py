"""Every key of every table is built here, and only here.

A partition key starts with the workspace, so no key can reach another tenant's rows. Parts are joined by `#`;
a part that comes from outside is escaped, except the last one, which needs no end mark.
"""

from typing import NamedTuple

SEPARATOR = "#"
PAST_SEPARATOR = "$"  # sorts right after it: closes a range of sort keys that share all parts but the last
AFTER = "~"  # sorts after SEPARATOR and after every character of a bucket: closes a range of sort keys


class Key(NamedTuple):
    """Primary key of one item."""

    pk: str
    sk: str


def escape(part: str) -> str:
    """A part with no separator in it; reversible, and plain for ordinary text."""
    return part.replace("%", "%25").replace(SEPARATOR, "%23")


def unescape(part: str) -> str:
    """The inverse of `escape`."""
    return part.replace("%23", SEPARATOR).replace("%25", "%")


def workspace_of(pk: str) -> str:
    """The workspace that a partition key belongs to."""
    return pk.split(SEPARATOR, 1)[0]


# Events: workspace#type#day#slice / time#id


def event_partition(workspace: str, event_type: str, day: str, slice_number: int) -> str:
    """Partition of the raw events of one type and UTC day (`2021-01-16`)."""
    return f"{workspace}#{event_type}#{day}#{slice_number}"


def event_key(workspace: str, event_type: str, time: str, event_id: str, slice_number: int) -> Key:
    """Key of one event: made of what a retry repeats (its time and id), so a retry meets its first copy."""
    return Key(event_partition(workspace, event_type, time[:10], slice_number), f"{time}#{event_id}")


def event_range(first: str, last: str) -> tuple[str, str]:
    """First and last sort key of the events from one moment to another (`iso_ms`), both included."""
    return first, f"{last}{AFTER}"


# Indexes of Events: where listed events are found by something else than their own time and id


def listed_partition(workspace: str, event_type: str, name: str) -> str:
    """Partition of `ByUser` and of `ByGroup`: the listed events of one type that are one user's, or one group's."""
    return f"{workspace}#{event_type}#{name}"


def order_partition(workspace: str, event_type: str, field: str, bin_name: str) -> str:
    """Partition of the index by a number: the listed events of one type whose number is in one bin."""
    return f"{workspace}#{event_type}#{field}#{bin_name}"


def order_sort(value: str, sk: str = "") -> str:
    """Sort key there: the number (as text of one width), then what the event's own sort key says: its time and id."""
    return f"{value}#{sk}"


# Rollups: workspace#family#grain#kind[#entity] / bucket[#dims]


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


# State


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


def usage_partition(workspace: str) -> str:
    """Partition of what a workspace has used."""
    return f"{workspace}#usage"


def usage_key(workspace: str, day: str, route: str) -> Key:
    """What a workspace used of one route on one UTC day."""
    return Key(usage_partition(workspace), f"{day}#{route}")


def totals_key(workspace: str) -> Key:
    """What a workspace has used on all days that are over and were added up."""
    return Key(f"{workspace}#totals", "carried")


def recount_partition(workspace: str) -> str:
    """Partition of the distinct rows of a workspace that wait for a recount."""
    return f"{workspace}#recount"


def quarantine_partition(workspace: str) -> str:
    """Partition of what a workspace sent and could not be kept as an event."""
    return f"{workspace}#quarantine"


def model_key(workspace: str, name: str) -> Key:
    """What was learnt of a workspace's events."""
    return Key(f"{workspace}#models", name)
def dismissal_key(workspace: str, user: str, name: str) -> Key:
    """That somebody does not want to see something again; everybody of the workspace where `user` is empty."""
    return Key(f"{workspace}#dismissed#{escape(user)}", name)


def session_key(workspace: str, session: str) -> Key:
    """Which refresh token of a signed-in session is the next one to be taken."""
    return Key(f"{workspace}#sessions", session)


def closing_key(workspace: str, thing: str) -> Key:
    """When something that can be opened again was last closed."""
    return Key(f"{workspace}#closings", thing)


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


def alert_rules_partition(workspace: str) -> str:
    """Partition of a workspace's own alert rules, in its Directory."""
    return f"{workspace}#alert-rules"


def alert_rule_key(workspace: str, board: str, rule_id: str) -> Key:
    """An alert rule for a board."""
    return Key(alert_rules_partition(workspace), f"{board}{SEPARATOR}{rule_id}")


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


def seats_partition(workspace: str, who: str) -> str:
    """Partition of the connections that one caller holds."""
    return f"{workspace}#seats#{who}"


def seat_key(workspace: str, who: str, connection_id: str) -> Key:
    """One connection of a caller."""
    return Key(seats_partition(workspace, who), connection_id)


def waiting_partition(workspace: str) -> str:
    """Partition of the connections that wait for the push: to be greeted, or to be served."""
    return f"{workspace}#waiting"


def waiting_key(workspace: str, what: str, connection_id: str) -> Key:
    """A connection that waits for something: a channel, or its greeting."""
    return Key(waiting_partition(workspace), f"{escape(what)}{SEPARATOR}{connection_id}")


# API Gateway names a connection and no workspace, so these two start with what no workspace may be called


def doorplate_key(connection_id: str) -> Key:
    """Which workspace a connection belongs to."""
    return Key(f"@connection#{connection_id}", "connection")


def inhabited_key(workspace: str) -> Key:
    """A workspace that has, or lately had, open connections."""
    return Key("@inhabited", workspace)


# Cache


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


# Directory, before a workspace is known: partitions start with what they hold, by words no workspace may be named


def api_key_key(key_hash: str) -> Key:
    """Where an API key is looked up: its hash is its address."""
    return Key(f"apikey#{key_hash}", "apikey")


def workspace_key(workspace: str) -> Key:
    """The record of a workspace."""
    return Key(f"workspace#{workspace}", "workspace")


def api_key_listing_key(workspace: str, key_id: str) -> Key:
    """The public side of an API key, beside its workspace's record."""
    return Key(workspace_key(workspace).pk, f"apikey#{key_id}")


# Directory, of a workspace


def classes_partition(workspace: str) -> str:
    """Partition of a workspace's classes."""
    return f"{workspace}#classes"


def class_key(workspace: str, class_id: str) -> Key:
    """The record of a class, without its students."""
    return Key(classes_partition(workspace), class_id)


def enrolment_partition(workspace: str) -> str:
    """Partition of who is in which class: class#user, so that all of a class are one range."""
    return f"{workspace}#enrolment"


def enrolment_key(workspace: str, class_id: str, user: str) -> Key:
    """That a user is a student of a class."""
    return Key(enrolment_partition(workspace), f"{escape(class_id)}#{user}")


def enrolment_range(class_id: str) -> tuple[str, str]:
    """First and last sort key that the students of a class can have."""
    first = escape(class_id)
    return f"{first}#", f"{first}{PAST_SEPARATOR}"


def split_enrolment(sk: str) -> tuple[str, str]:
    """(class, user) of an enrolment's sort key."""
    class_id, _, user = sk.partition(SEPARATOR)
    return unescape(class_id), user


def membership_partition(workspace: str, user: str) -> str:
    """Partition of the classes of one user: the enrolments seen from the other side."""
    return f"{workspace}#member#{user}"


def membership_key(workspace: str, user: str, role: str, class_id: str) -> Key:
    """That a user has a role in a class (`student`, `instructor`)."""
    return Key(membership_partition(workspace, user), f"{role}#{class_id}")


def membership_range(role: str) -> tuple[str, str]:
    """First and last sort key that a user's classes in one role can have."""
    return f"{role}#", f"{role}{PAST_SEPARATOR}"


def class_of_membership(sk: str) -> str:
    """The class of a membership's sort key."""
    return sk.partition(SEPARATOR)[2]


def agents_partition(workspace: str) -> str:
    """Partition of a workspace's agents."""
    return f"{workspace}#agents"


def agent_key(workspace: str, agent_id: str) -> Key:
    """The record of an agent."""
    return Key(agents_partition(workspace), agent_id)


def concepts_key(workspace: str) -> Key:
    """Where a workspace's concepts are kept, all in one item."""
    return Key(f"{workspace}#concepts", "graph")


def users_partition(workspace: str) -> str:
    """Partition of the people of a workspace."""
    return f"{workspace}#users"


def user_key(workspace: str, user_id: str) -> Key:
    """A person of a workspace."""
    return Key(users_partition(workspace), user_id)


def login_key(workspace: str, name: str) -> Key:
    """Whose name, or e-mail address, this is at the login; upper and lower case are the same."""
    return Key(f"{workspace}#logins", name.casefold())
