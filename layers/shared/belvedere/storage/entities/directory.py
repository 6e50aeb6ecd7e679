"""The entities of Directory: workspaces, API keys, people. What boards register, they declare (`Board.entities`).

Each is found by the key that is named with it, of `storage.keys.directory`. Times are ISO 8601 texts (UTC) where a name
ends in `_at`, else epoch milliseconds; `expires` is epoch seconds, when DynamoDB removes the item.
"""

from pynamodb.attributes import BooleanAttribute, NumberAttribute, UnicodeAttribute

from belvedere.storage.entities.entity import Entity


class WorkspaceRecord(Entity):
    """A tenant (`workspace_key`)."""

    created_at = UnicodeAttribute(null=True)


class WorkspaceListing(Entity):
    """That there is a workspace (`workspace_listing_key`)."""


class ApiKeyRecord(Entity):
    """What a key's hash leads to (`api_key_key`)."""

    workspace = UnicodeAttribute()
    scope = UnicodeAttribute()
    key_id = UnicodeAttribute()
    expires = NumberAttribute(null=True)


class ApiKeyListing(Entity):
    """A key as its workspace lists it: everything but the key (`api_key_listing_key`)."""

    key_id = UnicodeAttribute()
    key_hash = UnicodeAttribute()
    scope = UnicodeAttribute()
    name = UnicodeAttribute()
    created_at = UnicodeAttribute()
    created_by = UnicodeAttribute(null=True)
    expires_at = UnicodeAttribute(null=True)


class SettingsRecord(Entity):
    """What a workspace has set (`settings_key`): its time zones as JSON, each with the time from which on it holds."""

    version = NumberAttribute()
    updated_at = UnicodeAttribute()
    zones = UnicodeAttribute()


class UserRecord(Entity):
    """A person (`user_key`); `stamp` is another one whenever sessions have to end, `valid_from` when that was last."""

    user_id = UnicodeAttribute()
    username = UnicodeAttribute()
    name = UnicodeAttribute()
    email = UnicodeAttribute(null=True)
    role = UnicodeAttribute()
    active = BooleanAttribute()
    demo = BooleanAttribute(null=True)
    password_hash = UnicodeAttribute(null=True)
    stamp = UnicodeAttribute(null=True)
    valid_from = NumberAttribute(null=True)
    version = NumberAttribute()
    created_at = UnicodeAttribute()
    updated_at = UnicodeAttribute()


class FormerUserRecord(Entity):
    """That a person was deleted, and when (`former_user_key`)."""

    deleted = NumberAttribute()
    expires = NumberAttribute()


class LoginRecord(Entity):
    """Whose user name or e-mail address it is (`login_key`)."""

    user_id = UnicodeAttribute()


class AlertRuleRecord(Entity):
    """An alert rule of a workspace for a board (`alert_rule_key`), as JSON."""

    rule = UnicodeAttribute()


# By the second word of their partition keys; the first is the workspace. Boards' join them in `directory.entities`.
OF_WORKSPACE: dict[str, type[Entity]] = {
    "settings": SettingsRecord,
    "users": UserRecord,
    "former-users": FormerUserRecord,
    "logins": LoginRecord,
    "alert-rules": AlertRuleRecord,
}
