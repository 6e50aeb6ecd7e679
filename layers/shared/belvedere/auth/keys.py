"""Makes, lists and revokes API keys. The key itself is shown once, at its creation, and kept nowhere."""

from dataclasses import asdict, dataclass
from typing import Any

from belvedere.auth import lookup
from belvedere.auth.api_key import SCOPES, has_expired, hashed, new_key, new_key_id
from belvedere.auth.requests import NewKeyBody
from belvedere.clock import END_OF_CALENDAR_MS, SECOND_MS, Clock, iso, now_ms, to_ms
from belvedere.directory.names import WORKSPACE
from belvedere.errors import Invalid, NotFound
from belvedere.storage.entities.directory import ApiKeyListing, ApiKeyRecord, WorkspaceListing, WorkspaceRecord
from belvedere.storage.entities.store import directory_store
from belvedere.storage.keys.directory import api_key_key, api_key_listing_key, workspace_key, workspace_listing_key
from belvedere.storage.tables import Tables
from belvedere.usage.key_use import last_used

MOST_NAME_CHARACTERS = 100
COMMAND_LINE = "command line"
RESERVED_WORKSPACES = frozenset({"apikey", "workspace", "workspaces"})  # first words of Directory partitions


@dataclass(frozen=True, slots=True)
class ListedKey:
    """A key as anybody of its workspace may know it."""

    key_id: str
    scope: str
    name: str
    created_at: str
    created_by: str | None = None  # a user, a key, or the command line; None for keys from before this was noted
    expires_at: str | None = None


@dataclass(frozen=True, slots=True)
class CreatedKey:
    """A new key; the only moment at which it can be read."""

    key: str
    listed: ListedKey

    @property
    def key_id(self) -> str:
        """Its public name."""
        return self.listed.key_id


def create_key(
    workspace: str, scope: str, name: str, *, by: str = COMMAND_LINE, expires: int | None = None, clock: Clock = now_ms
) -> CreatedKey:
    """Make a key, and the workspace if it is new; both or neither. `expires` in epoch seconds. Raises Invalid."""
    _check(workspace, scope, name)
    if expires is not None and not clock() < expires * SECOND_MS < END_OF_CALENDAR_MS:
        raise Invalid("expires_at: has to be in the future, and before the year 10000")
    key, now = new_key(scope), iso(clock())
    ends_at = None if expires is None else iso(expires * SECOND_MS)
    listed = ListedKey(new_key_id(), scope, name, now, by, ends_at)
    key_hash = hashed(key)
    record = ApiKeyRecord(
        *api_key_key(key_hash), workspace=workspace, scope=scope, key_id=listed.key_id, expires=expires
    )
    listing = ApiKeyListing(*api_key_listing_key(workspace, listed.key_id), key_hash=key_hash, **asdict(listed))
    store = directory_store()
    store.transact([
        store.keep_action(WorkspaceRecord(*workspace_key(workspace)), created_at=now),
        store.put_action(WorkspaceListing(*workspace_listing_key(workspace))),
        store.put_action(record, ConditionExpression="attribute_not_exists(pk)"),
        store.put_action(listing),
    ])  # fmt: skip
    return CreatedKey(key, listed)


def make_key(workspace: str, body: NewKeyBody, by: str) -> dict[str, Any]:
    """A key as the API makes it: the key, for this once, and what is told of it later."""
    expires = None if body.expires_at is None else -(-to_ms(body.expires_at) // SECOND_MS)
    created = create_key(workspace, body.scope, body.name, by=by, expires=expires)
    return {"key": created.key, **asdict(created.listed)}


def described_keys(tables: Tables, clock: Clock = now_ms) -> list[dict[str, Any]]:
    """The keys of a workspace, oldest first, each with the UTC day of its last use, and whether it has expired."""
    used, now = last_used(tables.state), clock()
    return [
        {**asdict(key), "last_used_on": used.get(key.key_id), "expired": has_expired(key.expires_at, now)}
        for key in list_keys(tables.directory.workspace)
    ]


def list_keys(workspace: str) -> list[ListedKey]:
    """The keys of a workspace, oldest first."""
    partition, prefix = api_key_listing_key(workspace, "")
    listings = directory_store().query(ApiKeyListing, partition, prefix, consistent=True)
    listed = [
        ListedKey(key.key_id, key.scope, key.name, key.created_at, key.created_by, key.expires_at) for key in listings
    ]
    return sorted(listed, key=lambda key: (key.created_at, key.key_id))


def revoke_key(workspace: str, key_id: str) -> None:
    """Make a key unknown. Warm functions forget it within a minute."""
    store = directory_store()
    listing = store.get(ApiKeyListing, api_key_listing_key(workspace, key_id))
    if listing is None:
        raise NotFound(f"workspace '{workspace}' has no API key '{key_id}'")
    record = ApiKeyRecord(*api_key_key(listing.key_hash))
    store.transact([store.delete_action(record), store.delete_action(listing)])
    lookup.MEMORY.forget()


def _check(workspace: str, scope: str, name: str) -> None:
    if not WORKSPACE.fullmatch(workspace):
        raise Invalid(f"workspace: '{workspace}' must be 1 to 63 of a-z, 0-9 and '-', and must not start with '-'")
    if workspace in RESERVED_WORKSPACES:
        raise Invalid(f"workspace: '{workspace}' is reserved")
    if scope not in SCOPES:
        raise Invalid(f"scope: '{scope}' must be one of {', '.join(SCOPES)}")
    if not 0 < len(name) <= MOST_NAME_CHARACTERS:
        raise Invalid(f"name: must have 1 to {MOST_NAME_CHARACTERS} characters")
