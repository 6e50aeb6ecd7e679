"""Keys of Directory: the classes of a workspace and who is in them, its agents, its concepts."""

from belvedere.storage.keys import PAST_SEPARATOR, SEPARATOR, Key, escape, unescape


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
