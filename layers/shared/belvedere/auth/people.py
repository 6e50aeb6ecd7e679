"""People as the request path knows them: a record of the Directory, remembered for a minute.

A token says who somebody is; what they may do is looked up here, so that a new role, or none any more, holds within a
minute and not when the token ends.
"""

from dataclasses import dataclass

from belvedere.auth.lookup import KeyMemory
from belvedere.auth.tokens import Claims
from belvedere.clock import SECOND_MS
from belvedere.settings import settings
from belvedere.storage.attributes import Item
from belvedere.storage.keys import Key, escape, unescape
from belvedere.storage.keys.directory import login_key, user_key
from belvedere.storage.tables import tables


@dataclass(frozen=True, slots=True)
class Person:
    """Who somebody is in a workspace, and how they prove it."""

    workspace: str
    user_id: str
    role: str
    active: bool
    password_hash: str | None = None
    demo: bool = False
    stamp: str = ""  # another one for each record, and whenever sessions have to end; empty in records from before
    valid_from: int = 0  # epoch ms: void are tokens without a stamp that are older

    @property
    def welcome(self) -> bool:
        """False for who was switched off, and for demo accounts where they should not be."""
        return self.active and (settings().development or not self.demo)

    def accepts(self, claims: Claims) -> bool:
        """Was this token given to this very person, and since their sessions were last ended?

        The name proves neither: it may have been somebody else's. Another issuer's token knows no stamp; it counts
        from the first whole second after the last end of sessions.
        """
        if claims.stamp is None or not (claims.stamp or self.stamp):
            return self.welcome and claims.issued_s * SECOND_MS >= self.valid_from
        return self.welcome and claims.stamp == self.stamp


def fetch_person(workspace: str, user_id: str) -> Person | None:
    """Read somebody's record; consistent."""
    item = _get(workspace, user_key(workspace, user_id))
    return person_of(workspace, item) if item else None


def person_of(workspace: str, item: Item) -> Person:
    """The person of a stored item."""
    return Person(
        workspace=workspace,
        user_id=str(item["user_id"]),
        role=str(item["role"]),
        active=bool(item["active"]),
        password_hash=str(item["password_hash"]) if "password_hash" in item else None,
        demo=bool(item.get("demo", False)),
        stamp=str(item.get("stamp", "")),
        valid_from=int(item.get("valid_from", 0)),
    )


def fetch_by_login(workspace: str, name: str) -> Person | None:
    """Read who signs in under a user name or e-mail address; two reads, whether or not there is anybody."""
    login = _get(workspace, login_key(workspace, name))
    person = fetch_person(workspace, str(login["user_id"]) if login else name)
    return person if login else None


def person_name(workspace: str, user_id: str) -> str:
    """What the memory knows somebody by."""
    return f"{escape(workspace)}#{user_id}"


def _fetch(name: str) -> Person | None:
    workspace, _, user_id = name.partition("#")
    return fetch_person(unescape(workspace), user_id)


def _get(workspace: str, key: Key) -> Item | None:
    return tables(workspace).directory.get(key, consistent=True)


MEMORY: KeyMemory[Person] = KeyMemory(_fetch)
