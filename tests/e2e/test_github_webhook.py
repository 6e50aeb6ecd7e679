"""GitHub's calls through the front door and the HTTP API: signatures are of the bytes that were sent, either way."""

import json
import urllib.error
import urllib.request
from typing import Any
from urllib.parse import urlencode

import pytest

from belvedere.auth.webhooks import signature
from belvedere_cli.deployment import Outputs
from tests.contract.productivity.github import REPO, pull_request
from tests.worlds.site import Site

OPENED = pull_request("opened", title="Ünïcode € 😀 + & %")


def call(stack: Outputs, workspace: str, secret: str, body: bytes, kind: str) -> tuple[int, Any]:
    headers = {
        "Content-Type": kind, "X-GitHub-Event": "pull_request", "X-Hub-Signature-256": signature(secret, body),
    }  # fmt: skip
    request = urllib.request.Request(f"{stack.url}/v1/webhooks/github/{workspace}", data=body, headers=headers)
    try:
        answer = urllib.request.urlopen(request, timeout=240)
    except urllib.error.HTTPError as error:
        answer = error
    with answer:
        return answer.status, json.load(answer)


@pytest.mark.parametrize("kind", ["application/json", "application/x-www-form-urlencoded"])
def test_a_signed_call_is_taken_in_either_form(stack: Outputs, kind: str) -> None:
    body = json.dumps(OPENED, ensure_ascii=False).encode()
    if kind.endswith("urlencoded"):
        body = urlencode({"payload": body.decode()}).encode()
    status, told = call(stack, stack.workspace, stack.webhook_secret, body, kind)
    assert (status, told["results"][0]["id"]) == (200, f"{REPO}#11:opened")
    assert told["accepted"] + told["duplicate"] == 1
    assert call(stack, stack.workspace, stack.webhook_secret[::-1], body, kind)[0] == 401


def test_the_command_line_tells_another_workspaces_secret(stack: Outputs, site: Site) -> None:
    made = site.belvedere("keys", "webhook", "--workspace", "hooked")
    assert made.returncode == 0, made.stderr
    secret, body = made.stdout.strip(), json.dumps(OPENED).encode()
    assert call(stack, "hooked", secret, body, "application/json")[0] == 200
    assert call(stack, "hooked", stack.webhook_secret, body, "application/json")[0] == 401
