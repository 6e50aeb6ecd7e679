"""Keys of Directory: API keys and workspaces, and who and what a workspace has."""

from belvedere.storage.keys import PAST_SEPARATOR, SEPARATOR, Key, escape, unescape

# Before a workspace is known: partitions start with what they hold, by words no workspace may be named

WORKSPACES = "workspaces"


def api_key_key(key_hash: str) -> Key:
    """Where an API key is looked up: its hash is its address."""
    return Key(f"apikey#{key_hash}", "apikey")


def workspace_key(workspace: str) -> Key:
    """The record of a workspace."""
    return Key(f"workspace#{workspace}", "workspace")


def workspace_listing_key(workspace: str) -> Key:
    """That there is a workspace: all are one partition, so that schedules find them by key."""
    return Key(WORKSPACES, workspace)


def api_key_listing_key(workspace: str, key_id: str) -> Key:
    """The public side of an API key, beside its workspace's record."""
    return Key(workspace_key(workspace).pk, f"apikey#{key_id}")


# Of a workspace


def settings_key(workspace: str) -> Key:
    """What a workspace has set for itself."""
    return Key(f"{workspace}#settings", "settings")


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


def former_user_key(workspace: str, user_id: str) -> Key:
    """That a person of this id was deleted, and when."""
    return Key(f"{workspace}#former-users", user_id)


def login_key(workspace: str, name: str) -> Key:
    """Whose name, or e-mail address, this is at the login; upper and lower case are the same."""
    return Key(f"{workspace}#logins", name.casefold())


def alert_rules_partition(workspace: str) -> str:
    """Partition of a workspace's own alert rules, in its Directory."""
    return f"{workspace}#alert-rules"


def alert_rule_key(workspace: str, board: str, rule_id: str) -> Key:
    """An alert rule for a board."""
    return Key(alert_rules_partition(workspace), f"{board}{SEPARATOR}{rule_id}")
