"""What one can sign in with right after `up`: keys, accounts and a webhook secret of the demo workspace."""

import dataclasses
from typing import Any

from belvedere_cli import deployment
from belvedere_cli.commands.keys import SCOPES, webhook_secret
from belvedere_cli.deployment import Outputs


def with_credentials(outputs: Outputs, before: Outputs | None) -> Outputs:
    """The outputs with all of them; keys of the last time stay where they still work."""
    deployment.enter(outputs)
    with_keys = dataclasses.replace(outputs, **_keys(outputs.workspace, before))
    secret = webhook_secret(outputs, outputs.workspace)
    return dataclasses.replace(with_keys, accounts=_accounts(outputs.workspace), webhook_secret=secret)


def _keys(workspace: str, before: Outputs | None) -> dict[str, Any]:
    """A key of each scope, by the name of its output."""
    from belvedere.auth.keys import create_key
    from belvedere.storage.entities.store import list_workspaces

    list_workspaces()  # those of a state that was saved before there was a list
    keys: dict[str, Any] = {}
    for scope in SCOPES:
        name = f"{scope}_key"
        old = getattr(before, name) if before else ""
        keys[name] = old if old and _works(old) else create_key(workspace, scope, "make up", by="make up").key
    return keys


def _works(key: str) -> bool:
    from belvedere.auth.api_key import hashed
    from belvedere.auth.lookup import fetch_record

    return fetch_record(hashed(key)) is not None


def _accounts(workspace: str) -> dict[str, str]:
    """The demo accounts; their classes come with the demo's events."""
    from belvedere.boards.demo_accounts import create_demo_accounts
    from belvedere.storage.tables import tables

    return create_demo_accounts(tables(workspace))
