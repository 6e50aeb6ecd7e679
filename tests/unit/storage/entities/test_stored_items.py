"""Items as earlier releases stored them are read as they are, and written again as the same bytes."""

from typing import Any

import pytest

from belvedere.boards.learning.directory.entities import (
    AgentRecord,
    ClassRecord,
    ConceptsRecord,
    EnrolmentRecord,
    MembershipRecord,
)
from belvedere.directory.entities import directory_item, entities
from belvedere.storage.entities import state
from belvedere.storage.entities.directory import (
    AlertRuleRecord,
    ApiKeyListing,
    ApiKeyRecord,
    FormerUserRecord,
    LoginRecord,
    SettingsRecord,
    UserRecord,
    WorkspaceListing,
    WorkspaceRecord,
)
from belvedere.storage.entities.entity import Entity, read

Stored = dict[str, dict[str, Any]]
AT = {"S": "2026-11-20T10:00:00.000Z"}

STORED: list[tuple[type[Entity], Stored]] = [
    (WorkspaceRecord, {"pk": {"S": "workspace#acme"}, "sk": {"S": "workspace"}, "created_at": AT}),
    (WorkspaceRecord, {"pk": {"S": "workspace#old"}, "sk": {"S": "workspace"}}),
    (WorkspaceListing, {"pk": {"S": "workspaces"}, "sk": {"S": "acme"}}),
    (ApiKeyRecord, {"pk": {"S": "apikey#0f3a"}, "sk": {"S": "apikey"}, "workspace": {"S": "acme"},
                    "scope": {"S": "read"}, "key_id": {"S": "key_1"}, "expires": {"N": "1795000000"}}),
    (ApiKeyRecord, {"pk": {"S": "apikey#0f3b"}, "sk": {"S": "apikey"}, "workspace": {"S": "acme"},
                    "scope": {"S": "admin"}, "key_id": {"S": "key_2"}}),
    (ApiKeyListing, {"pk": {"S": "workspace#acme"}, "sk": {"S": "apikey#key_1"}, "key_id": {"S": "key_1"},
                     "key_hash": {"S": "0f3a"}, "scope": {"S": "read"}, "name": {"S": "a screen"}, "created_at": AT}),
    (ApiKeyListing, {"pk": {"S": "workspace#acme"}, "sk": {"S": "apikey#key_2"}, "key_id": {"S": "key_2"},
                     "key_hash": {"S": "0f3b"}, "scope": {"S": "admin"}, "name": {"S": "ops"}, "created_at": AT,
                     "created_by": {"S": "command line"}, "expires_at": {"S": "2026-12-31T00:00:00.000Z"}}),
    (SettingsRecord, {"pk": {"S": "acme#settings"}, "sk": {"S": "settings"}, "version": {"N": "2"}, "updated_at": AT,
                      "zones": {"S": '[[1700000000000,"Europe/Berlin"]]'}}),
    (ClassRecord, {"pk": {"S": "acme#classes"}, "sk": {"S": "physics"}, "name": {"S": "Physics"},
                   "instructors": {"S": '["tom"]'}, "version": {"N": "1"}, "created_at": AT, "updated_at": AT}),
    (EnrolmentRecord, {"pk": {"S": "acme#enrolment"}, "sk": {"S": "physics#ada"}}),
    (MembershipRecord, {"pk": {"S": "acme#member#ada"}, "sk": {"S": "student#physics"}}),
    (AgentRecord, {"pk": {"S": "acme#agents"}, "sk": {"S": "forces"}, "name": {"S": "Forces"},
                   "description": {"S": ""}, "active": {"BOOL": True}, "version": {"N": "3"}, "created_at": AT,
                   "updated_at": AT}),
    (ConceptsRecord, {"pk": {"S": "acme#concepts"}, "sk": {"S": "graph"}, "body": {"B": b"x\x9c\x03\x00\x00"},
                      "revision": {"N": "7"}}),
    (UserRecord, {"pk": {"S": "acme#users"}, "sk": {"S": "ada"}, "user_id": {"S": "ada"}, "username": {"S": "ada"},
                  "name": {"S": "Ada"}, "email": {"S": "ada@example.org"}, "role": {"S": "student"},
                  "active": {"BOOL": False}, "demo": {"BOOL": False}, "password_hash": {"S": "scrypt$15$8$1$c2E$aGE"},
                  "stamp": {"S": "s1"}, "valid_from": {"N": "0"}, "version": {"N": "4"}, "created_at": AT,
                  "updated_at": AT}),
    (UserRecord, {"pk": {"S": "acme#users"}, "sk": {"S": "old"}, "user_id": {"S": "old"}, "username": {"S": "old"},
                  "name": {"S": "From before stamps"}, "role": {"S": "admin"}, "active": {"BOOL": True},
                  "version": {"N": "1"}, "created_at": AT, "updated_at": AT}),
    (FormerUserRecord, {"pk": {"S": "acme#former-users"}, "sk": {"S": "gone"}, "deleted": {"N": "1700000000000"},
                        "expires": {"N": "1707776000"}}),
    (LoginRecord, {"pk": {"S": "acme#logins"}, "sk": {"S": "ada@example.org"}, "user_id": {"S": "ada"}}),
    (AlertRuleRecord, {"pk": {"S": "acme#alert-rules"}, "sk": {"S": "learning#slow"},
                       "rule": {"S": '{"rule_id":"slow","metric":"avg_response_time"}'}}),
    (state.LearntModelRecord, {"pk": {"S": "acme#models"}, "sk": {"S": "success"}, "body": {"B": b"\x00\xff"},
                               "trained_at": {"N": "1700000000000"}}),
    (state.DismissalRecord, {"pk": {"S": "acme#dismissed#ada"}, "sk": {"S": "cost"}, "at": {"N": "1700000000000"},
                             "expires": {"N": "1707776000"}}),
    (state.SessionRecord, {"pk": {"S": "acme#sessions"}, "sk": {"S": "5f"}, "token": {"S": "t1"},
                           "expires": {"N": "1702592000"}}),
]  # fmt: skip


@pytest.mark.parametrize(("model", "stored"), STORED, ids=lambda value: getattr(value, "__name__", ""))
def test_a_stored_item_is_read_as_it_is_and_written_as_it_was(model: type[Entity], stored: Stored) -> None:
    assert read(model, stored).serialize() == stored


@pytest.mark.parametrize(("model", "stored"), STORED, ids=lambda value: getattr(value, "__name__", ""))
def test_a_record_has_the_plain_values_of_its_item(model: type[Entity], stored: Stored) -> None:
    plain = {name: int(value["N"]) if "N" in value else next(iter(value.values())) for name, value in stored.items()}
    assert read(model, stored).item() == plain


def test_every_declared_entity_has_a_stored_item_here() -> None:
    declared = {*Entity.__subclasses__()}
    assert declared == {model for model, _ in STORED}
    assert set(entities().values()) <= declared


def test_a_class_that_is_being_deleted_is_read_too() -> None:
    (stored,) = (item for model, item in STORED if model is ClassRecord)
    assert read(ClassRecord, stored | {"closing": {"BOOL": True}}).closing is True


@pytest.mark.parametrize("change", [{"nickname": "countess"}, {"name": None}])
def test_an_item_that_is_not_as_declared_is_not_written(change: dict[str, Any]) -> None:
    item = {"pk": "acme#agents", "sk": "forces", "name": "Forces", "description": "", "active": True, "version": 1,
            "created_at": "now", "updated_at": "now"}  # fmt: skip
    assert directory_item(item)["name"] == {"S": "Forces"}
    with pytest.raises(ValueError, match=r"nickname|name"):
        directory_item(item | change)
