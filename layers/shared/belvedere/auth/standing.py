"""Does what somebody was let in with still hold? For connections, which outlast a request by hours."""

from dataclasses import dataclass

from belvedere.auth.people import fetch_person
from belvedere.settings import settings
from belvedere.storage.attributes import encode
from belvedere.storage.client import dynamodb
from belvedere.storage.keys.directory import api_key_listing_key


@dataclass(frozen=True, slots=True)
class Admission:
    """As what somebody was let in: a person in a role or, where `user` is None, a key by its id."""

    workspace: str
    user: str | None
    role: str
    key_id: str


def good_since(admission: Admission) -> int | None:
    """From when on it is good (epoch ms; 0 for always): a person's earlier tokens may have become void.

    None when it is not good at all any more: the key was revoked; the person is gone, was switched off, or has another
    role. One consistent read.
    """
    if admission.user is None:
        return 0 if _known(admission.workspace, admission.key_id) else None
    person = fetch_person(admission.workspace, admission.user)
    if person is None or not person.welcome or person.role != admission.role:
        return None
    return person.valid_from


def _known(workspace: str, key_id: str) -> bool:
    key = api_key_listing_key(workspace, key_id)
    found = dynamodb().get_item(
        TableName=settings().directory_table,
        Key={"pk": encode(key.pk), "sk": encode(key.sk)},
        ConsistentRead=True,
        ProjectionExpression="pk",
    )
    return "Item" in found
