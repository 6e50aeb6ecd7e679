"""Keys of Directory: API keys and workspaces, and the people of a workspace. Boards have keys of their own in it."""

from belvedere.storage.keys import SEPARATOR, Key

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


def export_templates_partition(workspace: str) -> str:
    """Partition of a workspace's saved exports."""
    return f"{workspace}#export-templates"


def export_template_key(workspace: str, template_id: str) -> Key:
    """A saved export."""
    return Key(export_templates_partition(workspace), template_id)
