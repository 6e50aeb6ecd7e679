"""The deployed stack as its users reach it: the command line, and HTTP through the front door."""

import json
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from belvedere_cli.deployment import Outputs
from infra.local.clients import client
from infra.local.outputs import place
from infra.local.ports import wait_until
from infra.local.settings import ROOT

PATIENCE_S = 240.0  # how long anything may take to be seen; a limit, not an expectation
Json = dict[str, Any]


def ask(url: str, key: str = "", body: Any = None, **headers: str) -> tuple[int, dict[str, str], Any]:
    """Status, headers in lower case, and body of one request; a body makes it a POST of JSON."""
    data = None if body is None else json.dumps(body).encode()
    headers |= {"X-API-Key": key} if key else {}
    headers |= {"Content-Type": "application/json"} if data else {}
    try:
        answer = urllib.request.urlopen(urllib.request.Request(url, data=data, headers=headers), timeout=240)
    except urllib.error.HTTPError as error:
        answer = error
    with answer:
        content = answer.read()
        told = {name.lower(): value for name, value in answer.headers.items()}
    return answer.status, told, json.loads(content) if "json" in told.get("content-type", "") else content.decode()


@dataclass
class Site:
    """A running stack and a place for the command line to remember things in."""

    stack: Outputs
    state_dir: Path
    stack_dir: Path
    _keys: dict[tuple[str, str], str] = field(default_factory=dict)

    def belvedere(self, command: str, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run the command line against this stack."""
        run = [sys.executable, "-m", "belvedere_cli.cli", command, *arguments, "--state-dir", str(self.state_dir)]
        return subprocess.run(run, cwd=ROOT, capture_output=True, text=True, check=False, timeout=900)

    def key(self, workspace: str, scope: str = "admin") -> str:
        """A key of a workspace, made by the command line at its first use."""
        if (workspace, scope) not in self._keys:
            made = self.belvedere("keys", "create", "--scope", scope, "--workspace", workspace)
            assert made.returncode == 0, made.stderr
            self._keys[workspace, scope] = made.stdout.split()[0]
        return self._keys[workspace, scope]

    def get(self, path: str, workspace: str, **asked: Any) -> Json:
        """A GET that has to be answered; parameters by name, `from` as `from_`."""
        query = urlencode({name.rstrip("_"): value for name, value in asked.items()}, doseq=True)
        status, _, body = ask(f"{self.stack.url}{path}?{query}", self.key(workspace))
        assert status == 200, body
        return dict(body)

    def post(self, path: str, workspace: str, body: Any) -> Json:
        """A POST that has to be answered."""
        status, _, answer = ask(f"{self.stack.url}{path}", self.key(workspace), body)
        assert status == 200, answer
        return dict(answer)

    def summary(self, workspace: str, part: tuple[str, str], **asked: Any) -> Json:
        """The totals of a range, worked out now."""
        dates = {"start_date": part[0], "end_date": part[1], "force_refresh": "true"}
        return dict(self.get("/dashboard/summary", workspace, **dates, **asked)["summary"])

    def send(self, workspace: str, *events: Json) -> Json:
        """Send events."""
        return self.post("/v1/events", workspace, list(events))

    def aws(self, service: str) -> Any:
        """A client of the emulator below."""
        return client(service, place(self.stack, self.state_dir))

    def stack_logs(self) -> list[str]:
        """What the front door, the emulator and the build have logged."""
        return [log.read_text(errors="replace") for log in (self.stack_dir / "logs").glob("*.log")]

    def function_logs(self) -> list[str]:
        """What the functions have logged."""
        pages = self.aws("logs").get_paginator("filter_log_events").paginate(logGroupName=self.stack.log_group)
        return [event["message"] for page in pages for event in page["events"]]

    def put_raw(self, item: Json) -> None:
        """Write into the Events table past every check."""
        self.aws("dynamodb").put_item(TableName=self.stack.tables["events"], Item=item)


def an_hour_lasts(seconds: float = 120.0) -> None:
    """Wait until the hour ends if it does soon: what is asked of "today" or "the last days" ends with it."""
    left = 3600 - time.time() % 3600
    if left < seconds:
        time.sleep(left + 1)


def seen(condition: Callable[[], bool], what: Callable[[], Any]) -> None:
    """Wait until something is so; `what` tells what there is instead when patience ends."""
    started = time.monotonic()
    assert wait_until(condition, seconds=PATIENCE_S), f"not seen in {time.monotonic() - started:.0f} s: {what()}"
