"""/v1/keys: what an administrator sees and does of the workspace's API keys."""

from datetime import timedelta

import pytest

import belvedere.clock
from belvedere.auth import lookup
from belvedere.auth.credential_check import ConnectionCredential, is_valid
from belvedere.auth.keys import create_key
from belvedere.clock import iso, now_ms
from belvedere.usage.key_use import USE
from tests import clock
from tests.contract.shapes import assert_refused
from tests.worlds.served import Served

KEYS = "/v1/keys"
LISTED = {"key_id", "scope", "name", "created_at", "created_by", "expires_at", "last_used_on", "expired"}


def make(served: Served, workspace: str = "keys", **body: object) -> dict[str, object]:
    answer = served.post(KEYS, {"name": "the shop", "scope": "read", **body}, key=served.key("admin", workspace))
    assert answer.status_code == 201, answer.text
    assert answer.headers["cache-control"] == "no-store"
    return dict(answer.json())


def listed(served: Served, workspace: str = "keys") -> dict[str, dict[str, object]]:
    answer = served.get(KEYS, key=served.key("admin", workspace))
    assert answer.status_code == 200, answer.text
    return {str(key["key_id"]): key for key in answer.json()["keys"]}


def status(served: Served, made: dict[str, object]) -> int:
    return served.get("/v1/usage", key=str(made["key"])).status_code


def test_a_key_that_was_made_here_opens_the_workspace_and_is_listed_without_itself(served: Served) -> None:
    made = make(served)
    assert status(served, made) == 200
    (shown,) = [one for key_id, one in listed(served).items() if key_id == made["key_id"]]
    assert shown.keys() == LISTED
    assert shown | {"last_used_on": None, "expired": False} == shown
    assert {name: value for name, value in made.items() if name != "key"}.items() <= shown.items()
    assert str(made["created_by"]).startswith("key_"), "by the admin key that made it"
    assert str(made["key"]) not in str(listed(served))


def test_its_last_use_is_told_by_the_day_for_one_write(served: Served) -> None:
    made = make(served)
    with served.with_environment(USAGE_FLUSH_S="1"):
        for _ in range(3):
            assert status(served, made) == 200
    USE.write()
    assert listed(served)[str(made["key_id"])]["last_used_on"] == iso(now_ms())[:10]
    USE.seen("keys", str(made["key_id"]), now_ms())
    assert not USE._waiting, "once a day"


def test_an_end_is_honoured_to_the_second_also_by_a_process_that_remembers_the_key(
    served: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    ends = (clock.now() + timedelta(hours=2)).replace(microsecond=0)
    made = make(served, expires_at=ends.isoformat())
    assert made["expires_at"] == ends.isoformat().replace("+00:00", "Z")
    assert status(served, made) == 200
    monkeypatch.setattr(belvedere.clock, "time_ns", lambda: int(ends.timestamp()) * 1_000_000_000)
    answer = served.get("/v1/usage", key=str(made["key"]))
    assert_refused(answer, 401, "UNAUTHORIZED", "this API key has expired")
    lookup.MEMORY.forget()
    assert served.get("/v1/usage", key=str(made["key"])).status_code == 401
    assert listed(served)[str(made["key_id"])]["expired"] is True
    assert not is_valid(ConnectionCredential("keys", None, "service", str(made["key_id"]))), (
        "nor does a connection outlast it"
    )


WRONG_ENDS = (
    "2020-01-01T00:00:00Z", "0001-01-01T00:00:00+23:59", "9999-12-31T23:59:59.5Z", "9999-12-31T23:59:59-23:59",
    "2099-01-01T00:00:00", "tomorrow",
)  # fmt: skip


@pytest.mark.parametrize("wrong", [*WRONG_ENDS, 1.5])
def test_an_end_that_is_past_or_cannot_be_read_is_refused(served: Served, wrong: object) -> None:
    answer = served.post(KEYS, {"name": "n", "scope": "read", "expires_at": wrong}, key=served.key("admin", "keys"))
    assert_refused(answer, 422, "VALIDATION_ERROR", "expires_at")


@pytest.mark.parametrize(
    ("body", "field"),
    [({"scope": "root"}, "scope"), ({"name": ""}, "name"), ({"name": "n" * 101}, "name"), ({"key": "k"}, "key")],
)
def test_what_is_no_key_is_refused_by_name(served: Served, body: dict[str, str], field: str) -> None:
    answer = served.post(KEYS, {"name": "n", "scope": "read", **body}, key=served.key("admin", "keys"))
    assert_refused(answer, 422, "VALIDATION_ERROR", field)


def test_a_revoked_key_opens_nothing_and_is_not_listed(served: Served) -> None:
    made = make(served)
    assert status(served, made) == 200
    one = f"{KEYS}/{made['key_id']}"
    assert served.ask("DELETE", one, key=served.key("admin", "keys")).status_code == 204
    assert status(served, made) == 401
    assert made["key_id"] not in listed(served)
    assert_refused(served.ask("DELETE", one, key=served.key("admin", "keys")), 404, "NOT_FOUND")


def test_nobody_sees_or_revokes_the_keys_of_another_workspace(served: Served) -> None:
    theirs = create_key("others", "read", "theirs")
    assert theirs.key_id not in listed(served)
    answer = served.ask("DELETE", f"{KEYS}/{theirs.key_id}", key=served.key("admin", "keys"))
    assert_refused(answer, 404, "NOT_FOUND")
    assert served.get("/v1/usage", key=theirs.key).status_code == 200


@pytest.mark.parametrize("scope", ["read", "write"])
def test_only_administrators_come_here(served: Served, scope: str) -> None:
    key = served.key(scope, "keys")
    assert served.get(KEYS, key=key).status_code == 403
    assert served.post(KEYS, {"name": "n", "scope": "admin"}, key=key).status_code == 403
    assert served.ask("DELETE", f"{KEYS}/key_0123456789ab", key=key).status_code == 403
