"""Making, listing and revoking keys in the Directory table."""

import hmac
from typing import Any

import pytest

from belvedere.auth.api_key import hashed
from belvedere.auth.keys import ListedKey, create_key, list_keys, revoke_key
from belvedere.auth.lookup import KeyRecord, fetch_record
from belvedere.errors import Invalid, NotFound
from belvedere.storage.client import dynamodb
from belvedere.storage.entities.directory import WorkspaceListing
from belvedere.storage.entities.store import directory_store, list_workspaces, workspace_names
from belvedere.storage.meter import metered

NOON = 1_767_268_800_000  # 2026-01-01T12:00:00Z


def items() -> list[dict[str, Any]]:
    return dynamodb().scan(TableName="a-directory")["Items"]


def test_a_new_key_opens_its_workspace_with_its_scope(directory: None) -> None:
    created = create_key("acme", "write", "the shop")
    assert created.key.startswith("bv_write_")
    assert fetch_record(hashed(created.key)) == KeyRecord("acme", "write", created.key_id)


def test_the_key_itself_is_stored_nowhere(directory: None) -> None:
    created = create_key("acme", "read", "a screen")
    secret = created.key.removeprefix("bv_read_")
    assert secret not in str(items())
    assert hashed(created.key) in str(items())


def test_the_workspace_is_made_with_its_first_key_and_kept_with_the_next(directory: None) -> None:
    create_key("acme", "read", "first", clock=lambda: NOON)
    create_key("acme", "read", "second", clock=lambda: NOON + 60_000)
    workspaces = [item for item in items() if item["sk"]["S"] == "workspace"]
    assert [item["pk"]["S"] for item in workspaces] == ["workspace#acme"]
    assert workspaces[0]["created_at"]["S"] == "2026-01-01T12:00:00Z"


def test_keys_are_listed_by_workspace_oldest_first_without_the_keys(directory: None) -> None:
    tonight = NOON // 1_000 + 12 * 3_600
    second = create_key("acme", "write", "second", by="ada", expires=tonight, clock=lambda: NOON + 1_000)
    first = create_key("acme", "read", "first", clock=lambda: NOON)
    create_key("other", "read", "elsewhere")
    assert list_keys("acme") == [
        ListedKey(first.key_id, "read", "first", "2026-01-01T12:00:00Z", "command line"),
        ListedKey(second.key_id, "write", "second", "2026-01-01T12:00:01Z", "ada", "2026-01-02T00:00:00Z"),
    ]
    assert list_keys("nobody") == []


def test_a_revoked_key_is_unknown_and_unlisted_and_others_stay(directory: None) -> None:
    lost, kept = create_key("acme", "read", "lost"), create_key("acme", "read", "kept")
    revoke_key("acme", lost.key_id)
    assert fetch_record(hashed(lost.key)) is None
    assert [key.key_id for key in list_keys("acme")] == [kept.key_id]
    assert fetch_record(hashed(kept.key)) is not None


def test_a_key_of_another_workspace_cannot_be_revoked(directory: None) -> None:
    theirs = create_key("theirs", "read", "a screen")
    with pytest.raises(NotFound, match="workspace 'mine' has no API key"):
        revoke_key("mine", theirs.key_id)
    assert fetch_record(hashed(theirs.key)) is not None


@pytest.mark.parametrize(
    "workspace", ["", "-a", "Acme", "a_b", "a#b", "a b", "x" * 64, "é", "acme\n", "apikey", "workspace"]
)
def test_a_workspace_name_that_could_confuse_keys_is_refused(workspace: str) -> None:
    with pytest.raises(Invalid, match="workspace: "):
        create_key(workspace, "read", "name")


@pytest.mark.parametrize(
    ("scope", "name", "field"), [("root", "n", "scope"), ("read", "", "name"), ("read", "n" * 101, "name")]
)
def test_a_wrong_scope_or_name_is_refused_by_name(scope: str, name: str, field: str) -> None:
    with pytest.raises(Invalid, match=f"^{field}: "):
        create_key("acme", scope, name)


def test_a_lookup_and_the_making_of_a_key_are_metered(directory: None) -> None:
    with metered() as meter:
        created = create_key("acme", "read", "n")
    assert meter.calls == 1  # the table in memory reports no units for a transaction
    with metered() as meter:
        fetch_record(hashed(created.key))
    assert (meter.calls, meter.read_units > 0) == (1, True)


def test_what_is_found_is_compared_in_constant_time(directory: None, monkeypatch: pytest.MonkeyPatch) -> None:
    compared: list[tuple[str, str]] = []

    def compare(one: str, other: str) -> bool:
        compared.append((one, other))
        return False

    created = create_key("acme", "read", "n")
    monkeypatch.setattr(hmac, "compare_digest", compare)
    assert fetch_record(hashed(created.key)) is None, "the comparison decides"
    assert compared == [(f"apikey#{hashed(created.key)}",) * 2]


def test_entities_are_read_and_written_at_the_endpoint_of_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:4599")
    dynamodb.cache_clear()
    store = directory_store()
    assert store.table == "a-directory"
    assert store.client.meta.endpoint_url == "http://127.0.0.1:4599"


def test_workspaces_are_found_by_key_in_order(directory: None) -> None:
    for workspace in ("zeta", "acme", "zeta"):
        create_key(workspace, "read", "n")
    assert workspace_names() == ["acme", "zeta"]


def test_workspaces_from_before_there_was_a_list_can_be_listed(directory: None) -> None:
    create_key("acme", "read", "n")
    directory_store().delete(WorkspaceListing("workspaces", "acme"))
    assert workspace_names() == []
    list_workspaces()
    assert workspace_names() == ["acme"]
