"""The Directory table as PynamoDB models: workspaces and the API keys that open them.

For entity work (command line, administration). The request path looks a key up with the plain client instead,
which saves it PynamoDB's import. Models share the process's one metered client, so their units are counted too.
"""

from pynamodb.attributes import NumberAttribute, UnicodeAttribute
from pynamodb.connection.table import TableConnection
from pynamodb.models import Model

from belvedere.settings import settings
from belvedere.storage.client import dynamodb
from belvedere.storage.keys.directory import WORKSPACES, workspace_listing_key


class DirectoryModel(Model):
    """An item of the Directory table, wherever the settings say that it is."""

    class Meta:
        table_name = ""  # set from the settings at first use, so that importing this needs no environment

    pk = UnicodeAttribute(hash_key=True)
    sk = UnicodeAttribute(range_key=True)

    @classmethod
    def _get_connection(cls) -> TableConnection:
        cls.Meta.table_name = settings().directory_table
        connection = super()._get_connection()
        connection.connection._client = dynamodb()  # type: ignore[assignment]
        return connection


class WorkspaceRecord(DirectoryModel):
    """A tenant."""

    created_at = UnicodeAttribute(null=True)


class WorkspaceListing(DirectoryModel):
    """That there is a workspace."""


class ApiKeyRecord(DirectoryModel):
    """What a key's hash leads to."""

    workspace = UnicodeAttribute()
    scope = UnicodeAttribute()
    key_id = UnicodeAttribute()
    expires = NumberAttribute(null=True)  # epoch seconds; the table removes it some time after


class ApiKeyListing(DirectoryModel):
    """A key as its workspace lists it: everything but the key."""

    key_id = UnicodeAttribute()
    key_hash = UnicodeAttribute()
    scope = UnicodeAttribute()
    name = UnicodeAttribute()
    created_at = UnicodeAttribute()
    created_by = UnicodeAttribute(null=True)
    expires_at = UnicodeAttribute(null=True)


def workspace_names() -> list[str]:
    """All workspaces, in order: for schedules."""
    return [listing.sk for listing in WorkspaceListing.query(WORKSPACES)]


def list_workspaces() -> None:
    """List workspaces that were made before there was a list, by a scan: for the command line."""
    for record in WorkspaceRecord.scan(WorkspaceRecord.sk == "workspace"):
        WorkspaceListing(*workspace_listing_key(record.pk.partition("#")[2])).save()
