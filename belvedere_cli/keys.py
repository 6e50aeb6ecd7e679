"""API keys and demo accounts of the local stack, made by the same code that makes them anywhere."""

import dataclasses
import os
from typing import Any

from infra.local import layer
from infra.local.clients import client
from infra.local.outputs import Outputs
from infra.local.settings import LocalSettings

SCOPES = ("write", "read", "admin")


def enter(settings: LocalSettings, outputs: Outputs) -> None:
    """Let this process run the common layer against the stack. Once a process: the layer keeps its settings."""
    os.environ.update(outputs.environment(settings))
    layer.enter()


def with_demo_keys(settings: LocalSettings, outputs: Outputs, before: Outputs | None) -> Outputs:
    """The outputs with a key of each scope: those of the last time where they still work, new ones otherwise."""
    enter(settings, outputs)
    from belvedere.auth.keys import create_key
    from belvedere.storage.directory import list_workspaces

    list_workspaces()  # those of a state that was saved before there was a list
    keys: dict[str, Any] = {}
    for scope in SCOPES:
        name = f"{scope}_key"
        old = getattr(before, name) if before else ""
        keys[name] = old if old and _known(old) else create_key(outputs.workspace, scope, "make up", by="make up").key
    return dataclasses.replace(outputs, **keys)


def with_demo_accounts(outputs: Outputs) -> Outputs:
    """The outputs with the demo accounts; after `with_demo_keys`. Their classes come with the demo's events."""
    from belvedere.auth.demo import create_demo_accounts
    from belvedere.storage.tables import tables

    return dataclasses.replace(outputs, accounts=create_demo_accounts(tables(outputs.workspace)))


def with_webhook_secret(settings: LocalSettings, outputs: Outputs) -> Outputs:
    """The outputs with the secret that the demo workspace's webhooks are signed with; after `with_demo_keys`."""
    return dataclasses.replace(outputs, webhook_secret=webhook_secret(settings, outputs, outputs.workspace))


def table(workspace: str) -> list[str]:
    """The keys of a workspace as lines of text, a heading first. `enter` first."""
    from belvedere.auth.keys import described_keys
    from belvedere.storage.tables import tables

    heading = ("key", "scope", "made", "by", "last used", "ends", "name")
    rows = [heading, *(_row(key) for key in described_keys(tables(workspace)))]
    widths = [max(len(row[column]) for row in rows) for column in range(len(heading))]
    return ["  ".join(map(str.ljust, row, widths)).rstrip() for row in rows]


def _row(key: dict[str, Any]) -> tuple[str, ...]:
    ends = f"{key['expires_at']}{' (expired)' if key['expired'] else ''}" if key["expires_at"] else "never"
    made, used = (key["created_at"][:10], key["created_by"] or "unknown"), key["last_used_on"] or "never"
    return key["key_id"], key["scope"], *made, used, ends, key["name"]


def webhook_secret(settings: LocalSettings, outputs: Outputs, workspace: str) -> str:
    """The secret that a workspace's webhooks are signed with. `enter` first."""
    from belvedere.auth.webhooks import derived

    kept = client("secretsmanager", settings).get_secret_value(SecretId=outputs.webhook_secret_id)
    return derived(kept["SecretString"], workspace)


def _known(key: str) -> bool:
    from belvedere.auth.api_key import hashed
    from belvedere.auth.lookup import fetch_record

    return fetch_record(hashed(key)) is not None
