"""Re-checks the credential a WebSocket was opened with: connections outlast a request by hours."""

from dataclasses import dataclass

from belvedere.auth.api_key import has_expired
from belvedere.auth.people import fetch_person
from belvedere.clock import now_ms
from belvedere.settings import settings
from belvedere.storage.attributes import encode
from belvedere.storage.client import dynamodb
from belvedere.storage.keys.directory import api_key_listing_key


@dataclass(frozen=True, slots=True)
class ConnectionCredential:
    """The credential of a connection: a person in a role or, where `user` is None, a key by its id."""

    workspace: str
    user: str | None
    role: str
    key_id: str
    stamp: str = ""  # the person's security stamp


def is_valid(admission: ConnectionCredential) -> bool:
    """False when the key was revoked or has expired; when the person is gone, was switched off, has another role or
    password, or is somebody else under the same id. One consistent read."""
    if admission.user is None:
        return _is_known(admission.workspace, admission.key_id)
    person = fetch_person(admission.workspace, admission.user)
    admitted = (admission.role, admission.stamp)
    return person is not None and person.welcome and (person.role, person.stamp) == admitted


def _is_known(workspace: str, key_id: str) -> bool:
    key = api_key_listing_key(workspace, key_id)
    reply = dynamodb().get_item(
        TableName=settings().directory_table,
        Key={"pk": encode(key.pk), "sk": encode(key.sk)},
        ConsistentRead=True,
        ProjectionExpression="pk, expires_at",
    )
    ends = reply.get("Item", {}).get("expires_at", {}).get("S")
    return "Item" in reply and not has_expired(ends, now_ms())
