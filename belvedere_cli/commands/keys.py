"""`belvedere keys`: API keys and webhook secrets, made by the same code that makes them anywhere."""

import sys
import time
from typing import Any

import click

from belvedere_cli import deployment
from belvedere_cli.commands.options import Place, place_options, whole, workspace_option
from belvedere_cli.deployment import Outputs
from belvedere_cli.errors import CommandError

SCOPES = ("write", "read", "admin")
DAY_S = 86_400


@click.group()
def keys() -> None:
    """API keys"""


@keys.command()
@click.option("--scope", type=click.Choice(SCOPES), required=True)
@workspace_option
@click.option("--name", default="command line", help="a note for people")
@click.option("--expires-in-days", type=whole, metavar="DAYS", help="after which it opens nothing (never)")
@place_options
def create(place: Place, scope: str, workspace: str, name: str, expires_in_days: int | None) -> None:
    """make an API key; it is shown once"""
    deployment.enter(deployment.running(place.state_dir))
    from belvedere.auth.keys import create_key
    from belvedere.errors import BelvedereError
    from belvedere.storage.entities.store import list_workspaces

    list_workspaces()  # those from before there was a list
    expires = None if expires_in_days is None else int(time.time()) + expires_in_days * DAY_S
    try:
        created = create_key(workspace, scope, name, expires=expires)
    except BelvedereError as error:
        raise CommandError(error.detail) from error
    print(f"{created.key}\n  {created.key_id}, scope {scope}, workspace {workspace}. Shown once; keep it.")


@keys.command("list")
@workspace_option
@place_options
def list_keys(place: Place, workspace: str) -> None:
    """who made which key and when, its scope, its last use and its end"""
    deployment.enter(deployment.running(place.state_dir))
    from belvedere.auth.keys import described_keys
    from belvedere.storage.tables import tables

    print(*table(described_keys(tables(workspace))), sep="\n")


@keys.command()
@click.argument("key_id")
@workspace_option
@place_options
def revoke(place: Place, key_id: str, workspace: str) -> None:
    """make a key (KEY_ID as `keys list` shows it) open nothing any more"""
    deployment.enter(deployment.running(place.state_dir))
    from belvedere.auth.keys import revoke_key
    from belvedere.errors import BelvedereError

    try:
        revoke_key(workspace, key_id)
    except BelvedereError as error:
        raise CommandError(error.detail) from error
    print(f"{key_id} is revoked; functions that have just seen it take it for a minute more.")


@keys.command()
@workspace_option
@place_options
def webhook(place: Place, workspace: str) -> None:
    """the secret that a workspace's webhooks are signed with"""
    outputs = deployment.running(place.state_dir)
    deployment.enter(outputs)
    print(webhook_secret(outputs, workspace))
    print(f"  for {outputs.url}/v1/webhooks/github/{workspace}, content type application/json", file=sys.stderr)


def table(described: list[dict[str, Any]]) -> list[str]:
    """Keys as lines of text, a heading first."""
    heading = ("key", "scope", "made", "by", "last used", "ends", "name")
    rows = [heading, *(_row(key) for key in described)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(heading))]
    return ["  ".join(map(str.ljust, row, widths)).rstrip() for row in rows]


def _row(key: dict[str, Any]) -> tuple[str, ...]:
    ends = f"{key['expires_at']}{' (expired)' if key['expired'] else ''}" if key["expires_at"] else "never"
    made, used = (key["created_at"][:10], key["created_by"] or "unknown"), key["last_used_on"] or "never"
    return key["key_id"], key["scope"], *made, used, ends, key["name"]


def webhook_secret(outputs: Outputs, workspace: str) -> str:
    """The secret that a workspace's webhooks are signed with. `deployment.enter` first."""
    from belvedere.auth.webhooks import derived

    master = outputs.client("secretsmanager").get_secret_value(SecretId=outputs.webhook_secret_id)
    return derived(master["SecretString"], workspace)
